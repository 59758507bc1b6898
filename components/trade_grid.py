"""The grid of the Trades page: its columns, its rows as plain values, its totals, its cards on phones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from dash import dcc, html

from components import figure_notes, list_notes, marks, tables
from components import format as fmt
from components.why_mark import Note, why_note
from domain.filters import Basis, FigureUnit
from domain.money import to_float

if TYPE_CHECKING:
    from domain.ledger import Trade

Child = Any
# Tags that mean a mistake or a model trade wherever the trader has not said so.
_KNOWN_TONES = MappingProxyType({"fomo": "warn", "oversized": "warn", "revenge": "warn", "a+": "acc"})
_GROUP_TONES = MappingProxyType(
    {"mistake": "warn", "quality": "acc", "amber": "warn", "accent": "acc", "green": "pos", "red": "neg",
     "blue": "blue", "violet": "violet"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeLook:
    """How trades are written.

    Attributes:
        timezone: Zone of the times.
        now: For "Today" and open trades.
        basis, unit, currency: What P&L is shown in.
        balance: Starting balance, for percentages; None when unknown.
        query: Filter and order, carried to the trade's page.
        tag_groups: Colour of each tag's group by its name; its kind where it stands in none.
    """

    timezone: str
    now: datetime
    basis: Basis = Basis.NET
    unit: FigureUnit = FigureUnit.MONEY
    currency: str = "USD"
    balance: float | None = None
    query: str = ""
    tag_groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def pnl_title(self) -> str:
        """Heading of the P&L column."""
        return f"{self.basis.value.capitalize()} P&L"

    def pnl_of(self, trade: Trade) -> float:
        """Return a trade's P&L in the basis, for colours and sums."""
        return to_float(trade.gross if self.basis is Basis.GROSS else trade.net)

    def pnl_text(self, trade: Trade) -> str:
        """Write a trade's P&L in the unit of the filter."""
        value = trade.gross if self.basis is Basis.GROSS else trade.net
        if self.unit is FigureUnit.R:
            return fmt.r_multiple(value / trade.risk if trade.risk else None)
        if self.unit is FigureUnit.PERCENT:
            return fmt.percent(to_float(value) / self.balance if self.balance else None, places=2, signed=True)
        return fmt.pnl(value, trade.instrument.currency)

    def href(self, trade: Trade) -> str:
        """Return the address of the trade's page."""
        return f"/trade/{trade.id}?{self.query}".rstrip("?")


def columns(timezone: str = "", basis: Basis = Basis.NET) -> list[dict[str, Any]]:
    """Return the columns; field names are those of the sort and of the export."""
    closed = f"Closed ({fmt.zone_label(timezone)})" if timezone else "Closed"
    high_first: dict[str, Any] = {"sortingOrder": ["desc", "asc"]}
    return [
        tables.muted_column("closed_at", closed, width=112, initialSort="desc", **high_first),
        tables.symbol_column(width=72, minWidth=70, tooltipField="symbol"),
        tables.side_column(width=70),
        tables.muted_column("setup", "Setup", minWidth=132, flex=1.12, tooltipField="setup", cellRenderer="FwSetup"),
        tables.number_column("quantity", "Qty", width=64, **high_first),
        tables.number_column("entry_price", "Entry", width=73, **high_first),
        tables.number_column("exit_price", "Exit", width=73, **high_first),
        tables.muted_number_column("held", "Held", width=68, **high_first),
        tables.muted_number_column("fees", "Fees", width=68, tooltipField="fees_note", **high_first),
        tables.r_column(width=130, minWidth=126, **high_first),
        tables.money_column(basis.value, f"{basis.value.capitalize()} P&L", width=100, **high_first),
        tables.tags_column(minWidth=140, flex=1),
        {"field": "note", "headerName": "", "cellRenderer": "FwNote", "width": 36, "sortable": False},
    ]


def rows(trades: Sequence[Trade], look: TradeLook) -> list[dict[str, Any]]:
    """Return trades as rows of the grid: raw numbers, and the text to show."""
    return [_row(trade, look) for trade in trades]


def _row(trade: Trade, look: TradeLook) -> dict[str, Any]:
    kind, held, r_multiple = trade.instrument.asset_class.value, seconds_held(trade, look.now), trade.r_multiple
    return {
        "id": str(trade.id),
        "account": int(trade.account_id),
        "href": look.href(trade),
        "closed_at": None if trade.closed_at is None else trade.closed_at.isoformat(),
        "closed_at_text": closed_text(trade, look),
        "symbol": trade.instrument.symbol,
        "side": "long" if trade.side > 0 else "short",
        "setup": trade.setup or None,
        "quantity": to_float(trade.quantity),
        "quantity_text": fmt.quantity(trade.quantity),
        "entry_price": to_float(trade.entry_price),
        "entry_price_text": fmt.price(trade.entry_price, asset_class=kind),
        "exit_price": None if trade.exit_price is None else to_float(trade.exit_price),
        "exit_price_text": fmt.price(trade.exit_price, asset_class=kind),
        "held": held,
        "held_text": fmt.duration(held),
        "fees": to_float(trade.fees),
        "fees_text": fees_text(trade),
        "fees_note": fees_note(trade),
        "r": None if r_multiple is None else to_float(r_multiple),
        "r_text": fmt.r_multiple(r_multiple),
        look.basis.value: look.pnl_of(trade),
        f"{look.basis.value}_text": look.pnl_text(trade),
        "tags": [[name, tag_tone(name, look.tag_groups)] for name in trade.tags],
        "note": trade.has_note,
    }


def fees_text(trade: Trade) -> str:
    """Write a trade's fees: "≈" before an estimate, "?" behind what has no rate."""
    text = fmt.plain(trade.fees) if trade.fees_known else f"{fmt.plain(trade.fees)} ?"
    return f"≈ {text}" if trade.fees_estimated and trade.fees else text


def fees_note(trade: Trade) -> str | None:
    """Say what is special about a trade's fees."""
    if trade.fees_estimated:
        return "Includes fees estimated by the account's fee plan."
    return None if trade.fees_known else "A fee is in a currency without a rate and is not part of the sum."


def seconds_held(trade: Trade, now: datetime) -> float:
    """Return how long a trade was, or has been, held."""
    return ((trade.closed_at or now) - trade.opened_at).total_seconds()


def closed_text(trade: Trade, look: TradeLook) -> str:
    """Write when a trade was closed, "Open" while it is not."""
    return "Open" if trade.closed_at is None else fmt.instant(trade.closed_at, look.timezone, now=look.now)


def tag_tone(name: str, groups: Mapping[str, str]) -> str:
    """Return the tone of a tag by what it looks like: the colour of its group, or its kind without one."""
    return _GROUP_TONES.get(groups.get(name, ""), "") or _KNOWN_TONES.get(name.casefold(), "")


class Sums(Protocol):
    """Totals over a filter, as the portfolio service answers them."""

    @property
    def total(self) -> int: ...  # noqa: D102
    @property
    def gross(self) -> float: ...  # noqa: D102
    @property
    def fees(self) -> float: ...  # noqa: D102
    @property
    def estimated(self) -> int: ...  # noqa: D102
    @property
    def net(self) -> float: ...  # noqa: D102
    @property
    def r_total(self) -> float | None: ...  # noqa: D102
    @property
    def win_rate(self) -> float | None: ...  # noqa: D102


def totals(sums: Sums, look: TradeLook) -> list[Child]:
    """Return the cells of the bar under the grid: sums over the filter, not over the page."""
    cells: list[Child] = [
        html.Span(
            [
                html.B(fmt.count(sums.total)),
                html.Span(" trades" if sums.total != 1 else " trade", className="k"),
                list_notes.column_mark(list_notes.TRADES, sums.total),
            ]
        ),
        _total("Gross", fmt.pnl(sums.gross, look.currency), sums, look),
        _fees_total(sums, look),
        _total("Win rate", fmt.fraction(sums.win_rate), sums, look),
        _total("Total", fmt.r_multiple(sums.r_total, places=1), sums, look),
    ]
    figure = sums.net if look.basis is Basis.NET else sums.gross
    text = _sum_text(sums, figure, look)
    shown = html.B(text, className=f"fw-{fmt.tone(figure)}")
    mark = why_note(look.pnl_title, _sum_note("P&L", sums, look), value=text)
    return [*cells, html.Span([html.Span(f"{look.pnl_title} ", className="k"), shown, mark], className="end")]


def _fees_total(sums: Sums, look: TradeLook) -> html.Span:
    """Return the fees, with how many trades hold estimates of them."""
    cell = _total("Fees", fmt.pnl(-sums.fees, look.currency), sums, look)
    if sums.estimated:
        note = f"Includes estimated fees on {fmt.plural(sums.estimated, 'trade')}."
        return html.Span([cell, html.Span(" est.", className="k")], title=note)
    return cell


def _sum_text(sums: Sums, figure: float, look: TradeLook) -> str:
    """Write the sum of a filter in its unit."""
    if look.unit is FigureUnit.R:
        return fmt.r_multiple(sums.r_total)
    if look.unit is FigureUnit.PERCENT:
        return fmt.percent(figure / look.balance if look.balance else None, places=2, signed=True)
    return fmt.pnl(figure, look.currency)


def selection_summary(number: int, pnl: float, basis: Basis, currency: str) -> list[Child]:
    """Return how many rows are selected and what they made together."""
    return [
        f"{fmt.count(number)} selected ",
        html.Span(f"{basis.value} ", className="k"),
        marks.signed(fmt.pnl(pnl, currency), pnl),
    ]


def _sum_note(label: str, sums: Sums, look: TradeLook) -> Note:
    """Return the note of a sum of the filter with the sums it is made of."""
    net = (("Net", fmt.pnl(sums.net, look.currency)),) if look.unit is FigureUnit.MONEY else ()
    return figure_notes.given(
        figure_notes.TOTALS[label],
        ("Gross", fmt.pnl(sums.gross, look.currency)),
        ("Fees", fmt.pnl(-sums.fees, look.currency)),
        *net,
        ("Sum of R", fmt.r_multiple(sums.r_total)),
        ("Win rate", fmt.fraction(sums.win_rate)),
        sample=f"n = {fmt.plural(sums.total, 'trade')} listed.",
    )


def _total(label: str, text: str, sums: Sums, look: TradeLook) -> html.Span:
    mark = why_note(label, _sum_note(label, sums, look), value=text)
    return html.Span([html.Span(f"{label} ", className="k"), html.B(text), mark])


def cards(trades: Sequence[Trade], look: TradeLook, *, more: Child = None) -> list[Child]:
    """Return trades as two-line rows under their day, for phones.

    Args:
        trades: In order.
        look: How they are written.
        more: A button when there are further trades; then the sum of the last day is left out, being unfinished.
    """
    zone = ZoneInfo(look.timezone)
    groups = [(day, list(found)) for day, found in groupby(trades, key=lambda trade: _day_of(trade, zone))]
    shown: list[Child] = []
    for place, (day, found) in enumerate(groups):
        is_whole = more is None or place < len(groups) - 1
        shown.append(_day_head(day, found, look, is_whole=is_whole))
        shown += [_card(trade, look) for trade in found]
    return [*shown, html.Div(more, className="fw-more")] if more is not None else shown


def _day_of(trade: Trade, zone: ZoneInfo) -> date | None:
    return None if trade.closed_at is None else trade.closed_at.astimezone(zone).date()


def _day_head(day: date | None, trades: Sequence[Trade], look: TradeLook, *, is_whole: bool) -> html.Div:
    total = sum(look.pnl_of(trade) for trade in trades)
    text = "Open" if day is None else fmt.day_long(day, year=day.year != look.now.year)
    show = is_whole and look.unit is FigureUnit.MONEY
    return html.Div(
        [html.Span(text), marks.signed(fmt.pnl(total, look.currency), total) if show else None], className="dh"
    )


def _card(trade: Trade, look: TradeLook) -> dcc.Link:
    value = look.pnl_of(trade)
    about = " · ".join(part for part in (trade.setup, fmt.duration(seconds_held(trade, look.now))) if part)
    r_multiple = trade.r_multiple
    under = None if r_multiple is None else marks.signed(fmt.r_multiple(r_multiple), r_multiple)
    return dcc.Link(
        [
            html.Span([html.B(trade.instrument.symbol, className="fw-sym"), marks.side(trade.side > 0)], className="a"),
            html.Span(marks.signed(look.pnl_text(trade), value, strong=True), className="v"),
            html.Span(about, className="s"),
            html.Span(under, className="s v"),
        ],
        href=look.href(trade),
        className="tr",
    )

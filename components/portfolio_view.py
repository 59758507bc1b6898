"""The Portfolio page's parts: its head, allocation, treemap values and the table of holdings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import controls, feedback, marks, portfolio_drills, portfolio_notes, tables
from components import format as fmt
from components.icons import icon
from domain.instruments import AssetClass
from domain.portfolios import Dimension
from domain.valuation import Grouping, Slice, Valuation

if TYPE_CHECKING:
    from domain.accounts import Portfolio
    from domain.filters import LedgerFilter
    from domain.holdings import Holding
    from domain.portfolio_figures import PerformanceReport

Text = tuple[str, str]  # what a live cell says, and its CSS class
PARTS = 8
GROUPINGS = (
    (Grouping.CLASS, "Class"),
    (Grouping.SYMBOL, "Symbol"),
    (Grouping.ACCOUNT, "Account"),
    (Grouping.CURRENCY, "Currency"),
)
COLUMNS = (
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="name", title="Name", muted=True, hide_mobile=True),
    tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
    tables.Column(key="quantity", title="Qty", align="right", muted=True, hide_mobile=True),
    tables.Column(key="average", title="Avg cost", align="right", muted=True, hide_mobile=True),
    tables.Column(key="last", title="Last", align="right", hide_mobile=True),
    tables.Column(key="day", title="Day", align="right"),
    tables.Column(key="weight", title="Weight", align="right", muted=True, hide_mobile=True),
    tables.Column(key="value", title="Value", align="right", strong=True),
    tables.Column(key="gain", title="Gain", align="right"),
    tables.Column(key="gain_part", title="Gain %", align="right", hide_mobile=True),
    tables.Column(key="trade", title="", align="right", hide_mobile=True, width="28px"),
)
LIVE = ("last", "day", "weight", "value", "gain", "gain_part")
TOTAL = "total"
CLASS_NAMES: Mapping[str, str] = MappingProxyType(
    {
        AssetClass.STOCK.value: "Stocks",
        AssetClass.FUND.value: "Funds",
        AssetClass.BOND.value: "Bonds",
        AssetClass.OPTION.value: "Options",
        AssetClass.FUTURE.value: "Futures",
        AssetClass.FUTURE_OPTION.value: "Options on futures",
        AssetClass.FOREX.value: "Currencies",
        AssetClass.CRYPTO.value: "Crypto",
        AssetClass.CFD.value: "CFDs",
        AssetClass.INDEX.value: "Indices",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIds:
    """Ids of the live cells of the table by row and column, and of the names by row."""

    cell: Callable[[str, str], dict[str, Any]]
    name: Callable[[str], dict[str, Any]]


def row_key(item: Holding) -> str:
    """Return what identifies a position in the table."""
    return f"{item.position.account_id}-{item.position.trade_id}"


def head_texts(found: Valuation) -> dict[str, Text]:
    """Return text and class of the figures in the page's head."""
    currency, change = found.currency, found.day_change
    part = "" if found.day_fraction is None else f" ({fmt.percent(found.day_fraction, places=2, signed=True)})"
    today = "" if change is None else f"{fmt.pnl(change, currency)}{part} today"
    gain = fmt.MISSING if found.unrealised is None else fmt.pnl(found.unrealised, currency)
    tone = f"fw-{fmt.tone(found.unrealised)}"
    value = fmt.money(found.value if found.value is not None else 0.0, currency)
    return {
        "value": (value if found.value is not None or not found.rows else fmt.MISSING, "big"),
        "today": (today, f"fw-{fmt.tone(change)}"),
        "gain": (gain, tone),
        "gain_part": (_percent(found.unrealised_fraction), tone),
        "positions": (fmt.count(len(found.rows)), ""),
    }


def hero(id_of: Callable[[str], dict[str, Any]], *, marks_id: str, money_id: str, actions: Any) -> html.Div:
    """Return the page's head; its figures are filled by `head_texts`, cash and return by `money_facts`."""

    def live(name: str, tag: Any = html.Span, **more: Any) -> Any:
        return tag(id=id_of(name), **more)

    value = html.Div(
        [
            html.Div(
                ["Value of positions", live("why_value"), html.Span(id=marks_id, className="row-f")],
                className="k row-f",
            ),
            html.Div(
                [live("value", className="big", **{"data-fw-live": "value"}), live("today", className="today")],
                className="x",
            ),
        ]
    )
    gain = html.Div(
        [
            html.Div(["Unrealised gain", live("why_gain")], className="k"),
            html.Div([live("gain", html.B), live("gain_part")], className="mid2"),
        ]
    )
    held = html.Div(
        [
            html.Div(["Positions", live("why_positions")], className="k"),
            html.Div(live("positions", html.B), className="mid2"),
        ]
    )
    cash = html.Div(money_facts(None), id=money_id, className="fw-pf-money")
    return html.Div(
        [value, gain, held, cash, html.Div(actions, className="acts")], className="fw-hero fw-pf-hero fw-num"
    )


def money_facts(found: PerformanceReport | None) -> list[Any]:
    """Return value with cash, cash and the money-weighted return, dashes while there is nothing."""
    names = ("With cash", "Money-weighted return")
    facts = [(name, fmt.MISSING, "", "") for name in names]
    told: Mapping[str, Any] = {}
    if found is not None:
        told = portfolio_notes.money_marks(names, found)
        rate, currency = found.figures["mwr"], found.plan.currency
        shown = fmt.MISSING if rate.value is None else fmt.percent(rate.value, signed=True)
        span = "a year" if (found.last - found.first).days >= 364 else "of the period"
        facts = [
            (names[0], fmt.money(found.value, currency), "", f"Cash {fmt.money(found.cash, currency)}"),
            (names[1], shown, span if rate.value is not None else "", rate.reason),
        ]
    return [
        html.Div(
            [
                html.Div([name, told.get(name)], className="k"),
                html.Div([html.B(text), html.Span(more, className="fw-weak")], className="mid2"),
            ],
            title=title or None,
        )
        for name, text, more, title in facts
    ]


def price_marks(found: Valuation) -> list[Any]:
    """Return what is to be known about the prices, once: invented, old or missing."""
    parts: list[Any] = []
    if found.is_simulated:
        parts.append(marks.tag("Simulated prices", tone="warn"))
    elif found.stale:
        parts.append(marks.tag(f"{fmt.plural(found.stale, 'price')} old", tone="warn"))
    else:
        parts.append(marks.dot("live" if found.gross else "off"))
    return parts


def left_out(found: Valuation) -> Any:
    """Return the notice about positions outside the totals; None when there are none."""
    parts = []
    if found.unpriced:
        parts.append(f"{fmt.plural(found.unpriced, 'position')} without a price")
    parts += [f"{fmt.plural(count, 'position')} in {name}" for name, count in found.left_out.items()]
    if not parts:
        return None
    listed = " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
    text = f"{listed} {'is' if sum(found.left_out.values()) + found.unpriced == 1 else 'are'} listed below."
    rate = " Nothing is converted: no rate is assumed." if found.left_out else ""
    return feedback.notice("info", f"Totals are in {found.currency} and leave something out.", text + rate)


def holdings_table(found: Valuation, ids: RowIds, *, linked: Callable[[Holding], bool]) -> Any:
    """Return the table of positions with a total row, or the state of being flat.

    Args:
        found: The positions.
        ids: Ids of its cells.
        linked: Whether a position's symbol can be opened on the Market page.
    """
    if not found.rows:
        action = controls.link_button("Open Trades", "/trades", icon_end="arrow-right")
        return feedback.empty(
            "moon", "You are flat", "Open positions are listed here with live prices.", actions=[action]
        )
    texts = cell_texts(found)

    def cell(row: str, column: str) -> html.Span:
        text, look = texts[row, column]
        flash = {"data-fw-live": f"{row}-{column}"} if column in {"last", "value"} else {}
        return html.Span(text, id=ids.cell(row, column), className=look, **flash)

    rows = [
        _static_cells(item, linked(item)) | {name: cell(row_key(item), name) for name in LIVE} for item in found.rows
    ]
    for item, row in zip(found.rows, rows, strict=True):
        row["name"] = html.Span(item.position.instrument.name, id=ids.name(row_key(item)), className="nm")
        row["_why"] = portfolio_notes.holding_mark(item, found.weight(item), f"/trade/{item.position.trade_id}")
    total = {"symbol": "Total", **{name: cell(TOTAL, name) for name in LIVE[1:]}}
    total["_why"] = portfolio_notes.total_mark(found)
    several = len({item.position.account_name for item in found.rows}) > 1
    columns = [column for column in COLUMNS if several or column.key != "account"]
    body = tables.table(columns, rows, footer=total, row_height=30, caption="Holdings")
    return html.Div(body, className="fw-pf-table two" if several else "fw-pf-table")


def cell_texts(found: Valuation) -> dict[tuple[str, str], Text]:
    """Return text and class of every live cell by row and column."""
    texts: dict[tuple[str, str], Text] = {}
    for item in found.rows:
        for name, text in _live_cells(found, item).items():
            texts[row_key(item), name] = text
    gain = f"fw-{fmt.tone(found.unrealised)}"
    texts[TOTAL, "day"] = (_pnl(found.day_change, found.currency, places=0), f"fw-{fmt.tone(found.day_change)}")
    texts[TOTAL, "weight"] = ("100%" if found.gross else "", "")
    texts[TOTAL, "value"] = (fmt.money(found.value, found.currency), "")
    texts[TOTAL, "gain"] = (_pnl(found.unrealised, found.currency, places=0), gain)
    texts[TOTAL, "gain_part"] = (_percent(found.unrealised_fraction), gain)
    return texts


def _live_cells(found: Valuation, item: Holding) -> dict[str, Text]:
    instrument, quote = item.position.instrument, item.quote
    if quote is None or item.value is None:
        return dict.fromkeys(LIVE, (fmt.MISSING, "fw-flat")) | {"value": ("no price", "fw-flat")}
    before = None if item.day_change is None else abs(item.value - item.day_change)
    day = item.day_change / before if item.day_change is not None and before else None
    gain = f"fw-{fmt.tone(item.unrealised)}"
    weight = found.weight(item)
    return {
        "last": (fmt.price(quote.price, asset_class=instrument.asset_class.value), "stale" if quote.stale else ""),
        "day": (_percent(day, places=2), f"fw-{fmt.tone(day)}"),
        "weight": (fmt.MISSING if weight is None else fmt.percent(weight), ""),
        "value": (fmt.money(item.value, instrument.currency), ""),
        "gain": (_pnl(item.unrealised, instrument.currency, places=0), gain),
        "gain_part": (_percent(item.unrealised_fraction), gain),
    }


def _static_cells(item: Holding, is_linked: bool) -> dict[str, Any]:
    position = item.position
    symbol, trade = position.instrument.symbol, f"/trade/{position.trade_id}"
    opened = dcc.Link(
        icon("receipt", label=f"Open the trade in {symbol}"),
        href=trade,
        className="fw-icon-btn xs",
        title="Open the trade",
    )
    return {
        "_href": f"/market?symbol={symbol}" if is_linked else trade,
        "symbol": html.Span(symbol, className="nm", title=symbol),
        "account": dcc.Link(
            position.account_name, href=trade, className="nm fw-quiet-link", title=f"{position.account_name}: the trade"
        ),
        "quantity": fmt.quantity(position.quantity),
        "average": fmt.price(position.average_price, asset_class=position.instrument.asset_class.value),
        "trade": opened,
    }


def _percent(value: float | None, *, places: int = 1) -> str:
    return fmt.MISSING if value is None else fmt.percent(value, places=places, signed=True)


def _pnl(value: float | None, currency: str, *, places: int | None = None) -> str:
    return fmt.MISSING if value is None else fmt.pnl(value, currency, places=places)


def allocation(found: Valuation, by: Grouping, query: str | None = "") -> Any:
    """Return the stacked bar and its table; both lead to the trades of a part, in the filter of the query."""
    whole = found.allocation(by)
    parts = _named(whole, by)
    hrefs = {
        CLASS_NAMES.get(part.name, part.name) if by is Grouping.CLASS else part.name: portfolio_drills.part_href(
            query, Dimension(by.value), part.name
        )
        for part in whole
    }
    if not parts:
        return feedback.empty(
            "chart-pie", "Nothing to divide", "Positions with a price show here by what they are made of."
        )
    shown = [part for part in parts if part.weight is not None]
    bar = [
        portfolio_drills.piece(
            hrefs.get(part.name, ""),
            style={"flex": f"{part.weight:.5f}", "background": f"var(--fw-c{n})"},
            title=f"{part.name} {fmt.percent(part.weight)}",
        )
        for n, part in enumerate(shown, 1)
    ]
    largest = ", ".join(f"{part.name} {fmt.percent(part.weight)}" for part in shown[:3])
    named = [(part.name, part.value, part.weight) for part in parts]
    mark = portfolio_notes.weights_mark(f"Weights by {by.value}", named, found.currency)
    head = [
        html.Span(),
        html.Span([dict(GROUPINGS)[by], mark], className="fw-weak"),
        html.Span("Weight", className="fw-weak r"),
        html.Span("Value", className="fw-weak r"),
    ]
    cells = [cell for number, part in enumerate(parts, 1) for cell in _slice_cells(part, number, hrefs)]
    children: list[Any] = [html.Div([*head, *cells], className="fw-alloc fw-num")]
    if bar:
        children.insert(
            0, html.Div(bar, className="fw-alloc-bar", role="group", **{"aria-label": f"Allocation: {largest}"})
        )
    else:
        children.append(html.P("Currencies are not converted, so there are no weights.", className="fw-help"))
    return children


def _slice_cells(part: Slice, number: int, hrefs: Mapping[str, str]) -> list[Any]:
    weight = fmt.MISSING if part.weight is None else fmt.percent(part.weight)
    return [
        html.I(style={"background": f"var(--fw-c{number})"}),
        html.Span(portfolio_drills.linked(part.name, hrefs.get(part.name, "")), className="ell"),
        html.B(weight, className="r"),
        html.Span(fmt.money(part.value, part.currency, places=0), className="r"),
    ]


def _named(parts: Sequence[Slice], by: Grouping) -> list[Slice]:
    """Return at most eight parts with readable names, the smallest together."""
    named = [
        Slice(
            name=CLASS_NAMES.get(part.name, part.name) if by is Grouping.CLASS else part.name,
            value=part.value,
            weight=part.weight,
            currency=part.currency,
        )
        for part in parts
    ]
    if len(named) <= PARTS or named[0].weight is None:
        return named[:PARTS]
    rest = named[PARTS - 1 :]
    other = Slice(
        name=f"{len(rest)} others",
        value=sum(part.value for part in rest),
        weight=sum(part.weight or 0.0 for part in rest),
        currency=named[0].currency,
    )
    return [*named[: PARTS - 1], other]


def tiles(found: Valuation) -> tuple[list[str], list[float], list[float]]:
    """Return names, absolute values and changes of the day of the counted positions, for the treemap."""
    counted = [item for item in found.rows if found.counts(item)]
    changes = [
        (item.day_change or 0.0) / abs((item.value or 0.0) - (item.day_change or 0.0))
        if item.day_change is not None and item.value != item.day_change
        else float("nan")
        for item in counted
    ]
    return [item.position.instrument.symbol for item in counted], [abs(item.value or 0.0) for item in counted], changes


def portfolio_menu(portfolios: Sequence[Portfolio], chosen: LedgerFilter, *, path: str = "/portfolio") -> Any:
    """Return the menu of portfolios: each sets the accounts of the filter; None when there are none."""
    if not portfolios:
        return None
    current = next((item for item in portfolios if set(item.account_ids) == set(chosen.accounts)), None)

    def entry(name: str, href: str, *, on: bool) -> Any:
        return controls.menu_item(name, icon_name="check" if on else "wallet", href=href)

    everything = chosen.with_(accounts=(), currency="")
    rows = [entry("All accounts", _address(everything, path), on=not chosen.accounts), controls.menu_rule()]
    rows += [
        entry(
            item.name,
            _address(chosen.with_(accounts=item.account_ids, currency=item.currency), path),
            on=item is current,
        )
        for item in portfolios
    ]
    label = current.name if current else "Portfolios"
    return controls.menu(controls.trigger_button(label, icon_name="briefcase"), rows, align="end")


def _address(chosen: LedgerFilter, path: str) -> str:
    query = chosen.to_query()
    return f"{path}?{query}" if query else path

"""Open positions with their live prices."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dash import html

from components import cards, feedback, figure_notes, marks, tables
from components import format as fmt
from components.why_mark import Note, why_note
from domain.holdings import Holding, total_known

COLUMNS = (
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="quantity", title="Qty", align="right"),
    tables.Column(key="last", title="Last", align="right"),
    tables.Column(key="day", title="Day", align="right", hide_mobile=True),
    tables.Column(key="stop", title="To stop", align="right", muted=True, hide_mobile=True),
    tables.Column(key="r", title="R", align="right", hide_mobile=True),
    tables.Column(key="unrealised", title="Unreal. P&L", align="right"),
)


LIVE = ("last", "day", "stop", "r", "unrealised")


def positions_table(rows: Sequence[Holding], cell_id: Callable[[str, str], Any]) -> Any:
    """Return the positions, or the empty state of being flat.

    Args:
        rows: The positions.
        cell_id: Makes the id of a live cell from the key of its row and its column; `cell_texts` renews it.
    """
    if not rows:
        return feedback.empty(
            "moon", "You are flat", "Open positions show here with live P&L and distance to the stop."
        )
    texts = cell_texts(rows)
    held = Counter(item.position.instrument.symbol for item in rows)
    table_rows = [_row(item, texts, cell_id, in_several=held[item.position.instrument.symbol] > 1) for item in rows]
    return tables.table(COLUMNS, table_rows, caption="Open positions")


def row_key(item: Holding) -> str:
    """Return what a row is known by."""
    return str(item.position.trade_id)


def cell_texts(rows: Sequence[Holding]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return text and class of every live cell by row and column."""
    return {
        (row_key(item), column): found for item in rows for column, found in zip(LIVE, _live_texts(item), strict=True)
    }


def _live_texts(item: Holding) -> tuple[tuple[str, str], ...]:
    quote, currency = item.quote, item.position.instrument.currency
    ratio = item.r_multiple
    return (
        (fmt.MISSING, "") if quote is None else (fmt.price(quote.price), "fw-weak" if quote.stale else ""),
        _signed_money(item.day_change, currency),
        (fmt.MISSING if item.stop_distance is None else fmt.percent(item.stop_distance), ""),
        (fmt.MISSING, "") if ratio is None else (fmt.r_multiple(ratio), f"fw-num fw-{fmt.tone(ratio)}"),
        _signed_money(item.unrealised, currency, look=" fw-strong"),
    )


def unrealised_label(rows: Sequence[Holding]) -> Any:
    """Return the total unrealised P&L of what has a price, in the currency of the first position."""
    counted = same_currency(rows)
    total = total_known(item.unrealised for item in counted)
    if total is None:
        return ""
    currency = counted[0].position.instrument.currency
    simulated = any(item.quote is not None and item.quote.simulated for item in rows)
    label = marks.tag("Simulated prices", tone="warn") if simulated else None
    figure = marks.signed(fmt.pnl(total, currency), total, strong=True)
    mark = why_note("Unrealised", _noted("unrealised", rows), value=fmt.pnl(total, currency))
    return [label, html.Span(["Unrealised", mark], className="fw-weak"), figure]


def same_currency(rows: Sequence[Holding]) -> list[Holding]:
    """Return the positions in the currency of the first one: different currencies are never added up."""
    return [item for item in rows if item.position.instrument.currency == rows[0].position.instrument.currency]


def _noted(name: str, rows: Sequence[Holding]) -> Note:
    counted = [item for item in same_currency(rows) if item.quote is not None]
    unpriced = sum(item.quote is None for item in rows)
    reasons = [f"{fmt.plural(unpriced, 'position')} without a price"] if unpriced else []
    others = len(rows) - len(same_currency(rows))
    reasons += [f"{fmt.plural(others, 'position')} in other currencies, which are not converted here"] if others else []
    sample = f"n = {fmt.plural(len(counted), 'open position')} with a price."
    inputs = tuple(_input(name, item) for item in counted)
    return replace(figure_notes.POSITIONS[name], inputs=inputs, sample=sample, left_out="; ".join(reasons))


def _input(name: str, item: Holding) -> tuple[str, str]:
    position = item.position
    value = item.unrealised if name == "unrealised" else item.value
    last = "" if item.quote is None else f", last {fmt.price(item.quote.price)}"
    said = (
        f"{position.instrument.symbol}: {fmt.quantity(position.quantity)} at {fmt.price(position.average_price)}{last}"
    )
    return said, fmt.MISSING if value is None else fmt.pnl(value, position.instrument.currency)


def _row(
    item: Holding,
    texts: dict[tuple[str, str], tuple[str, str]],
    cell_id: Callable[[str, str], Any],
    *,
    in_several: bool,
) -> dict[str, Any]:
    position, key = item.position, row_key(item)
    symbol = position.instrument.symbol
    # Two rows of one symbol are told apart by their accounts.
    account = [" ", html.Span(position.account_name, className="fw-weak acc")] if in_several else []

    def live(column: str) -> html.Span:
        text, look = texts[key, column]
        flashes = {"data-fw-live": symbol} if column in ("last", "unrealised") else {}
        return html.Span(text, id=cell_id(key, column), className=look, **flashes)

    return {
        "_href": f"/trade/{position.trade_id}",
        "symbol": html.Span([symbol, *account], className="ell", title=f"{symbol}, {position.account_name}"),
        "quantity": fmt.quantity(position.quantity),
        **{column: live(column) for column in LIVE},
    }


def _signed_money(value: float | None, currency: str, *, look: str = "") -> tuple[str, str]:
    return (fmt.MISSING, "") if value is None else (fmt.pnl(value, currency), f"fw-num fw-{fmt.tone(value)}{look}")


def exposure(rows: Sequence[Holding]) -> Any:
    """Return the exposure by symbol with its sums in one currency, None while nothing has a price."""
    counted = same_currency(rows) if rows else []
    known: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for item in counted:
        if item.value:
            known[item.position.instrument.symbol, item.value < 0] += item.value
    if not known:
        return None
    currency = counted[0].position.instrument.currency
    parts = sorted(((name, value) for (name, _), value in known.items()), key=lambda part: -abs(part[1]))
    long = sum(value for _, value in parts if value > 0)
    short = sum(value for _, value in parts if value < 0)
    bar = marks.exposure_bar([(name, value, fmt.money(value, currency, places=0)) for name, value in parts])
    cells = [("Gross", long - short), ("Long", long), ("Short", short), ("Net", long + short)]
    facts = [
        cards.stat(name, text, mark=why_note(name, _noted(name, rows), value=text))
        for name, text in ((name, fmt.money(value, currency, places=0)) for name, value in cells)
    ]
    return html.Div([bar, html.Div(facts, className="fw-stats fw-num")], className="fw-exposure")

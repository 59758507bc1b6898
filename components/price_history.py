"""The card of kept price history: what is kept, and how to fetch or repair it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import controls, feedback, forms, tables
from components import format as fmt
from components.cards import card

if TYPE_CHECKING:
    from domain.candles import KeptSeries

Child = Any
WIDTHS = (("1m", "1 minute"), ("5m", "5 minutes"), ("15m", "15 minutes"), ("1h", "1 hour"), ("1d", "1 day"))


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryIds:
    """Ids of the card's controls."""

    rows: str
    symbol: str
    width: str
    start: str
    fetch: str
    repair: str


def history_card(ids: HistoryIds) -> html.Section:
    """Return the card; its rows are filled in later."""
    fields = [
        forms.field("Symbol", forms.text_input(ids.symbol, placeholder="AAPL", size="sm"), for_id=ids.symbol),
        forms.field("Candles", forms.select(ids.width, WIDTHS, value="1m"), for_id=ids.width),
        forms.field("From", forms.date_input(ids.start), for_id=ids.start),
        controls.button("Fetch", id=ids.fetch, icon_name="download"),
    ]
    return card(
        "Price history",
        [
            html.Div(feedback.skeleton_lines(2), id=ids.rows),
            html.Div(fields, className="fw-history-f", role="group", **{"aria-label": "Fetch price history"}),
        ],
        subtitle=["What is in use ", dcc.Link("keeps itself", href="/settings/market-data")],
        controls=controls.button("Repair gaps", id=ids.repair, icon_name="refresh-cw"),
    )


def history_rows(found: Sequence[KeptSeries]) -> html.Div:
    """Return the kept series as a table, or what to do without any."""
    if not found:
        return feedback.empty(
            "database", "Nothing is kept yet", "Fetch a symbol below: its candles are then there at once, also offline."
        )
    columns = (
        tables.Column(key="symbol", title="Symbol"),
        tables.Column(key="width", title="Candles"),
        tables.Column(key="provider", title="Provider", hide_mobile=True),
        tables.Column(key="bars", title="Bars", align="right"),
        tables.Column(key="span", title="From – to"),
        tables.Column(key="size", title="Size", align="right", hide_mobile=True),
    )
    return tables.table(columns, [_row(item) for item in found], caption="Kept price history")


def _row(item: KeptSeries) -> dict[str, Child]:
    return {
        "symbol": item.key.symbol,
        "width": item.key.interval.value,
        "provider": f"{item.key.provider} (simulated)" if item.simulated else item.key.provider,
        "bars": fmt.count(item.bars),
        "span": f"{item.first:%Y-%m-%d} – {item.last:%Y-%m-%d}",
        "size": f"{item.size_bytes / 1e6:.1f} MB",
    }

"""The grid of the Fills page: its columns, its rows as texts that can be edited, its cards on phones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dash import html

from components import format as fmt
from components import list_notes, marks, tables
from domain.executions import ExecutionKind
from domain.money import decimal_text

if TYPE_CHECKING:
    from domain.fills import FillRow

Child = Any
EDITABLE = ("time", "symbol", "side", "quantity", "price", "fees")
FIELDS = MappingProxyType({"time": "executed_at"})
"""Field of a draft behind a column of another name."""
_KINDS = MappingProxyType(
    {
        ExecutionKind.TRADE: "Trade",
        ExecutionKind.EXPIRY: "Expiry",
        ExecutionKind.ASSIGNMENT: "Assignment",
        ExecutionKind.EXERCISE: "Exercise",
        ExecutionKind.PAIRED: "Round trip",
    }
)


def columns(zone: str = "") -> list[dict[str, Any]]:
    """Return the columns; field names are those of the sort. `zone` heads the time when all accounts share it."""
    typed: dict[str, Any] = {"editable": True, "cellDataType": False}
    high_first: dict[str, Any] = {"sortingOrder": ["desc", "asc"]}
    sides = {"cellEditor": "agSelectCellEditor", "cellEditorParams": {"values": ["buy", "sell"]}}
    heading = f"Time ({zone})" if zone else "Time"
    plain: dict[str, Any] = {"sortable": False}
    return [
        tables.muted_column("time", heading, width=168, initialSort="desc", tooltipField="zone", **typed, **high_first),
        tables.symbol_column(width=104, tooltipField="name", **typed),
        {"field": "side", "headerName": "Side", "cellRenderer": "FwBuySell", "width": 82, **sides, **typed},
        tables.number_column("quantity", "Qty", width=92, **typed, **high_first),
        tables.number_column("price", "Price", width=96, **typed, **high_first),
        tables.muted_number_column("fees", "Fees", width=82, tooltipField="fees_note", **typed, **high_first),
        tables.muted_column("kind", "Kind", width=92),
        tables.muted_column("account", "Account", width=130, tooltipField="account"),
        tables.muted_column("source", "Source", minWidth=140, flex=1, tooltipField="source", **plain),
        tables.tags_column("marks", "", width=150, minWidth=110, flex=0),
    ]


def rows(fills: Sequence[FillRow]) -> list[dict[str, Any]]:
    """Return fills as rows of the grid: the texts an editor starts with, and the texts to read."""
    return [_row(fill) for fill in fills]


def _row(fill: FillRow) -> dict[str, Any]:
    item = fill.execution
    kind = item.instrument.asset_class.value
    foreign = item.fee_currency != item.instrument.currency
    fees = f"{fmt.plain(item.fees)} {item.fee_currency}" if foreign and item.fees else fmt.plain(item.fees)
    return {
        "id": str(item.id),
        "account": fill.account_name,
        "account_id": int(item.account_id),
        "time": local_time(fill),
        "zone": fill.account_timezone,
        "symbol": item.instrument.symbol,
        "name": item.instrument.name or item.instrument.symbol,
        "side": item.side.word,
        "quantity": decimal_text(item.quantity),
        "quantity_text": fmt.quantity(item.quantity),
        "price": decimal_text(item.price),
        "price_text": fmt.price(item.price, asset_class=kind),
        "fees": decimal_text(item.fees),
        "fees_text": f"≈ {fees}" if item.fees_estimated else fees,
        "fees_note": "Estimated by the account's fee plan." if item.fees_estimated else None,
        "kind": _KINDS[item.kind],
        "source": source(fill),
        "marks": list(marks_of(fill)),
    }


def local_time(fill: FillRow) -> str:
    """Write a fill's time in its account's zone, as it is typed."""
    local = fill.execution.executed_at.astimezone(ZoneInfo(fill.account_timezone)).replace(tzinfo=None)
    return local.isoformat(sep=" ", timespec="microseconds" if local.microsecond else "seconds")


def form_values(fill: FillRow) -> dict[str, Any]:
    """Return the values of a fill by field of its form, as they are typed."""
    item = fill.execution
    return {
        "account": int(item.account_id),
        "symbol": item.instrument.symbol,
        "side": item.side.word,
        "quantity": decimal_text(item.quantity),
        "price": decimal_text(item.price),
        "executed_at": local_time(fill),
        # An estimate is not what the fill says: saving the form must not make it so, and 0 would mean none at all.
        "fees": "" if item.fees_estimated else decimal_text(item.fees),
        "fee_currency": item.fee_currency,
        "asset_class": None,
    }


def source(fill: FillRow) -> str:
    """Say where a fill is from: file and line, or by hand."""
    if fill.by_hand:
        return "By hand"
    if not fill.filename:
        return "No file"
    return f"{fill.filename}, line {fmt.count(fill.execution.line)}" if fill.execution.line else fill.filename


def marks_of(fill: FillRow) -> list[tuple[str, str]]:
    """Return what is special about a fill, as tags with their tone."""
    found = [("Edited", "acc")] if fill.edited else []
    return [*found, *([(f"Apart {fill.lane}", "")] if fill.lane else [])]


def total(number: int) -> list[Child]:
    """Return the bar under the grid."""
    unit = " fill" if number == 1 else " fills"
    hint = "Double-click a cell, or press Enter, to change it"
    return [
        html.Span(
            [
                html.B(fmt.count(number)),
                html.Span(unit, className="k"),
                list_notes.column_mark(list_notes.FILLS, number),
            ]
        ),
        html.Span(html.Span(hint, className="k hide-m"), className="end"),
    ]


def cards(fills: Sequence[FillRow], *, store: str, more: Child = None) -> list[Child]:
    """Return fills as two-line rows under their day, for phones; a tap asks `store` to edit the fill."""
    shown: list[Child] = []
    for day, found in groupby(fills, key=lambda fill: local_time(fill)[:10]):
        shown.append(html.Div(html.Span(day), className="dh"))
        shown += [_card(fill) for fill in found]
    if more is not None:
        shown.append(html.Div(more, className="fw-more"))
    return [html.Div(shown, **{"data-fw-pick-store": store})]


def _card(fill: FillRow) -> html.Button:
    item = fill.execution
    tags = [marks.tag(text, tone=tone or "") for text, tone in marks_of(fill)]
    about = f"{local_time(fill)[11:19]} · {fill.account_name} · {source(fill)}"
    return html.Button(
        [
            html.Span(
                [html.B(item.instrument.symbol, className="fw-sym"), html.Span(item.side.word.capitalize()), *tags],
                className="a",
            ),
            html.Span(f"{fmt.quantity(item.quantity)} × {fmt.price(item.price)}", className="v"),
            html.Span(about, className="s"),
            html.Span(f"Fees {fmt.plain(item.fees)}" if item.fees else "", className="s v"),
        ],
        className="tr",
        type="button",
        **{"data-fw-value": f"edit:{item.id}"},
    )

"""The table in which columns of an unknown file are given a meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html

from components import cards, forms, tables
from components.icons import icon
from domain.drafts import ColumnTable

IGNORE = "-"
# Our field -> what it is called, how it is read.
_FIELDS = {
    "executed_at": ("Executed at", "Date and time"),
    "date": ("Date", "Day"),
    "time": ("Time", "Time of day"),
    "symbol": ("Symbol", "Ticker"),
    "side": ("Action", "Buy, sell"),
    "quantity": ("Quantity", "Number, its sign too"),
    "price": ("Price", "Number"),
    "fees": ("Fee", "Number, columns add up"),
    "fee_currency": ("Fee currency", "Code"),
    "currency": ("Currency", "Code"),
    "broker_id": ("Broker ID", "Finds duplicates"),
    "order_id": ("Order ID", "Tells rows apart"),
    "asset_class": ("Asset class", "Stock, option, future"),
    "multiplier": ("Multiplier", "Number"),
    "account": ("Account", "Number"),
    "status": ("Status", "Filled or not"),
    "tag": ("Tag", "Words"),
}
_COLUMNS = (
    tables.Column(key="mark", title="", width="36px"),
    tables.Column(key="column", title="In the file", strong=True),
    tables.Column(key="value", title="First value", hide_mobile=True),
    tables.Column(key="field", title="In Fillwise", width="172px"),
    tables.Column(key="read", title="Read as", muted=True, hide_mobile=True),
)


def field_word(name: str) -> str:
    """Return what a field is called."""
    return _FIELDS.get(name, (name.replace("_", " ").capitalize(), ""))[0]


def reading(name: str) -> tuple[Any, str]:
    """Return the mark of a column with this field ("" or IGNORE for none) and how it is read."""
    if name in ("", IGNORE):
        return icon("circle-minus", size=14, tone="weak"), ""
    return icon("circle-check", size=14, tone="profit"), _FIELDS.get(name, ("", ""))[1]


def mapping_card(found: ColumnTable, *, id_of: Callable[[str, str], Any], save_dialog: str) -> html.Section:
    """Return the mapping of every column.

    Args:
        found: The columns.
        id_of: Id of a part of a column's row: ("field", "mark" or "read", column).
        save_dialog: Id of the dialog that saves the mapping.
    """
    options = [(IGNORE, "Ignore"), *((name, field_word(name)) for name in found.known)]
    rows = [
        _row(column, value, found.fields.get(column, ""), options=options, id_of=id_of)
        for column, value in zip(found.columns, found.values, strict=True)
    ]
    mapped = sum(column in found.fields for column in found.columns)
    save = forms.button(
        "Save as template",
        kind="ghost",
        size="xs",
        icon_name="save",
        attributes={"data-fw-dialog": save_dialog},
    )
    said = f"from the template “{found.template}”" if found.template else f"{mapped} of {len(rows)} proposed"
    return cards.card(
        "Columns",
        html.Div(tables.table(_COLUMNS, rows, row_height=36, caption="Columns of the file"), className="im-map"),
        subtitle=said,
        controls=save,
        flush=True,
    )


def _row(column: str, value: str, name: str, *, options: list[Any], id_of: Callable[[str, str], Any]) -> dict[str, Any]:
    mark, read = reading(name)
    return {
        "mark": html.Span(mark, id=id_of("mark", column)),
        "column": column,
        "value": html.Span(value or "empty", className="fw-raw"),
        "field": forms.select(id_of("field", column), options, value=name or IGNORE),
        "read": html.Span(read, id=id_of("read", column)),
    }

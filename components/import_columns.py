"""The table in which columns of an unknown file are given a meaning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, forms, tables
from components import format as fmt
from components.icons import icon

if TYPE_CHECKING:
    from domain.drafts import ColumnFinding, ColumnTable, MappingQuestion

IGNORE = "-"
ASKED = "?"
"""Begins the name under which the answer to a question stands among the columns."""
SURE = 0.75
"""Confidence from which a proposal is not put in doubt."""
# Our field -> what it is called, how it is read.
_FIELDS = {
    "executed_at": ("Executed at", "Date and time"),
    "date": ("Date", "Day"),
    "time": ("Time", "Time of day"),
    "symbol": ("Symbol", "Ticker"),
    "side": ("Action", "Buy, sell"),
    "quantity": ("Quantity", "Number, its sign too"),
    "buy_quantity": ("Bought", "Number"),
    "sell_quantity": ("Sold", "Number"),
    "price": ("Price", "Number"),
    "amount": ("Amount", "Checks quantity × price"),
    "fees": ("Fee", "Number, columns add up"),
    "fees_commission": ("Fee: commission", "Number, added to the fee"),
    "fees_exchange": ("Fee: exchange", "Number, added to the fee"),
    "fees_clearing": ("Fee: clearing", "Number, added to the fee"),
    "fees_regulatory": ("Fee: regulatory", "Number, added to the fee"),
    "fees_tax": ("Fee: tax or stamp duty", "Number, added to the fee"),
    "fees_financing": ("Fee: financing or borrow", "Number, added to the fee"),
    "fees_conversion": ("Fee: conversion", "Number, added to the fee"),
    "fees_other": ("Fee: other", "Number, added to the fee"),
    "fee_currency": ("Fee currency", "Code"),
    "currency": ("Currency", "Code"),
    "broker_id": ("Broker ID", "Finds duplicates"),
    "order_id": ("Order ID", "Tells rows apart"),
    "asset_class": ("Asset class", "Stock, option, future"),
    "multiplier": ("Multiplier", "Number"),
    "account": ("Account", "Number"),
    "status": ("Status", "Filled or not"),
    "tag": ("Tag", "Words"),
    "entry_at": ("Opened at", "Date and time"),
    "exit_at": ("Closed at", "Date and time"),
    "entry_date": ("Opened on", "Day"),
    "entry_time": ("Opened, time", "Time of day"),
    "exit_date": ("Closed on", "Day"),
    "exit_time": ("Closed, time", "Time of day"),
    "entry_price": ("Entry price", "Number"),
    "exit_price": ("Exit price", "Number"),
    "bought_at": ("Bought at", "Date and time"),
    "sold_at": ("Sold at", "Date and time"),
    "buy_price": ("Price bought", "Number"),
    "sell_price": ("Price sold", "Number"),
    "profit": ("Profit as printed", "Checks the trade"),
}
_COLUMNS = (
    tables.Column(key="mark", title="", width="36px"),
    tables.Column(key="column", title="In the file", strong=True),
    tables.Column(key="value", title="First value", hide_mobile=True),
    tables.Column(key="field", title="In Fillwise", width="172px"),
    tables.Column(key="read", title="Read as, and why", muted=True, hide_mobile=True),
)
MakeId = Callable[[str, str], Any]


def field_word(name: str) -> str:
    """Return what a field is called."""
    return _FIELDS.get(name, (name.replace("_", " ").capitalize(), ""))[0]


def reading(name: str) -> tuple[Any, str]:
    """Return the mark of a column with this field ("" or IGNORE for none) and how it is read."""
    if name in ("", IGNORE):
        return icon("circle-minus", size=14, tone="weak"), ""
    return icon("circle-check", size=14, tone="profit"), _FIELDS.get(name, ("", ""))[1]


def mapping_card(
    found: ColumnTable, *, id_of: MakeId, save_dialog: str, templates: Any = None, sample_id: Any = None
) -> html.Section:
    """Return the mapping of every column: its first value, its field, how sure that is and why.

    Args:
        found: The columns.
        id_of: Id of a part of a column's row: ("field", "mark" or "read", column).
        save_dialog: Id of the dialog that saves the mapping.
        templates: A select of saved mappings to use instead, None when there is none.
        sample_id: Id of the button that downloads an anonymised sample.
    """
    options = [(IGNORE, "Ignore"), *((name, field_word(name)) for name in found.known)]
    findings = {item.column: item for item in found.findings}
    fixed = [column for column in found.fields if column not in found.columns]
    values = [*zip(found.columns, found.values, strict=True), *((column, column[1:]) for column in fixed)]
    rows = [
        _row(column, value, found.fields.get(column, ""), findings.get(column), options=options, id_of=id_of)
        for column, value in values
    ]
    body: list[Any] = [_questions(found.questions, id_of)] if found.questions else []
    table = tables.table(_COLUMNS, rows, row_height=36, caption="Columns of the file")
    body.append(html.Div(table, className="im-map"))
    body.append(html.Ul([html.Li(text) for text in found.remarks], className="im-notes") if found.remarks else None)
    save = forms.button(
        "Save as template", kind="ghost", size="xs", icon_name="save", attributes={"data-fw-dialog": save_dialog}
    )
    return cards.card(
        "Columns",
        body,
        subtitle=_summary(found, findings),
        controls=[item for item in (templates, save) if item is not None],
        footer=_footer(sample_id),
        flush=True,
    )


def _footer(sample_id: Any) -> Any:
    if sample_id is None:
        return None
    button = forms.button("Download an anonymised sample", id=sample_id, kind="ghost", size="xs", icon_name="download")
    return [html.Span("Not read right? Report its layout."), button]


def _summary(found: ColumnTable, findings: dict[str, ColumnFinding]) -> str:
    if found.template:
        return f"from the template “{found.template}”"
    mapped = sum(column in found.fields for column in found.columns)
    doubtful = sum(
        findings[column].confidence < SURE for column in found.fields if column in findings and column in found.columns
    )
    parts = [f"{fmt.count(mapped)} mapped"]
    if doubtful + len(found.questions):
        parts.append(f"{fmt.count(doubtful + len(found.questions))} to decide")
    if len(found.columns) > mapped:
        parts.append(f"{fmt.count(len(found.columns) - mapped)} ignored")
    return ", ".join(parts)


def _questions(questions: Sequence[MappingQuestion], id_of: MakeId) -> html.Div:
    """Return what only the file's owner can say, each with the answers offered."""
    asked = []
    for item in questions:
        mark = icon("circle-alert", size=14, tone="warn" if item.is_blocking else "muted")
        label = html.Div([mark, html.Span(item.text)], className="im-ask-text")
        if not item.options:
            asked.append(html.Div([label, html.Span("Choose it above.", className="im-sub")], className="im-ask-row"))
            continue
        options = [(IGNORE, "Choose" if item.is_blocking else "Leave it open"), *item.options]
        control = forms.select(id_of("field", f"{ASKED}{item.key}"), options, value=IGNORE)
        # A select of a column answers with its mark and its words; a question has no place for them.
        silent = [html.Span(id=id_of(part, f"{ASKED}{item.key}"), hidden=True) for part in ("mark", "read")]
        asked.append(html.Div([label, control, *silent], className="im-ask-row"))
    return html.Div(asked, className="im-ask", role="group", **{"aria-label": "Questions about the file"})


def _row(
    column: str, value: str, name: str, finding: ColumnFinding | None, *, options: list[Any], id_of: MakeId
) -> dict[str, Any]:
    mark, read = reading(name)
    is_doubtful = finding is not None and bool(name) and finding.field == name and finding.confidence < SURE
    if is_doubtful:
        mark = icon("circle-alert", size=14, tone="warn")
    title = f"Fixed: {column[1:]}" if column.startswith("=") else column
    return {
        "mark": html.Span(mark, id=id_of("mark", column)),
        "column": title,
        "value": html.Span(value or "empty", className="fw-raw", title=value or None),
        "field": html.Div(
            forms.select(id_of("field", column), options, value=name or IGNORE),
            className="im-doubt" if is_doubtful else None,
        ),
        "read": html.Div([html.Span(read, id=id_of("read", column)), _evidence(name, finding)]),
    }


def _evidence(name: str, finding: ColumnFinding | None) -> Any:
    if finding is None or not finding.evidence:
        return None
    sure = f"{fmt.percent(finding.confidence, places=0)} sure. " if name and finding.field == name else ""
    return html.Div(f"{sure}{finding.evidence[0]}", className="im-sub im-why", title=" ".join(finding.evidence))

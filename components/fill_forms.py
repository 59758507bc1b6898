"""Dialogs of the Fills page: the form of one fill, splitting, pasting, the history of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import controls, feedback, forms, picker, tables
from components import format as fmt
from domain.change_kinds import ChangeKind
from domain.instruments import AssetClass

if TYPE_CHECKING:
    from domain.errors import RowProblem
    from domain.fills import FillChange, PasteReading

Child = Any
PartId = Callable[[str], dict[str, str]]
_SIDES = (("buy", "Buy"), ("sell", "Sell"))
_KINDS = tuple((item.value, item.value.replace("_", " ").capitalize()) for item in AssetClass)
_ICONS = MappingProxyType(
    {
        ChangeKind.ADD: "plus",
        ChangeKind.EDIT: "pencil",
        ChangeKind.DELETE: "trash-2",
        ChangeKind.RESTORE: "rotate-ccw",
        ChangeKind.SPLIT: "arrow-left-right",
        ChangeKind.MERGE: "git-merge",
        ChangeKind.SET_APART: "layers",
        ChangeKind.JOIN: "git-merge",
        ChangeKind.SEPARATE: "arrow-left-right",
        ChangeKind.IMPORT_UNDONE: "file-up",
        ChangeKind.CORRECTED: "file-up",
    }
)
_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class FormIds:
    """Ids of the form of one fill; `field` and `error` make the id of a field and of its error."""

    dialog: str
    title: str
    save: str
    foot: str
    field: PartId
    error: PartId


def fill_form(ids: FormIds) -> html.Dialog:
    """Return the form of one fill, in a drawer."""

    def text(name: str, label: str, placeholder: str = "") -> html.Div:
        box = forms.text_input(ids.field(name), placeholder=placeholder)
        return _with_error(label, box, ids.error(name))

    kinds = forms.select(ids.field("asset_class"), _KINDS, placeholder="As in the book", clearable=True, size="md")
    fields = [
        _with_error("Account", forms.select(ids.field("account"), [], size="md"), ids.error("account")),
        text("symbol", "Symbol", "AAPL"),
        _with_error("Side", forms.segmented(ids.field("side"), _SIDES, "buy", label="Side"), ids.error("side")),
        html.Div([text("quantity", "Quantity", "100"), text("price", "Price", "10.50")], className="fw-form two"),
        text("executed_at", "Time, in the account's zone", "2026-09-01 14:30:05"),
        html.Div([text("fees", "Fees", "0"), text("fee_currency", "Currency of the fees")], className="fw-form two"),
        html.Div(
            [
                html.Div("Only for an instrument that is not in your book yet", className="fw-help"),
                _with_error("What it is", kinds, ids.error("asset_class")),
                html.Div([text("currency", "Currency"), text("multiplier", "Contract size")], className="fw-form two"),
            ],
            className="fw-more-fields",
        ),
    ]
    body = [*fields, html.Div(id=ids.error("other"))]
    footer = [html.Div(id=ids.foot, className="grow"), *_cancel_and(ids.save, "Save")]
    return controls.dialog(
        ids.dialog, html.Span("Add a fill", id=ids.title), html.Div(body, className="fw-form"), footer=footer, side=True
    )


def _with_error(label: str, control: Child, error_id: Any) -> html.Div:
    return html.Div(
        [html.Label([html.Span(label), control], className="fw-label wrap"), html.Div(id=error_id)],
        className="fw-field",
    )


def _cancel_and(button_id: str, text: str) -> list[Child]:
    return [
        html.Button("Cancel", className="fw-btn ghost", type="button", **{"data-fw-close": ""}),
        controls.button(text, id=button_id, kind="primary"),
    ]


def error(message: str, hint: str = "") -> html.Div:
    """Return what is wrong with a field."""
    return html.Div(f"{message} {hint}".strip(), className="fw-help err", role="alert")


def delete_button(execution_id: int, store: str) -> html.Span:
    """Return the button that deletes the fill of the form."""
    attributes = {"data-fw-value": f"delete:{execution_id}", "data-fw-close": ""}
    button = controls.button("Delete", kind="danger", icon_name="trash-2", attributes=attributes)
    return html.Span(button, **picker.to_store(store))


def separate_button(trade_id: int, store: str) -> html.Span:
    """Return the button that tells a merged trade as its parts again."""
    attributes = {"data-fw-value": f"separate:{trade_id}", "title": "Tell the merged trades as several again"}
    return html.Span(controls.button("Separate", size="xs", attributes=attributes), **picker.to_store(store))


def split_dialog(dialog_id: str, quantity_id: str, save_id: str, error_id: str) -> html.Dialog:
    """Return the dialog that asks how much of a fill becomes the first part."""
    box = forms.text_input(quantity_id, placeholder="40")
    body = [
        html.P("The fill becomes two: this much, and the rest. Price and time stay; fees are shared by quantity."),
        html.Div(
            [html.Label([html.Span("Quantity of the first part"), box], className="fw-label wrap")], className="fw-form"
        ),
        html.Div(id=error_id),
    ]
    return controls.dialog(dialog_id, "Split a fill", body, footer=_cancel_and(save_id, "Split"), width=420)


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteIds:
    """Ids of the paste dialog."""

    dialog: str
    account: str
    text: str
    preview: str
    save: str


def paste_dialog(ids: PasteIds) -> html.Dialog:
    """Return the dialog that takes rows copied from a spreadsheet."""
    area = dcc.Textarea(
        id=ids.text,
        className="fw-in-area fw-mono",
        rows=8,
        placeholder="Time\tSymbol\tSide\tQuantity\tPrice\tFees\n2026-09-01 14:30:05\tAAPL\tBuy\t100\t187.25\t1.00",
        spellCheck=False,
    )
    account = forms.select(ids.account, [], size="md")
    body = [
        html.P(
            "Copy rows in your spreadsheet and paste them here, with or without a first line of names. "
            "Columns may be in any order."
        ),
        html.Label([html.Span("Account"), account], className="fw-label wrap"),
        html.Label([html.Span("Rows"), area], className="fw-label wrap"),
        html.Div(id=ids.preview, **{"aria-live": "polite"}),
    ]
    footer = [
        html.Button("Cancel", className="fw-btn ghost", type="button", **{"data-fw-close": ""}),
        controls.button("Add", id=ids.save, kind="primary", disabled=True, attributes={"data-fw-close": ""}),
    ]
    form = html.Div(body, className="fw-form")
    return controls.dialog(ids.dialog, "Paste fills", form, footer=footer, width=760)


def paste_preview(reading: PasteReading, timezone: str) -> list[Child]:
    """Return what a pasted table would become: the first fills, every problem, and what was assumed."""
    from domain.executions import Side

    columns = [
        tables.Column(key="line", title="Line", muted=True),
        tables.Column(key="time", title="Time", muted=True),
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="side", title="Side"),
        tables.Column(key="quantity", title="Qty", align="right"),
        tables.Column(key="price", title="Price", align="right"),
        tables.Column(key="fees", title="Fees", align="right", muted=True),
    ]
    shown = [
        {
            "line": str(fill.line),
            "time": fmt.instant_seconds(fill.executed_at, timezone),
            "symbol": fill.instrument.symbol,
            "side": Side(fill.side).word.capitalize(),
            "quantity": fmt.quantity(fill.quantity),
            "price": fmt.price(fill.price, asset_class=fill.instrument.asset_class.value),
            "fees": fmt.plain(fill.fees),
        }
        for fill in reading.fills[:_SHOWN]
    ]
    rest = len(reading.fills) - len(shown)
    parts: list[Child] = [_problem(item) for item in reading.problems[:_SHOWN]]
    if len(reading.problems) > _SHOWN:
        parts.append(html.Div(f"and {fmt.count(len(reading.problems) - _SHOWN)} more problems", className="fw-help"))
    if shown:
        parts.append(tables.table(columns, shown, row_height=28, caption="Fills of the pasted rows"))
    if rest:
        parts.append(html.Div(f"and {fmt.plural(rest, 'more fill')}", className="fw-help"))
    return [*parts, *(html.Div(note, className="fw-help") for note in reading.notes)]


def _problem(item: RowProblem) -> html.Div:
    column = f", {item.column}" if item.column else ""
    value = f" “{item.value}”" if item.value else ""
    return error(f"Line {item.line}{column}{value}: {item.reason}", item.hint)


def undo_button(change: FillChange, store: str) -> html.Span:
    """Return the button of a toast or of the history that takes a change back."""
    button = controls.button("Undo", size="xs", icon_name="undo-2", attributes={"data-fw-value": str(change.id)})
    return html.Span(button, **picker.to_store(store))


def done_toast(change: FillChange, store: str, *, key: str) -> html.Div:
    """Return the toast after a change."""
    return feedback.toast("ok", change.summary, action=undo_button(change, store), key=key)


def history(changes: Sequence[FillChange], *, store: str, timezone: str, now: datetime) -> list[Child]:
    """Return what was done by hand, newest first, each with its undo."""
    if not changes:
        return [
            feedback.empty("history", "Nothing was changed by hand", "Edits, deletions and pastes are listed here.")
        ]
    return [_entry(change, store=store, timezone=timezone, now=now) for change in changes]


def _entry(change: FillChange, *, store: str, timezone: str, now: datetime) -> html.Div:
    from components.icons import icon

    about = f"{fmt.instant(change.changed_at, timezone, now=now)} · {change.account_name}"
    can_undo = change.undone_at is None and not change.kind.is_by_file
    end: Child = undo_button(change, store) if can_undo else None
    if change.undone_at is not None:
        about, end = f"{about} · taken back", None
    lines = html.Div([html.Div(change.summary, className="t"), html.Div(about, className="b fw-num")], className="txt")
    return html.Div(
        [icon(_ICONS[change.kind], size=15), lines, html.Div(end, className="act")],
        className="fw-change off" if change.undone_at is not None else "fw-change",
    )


def bulk_actions(*, store: str) -> list[Child]:
    """Return the buttons over the grid while rows are selected."""

    def action(text: str, icon_name: str, value: str, **more: Any) -> html.Button:
        attributes: Mapping[str, Any] = {"data-fw-value": value, **more}
        return controls.button(text, kind="ghost", icon_name=icon_name, attributes=attributes)

    buttons = [
        action("Edit", "pencil", "edit", **{"data-fw-key": "e", "title": "Edit  E"}),
        action("Split", "arrow-left-right", "split", title="Make two fills of one"),
        action("Merge", "git-merge", "merge", title="Make one fill of these"),
        action("Set apart", "layers", "apart", title="Match these among themselves only"),
        action("Put back", "link", "together", title="Match these with the others again"),
        action("Restore", "rotate-ccw", "restore", title="Back to what the file says"),
        action("Delete", "trash-2", "delete", title="Delete"),
    ]
    clear = controls.icon_button("x", "Clear the selection", small=True, attributes={"data-fw-unselect-fills": ""})
    return [html.Span(buttons, className="row-f", **picker.to_store(store)), html.I(className="sep"), clear]

"""Fills: every execution, sorted and paged on the server; added, edited, split, merged, deleted, pasted, undone."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ClientsideFunction, dcc, html
from dash.exceptions import PreventUpdate

from components import controls, feedback, fill_forms, fill_frame, fill_grid, trade_filters
from components import format as fmt
from domain.errors import FillwiseError
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.fill_desk import DeskIds, FillDesk, account_options
from web.fills import read_fill_sort, selected_fills, stamp
from web.page import Page
from web.shell import Shell, import_name, read_filter

CARDS = 100


class Ids(StrEnum):
    """Ids of this page."""

    BODY = "fills-body"
    VIEW = "fills-view"
    SEARCH = "fills-search"
    EXPORT = "fills-export"
    CHIPS = "fills-chips"
    TABLE = "fills-table"
    EMPTY = "fills-empty"
    GRID = "fills-grid"
    TOTAL = "fills-total"
    BULK = "fills-bulk"
    SUMMARY = "fills-summary"
    CHANGED = "fills-changed"
    SHOWN = "fills-shown"
    ACTION = "fills-action"
    UNDO = "fills-undo"
    CARDS = "fills-cards"
    CARD_WISH = "fills-card-wish"
    MORE = "fills-more"
    FORM = "fills-form"
    FORM_TITLE = "fills-form-title"
    FORM_FOOT = "fills-form-foot"
    FORM_SAVE = "fills-form-save"
    FORM_FILL = "fills-form-fill"
    FIELD = "fills-field"
    ERROR = "fills-error"
    SPLIT = "fills-split"
    SPLIT_FILL = "fills-split-fill"
    SPLIT_QUANTITY = "fills-split-quantity"
    SPLIT_SAVE = "fills-split-save"
    SPLIT_ERROR = "fills-split-error"
    PASTE = "fills-paste"
    PASTE_ACCOUNT = "fills-paste-account"
    PASTE_TEXT = "fills-paste-text"
    PASTE_PREVIEW = "fills-paste-preview"
    PASTE_SAVE = "fills-paste-save"
    HISTORY = "fills-history"
    HISTORY_LIST = "fills-history-list"


FRAME = fill_frame.FrameIds(**{name: Ids[name.upper()] for name in fill_frame.FrameIds.__slots__})
DESK = FillDesk(DeskIds.from_enum(Ids, selected=(Ids.GRID, "selectedRows"), account=(Ids.PASTE_ACCOUNT, "value")))
PASTE = fill_forms.PasteIds(
    dialog=Ids.PASTE, account=Ids.PASTE_ACCOUNT, text=Ids.PASTE_TEXT, preview=Ids.PASTE_PREVIEW, save=Ids.PASTE_SAVE
)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    history = html.Div(feedback.skeleton_lines(4), id=Ids.HISTORY_LIST, className="fw-changes")
    return html.Div(
        [
            fill_frame.bar(FRAME),
            html.Div(id=Ids.CHIPS, className="fw-chips", hidden=True),
            html.Div(id=Ids.EMPTY, className="fw-trades-empty", hidden=True),
            fill_frame.table(FRAME),
            DESK.layout(),
            fill_forms.paste_dialog(PASTE),
            controls.dialog(Ids.HISTORY, "Changes by hand", history, side=True, width=520),
            *(dcc.Store(id=name) for name in (Ids.SHOWN, Ids.CARD_WISH)),
            html.Button(id=Ids.MORE, hidden=True),
        ],
        id=Ids.BODY,
        className="page",
    )


PAGE = Page(module=__name__, path="/fills", title="Fills", order=25, icon="clipboard-list", key="F", layout=layout)
DESK.record(PAGE)


@PAGE.callback(
    Output(Ids.GRID, "getRowsResponse"),
    Output(Ids.EXPORT, "href"),
    Output(Ids.TOTAL, "children"),
    Input(Ids.GRID, "getRowsRequest"),
    State(Shell.FILTER, "data"),
    State(Ids.VIEW, "value"),
    prevent_initial_call=True,
)
def fill_rows(request: dict[str, Any] | None, query: str | None, view: str | None) -> tuple[Any, str, Any]:
    """Answer one block of rows of the grid."""
    wanted = request or {}
    sort = read_fill_sort(",".join(f"{item['colId']}:{item['sort']}" for item in wanted.get("sortModel") or ()))
    asked = sort.query(read_filter(query), view)
    start = int(wanted.get("startRow") or 0)
    end = min(int(wanted.get("endRow") or CARDS), start + 1_000)
    found = services().fills.page(current_owner(), asked, start=start, end=end)
    rows = {"rowData": fill_grid.rows(found.rows), "rowCount": found.total}
    return rows, sort.export(query, view), fill_grid.total(found.total)


@PAGE.callback(
    Output(Ids.EMPTY, "children"),
    Output(Ids.EMPTY, "hidden"),
    Output(Ids.TABLE, "hidden"),
    Input(Shell.FILTER, "data"),
    Input(Ids.VIEW, "value"),
    Input(Ids.CHANGED, "data"),
)
def fill_empty(query: str | None, view: str | None, _: Any) -> tuple[Any, bool, bool]:
    """Say so when there is nothing to show."""
    owner, chosen = current_owner(), read_filter(query)
    if services().fills.page(owner, read_fill_sort("").query(chosen, view), end=0).total:
        return None, True, False
    is_narrowed = view != "all" or bool(chosen.to_query())
    has_account = bool(services().accounts.list_accounts(owner))
    return fill_frame.nothing(is_narrowed=is_narrowed, has_account=has_account), False, True


@PAGE.callback(Output(Ids.CHIPS, "children"), Output(Ids.CHIPS, "hidden"), Input(Shell.FILTER, "data"))
def show_chips(query: str | None) -> tuple[Any, bool]:
    """Show what a link narrowed the fills to; each part can be taken away."""
    chosen = read_filter(query)
    chips = trade_filters.fill_chips(chosen, import_name(chosen))
    return chips, not chips


@PAGE.callback(
    Output(Ids.CARDS, "children"),
    Output(Ids.TOTAL, "children", allow_duplicate=True),
    Input(Ids.CARD_WISH, "data"),
    State(Shell.FILTER, "data"),
    State(Ids.VIEW, "value"),
    prevent_initial_call=True,
)
def fill_cards(wish: dict[str, Any] | None, query: str | None, view: str | None) -> tuple[Any, Any]:
    """List the first fills as cards; only phones wish for them."""
    number = min(int((wish or {}).get("cards") or CARDS), 1_000)
    found = services().fills.page(current_owner(), read_fill_sort("").query(read_filter(query), view), end=number)
    more = None
    if found.total > number:
        more = controls.button(f"Show {CARDS} more", attributes={"data-fw-more-fills": ""}, size="md")
    return fill_grid.cards(found.rows, store=Ids.ACTION, more=more), fill_grid.total(found.total)


@PAGE.callback(
    Output(Ids.PASTE_ACCOUNT, "options"),
    Output(Ids.PASTE_ACCOUNT, "value"),
    Output(Ids.GRID, "columnDefs"),
    Input(Shell.FILTER, "data"),
)
def fill_choices(query: str | None) -> tuple[Any, ...]:
    """Offer the accounts, the first chosen one picked, and name the zone when all share it."""
    accounts = services().accounts.list_accounts(current_owner())
    options = account_options()
    chosen = [int(key) for key in read_filter(query).accounts or [item.id for item in accounts]]
    zones = {item.timezone for item in accounts}
    zone = fmt.zone_label(zones.pop(), services().clock()) if len(zones) == 1 else ""
    return options, chosen[0] if chosen else None, fill_grid.columns(zone)


@PAGE.callback(
    Output(Ids.BULK, "hidden"),
    Output(Ids.SUMMARY, "children"),
    Input(Ids.GRID, "selectedRows"),
    prevent_initial_call=True,
)
def show_bulk(selected: list[dict[str, Any]] | None) -> tuple[bool, str]:
    """Say how many fills are selected."""
    return not selected, f"{fmt.count(len(selected or ()))} selected "


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.GRID, "cellValueChanged"),
    prevent_initial_call=True,
)
def save_cell(changes: list[dict[str, Any]] | dict[str, Any] | None) -> tuple[Any, Any]:
    """Lay what was typed into a cell over its fill; what cannot be read is told, and the cell shows the old value."""
    if not changes:
        raise PreventUpdate
    change = changes[-1] if isinstance(changes, list) else changes
    name, value = str(change.get("colId")), "" if change.get("value") is None else str(change["value"])
    try:
        (execution_id,) = selected_fills([change.get("data") or {}])
        typed = {fill_grid.FIELDS.get(name, name): value}
        return DESK.done(services().fills.edit(current_owner(), execution_id, typed))
    except FillwiseError as error:
        return stamp(), [feedback.toast("error", error.message, error.hint, key=stamp())]


@PAGE.callback(
    Output(Ids.PASTE_PREVIEW, "children"),
    Output(Ids.PASTE_SAVE, "children"),
    Output(Ids.PASTE_SAVE, "disabled"),
    Input(Ids.PASTE_TEXT, "value"),
    Input(Ids.PASTE_ACCOUNT, "value"),
    prevent_initial_call=True,
)
def preview_paste(text: str | None, account: int | None) -> tuple[Any, str, bool]:
    """Show what the pasted rows would become."""
    if not (text or "").strip() or account is None:
        return None, "Add", True
    try:
        reading = services().fills.read_paste(current_owner(), account, text or "")
    except FillwiseError as error:
        return fill_forms.error(error.message, error.hint), "Add", True
    timezone = services().accounts.account(current_owner(), account).timezone
    number = len(reading.fills)
    return fill_forms.paste_preview(reading, timezone), f"Add {fmt.plural(number, 'fill')}", not number


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.PASTE_TEXT, "value"),
    Input(Ids.PASTE_SAVE, "n_clicks"),
    State(Ids.PASTE_TEXT, "value"),
    State(Ids.PASTE_ACCOUNT, "value"),
    prevent_initial_call=True,
)
def save_paste(clicks: int | None, text: str | None, account: int | None) -> tuple[Any, ...]:
    """Add the pasted rows that can become fills."""
    if not clicks or account is None:
        raise PreventUpdate
    change = services().fills.add_many(current_owner(), account, text or "")
    return *DESK.done(change), ""


@PAGE.callback(
    Output(Ids.HISTORY_LIST, "children"),
    Input(Ids.CHANGED, "data"),
    Input(Shell.FILTER, "data"),
)
def fill_history(_: Any, query: str | None) -> Any:
    """List what was done by hand in the chosen accounts."""
    person = current_profile()
    changes = services().fills.history(person.id, account_ids=read_filter(query).accounts, limit=200)
    return fill_forms.history(changes, store=Ids.UNDO, timezone=person.timezone, now=services().clock())


PAGE.clientside(
    ClientsideFunction("fillwise_fills", "refresh"),
    Output(Ids.SHOWN, "data"),
    Input(Shell.FILTER, "data"),
    Input(Ids.VIEW, "value"),
    Input(Ids.CHANGED, "data"),
)
PAGE.clientside(ClientsideFunction("fillwise_fills", "search"), Input(Ids.SEARCH, "value"), prevent_initial_call=True)
PAGE.clientside(
    ClientsideFunction("fillwise_fills", "showSearch"), Output(Ids.SEARCH, "value"), Input(Shell.FILTER, "data")
)
PAGE.clientside(
    ClientsideFunction("fillwise_fills", "wishCards"),
    Output(Ids.CARD_WISH, "data"),
    Input(Shell.FILTER, "data"),
    Input(Ids.VIEW, "value"),
    Input(Ids.CHANGED, "data"),
    Input(Ids.MORE, "n_clicks"),
)

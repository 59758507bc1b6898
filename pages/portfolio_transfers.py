"""Portfolio, Transfers: shares, coins and contracts that moved between accounts, with a history and undo."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import cards, controls, feedback, instruments, picker, portfolio_frame, settings, transfers
from components import format as fmt
from components.icons import icon
from components.transfers import TransferIds
from domain.errors import FillwiseError
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.fills import stamp as new_stamp
from web.instruments import read_wish
from web.page import Page
from web.portfolio import portfolio_menu
from web.shell import Shell
from web.transfers import FIELDS, read_transfer, wished_form

PATH = "/portfolio/transfers"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "transfers-menu"
    CHANGED = "transfers-changed"
    WISH = "transfers-wish"
    LIST = "transfers-list"
    TOLD = "transfers-told"
    HISTORY = "transfers-history"
    STATE = "transfers-state"
    DIALOG = "transfers-dialog"
    TITLE = "transfers-title"
    SOURCE = "transfers-source"
    TARGET = "transfers-target"
    SYMBOL = "transfers-symbol"
    QUANTITY = "transfers-quantity"
    DAY = "transfers-day"
    TIME = "transfers-time"
    OUTSIDE = "transfers-outside"
    COST = "transfers-cost"
    ACQUIRED = "transfers-acquired"
    ASSET_CLASS = "transfers-asset-class"
    CURRENCY = "transfers-currency"
    NOTE = "transfers-note"
    EFFECT = "transfers-effect"
    ERROR = "transfers-error"
    SAVE = "transfers-save"


FORM = TransferIds(**{name: Ids[name.upper()] for name in TransferIds.__slots__})
INPUTS = {name: Ids[name.upper()] for name in FIELDS}


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    add = html.Span(
        controls.button("Add transfer", icon_name="plus", kind="primary", attributes={"data-fw-value": "add"}),
        **picker.to_store(Ids.WISH),
    )
    export = html.A([icon("download"), "Export"], href="/export/transfers.csv", download="", className="fw-btn",
                    title="CSV with a row for each lot")  # fmt: skip
    body = [
        *(dcc.Store(id=name) for name in (Ids.CHANGED, Ids.WISH, Ids.STATE)),
        cards.card(
            "Transfers in kind",
            html.Div(feedback.skeleton_table(4), id=Ids.LIST),
            controls=html.Span([export, " ", add]),
            flush=True,
        ),
        cards.card(
            "Told by your files, not entered",
            html.Div(feedback.skeleton_lines(2), id=Ids.TOLD),
            subtitle="No file says what a transferred unit once cost: what is missing is asked, never taken for 0.",
        ),
        html.Div(id=Ids.HISTORY),
        html.P(transfers.HOW, className="im-sub"),
        transfers.transfer_dialog(FORM),
    ]
    return portfolio_frame.frame(PATH, [html.Div(body, className="fw-stack")], menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Transfers", order=708, layout=layout)


@PAGE.callback(
    Output(Ids.LIST, "children"),
    Output(Ids.TOLD, "children"),
    Output(Ids.HISTORY, "children"),
    Input(Ids.CHANGED, "data"),
)
def fill_lists(_: str | None) -> tuple[Any, Any, Any]:
    """List what moved, what files tell of, and what was changed."""
    owner, service, zone = current_owner(), services().transfers, current_profile().timezone
    names = {int(item.id): item.name for item in services().accounts.list_accounts(owner)}
    return (
        transfers.transfer_table(service.list_transfers(owner), store=Ids.WISH),
        transfers.told_table(service.told(owner), names, store=Ids.WISH),
        transfers.history_card(service.history(owner), store=Ids.WISH, when=lambda at: fmt.instant(at, zone)),
    )


@PAGE.callback(Output(Ids.MENU, "children"), Input(Shell.FILTER, "data"))
def fill_menu(query: str | None) -> Any:
    """Offer the portfolios."""
    return portfolio_menu(query, PATH)


@PAGE.callback(
    Output(Ids.STATE, "data"),
    Output(Ids.TITLE, "children"),
    Output(Ids.SOURCE, "options"),
    Output(Ids.TARGET, "options"),
    Output(Ids.DIALOG, "data-fw-open"),
    *(Output(name, "value") for name in INPUTS.values()),
    Input(Ids.WISH, "data"),
    prevent_initial_call=True,
)
def open_form(wish: dict[str, Any] | None) -> tuple[Any, ...]:
    """Open the form: empty, of one that is stored, or of what a file tells."""
    verb, number = read_wish(wish)
    if verb not in ("add", "edit", "told"):
        raise PreventUpdate
    values, state, title = wished_form(verb, number)
    accounts = services().accounts.list_accounts(current_owner())
    options = [{"value": 0, "label": transfers.OUTSIDE}]
    options += [{"value": int(item.id), "label": item.name} for item in accounts]
    return state, title, options, options, new_stamp(), *(values[name] for name in INPUTS)


@PAGE.callback(Output(Ids.OUTSIDE, "hidden"), Input(Ids.SOURCE, "value"))
def show_parts(source: int | None) -> bool:
    """Ask for cost and day of what comes from outside; of the rest they are known."""
    return bool(source)


@PAGE.callback(
    Output(Ids.EFFECT, "children"),
    *(Input(name, "value") for name in INPUTS.values()),
    Input(Ids.STATE, "data"),
    prevent_initial_call=True,
)
def show_effect(*values: Any) -> Any:
    """Say which lots would move, as soon as the form is complete."""
    *typed, state = values
    form = dict(zip(INPUTS, typed, strict=True))
    if not all(form[name] for name in ("symbol", "quantity", "day")):
        return None
    try:
        return transfers.effect(services().transfers.preview(current_owner(), read_transfer(form, state)))
    except FillwiseError as error:
        return html.Div(f"{error.message} {error.hint}".strip(), className="fw-help")


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.DIALOG, "data-fw-open", allow_duplicate=True),
    Output(Ids.ERROR, "children"),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.STATE, "data"),
    *(State(name, "value") for name in INPUTS.values()),
    prevent_initial_call=True,
)
def save(clicks: int | None, state: dict[str, Any] | None, *values: Any) -> tuple[Any, ...]:
    """Store the transfer; the books it touches follow."""
    if not clicks:
        raise PreventUpdate
    try:
        draft = read_transfer(dict(zip(INPUTS, values, strict=True)), state)
        saved = services().transfers.save(current_owner(), draft)
    except FillwiseError as error:
        return no_update, no_update, no_update, instruments.form_error(error.message, error.hint)
    stamp, title = new_stamp(), f"{transfers.words(saved)}: {transfers.way(saved)}"
    return stamp, settings.saved(title, "Every figure follows it. It can be taken back below.", key=stamp), "", None


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.STATE, "data", allow_duplicate=True),
    Input(Ids.WISH, "data"),
    prevent_initial_call=True,
)
def drop_or_undo(wish: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    """Delete a transfer, or take a change back."""
    verb, number = read_wish(wish)
    if verb not in ("drop", "undo"):
        raise PreventUpdate
    service, owner, stamp = services().transfers, current_owner(), new_stamp()
    try:
        change = service.delete(owner, number) if verb == "drop" else service.undo(owner, number)
    except FillwiseError as error:
        return no_update, [feedback.toast("error", error.message, error.hint, key=stamp)], no_update
    said = "It can be taken back below." if verb == "drop" else "What held before it holds again."
    title = change.summary if verb == "drop" else f"Taken back: {change.summary}"
    return stamp, settings.saved(title, said, key=stamp), None

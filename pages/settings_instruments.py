"""Settings, Instruments: what is traded, what a contract is worth, and the corporate actions in between."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import cards, controls, corporate_actions, feedback, forms, instruments, picker, settings
from components import format as fmt
from components.corporate_actions import ActionIds
from components.instruments import InstrumentIds, SizeIds
from domain.action_kinds import ActionKind
from domain.errors import FillwiseError
from domain.money import decimal_text
from domain.security_numbers import NUMBERS
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.fills import stamp as new_stamp
from web.instruments import form_values, read_action, read_number, read_size, read_wish, wanted_symbol
from web.page import Page
from web.shell import Shell

if TYPE_CHECKING:
    from domain.corporate_actions import CorporateAction

PATH = "/settings/instruments"


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "instruments-changed"
    WISH = "instruments-wish"
    SEARCH = "instruments-search"
    LIST = "instruments-list"
    SIZES = "instruments-sizes"
    ACTIONS = "instruments-actions"
    TOLD = "instruments-told"
    EDITED = "instruments-edited"
    EDIT = "instruments-edit"
    EDIT_TITLE = "instruments-edit-title"
    EDIT_MULTIPLIER = "instruments-edit-multiplier"
    EDIT_NAME = "instruments-edit-name"
    EDIT_ISIN = "instruments-edit-isin"
    EDIT_CUSIP = "instruments-edit-cusip"
    EDIT_SEDOL = "instruments-edit-sedol"
    EDIT_ERROR = "instruments-edit-error"
    EDIT_SAVE = "instruments-edit-save"
    SIZE = "instruments-size"
    SIZE_SYMBOL = "instruments-size-symbol"
    SIZE_CLASS = "instruments-size-class"
    SIZE_MULTIPLIER = "instruments-size-multiplier"
    SIZE_FROM = "instruments-size-from"
    SIZE_TICK = "instruments-size-tick"
    SIZE_LOT = "instruments-size-lot"
    SIZE_ERROR = "instruments-size-error"
    SIZE_SAVE = "instruments-size-save"
    ACTED = "instruments-acted"
    ACTION = "instruments-action"
    ACTION_TITLE = "instruments-action-title"
    ACTION_ABOUT = "instruments-action-about"
    ACTION_KIND = "instruments-action-kind"
    ACTION_SYMBOL = "instruments-action-symbol"
    ACTION_DAY = "instruments-action-day"
    ACTION_RATIO_NEW = "instruments-action-ratio-new"
    ACTION_RATIO_OLD = "instruments-action-ratio-old"
    ACTION_RATIO_PART = "instruments-action-ratio"
    ACTION_NEW_SYMBOL = "instruments-action-new-symbol"
    ACTION_NEW_PART = "instruments-action-new"
    ACTION_CASH = "instruments-action-cash"
    ACTION_CASH_LABEL = "instruments-action-cash-label"
    ACTION_CASH_PART = "instruments-action-cash-part"
    ACTION_COST_SHARE = "instruments-action-cost-share"
    ACTION_SHARE_PART = "instruments-action-share"
    ACTION_ACCOUNT = "instruments-action-account"
    ACTION_NOTE = "instruments-action-note"
    ACTION_EFFECT = "instruments-action-effect"
    ACTION_SAVE = "instruments-action-save"
    DROP = "instruments-drop"
    DROPPED = "instruments-dropped"
    DROP_TEXT = "instruments-drop-text"
    DROP_CONFIRM = "instruments-drop-confirm"


EDIT = InstrumentIds(
    dialog=Ids.EDIT, title=Ids.EDIT_TITLE, multiplier=Ids.EDIT_MULTIPLIER, name=Ids.EDIT_NAME, isin=Ids.EDIT_ISIN,
    cusip=Ids.EDIT_CUSIP, sedol=Ids.EDIT_SEDOL, error=Ids.EDIT_ERROR, save=Ids.EDIT_SAVE,
)  # fmt: skip
SIZE = SizeIds(
    dialog=Ids.SIZE, symbol=Ids.SIZE_SYMBOL, asset_class=Ids.SIZE_CLASS, multiplier=Ids.SIZE_MULTIPLIER,
    valid_from=Ids.SIZE_FROM, tick_size=Ids.SIZE_TICK, lot_size=Ids.SIZE_LOT, error=Ids.SIZE_ERROR, save=Ids.SIZE_SAVE,
)  # fmt: skip
ACTION = ActionIds(
    dialog=Ids.ACTION, **{name: Ids[f"ACTION_{name.upper()}"] for name in ActionIds.__slots__ if name != "dialog"}
)
FORM = {
    "kind": Ids.ACTION_KIND, "symbol": Ids.ACTION_SYMBOL, "day": Ids.ACTION_DAY, "ratio_new": Ids.ACTION_RATIO_NEW,
    "ratio_old": Ids.ACTION_RATIO_OLD, "new_symbol": Ids.ACTION_NEW_SYMBOL, "cash": Ids.ACTION_CASH,
    "cost_share": Ids.ACTION_COST_SHARE, "account": Ids.ACTION_ACCOUNT, "note": Ids.ACTION_NOTE,
}  # fmt: skip
SIZE_FORM = (Ids.SIZE_SYMBOL, Ids.SIZE_CLASS, Ids.SIZE_MULTIPLIER, Ids.SIZE_FROM, Ids.SIZE_TICK, Ids.SIZE_LOT)


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    add_size = controls.button("Add contract size", icon_name="plus", attributes={"data-fw-dialog": Ids.SIZE})
    add_action = html.Span(
        controls.button("Add corporate action", icon_name="plus", attributes={"data-fw-value": "add"}),
        **picker.to_store(Ids.WISH),
    )
    drop = controls.dialog(
        Ids.DROP,
        "Delete",
        html.P(id=Ids.DROP_TEXT),
        footer=instruments.cancel_and(Ids.DROP_CONFIRM, "Delete", kind="danger"),
        width=420,
    )
    return settings.frame(
        PATH,
        [
            *(dcc.Store(id=name) for name in (Ids.CHANGED, Ids.WISH, Ids.EDITED, Ids.ACTED, Ids.DROPPED)),
            cards.card(
                "Instruments",
                html.Div(feedback.skeleton_table(6), id=Ids.LIST),
                controls=forms.search_input(Ids.SEARCH, "Symbol or number"),
                flush=True,
            ),
            cards.card(
                "Contract sizes you entered", html.Div(feedback.skeleton_lines(1), id=Ids.SIZES), controls=add_size
            ),
            cards.card("Corporate actions", html.Div(feedback.skeleton_lines(2), id=Ids.ACTIONS), controls=add_action),
            cards.card(
                "Told by your files, not applied",
                html.Div(feedback.skeleton_lines(2), id=Ids.TOLD),
                subtitle="The file does not say enough: complete it, and the effect is shown before anything changes.",
            ),
            instruments.instrument_dialog(EDIT),
            instruments.size_dialog(SIZE),
            corporate_actions.action_dialog(ACTION),
            drop,
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Instruments", order=954, layout=layout, filters=False)


@PAGE.callback(Output(Ids.LIST, "children"), Input(Ids.CHANGED, "data"), Input(Ids.SEARCH, "value"))
def fill_instruments(_: str | None, text: str | None) -> Any:
    """List the instruments."""
    found = services().instruments.list_instruments(current_owner())
    return instruments.instrument_table(found, text=text or "", store=Ids.WISH)


@PAGE.callback(Output(Ids.SIZES, "children"), Output(Ids.ACTIONS, "children"), Input(Ids.CHANGED, "data"))
def fill_entries(_: str | None) -> tuple[Any, Any]:
    """List what the owner entered."""
    owner = current_owner()
    sizes = instruments.size_table(services().instruments.list_sizes(owner), store=Ids.WISH)
    entered = services().corporate_actions.list_actions(owner)
    return sizes, corporate_actions.action_table(entered, store=Ids.WISH)


@PAGE.callback(Output(Ids.TOLD, "children"), Input(Ids.CHANGED, "data"), Input(Ids.SEARCH, "value"))
def fill_told(_: str | None, text: str | None) -> Any:
    """List what files tell of and was not applied."""
    told = services().corporate_actions.told_events(current_owner())
    return corporate_actions.told_table(told, text=text or "", store=Ids.WISH)


@PAGE.callback(
    Output(Ids.SEARCH, "value"),
    Output(Ids.SIZE_SYMBOL, "value"),
    Output(Ids.SIZE, "data-fw-open"),
    Input(Shell.URL, "search"),
)
def follow_address(search: str | None) -> tuple[Any, Any, Any]:
    """Look for the symbol of the address; of one nobody has traded yet, ask for its size."""
    symbol = wanted_symbol(search)
    if not symbol:
        return no_update, no_update, no_update
    owner = current_owner()
    known = any(item.instrument.symbol == symbol for item in services().instruments.list_instruments(owner))
    told = any(item.symbol == symbol for item in services().corporate_actions.told_events(owner))
    return symbol, symbol, "" if known or told else symbol


@PAGE.callback(
    Output(Ids.EDITED, "data"),
    Output(Ids.EDIT_TITLE, "children"),
    Output(Ids.EDIT_MULTIPLIER, "value"),
    Output(Ids.EDIT_NAME, "value"),
    *(Output(Ids[f"EDIT_{name.upper()}"], "value") for name in NUMBERS),
    Output(Ids.EDIT_ERROR, "children"),
    Output(Ids.EDIT, "data-fw-open"),
    Input(Ids.WISH, "data"),
    prevent_initial_call=True,
)
def open_instrument(wish: dict[str, Any] | None) -> tuple[Any, ...]:
    """Open the form of an instrument."""
    verb, number = read_wish(wish)
    if verb != "edit":
        raise PreventUpdate
    item = services().instruments.get(current_owner(), number).instrument
    size = "" if item.multiplier is None else decimal_text(item.multiplier)
    return number, f"Edit {item.symbol}", size, item.name, item.isin, item.cusip, item.sedol, None, f"{number}"


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.EDIT, "data-fw-open", allow_duplicate=True),
    Output(Ids.EDIT_ERROR, "children", allow_duplicate=True),
    Input(Ids.EDIT_SAVE, "n_clicks"),
    State(Ids.EDITED, "data"),
    State(Ids.EDIT_MULTIPLIER, "value"),
    State(Ids.EDIT_NAME, "value"),
    *(State(Ids[f"EDIT_{name.upper()}"], "value") for name in NUMBERS),
    prevent_initial_call=True,
)
def save_instrument(clicks: int | None, number: int | None, *values: Any) -> tuple[Any, ...]:
    """Save an instrument; a new size computes its trades anew."""
    if not clicks or not number:
        raise PreventUpdate
    try:
        size = read_number(values[0], "multiplier", "Contract size")
        told = {name: value or "" for name, value in zip(("name", *NUMBERS), values[1:], strict=True)}
        saved = services().instruments.correct(current_owner(), int(number), multiplier=size, **told)
    except FillwiseError as error:
        return no_update, no_update, no_update, instruments.form_error(error.message, error.hint)
    text = f"Contract size {fmt.quantity(saved.multiplier)}: its trades are computed with it."
    stamp = new_stamp()
    return stamp, settings.saved(f"{saved.symbol} saved", text, key=stamp), "", None


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.SIZE, "data-fw-open", allow_duplicate=True),
    Output(Ids.SIZE_ERROR, "children"),
    Input(Ids.SIZE_SAVE, "n_clicks"),
    *(State(name, "value") for name in SIZE_FORM),
    prevent_initial_call=True,
)
def save_size(clicks: int | None, *values: Any) -> tuple[Any, ...]:
    """Keep a contract size for the imports to come."""
    if not clicks:
        raise PreventUpdate
    try:
        saved = services().instruments.save_size(current_owner(), read_size(*values))
    except FillwiseError as error:
        return no_update, no_update, no_update, instruments.form_error(error.message, error.hint)
    stamp = new_stamp()
    text = "Import the file again whose rows waited for it: they become fills, and nothing is there twice."
    title = f"{saved.symbol}: a point is worth {fmt.quantity(saved.multiplier)}"
    return stamp, settings.saved(title, text, key=stamp), "", None


@PAGE.callback(
    Output(Ids.ACTED, "data"),
    Output(Ids.ACTION_TITLE, "children"),
    Output(Ids.ACTION_ACCOUNT, "options"),
    Output(Ids.ACTION, "data-fw-open"),
    *(Output(name, "value") for name in FORM.values()),
    Input(Ids.WISH, "data"),
    State(Ids.SEARCH, "value"),
    prevent_initial_call=True,
)
def open_action(wish: dict[str, Any] | None, text: str | None) -> tuple[Any, ...]:
    """Open the form of an action: empty, one that is stored, or what a file tells."""
    verb, number = read_wish(wish)
    if verb not in ("add", "action", "told"):
        raise PreventUpdate
    owner = current_owner()
    options = [{"value": 0, "label": "Every account"}]
    options += [{"value": int(item.id), "label": item.name} for item in services().accounts.list_accounts(owner)]
    action, day, reason = _wished(verb, number)
    values = form_values(action, day) if action else {**dict.fromkeys(FORM, ""), "kind": "split", "account": 0}
    if verb == "add" and any(item.instrument.symbol == text for item in services().instruments.list_instruments(owner)):
        values["symbol"] = text
    title = "Edit a corporate action" if verb == "action" else "Add a corporate action"
    state = {"id": number if verb == "action" else 0, "reason": reason}
    return state, title, options, new_stamp(), *(values[name] for name in FORM)


def _wished(verb: str, number: int) -> tuple[CorporateAction | None, str, str]:
    """Return the action to show, its day and why it is proposed."""
    owner = current_owner()
    if verb == "action":
        found = next(item for item in services().corporate_actions.list_actions(owner) if item.action.id == number)
        return found.action, found.day.isoformat(), ""
    if verb == "told":
        told = next(item for item in services().corporate_actions.told_events(owner) if item.event_id == number)
        return told.proposal, told.occurred_at.date().isoformat(), told.reason
    return None, "", ""


@PAGE.callback(
    Output(Ids.ACTION_ABOUT, "children"),
    Output(Ids.ACTION_RATIO_PART, "hidden"),
    Output(Ids.ACTION_NEW_PART, "hidden"),
    Output(Ids.ACTION_CASH_PART, "hidden"),
    Output(Ids.ACTION_CASH_LABEL, "children"),
    Output(Ids.ACTION_SHARE_PART, "hidden"),
    Input(Ids.ACTION_KIND, "value"),
)
def show_parts(kind: str | None) -> tuple[Any, ...]:
    """Show the fields that a kind needs."""
    part = corporate_actions.shown(ActionKind(kind or ActionKind.SPLIT))
    return part.about, not part.ratio, not part.new_symbol, not part.cash, part.cash_label, not part.share


@PAGE.callback(
    Output(Ids.ACTION_EFFECT, "children"),
    *(Input(name, "value") for key, name in FORM.items() if key != "note"),
    Input(Ids.ACTED, "data"),
    prevent_initial_call=True,
)
def show_effect(*values: Any) -> Any:
    """Say what the action would change, as soon as it is complete."""
    *typed, state = values
    form = dict(zip((key for key in FORM if key != "note"), typed, strict=True))
    reason = (state or {}).get("reason", "")
    if not form["symbol"] or not form["day"]:
        return corporate_actions.remark(reason)
    try:
        action = read_action(form, int((state or {}).get("id", 0)))
        changes = services().corporate_actions.preview(current_owner(), action)
    except FillwiseError as error:
        return corporate_actions.remark(reason, f"{error.message} {error.hint}".strip())
    return corporate_actions.effect(changes, reason=reason)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.ACTION, "data-fw-open", allow_duplicate=True),
    Output(Ids.ACTION_EFFECT, "children", allow_duplicate=True),
    Input(Ids.ACTION_SAVE, "n_clicks"),
    State(Ids.ACTED, "data"),
    *(State(name, "value") for name in FORM.values()),
    prevent_initial_call=True,
)
def save_action(clicks: int | None, state: dict[str, Any] | None, *values: Any) -> tuple[Any, ...]:
    """Store the action; every book it touches is built anew."""
    if not clicks:
        raise PreventUpdate
    try:
        action = read_action(dict(zip(FORM, values, strict=True)), int((state or {}).get("id", 0)))
        saved = services().corporate_actions.save(current_owner(), action)
    except FillwiseError as error:
        return no_update, no_update, no_update, instruments.form_error(error.message, error.hint)
    stamp, text = new_stamp(), "Every figure follows it. Delete it, and everything is as before."
    return stamp, settings.saved(corporate_actions.title(saved), text, key=stamp), "", None


@PAGE.callback(
    Output(Ids.DROPPED, "data"),
    Output(Ids.DROP_TEXT, "children"),
    Output(Ids.DROP, "data-fw-open"),
    Input(Ids.WISH, "data"),
    prevent_initial_call=True,
)
def ask_to_drop(wish: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    """Ask before an action or a size goes."""
    verb, number = read_wish(wish)
    owner = current_owner()
    if verb == "undo":
        action = services().corporate_actions.get(owner, number)
        text = f"{corporate_actions.title(action)}. Without it, every figure is what the fills alone make."
    elif verb == "size":
        size = next(item for item in services().instruments.list_sizes(owner) if item.id == number)
        text = f"The size {fmt.quantity(size.multiplier)} of {size.symbol}. Instruments that were made with it keep it."
    else:
        raise PreventUpdate
    return {"verb": verb, "id": number}, text, new_stamp()


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.DROP, "data-fw-open", allow_duplicate=True),
    Input(Ids.DROP_CONFIRM, "n_clicks"),
    State(Ids.DROPPED, "data"),
    prevent_initial_call=True,
)
def drop(clicks: int | None, state: dict[str, Any] | None) -> tuple[Any, ...]:
    """Take an action or a size away."""
    if not clicks or not state:
        raise PreventUpdate
    owner, stamp = current_owner(), new_stamp()
    if state["verb"] == "undo":
        gone = corporate_actions.title(services().corporate_actions.delete(owner, int(state["id"])))
    else:
        services().instruments.delete_size(owner, int(state["id"]))
        gone = "Contract size"
    return stamp, settings.saved("Deleted", gone, key=stamp), ""

"""How the overview is composed, a part of its page: layouts by name, cards dragged on the board or in a drawer."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc
from dash.exceptions import PreventUpdate

from components import feedback, overview_board
from domain.overview import DEFAULT
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.shell import Shell

EDITOR = CallbackRecorder()


class EditorIds(StrEnum):
    """Ids of what composes the board."""

    SHOWN = "overview-shown"
    LAYOUTS = "overview-layouts"
    EDITED = "overview-edited"
    DROPPED = "overview-dropped"
    EDITOR = "overview-editor"
    EDIT = "overview-edit"
    DRAWER = "overview-drawer"
    NAME = "overview-name"
    SAVE = "overview-save"
    RESET = "overview-reset"


def board_data() -> dict[str, str]:
    """Return the attributes by which `assets/js/board.js` knows the board and where it puts what was dropped."""
    return {"data-fw-board": EditorIds.DROPPED}


def layout_tools() -> Any:
    """Return the line under the board."""
    return overview_board.tools(EditorIds.LAYOUTS, EditorIds.DRAWER, first=DEFAULT)


def editor_parts() -> list[Any]:
    """Return the stores and the drawer."""
    names = {name: EditorIds[name.upper()].value for name in ("drawer", "editor", "name", "save", "reset")}
    stores = [dcc.Store(id=name) for name in (EditorIds.SHOWN, EditorIds.EDITED, EditorIds.DROPPED)]
    return [*stores, overview_board.drawer(names, first=DEFAULT)]


@EDITOR.callback(Output(EditorIds.SHOWN, "data"), Input(EditorIds.LAYOUTS, "value"), prevent_initial_call=True)
def choose_layout(name: str | None) -> str:
    """Show another layout."""
    layouts = services().overview_layouts
    if not isinstance(name, str) or layouts.current(current_owner()).name == name:
        raise PreventUpdate
    return f"{layouts.choose(current_owner(), name).name} chosen"


@EDITOR.callback(Output(EditorIds.EDITOR, "children"), Input(EditorIds.EDITED, "data"), prevent_initial_call=True)
def list_cards(edited: str | None) -> Any:
    """List the cards in the drawer as they would be saved."""
    from domain.overview import CARDS, read_cards

    return overview_board.editor(read_cards(edited or ""), dict(CARDS), _edit_id)


def _edit_id(verb: str, slug: str) -> dict[str, str]:
    return {"type": EditorIds.EDIT, "key": f"{verb}|{slug}"}


@EDITOR.callback(
    Output(EditorIds.EDITED, "data", allow_duplicate=True),
    Input({"type": EditorIds.EDIT, "key": ALL}, "n_clicks"),
    State(EditorIds.EDITED, "data"),
    prevent_initial_call=True,
)
def edit_cards(_: Any, edited: str | None) -> str:
    """Move, resize, take out or put in one card."""
    from domain import overview

    pressed: Any = ctx.triggered_id
    if not pressed or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    verb, _, slug = str(pressed["key"]).partition("|")
    return overview.write_cards(overview.edit_cards(overview.read_cards(edited or ""), verb, slug))


@EDITOR.callback(
    Output(EditorIds.SHOWN, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(EditorIds.SAVE, "n_clicks"),
    Input(EditorIds.RESET, "n_clicks"),
    State(EditorIds.EDITED, "data"),
    State(EditorIds.NAME, "value"),
    prevent_initial_call=True,
)
def keep_layout(saves: int | None, resets: int | None, edited: str | None, name: str | None) -> tuple[str, Any]:
    """Save what the drawer says, or go back to what the layout was."""
    from domain.overview import read_cards

    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    owner, layouts, is_reset = current_owner(), services().overview_layouts, ctx.triggered_id == EditorIds.RESET
    shown = layouts.reset(owner, name or "") if is_reset else layouts.save(owner, name or "", read_cards(edited or ""))
    key = f"{shown.name} {saves} {resets}"
    return key, [feedback.toast("ok", f"“{shown.name}” is {'as it was' if is_reset else 'saved'}", key=key)]


@EDITOR.callback(
    Output(EditorIds.SHOWN, "data", allow_duplicate=True),
    Input(EditorIds.DROPPED, "data"),
    prevent_initial_call=True,
)
def drop_cards(dropped: dict[str, Any] | None) -> str:
    """Keep the order and the widths that were dragged on the board, under the layout that is shown."""
    from domain.overview import read_cards

    if not isinstance(dropped, dict):
        raise PreventUpdate
    owner, layouts = current_owner(), services().overview_layouts
    cards = str(dropped.get("cards") or "")
    layouts.save(owner, layouts.current(owner).name, read_cards(cards))
    return f"{cards} {dropped.get('at')}"

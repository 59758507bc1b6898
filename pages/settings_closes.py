"""Settings, Closes: daily closes that a person types for what no provider quotes."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import feedback, settings
from domain.errors import FillwiseError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

PATH = "/settings/closes"


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "settings-closes-changed"
    LIST = "settings-closes-list"
    SYMBOL = "settings-closes-symbol"
    CLOSES = "settings-closes-closes"
    SAVE = "settings-closes-save"
    REMOVE = "settings-closes-remove"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import closes

    ids = {"symbol": Ids.SYMBOL, "closes": Ids.CLOSES, "save": Ids.SAVE}
    listed = closes.close_card(html.Div(feedback.skeleton_table(3, row_height=36), id=Ids.LIST))
    return settings.frame(PATH, [dcc.Store(id=Ids.CHANGED), listed, closes.close_form(ids)])


PAGE = Page(module=__name__, path=PATH, title="Closes", order=955, layout=layout, filters=False)


@PAGE.callback(Output(Ids.LIST, "children"), Input(Ids.CHANGED, "data"))
def fill_list(_: str | None) -> Any:
    """List the symbols with closes."""
    from components import closes

    found = services().portfolios.closes.given(current_owner())
    return closes.close_table(found, remove_id=lambda symbol: {"type": Ids.REMOVE, "key": symbol})


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.CLOSES, "value"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    Input({"type": Ids.REMOVE, "key": ALL}, "n_clicks"),
    State(Ids.SYMBOL, "value"),
    State(Ids.CLOSES, "value"),
    prevent_initial_call=True,
)
def change_closes(_: int | None, __: Any, symbol: str | None, text: str | None) -> tuple[Any, Any, Any]:
    """Save what was typed, or remove the closes of a symbol."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    pressed: Any = ctx.triggered_id
    book, owner, stamp = services().portfolios.closes, current_owner(), services().clock().isoformat()
    try:
        if pressed == Ids.SAVE:
            said = f"{book.save_text(owner, symbol or '', text or ''):,} closes of {(symbol or '').strip()} saved"
        else:
            said = f"{book.delete(owner, str(pressed['key'])):,} closes of {pressed['key']} removed"
    except FillwiseError as error:
        return no_update, no_update, [feedback.toast("error", error.message, error.hint, key=stamp)]
    return stamp, "" if pressed == Ids.SAVE else no_update, settings.saved(said, key=stamp)

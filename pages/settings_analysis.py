"""Settings, Analysis: breakeven tolerance, days of a year, risk-free rate and strategies tried."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import dash
from dash import ALL, dcc, html

from components import cards, feedback, settings
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

PATH = "/settings/analysis"
DEFAULT = 0


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "settings-analysis-changed"
    DEFAULT = "settings-analysis-default"
    LIST = "settings-analysis-list"
    FIELD = "settings-analysis-field"
    SAVE = "settings-analysis-save"


def part_id(account: int) -> Callable[[str], dict[str, Any]]:
    """Return what makes the ids of the parts of an account's form; account 0 is the default."""

    def make(part: str) -> dict[str, Any]:
        if part == "save":
            return {"type": Ids.SAVE, "account": account}
        return {"type": Ids.FIELD, "account": account, "field": part}

    return make


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import analysis_settings

    return settings.frame(
        PATH,
        [
            dcc.Store(id=Ids.CHANGED),
            cards.card("Default for every account", html.Div(feedback.skeleton_lines(5), id=Ids.DEFAULT)),
            cards.card("Accounts", html.Div(feedback.skeleton_table(2, row_height=56), id=Ids.LIST)),
            cards.card("Where accounts differ", analysis_settings.rules_note()),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Analysis", order=953, layout=layout, filters=False)


@PAGE.callback(Output(Ids.DEFAULT, "children"), Output(Ids.LIST, "children"), Input(Ids.CHANGED, "data"))
def fill_settings(_: str | None) -> tuple[Any, Any]:
    """Show what is saved."""
    from components import analysis_settings
    from domain.analysis_rules import write_settings

    found = services().analysis_settings.read(current_owner())
    default = write_settings(found.default)
    rows = [(int(item.id), item.name, write_settings(found.own[int(item.id)])) for item in found.accounts]
    form = analysis_settings.settings_form(default, part_id(DEFAULT))
    return form, analysis_settings.account_list(rows, default, ids=part_id)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.SAVE, "account": ALL}, "n_clicks"),
    State({"type": Ids.FIELD, "account": ALL, "field": ALL}, "value"),
    prevent_initial_call=True,
)
def save_settings(clicks: list[int | None], _: list[Any]) -> tuple[Any, Any]:
    """Save the default, or what an account has of its own."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not pressed or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    number, owner, book = int(pressed["account"]), current_owner(), services().analysis_settings
    values = {
        item["id"]["field"]: str(item.get("value") or "")
        for item in dash.ctx.states_list[0]
        if item["id"]["account"] == number
    }
    if number == DEFAULT:
        book.save_default(owner, values)
    else:
        book.save_account(owner, number, values)
    stamp = services().clock().isoformat()
    return stamp, settings.saved("Analysis settings saved", "Every figure uses them from now on.", key=stamp)

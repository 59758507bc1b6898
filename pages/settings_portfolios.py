"""Settings, Portfolios: named choices of accounts, each in one currency."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

import dash
from dash import ALL, dcc, html

from components import accounts, cards, feedback, settings
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

PATH = "/settings/portfolios"
NEW = 0


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "settings-portfolios-changed"
    LIST = "settings-portfolios-list"
    ADD = "settings-portfolios-add"
    FIELD = "settings-portfolio-field"
    SAVE = "settings-portfolio-save"
    DELETE = "settings-portfolio-delete"


def part_id(portfolio: int) -> Callable[[str], dict[str, Any]]:
    """Return what makes the ids of the parts of a portfolio's form."""

    def make(part: str) -> dict[str, Any]:
        if part in ("save", "delete"):
            return {"type": Ids.SAVE if part == "save" else Ids.DELETE, "portfolio": portfolio}
        return {"type": Ids.FIELD, "portfolio": portfolio, "field": part}

    return make


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    return settings.frame(
        PATH,
        [
            dcc.Store(id=Ids.CHANGED),
            cards.card("Portfolios", html.Div(feedback.skeleton_table(2, row_height=56), id=Ids.LIST)),
            accounts.new_card("Add a portfolio", html.Div(feedback.skeleton_lines(3), id=Ids.ADD)),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Portfolios", order=953, layout=layout, filters=False)


@PAGE.callback(Output(Ids.LIST, "children"), Output(Ids.ADD, "children"), Input(Ids.CHANGED, "data"))
def fill_portfolios(_: str | None) -> tuple[Any, Any]:
    """List the portfolios."""
    owner = current_owner()
    mine = services().accounts.list_accounts(owner)
    found = services().accounts.list_portfolios(owner)
    plans = {item.id or 0: item for item in services().portfolios.plans.plans(owner)}
    return accounts.portfolio_list(found, mine, ids=part_id, plans=plans), accounts.portfolio_form(
        None, mine, part_id(NEW)
    )


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.SAVE, "portfolio": ALL}, "n_clicks"),
    State({"type": Ids.FIELD, "portfolio": ALL, "field": ALL}, "value"),
    prevent_initial_call=True,
)
def save_portfolio(clicks: list[int | None], _: list[Any]) -> tuple[Any, Any]:
    """Add a portfolio or save its changes."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not pressed or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    number, owner = int(pressed["portfolio"]), current_owner()
    values = {
        item["id"]["field"]: item.get("value") for item in dash.ctx.states_list[0] if item["id"]["portfolio"] == number
    }
    name, currency = str(values.get("name") or ""), str(values.get("currency") or "")
    members = [int(item) for item in values.get("accounts") or []]
    rules = {key: values.get(key) for key in ("regime", "method", "rate_days")}
    rules["benchmark"] = values.get("benchmark") or ""
    services().portfolios.plans.save(owner, number or None, name=name, currency=currency, account_ids=members, **rules)
    stamp = services().clock().isoformat()
    return stamp, settings.saved(f"{name.strip()} saved", key=stamp)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.DELETE, "portfolio": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def delete_portfolio(clicks: list[int | None]) -> tuple[Any, Any]:
    """Delete a portfolio; its accounts stay."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not pressed or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    services().accounts.delete_portfolio(current_owner(), int(pressed["portfolio"]))
    stamp = services().clock().isoformat()
    return stamp, settings.saved("Portfolio deleted", "Its accounts stay.", key=stamp)

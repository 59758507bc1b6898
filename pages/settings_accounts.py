"""Settings, Accounts: broker, currency, time zone, lot method and starting balance of each."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import dash
from dash import ALL, dcc, html

from components import accounts, cards, feedback, settings
from components import format as fmt
from domain.filters import LedgerFilter
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

if TYPE_CHECKING:
    from domain.accounts import AccountId

PATH = "/settings/accounts"
NEW = 0


class Ids(StrEnum):
    """Ids of this page."""

    CHANGED = "settings-accounts-changed"
    LIST = "settings-accounts-list"
    FIELD = "settings-account-field"
    SAVE = "settings-account-save"
    DELETE = "settings-account-delete"


def part_id(account: int) -> Callable[[str], dict[str, Any]]:
    """Return what makes the ids of the parts of an account's form."""

    def make(part: str) -> dict[str, Any]:
        if part in ("save", "delete"):
            return {"type": Ids.SAVE if part == "save" else Ids.DELETE, "account": account}
        return {"type": Ids.FIELD, "account": account, "field": part}

    return make


FIELDS = State({"type": Ids.FIELD, "account": ALL, "field": ALL}, "value")


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    return settings.frame(
        PATH,
        [
            dcc.Store(id=Ids.CHANGED),
            cards.card("Accounts", html.Div(feedback.skeleton_table(3, row_height=56), id=Ids.LIST)),
            accounts.new_card("Add an account", accounts.account_form(None, part_id(NEW))),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Accounts", order=952, layout=layout, filters=False)


@PAGE.callback(Output(Ids.LIST, "children"), Input(Ids.CHANGED, "data"))
def fill_accounts(_: str | None) -> Any:
    """List the accounts."""
    owner = current_owner()
    fills = {int(key): number for key, number in services().accounts.execution_counts(owner).items()}
    plans = {int(key): name for key, name in services().fee_plans.names(owner).items()}
    return accounts.account_list(services().accounts.list_accounts(owner), fills, ids=part_id, plans=plans)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.SAVE, "account": ALL}, "n_clicks"),
    FIELDS,
    prevent_initial_call=True,
)
def save_account(clicks: list[int | None], _: list[Any]) -> tuple[Any, Any]:
    """Add an account, or save its changes and say what they did."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not pressed or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    values = read_fields(dash.ctx.states_list[0], int(pressed["account"]))
    owner, stamp = current_owner(), services().clock().isoformat()
    if pressed["account"] == NEW:
        added = services().accounts.create(owner, values.pop("name"), **values)
        return stamp, settings.saved(f"{added.name} added", "Choose it when you import a file.", key=stamp)
    before = services().accounts.account(owner, int(pressed["account"]))
    saved = services().accounts.update(owner, before.id, **values)
    rematched = saved.lot_method is not before.lot_method
    text = _rematched(saved.id, saved.lot_method.value) if rematched else "Every page uses it from now on."
    return stamp, settings.saved(f"{saved.name} saved", text, key=stamp)


def _rematched(account_id: AccountId, method: str) -> str:
    summary = services().portfolio.summary(current_owner(), LedgerFilter(accounts=(account_id,)))
    word = dict(accounts.METHODS)[method].split(",", 1)[0]
    return f"Its fills were matched again by {word}: {fmt.plural(summary.trades, 'closed trade')}."


def read_fields(states: list[dict[str, Any]], account: int) -> dict[str, Any]:
    """Return the values of one account's form by field."""
    return {
        item["id"]["field"]: "" if item.get("value") is None else item["value"]
        for item in states
        if item["id"]["account"] == account
    }


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.DELETE, "account": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def delete_account(clicks: list[int | None]) -> tuple[Any, Any]:
    """Delete an account whose name was typed."""
    pressed = dash.ctx.triggered_id
    if not any(clicks) or not pressed or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    owner = current_owner()
    account = services().accounts.account(owner, int(pressed["account"]))
    services().accounts.delete(owner, account.id)
    stamp = services().clock().isoformat()
    return stamp, settings.saved(f"{account.name} deleted", "Its fills, trades and notes are gone.", key=stamp)

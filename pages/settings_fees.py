"""Settings, Accounts, Fee plan: how one account's charges are estimated where its files state none."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import dcc, html
from dash.exceptions import PreventUpdate

from components import controls, fee_plan, fee_plan_rows, feedback, settings
from domain.errors import InvalidInputError, NotFoundError
from domain.money import parse_plain_decimal
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell

if TYPE_CHECKING:
    from domain.accounts import Account
    from domain.fee_plans import ExampleTrade, FeePlan

BACK = "/settings/accounts"
PRESETS = (
    ("india-nse", "India, NSE and MCX"),
    ("india-bse", "India, BSE and MCX"),
    ("us-per-share", "United States, per share"),
    ("us-zero", "United States, no commission on shares"),
    ("futures-per-contract", "Futures, per contract"),
    ("crypto-percent", "Crypto exchange, 0.1 %"),
)


class Ids(StrEnum):
    """Ids of this page."""

    ASKED = "fee-plan-account"
    CHANGED = "fee-plan-changed"
    HEAD = "fee-plan-head"
    BODY = "fee-plan-body"
    PRESET = "fee-plan-preset"
    NAME = "fee-plan-name"
    CURRENCY = "fee-plan-currency"
    ABOUT = "fee-plan-about"
    GRID = "fee-plan-grid"
    ADD = "fee-plan-add"
    REMOVE = "fee-plan-remove"
    SCOPE = "fee-plan-scope"
    QUANTITY = "fee-plan-quantity"
    ENTRY = "fee-plan-entry"
    EXIT = "fee-plan-exit"
    DAY = "fee-plan-day"
    EXAMPLE = "fee-plan-example"
    EFFECT = "fee-plan-effect"
    SAVE = "fee-plan-save"
    OFF = "fee-plan-off"
    OFF_DIALOG = "fee-plan-off-dialog"
    OFF_CONFIRM = "fee-plan-off-confirm"


PARTS = fee_plan.PlanIds(**{name: Ids[name.upper()] for name in fee_plan.PlanIds.__slots__})
RULES = (Input(Ids.GRID, "rowData"), Input(Ids.GRID, "cellValueChanged"))
NAMES = (State(Ids.NAME, "value"), Input(Ids.CURRENCY, "value"))


def layout(account_id: str = "", **_: str) -> html.Div:
    """Return the skeleton."""
    back = controls.link_button("All accounts", BACK, kind="ghost", icon_name="arrow-left")
    cards = [
        fee_plan.rules_card(PARTS, PRESETS),
        fee_plan.example_card(PARTS, date(2026, 1, 5)),
        fee_plan.effect_card(PARTS),
    ]
    return settings.frame(
        BACK,
        [
            dcc.Store(id=Ids.ASKED, data=account_id),
            dcc.Store(id=Ids.CHANGED),
            html.Div(back),
            html.Div(feedback.skeleton_lines(2), id=Ids.HEAD),
            html.Div(cards, id=Ids.BODY, className="fw-stack"),
        ],
    )


PAGE = Page(
    module=__name__,
    path_template="/settings/accounts/<account_id>/fees",
    title="Fee plan",
    order=953,
    layout=layout,
    filters=False,
)


def find_account(asked: Any) -> Account:
    """Return the signed-in person's account.

    Raises:
        NotFoundError: If there is none of this number.
    """
    number = str(asked)
    if not (number.isascii() and number.isdecimal() and len(number) <= 18):
        raise NotFoundError("No such account.")
    return services().accounts.account(current_owner(), int(number))


def typed_plan(rows: Any, name: str | None, currency: str | None) -> FeePlan:
    """Return the plan as it stands on the page; InvalidInputError says what is wrong with it."""
    from domain.fee_plan_text import read_fee_plan

    return read_fee_plan(fee_plan_rows.plan_values(rows, name=name, currency=currency))


@PAGE.callback(
    Output(Ids.HEAD, "children"),
    Output(Ids.BODY, "hidden"),
    Output(Ids.OFF, "disabled"),
    Output(Ids.NAME, "value"),
    Output(Ids.CURRENCY, "value"),
    Output(Ids.ABOUT, "children"),
    Output(Ids.GRID, "rowData"),
    Output(Ids.DAY, "value"),
    Input(Ids.ASKED, "data"),
    Input(Ids.CHANGED, "data"),
)
def open_plan(asked: str | None, _: Any) -> tuple[Any, ...]:
    """Show the account's plan, or an empty one."""
    try:
        account = find_account(asked)
    except NotFoundError:
        text = "It was deleted, or it belongs to somebody else."
        return feedback.empty("search", "No such account", text), True, True, "", "", "", [], ""
    plan = services().fee_plans.plan(current_owner(), account.id)
    day = services().clock().date().isoformat()
    named = (plan.name, plan.currency) if plan else ("My plan", account.currency)
    rows = fee_plan_rows.rows_of(plan)
    return fee_plan.head(account, plan), False, plan is None, *named, fee_plan.about(plan), rows, day


@PAGE.callback(
    Output(Ids.NAME, "value", allow_duplicate=True),
    Output(Ids.CURRENCY, "value", allow_duplicate=True),
    Output(Ids.ABOUT, "children", allow_duplicate=True),
    Output(Ids.GRID, "rowData", allow_duplicate=True),
    Output(Ids.SCOPE, "value"),
    Input(Ids.PRESET, "value"),
    prevent_initial_call=True,
)
def start_from(slug: str | None) -> tuple[Any, ...]:
    """Take over a preset, to be saved as it is or edited."""
    if not slug:
        raise PreventUpdate
    plan = services().fee_plans.preset(slug)
    scope = services().fee_plans.example_scopes(plan)[0]
    return plan.name, plan.currency, plan.about, fee_plan_rows.rows_of(plan), scope.value


@PAGE.callback(
    Output(Ids.GRID, "rowData", allow_duplicate=True),
    Input(Ids.ADD, "n_clicks"),
    State(Ids.GRID, "rowData"),
    prevent_initial_call=True,
)
def add_rule(clicks: int | None, rows: list[dict[str, Any]] | None) -> Any:
    """Add a rule to fill in."""
    if not clicks:
        raise PreventUpdate
    taken = [int(row["id"]) for row in rows or ()]
    return [*(rows or ()), fee_plan_rows.blank_row(max(taken, default=-1) + 1)]


@PAGE.callback(
    Output(Ids.GRID, "rowData", allow_duplicate=True),
    Input(Ids.REMOVE, "n_clicks"),
    State(Ids.GRID, "rowData"),
    State(Ids.GRID, "selectedRows"),
    prevent_initial_call=True,
)
def remove_rules(clicks: int | None, rows: Any, ticked: Any) -> Any:
    """Take the ticked rules out."""
    if not clicks or not ticked:
        raise PreventUpdate
    gone = {row["id"] for row in ticked}
    return [row for row in rows or () if row["id"] not in gone]


@PAGE.callback(
    Output(Ids.EXAMPLE, "children"),
    *RULES,
    *NAMES,
    Input(Ids.SCOPE, "value"),
    Input(Ids.QUANTITY, "value"),
    Input(Ids.ENTRY, "value"),
    Input(Ids.EXIT, "value"),
    Input(Ids.DAY, "value"),
    prevent_initial_call=True,
)
def try_plan(rows: Any, _: Any, name: str | None, currency: str | None, *trade: str | None) -> Any:
    """Charge the example trade, each line with its calculation."""
    if not rows:
        return feedback.empty("receipt", "No rules yet", "Choose a schedule, or add a rule.")
    try:
        plan = typed_plan(rows, name or "Plan", currency)
        fills = services().fee_plans.example(plan, read_trade(*trade))
    except InvalidInputError as error:
        return fee_plan.problem(error.message, error.hint)
    return fee_plan.example(fills, plan.currency)


def read_trade(scope: str | None, *typed: str | None) -> ExampleTrade:
    """Return the typed example; InvalidInputError names what is no number or no date."""
    from domain.fee_plans import ExampleTrade, Scope

    numbers = []
    for label, text in zip(("quantity", "purchase price", "sale price"), typed[:3], strict=True):
        try:
            numbers.append(parse_plain_decimal((text or "").strip().replace(",", "")))
        except ValueError as error:
            raise InvalidInputError(f"The {label} {text!r} is not a number.", field=label) from error
    try:
        day = date.fromisoformat((typed[3] or "").strip())
    except ValueError as error:
        message = f"{typed[3]!r} is not a date."
        raise InvalidInputError(message, field="day", hint="Write it as 2025-01-31.") from error
    quantity, entry, left = numbers
    return ExampleTrade(scope=Scope(scope or "stock"), quantity=quantity, entry_price=entry, exit_price=left, day=day)


@PAGE.callback(Output(Ids.EFFECT, "children"), *RULES, *NAMES, State(Ids.ASKED, "data"), prevent_initial_call=True)
def show_effect(rows: Any, _: Any, name: str | None, currency: str | None, asked: str | None) -> Any:
    """Say what the plan would do to the account's fills."""
    if not rows:
        return feedback.empty("receipt", "Nothing changes", "An account without a plan pays what its files say.")
    try:
        plan = typed_plan(rows, name or "Plan", currency)
    except InvalidInputError as error:
        return fee_plan.problem(error.message, error.hint)
    return fee_plan.effect(services().fee_plans.effect(current_owner(), find_account(asked).id, plan))


@PAGE.callback(
    Output(Ids.CHANGED, "data"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State(Ids.GRID, "rowData"),
    State(Ids.NAME, "value"),
    State(Ids.CURRENCY, "value"),
    State(Ids.ABOUT, "children"),
    State(Ids.PRESET, "value"),
    State(Ids.ASKED, "data"),
    prevent_initial_call=True,
)
def save_plan(clicks: int | None, rows: Any, name: str | None, currency: str | None, *rest: str | None) -> Any:
    """Set the plan; a faulty one is refused with its rule."""
    from domain.fee_plan_text import read_fee_plan

    if not clicks:
        raise PreventUpdate
    about, preset, asked = rest
    values = fee_plan_rows.plan_values(rows, name=name, currency=currency, preset=preset or "", about=about or "")
    saved = services().fee_plans.save(current_owner(), find_account(asked).id, read_fee_plan(values))
    stamp = services().clock().isoformat()
    return stamp, settings.saved(
        f"“{saved.name}” is in force", "Estimated fees are marked wherever they count.", key=stamp
    )


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.OFF_CONFIRM, "n_clicks"),
    State(Ids.ASKED, "data"),
    prevent_initial_call=True,
)
def remove_plan(clicks: int | None, asked: str | None) -> Any:
    """Take the plan away."""
    if not clicks:
        raise PreventUpdate
    account, stamp = find_account(asked), services().clock().isoformat()
    services().fee_plans.remove(current_owner(), account.id)
    return stamp, settings.saved("The fee plan is gone", f"{account.name} has the fees of its files again.", key=stamp)

"""Settings, Market data: quote providers in their order, how each is doing, and prices that were put aside."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html
from dash.exceptions import PreventUpdate

from components import cards, feedback, forms, settings
from domain.errors import FillwiseError
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell

PATH = "/settings/market-data"


class Ids(StrEnum):
    """Ids of this page."""

    REFRESH = "settings-market-data-refresh"
    USED = "settings-market-data-used"
    UNUSED = "settings-market-data-unused"
    REFUSED = "settings-market-data-refused"
    CHANGED = "settings-market-data-changed"
    ORDER = "settings-market-data-order"
    MOVE = "settings-market-data-move"
    HISTORY = "settings-market-data-history"
    SWITCH = "settings-market-data-switch"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    again = forms.button("Refresh", id=Ids.REFRESH, icon_name="refresh-cw")
    used = html.Div(feedback.skeleton_table(2, row_height=44), id=Ids.USED)
    unused = html.Div(feedback.skeleton_table(6, row_height=44), id=Ids.UNUSED)
    refused = html.Div(feedback.skeleton_table(3), id=Ids.REFUSED)
    order = html.Div(feedback.skeleton_table(5, row_height=44), id=Ids.ORDER)
    history = html.Div(feedback.skeleton_table(4), id=Ids.HISTORY)
    switch = forms.switch(Ids.SWITCH, "Keeps itself")
    aside = "prices that could not be true"
    return settings.frame(
        PATH,
        [
            dcc.Store(id=Ids.CHANGED),
            cards.card("Providers", used, subtitle="in use, and how each is doing", controls=again),
            cards.card("Order", order, subtitle="who is asked first, for each kind of instrument"),
            cards.card("Price history", history, subtitle="closed candles of what is in use", controls=switch),
            cards.card("Put aside", refused, subtitle=aside),
            cards.card("Not in use", unused, subtitle="add them above, or to FILLWISE_QUOTES"),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Market data", order=954, layout=layout, filters=False)


@PAGE.callback(
    Output(Ids.USED, "children"),
    Output(Ids.UNUSED, "children"),
    Output(Ids.REFUSED, "children"),
    Input(Ids.REFRESH, "n_clicks"),
    Input(Ids.CHANGED, "data"),
)
def fill_providers(_: int | None, __: Any) -> tuple[Any, Any, Any]:
    """Show how the providers are doing."""
    from components import quote_providers
    from services.quote_providers import list_providers, list_refusals

    found = list_providers(services())
    refused = quote_providers.refusal_table(list_refusals(services(), current_owner()), current_profile().timezone)
    return quote_providers.used_table(found), quote_providers.unused_table(found), refused


def button_id(kind: str, action: str, slug: str) -> dict[str, str]:
    """Return the id of a button of the order."""
    return {"type": Ids.MOVE, "key": f"{kind} {action} {slug}"}


@PAGE.callback(Output(Ids.ORDER, "children"), Input(Ids.REFRESH, "n_clicks"), Input(Ids.CHANGED, "data"))
def fill_order(_: int | None, __: Any) -> Any:
    """Show in which order providers are asked."""
    from components.provider_order import order_table
    from services.quote_providers import list_orders

    return order_table(list_orders(services(), current_owner()), button_id, current_profile().timezone)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.MOVE, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def change_order(_: Any) -> tuple[Any, Any]:
    """Move, add or remove a provider."""
    from domain.provider_order import OrderClass
    from services import quote_providers

    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    pressed: Any = ctx.triggered_id
    kind, action, slug = str(pressed["key"]).split(" ", 2)
    key = f"{pressed['key']} {services().clock().isoformat()}"
    try:
        said = quote_providers.change_order(services(), current_owner(), OrderClass(kind), action, slug)
    except FillwiseError as error:
        return key, [feedback.toast("error", error.message, error.hint, key=key)]
    return key, settings.saved(said, key=key)


@PAGE.callback(
    Output(Ids.HISTORY, "children"),
    Output(Ids.SWITCH, "value"),
    Input(Ids.REFRESH, "n_clicks"),
    Input(Ids.CHANGED, "data"),
)
def fill_history(_: int | None, __: Any) -> tuple[Any, Any]:
    """Show how the history is doing that keeps itself."""
    from components.kept_history import history_body

    found = services().history.state(current_owner())
    return history_body(found, current_profile().timezone), ["on"] if found.is_on else []


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SWITCH, "value"),
    prevent_initial_call=True,
)
def switch_history(value: list[str] | None) -> tuple[Any, Any]:
    """Let history keep itself, or not."""
    is_on, owner, key = bool(value), current_owner(), services().clock().isoformat()
    if services().history.state(owner).is_on == is_on:
        raise PreventUpdate
    try:
        services().history.switch(owner, is_on=is_on)
    except FillwiseError as error:
        return key, [feedback.toast("error", error.message, error.hint, key=key)]
    return key, settings.saved("History keeps itself" if is_on else "History is not fetched by itself", key=key)

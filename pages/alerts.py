"""Alerts: what you want to be told about prices, and what you have been told."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from components import alerts, cards, feedback
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output
from web.page import Page
from web.shell import Shell

EVENTS = 100


class Ids(StrEnum):
    """Ids of this page."""

    ROWS = "alerts-rows"
    HISTORY = "alerts-history"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    told = html.Div(feedback.skeleton_table(6), id=Ids.HISTORY)
    body = html.Div([alerts.alert_card(Ids.ROWS), cards.card("Told", told, flush=True)], className="fw-al-page")
    return html.Div(body, className="page")


PAGE = Page(
    module=__name__,
    path="/alerts",
    title="Alerts",
    order=63,
    icon="bell",
    key="L",
    group="Markets",
    layout=layout,
    filters=False,
)


@PAGE.callback(
    Output(Ids.ROWS, "children"),
    Input(Shell.ALERTED, "data"),
    Input(Shell.FALLBACK, "n_intervals"),
)
def show_alerts(_: Any, __: int | None) -> Any:
    """Show every alert with the distance of its price."""
    found = services().alerts.alerts(current_owner())
    if not found:
        return alerts.no_alerts()
    quotes = services().quotes.quotes({item.symbol for item in found})
    return alerts.rows(found, quotes, zone=current_profile().timezone, now=services().clock())


@PAGE.callback(Output(Ids.HISTORY, "children"), Input(Shell.ALERTED, "data"))
def show_history(_: Any) -> Any:
    """Show what was told."""
    events = services().alerts.events(current_owner(), limit=EVENTS)
    return alerts.history(events, zone=current_profile().timezone, now=services().clock())

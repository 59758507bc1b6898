"""Settings, Market data: quote providers in their order, how each is doing, and prices that were put aside."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from components import cards, feedback, forms, settings
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output
from web.page import Page

PATH = "/settings/market-data"


class Ids(StrEnum):
    """Ids of this page."""

    REFRESH = "settings-market-data-refresh"
    USED = "settings-market-data-used"
    UNUSED = "settings-market-data-unused"
    REFUSED = "settings-market-data-refused"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    order = html.Span(["in the order of ", html.Code("FILLWISE_QUOTES")])
    again = forms.button("Refresh", id=Ids.REFRESH, icon_name="refresh-cw")
    used = html.Div(feedback.skeleton_table(2, row_height=44), id=Ids.USED)
    unused = html.Div(feedback.skeleton_table(6, row_height=44), id=Ids.UNUSED)
    refused = html.Div(feedback.skeleton_table(3), id=Ids.REFUSED)
    aside = "prices that could not be true"
    return settings.frame(
        PATH,
        [
            cards.card("Providers", used, subtitle=order, controls=again),
            cards.card("Put aside", refused, subtitle=aside),
            cards.card("Not in use", unused, subtitle="add them to FILLWISE_QUOTES"),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="Market data", order=954, layout=layout, filters=False)


@PAGE.callback(
    Output(Ids.USED, "children"),
    Output(Ids.UNUSED, "children"),
    Output(Ids.REFUSED, "children"),
    Input(Ids.REFRESH, "n_clicks"),
)
def fill_providers(_: int | None) -> tuple[Any, Any, Any]:
    """Show how the providers are doing."""
    from components import quote_providers
    from services.quote_providers import list_providers, list_refusals

    found = list_providers(services())
    refused = quote_providers.refusal_table(list_refusals(services(), current_owner()), current_profile().timezone)
    return quote_providers.used_table(found), quote_providers.unused_table(found), refused

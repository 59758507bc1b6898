"""Settings, API: how to get a token and use it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html
from flask import request

from components import feedback, installation, settings
from web.context import current_profile
from web.dependencies import Input, Output
from web.page import Page

PATH = "/settings/api"


class Ids(StrEnum):
    """Ids of this page."""

    BODY = "settings-api-body"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    return settings.frame(PATH, [html.Div(feedback.skeleton_card(180), id=Ids.BODY, className="col-f")])


PAGE = Page(module=__name__, path=PATH, title="API", order=955, layout=layout, filters=False)


@PAGE.callback(Output(Ids.BODY, "children"), Input(Ids.BODY, "id"))
def fill_api(_: str) -> Any:
    """Show the commands with the address this browser uses."""
    return installation.api_cards(request.host_url.rstrip("/"), current_profile().username)

"""Settings, About: version, data, formats and quote providers of this installation."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from components import cards, feedback, installation, settings
from components import format as fmt
from web.context import services
from web.dependencies import Input, Output
from web.page import Page

PATH = "/settings/about"


class Ids(StrEnum):
    """Ids of this page."""

    FACTS = "settings-about-facts"
    PROVIDERS = "settings-about-providers"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    return settings.frame(
        PATH,
        [
            cards.card("This installation", html.Div(feedback.skeleton_lines(5), id=Ids.FACTS)),
            cards.card("Quotes", html.Div(feedback.skeleton_lines(2), id=Ids.PROVIDERS), subtitle="in the order asked"),
        ],
    )


PAGE = Page(module=__name__, path=PATH, title="About", order=956, layout=layout, filters=False)


@PAGE.callback(Output(Ids.FACTS, "children"), Output(Ids.PROVIDERS, "children"), Input(Ids.FACTS, "id"))
def fill_about(_: str) -> tuple[Any, Any]:
    """Show what there is to know."""
    from services.about import describe

    about = describe(services())
    facts = installation.about_rows(
        [
            ("Version", about.version),
            ("Data folder", html.Span(about.data_dir, className="fw-raw")),
            ("Database", about.database),
            ("Broker formats", fmt.count(about.formats)),
            ("Signing up", {"open": "open to everyone", "invite": "by invitation"}.get(about.signup, "closed")),
            ("Demo workspace", "available" if about.has_demo else "off"),
        ]
    )
    return facts, installation.provider_rows(about.providers)

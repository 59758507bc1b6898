"""Portfolio, Frontier: what the holdings could have been mixed to."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import html

from components import feedback, portfolio_frame
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import Page
from web.portfolio import body_or_trouble, current_plan, portfolio_menu
from web.shell import Shell

PATH = "/portfolio/frontier"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-frontier-menu"
    BODY = "portfolio-frontier-body"
    YEARS = "portfolio-frontier-years"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import portfolio_frontier

    choice = html.Div(portfolio_frontier.years_choice(Ids.YEARS), className="fw-pf-controls")
    skeleton = html.Div(feedback.skeleton_table(10, row_height=40), id=Ids.BODY, className="fw-stack")
    return portfolio_frame.frame(PATH, [choice, skeleton], menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Frontier", order=706, layout=layout)


@PAGE.callback(
    Output(Ids.BODY, "children"),
    Output(Ids.MENU, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.YEARS, "value"),
)
def fill_body(query: str | None, years: int | None) -> tuple[Any, Any]:
    """Show the efficient frontier of what the filter's portfolio holds."""
    from components import portfolio_frontier

    def make() -> Any:
        found = services().portfolios.frontier(current_owner(), current_plan(query), int(years or 5))
        return portfolio_frame.nothing_yet() if found is None else portfolio_frontier.body(found, query, theme=theme())

    return body_or_trouble(make), portfolio_menu(query, PATH)

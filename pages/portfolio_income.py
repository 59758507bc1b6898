"""Portfolio, Income: dividends, interest and rewards."""

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
from web.shell import Shell, read_filter

PATH = "/portfolio/income"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-income-menu"
    BODY = "portfolio-income-body"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    skeleton = html.Div(feedback.skeleton_table(10, row_height=40), id=Ids.BODY, className="fw-stack")
    return portfolio_frame.frame(PATH, [skeleton], menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Income", order=703, layout=layout)


@PAGE.callback(Output(Ids.BODY, "children"), Output(Ids.MENU, "children"), Input(Shell.FILTER, "data"))
def fill_body(query: str | None) -> tuple[Any, Any]:
    """Show what the filter's portfolio was paid in its period."""
    from components import portfolio_income

    def make() -> Any:
        found = services().portfolios.income(current_owner(), current_plan(query), read_filter(query).period)
        return portfolio_frame.nothing_yet() if found is None else portfolio_income.body(found, query, theme=theme())

    return body_or_trouble(make), portfolio_menu(query, PATH)

"""Portfolio, Gains and tax: realised gains of a tax year, lot by lot."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import Input, Output, html

from components import feedback, portfolio_frame
from web.context import current_owner, services
from web.page import Page
from web.portfolio import body_or_trouble, current_plan, portfolio_menu
from web.shell import Shell

PATH = "/portfolio/gains"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-gains-menu"
    BODY = "portfolio-gains-body"
    YEAR = "portfolio-gains-year"
    REGIME = "portfolio-gains-regime"
    METHOD = "portfolio-gains-method"
    METHOD_BOX = "portfolio-gains-method-box"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import portfolio_gains

    ids = {"year": Ids.YEAR, "regime": Ids.REGIME, "method": Ids.METHOD, "method_box": Ids.METHOD_BOX}
    skeleton = html.Div(feedback.skeleton_table(10, row_height=40), id=Ids.BODY, className="fw-stack")
    return portfolio_frame.frame(PATH, [portfolio_gains.controls_row(ids), skeleton], menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Gains and tax", order=704, layout=layout)


@PAGE.callback(
    Output(Ids.BODY, "children"),
    Output(Ids.YEAR, "options"),
    Output(Ids.YEAR, "value"),
    Output(Ids.REGIME, "value"),
    Output(Ids.METHOD, "value"),
    Output(Ids.METHOD_BOX, "hidden"),
    Output(Ids.MENU, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.YEAR, "value"),
    Input(Ids.REGIME, "value"),
    Input(Ids.METHOD, "value"),
)
def fill_body(query: str | None, year: int | None, regime: str | None, method: str | None) -> tuple[Any, ...]:
    """Show the gains of a tax year; without a choice those of the newest year by the portfolio's rules."""
    from components import portfolio_gains

    plan = services().portfolios.with_rules(current_plan(query), regime or "", method or "")
    options: list[dict[str, Any]] = []
    shown = None

    def make() -> Any:
        nonlocal options, shown
        found = services().portfolios.gains_of_year(current_owner(), plan, year)
        options = [{"value": key, "label": name} for key, name, _ in found.years]
        shown = found.year
        return portfolio_gains.body(found, query)

    body = body_or_trouble(make)
    is_prescribed = plan.regime.value != "us"
    return body, options, shown, plan.regime.value, plan.method.value, is_prescribed, portfolio_menu(query, PATH)

"""Portfolio, Allocation: class, sector, currency, account and holding, beside the targets."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, dcc, html, no_update

from components import feedback, portfolio_frame
from web.charts import theme
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.portfolio import body_or_trouble, current_plan, portfolio_menu
from web.shell import Shell

PATH = "/portfolio/allocation"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-allocation-menu"
    BODY = "portfolio-allocation-body"
    SECTORS = "portfolio-allocation-sectors"
    SECTOR = "portfolio-allocation-sector"
    SAVE = "portfolio-allocation-save"
    CHANGED = "portfolio-allocation-changed"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import portfolio_allocation

    skeleton = html.Div(feedback.skeleton_table(10, row_height=40), id=Ids.BODY, className="fw-stack")
    sectors = portfolio_allocation.sector_card(html.Div(id=Ids.SECTORS), save_id=Ids.SAVE)
    return portfolio_frame.frame(PATH, [dcc.Store(id=Ids.CHANGED), skeleton, sectors], menu_id=Ids.MENU)


def sector_id(symbol: str) -> dict[str, str]:
    """Return the id of a symbol's field."""
    return {"type": Ids.SECTOR, "symbol": symbol}


PAGE = Page(module=__name__, path=PATH, title="Allocation", order=702, layout=layout)


@PAGE.callback(
    Output(Ids.BODY, "children"),
    Output(Ids.SECTORS, "children"),
    Output(Ids.MENU, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_body(query: str | None, _: str | None) -> tuple[Any, Any, Any]:
    """Show what the filter's portfolio is made of."""
    from components import portfolio_allocation
    from domain.portfolios import Dimension

    owner, plan, book = current_owner(), current_plan(query), services().portfolios

    def make() -> Any:
        found = [book.allocation(owner, plan, item) for item in Dimension]
        known = [item for item in found if item is not None]
        return portfolio_allocation.body(known, query, theme=theme()) if known else portfolio_frame.nothing_yet()

    def sectors() -> Any:
        return portfolio_allocation.sector_table(book.sectors(owner, plan), sector_id)

    return body_or_trouble(make), body_or_trouble(sectors), portfolio_menu(query, PATH)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    State({"type": Ids.SECTOR, "symbol": ALL}, "value"),
    State({"type": Ids.SECTOR, "symbol": ALL}, "id"),
    prevent_initial_call=True,
)
def save_sectors(clicks: int | None, values: list[str | None], ids: list[dict[str, str]]) -> tuple[Any, Any]:
    """Keep the sectors that were written."""
    if not clicks:
        return no_update, no_update
    from components import settings

    wanted = {each["symbol"]: value or "" for each, value in zip(ids, values, strict=True)}
    services().portfolios.save_sectors(current_owner(), wanted)
    stamp = services().clock().isoformat()
    return stamp, settings.saved("Sectors saved", key=stamp)

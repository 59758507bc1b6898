"""Portfolio, Rebalance: targets, and the orders that reach them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update

from components import feedback, portfolio_frame
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.portfolio import body_or_trouble, current_plan, portfolio_menu
from web.shell import Shell

PATH = "/portfolio/rebalance"


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-rebalance-menu"
    BODY = "portfolio-rebalance-body"
    TARGETS = "portfolio-rebalance-targets"
    FORM = "portfolio-rebalance-form"
    DIMENSION = "portfolio-rebalance-dimension"
    TARGET = "portfolio-rebalance-target"
    EXTRA = "portfolio-rebalance-extra"
    SAVE = "portfolio-rebalance-save"
    KEEP = "portfolio-rebalance-keep"
    UNSAVED = "portfolio-rebalance-unsaved"
    ADDED = "portfolio-rebalance-added"
    SMALLEST = "portfolio-rebalance-smallest"
    BAND = "portfolio-rebalance-band"
    ONLY_BUY = "portfolio-rebalance-only-buy"
    FRACTIONS = "portfolio-rebalance-fractions"
    CHANGED = "portfolio-rebalance-changed"


def target_id(name: str) -> dict[str, str]:
    """Return the id of a part's field."""
    return {"type": Ids.TARGET, "name": name}


def extra_id() -> dict[str, str]:
    """Return the id of the field for a symbol that is not held; it is not always there."""
    return {"type": Ids.EXTRA, "name": "symbol"}


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import portfolio_rebalance

    ids = {
        "added": Ids.ADDED,
        "smallest": Ids.SMALLEST,
        "band": Ids.BAND,
        "only_buy": Ids.ONLY_BUY,
        "fractions": Ids.FRACTIONS,
    }
    orders = html.Div(feedback.skeleton_table(8, row_height=40), id=Ids.BODY, className="fw-stack")
    form = html.Div(feedback.skeleton_table(6, row_height=40), id=Ids.TARGETS)
    targets = portfolio_rebalance.target_card(form, save_id=Ids.SAVE, dimension_id=Ids.DIMENSION)
    limits = portfolio_rebalance.controls_row(ids)
    unsaved = html.Div(portfolio_rebalance.unsaved(Ids.KEEP), id=Ids.UNSAVED, hidden=True)
    rows = html.Div([html.Div([limits, unsaved, orders], className="fw-stack"), targets], className="g fw-pf top")
    return portfolio_frame.frame(PATH, [dcc.Store(id=Ids.CHANGED), rows], menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Rebalance", order=705, layout=layout)


@PAGE.callback(
    Output(Ids.BODY, "children"),
    Output(Ids.UNSAVED, "hidden"),
    Output(Ids.MENU, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
    Input(Ids.ADDED, "value"),
    Input(Ids.SMALLEST, "value"),
    Input(Ids.BAND, "value"),
    Input(Ids.ONLY_BUY, "value"),
    Input(Ids.FRACTIONS, "value"),
)
def list_orders(
    query: str | None, _: str | None, added: float | None, smallest: float | None, band: float | None,
    only_buy: list[str] | None, fractions: list[str] | None,
) -> tuple[Any, bool, Any]:  # fmt: skip
    """List the orders that reach the targets within the limits."""
    from components import portfolio_rebalance

    plan = current_plan(query)

    def make() -> Any:
        if plan.id is None:
            return None
        found = services().portfolios.orders(
            current_owner(), plan, added=added, smallest=smallest, band=band, only_buy=bool(only_buy),
            fractions=bool(fractions),
        )  # fmt: skip
        return portfolio_frame.nothing_yet() if found is None else portfolio_rebalance.orders(found, query)

    return body_or_trouble(make), plan.id is not None, portfolio_menu(query, PATH)


@PAGE.callback(
    Output(Ids.TARGETS, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
    Input(Ids.DIMENSION, "value"),
)
def show_targets(query: str | None, _: str | None, by: str | None) -> Any:
    """Show the form of the targets."""
    from components import portfolio_rebalance

    plan = current_plan(query)

    def make() -> Any:
        found = None if plan.id is None else services().portfolios.targets(current_owner(), plan, by or "")
        if found is None:
            return portfolio_rebalance.no_targets()
        return portfolio_rebalance.target_table(found, found.dimension, target_id, extra_id=extra_id())

    return body_or_trouble(make)


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    Input(Ids.KEEP, "n_clicks"),
    State(Shell.FILTER, "data"),
    State(Ids.DIMENSION, "value"),
    State({"type": Ids.EXTRA, "name": ALL}, "value"),
    State({"type": Ids.TARGET, "name": ALL}, "value"),
    State({"type": Ids.TARGET, "name": ALL}, "id"),
    prevent_initial_call=True,
)
def save(
    saves: int | None, keeps: int | None, query: str | None, by: str, extra: list[str | None],
    values: list[float | None], ids: list[dict[str, str]],
) -> tuple[Any, Any]:  # fmt: skip
    """Keep the targets that were written, or the filter's accounts as a portfolio."""
    from components import settings

    if not (saves if ctx.triggered_id == Ids.SAVE else keeps):
        return no_update, no_update
    owner, plan, stamp = current_owner(), current_plan(query), services().clock().isoformat()
    if ctx.triggered_id == Ids.KEEP:
        kept = services().portfolios.keep(owner, plan)
        return stamp, settings.saved(f"{kept.name} saved", "Its targets can be set now.", key=stamp)
    added = next((item for item in extra if item), "").strip().upper()
    pairs = {each["name"] or added: value for each, value in zip(ids, values, strict=True)}
    services().portfolios.save_targets(owner, plan, by, pairs)
    return stamp, settings.saved("Targets saved", key=stamp)

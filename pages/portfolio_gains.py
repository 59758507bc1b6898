"""Portfolio, Gains and tax: realised gains of a tax year, lot by lot."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import controls, feedback, portfolio_frame
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.portfolio import body_or_trouble, current_plan, portfolio_menu
from web.shell import Shell

PATH = "/portfolio/gains"
LOOK_MS = 800


class Ids(StrEnum):
    """Ids of this page."""

    MENU = "portfolio-gains-menu"
    BODY = "portfolio-gains-body"
    YEAR = "portfolio-gains-year"
    REGIME = "portfolio-gains-regime"
    METHOD = "portfolio-gains-method"
    METHOD_BOX = "portfolio-gains-method-box"
    PROGRESS = "portfolio-gains-progress"
    JOB = "portfolio-gains-job"
    DONE = "portfolio-gains-done"
    LOOK = "portfolio-gains-look"
    CANCEL = "portfolio-gains-cancel"
    AGAIN = "portfolio-gains-again"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    from components import portfolio_gains

    ids = {"year": Ids.YEAR, "regime": Ids.REGIME, "method": Ids.METHOD, "method_box": Ids.METHOD_BOX}
    skeleton = html.Div(feedback.skeleton_table(10, row_height=40), id=Ids.BODY, className="fw-stack")
    following = html.Div([
        html.Div(id=Ids.PROGRESS),
        html.Div([
            controls.button("Cancel", id=Ids.CANCEL, attributes={"hidden": True}),
            controls.button("Try again", id=Ids.AGAIN, kind="primary", attributes={"hidden": True}),
        ], className="fw-gains-do"),
        dcc.Store(id=Ids.JOB),
        dcc.Store(id=Ids.DONE),
        dcc.Interval(id=Ids.LOOK, interval=LOOK_MS, disabled=True),
    ])  # fmt: skip
    return portfolio_frame.frame(PATH, [portfolio_gains.controls_row(ids), following, skeleton], menu_id=Ids.MENU)


PAGE = Page(module=__name__, path=PATH, title="Gains and tax", order=704, layout=layout)


@PAGE.callback(
    Output(Ids.REGIME, "value"),
    Output(Ids.METHOD, "value"),
    Output(Ids.MENU, "children"),
    Input(Shell.FILTER, "data"),
)
def choose_rules(query: str | None) -> tuple[str, str, Any]:
    """Begin with the rules of the filter's portfolio."""
    plan = current_plan(query)
    return plan.regime.value, plan.method.value, portfolio_menu(query, PATH)


@PAGE.callback(
    Output(Ids.YEAR, "options"),
    Output(Ids.YEAR, "value"),
    Output(Ids.METHOD_BOX, "hidden"),
    Input(Ids.REGIME, "value"),
    Input(Ids.METHOD, "value"),
    Input(Ids.DONE, "data"),
    State(Shell.FILTER, "data"),
    State(Ids.YEAR, "value"),
)
def list_years(
    regime: str | None, method: str | None, _: Any, query: str | None, year: int | None
) -> tuple[Any, Any, bool]:
    """List the tax years with a disposal; the choice stays where the new rules have it too."""
    plan = services().portfolios.with_rules(current_plan(query), regime or "", method or "")
    years = services().portfolios.tax_years(current_owner(), plan)
    kept = year if year in dict(years) else next((key for key, _ in years), None)
    return [{"value": key, "label": name} for key, name in years], kept, plan.regime.value != "us"


@PAGE.callback(
    Output(Ids.BODY, "children"),
    Output(Ids.JOB, "data"),
    Input(Ids.YEAR, "value"),
    Input(Ids.YEAR, "options"),
    State(Ids.REGIME, "value"),
    State(Ids.METHOD, "value"),
    State(Shell.FILTER, "data"),
)
def fill_body(year: int | None, _: Any, regime: str | None, method: str | None, query: str | None) -> tuple[Any, Any]:
    """Show the gains of the tax year, or follow the job that works them out."""
    from components import portfolio_gains

    book, owner = services().portfolios, current_owner()
    plan = book.with_rules(current_plan(query), regime or "", method or "")
    job = book.gains_job(owner, plan)
    if job is not None:
        return [], job.id
    return body_or_trouble(lambda: portfolio_gains.body(book.gains_of_year(owner, plan, year), query)), None


@PAGE.callback(
    Output(Ids.PROGRESS, "children"),
    Output(Ids.LOOK, "disabled"),
    Output(Ids.DONE, "data"),
    Output(Ids.CANCEL, "hidden"),
    Output(Ids.AGAIN, "hidden"),
    Input(Ids.JOB, "data"),
    Input(Ids.LOOK, "n_intervals"),
    prevent_initial_call=True,
)
def follow_job(job_id: int | None, _: int | None) -> tuple[Any, bool, Any, bool, bool]:
    """Show how far the job is; when it is done the years and the body are asked for again."""
    from components import portfolio_gains

    if job_id is None:
        return None, True, no_update, True, True
    job = services().jobs.get(current_owner(), job_id)
    if job.state.value == "done":
        return None, True, job_id, True, True
    return portfolio_gains.progress(job), job.is_over, no_update, job.is_over, not job.is_over


@PAGE.callback(
    Output(Ids.CANCEL, "hidden", allow_duplicate=True),
    Input(Ids.CANCEL, "n_clicks"),
    State(Ids.JOB, "data"),
    prevent_initial_call=True,
)
def cancel_job(clicks: int | None, job_id: int | None) -> bool:
    """Ask the job to end; the next look says that it did."""
    if not clicks or job_id is None:
        raise PreventUpdate
    services().jobs.cancel(current_owner(), job_id)
    return True


@PAGE.callback(
    Output(Ids.DONE, "data", allow_duplicate=True),
    Output(Ids.AGAIN, "hidden", allow_duplicate=True),
    Input(Ids.AGAIN, "n_clicks"),
    prevent_initial_call=True,
)
def try_again(clicks: int | None) -> tuple[str, bool]:
    """Ask for the years and the body once more, which begins another job."""
    if not clicks:
        raise PreventUpdate
    return f"again {clicks}", True

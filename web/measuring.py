"""Pages that wait for a job which measures trades on candles follow it, and ask again when it is done."""

from __future__ import annotations

from typing import Any

from dash import no_update

from components import measuring as parts
from web.context import current_owner, services
from web.dependencies import Input, Output
from web.page import Page


def follow_measuring_of(page: Page, *, job: str, look: str, done: str, progress: str) -> None:
    """Record on a page the callback that follows its job.

    Args:
        page: The page.
        job: Id of the store with the number of the job, None while nothing is measured.
        look: Id of the timer that looks at it.
        done: Id of the store that changes when it is done; what depends on candles listens to it.
        progress: Id of the place that says how far it is.
    """

    def follow_measuring(job_id: int | None, _: int | None) -> tuple[Any, bool, Any]:
        """Show how far the trades are measured on candles."""
        if job_id is None:
            return None, True, no_update
        found = services().jobs.get(current_owner(), job_id)
        return parts.measuring(found), found.is_over, job_id if found.state.value == "done" else no_update

    page.callback(
        Output(progress, "children"),
        Output(look, "disabled"),
        Output(done, "data"),
        Input(job, "data"),
        Input(look, "n_intervals"),
        prevent_initial_call=True,
    )(follow_measuring)

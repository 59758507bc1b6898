"""Trades being measured on candles by a job: how far it is, and what looks at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import feedback

if TYPE_CHECKING:
    from domain.jobs import Job

LOOK_MS = 1_000


def measuring_parts(*, job: str, look: str, done: str, progress: str) -> list[Any]:
    """Return the parts that `web.measuring` fills, by their ids."""
    return [
        dcc.Store(id=job),
        dcc.Store(id=done),
        dcc.Interval(id=look, interval=LOOK_MS, disabled=True),
        html.Div(id=progress),
    ]


def measuring(job: Job) -> Any:
    """Return how far the job is that measures trades on candles, or why it ended."""
    if job.state.value == "done":
        return None
    if job.is_over:
        said = f"{job.error} {job.hint}".strip() or "What is measured is kept."
        return feedback.error_state("Worst and best moments could not be measured", said)
    label = "Measuring worst and best moments on candles" if job.progress.total else "Waiting to measure on candles"
    note = "MAE, MFE and efficiencies appear by themselves when it is done; trades are measured once."
    bar = feedback.progress(label, job.progress.done, job.progress.total)
    return html.Div([bar, html.P(note, className="fw-help")], className="fw-fig-measuring")

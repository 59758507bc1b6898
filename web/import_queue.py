"""The queue of dropped files with its progress, a part of the Import page."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

import dash
from dash import ALL, dcc, html

from components import feedback, import_queue, import_results
from components import format as fmt
from domain.errors import NotFoundError
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.import_choices import Ids
from web.import_diff import open_id
from web.import_history import PastIds, undo_id
from web.page import CallbackRecorder
from web.shell import Shell

if TYPE_CHECKING:
    from domain.import_queue import QueueEntry

QUEUE = CallbackRecorder()
TICK_MS = 800


class QueueIds(StrEnum):
    """Ids of the queue; write anything new to CHANGED to have it listed again."""

    LIST = "import-queue"
    BAR = "import-job"
    TICK = "import-queue-tick"
    CHANGED = "import-queue-changed"
    LANDED = "import-queue-landed"
    ENTRY = "import-queue-entry"
    ALL_READY = "import-queue-all"
    CLEAR = "import-queue-clear"


def panel() -> list[Any]:
    """Return the skeleton: the bar of a running job, the list and what drives them."""
    return [
        *(dcc.Store(id=name) for name in (QueueIds.CHANGED, QueueIds.LANDED)),
        dcc.Interval(id=QueueIds.TICK, interval=TICK_MS, disabled=True),
        html.Div(id=QueueIds.BAR, className="im-part im-bar-box", **{"aria-live": "polite"}),
        html.Div(id=QueueIds.LIST, className="im-part im-queue-box"),
    ]


def entry_id(do: str, key: str) -> dict[str, str]:
    """Return the id of a button of an entry: "open", "review", "remove" or "cancel"."""
    return {"type": QueueIds.ENTRY, "do": do, "key": key}


@QUEUE.callback(
    Output(QueueIds.LIST, "children"),
    Output(QueueIds.BAR, "children"),
    Output(QueueIds.TICK, "disabled"),
    Output(QueueIds.LANDED, "data"),
    Output(PastIds.CHANGED, "data", allow_duplicate=True),
    Input(QueueIds.TICK, "n_intervals"),
    Input(QueueIds.CHANGED, "data"),
    Input(Ids.FLOW, "data"),
    Input(Ids.OUTLOOK, "children"),
    State(QueueIds.BAR, "children"),
    prevent_initial_call="initial_duplicate",
)
def follow(beat: int | None, __: Any, flow: dict[str, Any] | None, ___: Any, bar_before: Any) -> tuple[Any, ...]:
    """Take the queue one step further, list it, and say when the file under review has been read or imported."""
    owner, reviewed = current_owner(), str((flow or {}).get("upload", ""))
    finished = services().import_queue.advance(owner, reviewed=reviewed)
    entries = services().import_queue.entries(owner)
    card = import_queue.queue_card(
        entries,
        reviewed=reviewed,
        id_of=entry_id,
        import_id={"type": QueueIds.ALL_READY, "key": "go"},
        clear_id={"type": QueueIds.CLEAR, "key": "go"},
    )
    mine = next((item for item in entries if item.key == reviewed), None)
    bar = import_queue.job_bar(mine, cancel_id=entry_id("cancel", mine.key)) if mine and mine.job else None
    landed = f"{mine.key} {mine.state} {beat}" if mine and bar_before and not bar else dash.no_update
    moving = any(item.state.is_moving and (item.key != reviewed or item.job) for item in entries)
    return card, bar, not moving, landed, finished[-1] if finished else dash.no_update


@QUEUE.callback(
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Output(QueueIds.CHANGED, "data", allow_duplicate=True),
    Input({"type": QueueIds.ENTRY, "do": ALL, "key": ALL}, "n_clicks"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def act(clicks: list[int | None], flow: dict[str, Any] | None) -> tuple[Any, Any]:
    """Review a file of the queue, take it out, or cancel its job."""
    asked = dash.ctx.triggered_id
    if not any(clicks) or not asked or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    owner, key = current_owner(), str(asked["key"])
    entry = find_entry(services().import_queue.entries(owner), key)
    if asked["do"] in ("open", "review"):
        return open_entry(entry), key
    if asked["do"] == "mend":
        return {"upload": key, "name": entry.name}, key
    if asked["do"] == "cancel":
        services().import_queue.cancel(owner, key)
    else:
        services().import_queue.remove(owner, key)
    is_open = flow is not None and flow.get("upload") == key
    return None if is_open else dash.no_update, f"{asked['do']} {key}"


def find_entry(entries: list[QueueEntry], key: str) -> QueueEntry:
    """Return a file of the queue.

    Raises:
        NotFoundError: If it is not in the queue any more.
    """
    found = next((item for item in entries if item.key == key), None)
    if found is None:
        raise NotFoundError("The file is not in the queue any more.", hint="Drop it again.")
    return found


def open_entry(entry: QueueEntry) -> dict[str, Any]:
    """Return the flow that shows a file: its check, or the result of its import."""
    from domain.import_queue import QueueState

    if entry.state is QueueState.DONE and entry.batch is not None:
        return {"batch": entry.batch, "key": entry.key}
    return {"upload": entry.key, "name": entry.name}


@QUEUE.callback(
    Output(QueueIds.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": QueueIds.ALL_READY, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def import_ready(clicks: list[int | None]) -> tuple[Any, Any]:
    """Import every file that is ready, one after the other."""
    if not any(clicks):
        raise dash.exceptions.PreventUpdate
    number = services().import_queue.import_ready(current_owner())
    said = feedback.toast(
        "info", f"Importing {fmt.plural(number, 'file')}", "One after the other.", key=f"all-{clicks}"
    )
    return f"all {clicks}", [said]


@QUEUE.callback(
    Output(QueueIds.CHANGED, "data", allow_duplicate=True),
    Input({"type": QueueIds.CLEAR, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def clear_done(clicks: list[int | None]) -> Any:
    """Take the imported files off the list."""
    from domain.import_queue import QueueState

    if not any(clicks):
        raise dash.exceptions.PreventUpdate
    owner = current_owner()
    for item in services().import_queue.entries(owner):
        if item.state is QueueState.DONE:
            services().import_queue.remove(owner, item.key)
    return f"clear {clicks}"


@QUEUE.callback(
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Input(QueueIds.LANDED, "data"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def land(landed: str | None, flow: dict[str, Any] | None) -> Any:
    """Go on to the result when the file under review has been imported by a job, or back when its job has ended."""
    from domain.import_queue import QueueState

    if has_failed(landed, flow):
        return None
    if not flow or not (landed or "").startswith(f"{flow.get('upload')} {QueueState.DONE} "):
        raise dash.exceptions.PreventUpdate
    return open_entry(find_entry(services().import_queue.entries(current_owner()), str(flow["upload"])))


def has_failed(landed: str | None, flow: dict[str, Any] | None) -> bool:
    """Whether the job of the file under review was cancelled or has failed; the queue then says why."""
    from domain.import_queue import QueueState

    return flow is not None and (landed or "").startswith(f"{flow.get('upload')} {QueueState.FAILED} ")


def stop_where_failed(landed: str | None, flow: dict[str, Any] | None) -> None:
    """End a callback that was called because a job has failed: what was cancelled is not begun again unasked.

    Raises:
        PreventUpdate: If it was called by that.
    """
    if dash.ctx.triggered_id == QueueIds.LANDED and has_failed(landed, flow):
        raise dash.exceptions.PreventUpdate


@QUEUE.callback(
    Output(Ids.DONE, "children", allow_duplicate=True),
    Input(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def show_result(flow: dict[str, Any] | None) -> Any:
    """Show what became of a file that a job or the queue has imported."""
    if not flow or "key" not in flow:
        raise dash.exceptions.PreventUpdate
    key = str(flow["key"])
    outcome = services().import_queue.outcome(current_owner(), key)
    number = int(outcome.batch.id)
    return import_results.result(
        outcome, undo_id=undo_id(number, "result"), diff_id=open_id(number, "result"), mend_id=entry_id("mend", key)
    )

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
    ASKED = "import-queue-asked"
    ALL_READY = "import-queue-all"
    CLEAR = "import-queue-clear"


def panel() -> list[Any]:
    """Return the skeleton: the bar of a running job, the list and what drives them."""
    return [
        *(dcc.Store(id=name) for name in (QueueIds.CHANGED, QueueIds.LANDED, QueueIds.ASKED)),
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
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Input(QueueIds.TICK, "n_intervals"),
    Input(QueueIds.CHANGED, "data"),
    Input(Ids.FLOW, "data"),
    Input(Ids.OUTLOOK, "children"),
    State(QueueIds.BAR, "children"),
    prevent_initial_call="initial_duplicate",
)
def follow(beat: int | None, __: Any, flow: dict[str, Any] | None, outlook: Any, bar_before: Any) -> tuple[Any, ...]:
    """Take the queue one step further, list it, and say when the file under review has been read or imported."""
    owner, reviewed = current_owner(), str((flow or {}).get("upload", ""))
    finished = services().import_queue.advance(owner, reviewed=reviewed)
    entries = services().import_queue.entries(owner)
    mine = next((item for item in entries if item.key == reviewed), None)
    bar = import_queue.job_bar(mine, cancel_id=entry_id("cancel", mine.key)) if mine and mine.job else None
    is_left = has_failed(mine, bar_before=bar_before)
    card = import_queue.queue_card(
        entries,
        reviewed="" if is_left else reviewed,
        id_of=entry_id,
        import_id={"type": QueueIds.ALL_READY, "key": "go"},
        clear_id={"type": QueueIds.CLEAR, "key": "go"},
    )
    landed = mine is not None and not is_left and has_landed(mine, bar_before=bar_before, outlook=outlook)
    moving = any(item.state.is_moving and (item.key != reviewed or item.job) for item in entries)
    return (
        card,
        bar,
        not moving,
        f"{reviewed} {mine.state} {beat}" if landed and mine else dash.no_update,
        finished[-1] if finished else dash.no_update,
        None if is_left else dash.no_update,
    )


def has_failed(mine: QueueEntry | None, *, bar_before: Any) -> bool:
    """Whether the job of the file under review was cancelled or has failed just now; the queue then says why.

    The page leaves the file at once: another callback that did so could not have the queue listed again.
    """
    from domain.import_queue import QueueState

    return mine is not None and bool(bar_before) and not mine.job and mine.state is QueueState.FAILED


def has_landed(mine: QueueEntry, *, bar_before: Any, outlook: Any) -> bool:
    """Whether the job of the file under review is done and its page does not show it yet.

    A job may be done before its bar was ever drawn.
    """
    from domain.import_queue import QueueState

    is_read = mine.state in (QueueState.READY, QueueState.PROBLEMS)
    return not mine.job and (bool(bar_before) or (outlook is None and is_read))


@QUEUE.callback(
    Output(Ids.FLOW, "data", allow_duplicate=True),
    Output(QueueIds.CHANGED, "data", allow_duplicate=True),
    Input(QueueIds.ASKED, "data"),
    State(Ids.FLOW, "data"),
    prevent_initial_call=True,
)
def act(asked: dict[str, Any] | None, flow: dict[str, Any] | None) -> tuple[Any, Any]:
    """Review a file of the queue, take it out, or cancel its job; assets/js/queue.js says which button was clicked."""
    if not asked:
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
    """Go on to the result when the file under review has been imported by a job."""
    from domain.import_queue import QueueState

    if not flow or not (landed or "").startswith(f"{flow.get('upload')} {QueueState.DONE} "):
        raise dash.exceptions.PreventUpdate
    return open_entry(find_entry(services().import_queue.entries(current_owner()), str(flow["upload"])))


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

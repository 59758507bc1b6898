"""The queue of dropped files and the bar of a job that reads or imports one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dash import html

from components import cards, feedback, forms, tables
from components import format as fmt
from domain.import_queue import QueueEntry, QueueState
from domain.jobs import Progress

_STATES = {
    QueueState.WAITING: ("waiting", "out"),
    QueueState.READING: ("reading", "acc"),
    QueueState.READY: ("ready", "pos"),
    QueueState.MAPPING: ("needs mapping", "warn"),
    QueueState.PROBLEMS: ("problems", "warn"),
    QueueState.REFUSED: ("cannot be read", "neg"),
    QueueState.IMPORTING: ("importing", "acc"),
    QueueState.DONE: ("done", "pos"),
    QueueState.FAILED: ("failed", "neg"),
}
_STAGES = {
    "": "Waiting for its turn",
    "read": "Reading the file",
    "open": "Opening the file",
    "rows": "Checking rows",
    "identify": "Telling rows apart",
    "store": "Writing rows",
    "match": "Matching trades",
}
_COLUMNS = (
    tables.Column(key="file", title="File", strong=True),
    tables.Column(key="size", title="Size", align="right", muted=True, hide_mobile=True),
    tables.Column(key="format", title="Recognised as", muted=True, hide_mobile=True),
    tables.Column(key="state", title="State"),
    tables.Column(key="act", title="", align="right"),
)
MakeId = Callable[[str, str], Any]


def queue_card(
    entries: Sequence[QueueEntry], *, reviewed: str, id_of: MakeId, import_id: Any, clear_id: Any
) -> html.Section | None:
    """Return the queue; None while there is nothing in it but the file under review.

    Args:
        entries: The files.
        reviewed: Key of the file that is looked at.
        id_of: Id of a part of an entry: ("open", "review", "remove" or "cancel", key).
        import_id: Id of the button that imports all that is ready.
        clear_id: Id of the button that takes finished files off the list.
    """
    if not [item for item in entries if item.key != reviewed]:
        return None
    ready = sum(item.state is QueueState.READY for item in entries)
    done = sum(item.state is QueueState.DONE for item in entries)
    controls: list[Any] = []
    if done:
        controls.append(forms.button(f"Clear {fmt.count(done)} done", id=clear_id, kind="ghost", size="xs"))
    label = f"Import all {fmt.count(ready)} ready" if ready else "Import all ready"
    controls.append(forms.button(label, id=import_id, size="xs", icon_name="check", disabled=not ready))
    rows = [_row(item, is_reviewed=item.key == reviewed, id_of=id_of) for item in entries]
    return cards.card(
        "Files",
        html.Div(tables.table(_COLUMNS, rows, row_height=38, caption="Dropped files"), className="im-queue"),
        subtitle=f"{fmt.plural(len(entries), 'file')}, kept here for a day",
        controls=controls,
        flush=True,
    )


def _row(item: QueueEntry, *, is_reviewed: bool, id_of: MakeId) -> dict[str, Any]:
    return {
        "_class": "sel" if is_reviewed else "",
        "file": _name(item, is_reviewed=is_reviewed, id_of=id_of),
        "size": fmt.size_bytes(item.size_bytes),
        "format": item.format or "–",
        "state": _state(item, is_reviewed=is_reviewed),
        "act": html.Div(_actions(item, is_reviewed=is_reviewed, id_of=id_of), className="im-queue-act"),
    }


def _name(item: QueueEntry, *, is_reviewed: bool, id_of: MakeId) -> Any:
    """Return the name of a file: a button that opens it, unless it is open or being imported."""
    name = html.Span(item.name, className="im-cut")
    if is_reviewed or item.state is QueueState.IMPORTING:
        current = {"aria-current": "true"} if is_reviewed else {}
        return html.Span(name, title=item.name, **current)
    return html.Button(name, id=id_of("open", item.key), type="button", title=item.name, className="im-open")


def _state(item: QueueEntry, *, is_reviewed: bool) -> html.Div:
    is_looked_at = is_reviewed and item.state is QueueState.WAITING
    word, tone = _STATES[QueueState.READING if is_looked_at else item.state]
    parts: list[Any] = [cards.tag(word, tone=tone)]
    if item.state in (QueueState.READING, QueueState.IMPORTING) and item.progress is not None:
        parts.append(html.Span(_progress_words(item.progress), className="im-sub fw-num"))
    elif item.message:
        parts.append(html.Span(item.message[:90], className="im-sub", title=item.message))
    elif item.rows.total:
        parts.append(html.Span(_row_words(item), className="im-sub fw-num"))
    return html.Div(parts, className="im-state")


def _row_words(item: QueueEntry) -> str:
    rows = item.rows
    if item.state is QueueState.DONE:
        return f"{fmt.count(rows.executions)} new into {item.account}"
    said = f"{fmt.count(rows.executions)} new, {fmt.count(rows.duplicates)} known"
    return f"{said}, {fmt.count(rows.problems)} to mend" if rows.problems else said


def _progress_words(progress: Progress) -> str:
    share = progress.fraction
    return f"{_STAGES.get(progress.stage, '')} {'' if share is None else fmt.percent(share, places=0)}".strip()


def _actions(item: QueueEntry, *, is_reviewed: bool, id_of: MakeId) -> list[Any]:
    acts: list[Any] = []
    if is_reviewed:
        acts.append(html.Span("open", className="im-sub"))
    elif item.state is not QueueState.IMPORTING:
        word = "Result" if item.state is QueueState.DONE else "Review"
        named = {"aria-label": f"{word} of {item.name}"}
        acts.append(forms.button(word, id=id_of("review", item.key), kind="ghost", size="xs", attributes=named))
    acts.append(forms.icon_button("x", f"Remove {item.name} from the list", id=id_of("remove", item.key), small=True))
    return acts


def job_bar(entry: QueueEntry, *, cancel_id: Any) -> html.Section:
    """Return how far the job of a file is, with its stage, rows, rate and Cancel."""
    progress = entry.progress or Progress()
    verb = "Importing" if entry.state is QueueState.IMPORTING else "Reading"
    share = progress.fraction
    bar = html.I(style={"width": f"{round((share or 0) * 100)}%"})
    known = {"aria-valuenow": str(round(share * 100))} if share is not None else {}
    meter = html.Div(
        bar,
        className=f"fw-meter t6{' im-endless' if share is None else ''}",
        role="progressbar",
        **{"aria-label": f"{verb} {entry.name}", "aria-valuemin": "0", "aria-valuemax": "100", **known},
    )
    line = html.Div(
        [
            feedback.spinner(verb),
            html.B(f"{verb} {entry.name}", className="im-name"),
            html.Span(_STAGES.get(progress.stage, progress.stage), className="im-sub"),
            html.Span(_amount_words(progress), className="im-sub fw-num end"),
        ],
        className="im-job-line",
    )
    note = "You can leave this page or close it: the work goes on. Nothing is written until the end."
    cancel = forms.button("Cancel", id=cancel_id, size="sm")
    return cards.card(
        "",
        html.Div(
            [html.Div([line, meter, html.Div(note, className="im-sub")], className="im-job-txt"), cancel],
            className="im-job",
        ),
    )


def _amount_words(progress: Progress) -> str:
    if not progress.total:
        return ""
    if progress.unit == "bytes":
        return f"{fmt.size_bytes(progress.done)} of {fmt.size_bytes(progress.total)}"
    words = f"{fmt.count(progress.done)} of {fmt.count(progress.total)} {progress.unit}".strip()
    rate = progress.rows_per_second
    return f"{words}, {fmt.count(round(rate))} rows/s" if rate else words

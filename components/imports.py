"""What the Import page says about a file before anything is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dash import html

from components import cards, feedback, forms, tables
from components import format as fmt
from components.icons import icon
from domain.executions import ExecutionKind, Side
from domain.periods import from_micros

if TYPE_CHECKING:
    from domain.columns import ExecutionBatch
    from domain.drafts import ImportDraft, ImportEffect
    from domain.imports import ImportPreview, RowCounts

SHOWN_ROWS = 8
SHOWN_PROBLEMS = 100
_KINDS = {
    ExecutionKind.EXPIRY: "Expiry",
    ExecutionKind.ASSIGNMENT: "Assignment",
    ExecutionKind.EXERCISE: "Exercise",
}
_EXTENSIONS = {"csv": "file-spreadsheet", "xlsx": "file-spreadsheet"}


def file_facts(draft: ImportDraft, *, chosen: bool) -> html.Div:
    """Return the name of the file and what it was recognised as; `chosen` when the user said it."""
    preview = draft.preview
    ending = draft.filename.rsplit(".", 1)[-1].lower()
    lead = html.Span(icon(_EXTENSIONS.get(ending, "file-text"), size=20), className="fw-file-ic")
    size = fmt.size_bytes(draft.size_bytes)
    if preview is None:
        mark: Any = cards.tag("Not recognised", tone="warn", icon_name="circle-alert")
        text = size
    else:
        mark = cards.tag(preview.format_title, tone="pos", icon_name="circle-check")
        text = f"{fmt.plural(preview.rows.total, 'row')}, {size}. {_certainty(preview, chosen=chosen)}"
    name = html.Div([html.B(draft.filename, className="im-name"), mark], className="row-f wrapf")
    return html.Div(
        [lead, html.Div([name, html.Div(text, className="im-sub fw-num")], className="im-facts")], className="fw-file"
    )


def file_name(name: str) -> html.Div:
    """Return the name of a file that is still being read."""
    lead = html.Span(icon("file-text", size=20), className="fw-file-ic")
    text = html.Div([html.B(name, className="im-name"), html.Div("Reading the file", className="im-sub")])
    return html.Div([lead, text], className="fw-file")


def _certainty(preview: ImportPreview, *, chosen: bool) -> str:
    if preview.template:
        return f"Recognised by your template “{preview.template}”."
    if chosen:
        return "Read as you chose."
    if preview.mapping:
        return "Columns told by their names and content."
    return f"Recognised with {fmt.percent(preview.confidence, places=0)} confidence."


def time_example(preview: ImportPreview, timezone: str) -> list[Any]:
    """Return how the first time of the file is understood, in the file's zone and in the reader's.

    Args:
        preview: The file.
        timezone: Zone of the person who reads this.
    """
    statement = preview.statement
    zone = html.Span(["Read as ", html.B(_place(statement.timezone)), " time. "])
    if statement.time_example is None:
        return [zone, "The file has no time to show."]
    raw, moment = statement.time_example
    there = f"{fmt.instant_seconds(moment, statement.timezone)} {fmt.zone_label(statement.timezone, moment)}"
    parts = [zone, html.Span(raw, className="fw-raw"), " becomes ", html.B(there, className="fw-num")]
    if timezone != statement.timezone:
        parts.append(html.Span(_elsewhere(moment, timezone), className="fw-num"))
    return [*parts, "."]


def _elsewhere(moment: datetime, timezone: str) -> str:
    return f", {fmt.clock_time(moment, timezone)} for you in {_place(timezone)}"


def _place(timezone: str) -> str:
    return timezone.rsplit("/", 1)[-1].replace("_", " ")


def account_note(preview: ImportPreview) -> list[Any]:
    """Return where the fills go."""
    name = html.B(preview.account)
    if preview.is_new_account:
        return ["A new account ", name, " will be made."]
    return ["The fills go into ", name, "."]


def first_rows(preview: ImportPreview) -> html.Section:
    """Return the first executions as they are understood."""
    batch, zone = preview.statement.executions, preview.statement.timezone
    moment = from_micros(int(batch.executed_at[0])) if len(batch) else None
    columns = [
        tables.Column(key="at", title=f"Executed at ({fmt.zone_label(zone, moment)})", muted=True),
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="action", title="Action"),
        tables.Column(key="quantity", title="Qty", align="right"),
        tables.Column(key="price", title="Price", align="right"),
        tables.Column(key="fee", title="Fee", align="right", muted=True, hide_mobile=True),
    ]
    shown = min(len(batch), SHOWN_ROWS)
    rows = [_fill(batch, row, zone, known=row in preview.duplicates) for row in range(shown)]
    body = (
        tables.table(columns, rows, row_height=30, caption="First rows")
        if rows
        else feedback.empty("layers", "No fills in this file", "Every row is of another kind or has a problem.")
    )
    rest = f"{shown} of {fmt.count(len(batch))}" if shown < len(batch) else ""
    return cards.card(
        "First rows, as Fillwise reads them",
        body,
        subtitle=rest,
        flush=True,
        classes="im-rows",
    )


def warnings(preview: ImportPreview) -> list[Any]:
    """Return what may be wrong with rows that are read as they stand, one notice each."""
    return [feedback.notice("warn", "Please look at this.", text, dismiss=False) for text in preview.warnings]


def notes_card(preview: ImportPreview) -> html.Section | None:
    """Return what was ignored and assumed in reading the file; None when there is nothing to tell."""
    told = [note for note in preview.statement.notes if note not in preview.warnings]
    if not told:
        return None
    notes = html.Ul([html.Li(note) for note in told], className="im-notes")
    return cards.card("How the file was read", notes, subtitle="assumptions, and what was passed over", flush=True)


def _fill(batch: ExecutionBatch, row: int, zone: str, *, known: bool) -> dict[str, Any]:
    instrument = batch.instruments[int(batch.instrument[row])]
    kind = ExecutionKind(int(batch.kind[row]))
    action = _KINDS.get(kind, Side(int(batch.side[row])).word.capitalize())
    fees = batch.fees.at(row)
    return {
        "at": fmt.instant_seconds(from_micros(int(batch.executed_at[row])), zone),
        "symbol": cards.symbol(instrument.symbol, name=instrument.name),
        "action": [f"{action} ", cards.tag("already here", tone="out")] if known else action,
        "quantity": fmt.quantity(batch.quantity.at(row)),
        "price": fmt.price(batch.price.at(row), asset_class=instrument.asset_class.value),
        "fee": fmt.plain(fees) if fees else "–",
    }


def outlook(draft: ImportDraft, preview: ImportPreview) -> html.Section:
    """Return what an import would do, and the account of every row."""
    rows = preview.rows
    pairs: list[tuple[Any, Any]] = [("New fills", fmt.count(rows.executions))]
    pairs.append(("Already in the journal, skipped", fmt.count(rows.duplicates)))
    if draft.effect is not None:
        pairs += _effect_pairs(draft.effect)
    pairs.append(("Covers", _covers(preview)))
    other = preview.other or preview.statement.other_counts
    kinds = [(label or "Without a word", fmt.count(number)) for label, number in other.items()]
    body = [cards.key_values(pairs)]
    if kinds:
        body.append(html.Div("Other rows, by the broker’s word", className="im-cap"))
        body.append(cards.key_values(kinds[:12]))
        if len(kinds) > 12:
            body.append(html.Div(f"and {fmt.plural(len(kinds) - 12, 'more kind')}", className="im-sub"))
    body.append(html.Div(accounting(rows), className="im-sum fw-num", role="note"))
    return cards.card(
        "What will happen",
        body,
        footer=html.Span("Nothing is written before you press Import. You can undo it as a whole."),
    )


def _effect_pairs(effect: ImportEffect) -> list[tuple[Any, Any]]:
    pairs: list[tuple[Any, Any]] = [
        ("Become trades", f"{fmt.count(effect.closed)} closed, {fmt.count(effect.opened)} open"),
    ]
    for currency, amount in effect.net.items():
        pairs.append(("Net P&L of the new trades", cards.signed(fmt.pnl(amount, currency), amount)))
    return pairs


def _covers(preview: ImportPreview) -> str:
    if preview.period is None:
        return "–"
    zone = ZoneInfo(preview.statement.timezone)
    first, last = (edge.astimezone(zone).date() for edge in preview.period)
    return fmt.day_range(first, last) if first != last else fmt.day(first)


def accounting(rows: RowCounts) -> list[Any]:
    """Return the sentence that accounts for every row of the file, its numbers in bold."""
    return [html.B(part) if part[:1].isdigit() else part for part in re.split(r"(\d[\d,]*)", rows.sentence) if part]


def commit_label(rows: RowCounts | None = None) -> list[Any]:
    """Return what the button says that imports: how much it would write."""
    number = rows.executions if rows else 0
    return [icon("check"), f"Import {fmt.plural(number, 'fill')}" if number else "Import"]


def problem_table(found: Sequence[dict[str, Any]]) -> html.Div:
    """Return problems as a table; each has line, column, value, reason and hint."""
    columns = [
        tables.Column(key="where", title="Where", muted=True),
        tables.Column(key="value", title="Value"),
        tables.Column(key="problem", title="Problem and fix"),
    ]
    rows = [_problem(item) for item in found]
    return html.Div(tables.table(columns, rows, caption="Rows with problems"), className="im-problems")


def _problem(item: dict[str, Any]) -> dict[str, Any]:
    where = [f"Line {fmt.count(item['line'])}"]
    value = str(item["value"])
    return {
        "where": html.Div([*where, html.Div(item["column"] or "whole row", className="im-sub")]),
        "value": html.Span(_shorten(value), className="fw-bad", title=value)
        if value
        else html.Span("empty", className="fw-raw"),
        "problem": html.Div([html.Div(item["reason"]), html.Div(item["hint"], className="im-sub")]),
    }


def _shorten(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def refused(draft: ImportDraft, *, map_id: Any) -> html.Section:
    """Return why a file cannot be read, what was seen, and the two ways on."""
    seen = html.Pre("\n".join(draft.first_lines), className="im-seen")
    button = forms.button("Map the columns yourself", id=map_id, kind="primary", icon_name="columns-3")
    actions = [button] if map_id else []
    body: list[Any] = [
        feedback.error_state("This file cannot be read yet", [draft.refusal, " ", draft.hint], actions=actions)
    ]
    if draft.first_lines:
        body += [html.Div("What was seen", className="im-cap"), seen]
    text = "Nothing was saved. Choose the broker above, or map the columns."
    return cards.card("", body, footer=html.Span(text), classes="im-refused")


def seen_before(draft: ImportDraft, *, timezone: str, now: datetime, undo_id: Any) -> html.Div | None:
    """Return the notice that this very file was imported before; None when it was not."""
    batch = draft.earlier
    if batch is None:
        return None
    when = fmt.instant(batch.created_at, timezone, now=now)
    preview = draft.preview
    is_repeat = preview is not None and not preview.rows.executions
    is_alike = preview is not None and preview.statement.timezone == batch.timezone
    if is_repeat and batch.problems:
        more = f"The same file again adds nothing but what you mend of the {batch.rows.problems} left out."
    elif is_repeat:
        more = "The same file again adds nothing."
    elif is_alike and batch.problems:
        more = f"It left out {fmt.plural(batch.rows.problems, 'row')} then; only what it lacks is added."
    else:
        more = (
            f"It was read in {_place(batch.timezone)} time then. Undo that import first if this one is to replace it."
        )
    undo = forms.button("Undo the earlier import", id=undo_id, size="xs", icon_name="undo-2")
    strong = f"This file was imported into {batch.account_name} ({when})."
    kind: feedback.Kind = "info" if is_repeat or (is_alike and batch.problems) else "warn"
    return feedback.notice(kind, strong, more, actions=[undo], dismiss=False)

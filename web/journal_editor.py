"""The drawer in which a day of the journal is written: opened by a button, saved while it is typed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from dash import ALL, ctx, no_update
from dash.exceptions import PreventUpdate

from components import attachments, journal_feed
from components import format as fmt
from domain.errors import InvalidInputError
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import CallbackRecorder
from web.trade_journal import below, remove_picked

if TYPE_CHECKING:
    from domain.journal import DayNote


class Ids(StrEnum):
    """Ids of the drawer."""

    EDIT = "journal-edit"
    DRAWER = "journal-drawer"
    DRAWER_TITLE = "journal-drawer-title"
    DAY = "journal-day"
    MOOD = "journal-mood"
    MOOD_PICK = "journal-mood-pick"
    NOTE = "journal-note"
    NOTE_HOST = "journal-note-host"
    NOTE_DRAFT = "journal-note-draft"
    PLAN = "journal-plan"
    PLAN_HOST = "journal-plan-host"
    PLAN_DRAFT = "journal-plan-draft"
    TEMPLATES = "journal-templates"
    TEMPLATE_PICK = "journal-template-pick"
    SAVED = "journal-saved"
    FILES = "journal-files"
    FILE_PICK = "journal-file-pick"
    UPLOADED = "journal-uploaded"
    TILE = "journal-tile"
    CHANGED = "journal-changed"


EDITOR = journal_feed.EditorIds(**{name: Ids[name.upper()] for name in journal_feed.EditorIds.__slots__})
DESK = CallbackRecorder()


def read_day(text: Any) -> date:
    """Return the day of an ISO text; InvalidInputError when it is none."""
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError as error:
        raise InvalidInputError(f"{str(text)[:20]!r} is not a day.", hint="For example 2026-11-20.") from error


@DESK.callback(
    Output(Ids.DRAWER, "data-fw-open"),
    Output(Ids.DAY, "data"),
    Input({"type": Ids.EDIT, "day": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def open_day(clicks: list[int | None]) -> tuple[str, str]:
    """Open the drawer for the day whose button was pressed."""
    if not any(clicks) or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    day = read_day(ctx.triggered_id["day"]).isoformat()
    return f"open {day} {sum(filter(None, clicks))}", day


@DESK.callback(
    Output(Ids.DRAWER_TITLE, "children"),
    Output(Ids.NOTE, "value"),
    Output(Ids.PLAN, "value"),
    Output(Ids.MOOD, "children"),
    Output(Ids.NOTE_HOST, "data-fw-key"),
    Output(Ids.PLAN_HOST, "data-fw-key"),
    Output(Ids.TEMPLATES, "children"),
    Output(Ids.TILE, "children"),
    Output(Ids.SAVED, "children"),
    Input(Ids.DAY, "data"),
    prevent_initial_call=True,
)
def fill_editor(text: str | None) -> tuple[Any, ...]:
    """Put what was written of the day into the fields."""
    if not text:
        raise PreventUpdate
    day, owner = read_day(text), current_owner()
    note = services().journal.day_note(owner, day)
    templates = journal_feed.template_choices(services().note_templates.templates(owner, "day"))
    tile = attachments.drop_tile(Ids.UPLOADED, f"/files/attachment?day={day.isoformat()}")
    title = fmt.day_long(day, year=True)
    return title, *journal_feed.fields(note), text, text, templates, tile, saved_text(note)


def saved_text(note: DayNote) -> str:
    """Write when a day was last saved."""
    if note.updated_at is None:
        return ""
    when = fmt.instant(note.updated_at, current_profile().timezone, now=services().clock())
    return f"Saved {when.removeprefix('Today ')}"


@DESK.callback(
    Output(Ids.SAVED, "children", allow_duplicate=True),
    Output(Ids.CHANGED, "data"),
    Input(Ids.NOTE_DRAFT, "data"),
    Input(Ids.PLAN_DRAFT, "data"),
    prevent_initial_call=True,
)
def save_draft(note: dict[str, Any] | None, plan: dict[str, Any] | None) -> tuple[str, Any]:
    """Save note or plan while it is written; a draft names its day."""
    field, draft = ("plan", plan) if ctx.triggered_id == Ids.PLAN_DRAFT else ("note", note)
    if not draft:
        raise PreventUpdate
    day, text = read_day(draft.get("key")), str(draft.get("text") or "")
    saved = services().journal.save_day_note(current_owner(), day, **{field: text})
    return saved_text(saved), draft.get("at")


@DESK.callback(
    Output(Ids.MOOD, "children", allow_duplicate=True),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.MOOD_PICK, "data"),
    State(Ids.DAY, "data"),
    prevent_initial_call=True,
)
def save_mood(pick: dict[str, Any] | None, text: str | None) -> tuple[Any, Any]:
    """Save the picked mood, or clear it."""
    if not pick or not text:
        raise PreventUpdate
    saved = services().journal.save_day_note(current_owner(), read_day(text), mood=pick.get("value") or None)
    return journal_feed.mood_row(saved.mood), pick.get("at")


@DESK.callback(
    Output(Ids.NOTE, "value", allow_duplicate=True),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.TEMPLATE_PICK, "data"),
    State(Ids.NOTE, "value"),
    State(Ids.DAY, "data"),
    prevent_initial_call=True,
)
def insert_template(pick: dict[str, Any] | None, note: str | None, text: str | None) -> tuple[str, Any]:
    """Put a template behind what is written."""
    if not pick or not text or not str(pick.get("value")).isdecimal():
        raise PreventUpdate
    owner = current_owner()
    body = services().note_templates.template(owner, min(int(pick["value"]), 2**31 - 1)).body
    whole = below(note, body)
    services().journal.save_day_note(owner, read_day(text), whole)
    return whole, pick.get("at")


@DESK.callback(
    Output(Ids.FILES, "children"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.DAY, "data"),
    Input(Ids.UPLOADED, "data"),
    Input(Ids.FILE_PICK, "data"),
    prevent_initial_call=True,
)
def fill_files(text: str | None, uploaded: dict[str, Any] | None, pick: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the files of the day, after removing the one that was picked; to open a day changes nothing."""
    remove_picked(pick)
    stamp: Any = {"files": [(uploaded or {}).get("at"), (pick or {}).get("at")]}
    if ctx.triggered_id == Ids.DAY:
        stamp = no_update
    if not text:
        return [], stamp
    day = read_day(text)
    files = services().attachments.of_days(current_owner(), [day]).get(day, [])
    return attachments.file_grid(files, store=Ids.FILE_PICK), stamp

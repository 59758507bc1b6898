"""Day notes and the templates of notes in the database."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.journal_search import Document, write_document
from data.db.journal_tables import note_templates
from data.db.tables import day_notes
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.journal import DayNote, NoteTemplate


def day_note(session: Session, owner: UserId, day: date) -> DayNote | None:
    """Return the note of a day."""
    row = session.execute(select(day_notes).where(day_notes.c.owner_id == owner, day_notes.c.day == day)).first()
    return None if row is None else _note(row)


def _note(row: Any) -> DayNote:
    return DayNote(day=row.day, note=row.note, updated_at=row.updated_at, plan=row.plan, mood=row.mood)


def list_day_notes(
    session: Session, owner: UserId, *, since: date | None = None, until: date | None = None
) -> list[DayNote]:
    """Return the notes of the days [since, until), newest first."""
    query = select(day_notes).where(day_notes.c.owner_id == owner).order_by(day_notes.c.day.desc())
    if since is not None:
        query = query.where(day_notes.c.day >= since)
    if until is not None:
        query = query.where(day_notes.c.day < until)
    return [_note(row) for row in session.execute(query)]


def noted_days(session: Session, owner: UserId) -> set[date]:
    """Return the days that have a note."""
    return set(session.execute(select(day_notes.c.day).where(day_notes.c.owner_id == owner)).scalars())


def write_day_note(session: Session, owner: UserId, note: DayNote, *, now: datetime) -> None:
    """Insert, replace or (when nothing is in it) remove the note of a day."""
    session.execute(delete(day_notes).where(day_notes.c.owner_id == owner, day_notes.c.day == note.day))
    if note.note.strip() or note.plan.strip() or note.mood is not None:
        values = {"owner_id": owner, "day": note.day, "note": note.note, "plan": note.plan, "mood": note.mood}
        session.execute(insert(day_notes).values(**values, updated_at=now))
    body = "\n\n".join(part for part in (note.note, note.plan) if part.strip())
    write_document(session, owner, Document(kind="day", ref=note.day.isoformat(), title="", body=body), now=now)


def list_templates(session: Session, owner: UserId, kind: str = "") -> list[NoteTemplate]:
    """Return the owner's templates by kind and name; of one kind if given."""
    query = select(note_templates).where(note_templates.c.owner_id == owner)
    if kind:
        query = query.where(note_templates.c.kind == kind)
    rows = session.execute(query.order_by(note_templates.c.kind.desc(), note_templates.c.name))
    return [NoteTemplate(id=row.id, kind=row.kind, name=row.name, body=row.body) for row in rows]


def get_template(session: Session, owner: UserId, template_id: int) -> NoteTemplate:
    """Return one template; NotFoundError when it is not the owner's."""
    mine = (note_templates.c.owner_id == owner) & (note_templates.c.id == template_id)
    row = session.execute(select(note_templates).where(mine)).first()
    if row is None:
        raise NotFoundError("There is no such template.")
    return NoteTemplate(id=row.id, kind=row.kind, name=row.name, body=row.body)


def write_template(session: Session, owner: UserId, template: NoteTemplate) -> int:
    """Add a template (id 0) or change one of the owner's; returns its id."""
    values = {"kind": template.kind, "name": template.name, "body": template.body}
    if not template.id:
        result = session.execute(insert(note_templates).values(owner_id=owner, **values))
        return int(result.inserted_primary_key[0])  # type: ignore[index]
    get_template(session, owner, template.id)
    session.execute(update(note_templates).where(note_templates.c.id == template.id).values(**values))
    return template.id


def delete_template(session: Session, owner: UserId, template_id: int) -> None:
    """Remove one of the owner's templates; NotFoundError when there is none."""
    get_template(session, owner, template_id)
    session.execute(delete(note_templates).where(note_templates.c.id == template_id))

"""Texts to start a note with."""

from __future__ import annotations

from dataclasses import replace

from data.db import accounts as account_table
from data.db import journal_notes as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import ConflictError, InvalidInputError
from domain.journal import NoteTemplate
from services.journal import check_label, check_note

KINDS = ("trade", "day")
STARTERS = (
    NoteTemplate(
        id=0,
        kind="trade",
        name="Trade review",
        body="**Why I took it**\n\n**What I did well**\n\n**What I would do differently**\n\n**Lesson**\n",
    ),
    NoteTemplate(
        id=0,
        kind="trade",
        name="Losing trade",
        body="**Was it in the plan?**\n\n**Where was I wrong: idea, timing or size?**\n\n**Next time**\n",
    ),
    NoteTemplate(
        id=0,
        kind="day",
        name="Before the open",
        body="**Market**\n\n**Levels and names**\n\n**Plan**\n- \n\n**Most I will lose today**\n",
    ),
    NoteTemplate(
        id=0,
        kind="day",
        name="After the close",
        body="**How it went**\n\n**Best decision**\n\n**Worst decision**\n\n**One thing to keep**\n",
    ),
)


class NoteTemplateService:
    """Reads and writes templates."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def templates(self, owner: UserId, kind: str = "") -> list[NoteTemplate]:
        """Return the owner's templates by kind and name; of one kind if given."""
        with self._db.read() as session:
            return table.list_templates(session, owner, kind)

    def template(self, owner: UserId, template_id: int) -> NoteTemplate:
        """Return one template; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_template(session, owner, template_id)

    def add_starters(self, owner: UserId) -> list[NoteTemplate]:
        """Add the usual templates whose names are free; returns all."""
        have = {(item.kind, item.name) for item in self.templates(owner)}
        for item in STARTERS:
            if (item.kind, item.name) not in have:
                self.save(owner, item)
        return self.templates(owner)

    def save(self, owner: UserId, template: NoteTemplate) -> NoteTemplate:
        """Add a template (id 0) or change one.

        Raises:
            InvalidInputError: If kind, name or text is not valid.
            ConflictError: If another template of the kind has the name.
            NotFoundError: If it is not the owner's.
        """
        if template.kind not in KINDS:
            message = f"{template.kind[:20]!r} is no kind of note."
            raise InvalidInputError(message, field="kind", hint="trade or day.")
        body = check_note(template.body)
        if not body.strip():
            raise InvalidInputError("The template is empty.", field="body", hint="Type what a note starts with.")
        checked = replace(template, name=check_label(template.name), body=body)
        with self._db.begin() as session:
            account_table.lock_owner(session, owner)
            named = [item for item in table.list_templates(session, owner, checked.kind) if item.name == checked.name]
            if any(item.id != template.id for item in named):
                message = f"There is a template called {checked.name!r} already."
                raise ConflictError(message, hint="Choose another name.")
            number = table.write_template(session, owner, checked)
        return replace(checked, id=number)

    def delete(self, owner: UserId, template_id: int) -> None:
        """Remove a template; NotFoundError when it is not the owner's."""
        with self._db.begin() as session:
            table.delete_template(session, owner, template_id)

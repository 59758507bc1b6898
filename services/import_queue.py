"""The queue of dropped files: what is decided and mended in each, what each would do, and importing them in turn.

All of it stands in the note beside the upload, so that it survives a reload and holds in every tab.
A small file is read and imported at once, a large one by a job.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from domain.accounts import UserId
from domain.drafts import DraftChoices, ImportDraft, ImportOutcome
from domain.errors import ConflictError, FillwiseError, InvalidInputError, NotFoundError, RowProblem
from domain.fixes import MOST, MOST_SKIPPED, Fixes, RowFix, Scope, find_alike
from domain.import_queue import QueueEntry, QueueState
from domain.imports import RowCounts
from domain.jobs import Job, JobState
from services.import_drafts import ImportDraftService
from services.import_jobs import ImportJobService
from services.jobs import JobService
from services.kept_problems import every_problem
from services.templates import TemplateService, fit_template
from services.uploads import UploadService

Note = dict[str, Any]
Place = tuple[int, str]
"""Line and column of a problem."""


class ImportQueueService:
    """Use cases around the queue; safe to share between threads."""

    def __init__(
        self,
        drafts: ImportDraftService,
        uploads: UploadService,
        import_jobs: ImportJobService,
        jobs: JobService,
        *,
        templates: TemplateService,
    ) -> None:
        self._drafts = drafts
        self._uploads = uploads
        self._import_jobs = import_jobs
        self._jobs = jobs
        self._templates = templates
        self._turn = threading.Lock()
        self._writing = threading.Lock()

    def entries(self, owner: UserId) -> list[QueueEntry]:
        """Return the files of the last day, oldest first."""
        return [self._entry(owner, key, self._uploads.note(owner, key)) for key in self._uploads.keys(owner)]

    def choices(self, owner: UserId, key: str) -> DraftChoices:
        """Return what was decided about a file, by its owner or else by what is known of its content.

        Raises:
            NotFoundError: If the upload is gone.
        """
        note = self._note(owner, key)
        made = read_choices(key, note)
        if "choices" in note:
            return made
        if "fixes" not in note:
            made = replace(made, fixes=self._drafts.earlier_fixes(owner, made))
            self.mend(owner, key, made.fixes)
        return replace(made, account=self._drafts.suggest_account(owner, made))

    def fixes(self, owner: UserId, key: str) -> Fixes:
        """Return what was mended in a file."""
        return Fixes.from_dict(self._uploads.note(owner, key).get("fixes") or {})

    def mend(self, owner: UserId, key: str, fixes: Fixes) -> None:
        """Keep what was mended in a file.

        Raises:
            InvalidInputError: If there is more to mend than a form is for.
        """
        if len(fixes.cells) > MOST or len(fixes.skipped) > MOST_SKIPPED:
            most, what = (MOST, "values would be typed") if len(fixes.cells) > MOST else (MOST_SKIPPED, "rows left out")
            message = f"More than {most:,} {what}."
            raise InvalidInputError(message, hint="Mend the file in a spreadsheet and drop it again.")
        self._change(owner, key, fixes=fixes.to_dict())

    def type_value(self, owner: UserId, choices: DraftChoices, place: Place, value: str, scope: Scope) -> int:
        """Read a value in place of a cell at fault, and of those alike; returns how many cells.

        Raises:
            InvalidInputError: If there is no such problem under these choices, or no value.
        """
        if not value.strip():
            raise InvalidInputError("Nothing was typed.", hint="Type a value, or skip the row.", field="value")
        found = self._find_problems(owner, choices, place, scope)
        fixes = [
            RowFix(line=item.line, column=item.column, was=item.value, value=value.strip()[:200])
            for item in found
            if item.column
        ]
        self.mend(owner, choices.upload, choices.fixes.with_cells(fixes))
        return len(fixes)

    def skip_rows(self, owner: UserId, choices: DraftChoices, place: Place, scope: Scope) -> int:
        """Leave a row with a problem out, and those alike; returns how many rows.

        Raises:
            InvalidInputError: If there is no such problem under these choices.
        """
        lines = {item.line for item in self._find_problems(owner, choices, place, scope)}
        self.mend(owner, choices.upload, choices.fixes.with_skipped(lines))
        return len(lines)

    def restore(self, owner: UserId, key: str, line: int | None = None) -> None:
        """Take back what was mended in one line of a file, or everywhere."""
        self.mend(owner, key, Fixes() if line is None else self.fixes(owner, key).without([line]))

    def _find_problems(self, owner: UserId, choices: DraftChoices, place: Place, scope: Scope) -> list[RowProblem]:
        draft = self.read(owner, choices)
        key = choices.upload
        problems = every_problem(self._uploads, owner, key, draft) if isinstance(draft, ImportDraft) else ()
        chosen = next((item for item in problems if (item.line, item.column) == place), None)
        if chosen is None:
            message = f"Line {place[0]} has no problem any more."
            raise InvalidInputError(message, hint="Look at the list again.")
        return find_alike(problems, chosen, scope)

    def use_template(self, owner: UserId, choices: DraftChoices, name: str) -> None:
        """Map the columns of a file as a template does, as far as the file has them.

        Raises:
            NotFoundError: If the owner has no such template, or the upload is gone.
        """
        found = self._drafts.columns(owner, choices)
        fields = fit_template(self._templates.get(owner, name), found) if found else {}
        self._change(owner, choices.upload, choices=write_choices(replace(choices, columns=fields)))

    def read(self, owner: UserId, choices: DraftChoices) -> ImportDraft | Job:
        """Return what a file would do under these choices, or the job that finds it out; both are noted.

        Raises:
            NotFoundError: If the upload is gone.
        """
        self._note(owner, choices.upload)
        decided = {"choices": write_choices(choices)}
        if not self._import_jobs.is_large(owner, choices.upload):
            draft = self._drafts.read(owner, choices)
            self._change(owner, choices.upload, **decided, **_findings(draft), job=None)
            return draft
        wanted = {**decided["choices"], "fixes": choices.fixes.to_dict()}
        found = self._find_read(owner, choices, wanted)
        if isinstance(found, ImportDraft):
            self._change(owner, choices.upload, **decided, **_findings(found), job=None)
        else:
            job = {"job": found.id, "read_job": found.id, "read": wanted}
            self._change(owner, choices.upload, **decided, **job, state=QueueState.READING)
        return found

    def _find_read(self, owner: UserId, choices: DraftChoices, wanted: Mapping[str, Any]) -> ImportDraft | Job:
        """Return the draft of the job that read a file under these very choices, else a job that does."""
        note = self._uploads.note(owner, choices.upload)
        if note.get("read") == wanted and note.get("read_job"):
            try:
                job = self._jobs.get(owner, int(note["read_job"]))
                if job.is_active:
                    return job
                if job.state is JobState.DONE:
                    return self._import_jobs.draft(owner, job.id)
            except (NotFoundError, ConflictError):
                pass
        if note.get("job"):  # It reads under choices that are no longer wanted.
            with suppress(NotFoundError):
                self._jobs.cancel(owner, int(note["job"]))
        return self._import_jobs.start_read(owner, choices)

    def commit(self, owner: UserId, choices: DraftChoices) -> ImportOutcome | Job:
        """Import a file, or start the job that does.

        Raises:
            NotFoundError: If the upload is gone.
            ImportFileError: If the file cannot be read.
        """
        self._note(owner, choices.upload)
        if self._import_jobs.is_large(owner, choices.upload):
            job = self._import_jobs.start_commit(owner, choices)
            self._change(owner, choices.upload, state=QueueState.IMPORTING, job=job.id)
            return job
        outcome = self._drafts.commit(owner, choices)
        self._finish(owner, choices.upload, outcome)
        return outcome

    def import_ready(self, owner: UserId) -> int:
        """Mark every file that is ready to be imported in turn and return how many there are."""
        ready = [item.key for item in self.entries(owner) if item.state is QueueState.READY]
        for key in ready:
            self._change(owner, key, state=QueueState.IMPORTING, job=None)
        return len(ready)

    def advance(self, owner: UserId, *, reviewed: str = "") -> list[int]:
        """Take the queue one step further and return the imports that were finished by it.

        A step reads one waiting file, or imports one, or looks after the jobs; a second caller meanwhile does nothing.

        Args:
            owner: Whose queue.
            reviewed: Key of the file that a page looks at and reads itself.
        """
        if not self._turn.acquire(blocking=False):
            return []
        try:
            moving = [item for item in self.entries(owner) if item.state.is_moving]
            done = [self._follow(owner, item) for item in moving if item.job is not None]
            waits = (item for item in moving if item.job is None)
            step = next((item for item in waits if item.key != reviewed or item.state is QueueState.IMPORTING), None)
            if step is not None:
                done.append(self._step(owner, step))
            return [number for number in done if number is not None]
        finally:
            self._turn.release()

    def cancel(self, owner: UserId, key: str) -> None:
        """Stop the job of a file; the file stays in the queue."""
        job = self._uploads.note(owner, key).get("job")
        if job:
            self._jobs.cancel(owner, int(job))

    def remove(self, owner: UserId, key: str) -> None:
        """Take a file out of the queue; a job that is at it is cancelled."""
        job = self._uploads.note(owner, key).get("job")
        if job:
            with suppress(NotFoundError):
                self._jobs.cancel(owner, int(job))
        self._uploads.delete(owner, key)

    def _step(self, owner: UserId, item: QueueEntry) -> int | None:
        try:
            choices = self.choices(owner, item.key)
            if item.state is not QueueState.IMPORTING:
                self.read(owner, choices)
                return None
            outcome = self.commit(owner, choices)
            return None if isinstance(outcome, Job) else int(outcome.batch.id)
        except FillwiseError as error:
            self._change(owner, item.key, state=QueueState.FAILED, message=error.message, job=None)
            return None

    def _follow(self, owner: UserId, item: QueueEntry) -> int | None:
        """Note what became of the job of a file; returns the import when it has become one."""
        try:
            job = self._jobs.get(owner, item.job or 0)
            if job.is_active:
                return None
            if job.state is JobState.CANCELLED:
                self._change(owner, item.key, job=None, **_after_cancel(item))
            elif job.state is JobState.FAILED:
                self._change(owner, item.key, state=QueueState.FAILED, message=job.error, job=None)
            elif item.state is QueueState.READING:
                self._change(owner, item.key, **_findings(self._import_jobs.draft(owner, job.id)), job=None)
            else:
                outcome = self._import_jobs.outcome(owner, job.id)
                self._finish(owner, item.key, outcome)
                return int(outcome.batch.id)
        except FillwiseError as error:
            self._change(owner, item.key, state=QueueState.FAILED, message=error.message, job=None)
        return None

    def _finish(self, owner: UserId, key: str, outcome: ImportOutcome) -> None:
        batch = outcome.batch
        self._change(
            owner,
            key,
            state=QueueState.DONE,
            job=None,
            batch=int(batch.id),
            account=batch.account_name,
            rows=batch.rows.to_dict(),
        )

    def outcome(self, owner: UserId, key: str) -> ImportOutcome:
        """Return what became of a file that was imported.

        Raises:
            NotFoundError: If it was not, or is not listed any more.
        """
        note = self._note(owner, key)
        if not note.get("batch"):
            raise NotFoundError("This file was not imported.")
        return self._drafts.describe(owner, int(note["batch"]))

    def _entry(self, owner: UserId, key: str, note: Note) -> QueueEntry:
        job = note.get("job")
        return QueueEntry(
            key=key,
            name=str(note.get("name", "")),
            size_bytes=int(note.get("size", 0)),
            state=QueueState(note.get("state", QueueState.WAITING)),
            format=str(note.get("format", "")),
            account=str(note.get("account", "")),
            rows=RowCounts(**note.get("rows", {})),
            message=str(note.get("message", "")),
            job=job,
            batch=note.get("batch"),
            progress=self._jobs.get(owner, int(job)).progress if job else None,
        )

    def _note(self, owner: UserId, key: str) -> Note:
        note = self._uploads.note(owner, key)
        if not note:
            raise NotFoundError("The upload is gone.", hint="Drop the file again.")
        return note

    def _change(self, owner: UserId, key: str, **values: Any) -> None:
        with self._writing:
            note = self._uploads.note(owner, key)
            if note:
                self._uploads.write_note(owner, key, {**note, **values})


def read_choices(key: str, note: Mapping[str, Any]) -> DraftChoices:
    """Return the choices kept in the note of an upload."""
    kept = note.get("choices") or {}
    return DraftChoices(
        upload=key,
        name=str(note.get("name", "")),
        account=str(kept.get("account", "")),
        format=str(kept.get("format", "")),
        timezone=str(kept.get("timezone", "")),
        day_first=kept.get("day_first"),
        columns=dict(kept.get("columns") or {}),
        fixes=Fixes.from_dict(note.get("fixes") or {}),
    )


def write_choices(choices: DraftChoices) -> Note:
    """Return choices as they are kept in the note of an upload; what is mended is kept beside them."""
    return {
        "account": choices.account,
        "format": choices.format,
        "timezone": choices.timezone,
        "day_first": choices.day_first,
        "columns": dict(choices.columns),
    }


def _after_cancel(item: QueueEntry) -> Note:
    if item.state is QueueState.IMPORTING:
        return {"state": QueueState.PROBLEMS if item.rows.problems else QueueState.READY, "message": ""}
    return {"state": QueueState.FAILED, "message": "Reading was cancelled. Review the file to read it again."}


def _findings(draft: ImportDraft) -> Note:
    """Return what a reading says of a file, as it is noted."""
    found = draft.preview
    if found is None:
        is_table = bool(draft.first_lines)
        state = QueueState.MAPPING if is_table else QueueState.REFUSED
        return {"state": state, "message": draft.refusal, "format": "", "rows": {}}
    return {
        "state": QueueState.PROBLEMS if found.rows.problems else QueueState.READY,
        "message": "",
        "format": found.format_title,
        "account": found.account,
        "rows": found.rows.to_dict(),
    }

"""Reading and importing large files as jobs, so that no web worker waits for them.

What a job finds out is kept small: the counts are exact, of the rows only the first are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from domain.accounts import UserId
from domain.drafts import ColumnTable, DraftChoices, ImportDraft, ImportOutcome
from domain.errors import ConflictError, ImportFileError, NotFoundError
from domain.jobs import Job, JobKind, JobState
from domain.watching import current_watcher
from services.job_failures import load_error
from services.jobs import JobService
from services.kept_problems import alike_of, keep_problems
from services.kept_values import dump_value, load_value
from services.uploads import UploadService

if TYPE_CHECKING:  # the child alone reads files
    from domain.columns import ExecutionBatch
    from domain.statements import Statement
    from services.import_drafts import ImportDraftService

LARGE_BYTES = 5_000_000
KEPT_ROWS = 200
KEPT_PROBLEMS = 1_000


class ImportJobService:
    """Use cases of files too large to read while a page waits.

    Args:
        jobs: The queue.
        uploads: Where the files lie.
        drafts: Builds what reads and imports; only the process of a job asks for it, and `outcome`.
    """

    def __init__(self, jobs: JobService, uploads: UploadService, drafts: Callable[[], ImportDraftService]) -> None:
        self._jobs = jobs
        self._uploads = uploads
        self._drafts = drafts

    def is_large(self, owner: UserId, upload: str) -> bool:
        """Whether an upload should be read by a job.

        Raises:
            NotFoundError: If the upload is gone.
        """
        return self._uploads.size(owner, upload) > LARGE_BYTES

    def start_read(
        self, owner: UserId, choices: DraftChoices, *, suggest_account: bool = False, is_once: bool = False
    ) -> Job:
        """Begin to read an upload under these choices; the job's result is `draft`.

        Args:
            owner: Whose upload.
            choices: What was decided about it.
            suggest_account: Whether a choice without an account is read into the one that is suggested.
            is_once: Whether the upload is of no use afterwards.

        Raises:
            NotFoundError: If the upload is gone.
        """
        self._uploads.size(owner, choices.upload)
        request = {"choices": dump_value(choices), "suggest": suggest_account, "once": is_once}
        return self._jobs.start(owner, JobKind.READ, title=choices.name, request=request)

    def start_commit(self, owner: UserId, choices: DraftChoices, *, is_once: bool = False) -> Job:
        """Begin to import an upload under these choices; the job's result is `outcome`.

        Args:
            owner: Whose upload.
            choices: What was decided about it.
            is_once: Whether the upload is of no use even if it cannot be imported.

        Raises:
            NotFoundError: If the upload is gone.
        """
        self._uploads.size(owner, choices.upload)
        request = {"choices": dump_value(choices), "once": is_once}
        return self._jobs.start(owner, JobKind.COMMIT, title=choices.name, request=request)

    def draft(self, owner: UserId, job_id: int) -> ImportDraft:
        """Return what a reading job found out: exact counts, the first rows and problems.

        Raises:
            NotFoundError: If the owner has no such reading job.
            ConflictError: If it is not done.
            ImportFileError: If it failed.
        """
        found: ImportDraft = self._read_result(owner, job_id)["draft"]
        return found

    def columns(self, owner: UserId, job_id: int) -> ColumnTable | None:
        """Return the columns to map as a reading job found them, None when no mapping is needed; errors as `draft`."""
        found: ColumnTable | None = self._read_result(owner, job_id)["columns"]
        return found

    def suggested_account(self, owner: UserId, job_id: int) -> str:
        """Return the account a file most likely belongs to, "" for a new one; errors as `draft`."""
        return str(self._read_result(owner, job_id)["account"])

    def outcome(self, owner: UserId, job_id: int) -> ImportOutcome:
        """Return what an importing job has done.

        Raises:
            NotFoundError: If the owner has no such importing job.
            ConflictError: If it is not done.
            ImportFileError: If it failed.
        """
        result = self._result(owner, job_id, JobKind.COMMIT)
        found: ImportOutcome | None = load_value(result.get("outcome"))
        # Its process may have ended between the commit and the summary.
        return found or self._drafts().describe(owner, int(result["import"]))

    def import_id(self, owner: UserId, job_id: int) -> int:
        """Return the import an importing job has made; errors as `outcome`."""
        return int(self._result(owner, job_id, JobKind.COMMIT)["import"])

    def _read_result(self, owner: UserId, job_id: int) -> Mapping[str, Any]:
        result: Mapping[str, Any] = load_value(self._result(owner, job_id, JobKind.READ))
        return result

    def _result(self, owner: UserId, job_id: int, kind: JobKind) -> dict[str, Any]:
        job = self._jobs.get(owner, job_id)
        if job.kind is not kind:
            raise NotFoundError("No such job.")
        if job.state is JobState.FAILED:
            raise load_error(job)
        if job.state is not JobState.DONE:
            message = "The job was cancelled." if job.is_over else "The job is not done yet."
            raise ConflictError(message, hint="Start it again." if job.is_over else "Ask again in a moment.")
        return dict(job.result)

    def run(self, job: Job) -> dict[str, Any]:
        """Do the work of a job; called in the job's own process.

        Returns:
            The result, as plain JSON values.
        """
        choices: DraftChoices = load_value(job.request["choices"])
        try:
            if job.kind is JobKind.READ:
                return self._run_read(job.owner, choices, suggest_account=bool(job.request.get("suggest")))
            outcome = self._drafts().commit(job.owner, choices)
            return {"import": int(outcome.batch.id), "outcome": dump_value(outcome)}
        finally:
            if job.request.get("once"):
                self._uploads.delete(job.owner, choices.upload)

    def _run_read(self, owner: UserId, choices: DraftChoices, *, suggest_account: bool) -> dict[str, Any]:
        drafts = self._drafts()
        current_watcher().begin("read", total=self._uploads.size(owner, choices.upload), unit="bytes")
        account = drafts.suggest_account(owner, choices)
        if suggest_account and not choices.account:
            choices = replace(choices, account=account)
        draft = self._keep_problems(owner, choices.upload, drafts.read(owner, choices))
        try:
            columns = drafts.columns(owner, choices)
        except ImportFileError:
            columns = None
        return dump_value_of(draft, columns, account)

    def _keep_problems(self, owner: UserId, key: str, draft: ImportDraft) -> ImportDraft:
        """Keep every problem beside the upload where they are too many for the draft, and say which are alike."""
        problems = draft.preview.statement.problems if draft.preview else ()
        if len(problems) <= KEPT_PROBLEMS:
            return draft
        keep_problems(self._uploads, owner, key, problems)
        return replace(draft, alike=alike_of(problems, KEPT_PROBLEMS))


def dump_value_of(draft: ImportDraft, columns: ColumnTable | None, account: str) -> dict[str, Any]:
    """Return what is kept of a reading, as plain JSON values."""
    if draft.preview is not None:
        statement = shorten_statement(draft.preview.statement)
        kept = frozenset(row for row in draft.preview.duplicates if row < KEPT_ROWS)
        draft = replace(draft, preview=replace(draft.preview, statement=statement, duplicates=kept))
    found: dict[str, Any] = dump_value({"draft": draft, "columns": columns, "account": account})
    return found


def shorten_statement(statement: Statement) -> Statement:
    """Return a statement with its first rows and problems only."""
    values: dict[str, Any] = {}
    for item in fields(statement):
        value = getattr(statement, item.name)
        if item.name == "executions":
            values[item.name] = first_executions(value, KEPT_ROWS)
        elif item.name == "problems":
            values[item.name] = value[:KEPT_PROBLEMS]
        elif isinstance(value, tuple) and item.name != "time_example":
            values[item.name] = value[:KEPT_ROWS]
    return replace(statement, **values)


def first_executions(batch: ExecutionBatch, count: int) -> ExecutionBatch:
    """Return the first rows of a batch with the instruments they need."""
    values: dict[str, Any] = {}
    tables = ("instruments", "fee_currencies")
    for item in fields(batch):
        value = getattr(batch, item.name)
        if item.name not in tables:
            is_exact = hasattr(value, "units")
            values[item.name] = replace(value, units=value.units[:count]) if is_exact else value[:count]
    for table, codes in zip(tables, ("instrument", "fee_currency"), strict=True):
        used = sorted(set(values[codes].tolist()))
        place = {code: position for position, code in enumerate(used)}
        values[table] = tuple(getattr(batch, table)[code] for code in used)
        values[codes] = _recode(values[codes], place)
    return type(batch)(**values)


def _recode(codes: Any, place: Mapping[int, int]) -> Any:
    found = codes.copy()
    for position, code in enumerate(codes.tolist()):
        found[position] = place[code]
    return found

"""Importing broker files: preview, commit, undo.

The one place where a file becomes part of the ledger. A commit is one transaction: the batch, its
executions, its other rows and the new revision stand together or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.brokers import Detection, ParseOptions, all_formats, detect, format_by_slug, read_statement
from data.brokers.arrow_table import trim_memory
from data.brokers.content import Content
from data.brokers.source import SourceFile
from data.db import accounts as account_table
from data.db import cash as cash_table
from data.db import executions as execution_table
from data.db import fee_plans as fee_table
from data.db import import_diff as diff_table
from data.db import imports as table
from data.db import superseded as superseded_table
from data.db.contract_sizes import list_sizes
from data.db.engine import Database, Session
from data.db.instruments import resolve
from domain.accounts import Account, ImportId, UserId
from domain.columns import ExecutionTable
from domain.contract_sizes import ContractSizes
from domain.errors import ConflictError, ImportFileError
from domain.fixes import Fixes
from domain.import_codes import FileCode
from domain.imports import ImportBatch, ImportPreview, ImportTemplate, safe_name
from domain.periods import Clock
from domain.statements import OtherKind, Statement
from domain.watching import current_watcher
from services.accounts import find_or_add
from services.doubtful_rows import doubtful_notes
from services.fill_changes import drop_import_marks
from services.import_corrections import (
    apply_corrections,
    difference_notes,
    preview_notes,
    superseded_rows,
)
from services.import_counts import count_new, count_rows, count_trades, find_period, known_rows
from services.import_templates import find_fitting, fitting_header, header_key, tell_difference
from services.ledger import LedgerService
from services.resaved_files import recognise_fills

GENERIC = "generic-csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRequest:
    """A file and what the user decided about it.

    Attributes:
        account: Name of the account, created when new; "" takes the broker's name.
        format: Slug; "" detects it.
        timezone: IANA zone of naive times; "" takes the template's, the account's or the broker's.
        mapping: For the generic format, our field -> column header.
        day_first: Whether 03/04 is 3 April; None lets the whole column decide.
        fixes: Cells typed anew and rows left out; what the file itself says still tells its rows apart.
    """

    filename: str
    payload: Content = field(repr=False)
    account: str = ""
    format: str = ""
    timezone: str = ""
    currency: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    fixes: Fixes = field(default_factory=Fixes)


class ImportService:
    """Use cases around imports."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock

    def formats(self) -> list[tuple[str, str]]:
        """Return slug and title of every format, by title."""
        return sorted(((item.slug, item.title) for item in all_formats()), key=lambda pair: pair[1].casefold())

    def preview(self, owner: UserId, request: ImportRequest) -> ImportPreview:
        """Read a file and say what an import would do; nothing is written.

        Raises:
            ImportFileError: If it cannot be read, or no format (or more than one) claims it.
        """
        source = SourceFile(safe_name(request.filename), request.payload)
        detection, statement, template = self._read(owner, request, source)
        with self._db.read() as session:
            name = request.account or detection.format.broker
            account = account_table.find_account(session, owner, name.strip())
            statement = recognise_fills(session, account, statement)
            stored = known_rows(session, account, statement)
            known = stored | superseded_rows(session, account, statement)
            warnings = doubtful_notes(statement, self._clock())
            notes = [*warnings, *preview_notes(session, account, statement, stored)]
            same = account is not None and _same_file(session, account, source, statement) is not None
        header, sample = _sample(source)
        return ImportPreview(
            filename=safe_name(request.filename),
            size_bytes=len(source.payload),
            format=statement.format,
            format_title=detection.format.title,
            confidence=detection.confidence,
            account=name,
            is_new_account=account is None,
            statement=replace(statement, notes=(*notes, *statement.notes)) if notes else statement,
            rows=count_rows(statement, count_trades(statement, known)),
            duplicates=frozenset(known),
            is_same_file=same,
            mapping=dict(request.mapping or (template.mapping if template else {})),
            template=template.name if template else "",
            header=header,
            sample=sample,
            other=statement.other_counts,
            period=find_period(statement),
            warnings=tuple(warnings),
        )

    def commit(self, owner: UserId, request: ImportRequest) -> ImportBatch:
        """Import a file in one transaction and bring the ledger up to date.

        Raises:
            ImportFileError: If the file cannot be read.
            LedgerError: If an instrument contradicts the one in the book.
            ConflictError: If another import is still writing.
        """
        source = SourceFile(safe_name(request.filename), request.payload)
        current_watcher().begin("read", total=len(request.payload), unit="bytes")
        with self._db.read() as session:
            known = _find_twin(session, owner, request, source)
        if known is not None:
            return known
        batch, added = self._take_in(owner, request, source)
        if added is not None:  # else fills that were there have changed, and the book is built anew
            trim_memory()
            current_watcher().begin("match", total=len(added), unit="rows")
            self._ledger.extend(owner, batch.account_id, batch.revision, added, is_given_away=True)
            trim_memory()
        return batch

    def _take_in(
        self, owner: UserId, request: ImportRequest, source: SourceFile
    ) -> tuple[ImportBatch, ExecutionTable | None]:
        """Read and store a file; nothing of what was read is in memory afterwards but the fills that were added."""
        detection, statement, _ = self._read(owner, request, source)
        trim_memory()
        defaults = {
            "broker": detection.format.broker,
            "timezone": statement.timezone,
            "currency": statement.currency_hint or detection.format.currency,
        }
        with self._db.begin() as session:
            account = find_or_add(
                session, owner, request.account or detection.format.broker, clock=self._clock, **defaults
            )
            # Another client may have sent the same file while this one was read.
            known = _find_twin(session, owner, replace(request, account=account.name), source)
            if known is not None:
                current_watcher().seal(session, {"import": int(known.id)})
                return known, None
            batch, added = self._store(session, owner, account, source, statement, fixes=request.fixes)
            current_watcher().seal(session, {"import": int(batch.id)})
        return batch, added

    def _read(
        self, owner: UserId, request: ImportRequest, source: SourceFile
    ) -> tuple[Detection, Statement, ImportTemplate | None]:
        if not source.payload[:4096].strip() and not source.payload.strip():
            raise ImportFileError(f"{source.name!r} is empty.", hint="Choose another file.", code=FileCode.EMPTY)
        template = self._template(owner, source) if not request.mapping else None
        if request.format:
            detection = Detection(format=format_by_slug(request.format), confidence=1.0)
        elif template is not None:
            detection = Detection(format=format_by_slug(GENERIC), confidence=1.0)
        else:
            detection = detect(source)
        options = ParseOptions(
            timezone=request.timezone
            or (template.timezone if template else "")
            or self._zone(owner, request, detection),
            currency=request.currency or (template.currency if template else ""),
            mapping=request.mapping or (template.mapping if template else {}),
            day_first=request.day_first,
            fixes=request.fixes,
            sizes=self._sizes(owner),
        )
        statement = read_statement(detection.format, source, options)
        if template is not None and header_key(fitting_header(template, source)) != template.header_key:
            note = tell_difference(template, fitting_header(template, source))
            statement = replace(statement, notes=(note, *statement.notes))
        return detection, statement, template

    def _sizes(self, owner: UserId) -> ContractSizes:
        with self._db.read() as session:
            return list_sizes(session, owner)

    def _zone(self, owner: UserId, request: ImportRequest, detection: Detection) -> str:
        """Return the zone to read naive times in: the broker's, or for generic files the account's."""
        if detection.format.slug != GENERIC or not request.account:
            return detection.format.timezone
        with self._db.read() as session:
            account = account_table.find_account(session, owner, request.account.strip())
        return account.timezone if account else detection.format.timezone

    def _template(self, owner: UserId, source: SourceFile) -> ImportTemplate | None:
        """Return the mapping saved for this header, else one that fits a file no broker's format claims."""
        header, _ = _sample(source)
        with self._db.read() as session:
            exact = table.find_template(session, owner, header_key(header)) if header else None
            others = [] if exact else table.list_templates(session, owner)
        if exact is not None or not others or _is_claimed(source):
            return exact
        return find_fitting(others, source)

    def _store(
        self,
        session: Session,
        owner: UserId,
        account: Account,
        source: SourceFile,
        statement: Statement,
        *,
        fixes: Fixes,
    ) -> tuple[ImportBatch, ExecutionTable | None]:
        """Write everything; the fills that were added come back, None where others have changed as well."""
        import_id = self._add_batch(session, owner, account, source, statement, fixes=fixes)
        statement = recognise_fills(session, account, statement)
        executions = statement.executions
        ids = resolve(session, owner, executions.instruments)
        added = execution_table.insert_new(session, account.id, executions, instrument_ids=ids, import_id=import_id)
        table.insert_events(session, account.id, (*statement.others, *statement.settlements), import_id=import_id)
        cash_table.insert_balances(session, account.id, statement.balances, import_id=import_id)
        has_known = len(added) < len(executions)
        notes = doubtful_notes(statement, self._clock())
        notes += difference_notes(session, account, statement) if has_known else []
        taken, words = apply_corrections(session, owner, account, statement, import_id=import_id, now=self._clock())
        completed = fee_table.complete_fees(
            session, account.id, executions, instrument_ids=ids, import_id=import_id, fresh=len(added)
        )
        is_changed = bool(completed or taken)
        splits = any(row.kind is OtherKind.SPLIT and row.ratio for row in statement.others)
        revision = account_table.bump_revision(session, account.id, append_only=not (splits or is_changed))
        table.finish_import(
            session,
            import_id,
            rows=count_rows(statement, count_trades(statement) - count_new(added, taken)),
            other=statement.other_counts,
            problems=[item.to_dict() for item in statement.problems],
            revision=revision,
            notes=[*words, *notes],
        )
        if has_known:
            diff_table.note_known(session, account.id, executions, import_id=import_id)
        return table.get_import(session, owner, import_id), None if is_changed else added

    def _add_batch(
        self,
        session: Session,
        owner: UserId,
        account: Account,
        source: SourceFile,
        statement: Statement,
        *,
        fixes: Fixes,
    ) -> ImportId:
        return table.add_import(
            session,
            owner,
            created_at=self._clock(),
            account_id=account.id,
            filename=source.name,
            sha256=source.sha256,
            size_bytes=len(source.payload),
            format=statement.format,
            timezone=statement.timezone,
            revision=account.revision + 1,
            fixes=json.dumps(fixes.to_dict()),
        )

    def undo(self, owner: UserId, import_id: int) -> ImportBatch:
        """Take one import back: its executions, other rows and nothing else.

        Raises:
            NotFoundError: If the owner has no such import.
            ConflictError: If it was undone before.
        """
        with self._db.begin() as session:
            batch = table.get_import(session, owner, import_id)
            account_table.get_account(session, owner, batch.account_id, lock=True)
            if batch.is_undone:
                raise ConflictError("This import was undone before.")
            fee_table.undo_completions(session, batch.account_id, batch.id)
            superseded_table.restore(session, batch.account_id, batch.id)
            drop_import_marks(session, owner, batch.account_id, batch.id, filename=batch.filename, now=self._clock())
            execution_table.delete_import(session, batch.account_id, batch.id)
            table.delete_events(session, batch.account_id, batch.id)
            cash_table.delete_balances(session, batch.account_id, batch.id)
            table.mark_undone(session, batch.id, undone_at=self._clock())
            account_table.bump_revision(session, batch.account_id, append_only=False)
        return self.batch(owner, import_id)

    def period(self, owner: UserId, import_id: int) -> tuple[datetime, datetime] | None:
        """Return the time of the first and the last fill of an import; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            batch = table.get_import(session, owner, import_id)
            return diff_table.find_period(session, batch.account_id, batch.id)

    def batch(self, owner: UserId, import_id: int) -> ImportBatch:
        """Return one import; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_import(session, owner, import_id)

    def history(self, owner: UserId, *, limit: int = 200, before: int | None = None) -> list[ImportBatch]:
        """Return the owner's imports, newest first; `before` goes on after the one of this id."""
        with self._db.read() as session:
            return table.list_imports(session, owner, limit=limit, before=before)

    def find_template(self, owner: UserId, filename: str, payload: Content) -> ImportTemplate | None:
        """Return the saved column mapping for files with this header."""
        return self._template(owner, SourceFile(safe_name(filename), payload))

    def save_template(self, owner: UserId, request: ImportRequest, name: str) -> ImportTemplate:
        """Remember a column mapping for files with the same header."""
        header, _ = _sample(SourceFile(safe_name(request.filename), request.payload))
        template = ImportTemplate(
            name=name.strip()[:120] or "My template",
            header_key=header_key(header),
            mapping=dict(request.mapping),
            timezone=request.timezone or format_by_slug(GENERIC).timezone,
            currency=request.currency,
        )
        with self._db.begin() as session:
            table.save_template(session, owner, template)
        return template


def _find_twin(session: Session, owner: UserId, request: ImportRequest, source: SourceFile) -> ImportBatch | None:
    """Return the earlier import of this very content into this account, all rows duplicates now.

    Reading a known file again could add nothing, so it is not read.
    """
    twin = table.find_content(session, owner, source.sha256, account=request.account.strip())
    if twin is None or (request.format and request.format != twin.format):
        return None
    if request.mapping or request.fixes or twin.fixes:
        return None
    if twin.rows.problems and list_sizes(session, owner):
        return None  # a size entered since may make executions of what were problems
    if request.timezone and request.timezone != twin.timezone:
        return None
    duplicates = twin.rows.executions + twin.rows.duplicates
    rows = replace(twin.rows, executions=0, duplicates=duplicates)
    return replace(twin, rows=rows, notes=())


def _is_claimed(source: SourceFile) -> bool:
    """Whether the format of a broker claims a file."""
    try:
        return detect(source).format.slug != GENERIC
    except ImportFileError:
        return False


def _sample(source: SourceFile) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the widest of the first records as header, and the rows after it; () when it is no CSV."""
    from data.brokers.reader import read_records  # noqa: PLC0415 - the reader is needed for text files only

    try:
        records = read_records("\n".join(source.head.splitlines()[:60]), name=source.name)
    except ImportFileError:
        return (), ()
    if not records or source.kind.value != "text":
        return (), ()
    widest = max(len(record.cells) for record in records)
    start = next(index for index, record in enumerate(records) if len(record.cells) == widest)
    rows = tuple(tuple(record.cells) for record in records[start + 1 : start + 9])
    return tuple(records[start].cells), rows


def _same_file(session: Session, account: Account, source: SourceFile, statement: Statement) -> ImportBatch | None:
    return table.find_same_file(
        session, account.id, sha256=source.sha256, format_slug=statement.format, timezone=statement.timezone
    )

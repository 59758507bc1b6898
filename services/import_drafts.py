"""From an upload to an import: what the Import page asks between the drop and the commit.

A draft is never kept: it is the upload read again under the choices of the moment, so that nothing
but the file and the choices decides what is shown and what is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from data.brokers import ParseOptions, detect
from data.brokers.field_names import PLUS
from data.brokers.source import SourceFile
from domain.accounts import Account, AccountId, UserId
from domain.drafts import ColumnTable, DraftChoices, ImportDraft, ImportEffect, ImportOutcome, Leftovers
from domain.errors import ImportFileError
from domain.filters import LedgerFilter
from domain.fixes import Fixes
from domain.import_codes import FileCode
from domain.imports import ImportBatch, ImportPreview, ImportTemplate, safe_name
from services.accounts import AccountService
from services.column_tables import is_worth_mapping, make_column_table
from services.exports import safe_text, write_csv
from services.import_effects import compare_books, foresee_effect
from services.import_samples import anonymise_file
from services.imports import GENERIC, ImportRequest, ImportService
from services.kept_problems import every_problem
from services.ledger import LedgerService
from services.portfolio import PortfolioService
from services.uploads import UploadService

FIRST_LINES = 6
PROBLEM_HEADER = ("line", "column", "value", "reason", "hint")


class ImportDraftService:
    """Use cases between the drop of a file and its import."""

    def __init__(
        self,
        imports: ImportService,
        uploads: UploadService,
        accounts: AccountService,
        *,
        ledger: LedgerService,
        portfolio: PortfolioService,
    ) -> None:
        self._imports = imports
        self._uploads = uploads
        self._accounts = accounts
        self._ledger = ledger
        self._portfolio = portfolio

    def suggest_account(self, owner: UserId, choices: DraftChoices) -> str:
        """Return the account a file most likely belongs to, "" for a new one."""
        source = self._source(owner, choices)
        earlier = self._earlier(owner, source.sha256)
        if earlier is not None:
            return earlier.account_name
        try:
            found = detect(source).format
        except ImportFileError:
            return ""
        broker = found.broker
        fits = [item.name for item in self._accounts.list_accounts(owner) if broker in (item.broker, item.name)]
        return fits[0] if len(fits) == 1 and found.slug != GENERIC else ""

    def columns(self, owner: UserId, choices: DraftChoices) -> ColumnTable | None:
        """Return the columns to map, None when the file's format needs no mapping.

        Raises:
            ImportFileError: If the generic format was chosen for a file that is no text table.
        """
        if choices.format not in ("", GENERIC):
            return None
        source = self._source(owner, choices)
        template = self._imports.find_template(owner, source.name, source.payload)
        claimed = "" if choices.format or template is not None else _claimed_by(source)
        if claimed not in ("", GENERIC):
            return None
        try:
            table = make_column_table(source, template)
        except ImportFileError:
            if choices.format:
                raise
            return None
        return table if choices.format or template or is_worth_mapping(table) else None

    def read(self, owner: UserId, choices: DraftChoices) -> ImportDraft:
        """Read an upload under these choices; a file that cannot be read is a draft with a refusal.

        Raises:
            NotFoundError: If the upload is gone.
        """
        source = self._source(owner, choices)
        size = len(source.payload)
        earlier = self._earlier(owner, source.sha256)
        try:
            preview = self._name_template(owner, source, self._imports.preview(owner, _request(source, choices)))
        except ImportFileError as error:
            lines = tuple(line[:200] for line in source.head.splitlines()[:40] if line.strip())[:FIRST_LINES]
            return ImportDraft(
                filename=source.name,
                size_bytes=size,
                earlier=earlier,
                refusal=error.message,
                hint=error.hint,
                first_lines=lines,
            )
        book = None
        account = self._account(owner, preview)
        if account is not None:
            book = self._ledger.book(owner, account.id)
        effect = foresee_effect(book, preview.statement, preview.duplicates)
        return ImportDraft(filename=source.name, size_bytes=size, preview=preview, effect=effect, earlier=earlier)

    def _name_template(self, owner: UserId, source: SourceFile, preview: ImportPreview) -> ImportPreview:
        """Return the preview with the template its columns are those of, where the page sends them one by one."""
        if preview.template or not preview.mapping:
            return preview
        template = self._imports.find_template(owner, source.name, source.payload)
        is_same = template is not None and dict(template.mapping) == dict(preview.mapping)
        return replace(preview, template=template.name) if template and is_same else preview

    def commit(self, owner: UserId, choices: DraftChoices) -> ImportOutcome:
        """Import an upload and remove it; one with rows left out stays for a day, to be mended.

        Raises:
            NotFoundError: If the upload is gone.
            ImportFileError: If the file cannot be read.
        """
        source = self._source(owner, choices)
        before = {account.id: self._ledger.book(owner, account.id) for account in self._accounts.list_accounts(owner)}
        batch = self._imports.commit(owner, _request(source, choices))
        effect = compare_books(before.get(batch.account_id), self._ledger.book(owner, batch.account_id))
        if not batch.problems:
            self._uploads.delete(owner, choices.upload, keep_note=True)
        return self._outcome(owner, batch, effect)

    def describe(self, owner: UserId, import_id: int) -> ImportOutcome:
        """Return an import that nobody has compared with what was before it.

        Raises:
            NotFoundError: If the owner has no such import.
        """
        batch = self._imports.batch(owner, import_id)
        return self._outcome(owner, batch, None)

    def _outcome(self, owner: UserId, batch: ImportBatch, effect: ImportEffect | None) -> ImportOutcome:
        period = self._imports.period(owner, batch.id)
        return ImportOutcome(batch=batch, effect=effect, left=self._leftovers(owner, batch.account_id), period=period)

    def earlier_fixes(self, owner: UserId, choices: DraftChoices) -> Fixes:
        """Return what was mended when this very content was imported before and is still in force."""
        earlier = self._earlier(owner, self._source(owner, choices).sha256)
        return earlier.fixes if earlier else Fixes()

    def discard(self, owner: UserId, upload: str) -> None:
        """Remove an upload that will not be imported."""
        self._uploads.delete(owner, upload)

    def save_template(self, owner: UserId, choices: DraftChoices, name: str) -> ImportTemplate:
        """Remember the mapping for files with the same header."""
        source = self._source(owner, choices)
        return self._imports.save_template(owner, _request(source, choices), name)

    def problems_csv(self, owner: UserId, choices: DraftChoices, *, draft: ImportDraft | None = None) -> Iterator[str]:
        """Yield the rows that could not be used as CSV; of a draft that was read already, or read now."""
        draft = draft or self.read(owner, choices)
        problems = every_problem(self._uploads, owner, choices.upload, draft)
        rows = [[safe_text(str(item.to_dict()[name])) for name in PROBLEM_HEADER] for item in problems]
        return write_csv(PROBLEM_HEADER, rows)

    def anonymised_sample(self, owner: UserId, choices: DraftChoices) -> Iterator[str]:
        """Yield the text of a sample that is safe to show: numbers scaled, ids and names masked.

        Raises:
            NotFoundError: If the upload is gone.
            ImportFileError: If the file holds no table.
        """
        request = _request(self._source(owner, choices), choices)
        options = ParseOptions(timezone=request.timezone, mapping=request.mapping, day_first=request.day_first)
        return anonymise_file(self._source(owner, choices), options, slug=request.format)

    def _leftovers(self, owner: UserId, account_id: AccountId) -> Leftovers:
        chosen = LedgerFilter(accounts=(account_id,))
        frame = self._portfolio.sets.load(owner, chosen).frame
        held = self._portfolio.positions(owner, chosen)
        return Leftovers(
            untagged=int(np.count_nonzero((frame.tag_mask == 0) & (frame.setup < 0))),
            without_stop=int(np.count_nonzero(np.isnan(frame.risk))),
            held=tuple((item.instrument.symbol, item.quantity) for item in held),
        )

    def _source(self, owner: UserId, choices: DraftChoices) -> SourceFile:
        return SourceFile(safe_name(choices.name), self._uploads.read(owner, choices.upload))

    def _account(self, owner: UserId, preview: ImportPreview) -> Account | None:
        found = (item for item in self._accounts.list_accounts(owner) if item.name == preview.account.strip())
        return None if preview.is_new_account else next(found, None)

    def _earlier(self, owner: UserId, sha256: str) -> ImportBatch | None:
        history = self._imports.history(owner)
        return next((item for item in history if item.sha256 == sha256 and not item.is_undone), None)


def _request(source: SourceFile, choices: DraftChoices) -> ImportRequest:
    return ImportRequest(
        filename=source.name,
        payload=source.payload,
        account=choices.account,
        format=choices.format or (GENERIC if choices.columns else ""),
        timezone=choices.timezone,
        day_first=choices.day_first,
        mapping=read_mapping(choices.columns),
        fixes=choices.fixes,
    )


def read_mapping(columns: Mapping[str, str]) -> dict[str, str]:
    """Return field -> column from column -> field; the fee may be the sum of several columns.

    Raises:
        ImportFileError: If two columns are given the same field.
    """
    mapping: dict[str, str] = {}
    for column, name in columns.items():
        if name in mapping and name != "fees":
            message = f"The columns {mapping[name]!r} and {column!r} are both mapped to the same field."
            raise ImportFileError(message, hint="Set one of them to Ignore.", code=FileCode.MAPPING)
        mapping[name] = PLUS.join([mapping[name], column]) if name in mapping else column
    return mapping


def _claimed_by(source: SourceFile) -> str:
    """Return the slug of the format that claims a file, "" for none or several."""
    try:
        return detect(source).format.slug
    except ImportFileError:
        return ""

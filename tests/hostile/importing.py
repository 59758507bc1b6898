"""Imports hostile files into a real ledger and says what became of it."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from data.db.accounts import find_account
from data.db.executions import read_table
from data.db.instruments import list_instruments
from domain.accounts import User
from domain.errors import ImportFileError
from domain.money import decimal_text
from services.container import Installation, Services
from services.imports import ImportRequest
from tests.conftest import NOW
from tests.hostile.cases import Case

EMPTY = "none"
"""Hash of a ledger without an execution."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an import made of a file.

    Attributes:
        outcome: "accepted", "problems" or "refused".
        code, line, column: Of the refusal, or of the first problem.
        before, after: Hash of the account's ledger.
        notes: What the preview tells.
    """

    outcome: str
    code: str = ""
    line: int = 0
    column: str = ""
    before: str = EMPTY
    after: str = EMPTY
    notes: tuple[str, ...] = field(default_factory=tuple)

    def describe(self) -> dict[str, Any]:
        """Return it as the manifest has it."""
        return {
            "outcome": self.outcome,
            "code": self.code,
            "line": self.line,
            "column": self.column,
            "before": self.before,
            "after": self.after,
        }


class Bench:
    """A fresh installation on SQLite; each case gets an account of its own."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="fillwise-hostile-")
        path = Path(self._folder.name)
        url = f"sqlite:///{path / 'fillwise.db'}"
        self.services = Services(Installation(data_dir=path, database_url=url), clock=lambda: NOW)
        self._hashes: dict[tuple[str, bytes], str] = {}

    def __enter__(self) -> Self:
        self.services.migrate()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.services.db.close()
        self._folder.cleanup()

    @cached_property
    def user(self) -> User:
        """The owner of every account."""
        return self.services.users.register("maya", "four unrelated words")

    def run(self, case: Case) -> Result:
        """Import what came before and then the case; return what became of it."""
        if case.prior:
            self._commit(case.key, case.prior, "before.csv", case.slug)
        before, batches = self.ledger(case.key), len(self.services.imports.history(self.user.id, limit=9_999))
        try:
            batch = self._commit(case.key, case.payload, case.name, case.slug)
        except ImportFileError as error:
            assert len(self.services.imports.history(self.user.id, limit=9_999)) == batches
            assert error.hint
            return Result(
                outcome="refused",
                code=error.code,
                line=error.line,
                column=error.column,
                before=before,
                after=self.ledger(case.key),
            )
        first: dict[str, Any] = dict(batch.problems[0]) if batch.problems else {}
        return Result(
            outcome="problems" if first else "accepted",
            code=str(first.get("code", "")),
            line=int(first.get("line", 0)),
            column=str(first.get("column", "")),
            before=before,
            after=self.ledger(case.key),
            notes=self._notes(case) if case.kind == "W" else (),
        )

    def clean(self, case: Case) -> str:
        """Return the hash of the ledger that the case's twin makes."""
        key = (case.slug, case.twin)
        if key not in self._hashes:
            account = f"twin {len(self._hashes)}"
            self._commit(account, case.twin, "twin.csv", case.slug)
            self._hashes[key] = self.ledger(account)
        return self._hashes[key]

    def ledger(self, account: str) -> str:
        """Return a hash of everything an account's executions say, ids and order of import apart."""
        with self.services.db.read() as session:
            found = find_account(session, self.user.id, account)
            if found is None:
                return EMPTY
            table = read_table(session, found.id)
            names = {int(key): item for key, item in list_instruments(session, self.user.id).items()}
        rows = []
        for row in range(len(table)):
            item = names[int(table.instrument[row])]
            numbers = (table.quantity.at(row), table.price.at(row), table.cost.at(row))
            texts = (item.symbol, item.asset_class.value, item.currency, str(item.multiplier))
            facts = (
                int(table.side[row]),
                int(table.executed_at[row]),
                int(table.kind[row]),
                bool(table.cost_known[row]),
            )
            rows.append("|".join((*texts, *map(decimal_text, numbers), *map(str, facts))))
        return hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()[:16] if rows else EMPTY

    def _commit(self, account: str, payload: bytes, name: str, slug: str) -> Any:
        request = ImportRequest(filename=name, payload=payload, account=account, format=slug)
        return self.services.imports.commit(self.user.id, request)

    def _notes(self, case: Case) -> tuple[str, ...]:
        request = ImportRequest(filename=case.name, payload=case.payload, account=case.key, format=case.slug)
        return self.services.imports.preview(self.user.id, request).statement.notes

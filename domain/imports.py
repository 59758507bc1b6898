"""Imports: what became of a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from domain.fixes import Fixes

if TYPE_CHECKING:  # statements load with the first file, not with the app
    from domain.accounts import AccountId, ImportId
    from domain.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCounts:
    """The accounting of a file: executions + duplicates + other + problems = total."""

    total: int = 0
    executions: int = 0
    duplicates: int = 0
    other: int = 0
    problems: int = 0

    @property
    def balances(self) -> bool:
        """Whether every row is accounted for."""
        return self.total == self.executions + self.duplicates + self.other + self.problems

    @property
    def sentence(self) -> str:
        """The accounting in the words of page, command line and documentation."""
        words = (("new", self.executions), ("duplicate", self.duplicates), ("other", self.other))
        parts = [f"{number:,} {word}{'s' if word == 'duplicate' and number != 1 else ''}" for word, number in words]
        parts.append(f"{self.problems:,} problem{'' if self.problems == 1 else 's'}")
        return f"{' + '.join(parts)} = {self.total:,} row{'' if self.total == 1 else 's'}"

    def __add__(self, other: RowCounts) -> RowCounts:
        own, others = self.to_dict(), other.to_dict()
        return RowCounts(**{name: number + others[name] for name, number in own.items()})

    def to_dict(self) -> dict[str, int]:
        """Return the counts by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportBatch:
    """One committed file. `problems` are JSON-ready `RowProblem`s; `fixes` is what its owner mended in it.

    `completed_fees` counts fills of earlier files, duplicates in this one, that have their fees from it;
    `superseded` counts fills that its corrections and cancellations took out, and `notes` say so in words.
    """

    id: ImportId
    account_id: AccountId
    account_name: str
    filename: str
    sha256: str
    size_bytes: int
    format: str
    timezone: str
    is_undone: bool
    created_at: datetime
    revision: int
    rows: RowCounts
    other: Mapping[str, int]
    problems: tuple[dict[str, Any], ...]
    fixes: Fixes = field(default_factory=Fixes)
    completed_fees: int = 0
    superseded: int = 0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportTemplate:
    """A saved column mapping, recognised by the file's header."""

    name: str
    header_key: str
    mapping: Mapping[str, str]
    timezone: str
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPreview:
    """What would happen if this file were imported now; nothing is written yet.

    Attributes:
        confidence: Of the detection, 1.0 when the user chose the format.
        duplicates: Positions (rows of the batch) the account already has.
        is_same_file: Whether this very file was imported before.
        sample: The file's first records as they are, for the mapping table: header and rows.
        other: Rows that are no executions, counted by the broker's word; the statement of a large file holds
            only the first of them.
        period: Time of the first and the last execution, None when there is none.
        warnings: Those of the statement's notes that say that rows may be wrong.
    """

    filename: str
    size_bytes: int
    format: str
    format_title: str
    confidence: float
    account: str
    is_new_account: bool
    statement: Statement
    rows: RowCounts
    duplicates: frozenset[int] = frozenset()
    is_same_file: bool = False
    mapping: Mapping[str, str] = field(default_factory=dict)
    template: str = ""
    header: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    other: Mapping[str, int] = field(default_factory=dict)
    period: tuple[datetime, datetime] | None = None
    warnings: tuple[str, ...] = ()


def safe_name(name: str) -> str:
    """Return the last part of a file name without control characters; for display only."""
    text = "".join(char for char in PurePath(name.replace("\\", "/")).name if char.isprintable())
    return text[:200] or "upload"

"""An import before it is made: what a file would do, and the table of columns a person maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from domain.fixes import Fixes

if TYPE_CHECKING:
    from domain.imports import ImportBatch, ImportPreview


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChoices:
    """An upload and what its owner decided about it; "" leaves a decision to the file.

    Attributes:
        upload: Key of the upload.
        name: Name of the file, as dropped.
        day_first: Whether 03/04 is 3 April; None lets the whole column decide.
        columns: For the generic format: column -> our field.
        fixes: Cells typed anew and rows left out.
    """

    upload: str
    name: str
    account: str = ""
    format: str = ""
    timezone: str = ""
    day_first: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    fixes: Fixes = field(default_factory=Fixes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportEffect:
    """What new executions make of the trades of an account.

    Attributes:
        closed: How many more trades are closed.
        opened: Trades open afterwards that were not open before.
        net: Realised P&L added, after fees, by currency.
    """

    closed: int
    opened: int
    net: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFinding:
    """What was found out about one column.

    Attributes:
        field: Our field, "" when the column is of no use.
        confidence: From 0 (nothing known) to 1 (certain).
        evidence: Whole sentences, the strongest first.
    """

    column: str
    field: str = ""
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingQuestion:
    """Something only the owner of a file can say.

    Attributes:
        key: What is asked: "day_first", "currency", "timezone", "multiplier", "side", or the name of a
            field that no column holds.
        text: The question as one sentence.
        options: Answers offered as (value, words). Of "day_first" and "timezone" the value is that of
            the choice of this name; of a field it is the column to map, or "=100" for a fixed value.
        is_blocking: Whether the file cannot be read without the answer.
    """

    key: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    is_blocking: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnTable:
    """The columns of an unknown table, to be mapped.

    Attributes:
        columns: Name of each column as a mapping names it; a repeated header is numbered.
        values: First value of each column, "" when the first rows have none.
        fields: Column -> our field, as proposed or saved.
        known: Every field a column can be mapped to.
        template: Name of the saved mapping this comes from, "" for a proposal.
        findings: What was found out about each column, in the order of `columns`.
        questions: What could not be settled; those that block come first.
        confidence: Of the whole proposal, from 0 to 1.
        remarks: What was noticed about the table as a whole, as sentences.
    """

    columns: tuple[str, ...]
    values: tuple[str, ...]
    fields: Mapping[str, str]
    known: tuple[str, ...]
    template: str = ""
    findings: tuple[ColumnFinding, ...] = ()
    questions: tuple[MappingQuestion, ...] = ()
    confidence: float = 0.0
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDraft:
    """One upload under one set of choices.

    Attributes:
        preview: What would be imported; None when the file cannot be read this way.
        effect: What it makes of the trades; None when that is not cheap to say.
        earlier: The latest import of this very content that is still in force.
        refusal, hint: Why it cannot be read and what to do, "" when it can.
        first_lines: The start of the file as text, for a file that no format claims.
        alike: For each problem that is listed how many of all have the same value, and the same reason; () where
            all are listed.
    """

    filename: str
    size_bytes: int
    preview: ImportPreview | None = None
    effect: ImportEffect | None = None
    earlier: ImportBatch | None = None
    refusal: str = ""
    hint: str = ""
    first_lines: tuple[str, ...] = ()
    alike: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """What is worth a look in an account after an import.

    Attributes:
        untagged: Trades without tag and setup.
        without_stop: Trades without a planned stop.
        held: Symbol and signed quantity of each open position.
    """

    untagged: int = 0
    without_stop: int = 0
    held: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOutcome:
    """A committed import and what to look at next.

    Attributes:
        effect: What it made of the trades, None when nobody could compare any more.
        period: Time of the first and the last fill it brought, None when it brought none.
    """

    batch: ImportBatch
    effect: ImportEffect | None
    left: Leftovers
    period: tuple[datetime, datetime] | None = None

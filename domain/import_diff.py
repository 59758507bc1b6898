"""What one import changed: the fills it brought, the rows that were here already, and the rest of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.executions import ExecutionKind, Side
    from domain.fixes import RowFix
    from domain.imports import ImportBatch


class DiffPart(StrEnum):
    """Which rows of a file."""

    NEW = "new"
    KNOWN = "known"
    OTHER = "other"
    PROBLEMS = "problems"
    MENDED = "mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedFill:
    """A fill an import brought, as the file has it.

    Attributes:
        is_deleted: Whether it was deleted by hand since.
    """

    line: int
    executed_at: datetime
    symbol: str
    asset_class: str
    kind: ExecutionKind
    side: Side
    quantity: Decimal
    price: Decimal
    fees: Decimal
    fee_currency: str
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownRun:
    """Rows of a file that one earlier import had brought, with nothing new between them.

    Attributes:
        first, last: Lines of the file.
        rows: How many.
        batch: Id of the import that brought them, None for fills typed by hand.
        filename: Of that import, "" when it is not listed any more.
        created_at: When it was made.
    """

    first: int
    last: int
    rows: int
    batch: int | None = None
    filename: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptRow:
    """A row that is no execution."""

    line: int
    label: str
    occurred_at: datetime | None = None
    symbol: str = ""
    amount: Decimal | None = None
    currency: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """A page of one part of what an import changed.

    Attributes:
        counts: How many rows each part has.
        page: From 0.
        pages: How many pages this part has, at least 1.
    """

    batch: ImportBatch
    part: DiffPart
    counts: Mapping[DiffPart, int]
    page: int = 0
    pages: int = 1
    fills: tuple[AddedFill, ...] = ()
    known: tuple[KnownRun, ...] = ()
    others: tuple[KeptRow, ...] = ()
    problems: tuple[Mapping[str, Any], ...] = ()
    mended: tuple[RowFix, ...] = ()
    skipped: tuple[int, ...] = field(default_factory=tuple)

"""A report as values: what every output prints, computed once.

Numbers stay numbers here; each output writes them its own way. Money is in the document's unit: a
currency code, "%" (fractions of the starting balance) or "R".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.columns import Series

Cell = str | int | float | Decimal | date | datetime | None


class CellKind(StrEnum):
    """How a value is written; an `AMOUNT` is money in a currency that its own row names."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    AMOUNT = "amount"
    PROFIT = "profit"
    FRACTION = "fraction"
    SHARE = "share"
    RETURN = "return"
    RISK = "risk"
    RATIO = "ratio"
    R = "r"
    DAY = "day"
    INSTANT = "instant"
    SECONDS = "seconds"
    DAYS = "days"
    PRICE = "price"
    QUANTITY = "quantity"

    @property
    def is_number(self) -> bool:
        """Whether it stands at the right of its column."""
        return self not in (CellKind.TEXT, CellKind.DAY, CellKind.INSTANT)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigure:
    """One key figure; None with its reason when it cannot be computed."""

    slug: str
    label: str
    value: float | None
    kind: CellKind
    reason: str = ""
    n: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportColumn:
    """One column of a table; `currency` is that of its amounts where it is not the document's unit."""

    key: str
    label: str
    kind: CellKind
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A table: rows of cells in the order of the columns, a total, and what there is to say of it."""

    columns: tuple[ReportColumn, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CurveChart:
    """Cumulative P&L in the section's unit over its drawdown (`unit` "%": fractions), beside a benchmark."""

    equity: Series
    drawdown: Series
    drawdown_unit: str
    benchmark: Series | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """P&L by group; `is_amount`: amounts that are neither profit nor loss; `unit` where it is not the section's."""

    labels: tuple[str, ...]
    values: tuple[float, ...]
    is_amount: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramChart:
    """Numbers of trades by result; one edge more than counts; `unit` of the edges."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChart:
    """P&L by trading day, in the document's unit."""

    days: Mapping[date, float]


Chart = CurveChart | BarChart | HistogramChart | CalendarChart


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNote:
    """A text of the journal."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """One part of a report.

    Attributes:
        points: What its chart draws, for the workbook and CSV; on paper the chart says it.
        unit: Of its amounts where it is not the document's: a currency code, "%" or "R"; "" for the document's.
        subtitle: What it is about where that is not what the whole report is about.
    """

    slug: str
    title: str
    unit: str = ""
    subtitle: str = ""
    figures: tuple[ReportFigure, ...] = ()
    chart: Chart | None = None
    points: ReportTable | None = None
    table: ReportTable | None = None
    notes: tuple[ReportNote, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDocument:
    """All that a report prints.

    Attributes:
        subtitle: Period, accounts, unit, what is counted.
        prepared_at, zone: When, and the zone that times are written in.
        unit: Currency code, "%" or "R".
        is_accounting: Amounts without currency sign, losses in parentheses.
        footer: Small print: how P&L is dated, what is left out.
    """

    title: str
    subtitle: str
    prepared_at: datetime
    zone: str
    unit: str
    brand: str = "Fillwise"
    accent: str = "#4b45d6"
    logo: bytes = field(default=b"", repr=False)
    is_private: bool = False
    is_accounting: bool = True
    sections: tuple[ReportSection, ...] = ()
    footer: tuple[str, ...] = ()

    def section(self, slug: str) -> ReportSection | None:
        """Return one section, None when the report has none of this slug."""
        return next((item for item in self.sections if item.slug == slug), None)

    def written_as(self, section: ReportSection) -> ReportDocument:
        """Return the document in the unit of a section, for writing that section's amounts."""
        return replace(self, unit=section.unit) if section.unit else self

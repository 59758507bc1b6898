"""Reports: what one shows, when it is made by itself, and who may look at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.errors import InvalidInputError
from domain.report_words import (
    BREAKDOWN_SECTIONS,
    FIRST_NAME,
    FIRST_SECTIONS,
    FORM_LABELS,
    PORTFOLIO_SECTIONS,
    SECTIONS,
)

__all__ = [
    "BREAKDOWN_SECTIONS", "FORM_LABELS", "PORTFOLIO_SECTIONS", "SECTIONS", "TEMPLATES", "Every", "ReportDefinition",
    "ReportFile", "ReportForm", "ReportSchedule", "ShareLink",
]  # fmt: skip
NAME_LENGTH = 80
_LONGEST_QUERY = 2_000
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")


class ReportForm(StrEnum):
    """How a report leaves the house."""

    PDF = "pdf"
    HTML = "html"
    XLSX = "xlsx"
    CSV = "csv"
    PNG = "png"
    CHARTS = "zip"

    @property
    def mimetype(self) -> str:
        """What the file is called on the wire."""
        return _MIMETYPES[self.value]

    @property
    def label(self) -> str:
        """What a person calls it."""
        return FORM_LABELS[self.value]


_MIMETYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "zip": "application/zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDefinition:
    """What a report shows; figures are computed when it is made.

    Attributes:
        id: 0 while it is not saved.
        name: What its owner knows it by; the title it prints.
        sections: Slugs of `SECTIONS` in the order they are printed.
        query: The filter with the period, as in the address of a page.
        section_queries: (slug, filter) of sections that have a filter of their own in place of the report's.
        brand: Name beside the logo; "" prints "Fillwise".
        accent: "#rrggbb" of curve, rules and links.
        logo: PNG, re-encoded; b"" for none.
        is_private: Percent and R only: no amount, price or quantity anywhere.
        is_accounting: Amounts as in books: losses in parentheses, no currency sign.
        trade_rows: Most rows of the table of trades.
    """

    id: int = 0
    name: str = FIRST_NAME
    sections: tuple[str, ...] = FIRST_SECTIONS
    query: str = ""
    section_queries: tuple[tuple[str, str], ...] = ()
    brand: str = ""
    accent: str = "#4b45d6"
    logo: bytes = field(default=b"", repr=False)
    is_private: bool = False
    is_accounting: bool = True
    trade_rows: int = 500
    updated_at: datetime | None = None

    def checked(self) -> ReportDefinition:
        """Return the definition with tidy texts.

        Raises:
            InvalidInputError: If the name is empty, a section is unknown, or the accent is no colour.
        """
        name = " ".join(self.name.split())[:NAME_LENGTH]
        if not name:
            raise InvalidInputError("A report needs a name.", field="name")
        unknown = [slug for slug in self.sections if slug not in SECTIONS]
        if unknown:
            message = f"There is no section {unknown[0][:40]!r}."
            raise InvalidInputError(message, field="sections", hint=f"Choose from {', '.join(SECTIONS)}.")
        if not self.sections:
            raise InvalidInputError("A report needs at least one section.", field="sections")
        if not _ACCENT.fullmatch(self.accent):
            raise InvalidInputError("The accent is not a colour such as #4b45d6.", field="accent")
        rows = min(max(int(self.trade_rows), 1), 20_000)
        sections = tuple(dict.fromkeys(self.sections))
        brand = " ".join(self.brand.split())[:NAME_LENGTH]
        own = {slug: query.lstrip("?")[:_LONGEST_QUERY] for slug, query in self.section_queries if slug in sections}
        return replace(
            self,
            name=name,
            sections=sections,
            trade_rows=rows,
            brand=brand,
            query=self.query.lstrip("?")[:_LONGEST_QUERY],
            section_queries=tuple(own.items()),
        )

    def alone(self, slug: str) -> ReportDefinition:
        """Return a report of one section with the filter that holds for it."""
        query = dict(self.section_queries).get(slug, self.query)
        return replace(self, sections=(slug,), query=query, section_queries=())

    def to_values(self) -> dict[str, Any]:
        """Return what is kept beside id, name and logo, as plain JSON values."""
        return {
            "sections": list(self.sections),
            "query": self.query,
            "section_queries": dict(self.section_queries),
            "brand": self.brand,
            "accent": self.accent,
            "private": self.is_private,
            "accounting": self.is_accounting,
            "trade_rows": self.trade_rows,
        }

    def with_values(self, values: Mapping[str, Any]) -> ReportDefinition:
        """Return a copy with what `to_values` wrote; names that are missing keep their value."""
        return replace(
            self,
            sections=tuple(str(item) for item in values.get("sections", self.sections)),
            query=str(values.get("query", self.query)),
            section_queries=tuple(
                (str(slug), str(query))
                for slug, query in dict(values.get("section_queries", self.section_queries)).items()
            ),
            brand=str(values.get("brand", self.brand)),
            accent=str(values.get("accent", self.accent)),
            is_private=bool(values.get("private", self.is_private)),
            is_accounting=bool(values.get("accounting", self.is_accounting)),
            trade_rows=int(values.get("trade_rows", self.trade_rows)),
        )


TEMPLATES: Mapping[str, ReportDefinition] = MappingProxyType(
    {
        "performance": ReportDefinition(),
        "journal": ReportDefinition(name="Trading journal", sections=("kpis", "calendar", "notes", "trades")),
        "trades": ReportDefinition(name="Trade list", sections=("trades",), trade_rows=5_000),
        "breakdowns": ReportDefinition(
            name="What works",
            sections=("kpis", "setup", "symbol", "side", "weekday", "hour", "duration", "tag", "distribution"),
        ),
        "statistics": ReportDefinition(name="All statistics", sections=("kpis", "equity", "distribution", "metrics")),
        "holdings": ReportDefinition(name="Open positions", sections=("kpis", "positions")),
        "portfolio": ReportDefinition(
            name="Portfolio statement", sections=("returns", "value", "contribution", "allocation", "income", "gains")
        ),
        "tax": ReportDefinition(name="Gains and income", sections=("gains", "disposals", "income"), trade_rows=5_000),
        "investor": ReportDefinition(
            name="Track record", sections=("kpis", "equity", "month", "distribution"), is_private=True
        ),
    }
)
"""What a new report can start from."""


class Every(StrEnum):
    """How often a report is made."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSchedule:
    """When a report is made by itself.

    Attributes:
        weekday: 0 Monday ... 6 Sunday, for weekly ones.
        month_day: 1 ... 31, for monthly ones; a month that is too short has it on its last day.
        minute: Of the local day, 0 ... 1439.
        zone: IANA name.
        forms: Files that are made.
        target: Name of a configured target, "" for the archive alone.
        next_at: When it is due next.
        last_at, last_error: When it ran last, and why that failed ("" otherwise).
    """

    id: int = 0
    report_id: int
    report_name: str = ""
    every: Every = Every.WEEK
    weekday: int = 4
    month_day: int = 1
    minute: int = 16 * 60 + 30
    zone: str = "America/New_York"
    forms: tuple[ReportForm, ...] = (ReportForm.PDF,)
    target: str = ""
    is_on: bool = True
    next_at: datetime | None = None
    last_at: datetime | None = None
    last_error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFile:
    """One file that was made."""

    id: int
    name: str
    form: ReportForm
    size_bytes: int
    created_at: datetime
    schedule_id: int | None = None
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareLink:
    """A door for people without an account to one report, read-only.

    Attributes:
        token: The secret part of the address, known once, when the link is made; "" later.
        is_private: Percent and R only, whatever the report says.
    """

    id: int
    report_id: int
    report_name: str = ""
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None
    is_private: bool = True
    views: int = 0
    token: str = field(default="", repr=False)

    def is_open(self, now: datetime) -> bool:
        """Whether it still leads anywhere."""
        return self.revoked_at is None and now < self.expires_at

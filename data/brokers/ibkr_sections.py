"""The sectioned CSV of Interactive Brokers statements: "Trades,Header,…" then "Trades,Data,…"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.brokers.flex import FlexRow
from data.brokers.reader import Record, number_columns


@dataclass(frozen=True, slots=True)
class SectionRow(FlexRow):
    """A row with the title of its section and its mark (Data, SubTotal, Total, Notes)."""

    title: str = ""
    mark: str = ""

    @property
    def is_total(self) -> bool:
        """Whether the row sums up others."""
        return self.mark in ("SubTotal", "Total") or any(cell.startswith("Total") for cell in self.cells[2:4])


def read_sections(records: Sequence[Record]) -> list[SectionRow]:
    """Return every row but the headers, each with the columns of the header above it in its section.

    A row of a section without any header has no columns.
    """
    headers: dict[str, Mapping[str, int]] = {}
    rows: list[SectionRow] = []
    for record in records:
        title, mark = (*record.cells, "")[:2]
        if mark == "Header":
            headers[title] = number_columns(["", "", *record.cells[2:]])
        else:
            section = "Trade" if title == "Trades" else ""
            rows.append(SectionRow(record.line, record.cells, headers.get(title, {}), section, title, mark))
    return rows


def read_fields(rows: Sequence[SectionRow], *titles: str) -> dict[str, str]:
    """Return the name-value pairs of such sections as "Statement" and "Account Information"."""
    return {row.cells[2]: row.cells[3] for row in rows if row.title in titles and len(row.cells) > 3}

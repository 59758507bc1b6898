"""Rows of the tables of an HTML report, as text: nothing is run, fetched or nested.

The standard parser reads tags only; scripts and styles are skipped, and every size is bounded.
"""

from __future__ import annotations

from html.parser import HTMLParser

from typing_extensions import override

from data.brokers.cells import clean
from data.brokers.reader import Record
from domain.errors import ImportFileError

MAX_BYTES = 50_000_000
MAX_ROWS = 200_000
MAX_CELLS = 200
MAX_SPAN = 50
MAX_TEXT = 10_000
_SILENT = frozenset({"script", "style", "noscript", "template"})


class _Collector(HTMLParser):
    """Collects the cells of every table row with the line the row starts in."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.records: list[Record] = []
        self._silent = 0
        self._row: list[str] | None = None
        self._line = 0
        self._cell: list[str] | None = None
        self._span = 1

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag == "tr":
            self.end_row()
            self._row, self._line = [], self.getpos()[0]
        elif tag in ("td", "th") and self._row is not None:
            self._end_cell()
            self._cell, self._span = [], _span(dict(attrs).get("colspan"))

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in ("tr", "table"):
            self.end_row()

    @override
    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data[:MAX_TEXT])

    def _end_cell(self) -> None:
        if self._cell is None or self._row is None:
            return
        text = clean(" ".join("".join(self._cell).split()))[:MAX_TEXT]
        self._row.extend([text, *[""] * (self._span - 1)])
        self._cell = None
        if len(self._row) > MAX_CELLS:
            raise _refuse(self.name, f"has a row of more than {MAX_CELLS} cells in line {self._line}")

    def end_row(self) -> None:
        """Close the row that is open, at the end of the file as well."""
        self._end_cell()
        if self._row and any(self._row):
            self.records.append(Record(self._line, self._row))
        self._row = None
        if len(self.records) > MAX_ROWS:
            raise _refuse(self.name, f"has more than {MAX_ROWS:,} rows")


def read_html_rows(text: str, *, name: str) -> list[Record]:
    """Return the rows of all tables of a report; a cell that spans columns is followed by empty ones.

    Raises:
        ImportFileError: If the file exceeds a limit of this module.
    """
    if len(text) > MAX_BYTES:
        raise _refuse(name, f"is larger than {MAX_BYTES // 1_000_000} MB")
    collector = _Collector(name)
    collector.feed(text)
    collector.close()
    collector.end_row()
    return collector.records


def _span(text: str | None) -> int:
    return min(int(text), MAX_SPAN) if text and text.isascii() and text.isdigit() and len(text) < 4 and int(text) else 1


def _refuse(name: str, reason: str) -> ImportFileError:
    return ImportFileError(f"{name!r} {reason}.", hint="Save a report of a shorter period.")

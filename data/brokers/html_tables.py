"""Rows of the tables of an HTML report, as text: nothing is run, fetched or nested.

The standard parser takes quadratic time on crafted markup, so that the few tags of a table are found here
in one pass: comments, scripts and styles are skipped, every size is bounded, a tag without an end is refused.
Even so it is done in the child process.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from data.brokers.cells import clean
from data.brokers.limits import HTML_CELLS, HTML_CHARACTERS, HTML_ROWS, HTML_SPAN, HTML_TAG, HTML_TEXT
from data.brokers.mending import mend
from data.brokers.records import Record
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.watching import report_places

_NAME = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9]{0,20})(?=[\s/>])")
_TAG = re.compile(r"""<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?P<attributes>(?:[^"'>]|"[^"]*"|'[^']*')*)>""")
_SPAN = re.compile(r"""\bcolspan\s{0,9}=\s{0,9}["']?(?P<count>\d{1,3})\b""", re.IGNORECASE)
_SILENT = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style", "noscript", "template")}


@dataclass(frozen=True, slots=True)
class Piece:
    """A tag, or the text before the next one: `tag` is "" for text, "/td" for an end."""

    start: int
    tag: str
    text: str


@dataclass(slots=True)
class Collector:
    """Puts the pieces of a report together into rows."""

    name: str
    records: list[Record] = field(default_factory=list)
    row: list[str] | None = None
    line: int = 0
    cell: list[str] | None = None
    span: int = 1

    def take(self, piece: Piece, line: int) -> None:
        """Take the next piece; a cell ends where the next begins, as browsers read it."""
        if not piece.tag:
            if self.cell is not None:
                self.cell.append(piece.text[:HTML_TEXT])
        elif piece.tag == "tr":
            self.end_row()
            self.row, self.line = [], line
        elif piece.tag in ("td", "th") and self.row is not None:
            self.end_cell()
            self.cell, self.span = [], _span(piece.text)
        elif piece.tag in ("/td", "/th"):
            self.end_cell()
        elif piece.tag in ("/tr", "/table"):
            self.end_row()

    def end_cell(self) -> None:
        """Close the cell that is open; the columns it spans stay empty."""
        if self.cell is None or self.row is None:
            return
        text = clean(" ".join(html.unescape("".join(self.cell)[:HTML_TEXT]).split()))
        self.row.extend([text, *[""] * (self.span - 1)])
        self.cell = None
        if len(self.row) > HTML_CELLS:
            reason = f"has a row of more than {HTML_CELLS} cells in line {self.line}"
            raise _refuse(self.name, reason, FileCode.TOO_MANY_COLUMNS, self.line)

    def end_row(self) -> None:
        """Close the row that is open; an empty one is left out."""
        self.end_cell()
        if self.row and any(self.row):
            self.records.append(Record(self.line, self.row))
        self.row = None
        if len(self.records) > HTML_ROWS:
            raise _refuse(self.name, f"has more than {HTML_ROWS:,} rows", FileCode.TOO_MANY_ROWS, self.line)


def read_html_rows(source: SourceFile) -> list[Record]:
    """Return the rows of all tables of a report; a cell that spans columns is followed by empty ones.

    Raises:
        ImportFileError: If the file exceeds a limit, or a tag has no end.
    """
    from data.brokers.isolation import extract  # noqa: PLC0415 - the child imports this module, not what starts it

    return mend([Record(line, cells) for line, cells in extract(source, "html")])


def read_html(payload: bytes, name: str) -> list[tuple[int, list[str]]]:
    """Return what `read_html_rows` needs, as JSON values; runs in the child process."""
    return [(record.line, record.cells) for record in find_rows(SourceFile(name, payload).text, name=name)]


def find_rows(text: str, *, name: str) -> list[Record]:
    """Return the rows of all tables of a text, in this process.

    Raises:
        ImportFileError: As `read_html_rows`.
    """
    if len(text) > HTML_CHARACTERS:
        reason = f"is longer than {HTML_CHARACTERS // 1_000_000} million characters"
        raise _refuse(name, reason, FileCode.TOO_LARGE, 0)
    collector, line, place = Collector(name), 1, 0
    for piece in report_places(_pieces(text, name), attrgetter("start"), total=len(text)):
        line += text.count("\n", place, piece.start)
        place = piece.start
        collector.take(piece, line)
    collector.end_row()
    return collector.records


def _pieces(text: str, name: str) -> Iterator[Piece]:
    """Yield tags and texts in one pass; what is never closed ends the report."""
    place = 0
    while True:
        start = text.find("<", place)
        yield Piece(place, "", text[place : start if start >= 0 else None])
        if start < 0:
            return
        if text.startswith(("<!", "<?"), start):
            mark = "-->" if text.startswith("<!--", start) else ">"
            end = text.find(mark, start + 2)
            if end < 0:
                return
            place = end + len(mark)
        elif _NAME.match(text, start):
            tag = _TAG.match(text, start, start + HTML_TAG)
            if tag is None:
                line = text.count("\n", 0, start) + 1
                raise _refuse(name, f"has a tag without an end in line {line}", FileCode.BROKEN_HTML, line)
            yield Piece(start, tag["end"] + tag["name"].lower(), tag["attributes"])
            place = _skip_silent(text, tag)
        else:
            yield Piece(start, "", "<")
            place = start + 1


def _skip_silent(text: str, tag: re.Match[str]) -> int:
    """Return where reading goes on after a tag: behind the content of scripts and styles."""
    closing = None if tag["end"] else _SILENT.get(tag["name"].lower())
    if closing is None:
        return tag.end()
    found = closing.search(text, tag.end())
    return found.start() if found else len(text)


def _span(attributes: str) -> int:
    match = _SPAN.search(attributes)
    return min(max(int(match["count"]), 1), HTML_SPAN) if match else 1


def _refuse(name: str, reason: str, code: FileCode, line: int) -> ImportFileError:
    hint = "Save a report of a shorter period, or save it again."
    return ImportFileError(f"{name!r} {reason}.", hint=hint, code=code, line=line)

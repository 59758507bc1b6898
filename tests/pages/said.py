"""What pages and files say: texts of component trees in reading order, cells of files, lines of print."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree as ET

from flask.testing import FlaskClient
from pypdf import PdfReader
from typing_extensions import override

from tests.web.client import csrf_of
from web.auth.csrf import HEADER

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def texts_of(component: Any) -> list[str]:
    """Every text of a component tree, as it is read; explanations that wait beside a figure are not."""
    if isinstance(component, dict):
        props = component.get("props", {})
        return [] if props.get("className") == "fw-why-note" else texts_of(props.get("children"))
    if isinstance(component, list):
        return [text for item in component for text in texts_of(item)]
    return [] if component is None else [str(component)]


def rows_said(component: Any) -> Iterator[list[str]]:
    """Every row of the tables in a component tree, the texts of a cell in one."""
    if isinstance(component, list):
        for item in component:
            yield from rows_said(item)
    elif isinstance(component, dict):
        children = component.get("props", {}).get("children")
        if component.get("type") == "Tr":
            yield ["".join(texts_of(cell)) for cell in children]
        else:
            yield from rows_said(children)


def beside(texts: list[str], label: str, *, after: int = 1, since: str = "") -> str:
    """The text so many places behind a label, the first one after another text."""
    start = texts.index(since) if since else 0
    return texts[texts.index(label, start) + after]


def read_json(client: FlaskClient, path: str) -> Any:
    """The answer of the REST interface."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.get_data(as_text=True))
    return answer.get_json()


def read_rows(client: FlaskClient, path: str) -> list[dict[str, str]]:
    """The rows of a CSV download by the names of their columns."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.get_data(as_text=True))
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def send_json(client: FlaskClient, method: str, path: str, body: Any) -> Any:
    """Send to the REST interface as a page of the same origin does."""
    answer = client.open(path, method=method, json=body, headers={HEADER: csrf_of(client)})
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    return answer.get_json()


def csv_blocks(payload: bytes) -> dict[str, list[list[str]]]:
    """The blocks of a report's CSV by the title of their section, heading included."""
    blocks: dict[str, list[list[str]]] = {}
    title = ""
    rows = list(csv.reader(io.StringIO(payload.decode("utf-8-sig"))))
    for at, row in enumerate(rows):
        if not row:
            title = rows[at + 1][0]
            blocks[title] = []
        elif blocks and rows[at - 1]:
            blocks[title].append(row)
    return blocks


def sheet_rows(payload: bytes) -> dict[str, list[list[str]]]:
    """The rows of every sheet of a workbook by the sheet's name; numbers as they are stored."""
    with zipfile.ZipFile(io.BytesIO(payload)) as book:
        shared = ["".join(item.itertext()) for item in ET.fromstring(book.read("xl/sharedStrings.xml"))]
        names = [str(item.get("name")) for item in ET.fromstring(book.read("xl/workbook.xml")).iter(f"{_SHEET}sheet")]
        return {
            name: list(_cells(ET.fromstring(book.read(f"xl/worksheets/sheet{at}.xml")), shared))
            for at, name in enumerate(names, 1)
        }


def _cells(sheet: ET.Element, shared: list[str]) -> Iterator[list[str]]:
    for row in sheet.iter(f"{_SHEET}row"):
        cells: dict[str, str] = {}
        for cell in row.iter(f"{_SHEET}c"):
            value = cell.findtext(f"{_SHEET}v") or ""
            letters = str(cell.get("r")).rstrip("0123456789")
            cells[letters] = shared[int(value)] if cell.get("t") == "s" else value
        last = max(map(_number, cells), default=0)
        yield [cells.get(_letters(at), "") for at in range(1, last + 1)]


def _number(letters: str) -> int:
    return sum((ord(sign) - 64) * 26**place for place, sign in enumerate(reversed(letters)))


def _letters(number: int) -> str:
    first, last = divmod(number - 1, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)


class _Rows(HTMLParser):
    """Collects the rows of all tables by the heading of their section."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self._title, self._cell, self._in_title = "", False, False

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "h2":
            self._title, self._in_title = "", True
        elif tag == "small":
            self._in_title = False
        elif tag == "tr":
            self.rows.setdefault(self._title.strip(), []).append([])
        elif tag in ("td", "th", "dt", "dd"):
            if tag == "dt":
                self.rows.setdefault("", []).append([])
            self._cell = True
            self.rows[self._title.strip() if tag in ("td", "th") else ""][-1].append("")

    @override
    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "h2"
        self._cell = self._cell and tag not in ("td", "th", "dt", "dd")

    @override
    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._title += data
        elif self._cell:
            rows = self.rows.get(self._title.strip()) or self.rows[""]
            rows[-1][-1] += data


def html_rows(page: str) -> dict[str, list[list[str]]]:
    """The rows of a report's tables by the title of their section; key figures under ""."""
    found = _Rows()
    found.feed(page)
    return found.rows


def printed_text(payload: bytes) -> str:
    """The text of a PDF, every run of blanks one."""
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(payload)).pages)
    return " ".join(" ".join(pages).split())

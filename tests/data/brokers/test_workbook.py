"""The guarded spreadsheet reader."""

from __future__ import annotations

import pytest

from data.brokers import workbook
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from tests.data.brokers.workbooks import MAIN, make_workbook


def read(payload: bytes) -> list[workbook.Sheet]:
    """Read a payload as a workbook."""
    return workbook.read_workbook(SourceFile("book.xlsx", payload))


def sheet(body: str) -> str:
    """Return a worksheet with this content."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def test_cells_become_texts_with_their_row_numbers() -> None:
    """Numbers are written plainly, blank rows are left out, row numbers are those of the sheet."""
    found = read(make_workbook([["Time", "Price"], [], ["2026.01.05", 1.55244], ["id", 275917189, 1e-7]]))
    assert found[0].name == "Sheet1"
    assert [(record.line, record.cells) for record in found[0].records] == [
        (1, ["Time", "Price", ""]),
        (3, ["2026.01.05", "1.55244", ""]),
        (4, ["id", "275917189", "0.0000001"]),
    ]


def test_preview_shows_texts_and_never_raises() -> None:
    """Sniffing sees the texts of a sound file and nothing of a damaged one."""
    assert "Deals" in workbook.preview_texts(SourceFile("a.xlsx", make_workbook([["Deals"]])))
    for payload in (b"", b"PK\x03\x04", b"PK\x03\x04" + bytes(range(256)) * 9, make_workbook([["Deals"]])[:-40]):
        assert workbook.preview_texts(SourceFile("a.xlsx", payload)) == frozenset()


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        (b"Time,Price\n1,2\n", "not an XLSX"),
        (b"PK\x03\x04 nothing", "damaged"),
        (make_workbook([["a"]], more={f"xl/{number}.txt": "x" for number in range(201)}), "entries"),
        (make_workbook([["a"]], more={"../evil.xml": "x"}), "path"),
        (make_workbook([["a"]], more={"/etc/evil.xml": "x"}), "path"),
        (make_workbook([["a"]], more={"xl/bomb.xml": "0" * 3_000_000}), "compressed more"),
        (make_workbook(sheet=sheet('<row r="1"><c r="XFD1048576"><v>1</v></c></row>')), "uses 1,048,576 rows"),
        (make_workbook(sheet=sheet('<row r="1"><c r="KA1"><v>1</v></c></row>')), "columns"),
        (make_workbook(sheet=sheet('<row r="1"><c s=">" r=\'XFD9\'><v>1</v></c></row>')), "columns"),
        (make_workbook(sheet=sheet('<row r="1">' + "<c><v>1</v></c>" * 201 + "</row>")), "201 columns"),
        (make_workbook(sheet=sheet('<row r="1"><c r="&#88;FD9"><v>1</v></c></row>')), "refers to a cell"),
        (make_workbook(sheet=sheet('<row r="1"><c r=A1><v>1</v></c></row>')), "cannot be read"),
        (make_workbook(sheet='<!DOCTYPE x [<!ENTITY a "b">]>' + sheet("")), "XML"),
    ],
)
def test_hostile_file_is_refused_with_its_reason(payload: bytes, word: str) -> None:
    """Size, ratio, names, used range and strange XML are refused before the parser runs."""
    with pytest.raises(ImportFileError, match=word):
        read(payload)


def test_declared_size_above_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The unpacked size counts over all entries, needed or not."""
    monkeypatch.setattr(workbook, "ARCHIVE_UNPACKED", 5_000)
    payload = make_workbook([["a"]], more={"media.bin": "".join(chr(33 + place % 90) for place in range(6_000))})
    with pytest.raises(ImportFileError, match="unpacks to"):
        workbook.read_sheets(payload, "book.xlsx")


def test_zip_that_is_no_workbook_is_refused() -> None:
    """An archive without a workbook part is told apart."""
    payload = make_workbook([["a"]]).replace(b"xl/workbook.xml", b"xl/workbork.xml")
    with pytest.raises(ImportFileError, match="not an XLSX"):
        read(payload)


def test_damaged_part_is_refused_without_a_panic() -> None:
    """A parser that gives up becomes an import error."""
    with pytest.raises(ImportFileError, match="workbook"):
        read(make_workbook(sheet="<worksheet><sheetData><row>"[:-3], more={"xl/sharedStrings.xml": "<sst><si>"}))

"""Workbooks, XML, OFX and HTML: bombs, entities, nesting, archives that lie, files under other names."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Mapping

from tests.data.brokers.compound_files import make_compound_file, make_old_workbook, make_protected_workbook
from tests.data.brokers.workbooks import MAIN, make_workbook, sheet_xml
from tests.hostile.bases import BASES
from tests.hostile.cases import Case, Cases
from tests.hostile.mutations import FIXTURES

FAMILY = "markup"
FLEX, OFX, HTML, XLSX = "ibkr-flex-xml", "ofx-investments", "mt4-statement", "mt5-report"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(10))


def make_cases(seed: int) -> Cases:
    """Yield the cases of the family."""
    yield from _workbooks()
    yield from _archives()
    yield from _xml()
    yield from _ofx()
    yield from _html()
    yield from _other_names()
    yield from _protected()
    yield from _sheets()


def fixture(path: str) -> bytes:
    """Return one of our own fixtures."""
    return (FIXTURES / path).read_bytes()


def _refused(key: str, slug: str, payload: bytes, code: str, line: int = 0) -> Case:
    return Case(key=key, family=FAMILY, kind="R", name="report", payload=payload, slug=slug, code=code, line=line)


def _accepted(key: str, payload: bytes, twin: bytes, name: str = "report") -> Case:
    return Case(key=key, family=FAMILY, kind="A", name=name, payload=payload, twin=twin)


def _sheet(body: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _workbooks() -> Cases:
    """Workbooks whose XML is the weapon."""
    cell = '<row r="1"><c r="A1"><v>1</v></c></row>'
    sheets = {
        "corner": (_sheet(cell + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), "sheet-range"),
        "last-column": (_sheet('<row r="1"><c r="XFD1"><v>1</v></c></row>'), "sheet-range"),
        "last-row": (_sheet(cell + '<row r="1048576"/>'), "sheet-range"),
        "beyond": (_sheet('<row r="9999999"><c r="ZZZ9999999"><v>1</v></c></row>'), "sheet-range"),
        "odd-reference": (_sheet('<row r="1"><c r="1A"><v>1</v></c></row>'), "sheet-range"),
        "doctype": (f"<!DOCTYPE x [{LAUGHS}]>{_sheet('<row><c><v>&l9;</v></c></row>')}", "dtd"),
        "external": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + _sheet("<v>&e;</v>"), "dtd"),
        "many-rows": (_sheet("<row/>" * 200_001), "archive-ratio"),
        "unclosed-tag": (_sheet('<row r="1"><c r="A1" <v>1</v></c></row>'), "archive-damaged"),
    }
    for name, (sheet, code) in sheets.items():
        yield _refused(f"xlsx-{name}", XLSX, make_workbook(sheet=sheet), code)
    shared = f'<sst xmlns="{MAIN}" count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>'
    book = make_workbook(
        sheet=_sheet('<row r="1"><c r="A1" t="s"><v>0</v></c></row>'), more={"xl/sharedStrings.xml": shared}
    )
    yield _refused("xlsx-shared-count", XLSX, book, "")
    many = f'<sst xmlns="{MAIN}">' + f"<si><t>{'y' * 30_000}</t></si></sst>"
    rows = "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 150 + "</row>" for row in range(1, 400))
    yield _refused("xlsx-shared-bomb", XLSX, _stored({"xl/sharedStrings.xml": many}, _sheet(rows)), "")
    yield _refused("xlsx-no-report", XLSX, make_workbook([["Orders"], [1]]), "no-table")
    errors = _sheet('<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1"><f>A1</f></c></row>')
    yield _refused("xlsx-error-cells", XLSX, make_workbook(sheet=errors), "no-table")


def _stored(more: Mapping[str, str], sheet: str) -> bytes:
    """Return a workbook packed without compression, so that no ratio gives it away."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(make_workbook(sheet=sheet, more=more))) as packed,
        zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive,
    ):
        for info in packed.infolist():
            archive.writestr(zipfile.ZipInfo(info.filename, (2026, 1, 1, 0, 0, 0)), packed.read(info))
    return target.getvalue()


def _archives() -> Cases:
    """Archives that lie, climb, explode or end too early."""
    sound = fixture("mt5-report/report.xlsx")
    more: dict[str, tuple[dict[str, str], str]] = {
        "ratio": ({"xl/media.xml": "0" * 20_000_000}, "archive-ratio"),
        "entries": ({f"xl/{number}.txt": "x" for number in range(201)}, "archive-entries"),
        "climbing": ({"../../evil.xml": "x"}, "archive-path"),
        "absolute": ({"/etc/evil.xml": "x"}, "archive-path"),
        "drive": ({"C:\\evil.xml": "x"}, "archive-path"),
    }
    for name, (entries, code) in more.items():
        yield _refused(f"zip-{name}", XLSX, make_workbook([["a"]], more=entries), code)
    yield _refused("zip-cut", XLSX, sound[: len(sound) // 2], "archive-damaged")
    yield _refused("zip-no-directory", XLSX, sound[:-60], "archive-damaged")
    yield _refused("zip-head-only", XLSX, b"PK\x03\x04" + bytes(100), "archive-damaged")
    flags = sound.find(b"PK\x01\x02") + 8
    yield _refused("zip-encrypted", XLSX, sound[:flags] + b"\x01" + sound[flags + 1 :], "archive-damaged")
    yield _refused("zip-no-workbook", XLSX, sound.replace(b"xl/workbook.xml", b"xl/workbork.xml"), "not-a-workbook")
    nested = make_workbook([["a"]], more={"xl/inner.zip": sound.decode("latin-1")})
    yield _refused("zip-nested", XLSX, nested, "no-table")
    middle = sound.find(b"PK\x03\x04", 4) + 60
    damaged = sound[:middle] + bytes(byte ^ 0xFF for byte in sound[middle : middle + 40]) + sound[middle + 40 :]
    yield _refused("zip-damaged-entry", XLSX, damaged, "archive-damaged")


def _xml() -> Cases:
    """Flex queries with what no Flex query has."""
    sound = fixture("ibkr-flex-xml/activity.xml")
    types = {
        "laughs": LAUGHS,
        "quadratic": f'<!ENTITY a "{"a" * 50_000}">',
        "xxe-file": '<!ENTITY e SYSTEM "file:///etc/passwd">',
        "xxe-http": '<!ENTITY e SYSTEM "http://127.0.0.1:9/">',
        "parameter": '<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;',
        "empty-dtd": "",
    }
    for name, declared in types.items():
        yield _refused(f"xml-{name}", FLEX, f"<!DOCTYPE x [{declared}]>".encode() + sound, "dtd")
    yield _refused("xml-external-dtd", FLEX, b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + sound, "dtd")
    deep = "<FlexQueryResponse>" + "<a>" * 10_000 + "</a>" * 10_000 + "</FlexQueryResponse>"
    yield _refused("xml-deep", FLEX, deep.encode(), "too-deep", 1)
    wide = "<FlexQueryResponse>" + "<a/>" * 1_100_000 + "</FlexQueryResponse>"
    yield _refused("xml-wide", FLEX, wide.encode(), "too-deep")
    seven = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-' + sound
    yield _refused("xml-utf7", FLEX, seven, "broken-xml", 1)
    lines = sound.splitlines(keepends=True)
    for count in (3, 6, 9):
        cut = b"".join(lines[:count])
        yield _refused(f"xml-cut-{count}", FLEX, cut, "broken-xml", count + 1)
    yield _refused("xml-bad-entity", FLEX, sound.replace(b"WALT", b"&nope;"), "broken-xml", 6)
    yield _refused("xml-control", FLEX, sound.replace(b"WALT", b"\x01"), "broken-xml", 6)
    failed = b"<FlexQueryResponse><ErrorMessage>Token has expired.</ErrorMessage></FlexQueryResponse>"
    yield _refused("xml-failure", FLEX, failed, "broker-failure", 1)
    yield _accepted("xml-comment", sound.replace(b"<Trades>", b"<!-- <Trade/> --><Trades>"), sound)


def _ofx() -> Cases:
    sound = fixture("ofx-investments/statement.qfx")
    yield _refused("ofx-dtd", OFX, sound.replace(b"<OFX>", b"<!DOCTYPE x [" + LAUGHS.encode() + b"]><OFX>"), "dtd")
    yield _refused("ofx-cut", OFX, sound[: len(sound) // 2], "cut-off", 5)
    yield _refused("ofx-deep", OFX, sound.replace(b"<OFX>", b"<OFX>" + b"<A>\n" * 100), "too-deep", 44)
    yield _refused("ofx-other", OFX, b"OFXHEADER:100\n\n<OFX><BANKMSGSRSV1></BANKMSGSRSV1></OFX>", "no-table")
    yield _accepted("ofx-script", sound.replace(b"<MEMO>", b"<MEMO>[script]", 1), sound)


def _html() -> Cases:
    sound = fixture("mt4-statement/statement.htm")
    script = b"<script>for(;;);document.write('<tr><td>9</td></tr>')</script><style>td{}</style>"
    yield _accepted("html-script", sound.replace(b"<body>", b"<body>" + script), sound)
    yield _accepted("html-comment", sound.replace(b"<body>", b"<body><!-- <tr><td>9 -->"), sound)
    yield _accepted("html-deep", sound.replace(b"<body>", b"<body>" + b"<div>" * 5_000), sound)
    yield _accepted("html-tail", sound + b"<div>" * 100_000, sound)
    yield _accepted("html-event", sound.replace(b"<body>", b"<body onload=alert(1)>"), sound)
    yield _refused("html-open-tag", HTML, sound + b"<td title='", "broken-html", sound.count(b"\n") + 1)
    yield _refused(
        "html-wide", HTML, sound.replace(b"</table>", b"<tr>" + b"<td>x" * 201 + b"</table>"), "too-many-columns"
    )
    yield _refused(
        "html-empty", HTML, b"<html><table><tr><td>Closed Transactions:</td></tr></table></html>", "no-table"
    )


def _other_names() -> Cases:
    """What a file is, its content says and not its name."""
    sheet = make_workbook(list(csv.reader(io.StringIO(fixture("etoro-activity/activity.csv").decode()))))
    yield _accepted("named-etoro", sheet, sheet, "export.csv")
    for path, name in (
        ("mt4-statement/statement.htm", "export.xls"),
        ("ibkr-flex-xml/activity.xml", "export.xls"),
        ("ofx-investments/statement.qfx", "export.csv"),
    ):
        yield _accepted(f"named-{path.split('/')[0]}", fixture(path), fixture(path), name)
    yield _accepted("named-csv", BASES[0].payload, BASES[0].payload, "export.xlsx")
    for name, payload in (
        ("xlsx", fixture("mt5-report/report.xlsx")),
        ("html", fixture("mt4-statement/statement.htm")),
        ("xml", fixture("ibkr-flex-xml/activity.xml")),
    ):
        yield _refused(f"forced-{name}", "lightspeed", payload, "")


def _protected() -> Cases:
    """Workbooks with a password, and what looks like them."""
    content = random.Random(fixture("mt5-report/report.xlsx")).randbytes(5_000)
    locked = make_protected_workbook(content)
    yield _refused("password-xlsx", "", locked, "password")
    yield _refused("password-xlsx-asked", XLSX, locked, "password")
    yield _refused("password-xlsx-generic", "generic-csv", locked, "password")
    yield _refused("password-xls", "", make_old_workbook(has_password=True), "password")
    yield _refused("old-xls", "", make_old_workbook(has_password=False), "not-a-workbook")
    yield _refused("compound-other", "", make_compound_file({"WordDocument": content}), "not-text")
    yield _refused("compound-cut", "", locked[:600], "not-text")


TABLE = (
    ("Trade ID", "Time", "Symbol", "Side", "Quantity", "Price", "Commission", "Currency"),
    ("t1", "2026-03-02 09:31:05", "ACME", "Buy", 100, 10.5, 1.1, "USD"),
    ("t2", "2026-03-02 10:02:11", "ACME", "Sell", 40, 11, 0.44, "USD"),
    ("t3", "2026-03-03 15:59:59", "ACME", "Sell", 60, 12, 0.66, "USD"),
)
"""A table nobody wrote a format for; its numbers are numbers in the sheet."""


def _sheets() -> Cases:
    """Tables in a workbook with cells that hold no value, errors, hidden rows, and other sheets beside."""
    sound = make_workbook(TABLE)
    sheet = sheet_xml(TABLE)
    for name, cell in (("E3", "40"), ("F3", "11")):
        for what, put in (
            ("formula", f'<c r="{name}"><f>SUM(A1)</f></c>'),
            ("na", f'<c r="{name}" t="e"><v>#N/A</v></c>'),
            ("ref", f'<c r="{name}" t="e"><v>#REF!</v></c>'),
        ):
            yield _holed(f"sheet-{what}-{name.lower()}", sheet.replace(f'<c r="{name}"><v>{cell}</v></c>', put))
    for name in ("quantity", "price"):
        cached = {"quantity": ("E3", "40"), "price": ("F3", "11")}[name]
        formula = f'<c r="{cached[0]}"><f>SUM(A1)</f><v>{cached[1]}</v></c>'
        plain = f'<c r="{cached[0]}"><v>{cached[1]}</v></c>'
        yield _accepted(f"sheet-cached-{name}", make_workbook(sheet=sheet.replace(plain, formula)), sound)
    hidden = sheet.replace('<row r="3">', '<row r="3" hidden="1">')
    yield _accepted("sheet-hidden-row", make_workbook(sheet=hidden), sound)
    filtered = sheet.replace("</sheetData>", '</sheetData><autoFilter ref="A1:H4"/>')
    yield _accepted("sheet-filtered", make_workbook(sheet=filtered), sound)
    merged = sheet.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="H3:H4"/></mergeCells>')
    yield _accepted("sheet-merged", make_workbook(sheet=merged), sound)


def _holed(key: str, sheet: str) -> Case:
    """Return a workbook whose third row lacks a value; the others are read."""
    return Case(
        key=key,
        family=FAMILY,
        kind="Q",
        name="mine.xlsx",
        payload=make_workbook(sheet=sheet),
        slug="generic-csv",
        twin=make_workbook([TABLE[0], TABLE[1], *[[""] * 8], TABLE[3]]),
        line=3,
    )

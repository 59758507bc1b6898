"""Reports as files: printed texts, pictures, and what happens to hostile texts and without a browser."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from components.report_html import report_html
from components.report_svg import chart_svg
from components.report_texts import note_text
from domain.columns import Series
from domain.errors import InvalidInputError
from domain.report_document import (
    BarChart,
    CalendarChart,
    CellKind,
    CurveChart,
    HistogramChart,
    ReportColumn,
    ReportDocument,
    ReportFigure,
    ReportNote,
    ReportSection,
    ReportTable,
)
from domain.reports import ReportForm
from services.reports import clean_logo
from web.rendering import RenderingError
from web.report_files import ReportFiles

pytestmark = pytest.mark.sqlite

EVIL = '</p><script>alert(1)</script><img src=x onerror=alert(1)> #read("/etc/passwd") *b* $x$ ]] \\'
DAYS = {date(2026, 9, 1): 120.5, date(2026, 9, 2): -80.25}
CHARTS: tuple[Any, ...] = (
    CurveChart(
        equity=Series(name="Net", x=np.array([1.7e12, 1.71e12]), y=np.array([0.0, 9.5])),
        drawdown=Series(name="Drawdown", x=np.array([1.7e12, 1.71e12]), y=np.array([0.0, -0.1])),
        drawdown_unit="%",
    ),
    BarChart(labels=(EVIL, "B"), values=(12.5, -3.0)),
    HistogramChart(edges=(-1.0, 0.0, 1.0), counts=(2, 5), unit="R"),
    CalendarChart(days=DAYS),
)


def document(**changes: object) -> ReportDocument:
    """A document with every kind of part, its texts hostile."""
    columns = (
        ReportColumn(key="a", label=EVIL, kind=CellKind.TEXT),
        ReportColumn(key="b", label="Net", kind=CellKind.PROFIT),
    )
    table = ReportTable(columns=columns, rows=((EVIL, -1234.5), ("Łódź", 20.0)), total=("Total", -1214.5), note=EVIL)
    figures = (ReportFigure(slug="realised", label="Net P&L", value=-1214.5, kind=CellKind.PROFIT, reason=EVIL),)
    sections = (
        ReportSection(slug="kpis", title="Key figures", figures=figures),
        *(ReportSection(slug=f"c{at}", title=EVIL, chart=chart) for at, chart in enumerate(CHARTS)),
        ReportSection(slug="setup", title="Setups", table=table),
        ReportSection(slug="notes", title="Notes", notes=(ReportNote(heading=EVIL, text=EVIL),), empty=EVIL),
    )
    made = ReportDocument(
        title=EVIL,
        subtitle=EVIL,
        prepared_at=datetime(2026, 11, 20, 16, 42, tzinfo=UTC),
        zone="America/New_York",
        unit="USD",
        brand=EVIL,
        sections=sections,
        footer=(EVIL,),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def printed(payload: bytes) -> str:
    """The text of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(payload)).pages)


def test_a_pdf_prints_texts_as_they_are() -> None:
    """What looks like markup or code of the typesetter is printed letter by letter, and amounts as in books."""
    text = printed(ReportFiles().write(document(), ReportForm.PDF))
    assert '#read("/etc/passwd")' in text.replace("\n", " ")
    assert "root:" not in text
    assert "(1,214.50)" in text
    assert "Łódź" in text


def test_figures_and_a_table_of_one_section_are_both_printed() -> None:
    """A section of key figures with a table beside them prints both; amounts in a row's currency like others."""
    columns = (
        ReportColumn(key="a", label="Kind", kind=CellKind.TEXT),
        ReportColumn(key="b", label="Amount", kind=CellKind.AMOUNT),
    )
    figure = ReportFigure(slug="fees", label="Fee drag", value=0.2, kind=CellKind.FRACTION, n=3)
    table = ReportTable(columns=columns, rows=(("Commission", -1234.5),))
    both = document(sections=(ReportSection(slug="fees", title="Fees", figures=(figure,), table=table),))
    for text in (printed(ReportFiles().write(both, ReportForm.PDF)), report_html(both)):
        for part in ("Fee drag", "20.0%", "Commission", "(1,234.50)"):
            assert part in text, part
    assert "−1,234.50" in report_html(replace(both, is_accounting=False))


def test_notes_lose_the_signs_of_markdown() -> None:
    """Emphasis, headings, code and bullets are printed as text; sums and names with underscores stay."""
    text = note_text("## Plan\n- **wait** for *it*\n2 * 3 * 4 is `more` than a_b_c, _really_")
    assert text == "Plan\n• wait for it\n2 * 3 * 4 is more than a_b_c, really"


def test_the_screen_manner_has_a_sign_and_a_currency() -> None:
    """Unlike the accounting manner, that of the screen writes a true minus and the currency."""
    text = printed(ReportFiles().write(document(is_accounting=False), ReportForm.PDF))
    assert "−$1,214.50" in text


def test_html_runs_nothing_and_names_nobody() -> None:
    """No hostile text becomes an element, no address of another host is in the file, and its policy forbids all."""
    page = ReportFiles().write(document(), ReportForm.HTML).decode()
    assert "<script" not in page
    assert "<img" not in page
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg)", page) == []
    assert "default-src 'none'" in page
    assert "/assets/" not in page
    assert "/assets/fonts/" in report_html(document(), is_hosted=True)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: type(chart).__name__)
def test_a_chart_is_clean_svg(chart: Any) -> None:
    """Every chart is well-formed, and what a user wrote in it is text."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415

    drawn = ET.fromstring(chart_svg(chart, unit="USD", accent="#4b45d6"))
    kinds = {element.tag.rpartition("}")[2] for element in drawn.iter()}
    assert kinds <= {"svg", "defs", "linearGradient", "stop", "polygon", "polyline", "circle", "line", "text", "rect"}


def test_a_picture_shows_all_pages_and_long_reports_say_so() -> None:
    """A picture is as wide as a page; a report of many pages asks for another form."""
    with Image.open(io.BytesIO(ReportFiles().write(document(), ReportForm.PNG))) as picture:
        assert picture.width == pytest.approx(1_190, abs=4)
        assert picture.height >= 1_680
    rows = tuple((f"row {at}", float(at)) for at in range(1_000))
    columns = (
        ReportColumn(key="a", label="A", kind=CellKind.TEXT),
        ReportColumn(key="b", label="B", kind=CellKind.PROFIT),
    )
    long = ReportSection(slug="setup", title="Long", table=ReportTable(columns=columns, rows=rows))
    with pytest.raises(InvalidInputError, match="too many for a picture"):
        ReportFiles().write(document(sections=(long,)), ReportForm.PNG)


def test_without_a_browser_only_the_chart_pack_is_missing() -> None:
    """Where there is no browser the chart pack says what to install, and every other form is written."""
    files = ReportFiles(browser="/nowhere/chromium")
    with pytest.raises(RenderingError, match="no browser at '/nowhere/chromium'") as caught:
        files.write(document(), ReportForm.CHARTS)
    assert "BROWSER_PATH" in caught.value.hint
    for form in set(ReportForm) - {ReportForm.CHARTS}:
        assert files.write(document(), form)


@pytest.mark.slow
@pytest.mark.browser
def test_the_chart_pack_holds_png_and_svg() -> None:
    """With a browser every chart of the pages comes as PNG at twice its size and as SVG."""
    two = replace(document(title="Pack", subtitle="s", brand="b"), sections=document().sections[1:2])
    with zipfile.ZipFile(io.BytesIO(ReportFiles().write(two, ReportForm.CHARTS))) as pack:
        assert sorted(pack.namelist()) == ["c0.png", "c0.svg"]
        with Image.open(io.BytesIO(pack.read("c0.png"))) as picture:
            assert picture.size == (2_560, 1_280)


def hostile_logos() -> Iterator[bytes]:
    """Files that are no pictures, or too much of one."""
    yield b""
    yield b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"
    yield b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    yield b"x" * 2_000_001
    huge = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(huge, "PNG")
    yield huge.getvalue()


def test_a_logo_is_drawn_anew() -> None:
    """Of a logo only pixels are kept, and no more of them than a letterhead needs; what is no picture is refused."""
    buffer = io.BytesIO()
    picture = Image.new("RGB", (1_600, 400), "red")
    picture.save(buffer, "JPEG", comment=b"secret comment")
    kept = clean_logo(buffer.getvalue())
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size) == ("PNG", (480, 120))
    assert b"secret" not in kept
    assert b"data:image/png;base64," in ReportFiles().write(document(logo=kept), ReportForm.HTML)
    assert ReportFiles().write(document(logo=kept), ReportForm.PDF)
    for payload in hostile_logos():
        with pytest.raises(InvalidInputError):
            clean_logo(payload)

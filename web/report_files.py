"""Reports as files: one document, and a writer for each form.

PDF and PNG are typeset by typst inside this process; the chart pack alone needs a browser.
"""

from __future__ import annotations

import base64
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from domain.errors import FillwiseError, InvalidInputError
from domain.report_document import ReportDocument, ReportSection, ReportTable
from domain.reports import ReportForm

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "assets" / "fonts"
PICTURE_DPI = 144.0
MOST_PICTURE_PAGES = 16
PRINTED_ROWS = 2_000
"""Rows of a table on paper; sheets have them all."""
NOT_PRINTED = "The report could not be printed."


@dataclass(frozen=True, slots=True)
class ReportFiles:
    """Writes documents; `browser` is `Settings.browser`."""

    browser: str = ""

    def write(self, document: ReportDocument, form: ReportForm) -> bytes:
        """Return a document as a file.

        Raises:
            RenderingError: If the chart pack is wanted and there is no browser.
            InvalidInputError: If a picture would be too long.
        """
        writers: Mapping[ReportForm, Callable[[ReportDocument], bytes]] = {
            ReportForm.PDF: write_pdf,
            ReportForm.HTML: write_html,
            ReportForm.XLSX: _write_xlsx,
            ReportForm.CSV: _write_csv,
            ReportForm.PNG: write_png,
            ReportForm.CHARTS: self._write_charts,
        }
        return writers[form](document)

    def _write_charts(self, document: ReportDocument) -> bytes:
        """Return a ZIP with every chart as PNG at 2× and as SVG, drawn by the browser from the pages' own figures."""
        from components.figures.report_charts import section_figure
        from web.rendering import render_png, render_svg

        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as pack:
            for section in document.sections:
                figure = section_figure(document, section)
                if figure is not None:
                    pack.writestr(f"{section.slug}.png", render_png(figure, scale=2, browser=self.browser))
                    pack.writestr(f"{section.slug}.svg", render_svg(figure, browser=self.browser))
            if not pack.namelist():
                raise InvalidInputError("The report has no charts.", hint="Add a section with a chart.")
        return buffer.getvalue()


def write_html(document: ReportDocument) -> bytes:
    """Return the report as one page that names no other host."""
    from components.report_html import report_html

    return report_html(document).encode()


def _write_xlsx(document: ReportDocument) -> bytes:
    from services.report_sheets import write_xlsx

    return write_xlsx(document)


def _write_csv(document: ReportDocument) -> bytes:
    from services.report_sheets import write_csv

    return write_csv(document)


def write_pdf(document: ReportDocument) -> bytes:
    """Return the report as A4 pages, charts as vectors."""
    return _typeset(document, form="pdf")[0]


def write_png(document: ReportDocument) -> bytes:
    """Return the pages as one picture, one under the other.

    Raises:
        InvalidInputError: If there are more than sixteen pages.
    """
    from PIL import Image

    pages = [Image.open(io.BytesIO(page)) for page in _typeset(document, form="png")]
    if len(pages) > MOST_PICTURE_PAGES:
        message = f"The report has {len(pages)} pages, too many for a picture."
        raise InvalidInputError(message, hint="Choose PDF, or fewer sections.")
    whole = Image.new("RGB", (pages[0].width, sum(page.height for page in pages)), "white")
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    buffer = io.BytesIO()
    whole.save(buffer, "PNG", optimize=False)
    return buffer.getvalue()


def _typeset(document: ReportDocument, *, form: Literal["pdf", "png"]) -> list[bytes]:
    import typst

    compile_source: Any = typst.compile  # its types leave no room for several pages
    # The compiler sees an empty folder and this one file; texts reach it as data only.
    with tempfile.TemporaryDirectory(prefix="fillwise-report-") as root:
        try:
            made: Any = compile_source(
                (HERE / "report.typ").read_bytes(),
                format=form,
                root=root,
                font_paths=[str(FONTS)],
                ppi=PICTURE_DPI,
                sys_inputs={"data": json.dumps(print_data(document))},
            )
        except typst.TypstError as error:
            raise FillwiseError(NOT_PRINTED, hint=str(error).splitlines()[0][:200]) from error
    return [made] if isinstance(made, bytes) else list(made)


def print_data(document: ReportDocument) -> dict[str, Any]:
    """Return what the template prints: texts and drawings, no number that is still to be written."""
    from components.report_texts import prepared_text

    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "brand": document.brand,
        "accent": document.accent,
        "prepared": prepared_text(document),
        "logo": base64.b64encode(document.logo).decode(),
        "logo-bytes": list(document.logo),
        "footer": list(document.footer),
        "sections": [_section(document.written_as(section), section) for section in document.sections],
    }


def _section(document: ReportDocument, section: ReportSection) -> dict[str, Any]:
    from components.report_svg import chart_svg, describe_chart
    from components.report_texts import cell_text, note_text

    chart, is_strip = section.chart, section.slug == "kpis"
    texts = [
        {"label": item.label, "value": cell_text(document, item.value, item.kind), "n": item.n, "reason": item.reason}
        for item in section.figures
    ]
    return {
        "title": section.title,
        "subtitle": section.subtitle,
        "kpis": texts if is_strip else [],
        "svg": "" if chart is None else chart_svg(chart, unit=document.unit, accent=document.accent),
        "alt": "" if chart is None else describe_chart(chart, unit=document.unit),
        "tables": [
            *([_figure_rows(texts)] if texts and not is_strip else []),
            *([] if section.table is None else [_table(document, section.table)]),
        ],
        "notes": [{"heading": item.heading, "text": note_text(item.text)} for item in section.notes],
        "empty": section.empty,
    }


def _figure_rows(texts: list[dict[str, Any]]) -> dict[str, Any]:
    rows = [[item["label"], item["value"], str(item["n"] or ""), item["reason"]] for item in texts]
    head, marks = ["Statistic", "Value", "n", ""], [False, True, True, False]
    return {"head": head, "marks": marks, "rows": rows, "total": [], "note": ""}


def _table(document: ReportDocument, table: ReportTable) -> dict[str, Any]:
    from components.report_texts import table_texts, total_texts

    return {
        "head": [column.label for column in table.columns],
        "marks": [column.kind.is_number for column in table.columns],
        "rows": table_texts(document, replace(table, rows=table.rows[:PRINTED_ROWS])),
        "total": total_texts(document, table),
        "note": " ".join(part for part in (table.note, _cut_note(len(table.rows))) if part),
    }


def _cut_note(rows: int) -> str:
    return (
        f"{PRINTED_ROWS:,} of {rows:,} rows are printed; the workbook and CSV have all." if rows > PRINTED_ROWS else ""
    )

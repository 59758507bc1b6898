"""A report as one HTML page that needs nothing else: styles inside, charts as SVG, no script, no other host.

The page on screen, the download and the shared link show this very page.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from components.report_svg import chart_svg, describe_chart
from components.report_texts import cell_text, note_text, prepared_text, table_texts, total_texts

if TYPE_CHECKING:
    from domain.report_document import (
        ReportDocument,
        ReportFigure,
        ReportNote,
        ReportSection,
        ReportTable,
    )

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""The content security policy of the page: it may load a font of this server and nothing else."""
FONT = "/assets/fonts/inter-latin-opsz-normal.woff2"
_STYLE = """
*{box-sizing:border-box}html{background:#e9ebef;-webkit-text-size-adjust:100%}
body{margin:0;color:#14171d;font:13px/1.5 Inter,"Inter Variable",system-ui,sans-serif;
font-feature-settings:"tnum","cv11"}
main{background:#fff;max-width:820px;margin:22px auto;padding:44px 50px 36px;box-shadow:0 1px 8px rgba(20,23,29,.18)}
.top{display:flex;justify-content:space-between;align-items:center;gap:16px;font-size:11.5px;color:#4f5866}
.brand{display:flex;align-items:center;gap:8px;font-weight:600;font-size:13px;color:var(--a)}
.brand img{max-height:34px;max-width:170px}
h1{font-size:23px;line-height:1.2;letter-spacing:-.02em;margin:20px 0 3px;font-weight:600}
.sub{color:#4f5866;font-size:12px;margin:0 0 18px;
padding-bottom:18px;border-bottom:1.5px solid #14171d}
section{margin:0 0 26px;break-inside:avoid-page}h2{font-size:13.5px;margin:0 0 8px;font-weight:600}
.k{display:grid;grid-template-columns:repeat(auto-fit,minmax(88px,1fr));
gap:10px 10px;padding-bottom:16px;border-bottom:1px solid #dfe2e8}

.k dt{font-size:11px;color:#4f5866;margin:0}
.k dd{margin:1px 0 0;font-size:16px;font-weight:600;letter-spacing:-.01em;white-space:nowrap}
.scroll{overflow-x:auto}table{border-collapse:collapse;width:100%;font-size:12px}
th{font-weight:500;color:#4f5866;text-align:left;border-bottom:1px solid #b4bac4;
padding:5px 10px 6px 0;white-space:nowrap}
td{border-bottom:1px solid #eef0f3;padding:5px 10px 5px 0;vertical-align:top}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
th:last-child,td:last-child{padding-right:0}tfoot{display:table-row-group}
tfoot td{font-weight:600;border-bottom:0;border-top:1px solid #b4bac4}
.ch{overflow-x:auto}svg{display:block;width:100%;height:auto;margin:2px 0 10px}
.note,.small{color:#5e6777;font-size:11.5px;margin:6px 0 0}
.jn h3{font-size:12px;margin:10px 0 1px}.jn p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
footer{border-top:1px solid #dfe2e8;padding-top:10px;margin-top:8px}
@media (max-width:640px){main{margin:0;padding:22px 16px;box-shadow:none}.k{grid-template-columns:1fr 1fr}
h1{font-size:20px}.top{flex-wrap:wrap}svg{min-width:560px}
table{font-size:11px}th,td{padding-right:7px}td:first-child{white-space:nowrap}}
@media print{html{background:#fff}main{margin:0;max-width:none;box-shadow:none;padding:0}@page{size:A4;margin:16mm}}
"""


def report_html(document: ReportDocument, *, is_hosted: bool = False, is_framed: bool = False) -> str:
    """Return the whole page.

    Args:
        document: The report.
        is_hosted: Whether this server shows it, so that its font is at hand; a file carries no address at all.
        is_framed: Whether a frame shows it, whose own ground is seen around the sheet.
    """
    face = f'@font-face{{font-family:Inter;src:url("{FONT}");font-weight:100 900}}' if is_hosted else ""
    if is_framed:
        face += ":root{color-scheme:light}html{background:transparent!important}"
    policy = "" if is_hosted else f'<meta http-equiv="Content-Security-Policy" content="{_file_policy()}">'
    body = "".join(_section(document.written_as(section), section) for section in document.sections)
    small = "".join(f'<p class="small">{escape(line)}</p>' for line in document.footer)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{policy}'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>{escape(document.title)}</title><style>{face}:root{{--a:{document.accent}}}{_STYLE}</style></head>"
        f"<body><main>{_head(document)}{body}<footer>{small}</footer></main></body></html>"
    )


def _file_policy() -> str:
    return "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def _head(document: ReportDocument) -> str:
    logo = ""
    if document.logo:
        logo = f'<img alt="" src="data:image/png;base64,{base64.b64encode(document.logo).decode()}">'
    return (
        f'<div class="top"><span class="brand">{logo}{escape(document.brand)}</span>'
        f"<span>{escape(prepared_text(document))}</span></div>"
        f'<h1>{escape(document.title)}</h1><p class="sub">{escape(document.subtitle)}</p>'
    )


def _section(document: ReportDocument, section: ReportSection) -> str:
    parts: list[str] = []
    if section.slug == "kpis":
        said = f'<p class="note">{escape(section.subtitle)}</p>' if section.subtitle else ""
        return f"<section>{said}{_figures(document, section.figures)}</section>"
    if section.chart is not None:
        drawing = chart_svg(section.chart, unit=document.unit, accent=document.accent)
        said = escape(describe_chart(section.chart, unit=document.unit), quote=True)
        drawing = drawing.replace("<svg ", f'<svg role="img" aria-label="{said}" ', 1)
        parts.append(f'<div class="ch">{drawing}</div>')
    if section.figures:
        parts.append(_figure_table(document, section.figures))
    if section.table is not None:
        parts.append(_table(document, section.table))
    parts.append(_notes(section.notes))
    if section.empty:
        parts.append(f'<p class="note">{escape(section.empty)}</p>')
    said = f' <small class="note">{escape(section.subtitle)}</small>' if section.subtitle else ""
    return f"<section><h2>{escape(section.title)}{said}</h2>{''.join(parts)}</section>"


def _figures(document: ReportDocument, figures: Sequence[ReportFigure]) -> str:
    cells = "".join(
        f'<div title="{escape(item.reason, quote=True)}"><dt>{escape(item.label)}</dt>'
        f"<dd>{escape(cell_text(document, item.value, item.kind))}</dd></div>"
        for item in figures
    )
    return f'<dl class="k">{cells}</dl>'


def _figure_table(document: ReportDocument, figures: Sequence[ReportFigure]) -> str:
    rows = "".join(
        f'<tr><td>{escape(item.label)}</td><td class="n">{escape(cell_text(document, item.value, item.kind))}</td>'
        f'<td class="n">{item.n or ""}</td><td>{escape(item.reason)}</td></tr>'
        for item in figures
    )
    head = '<tr><th>Statistic</th><th class="n">Value</th><th class="n">n</th><th></th></tr>'
    return f'<div class="scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _table(document: ReportDocument, table: ReportTable) -> str:
    marks = [' class="n"' if column.kind.is_number else "" for column in table.columns]
    head = "".join(f"<th{mark}>{escape(column.label)}</th>" for column, mark in zip(table.columns, marks, strict=True))
    rows = "".join(f"<tr>{_cells(row, marks)}</tr>" for row in table_texts(document, table))
    total = total_texts(document, table)
    foot = f"<tfoot><tr>{_cells(total, marks)}</tr></tfoot>" if total else ""
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>{foot}</table></div>{note}'


def _cells(texts: Sequence[str], marks: Sequence[str]) -> str:
    return "".join(f"<td{mark}>{escape(text)}</td>" for text, mark in zip(texts, marks, strict=True))


def _notes(notes: Sequence[ReportNote]) -> str:
    if not notes:
        return ""
    return (
        '<div class="jn">'
        + "".join(f"<h3>{escape(item.heading)}</h3><p>{escape(note_text(item.text))}</p>" for item in notes)
        + "</div>"
    )

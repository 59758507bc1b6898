"""The performance report on one page: key figures, equity, months, groups and tables, in the light theme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from components.figures.bars import pl_bars, pl_bars_h
from components.figures.composition import Box, Sheet
from components.figures.equity import equity_figure
from components.figures.numerals import plural
from components.figures.theme import palette, template_name

if TYPE_CHECKING:
    from domain.columns import Series

SIZE = (1240, 1754)  # A4 at 150 dots an inch
_ZOOM = 1.45  # screen pixels to page pixels
_LEFT, _RIGHT = 84, 1156
_ROW, _TABLES_TOP, _TABLES_BOTTOM = 29, 1130, 1676
_MOST_GROUPS = 8
_THEME = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A small table.

    Attributes:
        columns: Headings; the first column is left-aligned, the others right.
        rows: Texts as they are to be printed.
        total: Last row, printed strong; empty for none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportContent:
    """All that stands on the page; texts as they are to be printed.

    Attributes:
        title: "Performance summary".
        subtitle: Period, accounts, currency, what is counted.
        prepared: When and in which time zone.
        kpis: (label, value), at most six.
        equity, drawdown, benchmark: Curves as for `equity_figure`.
        unit: Currency code, "%" or "R".
        months: Labels and values of the bars by month.
        groups: Heading, labels and values of the bars by group; the first eight are drawn.
        tables: As many as fit; what does not is counted in a last line.
        footer: Small print.
    """

    title: str
    subtitle: str
    prepared: str
    kpis: tuple[tuple[str, str], ...]
    equity: Series
    drawdown: Series | None = None
    benchmark: Series | None = None
    unit: str = "USD"
    months: tuple[Sequence[str], Sequence[float]] = ((), ())
    groups: tuple[str, Sequence[str], Sequence[float]] = ("By symbol", (), ())
    tables: tuple[ReportTable, ...] = ()
    footer: str = ""


def report_figure(content: ReportContent) -> go.Figure:
    """Draw the report as one figure of 1240 x 1754 pixels."""
    colors = palette(_THEME).colors
    base = go.Figure(
        layout={
            "template": template_name(_THEME),
            "paper_bgcolor": colors["surface"],
            "showlegend": False,
            "meta": {"title": content.title},
        }
    )
    sheet = Sheet(base, SIZE, _ZOOM)
    _write_head(sheet, content)
    _write_kpis(sheet, content.kpis)
    curve = equity_figure(
        content.equity, content.drawdown, unit=content.unit, theme=_THEME, benchmark=content.benchmark
    )
    sheet.add_figure(curve, Box(left=_LEFT, top=318, right=_RIGHT, bottom=770))
    _draw_bars(sheet, content)
    _write_tables(sheet, content.tables)
    sheet.add_rule(1700, (_LEFT, _RIGHT), colors["line"])
    sheet.add_text(_LEFT, 1720, content.footer, size=13, color=colors["text3"])
    figure = sheet.finish()
    figure.update_traces(textfont_size=11 * _ZOOM, selector={"type": "bar"})
    return figure


def _write_head(sheet: Sheet, content: ReportContent) -> None:
    c = palette(_THEME).colors
    sheet.add_text(_LEFT, 74, "Fillwise", size=19, color=c["accent"])
    sheet.add_text(_RIGHT, 74, content.prepared, size=15, color=c["text2"], align="right")
    sheet.add_text(_LEFT, 132, content.title, size=31, color=c["text"])
    sheet.add_text(_LEFT, 170, content.subtitle, size=16, color=c["text2"])
    sheet.add_rule(200, (_LEFT, _RIGHT), c["text"], 2)


def _write_kpis(sheet: Sheet, kpis: Sequence[tuple[str, str]]) -> None:
    c = palette(_THEME).colors
    shown = kpis[:6]
    width = (_RIGHT - _LEFT) / max(len(shown), 1)
    for k, (label, value) in enumerate(shown):
        sheet.add_text(_LEFT + k * width, 228, label, size=15, color=c["text2"])
        sheet.add_text(_LEFT + k * width, 262, value, size=23, color=c["text"])
    sheet.add_rule(294, (_LEFT, _RIGHT), c["line"])


def _draw_bars(sheet: Sheet, content: ReportContent) -> None:
    c = palette(_THEME).colors
    middle = (_LEFT + _RIGHT) / 2
    heading, labels, values = content.groups
    halves = (("Net P&L by month", _LEFT, middle - 28), (heading, middle + 28, _RIGHT))
    for text, left, _ in halves:
        sheet.add_text(left, 806, text, size=17, color=c["text"])
    (_, left, right), (_, left_2, right_2) = halves
    months = pl_bars(*content.months, unit=content.unit, theme=_THEME)
    sheet.add_figure(months, Box(left=left, top=828, right=right, bottom=1082))
    groups = pl_bars_h(labels[:_MOST_GROUPS], values[:_MOST_GROUPS], unit=content.unit, theme=_THEME)
    sheet.add_figure(groups, Box(left=left_2, top=828, right=right_2, bottom=1082))


def _write_tables(sheet: Sheet, tables: Sequence[ReportTable]) -> None:
    """Write tables one under the other until the page is full, and say what was left out."""
    top = float(_TABLES_TOP)
    for table in tables:
        room = int((_TABLES_BOTTOM - top) // _ROW) - 2 - bool(table.total)
        if room < 1:
            return
        top = _write_table(sheet, table, top, room) + _ROW * 1.2


def _write_table(sheet: Sheet, table: ReportTable, top: float, room: int) -> float:
    c = palette(_THEME).colors
    _write_row(sheet, table.columns, top, c["text2"])
    sheet.add_rule(top + _ROW / 2, (_LEFT, _RIGHT), c["line"])
    for row in table.rows[:room]:
        top += _ROW
        _write_row(sheet, row, top, c["text"])
    if len(table.rows) > room:
        top += _ROW
        sheet.add_text(_LEFT, top, f"and {plural(len(table.rows) - room, 'more row')}", size=15, color=c["text3"])
    if table.total:
        sheet.add_rule(top + _ROW / 2, (_LEFT, _RIGHT), c["text3"])
        top += _ROW
        _write_row(sheet, tuple(f"<b>{text}</b>" for text in table.total), top, c["text"])
    return top


def _write_row(sheet: Sheet, texts: Sequence[str], y: float, color: str) -> None:
    """Write one row: the first text left, the others right-aligned in equal columns of what is left."""
    first = 300.0
    width = (_RIGHT - _LEFT - first) / max(len(texts) - 1, 1)
    for k, text in enumerate(texts):
        if k:
            sheet.add_text(_LEFT + first + k * width, y, text, size=15, color=color, align="right")
        else:
            sheet.add_text(_LEFT, y, text, size=15, color=color)

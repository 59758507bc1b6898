"""What the charts of a report draw, as tables: a workbook and CSV hold the numbers that paper shows as a picture."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from domain.report_document import Cell, CellKind, CurveChart, HistogramChart, ReportColumn, ReportTable

if TYPE_CHECKING:
    from domain.columns import Series


def curve_points(chart: CurveChart, *, is_daily: bool = False) -> ReportTable:
    """Return the points of a curve and of what is drawn with it, by time; of several at one instant the last.

    Args:
        chart: The curve.
        is_daily: Whether a point is a day, not an instant.
    """
    lines = [(chart.equity, CellKind.PROFIT), (chart.drawdown, _fall_kind(chart))]
    if chart.benchmark is not None:
        lines.append((chart.benchmark, CellKind.PROFIT))
    found: dict[float, list[Cell]] = {}
    for place, (series, _) in enumerate(lines):
        for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True):
            found.setdefault(x, [None] * len(lines))[place] = y
    first = ("day", "Day", CellKind.DAY) if is_daily else ("at", "Time", CellKind.INSTANT)
    return ReportTable(
        columns=(_column(*first), *(_column(f"y{place}", _name(series, place), kind)
                                    for place, (series, kind) in enumerate(lines))),
        rows=tuple((_moment(x, is_daily=is_daily), *cells) for x, cells in sorted(found.items())),
    )  # fmt: skip


def _fall_kind(chart: CurveChart) -> CellKind:
    return CellKind.RETURN if chart.drawdown_unit == "%" else CellKind.PROFIT


def _name(series: Series, place: int) -> str:
    return series.name or ("Cumulative P&L", "Drawdown", "Benchmark")[place]


def _column(key: str, label: str, kind: CellKind) -> ReportColumn:
    return ReportColumn(key=key, label=label, kind=kind)


def _moment(milliseconds: float, *, is_daily: bool) -> date | datetime:
    at = datetime.fromtimestamp(milliseconds / 1_000, UTC)
    return at.date() if is_daily else at


def histogram_points(chart: HistogramChart) -> ReportTable:
    """Return the bins of a histogram; a bin does not hold its upper edge, but for the last."""
    edge = CellKind.R if chart.unit == "R" else CellKind.PROFIT
    return ReportTable(
        columns=(
            _column("low", "From", edge), _column("high", "To", edge), _column("trades", "Trades", CellKind.COUNT)
        ),
        rows=tuple(zip(chart.edges[:-1], chart.edges[1:], chart.counts, strict=True)),
    )  # fmt: skip

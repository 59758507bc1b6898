"""The page of the report, and figures as files."""

from __future__ import annotations

import pytest

from components.figures.canvas import nice_ticks
from components.figures.equity import equity_figure
from components.figures.export import export_figure
from components.figures.report import ReportContent, ReportTable, report_figure
from components.figures.report_charts import chart_figure
from components.figures.theme import palette
from domain.report_document import BarChart
from tests.components.figures.gallery import drawdown, series


def _content(rows: int) -> ReportContent:
    table = ReportTable(
        columns=("Setup", "Trades", "Net P&L"),
        rows=tuple((f"Setup {k}", str(k), f"{k}.00") for k in range(rows)),
        total=("Total", "9", "9.00"),
    )
    return ReportContent(
        title="Performance summary",
        subtitle="1 September to 20 November 2026",
        prepared="20 Nov 2026",
        kpis=(("Net P&L", "+$14,180.67"), ("Win rate", "54.5%")),
        equity=series("Net P&L", 80),
        drawdown=drawdown(80),
        benchmark=series("SPY", 80),
        months=(["Sep", "Oct"], [7291.0, -1179.0]),
        groups=("By symbol", ["PLTR", "META"], [4320.0, -335.0]),
        tables=(table,),
        footer="page 1 of 1",
    )


def test_page_holds_everything() -> None:
    """Head, key figures, curve, drawdown, both bar charts and the table are on one light page of A4 shape."""
    figure = report_figure(_content(4))
    assert (figure.layout.width, figure.layout.height) == (1240, 1754)
    assert figure.layout.paper_bgcolor == "#FFFFFF"
    assert [trace.type for trace in figure.data] == ["scatter", "scatter", "scatter", "bar", "bar"]
    assert len({trace.xaxis or "x" for trace in figure.data}) == 3
    texts = {note.text for note in figure.layout.annotations}
    assert {"Performance summary", "+$14,180.67", "Setup 3", "<b>Total</b>", "PLTR", "Drawdown"} <= texts


def test_panels_do_not_overlap() -> None:
    """The rows of the page follow one another from top to bottom without touching."""
    layout = report_figure(_content(4)).layout.to_plotly_json()
    spans = sorted(axis["domain"] for key, axis in layout.items() if key.startswith("yaxis"))
    columns = [tuple(span) for span in spans]
    curve, fall = max(columns), sorted(columns)[-2]
    bars = columns[0]
    assert bars[1] < fall[0] < fall[1] < curve[0] < curve[1] < 1


def test_long_table_says_what_is_missing() -> None:
    """Rows that do not fit are counted instead of running over the edge."""
    figure = report_figure(_content(60))
    texts = [note.text for note in figure.layout.annotations]
    shown = sum(text.startswith("Setup ") for text in texts)
    assert f"and {60 - shown} more rows" in texts
    assert min(note.y for note in figure.layout.annotations if note.yref == "paper") > 0


def test_empty_report_is_a_page() -> None:
    """Without trades the page still has its head, and sentences where the charts would be."""
    bare = ReportContent(title="Performance summary", subtitle="", prepared="", kpis=(), equity=series("x", 0))
    texts = {note.text for note in report_figure(bare).layout.annotations}
    assert {"Performance summary", "No closed trades in this period.", "No trades in this period."} <= texts


def test_export_adds_title_and_source() -> None:
    """An exported figure has a solid background, title and source; the one on screen is untouched."""
    figure = equity_figure(series("Net P&L", 20), theme="light")
    file = export_figure(figure, title="Equity, 2026", source="Fillwise · IBKR ··4821", theme="light")
    assert file.layout.paper_bgcolor == palette("light").resolve("surface")
    assert (file.layout.width, file.layout.height, file.layout.title.text) == (1280, 640, "Equity, 2026")
    assert file.layout.annotations[-1].text == "Fillwise · IBKR ··4821"
    assert figure.layout.title.text is None
    assert len(figure.layout.annotations) == 0


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (-2_300, 15_000, [0, 5_000, 10_000, 15_000]),
        (0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (-0.042, 0, [-0.04, -0.03, -0.02, -0.01, 0]),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: list[float]) -> None:
    """Ticks are multiples of 1, 2 or 5, inside the range, zero among them."""
    assert nice_ticks(low, high, 6) == pytest.approx(ticks)


@pytest.mark.parametrize("count", [1, 9, 12])
def test_every_bar_of_a_few_is_named(count: int) -> None:
    """Up to a dozen groups all have a name below their bar, short enough to stand beside the next one."""
    labels = tuple(f"Opening range breakout {k}" for k in range(count))
    axis = chart_figure(BarChart(labels=labels, values=(1.0,) * count), unit="USD").layout.xaxis
    assert list(axis.tickvals) == list(range(count))
    assert sum(map(len, axis.ticktext)) <= 118
    assert all(text.startswith("Opening") for text in axis.ticktext)

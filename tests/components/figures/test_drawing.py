"""A printed chart is the figure of the page: the same points, ticks, texts and colours."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from components.figures.drawing import figure_svg
from components.figures.report_charts import chart_figure
from domain.columns import Series
from domain.report_document import BarChart, CurveChart, HistogramChart

SIZE = (720, 292)
X = np.asarray(1.7e12 + np.arange(120) * 86_400_000.0, dtype=np.float64)
Y = np.asarray(np.cumsum(np.sin(np.arange(120.0))) * 100, dtype=np.float64)
FALL = np.asarray(np.minimum(Y - np.maximum.accumulate(np.maximum(Y, 0)), 0) / 1e4, dtype=np.float64)
CURVE = CurveChart(
    equity=Series(name="Net", x=X, y=Y),
    drawdown=Series(name="Drawdown", x=X, y=FALL),
    drawdown_unit="%",
    benchmark=Series(name="SPY", x=X, y=np.linspace(0, 90, 120)),
)


def drawn(figure: Any) -> list[ET.Element]:
    """Every element of a drawing, without the namespace."""
    elements = list(ET.fromstring(figure_svg(figure, size=SIZE)).iter())
    for element in elements:
        element.tag = element.tag.rpartition("}")[2]
    return elements


def lines(elements: list[ET.Element]) -> list[np.ndarray]:
    """The points of every line, in pixels."""
    return [
        np.array([[float(part) for part in point.split(",")] for point in str(element.get("points")).split()])
        for element in elements
        if element.tag == "polyline"
    ]


def test_lines_are_those_of_the_figure() -> None:
    """Each line has a point for each of the figure's, and heights differ as the figure's values do."""
    figure = chart_figure(CURVE, unit="USD")
    found = lines(drawn(figure))
    assert len(found) == len(figure.data) == 3
    for line, trace in zip(found, figure.data, strict=True):
        values = np.asarray(trace.y)
        assert len(line) == len(values)
        slope, offset = np.polyfit(values, line[:, 1], 1)
        assert slope < 0, "higher values are drawn higher"
        assert np.abs(slope * values + offset - line[:, 1]).max() <= 0.06, "a twentieth of a pixel"


def test_ticks_and_notes_are_written_as_the_figure_writes_them() -> None:
    """Every tick text of the value axes and every note is in the drawing, and the days of the time axis."""
    figure = chart_figure(CURVE, unit="USD")
    texts = [str(element.text) for element in drawn(figure) if element.tag == "text"]
    for axis in (figure.layout.yaxis, figure.layout.yaxis2):
        assert set(axis.ticktext) <= set(texts)
    assert "Drawdown" in texts
    assert "Dec" in texts


def test_the_accent_of_the_report_colours_its_own_curve_alone() -> None:
    """The own curve and its fade take the accent; the drawdown keeps the colour of losses."""
    strokes = [e.get("stroke") for e in drawn(chart_figure(CURVE, unit="%", accent="#0e7f73")) if e.tag == "polyline"]
    assert strokes[0] == "#0e7f73"
    assert strokes[2] == chart_figure(CURVE, unit="%").data[2].line.color
    amounts = BarChart(labels=("Jan", "Feb"), values=(1.0, 2.0), is_amount=True)
    bars = [e for e in drawn(chart_figure(amounts, unit="USD", accent="#0e7f73")) if e.tag == "rect"]
    assert {bar.get("fill") for bar in bars} == {"#0e7f73"}


@pytest.mark.parametrize("values", [(3.0, -1.5, 0.5), tuple(float(k) - 20 for k in range(40))])
def test_bars_are_as_high_as_their_values(values: tuple[float, ...]) -> None:
    """Heights are proportional to the values of the figure, up or down from zero, coloured by sign."""
    figure = chart_figure(BarChart(labels=tuple(f"Group {k}" for k in range(len(values))), values=values), unit="USD")
    bars = [element for element in drawn(figure) if element.tag == "rect"]
    shown = np.asarray(figure.data[0].y)
    assert len(bars) == len(shown) <= 24
    heights = np.array([float(str(bar.get("height"))) for bar in bars])
    big = np.abs(shown) > 0.05 * np.abs(shown).max()
    assert np.allclose(heights[big] / np.abs(shown[big]), (heights[big] / np.abs(shown[big]))[0], rtol=0.05)
    assert [bar.get("fill") for bar in bars] == list(figure.data[0].marker.color)


def test_a_histogram_has_a_bar_for_every_bin() -> None:
    """Bins stand side by side over the ticks of the figure."""
    figure = chart_figure(HistogramChart(edges=(-1.0, 0.0, 1.0, 2.0), counts=(4, 2, 1), unit="R"), unit="USD")
    elements = drawn(figure)
    heights = [float(str(element.get("height"))) for element in elements if element.tag == "rect"]
    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert {"−1R", "+2R"} <= {str(element.text) for element in elements}

"""Equity and drawdown."""

from __future__ import annotations

from typing import Any

import numpy as np

from components.figures.equity import describe_equity, equity_figure
from domain.columns import Series
from tests.components.figures.gallery import drawdown, series


def _structure(figure: Any) -> list[tuple[str, str, str, int]]:
    return [(trace.type, trace.meta["role"], trace.yaxis or "y", len(trace.x)) for trace in figure.data]


def test_two_rows() -> None:
    """Own curve, benchmark and drawdown: three lines, the last in a row of its own of 24 %."""
    figure = equity_figure(series("Net P&L", 50), drawdown(50), benchmark=series("SPY", 50))
    assert _structure(figure) == [
        ("scatter", "accent", "y", 50),
        ("scatter", "bench", "y", 50),
        ("scatter", "loss", "y2", 50),
    ]
    upper, lower = figure.layout.yaxis.domain, figure.layout.yaxis2.domain
    assert round((lower[1] - lower[0]) / (lower[1] - lower[0] + upper[1] - upper[0]), 2) in (0.24, 0.25)
    assert figure.data[1].line.dash == "4px,3px"
    assert figure.layout.yaxis2.range[1] == 0


def test_one_row_without_drawdown() -> None:
    """Without a drawdown the curve takes the whole height."""
    figure = equity_figure(series("Portfolio", 50), unit="%")
    assert len(figure.data) == 1
    assert figure.layout.yaxis.domain == (0, 1)


def test_long_curve_is_thinned_with_its_extremes() -> None:
    """A curve of 100,000 points is sent as at most 2,000, highest and lowest among them."""
    long = series("Net P&L", 100_000)
    drawn = equity_figure(long).data[0]
    assert len(drawn.y) <= 2_000
    assert (min(drawn.y), max(drawn.y)) == (long.y.min(), long.y.max())


def test_x_is_epoch_milliseconds() -> None:
    """Times travel as float64 milliseconds, not as texts."""
    x = equity_figure(series("Net P&L", 5)).data[0].x
    assert np.asarray(x).dtype == np.float64


def test_sentence() -> None:
    """The sentence names period, result, benchmark and largest drawdown."""
    x = np.array([0.0, 86_400_000.0])
    equity = Series(name="Net P&L", x=x, y=np.array([-5.0, 1200.5]))
    fall = Series(name="Drawdown", x=x, y=np.array([-0.042, 0.0]))
    other = Series(name="SPY", x=x, y=np.array([0.0, -20.0]))
    assert describe_equity(equity, fall, benchmark=other) == (
        "Net P&L from 1 Jan 1970 to 2 Jan 1970 ends at +$1,200.50, SPY at −$20.00, the largest drawdown is −4.2%."
    )

"""A figure over a moving window of trades, with its value over all of them."""

from __future__ import annotations

import plotly.graph_objects as go

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    start_figure,
    value_axis,
    value_range,
)
from components.figures.numerals import plural, value_text, value_texts
from components.figures.wall_time import day_text
from domain.columns import Series

_EMPTY = "Fewer trades than one window: choose a shorter one or a wider filter."


def trend_figure(
    trend: Series, *, whole: float | None, what: str, theme: str = "dark", uirevision: str = "trend"
) -> go.Figure:
    """Draw a moving figure by the number of the window's last trade, and a dashed line at the figure of all trades.

    Args:
        trend: x numbers of trades, float64, y in its `unit`; `extra["at"]` holds epoch milliseconds.
        whole: The figure of all trades, None when undefined.
        what: Name of the figure.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    if not len(trend.y):
        return empty_figure(_EMPTY, theme=theme)
    figure = start_figure(theme, uirevision, hovermode="x", dragmode=False)
    days = [day_text(at) for at in trend.extra["at"].tolist()]
    texts = [
        f"{text}<br>up to trade {int(number):,}, {day}"
        for text, number, day in zip(_texts(trend), trend.x.tolist(), days, strict=True)
    ]
    line = go.Scatter(
        x=trend.x, y=trend.y, mode="lines", name=what, customdata=texts, hovertemplate="%{customdata}<extra></extra>"
    )
    line.update(line={"width": 1.8})
    figure.add_trace(paint_trace(line, "accent", {"line.color": "accent"}, theme))
    levels = [] if whole is None else [whole]
    span = value_range(trend.y, levels, zero=trend.unit != "%" or float(trend.y.min()) < 0.2)
    figure.update_layout(
        xaxis={"tickformat": ",d", "nticks": 9, "range": [float(trend.x[0]), float(trend.x[-1])], "fixedrange": True},
        yaxis=value_axis(span, trend.unit),
        shapes=[
            level_line(0, theme),
            *(level_line(level, theme, role="text2", dash="4px,4px") for level in levels),
        ],
    )
    return figure


def _texts(trend: Series) -> list[str]:
    return value_texts(trend.y.tolist(), trend.unit, signed=trend.unit not in ("", "%"))


def describe_trend(trend: Series, *, whole: float | None, what: str, window: int) -> str:
    """Say in one sentence where the figure stands and where it has been."""
    if not len(trend.y):
        return _EMPTY
    now, low, high = (value_text(float(value), trend.unit) for value in (trend.y[-1], trend.y.min(), trend.y.max()))
    rest = "" if whole is None else f", {value_text(whole, trend.unit)} over all trades"
    return f"{what} over {plural(window, 'trade')}: {now} now, between {low} and {high}{rest}."

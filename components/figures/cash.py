"""The balance of an account over time: a stepped line, with the days on which the broker's differs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
import plotly.graph_objects as go

from components.figures.canvas import (
    empty_figure,
    level_line,
    paint_trace,
    start_figure,
    time_axis,
    value_axis,
    value_range,
)
from components.figures.numerals import value_text, value_texts
from components.figures.thinning import line_rows
from components.figures.wall_time import DAY_MS, day_text
from domain.columns import Series

if TYPE_CHECKING:
    from domain.cash import CashStatement

_EPOCH = date(1970, 1, 1)
_EMPTY = "No cash moved in this period."


def balance_series(statement: CashStatement) -> tuple[Series, tuple[int, ...]]:
    """Return the balance of each day as a line, and the rows of the days on which the broker's differs."""
    days = np.array([(step.day - _EPOCH).days for step in statement.steps], dtype=np.float64)
    values = np.array([float(step.balance) for step in statement.steps], dtype=np.float64)
    check, zone = statement.check, ZoneInfo(statement.timezone)
    gaps = [check.first, *check.others] if check.first else []
    broken = {(item.at.astimezone(zone).date() - _EPOCH).days for item in gaps}
    rows = tuple(row for row, day in enumerate(days.tolist()) if int(day) in broken)
    return Series(name="Balance", x=days * DAY_MS, y=values, unit=statement.choice.currency), rows


def cash_figure(
    balance: Series, *, unit: str, breaks: Sequence[int] = (), theme: str = "dark", uirevision: str = "cash"
) -> go.Figure:
    """Draw the balance at the end of each day; between two days it stands still.

    Args:
        balance: x float64 epoch milliseconds of local days, y float64 in `unit`.
        unit: Currency code.
        breaks: Rows of the days on which a printed balance differs from ours.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    if not len(balance.y):
        return empty_figure(_EMPTY, theme=theme)
    x_range = [float(balance.x[0]), float(balance.x[-1])] if len(balance.x) > 1 else None
    layout: dict[str, Any] = {
        "xaxis": time_axis(range=x_range),
        "yaxis": value_axis(value_range(balance.y), unit),
        "shapes": [level_line(0, theme)],
    }
    figure = start_figure(theme, uirevision, **layout).add_trace(_line(balance, unit, theme))
    return figure.add_trace(_marks(balance, breaks, unit, theme)) if breaks else figure


def describe_cash(balance: Series, *, unit: str) -> str:
    """Say in one sentence what the line shows."""
    if not len(balance.y):
        return _EMPTY
    first, last = (value_text(float(balance.y[row]), unit) for row in (0, -1))
    return f"Cash balance from {first} on {day_text(balance.x[0])} to {last} on {day_text(balance.x[-1])}."


def _line(balance: Series, unit: str, theme: str) -> go.Scatter:
    rows = line_rows(balance.y)
    y = balance.y[rows]
    trace = go.Scatter(
        x=balance.x[rows],
        y=y,
        name="Balance",
        mode="lines" if len(y) > 1 else "markers",
        line={"width": 1.75, "shape": "hv"},
        fill="tozeroy",
        fillgradient={"type": "vertical"},
        customdata=value_texts(y, unit),
        hovertemplate="%{customdata}",
    )
    return paint_trace(trace, "accent", {"line.color": "accent", "fillgradient.colorscale": "fade:accent@0.2"}, theme)


def _marks(balance: Series, breaks: Sequence[int], unit: str, theme: str) -> go.Scatter:
    rows = list(breaks)
    trace = go.Scatter(
        x=balance.x[rows],
        y=balance.y[rows],
        name="Differs from the broker",
        mode="markers",
        marker={"size": 9, "symbol": "diamond"},
        customdata=value_texts(balance.y[rows], unit),
        hovertemplate="%{customdata}, the broker prints another balance",
    )
    return paint_trace(trace, "loss", {"marker.color": "loss"}, theme)

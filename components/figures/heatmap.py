"""Heat maps: a grid of values, and a year of days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike, NDArray

from components.figures.canvas import empty_figure, paint_trace, painted_item, start_figure, text_pixels
from components.figures.numerals import plural, value_text, value_texts

Floats = NDArray[np.float64]

_EMPTY = "Nothing to compare yet."
_MOST_PRINTED = 300  # cells; more do not leave room for a number
_EPOCH = date(1970, 1, 1)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def heatmap_figure(
    z: ArrayLike,
    x: Sequence[str],
    y: Sequence[str],
    *,
    unit: str = "",
    chosen: tuple[int, int] | None = None,
    middle: float = 0.0,
    theme: str = "dark",
    uirevision: str = "heatmap",
) -> go.Figure:
    """Draw a grid of values on the ramp of loss and profit, centred on zero, each value printed.

    Args:
        z: Values, rows x columns; NaN is an empty cell.
        x: Names of the columns.
        y: Names of the rows, top to bottom.
        unit: Currency code, "%", "R" or "" (plain, two decimals).
        chosen: (row, column) of the cell to outline.
        middle: Value without a colour of its own: 0 for money, 0.5 for a win rate, 1 for a profit factor.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    values = np.atleast_2d(np.asarray(z, dtype=np.float64))
    if not np.isfinite(values).any():
        return empty_figure(_EMPTY, theme=theme)
    size = float(np.nanmax(np.abs(values - middle))) or 1.0
    texts = _cell_texts(values, unit)
    columns, rows = np.arange(values.shape[1], dtype=np.float64), np.arange(values.shape[0], dtype=np.float64)
    names = [[f"{b} · {a}" for a in x] for b in y]
    trace = go.Heatmap(z=values, x=columns, y=rows, text=texts, customdata=names, name="")
    trace.update(zmin=middle - size, zmax=middle + size)
    trace.update(hovertemplate="%{customdata}<br>%{text}<extra></extra>", hoverongaps=False)
    if values.size <= _MOST_PRINTED:
        trace.update(texttemplate="%{text}")
    figure = start_figure(
        theme,
        uirevision,
        dragmode=False,
        hovermode="closest",
        margin={"l": text_pixels(y, size=6.6) + 10, "r": 0, "t": 4, "b": 24},
    )
    figure.add_trace(paint_trace(trace, "ramp", {"colorscale": "scale:ramp", "textfont.color": "text"}, theme))
    figure.update_layout(
        xaxis=_names_axis(x),
        yaxis={**_names_axis(y), "side": "left", "range": [len(y) - 0.5, -0.5]},
        shapes=[_outline(*chosen, theme)] if chosen else [],
    )
    return figure


def year_heatmap(
    days: ArrayLike,
    values: ArrayLike,
    *,
    year: int,
    unit: str = "USD",
    levels: Sequence[float] = (200.0, 500.0, 1000.0),
    theme: str = "dark",
    uirevision: str = "year",
) -> go.Figure:
    """Draw the days of a year, a column a week, coloured by the size of the day's result.

    Weekends are drawn only if one of them has a result. `customdata` of a cell is its ISO date.

    Args:
        days: Trading days as days since 1970, any order; those of other years are left out.
        values: Result of each day in `unit`; several rows of one day are added.
        year: The year.
        unit: Currency code, "%" or "R".
        levels: Sizes where the colour gets a step stronger, three ascending numbers.
        theme: "dark" or "light".
        uirevision: Zoom is kept while this stays the same.
    """
    results = _results_by_date(days, values, year)
    height = 7 if any(day.weekday() > 4 for day in results) else 5
    grid = _year_grid(year, height)
    figure = start_figure(
        theme, uirevision, dragmode=False, hovermode="closest", margin={"l": 0, "r": 0, "t": 20, "b": 0}
    )
    figure.add_traces(_year_traces(grid, results, (unit, tuple(levels)), theme))
    figure.update_layout(
        xaxis={**_month_axis(year, len(grid[0])), "showgrid": False},
        yaxis={**_names_axis(_WEEKDAYS[:height], every=2), "side": "left", "range": [height - 0.5, -0.5]},
    )
    return figure


def describe_heatmap(z: ArrayLike, x: Sequence[str], y: Sequence[str], *, unit: str = "") -> str:
    """Say in one sentence where the highest and the lowest value are."""
    values = np.atleast_2d(np.asarray(z, dtype=np.float64))
    if not np.isfinite(values).any():
        return _EMPTY
    places = [np.unravel_index(pick(values), values.shape) for pick in (np.nanargmax, np.nanargmin)]
    high, low = (f"{value_text(float(values[p]), unit)} at {y[int(p[0])]}, {x[int(p[1])]}" for p in places)
    return f"Grid of {values.shape[0]} by {values.shape[1]} values: highest {high}; lowest {low}."


def describe_year(days: ArrayLike, values: ArrayLike, *, year: int, unit: str = "USD") -> str:
    """Say in one sentence how many days of the year were up and down, and their sum."""
    results = _results_by_date(days, values, year)
    if not results:
        return f"No trading days in {year}."
    up, down = (sum(sign * value > 0 for value in results.values()) for sign in (1, -1))
    total = value_text(sum(results.values()), unit, signed=True)
    return f"{year}: {plural(len(results), 'trading day')}, {up} up and {down} down, {total} in all."


def _cell_texts(values: Floats, unit: str) -> list[list[str]]:
    places = 0 if unit not in ("", "%", "R") else None
    signed = unit != ""
    return [
        ["" if text == "–" else text for text in value_texts(row, unit, places=places, signed=signed)] for row in values
    ]


def _names_axis(names: Sequence[str], *, every: int = 1) -> dict[str, Any]:
    return {
        "tickvals": list(range(0, len(names), every)),
        "ticktext": list(names[::every]),
        "range": [-0.5, len(names) - 0.5],
        "showgrid": False,
        "showspikes": False,
        "fixedrange": True,
    }


def _outline(row: int, column: int, theme: str) -> dict[str, Any]:
    shape = {"type": "rect", "x0": column - 0.47, "x1": column + 0.47, "y0": row - 0.46, "y1": row + 0.46}
    return painted_item({**shape, "line": {"width": 2}}, {"line.color": "text"}, theme)


def _results_by_date(days: ArrayLike, values: ArrayLike, year: int) -> dict[date, float]:
    results: dict[date, float] = {}
    for day, value in zip(np.asarray(days).tolist(), np.asarray(values, dtype=np.float64).tolist(), strict=True):
        at = _EPOCH + timedelta(days=int(day))
        if at.year == year:
            results[at] = results.get(at, 0.0) + value
    return results


def _year_grid(year: int, height: int) -> list[list[date | None]]:
    """Return dates by weekday and week; None outside the year."""
    first = date(year, 1, 1)
    monday = first - timedelta(days=first.weekday())
    weeks = (date(year, 12, 31) - monday).days // 7 + 1
    cells = [[monday + timedelta(days=7 * week + day) for week in range(weeks)] for day in range(height)]
    return [[at if at.year == year else None for at in row] for row in cells]


def _year_traces(
    grid: list[list[date | None]], results: dict[date, float], scale: tuple[str, tuple[float, ...]], theme: str
) -> list[Any]:
    unit, levels = scale
    values = np.array([[results.get(at, np.nan) if at else np.nan for at in row] for row in grid])
    steps = np.sign(values) * (1 + np.digitize(np.abs(values), levels))
    dates = [[at.isoformat() if at else "" for at in row] for row in grid]
    texts = [[_day_text(at, results, unit) for at in row] for row in grid]
    marks = [["▼" if value < 0 else "" for value in row] for row in values]
    blank = go.Heatmap(z=np.where([[bool(d) for d in row] for row in dates], 0.0, np.nan), hoverinfo="skip")
    shown = go.Heatmap(
        z=steps, zmin=-4.5, zmax=4.5, text=marks, customdata=dates, hovertext=texts, texttemplate="%{text}"
    )
    shown.update(hovertemplate="%{hovertext}<extra></extra>", hoverongaps=False, textfont={"size": 8})
    return [
        paint_trace(blank, "overlay", {"colorscale": "flat:grid"}, theme),
        paint_trace(shown, "ramp", {"colorscale": "scale:ramp", "textfont.color": "text"}, theme),
    ]


def _day_text(at: date | None, results: dict[date, float], unit: str) -> str:
    if at is None or at not in results:
        return ""
    return f"{at:%a} {at.day} {at:%b %Y}<br>{value_text(results[at], unit, signed=True)}"


def _month_axis(year: int, weeks: int) -> dict[str, Any]:
    first = date(year, 1, 1)
    starts = [date(year, month, 1) for month in range(1, 13)]
    columns = [((start - first).days + first.weekday()) // 7 for start in starts]
    axis = _names_axis([f"{start:%b}" for start in starts])
    return {**axis, "tickvals": columns, "side": "top", "range": [-0.5, weeks - 0.5]}

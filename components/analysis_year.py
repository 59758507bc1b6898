"""A year of days as a heat map: which years there are, the drawing, and the day of a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.filters import Basis

if TYPE_CHECKING:
    from domain.performance import DayTotal

_EPOCH = date(1970, 1, 1)


def years_of(days: Mapping[date, DayTotal]) -> list[int]:
    """Return the years with a result, newest first."""
    return sorted({day.year for day in days}, reverse=True)


def chosen_year(text: str, years: Sequence[int]) -> int:
    """Return the year of an address, else the newest with a result."""
    if text.isdecimal() and len(text) == 4:
        return int(text)
    return years[0] if years else date.min.year


def draw(days: Mapping[date, DayTotal], year: int, *, unit: str, basis: Basis, theme: str) -> tuple[Any, str]:
    """Return the heat map of a year and its sentence."""
    from components.figures.heatmap import describe_year, year_heatmap

    shown = sorted((day, item) for day, item in days.items() if day.year == year)
    numbers = [(day - _EPOCH).days for day, _ in shown]
    values = [item.profit(gross=basis is Basis.GROSS) for _, item in shown]
    figure = year_heatmap(numbers, values, year=year, unit=unit, levels=levels(values), theme=theme)
    return figure, describe_year(numbers, values, year=year, unit=unit)


def levels(values: Sequence[float]) -> tuple[float, float, float]:
    """Return where the colour gets stronger: quartiles of the days' sizes."""
    sizes = sorted(abs(value) for value in values if value)
    if not sizes:
        return 1.0, 2.0, 3.0
    first, second, third = (sizes[min(len(sizes) - 1, int(len(sizes) * part))] for part in (0.25, 0.5, 0.8))
    return first, max(second, first * 1.0001), max(third, second * 1.0002, first * 1.0002)


def clicked_day(click: Mapping[str, Any] | None) -> str:
    """Return the ISO date of a clicked cell, "" when it names none."""
    point = ((click or {}).get("points") or [{}])[0]
    custom = point.get("customdata")
    return custom if isinstance(custom, str) and len(custom) == 10 else ""

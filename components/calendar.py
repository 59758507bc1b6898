"""The P&L calendar: a month of day cells with a week column, and the strip of a year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dash import dcc, html

from components.format import day, tone
from components.icons import icon
from components.moments import day_short

Child = Any
DEFAULT_STEPS = (200.0, 500.0, 1000.0)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One trading day of the calendar.

    Attributes:
        value: Net of the day in the shown unit, None without trades.
        text: Its text for the cell, e.g. "+$1,209".
        short: Shorter text for large cells on phones, "" for the same.
        detail: Second line in large cells, e.g. "5 trades, 100% won".
        level: −4 … 4, from `level_of`.
        note: Whether there is a day note.
        closed: Reason when the exchange is closed or closes early ("closed", "closes 13:00").
    """

    value: float | None = None
    text: str = ""
    short: str = ""
    detail: str = ""
    level: int = 0
    note: bool = False
    closed: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The sum of a calendar week (ISO), shown at the end of its row."""

    value: float | None = None
    text: str = ""
    detail: str = ""
    href: str = ""


def level_of(value: float | None, steps: Sequence[float] = DEFAULT_STEPS) -> int:
    """Return the colour step of a P&L: 0 for none or zero, ±1 below the first step … ±4 from the last on."""
    if not value:
        return 0
    size = 1 + sum(abs(value) >= step for step in steps[:3])
    return size if value > 0 else -size


def _level_class(level: int) -> str:
    return "z0" if level == 0 else f"{'p' if level > 0 else 'n'}{abs(level)}"


def month_grid(
    month: date,
    days: Mapping[date, Day],
    *,
    today: date,
    weeks: Mapping[date, Week] | None = None,
    selected: date | None = None,
    id_of: Callable[[date], Any] | None = None,
    large: bool = False,
) -> html.Div:
    """Return the grid of a month, Monday first; weekends appear only if they were traded.

    Args:
        month: Any day of it.
        days: Days with trades, notes or closures.
        today: Gets the accent ring; later days are future.
        weeks: Sums by the week's Monday.
        selected: Gets the text ring.
        id_of: Makes a component id for a day (then its cell is a button); e.g. a pattern-matching dict.
        large: Whether cells show cents and the second line (Calendar page).
    """
    first = month.replace(day=1)
    start = first - timedelta(days=first.weekday())
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    shown = _weekday_count(first, last, days)
    cells: list[Child] = [html.Div(name, className="wd") for name in _WEEKDAYS[:shown]]
    cells.append(html.Div("Week", className="wd"))
    # A month that begins on a weekend nobody trades starts with its first full row.
    monday = start if first.weekday() < shown else start + timedelta(days=7)
    while monday <= last:
        row = [monday + timedelta(days=k) for k in range(shown)]
        cells += [_cell(each, days.get(each), month=first, today=today, selected=selected, id_of=id_of) for each in row]
        cells.append(_week_cell(monday, (weeks or {}).get(monday)))
        monday += timedelta(days=7)
    return html.Div(
        cells, className=f"fw-cal fw-num{' large' if large else ''}", style={"--days": str(shown)}, role="grid"
    )


def _weekday_count(first: date, last: date, days: Mapping[date, Day]) -> int:
    traded = [each.weekday() for each, entry in days.items() if first <= each <= last and entry.value is not None]
    return max(5, *(weekday + 1 for weekday in traded)) if traded else 5


def _cell(
    each: date,
    entry: Day | None,
    *,
    month: date,
    today: date,
    selected: date | None,
    id_of: Callable[[date], Any] | None,
) -> html.Div | html.Button | dcc.Link:
    inside = (each.year, each.month) == (month.year, month.month)
    entry = entry if inside and entry else Day()
    has_value = entry.value is not None
    flags = {
        "out": not inside,
        "fut": inside and each > today,
        "none": inside and not has_value,
        "today": inside and each == today,
        "sel": inside and each == selected,
        "pos": (entry.value or 0) > 0,
        "neg": (entry.value or 0) < 0,
        _level_class(entry.level): has_value,
    }
    classes = " ".join(["d", *(name for name, on in flags.items() if on)])
    parts = _cell_parts(each, entry, inside=inside)
    spoken = f"{day(each)}: {entry.text}, {entry.detail}".rstrip(", ") if has_value else day(each)
    if id_of is None and entry.href:
        return dcc.Link(parts, href=entry.href, className=classes, title="The trades closed on this day")
    if id_of is None or not inside:
        return html.Div(parts, className=classes, **{"aria-label": spoken})
    return html.Button(parts, id=id_of(each), className=classes, type="button", **{"aria-label": spoken})


def _cell_parts(each: date, entry: Day, *, inside: bool) -> list[Child]:
    """Return what a day's cell shows: its number with its marks, and its result."""
    number: list[Child] = [str(each.day) if inside else day_short(each)]
    if entry.closed:
        number.append(html.Span(f" {entry.closed}", className="cl"))
    if entry.note:
        number.append(icon("square-pen", size=11, label="has a note"))
    parts: list[Child] = [html.Span(number, className="n")]
    if entry.value is not None:
        foot = [html.Span(entry.text, className="p hide-m" if entry.short else "p")]
        if entry.short:
            foot.append(html.Span(entry.short, className="p only-m"))
        if entry.detail:
            foot.append(html.Span(entry.detail, className="t"))
        parts.append(html.Span(foot, className="f"))
    return parts


def _week_cell(monday: date, week: Week | None) -> html.Div | dcc.Link:
    if week is None or week.value is None:
        return html.Div(className="d out")
    parts = [
        html.Span(
            [
                html.Span(f"Week {monday.isocalendar().week}", className="wn"),
                html.Span(week.detail, className="wd2"),
            ],
            className="n",
        ),
        html.Span(
            [html.Span(week.text, className=f"p fw-{tone(week.value)}"), html.Span(week.detail, className="t")],
            className="f",
        ),
    ]
    if week.href:
        return dcc.Link(parts, href=week.href, className="d wk", title="The trades closed in this week")
    return html.Div(parts, className="d wk")


def year_strip(
    year: int,
    days: Mapping[date, Day],
    *,
    today: date,
    href_of: Callable[[date], str] | None = None,
    selected: date | None = None,
) -> html.Div:
    """Return the weeks of a year as columns of small cells; losses carry ▼.

    Args:
        year: Calendar year.
        days: Days with trades.
        today: Later days are drawn empty.
        href_of: Address of a month (its first day), linked from the month names.
        selected: A day of the month to point out.
    """
    first = date(year, 1, 1)
    start = first - timedelta(days=first.weekday())
    columns = (date(year, 12, 31) - start).days // 7 + 1
    rows = 7 if any(each.weekday() > 4 and entry.value is not None for each, entry in days.items()) else 5
    names = [_month_name(date(year, number, 1), start, href_of, selected) for number in range(1, 13)]
    labels = [
        html.Span(_WEEKDAYS[k], className="wd", style={"gridRow": str(k + 2), "gridColumn": "1"}) for k in (0, 2, 4)
    ]
    cells = [
        _small_cell(each, days.get(each), today=today, column=week + 2)
        for week in range(columns)
        for each in (start + timedelta(days=7 * week + k) for k in range(rows))
        if each.year == year
    ]
    style = {"--weeks": str(columns), "--rows": str(rows)}
    return html.Div([*names, *labels, *cells], className="fw-year fw-num", style=style)


def _month_name(
    first: date, start: date, href_of: Callable[[date], str] | None, selected: date | None
) -> html.Span | html.A:
    style = {"gridRow": "1", "gridColumn": f"{(first - start).days // 7 + 2} / span 4"}
    on = selected is not None and (selected.year, selected.month) == (first.year, first.month)
    classes = f"mn{' on' if on else ''}"
    if href_of is None:
        return html.Span(_MONTHS[first.month - 1], className=classes, style=style)
    return html.A(_MONTHS[first.month - 1], href=href_of(first), className=classes, style=style)


def _small_cell(each: date, entry: Day | None, *, today: date, column: int) -> html.I | dcc.Link:
    classes = ["y"]
    title = day(each)
    if entry is not None and entry.value is not None:
        classes.append(_level_class(entry.level))
        title = f"{title}: {entry.text}"
        if entry.value < 0:
            classes.append("neg")
    elif each > today:
        classes.append("fut")
    if each == today:
        classes.append("today")
    style = {"gridRow": str(each.weekday() + 2), "gridColumn": str(column)}
    if entry is not None and entry.href:
        spoken = html.Span(title, className="sr")
        return dcc.Link(spoken, href=entry.href, className=" ".join(classes), title=title, style=style)
    return html.I(className=" ".join(classes), title=title, style=style)


def ramp_legend(low: str, high: str) -> html.Span:
    """Return the nine colour steps between their two end labels."""
    steps = [html.I(className=_level_class(level)) for level in range(-4, 5)]
    return html.Span([low, *steps, high], className="fw-ramp fw-num")

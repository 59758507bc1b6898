"""Calendar: every trading day of a year, a month in detail, one day with its trades and note."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from dash import ALL, ctx, dcc, html
from dash.exceptions import PreventUpdate

from components import calendar as grid
from components import calendar_panels as panels
from components import cards, charts, controls, feedback, forms
from components.trade_filters import page_href
from domain.errors import InvalidInputError
from domain.periods import month_shift
from web.charts import theme
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell, read_filter

if TYPE_CHECKING:
    from domain.performance import DayTotal


MOST = 100  # trades of a day that are listed here


class Ids(StrEnum):
    """Ids of this page."""

    YEAR_TITLE = "calendar-year-title"
    YEAR = "calendar-year"
    MONTH = "calendar-month"
    MONTH_TITLE = "calendar-month-title"
    MONTH_STATS = "calendar-month-stats"
    EARLIER = "calendar-earlier"
    LATER = "calendar-later"
    NOW = "calendar-now"
    DAY = "calendar-day"
    CHOSEN = "calendar-chosen"
    DAY_HEAD = "calendar-day-head"
    DAY_CURVE = "calendar-day-curve"
    DAY_CURVE_LABEL = "calendar-day-curve-label"
    DAY_TRADES = "calendar-day-trades"
    NOTE = "calendar-note"
    NOTE_STATE = "calendar-note-state"
    JOURNAL = "calendar-journal"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    year = cards.card(
        html.Span(id=Ids.YEAR_TITLE),
        html.Div(feedback.skeleton_chart(110), id=Ids.YEAR),
        subtitle="daily P&L by exit",
        controls=grid.ramp_legend("−$1k", "+$1k"),
    )
    day = html.Section(
        [
            html.Div(id=Ids.DAY_HEAD, className="fw-day-head"),
            charts.graph(Ids.DAY_CURVE, label="P&L of the day", label_id=Ids.DAY_CURVE_LABEL, height=120),
            html.Div(feedback.skeleton_table(4), id=Ids.DAY_TRADES),
            html.Div(
                [
                    html.Div(
                        [
                            html.Span("Day note", className="cap"),
                            html.Span(id=Ids.NOTE_STATE, className="fw-weak"),
                            html.Span(id=Ids.JOURNAL),
                        ]
                    ),
                    forms.text_area(
                        Ids.NOTE, placeholder="How was the day? Plan, sleep, mistakes, one thing to keep.", rows=5
                    ),
                ],
                className="fw-day-note",
            ),
        ],
        className="fw-card fw-day",
    )
    return html.Div(
        [dcc.Store(id=Ids.CHOSEN), year, html.Div([month_card(), day], className="g cal")], className="fw-stack"
    )


def month_card() -> html.Section:
    """Return the card of the month: turning, its figures, its days."""
    turn = html.Div(
        [
            controls.icon_button("chevron-left", "Previous month", id=Ids.EARLIER, small=True),
            html.H2(id=Ids.MONTH_TITLE, className="fw-month"),
            controls.icon_button("chevron-right", "Next month", id=Ids.LATER, small=True),
            controls.button("Today", id=Ids.NOW, size="xs"),
            html.Div(id=Ids.MONTH_STATS, className="fw-month-stats fw-num"),
            html.A("CSV", href="/export/days.csv", className="fw-btn xs ghost", download=""),
        ],
        className="fw-card-h fw-month-head",
    )
    return html.Section(
        [turn, html.Div(html.Div(feedback.skeleton_chart(420), id=Ids.MONTH), className="fw-card-b")],
        className="fw-card",
    )


PAGE = Page(module=__name__, path="/calendar", title="Calendar", order=30, icon="calendar", key="C", layout=layout)


def shown_month(search: str | None, newest: date) -> date:
    """Return the month of the address ("?month=2026-10"), else that of the newest day."""
    text = parse_qs((search or "").lstrip("?")).get("month", [""])[0]
    try:
        return date.fromisoformat(f"{text}-01") if text else newest.replace(day=1)
    except ValueError as error:
        raise InvalidInputError(f"{text[:20]!r} is not a month.", hint="For example 2026-10.") from error


def shown_day(picked: str | None, month: date, found: Mapping[date, DayTotal], today: date) -> date:
    """Return the picked day, else the one its month opens on."""
    return date.fromisoformat(picked) if picked else panels.opening_day(found, month, today)


def month_search(search: str | None, month: date) -> str:
    """Return the query with another month, the filter kept."""
    kept = [part for part in (search or "").lstrip("?").split("&") if part and not part.startswith("month=")]
    return "?" + "&".join([*kept, f"month={month:%Y-%m}"])


@PAGE.callback(
    Output(Ids.YEAR, "children"),
    Output(Ids.YEAR_TITLE, "children"),
    Output(Ids.MONTH, "children"),
    Output(Ids.MONTH_TITLE, "children"),
    Output(Ids.MONTH_STATS, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
    Input(Ids.CHOSEN, "data"),
)
def fill_calendar(query: str | None, search: str | None, picked: str | None) -> tuple[Any, ...]:
    """Draw the year and the month of the address."""
    from components.calendar_days import calendar_days, calendar_weeks

    chosen, owner = read_filter(query), current_owner()
    found, today = services().portfolio.days(owner, chosen), services().portfolio.trading_day(owner)
    month = shown_month(search, max(found, default=today))
    unit = services().portfolio.summary(owner, chosen).unit
    noted = services().journal.noted_days(owner)
    day = shown_day(picked, month, found, today)
    cells = calendar_days(found, chosen.basis, unit, noted=noted, chosen=chosen)
    strip = grid.year_strip(
        month.year, cells, today=today, selected=month, href_of=lambda first: f"/calendar{month_search(search, first)}"
    )
    inside = {key: item for key, item in found.items() if (key.year, key.month) == (month.year, month.month)}
    view = grid.month_grid(
        month,
        cells,
        today=today,
        weeks=calendar_weeks(inside, chosen.basis, unit, chosen=chosen),
        selected=day,
        id_of=lambda each: {"type": Ids.DAY, "day": each.isoformat()},
        large=True,
    )
    whole = {key: item for key, item in found.items() if key.year == month.year}
    title = [str(month.year), panels.days_mark("The year", whole, chosen, unit)]
    return strip, title, view, panels.month_title(month), panels.month_stats(inside, chosen, unit)


@PAGE.callback(
    Output(Shell.URL, "search", allow_duplicate=True),
    Input(Ids.EARLIER, "n_clicks"),
    Input(Ids.LATER, "n_clicks"),
    Input(Ids.NOW, "n_clicks"),
    State(Shell.URL, "search"),
    prevent_initial_call=True,
)
def turn_month(_: int | None, __: int | None, ___: int | None, search: str | None) -> str:
    """Go to the month before or after, or to today's."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate  # the buttons appeared; nobody pressed one
    owner = current_owner()
    today = services().portfolio.trading_day(owner)
    newest = max(services().portfolio.days(owner, read_filter(search)), default=today)
    month = shown_month(search, newest)
    step = {Ids.EARLIER: -1, Ids.LATER: 1}.get(ctx.triggered_id)
    return month_search(search, today if step is None else month_shift(month, step))


@PAGE.callback(
    Output(Ids.CHOSEN, "data"),
    Input({"type": Ids.DAY, "day": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def choose_day(clicks: list[int | None]) -> str:
    """Remember the clicked day."""
    if not any(clicks):
        raise PreventUpdate
    return str(ctx.triggered_id["day"])


@PAGE.callback(
    Output(Ids.DAY_HEAD, "children"),
    Output(Ids.DAY_TRADES, "children"),
    Output(Ids.DAY_CURVE, "figure"),
    Output(Ids.DAY_CURVE_LABEL, "aria-label"),
    Output(Ids.NOTE, "value"),
    Output(Ids.JOURNAL, "children"),
    Input(Ids.CHOSEN, "data"),
    Input(Shell.FILTER, "data"),
    Input(Shell.URL, "search"),
)
def fill_day(picked: str | None, query: str | None, search: str | None) -> tuple[Any, ...]:
    """Show one day: result, curve, trades, note."""
    from components.figures.canvas import empty_figure
    from components.figures.drill import drill_line
    from components.figures.intraday import describe_intraday, intraday_figure

    chosen, owner = read_filter(query), current_owner()
    found, today = services().portfolio.days(owner, chosen), services().portfolio.trading_day(owner)
    day = shown_day(picked, shown_month(search, max(found, default=today)), found, today)
    of_day = chosen.with_(day=day.isoformat(), period="all")
    page = services().portfolio.trades(owner, of_day.with_(status="closed"), sort=[("closed_at", False)], end=MOST)
    curve = services().portfolio.curve(owner, of_day)
    zone, listed = current_profile().timezone, page_href(of_day.with_(status="closed"))
    figure = empty_figure("", theme=theme())  # the head and the list say it already
    if len(curve.equity.y):
        figure = intraday_figure(curve.equity.x, curve.equity.y, unit=curve.unit, zone=zone, theme=theme())
        drill_line(figure, listed)
    return (
        panels.day_head(day, found.get(day), of_day, curve.unit, r_total=page.r_total),
        panels.day_trades(page.rows, timezone=zone, basis=chosen.basis, total=page.total, href=listed),
        figure,
        describe_intraday(curve.equity.y, unit=curve.unit),
        services().journal.day_note(owner, day).note,
        dcc.Link("Open in the journal", href=f"/journal?day={day.isoformat()}", className="fw-link"),
    )


@PAGE.callback(
    Output(Ids.NOTE_STATE, "children"),
    Input(Ids.NOTE, "n_blur"),
    State(Ids.NOTE, "value"),
    State(Ids.CHOSEN, "data"),
    State(Shell.FILTER, "data"),
    State(Shell.URL, "search"),
    prevent_initial_call=True,
)
def save_note(_: int | None, text: str | None, picked: str | None, query: str | None, search: str | None) -> str:
    """Save the note when the field is left."""
    owner = current_owner()
    found, today = services().portfolio.days(owner, read_filter(query)), services().portfolio.trading_day(owner)
    day = shown_day(picked, shown_month(search, max(found, default=today)), found, today)
    saved = services().journal.save_day_note(owner, day, text or "")
    return panels.saved_at(saved.updated_at, current_profile().timezone)

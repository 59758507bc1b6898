"""Overview: how it goes, in one screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import Any

from dash import ALL, MATCH, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import calendar as grid
from components import (
    calendar_panels,
    cards,
    charts,
    controls,
    feedback,
    holdings,
    icons,
    overview_board,
    performance,
    recent,
    welcome,
)
from components import format as fmt
from components.chart_notes import CHARTS
from components.trade_filters import page_href
from domain.filters import Basis
from domain.overview import DEFAULT, PRESETS
from domain.periods import month_shift
from web import index_tiles, overview_desk
from web.charts import theme
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.overview_editor import EDITOR, EditorIds, board_data, editor_parts, layout_tools
from web.page import Page
from web.shell import Shell, read_filter

RECENT = 10


class Ids(StrEnum):
    """Ids of this page."""

    WELCOME = "overview-welcome"
    BODY = "overview-body"
    KPIS = "overview-kpis"
    EQUITY = "overview-equity"
    REPORT = "overview-report"
    EQUITY_LABEL = "overview-equity-label"
    MONTH = "overview-month"
    MONTH_TITLE = "overview-month-title"
    MONTH_NET = "overview-month-net"
    MONTH_GRID = "overview-month-grid"
    EARLIER = "overview-earlier"
    LATER = "overview-later"
    RECENT = "overview-recent"
    RECENT_LINK = "overview-recent-link"
    POSITIONS = "overview-positions"
    CELL = "overview-position-cell"
    KEYS = "overview-position-keys"
    EXPOSURE = "overview-exposure"
    UNREALISED = "overview-unrealised"
    LEFT_OUT = "overview-left-out"
    BOARD = "overview-board"
    CHART = "overview-chart"
    CHART_LABEL = "overview-chart-label"
    STRIP = "overview-strip"
    INDICES = "overview-indices"
    INDEX = "overview-index"


def layout(**_: str) -> html.Div:
    """Return the skeleton: the board as most people see it."""
    body = html.Div(
        [
            html.Div(id=Ids.LEFT_OUT),
            html.Div(first_board(), id=Ids.BOARD, className="fw-stack fill", **board_data()),
            layout_tools(),
        ],
        id=Ids.BODY,
        className="fw-stack",
    )
    return html.Div([html.Div(id=Ids.WELCOME), body, *editor_parts()])


def first_board() -> list[Any]:
    """Return the board of the first preset."""
    kpis, *others = (overview_board.cell(slug, width, build_card(slug)) for slug, width in PRESETS[DEFAULT])
    return [kpis, html.Div(others[:2], className="g ovr"), html.Div(others[2:], className="g ovr2 fill")]


def build_card(slug: str) -> Any:
    """Return the card of a name, empty until its callback has run."""
    builders: dict[str, Callable[[], Any]] = {
        "kpis": lambda: html.Div(feedback.skeleton_kpis(6), id=Ids.KPIS),
        "equity": equity_card,
        "calendar": month_card,
        "recent": recent_card,
        "positions": positions_card,
        "indices": lambda: html.Div(feedback.skeleton_kpis(6), id={"type": Ids.INDICES, "card": slug}),
        "risk": lambda: html.Div(feedback.skeleton_kpis(6), id={"type": Ids.STRIP, "card": slug}),
    }
    if slug in builders:
        return builders[slug]()
    return overview_desk.figure_card(slug, {"type": Ids.CHART, "card": slug}, {"type": Ids.CHART_LABEL, "card": slug})


def equity_card() -> html.Section:
    """Return the card of the equity curve."""
    return cards.chart_card(
        "Equity",
        charts.graph(Ids.EQUITY, label="Equity curve", label_id=Ids.EQUITY_LABEL, height=306),
        subtitle="cumulative P&L by exit",
        explain=CHARTS["equity"],
        csv_href="/export/equity.csv",
        controls=html.A(
            [icons.icon("image-down"), "Report"], id=Ids.REPORT, href="/export/report.png", className="fw-btn xs"
        ),
    )


def recent_card() -> html.Section:
    """Return the card of the latest trades."""
    link = dcc.Link("All trades", id=Ids.RECENT_LINK, href="/trades", className="fw-btn ghost sm")
    body = html.Div(feedback.skeleton_table(8), id=Ids.RECENT, className="fw-recent")
    return cards.card("Recent trades", body, controls=link, flush=True)


def positions_card() -> html.Section:
    """Return the card of what is held."""
    rows = html.Div(feedback.skeleton_table(5), id=Ids.POSITIONS, className="fw-positions")
    body = [dcc.Store(id=Ids.KEYS), rows, html.Div(id=Ids.EXPOSURE)]
    unrealised = html.Span(id=Ids.UNREALISED, className="fw-num")
    return cards.card("Open positions", body, controls=unrealised, flush=True)


def month_card() -> html.Section:
    """Return the card of the month calendar."""
    month_controls = [
        html.Span(id=Ids.MONTH_NET, className="fw-num"),
        controls.icon_button("chevron-left", "Previous month", id=Ids.EARLIER, small=True),
        controls.icon_button("chevron-right", "Next month", id=Ids.LATER, small=True),
    ]
    grid_frame = html.Div(feedback.skeleton_chart(262), id=Ids.MONTH_GRID)
    body = [dcc.Store(id=Ids.MONTH), grid_frame]
    return cards.card(html.Span(id=Ids.MONTH_TITLE), body, controls=month_controls)


PAGE = Page(module=__name__, path="/", title="Overview", order=10, icon="layout-dashboard", key="O", layout=layout)
PAGE.recorded.extend(EDITOR.recorded)


@PAGE.callback(
    Output(Ids.WELCOME, "children"),
    Output(Ids.BODY, "hidden"),
    Input(Shell.FILTER, "data"),
)
def greet(_: str | None) -> tuple[Any, bool]:
    """Show the three doors while there is nothing to see yet."""
    person = current_profile()
    accounts = services().accounts.list_accounts(person.id)
    if accounts:
        return None, False
    return welcome.doors(person.display_name or person.username, demo=services().installation.demo), True


@PAGE.callback(Output(Ids.LEFT_OUT, "children"), Input(Shell.FILTER, "data"))
def note_left_out(query: str | None) -> Any:
    """Say which trades the figures leave out."""
    summary = services().portfolio.summary(current_owner(), read_filter(query))
    return feedback.left_out_notice(summary.left_out, summary.currency, without_unit=summary.without_unit)


@PAGE.callback(
    Output(Ids.BOARD, "children"),
    Output(EditorIds.LAYOUTS, "options"),
    Output(EditorIds.LAYOUTS, "value"),
    Output(EditorIds.EDITED, "data"),
    Output(EditorIds.NAME, "value"),
    Input(EditorIds.SHOWN, "data"),
)
def fill_board(shown: str | None) -> tuple[Any, ...]:
    """Put the cards of the chosen layout on the board; the first board stands already."""
    from domain.overview import write_cards

    found = services().overview_layouts.list_layouts(current_owner())
    current = next((item for item in found if item.is_current), found[0])
    is_first = current.cards == PRESETS[DEFAULT]
    view = first_board() if is_first else overview_board.board(current.cards, build_card)
    children = no_update if is_first and shown is None else view
    return children, [item.name for item in found], current.name, write_cards(current.cards), current.name


@PAGE.callback(
    Output({"type": Ids.CHART, "card": MATCH}, "figure"),
    Output({"type": Ids.CHART_LABEL, "card": MATCH}, "aria-label"),
    Input(Shell.FILTER, "data"),
    State({"type": Ids.CHART, "card": MATCH}, "id"),
)
def draw_card(query: str | None, place: dict[str, str]) -> tuple[Any, str]:
    """Draw the chart of one composed card."""
    return overview_desk.draw_chart(place["card"], read_filter(query))


@PAGE.callback(Output({"type": Ids.STRIP, "card": MATCH}, "children"), Input(Shell.FILTER, "data"))
def fill_strip(query: str | None) -> Any:
    """Fill the strip of risk figures."""
    return overview_desk.risk_strip(read_filter(query))


index_tiles.record(PAGE, place={"type": Ids.INDICES, "card": MATCH}, kind=Ids.INDEX)


@PAGE.callback(Output(Ids.KPIS, "children"), Input(Shell.FILTER, "data"))
def fill_figures(query: str | None) -> Any:
    """Compute the headline figures."""
    chosen = read_filter(query)
    owner = current_owner()
    found = services().portfolio.performance(owner, chosen)
    curve = services().portfolio.curve(owner, chosen, points=40)
    in_r = found.interval_r.bounds is not None
    headline = performance.Headline(
        realised=found.realised,
        open_part=found.open_part,
        basis=chosen.basis.value,
        currency=found.unit,
        metrics=found.metrics,
        previous=found.previous,
        spark=curve.equity.y.tolist(),
        interval=found.interval_r.bounds if in_r else found.interval.bounds,
        interval_in_r=in_r,
        href=f"/trades?{query or ''}".rstrip("?"),
        closed_href=page_href(chosen.with_(status="closed")),
        fall_href=overview_desk.deepest_fall_href(curve.shown_drawdown, chosen),
    )
    return cards.kpi_strip(performance.kpi_cells(headline))


@PAGE.callback(
    Output(Ids.EQUITY, "figure"),
    Output(Ids.EQUITY_LABEL, "aria-label"),
    Output(Ids.REPORT, "href"),
    Input(Shell.FILTER, "data"),
)
def draw_equity(query: str | None) -> tuple[Any, str, str]:
    """Draw the equity curve over its drawdown; a point leads to its day's trades, a fall to its own."""
    from components.figures.drill import drill_days
    from components.figures.equity import describe_equity, equity_figure

    chosen = read_filter(query)
    curve, href = services().portfolio.curve(current_owner(), chosen), page_href(chosen.with_(status="closed"))
    figure = equity_figure(
        curve.equity, curve.shown_drawdown, unit=curve.unit, theme=theme(), uirevision=query or "all"
    )
    drill_days(drill_days(figure, curve.equity, href), curve.shown_drawdown, href, trace=-1)
    said = describe_equity(curve.equity, curve.shown_drawdown, unit=curve.unit)
    return figure, said, f"/export/report.png?{query or ''}".rstrip("?")


@PAGE.callback(
    Output(Ids.MONTH, "data"),
    Input(Ids.EARLIER, "n_clicks"),
    Input(Ids.LATER, "n_clicks"),
    State(Ids.MONTH, "data"),
    prevent_initial_call=True,
)
def turn_month(_: int | None, __: int | None, shown: str | None) -> str:
    """Go to the month before or after the shown one."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    month = date.fromisoformat(shown) if shown else services().portfolio.trading_day(current_owner())
    return month_shift(month, -1 if ctx.triggered_id == Ids.EARLIER else 1).isoformat()


@PAGE.callback(
    Output(Ids.MONTH_GRID, "children"),
    Output(Ids.MONTH_TITLE, "children"),
    Output(Ids.MONTH_NET, "children"),
    Output(Ids.MONTH_NET, "className"),
    Input(Shell.FILTER, "data"),
    Input(Ids.MONTH, "data"),
)
def fill_month(query: str | None, shown: str | None) -> tuple[Any, ...]:
    """Fill the calendar of one month; without a choice, the month of the last exit."""
    from components.calendar_days import calendar_days, calendar_weeks

    chosen, owner = read_filter(query), current_owner()
    found = services().portfolio.days(owner, chosen)
    today = services().portfolio.trading_day(owner)
    month = date.fromisoformat(shown) if shown else max(found, default=today).replace(day=1)
    days = {day: item for day, item in found.items() if (day.year, day.month) == (month.year, month.month)}
    unit = services().portfolio.summary(owner, chosen).unit
    net = sum((item.net if chosen.basis is Basis.NET else item.gross) for item in days.values())
    cells = calendar_days(
        days, chosen.basis, unit, noted=services().journal.noted_days(owner), short=True, chosen=chosen
    )
    view = grid.month_grid(month, cells, today=today, weeks=calendar_weeks(days, chosen.basis, unit, chosen=chosen))
    title = fmt.month(month) if month.year != today.year else f"{month:%B}"
    mark = calendar_panels.days_mark(title, days, chosen, unit)
    return view, title, [fmt.pnl(net, unit), mark], f"fw-num fw-strong fw-{fmt.tone(net)}"


@PAGE.callback(
    Output(Ids.RECENT, "children"),
    Output(Ids.RECENT_LINK, "children"),
    Output(Ids.RECENT_LINK, "href"),
    Input(Shell.FILTER, "data"),
)
def fill_recent(query: str | None) -> tuple[Any, Any, str]:
    """List the latest closed trades."""
    chosen = read_filter(query)
    found = services().portfolio.trades(current_owner(), chosen.with_(status="closed"), end=RECENT)
    rows = recent.recent_table(
        found.rows, timezone=current_profile().timezone, now=services().clock(), basis=chosen.basis
    )
    return rows, f"All {fmt.plural(found.total, 'trade')}", page_href(chosen.with_(status="closed"))


@PAGE.callback(
    Output(Ids.POSITIONS, "children"),
    Output(Ids.KEYS, "data"),
    Output(Ids.UNREALISED, "children"),
    Output(Ids.EXPOSURE, "children"),
    Input(Shell.FILTER, "data"),
    Input(Shell.TICK, "n_intervals"),
    State(Ids.KEYS, "data"),
)
def fill_positions(query: str | None, _: int | None, listed: list[str] | None) -> tuple[Any, ...]:
    """List what is held at the latest cached prices; a tick makes new rows only when other positions are held."""
    rows = services().portfolio.holdings(current_owner(), read_filter(query))
    keys = [holdings.row_key(item) for item in rows]
    sums = holdings.unrealised_label(rows), holdings.exposure(rows)
    if ctx.triggered_id == Shell.TICK and keys == listed:
        return no_update, no_update, *sums
    return holdings.positions_table(rows, _cell_id), keys, *sums


def _cell_id(row: str, column: str) -> dict[str, str]:
    return {"type": Ids.CELL, "row": row, "column": column}


@PAGE.callback(
    Output({"type": Ids.CELL, "row": ALL, "column": ALL}, "children"),
    Output({"type": Ids.CELL, "row": ALL, "column": ALL}, "className"),
    Input(Shell.TICK, "n_intervals"),
    State(Shell.FILTER, "data"),
    State({"type": Ids.CELL, "row": ALL, "column": ALL}, "id"),
    prevent_initial_call=True,
)
def renew_positions(_: int | None, query: str | None, ids: list[dict[str, str]]) -> tuple[list[Any], list[Any]]:
    """Renew what follows from the prices, cell by cell in place."""
    texts = holdings.cell_texts(services().portfolio.holdings(current_owner(), read_filter(query)))
    found = [texts.get((each["row"], each["column"]), (no_update, no_update)) for each in ids]
    return [text for text, _ in found], [look for _, look in found]

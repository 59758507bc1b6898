"""The parts around the calendar's grids: month figures, the panel of one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, feedback, figure_notes, marks, tables
from components import format as fmt
from components.why_mark import why_note
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.ledger import Trade
    from domain.performance import DayTotal

TRADE_COLUMNS = (
    tables.Column(key="time", title="Time", muted=True),
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="side", title="Side", muted=True),
    tables.Column(key="r", title="R", align="right"),
    tables.Column(key="pnl", title="P&L", align="right"),
)


SATURDAY = 5


def opening_day(days: Mapping[date, DayTotal], month: date, today: date) -> date:
    """Return the day a month opens on: the last traded one, else today, else the first weekday."""
    inside = [day for day in days if (day.year, day.month) == (month.year, month.month)]
    if inside:
        return max(inside)
    if (today.year, today.month) == (month.year, month.month):
        return today
    return month + timedelta(days=7 - month.weekday() if month.weekday() >= SATURDAY else 0)


def month_title(month: date) -> str:
    """Return "November 2026"."""
    return fmt.month(month)


def month_stats(days: Mapping[date, DayTotal], basis: Basis, currency: str) -> list[Any]:
    """Return net, days up and down, trades and win rate of a month."""
    values = [item.profit(gross=basis is Basis.GROSS) for item in days.values()]
    net, up, down = sum(values), sum(value > 0 for value in values), sum(value < 0 for value in values)
    trades, wins = sum(item.trades for item in days.values()), sum(item.wins for item in days.values())
    return [
        cards.stat(
            basis.value.capitalize(), fmt.pnl(net, currency), tone=fmt.tone(net), mark=_mark("net", "Net of the month")
        ),
        cards.stat("Days", f"{up} up, {down} down", mark=_mark("days", "Days")),
        cards.stat("Trades", fmt.count(trades), mark=_mark("trades", "Trades")),
        cards.stat("Won", fmt.percent(wins / trades) if trades else fmt.MISSING, mark=_mark("won", "Won")),
    ]


def _mark(name: str, label: str, href: str = "", value: str = "") -> Any:
    note = figure_notes.CALENDAR[name]
    return why_note(label, figure_notes.for_list(note, href) if href else note, value=value)


def day_head(day: date, item: DayTotal | None, basis: Basis, currency: str, *, r_total: float | None) -> list[Any]:
    """Return date and result of a day."""
    title = html.H2(fmt.day_long(day))
    if item is None:
        return [title, html.Div("No exits on this day", className="fw-weak")]
    value = item.profit(gross=basis is Basis.GROSS)
    r_text = "" if r_total is None else f"{fmt.r_multiple(r_total)} · "
    facts = f"{r_text}{fmt.plural(item.trades, 'trade')}, {fmt.plural(item.wins, 'win')}"
    text = fmt.pnl(value, currency)
    mark = _mark("net", "Result of the day", f"/trades?status=closed&day={day.isoformat()}", text)
    big = html.Div(fmt.pnl(value, currency), className=f"fw-hero fw-num fw-{fmt.tone(value)}")
    return [title, html.Div([big, mark, html.Span(facts, className="fw-weak fw-num")], className="fw-hero-row")]


def day_trades(trades: Sequence[Trade], *, timezone: str, basis: Basis) -> Any:
    """Return the trades closed on a day, or that there are none."""
    if not trades:
        return feedback.empty("moon", "No trades closed", "Pick a coloured day, or widen the filter.")
    rows = []
    for trade in trades:
        profit = trade.gross if basis is Basis.GROSS else trade.net
        r_multiple = trade.r_multiple
        rows.append(
            {
                "_href": f"/trade/{trade.id}",
                "time": fmt.clock_time(trade.closed_at, timezone)[:5],
                "symbol": trade.instrument.symbol,
                "side": marks.side(trade.side > 0),
                "r": fmt.MISSING if r_multiple is None else marks.signed(fmt.r_multiple(r_multiple), r_multiple),
                "pnl": marks.signed(fmt.pnl(profit, trade.instrument.currency), profit, strong=True),
            }
        )
    return tables.table(TRADE_COLUMNS, rows, caption="Trades of the day")


def saved_at(when: datetime | None, timezone: str) -> str:
    """Return "Saved 11:07"."""
    return f"Saved {fmt.clock_time(when, timezone)[:5]}" if when else ""

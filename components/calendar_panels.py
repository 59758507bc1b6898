"""The parts around the calendar's grids: month figures, the panel of one day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, feedback, figure_notes, marks, tables
from components import format as fmt
from components.why_mark import why_button, why_note
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.filters import LedgerFilter
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
MOST_DAYS = 24
"""Up to so many days are listed among the inputs of a sum."""


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


def month_stats(days: Mapping[date, DayTotal], chosen: LedgerFilter, currency: str) -> list[Any]:
    """Return net, days up and down, trades and win rate of the days of a month."""
    basis, query = chosen.basis, of_days(chosen, days)
    values = [item.profit(gross=basis is Basis.GROSS) for item in days.values()]
    net, up, down = sum(values), sum(value > 0 for value in values), sum(value < 0 for value in values)
    trades, wins = sum(item.trades for item in days.values()), sum(item.wins for item in days.values())
    return [
        cards.stat(
            basis.value.capitalize(),
            fmt.pnl(net, currency),
            tone=fmt.tone(net),
            mark=days_mark("Net of the month", days, chosen, currency),
        ),
        cards.stat("Days", f"{up} up, {down} down", mark=days_mark("Days", days, chosen, currency, name="days")),
        cards.stat("Trades", fmt.count(trades), mark=why_button("trades", "Trades", query=query)),
        cards.stat(
            "Won",
            fmt.percent(wins / trades) if trades else fmt.MISSING,
            mark=why_button("win_rate_all", "Won", query=query),
        ),
    ]


def of_days(chosen: LedgerFilter, days: Iterable[date]) -> str:
    """Return the query of a filter narrowed to the span of some days."""
    known = sorted(days)
    return chosen.with_(period=f"{known[0]}..{known[-1]}").to_query() if known else chosen.to_query()


def days_mark(
    label: str, days: Mapping[date, DayTotal], chosen: LedgerFilter, currency: str, *, name: str = "net"
) -> Any:
    """Return the mark of some days of the calendar: what each made, from the best to the worst.

    Args:
        label: What is shown.
        days: The days with exits.
        chosen: The filter they are of.
        currency: Of the money.
        name: "net" or "days".
    """
    values = {day: item.profit(gross=chosen.basis is Basis.GROSS) for day, item in days.items()}
    ranked = sorted(values, key=lambda day: -values[day])
    shown = ranked if len(ranked) <= MOST_DAYS else [*ranked[: MOST_DAYS // 2], *ranked[-MOST_DAYS // 2 :]]
    note = figure_notes.given(
        figure_notes.CALENDAR[name],
        ("Sum", fmt.pnl(sum(values.values()), currency)),
        ("Days up", fmt.count(sum(value > 0 for value in values.values()))),
        ("Days down", fmt.count(sum(value < 0 for value in values.values()))),
        ("Days even", fmt.count(sum(value == 0 for value in values.values()))),
        *((fmt.day(day), fmt.pnl(values[day], currency)) for day in shown),
        sample=f"n = {fmt.plural(len(days), 'day')} with exits"
        f"{', the best and worst listed' if len(shown) < len(ranked) else ''}.",
        href=f"/trades?{of_days(chosen, days)}",
    )
    return why_note(label, note, value=fmt.pnl(sum(values.values()), currency) if name == "net" else "")


def day_head(
    day: date, item: DayTotal | None, chosen: LedgerFilter, currency: str, *, r_total: float | None
) -> list[Any]:
    """Return date and result of a day; `chosen` is the filter narrowed to it."""
    title = html.H2(fmt.day_long(day))
    if item is None:
        return [title, html.Div("No exits on this day", className="fw-weak")]
    value = item.profit(gross=chosen.basis is Basis.GROSS)
    r_text = "" if r_total is None else f"{fmt.r_multiple(r_total)} · "
    facts = f"{r_text}{fmt.plural(item.trades, 'trade')}, {fmt.plural(item.wins, 'win')}"
    mark = why_button(f"{chosen.basis.value}_pnl", "Result of the day", query=chosen.to_query())
    big = html.Div(fmt.pnl(value, currency), className=f"fw-hero fw-num fw-{fmt.tone(value)}")
    return [title, html.Div([big, mark, html.Span(facts, className="fw-weak fw-num")], className="fw-hero-row")]


def day_trades(trades: Sequence[Trade], *, timezone: str, basis: Basis, total: int = 0, href: str = "") -> Any:
    """Return the trades closed on a day, or that there are none.

    Args:
        trades: They, or the first of them.
        timezone: Whose clock is shown.
        basis: Net or gross.
        total: How many there are, where not all are given.
        href: Where all of them are listed.
    """
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
    table = tables.table(TRADE_COLUMNS, rows, caption="Trades of the day")
    if total <= len(trades):
        return table
    note = f"The first {len(trades)} of {fmt.plural(total, 'trade')}. "
    return [table, html.Div([note, dcc.Link("List them all", href=href, className="fw-link")], className="fw-more")]


def saved_at(when: datetime | None, timezone: str) -> str:
    """Return "Saved 11:07"."""
    return f"Saved {fmt.clock_time(when, timezone)[:5]}" if when else ""

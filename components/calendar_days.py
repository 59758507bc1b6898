"""Daily totals as calendar cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from components import format as fmt
from components.calendar import DEFAULT_STEPS, Day, Week, level_of
from components.trade_filters import page_href
from domain.filters import Basis, LedgerFilter

if TYPE_CHECKING:
    from domain.performance import DayTotal

# From which P&L a day gets the next colour step, where the unit is not money.
STEPS = {"R": (0.5, 1.0, 2.0), "%": (0.0025, 0.005, 0.01)}


def calendar_days(
    days: Mapping[date, DayTotal],
    basis: Basis,
    currency: str,
    *,
    noted: Collection[date] = (),
    short: bool = False,
    chosen: LedgerFilter | None = None,
) -> dict[date, Day]:
    """Return the cells of days with exits, and of days that only have a note.

    Args:
        days: Totals by day.
        basis: Net or gross.
        currency: Of the money, or "%" or "R".
        noted: Days with a note.
        short: Whole units instead of cents, for small cells.
        chosen: With it each day with exits leads to the trades of the filter closed on it.
    """
    cells = {day: Day(note=True) for day in noted}
    for day, item in days.items():
        value = item.profit(gross=basis is Basis.GROSS)
        won = f", {item.wins / item.trades:.0%} won" if item.trades else ""
        cells[day] = Day(
            value=value,
            text=fmt.pnl(value, currency, places=0 if short else 2),
            short=fmt.money_short(value, currency, signed=True),
            detail=f"{fmt.plural(item.trades, 'trade')}{won}",
            level=level_of(value, STEPS.get(currency, DEFAULT_STEPS)),
            note=day in noted,
            href="" if chosen is None else page_href(chosen.with_(status="closed", day=day.isoformat())),
        )
    return cells


def calendar_weeks(
    days: Mapping[date, DayTotal], basis: Basis, currency: str, *, chosen: LedgerFilter | None = None
) -> dict[date, Week]:
    """Return the sum of each week that has exits, by its Monday; with a filter it leads to the trades in it."""
    net: dict[date, float] = defaultdict(float)
    trades: dict[date, int] = defaultdict(int)
    for day, item in days.items():
        monday = day - timedelta(days=day.weekday())
        net[monday] += item.profit(gross=basis is Basis.GROSS)
        trades[monday] += item.trades
    return {
        monday: Week(
            value=total,
            text=fmt.pnl(total, currency, places=0),
            detail=fmt.plural(trades[monday], "trade"),
            href="" if chosen is None else _week_href(monday, chosen, list(days)),
        )
        for monday, total in net.items()
    }


def _week_href(monday: date, chosen: LedgerFilter, days: list[date]) -> str:
    """Return the trades of a week; at the edge of a month only those of the days that are summed up."""
    inside = [day for day in days if monday <= day < monday + timedelta(days=7)]
    span = f"{min(inside).isoformat()}..{max(inside).isoformat()}"
    return page_href(chosen.with_(status="closed", period=span))

"""Rows of a file that are read as they stand and may be wrong: what is told of them, none is ever left out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from domain.executions import ExecutionKind
from domain.periods import from_micros, to_micros
from domain.security_numbers import is_isin
from domain.statements import Statement

if TYPE_CHECKING:
    from domain.columns import Ints

AHEAD = timedelta(hours=24)
"""How far ahead of the clock a fill may be: a wrongly chosen zone moves a fill of today by up to 14 hours (UTC+14
to UTC), local clocks run fast by minutes, and a file dated by days alone means its day somewhere on earth."""
NAMED = 3


def future_rows(executed_at: Ints, now: datetime) -> Ints:
    """Return the rows whose time lies ahead of the clock by more than zones explain."""
    return np.flatnonzero(executed_at > to_micros(now + AHEAD))


def doubtful_notes(statement: Statement, now: datetime) -> list[str]:
    """Return what a preview and an import warn of: fills of the future, ISINs whose check digit is wrong."""
    return [*_future_notes(statement, now), *_number_notes(statement)]


def _future_notes(statement: Statement, now: datetime) -> list[str]:
    batch = statement.executions
    rows = [row for row in future_rows(batch.executed_at, now).tolist() if batch.kind[row] == ExecutionKind.TRADE]
    if not rows:
        return []
    first = rows[0]
    symbol = batch.instruments[int(batch.instrument[first])].symbol
    moment = f"{from_micros(int(batch.executed_at[first])):%Y-%m-%d %H:%M} UTC"
    count = f"{len(rows):,} {'fill is' if len(rows) == 1 else 'fills are'}"
    place = f"first {symbol} on {moment} in line {int(batch.line[first])}"
    return [f"{count} dated in the future, {place}: check the order of day and month, and the time zone."]


def _number_notes(statement: Statement) -> list[str]:
    wrong = [item for item in statement.executions.instruments if item.isin and not is_isin(item.isin)]
    if not wrong:
        return []
    named = ", ".join(f"{item.isin} ({item.symbol})" for item in wrong[:NAMED])
    more = f" and {len(wrong) - NAMED:,} more" if len(wrong) > NAMED else ""
    return [f"The check digit of {named}{more} does not fit: the ISIN may be mistyped."]

"""The global filter applied to frames: the one place where rows are chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from analytics.conditions import days_meet_all, is_of_exits, meets_all
from analytics.durations import DURATIONS, duration_codes
from analytics.facts import Facts
from analytics.outcomes import outcomes
from domain.columns import ExitFrame, TradeFrame
from domain.conditions import Condition
from domain.errors import InvalidInputError
from domain.filters import Basis, LedgerFilter
from domain.periods import DateRange

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Codes, Floats, Ints

EPOCH = date(1970, 1, 1)
STATUSES = {"open": True, "closed": False}
SIDES = {"long": 1, "short": -1}
RESULTS = {"win": 1, "loss": -1, "breakeven": 0}
DISCIPLINE = {"followed": 0, "broken": 1, "unanswered": 2}


def select(
    frame: TradeFrame,
    chosen: LedgerFilter,
    period: DateRange,
    *,
    tolerance: float = 0.0,
    facts: Facts | None = None,
) -> Bools:
    """Return which trades a filter keeps.

    A closed trade belongs to the period of its last exit; a trade still open to every period that
    ends after its entry. `accounts`, `search` and `import_id` are not looked at: they are
    chosen beside it; `fees` is about fills.

    Args:
        frame: Trades.
        chosen: The filter.
        period: The filter's period as dates.
        tolerance: Money that still counts as breakeven.
        facts: What is known of the same trades, for conditions on dimensions; the bare frame by default.

    Returns:
        Mask of the frame's length.

    Raises:
        InvalidInputError: If a word of the filter is not known.
    """
    mask = _by_status_and_side(frame, chosen)
    mask &= _by_names(frame, chosen)
    mask &= _by_time(frame, chosen)
    mask &= in_period(frame, period)
    mask &= _between_instants(frame, chosen)
    if chosen.result:
        wanted = _look_up(RESULTS, chosen.result, "result")
        # What is known of the trades knows the tolerance of each account.
        found = frame_outcomes(frame, chosen.basis, tolerance=tolerance) if facts is None else facts.outcome
        mask &= ~frame.is_open & (found == wanted)
    conditions = (*chosen.where, *_rule_conditions(chosen))
    if conditions:
        mask &= meets_all(facts or Facts(frame, basis=chosen.basis), conditions)
    return mask


def _rule_conditions(chosen: LedgerFilter) -> tuple[Condition, ...]:
    """The filters on kept rules, all of a setup's and single ones, as conditions on their dimensions."""
    if chosen.discipline:
        _look_up(DISCIPLINE, chosen.discipline, "discipline")
    told = (("rules", (chosen.discipline,) if chosen.discipline else ()), ("rule", chosen.rules))
    return tuple(Condition(by=name, values=values) for name, values in told if values)


def select_exits(
    exits: ExitFrame,
    frame: TradeFrame,
    chosen: LedgerFilter,
    period: DateRange,
    *,
    tolerance: float = 0.0,
    facts: Facts | None = None,
    rows: Ints | None = None,
) -> Bools:
    """Return which exits belong to the trades a filter keeps and fall into the period themselves.

    Conditions on the day, month and so on of an exit are met by the exit, not by its trade.

    Args:
        exits: Exits of the same accounts as the frame.
        frame: All trades.
        chosen: The filter.
        period: The filter's period as dates.
        tolerance: Money that still counts as breakeven.
        facts: As in `select`.
        rows: Row of the frame of each exit's trade, which spares a search.
    """
    mask = _within(exits.day, period)
    if chosen.day:
        mask &= exits.day == _day_number(_read_day(chosen.day))
    mask &= _within_instants(exits.closed_at, chosen)
    if chosen.where:
        mask &= days_meet_all(exits.day, chosen.where)
    of_trades = tuple(condition for condition in chosen.where if not is_of_exits(condition))
    whole = chosen.with_(day="", period="all", since=None, until=None, where=of_trades)
    trades = select(frame, whole, DateRange(), tolerance=tolerance, facts=facts)
    if trades.all():
        return mask
    return mask & (np.isin(exits.trade_id, frame.id[trades]) if rows is None else trades[rows])


def frame_pnl(frame: TradeFrame | ExitFrame, basis: Basis) -> Floats:
    """Return the P&L column of a basis."""
    return frame.net if basis is Basis.NET else frame.gross


def frame_outcomes(frame: TradeFrame, basis: Basis, *, tolerance: float = 0.0) -> Bytes:
    """Return win, loss or breakeven of each trade in a basis."""
    return outcomes(frame_pnl(frame, basis), frame.gross, tolerance=tolerance)


def in_period(frame: TradeFrame, period: DateRange) -> Bools:
    """Return which trades belong to a period (see `select`)."""
    mask = _within(frame.exit_day, period)
    if period.end is not None:
        still_open = frame.is_open & (frame.entry_day < _day_number(period.end))
        return mask & ~frame.is_open | still_open
    return mask | frame.is_open


def _between_instants(frame: TradeFrame, chosen: LedgerFilter) -> Bools | bool:
    """As `in_period`, for the filter's instants."""
    if chosen.since is None and chosen.until is None:
        return True
    is_in_time = True if chosen.until is None else frame.opened_at < chosen.until
    return (_within_instants(frame.closed_at, chosen) & ~frame.is_open) | (frame.is_open & is_in_time)


def _within_instants(instants: Ints, chosen: LedgerFilter) -> Bools:
    mask = np.ones(len(instants), dtype=np.bool_)
    if chosen.since is not None:
        mask &= instants >= chosen.since
    if chosen.until is not None:
        mask &= instants < chosen.until
    return mask


def _within(days: Codes, period: DateRange) -> Bools:
    mask = np.ones(len(days), dtype=np.bool_)
    if period.start is not None:
        mask &= days >= _day_number(period.start)
    if period.end is not None:
        mask &= days < _day_number(period.end)
    return mask


def _by_status_and_side(frame: TradeFrame, chosen: LedgerFilter) -> Bools:
    mask = np.ones(len(frame), dtype=np.bool_)
    if chosen.status:
        mask &= frame.is_open == _look_up(STATUSES, chosen.status, "status")
    if chosen.side:
        mask &= frame.side == _look_up(SIDES, chosen.side, "side")
    return mask


def _by_names(frame: TradeFrame, chosen: LedgerFilter) -> Bools:
    mask = np.ones(len(frame), dtype=np.bool_)
    if chosen.symbols:
        wanted = np.array([symbol in chosen.symbols for symbol in frame.symbols], dtype=np.bool_)
        mask &= wanted[frame.instrument] if len(wanted) else False
    if chosen.asset_class:
        wanted = np.array([name == chosen.asset_class for name in frame.asset_classes], dtype=np.bool_)
        mask &= wanted[frame.instrument] if len(wanted) else False
    if chosen.setups:
        wanted = np.array([*(setup in chosen.setups for setup in frame.setups), False], dtype=np.bool_)
        mask &= wanted[frame.setup]  # -1, no setup, is the last entry
    if chosen.tags:
        bits = sum(1 << bit for bit, tag in enumerate(frame.tags) if tag in chosen.tags)
        mask &= (frame.tag_mask & bits) != 0
    return mask


def _by_time(frame: TradeFrame, chosen: LedgerFilter) -> Bools:
    mask = np.ones(len(frame), dtype=np.bool_)
    if chosen.weekday is not None:
        mask &= (frame.entry_day + 3) % 7 == chosen.weekday
    if chosen.hour is not None:
        mask &= frame.entry_minute // 60 == chosen.hour
    if chosen.duration:
        slugs = {item.slug: code for code, item in enumerate(DURATIONS)}
        code = _look_up(slugs, chosen.duration, "duration")
        mask &= ~frame.is_open & (duration_codes(frame.held_seconds) == code)
    if chosen.day:
        mask &= frame.exit_day == _day_number(_read_day(chosen.day))
    return mask


def _look_up(words: Mapping[str, int], word: str, name: str) -> int:
    if word not in words:
        message = f"Filter {name}={word!r} is not known."
        raise InvalidInputError(message, field=name, hint=f"Use one of {', '.join(words)}.")
    return words[word]


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        message = f"Day {text!r} is not a date."
        raise InvalidInputError(message, field="day", hint="Use a date such as 2026-11-20.") from error


def _day_number(day: date) -> int:
    return (day - EPOCH).days

"""What if: the same book with other rules, rule after rule, each on what the rules before it left.

Every rule uses only what was known when it would have been followed, but for "without the best" and
"without the worst", which are hindsight and show what the result hangs on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from analytics.evidence import MOST_CLUSTERS, sum_interval
from analytics.leak_slices import cluster_sums, day_rank, time_clusters
from analytics.outcomes import outcomes
from domain.columns import TradeFrame
from domain.rules import Rule, RuleKind

if TYPE_CHECKING:
    from domain.columns import Bools, Bytes, Codes, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a book came to.

    Attributes:
        n: Trades.
        total: Sum of their P&L.
        mean: P&L of a trade, None without one.
        win_rate: Winning share of the decided trades, None without one.
        drawdown: Deepest fall of the realised P&L below its peak, <= 0, the start in the peak.
        drawdown_fraction: The same as a fraction of the peak, None without a starting balance.
        fraction: `total` as a fraction of the starting balance, None without one.
        r_total: Sum of the R multiples, None without a planned risk.
        r_n: Trades with a planned risk.
    """

    n: int
    total: float
    mean: float | None
    win_rate: float | None
    drawdown: float
    drawdown_fraction: float | None
    fraction: float | None = None
    r_total: float | None = None
    r_n: int = 0

    @property
    def mean_r(self) -> float | None:
        """R of a trade with a planned risk."""
        return self.r_total / self.r_n if self.r_total is not None and self.r_n else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffect:
    """What one rule did after the rules before it.

    Attributes:
        removed: Trades it took out.
        resized: Trades whose size it changed.
        unknown: Trades it could not judge and left alone (no planned stop).
        change: By how much it changed the total.
    """

    rule: Rule
    removed: int
    resized: int
    unknown: int
    change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """A book with other rules beside what really happened.

    Attributes:
        actual, altered: Both outcomes, over the same closed trades.
        effects: One entry a rule, in order.
        change: altered.total - actual.total.
        low, high: 95 % interval of the change when days are drawn by luck; None without a change.
        change_r, low_r, high_r: The same in R, over the trades with a planned risk; None without one.
        weight: How much of each trade is left: 0 removed, 1 as it was; float64.
        pnl, altered_pnl: P&L of each trade, before and after.
    """

    actual: Outcome
    altered: Outcome
    effects: tuple[RuleEffect, ...]
    change: float
    low: float | None
    high: float | None
    weight: Floats
    pnl: Floats
    altered_pnl: Floats
    change_r: float | None = None
    low_r: float | None = None
    high_r: float | None = None

    @property
    def removed(self) -> Ints:
        """Rows of the trades that the rules take out."""
        return np.flatnonzero(self.weight == 0)


def what_if(
    frame: TradeFrame,
    pnl: Floats,
    rules: Sequence[Rule],
    *,
    starting_balance: float | None = None,
    result: Bytes | None = None,
) -> WhatIf:
    """Apply rules to a book and compare.

    Args:
        frame: Closed trades, ordered by closing time.
        pnl: P&L of each in the unit shown, float64.
        rules: In the order in which they apply.
        starting_balance: Money at the start, None when unknown.
        result: Win, loss or breakeven of each; without any tolerance when not given.

    Returns:
        Both outcomes, in money, as a part of the starting balance and in R. A trade made smaller has its P&L, fees
        and risk made smaller alike: its R stays.

    **Source:** the rules themselves, stated in `domain.rules`; the interval is that of a sum over
    independent days (see `analytics.evidence.sum_interval`).
    """
    book = _Book(frame, pnl, result)
    effects = tuple(book.apply(rule) for rule in rules)
    altered = pnl * book.weight
    change, low, high = _interval(altered - pnl, frame.exit_day)
    r, kept = _r_multiples(frame, pnl), book.weight > 0
    change_r, low_r, high_r = _interval(np.where(kept | np.isnan(r), 0.0, -r), frame.exit_day)
    has_r = not np.isnan(r).all()
    return WhatIf(
        actual=outcome(pnl, book.result, starting_balance, r=r),
        altered=outcome(altered, book.result, starting_balance, kept=kept, r=r),
        effects=effects,
        change=change,
        low=low,
        high=high,
        weight=book.weight,
        pnl=pnl,
        altered_pnl=altered,
        change_r=change_r if has_r else None,
        low_r=low_r if has_r else None,
        high_r=high_r if has_r else None,
    )


def _r_multiples(frame: TradeFrame, pnl: Floats) -> Floats:
    """Return P&L over the planned risk of each trade, NaN without one."""
    found: Floats = np.full(len(pnl), np.nan)
    np.divide(pnl, frame.risk, out=found, where=frame.risk > 0)
    return found


def outcome(
    pnl: Floats,
    result: Bytes,
    starting_balance: float | None,
    *,
    kept: Bools | None = None,
    r: Floats | None = None,
) -> Outcome:
    """Return what some trades came to.

    Args:
        pnl: P&L of each, by exit, 0 where it is not kept.
        result: +1 win, -1 loss, 0 breakeven of each.
        starting_balance: Money at the start, None when unknown.
        kept: Which trades count; all by default.
        r: R multiple of each, NaN without a planned risk.
    """
    known = np.zeros(0) if r is None else (r if kept is None else r[kept])
    known = known[~np.isnan(known)]
    counted = result if kept is None else result[kept]
    n, wins, losses = len(counted), int((counted > 0).sum()), int((counted < 0).sum())
    total = float(pnl.sum())
    curve = (starting_balance or 0.0) + np.cumsum(pnl)
    peak = np.maximum(np.maximum.accumulate(curve), starting_balance or 0.0) if len(pnl) else curve
    fall = curve - peak
    is_funded = starting_balance is not None and starting_balance > 0 and len(pnl) > 0
    return Outcome(
        n=n,
        total=total,
        mean=total / n if n else None,
        win_rate=wins / (wins + losses) if wins + losses else None,
        drawdown=float(fall.min(initial=0.0)),
        drawdown_fraction=max(float((fall / peak).min()), -1.0) if is_funded else None,
        fraction=total / starting_balance if is_funded and starting_balance else None,
        r_total=float(known.sum()) if len(known) else None,
        r_n=len(known),
    )


def _interval(change: Floats, days: Codes) -> tuple[float, float | None, float | None]:
    total = float(change.sum())
    if not np.any(change):
        return total, None, None
    clusters, count = time_clusters(days, MOST_CLUSTERS)
    if count < 2:
        return total, None, None
    by_cluster = cluster_sums(clusters, change, count)
    _, low, high = sum_interval(by_cluster, np.arange(count))
    return total, low, high


class _Book:
    """Trades with what the rules so far have left of them."""

    __slots__ = ("frame", "pnl", "result", "weight")

    def __init__(self, frame: TradeFrame, pnl: Floats, result: Bytes | None = None) -> None:
        self.frame = frame
        self.pnl = pnl
        self.result = outcomes(pnl, frame.gross) if result is None else result
        self.weight: Floats = np.ones(len(frame))

    def apply(self, rule: Rule) -> RuleEffect:
        """Follow one rule and say what it did."""
        before = self.weight
        after, unknown = _RULES[rule.kind](self, rule)
        self.weight = after
        kept, still = before > 0, after > 0
        return RuleEffect(
            rule=rule,
            removed=int((kept & ~still).sum()),
            resized=int((still & (after != before)).sum()),
            unknown=unknown,
            change=float((self.pnl * (after - before)).sum()),
        )

    def without(self, gone: Bools) -> tuple[Floats, int]:
        """Return the weights without some trades."""
        return np.where(gone, 0.0, self.weight), 0


def _skip_setup(book: _Book, rule: Rule) -> tuple[Floats, int]:
    names = book.frame.setups
    return book.without(book.frame.setup == names.index(rule.value) if rule.value in names else _none(book))


def _skip_symbol(book: _Book, rule: Rule) -> tuple[Floats, int]:
    wanted = np.array([name == rule.value for name in book.frame.symbols] or [False], dtype=np.bool_)
    return book.without(wanted[book.frame.instrument])


def _skip_tag(book: _Book, rule: Rule) -> tuple[Floats, int]:
    names = book.frame.tags
    if rule.value not in names:
        return book.without(_none(book))
    return book.without((book.frame.tag_mask >> names.index(rule.value)) & 1 == 1)


def _skip_side(book: _Book, rule: Rule) -> tuple[Floats, int]:
    return book.without(book.frame.side == (1 if rule.value == "long" else -1))


def _skip_weekday(book: _Book, rule: Rule) -> tuple[Floats, int]:
    return book.without((book.frame.entry_day + 3) % 7 == int(rule.value))


def _skip_hour(book: _Book, rule: Rule) -> tuple[Floats, int]:
    return book.without(book.frame.entry_minute // 60 == int(rule.value))


def _none(book: _Book) -> Bools:
    return np.zeros(len(book.frame), dtype=np.bool_)


def _stop_after_losses(book: _Book, rule: Rule) -> tuple[Floats, int]:
    rows = np.flatnonzero((book.weight > 0) & (book.result < 0))
    rows, starts = _by_day(book.frame.exit_day, rows)
    place = np.arange(len(rows)) - starts
    return book.without(_after_stop(book, rows[place == int(rule.value) - 1]))


def _stop_after_loss(book: _Book, rule: Rule) -> tuple[Floats, int]:
    return book.without(_after_stop(book, _first_below(book, book.pnl * book.weight, rule.number)))


def _stop_after_loss_r(book: _Book, rule: Rule) -> tuple[Floats, int]:
    risk = book.frame.risk
    planned = risk > 0
    multiples = np.where(planned, book.pnl / np.where(planned, risk, 1.0), 0.0) * (book.weight > 0)
    weight, _ = book.without(_after_stop(book, _first_below(book, multiples, rule.number)))
    return weight, int((~planned & (book.weight > 0)).sum())


def _first_below(book: _Book, values: Floats, amount: float) -> Ints:
    """Return the trade that brings each day's sum to -amount or below, for the days that get there."""
    rows, starts = _by_day(book.frame.exit_day, np.flatnonzero(book.weight > 0))
    if not len(rows):
        return rows
    sums = np.cumsum(values[rows])
    before = np.append(0.0, sums)[starts]
    below = np.flatnonzero(sums - before <= -amount)
    is_first = np.append(True, starts[below][1:] != starts[below][:-1]) if len(below) else below.astype(np.bool_)
    found: Ints = rows[below[is_first]]
    return found


def _by_day(days: Codes, rows: Ints) -> tuple[Ints, Ints]:
    """Return rows ordered by day, and for each the position of its day's first."""
    ordered = rows[np.argsort(days[rows], kind="stable")]
    day = days[ordered]
    starts = np.flatnonzero(np.append(True, day[1:] != day[:-1])) if len(day) else np.zeros(0, dtype=np.int64)
    return ordered, np.repeat(starts, np.diff(np.append(starts, len(day))))


def _after_stop(book: _Book, stops: Ints) -> Bools:
    """Return which trades were entered on a day when a trade of it had already ended the day.

    The trades up to the stop were all entered before it, so none of them is removed by it: the rule
    needs no second look at what it has itself removed.
    """
    frame = book.frame
    if not len(stops):
        return _none(book)
    first = int(min(frame.entry_day.min(), frame.exit_day.min()))
    size = int(max(frame.entry_day.max(), frame.exit_day.max())) - first + 1
    until = np.full(size, np.iinfo(np.int64).max)
    until[frame.exit_day[stops] - first] = frame.closed_at[stops]
    limit = until[frame.entry_day - first]
    return (frame.opened_at >= limit) & (frame.closed_at > limit)


def _most_trades(book: _Book, rule: Rule) -> tuple[Floats, int]:
    rows = np.flatnonzero(book.weight > 0)
    gone = _none(book)
    gone[rows] = day_rank(book.frame.entry_day[rows], book.frame.opened_at[rows]) > int(rule.value)
    return book.without(gone)


def _cap_size(book: _Book, rule: Rule) -> tuple[Floats, int]:
    value = np.abs(book.frame.quantity * book.frame.entry_price) * book.weight
    over = value > rule.number
    return np.where(over, book.weight * rule.number / np.where(over, value, 1.0), book.weight), 0


def _fixed_risk(book: _Book, rule: Rule) -> tuple[Floats, int]:
    risk = book.frame.risk
    kept, planned = book.weight > 0, risk > 0
    weight = np.where(kept & planned, rule.number / np.where(planned, risk, 1.0), book.weight)
    return weight, int((kept & ~planned).sum())


def _remove_best(book: _Book, rule: Rule) -> tuple[Floats, int]:
    return book.without(_extreme(book, -1.0, int(rule.value)))


def _remove_worst(book: _Book, rule: Rule) -> tuple[Floats, int]:
    return book.without(_extreme(book, 1.0, int(rule.value)))


def _extreme(book: _Book, sign: float, count: int) -> Bools:
    """Return the trades with the lowest sign x P&L among those still there."""
    gone = _none(book)
    rows = np.flatnonzero(book.weight > 0)
    count = min(count, len(rows))
    if count:
        values = sign * book.pnl[rows] * book.weight[rows]
        gone[rows[np.argpartition(values, count - 1)[:count]]] = True
    return gone


_RULES: dict[RuleKind, Callable[[_Book, Rule], tuple[Floats, int]]] = {
    RuleKind.SKIP_SETUP: _skip_setup,
    RuleKind.SKIP_SYMBOL: _skip_symbol,
    RuleKind.SKIP_TAG: _skip_tag,
    RuleKind.SKIP_SIDE: _skip_side,
    RuleKind.SKIP_WEEKDAY: _skip_weekday,
    RuleKind.SKIP_HOUR: _skip_hour,
    RuleKind.STOP_AFTER_LOSSES: _stop_after_losses,
    RuleKind.STOP_AFTER_LOSS: _stop_after_loss,
    RuleKind.STOP_AFTER_LOSS_R: _stop_after_loss_r,
    RuleKind.MOST_TRADES: _most_trades,
    RuleKind.CAP_SIZE: _cap_size,
    RuleKind.FIXED_RISK: _fixed_risk,
    RuleKind.REMOVE_BEST: _remove_best,
    RuleKind.REMOVE_WORST: _remove_worst,
}

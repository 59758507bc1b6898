"""Trades by symbol, side, weekday and so on: sums over integer codes, one pass a column."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.codes import count_by_code, dense_codes, sum_by_code
from analytics.durations import DURATIONS, duration_codes
from analytics.outcomes import outcomes
from domain.columns import TradeFrame
from domain.errors import InvalidInputError
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.columns import Bytes, Codes, Floats, Ints

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NO_TAG = "No tag"
NO_SETUP = "No setup"
MOST_BINS = 40
SMALLEST_BIN = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Closed trades by one property; one row a bucket that has trades, in natural order.

    Attributes:
        by: The property.
        labels: Name of each bucket.
        keys: Its number: hour, weekday (0 Monday), months since 1970, code of symbol, tag or setup.
        n, wins, losses: Numbers of trades.
        net, gross, fees: Sums of money.
        profit, loss: Sums of the P&L above and below zero in the chosen basis; loss <= 0.
        sum_r, n_r: Sum of R multiples and number of trades that have one.
        mean: Mean P&L in the chosen basis.
        overlaps: True for tags: a trade with two tags counts in both rows, so rows do not add up.
    """

    by: str
    labels: tuple[str, ...]
    keys: Ints
    n: Ints
    wins: Ints
    losses: Ints
    net: Floats
    gross: Floats
    fees: Floats
    profit: Floats
    loss: Floats
    sum_r: Floats
    n_r: Ints
    mean: Floats
    overlaps: bool = False

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def win_rate(self) -> Floats:
        """W / (W + L), NaN without a decided trade."""
        decided = (self.wins + self.losses).astype(np.float64)
        decided[decided == 0] = np.nan
        rate: Floats = self.wins / decided
        return rate

    @property
    def profit_factor(self) -> Floats:
        """Profit over absolute loss, NaN without a loss."""
        lost = np.where(self.loss < 0, -self.loss, np.nan)
        factor: Floats = self.profit / lost
        return factor


def breakdown(frame: TradeFrame, by: str, *, basis: Basis = Basis.NET, tolerance: float = 0.0) -> Breakdown:
    """Sum the closed trades of a frame up by one property.

    Args:
        frame: Trades; open ones are left out.
        by: One of `BREAKDOWNS`. Weekday and hour are those of the entry, month that of the exit.
        basis: Decides wins, losses, profit, loss, R and mean.
        tolerance: Money that still counts as breakeven.

    Raises:
        InvalidInputError: If `by` is not known.
    """
    return breakdowns(frame, [by], basis=basis, tolerance=tolerance)[by]


def breakdowns(
    frame: TradeFrame, properties: Sequence[str], *, basis: Basis = Basis.NET, tolerance: float = 0.0
) -> dict[str, Breakdown]:
    """Several breakdowns of one frame, sharing the work; arguments as in `breakdown`."""
    for by in properties:
        if by not in BREAKDOWNS:
            message = f"Breakdown by {by!r} is not known."
            raise InvalidInputError(message, field="by", hint=f"Use one of {', '.join(BREAKDOWNS)}.")
    closed = _Closed(frame, basis, tolerance)
    return {by: BREAKDOWNS[by](closed, by) for by in properties}


class _Closed:
    """The closed trades of a frame, read column by column."""

    __slots__ = ("basis", "classes", "frame", "gross", "n", "pnl", "r_multiples", "rows")

    def __init__(self, frame: TradeFrame, basis: Basis, tolerance: float) -> None:
        self.frame = frame
        self.basis = basis
        self.rows: Any = np.flatnonzero(~frame.is_open) if frame.is_open.any() else slice(None)
        self.gross: Floats = frame.gross[self.rows]
        self.pnl: Floats = frame.net[self.rows] if basis is Basis.NET else self.gross
        self.n = len(self.pnl)
        # Six classes a bucket: loss, breakeven, win, each with P&L up to and above zero.
        outcome = outcomes(self.pnl, self.gross, tolerance=tolerance)
        self.classes: Bytes = (outcome + np.int8(1)) * np.int8(2) + (self.pnl > 0)
        risk = frame.risk[self.rows]
        self.r_multiples: Floats | None = None if np.isnan(risk).all() else self.pnl / risk

    def sum_up(self, codes: Ints | Codes, size: int) -> _Sums:
        """Sum every column by code, in as few passes as it takes."""
        codes = codes.astype(np.int64, copy=False)
        cells = codes * 6
        cells += self.classes
        counts = count_by_code(cells, 6 * size).reshape(size, 3, 2).sum(axis=2)
        by_sign = sum_by_code(cells, self.pnl, 6 * size).reshape(size, 3, 2).sum(axis=1)
        pnl = by_sign.sum(axis=1)
        other = self.gross if self.basis is Basis.NET else self.frame.net[self.rows]
        other_sum = sum_by_code(codes, other, size)
        gross, net = (other_sum, pnl) if self.basis is Basis.NET else (pnl, other_sum)
        sum_r, n_r = self._multiples(codes, size)
        return _Sums(
            counts=counts, net=net, gross=gross, profit=by_sign[:, 1], loss=by_sign[:, 0], sum_r=sum_r, n_r=n_r
        )

    def _multiples(self, codes: Ints | Codes, size: int) -> tuple[Floats, Ints]:
        if self.r_multiples is None:
            return np.zeros(size), np.zeros(size, dtype=np.int64)
        has = ~np.isnan(self.r_multiples)
        chosen = codes[has]
        return sum_by_code(chosen, self.r_multiples[has], size), count_by_code(chosen, size)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Sums per bucket, empty buckets included."""

    counts: Ints
    net: Floats
    gross: Floats
    profit: Floats
    loss: Floats
    sum_r: Floats
    n_r: Ints

    def merge(self, members: Ints) -> _Sums:
        """Add buckets up by a 0/1 matrix, one row a new bucket."""
        return _Sums(
            counts=members @ self.counts,
            net=members @ self.net,
            gross=members @ self.gross,
            profit=members @ self.profit,
            loss=members @ self.loss,
            sum_r=members @ self.sum_r,
            n_r=members @ self.n_r,
        )

    def table(self, by: str, labels: Sequence[str], keys: Ints | None = None, *, overlaps: bool = False) -> Breakdown:
        """Drop empty buckets and name the rest."""
        n = self.counts.sum(axis=1)
        rows = np.flatnonzero(n)
        net, gross = self.net[rows], self.gross[rows]
        return Breakdown(
            by=by,
            labels=tuple(labels[row] for row in rows.tolist()),
            keys=rows if keys is None else keys[rows],
            n=n[rows],
            wins=self.counts[rows, 2],
            losses=self.counts[rows, 0],
            net=net,
            gross=gross,
            fees=gross - net,
            profit=self.profit[rows],
            loss=self.loss[rows],
            sum_r=self.sum_r[rows],
            n_r=self.n_r[rows],
            mean=(self.profit[rows] + self.loss[rows]) / n[rows],
            overlaps=overlaps,
        )


def _by_name(closed: _Closed, by: str, names: Sequence[str]) -> Breakdown:
    """By a name of the instrument: instruments that share it are one bucket."""
    distinct = {name: code for code, name in enumerate(dict.fromkeys(names))}
    table = np.array([distinct[name] for name in names], dtype=np.int32)
    instrument = closed.frame.instrument[closed.rows]
    codes = table[instrument] if len(table) else instrument
    return closed.sum_up(codes, len(distinct)).table(by, tuple(distinct))


def _by_symbol(closed: _Closed, by: str) -> Breakdown:
    return _by_name(closed, by, closed.frame.symbols)


def _by_asset_class(closed: _Closed, by: str) -> Breakdown:
    return _by_name(closed, by, closed.frame.asset_classes)


def _by_side(closed: _Closed, by: str) -> Breakdown:
    codes = (closed.frame.side[closed.rows] < 0).astype(np.int32)
    return closed.sum_up(codes, 2).table(by, ("Long", "Short"), np.array([1, -1]))


def _by_weekday(closed: _Closed, by: str) -> Breakdown:
    weekdays = _map_days(closed.frame.entry_day[closed.rows], lambda days: (days + 3) % 7)
    return closed.sum_up(weekdays, 7).table(by, WEEKDAYS)


def _by_hour(closed: _Closed, by: str) -> Breakdown:
    hours = np.repeat(np.arange(24, dtype=np.int32), 60)[closed.frame.entry_minute[closed.rows]]
    return closed.sum_up(hours, 24).table(by, [f"{hour:02d}:00" for hour in range(24)])


def _by_month(closed: _Closed, by: str) -> Breakdown:
    months = _map_days(closed.frame.exit_day[closed.rows], _months)
    first = int(months.min()) if len(months) else 0
    size = int(months.max()) - first + 1 if len(months) else 0
    keys = np.arange(first, first + size)
    labels = np.datetime_as_string(keys.astype("datetime64[M]")).tolist()
    return closed.sum_up(months - np.int32(first), size).table(by, labels, keys)


def _months(days: Ints) -> Ints:
    months: Ints = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months


def _map_days(days: Codes, function: Callable[[Ints], Ints]) -> Codes:
    """Apply a function of the day once per calendar day, not once per row."""
    if not len(days):
        return days
    first, last = int(days.min()), int(days.max())
    table = function(np.arange(first, last + 1)).astype(np.int32)
    mapped: Codes = table[days - np.int32(first)]
    return mapped


def _by_duration(closed: _Closed, by: str) -> Breakdown:
    codes = duration_codes(closed.frame.held_seconds[closed.rows])
    return closed.sum_up(codes, len(DURATIONS)).table(by, [item.label for item in DURATIONS])


def _by_setup(closed: _Closed, by: str) -> Breakdown:
    names = (*closed.frame.setups, NO_SETUP)
    codes = closed.frame.setup[closed.rows]
    codes = np.where(codes < 0, len(names) - 1, codes)
    keys = np.append(np.arange(len(names) - 1), -1)
    return closed.sum_up(codes, len(names)).table(by, names, keys)


def _by_account(closed: _Closed, by: str) -> Breakdown:
    accounts, codes = dense_codes(closed.frame.account[closed.rows])
    return closed.sum_up(codes, len(accounts)).table(by, [str(account) for account in accounts.tolist()], accounts)


def _by_tag(closed: _Closed, by: str) -> Breakdown:
    """By tag: sums per combination of tags, then per tag; a trade counts in each of its tags."""
    masks, codes = dense_codes(closed.frame.tag_mask[closed.rows])
    names = (*closed.frame.tags, NO_TAG)
    bits = [(masks >> bit) & 1 for bit in range(len(names) - 1)]
    members = np.array([*bits, masks == 0], dtype=np.int64).reshape(len(names), len(masks))
    keys = np.append(np.arange(len(names) - 1), -1)
    return closed.sum_up(codes, len(masks)).merge(members).table(by, names, keys, overlaps=True)


BREAKDOWNS: dict[str, Callable[[_Closed, str], Breakdown]] = {
    "symbol": _by_symbol,
    "side": _by_side,
    "weekday": _by_weekday,
    "hour": _by_hour,
    "month": _by_month,
    "duration": _by_duration,
    "tag": _by_tag,
    "setup": _by_setup,
    "asset_class": _by_asset_class,
    "account": _by_account,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Counts between edges; `edges` has one more entry than `counts` and always contains 0."""

    edges: Floats
    counts: Ints


def distribution(values: Floats, *, most_bins: int = MOST_BINS) -> Histogram:
    """Count values in bins of a round width, with 0 as an edge so that no bin mixes wins and losses.

    Args:
        values: P&L or R multiples; NaN is left out.
        most_bins: Upper bound on the number of bins, >= 4.

    Returns:
        Bins [edge, next edge), the last one closed; empty for no values.

    **Source:** bin width after D. Freedman, P. Diaconis 1981, rounded up to 1, 2, 2.5 or 5 x 10^k.
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return Histogram(edges=np.zeros(0), counts=np.zeros(0, dtype=np.int64))
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    step = _round_step(_bin_width(values, low, high, most_bins))
    first, last = math.floor(low / step), math.ceil(high / step)
    # A quotient may round onto the edge while the value lies just beyond it.
    first -= first * step > low
    last += last * step < high or last == first
    edges: Floats = np.arange(first, last + 1) * np.float64(step)
    counts, _ = np.histogram(values, bins=edges)
    return Histogram(edges=edges, counts=counts)


def _bin_width(values: Floats, low: float, high: float, most_bins: int) -> float:
    quarter, three_quarters = np.quantile(values, [0.25, 0.75])
    width = 2 * float(three_quarters - quarter) / len(values) ** (1 / 3)
    # Two bins are lost to rounding at the ends.
    widest = max(width, (high - low) / (most_bins - 2))
    return max(widest, SMALLEST_BIN) if widest > 0 else 1.0


def _round_step(width: float) -> float:
    power = 10.0 ** math.floor(math.log10(width))
    return next((factor * power for factor in (1.0, 2.0, 2.5, 5.0) if width <= factor * power), 10.0 * power)

"""The usual figures of many groups of trades at once: sums over codes, and figures from the sums.

The figures are those of `analytics.metrics` by the same definitions; a group costs nothing by itself, so a
breakdown into five thousand symbols takes no longer than one into two sides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from analytics.codes import count_by_code, sum_by_code
from analytics.distributions import t_quantile

if TYPE_CHECKING:
    from domain.columns import Bytes, Floats, Ints

FEWEST_FOR_INTERVAL = 10


@dataclass(frozen=True, kw_only=True)
class SliceColumns:
    """What is summed: closed trades and exits of one filter; what several breakdowns need is made once.

    Attributes:
        pnl: P&L of each closed trade in the basis, float64.
        outcome: +1 win, -1 loss, 0 breakeven of each, int8.
        risk: Initial risk of each, NaN where none was planned.
        exit_gross, exit_fees: Of each exit.
    """

    pnl: Floats
    outcome: Bytes
    risk: Floats
    exit_gross: Floats
    exit_fees: Floats

    @cached_property
    def classes(self) -> Bytes:
        """Six classes of trades: loss, breakeven, win, each with P&L up to and above zero."""
        found: Bytes = (self.outcome + np.int8(1)) * np.int8(2) + (self.pnl > 0)
        return found

    @cached_property
    def squares(self) -> Floats:
        """Squared P&L."""
        found: Floats = self.pnl * self.pnl
        return found

    @cached_property
    def planned(self) -> Ints:
        """Positions of the trades with a planned risk."""
        return np.flatnonzero(self.risk > 0)

    @cached_property
    def multiples(self) -> Floats:
        """R multiples of the trades with a planned risk."""
        found: Floats = self.pnl[self.planned] / self.risk[self.planned]
        return found


class Sums(Protocol):
    """Sums by group, one entry a group.

    `n`, `wins`, `losses` count closed trades; `profit` and `loss` add up P&L above and below zero (loss <= 0),
    `win_sum` and `loss_sum` that of wins and losses, `squares` its squares; `n_r` and `sum_r` are trades with a
    planned risk and the sum of their R multiples; `exits`, `gross` and `fees` are of the exits.
    """

    @property
    def n(self) -> Ints: ...  # noqa: D102 - the protocol's class says it
    @property
    def wins(self) -> Ints: ...  # noqa: D102
    @property
    def losses(self) -> Ints: ...  # noqa: D102
    @property
    def profit(self) -> Floats: ...  # noqa: D102
    @property
    def loss(self) -> Floats: ...  # noqa: D102
    @property
    def win_sum(self) -> Floats: ...  # noqa: D102
    @property
    def loss_sum(self) -> Floats: ...  # noqa: D102
    @property
    def squares(self) -> Floats: ...  # noqa: D102
    @property
    def n_r(self) -> Ints: ...  # noqa: D102
    @property
    def sum_r(self) -> Floats: ...  # noqa: D102
    @property
    def exits(self) -> Ints: ...  # noqa: D102
    @property
    def gross(self) -> Floats: ...  # noqa: D102
    @property
    def fees(self) -> Floats: ...  # noqa: D102


def _as_it_is(column: Any) -> Any:
    return column


@dataclass(frozen=True, kw_only=True)
class SliceSums:
    """Sums over codes; each is made when it is first asked for, so that a figure costs only what it needs.

    Attributes:
        columns: n trades and m exits.
        trade_codes: Group of each trade, 0 .. size - 1, any integer type.
        exit_codes: Group of each exit.
        size: Number of groups.
        finish: Applied to every sum by code: adds overlapping groups up, or makes a table of them.
    """

    columns: SliceColumns
    trade_codes: Any
    exit_codes: Any
    size: int
    finish: Callable[[Any], Any] = _as_it_is

    @cached_property
    def _cells(self) -> Any:
        """Six cells a group, one for each class of trades."""
        cells = np.multiply(self.trade_codes, 6, dtype=np.int64)
        cells += self.columns.classes
        return cells

    @cached_property
    def _counts(self) -> Any:
        return count_by_code(self._cells, 6 * self.size).reshape(self.size, 3, 2).sum(axis=2)

    @cached_property
    def _money(self) -> Any:
        return sum_by_code(self._cells, self.columns.pnl, 6 * self.size).reshape(self.size, 3, 2)

    @cached_property
    def n(self) -> Any:
        """Closed trades."""
        # Where outcomes are counted already, the numbers are known.
        is_known = "_counts" in self.__dict__
        return self.finish(self._counts.sum(axis=1) if is_known else count_by_code(self.trade_codes, self.size))

    @cached_property
    def wins(self) -> Any:
        """Winning trades."""
        return self.finish(self._counts[:, 2])

    @cached_property
    def losses(self) -> Any:
        """Losing trades."""
        return self.finish(self._counts[:, 0])

    @cached_property
    def profit(self) -> Any:
        """Sum of P&L above zero."""
        return self.finish(self._money[:, :, 1].sum(axis=1))

    @cached_property
    def loss(self) -> Any:
        """Sum of P&L below zero."""
        return self.finish(self._money[:, :, 0].sum(axis=1))

    @cached_property
    def win_sum(self) -> Any:
        """P&L of the wins."""
        return self.finish(self._money[:, 2, :].sum(axis=1))

    @cached_property
    def loss_sum(self) -> Any:
        """P&L of the losses."""
        return self.finish(self._money[:, 0, :].sum(axis=1))

    @cached_property
    def squares(self) -> Any:
        """Sum of squared P&L."""
        return self.finish(sum_by_code(self.trade_codes, self.columns.squares, self.size))

    @cached_property
    def n_r(self) -> Any:
        """Closed trades with a planned risk."""
        return self.finish(count_by_code(self.trade_codes[self.columns.planned], self.size))

    @cached_property
    def sum_r(self) -> Any:
        """Sum of their R multiples."""
        codes = self.trade_codes[self.columns.planned]
        return self.finish(sum_by_code(codes, self.columns.multiples, self.size))

    @cached_property
    def exits(self) -> Any:
        """Number of exits."""
        return self.finish(count_by_code(self.exit_codes, self.size))

    @cached_property
    def gross(self) -> Any:
        """P&L of the exits before fees."""
        return self.finish(sum_by_code(self.exit_codes, self.columns.exit_gross, self.size))

    @cached_property
    def fees(self) -> Any:
        """Fees of the exits."""
        return self.finish(sum_by_code(self.exit_codes, self.columns.exit_fees, self.size))


class SharedSums:
    """Sums by one of several codings that were summed together: a sum over the others; read as `Sums`.

    Args:
        joint: Sums by all combinations of the codings.
        shape: Cells of each coding, in the order they were combined.
        axis: Which of them is asked; the number of codings for the sum over all, one group.
        finish: As of `SliceSums`.
    """

    def __init__(
        self, joint: SliceSums, shape: tuple[int, ...], axis: int, finish: Callable[[Any], Any] = _as_it_is
    ) -> None:
        self._joint = joint
        self._shape = (*shape, 1)
        self._others = tuple(other for other in range(len(shape) + 1) if other != axis)
        self._finish = finish

    def __getattr__(self, name: str) -> Any:
        """Return a column; it is kept, so that this happens once."""
        whole = getattr(self._joint, name)
        found = self._finish(whole.reshape(self._shape).sum(axis=self._others))
        setattr(self, name, found)
        return found


MOST_JOINT = 1 << 15
"""Cells up to which codings are summed together: what six classes of them take stays in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """Cells of trades and exits by one property; attributes as those of `SliceSums`."""

    trade_codes: Any
    exit_codes: Any
    size: int
    finish: Callable[[Any], Any] = _as_it_is


def sums_of(columns: SliceColumns, codings: Sequence[Coding]) -> tuple[Sums, ...]:
    """Return the sums by each of one or more codings, then those of everything as one group.

    Small codings share their passes over the columns.
    """
    found: list[Any] = [None] * len(codings)
    groups = [(places, *_sum_together(columns, [codings[place] for place in places])) for places in _shared(codings)]
    for places, joint, shape in groups:
        for axis, place in enumerate(places):
            found[place] = SharedSums(joint, shape, axis, codings[place].finish)
    _, joint, shape = groups[-1]
    return (*found, SharedSums(joint, shape, len(shape)))


def _sum_together(columns: SliceColumns, codings: Sequence[Coding]) -> tuple[SliceSums, tuple[int, ...]]:
    shape = tuple(coding.size for coding in codings)
    sums = SliceSums(
        columns=columns,
        trade_codes=_joined([coding.trade_codes for coding in codings], shape),
        exit_codes=_joined([coding.exit_codes for coding in codings], shape),
        size=math.prod(shape),
    )
    return sums, shape


def _shared(codings: Sequence[Coding]) -> list[list[int]]:
    """Return which codings are summed together, largest first, each where it fits."""
    groups: list[tuple[int, list[int]]] = []
    for place in sorted(range(len(codings)), key=lambda item: -codings[item].size):
        size = max(codings[place].size, 1)
        at = next((at for at, (cells, _) in enumerate(groups) if cells * size <= MOST_JOINT), None)
        if at is None:
            groups.append((size, [place]))
        else:
            groups[at] = (groups[at][0] * size, [*groups[at][1], place])
    return [places for _, places in groups]


def _joined(codes: Sequence[Any], shape: tuple[int, ...]) -> Any:
    # Few cells are combined in the narrowest type that holds their number: a quarter of the memory to walk through.
    kind = np.int16 if math.prod(shape) <= MOST_JOINT else np.int64
    joined = codes[0].astype(kind)
    for more, size in zip(codes[1:], shape[1:], strict=True):
        joined *= kind(size)
        joined += more.astype(kind, copy=False)
    # What is counted by has to be of this type: once here, not with every sum.
    return joined.astype(np.int64, copy=False)


def _ratio(above: Any, below: Any) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.where(np.asarray(below) != 0, above / np.where(below == 0, 1, below), np.nan)
    return found


def _of_exits(values: Floats, sums: Sums) -> Floats:
    return np.where(sums.exits > 0, values, np.nan)


def _payoff(sums: Sums) -> Floats:
    return _ratio(_ratio(sums.win_sum, sums.wins), -_ratio(sums.loss_sum, sums.losses))


@dataclass(frozen=True, slots=True)
class SliceFigure:
    """A figure of a group from its sums, NaN where it is undefined, and what n it rests on."""

    value: Callable[[Sums], Any]
    n: Callable[[Sums], Any]


def _closed(sums: Sums) -> Any:
    return sums.n


SLICE_FIGURES: dict[str, SliceFigure] = {
    "net_pnl": SliceFigure(lambda s: _of_exits(s.gross - s.fees, s), lambda s: s.exits),
    "gross_pnl": SliceFigure(lambda s: _of_exits(s.gross, s), lambda s: s.exits),
    "fees": SliceFigure(lambda s: _of_exits(s.fees, s), lambda s: s.exits),
    "trades": SliceFigure(lambda s: s.n.astype(np.float64), _closed),
    "wins": SliceFigure(lambda s: s.wins.astype(np.float64), _closed),
    "losses": SliceFigure(lambda s: s.losses.astype(np.float64), _closed),
    "breakevens": SliceFigure(lambda s: (s.n - s.wins - s.losses).astype(np.float64), _closed),
    "win_rate": SliceFigure(lambda s: _ratio(s.wins, s.wins + s.losses), lambda s: s.wins + s.losses),
    "win_rate_all": SliceFigure(lambda s: _ratio(s.wins, s.n), _closed),
    "profit_factor": SliceFigure(lambda s: _ratio(s.profit, -s.loss), _closed),
    "payoff": SliceFigure(_payoff, lambda s: s.wins + s.losses),
    "expectancy": SliceFigure(lambda s: _ratio(s.profit + s.loss, s.n), _closed),
    "expectancy_r": SliceFigure(lambda s: _ratio(s.sum_r, s.n_r), lambda s: s.n_r),
    "avg_win": SliceFigure(lambda s: _ratio(s.win_sum, s.wins), lambda s: s.wins),
    "avg_loss": SliceFigure(lambda s: _ratio(s.loss_sum, s.losses), lambda s: s.losses),
}
"""Figures by the slug of the metric they equal."""


def mean_bounds(sums: Sums, *, level: float = 0.95) -> tuple[Floats, Floats]:
    """Return the ends of each group's interval of the mean P&L, NaN below ten trades.

    Args:
        sums: By group.
        level: Confidence between 0 and 1.

    **Source:** Student 1908.
    """
    n = sums.n
    mean = _ratio(sums.profit + sums.loss, n)
    enough = n >= FEWEST_FOR_INTERVAL
    spread = np.maximum(sums.squares - n * np.where(enough, mean, 0.0) ** 2, 0.0)
    sizes, place = np.unique(n[enough], return_inverse=True)
    quantiles = np.array([t_quantile(0.5 + level / 2, size - 1) for size in sizes.tolist()])
    half = np.full(len(n), np.nan)
    half[enough] = quantiles[place] * np.sqrt(spread[enough] / (n[enough] - 1) / n[enough])
    return mean - half, mean + half

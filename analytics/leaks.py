"""Leaks: parts of a book that lose money, told only when luck does not explain them.

Every slice by one or two properties is tested in the earlier part of the period; the false discovery
rate over all of them is held down (Benjamini-Yekutieli, valid under any dependence). What is left is
tested again in the later part, which played no role in the choice. Only what fails both is a leak.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from analytics.codes import count_by_code
from analytics.distributions import t_quantile
from analytics.evidence import Sample, judge_rows, judge_slices, slice_cells, sum_interval
from analytics.leak_slices import Slicing, cluster_sums
from domain.errors import InvalidInputError

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Floats, Ints

FEWEST_TRADES = 100
FEWEST_IN_SLICE = 20
FEWEST_TO_CONFIRM = 10
MOST_LEAKS = 10
MOST_CELLS = 500_000
SEARCHED_SHARE = 0.6
DISCOVERY_RATE = 0.20
CONFIRM_LEVEL = 0.05
SUSPECT = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One property's value that a slice asks for: slug and key as a condition of the filter takes them."""

    by: str
    title: str
    label: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A slice that lost money, earlier and later.

    Attributes:
        parts: What its trades have in common, one or two properties.
        rows: Its trades among those searched, int64.
        n: How many.
        change: By how much the period would have changed without them (minus their P&L).
        low, high: 95 % interval of that change.
        mean: Mean P&L of one of its trades over the period.
        rest: Mean P&L of all other trades.
        p_found: Chance of such a slice in the earlier part by luck, before correction.
        p_confirmed: The same in the later part.
        later_n, later_mean: Its trades in the later part: the fair estimate, not used for the choice.
    """

    parts: tuple[Part, ...]
    rows: Ints
    n: int
    change: float
    low: float
    high: float
    mean: float
    rest: float
    p_found: float
    p_confirmed: float
    later_n: int
    later_mean: float

    @property
    def label(self) -> str:
        """What its trades have in common."""
        return " and ".join(f"{part.title.lower()} {part.label}" for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakReport:
    """What the search came to.

    Attributes:
        leaks: Confirmed ones, costliest first; slices that only repeat another are left out.
        tested: Slices that had enough trades to be tested.
        found: How many stood out in the earlier part, confirmed later or not.
        n, searched: Trades in all, and those of the earlier part.
        split_day: First day of the later part, days since 1970; None without a search.
        detectable: Mean loss a trade that a slice of a tenth of the trades would need to be seen.
        reason: Why nothing was searched, "" when it was.
    """

    leaks: tuple[Leak, ...]
    tested: int
    found: int
    n: int
    searched: int
    split_day: int | None = None
    detectable: float | None = None
    reason: str = ""


def find_leaks(pnl: Floats, days: Codes, properties: Sequence[Slicing]) -> LeakReport:
    """Search the slices of a book by one and two properties for leaks.

    A leak loses money *and* does worse than the other trades: in a book that loses everywhere alike
    no part is to blame. Standard errors are by trading day (neighbouring days together above 250),
    so that trades of a day are not taken for independent; the t statistic is corrected for the
    skewness of the book, since a slice of a lottery looks bad until its win comes.

    Args:
        pnl: P&L of closed trades, float64, ordered by exit.
        days: Exit day of each, days since 1970, ascending.
        properties: From `analytics.leak_slices.slicings`, codes of the same length.

    Raises:
        InvalidInputError: If the columns differ in length.

    **Source:** Y. Benjamini, D. Yekutieli, The control of the false discovery rate under dependency,
    2001; S. Holm 1979 for the confirmation; P. Hall, On the removal of skewness by transformation,
    1992; clustered errors: K.-Y. Liang, S. Zeger 1986.
    """
    if any(len(item.codes) != len(pnl) for item in properties) or len(days) != len(pnl):
        raise InvalidInputError("Every column needs one entry a trade.", field="properties")
    split = _split_row(days)
    if len(pnl) < FEWEST_TRADES or not 0 < split < len(pnl):
        reason = f"A search needs {FEWEST_TRADES} closed trades on several days; there are {len(pnl)}."
        return LeakReport(leaks=(), tested=0, found=0, n=len(pnl), searched=0, reason=reason)
    early = Sample(pnl[:split], days[:split])
    late = Sample(pnl[split:], days[split:])
    candidates, tested = _search(early, properties, split)
    chosen = _distinct(early, _discoveries(candidates, tested), split)
    whole = Sample(pnl, days)
    leaks = _confirm(chosen, early, late, whole)
    return LeakReport(
        leaks=tuple(sorted(leaks, key=lambda leak: -leak.change)),
        tested=tested,
        found=len(chosen),
        n=len(pnl),
        searched=split,
        split_day=int(days[split]),
        detectable=_detectable(early, tested),
    )


def _split_row(days: Codes) -> int:
    """Return the first row of the later part: a day is never cut in two."""
    if not len(days):
        return 0
    return int(np.searchsorted(days, days[int(len(days) * SEARCHED_SHARE)], side="left"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A slice that was tested: its properties with codes, and the chance of it by luck."""

    picks: tuple[tuple[Slicing, int], ...]
    t: float
    p: float

    def mask(self, rows: slice) -> Bools:
        """Return which trades of some rows are in it."""
        inside: Bools = np.ones(rows.stop - rows.start, dtype=np.bool_)
        for item, code in self.picks:
            inside &= item.codes[rows] == code
        return inside


def _search(sample: Sample, properties: Sequence[Slicing], split: int) -> tuple[list[_Candidate], int]:
    """Return the slices that lose, and how many were tested in all."""
    losing: list[_Candidate] = []
    tested = 0
    for group in _groups(properties):
        codes, sizes = _cross(group, split)
        total = math.prod(sizes)
        valid = codes >= 0
        is_whole = bool(valid.all())
        pnl, clusters = (sample.pnl, sample.clusters) if is_whole else (sample.pnl[valid], sample.clusters[valid])
        codes = codes if is_whole else codes[valid]
        n = count_by_code(codes, total)
        enough = (n >= FEWEST_IN_SLICE) & (n <= sample.n - FEWEST_IN_SLICE)
        tested += int(enough.sum())
        squares = sample.squares if is_whole else sample.squares[valid]
        wanted = np.flatnonzero(
            enough & _is_suspect(cluster_sums(codes, pnl, total), cluster_sums(codes, squares, total))
        )
        if len(wanted):
            t, p = judge_slices(
                sample, *slice_cells(codes, pnl, clusters, wanted=wanted, size=total, clusters_n=sample.count)
            )
            losing += [
                _Candidate(picks=_picks(group, sizes, code), t=found_t, p=found_p)
                for code, found_t, found_p in zip(wanted.tolist(), t, p, strict=True)
            ]
    return losing, tested


def _is_suspect(sums: Floats, squares: Floats) -> Bools:
    """Return which slices lose enough for their own spread to be worth a full test; the rest cannot come near."""
    suspect: Bools = sums < -SUSPECT * np.sqrt(squares)
    return suspect


def _groups(properties: Sequence[Slicing]) -> Iterator[tuple[Slicing, ...]]:
    for item in properties:
        yield (item,)
    for pair in combinations([item for item in properties if item.crosses], 2):
        # An instrument has one asset class: crossing the two repeats the first.
        if {item.by for item in pair} != {"symbol", "asset_class"} and math.prod(
            len(item.labels) for item in pair
        ) <= MOST_CELLS:
            yield pair


def _cross(group: tuple[Slicing, ...], split: int) -> tuple[Ints, tuple[int, ...]]:
    """Return one code for each trade of the earlier part, -1 where a property is missing."""
    sizes = tuple(len(item.labels) for item in group)
    codes = group[0].codes[:split].astype(np.int64)
    for item, size in zip(group[1:], sizes[1:], strict=True):
        other = item.codes[:split]
        codes = np.where((codes < 0) | (other < 0), -1, codes * size + other)
    return codes, sizes


def _picks(group: tuple[Slicing, ...], sizes: tuple[int, ...], code: int) -> tuple[tuple[Slicing, int], ...]:
    return tuple(zip(group, (int(part) for part in np.unravel_index(code, sizes)), strict=True))


def _discoveries(candidates: Sequence[_Candidate], tested: int) -> list[_Candidate]:
    """Return the slices that stay below the false discovery rate, the most certain first (Benjamini-Yekutieli)."""
    ordered = sorted(candidates, key=lambda item: (item.p, len(item.picks)))
    if not ordered:
        return []
    harmonic = float((1.0 / np.arange(1, tested + 1)).sum())
    bounds = DISCOVERY_RATE * np.arange(1, len(ordered) + 1) / (tested * harmonic)
    passed = np.flatnonzero(np.array([item.p for item in ordered]) <= bounds)
    return ordered[: int(passed[-1]) + 1] if len(passed) else []


def _distinct(sample: Sample, found: Sequence[_Candidate], split: int) -> list[_Candidate]:
    """Leave out slices that are only another one seen from a different side.

    The most certain slice is taken; another one stays when it is still bad without the trades taken so far.
    """
    taken = np.zeros(split, dtype=np.bool_)
    chosen: list[_Candidate] = []
    simple = [item for item in found if len(item.picks) == 1]
    for item in found:
        mask = item.mask(slice(0, split))
        if chosen and judge_rows(sample, mask & ~taken, FEWEST_IN_SLICE) > CONFIRM_LEVEL:
            continue
        better = _wider(sample, item, simple, mask | taken)
        chosen = [*(old for old in chosen if not _holds(better, old)), better]
        taken |= better.mask(slice(0, split))
        if len(chosen) == MOST_LEAKS:
            break
    return chosen


def _wider(sample: Sample, item: _Candidate, simple: Sequence[_Candidate], known: Bools) -> _Candidate:
    """Return the one-way slice that holds a two-way one, where it is bad outside of what is known as well."""
    for parent in simple if len(item.picks) > 1 else ():
        outside = parent.mask(slice(0, sample.n)) & ~known
        if _holds(parent, item) and judge_rows(sample, outside, FEWEST_IN_SLICE) <= CONFIRM_LEVEL:
            return parent
    return item


def _holds(wide: _Candidate, item: _Candidate) -> bool:
    """Return whether a one-way slice holds all of another slice."""
    (slicing, code), *others = wide.picks
    return not others and any(slicing is own and code == mine for own, mine in item.picks)


def _confirm(chosen: Sequence[_Candidate], early: Sample, late: Sample, whole: Sample) -> list[Leak]:
    """Return the slices that are bad in the later part as well (Holm over all that were asked)."""
    rows = slice(early.n, whole.n)
    judged = sorted(
        ((judge_rows(late, item.mask(rows), FEWEST_TO_CONFIRM), item) for item in chosen), key=lambda pair: pair[0]
    )
    leaks: list[Leak] = []
    for place, (p, item) in enumerate(judged):
        if p > CONFIRM_LEVEL / (len(judged) - place):
            break
        leaks.append(_describe(item, p, early.n, whole))
    return leaks


def _describe(item: _Candidate, p: float, split: int, whole: Sample) -> Leak:
    mask = item.mask(slice(0, whole.n))
    rows = np.flatnonzero(mask)
    later = whole.pnl[rows[rows >= split]]
    total, low, high = sum_interval(whole.pnl[rows], whole.clusters[rows])
    return Leak(
        parts=tuple(_part(slicing, code) for slicing, code in item.picks),
        rows=rows,
        n=len(rows),
        change=-total,
        low=-high,
        high=-low,
        mean=total / len(rows),
        rest=(whole.total - total) / max(whole.n - len(rows), 1),
        p_found=item.p,
        p_confirmed=p,
        later_n=len(later),
        later_mean=float(later.mean()),
    )


def _part(item: Slicing, code: int) -> Part:
    return Part(by=item.by, title=item.title, label=item.labels[code], key=item.keys[code])


def _detectable(sample: Sample, tested: int) -> float | None:
    """Return the mean loss a trade that a slice of a tenth of the trades would need to stand out half the time."""
    if not tested:
        return None
    harmonic = float((1.0 / np.arange(1, tested + 1)).sum())
    reach = -t_quantile(DISCOVERY_RATE / (tested * harmonic), max(sample.count - 1, 2))
    return reach * float(sample.pnl.std()) / math.sqrt(max(sample.n / 10, FEWEST_IN_SLICE))

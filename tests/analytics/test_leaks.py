"""The leak finder: silent on books without an edge, and not deaf to a real leak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.evidence import sum_interval
from analytics.facts import Facts
from analytics.leak_slices import day_rank, slicings, time_clusters
from analytics.leaks import LeakReport, find_leaks
from domain.columns import TradeFrame
from domain.errors import InvalidInputError
from tests.analytics.samples_of_frames import DAY, trades

if TYPE_CHECKING:
    from domain.columns import Floats

Random = np.random.Generator
MINUTE = 60_000_000


def _autocorrelated(random: Random, n: int) -> Floats:
    noise = random.normal(size=n)
    for row in range(1, n):
        noise[row] += 0.15 * noise[row - 1]
    return noise


def _clustered(random: Random, n: int) -> Floats:
    noise, variance = random.normal(size=n), 1.0
    for row in range(1, n):
        variance = 0.05 + 0.15 * noise[row - 1] ** 2 + 0.8 * variance
        noise[row] *= np.sqrt(variance)
    return noise


KINDS: dict[str, Callable[[Random, int], Floats]] = {
    "normal": lambda random, n: random.normal(size=n),
    "fat tails": lambda random, n: random.standard_t(2.2, n),
    "lottery": lambda random, n: np.where(random.random(n) < 0.1, 9.0, -1.0) * random.lognormal(0, 0.5, n),
    "seller of insurance": lambda random, n: np.where(random.random(n) < 0.9, 1.0, -9.0) * random.lognormal(0, 0.5, n),
    "autocorrelated": _autocorrelated,
    "clustered": _clustered,
    "unequal sizes": lambda random, n: random.standard_t(3, n) * random.lognormal(0, 1, n),
    "fees everywhere": lambda random, n: random.standard_t(3, n) - 0.15,
}


def book(random: Random, kind: str, n: int) -> TradeFrame:
    """A book whose result has nothing to do with any property of its trades."""
    day = np.sort(random.integers(0, max(40, n // 5), n))
    day = 20_458 + day // 5 * 7 + day % 5
    minute = random.integers(570, 960, n)
    opened = day.astype(np.int64) * DAY + minute * MINUTE
    closed = opened + (random.lognormal(6.5, 1.2, n).clip(10, 20_000) * 1e6).astype(np.int64)
    order = np.argsort(closed, kind="stable")
    opened, closed, minute, day = opened[order], closed[order], minute[order], day[order]
    return trades(
        (KINDS[kind](random, n) * 100).tolist(),
        opened_at=opened,
        closed_at=closed,
        entry_day=day.astype(np.int32),
        exit_day=(closed // DAY).astype(np.int32),
        entry_minute=minute.astype(np.int32),
        held_seconds=(closed - opened) / 1e6,
        instrument=random.choice(12, n, p=np.arange(1, 13) / 78).astype(np.int32),
        side=random.choice([1, -1], n).astype(np.int8),
        setup=random.integers(-1, 6, n).astype(np.int32),
        symbols=tuple(f"S{number:02d}" for number in range(12)),
        asset_classes=("stock",) * 8 + ("crypto",) * 4,
        setups=tuple("abcdef"),
        quantity=random.lognormal(4, 1, n),
        tag_mask=random.integers(0, 8, n),
        tags=("x", "y", "z"),
    )


def search(frame: TradeFrame) -> LeakReport:
    """Search a whole book."""
    return find_leaks(frame.net, frame.exit_day, slicings(Facts(frame), np.arange(len(frame))))


def with_leak(frame: TradeFrame, setup: int, loss: float) -> TradeFrame:
    """Return a book in which every trade of a setup does worse by a part of the standard deviation."""
    pnl = frame.net - np.where(frame.setup == setup, loss * frame.net.std(), 0.0)
    return replace(frame, net=pnl, gross=pnl)


def test_books_without_an_edge_have_no_leak() -> None:
    """Of 100 books without an edge, with fat tails, streaks, lopsided and unequal results, at least 95 stay silent."""
    random = np.random.default_rng(20_261_120)
    kinds = list(KINDS)
    loud = [
        (kinds[number % len(kinds)], [leak.label for leak in report.leaks])
        for number in range(100)
        for report in [search(book(random, kinds[number % len(kinds)], int(random.integers(400, 2_500))))]
        if report.leaks
    ]
    assert len(loud) <= 5, loud


def test_a_real_leak_is_found() -> None:
    """A setup that loses half a standard deviation a trade is named in most books, and blamed alone."""
    random = np.random.default_rng(4)
    kinds = ("normal", "autocorrelated", "unequal sizes", "seller of insurance") * 3
    reports = [search(with_leak(book(random, kind, 2_000), 2, 0.5)) for kind in kinds]
    named = [any(part.by == "setup" and part.key == "c" for leak in r.leaks for part in leak.parts) for r in reports]
    assert sum(named) >= 10
    # Where results follow each other, the trade after one that did not win is truly worse.
    independent = [report for kind, report in zip(kinds, reports, strict=True) if kind != "autocorrelated"]
    wrong = [leak.label for report in independent for leak in report.leaks if "setup" not in leak.label]
    assert len(wrong) <= 1, wrong


def test_a_leak_by_two_properties_is_told_as_such() -> None:
    """Only shorts of one symbol lose: both properties are named, and its price tag is exact."""
    random = np.random.default_rng(12)
    frame = book(random, "normal", 4_000)
    inside = (frame.instrument == 11) & (frame.side < 0)
    pnl = frame.net - np.where(inside, 100.0, 0.0)
    report = search(replace(frame, net=pnl, gross=pnl))
    assert report.leaks
    leak = report.leaks[0]
    assert {(part.by, part.key) for part in leak.parts} == {("symbol", "S11"), ("side", "short")}
    assert leak.n == int(inside.sum())
    assert leak.change == pytest.approx(-float(pnl[inside].sum()))
    assert leak.low < leak.change < leak.high
    assert leak.low > 0
    assert leak.mean == pytest.approx(float(pnl[inside].mean()))
    assert leak.rest == pytest.approx(float(pnl[~inside].mean()))


def test_what_was_bad_only_once_is_no_leak() -> None:
    """A setup that lost in the earlier part and not in the later one is found, not confirmed, not told."""
    frame = book(np.random.default_rng(5), "normal", 2_000)
    bad = (frame.setup == 2) & (np.arange(len(frame)) < 1_150)
    pnl = frame.net - np.where(bad, 100.0, 0.0)
    report = search(replace(frame, net=pnl, gross=pnl))
    assert report.found >= 1
    assert report.leaks == ()


def test_scaling_the_money_scales_the_leaks() -> None:
    """In another currency the same slices leak, and their price is that of the rate."""
    frame = with_leak(book(np.random.default_rng(8), "normal", 1_500), 2, 0.6)
    one, other = search(frame), search(replace(frame, net=frame.net * 3, gross=frame.gross * 3))
    assert one.leaks
    assert [leak.label for leak in one.leaks] == [leak.label for leak in other.leaks]
    assert [leak.change * 3 for leak in one.leaks] == pytest.approx([leak.change for leak in other.leaks])


@pytest.mark.parametrize("n", [0, 1, 99])
def test_too_few_trades_are_not_searched(n: int) -> None:
    """Below a hundred trades the report says why there is no search."""
    report = search(trades([1.0] * n))
    assert report.leaks == ()
    assert "100 closed trades" in report.reason


def test_constant_results_have_no_leak() -> None:
    """A book in which every trade loses the same blames nobody."""
    report = search(trades([-5.0] * 300))
    assert report.leaks == ()
    assert report.reason == ""


def test_columns_of_another_length_are_refused() -> None:
    """A column that does not belong to these trades is an error, not a wrong result."""
    frame = book(np.random.default_rng(1), "normal", 400)
    with pytest.raises(InvalidInputError):
        find_leaks(frame.net[1:], frame.exit_day[1:], slicings(Facts(frame), np.arange(len(frame))))


def test_a_sum_has_the_interval_of_its_clusters() -> None:
    """With one value a cluster it is that of a sum of independent values; one cluster gives no width."""
    values = np.random.default_rng(2).normal(1, 2, 50)
    total, low, high = sum_interval(values, np.arange(50))
    half = 2.0095752 * values.std(ddof=1) * np.sqrt(50)  # Student's t at 97.5 % with 49 degrees of freedom
    assert (total - low, high - total) == pytest.approx((half, half), rel=1e-6)
    assert sum_interval(values, np.zeros(50, dtype=np.int64)) == (total, total, total)


def test_days_are_kept_together() -> None:
    """A day is one cluster; above the limit neighbouring days share one; ranks count within the day."""
    days = np.array([5, 5, 7, 9, 9, 9])
    codes, count = time_clusters(days, 250)
    assert (codes.tolist(), count) == ([0, 0, 1, 2, 2, 2], 3)
    codes, count = time_clusters(np.arange(1_000), 250)
    assert count == 250
    assert np.bincount(codes).tolist() == [4] * 250
    assert day_rank(days.astype(np.int32), np.array([20, 10, 1, 3, 2, 1])).tolist() == [2, 1, 1, 3, 2, 1]

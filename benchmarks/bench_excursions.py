"""MAE and MFE of many trades against bare reduceat and slices: `python -m benchmarks.bench_excursions`."""

from __future__ import annotations

from functools import partial

import numpy as np

from analytics.extremes import range_extremes
from benchmarks.figures import Figure
from benchmarks.timing import interleave, ratio, show

MIXES = {"intraday": (30, 1.0, 390), "swing": (3_000, 1.2, 100_000)}


def bars(n: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray]:
    """Highs and lows of n bars of a random walk."""
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 2e-4, n)))
    spread = close * np.abs(rng.normal(0, 3e-4, n))
    return close + spread, close - spread


def ranges(n_bars: int, n: int, mix: str, seed: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """First and last rows of n trades of a mix of lengths."""
    median, sigma, most = MIXES[mix]
    rng = np.random.default_rng(seed)
    length = np.minimum(rng.lognormal(np.log(median), sigma, n).astype(np.int64) + 1, most)
    first = rng.integers(0, n_bars - 1, n)
    return first, np.minimum(first + length, n_bars)


def reduceat(high: np.ndarray, low: np.ndarray, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The yardstick: every range scanned by one call."""
    order = np.argsort(first, kind="stable")
    bounds = np.empty(2 * len(first), np.int64)
    bounds[0::2], bounds[1::2] = first[order], last[order]
    highest, lowest = np.empty(len(first)), np.empty(len(first))
    highest[order] = np.maximum.reduceat(np.append(high, -np.inf), bounds)[0::2]
    lowest[order] = np.minimum.reduceat(np.append(low, np.inf), bounds)[0::2]
    return highest, lowest


def slices(high: np.ndarray, low: np.ndarray, first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The usual loop: a slice a trade."""
    highest, lowest = np.empty(len(first)), np.empty(len(first))
    for row in range(len(first)):
        highest[row] = high[first[row] : last[row]].max()
        lowest[row] = low[first[row] : last[row]].min()
    return highest, lowest


def figures(rows: int = 1_000_000, rounds: int = 3) -> list[Figure]:
    high, low = bars(rows)
    found: list[Figure] = []
    for mix, most in (("intraday", 2.0), ("swing", 1.0)):
        first, last = ranges(rows, max(rows // 10, 100), mix)
        work = (high, low, first, last)
        assert np.array_equal(range_extremes(*work), reduceat(*work))
        times = interleave(
            {
                "reduceat (reference)": partial(reduceat, *work),
                "range_extremes": partial(range_extremes, *work),
                "slices": partial(slices, *work),
            },
            rounds,
        )
        show(f"{len(first):,} trades on {rows:,} bars, {mix} (CPU)", times, "reduceat (reference)")
        own = ratio(times, "range_extremes", "reduceat (reference)")
        peer = ratio(times, "slices", "range_extremes")
        found += [
            Figure(id="P8", text=f"MAE and MFE, {mix} / reduceat", value=own, target=most, n=rows),
            Figure(id="P8", text=f"Python slices / MAE and MFE, {mix}", value=peer, target=5, at_least=True, n=rows),
        ]
    return found


if __name__ == "__main__":
    figures()

"""Interleaved timing: every variant in turn, so that a drift of the machine hits all alike."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable


def interleave(variants: dict[str, Callable[[], object]], rounds: int = 5) -> dict[str, list[float]]:
    """Return CPU seconds of each round, after one warm-up."""
    times: dict[str, list[float]] = {name: [] for name in variants}
    for number in range(-1, rounds):
        for name, run in variants.items():
            gc.collect()
            start = time.process_time()
            run()
            if number >= 0:
                times[name].append(time.process_time() - start)
    return times


def ratio(times: dict[str, list[float]], name: str, to: str) -> float:
    """Median of the per-round ratios."""
    return statistics.median(a / b for a, b in zip(times[name], times[to], strict=True))


def show(title: str, times: dict[str, list[float]], to: str) -> None:
    """Print medians and ratios."""
    print(f"\n{title}")
    for name, values in times.items():
        print(f"  {name:42s} {statistics.median(values) * 1e3:10.2f} ms  x {ratio(times, name, to):8.3f}")

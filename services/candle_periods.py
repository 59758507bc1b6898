"""Periods cut into pieces that are asked for one after the other, and gaps that are asked for together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from domain.candles import CandleGap
from domain.market import BarInterval

STEP = {BarInterval.M1: timedelta(days=7), BarInterval.M5: timedelta(days=30)}
LONG_STEP = timedelta(days=365)


def cut_period(first: datetime, last: datetime, interval: BarInterval) -> Iterator[tuple[datetime, datetime]]:
    """Yield pieces of a period, short enough that progress shows and a failure costs little."""
    step = STEP.get(interval, LONG_STEP)
    begin = first
    while begin < last:
        until = min(begin + step, last)
        yield begin, until
        begin = until


def with_memory(gap: CandleGap, known: dict[datetime, CandleGap]) -> CandleGap:
    """Return a gap with what is known of it: whether a provider was asked for it in vain."""
    before = known.get(gap.start)
    if before is None or before.end != gap.end:
        return gap
    return replace(gap, state=before.state, tries=before.tries)


def group_gaps(gaps: Sequence[CandleGap], interval: BarInterval) -> Iterator[list[CandleGap]]:
    """Yield gaps that lie close together, so that one request serves them."""
    near = STEP.get(interval, LONG_STEP) / 4
    group: list[CandleGap] = []
    for gap in gaps:
        if group and gap.start - group[-1].end > near:
            yield group
            group = []
        group.append(gap)
    if group:
        yield group

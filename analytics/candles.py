"""Candles: wider bars from narrower ones, and the last bar kept up with the last price."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from domain.columns import CandleTable, take
from domain.market import BarInterval, Quote
from domain.periods import to_micros

_MICROSECOND = timedelta(microseconds=1)
_MONDAY = 4 * 86_400_000_000  # 5 January 1970, the first Monday, in microseconds


def empty_candles() -> CandleTable:
    """Return a table without rows."""
    none = np.empty(0, dtype=np.float64)
    return CandleTable(start=np.empty(0, dtype=np.int64), open=none, high=none, low=none, close=none, volume=none)


def bar_starts(instants: NDArray[np.int64], interval: BarInterval) -> NDArray[np.int64]:
    """Return the label of the bar each instant falls into.

    Bars are half-open [start, start + width) and aligned to 1970 UTC; weeks begin on Monday 00:00 UTC.

    Args:
        instants: Microseconds since 1970 UTC, int64.
        interval: Width of the bars.

    Returns:
        Microseconds since 1970 UTC, int64, same shape.
    """
    width = interval.width // _MICROSECOND
    offset = _MONDAY if interval is BarInterval.W1 else 0
    starts: NDArray[np.int64] = instants - np.mod(instants - offset, width)
    return starts


def resample(candles: CandleTable, interval: BarInterval) -> CandleTable:
    """Merge bars into wider ones.

    Open is the first, high the highest, low the lowest, close the last, volume the sum. A wider bar without any bar in
    it does not appear: closed hours stay gaps. Daily bars are labelled by midnight UTC of their session date, so a week
    holds the sessions dated Monday to Sunday whatever the exchange's zone.

    Args:
        candles: Ascending, unique bars whose width divides the wanted one.
        interval: The wanted width.

    Returns:
        Bars labelled by `bar_starts`; the first and the last may be incomplete.

    **Source:** the definition of a bar (first, max, min, last, sum over a half-open window).
    """
    if not len(candles):
        return candles
    labels = bar_starts(candles.start, interval)
    first = np.flatnonzero(np.concatenate([[True], labels[1:] != labels[:-1]]))
    last = np.append(first[1:], len(labels)) - 1
    return CandleTable(
        start=labels[first],
        open=candles.open[first],
        high=np.maximum.reduceat(candles.high, first),
        low=np.minimum.reduceat(candles.low, first),
        close=candles.close[last],
        volume=np.add.reduceat(candles.volume, first),
    )


def follow_quote(candles: CandleTable, quote: Quote, interval: BarInterval) -> CandleTable:
    """Return the candles with the last bar's close at the quote, its high and low widened to hold it.

    Nothing changes when the quote falls outside the last bar: a bar is never invented, since its volume is not known.
    """
    if not len(candles):
        return candles
    moment = to_micros(quote.as_of)
    if bar_starts(np.array([moment], dtype=np.int64), interval)[0] != candles.start[-1]:
        return candles
    high, low, close = candles.high.copy(), candles.low.copy(), candles.close.copy()
    high[-1], low[-1], close[-1] = max(high[-1], quote.price), min(low[-1], quote.price), quote.price
    return replace(candles, high=high, low=low, close=close)


def drop_unfinished(candles: CandleTable, quote: Quote, interval: BarInterval) -> CandleTable:
    """Return the candles without the last one when the quote came after its end.

    Such a bar was fetched before it was over, for all that is known: its close would go back behind later prices.
    """
    if not len(candles) or to_micros(quote.as_of) < candles.start[-1] + interval.width // _MICROSECOND:
        return candles
    kept: CandleTable = take(candles, slice(0, -1))
    return kept

"""The gate between a provider and the cache: what cannot be a price does not pass.

A refused answer is quarantined with its reason; the last good value stays what it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import isfinite

import numpy as np

from domain.columns import CandleTable, take
from domain.market import Quote
from domain.periods import to_micros

CLOCK_SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=14)  # a price older than the longest closure of an exchange is not its last price
MEMORY = timedelta(days=3)  # a last good price older than this no longer vetoes a jump: it may be a split
JUMP = 10.0


def find_quote_fault(quote: Quote, last_good: Quote | None, now: datetime) -> str:
    """Say why a quote cannot be used, "" when it can.

    Args:
        quote: The answer of a provider.
        last_good: The last quote of the symbol that passed, from whichever provider.
        now: The current instant.
    """
    if not isfinite(quote.price) or quote.price <= 0:
        return f"the price {quote.price} is not a positive number"
    if quote.as_of > now + CLOCK_SKEW:
        return f"it is dated {quote.as_of:%Y-%m-%d %H:%M} UTC, in the future"
    if quote.as_of < now - OLDEST:
        return f"it is dated {quote.as_of:%Y-%m-%d}, too long ago to be the last price"
    return _find_contradiction(quote, last_good, now) if last_good else ""


def _find_contradiction(quote: Quote, last_good: Quote, now: datetime) -> str:
    if quote.as_of < last_good.as_of:
        return f"it is older ({quote.as_of:%Y-%m-%d %H:%M:%S}) than the price we have"
    if quote.currency != last_good.currency:
        return f"it is in {quote.currency}, the price we have is in {last_good.currency}"
    ratio = quote.price / last_good.price
    if now - last_good.fetched_at <= MEMORY and not 1 / JUMP < ratio < JUMP:
        return f"the price {quote.price:g} is {ratio:.4g} times the last good one ({last_good.price:g})"
    return ""


def clean_candles(candles: CandleTable, now: datetime) -> tuple[CandleTable, tuple[str, ...]]:
    """Drop the bars that cannot be true, sort the rest and keep the last of two equal labels.

    Args:
        candles: Bars in any order.
        now: The current instant.

    Returns:
        The usable bars, ascending and unique, and one sentence for each kind of fault found.
    """
    candles = _order(candles)
    prices = np.stack([candles.open, candles.high, candles.low, candles.close])
    with np.errstate(invalid="ignore"):
        faults = {
            "without a positive price": ~(np.isfinite(prices) & (prices > 0)).all(axis=0),
            "whose open or close lies outside low and high": (prices[2] > prices.min(axis=0))
            | (prices[1] < prices.max(axis=0)),
            "with a negative volume": ~(candles.volume >= 0),
            "in the future": candles.start > to_micros(now + CLOCK_SKEW),
        }
    bad = np.any(list(faults.values()), axis=0)
    faults["ten times off their neighbours"] = spikes = _find_spikes(candles.close, ~bad)
    found = tuple(f"{int(mask.sum())} bars {what}" for what, mask in faults.items() if mask.any())
    clean: CandleTable = take(candles, ~(bad | spikes))
    return clean, found


def _order(candles: CandleTable) -> CandleTable:
    order = np.argsort(candles.start, kind="stable")
    starts = candles.start[order]
    is_last = np.append(starts[1:] != starts[:-1], True) if len(order) else np.empty(0, dtype=bool)
    ordered: CandleTable = take(candles, order[is_last])
    return ordered


def _find_spikes(closes: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Mark single bars ten times above or below both their neighbours (a change of unit for one bar)."""
    rows = np.flatnonzero(usable)
    spikes = np.zeros(len(closes), dtype=bool)
    if len(rows) < 3:
        return spikes
    logs = np.log(closes[rows])
    before, after = logs[1:-1] - logs[:-2], logs[1:-1] - logs[2:]
    limit = np.log(JUMP)
    same_side = np.sign(before) == np.sign(after)
    spikes[rows[1:-1]] = same_side & (np.abs(before) >= limit) & (np.abs(after) >= limit)
    return spikes

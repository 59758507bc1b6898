"""The gate between a provider and the cache: what cannot be a price does not pass.

A refused answer is quarantined with its reason; the last good value stays what it was. A jump that may be true, such as
a fall to a quarter, is held back until the answer says that the session before was there too (then the history was
restated: a split), until three days have passed without a good price, or, when it looks like a split that the provider
missed, for half an hour: by then a fall of the market is in every answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import isfinite

import numpy as np

from domain.columns import CandleTable, take
from domain.errors import QuoteUnavailableError
from domain.market import Quote
from domain.periods import to_micros

CLOCK_SKEW = timedelta(minutes=5)
OLDEST = timedelta(days=14)  # a price older than the longest closure of an exchange is not its last price
MEMORY = timedelta(days=3)  # a last good price older than this no longer vetoes a jump: it may be a split
SPLIT_MEMORY = timedelta(minutes=30)
JUMP = 10.0
MISSED_SPLIT = "a split that is missed?"
SPLITS = (2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0)
RESTATEMENTS = (1.5, 2.5, *SPLITS, 9.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0)
"""Factors by which a whole history is restated; a hundred is another unit."""
MEMORY_OF_BARS = 7 * 86_400_000_000
"""Ratios of splits below the jump that is refused anyhow, and their inverses: what a missed split looks like."""
SPLIT_TOLERANCE = 0.03
CROSSED = 0.05  # bid over ask by more than this share is not a fast market but a swap
QUOTE_CHECKS = (
    "A positive number, and so are previous close, open, high and low.",
    "Low not above high, bid not above ask.",
    "Not dated in the future, and not older than 14 days.",
    "Not older than the price before it, and in the same currency.",
    "Not ten times off the last good price of three days, as pence for pounds are.",
    "Not moved by a split's ratio while its own previous close stayed behind.",
)
"""What `find_quote_fault` looks at, in words."""


class RefusedAnswerError(QuoteUnavailableError):
    """The answer contradicts what is known; the provider itself is well."""


def find_quote_fault(
    quote: Quote, last_good: Quote | None, now: datetime, *, suspected_since: datetime | None = None
) -> str:
    """Say why a quote cannot be used, "" when it can.

    Args:
        quote: The answer of a provider.
        last_good: The last quote of the symbol that passed, from whichever provider.
        now: The current instant.
        suspected_since: When a quote of this symbol first looked like a missed split, None when none did.
    """
    fault = _find_nonsense(quote) or _find_wrong_date(quote, now)
    if fault or last_good is None:
        return fault
    is_settled = suspected_since is not None and now - suspected_since >= SPLIT_MEMORY
    return _find_contradiction(quote, last_good, now, is_settled=is_settled)


def _find_nonsense(quote: Quote) -> str:
    if not isfinite(quote.price) or quote.price <= 0:
        return f"the price {quote.price} is not a positive number"
    others = {"previous close": quote.previous_close, "high": quote.high, "low": quote.low, "open": quote.open}
    for name, value in others.items():
        if value is not None and (not isfinite(value) or value <= 0):
            return f"the {name} {value} is not a positive number"
    bid, ask = quote.bid, quote.ask
    if bid is not None and ask is not None and bid > ask * (1 + CROSSED):
        return f"bid {bid:g} and ask {ask:g} are swapped"
    if quote.high is not None and quote.low is not None and quote.low > quote.high:
        return f"high {quote.high:g} and low {quote.low:g} are swapped"
    return ""


def _find_wrong_date(quote: Quote, now: datetime) -> str:
    if quote.as_of > now + CLOCK_SKEW:
        return f"it is dated {quote.as_of:%Y-%m-%d %H:%M} UTC, in the future"
    if quote.as_of < now - OLDEST:
        return f"it is dated {quote.as_of:%Y-%m-%d}, too long ago to be the last price"
    return ""


def _find_contradiction(quote: Quote, last_good: Quote, now: datetime, *, is_settled: bool) -> str:
    if quote.as_of < last_good.as_of:
        return f"it is older ({quote.as_of:%Y-%m-%d %H:%M:%S}) than the price we have"
    if quote.currency != last_good.currency:
        return f"it is in {quote.currency}, the price we have is in {last_good.currency}"
    if now - last_good.fetched_at > MEMORY:
        return ""
    ratio = quote.price / last_good.price
    if not 1 / JUMP < ratio < JUMP:
        unit = ", as of pence for pounds" if 80 < max(ratio, 1 / ratio) < 125 else ""
        return f"the price {quote.price:g} is {ratio:.4g} times the last good one ({last_good.price:g}){unit}"
    if not is_settled and _looks_unadjusted(quote, ratio):
        return f"the price {quote.price:g} is {ratio:.4g} times the last good one: {MISSED_SPLIT}"
    return ""


def _looks_unadjusted(quote: Quote, ratio: float) -> bool:
    """Whether the price jumped by a split's ratio while its own previous close did not move along."""
    if quote.previous_close is None or not _is_split_ratio(ratio):
        return False
    return _is_split_ratio(quote.price / quote.previous_close)


def _is_split_ratio(ratio: float) -> bool:
    return _is_near(ratio, SPLITS)


def clean_candles(candles: CandleTable, now: datetime) -> tuple[CandleTable, tuple[str, ...]]:
    """Drop the bars that cannot be true, sort the rest and keep the last of two equal labels.

    Args:
        candles: Bars in any order.
        now: The current instant.

    Returns:
        The usable bars, ascending and unique, and one sentence for each kind of fault found.
    """
    candles, doubled = _order(candles)
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
    if doubled:
        found = (*found, f"{doubled} bars that come twice with other prices")
    clean: CandleTable = take(candles, ~(bad | spikes))
    return clean, found


def find_candle_contradiction(candles: CandleTable, kept: CandleTable) -> str:
    """Say why bars cannot replace those that are kept, "" when they can.

    Args:
        candles: Clean bars of a provider.
        kept: The bars we have from it; clean, of the same width.

    Closed bars that both have must agree, or all be restated by one factor, which is what a split does. A factor on
    some of them only is a split that was applied to half of the history.
    """
    _, ours, theirs = np.intersect1d(kept.start[:-1], candles.start, assume_unique=True, return_indices=True)
    if len(ours) < 2:
        return ""
    ratios = candles.close[theirs] / kept.close[ours]
    moved = np.abs(np.log(ratios)) > np.log(1.5)
    if not moved.any():
        return ""
    typical = float(np.median(ratios[moved]))
    if moved.all() and ratios.max() / ratios.min() < 1 + 2 * SPLIT_TOLERANCE:
        return "" if _is_near(typical, RESTATEMENTS) else f"all known bars are {_times(typical)} what they were"
    return f"{int(moved.sum())} of {len(ours)} known bars are {typical:.4g} times what they were: {MISSED_SPLIT}"


def find_unlikely_bars(candles: CandleTable, kept: CandleTable) -> str:
    """Say why bars cannot go on a kept series, "" when they can.

    Args:
        candles: Clean bars of its provider, ascending.
        kept: What is kept from the first of them on, and the last kept bar; in the same units.

    Beside what `find_candle_contradiction` says: bars that do not touch the kept ones may not begin ten times off the
    last one before them.
    """
    fault = find_candle_contradiction(candles, kept)
    before = int(np.searchsorted(kept.start, candles.start[0])) - 1 if len(candles) else -1
    if fault or before < 0 or bool(np.isin(candles.start, kept.start).any()):
        return fault
    if int(candles.start[0]) - int(kept.start[before]) > MEMORY_OF_BARS:
        return ""
    ratio = float(candles.open[0] / kept.close[before])
    return "" if 1 / JUMP < ratio < JUMP else f"the first bar is {_times(ratio)} the last one that is kept"


def _times(ratio: float) -> str:
    return f"{ratio:.4g} times" + (", as of pence for pounds," if 80 < max(ratio, 1 / ratio) < 125 else "")


def _is_near(ratio: float, sizes: Sequence[float]) -> bool:
    size = max(ratio, 1 / ratio)
    return any(abs(size / known - 1) <= SPLIT_TOLERANCE for known in sizes)


def _order(candles: CandleTable) -> tuple[CandleTable, int]:
    """Sort bars, keep the last of equal labels; say how many went that had another close."""
    order = np.argsort(candles.start, kind="stable")
    starts = candles.start[order]
    if not len(order):
        return candles, 0
    is_last = np.append(starts[1:] != starts[:-1], True)
    closes = candles.close[order]
    doubled = int((~is_last[:-1] & (closes[1:] != closes[:-1])).sum())
    ordered: CandleTable = take(candles, order[is_last])
    return ordered, doubled


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

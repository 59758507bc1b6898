"""Yardsticks: the least work that gives the bare result, in plain numpy and in pandas.

The numpy ones hold nothing exact, build no tables and check nothing; a product that stays within
a small factor of them wastes little.
"""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from benchmarks.generate import Book

KEYS = ("account", "symbol", "tag", "side", "hour", "weekday", "month")
DAY = 86_400_000_000


# ------------------------------------------------------------------------------------- matching
def match_merge(book: Book) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First in, first out by merging cumulative quantities: opening row, closing row, quantity."""
    order = np.argsort(book.instrument.astype(np.uint16), kind="stable")
    code = book.instrument[order]
    quantity = book.quantity[order]
    first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    group = np.zeros(len(order), dtype=np.int64)
    group[first[1:]] = 1
    group = np.cumsum(group)
    buy = book.side[order] > 0
    bought, sold = np.cumsum(np.where(buy, quantity, 0)), np.cumsum(np.where(buy, 0, quantity))
    last = np.r_[first[1:], len(order)] - 1
    all_bought, all_sold = np.diff(bought[last], prepend=0), np.diff(sold[last], prepend=0)
    longer = np.maximum(all_bought, all_sold)
    base = np.cumsum(longer) - longer
    ends_bought = bought[buy] + (base - bought[last] + all_bought)[group[buy]]
    ends_sold = sold[~buy] + (base - sold[last] + all_sold)[group[~buy]]
    ends = np.concatenate([ends_bought, ends_sold])
    ends.sort(kind="stable")
    ends = ends[np.r_[True, ends[1:] != ends[:-1]]]
    buyer = np.minimum(np.searchsorted(ends_bought, ends), len(ends_bought) - 1)
    seller = np.minimum(np.searchsorted(ends_sold, ends), len(ends_sold) - 1)
    place = np.searchsorted(base, ends, side="left") - 1
    pieces = ends - np.maximum(np.r_[0, ends[:-1]], base[place])
    paired = ends <= base[place] + np.minimum(all_bought, all_sold)[place]
    left, right = order[buy][buyer[paired]], order[~buy][seller[paired]]
    return np.minimum(left, right), np.maximum(left, right), pieces[paired]


def profit(book: Book, opened: np.ndarray, closed: np.ndarray, quantity: np.ndarray) -> np.ndarray:
    """Realised P&L of each piece, fees shared in floating point."""
    gross = (book.price[closed] - book.price[opened]) * book.side[opened].astype(np.int64) * quantity
    fees = book.fee[opened] * (quantity / book.quantity[opened])
    return gross - fees - book.fee[closed] * (quantity / book.quantity[closed])


def match_frames(book: Book) -> object:
    """The usual notebook: pandas groupby-apply with a deque of lots in each group."""
    import pandas as pd  # noqa: PLC0415

    fills = pd.DataFrame(
        {
            "instrument": book.instrument,
            "side": book.side,
            "quantity": book.quantity,
            "price": book.price,
            "fee": book.fee,
        }
    )
    return fills.groupby("instrument", sort=False).apply(_closes_of_group, include_groups=False)


def _closes_of_group(group: object) -> object:
    import pandas as pd  # noqa: PLC0415

    lots: deque[list[int]] = deque()
    found = []
    for row in group.itertuples():
        left = row.quantity
        while left and lots and lots[0][1] != row.side:
            lot = lots[0]
            part = min(lot[2], left)
            gross = (row.price - lot[3]) * part * lot[1]
            fees = lot[4] * part / lot[5] + row.fee * part / row.quantity
            found.append((lot[0], row.Index, part, gross - fees))
            left -= part
            lot[2] -= part
            if not lot[2]:
                lots.popleft()
        if left:
            lots.append([row.Index, row.side, left, row.price, row.fee, row.quantity])
    return pd.DataFrame(found, columns=["opened", "closed", "quantity", "net"])


# -------------------------------------------------------------------------------------- metrics
def bincount_metrics(trades: dict[str, np.ndarray]) -> dict[str, object]:
    """Totals, streaks, drawdown and seven breakdowns (n, wins, profit, loss) of closed trades."""
    codes = {key: trades[key] for key in KEYS[:3]}
    codes["side"] = (trades["side"] > 0).view(np.int8)
    codes |= _calendar(trades["closed_at"])
    pnl = trades["pnl"]
    won = pnl > 0
    profits, losses = np.where(won, pnl, 0.0), np.where(won, 0.0, pnl)
    result: dict[str, object] = {
        key: np.stack([np.bincount(code), *(np.bincount(code, weight) for weight in (won, profits, losses))])
        for key, code in codes.items()
    }
    result["total"] = (len(pnl), int(won.sum()), profits.sum(), losses.sum(), pnl.max(), pnl.min())
    result["streaks"] = _streaks(pnl)
    curve = np.cumsum(pnl)
    result["drawdown"] = float((np.maximum.accumulate(np.maximum(curve, 0)) - curve).max())
    return result


def _streaks(pnl: np.ndarray) -> tuple[int, int]:
    sign = np.sign(pnl).astype(np.int8)
    sign = sign[sign != 0]
    start = np.flatnonzero(np.r_[True, sign[1:] != sign[:-1]])
    length = np.diff(np.r_[start, len(sign)])
    kind = sign[start]
    return int(length[kind > 0].max(initial=0)), int(length[kind < 0].max(initial=0))


def _calendar(at: np.ndarray) -> dict[str, np.ndarray]:
    """Local hour, weekday and month of ascending instants, New York."""
    starts, offsets = _offsets(int(at[0]), int(at[-1]))
    local = at + np.repeat(offsets, np.diff(np.r_[0, np.searchsorted(at, starts[1:]), len(at)]))
    day = local // DAY
    change = np.flatnonzero(np.r_[True, day[1:] != day[:-1]])
    month = day[change].astype("M8[D]").astype("M8[M]").astype(np.int64)
    month = np.repeat(month - month[0], np.diff(np.r_[change, len(day)]))
    return {"hour": (local - day * DAY) // 3_600_000_000, "weekday": (day + 3) % 7, "month": month}


@lru_cache
def _offsets(first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    zone = ZoneInfo("America/New_York")
    starts, offsets = [first], [_offset(zone, first)]
    for hour in range(first // 3_600_000_000 + 1, last // 3_600_000_000 + 1):
        if (offset := _offset(zone, hour * 3_600_000_000)) != offsets[-1]:
            starts.append(hour * 3_600_000_000)
            offsets.append(offset)
    return np.array(starts), np.array(offsets)


def _offset(zone: ZoneInfo, at: int) -> int:
    offset = datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(zone).utcoffset()
    assert offset is not None
    return int(offset.total_seconds()) * 1_000_000


def pandas_metrics(trades: object) -> dict[str, object]:
    """The same by pandas, groupwise sums of prepared columns."""
    local = trades["at"].dt.tz_convert("America/New_York")
    won = trades["pnl"] > 0
    trades = trades.assign(
        won=won,
        profits=trades["pnl"].where(won, 0.0),
        losses=trades["pnl"].where(~won, 0.0),
        hour=local.dt.hour,
        weekday=local.dt.day_of_week,
        month=local.dt.year * 12 + local.dt.month,
    )
    result: dict[str, object] = {}
    for key in KEYS:
        groups = trades.groupby(key, sort=True)
        result[key] = (groups[["won", "profits", "losses", "pnl"]].sum(), groups["pnl"].agg(["count", "max", "min"]))
    sign = np.sign(trades["pnl"])
    sign = sign[sign != 0]
    result["streaks"] = sign.groupby((sign != sign.shift()).cumsum()).agg(["first", "size"])
    curve = trades["pnl"].cumsum()
    result["drawdown"] = float((curve.cummax().clip(lower=0) - curve).max())
    return result

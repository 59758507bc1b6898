"""Seeded books for the benchmarks: fills built from flat-to-flat trades, and closed trades."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from domain.columns import Decimals, ExecutionTable, TradeFrame

PLACES = 4
DAY = 86_400_000_000
OPENING = 52_200_000_000  # 14:30 UTC
SESSION = 23_400_000_000
MONDAY = 18_267  # 2020-01-06


@dataclass(frozen=True)
class Book:
    """Fills in time order, prices and fees in units of 10**-4."""

    instrument: np.ndarray
    side: np.ndarray
    quantity: np.ndarray
    price: np.ndarray
    fee: np.ndarray
    at: np.ndarray

    def table(self) -> ExecutionTable:
        """Return the fills as the ledger stores them."""
        n = len(self.at)
        return ExecutionTable(
            id=np.arange(1, n + 1),
            instrument=self.instrument,
            side=self.side,
            quantity=Decimals(self.quantity, 0),
            price=Decimals(self.price, PLACES),
            cost=Decimals(self.fee, PLACES),
            cost_known=np.ones(n, dtype=np.bool_),
            executed_at=self.at,
            kind=np.zeros(n, dtype=np.int8),
            order=np.arange(n),
        )


def make_book(n: int, *, instruments: int = 2000, seed: int = 7) -> Book:
    """Make n fills: 1-5 entries and 1-5 exits a trade, 40 % short, some exits flip the position."""
    rng = np.random.default_rng(seed)
    trades = int(n / 3.4) + 2000
    weights = 1 / np.arange(1, instruments + 1) ** 0.8
    code = np.sort(rng.choice(instruments, trades, p=weights / weights.sum()))
    entries, leaves = (np.minimum(rng.geometric(share, trades), 5) for share in (0.55, 0.45))
    total = entries + leaves
    trade = np.repeat(np.arange(trades), total)
    place = np.arange(len(trade)) - np.repeat(np.cumsum(total) - total, total)
    is_entry = place < entries[trade]
    quantity = np.where(is_entry, rng.integers(1, 11, len(trade)) * 10, 0)
    held = np.bincount(trade, quantity).astype(np.int64)
    part = np.maximum(held // leaves, 1)
    is_last = place == total[trade] - 1
    quantity = np.where(is_entry, quantity, np.where(is_last, (held - part * (leaves - 1))[trade], part[trade]))
    direction = np.where(rng.random(trades) < 0.6, 1, -1)
    side = np.where(is_entry, direction[trade], -direction[trade]).astype(np.int8)
    # A flip: the last exit and the next trade's first entry become one fill.
    ends = np.flatnonzero(is_last)[:-1]
    flips = ends[(code[trade[ends]] == code[trade[ends + 1]]) & (side[ends] == side[ends + 1])]
    flips = flips[rng.random(len(flips)) < 0.1]
    flips = flips[~np.isin(flips, flips + 1)]
    quantity[flips] += quantity[flips + 1]
    keep = np.ones(len(trade), dtype=np.bool_)
    keep[flips + 1] = False
    return _finish(rng, n, code[trade], side, quantity, keep)


def _finish(rng: np.random.Generator, n: int, code: np.ndarray, side, quantity, keep) -> Book:
    """Add times, prices and fees; cut to n fills in time order."""
    rows = len(code)
    first = np.flatnonzero(np.r_[True, code[1:] != code[:-1]])
    sizes = np.diff(np.r_[first, rows])
    gap = np.cumsum(rng.exponential(1, rows))
    start = np.repeat(gap[first], sizes)
    span = np.repeat(gap[first + sizes - 1], sizes) - start + 1
    session = (gap - start) / span * 1260
    day = session.astype(np.int64)
    at = (MONDAY + day // 5 * 7 + day % 5) * DAY + OPENING + ((session - day) * SESSION).astype(np.int64)
    walk = np.cumsum(rng.normal(0, 0.0025, rows))
    level = 20 * np.exp(rng.normal(0, 0.9, int(code.max()) + 1))[code]
    price = np.round(level * np.exp(np.clip(walk - np.repeat(walk[first], sizes), -2, 2)) * 10**PLACES)
    price = np.maximum(price, 100).astype(np.int64)
    fee = np.maximum(3500, 35 * quantity)
    order = np.flatnonzero(keep)
    order = order[np.argsort(at[order], kind="stable")][:n]
    assert len(order) == n
    return Book(
        instrument=code[order].astype(np.int32),
        side=side[order],
        quantity=quantity[order],
        price=price[order],
        fee=fee[order],
        at=at[order],
    )


def make_trades(n: int, *, symbols: int = 500, accounts: int = 4, seed: int = 5) -> TradeFrame:
    """Make a frame of n closed trades in New York sessions, ordered by exit."""
    rng = np.random.default_rng(seed)
    wins = rng.random(n) < 0.44
    net = np.round(np.where(wins, rng.lognormal(4, 1, n), -rng.lognormal(3.75, 0.9, n)), 2)
    net[rng.random(n) < 0.01] = 0
    fees = np.round(rng.lognormal(0, 0.5, n), 2)
    session = np.sort(rng.random(n) * 1260)
    day = session.astype(np.int64)
    held = rng.lognormal(6, 1.5, n)
    weights = 1 / np.arange(1, symbols + 1) ** 0.8
    closed_at = (MONDAY + day // 5 * 7 + day % 5) * DAY + OPENING + ((session - day) * SESSION).astype(np.int64)
    opened_at = closed_at - (held * 1e6).astype(np.int64)
    return TradeFrame(
        id=np.arange(1, n + 1),
        account=rng.integers(1, accounts + 1, n),
        row=np.arange(n),
        instrument=rng.choice(symbols, n, p=weights / weights.sum()).astype(np.int32),
        side=np.where(rng.random(n) < 0.6, 1, -1).astype(np.int8),
        is_open=np.zeros(n, dtype=np.bool_),
        opened_at=opened_at,
        closed_at=closed_at,
        net=net,
        gross=net + fees,
        fees=fees,
        risk=np.full(n, np.nan),
        entry_day=(opened_at // DAY).astype(np.int32),
        exit_day=(closed_at // DAY).astype(np.int32),
        entry_minute=(opened_at % DAY // 60_000_000).astype(np.int32),
        held_seconds=held,
        quantity=np.ones(n),
        entry_price=np.ones(n),
        exit_price=np.ones(n),
        entry_value=np.ones(n),
        exit_value=np.ones(n),
        tag_mask=1 << rng.integers(0, 8, n),
        setup=np.full(n, -1, dtype=np.int32),
        symbols=tuple(f"S{code:03d}" for code in range(symbols)),
        asset_classes=("stock",) * symbols,
        currency="USD",
        tags=tuple("abcdefgh"),
    )

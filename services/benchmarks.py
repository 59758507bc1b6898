"""The benchmark of some accounts: one rule for the Analytics figures, the Portfolio page, the API and reports.

It is, first to last: the benchmark of the saved portfolio with exactly these accounts; that of the smallest saved
portfolio that holds them all; SPY, or ^GSPC, where a provider has real closes of it; none. "none" as a portfolio's
benchmark ends the search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING

import numpy as np

from analytics.facts import BenchmarkDays
from data.db import portfolios as table
from data.db.engine import Database
from domain.accounts import AccountId, UserId
from domain.portfolios import NO_BENCHMARK, choose_benchmark, parse_benchmark
from services.closes import CloseService
from services.quotes import QuoteService

if TYPE_CHECKING:
    from services.book import Book

    BenchmarkOf = Callable[[UserId, Sequence[Book]], tuple[str, Callable[[], BenchmarkDays | None] | None]]
else:
    BenchmarkOf = Callable

DEFAULTS = ("SPY", "^GSPC")
"""Tried in this order; the first that a provider has real closes of is the market."""
KEPT_ANSWERS = 64
MOMENTS_AN_HOUR = 12


def no_benchmark(_owner: UserId, _books: Sequence[Book]) -> tuple[str, None]:
    """Return that there is none, for trade sets of their own."""
    return "", None


class BenchmarkService:
    """Says which benchmark accounts have and how it moved; safe to share between threads."""

    def __init__(self, db: Database, closes: CloseService, quotes: QuoteService) -> None:
        self._db = db
        self._closes = closes
        self._quotes = quotes
        self._kept: dict[tuple[object, ...], BenchmarkDays | str | None] = {}
        self._lock = threading.Lock()

    def chosen(self, owner: UserId, accounts: Iterable[AccountId]) -> str:
        """Return the benchmark that the owner's portfolios give some accounts, "" for the default."""
        with self._db.read() as session:
            return choose_benchmark(table.list_benchmarks(session, owner), accounts)

    def effective(self, owner: UserId, accounts: Iterable[AccountId]) -> str:
        """Return the benchmark of some accounts by the whole rule, "" where there is none."""
        text = self.chosen(owner, accounts) or self.default(owner)
        return "" if text.lower() == NO_BENCHMARK else text

    def default(self, owner: UserId) -> str:
        """Return the first of `DEFAULTS` with real closes, "" where no provider has any; asked once an hour."""
        found = self._hourly(("default",), lambda: self._first_real(owner))
        return str(found or "")

    def days(self, owner: UserId, text: str) -> BenchmarkDays | None:
        """Return the daily returns of a benchmark, None without closes.

        Args:
            owner: Whose own closes come before a provider's.
            text: What `chosen` returned; "" takes the default. Parts are brought back to their weights daily, on the
                days that all of them have. Returns are in each part's own currency.
        """
        wanted = text or self.default(owner)
        found = self._hourly((owner, wanted), lambda: self._read(owner, wanted))
        return found if isinstance(found, BenchmarkDays) else None

    def of_books(self, owner: UserId, books: Sequence[Book]) -> tuple[str, Callable[[], BenchmarkDays | None] | None]:
        """Return what `chosen` says of some books' accounts, and `days` of it, read when it is called."""
        text = self.chosen(owner, [book.account.id for book in books])
        return text, partial(self.days, owner, text)

    def _first_real(self, owner: UserId) -> str:
        for symbol in DEFAULTS:
            if not self._quotes.is_simulated(symbol) and len(self._closes.daily(owner, {symbol: ""})[symbol]):
                return symbol
        return ""

    def _read(self, owner: UserId, text: str) -> BenchmarkDays | None:
        parts = parse_benchmark(text)
        closes = self._closes.daily(owner, dict.fromkeys((part.symbol for part in parts), "")) if parts else {}
        if not parts or any(len(closes[part.symbol]) < 2 for part in parts):
            return None
        day = reduce(np.intersect1d, (closes[part.symbol].day for part in parts))
        change = np.zeros(max(len(day) - 1, 0))
        for part in parts:
            found = closes[part.symbol]
            level = found.close[np.searchsorted(found.day, day)]
            change += part.weight * (level[1:] / level[:-1] - 1.0)
        return BenchmarkDays(symbol=text, day=day[1:], change=change) if len(change) else None

    def _hourly(self, key: tuple[object, ...], build: Callable[[], BenchmarkDays | str | None]) -> object:
        hour = (*key, self._closes.moment() // MOMENTS_AN_HOUR)
        with self._lock:
            if hour in self._kept:
                return self._kept[hour]
        found = build()
        with self._lock:
            if len(self._kept) >= KEPT_ANSWERS:
                self._kept.clear()
            self._kept[hour] = found
        return found

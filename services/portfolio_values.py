"""Portfolios by day, kept while nothing they depend on changes.

An account's days are kept by its ledger revision, so a new fill computes one account anew; a portfolio's by those of
its accounts and the rates.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import UTC, date
from typing import Any
from zoneinfo import ZoneInfo

from analytics.fx import RateBook
from data.db.engine import Database
from domain.accounts import UserId
from domain.periods import Clock
from domain.portfolios import PortfolioPlan
from services.account_days import AccountDays, build_account_days, wanted_symbols
from services.book import Book
from services.cash_ledger import read_cash
from services.closes import CloseService
from services.foreign_fees import ForeignFees
from services.ledger import LedgerService
from services.portfolio_days import PortfolioDays, currencies_of, join_accounts
from services.rates import RateService

EPOCH = date(1970, 1, 1)
KEPT = 48


class PortfolioValueService:
    """Gives out portfolios by day; safe to share between threads."""

    def __init__(
        self, db: Database, ledger: LedgerService, closes: CloseService, *, rates: RateService, clock: Clock
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._closes = closes
        self._rates = rates
        self._clock = clock
        self._fees = ForeignFees()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def days(self, owner: UserId, plan: PortfolioPlan) -> PortfolioDays | None:
        """Return a portfolio by day up to today, None when its accounts hold nothing yet.

        Raises:
            CurrencyError: If a day has no exchange rate.
        """
        books = self._ledger.books(owner, plan.account_ids)
        today = self.today(books)
        accounts = [item for item in (self._account(owner, book, today) for book in books) if item is not None]
        if not accounts:
            return None
        stamp = (self._rates.state(owner), self._closes.moment())
        key = ("portfolio", tuple(id(item) for item in accounts), plan.currency, plan.rate_days, stamp)
        found = self._get(key)
        if found is None:
            rates = self.rates(owner, plan, currencies_of(accounts))
            # The accounts are kept with the result: their identity is its key.
            found = self._keep(key, (accounts, join_accounts(accounts, rates, plan.currency)))
        days: PortfolioDays = found[1]
        return days

    def rates(self, owner: UserId, plan: PortfolioPlan, currencies: list[str]) -> RateBook:
        """Return the exchange rates that a portfolio may use."""
        return self._rates.book(owner, currencies, plan.currency, max_age=plan.rate_days)

    def today(self, books: list[Book]) -> int:
        """Return the current trading day of the first account, days since 1970."""
        zone = ZoneInfo(books[0].account.timezone) if books else UTC
        return (self._clock().astimezone(zone).date() - EPOCH).days

    def books(self, owner: UserId, plan: PortfolioPlan) -> list[Book]:
        """Return the books of a portfolio's accounts."""
        return self._ledger.books(owner, plan.account_ids)

    def _account(self, owner: UserId, book: Book, today: int) -> AccountDays | None:
        key = ("account", book.account, today, self._closes.moment(), self._closes.state(owner))
        found = self._get(key)
        if found is None:
            with self._db.read() as session:
                cash = read_cash(session, book, self._fees)
            closes = self._closes.daily(owner, wanted_symbols(book))
            found = self._keep(key, (build_account_days(book, cash, closes, today),))
        days: AccountDays | None = found[0]
        return days

    def _get(self, key: Hashable) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: Hashable, value: Any) -> Any:
        with self._lock:
            self._kept[key] = value
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return value

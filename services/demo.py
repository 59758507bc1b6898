"""The demo workspace: one shared user with an invented book, filled on first use, resettable."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from data.brokers.batch import make_batch
from domain.accounts import Account, User
from domain.columns import CandleTable
from domain.errors import AuthorisationError
from domain.market import BarInterval
from domain.periods import to_micros
from domain.portfolios import Dimension
from services.demo_book import NEW_YORK, DemoTrade, day_trades, swing_trades
from services.demo_journal import write_demo_journal
from services.demo_long_term import long_term_events, long_term_fills

if TYPE_CHECKING:
    from services.container import Services

DAY_ACCOUNT = "Day trading"
SWING_ACCOUNT = "Swing and options"
LONG_TERM = "Long-term"
EVERYTHING = "Everything"
BENCHMARK = "^DMI"
"""The demo market's own index: the prices there are from elsewhere would say nothing about it."""
TARGETS = {"AAPL": "25", "GOOG": "20", "IBM": "25", "MSFT": "15", "BTC-USD": "8"}
BALANCES = {DAY_ACCOUNT: "60000", SWING_ACCOUNT: "40000"}


class DemoService:
    """Makes and resets the demo workspace. Only where the settings allow it."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = threading.Lock()

    def ensure(self) -> int:
        """Fill the workspace when it is empty; returns how many trades it holds.

        Raises:
            AuthorisationError: If this installation has no demo.
        """
        with self._lock:
            user = self._user()
            if not self._services.accounts.list_accounts(user.id):
                self._fill(user)
            return self._count(user)

    def reset(self) -> int:
        """Throw the workspace away and fill it anew."""
        with self._lock:
            user = self._user()
            for account in self._services.accounts.list_accounts(user.id):
                self._services.accounts.delete(user.id, account.id)
            for alert in self._services.alerts.alerts(user.id):
                self._services.alerts.delete(user.id, alert.id)
            self._fill(user)
            return self._count(user)

    def _user(self) -> User:
        if not self._services.installation.demo:
            raise AuthorisationError("This installation has no demo workspace.", hint="Start it with FILLWISE_DEMO=1.")
        return self._services.users.ensure_demo_user()

    def _count(self, user: User) -> int:
        books = self._services.ledger.books(user.id)
        return sum(len(book.matched.trades) for book in books)

    def _fill(self, user: User) -> None:
        today = self._services.clock().astimezone(NEW_YORK).date()
        accounts = {
            name: self._services.accounts.create(
                user.id, name, broker="Demo", currency="USD", timezone="America/New_York", starting_balance=balance
            )
            for name, balance in BALANCES.items()
        }
        self._store(user, accounts[DAY_ACCOUNT], day_trades(self._minutes, today))
        self._store(user, accounts[SWING_ACCOUNT], swing_trades(self._close, today))
        self._fill_long_term(user, today)

    def _fill_long_term(self, user: User, today: date) -> None:
        services = self._services
        account = services.accounts.create(
            user.id, LONG_TERM, broker="Demo", currency="USD", timezone="America/New_York", starting_balance="0"
        )
        fills = long_term_fills(self._close, today)
        services.ledger.add_executions(user.id, account.id, make_batch(fills, [fill.identity for fill in fills]))
        services.cash.add_events(user.id, account.id, list(long_term_events(today)))
        plans = services.portfolios.plans
        for old in plans.plans(user.id):
            if old.name in (LONG_TERM, EVERYTHING) and old.id is not None:
                plans.delete(user.id, old.id)
        every = plans.every_account(user.id)
        plans.save(user.id, None, name=EVERYTHING, currency="USD", account_ids=every, benchmark=BENCHMARK)
        plan = plans.save(user.id, None, name=LONG_TERM, currency="USD", account_ids=[account.id], benchmark=BENCHMARK)
        plans.set_targets(user.id, plan.id or 0, Dimension.SYMBOL, TARGETS)
        write_demo_journal(self._services, user.id)

    def _store(self, user: User, account: Account, trades: Sequence[DemoTrade]) -> None:
        now = self._services.clock()
        done = [trade for trade in trades if all(fill.executed_at < now for fill in trade.fills)]
        fills = [fill for trade in done for fill in trade.fills]
        batch = make_batch(fills, [fill.identity for fill in fills])
        added = self._services.ledger.add_executions(user.id, account.id, batch)
        ids = dict(zip((fill.identity for fill in fills), added.id.tolist(), strict=True))
        self._services.journal.save_many(
            user.id,
            account.id,
            {
                ids[trade.fills[0].identity]: {
                    "setup": trade.setup,
                    "tags": trade.tags,
                    "planned_stop": trade.stop,
                    "planned_target": trade.target,
                    "note": trade.note,
                }
                for trade in done
            },
        )

    def _minutes(self, symbol: str, day: date) -> CandleTable:
        start = datetime.combine(day, time(9, 30), NEW_YORK).astimezone(UTC)
        end = datetime.combine(day, time(16, 0), NEW_YORK).astimezone(UTC)
        return self._services.quotes.candles(symbol, BarInterval.M1, start=start, end=end, limit=400)

    def _close(self, symbol: str, day: date) -> float | None:
        start = datetime.combine(day, time(0), NEW_YORK).astimezone(UTC) - timedelta(days=4)
        end = datetime.combine(day, time(23, 59), ZoneInfo("America/New_York")).astimezone(UTC)
        candles = self._services.quotes.candles(symbol, BarInterval.D1, start=start, end=end, limit=5)
        if not len(candles) or int(candles.start[-1]) > to_micros(end):
            return None
        return float(candles.close[-1])

"""Data health: every check over the books, what was called all right, and where to mend the rest."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from data.db import health as table
from data.db.engine import Database, Session
from domain.accounts import AccountId, UserId
from domain.cash import BalanceCheck, CashChoice
from domain.errors import NotFoundError
from domain.health import Finding, FindingGroup, FindingKind, HealthReport
from domain.periods import Clock
from services.book import Book
from services.cash import CashService
from services.health_checks import (
    Checked,
    check_actions,
    check_contracts,
    check_fees,
    check_positions,
    check_shorts,
    check_twins,
    check_undated,
    plain,
    spot_symbols,
)
from services.health_events import check_contracts_of_shares, check_future
from services.holdings import QUOTED
from services.ledger import LedgerService
from services.quotes import QuoteService
from services.stated_actions import StatedActionService

KEPT = 64


class HealthService:
    """Use cases of the data-health page; safe to share between threads."""

    def __init__(
        self, db: Database, ledger: LedgerService, cash: CashService, quotes: QuoteService, clock: Clock
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._cash = cash
        self._quotes = quotes
        self._clock = clock
        self._cache: OrderedDict[Any, tuple[Finding, ...]] = OrderedDict()
        self._lock = threading.Lock()

    def report(self, owner: UserId, accounts: tuple[AccountId, ...] = ()) -> HealthReport:
        """Return what may be wrong in these accounts, all of the owner's by default.

        Raises:
            NotFoundError: If an account is not the owner's.
        """
        books = self._ledger.books(owner, accounts)
        found = [item for book in books for item in self._of_book(owner, book)]
        found += self._balances(owner, accounts)
        found += self._prices(books)
        found += self._splits(owner, books)
        with self._db.read() as session:
            dismissed = table.read_dismissed(session, [book.account.id for book in books])
        groups = tuple(_group(kind, found, dismissed) for kind in FindingKind)
        return HealthReport(groups=groups, accounts=len(books))

    def open_count(self, owner: UserId) -> int:
        """Return how many findings are open in all accounts."""
        return self.report(owner).open_count

    def dismiss(self, owner: UserId, kind: str, *, account: int | None = None, subject: str | None = None) -> int:
        """Call findings of a kind all right, one or every open one; returns how many.

        Raises:
            NotFoundError: If the owner has no such finding.
        """
        keys = [_key(item) for item in self._chosen(owner, kind, account, subject, is_open=True)]
        with self._db.begin() as session:
            table.dismiss(session, keys, at=self._clock())
        return len(keys)

    def restore(self, owner: UserId, kind: str, *, account: int | None = None, subject: str | None = None) -> int:
        """Open dismissed findings of a kind again, one or every one; returns how many.

        Raises:
            NotFoundError: If the owner has no such finding.
        """
        keys = [_key(item) for item in self._chosen(owner, kind, account, subject, is_open=False)]
        with self._db.begin() as session:
            table.restore(session, keys)
        return len(keys)

    def _chosen(
        self, owner: UserId, kind: str, account: int | None, subject: str | None, *, is_open: bool
    ) -> list[Finding]:
        group = next((item for item in self.report(owner).groups if item.kind == kind), None)
        found = (group.open if is_open else group.dismissed) if group else ()
        chosen = [item for item in found if account in (None, int(item.account_id)) and subject in (None, item.subject)]
        if not chosen:
            raise NotFoundError("There is no such finding any more.", hint="Reload the page.")
        return chosen

    def _of_book(self, owner: UserId, book: Book) -> tuple[Finding, ...]:
        now = self._clock()
        with self._db.read() as session:
            entered = table.read_entered_actions(session, owner)
            # The hour counts, as what lay ahead of the clock no longer does in time.
            key = (book.account, book.revision, tuple(entered), now.replace(minute=0, second=0, microsecond=0))
            with self._lock:
                if key in self._cache:
                    self._cache.move_to_end(key)
                    return self._cache[key]
            found = tuple(_check(session, book, entered, now))
        with self._lock:
            self._cache[key] = found
            while len(self._cache) > KEPT:
                self._cache.popitem(last=False)
        return found

    def _balances(self, owner: UserId, accounts: tuple[AccountId, ...]) -> list[Finding]:
        checks = self._cash.balances(owner, accounts)
        return [_balance(choice, check) for choice, check in checks if check.first is not None]

    def _splits(self, owner: UserId, books: Iterable[Book]) -> list[Finding]:
        held = {symbol: book for book in books for symbol in (item.symbol for item in book.instruments)}
        sources = StatedActionService(self._db, self._quotes, self._clock)
        return [
            Finding(
                kind=FindingKind.SPLIT_CONFLICT,
                account_id=held[conflict.symbol].account.id,
                account=held[conflict.symbol].account.name,
                subject=f"{conflict.symbol} {conflict.text}"[:200],
                text=f"{conflict.symbol}: {conflict.text}",
                href=f"/company/{conflict.symbol}",
                fix_href=f"/settings/instruments?{urlencode({'symbol': conflict.symbol})}",
            )
            for conflict in sources.conflicts(held, owner)
            if conflict.symbol in held
        ]

    def _prices(self, books: Iterable[Book]) -> list[Finding]:
        held = [(book, symbol, currency) for book in books for symbol, currency in sorted(spot_symbols(book, QUOTED))]
        quotes = self._quotes.quotes(sorted({symbol for _, symbol, _ in held})) if held else {}
        return [
            Finding(
                kind=FindingKind.MISSING_PRICE,
                account_id=book.account.id,
                account=book.account.name,
                subject=symbol,
                text=f"{symbol} is held and nobody has a price for it in {currency}.",
                href=f"/portfolio?{urlencode({'accounts': int(book.account.id)})}",
                fix_href=f"/settings/instruments?{urlencode({'symbol': symbol})}",
            )
            for book, symbol, currency in held
            if symbol not in quotes or quotes[symbol].currency != currency
        ]


def _check(session: Session, book: Book, entered: list[Any], now: datetime) -> list[Finding]:
    at = Checked(session=session, book=book)
    found: list[Finding] = []
    if len(book.executions):
        found += [*check_shorts(at), *check_twins(at), *check_future(at, now)]
        found += [*check_fees(at), *check_actions(at, entered), *check_contracts_of_shares(at)]
    return [*found, *check_contracts(at), *check_positions(at), *check_undated(at)]


def _balance(choice: CashChoice, check: BalanceCheck) -> Finding:
    first = check.first
    assert first is not None
    gaps = check.checked - check.agreeing
    href = f"/cash?{urlencode({'accounts': int(choice.account_id), 'currency': choice.currency})}"
    text = (
        f"{choice.currency} agrees on {check.agreeing:,} of {check.checked:,} printed balances; first differs on "
        f"{first.at.date()}: broker {plain(first.broker)}, ours {plain(first.ours)} "
        f"(line {first.line} of {first.filename or 'a file'})."
    )
    return Finding(
        kind=FindingKind.BALANCE_GAP, account_id=choice.account_id, account=choice.account,
        subject=f"{choice.currency}@{first.at.isoformat()}", text=text, href=href, fix_href=href, count=gaps,
    )  # fmt: skip


def _key(item: Finding) -> tuple[int, str, str]:
    return int(item.account_id), item.kind.value, item.subject


def _group(kind: FindingKind, found: Iterable[Finding], dismissed: set[tuple[int, str, str]]) -> FindingGroup:
    mine = [item for item in found if item.kind is kind]
    return FindingGroup(
        kind=kind,
        open=tuple(item for item in mine if _key(item) not in dismissed),
        dismissed=tuple(item for item in mine if _key(item) in dismissed),
    )

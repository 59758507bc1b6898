"""The account statement: every movement of an account's cash with the running balance, and how it compares."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from analytics.cash import last_of_days, running_balance, sum_kinds
from data.db import cash as table
from data.db.accounts import bump_revision, get_account
from data.db.engine import Database
from data.db.executions import read_rows
from data.db.imports import insert_events
from domain.accounts import AccountId, UserId
from domain.cash import (
    CASH_KINDS,
    BalanceCheck,
    CashChoice,
    CashFlows,
    CashKind,
    CashMark,
    CashPage,
    CashQuery,
    CashRow,
    CashStatement,
    CashStep,
    Opening,
)
from domain.columns import Decimals, take
from domain.errors import NotFoundError
from domain.fills import HAND_PREFIX
from domain.periods import Clock, DateRange, from_micros, parse_period, to_micros
from domain.statements import OtherRow
from services.book import Book
from services.cash_ledger import AccountCash, name_files, no_flows, read_cash
from services.foreign_fees import ForeignFees
from services.ledger import LedgerService

KEPT = 64
KEPT_ROWS = 4_000_000
EXPORTED = 900  # every SQLite takes as many parameters in a query


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """The movements of a period in one statement: rows `first` to `last` of the flows."""

    book: Book
    cash: AccountCash
    choice: CashChoice
    flows: CashFlows
    balance: Decimals
    opening: Decimal
    first: int
    last: int

    def before(self) -> Decimal:
        """Return the balance before the first movement of the period."""
        return self.balance.at(self.first - 1) if self.first else self.opening


class CashService:
    """Use cases around cash; safe to share between threads."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock
        self._fees = ForeignFees()
        self._cache: OrderedDict[Any, AccountCash] = OrderedDict()
        self._lock = threading.Lock()

    def add_events(self, owner: UserId, account_id: AccountId, rows: Sequence[OtherRow]) -> int:
        """Keep movements that come from no file; those already kept are passed over. Returns how many were new."""
        with self._db.begin() as session:
            get_account(session, owner, account_id, lock=True)
            added = insert_events(session, account_id, rows, import_id=None)
            if added:
                bump_revision(session, account_id, append_only=True)
        return added

    def choices(self, owner: UserId, accounts: tuple[AccountId, ...] = ()) -> list[CashChoice]:
        """Return every account and currency with cash in it: by account, its own currency first, then the busiest."""
        return [choice for _, found in self._choices(owner, accounts) for choice in found]

    def statement(self, owner: UserId, query: CashQuery) -> CashStatement | None:
        """Return a statement, None when the chosen accounts have no cash at all.

        Raises:
            NotFoundError: If the account is not the owner's or has no cash in the currency.
        """
        span = self._span(owner, query)
        if span is None:
            return None
        flows: CashFlows = take(span.flows, slice(span.first, span.last))
        totals, fees = sum_kinds(flows)
        rows = self._chosen(span, query.kinds)
        return CashStatement(
            choice=span.choice,
            timezone=span.book.account.timezone,
            brought_forward=span.before(),
            closing=span.balance.at(span.last - 1) if span.last else span.opening,
            movements=span.last - span.first,
            total=len(rows),
            rows=self._lines(span, rows[query.start : query.end]),
            totals=totals,
            trading_fees=fees,
            dividends=_dividends(flows, span.cash.dividends),
            steps=_steps(span),
            check=self._named(span.book, span.cash.checks[span.choice.currency]),
        )

    def lines(self, owner: UserId, query: CashQuery) -> Iterator[CashRow]:
        """Yield every line of the statement that the query chooses, newest first, whatever its window."""
        span = self._span(owner, query)
        if span is None:
            return
        rows = self._chosen(span, query.kinds)
        for start in range(0, len(rows), EXPORTED):
            yield from self._lines(span, rows[start : start + EXPORTED])

    def lines_after(self, owner: UserId, query: CashQuery, after: CashMark | None, limit: int) -> CashPage | None:
        """Return up to `limit` lines after a mark, oldest first; None when the accounts have no cash at all."""
        span = self._span(owner, query)
        if span is None:
            return None
        rows = self._chosen(span, query.kinds)[::-1]
        if after is not None:
            rows = rows[_is_after(span.flows, rows, after)]
        lines = self._lines(span, rows[:limit])
        return CashPage(choice=span.choice, rows=lines, next_after=lines[-1].mark if len(rows) > limit else None)

    def balances(self, owner: UserId, accounts: tuple[AccountId, ...] = ()) -> list[tuple[CashChoice, BalanceCheck]]:
        """Return how the printed balances of each account and currency compare; those without any are left out."""
        books = self._ledger.books(owner, accounts)
        with self._db.read() as session:
            told = table.accounts_with_balances(session, [book.account.id for book in books])
        found = []
        for book in (item for item in books if item.account.id in told):
            choices, checks = _choices_of(book, self._cash(book)), self._cash(book).checks
            found += [
                (choice, self._named(book, checks[choice.currency]))
                for choice in choices
                if checks[choice.currency].checked or checks[choice.currency].opening_source is Opening.ANCHOR
            ]
        return found

    def of_day(self, owner: UserId, choice: CashChoice, at: datetime) -> tuple[CashRow, ...]:
        """Return what moved an account's cash on the day of an instant, newest first."""
        day = at.astimezone(ZoneInfo(self._ledger.book(owner, choice.account_id).account.timezone)).date()
        query = CashQuery(account=int(choice.account_id), currency=choice.currency, period=f"{day}..{day}")
        return tuple(self.lines(owner, query))

    def _choices(self, owner: UserId, accounts: tuple[AccountId, ...]) -> list[tuple[Book, list[CashChoice]]]:
        return [(book, _choices_of(book, self._cash(book))) for book in self._ledger.books(owner, accounts)]

    def _cash(self, book: Book) -> AccountCash:
        key = (book.account, book.revision)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        with self._db.read() as session:
            found = read_cash(session, book, self._fees)
        with self._lock:
            self._cache[key] = found
            while len(self._cache) > 1 and (len(self._cache) > KEPT or self._rows() > KEPT_ROWS):
                self._cache.popitem(last=False)
        return found

    def _rows(self) -> int:
        return sum(len(flows) for cash in self._cache.values() for flows in cash.flows.values())

    def _named(self, book: Book, check: BalanceCheck) -> BalanceCheck:
        if check.first is None:
            return check
        with self._db.read() as session:
            return name_files(check, table.read_filenames(session, book.account.id))

    def _span(self, owner: UserId, query: CashQuery) -> _Span | None:
        accounts = query.accounts if query.account is None else (AccountId(query.account),)
        found = self._choices(owner, accounts)
        wanted = query.currency.strip().upper()
        pairs = [(book, item) for book, choices in found for item in choices if wanted in ("", item.currency)]
        if not pairs:
            if wanted and any(choices for _, choices in found):
                raise NotFoundError(f"There is no cash in {wanted[:24]}.", hint="Choose one of the currencies listed.")
            return None
        book, choice = pairs[0]
        cash = self._cash(book)
        flows = cash.flows.get(choice.currency) or no_flows()
        opening = cash.checks[choice.currency].opening
        today = self._clock().astimezone(ZoneInfo(book.account.timezone)).date()
        first, last = _bounds(flows, parse_period(query.period, today), book.account.timezone)
        first = max(first, _place(flows, query.since, 0))
        last = max(first, min(last, _place(flows, query.until, last)))
        balance = running_balance(flows, opening)
        return _Span(
            book=book, cash=cash, choice=choice, flows=flows, balance=balance, opening=opening, first=first, last=last
        )

    @staticmethod
    def _chosen(span: _Span, kinds: Sequence[CashKind]) -> Any:
        """Return the rows of the period of these kinds, newest first."""
        rows = np.arange(span.last - 1, span.first - 1, -1, dtype=np.int64)
        return rows[np.isin(span.flows.kind[rows], [kind.code for kind in kinds])] if kinds else rows

    def _lines(self, span: _Span, rows: Any) -> tuple[CashRow, ...]:
        is_trade = span.flows.is_trade[rows].astype(bool)
        refs = span.flows.ref[rows]
        account = span.book.account.id
        with self._db.read() as session:
            events = table.read_events(session, account, refs[~is_trade].tolist())
            fills = {row["id"]: row for row in read_rows(session, account, refs[is_trade].tolist())}
            names = table.read_filenames(session, account)
        zone = ZoneInfo(span.book.account.timezone)
        found = (_line(span, int(row), zone, events, fills) for row in rows)
        return tuple(replace(line, filename=names.get(key or 0, "")) for line, key in found)


def _choices_of(book: Book, cash: AccountCash) -> list[CashChoice]:
    counts = {currency: len(cash.flows[currency]) if currency in cash.flows else 0 for currency in cash.checks}
    own = book.account.currency
    ordered = sorted(counts, key=lambda name: (name != own, -counts[name], name))
    return [
        CashChoice(account_id=book.account.id, account=book.account.name, currency=currency, movements=counts[currency])
        for currency in ordered
    ]


def _bounds(flows: CashFlows, period: DateRange, timezone: str) -> tuple[int, int]:
    """Return the rows of a period of local days, first and one past the last."""
    zone = ZoneInfo(timezone)

    def midnight(day: date | None) -> int | None:
        return None if day is None else to_micros(datetime.combine(day, time.min, tzinfo=zone))

    first = _place(flows, midnight(period.start), 0)
    return first, max(first, _place(flows, midnight(period.end), len(flows)))


def _place(flows: CashFlows, instant: int | None, otherwise: int) -> int:
    """Return the first row at or after an instant."""
    return otherwise if instant is None else int(np.searchsorted(flows.at, instant, side="left"))


def _is_after(flows: CashFlows, rows: Any, mark: CashMark) -> Any:
    """Return which rows stand after a mark, column by column of their order."""
    result = np.zeros(len(rows), dtype=bool)
    equal = np.ones(len(rows), dtype=bool)
    columns: tuple[Any, ...] = (flows.at, flows.is_trade, flows.ref, flows.kind)
    for column, value in zip(columns, mark, strict=True):
        result |= equal & (column[rows] > value)
        equal &= column[rows] == value
    return result


def _steps(span: _Span) -> tuple[CashStep, ...]:
    flows: CashFlows = take(span.flows, slice(span.first, span.last))
    days, rows = last_of_days(flows, span.book.account.timezone)
    epoch = date(1970, 1, 1)
    return tuple(
        CashStep(day=epoch + timedelta(days=day), balance=span.balance.at(span.first + row))
        for day, row in zip(days.tolist(), rows.tolist(), strict=True)
    )


def _dividends(flows: CashFlows, symbols: dict[int, str]) -> tuple[tuple[str, Decimal, int], ...]:
    sums: dict[str, Decimal] = {}
    counts: Counter[str] = Counter()
    for row in np.flatnonzero(flows.kind == CashKind.DIVIDEND.code).tolist():
        symbol = symbols.get(int(flows.ref[row]), "")
        sums[symbol] = sums.get(symbol, Decimal(0)) + flows.amount.at(row)
        counts[symbol] += 1
    ordered = sorted(sums, key=lambda name: (-sums[name], name))
    return tuple((symbol, sums[symbol], counts[symbol]) for symbol in ordered)


def _line(
    span: _Span, row: int, zone: ZoneInfo, events: dict[int, Any], fills: dict[int, dict[str, Any]]
) -> tuple[CashRow, int | None]:
    flows, ref = span.flows, int(span.flows.ref[row])
    at, is_trade = from_micros(int(flows.at[row])), bool(flows.is_trade[row])
    code = int(flows.instrument[row])
    event = None if is_trade else events.get(ref)
    fill: dict[str, Any] = fills.get(ref, {}) if is_trade else {}
    line = CashRow(
        at=at,
        day=at.astimezone(zone).date(),
        kind=CASH_KINDS[int(flows.kind[row])],
        label=event.label if event else "",
        symbol=span.book.instruments[code].symbol if code >= 0 else event.symbol if event else "",
        description=event.description if event else "",
        amount=flows.amount.at(row),
        fee=Decimals(flows.fee, flows.amount.places).at(row),
        balance=span.balance.at(row),
        is_trade=is_trade,
        ref=ref,
        quantity=fill.get("quantity"),
        price=fill.get("price"),
        line=int((event.line if event else fill.get("line")) or 0),
        by_hand=str(fill.get("identity", "")).startswith(HAND_PREFIX),
        fee_estimated=is_trade and span.book.is_estimated(ref),
    )
    return line, (event.import_id if event else fill.get("import_id"))

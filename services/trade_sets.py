"""The filtered trade set: the one source of every figure on every page, in the API and in exports.

Frames of an account are built once per ledger revision, journal columns once per journal revision,
a filtered set once per filter. All three are cached in memory and never shared between owners.
"""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from analytics.frames import (
    JournalColumns,
    exit_frame,
    merge_exits,
    merge_frames,
    planned_risk,
    trade_frame,
    with_journal,
)
from analytics.selection import select, select_exits
from data.db import accounts as account_table
from data.db import journal as journal_table
from data.db import users as user_table
from data.db.engine import Database
from domain.accounts import Account, AccountId, UserId
from domain.columns import ExitFrame, TradeFrame, take
from domain.filters import LedgerFilter
from domain.journal import TradeJournal
from domain.periods import Clock, DateRange, parse_period
from services.book import Book
from services.imported import read_imported
from services.ledger import LedgerService
from services.units import in_unit

if TYPE_CHECKING:
    from domain.columns import Ints

EPOCH = date(1970, 1, 1)
CACHED_SETS = 64
CACHED_BYTES = 600_000_000
KEPT_SETS = 6  # stay whatever they weigh: what the page on the screen asks about
Frame = TypeVar("Frame", TradeFrame, ExitFrame)
TAG_LIMIT = 62


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeSet:
    """Trades and exits that a filter chose, in one currency.

    Attributes:
        books: Books of the chosen accounts, by account id.
        frame: Every trade of the accounts in `currency`, whatever the period.
        rows: Rows of `frame` the filter chose, open trades included where the status allows.
        chosen: Those rows as a frame in the filter's unit; statistics are about the closed ones.
        exits: Realised P&L of the chosen trades whose day lies in the period, in the filter's unit.
        unit: Currency code, "%" or "R": what `chosen` and `exits` are in.
        balance: Starting balance in that unit, None when unknown.
        without_unit: Closed trades that have no value in the unit and are left out.
        left_out: Trades of the accounts in other currencies: never added, always told.
        starting_balance: Sum of the accounts' starting balances, None when one is unknown.
    """

    owner: UserId
    filter: LedgerFilter
    period: DateRange
    currency: str
    accounts: tuple[Account, ...]
    books: dict[int, Book]
    frame: TradeFrame
    rows: Ints
    chosen: TradeFrame
    exits: ExitFrame
    unit: str
    balance: float | None
    without_unit: int
    left_out: dict[str, int]
    starting_balance: float | None
    journal: dict[tuple[int, int], TradeJournal]
    today: date

    @property
    def timezone(self) -> str:
        """Zone of the first account: what "today" and hours mean where accounts differ."""
        return self.accounts[0].timezone if self.accounts else "UTC"


class TradeSets:
    """Builds and caches trade sets; safe to share between threads."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock
        self._cache: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    def load(self, owner: UserId, chosen: LedgerFilter) -> TradeSet:
        """Return the trade set of a filter.

        Raises:
            NotFoundError: If an account is not the owner's.
            InvalidInputError: If the period cannot be read.
        """
        books = self._ledger.books(owner, chosen.accounts)
        with self._db.read() as session:
            journal_revision = journal_table.journal_revision(session, owner)
            base = user_table.get_user(session, owner).base_currency
        today = self.today(books)
        state = tuple((book.account, book.revision) for book in books)
        key = (owner, chosen, state, journal_revision, today, base)
        found: TradeSet = self.cached(
            key, lambda: self._build(owner, chosen, books, journal_revision, today=today, base=base)
        )
        return found

    def today(self, books: Sequence[Book]) -> date:
        """Return the current trading day of the first account."""
        zone = books[0].account.timezone if books else "UTC"
        return self._clock().astimezone(ZoneInfo(zone)).date()

    def imported(self, owner: UserId, books: Sequence[Book], import_id: int) -> tuple[Ints, Ints]:
        """Return the ids of an import's executions and of the trades that hold any; see `read_imported`."""
        key = ("imported", owner, import_id, tuple((book.account, book.revision) for book in books))
        found: tuple[Ints, Ints] = self.cached(key, lambda: read_imported(self._db, owner, books, import_id))
        return found

    def _build(
        self,
        owner: UserId,
        chosen: LedgerFilter,
        books: Sequence[Book],
        journal_revision: int,
        *,
        today: date,
        base: str,
    ) -> TradeSet:
        period = parse_period(chosen.period, today)
        currency, left_out = choose_currency(books, chosen.currency, base)
        journal, columns = self._journal(owner, books, journal_revision)
        frame, exits = self._frames(books, currency)
        frame = with_journal(frame, columns) if columns is not None else frame
        mask, kept = self._masks(frame, exits, chosen=chosen, period=period, journal=journal)
        if chosen.import_id is not None:
            _, trades = self.imported(owner, books, chosen.import_id)
            mask, kept = mask & np.isin(frame.id, trades), kept & np.isin(exits.trade_id, trades)
        balance = self._balance(owner, books, currency)
        shown = in_unit(_only(frame, mask), _only(exits, kept), chosen.unit, balance)
        return TradeSet(
            owner=owner,
            filter=replace(chosen, currency=currency),
            period=period,
            currency=currency,
            accounts=tuple(book.account for book in books),
            books={int(book.account.id): book for book in books},
            frame=frame,
            rows=np.flatnonzero(mask),
            chosen=shown.trades,
            exits=shown.exits,
            unit=shown.unit,
            balance=shown.balance,
            without_unit=shown.without,
            left_out=left_out,
            starting_balance=balance,
            journal=journal,
            today=today,
        )

    def _frames(self, books: Sequence[Book], currency: str) -> tuple[TradeFrame, ExitFrame]:
        pairs = [
            self.cached(("frames", book.account, book.revision, currency), partial(_book_frames, book, currency))
            for book in books
        ]
        if not pairs:
            return empty_frame(currency), empty_exits(currency)
        return merge_frames([pair[0] for pair in pairs]), merge_exits([pair[1] for pair in pairs])

    def _journal(
        self, owner: UserId, books: Sequence[Book], revision: int
    ) -> tuple[dict[tuple[int, int], TradeJournal], JournalColumns | None]:
        key = ("journal", owner, revision, tuple((book.account, book.revision) for book in books))
        found: tuple[dict[tuple[int, int], TradeJournal], JournalColumns | None]
        found = self.cached(key, lambda: self._journal_columns(owner, books, revision))
        return found

    def _journal_columns(
        self, owner: UserId, books: Sequence[Book], revision: int
    ) -> tuple[dict[tuple[int, int], TradeJournal], JournalColumns | None]:
        ids = tuple(book.account.id for book in books)
        with self._db.read() as session:
            rebuilt = account_table.revisions(session, owner)
        # New executions leave the entries as they are; taking some away may free a trade's id for another one.
        key = ("entries", owner, revision, tuple((item, rebuilt.get(item, (0, 0))[1]) for item in ids))
        entries, tags, setups = self.cached(key, lambda: self._read_journal(owner, ids))
        return entries, journal_columns(entries, books, tags, setups) if entries or tags or setups else None

    def _read_journal(
        self, owner: UserId, account_ids: Sequence[AccountId]
    ) -> tuple[dict[tuple[int, int], TradeJournal], list[str], list[str]]:
        with self._db.read() as session:
            entries = journal_table.read_journal(session, account_ids)
            tags = [tag.name for tag in journal_table.list_tags(session, owner)][:TAG_LIMIT]
            return entries, tags, [name for _, name in journal_table.list_setups(session, owner)]

    @classmethod
    def _masks(
        cls,
        frame: TradeFrame,
        exits: ExitFrame,
        *,
        chosen: LedgerFilter,
        period: DateRange,
        journal: dict[tuple[int, int], TradeJournal],
    ) -> tuple[Any, Any]:
        """Return which trades and which exits a filter keeps."""
        mask = select(frame, chosen, period) & cls._search(frame, chosen, journal)
        kept = select_exits(exits, frame, chosen, period)
        if chosen.search:
            kept &= np.isin(exits.trade_id, frame.id[mask])
        return mask, kept

    @staticmethod
    def _search(frame: TradeFrame, chosen: LedgerFilter, journal: dict[tuple[int, int], TradeJournal]) -> Any:
        """Return which trades hold the searched text in symbol, setup, tag or note."""
        text = chosen.search.casefold()
        if not text:
            return np.ones(len(frame), dtype=bool)
        symbols = np.array([text in symbol.casefold() for symbol in frame.symbols] or [False], dtype=bool)
        noted = [
            trade_id
            for (_, trade_id), entry in journal.items()
            if text in " ".join((entry.setup, entry.note, *entry.tags)).casefold()
        ]
        return symbols[frame.instrument] | np.isin(frame.id, noted) if len(frame) else np.zeros(0, dtype=bool)

    def _balance(self, owner: UserId, books: Sequence[Book], currency: str) -> float | None:
        ids = [book.account.id for book in books if book.account.currency == currency]
        if len(ids) != len(books):
            return None
        with self._db.read() as session:
            balance = account_table.starting_balance(session, owner, ids)
        return None if balance is None else float(balance)

    def cached(self, key: Hashable, build: Any) -> Any:
        """Return what was built for a key before, else build and keep it."""
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        value = build()
        with self._lock:
            self._cache[key] = value
            weight = sum(map(count_bytes, self._cache.values()))
            while len(self._cache) > CACHED_SETS or (weight > CACHED_BYTES and len(self._cache) > KEPT_SETS):
                weight -= count_bytes(self._cache.popitem(last=False)[1])
        return value


def count_bytes(value: Any) -> int:
    """Return how much memory a cached value holds for itself: the copied columns of a set, an account's frames."""
    if isinstance(value, TradeSet):
        return sum(
            map(count_bytes, (value.exits, value.rows, *(() if value.chosen is value.frame else (value.chosen,))))
        )
    if isinstance(value, TradeFrame | ExitFrame):
        columns = (getattr(value, item.name) for item in fields(value))
        return sum(column.nbytes for column in columns if isinstance(column, np.ndarray))
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    return sum(map(count_bytes, value)) if isinstance(value, tuple) else 0


def _only(table: Frame, mask: Any) -> Frame:
    """Return the rows of a mask, the table itself when it keeps all."""
    if mask.all():
        return table
    kept: Frame = take(table, mask)
    return kept


def choose_currency(books: Sequence[Book], wanted: str, base: str) -> tuple[str, dict[str, int]]:
    """Return the reporting currency and how many trades are in others.

    The wanted one, else the owner's base currency where trades are in it, else the commonest.
    """
    counts: Counter[str] = Counter()
    for book in books:
        per_code = np.bincount(book.matched.trades.instrument, minlength=len(book.instruments))
        for item, count in zip(book.instruments, per_code.tolist(), strict=False):
            counts[item.currency] += count
    counts += Counter()
    currency = wanted or (base if base in counts or not counts else counts.most_common(1)[0][0])
    return currency, {name: count for name, count in counts.items() if name != currency and count}


def _book_frames(book: Book, currency: str) -> tuple[TradeFrame, ExitFrame]:
    matched, account = book.matched, book.account
    mine = np.array([item.currency == currency for item in book.instruments], dtype=bool)
    frame = trade_frame(
        matched,
        account=int(account.id),
        symbols=[item.symbol for item in book.instruments],
        asset_classes=[item.asset_class.value for item in book.instruments],
        timezone=account.timezone,
        currency=currency,
    )
    if not mine.all():
        frame = take(frame, mine[frame.instrument])
        matched = replace(matched, closes=take(matched.closes, mine[matched.closes.instrument]))
    return frame, exit_frame(matched, account=int(account.id), timezone=account.timezone, currency=currency)


def journal_columns(
    entries: dict[tuple[int, int], TradeJournal], books: Sequence[Book], tags: Sequence[str], setups: Sequence[str]
) -> JournalColumns:
    """Return the journal as columns over trade ids, initial risks computed from the books."""
    bits = {name: 1 << position for position, name in enumerate(tags)}
    codes = {name: code for code, name in enumerate(setups)}
    masks: dict[tuple[str, ...], int] = {}
    for entry in entries.values():
        if entry.tags not in masks:
            masks[entry.tags] = sum(bits.get(name, 0) for name in entry.tags)
    risks = _risks(entries, books)
    return JournalColumns(
        trade_id=np.array([trade_id for _, trade_id in entries], dtype=np.int64),
        tag_mask=np.array([masks[entry.tags] for entry in entries.values()], dtype=np.int64),
        setup=np.array([codes.get(entry.setup, -1) for entry in entries.values()], dtype=np.int32),
        risk=np.array([risks.get(trade_id, np.nan) for _, trade_id in entries], dtype=np.float64),
        tags=tuple(tags),
        setups=tuple(setups),
    )


def _risks(entries: dict[tuple[int, int], TradeJournal], books: Sequence[Book]) -> dict[int, float]:
    found: dict[int, float] = {}
    for book in books:
        stops = {
            trade_id: float(entry.planned_stop)
            for (account_id, trade_id), entry in entries.items()
            if account_id == book.account.id and entry.planned_stop is not None
        }
        trades = book.matched.trades
        rows = np.flatnonzero(np.isin(trades.id, list(stops))) if stops else np.zeros(0, dtype=np.int64)
        if len(rows):
            ids = trades.id[rows].tolist()
            prices = np.array([stops[item] for item in ids])
            money = planned_risk(book.matched, rows, prices, multipliers=book.multipliers)
            found.update(zip(ids, money.tolist(), strict=True))
    return found


def empty_frame(currency: str) -> TradeFrame:
    """Return a frame without trades."""
    columns: dict[str, Any] = {
        item.name: np.zeros(0, dtype=_DTYPES.get(item.name, np.float64))
        for item in fields(TradeFrame)
        if item.name not in ("symbols", "asset_classes", "currency", "tags", "setups")
    }
    return TradeFrame(**columns, currency=currency)


_DTYPES: dict[str, Any] = {
    **dict.fromkeys(("id", "account", "row", "opened_at", "closed_at", "tag_mask"), np.int64),
    **dict.fromkeys(("instrument", "entry_day", "exit_day", "entry_minute", "setup"), np.int32),
    "side": np.int8,
    "is_open": np.bool_,
}


def empty_exits(currency: str) -> ExitFrame:
    """Return a frame without exits."""
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    day = np.zeros(0, dtype=np.int32)
    return ExitFrame(
        trade_id=whole, account=whole, closed_at=whole, day=day, net=real, gross=real, fees=real, currency=currency
    )

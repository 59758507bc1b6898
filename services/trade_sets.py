"""The filtered trade set: the one source of every figure on every page, in the API and in exports.

Frames of an account are built once per ledger revision, journal columns once per journal revision,
a filtered set once per filter. All three are cached in memory and never shared between owners.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from analytics.facts import Facts, Surroundings
from analytics.frames import (
    JournalColumns,
    merge_exits,
    merge_frames,
    with_journal,
)
from analytics.selection import select, select_exits
from data.db import accounts as account_table
from data.db import analysis_settings as settings_table
from data.db import journal as journal_table
from data.db import users as user_table
from data.db.engine import Database
from domain.accounts import Account, UserId
from domain.analysis_rules import AnalysisRules
from domain.columns import ExitFrame, TradeFrame, take
from domain.filters import Basis, LedgerFilter
from domain.journal import TradeJournal
from domain.periods import Clock, DateRange, parse_period
from services.analysis_settings import read_rules
from services.benchmarks import BenchmarkOf, no_benchmark
from services.book import Book
from services.fee_kinds import FeeKindService
from services.imported import read_imported
from services.journal_entries import JournalEntries
from services.ledger import LedgerService
from services.rule_books import read_rule_book
from services.set_cache import SetCache
from services.units import in_unit
from services.whole_books import WholeBook, accounts_in, book_frames, empty_exits, empty_frame, rows_of_exits

if TYPE_CHECKING:
    from analytics.metric_columns import HeldPrices
    from domain.columns import Bytes, Ints

EPOCH = date(1970, 1, 1)
Frame = TypeVar("Frame", TradeFrame, ExitFrame)


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
        facts: What dimensions know of the trades of `frame`.
        chosen_rows: Row of `frame` of each trade of `chosen`.
        exit_rows: Row of `frame` of the trade of each of `exits`.
        starting_balance: Sum of the accounts' starting balances, None when one is unknown.
        rules: What its figures are worked out by.
        prices: Returns the excursions of the closed trades of `chosen`, in its unit.
        fee_kinds: Returns the fees of `exits` by kind.
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
    facts: Facts
    chosen_rows: Ints
    exit_rows: Ints
    rules: AnalysisRules = field(default_factory=AnalysisRules)
    prices: Callable[[TradeSet], HeldPrices] | None = None
    fee_kinds: Callable[[TradeSet], Mapping[str, float] | None] | None = None

    @property
    def parts(self) -> tuple[Any, ...]:
        """The columns it holds."""
        return self.exits, self.rows, self.exit_rows, self.chosen

    def is_made_of(self, value: Any) -> bool:
        """Whether a kept value is what this set was built from."""
        if isinstance(value, tuple):
            return bool(value) and value[0] is self.journal
        return value is self.facts or (isinstance(value, WholeBook) and value.frame is self.frame)

    @property
    def outcome(self) -> Bytes:
        """+1 win, -1 loss, 0 breakeven of each of `chosen`, by the tolerance of its account, in any unit."""
        known = self.facts.outcome
        found: Bytes = known if len(self.chosen_rows) == len(known) else known[self.chosen_rows]
        return found

    @property
    def timezone(self) -> str:
        """Zone of the first account: what "today" and hours mean where accounts differ."""
        return self.accounts[0].timezone if self.accounts else "UTC"


class TradeSets:
    """Builds and caches trade sets; safe to share between threads.

    Args:
        db: The database.
        ledger: Books of the accounts.
        clock: Source of the current instant.
        sectors: Returns the sectors of some symbols as far as known.
        benchmark: Returns name and reader of the benchmark of some books.
        prices: Returns the excursions of the closed trades of a set.
    """

    def __init__(
        self,
        db: Database,
        ledger: LedgerService,
        clock: Clock,
        *,
        sectors: Callable[[tuple[str, ...]], Mapping[str, str]] | None = None,
        benchmark: BenchmarkOf = no_benchmark,
        prices: Callable[[TradeSet], HeldPrices] | None = None,
    ) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock
        self._sectors = sectors
        self._benchmark = benchmark
        self._prices = prices
        self._cache = SetCache()
        self._entries = JournalEntries(db)
        self.fee_kinds = FeeKindService(db)

    def load(self, owner: UserId, chosen: LedgerFilter) -> TradeSet:
        """Return the trade set of a filter.

        Raises:
            NotFoundError: If an account is not the owner's.
            InvalidInputError: If the period cannot be read.
        """
        books = self._ledger.books(owner, chosen.accounts)
        with self._db.read() as session:
            revision = journal_table.journal_revision(session, owner)
            base = user_table.get_user(session, owner).base_currency
            default, own = settings_table.read_settings(session, owner)
        today = self.today(books)
        state = (self._benchmark(owner, books)[0], *((book.account, book.revision) for book in books))
        key = (owner, chosen, state, revision, today, base, default, tuple(sorted(own.items())))
        found: TradeSet = self.cached(key, lambda: self._build(owner, chosen, books, revision, today=today, base=base))
        self._cache.touch(found.is_made_of)
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
        self, owner: UserId, chosen: LedgerFilter, books: Sequence[Book], revision: int, *, today: date, base: str
    ) -> TradeSet:
        period = parse_period(chosen.period, today)
        currency, left_out = choose_currency(books, chosen.currency, base)
        book = self._book(owner, books, revision, currency)
        rules = read_rules(self._db, owner, accounts_in(books, currency))
        facts = self._facts(owner, books, revision, book=book, basis=chosen.basis, rules=rules)
        trade_ids = None if chosen.import_id is None else self.imported(owner, books, chosen.import_id)[1]
        mask, kept = self._masks(book, facts, chosen=chosen, period=period, trade_ids=trade_ids)
        balance = self._balance(owner, books, currency)
        rows, places = np.flatnonzero(mask), np.flatnonzero(kept)
        exit_rows, trades, exits = book.exit_rows[places], _only(book.frame, rows), _only(book.exits, places)
        shown = in_unit(trades, exits, chosen.unit, balance=balance, exit_risk=book.frame.risk[exit_rows])
        return TradeSet(
            owner=owner,
            filter=replace(chosen, currency=currency),
            period=period,
            currency=currency,
            accounts=tuple(book.account for book in books),
            books={int(book.account.id): book for book in books},
            frame=book.frame,
            rows=rows,
            chosen=shown.trades,
            exits=shown.exits,
            unit=shown.unit,
            balance=shown.balance,
            without_unit=shown.without,
            left_out=left_out,
            starting_balance=balance,
            journal=book.journal,
            today=today,
            facts=facts,
            chosen_rows=rows[shown.kept_trades],
            exit_rows=exit_rows[shown.kept_exits],
            rules=rules,
            prices=self._prices,
            fee_kinds=self.fee_kinds.of_set,
        )

    def _book(self, owner: UserId, books: Sequence[Book], revision: int, currency: str) -> WholeBook:
        """Return every trade of the accounts, built once per ledger and journal revision."""
        key = ("book", owner, revision, currency, tuple((book.account, book.revision) for book in books))

        def build() -> WholeBook:
            journal, columns = self._journal(owner, books, revision)
            frame, exits = self._frames(books, currency)
            frame = with_journal(frame, columns) if columns is not None else frame
            return WholeBook(frame=frame, exits=exits, exit_rows=rows_of_exits(exits, frame), journal=journal)

        found: WholeBook = self.cached(key, build)
        return found

    def _facts(
        self,
        owner: UserId,
        books: Sequence[Book],
        revision: int,
        *,
        book: WholeBook,
        basis: Basis,
        rules: AnalysisRules,
    ) -> Facts:
        """Return what dimensions read, with the columns they have made so far."""
        benchmark, read_benchmark = self._benchmark(owner, books)
        state = (benchmark, *((each.account, each.revision) for each in books))
        key = ("facts", owner, revision, book.frame.currency, basis, state, rules.tolerances)

        def build() -> Facts:
            with self._db.read() as session:
                groups = {tag.name: tag.group for tag in journal_table.list_tags(session, owner)}
            around = Surroundings(
                accounts={int(each.account.id): each.account.name for each in books},
                zones={int(each.account.id): each.account.timezone for each in books},
                journal=book.journal,
                tag_groups=groups,
                sectors=self._sectors,
                benchmark=read_benchmark,
                rules=partial(read_rule_book, self._db, owner, [each.account.id for each in books]),
                fee_kinds=partial(self.fee_kinds.trades_by_kind, books),
                tolerances={account: (money, multiple) for account, money, multiple in rules.tolerances},
            )
            return Facts(book.frame, basis=basis, around=around)

        found: Facts = self.cached(key, build)
        return found

    def _frames(self, books: Sequence[Book], currency: str) -> tuple[TradeFrame, ExitFrame]:
        pairs = [
            self.cached(("frames", book.account, book.revision, currency), partial(book_frames, book, currency))
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
        found = self.cached(key, lambda: self._journal_columns(owner, books))
        return found

    def _journal_columns(
        self, owner: UserId, books: Sequence[Book]
    ) -> tuple[dict[tuple[int, int], TradeJournal], JournalColumns | None]:
        ids = tuple(book.account.id for book in books)
        with self._db.read() as session:
            rebuilt = account_table.revisions(session, owner)
        # New executions leave the entries as they are; taking some away may free a trade's id for another one.
        known = self._entries.read(owner, ids, tuple(rebuilt.get(item, (0, 0))[1] for item in ids))
        is_empty = not (known.entries or known.tags or known.setups)
        return known.entries, None if is_empty else self._entries.columns(owner, known, books)

    @classmethod
    def _masks(
        cls,
        book: WholeBook,
        facts: Facts,
        *,
        chosen: LedgerFilter,
        period: DateRange,
        trade_ids: Ints | None,
    ) -> tuple[Any, Any]:
        """Return which trades and which exits a filter keeps; `trade_ids` are those of the import it names."""
        mask = select(book.frame, chosen, period, facts=facts)
        kept = select_exits(book.exits, book.frame, chosen, period, facts=facts, rows=book.exit_rows)
        if chosen.search:
            found = cls._search(book.frame, chosen, book.journal)
            mask, kept = mask & found, kept & found[book.exit_rows]
        if trade_ids is not None:
            found = np.isin(book.frame.id, trade_ids)
            mask, kept = mask & found, kept & found[book.exit_rows]
        return mask, kept

    @staticmethod
    def _search(frame: TradeFrame, chosen: LedgerFilter, journal: dict[tuple[int, int], TradeJournal]) -> Any:
        """Return which trades hold the searched text in symbol, setup, tag or note."""
        text = chosen.search.casefold()
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
        return self._cache.cached(key, build)


def _only(table: Frame, rows: Ints) -> Frame:
    """Return some rows, ascending, the table itself when these are all."""
    if len(rows) == len(table):
        return table
    kept: Frame = take(table, rows)
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

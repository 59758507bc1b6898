"""Corporate actions: entered, previewed, undone, and found in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from analytics.ledger.option_adjustments import is_option_on
from analytics.ledger.positions import open_position_at, open_positions, to_decimal
from data.db import accounts as account_table
from data.db import corporate_actions as table
from data.db import imports as import_table
from data.db.engine import Database, Session
from domain.accounts import Account, AccountId, UserId
from domain.columns import take
from domain.corporate_actions import ActionId, CorporateAction, HoldingChange, ToldEvent, check_action
from domain.errors import ConflictError, InvalidInputError
from domain.instruments import Instrument
from domain.periods import Clock, to_micros
from domain.statements import OtherKind
from services.book import Book, build_book, join_executions
from services.corporate_books import act_on_book
from services.ledger import LedgerService
from services.told_events import find_told_events

UNSAVED = ActionId(2**31)
"""What is not stored yet comes after everything else of its instant."""
EARLIEST = date(1900, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredAction:
    """An action with what a list shows of it: its day where it holds, and the account's name, "" for every one."""

    action: CorporateAction
    day: date
    account_name: str


class CorporateActionService:
    """Use cases around corporate actions. Everything is derived: deleting an action brings the book back."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock

    def list_actions(self, owner: UserId) -> list[EnteredAction]:
        """Return the owner's actions, latest first."""
        with self._db.read() as session:
            found = table.list_actions(session, owner)
            accounts = account_table.list_accounts(session, owner)
        names = {account.id: account.name for account in accounts}
        return [
            EnteredAction(
                action=item,
                day=item.effective_at.astimezone(ZoneInfo(self._zone_of(owner, item.account_id, item.symbol))).date(),
                account_name=names.get(item.account_id, "") if item.account_id else "",
            )
            for item in reversed(found)
        ]

    def day_start(self, owner: UserId, day: date, symbol: str, account_id: AccountId | None = None) -> datetime:
        """Return the instant an action of a day holds from: the day's start where the symbol is traded.

        That is the zone of the account, or of the first account that holds the symbol.

        Raises:
            InvalidInputError: If the day lies beyond any action.
        """
        if not EARLIEST <= day <= date(9000, 1, 1):
            raise InvalidInputError("This day is not possible.", hint="Check the year.", field="day")
        zone = ZoneInfo(self._zone_of(owner, account_id, symbol.strip()))
        return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)

    def _zone_of(self, owner: UserId, account_id: AccountId | None, symbol: str) -> str:
        books = self._ledger.books(owner, (account_id,) if account_id else ())
        holding = [book for book in books if any(item.symbol == symbol for item in book.instruments)]
        chosen = (holding or books)[:1]
        return chosen[0].account.timezone if chosen else "America/New_York"

    def save(self, owner: UserId, action: CorporateAction) -> CorporateAction:
        """Store a new action, or in place of the one of its id, and return it.

        Raises:
            InvalidInputError: If a part is missing or impossible.
            NotFoundError: If the account or the action is not the owner's.
            ConflictError: If the same event is entered already.
        """
        checked = check_action(action)
        with self._db.begin() as session:
            touched = [checked]
            if checked.account_id is not None:
                account_table.get_account(session, owner, checked.account_id)
            _check_new(checked, table.list_actions(session, owner))
            if checked.id:
                touched.append(table.get_action(session, owner, checked.id))
                table.update_action(session, owner, checked)
            else:
                key = table.add_action(session, owner, checked, created_at=self._clock())
                checked = replace(checked, id=key)
            self._rebuild(session, owner, touched)
        return checked

    def delete(self, owner: UserId, action_id: int) -> CorporateAction:
        """Take an action back; NotFoundError when it is not the owner's."""
        with self._db.begin() as session:
            found = table.get_action(session, owner, action_id)
            table.delete_action(session, owner, action_id)
            self._rebuild(session, owner, [found])
        return found

    def get(self, owner: UserId, action_id: int) -> CorporateAction:
        """Return one action; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_action(session, owner, action_id)

    def _rebuild(self, session: Session, owner: UserId, actions: Sequence[CorporateAction]) -> None:
        """Let the books of every account that an action touches be built anew."""
        wide = any(action.account_id is None for action in actions)
        mine = [account.id for account in account_table.list_accounts(session, owner)]
        wanted = {action.account_id for action in actions}
        ids = [key for key in mine if wide or key in wanted]
        # What a change of symbol leads to may hold the other one: the whole chain counts.
        symbols = sorted(self._chain(table.list_actions(session, owner), actions))
        for account_id in table.accounts_holding(session, owner, symbols, ids):
            account_table.get_account(session, owner, account_id, lock=True)
            account_table.bump_revision(session, account_id, append_only=False)

    @staticmethod
    def _chain(known: Sequence[CorporateAction], actions: Sequence[CorporateAction]) -> set[str]:
        symbols = {symbol for action in actions for symbol in action.symbols}
        while True:
            more = {symbol for action in known if action.symbols & symbols for symbol in action.symbols} - symbols
            if not more:
                return symbols
            symbols |= more

    def preview(self, owner: UserId, action: CorporateAction) -> list[HoldingChange]:
        """Return what an action would change, account by account; nothing is written.

        Raises:
            InvalidInputError: If a part is missing or impossible.
            NotFoundError: If the account is not the owner's.
        """
        checked = check_action(action)
        checked = replace(checked, id=checked.id or UNSAVED)
        chosen = (checked.account_id,) if checked.account_id is not None else ()
        changes: list[HoldingChange] = []
        for book in self._ledger.books(owner, chosen):
            changes += self._changes(book, checked)
        return changes

    def _changes(self, book: Book, action: CorporateAction) -> list[HoldingChange]:
        others = [item for item in book.actions if item.id != action.id]
        earlier = [item for item in others if (item.effective_at, item.id) < (action.effective_at, action.id)]
        symbols = self._chain(others, [action])
        before, after = (_book_at(book, symbols, action.effective_at, items) for items in (earlier, [*earlier, action]))
        if before is None or after is None:
            return []
        held, kept = _holdings(before), _holdings(after)
        options = {item.symbol for item in after.instruments if is_option_on(item, action.symbol)}
        gains = _realised(before), _realised(after)
        return [
            HoldingChange(
                account_name=book.account.name,
                symbol=symbol,
                currency=currency,
                quantity_before=held.get(key, _NOTHING)[0],
                quantity_after=kept.get(key, _NOTHING)[0],
                cost_before=held.get(key, _NOTHING)[1],
                cost_after=kept.get(key, _NOTHING)[1],
                realised=gains[1].get(key, Decimal(0)) - gains[0].get(key, Decimal(0)),
            )
            for key in sorted({*held, *kept})
            for symbol, currency in (key,)
            if (symbol in action.symbols or symbol in options) and held.get(key, _NOTHING) != kept.get(key, _NOTHING)
        ]

    def told_events(self, owner: UserId) -> list[ToldEvent]:
        """Return what files tell of corporate actions and was not applied, latest first."""
        kinds = [OtherKind.SPLIT.value, OtherKind.CORPORATE_ACTION.value]
        with self._db.read() as session:
            entered = table.list_actions(session, owner)
            accounts = account_table.list_accounts(session, owner)
            events = {item.id: import_table.list_events(session, [item.id], kinds=kinds) for item in accounts}
        told: list[ToldEvent] = []
        for account in accounts:
            if events[account.id]:
                told += find_told_events(events[account.id], entered, account, self._held_in(owner, account))
        return sorted(told, key=lambda item: item.occurred_at, reverse=True)

    def _held_in(self, owner: UserId, account: Account) -> _Held:
        return _Held(self._ledger.book(owner, account.id))


def _check_new(action: CorporateAction, known: Sequence[CorporateAction]) -> None:
    for other in known:
        same = (other.symbol, other.new_symbol) == (action.symbol, action.new_symbol) and other.id != action.id
        shared = other.account_id is None or action.account_id is None or other.account_id == action.account_id
        if same and shared and other.kind is action.kind and other.effective_at == action.effective_at:
            message = f"This event of {action.symbol} is entered already for that day."
            raise ConflictError(message, hint="Edit the one that is there.")


class _Held:
    """Units of a symbol that a book held before an instant."""

    def __init__(self, book: Book) -> None:
        self._book = book

    def __call__(self, symbol: str, at: datetime) -> Decimal:
        earlier = [item for item in self._book.actions if item.effective_at < at]
        found = _book_at(self._book, {symbol}, at, earlier)
        if found is None:
            return Decimal(0)
        return sum((held for (name, _), (held, _cost) in _holdings(found).items() if name == symbol), Decimal(0))


_NOTHING = (Decimal(0), Decimal(0))


def _book_at(book: Book, symbols: set[str], at: datetime, actions: Sequence[CorporateAction]) -> Book | None:
    """Return the book of some symbols as it stood before an instant, after some actions; None when it is empty."""
    codes = [
        code
        for code, item in enumerate(book.instruments)
        if item.symbol in symbols or (item.option is not None and item.option.underlying in symbols)
    ]
    stored = [code for code in codes if book.instrument_ids[code] > 0]
    moves = [item for item in book.moves if item.instrument.symbol in symbols and item.effective_at < at]
    ids = np.array(book.instrument_ids, dtype=np.int64)
    lanes = np.array(book.lanes or (0,) * len(ids), dtype=np.int64)
    rows = join_executions([book.stored_group(code) for code in stored] or [take(book.base, slice(0, 0))])
    rows = take(rows, rows.executed_at < to_micros(at))
    if not len(rows) and not moves:
        return None
    known: dict[int, Instrument] = {book.instrument_ids[code]: book.instruments[code] for code in stored}
    built = build_book(
        book.account,
        replace(rows, instrument=ids[rows.instrument].astype(np.int32)),
        known,
        lanes=lanes[rows.instrument],
        joins=book.joins,
    )
    return act_on_book(built, actions, moves)


def _holdings(book: Book) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Return signed quantity and cost held, by symbol and currency."""
    positions = open_positions(book.matched)
    found: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for row in range(len(positions)):
        item = book.instruments[int(positions.instrument[row])]
        held = open_position_at(book.matched, positions, row, multiplier=item.multiplier or Decimal(1))
        before = found.get((item.symbol, item.currency), _NOTHING)
        found[item.symbol, item.currency] = (before[0] + held.quantity, before[1] + held.cost)
    return found


def _realised(book: Book) -> dict[tuple[str, str], Decimal]:
    """Return the gross profit realised so far, by symbol and currency."""
    found: dict[tuple[str, str], Decimal] = {}
    for code, item in enumerate(book.instruments):
        rows = book.matched.trades.instrument == code
        gain = to_decimal(int(book.matched.trades.gross[rows].sum()), int(book.matched.money_places[code]))
        key = (item.symbol, item.currency)
        found[key] = found.get(key, Decimal(0)) + gain
    return found

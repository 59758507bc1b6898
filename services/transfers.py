"""Transfers in kind: entered, looked at before they are, edited, taken back, and found in files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from data.db import accounts as account_table
from data.db import transfers as table
from data.db.engine import Database, Session
from data.db.instruments import find_by_symbol, resolve
from data.db.transfer_revisions import bump_moved, receivers
from domain.accounts import Account, AccountId, UserId
from domain.columns import take
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.instruments import AssetClass, Instrument
from domain.money import decimal_text
from domain.periods import Clock, from_micros, to_micros
from domain.transfers import (
    LotLine,
    MovedLot,
    ShownTransfer,
    ToldTransfer,
    Transfer,
    TransferChange,
    TransferDraft,
    TransferId,
    check_transfer,
)
from services.cash_events import base_coin
from services.ledger import LedgerService
from services.told_transfers import find_told_transfers
from services.transfer_books import lots_given, written

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTSIDE = "Outside"
SIZED = frozenset({AssetClass.STOCK, AssetClass.FUND, AssetClass.BOND, AssetClass.CRYPTO})
"""Classes of which one unit is one: others need a contract size before they can come from outside."""


class TransferService:
    """Use cases around transfers in kind. Lots are derived: taking a transfer back brings the books back."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock

    def list_transfers(self, owner: UserId) -> list[ShownTransfer]:
        """Return the owner's transfers, latest first, with the lots that moved."""
        with self._db.read() as session:
            found = table.list_transfers(session, owner)
            lots = lots_given(session, owner, found)
            accounts = {item.id: item for item in account_table.list_accounts(session, owner)}
        return [_shown(item, lots[item.id], accounts) for item in reversed(found)]

    def get(self, owner: UserId, transfer_id: int) -> ShownTransfer:
        """Return one transfer; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            found = table.get_transfer(session, owner, transfer_id)
            lots = lots_given(session, owner, [found])
            accounts = {item.id: item for item in account_table.list_accounts(session, owner)}
        return _shown(found, lots[found.id], accounts)

    def preview(self, owner: UserId, draft: TransferDraft) -> ShownTransfer:
        """Return a transfer as it would be with the lots that would move; nothing is written.

        Raises:
            InvalidInputError: If a part is missing, or the account does not hold as much at that instant.
            NotFoundError: If an account or the transfer is not the owner's.
        """
        with self._db.read() as session:
            accounts = {item.id: item for item in account_table.list_accounts(session, owner)}
            transfer = self._checked(session, owner, draft, accounts)
            return _shown(transfer, self._lots(session, owner, transfer, accounts), accounts)

    def save(self, owner: UserId, draft: TransferDraft) -> ShownTransfer:
        """Store a new transfer, or in place of the one of its id; the books it touches follow.

        Raises:
            InvalidInputError: If a part is missing, or the account does not hold as much at that instant.
            NotFoundError: If an account or the transfer is not the owner's.
            ConflictError: If the row of a file it is about is entered already.
        """
        with self._db.begin() as session:
            accounts = {item.id: item for item in account_table.list_accounts(session, owner)}
            transfer = self._checked(session, owner, draft, accounts)
            before = table.get_transfer(session, owner, transfer.id) if transfer.id else None
            _check_event(transfer, table.list_transfers(session, owner))
            lots = self._lots(session, owner, transfer, accounts)
            (instrument_id,) = resolve(session, owner, [transfer.instrument])
            now = self._clock()
            key = table.write_transfer(session, owner, transfer, instrument_id=instrument_id, created_at=now)
            saved = replace(transfer, id=key)
            verb = "Changed" if before else "Entered"
            summary = f"{verb}: {_words(saved, accounts)}"
            table.add_change(session, owner, (before, saved), summary=summary, changed_at=now)
            self._follow(session, [saved, *([before] if before else [])])
        return _shown(saved, lots, accounts)

    def delete(self, owner: UserId, transfer_id: int) -> TransferChange:
        """Take a transfer out: everything is as it was without it.

        Raises:
            NotFoundError: If it is not the owner's.
        """
        with self._db.begin() as session:
            found = table.get_transfer(session, owner, transfer_id)
            accounts = {item.id: item for item in account_table.list_accounts(session, owner)}
            receiving = self._touched(session, [found])
            table.delete_transfer(session, owner, found.id)
            summary = f"Deleted: {_words(found, accounts)}"
            change = table.add_change(session, owner, (found, None), summary=summary, changed_at=self._clock())
            bump_moved(session, receiving)
            return table.get_change(session, owner, change)[0]

    def history(self, owner: UserId, *, limit: int = 50) -> list[TransferChange]:
        """Return what was entered, changed and deleted, newest first."""
        with self._db.read() as session:
            return table.list_changes(session, owner, limit=limit)

    def undo(self, owner: UserId, change_id: int) -> TransferChange:
        """Take a change back: what held before it holds again.

        Raises:
            NotFoundError: If the owner has no such change.
            ConflictError: If it was taken back before, or the transfer was changed since.
            InvalidInputError: If what held before is no longer possible.
        """
        with self._db.begin() as session:
            change, before, after = table.get_change(session, owner, change_id)
            if change.undone_at is not None:
                raise ConflictError("This change was taken back before.")
            present = _find(session, owner, change.transfer_id)
            if present != after and (after is not None or before is None):
                raise ConflictError("This transfer was changed again later.", hint="Undo that change first.")
            receiving = self._touched(session, [item for item in (before, after) if item is not None])
            if before is None:
                table.delete_transfer(session, owner, change.transfer_id)
            else:
                self._restore(session, owner, before, taken=present if after is None else None)
            bump_moved(session, receiving)
            table.mark_undone(session, change.id, undone_at=self._clock())
            return table.get_change(session, owner, change_id)[0]

    def _restore(self, session: Session, owner: UserId, before: Transfer, *, taken: Transfer | None) -> None:
        """Store what held before; under a new id where its own was given to another one meanwhile."""
        accounts = {item.id: item for item in account_table.list_accounts(session, owner)}
        wanted = replace(before, id=TransferId(0)) if taken is not None else before
        self._lots(session, owner, wanted, accounts)
        (instrument_id,) = resolve(session, owner, [wanted.instrument])
        table.write_transfer(session, owner, wanted, instrument_id=instrument_id, created_at=self._clock())

    def told(self, owner: UserId) -> list[ToldTransfer]:
        """Return the transfers that files tell of and that are not entered, latest first."""
        with self._db.read() as session:
            known = table.list_transfers(session, owner)
            return find_told_transfers(table.told_events(session, owner), known)

    def zone_of(self, owner: UserId, transfer: Transfer) -> ZoneInfo:
        """Return the zone a transfer's day is told in: of the account that receives, else of the one that gives."""
        account_id = transfer.to_id if transfer.to_id is not None else transfer.from_id
        with self._db.read() as session:
            return ZoneInfo(account_table.get_account(session, owner, int(account_id or 0)).timezone)

    def known_symbol(self, owner: UserId, told: ToldTransfer) -> str:
        """Return the symbol by which an account knows what a file calls otherwise, as a coin of one of its pairs."""
        books = self._ledger.books(owner)
        known = [item for book in books for item in book.instruments]
        if any(item.symbol == told.symbol for item in known):
            return told.symbol
        coins = [item for item in known if item.asset_class is AssetClass.CRYPTO and base_coin(item) == told.symbol]
        return coins[0].symbol if coins else told.symbol

    def _checked(
        self, session: Session, owner: UserId, draft: TransferDraft, accounts: Mapping[AccountId, Account]
    ) -> Transfer:
        """Return what a draft says as a complete transfer."""
        for key in (draft.from_id, draft.to_id):
            if key is not None and key not in accounts:
                raise NotFoundError("No such account.")
        if draft.day is None:
            raise InvalidInputError("On which day did it move?", hint="Write it as 2026-09-01.", field="day")
        if draft.quantity is None:
            raise InvalidInputError("How many units moved?", hint="Enter a number above zero.", field="quantity")
        key = draft.to_id if draft.to_id is not None else draft.from_id
        zone = ZoneInfo(accounts[key].timezone) if key is not None else ZoneInfo("UTC")
        base = accounts[key].currency if key is not None else ""
        transfer = Transfer(
            id=draft.id,
            instrument=_instrument(session, owner, draft, base),
            moved_at=_instant(draft.day, draft.time, zone, "day"),
            quantity=draft.quantity,
            from_id=draft.from_id,
            to_id=draft.to_id,
            cost=draft.cost,
            acquired_at=None if draft.acquired is None else _instant(draft.acquired, None, zone, "acquired"),
            event_id=draft.event_id,
            note=draft.note,
        )
        if draft.event_id and not table.told_events(session, owner, event_id=draft.event_id):
            raise NotFoundError("No such row of a file.")
        return check_transfer(transfer, now=self._clock())

    def _lots(
        self, session: Session, owner: UserId, transfer: Transfer, accounts: Mapping[AccountId, Account]
    ) -> tuple[MovedLot, ...]:
        """Return the lots that a transfer moves.

        Raises:
            InvalidInputError: If the account did not hold as much, or the other one holds the opposite.
        """
        lots = lots_given(session, owner, [transfer])[transfer.id]
        moved = sum((lot.quantity for lot in lots), Fraction(0))
        if moved < Fraction(transfer.quantity) and transfer.from_id is not None:
            _refuse_missing(transfer, moved, accounts[transfer.from_id])
        if transfer.to_id is not None and lots:
            self._check_direction(owner, transfer, lots[0].side, accounts[transfer.to_id])
        return lots

    def _check_direction(self, owner: UserId, transfer: Transfer, side: int, account: Account) -> None:
        """Refuse what would close a position instead of adding to it."""
        book = self._ledger.book(owner, account.id)
        codes = [code for code, item in enumerate(book.instruments) if item.key == transfer.instrument.key]
        rows = take(book.executions, np.isin(book.executions.instrument, codes))
        mine = [key for key, (number, _) in book.moved.items() if number == transfer.id]
        rows = take(rows, (rows.executed_at < to_micros(transfer.moved_at)) & ~np.isin(rows.id, mine))
        held = sum(rows.quantity.units.tolist()[row] * int(rows.side[row]) for row in range(len(rows)))
        if held * side < 0:
            word = "short" if held < 0 else "long"
            message = f"{account.name} was {word} {transfer.instrument.symbol} then; lots would meet the opposite."
            raise InvalidInputError(message, hint="Check the accounts and the day.", field="to_id")

    def _follow(self, session: Session, transfers: Sequence[Transfer]) -> None:
        """Let the books that transfers touch be brought up to date."""
        bump_moved(session, self._touched(session, transfers))

    @staticmethod
    def _touched(session: Session, transfers: Sequence[Transfer]) -> set[AccountId]:
        return receivers(session, sorted({key for item in transfers for key in item.account_ids}))


def _find(session: Session, owner: UserId, transfer_id: int) -> Transfer | None:
    try:
        return table.get_transfer(session, owner, transfer_id)
    except NotFoundError:
        return None


def _instant(day: date, at: time | None, zone: ZoneInfo, field: str) -> datetime:
    if not date(1900, 1, 1) <= day <= date(9000, 1, 1):
        raise InvalidInputError("This day is not possible.", hint="Check the year.", field=field)
    return datetime.combine(day, at or time(), tzinfo=zone).astimezone(UTC)


def _instrument(session: Session, owner: UserId, draft: TransferDraft, base: str) -> Instrument:
    """Return the instrument that a draft names: a known one, or from outside a new one."""
    symbol = draft.symbol.strip()
    if not symbol:
        raise InvalidInputError("What moved?", hint="Enter its symbol as your broker writes it.", field="symbol")
    found = [
        item
        for item in find_by_symbol(session, owner, symbol).values()
        if draft.asset_class in ("", item.asset_class.value) and draft.currency.upper() in ("", item.currency)
    ]
    if len(found) > 1:
        names = ", ".join(f"{item.asset_class.value} in {item.currency}" for item in found)
        message = f"{symbol} is more than one of your instruments: {names}."
        raise InvalidInputError(message, hint="Say which by asset class and currency.", field="symbol")
    if found:
        return found[0]
    if draft.from_id is not None:
        message = f"{symbol[:40]!r} is none of your instruments."
        raise InvalidInputError(message, hint="Enter the symbol as it is written on your Fills page.", field="symbol")
    kind = AssetClass(draft.asset_class or "stock")
    if kind not in SIZED:
        message = f"The contract size of {symbol[:40]} is unknown."
        hint = "Enter it under Settings, Instruments, and one fill of it; then the transfer."
        raise InvalidInputError(message, hint=hint, field="symbol")
    return Instrument(symbol=symbol[:160], asset_class=kind, currency=(draft.currency or base).upper()[:24])


def _check_event(transfer: Transfer, known: Sequence[Transfer]) -> None:
    if transfer.event_id and any(item.event_id == transfer.event_id and item.id != transfer.id for item in known):
        raise ConflictError("This row of your file is entered already.", hint="Edit the transfer that is there.")


def _refuse_missing(transfer: Transfer, moved: Fraction, account: Account) -> None:
    held = decimal_text(written(moved))
    when = transfer.moved_at.astimezone(ZoneInfo(account.timezone))
    name, wanted = transfer.instrument.symbol, decimal_text(transfer.quantity)
    message = f"{account.name} held {held} {name} on {when:%Y-%m-%d} at {when:%H:%M}; {wanted} cannot leave."
    hint = "Enter less, or a later day or time: fills of that day count only from their own time on."
    raise InvalidInputError(message, hint=hint, field="quantity")


def _words(transfer: Transfer, accounts: Mapping[AccountId, Account]) -> str:
    what = f"{decimal_text(transfer.quantity)} {transfer.instrument.symbol}"
    return f"{what} from {_name(transfer.from_id, accounts)} to {_name(transfer.to_id, accounts)}"


def _name(account_id: AccountId | None, accounts: Mapping[AccountId, Account]) -> str:
    if account_id is None:
        return OUTSIDE.lower()
    return accounts[account_id].name if account_id in accounts else "a deleted account"


def _shown(transfer: Transfer, lots: Sequence[MovedLot], accounts: Mapping[AccountId, Account]) -> ShownTransfer:
    account_id = transfer.to_id if transfer.to_id is not None else transfer.from_id
    assert account_id is not None
    zone = ZoneInfo(accounts[account_id].timezone)
    size = transfer.instrument.multiplier or Decimal(1)
    lines = [
        LotLine(
            acquired=from_micros(lot.acquired_at).astimezone(zone).date(),
            quantity=written(lot.quantity),
            cost=written(lot.value) * size + written(lot.fees),
        )
        for lot in sorted(lots, key=lambda item: item.acquired_at)
    ]
    acquired = transfer.acquired_at
    return ShownTransfer(
        transfer=transfer,
        day=transfer.moved_at.astimezone(zone).date(),
        acquired=None if acquired is None else acquired.astimezone(zone).date(),
        from_name="" if transfer.from_id is None else accounts[transfer.from_id].name,
        to_name="" if transfer.to_id is None else accounts[transfer.to_id].name,
        lots=tuple(lines),
    )

"""What transfers in kind bring to an account: which lots the account that gives them had, at that instant.

Nothing of it is stored: the lots follow from the executions, the corporate actions and the earlier transfers of the
accounts they come from, so a fill that is added or corrected there changes what arrived here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.lot_ledger import LotLedger
from analytics.ledger.reorganisations import in_order
from data.db import accounts as account_table
from data.db import execution_edits as edit_table
from data.db import executions as execution_table
from data.db import transfers as table
from data.db.engine import Session
from data.db.instruments import list_instruments, resolve
from data.db.transfer_revisions import bump_moved, receivers
from domain.accounts import AccountId, UserId
from domain.corporate_actions import CorporateAction
from domain.periods import from_micros
from domain.transfers import Move, MovedLot, Transfer, TransferId, outside_lot
from services.book import Book, build_book
from services.charging import charge_rows, read_plan
from services.corporate_books import read_actions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from domain.columns import ExecutionTable, Ints


def read_moves(session: Session, owner: UserId, account_id: AccountId) -> tuple[Move, ...]:
    """Return the transfers that touch an account, those that come in with their lots; () for an account of another."""
    mine = table.list_transfers(session, owner, account_ids=[account_id])
    if not mine:
        return ()
    lots = lots_given(session, owner, [item for item in mine if item.to_id == account_id])
    return tuple(_side(item, None if item.from_id == account_id else lots[item.id]) for item in mine)


def _side(transfer: Transfer, lots: tuple[MovedLot, ...] | None) -> Move:
    return Move(
        id=transfer.id,
        instrument=transfer.instrument,
        effective_at=transfer.moved_at,
        quantity=transfer.quantity,
        lots=lots,
    )


def lots_given(session: Session, owner: UserId, wanted: Sequence[Transfer]) -> dict[TransferId, tuple[MovedLot, ...]]:
    """Return the lots of some transfers: those that the account that gives them held, or what was typed."""
    found: dict[TransferId, tuple[MovedLot, ...]] = {}
    found |= {item.id: (outside_lot(item),) for item in wanted if item.from_id is None}
    inside = [item for item in wanted if item.from_id is not None]
    if inside:
        found |= _Walk(session, owner, inside).run()
    return found


def release_account(session: Session, owner: UserId, account_id: AccountId, *, now: datetime) -> None:
    """Let what an account gave and received stand by itself, before the account goes.

    What another one received from it came from outside from now on, lot by lot with its cost and day.
    """
    inside = [item for item in table.list_transfers(session, owner, account_ids=[account_id]) if item.is_internal]
    given = lots_given(session, owner, [item for item in inside if item.from_id == account_id])
    others = {key for item in inside for key in item.account_ids} - {account_id}
    for item in inside:
        (instrument_id,) = resolve(session, owner, [item.instrument])
        parts = [replace(item, to_id=None)] if item.to_id == account_id else _as_outside(item, given[item.id])
        for part in parts:
            table.write_transfer(session, owner, part, instrument_id=instrument_id, created_at=now)
    bump_moved(session, receivers(session, sorted(others)) - {account_id})


def _as_outside(transfer: Transfer, lots: Sequence[MovedLot]) -> list[Transfer]:
    size = Fraction(transfer.instrument.multiplier or 1)
    return [
        replace(
            transfer,
            id=transfer.id if place == 0 else TransferId(0),
            from_id=None,
            quantity=written(lot.quantity),
            cost=written(lot.value * size + lot.fees),
            acquired_at=from_micros(lot.acquired_at),
        )
        for place, lot in enumerate(lot for lot in lots if lot.side > 0)
    ]


def written(value: Fraction) -> Decimal:
    """Return an exact fraction as a decimal; those of lots have a finite one."""
    return round(Decimal(value.numerator) / Decimal(value.denominator), 12).normalize() + Decimal(0)


class _Walk:
    """The accounts that lots come from, walked through together in order of time."""

    def __init__(self, session: Session, owner: UserId, wanted: Sequence[Transfer]) -> None:
        self._session, self._owner, self._wanted = session, owner, wanted
        stored = {item.id for item in wanted}
        # A transfer that is not stored yet is looked at among those that are.
        others = [item for item in table.list_transfers(session, owner) if item.id not in stored]
        self._transfers = [*others, *wanted]
        self._accounts = self._sources({item.from_id for item in wanted if item.from_id is not None})
        self._actions = {key: read_actions(session, owner, key) for key in self._accounts}
        self._symbols = self._chain({item.instrument.symbol for item in wanted})

    def _sources(self, accounts: set[AccountId]) -> list[AccountId]:
        """Return these accounts and those that gave them anything, straight or by way of others."""
        while True:
            more = {item.from_id for item in self._transfers if item.to_id in accounts and item.from_id is not None}
            if more <= accounts:
                return sorted(accounts)
            accounts |= more

    def _chain(self, symbols: set[str]) -> set[str]:
        """Return these symbols and those that actions lead to them from."""
        known = [item for items in self._actions.values() for item in items]
        while True:
            more = {name for item in known if item.symbols & symbols for name in item.symbols}
            if more <= symbols:
                return symbols
            symbols |= more

    def run(self) -> dict[TransferId, tuple[MovedLot, ...]]:
        """Return the lots of the transfers that were asked for."""
        ledgers = {key: self._ledger(key) for key in self._accounts}
        given: dict[TransferId, tuple[MovedLot, ...]] = {}
        for account_id, event in sorted(self._events(), key=lambda pair: in_order(pair[1])):
            if not isinstance(event, Move):
                ledgers[account_id].apply(event)
                continue
            transfer = next(item for item in self._transfers if item.id == event.id)
            if transfer.from_id == account_id:
                ledgers[account_id].apply(event)
                given[event.id] = ledgers[account_id].given.get(event.id, ())
            else:
                lots = given.get(event.id, ()) if transfer.from_id is not None else (outside_lot(transfer),)
                ledgers[account_id].apply(_side(transfer, lots))
        return {item.id: given.get(item.id, ()) for item in self._wanted}

    def _events(self) -> Iterable[tuple[AccountId, CorporateAction | Move]]:
        for key in self._accounts:
            yield from ((key, item) for item in self._actions[key] if item.symbols & self._symbols)
            for item in self._transfers:
                if item.instrument.symbol in self._symbols and key in (item.from_id, item.to_id):
                    yield key, _side(item, None if item.from_id == key else ())

    def _ledger(self, account_id: AccountId) -> LotLedger:
        book = self._book(account_id)
        return LotLedger(
            executions=book.base,
            instruments=list(book.instruments),
            multipliers=book.multipliers,
            method=book.account.lot_method,
            lanes=list(book.lanes) or [0] * len(book.instruments),
        )

    def _book(self, account_id: AccountId) -> Book:
        """Return the book of the instruments in question; all of them where a plan counts what a month holds."""
        session, owner = self._session, self._owner
        known = {
            int(key): item
            for key, item in list_instruments(session, owner).items()
            if item.symbol in self._symbols or (item.option is not None and item.option.underlying in self._symbols)
        }
        account, plan = account_table.get_account(session, owner, account_id), read_plan(session, account_id)
        if plan is not None and plan.is_monthly:
            rows = execution_table.read_table(session, account_id)
            known = {int(key): item for key, item in list_instruments(session, owner).items()}
        else:
            rows = execution_table.read_of_instruments(session, account_id, sorted(known))
        free = tuple(edit_table.read_free(session, account_id))
        rows, _ = charge_rows(rows, known, plan, account.timezone, free=free)
        return build_book(account, rows, known, lanes=lanes_of(rows, edit_table.read_lanes(session, account_id)))


def lanes_of(rows: ExecutionTable, lanes: Mapping[int, int]) -> Ints | None:
    """Return the lane of each row, None when nothing was set apart."""
    if not lanes:
        return None
    ids = np.array(sorted(lanes), dtype=np.int64)
    found = np.zeros(len(rows), dtype=np.int64)
    at = np.minimum(np.searchsorted(ids, rows.id), len(ids) - 1)
    here = ids[at] == rows.id
    found[here] = np.array([lanes[key] for key in ids.tolist()], dtype=np.int64)[at[here]]
    return found

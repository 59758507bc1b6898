"""Instruments: what is traded, where it is used, and what its contracts are worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np

from data.brokers.contracts import INDIAN_TICK, future_contract, indian_lot
from data.brokers.sizes import size_names
from data.db import accounts as account_table
from data.db import contract_sizes as size_table
from data.db import instruments as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.contract_sizes import ContractSize, ContractSizes, check_multiplier, check_size
from domain.errors import InvalidInputError
from domain.executions import MADE_BY_ACTION
from domain.instruments import AssetClass, Instrument
from domain.periods import Clock
from domain.security_numbers import NUMBERS
from services.ledger import LedgerService

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownInstrument:
    """An instrument with its use.

    Attributes:
        tick_size, lot_size: As its owner entered them, else as its exchange lists them; None when unknown.
        listed: Contract size its exchange publishes, None when it is not in the table.
        fills: Executions of it, over all accounts.
        account_names: Accounts that have any.
    """

    id: int
    instrument: Instrument
    tick_size: Decimal | None
    lot_size: Decimal | None
    listed: Decimal | None
    fills: int
    account_names: tuple[str, ...]


class InstrumentService:
    """Use cases around instruments."""

    def __init__(self, db: Database, ledger: LedgerService, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._clock = clock

    def list_instruments(self, owner: UserId) -> list[KnownInstrument]:
        """Return every instrument of an owner, the most traded first."""
        uses = self._uses(owner)
        with self._db.read() as session:
            found = table.list_instruments(session, owner)
            sizes = size_table.list_sizes(session, owner)
        today = self._clock().date()
        known = [_known(int(key), item, sizes, uses.get(int(key), {}), today) for key, item in found.items()]
        return sorted(known, key=lambda item: (-item.fills, item.instrument.symbol, item.id))

    def _uses(self, owner: UserId) -> dict[int, dict[str, int]]:
        """Return the number of executions by instrument and account name."""
        uses: dict[int, dict[str, int]] = defaultdict(dict)
        for book in self._ledger.books(owner):
            for code, key in enumerate(book.instrument_ids):
                if key > 0:
                    fills = int(np.count_nonzero(book.stored_group(code).id < MADE_BY_ACTION))
                    names = uses[key]
                    names[book.account.name] = names.get(book.account.name, 0) + fills
        return uses

    def get(self, owner: UserId, instrument_id: int) -> KnownInstrument:
        """Return one instrument; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            item = table.get_instrument(session, owner, instrument_id)
            sizes = size_table.list_sizes(session, owner)
        uses = self._uses(owner).get(instrument_id, {})
        return _known(instrument_id, item, sizes, uses, self._clock().date())

    def correct(
        self,
        owner: UserId,
        instrument_id: int,
        *,
        multiplier: Decimal | None = None,
        name: str | None = None,
        **numbers: str | None,
    ) -> Instrument:
        """Change an instrument; a new contract size builds every book that holds it anew.

        The size is kept as the owner's own, so that later files of the contract are read with it.

        Raises:
            NotFoundError: If it is not the owner's.
            InvalidInputError: If a value is not possible.
        """
        values = _checked(multiplier, name, numbers)
        with self._db.begin() as session:
            before = table.get_instrument(session, owner, instrument_id)
            if values:
                table.update_instrument(session, owner, instrument_id, **values)
            if multiplier is not None and multiplier != before.multiplier:
                own = ContractSize(symbol=before.symbol, asset_class=before.asset_class, multiplier=multiplier)
                known = size_table.list_sizes(session, owner).find([before.symbol], before.asset_class, None)
                if known is not None:
                    own = replace(own, tick_size=known.tick_size, lot_size=known.lot_size)
                size_table.save_size(session, owner, own, created_at=self._clock())
                for account_id in table.accounts_with(session, owner, instrument_id):
                    account_table.get_account(session, owner, account_id, lock=True)
                    account_table.bump_revision(session, account_id, append_only=False)
            return table.get_instrument(session, owner, instrument_id)

    def list_sizes(self, owner: UserId) -> tuple[ContractSize, ...]:
        """Return the sizes an owner entered, by symbol and day."""
        with self._db.read() as session:
            return size_table.list_sizes(session, owner).items

    def save_size(self, owner: UserId, size: ContractSize) -> ContractSize:
        """Store a size; the next import consults it. InvalidInputError when it is not possible."""
        checked = check_size(size)
        with self._db.begin() as session:
            key = size_table.save_size(session, owner, checked, created_at=self._clock())
        return replace(checked, id=key)

    def delete_size(self, owner: UserId, size_id: int) -> None:
        """Forget a size; instruments that were made with it keep theirs. NotFoundError when it is not the owner's."""
        with self._db.begin() as session:
            size_table.delete_size(session, owner, size_id)


def _checked(
    multiplier: Decimal | None, name: str | None, numbers: Mapping[str, str | None]
) -> dict[str, Decimal | str]:
    values: dict[str, Decimal | str] = {}
    if multiplier is not None:
        values["multiplier"] = check_multiplier(multiplier)
    if name is not None:
        values["name"] = name.strip()[:_LONGEST_NAME]
    for field, typed in numbers.items():
        kind = NUMBERS[field]
        if typed is None:
            continue
        code = typed.strip().upper()
        if code and not kind.fits(code):
            raise InvalidInputError(f"{code[:20]!r} is no {kind.title}.", hint=kind.shape, field=field)
        values[field] = code
    return values


def _known(key: int, item: Instrument, sizes: ContractSizes, uses: dict[str, int], today: date) -> KnownInstrument:
    own = sizes.find(size_names(item), item.asset_class, None)
    listed = future_contract(item.symbol) if item.asset_class is AssetClass.FUTURE else None
    day = item.option.expiry if item.option else today
    lot = indian_lot(item.symbol, day) if item.currency == "INR" else None
    return KnownInstrument(
        id=key,
        instrument=item,
        tick_size=(own.tick_size if own else None) or (listed.tick_size if listed else None) or (lot and INDIAN_TICK),
        lot_size=(own.lot_size if own else None) or (listed.lot_size if listed else None) or lot,
        listed=listed.multiplier if listed else None,
        fills=sum(uses.values()),
        account_names=tuple(sorted(name for name, fills in uses.items() if fills)),
    )

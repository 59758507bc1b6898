"""Each owner's instruments in the database."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from data.db.correction_tables import execution_edits
from data.db.engine import Session
from data.db.tables import accounts, executions, instruments
from data.db.transfer_tables import transfers
from domain.accounts import AccountId, UserId
from domain.errors import ConflictError, LedgerError, NotFoundError
from domain.instruments import AssetClass, Instrument, InstrumentId, OptionRight, OptionTerms

_CHUNK = 500
_BY_SYMBOL = select(instruments).where(
    instruments.c.owner_id == bindparam("owner"), instruments.c.symbol.in_(bindparam("symbols", expanding=True))
)
CORRECT_SIZE = "Correct the contract size under Settings, Instruments, then import again."


def _instrument(row: Row[Any]) -> Instrument:
    option = None
    if row.option_right:
        option = OptionTerms(
            underlying=row.underlying, expiry=row.expiry, strike=row.strike, right=OptionRight(row.option_right)
        )
    return Instrument(
        symbol=row.symbol,
        asset_class=AssetClass(row.asset_class),
        currency=row.currency,
        multiplier=row.multiplier,
        isin=row.isin,
        cusip=row.cusip,
        sedol=row.sedol,
        name=row.name,
        option=option,
    )


def list_instruments(session: Session, owner: UserId) -> dict[InstrumentId, Instrument]:
    """Return all instruments of an owner by id."""
    rows = session.execute(select(instruments).where(instruments.c.owner_id == owner).order_by(instruments.c.id))
    return {InstrumentId(row.id): _instrument(row) for row in rows}


def get_instruments(session: Session, owner: UserId, ids: Sequence[int]) -> dict[int, Instrument]:
    """Return some instruments of an owner by id."""
    found: dict[int, Instrument] = {}
    for start in range(0, len(ids), _CHUNK):
        chosen = instruments.c.id.in_(list(ids[start : start + _CHUNK]))
        rows = session.execute(select(instruments).where(instruments.c.owner_id == owner, chosen))
        found.update((int(row.id), _instrument(row)) for row in rows)
    return found


def _find_by_symbol(
    session: Session, owner: UserId, symbols: Sequence[str]
) -> dict[Any, tuple[InstrumentId, Instrument]]:
    found = {}
    for start in range(0, len(symbols), _CHUNK):
        values = {"owner": owner, "symbols": list(symbols[start : start + _CHUNK])}
        for row in session.execute(_BY_SYMBOL, values):
            item = _instrument(row)
            found[item.key] = (InstrumentId(row.id), item)
    return found


def find_by_symbol(session: Session, owner: UserId, symbol: str) -> dict[int, Instrument]:
    """Return the owner's instruments of a symbol by id, however its letters are written."""
    query = select(instruments).where(
        instruments.c.owner_id == owner, func.upper(instruments.c.symbol) == symbol.upper()
    )
    return {int(row.id): _instrument(row) for row in session.execute(query.order_by(instruments.c.id))}


def resolve(session: Session, owner: UserId, wanted: Sequence[Instrument]) -> list[InstrumentId]:
    """Return the ids of instruments, adding those the owner does not have yet.

    Raises:
        LedgerError: If an instrument's contract size is unknown, or differs from the stored one.
    """
    known = _find_by_symbol(session, owner, list(dict.fromkeys(item.symbol for item in wanted)))
    fresh = {item.key: item for item in wanted if item.key not in known}
    if fresh:
        session.execute(insert(instruments), [_values(owner, item) for item in fresh.values()])
        known |= _find_by_symbol(session, owner, list(dict.fromkeys(item.symbol for item in fresh.values())))
    ids: list[InstrumentId] = []
    for item in wanted:
        instrument_id, stored = known[item.key]
        if item.multiplier is not None and stored.multiplier != item.multiplier:
            message = f"{item.symbol}: the file says a contract size of {item.multiplier}, the book has "
            raise LedgerError(message + f"{stored.multiplier}.", hint=CORRECT_SIZE)
        ids.append(instrument_id)
    return ids


def _values(owner: UserId, item: Instrument) -> dict[str, Any]:
    if item.multiplier is None:
        raise LedgerError(f"{item.symbol}: the contract size is not known.")
    terms = item.option
    return {
        "owner_id": owner,
        "symbol": item.symbol,
        "asset_class": item.asset_class.value,
        "currency": item.currency,
        "multiplier": Decimal(item.multiplier),
        "isin": item.isin[:12],
        "cusip": item.cusip[:9],
        "sedol": item.sedol[:7],
        "name": item.name[:200],
        "underlying": terms.underlying if terms else "",
        "expiry": terms.expiry if terms else None,
        "strike": terms.strike if terms else None,
        "option_right": terms.right.value if terms else "",
    }


def get_instrument(session: Session, owner: UserId, instrument_id: int) -> Instrument:
    """Return one instrument; NotFoundError when it is not the owner's."""
    found = get_instruments(session, owner, [instrument_id]).get(instrument_id)
    if found is None:
        raise NotFoundError("No such instrument.")
    return found


def update_instrument(session: Session, owner: UserId, instrument_id: int, **values: Any) -> None:
    """Change fields of an instrument; the caller has checked them.

    Raises:
        ConflictError: If the owner has another instrument like that.
    """
    mine = (instruments.c.owner_id == owner) & (instruments.c.id == instrument_id)
    try:
        session.execute(update(instruments).where(mine).values(**values))
    except IntegrityError as error:
        raise ConflictError("You have another instrument of this symbol and class.") from error


def accounts_with(session: Session, owner: UserId, instrument_id: int) -> list[AccountId]:
    """Return the owner's accounts that have executions of an instrument, those laid over by hand included."""
    own = select(accounts.c.id).where(accounts.c.owner_id == owner)
    mine = [AccountId(key) for key in session.execute(own).scalars()]
    found: list[AccountId] = []
    for account_id in mine:
        for rows in (executions, execution_edits):
            query = select(rows.c.account_id).where(
                rows.c.account_id == account_id, rows.c.instrument_id == instrument_id
            )
            if account_id not in found and session.execute(query.limit(1)).first() is not None:
                found.append(account_id)
        query = select(transfers.c.id).where(
            transfers.c.to_account_id == account_id, transfers.c.instrument_id == instrument_id
        )
        if account_id not in found and session.execute(query.limit(1)).first() is not None:
            found.append(account_id)
    return found

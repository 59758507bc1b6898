"""Rows of fills between the database and what is done to them by hand."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from data.brokers.sizes import knowing
from data.db import execution_edits as edit_table
from data.db import executions as execution_table
from data.db import instruments as instrument_table
from data.db.contract_sizes import list_sizes
from data.db.engine import Session
from domain.accounts import Account, AccountId, UserId
from domain.errors import InvalidInputError, NotFoundError
from domain.executions import ExecutionKind, Side
from domain.fills import HAND_PREFIX, LAST_IN_ITS_INSTANT, FillDraft, FillState, FillValues
from domain.instruments import Instrument
from domain.money import decimal_text
from domain.periods import from_micros, to_micros
from domain.statements import ParsedExecution
from services.fill_values import TypedFill, read_fill

COST_PLACES = 12
_STORED = ("kind", "position")

Row = Mapping[str, Any]
"""An execution as `data.db.executions.read_rows` gives it; from `live_rows` with its marks as well."""


def known_instruments(session: Session, owner: UserId, symbol: str) -> dict[int, Instrument]:
    """Return the owner's instruments of a symbol by id."""
    return instrument_table.find_by_symbol(session, owner, " ".join(symbol.split()))


def instruments_of(session: Session, owner: UserId, rows: Sequence[Row]) -> dict[int, Instrument]:
    """Return the instruments of some rows by id."""
    return instrument_table.get_instruments(session, owner, sorted({row["instrument_id"] for row in rows}))


def live_rows(session: Session, account_id: AccountId, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Return rows with their marks; NotFoundError when one is deleted."""
    rows = execution_table.read_rows(session, account_id, list(dict.fromkeys(ids)))
    states = edit_table.read_states(session, account_id, [row["id"] for row in rows])
    if len(rows) < len(set(ids)) or any(state.deleted for state in states.values()):
        raise NotFoundError("No such fill.", hint="It was deleted meanwhile.")
    marks = {key: {"lane": state.lane, "joined": state.joined, "state": state} for key, state in states.items()}
    return [{**row, **marks[row["id"]]} for row in rows]


def state_of(row: Row) -> FillState:
    """Return the marks of a row of `live_rows`."""
    found: FillState = row["state"]
    return found


def values_of(row: Row) -> FillValues:
    """Return the values of a row that an edit replaces."""
    return FillValues(**{name: row[name] for name in FillValues.__slots__})


def retyped(
    session: Session,
    owner: UserId,
    account: Account,
    *,
    row: Row,
    old: Instrument,
    changes: Mapping[str, str],
) -> TypedFill:
    """Read a fill with some fields typed anew and the others as they are."""
    unknown = set(changes) - set(FillDraft.__slots__)
    if unknown:
        raise InvalidInputError(f"{min(unknown)!r} is no field of a fill.", field=min(unknown))
    same_symbol = not ({"symbol", "asset_class", "currency"} & set(changes))
    same = FillDraft(
        symbol=old.symbol,
        side=Side(row["side"]).word,
        quantity=decimal_text(row["quantity"]),
        price=decimal_text(row["price"]),
        executed_at=from_micros(row["executed_at"]).isoformat(),
        fees=decimal_text(row["fees"]),
        fee_currency=row["fee_currency"],
        asset_class=old.asset_class.value if same_symbol else "",
        currency=old.currency if same_symbol else "",
    )
    draft = replace(same, **changes)
    return read_typed(session, owner, account, draft)


def read_typed(session: Session, owner: UserId, account: Account, draft: FillDraft) -> TypedFill:
    """Read a fill as somebody typed it, with what is known of instruments and contract sizes.

    Raises:
        InvalidInputError: Naming the field that cannot be read.
    """
    with knowing(list_sizes(session, owner)):
        return read_fill(draft, account, known_instruments(session, owner, draft.symbol))


def edited_values(session: Session, owner: UserId, row: Row, typed: TypedFill) -> FillValues:
    """Return what to lay over a row, adding a new instrument to the book."""
    (instrument_id,) = instrument_table.resolve(session, owner, [typed.instrument])
    cost = typed.fees if typed.fee_currency == typed.instrument.currency or not typed.fees else None
    if cost is None and typed.fee_currency == row["fee_currency"] and row["cost"] and row["fees"]:
        cost = round(typed.fees * row["cost"] / row["fees"], COST_PLACES)  # at the rate the file had
    return FillValues(
        instrument_id=int(instrument_id),
        side=int(typed.side),
        quantity=typed.quantity,
        price=typed.price,
        fees=typed.fees,
        fee_currency=typed.fee_currency,
        cost=cost,
        executed_at=to_micros(typed.executed_at),
    )


def new_rows(session: Session, owner: UserId, fills: Sequence[TypedFill | ParsedExecution]) -> list[dict[str, Any]]:
    """Return fills as rows to store, adding their instruments to the book."""
    ids = instrument_table.resolve(session, owner, [item.instrument for item in fills])
    return [
        {
            "identity": _new_identity(),
            "instrument_id": int(instrument_id),
            "side": int(item.side),
            "quantity": item.quantity,
            "price": item.price,
            "fees": item.fees,
            "fee_currency": item.fee_currency or item.instrument.currency,
            "cost": _cost(item),
            "executed_at": to_micros(item.executed_at),
            "kind": int(ExecutionKind.TRADE),
            "position": LAST_IN_ITS_INSTANT + number,
        }
        for number, (item, instrument_id) in enumerate(zip(fills, ids, strict=True))
    ]


def _cost(item: TypedFill | ParsedExecution) -> Decimal | None:
    is_own = (item.fee_currency or item.instrument.currency) == item.instrument.currency
    found: Decimal | None = item.fees if is_own or not item.fees else None
    return found


def hand_row(row: Row) -> dict[str, Any]:
    """Return a row to store with the values and the place in its instant of another."""
    kept = {name: row[name] for name in (*FillValues.__slots__, *_STORED)}
    return {**kept, "identity": _new_identity()}


def _new_identity() -> str:
    return f"{HAND_PREFIX}{secrets.token_hex(12)}"

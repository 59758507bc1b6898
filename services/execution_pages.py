"""Stored executions a page at a time, as objects; in the order in which they were stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from data.db import accounts as account_table
from data.db import executions as table
from data.db.engine import Database
from data.db.instruments import list_instruments
from domain.accounts import AccountId, ImportId, UserId
from domain.executions import Execution, ExecutionId, ExecutionKind, Side
from domain.instruments import Instrument
from domain.periods import from_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionPage:
    """Some executions by id.

    Attributes:
        account_names: Of the accounts the rows are in.
        next_after: Id to go on after, None at the end.
    """

    rows: tuple[Execution, ...]
    account_names: dict[AccountId, str]
    next_after: int | None


def read_execution_page(
    db: Database,
    owner: UserId,
    *,
    accounts: Sequence[AccountId] = (),
    symbols: Sequence[str] = (),
    after: int,
    limit: int,
) -> ExecutionPage:
    """Return up to `limit` executions with an id above `after`.

    Args:
        db: The database.
        owner: Whose.
        accounts: Of these accounts; all of the owner's by default.
        symbols: Of any of these symbols; all by default.
        after: 0 for the first page.
        limit: Most rows, > 0.

    Raises:
        NotFoundError: If an account is not the owner's.
    """
    with db.read() as session:
        chosen = [account_table.get_account(session, owner, item) for item in accounts]
        names = {item.id: item.name for item in chosen or account_table.list_accounts(session, owner)}
        instruments = {int(key): item for key, item in list_instruments(session, owner).items()}
        ids = [key for key, item in instruments.items() if item.symbol in symbols] if symbols else None
        found = table.page_ids(session, list(names), instrument_ids=ids, after=after, limit=limit + 1) if names else []
    rows = tuple(_execution(row, instruments[row["instrument_id"]]) for row in found[:limit])
    return ExecutionPage(rows=rows, account_names=names, next_after=int(rows[-1].id) if len(found) > limit else None)


def _execution(row: dict[str, Any], instrument: Instrument) -> Execution:
    return Execution(
        id=ExecutionId(row["id"]),
        account_id=AccountId(row["account_id"]),
        instrument=instrument,
        side=Side(row["side"]),
        quantity=row["quantity"],
        price=row["price"],
        fees=row["fees"],
        fee_currency=row["fee_currency"],
        cost=row["cost"],
        executed_at=from_micros(row["executed_at"]),
        kind=ExecutionKind(row["kind"]),
        identity=row["identity"],
        import_id=None if row["import_id"] is None else ImportId(row["import_id"]),
        line=row["line"],
    )

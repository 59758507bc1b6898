"""Executions in the database: bulk insert under a unique identity, and reading back as columns.

The hot path hands prepared lists to the driver (Core's per-value processing would triple the time
of a large import); everything else goes through Core.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from sqlalchemy import Table, delete, func, insert, select, text

from data.db.engine import Session
from data.db.execution_charges import forget_import, store_charges
from data.db.execution_edits import clear_import, lay_edits, read_edits
from data.db.import_rows import brought_by, note_range
from data.db.storage import from_column, sqlite_column, text_column
from data.db.tables import accounts, deleted_executions, executions
from domain.accounts import AccountId, ImportId, UserId
from domain.columns import Decimals, ExecutionBatch, ExecutionTable, take
from domain.money import to_units
from domain.watching import report_rows

if TYPE_CHECKING:
    from domain.columns import Ints

_COLUMNS = (
    "id", "account_id", "identity", "instrument_id", "side", "quantity", "price", "fees", "fee_currency",
    "cost", "executed_at", "kind", "line", "position", "import_id",
)  # fmt: skip
ROWS_AT_ONCE = 16_384
IDS_AT_ONCE = 100_000
ROWS_PER_STATEMENT = 60  # 900 parameters; every SQLite takes 999
_LAST_ID = select(func.max(executions.c.id))
_TABLE_COLUMNS = ("id", "instrument_id", "side", "quantity", "price", "cost", "executed_at", "kind", "position")


def insert_new(
    session: Session,
    account_id: AccountId,
    batch: ExecutionBatch,
    *,
    instrument_ids: Sequence[int],
    import_id: ImportId | None,
) -> ExecutionTable:
    """Store the rows of a batch whose identity the account does not have yet.

    Args:
        session: A writing transaction.
        account_id: The account; the caller holds its lock.
        batch: The rows, identities unique within the batch.
        instrument_ids: Database id of each of the batch's instruments.
        import_id: The import they belong to, None when typed by hand.

    Returns:
        The rows that were new, in batch order; `instrument` holds database ids.
    """
    table = _as_table(session, batch, instrument_ids)
    if not len(batch):
        return table
    sqlite = session.dialect.name == "sqlite"
    exact = sqlite_column if sqlite else text_column
    rows = _rows(batch, table, owner=(account_id, import_id), exact=exact)
    if sqlite:
        count = _insert(session, rows, len(batch))
    else:
        count = _copy(session, report_rows(rows, stage="store", total=len(batch)))
    stored = table if count == len(table) else _only_stored(session, table, count)
    if import_id is not None:
        note_range(session, import_id, stored.id)
    store_charges(session, batch, table.id, stored=stored.id, owner=(account_id, import_id))
    return stored


def _rows(
    batch: ExecutionBatch,
    table: ExecutionTable,
    *,
    owner: tuple[AccountId, ImportId | None],
    exact: Callable[[Decimals], list[Any]],
) -> Iterator[tuple[Any, ...]]:
    """Yield what is stored of each row, in the order of `_COLUMNS`; some thousands are Python values at a time."""
    identities = iter(batch.identity)
    for start in range(0, len(batch), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        quantity, price, fees, cost = (
            exact(Decimals(column.units[part], column.places))
            for column in (batch.quantity, batch.price, batch.fees, table.cost)
        )
        ids = table.id[part].tolist()
        yield from zip(
            ids, repeat(owner[0]), islice(identities, len(ids)), table.instrument[part].tolist(),
            batch.side[part].tolist(), quantity, price, fees,
            [batch.fee_currencies[code] for code in batch.fee_currency[part].tolist()],
            [value if known else None for value, known in zip(cost, table.cost_known[part].tolist(), strict=True)],
            batch.executed_at[part].tolist(), batch.kind[part].tolist(), batch.line[part].tolist(),
            table.order[part].tolist(), repeat(owner[1]), strict=False,
        )  # fmt: skip


def _as_table(session: Session, batch: ExecutionBatch, instrument_ids: Sequence[int]) -> ExecutionTable:
    cost, known = batch_costs(batch)
    lookup = np.asarray(instrument_ids, dtype=np.int32)
    return ExecutionTable(
        id=_allocate_ids(session, len(batch)),
        instrument=lookup[batch.instrument] if len(batch) else lookup[:0],
        side=batch.side,
        quantity=batch.quantity,
        price=batch.price,
        cost=cost,
        cost_known=known,
        executed_at=batch.executed_at,
        kind=batch.kind,
        order=order_keys(batch),
    )


def _allocate_ids(session: Session, count: int) -> Ints:
    """Return ids for new rows, known before they are written; rows that turn out stored leave gaps."""
    if session.dialect.name == "sqlite":
        first = int(session.execute(_LAST_ID).scalar() or 0) + 1
        return np.arange(first, first + count, dtype=np.int64)
    query = text("SELECT nextval('executions_id_seq') FROM generate_series(1, :count)")
    # In blocks: the driver keeps a whole answer as Python objects.
    blocks = [min(IDS_AT_ONCE, count - start) for start in range(0, count, IDS_AT_ONCE)]
    ids = (key for block in blocks for key in session.execute(query, {"count": block}).scalars())
    return np.fromiter(ids, dtype=np.int64, count=count)


def batch_costs(batch: ExecutionBatch) -> tuple[Decimals, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return the fees in each instrument's currency and whether they are known."""
    own = [item.currency for item in batch.instruments]
    pairs = np.array([[name == fee for fee in batch.fee_currencies] for name in own], dtype=bool)
    if not len(batch) or pairs.all():
        return batch.fees, np.ones(len(batch), dtype=bool)
    same = pairs[batch.instrument, batch.fee_currency]
    rates = batch.fee_rate or (None,) * len(batch)
    fees = [batch.fees.at(row) for row in range(len(batch))]
    costs = [
        fee if equal or not fee else (None if rate is None else fee * rate)
        for fee, equal, rate in zip(fees, same.tolist(), rates, strict=True)
    ]
    return _rounded(costs)


def _rounded(costs: list[Any]) -> tuple[Decimals, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Return converted costs at 12 decimal places: a product of a fee and a rate has no natural scale."""
    places = 12
    units = [0 if cost is None else to_units(round(cost, places), places) for cost in costs]
    fits = all(abs(unit) < 2**63 for unit in units)
    known = np.array([cost is not None for cost in costs], dtype=bool)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places), known


def order_keys(batch: ExecutionBatch) -> Ints:
    """Return what breaks ties in time: the broker's trade id where all are numbers, else the file order."""
    if batch.identity and all(len(item) < 19 and item.isdigit() for item in batch.identity):
        return np.array([int(item) for item in batch.identity], dtype=np.int64)
    return np.arange(len(batch), dtype=np.int64)


def _insert(session: Session, rows: Iterable[tuple[Any, ...]], count: int) -> int:
    """Insert rows into SQLite, many a statement: starting one costs half as much as storing a row; say how many."""
    # The driver takes the values as they come; a list of a million tuples would only cost memory.
    values, connection = chain.from_iterable(rows), cast("Any", session.connection.dbapi_connection)
    blocks, rest = divmod(count, ROWS_PER_STATEMENT)
    width = ROWS_PER_STATEMENT * len(_COLUMNS)
    numbers = report_rows(range(blocks), stage="store", rows_each=ROWS_PER_STATEMENT)
    lines = (tuple(islice(values, width)) for _ in numbers)
    stored = connection.executemany(_insert_statement(ROWS_PER_STATEMENT), lines).rowcount if blocks else 0
    if rest:
        stored += connection.execute(_insert_statement(rest), tuple(values)).rowcount
    return int(stored)


def _insert_statement(rows: int) -> str:
    marks = ",".join([f"({','.join('?' * len(_COLUMNS))})"] * rows)
    return f"INSERT INTO executions ({','.join(_COLUMNS)}) VALUES {marks} ON CONFLICT DO NOTHING"  # noqa: S608 - constants


def _copy(session: Session, rows: Iterable[tuple[Any, ...]]) -> int:
    """Load rows into PostgreSQL through a staging table, keeping those whose identity is new; say how many."""
    names = ",".join(_COLUMNS)
    session.exec_driver_sql("CREATE TEMP TABLE staging (LIKE executions INCLUDING DEFAULTS) ON COMMIT DROP")
    connection: Any = session.connection.dbapi_connection
    with connection.cursor() as cursor, cursor.copy(f"COPY staging ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    stored = session.exec_driver_sql(
        f"INSERT INTO executions ({names}) SELECT {names} FROM staging ON CONFLICT DO NOTHING"  # noqa: S608 - constants
    ).rowcount
    session.exec_driver_sql("DROP TABLE staging")
    return stored


def _only_stored(session: Session, table: ExecutionTable, count: int) -> ExecutionTable:
    # The ids are ours alone, so the range is asked without the account: SQLite would walk its index.
    within = executions.c.id.between(int(table.id.min()), int(table.id.max()))
    found = np.fromiter(session.execute(select(executions.c.id).where(within)).scalars(), dtype=np.int64, count=count)
    kept: ExecutionTable = take(table, np.isin(table.id, found))
    return kept


def existing_identities(session: Session, account_id: AccountId, identities: Sequence[str]) -> set[str]:
    """Return which of these identities the account already has, deleted executions included."""
    found: set[str] = set()
    mine = executions.c.account_id == account_id
    if len(identities) > 20_000:
        wanted = set(identities)
        return {item for item in session.execute(select(executions.c.identity).where(mine)).scalars() if item in wanted}
    for start in range(0, len(identities), 500):
        chunk = identities[start : start + 500]
        found.update(
            session.execute(select(executions.c.identity).where(mine, executions.c.identity.in_(chunk))).scalars()
        )
    return found


def read_table(session: Session, account_id: AccountId, *, after: int = 0, before: int | None = None) -> ExecutionTable:
    """Return an account's executions with an id above `after` (and below `before`), deleted ones left out, by id.

    Edits are laid over them. `instrument` holds database ids.
    """
    which = f"id > {int(after)}" + ("" if before is None else f" AND id < {int(before)}")
    return lay_edits(session, account_id, _read_stored(session, account_id, which))


def read_some(session: Session, account_id: AccountId, ids: Sequence[int]) -> ExecutionTable:
    """Return those of an account's executions that have one of these ids; otherwise as `read_table`."""
    chosen = ",".join(str(int(item)) for item in ids) or "0"
    # The plus keeps SQLite from walking the whole account: the ids are what is looked up.
    stored = _read_stored(session, account_id, f"id IN ({chosen})", account="+account_id")
    return lay_edits(session, account_id, stored, ids=ids)


def read_of_instruments(session: Session, account_id: AccountId, instrument_ids: Sequence[int]) -> ExecutionTable:
    """Return an account's executions of some instruments, as edited; otherwise as `read_table`."""
    chosen = ",".join(str(int(item)) for item in instrument_ids) or "0"
    edited = f"SELECT execution_id FROM execution_edits WHERE account_id = {int(account_id)}"  # noqa: S608 - integers
    which = f"(instrument_id IN ({chosen}) OR id IN ({edited} AND instrument_id IN ({chosen})))"
    rows = lay_edits(session, account_id, _read_stored(session, account_id, which))
    kept: ExecutionTable = take(rows, np.isin(rows.instrument, list(instrument_ids)))
    return kept


def _read_stored(session: Session, account_id: AccountId, which: str, *, account: str = "account_id") -> ExecutionTable:
    names = ",".join(_TABLE_COLUMNS)
    statement = (
        f"SELECT {names} FROM executions WHERE {account} = {int(account_id)} AND {which} "  # noqa: S608 - integers
        f"AND id NOT IN (SELECT execution_id FROM deleted_executions WHERE account_id = {int(account_id)}) ORDER BY id"
    )
    rows = session.exec_driver_sql(statement).fetchall()
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [[] for _ in _TABLE_COLUMNS]
    known = np.array([value is not None for value in columns[5]], dtype=bool)
    return ExecutionTable(
        id=np.array(columns[0], dtype=np.int64),
        instrument=np.array(columns[1], dtype=np.int32),
        side=np.array(columns[2], dtype=np.int8),
        quantity=from_column(columns[3]),
        price=from_column(columns[4]),
        cost=from_column([0 if value is None else value for value in columns[5]]),
        cost_known=known,
        executed_at=np.array(columns[6], dtype=np.int64),
        kind=np.array(columns[7], dtype=np.int8),
        order=np.array(columns[8], dtype=np.int64),
    )


def read_rows(
    session: Session, account_id: AccountId, ids: Sequence[int], *, edited: bool = True
) -> list[dict[str, Any]]:
    """Return whole rows of an account by id, as dictionaries of typed values, ordered by time.

    Edits are laid over them, and `edited` says so; with `edited=False` they are as the file had them.
    """
    # The account is compared here: asked in SQL, SQLite walks through the whole account instead of the ids.
    found = session.execute(select(executions).where(executions.c.id.in_(list(ids)))).mappings()
    rows = [{**row, "edited": False} for row in found if row["account_id"] == account_id]
    laid = read_edits(session, account_id, ids) if edited and rows else {}
    for row in rows:
        if row["id"] in laid:
            values = laid[row["id"]]
            row.update({name: getattr(values, name) for name in values.__slots__}, edited=True)
    return sorted(rows, key=lambda row: (row["executed_at"], row["position"], row["id"]))


def find_accounts(session: Session, owner: UserId, ids: Sequence[int]) -> dict[int, AccountId]:
    """Return the account of each of these executions that is the owner's, by execution id."""
    found: dict[int, AccountId] = {}
    for start in range(0, len(ids), 500):
        chunk = list(ids[start : start + 500])
        query = select(executions.c.id, executions.c.account_id).where(executions.c.id.in_(chunk))
        mine = query.join(accounts, accounts.c.id == executions.c.account_id).where(accounts.c.owner_id == owner)
        found.update({int(row.id): AccountId(row.account_id) for row in session.execute(mine)})
    return found


def insert_by_hand(session: Session, account_id: AccountId, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Store executions that no file holds and return their ids.

    Args:
        session: A writing transaction.
        account_id: The account; the caller holds its lock.
        rows: Every column but id, account, line and import; `identity` unique.
    """
    if not rows:
        return []
    ids = [int(key) for key in _allocate_ids(session, len(rows)).tolist()]
    own = {"account_id": account_id, "line": 0, "import_id": None}
    session.execute(insert(executions), [{**row, **own, "id": key} for row, key in zip(rows, ids, strict=True)])
    return ids


def imported_ids(session: Session, account_id: AccountId, import_id: ImportId) -> Ints:
    """Return the ids of the executions an import brought, ascending; those deleted since are among them."""
    query = select(executions.c.id).where(brought_by(account_id, import_id)).order_by(executions.c.id)
    return np.fromiter(session.execute(query).scalars(), dtype=np.int64)


def delete_import(session: Session, account_id: AccountId, import_id: ImportId) -> int:
    """Remove the executions of one import and return how many there were."""
    clear_import(session, account_id, import_id)
    forget_import(session, account_id, import_id)
    return int(session.execute(delete(executions).where(brought_by(account_id, import_id))).rowcount)


def count_executions(session: Session, account_id: AccountId) -> int:
    """Return how many executions an account stores, those deleted by hand left out."""

    def count(table: Table) -> int:
        query = select(func.count()).select_from(table).where(table.c.account_id == account_id)
        return int(session.execute(query).scalar_one())

    return count(executions) - count(deleted_executions)

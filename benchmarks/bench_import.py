"""P2, P3, P5: a million-row CSV through the service on SQLite, against a bare insert of the same rows.

The floor inserts exactly the rows the service stores (same columns, same values) into a table with
one unique key, in one transaction. The service reads the file, maps and checks it, resolves the
instruments, stores the rows, matches them and computes every page metric.
"""

from __future__ import annotations

import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.executions_csv import write_csv
from benchmarks.figures import Figure
from data.brokers.batch import make_batch
from data.brokers.content import Content
from domain.executions import Side
from domain.filters import LedgerFilter
from domain.periods import from_micros
from domain.statements import ParsedExecution
from services.container import Installation, Services
from services.imports import ImportRequest

ROUNDS = 3
ALL = LedgerFilter()


def timed(action: Any) -> tuple[float, Any]:
    """Return CPU seconds and the result; another process on the machine does not count."""
    gc.collect()
    start = time.process_time()
    value = action()
    return time.process_time() - start, value


def fresh(folder: Path) -> tuple[Services, Any]:
    services = Services(Installation(data_dir=folder, database_url=f"sqlite:///{folder / 'fillwise.db'}"))
    services.migrate()
    return services, services.users.register("bench", "four unrelated words")


def import_file(services: Services, user: Any, payload: Content) -> Any:
    request = ImportRequest(filename="fills.csv", payload=payload, account="Bench", timezone="America/New_York")
    batch = services.imports.commit(user.id, request)
    services.portfolio.performance(user.id, ALL)
    return batch


def floor(folder: Path, rows: list[tuple[Any, ...]], columns: str) -> float:
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA cache_size=-65536")
    names = columns.split(",")
    connection.execute(
        f"CREATE TABLE fills (id INTEGER PRIMARY KEY, {','.join(names[1:])}, UNIQUE(account_id, identity))"
    )
    marks = ",".join("?" * len(names))

    def insert() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(f"INSERT INTO fills ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING", rows)
        connection.execute("COMMIT")

    seconds, _ = timed(insert)
    connection.close()
    return seconds


def one_fill(services: Services, user: Any, rounds: int = 15) -> dict[str, float]:
    account = services.accounts.list_accounts(user.id)[0]
    book = services.ledger.book(user.id, account.id)
    sizes = np.bincount(book.executions.instrument, minlength=len(book.instruments))
    order = np.argsort(sizes, kind="stable")
    last = int(book.executions.executed_at.max())
    found = {}
    for name, code in (("median", int(order[len(order) // 2])), ("largest", int(order[-1]))):
        seconds = []
        for number in range(rounds):
            fill = ParsedExecution(
                line=0, instrument=book.instruments[code], side=Side.BUY, quantity=book.executions.quantity.at(0),
                price=book.executions.price.at(0), executed_at=from_micros(last + number * 1_000_000),
                identity=f"new-{name}-{number}",
            )  # fmt: skip
            batch = make_batch([fill], [fill.identity])
            seconds.append(timed(partial(services.ledger.add_executions, user.id, account.id, batch))[0])
        found[name] = statistics.median(seconds)
    return found


def measure(rows: int) -> dict[str, float]:
    """Import a file of so many rows into a new installation, again, and one fill more; CPU seconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "fills.csv", rows)
        payload = (folder / "fills.csv").read_bytes()
        services, user = fresh(folder)
        seconds, batch = timed(partial(import_file, services, user, payload))
        assert batch.rows.executions == rows, batch.rows
        again, repeated = timed(partial(import_file, services, user, payload))
        assert repeated.rows.duplicates == rows
        fills = one_fill(services, user)
        connection = sqlite3.connect(folder / "fillwise.db")
        columns = ",".join(row[1] for row in connection.execute("PRAGMA table_info(executions)"))
        stored = connection.execute(f"SELECT {columns} FROM executions ORDER BY id LIMIT {rows}").fetchall()
        connection.close()
        services.db.close()
        return {"import": seconds, "again": again, "floor": floor(folder, stored, columns), **fills}


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    measure(1_000)  # what is loaded at first use is loaded by now
    whole, tenth = [], []
    for _ in range(rounds):
        tenth.append(measure(rows // 10))
        whole.append(measure(rows))
        print({name: round(value, 4) for name, value in whole[-1].items()}, flush=True)

    def share(name: str, of: str) -> float:
        return statistics.median(run[name] / run[of] for run in whole)

    growth = statistics.median(large["import"] / small["import"] for large, small in zip(whole, tenth, strict=True))
    return [
        Figure(
            id="P2",
            text="import with trades and metrics / bare executemany",
            value=share("import", "floor"),
            target=2,
            n=rows,
        ),
        Figure(id="P3", text="the identical file again / import", value=share("again", "import"), target=0.1, n=rows),
        Figure(
            id="P5",
            text="one new fill, median instrument / import",
            value=share("median", "import"),
            target=0.001,
            n=rows,
        ),
        Figure(
            id="P5",
            text="one new fill, largest instrument / import",
            value=share("largest", "import"),
            target=1 / 30,
            n=rows,
        ),
        Figure(id="growth", text="import of all rows / of a tenth", value=growth, target=12, n=rows),
    ]


if __name__ == "__main__":
    figures(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000, int(sys.argv[2]) if len(sys.argv) > 2 else ROUNDS)

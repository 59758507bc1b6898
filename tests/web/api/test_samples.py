"""Files of real brokers through the interface: counted rows and net quantities equal an independent count."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SAMPLES
from tests.data.brokers.test_samples import FOLDERS
from tests.web.api.client import Program, join, services_of
from tests.web.client import make_app

pytestmark = pytest.mark.samples


def first_samples() -> dict[str, dict[str, Any]]:
    """One sample of each supported broker: the one with most executions."""
    path = SAMPLES / "brokers" / "expected.json"
    entries: dict[str, dict[str, Any]] = json.loads(path.read_text()) if path.is_file() else {}
    best: dict[str, str] = {}
    for name, entry in entries.items():
        folder = name.split("/")[0]
        before = entries.get(best.get(folder, ""), {}).get("executions", 0)
        if folder in FOLDERS and entry.get("executions", 0) > before:
            best[folder] = name
    return {name: entries[name] for name in best.values()}


CASES = first_samples()


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A user of a fresh app."""
    app = make_app(tmp_path_factory.mktemp("samples"))
    yield join(app, "sam")
    services_of(app).db.close()


@pytest.mark.parametrize("name", CASES or [pytest.param("", marks=pytest.mark.skip("no shared samples here"))])
def test_a_broker_s_file_gives_what_was_counted(program: Program, name: str) -> None:
    """`rows.executions` and the net quantity of every symbol from /executions equal expected.json."""
    path: Path = SAMPLES / "brokers" / name
    entry, account = CASES[name], name.replace("/", " ")
    answer = program.send(path.read_bytes(), path.name, account=account)
    rows = answer["rows"]
    assert rows["total"] == rows["executions"] + rows["duplicates"] + rows["other"] + rows["problems"]
    stored = program.every("/api/v1/executions", account=account, limit=1000)
    trades = [row for row in stored if row["kind"] == "trade"]
    assert rows["executions"] == len(trades)
    wanted = {symbol: Decimal(quantity) for symbol, quantity in entry["net_qty"].items() if Decimal(quantity)}
    # Some entries count the end of an option as an execution, others as another row; those that name swaps count both
    # sides of an exchange of coins, others no half of a round trip.
    left_out = {"trade"} if "swaps" in entry else {"trade", "paired"}
    ends = [row for row in stored if row["kind"] not in left_out]
    given = (entry["executions"], wanted)
    assert given in ((len(trades), net_of(trades)), (len(trades) + len(ends), net_of(stored)))
    again = program.send(path.read_bytes(), path.name, account=account)["rows"]
    assert (again["executions"], again["duplicates"]) == (0, rows["executions"])


def net_of(rows: list[dict[str, Any]]) -> dict[str, Decimal]:
    """Signed quantity by symbol, flat ones left out."""
    net: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        net[row["symbol"]] += Decimal(row["quantity"]) * (1 if row["side"] == "buy" else -1)
    return {symbol: quantity for symbol, quantity in net.items() if quantity}

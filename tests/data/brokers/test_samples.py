"""Every shared sample of a supported broker yields its independently counted figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.executions import ExecutionKind
from domain.statements import Statement
from tests.conftest import SAMPLES
from tests.data.brokers import expected

FOLDERS = (
    "ibkr", "schwab", "fidelity", "thinkorswim", "webull", "tastytrade", "robinhood", "trading212", "degiro",
    "zerodha", "coinbase", "kraken", "binance", "bybit", "mt5", "tradovate", "generic", "etrade", "firstrade",
    "lightspeed", "tradezero", "tradestation", "das", "tiger", "questrade", "tradervue", "tradezella",
    "ninjatrader", "rithmic", "topstepx", "quantower", "tradingview", "ctrader", "mt4", "avatrade",
    "kucoin", "okx", "bitfinex", "bitstamp", "bitvavo", "coinbasepro", "cryptocom", "groww", "revolut",
    "freetrade", "parqet", "traderepublic", "bux", "saxo", "xtb", "etoro",
)  # fmt: skip
NAMES = {"das/trades_window.csv": "trades_window 2026-05-04.csv"}
"""Names under which samples are given whose rows have no date: the user is asked for one in the file name."""


def entries() -> dict[str, dict[str, Any]]:
    """Return the expected entry of each sample of the supported brokers."""
    path = SAMPLES / "brokers" / "expected.json"
    if not path.is_file():
        return {}
    found: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return {name: entry for name, entry in found.items() if name.split("/")[0] in FOLDERS}


@pytest.mark.samples
@pytest.mark.parametrize("name", entries() or [pytest.param("", marks=pytest.mark.skip("no shared samples here"))])
def test_sample_yields_its_expected_figures(name: str) -> None:
    """Executions, sides, net quantities, fees and other rows equal the independent count."""
    path: Path = SAMPLES / "brokers" / name
    statement: Statement = expected.read(NAMES.get(name, path.name), path.read_bytes())
    assert expected.differences(statement, entries()[name]) == []
    executions = sum(int(kind) == ExecutionKind.TRADE for kind in statement.executions.kind)
    assert executions + len(statement.others) + len(statement.problems) == statement.rows
    assert len(set(statement.executions.identity)) == len(statement.executions)

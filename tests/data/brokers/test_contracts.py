"""Sizes of futures contracts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers.contracts import future_contract, future_multiplier, future_root


@pytest.mark.parametrize(
    ("symbol", "root", "size"),
    [
        ("MESM6", "MES", "5"),
        ("/NQM26", "NQ", "20"),
        ("/ESM26:XCME", "ES", "50"),
        ("CME_MINI:MES1!", "MES", "5"),
        ("ES 09-25", "ES", "50"),
        ("MNQ 18JUN26", "MNQ", "2"),
        ("MCL JUN26", "MCL", "100"),
        ("6SZ5", "6S", "125000"),
        ("M2KU2025", "M2K", "5"),
        ("10YZ5", "10Y", "1000"),
        ("MBTK6", "MBT", "0.1"),
        ("FDAXM6", "FDAX", "25"),
        ("GC", "GC", "100"),
    ],
)
def test_symbol_gives_root_and_size(symbol: str, root: str, size: str) -> None:
    """Every spelling of a contract leads to its root and the money per point."""
    assert future_root(symbol) == root
    assert future_multiplier(symbol) == Decimal(size)


@pytest.mark.parametrize("symbol", ["AAPL", "", "QQXZ5", "EUR.USD", "M6"])
def test_unknown_root_has_no_size(symbol: str) -> None:
    """A size is never assumed."""
    assert future_multiplier(symbol) is None


def test_contract_names_exchange_and_currency() -> None:
    """Eurex contracts are in euro."""
    contract = future_contract("FESXU5")
    assert contract is not None
    assert (contract.exchange, contract.currency) == ("EUREX", "EUR")

"""Sizes of futures contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from data.brokers.contracts import future_contract, future_multiplier, future_root, indian_lot


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


@pytest.mark.parametrize(
    ("symbol", "exchange", "currency", "value_of_a_tick"),
    [
        ("ESZ6", "CME", "USD", "12.50"),
        ("NQZ6", "CME", "USD", "5.00"),
        ("RTYZ6", "CME", "USD", "5.00"),
        ("6EZ6", "CME", "USD", "6.25"),
        ("6JZ6", "CME", "USD", "6.25"),
        ("LEZ6", "CME", "USD", "10.00"),
        ("YMZ6", "CBOT", "USD", "5.00"),
        ("ZBZ6", "CBOT", "USD", "31.25"),
        ("ZNZ6", "CBOT", "USD", "15.625"),
        ("ZFZ6", "CBOT", "USD", "7.8125"),
        ("ZTZ6", "CBOT", "USD", "7.8125"),
        ("ZCZ6", "CBOT", "USD", "12.50"),
        ("ZLZ6", "CBOT", "USD", "6.00"),
        ("CLZ6", "NYMEX", "USD", "10.00"),
        ("NGZ6", "NYMEX", "USD", "10.00"),
        ("RBZ6", "NYMEX", "USD", "4.20"),
        ("GCZ6", "COMEX", "USD", "10.00"),
        ("SIZ6", "COMEX", "USD", "25.00"),
        ("HGZ6", "COMEX", "USD", "12.50"),
        ("VXZ6", "CFE", "USD", "50.00"),
        ("DXZ6", "ICE-US", "USD", "5.00"),
        ("KCZ6", "ICE-US", "USD", "18.75"),
        ("SBZ6", "ICE-US", "USD", "11.20"),
        ("BRNZ6", "ICE-EU", "USD", "10.00"),
        ("ZZ6", "ICE-EU", "GBP", "5.00"),
        ("FDAXZ6", "EUREX", "EUR", "25.00"),
        ("FESXZ6", "EUREX", "EUR", "10.00"),
        ("FGBLZ6", "EUREX", "EUR", "10.00"),
        ("FGBSZ6", "EUREX", "EUR", "5.00"),
        ("FSMIZ6", "EUREX", "CHF", "10.00"),
    ],
)
def test_a_tick_is_worth_what_the_exchange_publishes(
    symbol: str, exchange: str, currency: str, value_of_a_tick: str
) -> None:
    """Size and tick of a contract multiply to the published value of a tick."""
    contract = future_contract(symbol)
    assert contract is not None
    assert contract.tick_size is not None
    assert (contract.exchange, contract.currency) == (exchange, currency)
    assert contract.multiplier * contract.tick_size == Decimal(value_of_a_tick)


@pytest.mark.parametrize(
    ("symbol", "day", "lot"),
    [
        ("NIFTY24JAN21500CE", date(2024, 1, 3), 50),
        ("NIFTY24JUNFUT", date(2024, 6, 3), 25),
        ("NIFTY25MARFUT", date(2025, 3, 3), 75),
        ("BANKNIFTY2410347700CE", date(2024, 1, 3), 15),
        ("FINNIFTY25JAN23000PE", date(2025, 1, 2), 65),
        ("NIFTYNXT5025JANFUT", date(2025, 1, 2), 25),
        ("SENSEX2510380000CE", date(2025, 1, 2), 20),
        ("NIFTY10JANFUT", date(2010, 1, 4), None),
        ("RELIANCE24JANFUT", date(2024, 1, 3), None),
        ("AAPL", date(2024, 1, 3), None),
    ],
)
def test_indian_lots_depend_on_the_day(symbol: str, day: date, lot: int | None) -> None:
    """The lot of an index contract is the one of its day; it is unknown for what is not in the table."""
    assert indian_lot(symbol, day) == (None if lot is None else Decimal(lot))

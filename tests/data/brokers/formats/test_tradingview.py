"""TradingView's order history and performance."""

from __future__ import annotations

import pytest

from data.brokers.formats.tradingview import read_symbol
from domain.instruments import AssetClass
from tests.data.brokers import expected
from tests.data.brokers.formats import us_cases as cases
from tests.data.brokers.formats.crypto_cases import rearrange

ORDERS = cases.payload("tradingview/orders.csv")
FOREX = cases.payload("tradingview/forex.csv")
PERFORMANCE = cases.payload("tradingview/performance.csv")


def test_filled_orders_become_fills_oldest_first() -> None:
    """Fractions are exact; a cancelled order is kept with its status."""
    statement = cases.parse(ORDERS)
    assert cases.fills(statement) == [
        (7, "NYSE:KO", "TRADE", "buy", "1.5", "70.1", "1.5", "2026-03-06 14:31:05"),
        (6, "NYSE:KO", "TRADE", "sell", "1.5", "70.6", "1.5", "2026-03-06 14:45:10"),
        (4, "XETR:SAP", "TRADE", "buy", "2", "250.1", "0", "2026-03-09 13:00:01"),
        (3, "BINANCE:BTCUSDT", "TRADE", "buy", "0.25", "60000.5", "0", "2026-03-09 14:00:01"),
        (2, "CME_MINI:MESM2026", "TRADE", "sell", "1", "5802.25", "1.2", "2026-03-09 15:00:01"),
    ]
    assert statement.executions.identity == ["1001", "1002", "1004", "1005", "1006"]
    assert cases.others(statement) == [(5, "order", "Cancelled", "NYSE:KO", None)]


def test_orders_without_a_status_are_told_by_their_price() -> None:
    """Forex quantities are units; an order without a price was not filled."""
    statement = cases.parse(FOREX)
    assert [row[1:6] for row in cases.fills(statement)] == [
        ("FX_IDC:EURUSD", "TRADE", "buy", "40000", "1.17973"),
        ("FX_IDC:EURUSD", "TRADE", "sell", "40000", "1.18032"),
    ]
    assert cases.others(statement) == [(4, "order", "not filled", "OANDA:XAUUSD", None)]


def test_performance_becomes_pairs() -> None:
    """What was sold first is a short; the printed profit fits the size of the contract."""
    statement = cases.parse(PERFORMANCE)
    assert [row[1:6] for row in cases.fills(statement)] == [
        ("NYSE:KO", "PAIRED", "buy", "10", "70.1"),
        ("NYSE:KO", "PAIRED", "sell", "10", "70.6"),
        ("CME_MINI:MESM2026", "PAIRED", "sell", "1", "5802.25"),
        ("CME_MINI:MESM2026", "PAIRED", "buy", "1", "5810.25"),
    ]
    assert [row.description for row in statement.others] == ["long", "short"]
    assert statement.executions.identity[0] == "1/2/entry"


@pytest.mark.parametrize(
    ("symbol", "asset", "currency", "multiplier"),
    [
        ("NASDAQ:KO", AssetClass.STOCK, "USD", 1),
        ("XETR:SAP", AssetClass.STOCK, "EUR", 1),
        ("KO", AssetClass.STOCK, "USD", 1),
        ("NYSE:ES", AssetClass.STOCK, "USD", 1),
        ("CME_MINI:MES1!", AssetClass.FUTURE, "USD", 5),
        ("CME_MINI:QQZM2026", AssetClass.FUTURE, "USD", None),
        ("FX_IDC:USDJPY", AssetClass.FOREX, "JPY", 1),
        ("OANDA:XAUUSD", AssetClass.CFD, "USD", 1),
        ("BITSTAMP:BTCEUR", AssetClass.CRYPTO, "EUR", 1),
    ],
)
def test_exchange_tells_the_kind(symbol: str, asset: AssetClass, currency: str, multiplier: int | None) -> None:
    """A ticker that is a futures root as well stays a share; an unlisted future has no size."""
    instrument = read_symbol(symbol)
    assert (instrument.asset_class, instrument.currency) == (asset, currency)
    assert instrument.multiplier == multiplier


def test_broken_cells_are_told_with_their_place() -> None:
    """A side and a time that are none, a part of unknown size, and a profit of another contract."""
    for content, old, new, place in (
        (ORDERS, "NYSE:KO,Buy", "NYSE:KO,Hold", (7, "Side", "Hold")),
        (ORDERS, "2026-03-06 14:45:10,1002", "2026-03-06 14:85:10,1002", (6, "Closing Time", "14:85:10")),
        (ORDERS, "72,,0,Cancelled", "72,,72,Cancelled", (5, "Status", "Cancelled")),
        (PERFORMANCE, ",-40,", ",-8,", (3, "pnl", "-8")),
    ):
        _, problem = cases.broken(content, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    for content in (ORDERS, FOREX):
        cases.check_rearranged(content, "tradingview")


def test_performance_has_one_reader_wherever_the_symbol_stands() -> None:
    """Another platform writes the same columns without exchanges."""
    moved = rearrange(PERFORMANCE)
    assert expected.claims("x.csv", PERFORMANCE) == ["tradingview"]
    assert expected.claims("x.csv", moved) == ["tradingview"]


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tradingview")

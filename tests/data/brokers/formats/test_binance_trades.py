"""Binance's trade history in both layouts."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases

OLDER = cases.payload("binance-trades/older.csv")
NEWER = cases.payload("binance-trades/newer.csv")


def test_older_layout_has_the_fee_coin_in_a_column() -> None:
    """Fees in base, quote and a third coin carry the rate that is known: the price, 1, none."""
    assert cases.rows(cases.parse(OLDER)) == [
        (5, "ADABTC", "BTC", "buy", "1000", "0.000012", "1", "ADA", "0.000012", "2023-06-01T07:00:00.000000"),
        (4, "BTCEUR", "EUR", "buy", "0.02", "25000.5", "0.0021", "BNB", None, "2023-06-01T07:30:00.000000"),
        (3, "ADABTC", "BTC", "sell", "500", "0.00001234", "0.00000617", "BTC", "1", "2023-06-02T08:00:05.000000"),
        (2, "ADABTC", "BTC", "sell", "500", "0.00001234", "0.00000617", "BTC", "1", "2023-06-02T08:00:05.000000"),
    ]


def test_two_equal_fills_stay_two() -> None:
    """Fills that look the same are told apart by an ordinal, the same on every import."""
    identity = cases.parse(OLDER).executions.identity
    assert identity[2].removesuffix(":1") == identity[3].removesuffix(":2")
    assert identity == cases.parse(OLDER).executions.identity


def test_newer_layout_has_the_coin_in_the_cell() -> None:
    """Coins that start with a digit or that no list knows are split by the pair itself."""
    assert cases.rows(cases.parse(NEWER)) == [
        (2, "1INCHUSDT", "USDT", "buy", "25", "0.401", "0.025", "1INCH", "0.401", "2024-01-02T10:00:01.000000"),
        (3, "BTCEUR", "EUR", "sell", "0.003", "40100.55", "0.00035", "BNB", None, "2024-01-03T11:12:13.000000"),
        (4, "WIFMOON", "MOON", "sell", "4", "2.5", "0.01", "MOON", "1", "2024-01-04T11:12:13.000000"),
    ]


def test_broken_cells_are_problems_with_their_place() -> None:
    """An unknown side and an unknown market name line, column and value."""
    older = cases.parse(OLDER.replace(b"BTCEUR;BUY", b"BTCXYZ;BUY").replace(b"ADABTC;BUY", b"ADABTC;SWAP"))
    places = [(item.line, item.column, item.value) for item in older.problems]
    assert places == [(4, "Market", "BTCXYZ"), (5, "Type", "SWAP")]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(OLDER, "binance-trades", delimiter=";")
    cases.check_rearranged(NEWER, "binance-trades")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("binance-trades")

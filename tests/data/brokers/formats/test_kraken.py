"""Kraken's trades export."""

from __future__ import annotations

import pytest

from data.brokers.cells import CellError
from data.brokers.formats.kraken import split_market
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("kraken-trades/trades.csv")


def test_every_row_becomes_its_fill() -> None:
    """Price, quantity, fee in the quote currency and the fraction of the second are exact."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (2, "XXBTZEUR", "EUR", "buy", "0.01", "40000", "0.64", "EUR", None, "2024-02-01T09:00:01.123400"),
        (3, "XTZEUR", "EUR", "buy", "100", "1.005", "0.2613", "EUR", None, "2024-02-01T09:00:02.500000"),
        (4, "ETH/BTC", "BTC", "sell", "2", "0.052", "0.000166", "BTC", None, "2024-02-03T10:11:12.000000"),
        (5, "USDTZUSD", "USD", "sell", "250", "1.0001", "0.50005", "USD", None, "2024-02-04T00:00:00.000100"),
        (6, "XXDGXXBT", "BTC", "buy", "1000", "0.0000015", "0.0000024", "BTC", None, "2024-02-05T23:59:59.999900"),
    ]
    assert statement.executions.identity[0] == "TAAAAA-11111-AAAAA1"
    assert (statement.rows, statement.problems, statement.others) == (5, (), ())


@pytest.mark.parametrize(
    ("pair", "parts"),
    [
        ("XXBTZEUR", ("BTC", "EUR")),
        ("XETHXXBT", ("ETH", "BTC")),
        ("XTZUSD", ("XTZ", "USD")),
        ("XBTUSDT", ("BTC", "USDT")),
        ("XBT/EUR", ("BTC", "EUR")),
        ("DASHEUR", ("DASH", "EUR")),
        ("XXDGZUSD", ("DOGE", "USD")),
    ],
)
def test_market_is_split_into_todays_codes(pair: str, parts: tuple[str, str]) -> None:
    """Class letters and old coin codes are read, but not where they belong to the coin's own name."""
    assert split_market(pair) == parts


def test_unknown_market_is_an_error() -> None:
    """A pair without a known quote coin is never guessed."""
    with pytest.raises(CellError, match="cannot be split"):
        split_market("ABCXYZ")


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A price that is no number names line, column and value, and the other rows are read."""
    statement = cases.parse(CONTENT.replace(b"1.00500,", b"1.O0500,"))
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(3, "price", "1.O0500")]
    assert len(statement.executions) == 4


def test_newest_first_file_is_turned_round() -> None:
    """Whatever the direction of the file, fills come in the order they happened, with their true lines."""
    head, *lines = CONTENT.decode().splitlines()
    statement = cases.parse("\n".join([head, *reversed(lines)]).encode())
    assert [row[0] for row in cases.rows(statement)] == [6, 5, 4, 3, 2]
    assert statement.executions.identity == cases.parse(CONTENT).executions.identity


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "kraken-trades")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("kraken-trades")

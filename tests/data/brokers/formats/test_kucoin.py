"""KuCoin's filled trades."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

OLDER, NEWER = cases.payload("kucoin-fills/older.csv"), cases.payload("kucoin-fills/newer.csv")
SLUG = "kucoin-fills"


def test_fee_is_in_the_coin_its_column_names() -> None:
    """A fee in the market's coin is worth the fill's price; one in a third coin has no rate."""
    statement = cases.parse(OLDER)
    assert cases.rows(statement) == [
        (2, "SOL-USDT", "USDT", "buy", "10", "21.5", "0.215", "USDT", "1", "2023-03-01T09:15:00.000000"),
        (3, "SOL-USDT", "USDT", "sell", "4", "22.25", "0.004", "SOL", "22.25", "2023-03-02T10:20:30.000000"),
        (4, "SOL-USDT", "USDT", "sell", "4", "22.25", "0.004", "SOL", "22.25", "2023-03-02T10:20:30.000000"),
        (5, "ADA-BTC", "BTC", "buy", "500", "0.0000151", "0.02", "KCS", None, "2023-03-03T11:00:00.000000"),
    ]
    assert len(set(statement.executions.identity)) == 4
    assert cases.parse(OLDER).executions.identity == statement.executions.identity


def test_header_of_the_newer_export_names_the_zone() -> None:
    """Times are turned by the header's offset, oldest first; an order without a fill is kept by its status."""
    statement = cases.parse(NEWER)
    assert cases.rows(statement) == [
        (4, "SOL-USDT", "USDT", "buy", "5", "160.1", "0.8005", "USDT", "1", "2024-06-01T06:00:01.000000"),
        (2, "SOL-USDT", "USDT", "sell", "5", "170.5", "0.8525", "USDT", "1", "2024-06-03T10:05:00.000000"),
    ]
    assert us_cases.others(statement) == [(3, "order", "cancel", "SOL-USDT", None)]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A side that is none names line, column and value."""
    _, problem = us_cases.broken(OLDER, "sell,22.25", "hold,22.25")
    assert (problem.line, problem.column, problem.value) == (3, "side", "hold")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(OLDER, SLUG)
    cases.check_rearranged(NEWER, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)

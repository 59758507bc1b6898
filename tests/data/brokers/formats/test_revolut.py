"""Revolut's stocks and crypto statements."""

from __future__ import annotations

from decimal import Decimal

import pytest

from data.brokers.formats.revolut_stocks import split_ratio
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

STOCKS = cases.payload("revolut-stocks/stocks.csv")
CRYPTO = cases.payload("revolut-crypto/crypto.csv")


def test_stocks_are_read_with_either_way_to_write_a_currency() -> None:
    """A sign, a code and a decimal comma in the quantity are all read."""
    assert cases.rows(cases.parse(STOCKS)) == [
        (3, "KO", "USD", "buy", "10", "60.25", "0", "USD", None, "2024-01-03T15:00:00.500000"),
        (5, "NVDA", "USD", "buy", "1.5", "800.1", "0", "USD", None, "2024-03-01T15:30:00.000000"),
        (8, "NVDA", "USD", "sell", "15", "120.5", "0", "USD", None, "2024-07-01T15:00:00.000000"),
    ]


def test_split_knows_its_ratio_from_the_shares_held() -> None:
    """1.5 shares and 13.5 added make ten for one; a transfer of shares moves no money."""
    others = cases.parse(STOCKS).others
    assert [(row.line, row.kind.value, row.symbol, row.amount) for row in others] == [
        (2, "deposit", "", Decimal(2000)),
        (4, "dividend", "KO", Decimal("4.60")),
        (6, "split", "NVDA", None),
        (7, "transfer", "KO", None),
        (9, "fee", "", Decimal("-0.12")),
    ]
    assert others[2].ratio == (Decimal(10), Decimal(1))


@pytest.mark.parametrize(
    ("held", "added", "ratio"),
    [("10", "10", (2, 1)), ("10", "5", (3, 2)), ("100", "-90", (1, 10)), ("0", "5", None), ("10", "0.0001", None)],
)
def test_only_a_plausible_ratio_is_taken(held: str, added: str, ratio: tuple[int, int] | None) -> None:
    """What the shares held do not explain has no ratio."""
    expected = (Decimal(ratio[0]), Decimal(ratio[1])) if ratio else None
    assert split_ratio(Decimal(held), Decimal(added)) == expected


def test_crypto_prices_and_fees_name_their_currency() -> None:
    """The fee is in its own cell's currency; movements carry the coin."""
    statement = cases.parse(CRYPTO)
    assert cases.rows(statement) == [
        (2, "SOL", "EUR", "buy", "2.5", "1140.25", "4.2", "EUR", "1", "2024-01-05T22:10:57.000000"),
        (3, "SOL", "EUR", "sell", "1", "1200", "1.8", "EUR", "1", "2024-02-05T09:05:00.000000"),
    ]
    assert us_cases.others(statement) == [
        (4, "withdrawal", "Send", "SOL", "-0.5"),
        (5, "transfer", "Stake", "SOL", "1"),
        (6, "reward", "Staking reward", "SOL", "0.00002061"),
    ]


def test_broken_cells_are_problems_with_their_place() -> None:
    """A total that contradicts the quantity is an error of the quantity, not a thousand shares."""
    _, problem = us_cases.broken(STOCKS, '"1,5"', '"1,500"')
    assert (problem.line, problem.column, problem.value) == (5, "Quantity", "1,500")
    _, problem = us_cases.broken(CRYPTO, "Jan 5, 2024", "Jan 35, 2024")
    assert (problem.line, problem.column, problem.value) == (2, "Date", "Jan 35, 2024, 10:10:57 PM")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(STOCKS, "revolut-stocks")
    cases.check_rearranged(CRYPTO, "revolut-crypto")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("revolut-stocks")
    cases.check_sniff_survives_garbage("revolut-crypto")

"""Coinbase Pro's fills and account statement."""

from __future__ import annotations

from domain.executions import ExecutionKind
from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

FILLS = cases.payload("coinbasepro-fills/fills.csv")
ACCOUNT = cases.payload("coinbasepro-account/account.csv")


def test_fills_are_read_and_known_by_product_and_trade() -> None:
    """Trade ids count within a product, so that one number in two products is two fills."""
    statement = cases.parse(FILLS)
    assert cases.rows(statement) == [
        (2, "SOL-EUR", "EUR", "buy", "12.5", "95.4", "5.9625", "EUR", None, "2021-09-01T08:00:00.250000"),
        (3, "SOL-EUR", "EUR", "sell", "12.5", "101.2", "6.325", "EUR", None, "2021-09-03T08:00:00.500000"),
        (4, "ADA-BTC", "BTC", "buy", "100", "0.0000545", "0.00002725", "BTC", None, "2021-09-05T10:00:00.000000"),
    ]
    assert statement.executions.identity == ["SOL-EUR/41001", "SOL-EUR/41002", "ADA-BTC/41001"]


def test_rows_of_the_account_become_the_fills_they_are_parts_of() -> None:
    """Two matches and a fee are one fill, with the identity of the fills export; every row is kept."""
    statement = cases.parse(ACCOUNT)
    assert cases.rows(statement) == [
        (3, "SOL-EUR", "EUR", "buy", "12.5", "95.4", "5.9625", "EUR", "1", "2021-09-01T08:00:00.250000"),
        (6, "SOL-BTC", "BTC", "sell", "4", "0.0025", "0", "BTC", "1", "2021-09-05T10:00:00.000000"),
    ]
    assert statement.executions.identity == ["SOL-EUR/41001", "SOL-BTC/50001"]
    assert set(statement.executions.kind.tolist()) == {int(ExecutionKind.PAIRED)}
    assert [row[1:3] for row in us_cases.others(statement)] == [
        ("deposit", "deposit"),
        ("conversion", "match"),
        ("conversion", "match"),
        ("skipped", "fee"),
        ("conversion", "match"),
        ("conversion", "match"),
        ("conversion", "match"),
        ("withdrawal", "withdrawal"),
    ]
    assert statement.rows == 8


def test_match_without_its_other_side_makes_no_fill() -> None:
    """Half of a fill stays a conversion that is part of nothing."""
    others = cases.parse(ACCOUNT).others
    assert [row.line for row in others if row.label == "match" and not row.reason] == [8]


def test_broken_cells_are_problems_with_their_place() -> None:
    """A number that is none and two sides of one sign name line, column and value."""
    _, problem = us_cases.broken(FILLS, "101.2", "1O1.2")
    assert (problem.line, problem.column, problem.value) == (3, "price", "1O1.2")
    _, problem = us_cases.broken(ACCOUNT, "-1192.5", "1192.5")
    assert (problem.line, problem.column, problem.value) == (3, "amount", "12.5")


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(FILLS, "coinbasepro-fills")
    cases.check_rearranged(ACCOUNT, "coinbasepro-account")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("coinbasepro-fills")
    cases.check_sniff_survives_garbage("coinbasepro-account")

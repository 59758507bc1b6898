"""OKX's trading history."""

from __future__ import annotations

from tests.data.brokers.formats import crypto_cases as cases
from tests.data.brokers.formats import us_cases

CONTENT = cases.payload("okx-ledger/trading.csv")
SLUG = "okx-ledger"


def test_two_rows_are_one_fill_in_the_zone_of_the_first_line() -> None:
    """The coin's row is the fill; the fee of either row is its cost; two equal fills stay two."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (10, "SOL-USDT", "USDT", "buy", "2", "135", "0.002", "SOL", "135", "2025-03-03T00:15:00.000000"),
        (8, "SOL-USDT", "USDT", "buy", "2", "135", "0.002", "SOL", "135", "2025-03-03T00:15:00.000000"),
        (6, "SOL-USDT", "USDT", "sell", "1", "141", "0.141", "USDT", "1", "2025-03-04T02:00:00.000000"),
    ]
    assert statement.executions.identity == ["60001", "60003", "60005"]


def test_other_rows_are_kept() -> None:
    """The money's row stands beside its fill; a transfer is one."""
    assert us_cases.others(cases.parse(CONTENT)) == [
        (11, "transfer", "Transfer in", "USDT", "1000"),
        (9, "skipped", "Sell", "USDT", "-270"),
        (7, "skipped", "Sell", "USDT", "-270"),
        (5, "skipped", "Buy", "USDT", "140.859"),
        (4, "transfer", "Transfer out", "SOL", "-1"),
    ]


def test_what_cannot_be_known_is_a_problem_with_its_place() -> None:
    """A contract of unknown size and a fill without its other row name line, column and value."""
    (contract,) = cases.parse(CONTENT).problems
    assert (contract.line, contract.column, contract.value) == (3, "Trade Type", "Swap")
    (opened,) = cases.parse(CONTENT.replace(b"SWAP,Buy,3", b"SWAP,Open long,3")).problems
    assert (opened.line, opened.column, opened.value) == (3, "Trade Type", "Swap")
    halved = cases.parse(CONTENT.replace(b"Spot,SOL-USDT,Buy,141,", b"Spot,SOL-USDT,Buy,1410,"))
    assert [(item.line, item.column, item.value) for item in halved.problems[1:]] == [
        (5, "Balance Unit", "USDT"),
        (6, "Balance Unit", "SOL"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, SLUG, header_line=2)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)

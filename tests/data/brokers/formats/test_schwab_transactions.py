"""Charles Schwab transactions."""

from __future__ import annotations

from decimal import Decimal

import pytest

from domain.instruments import AssetClass
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("schwab-transactions/transactions.csv")


def test_every_trade_becomes_its_fill_oldest_first() -> None:
    """The later date of "as of" wins, dollars and blanks are cut off, ends of options close at 0."""
    assert cases.fills(cases.parse(CONTENT)) == [
        (10, "VTI", "TRADE", "buy", "0.4321", "270.11", "0", "2025-04-30 04:00:00"),
        (9, "F 05/16/2025 10.00 P", "TRADE", "sell", "3", "0.25", "1.98", "2025-05-01 04:00:00"),
        (8, "XLE 05/16/2025 95.00 C", "TRADE", "buy", "2", "0.5", "1.32", "2025-05-01 04:00:00"),
        (7, "T 06/20/2025 27.50 C", "TRADE", "buy", "1", "0.95", "0.66", "2025-05-02 04:00:00"),
        (6, "T 06/20/2025 27.50 C", "TRADE", "sell", "1", "1.05", "0.66", "2025-05-02 04:00:00"),
        (5, "XLE 05/16/2025 95.00 C", "EXPIRY", "sell", "2", "0", "0", "2025-05-16 04:00:00"),
        (4, "F", "TRADE", "buy", "300", "10", "0", "2025-05-16 04:00:00"),
        (3, "F 05/16/2025 10.00 P", "ASSIGNMENT", "buy", "3", "0", "0", "2025-05-16 04:00:00"),
    ]


def test_other_actions_keep_the_brokers_word() -> None:
    """The footer has no action."""
    assert cases.others(cases.parse(CONTENT)) == [
        (15, "summary", "", "", "-1534.33"),
        (14, "deposit", "Wire Received", "", "1500"),
        (13, "fee", "Service Fee", "", "-15"),
        (12, "split", "Stock Split", "ABC", None),
        (11, "dividend", "Reinvest Dividend", "VTI", "116.71"),
        (5, "option_event", "Expired", "XLE 05/16/2025 95.00 C", None),
        (3, "option_event", "Assigned", "F 05/16/2025 10.00 P", None),
    ]


def test_options_have_terms_and_size() -> None:
    """The symbol spells the contract."""
    found = {item.symbol: item for item in cases.parse(CONTENT).executions.instruments}
    option = found["T 06/20/2025 27.50 C"]
    assert option.option is not None
    assert (option.asset_class, option.multiplier, option.option.underlying) == (AssetClass.OPTION, Decimal(100), "T")


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "value"),
    [
        ('"$270.11"', '"$27O.11"', 10, "Price", "$27O.11"),
        ('"05/02/2025","Sell', '"02.05.2025","Sell', 6, "Date", "02.05.2025"),
        ('"T 06/20/2025 27.50 C"', '"T"', 6, "Symbol", "T"),
        ('"Reinvest Shares"', '"Swap Shares"', 10, "Action", "Swap Shares"),
    ],
)
def test_broken_cell_is_a_problem_of_its_row(old: str, new: str, line: int, column: str, value: str) -> None:
    """Unknown trades and unreadable cells are told, never guessed."""
    statement, problem = cases.broken(CONTENT, old, new)
    assert (problem.line, problem.column, problem.value) == (line, column, value)
    assert statement.rows == 13


def test_columns_in_another_order_change_nothing() -> None:
    """Columns are found by name."""
    body = b"".join(CONTENT.splitlines(keepends=True)[:-1])
    cases.check_rearranged(body, "schwab-transactions", header_line=2)


def test_same_file_gives_the_same_identities() -> None:
    """Two equal rows are two fills with ordinals."""
    line = CONTENT.splitlines(keepends=True)[9]
    twice = cases.parse(CONTENT.replace(line, line + line)).executions.identity
    once = cases.parse(CONTENT).executions.identity
    assert set(twice) - set(once) == {once[0].removesuffix(":1") + ":2"}


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("schwab-transactions")

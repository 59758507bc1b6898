"""thinkorswim statements."""

from __future__ import annotations

from decimal import Decimal

from domain.instruments import AssetClass
from tests.data.brokers.formats import us_cases as cases

ACCOUNT = cases.payload("thinkorswim-statement/account.csv")
CASH = cases.payload("thinkorswim-statement/cash_only.csv")
HISTORY = cases.payload("thinkorswim-statement/trade_history.csv")
TODAY = cases.payload("thinkorswim-statement/todays_activity.csv")


def test_fills_come_from_the_trade_history_and_fees_from_the_cash_rows() -> None:
    """Legs share their order's time, its first leg bears the fee; the removal closes the written put."""
    assert cases.fills(cases.parse(ACCOUNT)) == [
        (25, "AMD", "TRADE", "buy", "100", "100.5", "0", "2025-03-03 14:31:02"),
        (24, "AMD", "TRADE", "sell", "100", "101.25", "0.03", "2025-03-03 14:45:00"),
        (23, "SPY 21 MAR 25 545 PUT", "TRADE", "buy", "1", "1.9", "0", "2025-03-04 15:00:00"),
        (22, "SPY 21 MAR 25 550 PUT", "TRADE", "sell", "1", "3.1", "1.34", "2025-03-04 15:00:00"),
        (21, "SPY 21 MAR 25 530 PUT", "TRADE", "sell", "2", "0.85", "1.35", "2025-03-10 15:00:00"),
        (11, "SPY 21 MAR 25 530 PUT", "EXPIRY", "buy", "2", "0", "0", "2025-03-21 21:00:00"),
    ]


def test_orders_cash_and_profits_are_other_rows() -> None:
    """A cash row of a fill is skipped with its reason; a rejected order keeps the first word of its status."""
    statement = cases.parse(ACCOUNT)
    assert cases.others(statement) == [
        (17, "order", "REJECTED", "AMD", None),
        (16, "order", "continuation", "", None),
        (15, "order", "FILLED", "AMD", None),
        (5, "summary", "BAL", "", None),
        (6, "skipped", "TRD", "", "-10050"),
        (7, "skipped", "TRD", "", "10125"),
        (8, "skipped", "TRD", "", "120"),
        (9, "skipped", "TRD", "", "170"),
        (10, "dividend", "DOI", "", "12"),
        (11, "option_event", "RAD", "", "0"),
        (29, "summary", "Profits and Losses", "AMD", None),
    ]
    assert (statement.account_hint, statement.notes) == ("555000111SCHW", ())


def test_fee_without_a_fill_is_told() -> None:
    """No fee is lost silently."""
    statement = cases.parse(ACCOUNT.replace(b"3/3/25 09:45:00,STOCK", b"3/3/25 09:45:01,STOCK"))
    assert statement.notes == ("Fees of 1 cash rows (0.03) belong to no fill of this file and were not counted.",)


def test_cash_rows_are_fills_when_there_are_no_others() -> None:
    """A spread has one net price for several legs and stays an other row; the reference identifies a fill."""
    statement = cases.parse(CASH)
    assert cases.fills(statement) == [
        (3, "NVDA 100 17 APR 25 110 CALL", "TRADE", "buy", "2", "3.05", "1.34", "2025-04-01 13:31:00"),
        (5, "NVDA 100 17 APR 25 110 CALL", "EXPIRY", "sell", "2", "0", "0", "2025-04-17 21:00:00"),
    ]
    assert statement.executions.identity[0] == "700001"
    assert [row[1:3] for row in cases.others(statement)] == [
        ("skipped", "spread parent (needs 2 legs)"),
        ("option_event", "RAD"),
        ("withdrawal", "EFN"),
    ]


def test_filled_orders_are_fills_when_there_is_nothing_else() -> None:
    """A limit order has its price; a market order does not and is a problem."""
    statement = cases.parse(TODAY)
    assert cases.fills(statement) == [
        (3, "KO 20 JUN 25 70 CALL", "TRADE", "buy", "1", "0.95", "0", "2025-05-01 16:40:29")
    ]
    (problem,) = statement.problems
    assert (problem.line, problem.column, problem.value) == (4, "Price", "~")
    assert [row[2] for row in cases.others(statement)] == ["WORKING", "continuation"]


def test_futures_have_their_size() -> None:
    """A micro contract is worth 5 dollars a point; a four-digit year is read."""
    statement = cases.parse(HISTORY)
    future = statement.executions.instruments[0]
    assert (future.symbol, future.asset_class, future.multiplier) == ("/MESM25", AssetClass.FUTURE, Decimal(5))
    assert cases.fills(statement)[0][-1] == "2025-04-03 13:35:00"


def test_broken_cell_is_a_problem_of_its_row() -> None:
    """Line, column and value are named."""
    _, problem = cases.broken(HISTORY, "70.11,70.11", "7O.11,70.11")
    assert (problem.line, problem.column, problem.value) == (4, "Price", "7O.11")


def test_unknown_future_is_a_problem() -> None:
    """A contract size is never assumed."""
    _, problem = cases.broken(HISTORY, "TO OPEN,/MESM25", "TO OPEN,/QQXM25")
    assert (problem.line, problem.value) == (2, "/QQXM25")


def test_columns_in_another_order_change_nothing() -> None:
    """Columns are found by name."""
    cases.check_rearranged(HISTORY, "thinkorswim-statement")


def test_same_file_gives_the_same_identities() -> None:
    """Reading is repeatable."""
    assert cases.parse(ACCOUNT).executions.identity == cases.parse(ACCOUNT).executions.identity


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("thinkorswim-statement")

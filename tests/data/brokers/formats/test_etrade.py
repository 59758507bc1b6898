"""E*TRADE's transactions and activity downloads."""

from __future__ import annotations

from decimal import Decimal

from tests.data.brokers.formats import us_cases as cases

ACTIVITY = cases.payload("etrade/activity.csv")
TRANSACTIONS = cases.payload("etrade/transactions.csv")
CALL = "CALL PEP 03/05/26 180.000"


def test_activity_becomes_fills_oldest_first() -> None:
    """The option is known by its description; an expiry buys back what was sold short."""
    statement = cases.parse(ACTIVITY)
    assert cases.fills(statement) == [
        (8, "KO", "TRADE", "buy", "10", "70.25", "0", "2026-03-02 05:00:00"),
        (7, CALL, "TRADE", "sell", "2", "0.45", "1.3", "2026-03-03 05:00:00"),
        (6, "KO", "TRADE", "sell", "10", "71.5", "0.05", "2026-03-04 05:00:00"),
        (5, CALL, "EXPIRY", "buy", "2", "0", "0", "2026-03-05 05:00:00"),
    ]
    option = statement.executions.instruments[1]
    assert option.option is not None
    assert (option.multiplier, option.option.underlying) == (Decimal(100), "PEP")
    assert statement.account_hint == "XXXX-4321"


def test_other_rows_keep_the_brokers_word() -> None:
    """A dividend and the end of an option are no trades."""
    assert cases.others(cases.parse(ACTIVITY)) == [
        (5, "option_event", "Option Expired", "PEP", None),
        (4, "dividend", "Qualified Dividend", "KO", "5.1"),
    ]


def test_older_layout_adds_commission_and_fees() -> None:
    """Both columns are costs; a transfer of cash stays cash."""
    statement = cases.parse(TRANSACTIONS)
    assert [row[1:7] for row in cases.fills(statement)] == [
        ("PEP", "TRADE", "buy", "4", "165.1", "4.95"),
        ("PEP", "TRADE", "sell", "4", "168", "4.97"),
    ]
    assert cases.others(statement) == [(4, "transfer", "Transfer", "", "500")]


def test_broken_cells_are_told_with_their_place() -> None:
    """A number that is none, a date that does not exist, and money that does not fit quantity and price."""
    for old, new, place in (
        ("10,70.25", "ten,70.25", (8, "Quantity #", "ten")),
        ("03/04/26,03/04/26", "03/34/26,03/04/26", (6, "Activity/Trade Date", "03/34/26")),
        ("714.95", "7149.50", (6, "Amount $", "7149.50")),
    ):
        _, problem = cases.broken(ACTIVITY, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(ACTIVITY, "etrade", header_line=3)
    cases.check_rearranged(TRANSACTIONS, "etrade")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("etrade")


def test_joined_column_names_are_read() -> None:
    """The layout without blanks in its headers, newest row first."""
    lines = (
        "TransactionDate,TransactionType,SecurityType,Symbol,Quantity,Amount,Price,Commission,Description",
        "03/05/26,Sold,EQ,KO,-10,714.95,71.5,0,COCA COLA CO",
        "03/02/26,Bought,EQ,KO,10,-702.5,70.25,0,COCA COLA CO",
    )
    assert [row[:6] for row in cases.fills(cases.parse("\n".join(lines).encode()))] == [
        (3, "KO", "TRADE", "buy", "10", "70.25"),
        (2, "KO", "TRADE", "sell", "10", "71.5"),
    ]

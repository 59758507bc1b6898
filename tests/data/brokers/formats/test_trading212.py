"""Trading 212's history."""

from __future__ import annotations

from decimal import Decimal

from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("trading212-history/history.csv")
SLUG = "trading212-history"


def test_trades_carry_their_costs_and_the_rate_of_the_row() -> None:
    """Costs of any column count once; the row's total proves the rate; pence become pounds."""
    statement = cases.parse(CONTENT)
    assert cases.rows(statement) == [
        (3, "KO", "USD", "buy", "10", "70", "0.84", "GBP", "1.25", "2025-02-03T14:30:01.250000"),
        (4, "ULVR", "GBP", "buy", "20", "45", "4.5", "GBP", None, "2025-02-04T09:00:00.000000"),
        (5, "ULVR", "GBP", "sell", "20", "46", "0", "GBP", None, "2025-03-04T09:00:00.000000"),
    ]
    assert statement.executions.identity == ["EOF100001", "EOF100002", "EOF100003"]
    assert statement.notes == ("Prices in GBX (pence) are stored in GBP.",)


def test_other_rows_keep_kind_amount_and_ratio() -> None:
    """Withdrawals are negative, a split knows its ratio, and a row of another column order is not misread."""
    others = cases.parse(CONTENT).others
    assert [(row.line, row.kind, row.label, row.amount) for row in others] == [
        (2, OtherKind.DEPOSIT, "Deposit", Decimal(2500)),
        (6, OtherKind.DIVIDEND, "Dividend (Dividend)", Decimal("3.47")),
        (7, OtherKind.CORPORATE_ACTION, "Stock split close", Decimal(576)),
        (8, OtherKind.SPLIT, "Stock split open", Decimal(576)),
        (9, OtherKind.WITHDRAWAL, "Withdrawal", Decimal(-100)),
        (10, OtherKind.TRANSFER, "Transfer out", None),
    ]
    assert others[3].ratio == (Decimal(20), Decimal(10))
    assert "'No. of shares'" in others[5].reason


def test_costs_in_two_currencies_meet_by_the_rate_of_the_row() -> None:
    """A stamp duty in dollars beside a fee in pounds becomes one cost in dollars."""
    content = CONTENT.replace(b'560.84,"GBP",,,,,0.84,"GBP"', b'560.84,"GBP",,,0.50,"USD",0.84,"GBP"')
    assert cases.rows(cases.parse(content))[0][5:9] == ("70", "1.55", "USD", None)


def test_rate_the_other_way_round_is_recognised() -> None:
    """When the total shows that the rate is account per price currency, it is turned."""
    content = CONTENT.replace(b"70.00,USD,1.25000", b"70.00,USD,0.80000")
    assert cases.rows(cases.parse(content))[0][8] == "1.25"


def test_broken_cells_are_problems_with_their_place() -> None:
    """A trade written in another order of columns and a bad time are problems of their rows."""
    content = CONTENT.replace(b",EOF100002,20.0000000000,4500.00", b",20.0000000000,EOF100002,4500.00").replace(
        b"2025-03-04 09:00:00.000", b"2025-13-04 09:00:00.000"
    )
    assert [(item.line, item.column, item.value) for item in cases.parse(content).problems] == [
        (4, "No. of shares", "EOF100002"),
        (5, "Time", "2025-13-04 09:00:00.000"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    content = b"\n".join(CONTENT.split(b"\n")[:-2]) + b"\n"
    cases.check_rearranged(content, SLUG)


def test_missing_id_column_falls_back_to_the_row_itself() -> None:
    """Old exports without ids still import, and twice gives the same identities."""
    content = CONTENT.replace(b",ID,", b",Remark,")
    first, second = cases.parse(content), cases.parse(content)
    assert first.executions.identity == second.executions.identity
    assert all(identity.startswith("#1:") for identity in first.executions.identity)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)

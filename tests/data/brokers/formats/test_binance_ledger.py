"""Binance's transaction history."""

from __future__ import annotations

from decimal import Decimal

from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("binance-ledger/history.csv")


def test_every_row_is_a_movement_of_its_coin() -> None:
    """No fill is made up from balance changes; kinds, amounts and remarks are kept."""
    statement = cases.parse(CONTENT)
    assert [(row.line, row.kind, row.amount, row.currency) for row in statement.others] == [
        (2, OtherKind.DEPOSIT, Decimal("100.5"), "EUR"),
        (3, OtherKind.CONVERSION, Decimal("0.005"), "BTC"),
        (4, OtherKind.CONVERSION, Decimal("-100.25"), "EUR"),
        (5, OtherKind.FEE, Decimal("-0.0003"), "BNB"),
        (6, OtherKind.INTEREST, Decimal("1E-8"), "BTC"),
        (7, OtherKind.WITHDRAWAL, Decimal("-0.001"), "BTC"),
        (8, OtherKind.ADJUSTMENT, Decimal("0.1"), "BTC"),
    ]
    assert statement.others[5].description == "Spot · Withdraw fee is included"
    assert (len(statement.executions), statement.rows, statement.problems) == (0, 7, ())
    assert "trade history" in statement.notes[0]


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A change that is no number names line, column and value."""
    statement = cases.parse(CONTENT.replace(b"EUR,100.5", b"EUR,1OO.5"))
    assert [(item.line, item.column, item.value) for item in statement.problems] == [(2, "Change", "1OO.5")]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT.replace(b'""   ', b""), "binance-ledger")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("binance-ledger")

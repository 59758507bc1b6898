"""Coinbase's transactions export."""

from __future__ import annotations

from decimal import Decimal

from domain.statements import OtherKind
from tests.data.brokers.formats import crypto_cases as cases

CONTENT = cases.payload("coinbase-transactions/with_preamble.csv")
OLD = cases.payload("coinbase-transactions/of_2021.csv")


def test_fills_are_read_whatever_their_sign() -> None:
    """A sale with a negative quantity is a sale; currency marks and blank thousands are read."""
    assert cases.rows(cases.parse(CONTENT)) == [
        (8, "SOL", "EUR", "buy", "4", "1140.25", "68.41", "EUR", None, "2025-05-04T08:15:30.000000"),
        (6, "SOL", "EUR", "sell", "2.5", "150.2", "2.25", "EUR", None, "2025-05-06T12:00:00.000000"),
    ]


def test_other_rows_keep_the_brokers_word() -> None:
    """Rewards, transfers, conversions and unheard-of types are kept as what they are."""
    statement = cases.parse(CONTENT)
    assert {row.label: row.kind for row in statement.others} == {
        "Staking Income": OtherKind.REWARD,
        "Deposit": OtherKind.DEPOSIT,
        "Convert": OtherKind.CONVERSION,
        "Send": OtherKind.WITHDRAWAL,
        "Retail Simple Dust": OtherKind.ADJUSTMENT,
    }
    send = next(row for row in statement.others if row.label == "Send")
    assert (send.line, send.amount, send.currency, send.symbol) == (11, Decimal("-0.25"), "ETH", "ETH")
    assert (statement.rows, statement.problems) == (7, ())


def test_layout_of_2021_names_the_currency_in_its_headers() -> None:
    """The oldest layout has no id and no currency column."""
    statement = cases.parse(OLD)
    assert cases.rows(statement) == [
        (2, "BTC", "USD", "buy", "0.01", "50000.1", "7.45", "USD", None, "2021-03-01T10:00:00.000000"),
        (3, "BTC", "USD", "sell", "0.004", "51000", "2.99", "USD", None, "2021-03-02T11:30:00.000000"),
    ]
    assert all(identity.startswith("#1:") for identity in statement.executions.identity)
    assert statement.other_counts == {"Coinbase Earn": 1}


def test_broken_cell_is_a_problem_with_its_place() -> None:
    """A time that is none names line, column and value."""
    statement = cases.parse(CONTENT.replace(b"2025-05-04 08:15:30", b"2025-05-44 08:15:30"))
    places = [(item.line, item.column, item.value) for item in statement.problems]
    assert places == [(8, "Timestamp", "2025-05-44 08:15:30 UTC")]


def test_purchase_of_a_negative_quantity_is_refused() -> None:
    """Type and sign that contradict each other are never resolved silently."""
    statement = cases.parse(CONTENT.replace(b"Buy,SOL,4,", b"Buy,SOL,-4,"))
    assert [(item.line, item.column) for item in statement.problems] == [(8, "Quantity Transacted")]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "coinbase-transactions", header_line=5)
    cases.check_rearranged(OLD, "coinbase-transactions")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("coinbase-transactions")

"""Charles Schwab realised gain/loss."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("schwab-realized/lots.csv")


def test_closed_lot_is_a_round_trip_and_two_paired_executions() -> None:
    """Bought on the opening day, sold on the closing one; no trade is counted."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (5, "PEP", "PAIRED", "buy", "10", "150", "0", "2025-01-10 05:00:00"),
        (5, "PEP", "PAIRED", "sell", "10", "140", "0", "2025-04-15 04:00:00"),
        (4, "T 06/20/2025 27.50 C", "PAIRED", "buy", "2", "0.95", "0", "2025-05-01 04:00:00"),
        (4, "T 06/20/2025 27.50 C", "PAIRED", "sell", "2", "1.05", "0", "2025-05-02 04:00:00"),
        (3, "KO", "PAIRED", "buy", "50", "70", "0", "2025-04-01 04:00:00"),
        (3, "KO", "PAIRED", "sell", "50", "72.1", "0", "2025-05-20 04:00:00"),
    ]
    assert cases.others(statement) == [
        (6, "summary", "footer", "", None),
        (5, "round_trip", "round trip", "PEP", "0"),
        (4, "round_trip", "round trip", "T 06/20/2025 27.50 C", "20"),
        (3, "round_trip", "round trip", "KO", "105"),
    ]
    assert statement.rows == 4


def test_gain_that_does_not_follow_is_a_problem() -> None:
    """A contract of another size shows in the gain; a wash sale explains a difference."""
    _, problem = cases.broken(CONTENT, '"$20.00"', '"$0.20"')
    assert (problem.line, problem.column, problem.value) == (4, "Gain/Loss ($)", "$0.20")


def test_missing_date_is_a_problem() -> None:
    """A row without its closing day is no footer."""
    _, problem = cases.broken(CONTENT, '"05/20/2025"', '""')
    assert (problem.line, problem.column) == (3, "Closed Date")


def test_columns_in_another_order_change_nothing() -> None:
    """Columns are found by name."""
    cases.check_rearranged(CONTENT, "schwab-realized", header_line=2)


def test_sniff_survives_garbage() -> None:
    """No bytes make the sniffing raise or claim."""
    cases.check_sniff_survives_garbage("schwab-realized")

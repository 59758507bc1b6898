"""Tiger Brokers' trade history."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("tiger-history/history.csv")


def test_rows_become_fills_oldest_first() -> None:
    """The time names its own offset; costs of two columns are negative cash."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (4, "KO", "TRADE", "buy", "5", "70.1", "0.99", "2026-03-06 14:31:05"),
        (3, "KO", "TRADE", "sell", "5", "70.6", "1.01", "2026-03-06 14:45:10"),
        (2, "PEP260320P00150000", "TRADE", "sell", "1", "1.25", "1.04", "2026-03-09 14:00:00"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [1, 100]


def test_broken_cells_are_told_with_their_place() -> None:
    """An unknown kind of security, an impossible time and an amount of another size."""
    for old, new, place in (
        ('EQUITY,2026/03/06,"09:45', 'MAGIC,2026/03/06,"09:45', (3, "Type", "MAGIC")),
        ("09:31:05,GMT-05", "29:31:05,GMT-05", (4, "Time", "29:31:05,GMT-05")),
        ("125.0000000000", "1.2500000000", (2, "Gross Amount", "1.2500000000")),
        ("PEP260320P00150000", "PEP PUT", (2, "Symbol", "PEP PUT")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "tiger-history")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tiger-history")

"""Lightspeed's trades."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("lightspeed/trades.csv")


def test_rows_become_fills_with_every_fee_column() -> None:
    """Times are New York's on both sides of the clock change; the day belongs to the trade number."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "KO", "TRADE", "buy", "50", "70.1", "1.02", "2026-03-06 14:31:05"),
        (3, "KO", "TRADE", "sell", "50", "70.6", "1.09", "2026-03-06 14:45:10"),
        (4, "PEP   260320P00150000", "TRADE", "sell", "1", "1.25", "0.61", "2026-03-09 14:00:00"),
    ]
    assert statement.executions.identity == ["03/06/2026/501", "03/06/2026/502", "03/09/2026/503"]
    assert [item.multiplier for item in statement.executions.instruments] == [1, 100]


def test_broken_cells_are_told_with_their_place() -> None:
    """A side that is none, an impossible time and a principal of another size."""
    for old, new, place in (
        ("KO,B,50", "KO,X,50", (2, "Side", "X")),
        ("09:45:10", "29:45:10", (3, "Execution Time", "29:45:10")),
        ("-125.00", "-1.25", (4, "Principal Amount", "-1.25")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "lightspeed")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("lightspeed")

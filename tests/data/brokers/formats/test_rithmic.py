"""Rithmic's performance."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("rithmic/performance.csv")


def test_tables_of_two_contracts_become_pairs() -> None:
    """The line above each table names its contract, the first line of the file the account."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (4, "MESM6", "PAIRED", "buy", "2", "5800.25", "0", "2026-03-06 14:31:00"),
        (4, "MESM6", "PAIRED", "sell", "2", "5802.25", "2.4", "2026-03-06 14:45:00"),
        (7, "MNQM6", "PAIRED", "sell", "1", "20500", "0", "2026-03-09 17:02:03"),
        (7, "MNQM6", "PAIRED", "buy", "1", "20510", "1.2", "2026-03-09 17:05:00"),
    ]
    assert (statement.account_hint, statement.rows) == ("DEMO-007", 2)


def test_trade_below_the_wrong_contract_is_a_problem() -> None:
    """Its own profit says that it is not of that contract."""
    _, problem = cases.broken(CONTENT, "\nMNQM6\n", "\nMESM6\n")
    assert (problem.line, problem.column, problem.value) == (7, "Trade P&L", "-20.00")
    assert "-50.00 at 5 a point" in problem.reason


def test_broken_cells_are_told_with_their_place() -> None:
    """A side that is none, an impossible time, and a table without a contract."""
    for old, new, place in (
        ("21,S,", "21,X,", (7, "Entry Buy/Sell", "X")),
        ("09:45:00", "09:95:00", (4, "Exit Time", "09:95:00")),
        ("\nMESM6\n", "\n\n", (4, "Symbol", "")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_same_file_has_the_same_identities() -> None:
    """Order numbers and times tell the halves apart."""
    first, second = cases.parse(CONTENT), cases.parse(CONTENT)
    assert first.executions.identity == second.executions.identity
    assert len(set(first.executions.identity)) == 4


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("rithmic-performance")

"""TradeZella's trades."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("tradezella/trades.csv")


def test_trades_become_pairs_with_costs_on_the_exit() -> None:
    """The printed profit proves that MES is the future."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "KO", "PAIRED", "buy", "100", "70.1", "0", "2026-03-06 14:31:00"),
        (2, "KO", "PAIRED", "sell", "100", "70.6", "1.2", "2026-03-06 14:45:00"),
        (3, "MES", "PAIRED", "sell", "2", "5802.25", "0", "2026-03-09 14:00:00"),
        (3, "MES", "PAIRED", "buy", "2", "5800.25", "2.4", "2026-03-09 14:20:00"),
        (4, "KO", "TRADE", "buy", "10", "70.2", "0", "2026-03-09 15:00:00"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [1, 5]
    assert statement.account_hint == "Demo"


def test_bare_root_without_a_proof_is_a_problem() -> None:
    """MES at one price could be a share or the future: nothing is guessed."""
    _, problem = cases.broken(CONTENT, "5802.25,5800.25,20.00", "5800.25,5800.25,0.00")
    assert (problem.line, problem.column, problem.value) == (3, "Symbol", "MES")


def test_broken_cells_are_told_with_their_place() -> None:
    """A side that is none, an impossible time and a missing price."""
    for old, new, place in (
        ("KO,Long,100", "KO,Up,100", (2, "Side", "Up")),
        ("10:20:00", "10:99:00", (3, "Close Time", "10:99:00")),
        ("70.10,70.60", ",70.60", (2, "Entry Price", "")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(CONTENT, "tradezella")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tradezella")

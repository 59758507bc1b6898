"""TradeZero's trades."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("tradezero/trades.csv")


def test_rows_become_fills_with_costs_of_seven_columns() -> None:
    """A rebate reduces the costs; sold short and bought to cover are sides; options have 100 shares."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "KO", "TRADE", "sell", "100", "70.5", "0.86", "2026-03-06 14:47:59"),
        (3, "KO", "TRADE", "buy", "100", "70.2", "1.33", "2026-03-06 14:48:22"),
        (4, "PEP260320P00150000", "TRADE", "buy", "2", "1.25", "1", "2026-03-09 18:01:00"),
    ]
    assert [item.multiplier for item in statement.executions.instruments] == [1, 100]
    assert statement.account_hint == "TZ001"


def test_broken_cells_are_told_with_their_place() -> None:
    """A side that is none, a date that does not exist and proceeds of another size."""
    for old, new, place in (
        (",SS,", ",SX,", (2, "Side", "SX")),
        ("03/09/2026,03", "03/39/2026,03", (4, "T/D", "03/39/2026")),
        ("-7020.00", "-702.00", (3, "Gross Proceeds", "-702.00")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "tradezero")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tradezero")

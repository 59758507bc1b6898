"""cTrader's history."""

from __future__ import annotations

from domain.instruments import AssetClass
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("ctrader-history/history.csv")
SLUG = "ctrader-history"


def test_trades_become_pairs_at_the_offset_of_the_header() -> None:
    """Days come first; a position closed in parts gives a pair for each; costs are negative cash."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "EURUSD", "PAIRED", "buy", "0.1", "1.085", "0", "2026-03-06 09:30:00"),
        (2, "EURUSD", "PAIRED", "sell", "0.1", "1.0875", "0.7", "2026-03-06 11:15:20"),
        (3, "XAUUSD", "PAIRED", "sell", "0.2", "2650.1", "0", "2026-03-09 08:00:00"),
        (3, "XAUUSD", "PAIRED", "buy", "0.2", "2640.1", "1.25", "2026-03-09 12:30:00"),
        (4, "XAUUSD", "PAIRED", "sell", "0.1", "2650.1", "0", "2026-03-09 08:00:00"),
        (4, "XAUUSD", "PAIRED", "buy", "0.1", "2655.1", "0.75", "2026-03-09 13:30:00"),
        (5, "XAGUSD", "PAIRED", "buy", "1500", "31.2", "0", "2026-03-10 07:15:00"),
        (5, "XAGUSD", "PAIRED", "sell", "1500", "31.5", "3.25", "2026-03-12 14:00:00"),
    ]
    assert len(set(statement.executions.identity)) == 8


def test_unit_and_profit_tell_the_size() -> None:
    """A lot of EURUSD is 100,000, of gold 100 as its profits prove; ounces are themselves."""
    instruments = cases.parse(CONTENT).executions.instruments
    assert [item.multiplier for item in instruments] == [100_000, 100, 1]
    assert [item.asset_class for item in instruments] == [AssetClass.FOREX, AssetClass.CFD, AssetClass.CFD]


def test_broken_cells_are_told_with_their_place() -> None:
    """A side, a quantity and a day that are none, and one symbol counted in two units."""
    for old, new, place in (
        ("EURUSD,Buy", "EURUSD,Hold", (2, "Opening Direction", "Hold")),
        ("0.10 Lots,-0.70", "some Lots,-0.70", (2, "Closing Quantity", "some Lots")),
        ("12/03/2026 16:00:00", "12/33/2026 16:00:00", (5, "Closing Time (UTC+2)", "12/33/2026 16:00:00")),
        ("0.10 Lots,-0.75", "10 Oz,-0.75", (4, "Closing Quantity", "10 Oz")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_profit_that_proves_no_size_is_a_problem() -> None:
    """Gold at profits no usual lot explains has no known size."""
    problems = cases.parse(CONTENT.replace(b"200.00,198.75", b"170.00,168.75")).problems
    assert [(item.line, item.column, item.value) for item in problems] == [
        (3, "Symbol", "XAUUSD"),
        (4, "Symbol", "XAUUSD"),
    ]


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(CONTENT, SLUG)


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage(SLUG)

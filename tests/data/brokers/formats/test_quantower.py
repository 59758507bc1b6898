"""Quantower's trades."""

from __future__ import annotations

from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("quantower/trades.csv")
PUT = "KO 2026-03-20 70 put"


def test_rows_become_fills_of_the_named_kind() -> None:
    """A cost is what the net lacks of the gross, whichever sign the fee has; a put is told from its description."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "MES", "TRADE", "buy", "2", "5800.25", "1.2", "2026-03-06 14:31:00"),
        (3, "MES", "TRADE", "sell", "2", "5802.25", "1.2", "2026-03-06 14:45:00"),
        (4, PUT, "TRADE", "sell", "1", "1.25", "0.6", "2026-03-09 17:02:03"),
        (5, "BTC/USDT", "TRADE", "buy", "0.25", "60000.5", "0", "2026-03-09 17:05:00"),
    ]
    assert statement.executions.identity == ["T1", "T2", "T3", "T4"]
    instruments = statement.executions.instruments
    assert [item.asset_class.value for item in instruments] == ["future", "option", "crypto"]
    assert [item.multiplier for item in instruments] == [5, 100, 1]
    assert instruments[2].currency == "USDT"


def test_broken_cells_are_told_with_their_place() -> None:
    """A kind and a side that are none, a fee that explains nothing, and an option of no right."""
    for old, new, place in (
        ("Crypto,,", "Magic,,", (5, "Symbol type", "Magic")),
        ("Sell,Limit", "Hold,Limit", (4, "Side", "Hold")),
        ("20.00,-1.20", "20.00,-9.20", (3, "Fee", "-9.20")),
        ("Coca-Cola Put", "Coca-Cola", (4, "Description", "Coca-Cola")),
        ("MES,Micro E-mini S&P,Futures,,,Buy", "QQZ,Micro E-mini S&P,Futures,,,Buy", (2, "Symbol", "QQZ")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing."""
    cases.check_rearranged(CONTENT, "quantower")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("quantower")

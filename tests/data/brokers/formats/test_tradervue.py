"""Tradervue's trades."""

from __future__ import annotations

from decimal import Decimal

from domain.instruments import AssetClass
from tests.data.brokers.formats import us_cases as cases

CONTENT = cases.payload("tradervue/trades.csv")


def test_trades_become_pairs() -> None:
    """A short sells first; a trade without an exit is its entry alone."""
    statement = cases.parse(CONTENT)
    assert cases.fills(statement) == [
        (2, "KO", "PAIRED", "buy", "100", "70.1033", "0", "2026-03-06 14:31:00"),
        (2, "KO", "PAIRED", "sell", "100", "70.6", "0", "2026-03-06 14:45:00"),
        (3, "PEP", "PAIRED", "sell", "40", "165.5", "0", "2026-03-06 15:00:00"),
        (3, "PEP", "PAIRED", "buy", "40", "166", "0", "2026-03-06 15:10:00"),
        (4, "ES", "PAIRED", "buy", "1", "5800.25", "0", "2026-03-09 14:00:00"),
        (4, "ES", "PAIRED", "sell", "1", "5802.25", "0", "2026-03-09 14:20:00"),
        (5, "KO", "TRADE", "buy", "10", "70.2", "0", "2026-03-09 15:00:00"),
    ]
    assert [row[2:] for row in cases.others(statement)] == [
        ("round trip", "KO", "49.67"),
        ("round trip", "PEP", "-20"),
        ("round trip", "ES", "100"),
    ]


def test_profit_tells_a_future_from_a_share_of_the_same_name() -> None:
    """ES at 50 a point is the future, at 1 the share."""
    future = cases.parse(CONTENT).executions.instruments[2]
    share = cases.parse(CONTENT.replace(b"100.00,0,", b"2.00,0,")).executions.instruments[2]
    assert (future.asset_class, future.multiplier) == (AssetClass.FUTURE, Decimal(50))
    assert (share.asset_class, share.multiplier) == (AssetClass.STOCK, Decimal(1))


def test_volume_of_both_halves_is_halved() -> None:
    """When every profit needs half the volume, the volume counts shares bought and sold."""
    doubled = CONTENT.replace(b"L,100,2", b"L,200,2").replace(b"S,40,3", b"S,80,3").replace(b",ES,L,1,", b",ES,L,2,")
    content = doubled.replace(b"5802.25,100.00", b"5802.25,2.00")
    assert [row[4] for row in cases.fills(cases.parse(content))][:6] == ["100", "100", "40", "40", "1", "1"]


def test_broken_cells_are_told_with_their_place() -> None:
    """A side that is none, an impossible day, an end before the beginning and a profit that cannot be."""
    for old, new, place in (
        ("PEP,S,", "PEP,X,", (3, "Side", "X")),
        ("2026-03-06 09:31:00", "2026-03-36 09:31:00", (2, "Open Datetime", "2026-03-36 09:31:00")),
        ("2026-03-06 10:10:00", "2026-03-05 10:10:00", (3, "Exit time", "2026-03-05T15:10:00+00:00")),
        ("-20.00", "-2000.00", (3, "Symbol", "PEP")),
    ):
        _, problem = cases.broken(CONTENT, old, new)
        assert (problem.line, problem.column, problem.value) == place


def test_columns_may_move() -> None:
    """Reordered and added columns change nothing; the same file gives the same identities."""
    cases.check_rearranged(CONTENT, "tradervue")


def test_garbage_is_not_claimed() -> None:
    """Sniffing never raises."""
    cases.check_sniff_survives_garbage("tradervue")

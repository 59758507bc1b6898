"""Trades printed whole, and what their profits prove."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.round_trips import (
    Proof,
    RoundTrip,
    add_round_trip,
    check_proof,
    group_proofs,
    prove_any,
    prove_future,
)
from domain.executions import Side
from domain.instruments import AssetClass


def proof(points: str, *profits: str) -> Proof:
    """Return a proof of texts."""
    return Proof(points=Decimal(points), profits=tuple(map(Decimal, profits)))


def trip(side: Side, *, hours: tuple[int, int] = (10, 11), identity: str = "") -> RoundTrip:
    """Return a trade of two hours with costs of 2."""
    opened, closed = (datetime(2026, 3, 6, hour, tzinfo=UTC) for hour in hours)
    return RoundTrip(
        line=4,
        instrument=prove_any("KO", "USD", ()),
        side=side,
        quantity=Decimal(10),
        entry_price=Decimal(70),
        exit_price=Decimal(71),
        opened=opened,
        closed=closed,
        profit=Decimal(10),
        currency="USD",
        fees=Decimal(2),
        identity=identity,
        fingerprint=("a", "b"),
    )


@pytest.mark.parametrize(("side", "word"), [(Side.BUY, "long"), (Side.SELL, "short")])
def test_trade_becomes_one_row_and_two_halves(side: Side, word: str) -> None:
    """The entry comes first, costs are booked on the exit; the halves have different identities."""
    builder = StatementBuilder("x", "UTC")
    add_round_trip(builder, trip(side))
    statement = builder.build(rows=1)
    batch = statement.executions
    assert list(batch.side) == [side, -side]
    assert [batch.fees.at(0), batch.fees.at(1)] == [0, 2]
    assert len(set(batch.identity)) == 2
    assert [row.description for row in statement.others] == [word]


def test_end_before_the_beginning_is_an_error() -> None:
    """Two swapped columns would turn every long into a short."""
    with pytest.raises(CellError, match="ends before it begins"):
        add_round_trip(StatementBuilder("x", "UTC"), trip(Side.BUY, hours=(11, 10)))


def test_profit_may_be_gross_or_net() -> None:
    """One of the readings has to fit, to the hundredth part."""
    assert proof("10", "47.60", "50.00").fits(Decimal(5))
    assert not proof("10", "47.60").fits(Decimal(5))
    assert not group_proofs([("KO", proof("0", "-2.40"))])


def test_future_has_its_listed_size_or_the_proven_one() -> None:
    """Profits decide where the table ends; profits that disagree prove nothing."""
    assert prove_future("MESM6", "USD", ()).multiplier == 5
    assert prove_future("F.US.MESM6", "USD", (), contract_name="MESM6").multiplier == 5
    unknown = [proof("2", "7.00"), proof("-10", "-35.00")]
    assert prove_future("QQZM6", "EUR", unknown).multiplier == Decimal("3.5")
    assert prove_future("QQZM6", "EUR", [*unknown, proof("1", "90")]).multiplier is None
    assert prove_future("QQZM6", "EUR", ()).multiplier is None


def test_bare_root_is_what_its_profits_say() -> None:
    """ES is a share and a future; without a proof it is neither."""
    assert prove_any("ES", "USD", [proof("2", "100")]).asset_class is AssetClass.FUTURE
    assert prove_any("ES", "USD", [proof("2", "2")]).asset_class is AssetClass.STOCK
    assert prove_any("ES", "USD", ()).multiplier is None
    assert prove_any("KO", "USD", ()).multiplier == 1
    assert prove_any("KO", "USD", [proof("2", "200")]).multiplier is None
    assert prove_any("KO260320P00070000", "USD", ()).multiplier == 100


def test_row_that_contradicts_its_contract_is_an_error() -> None:
    """The message names both figures."""
    future = prove_future("MESM6", "USD", ())
    check_proof(proof("0", "-1"), future, column="Profit", text="-1")
    with pytest.raises(CellError, match="make 50 at 5 a point"):
        check_proof(proof("10", "20"), future, column="Profit", text="20")

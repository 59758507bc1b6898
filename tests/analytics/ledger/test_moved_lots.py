"""Transfers in kind on the ledger itself: quantity and cost are conserved, and two transfers are as good as one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.matching import match
from analytics.ledger.moved_lots import is_moved_away
from analytics.ledger.positions import open_position_at, open_positions
from analytics.ledger.reorganisations import Reorganised, reorganise
from domain.accounts import LotMethod
from domain.columns import ExecutionTable, Matched
from domain.instruments import AssetClass, Instrument
from domain.periods import to_micros
from domain.transfers import Move, TransferId
from tests.analytics.ledger.books import Fill, fill, same_multiplier, table

ITEM = Instrument(symbol="ACME", asset_class=AssetClass.STOCK, currency="USD")
AT = datetime(2026, 3, 2, tzinfo=UTC)
ONE = same_multiplier()
NOTHING = table([])

prices = st.decimals("0.01", "500", places=2)
fees = st.decimals("0", "9.99", places=2)
quantities = st.decimals("0.001", "40", places=3)
buys = st.lists(st.tuples(quantities, prices, fees), min_size=1, max_size=8)


def before(items: list[Fill]) -> ExecutionTable:
    """The fills a second apart, all before the transfer."""
    start = to_micros(AT - timedelta(days=10))
    return table([replace(item, at=start + 1_000_000 * number) for number, item in enumerate(items)])


def leave(rows: ExecutionTable, quantities: list[Decimal], method: LotMethod) -> Reorganised:
    """Some transfers out, one after another at the same instant."""
    moves = [
        Move(id=TransferId(n), instrument=ITEM, effective_at=AT, quantity=quantity)
        for n, quantity in enumerate(quantities, 1)
    ]
    return reorganise(rows, moves, instruments=[ITEM], multipliers=ONE, method=method)


def arrive(made: Reorganised, method: LotMethod) -> Matched:
    """What another account holds after it received everything that left."""
    moves = [
        Move(id=TransferId(key), instrument=ITEM, effective_at=AT, quantity=Decimal(0), lots=lots)
        for key, lots in made.given.items()
    ]
    came = reorganise(NOTHING, moves, instruments=[ITEM], multipliers=ONE, method=method)
    return match(came.tables[0], method=method, multipliers=ONE, carried=came.carried)


def held(matched: Matched) -> tuple[Fraction, Fraction]:
    """Quantity and cost with fees of the open position."""
    positions = open_positions(matched)
    if not len(positions):
        return Fraction(0), Fraction(0)
    found = open_position_at(matched, positions, 0, multiplier=Decimal(1))
    return Fraction(found.quantity), Fraction(found.cost) + Fraction(found.fees)


@given(buys=buys, share=st.integers(1, 100), sold=st.integers(0, 60), method=st.sampled_from(LotMethod))
def test_quantity_and_cost_are_conserved(
    buys: list[tuple[Decimal, Decimal, Decimal]], share: int, sold: int, method: LotMethod
) -> None:
    """What one account loses the other one gains, to the last unit, and nothing is realised by moving it."""
    total = sum((item[0] for item in buys), Decimal(0))
    fills = [fill(1, *item) for item in buys]
    gone = (total * sold / 100).quantize(Decimal("0.001"))
    if gone:
        fills.append(fill(-1, gone, "100", "1"))
    rows = before(fills)
    plain = match(rows, method=method, multipliers=ONE)
    moved = ((total - gone) * share / 100).quantize(Decimal("0.001")) or total - gone
    made = leave(rows, [min(moved, total - gone)], method)
    after = match(made.tables[0], method=method, multipliers=ONE, carried=made.carried)
    other = arrive(made, method)
    quantity, cost = held(plain)
    left, arrived = held(after), held(other)
    assert left[0] + arrived[0] == quantity
    assert float(left[1] + arrived[1]) == pytest.approx(float(cost), abs=1e-9)

    def net(matched: Matched) -> float:
        trades = matched.trades
        return float((trades.gross - trades.fees).sum()) / 10.0 ** int(matched.money_places[0])

    assert net(after) == pytest.approx(net(plain), abs=1e-9)


@given(buys=buys, cut=st.integers(1, 99), method=st.sampled_from(LotMethod))
def test_two_transfers_are_as_good_as_one(
    buys: list[tuple[Decimal, Decimal, Decimal]], cut: int, method: LotMethod
) -> None:
    """Splitting a transfer in two changes neither what stays nor what arrives."""
    total = sum((item[0] for item in buys), Decimal(0))
    rows = before([fill(1, *item) for item in buys])
    wanted = (total * Decimal("0.6")).quantize(Decimal("0.001")) or total
    first = (wanted * cut / 100).quantize(Decimal("0.001"))
    parts = [item for item in (first, wanted - first) if item]
    once, twice = leave(rows, [wanted], method), leave(rows, parts, method)
    stay = [match(made.tables[0], method=method, multipliers=ONE, carried=made.carried) for made in (once, twice)]
    for one, other in ((held(stay[0]), held(stay[1])), (held(arrive(once, method)), held(arrive(twice, method)))):
        assert one[0] == other[0]
        assert float(one[1]) == pytest.approx(float(other[1]), abs=1e-9)


def test_a_short_position_moves_as_well() -> None:
    """Lots sold short leave and arrive short, with what they brought."""
    made = leave(before([fill(-1, 10, 20, 1)]), [Decimal(4)], LotMethod.FIFO)
    (lot,) = made.given[1]
    assert (lot.side, lot.quantity, lot.value, lot.fees) == (-1, Fraction(4), Fraction(80), Fraction(2, 5))
    assert held(arrive(made, LotMethod.FIFO)) == (Fraction(-4), -80 + Fraction(2, 5))


def test_more_than_is_held_moves_what_is_held() -> None:
    """The rest is not made up."""
    made = leave(before([fill(1, 10, 20)]), [Decimal(25)], LotMethod.FIFO)
    assert sum(lot.quantity for lot in made.given[1]) == 10


def test_a_trade_that_ended_by_transfers_alone_is_known() -> None:
    """With a sale in it, it is a trade of the account."""
    for sale, expected in ((0, True), (3, False)):
        fills = [fill(1, 10, 20)] + ([fill(-1, sale, 25)] if sale else [])
        made = leave(before(fills), [Decimal(10 - sale)], LotMethod.FIFO)
        matched = match(made.tables[0], method=LotMethod.FIFO, multipliers=ONE, carried=made.carried)
        ids = np.array(list(made.moves), dtype=np.int64)
        assert is_moved_away(matched, ids).tolist() == [expected]

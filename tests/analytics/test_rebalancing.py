"""Rebalancing: orders that reach targets, limits, cash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.rebalancing import INSIDE, NO_SALE, SMALL, Asset, Rules, rebalance, spread_targets

ASSETS = [Asset(symbol="A", price=10.0, quantity=60), Asset(symbol="B", price=20.0, quantity=10)]


def test_whole_units_reach_the_targets_as_near_as_they_can() -> None:
    """600 and 200 with 200 cash to 50/50: sell 10 A, buy 15 B, nothing is left."""
    found = rebalance(ASSETS, {"A": 0.5, "B": 0.5}, 200.0, Rules())
    assert [(order.symbol, order.quantity) for order in found.orders] == [("A", -10), ("B", 15)]
    assert found.cash_after == pytest.approx(0.0)
    assert [order.after for order in found.orders] == pytest.approx([0.5, 0.5])


def test_what_targets_leave_stays_in_cash() -> None:
    """40 % and 40 %: a fifth stays in cash."""
    found = rebalance(ASSETS, {"A": 0.4, "B": 0.4}, 200.0, Rules())
    assert found.cash_after == pytest.approx(200.0)


def test_fractions_where_the_step_is_none() -> None:
    """Without a step the targets are met exactly."""
    assets = [Asset(symbol="A", price=7.0, quantity=1, step=0.0)]
    found = rebalance(assets, {"A": 1.0}, 10.0, Rules())
    assert found.orders[0].quantity == pytest.approx(10 / 7)


def test_small_orders_bands_and_sales_that_are_off() -> None:
    """Each reason for not trading is told."""
    off = rebalance(ASSETS, {"A": 0.5, "B": 0.5}, 200.0, Rules(only_buy=True)).orders
    assert (off[0].quantity, off[0].reason) == (0, NO_SALE)
    assert off[1].quantity == 10
    near = rebalance(ASSETS, {"A": 0.58, "B": 0.22}, 200.0, Rules(band=0.03)).orders
    assert [order.reason for order in near] == [INSIDE, INSIDE]
    small = rebalance(ASSETS, {"A": 0.59, "B": 0.2}, 200.0, Rules(smallest=50)).orders
    assert (small[0].quantity, small[0].reason) == (0, SMALL)


def test_holdings_without_a_target_are_sold_whole() -> None:
    """Fractions too."""
    assets = [Asset(symbol="A", price=10.0, quantity=2.5), Asset(symbol="B", price=10.0, quantity=0)]
    found = rebalance(assets, {"B": 1.0}, 0.0, Rules())
    assert [order.quantity for order in found.orders] == [-2.5, 2]


def test_nothing_is_done_with_nothing() -> None:
    """An empty or indebted portfolio has no orders."""
    assert rebalance([], {"A": 1.0}, 0.0, Rules()).orders == ()
    assert rebalance(ASSETS, {"A": 1.0}, -900.0, Rules()).orders == ()


def test_targets_of_classes_are_spread_over_their_members() -> None:
    """Within a class the present proportions stay; a new one is divided evenly."""
    members = {"stock": [("A", 300), ("B", 100)], "bond": [("C", 0), ("D", 0)]}
    found = spread_targets({"stock": 0.6, "bond": 0.4}, members)
    assert found == pytest.approx({"A": 0.45, "B": 0.15, "C": 0.2, "D": 0.2})


@given(
    st.lists(st.tuples(st.floats(1, 500), st.integers(0, 300)), min_size=1, max_size=8),
    st.floats(0, 20_000),
    st.lists(st.floats(0.01, 1), min_size=8, max_size=8),
    st.booleans(),
)
def test_cash_is_never_overspent(
    rows: list[tuple[float, int]], cash: float, wishes: list[float], only_buy: bool
) -> None:
    """Whatever is held and wanted: cash stays at or above zero and no holding is sold twice."""
    assets = [Asset(symbol=str(n), price=price, quantity=float(held)) for n, (price, held) in enumerate(rows)]
    scale = sum(wishes[: len(assets)])
    targets = {item.symbol: wish / scale for item, wish in zip(assets, wishes, strict=False)}
    found = rebalance(assets, targets, cash, Rules(only_buy=only_buy))
    assert found.cash_after >= -1e-6
    for item, order in zip(assets, found.orders, strict=False):
        assert item.quantity + order.quantity >= -1e-9
        assert not only_buy or order.quantity >= 0

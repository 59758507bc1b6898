"""Positions by day: paid in full, on margin, without a close, and what each day added to the return."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analytics.daily_values import Fills, carry_forward, contributions, held_value
from analytics.returns import chain_returns, daily_returns


def make(rows: list[tuple[int, float, float]], *, fees: float = 0.0, realised: float = 0.0) -> Fills:
    """Return fills of (day, signed quantity, price); what is realised falls on the last one."""
    day, quantity, price = (np.array(column) for column in zip(*rows, strict=True))
    gained = np.zeros(len(rows))
    gained[-1] = realised
    return Fills(
        row=day.astype(np.int64),
        quantity=quantity.astype(float),
        price=price.astype(float),
        paid=-(quantity * price).astype(float),
        fees=np.full(len(rows), fees),
        realised=gained,
    )


def test_a_share_is_worth_its_close_while_it_is_held() -> None:
    """Value, cash and profit by day; after the sale there is one row of nothing left."""
    closes = np.array([10.0, 11.0, 12.0, 13.0, 14.0])
    found = held_value(make([(1, 2, 10.5), (3, -2, 12.5)], fees=1), closes, multiplier=1, on_margin=False)
    assert found.first == 1
    assert found.value == pytest.approx([22, 24, 0])
    assert found.cash == pytest.approx([-22, 0, 24])
    assert found.profit.sum() == pytest.approx(2 * (12.5 - 10.5) - 2)


def test_what_is_held_on_margin_is_worth_its_open_profit() -> None:
    """Opening moves no cash; the exit moves what it realised; together it is the same profit."""
    closes = np.array([100.0, 103.0, 101.0])
    plain = make([(0, 1, 100.0), (2, -1, 102.0)], fees=2, realised=2 * 50)
    fills = replace(plain, paid=plain.paid * 50)
    found = held_value(fills, closes, multiplier=50, on_margin=True)
    assert found.value == pytest.approx([0, 150, 0])
    assert found.cash == pytest.approx([-2, 0, 98])
    assert found.profit == pytest.approx([-2, 150, -52])


def test_without_a_close_the_last_fill_counts_and_is_told() -> None:
    """Days before the first close are carried, later ones are not."""
    closes = carry_forward(np.array([2]), np.array([8.0]), 4)
    found = held_value(make([(0, 1, 5.0)]), closes, multiplier=1, on_margin=False)
    assert found.value == pytest.approx([5, 5, 8, 8])
    assert found.carried.tolist() == [True, True, False, False]


def test_contributions_of_all_holdings_are_the_return() -> None:
    """Two holdings whose profits make up the portfolio's, with a deposit between."""
    one, two = np.array([10.0, -4.0, 6.0]), np.array([0.0, 5.0, -1.0])
    inflow = np.array([100.0, 50.0, 0.0])
    value = np.cumsum(inflow + one + two)
    returns = daily_returns(value, inflow, np.zeros(3))
    chain = chain_returns(returns)
    before = np.concatenate([[1.0], chain.growth[:-1]])
    parts = [float(contributions(item, returns.capital, before).sum()) for item in (one, two)]
    assert sum(parts) == pytest.approx(chain.total)

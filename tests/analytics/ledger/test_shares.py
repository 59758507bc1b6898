"""Shares of integer amounts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.shares import share_amount, share_rest


@given(
    total=st.integers(-(2**61), 2**61),
    cuts=st.lists(st.integers(0, 2**61), max_size=6),
    quantity=st.integers(1, 2**61),
)
def test_shares_of_all_pieces_add_up_without_overflow(total: int, cuts: list[int], quantity: int) -> None:
    """However an execution is cut, its pieces get the whole, also close to 64 bits."""
    bounds = sorted({0, quantity, *(cut % (quantity + 1) for cut in cuts)})
    upto = np.array(bounds[1:])
    part = np.diff(np.array(bounds))
    same = np.ones(len(upto), dtype=np.int64)
    shares = share_amount(total * same, quantity * same, part, upto)
    assert sum(shares.tolist()) == total
    exact = [total * b // quantity - total * a // quantity for a, b in pairwise(bounds)]
    assert shares.tolist() == exact


def test_a_whole_unit_price_is_shared_exactly() -> None:
    """Where the price is whole, a piece gets price times quantity."""
    quantity, part, upto = np.array([7, 7]), np.array([2, 5]), np.array([2, 7])
    assert share_amount(np.array([21, 21]), quantity, part, upto).tolist() == [6, 15]


def test_the_rest_is_rounded_down() -> None:
    """One unit over three pieces goes to the last."""
    rest, quantity = np.array([1, 1, 1]), np.array([3, 3, 3])
    assert share_rest(rest, quantity, np.array([1, 2, 3])).tolist() == [0, 0, 1]

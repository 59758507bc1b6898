"""Exact shares of an integer amount.

Units [a, b) of an execution of Q units and total T receive g(b) - g(a) with
g(x) = floor(T x / Q): the shares of all its units add up to T, whatever the pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Ints


PRODUCT_LIMIT = 2.0**62
SAFE_QUANTITY = 3_000_000_000  # its square fits 64 bits


def share_rest(rest: Ints, quantity: Ints, upto: Ints) -> Ints:
    """Return floor(rest x upto / quantity) without overflow.

    Args:
        rest: 0 <= rest < quantity.
        quantity: Units of each execution, > 0.
        upto: 0 <= upto <= quantity.
    """
    if quantity.dtype == object or not len(quantity) or quantity.max() < SAFE_QUANTITY:
        return rest * upto // quantity
    large = rest.astype(np.float64) * upto.astype(np.float64) >= PRODUCT_LIMIT
    result = np.where(large, 0, rest) * np.where(large, 0, upto) // quantity
    rows = np.flatnonzero(large)
    columns = (rest[rows].tolist(), upto[rows].tolist(), quantity[rows].tolist())
    result[rows] = [a * b // c for a, b, c in zip(*columns, strict=True)]
    return result


def share_amount(total: Ints, quantity: Ints, part: Ints, upto: Ints) -> Ints:
    """Return the share of units [upto - part, upto) of executions of `quantity` units and `total`."""
    if object in (total.dtype, quantity.dtype):
        total, quantity = total.astype(object), quantity.astype(object)
    unit = total // quantity
    rest = total - unit * quantity
    shares: Ints = unit * part + share_rest(rest, quantity, upto) - share_rest(rest, quantity, upto - part)
    return shares

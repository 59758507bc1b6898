"""First in, first out, without a loop.

Within one instrument the k-th unit bought is always paired with the k-th unit sold, whichever
came first, shorts and flips included. So the pieces lie between the joint breakpoints of two
cumulative quantity curves, and matching is a merge of two sorted arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.fills import Fills
from analytics.ledger.pieces import Pieces

if TYPE_CHECKING:
    from domain.columns import Bools, Ints


def pair_first_in(fills: Fills) -> Pieces:
    """Pair buys and sells of every group, first in, first out.

    Args:
        fills: Rows in book order; all quantities together fit their integers.

    Returns:
        Pieces ordered by closing row.
    """
    is_buy = fills.side > 0
    buys, sells = np.flatnonzero(is_buy), np.flatnonzero(~is_buy)
    if not len(buys) or not len(sells):
        empty = np.zeros(0, dtype=np.int64)
        return Pieces(open_row=empty, close_row=empty, quantity=empty, open_upto=empty, close_upto=empty)
    line = _Line.draw(fills, is_buy)
    buy_ends, sell_ends = line.ends[buys], line.ends[sells]
    ends = _merge(buy_ends, sell_ends)
    quantity = np.diff(ends, prepend=ends[:1] * 0)
    if line.has_open:
        paired = line.is_paired(ends)
        ends, quantity = ends[paired], quantity[paired]
    bought, sold = buys[np.searchsorted(buy_ends, ends)], sells[np.searchsorted(sell_ends, ends)]
    open_row, close_row = np.minimum(bought, sold), np.maximum(bought, sold)
    used = fills.quantity - line.ends
    return Pieces(
        open_row=open_row,
        close_row=close_row,
        quantity=quantity,
        open_upto=ends + used[open_row],
        close_upto=ends + used[close_row],
    )


def _merge(left: Ints, right: Ints) -> Ints:
    """Merge two ascending arrays into their distinct values."""
    both = np.concatenate([left, right])
    both.sort(kind="stable")
    keep = np.append(True, both[1:] != both[:-1])
    merged: Ints = both[keep]
    return merged


class _Line:
    """A number line on which each group has a stretch of its own, as long as its larger side.

    Attributes:
        ends: Where each row's quantity ends on the line, buys and sells counted apart.
        has_open: Whether any group ends with an open position.
    """

    __slots__ = ("ends", "has_open", "paired_upto", "start")

    def __init__(self, ends: Ints, start: Ints, paired_upto: Ints, *, has_open: bool) -> None:
        self.ends = ends
        self.start = start
        self.paired_upto = paired_upto
        self.has_open = has_open

    @classmethod
    def draw(cls, fills: Fills, is_buy: Bools) -> _Line:
        """Lay all groups out side by side."""
        bought = np.cumsum(np.where(is_buy, fills.quantity, 0))
        sold = np.cumsum(fills.quantity) - bought
        last = np.append(fills.first[1:], len(fills)) - 1
        bought_upto, sold_upto = bought[last], sold[last]
        group_bought = np.diff(bought_upto, prepend=bought_upto[:1] * 0)
        group_sold = np.diff(sold_upto, prepend=sold_upto[:1] * 0)
        longer = np.maximum(group_bought, group_sold)
        start = np.cumsum(longer) - longer
        buy_shift = np.repeat(start - bought_upto + group_bought, fills.sizes)
        sell_shift = np.repeat(start - sold_upto + group_sold, fills.sizes)
        ends = np.where(is_buy, bought + buy_shift, sold + sell_shift)
        paired_upto = start + np.minimum(group_bought, group_sold)
        return cls(ends, start, paired_upto, has_open=bool((group_bought != group_sold).any()))

    def is_paired(self, ends: Ints) -> Bools:
        """Whether each piece lies where both sides have quantity."""
        # A piece belongs to a group by its end: +1 where a paired stretch begins, -1 where it stops.
        steps = np.zeros(len(ends) + 1, dtype=np.int32)
        np.add.at(steps, np.searchsorted(ends, self.start, side="right"), 1)
        np.add.at(steps, np.searchsorted(ends, self.paired_upto, side="right"), -1)
        return np.cumsum(steps[:-1]) > 0

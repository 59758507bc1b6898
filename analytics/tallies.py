"""What a few trades made together: how many, their sum, their mean R."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from domain.playbooks import Tally

if TYPE_CHECKING:
    from domain.columns import Floats


def tally(profit: Floats, risk: Floats) -> Tally:
    """Add up closed trades.

    Args:
        profit: P&L of each trade in money, float64.
        risk: Initial risk of each in the same money, NaN where there is none.

    Returns:
        The mean R is None when no trade has an initial risk.

    **Source:** Van Tharp, *Trade Your Way to Financial Freedom*: R = profit / initial risk.
    """
    known = risk > 0
    with_r = int(np.count_nonzero(known))
    return Tally(
        trades=len(profit),
        wins=int(np.count_nonzero(profit > 0)),
        net=float(profit.sum()),
        mean_r=float((profit[known] / risk[known]).mean()) if with_r else None,
        with_r=with_r,
    )

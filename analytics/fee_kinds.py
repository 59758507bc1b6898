"""What realised fees were for: the charges of executions, shared out to the exits they belong to.

An execution's charges go to the trades it opens and closes pro rata of quantity, as its fees do, and count when the
quantity is closed: so the kinds of the exits add up to the fees of the exits, and what no file tells apart is the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from domain.charge_kinds import ChargeKind
from domain.columns import ChargeTable

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

UNTOLD, ESTIMATED = "untold", "estimated"
ESTIMATE = 0
"""Kind of an estimate by a fee plan, beside the `ChargeKind` of files."""
CENTS = 1e-6


def realise_charges(
    charges: ChargeTable, *, execution_id: Ints, quantity: Floats, closed: tuple[Ints, Ints, Floats]
) -> dict[str, float]:
    """Return the charges of closed quantity by kind.

    Args:
        charges: Of the account, ordered by execution.
        execution_id: Ids of the executions with charges, ascending, without repetition.
        quantity: Their quantities, > 0, in the units of `closed`.
        closed: Opening execution, closing execution and quantity of each closed lot that counts.

    Returns:
        Money by `ChargeKind.word`; kinds without any are left out.

    **Source:** pro rata allocation, as the fees of a trade are.
    """
    share = np.zeros(len(execution_id))
    for ids in closed[:2]:
        place = np.minimum(np.searchsorted(execution_id, ids), len(execution_id) - 1)
        rows = np.flatnonzero(execution_id[place] == ids)
        share += np.bincount(place[rows], weights=closed[2][rows], minlength=len(execution_id))
    share /= quantity
    amounts = charges.amount * share[np.searchsorted(execution_id, charges.execution_id)]
    sums = np.bincount(charges.kind, weights=amounts, minlength=max(ChargeKind) + 1)
    names = {ESTIMATE: ESTIMATED} | {int(kind): kind.word for kind in ChargeKind}
    return {name: float(sums[kind]) for kind, name in names.items() if sums[kind]}


def complete_kinds(kinds: Mapping[str, float], total: float) -> dict[str, float]:
    """Return the kinds with what no file tells apart, so that they add up to all fees.

    Args:
        kinds: Money by kind.
        total: All fees of the same exits.
    """
    rest = total - sum(kinds.values())
    return {**kinds, **({UNTOLD: rest} if abs(rest) > CENTS else {})}

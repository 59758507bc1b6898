"""Corporate actions that move lots: changes of symbol, mergers and spin-offs, with the splits between them.

The actions of an account are applied one after another, in order of time, to the executions of the
instruments they touch, before anything is matched. Nothing is stored: without the action the book
is what it was. Money is never made or lost:

- A change of symbol hands the executions before it to the new symbol. No figure changes.
- A merger for cash closes what is held at the cash per unit, with executions of its own at that
  instant and without fees: the profit is realised.
- A merger for stock closes each lot at its own cost, so that nothing is realised, and opens one lot of
  the new symbol for it at that instant, with the same cost and the same part of the fees. Cash that came
  beside the shares is paid for the share of the cost that is said; where none is said it comes off the cost,
  and what exceeds it is realised.
- A spin-off leaves the executions of the parent where they are and takes a share of the cost of what
  is still open off them; the lots of the new symbol are opened with it at that instant. An execution
  that is closed in part by then is shown in its two parts. Fees stay with the parent.
- A split multiplies quantities (`analytics.ledger.corporate_actions`); where its cash in lieu is
  known, the fraction of a unit that is left is closed for it. Options on the share are adjusted with it where
  that is certain (`analytics.ledger.option_adjustments`): they go over to the contract they became.

- A transfer in kind (`analytics.ledger.moved_lots`) closes what leaves lot by lot at its own cost, and opens each
  lot with that cost and that part of the fees where it comes in; when it was first acquired goes along.

Executions at the very instant of an action come after it. Long and short positions mirror each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.ledger.lot_ledger import LotLedger, Reorganised
from domain.accounts import LotMethod
from domain.columns import Decimals, ExecutionTable
from domain.corporate_actions import CorporateAction
from domain.instruments import Instrument
from domain.transfers import Move

__all__ = ["Reorganised", "in_order", "reorganise"]


def reorganise(
    executions: ExecutionTable,
    actions: Sequence[CorporateAction | Move],
    *,
    instruments: Sequence[Instrument],
    multipliers: Decimals,
    method: LotMethod,
    lanes: Sequence[int] = (),
) -> Reorganised:
    """Apply corporate actions and transfers in kind to an account's executions.

    Args:
        executions: Ordered by instrument code.
        actions: Any order; at the same instant actions come before transfers, then the lower id comes first.
        instruments: By code.
        multipliers: By code.
        method: How lots are closed.
        lanes: Lane of each code; empty stands for one lane.

    Returns:
        The executions of the instruments that were touched, and the splits. Symbols that the book
        does not have are passed over.

    **Source:** IRS Publication 550 (splits, reorganisations and spin-offs carry the basis over).
    """
    ledger = LotLedger(
        executions=executions,
        instruments=list(instruments),
        multipliers=multipliers,
        method=method,
        lanes=list(lanes) or [0] * len(instruments),
    )
    for action in sorted(actions, key=in_order):
        ledger.apply(action)
    return ledger.result(len(instruments))


def in_order(action: CorporateAction | Move) -> tuple[Any, ...]:
    """Return what actions and transfers are ordered by."""
    return action.effective_at, isinstance(action, Move), int(action.id), isinstance(action, Move) and not action.is_out

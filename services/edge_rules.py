"""Rules that a book itself suggests for a what-if."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from domain.columns import TradeFrame
from domain.rules import Rule, RuleKind

if TYPE_CHECKING:
    from domain.columns import Floats

FEWEST = 5
HABITS = (Rule(kind=RuleKind.STOP_AFTER_LOSSES, value="2"), Rule(kind=RuleKind.MOST_TRADES, value="5"))


def suggest_rules(frame: TradeFrame, pnl: Floats) -> tuple[Rule, ...]:
    """Return rules worth a look: without the setup, tag and hour that lost most, and two habits.

    Args:
        frame: Closed trades.
        pnl: P&L of each.
    """
    if not len(frame):
        return ()
    hours = tuple(str(hour) for hour in range(24))
    worst = (
        _worst(RuleKind.SKIP_SETUP, frame.setups, np.where(frame.setup < 0, len(frame.setups), frame.setup), pnl),
        _worst_tag(frame, pnl),
        _worst(RuleKind.SKIP_HOUR, hours, frame.entry_minute // 60, pnl),
    )
    return (*HABITS[:1], *(rule for rule in worst if rule is not None), *HABITS[1:])


def _worst(kind: RuleKind, names: tuple[str, ...], codes: np.ndarray, pnl: Floats) -> Rule | None:
    """Return the rule without the value that lost most, None when none with enough trades lost."""
    size = len(names)
    sums = np.bincount(codes, pnl, minlength=size + 1)[:size]
    counts = np.bincount(codes, minlength=size + 1)[:size]
    sums = np.where(counts >= FEWEST, sums, 0.0)
    if not size or sums.min() >= 0:
        return None
    return Rule(kind=kind, value=names[int(sums.argmin())])


def _worst_tag(frame: TradeFrame, pnl: Floats) -> Rule | None:
    has = [(frame.tag_mask >> bit) & 1 == 1 for bit in range(len(frame.tags))]
    sums = [(float(pnl[mask].sum()), name) for mask, name in zip(has, frame.tags, strict=True) if mask.sum() >= FEWEST]
    lowest = min(sums, default=(0.0, ""))
    return Rule(kind=RuleKind.SKIP_TAG, value=lowest[1]) if lowest[0] < 0 else None

"""Kinds of corporate actions and what each needs."""

from __future__ import annotations

from enum import StrEnum


class ActionKind(StrEnum):
    """Kinds of corporate actions, as written in the API, the tables and the pages."""

    SPLIT = "split"
    REVERSE_SPLIT = "reverse_split"
    SYMBOL_CHANGE = "symbol_change"
    CASH_MERGER = "cash_merger"
    STOCK_MERGER = "stock_merger"
    SPIN_OFF = "spin_off"

    @property
    def is_split(self) -> bool:
        """Whether it only changes the number of units."""
        return self in (ActionKind.SPLIT, ActionKind.REVERSE_SPLIT)


NEEDS_RATIO = frozenset({ActionKind.SPLIT, ActionKind.REVERSE_SPLIT, ActionKind.STOCK_MERGER, ActionKind.SPIN_OFF})


NEEDS_SYMBOL = frozenset({ActionKind.SYMBOL_CHANGE, ActionKind.STOCK_MERGER, ActionKind.SPIN_OFF})

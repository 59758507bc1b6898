"""Cancelled trades that name no id: which fill of the file each takes back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from domain.executions import Side
from domain.statements import ParsedExecution


def pair_reversals(executions: Sequence[ParsedExecution], reversals: Sequence[int]) -> dict[int, int]:
    """Return the place of the fill that each reversal takes back: of equal contents, and nearest to it.

    Args:
        executions: The fills of a file, oldest first.
        reversals: Places of those that take back another; one without an equal is left out.
    """
    if not reversals:
        return {}
    own = set(reversals)
    waiting: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for place, item in enumerate(executions):
        if place not in own:
            waiting[_contents(item, item.side)].append(place)
    found: dict[int, int] = {}
    for place in reversals:
        equal = waiting[_contents(executions[place], -executions[place].side)]
        if equal:
            found[place] = min(equal, key=lambda other: abs(place - other))
            equal.remove(found[place])
    return found


def reversal_note(lines: Sequence[int]) -> str:
    """Return what is told of cancelled trades whose originals are not in the file."""
    count = f"{len(lines):,} cancelled trade{'' if len(lines) == 1 else 's'}"
    return (
        f"{count} (first in line {lines[0]}) cannot be told apart by an id of the trade they cancel: each is booked as "
        "the opposite fill, so that quantity and money come out right."
    )


def is_taken_back(side: Side, amount: Decimal, *, worth: Decimal, fees: Decimal) -> bool:
    """Whether the money of a row moved the other way than its side says, by more than its fees explain."""
    return worth > 0 and amount * side > 0 and abs(amount + side * worth + fees) > worth


def _contents(item: ParsedExecution, side: int) -> tuple[object, ...]:
    return item.instrument.key, int(side), item.quantity, item.price

"""Money of executions that their price does not say: what mergers and spin-offs carry from lot to lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from analytics.ledger.corporate_actions import finite_places


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Exact amounts without multiplier; every fraction has a finite decimal. False when there are none.

    Attributes:
        notional: By execution id, what counts in place of price x quantity.
        pooled: By execution id, under average cost: what the pool has gained with this row beyond its
            notional, until it is released.
        released: By instrument code, (instant, amount) in order of time: what leaves the pool before the
            first row at or after the instant.
    """

    notional: Mapping[int, Fraction] = field(default_factory=dict)
    pooled: Mapping[int, Fraction] = field(default_factory=dict)
    released: Mapping[int, tuple[tuple[int, Fraction], ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.notional)


def exact_values(plain: list[int], places: int, given: list[Fraction | None]) -> tuple[list[int], int]:
    """Return the notionals of a group and their places, those given in place of the plain ones.

    Args:
        plain: Price x quantity, units of 10**-places.
        places: Of `plain`.
        given: What counts instead, None to keep the plain one.
    """
    wanted = max([places, *(finite_places(value) for value in given if value is not None)])
    finer = 10 ** (wanted - places)
    pairs = zip(plain, given, strict=True)
    return [units * finer if value is None else int(value * 10**wanted) for units, value in pairs], wanted


def pool_changes(carried: Carried, code: int, ids: list[int], executed_at: list[int]) -> dict[int, Fraction]:
    """Return what each row of a group, by position, changes in the pool before it is applied."""
    changes = {row: carried.pooled[key] for row, key in enumerate(ids) if key in carried.pooled}
    for instant, amount in carried.released.get(code, ()):
        row = next((row for row, at in enumerate(executed_at) if at >= instant), None)
        if row is not None:
            changes[row] = changes.get(row, Fraction(0)) - amount
    return changes

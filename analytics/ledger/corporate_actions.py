"""Stock splits: earlier executions are restated, their money is not touched.

A split multiplies the quantity of every execution before it by new / old and leaves the notional
(price x quantity) as it was, so value and profit cannot change. No price is ever rounded: the
ledger carries notionals.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from domain.errors import LedgerError

ENDLESS_PLACES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A split of one instrument: `new` units replace `old` ones (2 for 1: new=2, old=1).

    Attributes:
        instrument: Instrument code, as in the execution table.
        effective_at: Microseconds since 1970 UTC; executions before it are restated.
        new, old: Ratio, both > 0. A reverse split has new < old.
    """

    instrument: int
    effective_at: int
    new: Decimal
    old: Decimal

    def __post_init__(self) -> None:
        if self.new <= 0 or self.old <= 0:
            message = f"A split of {self.new} for {self.old} is not possible."
            raise LedgerError(message, hint="Both numbers of a split must be above zero.")

    @property
    def factor(self) -> Fraction:
        """New units per old unit, exact."""
        return Fraction(self.new) / Fraction(self.old)


def restate_quantities(
    side: Sequence[int], quantity: Sequence[int], executed_at: Sequence[int], *, splits: Sequence[Split]
) -> tuple[list[int], int]:
    """Restate one instrument's quantities for the splits after them.

    Where a ratio has no finite decimal (1 for 3), the running totals of buys and of sells are
    rounded, not the rows: equal totals stay equal, so what was flat stays flat.

    Args:
        side: +1 or -1 per execution, in book order.
        quantity: Integer units, > 0.
        executed_at: Microseconds since 1970 UTC.
        splits: Splits of this instrument, any order.

    Returns:
        The quantities in units 10**places finer than the given ones, and places.
    """
    factors = _factors_by_row(executed_at, splits)
    places = max(finite_places(factor) for factor in set(factors))
    scale = 10**places
    exact = {1: Fraction(0), -1: Fraction(0)}
    rounded = {1: 0, -1: 0}
    result: list[int] = []
    for sign, units, factor in zip(side, quantity, factors, strict=True):
        exact[sign] += units * factor * scale
        total = max(round(exact[sign]), rounded[sign] + 1)
        result.append(total - rounded[sign])
        rounded[sign] = total
    return result, places


def _factors_by_row(executed_at: Sequence[int], splits: Sequence[Split]) -> list[Fraction]:
    ordered = sorted(splits, key=lambda split: split.effective_at)
    factors: list[Fraction] = []
    for instant in executed_at:
        factor = Fraction(1)
        for split in ordered:
            if instant < split.effective_at:
                factor *= split.factor
        factors.append(factor)
    return factors


def finite_places(factor: Fraction) -> int:
    """Return the places that write a fraction exactly, or enough of them when no number of places does."""
    rest, places = factor.denominator, 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    extra = 0
    for prime in (2, 5):
        while rest % prime == 0:
            rest, extra = rest // prime, extra + 1
    return places + extra if rest == 1 else len(str(factor.denominator)) + ENDLESS_PLACES

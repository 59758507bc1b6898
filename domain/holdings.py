"""Positions at a price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.money import to_float

if TYPE_CHECKING:
    from domain.ledger import Position
    from domain.market import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A position and what it is worth; None wherever there is no price.

    Attributes:
        value: Market value, signed like the position.
        unrealised: Value less cost, before fees.
        day_change: Change of the value since the previous close.
        r_multiple: Unrealised P&L over the planned risk.
    """

    position: Position
    quote: Quote | None
    value: float | None
    unrealised: float | None
    day_change: float | None
    r_multiple: float | None

    @property
    def unrealised_fraction(self) -> float | None:
        """Unrealised P&L over cost."""
        cost = abs(to_float(self.position.cost))
        return None if self.unrealised is None or not cost else self.unrealised / cost

    @property
    def stop_distance(self) -> float | None:
        """How far the price is from the planned stop, a fraction of the price; below 0 it has passed it."""
        stop = self.position.planned_stop
        if stop is None or self.quote is None:
            return None
        distance = (self.quote.price - to_float(stop)) / self.quote.price
        return distance if self.position.quantity > 0 else -distance


def total_known(values: Iterable[float | None]) -> float | None:
    """Return the sum of what is known, None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None

"""What positions are worth together: totals in one currency, weights, and what they are made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from domain.holdings import Holding, total_known
from domain.money import to_float


class Grouping(StrEnum):
    """How an allocation is divided."""

    CLASS = "class"
    SYMBOL = "symbol"
    ACCOUNT = "account"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """One part of an allocation.

    Attributes:
        value: Market value, signed.
        weight: Share of the gross exposure, 0 to 1; None where currencies cannot be added.
        currency: Of the value.
    """

    name: str
    value: float
    weight: float | None
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Valuation:
    """Positions and their totals in one currency.

    Totals hold the positions that have a price and are in `currency`; the others are listed and counted.

    Attributes:
        rows: Every position, largest value first, then those without a price.
        value: Market value, longs less shorts; None when nothing has a price.
        gross: Sum of absolute values: what weights are shares of.
        cost: Sum of absolute costs of the counted positions.
        unpriced: Positions in `currency` without a price.
        left_out: Positions in other currencies, by currency.
    """

    currency: str
    rows: tuple[Holding, ...]
    value: float | None
    gross: float
    day_change: float | None
    unrealised: float | None
    cost: float
    unpriced: int
    left_out: Mapping[str, int]

    @property
    def day_fraction(self) -> float | None:
        """Today's change over the gross exposure at the previous close."""
        before = sum(
            abs((item.value or 0.0) - item.day_change)
            for item in self.rows
            if item.day_change is not None and self.counts(item)
        )
        return None if self.day_change is None else _share(self.day_change, before)

    @property
    def unrealised_fraction(self) -> float | None:
        """Unrealised P&L over cost."""
        return None if self.unrealised is None else _share(self.unrealised, self.cost)

    @property
    def is_simulated(self) -> bool:
        """Whether any price is invented."""
        return any(item.quote.simulated for item in self.rows if item.quote)

    @property
    def stale(self) -> int:
        """How many prices are old."""
        return sum(bool(item.quote and item.quote.stale) for item in self.rows)

    def counts(self, item: Holding) -> bool:
        """Whether a position is part of the totals."""
        return item.value is not None and item.position.instrument.currency == self.currency

    def weight(self, item: Holding) -> float | None:
        """Return a position's share of the gross exposure, None when it is not part of the totals."""
        return _share(abs(item.value), self.gross) if item.value is not None and self.counts(item) else None

    def allocation(self, by: Grouping) -> tuple[Slice, ...]:
        """Return the parts, largest first.

        By currency every priced position counts, in its own currency; weights exist when there is only one.
        """
        priced = [
            item for item in self.rows if item.value is not None and (by is Grouping.CURRENCY or self.counts(item))
        ]
        net: dict[str, float] = {}
        gross: dict[str, float] = {}
        for item in priced:
            name = _NAMES[by](item)
            net[name] = net.get(name, 0.0) + (item.value or 0.0)
            gross[name] = gross.get(name, 0.0) + abs(item.value or 0.0)
        is_mixed = by is Grouping.CURRENCY and len(gross) > 1
        total = sum(gross.values())
        return tuple(
            Slice(
                name=name,
                value=net[name],
                weight=None if is_mixed else _share(size, total),
                currency=name if by is Grouping.CURRENCY else self.currency,
            )
            for name, size in sorted(gross.items(), key=lambda pair: -pair[1])
        )


def value_together(holdings: Sequence[Holding], currency: str) -> Valuation:
    """Return holdings with their totals in a currency; nothing is converted."""
    mine = [item for item in holdings if item.position.instrument.currency == currency]
    priced = [item for item in mine if item.value is not None]
    others = Counter(item.position.instrument.currency for item in holdings if item not in mine)
    return Valuation(
        currency=currency,
        rows=tuple(sorted(holdings, key=lambda item: (item.value is None, -abs(item.value or 0.0)))),
        value=total_known(item.value for item in priced),
        gross=sum(abs(item.value or 0.0) for item in priced),
        day_change=total_known(item.day_change for item in priced),
        unrealised=total_known(item.unrealised for item in priced),
        cost=sum(abs(to_float(item.position.cost)) for item in priced),
        unpriced=len(mine) - len(priced),
        left_out=dict(others.most_common()),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


_NAMES: Mapping[Grouping, Callable[[Holding], str]] = MappingProxyType(
    {
        Grouping.CLASS: lambda item: item.position.instrument.asset_class.value,
        Grouping.SYMBOL: lambda item: item.position.instrument.symbol,
        Grouping.ACCOUNT: lambda item: item.position.account_name,
        Grouping.CURRENCY: lambda item: item.position.instrument.currency,
    }
)

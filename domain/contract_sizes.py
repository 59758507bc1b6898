"""What an owner knows of contracts that their files do not say: size, tick and lot, from a day on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NewType

from domain.errors import InvalidInputError
from domain.instruments import AssetClass

ContractSizeId = NewType("ContractSizeId", int)

LARGEST = Decimal(1_000_000_000_000)
_LONGEST = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractSize:
    """One entry: what a symbol, or every contract of a root or an underlying, is worth.

    Attributes:
        symbol: A whole symbol ("ESZ6"), a root ("ES") or an option's underlying.
        valid_from: First day on which it holds; None is always.
        multiplier: Money per point of price and unit of quantity.
        tick_size: Smallest step of the price; None when it is not known.
        lot_size: Units that are traded together; None when it is not known.
    """

    symbol: str
    asset_class: AssetClass
    multiplier: Decimal
    id: ContractSizeId = ContractSizeId(0)
    valid_from: date | None = None
    tick_size: Decimal | None = None
    lot_size: Decimal | None = None


@dataclass(frozen=True, slots=True)
class ContractSizes:
    """All entries of one owner; false when there are none."""

    items: tuple[ContractSize, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    def find(self, names: Sequence[str], asset_class: AssetClass, day: date | None) -> ContractSize | None:
        """Return the entry that holds on a day: of the first name that has one, the latest by then.

        Args:
            names: Names to look under, the most particular first.
            asset_class: Entries of a future count for options on it as well.
            day: The day of the fill; None takes what holds always or came last.
        """
        classes = {asset_class}
        if asset_class is AssetClass.FUTURE_OPTION:
            classes.add(AssetClass.FUTURE)
        wanted = [name.strip().upper() for name in names if name.strip()]
        for name in wanted:
            found = [item for item in self.items if item.symbol.upper() == name and item.asset_class in classes]
            valid = [item for item in found if day is None or item.valid_from is None or item.valid_from <= day]
            if valid:
                return max(valid, key=lambda item: (item.valid_from or date.min, item.id))
        return None

    def is_dated(self, names: Sequence[str]) -> bool:
        """Whether what holds for any of these names depends on the day."""
        wanted = {name.strip().upper() for name in names}
        return any(item.valid_from is not None for item in self.items if item.symbol.upper() in wanted)


def check_size(size: ContractSize) -> ContractSize:
    """Return a size that can be stored.

    Raises:
        InvalidInputError: If a part is missing or impossible; `field` names it.
    """
    symbol = size.symbol.strip()
    if not symbol:
        raise InvalidInputError("Which contract is it?", hint="Enter its symbol or its root.", field="symbol")
    if len(symbol) > _LONGEST:
        raise InvalidInputError("This symbol is too long.", field="symbol")
    check_multiplier(size.multiplier)
    for name, value in (("tick_size", size.tick_size), ("lot_size", size.lot_size)):
        if value is not None and not 0 < value <= LARGEST:
            words = name.replace("_", " ").capitalize()
            raise InvalidInputError(f"{words} must be above zero.", hint="Or leave it empty.", field=name)
    return ContractSize(
        id=size.id,
        symbol=symbol,
        asset_class=size.asset_class,
        valid_from=size.valid_from,
        multiplier=size.multiplier,
        tick_size=size.tick_size,
        lot_size=size.lot_size,
    )


def check_multiplier(value: Decimal) -> Decimal:
    """Return a contract size that is possible; InvalidInputError otherwise."""
    if not value.is_finite() or not 0 < value <= LARGEST:
        hint = "It is the money that one point of price is worth for one contract: 50 for the E-mini S&P 500."
        raise InvalidInputError("The contract size must be above zero.", hint=hint, field="multiplier")
    return value

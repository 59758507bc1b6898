"""What an execution's fees were for, as far as its file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from enum import IntEnum
from types import MappingProxyType

Charges = tuple[tuple["ChargeKind", Decimal], ...]
"""Amounts by kind, in the currency of the fees and with their sign; they add up to the fees."""


class ChargeKind(IntEnum):
    """What a part of the fees was for; the numbers are stored."""

    COMMISSION = 1
    EXCHANGE = 2
    REGULATORY = 3
    TAX = 4
    FINANCING = 5
    CONVERSION = 6
    OTHER = 7

    @property
    def label(self) -> str:
        """What a reader calls it."""
        return CHARGE_LABELS[self]

    @property
    def word(self) -> str:
        """What a program calls it."""
        return self.name.lower()


CHARGE_LABELS: Mapping[ChargeKind, str] = MappingProxyType(
    {
        ChargeKind.COMMISSION: "Commission",
        ChargeKind.EXCHANGE: "Exchange and clearing",
        ChargeKind.REGULATORY: "Regulatory",
        ChargeKind.TAX: "Taxes and stamp duty",
        ChargeKind.FINANCING: "Financing",
        ChargeKind.CONVERSION: "Currency conversion",
        ChargeKind.OTHER: "Other",
    }
)


def add_charges(parts: Iterable[tuple[ChargeKind, Decimal]]) -> Charges:
    """Return the parts by kind, those of a kind together and nothing of nothing."""
    sums: dict[ChargeKind, Decimal] = {}
    for kind, amount in parts:
        sums[kind] = sums.get(kind, Decimal(0)) + amount
    return tuple((kind, sums[kind]) for kind in sorted(sums) if sums[kind])

"""What can be traded: asset classes, instruments and the parts of an option's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

InstrumentId = NewType("InstrumentId", int)

ONE = Decimal(1)
OPTION_MULTIPLIER = Decimal(100)


class AssetClass(StrEnum):
    """Kinds of instruments, as written in the API, the tables and the pages."""

    STOCK = "stock"
    FUND = "fund"
    BOND = "bond"
    OPTION = "option"
    FUTURE = "future"
    FUTURE_OPTION = "future_option"
    FOREX = "forex"
    CRYPTO = "crypto"
    CFD = "cfd"
    INDEX = "index"


class OptionRight(StrEnum):
    """Call or put."""

    CALL = "call"
    PUT = "put"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionTerms:
    """The terms that make one option contract."""

    underlying: str
    expiry: date
    strike: Decimal
    right: OptionRight


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Something tradable.

    Attributes:
        symbol: The broker's name of it, trimmed; the key a user recognises.
        asset_class: Its kind.
        currency: Currency of its price, upper case (ISO 4217 or a coin's code).
        multiplier: Money per point of price and unit of quantity. None is *unknown* and blocks
            the row: a contract size is never assumed.
        isin: International number, when the file has it.
        cusip, sedol: North American and British number, when the file has it.
        name: Long name, when the file has it.
        option: Terms, for options and options on futures.
    """

    symbol: str
    asset_class: AssetClass
    currency: str
    multiplier: Decimal | None = ONE
    isin: str = ""
    cusip: str = ""
    sedol: str = ""
    name: str = ""
    option: OptionTerms | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two instruments of one owner the same."""
        return (self.symbol, self.asset_class.value, self.currency)

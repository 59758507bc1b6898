"""In which order quote providers are asked, for each kind of instrument."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OrderClass(StrEnum):
    """Kinds of instruments that have an order of their own; what a symbol is, its spelling says."""

    STOCK = "stock"
    INDEX = "index"
    CRYPTO = "crypto"
    FOREX = "forex"
    FUTURE = "future"

    @property
    def label(self) -> str:
        """For people."""
        return _LABELS[self.value]

    def is_served_by(self, offered: tuple[str, ...]) -> bool:
        """Whether a provider that offers these asset classes has this kind; funds are spelled like stocks."""
        return self.value in offered or (self is OrderClass.STOCK and "fund" in offered)


_LABELS = {
    "stock": "Stocks and funds",
    "index": "Indices",
    "crypto": "Coins",
    "forex": "Currencies",
    "future": "Futures",
}
_MONEY = "USD|EUR|GBP|CHF|JPY|CAD|AUD|NZD|SEK|NOK|DKK|HKD|SGD|INR|CNY|PLN|CZK|HUF|MXN|ZAR|TRY|BRL|KRW"
_CURRENCIES = re.compile(rf"^(?:{_MONEY})[-/]?(?:{_MONEY})(?:=X)?$|=X$")
_COINS = re.compile(r"^[A-Z0-9]{2,10}[-/](?:USDT|USDC|USD|EUR|GBP|CHF|JPY|CAD|AUD|BTC|ETH)$")
_INDICES = re.compile(r"^\^|^(?:BANK ?)?NIFTY\b|^FINNIFTY$|^INDIA VIX$|^NIFTY50$")


def class_of(symbol: str) -> OrderClass:
    """Return the kind of instrument that a symbol's spelling means; whatever is nothing else is a stock."""
    name = symbol.strip().upper()
    if name.endswith("=F"):
        return OrderClass.FUTURE
    if _CURRENCIES.search(name):
        return OrderClass.FOREX
    if _COINS.match(name):
        return OrderClass.CRYPTO
    return OrderClass.INDEX if _INDICES.search(name) else OrderClass.STOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOrder:
    """What was chosen.

    Attributes:
        chosen: Slugs by kind, first choice first; a kind without an entry has the order of the environment.
        changed_by: Name of who chose last, "" when nobody did.
        changed_at: When; None when nobody did.
    """

    chosen: Mapping[OrderClass, tuple[str, ...]]
    changed_by: str = ""
    changed_at: datetime | None = None

"""Contract sizes of symbols traded in lots, as far as names and printed profits prove them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from data.brokers.cells import round_to
from domain.instruments import AssetClass, Instrument

FOREX_LOT = Decimal(100_000)
FOREX_SIZES = tuple(map(Decimal, (100_000, 10_000, 1_000, 100)))
METAL_SIZES = {
    "XAU": tuple(map(Decimal, (100, 10, 1))),
    "GOLD": tuple(map(Decimal, (100, 10, 1))),
    "XAG": tuple(map(Decimal, (5_000, 1_000, 500, 50))),
    "SILVER": tuple(map(Decimal, (5_000, 1_000, 500, 50))),
    "XPT": tuple(map(Decimal, (100, 50, 10, 1))),
    "XPD": tuple(map(Decimal, (100, 50, 10, 1))),
}
OTHER_SIZES = tuple(map(Decimal, (1, 10, 100, 1_000, 5_000, 20, 25, 5, 50, 10_000)))
CENT = Decimal("0.01")
RATE_DIGITS = Decimal("0.00000001")

_CODES = """
AED AUD BRL CAD CHF CLP CNH CNY COP CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KRW MXN MYR NOK NZD PHP PLN RON RUB SAR
SEK SGD THB TRY TWD USD ZAR
"""
CURRENCIES = frozenset(_CODES.split())
_PAIR = re.compile(r"(?P<base>[A-Z]{3})[/._-]?(?P<quote>[A-Z]{3})(?:[^A-Z].*|[a-z].*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedLots:
    """What a closed position prints: `points` is lots x price gain, `profit` is in the account's currency."""

    points: Decimal
    profit: Decimal
    close: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSize:
    """What is known of a symbol: its price currency, units a lot (None: unknown) and price currency per account's."""

    currency: str
    units: Decimal | None
    is_forex: bool
    rate: Decimal | None = None
    is_proved: bool = False

    def instrument(self, symbol: str) -> Instrument:
        """Return the instrument of a symbol that is traded in these lots."""
        asset = AssetClass.FOREX if self.is_forex else AssetClass.CFD
        return Instrument(symbol=symbol, asset_class=asset, currency=self.currency, multiplier=self.units)


def split_pair(symbol: str) -> tuple[str, str] | None:
    """Return base and quote currency of an FX symbol such as EURUSD, EUR/USD or EURUSD.m; else None."""
    match = _PAIR.fullmatch(symbol)
    if not match or not {match["base"], match["quote"]} <= CURRENCIES:
        return None
    return match["base"], match["quote"]


def derive_lot_size(symbol: str, account_currency: str, closed: Sequence[ClosedLots]) -> LotSize:
    """Return the size of a symbol's lot.

    FX is 100,000 units unless the printed profits say otherwise; for anything else the printed
    profits must prove a usual size, or the size stays unknown.
    """
    pair = split_pair(symbol)
    if pair:
        return _forex_size(pair, account_currency, closed)
    upper = symbol.upper()
    sizes = next((sizes for start, sizes in METAL_SIZES.items() if upper.startswith(start)), OTHER_SIZES)
    units = _proved(sizes, ((item.points, item.profit) for item in closed))
    return LotSize(currency=account_currency, units=units, is_forex=False, is_proved=units is not None)


def _forex_size(pair: tuple[str, str], account: str, closed: Sequence[ClosedLots]) -> LotSize:
    base, quote = pair
    units, is_proved = _forex_units(base == account, quote == account, closed)
    rate = _rate(closed, units) if units and quote != account else None
    return LotSize(currency=quote, units=units, is_forex=True, rate=rate, is_proved=is_proved)


def _forex_units(is_base: bool, is_quote: bool, closed: Sequence[ClosedLots]) -> tuple[Decimal | None, bool]:
    """Return the lot and whether profits prove it; a cross of two other currencies proves nothing."""
    proofs: list[tuple[Decimal, Decimal]] = []
    if is_quote:
        proofs = [(item.points, item.profit) for item in closed]
    elif is_base:
        # The profit was turned at the closing price itself.
        proofs = [(item.points / item.close, item.profit) for item in closed if item.close]
    if not any(points and abs(profit) >= 1 for points, profit in proofs):
        return FOREX_LOT, False
    units = _proved(FOREX_SIZES, proofs)
    return units, units is not None


def _proved(sizes: Iterable[Decimal], proofs: Iterable[tuple[Decimal, Decimal]]) -> Decimal | None:
    """Return the one size that explains every printed profit to the cent (or half a percent)."""
    usable = [(points, profit) for points, profit in proofs if points and abs(profit) >= 1]
    if not usable:
        return None
    for size in sizes:
        if all(abs(points * size - profit) <= CENT + abs(profit) / 200 for points, profit in usable):
            return size
    return None


def _rate(closed: Sequence[ClosedLots], units: Decimal) -> Decimal | None:
    """Return price currency per unit of account currency, over all closed positions of a pair."""
    gain = sum((abs(item.points) * units for item in closed if item.profit), Decimal(0))
    profit = sum((abs(item.profit) for item in closed if item.points), Decimal(0))
    return round_to(gain / profit, RATE_DIGITS) if gain and profit else None

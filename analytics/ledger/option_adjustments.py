"""Options on shares that are split: more contracts at a lower strike, worth what they were.

Where a share becomes a whole number of shares, its options are adjusted by that number and stay standard
contracts: as many times the contracts, the strike divided and rounded to the cent, the size as it was. After
any other event the contract delivers something else (an odd number of shares, cash, another company) under a
symbol of its own, which only the notice of the exchange tells: such options are left as they are, and said.

**Source:** The Options Clearing Corporation, By-Laws, Article VI, Section 11A (adjustment policies: whole-number
splits adjust the number of contracts and the exercise price).
"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from domain.corporate_actions import ActionKind, CorporateAction
from domain.instruments import AssetClass, Instrument

CENT = Decimal("0.01")
_OSI = re.compile(r"([A-Z0-9./]{1,6} *\d{6}[CP])(\d{8})")
_NUMBER = re.compile(r"(?<![\d.,])\d[\d,]*(?:\.\d+)?(?![\d.,])")


def is_option_on(item: Instrument, symbol: str) -> bool:
    """Whether an instrument is an option on a share of this symbol."""
    return item.asset_class is AssetClass.OPTION and item.option is not None and item.option.underlying == symbol


def adjust_option(item: Instrument, action: CorporateAction) -> Instrument | None:
    """Return the contract that an option becomes when its share is split; None when nobody but its exchange can say.

    The symbol is spelt like the old one, with the strike in its place.
    """
    factor = action.ratio
    terms = item.option
    if action.kind is not ActionKind.SPLIT or factor.denominator != 1 or terms is None:
        return None
    if not is_option_on(item, action.symbol) or factor == 1:
        return None
    strike = (terms.strike / factor.numerator).quantize(CENT, ROUND_HALF_UP)
    symbol = respell(item.symbol, terms.strike, strike)
    if not symbol or not strike:
        return None
    return replace(item, symbol=symbol, option=replace(terms, strike=strike.normalize() + 0))


def respell(symbol: str, old: Decimal, new: Decimal) -> str:
    """Return an option's symbol with another strike, "" when the old one is not found in it.

    Knows OSI symbols ("ACME  260116C00200000"); of others, the last number that is the strike.
    """
    known = _OSI.fullmatch(symbol)
    if known:
        return f"{known[1]}{int(new * 1000):08d}" if new * 1000 == int(new * 1000) and new < 100_000 else ""
    places = [match for match in _NUMBER.finditer(symbol) if Decimal(match[0].replace(",", "")) == old]
    if not places:
        return ""
    last = places[-1]
    written = len(last[0].partition(".")[2])
    needed = max(0, -int(new.normalize().as_tuple().exponent))
    return f"{symbol[: last.start()]}{new:.{max(written, needed)}f}{symbol[last.end() :]}"


def is_same_contract(one: Instrument, other: Instrument) -> bool:
    """Whether two options have the same terms and currency, however they are spelt."""
    return (one.asset_class, one.currency, one.option) == (other.asset_class, other.currency, other.option)

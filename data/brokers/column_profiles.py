"""What the values of a column are: shares of its cells that are numbers, times, sides, currencies, names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from data.brokers import cells, moments
from data.brokers.cells import CellError
from data.brokers.words import find_activity, find_asset_class, find_free_side, is_status

MAX_DISTINCT = 400
"""Distinct values of a column that are looked at; more of them say nothing new."""
_CURRENCIES_TEXT = (
    "USD|EUR|GBP|JPY|CHF|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|RUB|ILS|ZAR|INR|"
    "CNY|CNH|HKD|TWD|KRW|SGD|THB|MYR|IDR|PHP|VND|BRL|MXN|CLP|COP|PEN|ARS|AED|SAR|KZT|UAH|"
    "ISK|GBX|ZAC|ILA|USDT|USDC|BTC|ETH|BNB|BUSD|DAI|EURC"
)
CURRENCIES = frozenset(_CURRENCIES_TEXT.split("|"))
_NUMBER = re.compile(
    r"[-+(\u2212$]{0,3}\s?(?:(?P<before>[A-Z]{3,5}) ?|[$€£¥₹@])?[-+\u2212]?(?:\d[\d.,' ]*|[.,]\d+)(?:[eE]-?\d+)?\)?-?"
    r"(?P<after>\s?(?:[A-Za-z]{1,6}|[$€£¥₹]))?\)?"
)
_UNIT = re.compile(
    r"(?:\b(?P<before>[A-Z]{3,5})|(?P<sign>[$€£¥₹])) ?[-+\u2212(]?[\d.,]|\d ?(?P<after>[A-Z]{3,5}|[€£¥₹])\)?$"
)
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_NAME = re.compile(r"(?=.*[A-Za-z\u0400-\u04ff\u3040-\u9fff])\S.{0,99}")
_TICKER = re.compile(r"[/@.^]?[A-Z0-9][A-Z0-9.\-/:_ ]{0,29}")


class Kind(StrEnum):
    """What a cell may be; one cell may be several."""

    NUMBER = "number"
    MOMENT = "moment"
    DAY = "day"
    DATED = "dated"
    CLOCK = "clock"
    EPOCH = "epoch"
    SIDE = "side"
    ACTIVITY = "activity"
    CURRENCY = "currency"
    ISIN = "isin"
    TICKER = "ticker"
    NAME = "name"
    STATUS = "status"
    ASSET = "asset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column of the sample.

    Attributes:
        name: Normalised header, numbered when repeated.
        title: As a mapping names it.
        values: Its cells in file order, "" for empty ones.
        filled: How many are not empty.
        distinct: How many different ones there are among the filled.
        shares: Part of the filled cells that are of a kind.
        examples: The most frequent values.
        units: Currencies written into its numbers, most frequent first.
    """

    name: str
    title: str
    position: int
    values: tuple[str, ...]
    filled: int
    distinct: int
    shares: dict[Kind, float]
    negative: float
    examples: tuple[str, ...]
    units: tuple[str, ...] = ()

    def share(self, kind: Kind) -> float:
        """Return the part of the filled cells that are of a kind."""
        return self.shares.get(kind, 0.0)

    def fits(self, kind: Kind) -> bool:
        """Whether the column may be read as a kind: one bad cell must not hide it in a short file."""
        good = round(self.share(kind) * self.filled)
        return 2 * good > self.filled and good >= min(0.8 * self.filled, self.filled - 1)


def profile_column(name: str, title: str, position: int, values: Sequence[str]) -> ColumnProfile:
    """Look at every distinct value of a column once."""
    counts = Counter(value for value in values if value and value not in cells.EMPTY_MARKS)
    filled = sum(counts.values())
    seen = counts.most_common(MAX_DISTINCT)
    looked = sum(count for _, count in seen)
    tallies: Counter[Kind] = Counter()
    negative, units = 0, Counter[str]()
    for value, count in seen:
        for kind, check in _CHECKS.items():
            if check(value):
                tallies[kind] += count
        negative += count * (value.lstrip("$€£ ")[:1] in ("-", "(", "\u2212"))
        if unit := _UNIT.search(value):
            units[unit["before"] or unit["sign"] or unit["after"]] += count
    return ColumnProfile(
        name=name,
        title=title,
        position=position,
        values=tuple(values),
        filled=filled,
        distinct=len(counts),
        shares={kind: tally / looked for kind, tally in tallies.items()} if looked else {},
        negative=negative / looked if looked else 0.0,
        examples=tuple(value for value, _ in seen[:3]),
        units=tuple(unit for unit, _ in units.most_common(3)),
    )


def _reads(read: Callable[..., object], text: str, **how: bool) -> bool:
    try:
        read(text, column="", **how)
    except CellError:
        return False
    return True


def _is_number(text: str) -> bool:
    match = _NUMBER.fullmatch(text)
    if match is None:
        return False
    # "ESM6" and "1INCH" are names; only a currency may stand before a number, or right behind it.
    before, after = match["before"] or "", (match["after"] or "").strip()
    has_blank = bool(after) and text.removesuffix(")").removesuffix(after)[-1:].isspace()
    is_unit = has_blank or not after.isalpha() or after.upper() in CURRENCIES
    return (not before or before in CURRENCIES) and is_unit


def _has_date_shape(text: str) -> bool:
    return sum(char.isdigit() for char in text) >= 3 and len(text) <= 60


def _is_moment(text: str) -> bool:
    if not _has_date_shape(text):
        return False
    return any(_reads(moments.read_moment, text, day_first=order) for order in (False, True))


def _has_clock(text: str) -> bool:
    return (_is_epoch(text) or moments.split_moment(text)[1] != "") and _is_moment(text)


def _is_day(text: str) -> bool:
    if not _has_date_shape(text):
        return False
    return any(_reads(moments.read_day, text, day_first=order) for order in (False, True))


def _is_clock(text: str) -> bool:
    return text[:1].isdigit() and len(text) <= 32 and _reads(moments.read_clock, text)


def _is_epoch(text: str) -> bool:
    return len(text) >= 10 and text[:10].isdigit() and "1" <= text[:1] <= "4" and moments.is_epoch(text)


def _is_side(text: str) -> bool:
    return find_free_side(text) is not None


def _is_currency(text: str) -> bool:
    return text.upper() in CURRENCIES or text in ("$", "€", "£", "¥", "₹", "US$")


_CHECKS: dict[Kind, Callable[[str], bool]] = {
    Kind.NUMBER: _is_number,
    Kind.MOMENT: _has_clock,
    Kind.DAY: _is_day,
    Kind.DATED: lambda text: _has_date_shape(text) and _is_moment(text),
    Kind.CLOCK: _is_clock,
    Kind.EPOCH: _is_epoch,
    Kind.SIDE: _is_side,
    Kind.ACTIVITY: lambda text: find_activity(text) is not None,
    Kind.CURRENCY: _is_currency,
    Kind.ISIN: lambda text: _ISIN.fullmatch(text) is not None,
    Kind.TICKER: lambda text: _TICKER.fullmatch(text) is not None and not _is_number(text),
    Kind.NAME: lambda text: _NAME.fullmatch(text) is not None and not _is_number(text) and not _is_moment(text),
    Kind.STATUS: is_status,
    Kind.ASSET: lambda text: find_asset_class(text) is not None,
}


def is_kind(text: str, kind: Kind) -> bool:
    """Whether a single cell may be of a kind."""
    return _CHECKS[kind](text)

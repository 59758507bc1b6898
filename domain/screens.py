"""Screens: conditions on the price, the day, the volume and indicators of watched symbols.

A condition is two terms with a sign between them: "rsi14 < 30", "price > sma200", "volume > 2 x volume20". A term is
a number (30, 2.5%, 1.5m), a word of `WORDS`, or an indicator as charts write it (sma200, macd, bb20), with the name
of its column behind a dot where it has several (macd.signal, bb20.upper); a number and "x" before it multiply it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode

from domain.chart_indicators import Indicator, parse_indicators
from domain.errors import InvalidInputError

MOST_CONDITIONS = 12
NAME_LIMIT = 80
SIGNS: Mapping[str, str] = MappingProxyType({">": "above", "<": "below", ">=": "at least", "<=": "at most"})
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "price": "Price",
        "day": "Change today",
        "change": "Change today in money",
        "volume": "Volume today",
        "volume20": "Mean volume of 20 days",
        "high52": "52-week high",
        "low52": "52-week low",
        "place52": "Place in the 52-week range",
        "week": "Return of 7 days",
        "month": "Return of 30 days",
        "quarter": "Return of 91 days",
        "year": "Return of 364 days",
    }
)
NAMED = ("symbol", "name")
"""What matches can be sorted by beside terms."""
FRACTIONS = frozenset({"day", "place52", "week", "month", "quarter", "year"})
"""Words whose value is a fraction, shown in percent."""
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "rsi14 < 30": "Oversold: RSI 14 below 30",
        "rsi14 > 70": "Overbought: RSI 14 above 70",
        "price > sma200": "Above its 200-day average",
        "sma50 > sma200": "50-day above 200-day average",
        "day > 2%": "Up more than 2 % today",
        "day < -2%": "Down more than 2 % today",
        "volume > 2 x volume20": "Twice the usual volume",
        "place52 > 95%": "Near its 52-week high",
        "place52 < 5%": "Near its 52-week low",
        "price > bb20.upper": "Above the upper Bollinger band",
    }
)
_SPLIT = re.compile(r"\s*(<=|>=|<|>)\s*")
_NUMBER = re.compile(r"([+\-\u2212]?\d+(?:\.\d+)?(?:e[+-]?\d{1,3})?)\s*(%|k|m|b)?", re.IGNORECASE)
_TIMES = re.compile(r"(\d+(?:\.\d+)?)\s*[x*\u00d7]\s*(.+)", re.IGNORECASE)
_SCALE = {"": Decimal(1), "%": Decimal("0.01"), "k": Decimal(1000), "m": Decimal(10**6), "b": Decimal(10**9)}
_FEW = 60
_ORDER_HINT = "Write symbol, price, -day or rsi14; a minus puts the largest first."
HINT = "Write it as rsi14 < 30, price > sma200 or volume > 2 x volume20."


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One side of a condition: a number, a word, or a column of an indicator, times a factor."""

    word: str = ""
    indicator: Indicator | None = None
    column: int = 0
    factor: float = 1.0
    number: float | None = None

    @property
    def code(self) -> str:
        """How it is written."""
        if self.number is not None:
            return f"{self.number:.12g}"
        times = "" if self.factor == 1 else f"{self.factor:g} x "
        return f"{times}{self.base}"

    @property
    def base(self) -> str:
        """How it is written without its factor."""
        if self.indicator is None:
            return self.word
        outputs = self.indicator.spec.outputs
        return self.indicator.code + (f".{outputs[self.column].replace(' ', '')}" if len(outputs) > 1 else "")

    @property
    def label(self) -> str:
        """How people read it."""
        if self.number is not None:
            return f"{self.number:,.12g}"
        times = "" if self.factor == 1 else f"{self.factor:g} \u00d7 "
        if self.indicator is None:
            return f"{times}{WORDS[self.word]}"
        outputs = self.indicator.spec.outputs
        return f"{times}{self.indicator.label}{f' {outputs[self.column]}' if len(outputs) > 1 else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenCondition:
    """Two terms and the sign between them."""

    left: Term
    sign: str
    right: Term

    @property
    def code(self) -> str:
        """How it is written."""
        return f"{self.left.code} {self.sign} {self.right.code}"

    @property
    def label(self) -> str:
        """How people read it."""
        right = self.right
        is_share = self.left.word in FRACTIONS and right.number is not None
        words = f"{100 * (right.number or 0):g} %" if is_share else right.label
        return f"{self.left.label} {self.sign} {words.replace('-', chr(0x2212)) if right.number is not None else words}"

    def holds(self, left: float, right: float) -> bool:
        """Whether it is met by two values."""
        return {">": left > right, "<": left < right, ">=": left >= right, "<=": left <= right}[self.sign]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenOrder:
    """What matches are sorted by: a word of `NAMED`, or a term."""

    key: str
    term: Term | None = None
    is_down: bool = False

    @property
    def code(self) -> str:
        """How it is written: "rsi14", "-day" for the largest first."""
        return f"-{self.key}" if self.is_down else self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What is looked for, and among what.

    Attributes:
        list_id: The watchlist that is screened, None for everything that is watched.
        conditions: All of them have to be met.
        order: What the matches are sorted by, None for the order of the lists.
    """

    list_id: int | None = None
    conditions: tuple[ScreenCondition, ...] = ()
    order: ScreenOrder | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """What its conditions compare and its matches are sorted by, numbers left out."""
        sides = [term for item in self.conditions for term in (item.left, item.right)]
        sides += [self.order.term] if self.order and self.order.term else []
        return tuple(term for term in sides if term.number is None)

    def to_query(self) -> str:
        """Return it as the query of an address."""
        pairs = [] if self.list_id is None else [("list", str(self.list_id))]
        if self.conditions:
            pairs.append(("conditions", "; ".join(item.code for item in self.conditions)))
        if self.order:
            pairs.append(("sort", self.order.code))
        return urlencode(pairs)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Screen:
        """Read it from the parameters of an address.

        Raises:
            InvalidInputError: If a condition or the order cannot be read, or there are too many conditions.
        """
        number = query.get("list", "")
        if number and not (number.isascii() and number.isdigit() and len(number) < 10):
            raise InvalidInputError(f"Parameter list={number[:20]!r} is not the number of a list.", field="list")
        return cls(
            list_id=int(number) if number else None,
            conditions=parse_conditions(query.get("conditions", "")),
            order=parse_order(query.get("sort", "")),
        )

    @classmethod
    def from_address(cls, text: str | None) -> Screen:
        """Read it from the query of an address."""
        return cls.from_query(dict(parse_qsl((text or "").lstrip("?"))))


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedScreen:
    """A named screen; `query` is as `Screen.to_query` writes it."""

    id: int
    name: str
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenRow:
    """One symbol of a screen.

    Attributes:
        values: By `Term.base`; None where it is not defined.
        is_match: Whether every condition is met; None when one cannot be decided.
        reason: Why it cannot be decided, "" otherwise.
    """

    symbol: str
    name: str
    values: Mapping[str, float | None]
    is_match: bool | None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenResult:
    """What a screen found: matches in the order of the screen, and symbols that could not be decided."""

    screen: Screen
    matches: tuple[ScreenRow, ...]
    undecided: tuple[ScreenRow, ...]
    looked_at: int


def parse_conditions(text: str) -> tuple[ScreenCondition, ...]:
    """Read conditions that are divided by semicolons or lines.

    Raises:
        InvalidInputError: If one cannot be read, or there are too many.
    """
    parts = [part for part in re.split(r"[;\n]", text) if part.strip()]
    if len(parts) > MOST_CONDITIONS:
        raise InvalidInputError(f"A screen has at most {MOST_CONDITIONS} conditions.", field="conditions")
    return tuple(dict.fromkeys(parse_condition(part) for part in parts))


def parse_order(text: str) -> ScreenOrder | None:
    """Read what matches are sorted by: "symbol", "-day", "rsi14"; None for the order of the lists.

    Raises:
        InvalidInputError: If it is no column.
    """
    word = text.strip().lower()
    key, is_down = word.removeprefix("-"), word.startswith("-")
    if not key:
        return None
    if key in NAMED:
        return ScreenOrder(key=key, is_down=is_down)
    term = parse_term(key)
    if term.number is not None or term.factor != 1:
        raise InvalidInputError(f"{text[:_FEW]!r} is no column to sort by.", field="sort", hint=_ORDER_HINT)
    return ScreenOrder(key=term.base, term=term, is_down=is_down)


def parse_condition(text: str) -> ScreenCondition:
    """Read one condition.

    Raises:
        InvalidInputError: If it cannot be read; the message says which part.
    """
    parts = _SPLIT.split(text.strip())
    if len(parts) != 3 or not parts[0] or not parts[2]:
        raise InvalidInputError(f"{text.strip()[:_FEW]!r} is not a condition.", field="conditions", hint=HINT)
    found = ScreenCondition(left=parse_term(parts[0]), sign=parts[1], right=parse_term(parts[2]))
    if found.left.number is not None and found.right.number is not None:
        raise InvalidInputError(f"{text.strip()[:_FEW]!r} compares two numbers.", field="conditions", hint=HINT)
    return found


def parse_term(text: str) -> Term:
    """Read one side of a condition.

    Raises:
        InvalidInputError: If it is no number, word or indicator.
    """
    word = " ".join(text.split()).lower()
    number = _NUMBER.fullmatch(word.replace(",", ""))
    if number and len(word) < _FEW:
        value = float(Decimal(number[1].replace("\u2212", "-")) * _SCALE[number[2] or ""])
        if math.isinf(value):
            raise InvalidInputError(f"{text[:_FEW]!r} is too large.", field="conditions", hint=HINT)
        return Term(number=value)
    times = _TIMES.fullmatch(word)
    if times:
        rest = parse_term(times[2])
        if rest.number is not None:
            raise InvalidInputError(f"{text[:_FEW]!r} multiplies two numbers.", field="conditions", hint=HINT)
        return Term(word=rest.word, indicator=rest.indicator, column=rest.column, factor=rest.factor * float(times[1]))
    return Term(word=word) if word in WORDS else _indicator_term(word)


def _indicator_term(word: str) -> Term:
    code, dot, column = word.rpartition(".")
    has_column = bool(dot) and not column.isdigit()
    try:
        (indicator,) = parse_indicators(code if has_column else word)
    except (InvalidInputError, ValueError) as error:
        raise InvalidInputError(
            f"{word[:_FEW]!r} is no number, word or indicator.", field="conditions", hint=HINT
        ) from error
    names = [name.replace(" ", "").lower() for name in indicator.spec.outputs]
    if has_column and column not in names:
        known = ", ".join(f"{indicator.code}.{name}" for name in names if name) or indicator.code
        raise InvalidInputError(f"{word[:_FEW]!r} has no such column.", field="conditions", hint=f"Write {known}.")
    return Term(indicator=indicator, column=names.index(column) if has_column else 0)

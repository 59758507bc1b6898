"""Option contracts as brokers spell them, read into `OptionTerms`.

Understood: OSI ("AVAV  260109C00320000", also unpadded), compact ("-NVDA260710P195", ".SPY250321C570"),
dated ("APP 08/22/2025 475.00 C", "TSLA 12/15/2023 Put $230.00", "AAPL 19JAN24 150 C"),
thinkorswim ("AAPL 100 (Weeklys) 19 JUN 26 200 CALL", "AAPL Jan 21 2022 170.0 Call"),
right first ("PUT MDB 07/17/26 312.500", "PUT (NVDA) JUL 10 26 $195"),
and options on futures ("./MESU4 EX3U4 240920P5050").
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from domain.instruments import OptionRight, OptionTerms

MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), start=1
    )
}

_ROOT = r"(?P<root>[A-Z][A-Z0-9./]{0,9})"
_STRIKE = r"\$?(?P<strike>\d[\d,]*(?:\.\d+)?|\.\d+)"
_RIGHT = r"(?P<right>CALL|PUT|C|P)"
_DAY = r"(?P<date>\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2} ?[A-Z]{3} ?(?:\d{4}|\d{2}))"
_NAMED_DAY = r"(?P<date>[A-Z]{3} \d{1,2},? (?:\d{4}|\d{2}))"

_MONTH = "[FGHJKMNQUVXZ]"
LONGEST = 120
"""Characters beyond which a text is no contract's name."""

_OSI = re.compile(r"(?P<root>[A-Z0-9][A-Z0-9./]{0,5}) *(?P<date>\d{6})(?P<right>[CP])(?P<strike>\d{8})")
_SPELLINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[-.]?{_ROOT}(?P<date>\d{{6}})(?P<right>[CP]){_STRIKE}",
        rf"\./(?P<root>[A-Z0-9]{{1,3}}?{_MONTH}\d{{1,2}}?) *(?:[A-Z0-9]+ )? *(?P<date>\d{{6}})(?P<right>[CP]){_STRIKE}",
        rf"{_ROOT}(?: 100)?(?: \([A-Z ]+\))? {_DAY} {_STRIKE} {_RIGHT}",
        rf"{_ROOT} {_DAY} {_RIGHT} {_STRIKE}",
        rf"{_ROOT} {_NAMED_DAY} {_STRIKE} {_RIGHT}",
        rf"{_RIGHT} {_ROOT} {_DAY} {_STRIKE}(?: .*)?",
        rf"{_RIGHT} \({_ROOT}\)(?: .*?)? {_NAMED_DAY} {_STRIKE}(?: .*)?",
    )
)


def parse_osi(text: str) -> OptionTerms | None:
    """Return the terms of an OSI symbol, padded or not; None when the text is not one."""
    match = _OSI.fullmatch(_tidy(text))
    return _terms(match, Decimal(match["strike"]).scaleb(-3)) if match else None


def parse_option(text: str) -> OptionTerms | None:
    """Return the terms of an option in any known spelling; None when the text is none of them.

    The whole text must be the contract: a word of prose around it is not searched through.
    """
    terms = parse_osi(text)
    if terms is not None or len(text) > LONGEST:
        return terms
    tidy = _tidy(text)
    for spelling in _SPELLINGS:
        match = spelling.fullmatch(tidy)
        terms = _terms(match, Decimal(match["strike"].replace(",", ""))) if match else None
        if match and terms:
            return OptionTerms(
                underlying=("/" if tidy.startswith("./") else "") + terms.underlying,
                expiry=terms.expiry,
                strike=terms.strike,
                right=terms.right,
            )
    return None


def option_terms(*, underlying: str, expiry: date, strike: Decimal, right: str) -> OptionTerms | None:
    """Return terms from separate columns; None when the right is neither a call nor a put."""
    letter = right.strip().upper()[:1]
    if letter not in ("C", "P") or not underlying:
        return None
    side = OptionRight.CALL if letter == "C" else OptionRight.PUT
    return OptionTerms(underlying=underlying, expiry=expiry, strike=strike.normalize() + 0, right=side)


def parse_expiry(text: str) -> date | None:
    """Return the day written as yymmdd, yyyymmdd, m/d/yy[yy], ISO, "19 JUN 26", "19JUN26" or "JUN 19 26"."""
    try:
        return _day(text.strip().upper())
    except ValueError:
        return None


def _tidy(text: str) -> str:
    return " ".join(text.upper().split())


def _terms(match: re.Match[str], strike: Decimal) -> OptionTerms | None:
    expiry = parse_expiry(match["date"])
    if expiry is None:
        return None
    return option_terms(underlying=match["root"], expiry=expiry, strike=strike, right=match["right"])


def _day(text: str) -> date | None:
    if text.isdigit():
        year, rest = (text[:4], text[4:]) if len(text) == 8 else (text[:2], text[2:])
        return date(_year(year), int(rest[:2]), int(rest[2:])) if len(rest) == 4 else None
    if "/" in text:
        month, day, year = text.split("/")
        return date(_year(year), int(month), int(day))
    if text.count("-") == 2:
        return date.fromisoformat(text)
    return _named_day(text)


def _named_day(text: str) -> date | None:
    first = re.fullmatch(r"(\d{1,2}) ?([A-Z]{3}) ?(\d{4}|\d{2})", text)
    if first:
        return date(_year(first[3]), MONTHS.get(first[2], 0), int(first[1]))
    other = re.fullmatch(r"([A-Z]{3}) (\d{1,2}),? (\d{4}|\d{2})", text)
    return date(_year(other[3]), MONTHS.get(other[1], 0), int(other[2])) if other else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)

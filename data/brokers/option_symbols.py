"""Option contracts as brokers spell them, read into `OptionTerms`.

Understood: OSI ("AVAV  260109C00320000", also unpadded), compact ("-NVDA260710P195", ".SPY250321C570"),
dated ("APP 08/22/2025 475.00 C", "TSLA 12/15/2023 Put $230.00", "AAPL 19JAN24 150 C"),
thinkorswim ("AAPL 100 (Weeklys) 19 JUN 26 200 CALL", "AAPL Jan 21 2022 170.0 Call"),
right first ("PUT MDB 07/17/26 312.500", "PUT (NVDA) JUL 10 26 $195"),
right before strike ("SPY US 06/19/26 C500"), strike before day ("SPY 500C 06/19/2026"),
underscored ("SPY_061926C500"), options on futures ("./MESU4 EX3U4 240920P5050"),
on coins ("BTC-27DEC24-100000-C", "BTC-USD-261225-90000-P", "XRP_USDC-27DEC24-0d55-C"),
and Indian weekly ones ("NIFTY2461921500CE"). An Indian monthly symbol names no day and gives no terms.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from domain.instruments import OPTION_MULTIPLIER, OptionRight, OptionTerms

MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), start=1
    )
}

_ROOT = r"(?P<root>[A-Z][A-Z0-9./]{0,9})"
_STRIKE = r"\$?(?P<strike>\d[\d,]*(?:\.\d+)?|\.\d+)"
_RIGHT = r"(?P<right>CALL|PUT|CE|PE|C|P)"
_DAY = r"(?P<date>\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2}|\d{1,2} ?[A-Z]{3} ?(?:\d{4}|\d{2})|\d{8}|\d{6})"
_NAMED_DAY = r"(?P<date>[A-Z]{3} ?\d{1,2},? (?:\d{4}|\d{2}))"

_MONTH = "[FGHJKMNQUVXZ]"
_COIN = re.compile(
    r"(?P<root>[A-Z][A-Z0-9]{1,9})(?:[-_](?:USDT|USDC|USD|EUR))?-(?P<date>\d{1,2}[A-Z]{3}\d{2}|\d{6})-"
    r"(?P<strike>\d+(?:[.D]\d+)?)-(?P<right>[CP])"
)
_INDIAN = re.compile(
    r"(?P<root>[A-Z]+(?:50)?)(?P<year>\d\d)(?P<month>[1-9OND])(?P<day>[0-3]\d)(?P<strike>\d+(?:\.\d+)?)(?P<right>CE|PE)"
)
_LETTER_MONTHS = {"O": 10, "N": 11, "D": 12}
LONGEST = 120
"""Characters beyond which a text is no contract's name."""

_OSI = re.compile(r"(?P<root>[A-Z0-9][A-Z0-9./]{0,5}) *(?P<date>\d{6})(?P<right>[CP])(?P<strike>\d{8})")
_SPELLINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:O:|[-.+] ?)?{_ROOT} ?(?P<date>\d{{6}})(?P<right>[CP]){_STRIKE}",
        rf"\./(?P<root>[A-Z0-9]{{1,3}}?{_MONTH}\d{{1,2}}?) *(?:[A-Z0-9]+ )? *(?P<date>\d{{6}})(?P<right>[CP]){_STRIKE}",
        rf"{_ROOT}(?: 100)?(?: \([A-Z ]+\))? {_DAY} {_STRIKE} ?{_RIGHT}",
        rf"{_ROOT}(?: US)? {_DAY} {_RIGHT} ?{_STRIKE}",
        rf"{_ROOT} {_NAMED_DAY} {_STRIKE} {_RIGHT}",
        rf"{_ROOT} {_STRIKE} ?{_RIGHT} {_DAY}",
        rf"{_ROOT} {_RIGHT} {_DAY} {_STRIKE}",
        rf"{_ROOT}_(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d\d)(?P<right>[CP]){_STRIKE}",
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
    for spelling in (*_SPELLINGS, _COIN, _INDIAN):
        match = spelling.fullmatch(tidy)
        terms = _terms(match, Decimal(match["strike"].replace(",", "").replace("D", "."))) if match else None
        if match and terms:
            return OptionTerms(
                underlying=("/" if tidy.startswith("./") else "") + terms.underlying,
                expiry=terms.expiry,
                strike=terms.strike,
                right=terms.right,
            )
    return None


def usual_size(text: str) -> Decimal | None:
    """Return the units behind an option of this spelling: 100, and None where its exchange sets them one by one.

    Options on coins are for 1, 0.1 or 0.01 of a coin, and Indian ones are counted in units or in lots.
    """
    tidy = _tidy(text)
    return None if _COIN.fullmatch(tidy) or tidy.endswith(("CE", "PE")) else OPTION_MULTIPLIER


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
    except (ValueError, OverflowError):  # a year of twenty digits is no number a date can take
        return None


def _tidy(text: str) -> str:
    # An apostrophe stands for the century: JUN 19 '26.
    return " ".join(text.upper().replace("'", " ").split())


def _terms(match: re.Match[str], strike: Decimal) -> OptionTerms | None:
    expiry = _expiry(match.groupdict())
    if expiry is None:
        return None
    return option_terms(underlying=match["root"], expiry=expiry, strike=strike, right=match["right"])


def _expiry(parts: dict[str, str | None]) -> date | None:
    if parts.get("date"):
        return parse_expiry(parts["date"] or "")
    month = parts["month"] or ""
    try:
        return date(2000 + int(parts["year"] or 0), _LETTER_MONTHS.get(month) or int(month), int(parts["day"] or 0))
    except ValueError:
        return None


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
    other = re.fullmatch(r"([A-Z]{3}) ?(\d{1,2}),? (\d{4}|\d{2})", text)
    return date(_year(other[3]), MONTHS.get(other[1], 0), int(other[2])) if other else None


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)

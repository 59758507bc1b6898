"""What every Interactive Brokers layout shares: asset codes, times, kinds of cash and split ratios."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

from data.brokers.cells import CellError
from data.brokers.contracts import future_contract, future_multiplier
from data.brokers.option_symbols import parse_option
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, OptionTerms
from domain.statements import OtherKind

TIMEZONE = "America/New_York"
BOND_MULTIPLIER = Decimal("0.01")
"""Bonds are priced in per cent of their face value."""

ASSETS = {
    "STK": AssetClass.STOCK, "STOCKS": AssetClass.STOCK, "WAR": AssetClass.STOCK, "WARRANTS": AssetClass.STOCK,
    "IOPT": AssetClass.STOCK, "STRUCTURED PRODUCTS": AssetClass.STOCK,
    "FUND": AssetClass.FUND, "MUTUAL FUNDS": AssetClass.FUND,
    "BOND": AssetClass.BOND, "BONDS": AssetClass.BOND, "BILL": AssetClass.BOND, "TREASURY BILLS": AssetClass.BOND,
    "OPT": AssetClass.OPTION, "EQUITY AND INDEX OPTIONS": AssetClass.OPTION,
    "FUT": AssetClass.FUTURE, "FUTURES": AssetClass.FUTURE,
    "FOP": AssetClass.FUTURE_OPTION, "OPTIONS ON FUTURES": AssetClass.FUTURE_OPTION,
    "FUTURES OPTIONS": AssetClass.FUTURE_OPTION,
    "CASH": AssetClass.FOREX, "FOREX": AssetClass.FOREX,
    "CFD": AssetClass.CFD, "CFDS": AssetClass.CFD, "CRYPTO": AssetClass.CRYPTO, "CRYPTOCURRENCIES": AssetClass.CRYPTO,
    "CMDTY": AssetClass.CFD, "METALS": AssetClass.CFD, "IND": AssetClass.INDEX,
}  # fmt: skip

_DAY = r"(?P<day>\d{8}|\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{1,2}/\d{2}|\d{1,2}-[A-Za-z]{3}-\d{2})"
_MOMENT = re.compile(_DAY + r"(?:[;, T]+(?P<time>\d{6}|\d{1,2}:\d{2}(?::\d{2})?))?(?: (?P<zone>[A-Z]{3,4}))?")
_ZONES = {"UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2}
_BOND_NAME = re.compile(r".+ \d{2}/\d{2}/(\d{2}|\d{4})")
_SPLIT = re.compile(r"SPLIT\s+(\d+(?:\.\d+)?)\s+FOR\s+(\d+(?:\.\d+)?)", re.IGNORECASE)
_SUBJECT = re.compile(r"([A-Z0-9][A-Z0-9 .]{0,19})\(([A-Z0-9]+)\)")
_KINDS = (
    (("DIVIDEND",), OtherKind.DIVIDEND),
    (("TAX", "WITHHOLDING", "STEUER"), OtherKind.TAX),
    (("INTEREST", "COUPON", "ZINS"), OtherKind.INTEREST),
    (("FEE", "COMMISSION ADJ", "GEBÜHR"), OtherKind.FEE),
    (("TRANSFER",), OtherKind.TRANSFER),
)


def asset_class(code: str, symbol: str) -> AssetClass:
    """Return the asset class of IB's code or word; an empty code is told from the symbol's spelling.

    Raises:
        CellError: If the code is one this program does not know.
    """
    if code:
        known = ASSETS.get(code.upper())
        if known is None:
            raise CellError("AssetClass", code, f"The asset class {code!r} is not known.", "Report the file.")
        return known
    terms = parse_option(symbol)
    if terms is not None:
        return AssetClass.OPTION
    if re.fullmatch(r"[A-Z]{3}\.[A-Z]{3}", symbol):
        return AssetClass.FOREX
    if _BOND_NAME.fullmatch(symbol):
        return AssetClass.BOND
    return AssetClass.FUTURE if symbol[-1:].isdigit() and future_contract(symbol) else AssetClass.STOCK


def multiplier(asset: AssetClass, symbol: str, given: Decimal | None) -> Decimal | None:
    """Return the contract size: the file's own when it has one, else what is known; None is unknown."""
    if asset is AssetClass.BOND:
        return BOND_MULTIPLIER
    if given is not None and given > 0:
        return given
    if asset is AssetClass.OPTION:
        return OPTION_MULTIPLIER
    if asset is AssetClass.FUTURE_OPTION:
        return None
    return future_multiplier(symbol) if asset is AssetClass.FUTURE else ONE


def find_terms(*texts: str) -> OptionTerms | None:
    """Return the option terms of the first text that spells a contract."""
    return next((terms for terms in map(parse_option, texts) if terms is not None), None)


def read_moment(text: str, *, column: str, day_first: bool = False) -> datetime:
    """Read a time as IB writes it: day and time parted by a semicolon, comma, blank or T, or a day alone.

    Args:
        text: For example "20260714;093000" or "2024-01-16, 10:30:00 EST".
        column: Name for the error.
        day_first: Whether 03/04/2024 is 3 April.

    Raises:
        CellError: If it is not such a time.
    """
    match = _MOMENT.fullmatch(text)
    if match and (not match["zone"] or match["zone"] in _ZONES):
        try:
            moment = _day(match["day"], day_first=day_first) + _time(match["time"] or "")
        except ValueError:
            moment = None
        if moment and 1970 <= moment.year <= 2100:
            return moment.replace(tzinfo=_zone(match["zone"])) if match["zone"] else moment
    hint = "Expected a time such as 20260714;093000 or 2026-07-14, 09:30:00."
    raise CellError(column, text, f"{text[:40]!r} is not a time Interactive Brokers writes.", hint)


def cash_kind(label: str, amount: Decimal | None) -> OtherKind:
    """Return our kind of a cash row by IB's word for it."""
    word = label.upper()
    if "DEPOSIT" in word or "WITHDRAWAL" in word or "EINZAHLUNG" in word or "AUSZAHLUNG" in word:
        return OtherKind.WITHDRAWAL if amount is not None and amount < 0 else OtherKind.DEPOSIT
    for words, kind in _KINDS:
        if any(part in word for part in words):
            return kind
    return OtherKind.ADJUSTMENT


def split_ratio(description: str) -> tuple[Decimal, Decimal] | None:
    """Return (new, old) of "Split 4 for 1"; None when the text names no split."""
    match = _SPLIT.search(description)
    return (Decimal(match[1]), Decimal(match[2])) if match else None


def subject(description: str) -> str:
    """Return the symbol of "AAPL(US0378331005) Cash Dividend …"; "" when there is none."""
    match = _SUBJECT.match(description)
    return match[1].strip() if match else ""


def _day(text: str, *, day_first: bool) -> datetime:
    if text.isdigit():
        return datetime.strptime(text, "%Y%m%d")  # noqa: DTZ007 - naive on purpose; the builder applies the zone
    if "/" in text:
        year = "%Y" if len(text.rsplit("/", 1)[1]) == 4 else "%y"
        pattern = f"%d/%m/{year}" if day_first else f"%m/%d/{year}"
        return datetime.strptime(text, pattern)  # noqa: DTZ007 - same
    return datetime.strptime(text, "%Y-%m-%d" if text[4:5] == "-" else "%d-%b-%y")  # noqa: DTZ007 - same


def _time(text: str) -> timedelta:
    digits = text.replace(":", "").zfill(6) if text.count(":") == 2 else text.replace(":", "")
    if not digits:
        return timedelta()
    digits = digits.zfill(4).ljust(6, "0")
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(text)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _zone(name: str) -> timezone:
    return timezone(timedelta(hours=_ZONES[name])) if _ZONES[name] else UTC

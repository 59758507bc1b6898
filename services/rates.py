"""Exchange rates: what the owner typed or imported, what a provider knows, and what the demo invents."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np

from analytics.fx import RateBook, RateSeries, make_series
from data.db import portfolios as table
from data.db.engine import Database
from data.market.rates import LEVELS, dollar_rates
from domain.accounts import UserId
from domain.errors import InvalidInputError, QuoteError
from domain.market import BarInterval
from domain.money import parse_plain_decimal
from domain.periods import Clock
from domain.portfolios import FIXED, SIMULATED, FxRate
from services.accounts import check_currency
from services.quotes import QuoteService

EPOCH = date(1970, 1, 1)
DAY_MICROS = 86_400_000_000
MOST_ROWS = 400_000
MOST_BYTES = 12_000_000
DOLLAR, EURO = "USD", "EUR"
_BARS = 12_000
_EMPTY = ("", "N/A", "-")


class RateService:
    """Use cases around exchange rates; safe to share between threads."""

    def __init__(self, db: Database, quotes: QuoteService, clock: Clock, *, demo: bool) -> None:
        self._db = db
        self._quotes = quotes
        self._clock = clock
        self._demo = demo
        self._known: dict[tuple[str, int], RateSeries | None] = {}
        self._lock = threading.Lock()

    def book(self, owner: UserId, currencies: Sequence[str], quote: str, *, max_age: int) -> RateBook:
        """Return the rates that may be needed to bring amounts in some currencies into another.

        Stored rates come first. For a currency without any, a provider is asked for its daily closes; where only the
        demo market answers, its rates are invented and marked so.
        """
        with self._db.read() as session:
            stored = table.read_rates(session, owner)
        series = _by_pair(stored)
        book = RateBook(series=series, max_age=max_age)
        today = self.today()
        for name in dict.fromkeys(currencies):
            if name != quote and np.isnan(book.rates(name, quote, np.array([today]))[0]):
                series |= {key: item for key, item in self._provided(name, quote, today) if key not in series}
        return RateBook(series=series, max_age=max_age)

    def today(self) -> int:
        """Return the current UTC day, days since 1970."""
        return (self._clock().astimezone(UTC).date() - EPOCH).days

    def state(self, owner: UserId) -> tuple[int, datetime | None]:
        """Return what values computed with the owner's rates are cached by."""
        with self._db.read() as session:
            return table.rate_state(session, owner)

    def pairs(self, owner: UserId) -> list[tuple[str, str, int, date, date, str]]:
        """Return (base, quote, rates, first day, last day, a source) of each stored pair."""
        with self._db.read() as session:
            return table.pair_counts(session, owner)

    def rates(self, owner: UserId, limit: int = 200) -> list[FxRate]:
        """Return the newest stored rates."""
        with self._db.read() as session:
            return table.read_rates(session, owner, limit=limit)

    def save(self, owner: UserId, base: str, quote: str, *, day: date, rate: str, is_fixed: bool = False) -> FxRate:
        """Keep one rate typed by a person.

        Raises:
            InvalidInputError: If the pair, the day or the rate is not usable.
        """
        item = FxRate(
            day=day,
            base=check_currency(base),
            quote=check_currency(quote),
            rate=_read_rate(rate),
            source=FIXED if is_fixed else "typed",
        )
        if item.base == item.quote:
            raise InvalidInputError("A rate needs two different currencies.", field="quote")
        if day > self._clock().date() + timedelta(days=1):
            raise InvalidInputError(f"{day} lies in the future.", field="day", hint="Rates are those of days past.")
        with self._db.begin() as session:
            table.write_rates(session, owner, [item], updated_at=self._clock())
        return item

    def save_text(self, owner: UserId, base: str, quote: str, *, day: str, rate: str, is_fixed: bool) -> FxRate:
        """Keep one rate whose day is a text such as 2026-11-20; raises like `save`."""
        try:
            when = date.fromisoformat(day.strip())
        except ValueError as error:
            raise InvalidInputError(f"{day[:30]!r} is not a date.", field="day", hint="Write 2026-11-20.") from error
        return self.save(owner, base, quote, day=when, rate=rate, is_fixed=is_fixed)

    def import_upload(self, owner: UserId, contents: str) -> int:
        """Keep the rates of a file as a browser hands it over ("data:…;base64,…"); raises like `import_csv`."""
        try:
            content = base64.b64decode(contents.partition(",")[2], validate=True)
        except binascii.Error as error:
            raise InvalidInputError("The file did not arrive whole.", field="file", hint="Try again.") from error
        return self.import_csv(owner, content)

    def delete(self, owner: UserId, base: str, quote: str) -> int:
        """Remove all stored rates of a pair; returns how many there were."""
        with self._db.begin() as session:
            return table.delete_rates(session, owner, base.strip().upper(), quote.strip().upper())

    def import_csv(self, owner: UserId, content: bytes) -> int:
        """Keep the rates of a file: the ECB's reference rates, or rows of date, base, quote, rate.

        Returns:
            How many rates the file held.

        Raises:
            InvalidInputError: If it is not such a file; the line at fault is named.
        """
        if len(content) > MOST_BYTES:
            raise InvalidInputError("The file is larger than 12 MB.", field="file")
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidInputError("The file is not text in UTF-8.", field="file") from error
        rates = list(read_rate_rows(text))
        if not rates:
            raise InvalidInputError("The file has no rates.", field="file")
        with self._db.begin() as session:
            return table.write_rates(session, owner, rates, updated_at=self._clock())

    def _provided(self, base: str, quote: str, today: int) -> Iterator[tuple[tuple[str, str], RateSeries]]:
        """Yield what a provider has for a pair: itself, or both through the dollar."""
        direct = self._candles(base, quote, today)
        if direct is not None:
            yield (base, quote), direct
            return
        for name in (base, quote):
            found = None if name == DOLLAR else self._candles(name, DOLLAR, today) or self._simulated(name, today)
            if found is not None:
                yield (name, DOLLAR), found

    def _candles(self, base: str, quote: str, today: int) -> RateSeries | None:
        for symbol in (f"{base}{quote}=X", f"{base}-{quote}"):
            key = (symbol, today)
            with self._lock:
                if key in self._known:
                    if self._known[key] is not None:
                        return self._known[key]
                    continue
            found = self._read_candles(symbol)
            with self._lock:
                self._known = {name: item for name, item in self._known.items() if name[1] == today} | {key: found}
            if found is not None:
                return found
        return None

    def _read_candles(self, symbol: str) -> RateSeries | None:
        try:
            candles = self._quotes.candles(symbol, BarInterval.D1, limit=_BARS)
        except QuoteError:
            return None
        usable = candles.close > 0
        if not usable.any():
            return None
        return RateSeries(
            day=candles.start[usable] // DAY_MICROS,
            rate=candles.close[usable],
            is_fixed=np.zeros(int(usable.sum()), dtype=bool),
            is_simulated=self._quotes.is_simulated(symbol),
        )

    def _simulated(self, currency: str, today: int) -> RateSeries | None:
        if not self._demo or currency not in LEVELS:
            return None
        days, rates = dollar_rates(currency, today)
        return RateSeries(day=days, rate=rates, is_fixed=np.zeros(len(days), dtype=bool), is_simulated=True)


def _by_pair(rates: Sequence[FxRate]) -> dict[tuple[str, str], RateSeries]:
    groups: dict[tuple[str, str], dict[int, tuple[float, bool]]] = {}
    invented: set[tuple[str, str]] = set()
    for item in rates:
        pair = (item.base, item.quote)
        groups.setdefault(pair, {})[(item.day - EPOCH).days] = (float(item.rate), item.source == FIXED)
        if item.source == SIMULATED:
            invented.add(pair)
    return {pair: make_series(rows, is_simulated=pair in invented) for pair, rows in groups.items()}


def read_rate_rows(text: str) -> Iterator[FxRate]:
    """Yield the rates of a file: the ECB's ("Date,USD,JPY,…", for one euro) or "date,base,quote,rate".

    Raises:
        InvalidInputError: If the header or a row cannot be read.
    """
    rows = csv.reader(io.StringIO(text), delimiter=";" if text.partition("\n")[0].count(";") > 2 else ",")
    header = [cell.strip().lower() for cell in next(rows, [])]
    if header[:4] == ["date", "base", "quote", "rate"]:
        yield from _plain_rows(rows)
    elif header[:1] == ["date"] and len(header) > 1:
        yield from _euro_rows(rows, [cell.upper() for cell in header])
    else:
        raise InvalidInputError(
            "The first line is not that of a file of rates.",
            field="file",
            hint="Use the ECB's reference rates (Date, USD, JPY …), or the columns date, base, quote, rate.",
        )


def _plain_rows(rows: Iterator[list[str]]) -> Iterator[FxRate]:
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        _check_line(line, row, at_least=4)
        base, quote = (check_currency(cell) for cell in row[1:3])
        yield FxRate(day=_read_day(row[0], line), base=base, quote=quote, rate=_read_rate(row[3], line), source="file")


def _euro_rows(rows: Iterator[list[str]], header: Sequence[str]) -> Iterator[FxRate]:
    for line, row in enumerate(rows, 2):
        if not any(cell.strip() for cell in row):
            continue
        _check_line(line, row, at_least=2)
        day = _read_day(row[0], line)
        for name, cell in zip(header[1:], row[1:], strict=False):
            if name and cell.strip() not in _EMPTY:
                yield FxRate(day=day, base=EURO, quote=check_currency(name), rate=_read_rate(cell, line), source="ecb")


def _check_line(line: int, row: Sequence[str], *, at_least: int) -> None:
    if line > MOST_ROWS:
        raise InvalidInputError(f"The file has more than {MOST_ROWS:,} lines.", field="file")
    if len(row) < at_least:
        raise InvalidInputError(f"Line {line} has {len(row)} cells, not {at_least}.", field="file")


def _read_day(text: str, line: int) -> date:
    cleaned = text.strip()
    for pattern in ("%Y-%m-%d", "%d %B %Y", "%d %b %Y"):
        try:
            return datetime.strptime(cleaned, pattern).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise InvalidInputError(f"Line {line}: {cleaned[:30]!r} is not a date.", field="file", hint="Write 2026-11-20.")


def _read_rate(text: str, line: int = 0) -> Decimal:
    place = f"Line {line}: " if line else ""
    try:
        rate = parse_plain_decimal(str(text).strip())
    except ValueError as error:
        message = f"{place}{str(text)[:30]!r} is not a rate."
        raise InvalidInputError(message, field="rate", hint="Write 1.0842.") from error
    if not Decimal("1e-12") <= rate <= Decimal("1e12"):
        raise InvalidInputError(f"{place}A rate lies between 1e-12 and 1e12.", field="rate")
    return rate

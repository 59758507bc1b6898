"""Daily closes of symbols: what the owner gave, else what a quote provider has."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from data.db import portfolios as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.errors import InvalidInputError, QuoteError
from domain.market import BarInterval
from domain.money import parse_plain_decimal, to_float
from domain.periods import Clock
from services.quotes import QuoteService

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

EPOCH = date(1970, 1, 1)
DAY_MICROS = 86_400_000_000
KEPT_SECONDS = 300
KEPT_SYMBOLS = 4_000
_BARS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """Closes of one symbol, ascending by day, restated for splits as providers do.

    Attributes:
        day: Days since 1970, int64.
        close: float64 > 0.
        is_simulated: Whether they are invented.
    """

    day: Ints
    close: Floats
    is_simulated: bool = False

    def __len__(self) -> int:
        return len(self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenCloses:
    """The closes of one symbol that its owner gave."""

    symbol: str
    count: int
    first: date
    last: date


NO_CLOSES = Closes(day=np.zeros(0, dtype=np.int64), close=np.zeros(0))


class CloseService:
    """Reads closes; remembers a provider's answers for five minutes; safe to share between threads."""

    def __init__(self, db: Database, quotes: QuoteService, clock: Clock) -> None:
        self._db = db
        self._quotes = quotes
        self._clock = clock
        self._kept: dict[tuple[str, int], Closes] = {}
        self._lock = threading.Lock()

    def moment(self) -> int:
        """Return the number of the present five minutes: answers of one number are the same."""
        return int(self._clock().timestamp()) // KEPT_SECONDS

    def daily(self, owner: UserId, symbols: Mapping[str, str]) -> dict[str, Closes]:
        """Return the closes of each symbol, an empty table where nobody has any.

        Args:
            owner: Whose own closes come first.
            symbols: By symbol the currency that a price must be in.
        """
        with self._db.read() as session:
            given = set(table.close_state(session, owner)[2])
            own = {name: table.read_closes(session, owner, name) for name in symbols if name in given}
        wrong = self._in_another_currency(symbols)
        return {
            name: _merged(NO_CLOSES if name in wrong else self._provided(name), own.get(name, ())) for name in symbols
        }

    def state(self, owner: UserId) -> object:
        """Return what values computed with the owner's own closes are cached by."""
        with self._db.read() as session:
            return table.close_state(session, owner)[:2]

    def save(self, owner: UserId, symbol: str, closes: Mapping[date, Decimal]) -> int:
        """Keep closes that a person gives; returns how many.

        Raises:
            InvalidInputError: If a close is not above zero.
        """
        name = symbol.strip()
        if not name or len(name) > 160:
            raise InvalidInputError("A symbol has 1 to 160 characters.", field="symbol")
        if any(value <= 0 for value in closes.values()):
            raise InvalidInputError("A close is above zero.", field="close")
        with self._db.begin() as session:
            return table.write_closes(session, owner, name, closes, source="typed", updated_at=self._clock())

    def save_text(self, owner: UserId, symbol: str, text: str) -> int:
        """Keep closes as a person types or pastes them: a day and a close a line; returns how many.

        Raises:
            InvalidInputError: If a line cannot be read; it is named. Nothing is kept then.
        """
        closes = dict(_read_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip())
        if not closes:
            raise InvalidInputError(
                "There is no close.", field="closes", hint="Write a day and a close: 2026-11-20 41.5"
            )
        return self.save(owner, symbol, closes)

    def given(self, owner: UserId) -> list[GivenCloses]:
        """Return the symbols whose closes the owner gave, by symbol."""
        with self._db.read() as session:
            rows = table.list_closes(session, owner)
        return [GivenCloses(symbol=name, count=count, first=first, last=last) for name, count, first, last in rows]

    def delete(self, owner: UserId, symbol: str) -> int:
        """Remove the closes that the owner gave for a symbol, so that a provider's count again; returns how many."""
        with self._db.begin() as session:
            return table.delete_closes(session, owner, symbol.strip())

    def _in_another_currency(self, symbols: Mapping[str, str]) -> set[str]:
        found = self._quotes.quotes(symbols)
        return {name for name, quote in found.items() if symbols[name] and quote.currency != symbols[name]}

    def _provided(self, symbol: str) -> Closes:
        now = self.moment()
        with self._lock:
            if (symbol, now) in self._kept:
                return self._kept[symbol, now]
        found = self._read(symbol)
        with self._lock:
            if len(self._kept) > KEPT_SYMBOLS:
                self._kept = {}
            self._kept = {key: item for key, item in self._kept.items() if key[1] == now}
            self._kept[symbol, now] = found
        return found

    def _read(self, symbol: str) -> Closes:
        try:
            candles = self._quotes.candles(symbol, BarInterval.D1, start=datetime(1990, 1, 1, tzinfo=UTC), limit=_BARS)
        except QuoteError:
            return NO_CLOSES
        usable = candles.close > 0
        return Closes(
            day=candles.start[usable] // DAY_MICROS,
            close=candles.close[usable],
            is_simulated=self._quotes.is_simulated(symbol),
        )


def _merged(provided: Closes, own: Sequence[tuple[date, Decimal]]) -> Closes:
    """Return a provider's closes with the owner's own in their place."""
    if not own:
        return provided
    days = np.array([(day - EPOCH).days for day, _ in own], dtype=np.int64)
    kept = ~np.isin(provided.day, days)
    day = np.concatenate([provided.day[kept], days])
    close = np.concatenate([provided.close[kept], np.array([to_float(value) for _, value in own])])
    order = np.argsort(day)
    return Closes(day=day[order], close=close[order], is_simulated=provided.is_simulated)


def _read_line(number: int, line: str) -> tuple[date, Decimal]:
    """Return the day and the close of a line such as "2026-11-20, 41.5"."""
    parts = [part for part in re.split(r"[\s,;]+", line.strip()) if part]
    try:
        day, text = parts
        return date.fromisoformat(day), parse_plain_decimal(text)
    except ValueError as error:
        message = f"Line {number} ({line.strip()[:40]!r}) is no day with a close."
        raise InvalidInputError(message, field="closes", hint="Write 2026-11-20 41.5, one a line.") from error

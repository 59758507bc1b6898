"""The screener: looks through what is watched for symbols that meet conditions."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.candles import follow_quote
from data.db import watchlists as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.companies import YearRange
from domain.errors import InvalidInputError, QuoteError
from domain.market import BarInterval, Quote
from domain.periods import Clock
from domain.screens import NAME_LIMIT, SavedScreen, Screen, ScreenResult, ScreenRow, Term
from services.bar_shelf import BarShelf
from services.companies import year_range
from services.exports import number, safe_text, write_csv
from services.quotes import QuoteService
from services.studies import session_zone, study_of
from services.watchlists import WatchlistService

if TYPE_CHECKING:
    from domain.columns import CandleTable

YEAR_BARS = 370
MOST_SCREENS = 50
PATIENCE_SECONDS = 8.0
"""How long providers may keep a screen waiting for bars; what has come by then is kept for the next run."""
_RETURNS = {"week": 0, "month": 1, "quarter": 2, "year": 4}
ALWAYS = ("price", "day", "volume")
"""Shown of every match, whatever the conditions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sight:
    """What is known of a symbol: its bars, its price, its 52 weeks, where its sessions begin."""

    candles: CandleTable
    quote: Quote | None
    year: YearRange | None
    zone: str


class ScreenerService:
    """Runs screens and keeps them."""

    def __init__(self, db: Database, quotes: QuoteService, watchlists: WatchlistService, clock: Clock) -> None:
        self._db = db
        self._quotes = quotes
        self._watchlists = watchlists
        self._clock = clock
        self._shelf = BarShelf(quotes, clock)

    def run(self, owner: UserId, screen: Screen) -> ScreenResult:
        """Look through the owner's list, or everything that is watched; daily bars, the last one being today's.

        Raises:
            NotFoundError: If the owner has no such list.
        """
        symbols = self._universe(owner, screen)
        reach = max((term.indicator.reach for term in screen.terms if term.indicator), default=0)
        quotes = self._quotes.quotes(symbols)
        end = time.monotonic() + PATIENCE_SECONDS
        rows = []
        for symbol in symbols:
            is_late = time.monotonic() > end and self._shelf.find(symbol, YEAR_BARS + reach) is None
            rows.append(_late(symbol) if is_late else self._row(symbol, quotes.get(symbol), screen, YEAR_BARS + reach))
        return ScreenResult(
            screen=screen,
            matches=tuple(_ordered([row for row in rows if row.is_match], screen)),
            undecided=tuple(row for row in rows if row.is_match is None),
            looked_at=len(rows),
        )

    def screens(self, owner: UserId) -> list[SavedScreen]:
        """Return the owner's screens by name."""
        with self._db.read() as session:
            return table.list_screens(session, owner)

    def save(self, owner: UserId, name: str, screen: Screen) -> SavedScreen:
        """Keep a screen, in place of the one of the same name.

        Raises:
            InvalidInputError: If the name is not one, or there are too many screens.
        """
        word = " ".join(name.split())
        if not word or len(word) > NAME_LIMIT or not word.isprintable():
            raise InvalidInputError(f"A screen needs a name of 1 to {NAME_LIMIT} characters.", field="name")
        query = screen.to_query()
        with self._db.begin() as session:
            kept = table.list_screens(session, owner)
            if len(kept) >= MOST_SCREENS and word not in {item.name for item in kept}:
                raise InvalidInputError(f"You can keep {MOST_SCREENS} screens.", hint="Delete one first.")
            saved = table.save_screen(session, owner, word, query, now=self._clock())
        return SavedScreen(id=saved, name=word, query=query)

    def delete(self, owner: UserId, screen_id: int) -> None:
        """Delete a screen.

        Raises:
            NotFoundError: If the owner has no such screen.
        """
        with self._db.begin() as session:
            table.delete_screen(session, owner, screen_id)

    def _universe(self, owner: UserId, screen: Screen) -> list[str]:
        if screen.list_id is None:
            return self._watchlists.all_symbols(owner)
        return list(self._watchlists.get(owner, screen.list_id).symbols)

    def _row(self, symbol: str, quote: Quote | None, screen: Screen, bars: int) -> ScreenRow:
        try:
            found = self._shelf.read(symbol, bars)
        except QuoteError as error:
            return ScreenRow(symbol=symbol, name="", values={}, is_match=None, reason=error.message)
        profile = found.profile
        candles = follow_quote(found.bars, quote, BarInterval.D1) if quote else found.bars
        sight = _Sight(candles=candles, quote=quote, year=year_range(candles), zone=session_zone(profile))
        values = {term.base: _value(term, sight) for term in (*_always(), *screen.terms)}
        missing = next((name for name in values if values[name] is None and _is_needed(name, screen)), None)
        if missing is not None:
            reason = f"{missing} is not defined with {len(candles)} daily bars"
            return ScreenRow(symbol=symbol, name=profile.name, values=values, is_match=None, reason=reason)
        is_match = all(item.holds(_side(item.left, values), _side(item.right, values)) for item in screen.conditions)
        return ScreenRow(symbol=symbol, name=profile.name, values=values, is_match=is_match)


def screen_csv(result: ScreenResult) -> Iterator[str]:
    """Yield the matches with the value of every term."""
    names = list(dict.fromkeys(term.base for term in (*_always(), *result.screen.terms)))
    rows = (
        [
            safe_text(row.symbol),
            safe_text(row.name),
            *("" if (value := row.values.get(name)) is None else number(value) for name in names),
        ]
        for row in result.matches
    )
    return write_csv(("symbol", "name", *names), rows)


def _late(symbol: str) -> ScreenRow:
    reason = "its bars take longer than there is patience for: run the screen again"
    return ScreenRow(symbol=symbol, name="", values={}, is_match=None, reason=reason)


def _always() -> Iterator[Term]:
    return (Term(word=word) for word in ALWAYS)


def _ordered(rows: list[ScreenRow], screen: Screen) -> list[ScreenRow]:
    """Return matches in the order of their screen; those without a value come last either way."""
    order = screen.order
    if order is None:
        return rows
    if order.term is None:
        return sorted(
            rows, key=lambda row: row.symbol if order.key == "symbol" else row.name.lower(), reverse=order.is_down
        )
    known = [row for row in rows if row.values[order.key] is not None]
    known.sort(key=lambda row: row.values[order.key] or 0.0, reverse=order.is_down)
    return known + [row for row in rows if row.values[order.key] is None]


def _is_needed(name: str, screen: Screen) -> bool:
    return any(term.base == name for item in screen.conditions for term in (item.left, item.right))


def _side(term: Term, values: Mapping[str, float | None]) -> float:
    if term.number is not None:
        return term.number
    return term.factor * (values[term.base] or 0.0)


def _value(term: Term, sight: _Sight) -> float | None:
    """Return the value of a term without its factor at the last bar, None where it is not defined."""
    if term.indicator is not None:
        if not len(sight.candles):
            return None
        column = study_of(term.indicator, sight.candles, zone=sight.zone).columns[term.column]
        return _finite(float(column[-1]))
    return _finite(_word_value(term.word, sight))


def _word_value(word: str, sight: _Sight) -> float | None:
    quote, year, candles = sight.quote, sight.year, sight.candles
    last = candles.close[-1:].tolist()
    if word == "price":
        return quote.price if quote else (last[0] if last else None)
    if word in ("day", "change"):
        return None if quote is None else quote.change_fraction if word == "day" else quote.change
    if word == "volume":
        return float(candles.volume[-1]) if len(candles) else None
    if year is None:
        return None
    if word in _RETURNS:
        return year.returns[_RETURNS[word]][1]
    return {"volume20": year.volume, "high52": year.high, "low52": year.low, "place52": year.place}[word]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None

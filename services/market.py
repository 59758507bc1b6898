"""The Market page and its export: a chart's data, the watchlist with prices, symbol suggestions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from analytics import indicators
from domain.accounts import UserId
from domain.charts import ChartChoice, ChartData, OwnFill, Study, Watched
from domain.columns import CandleTable, take
from domain.errors import InvalidInputError, QuoteUnavailableError
from domain.market import Profile
from domain.market_hours import MarketState, MarketStatus, find_venue
from domain.periods import from_micros
from domain.watchlists import DEFAULT_TILES, read_symbol
from services.book import Book
from services.candles import CandleReader, reader_of
from services.exports import number, write_csv
from services.holdings import QUOTED
from services.ledger import LedgerService
from services.market_hours import MarketHoursService
from services.quotes import QuoteService
from services.studies import session_zone, study_of
from services.watchlists import WatchlistService

if TYPE_CHECKING:
    from domain.columns import Decimals, Floats, Ints

BARS = 500
SPARK_POINTS = 30
SUGGESTIONS = 8
CANDLE_HEADER = ("start", "open", "high", "low", "close", "volume")


class MarketService:
    """Reads quotes, candles, the watchlist and one's own fills; writes only the watchlist."""

    def __init__(
        self,
        quotes: QuoteService,
        ledger: LedgerService,
        watchlists: WatchlistService,
        hours: MarketHoursService,
        *,
        candles: CandleReader | None = None,
    ) -> None:
        self._quotes = quotes
        self._ledger = ledger
        self._watchlists = watchlists
        self._hours = hours
        self._candles: CandleReader = candles or quotes

    @staticmethod
    def warm_up() -> None:
        """Load the indicator library, which takes a second, before the first chart needs it."""
        indicators.sma(np.zeros(2), 2)

    def resolve(self, owner: UserId, choice: ChartChoice) -> ChartChoice:
        """Return the choice with a symbol: the given one, else the first that is watched."""
        return choice if choice.symbol else choice.with_(symbol=self._watchlists.symbols(owner)[0])

    def chart(self, owner: UserId, choice: ChartChoice, *, limit: int = BARS) -> ChartData:
        """Return the last candles with their indicators and one's own fills.

        The price is renewed first, so that the last candle follows it.

        Raises:
            UnknownSymbolError: If no provider knows the symbol.
            QuoteUnavailableError: If the provider that may know it does not answer and nothing is kept.
        """
        choice = self.resolve(owner, choice)
        symbol = choice.symbol
        quote = self._quotes.quotes([symbol]).get(symbol)
        kept, studies = self.studies(owner, choice, end=None, limit=limit)
        profile = self._quotes.profile(symbol)
        return ChartData(
            choice=choice,
            profile=profile,
            candles=kept,
            studies=studies,
            fills=self.fills(owner, choice, kept) if choice.fills else (),
            quote=quote,
            status=None if profile.simulated else self._status(profile),
        )

    def market_status(self, symbol: str) -> MarketStatus | None:
        """Return what the market of a symbol is doing; None where that is not known, and for invented prices."""
        profile = self._quotes.profile(symbol)
        return None if profile.simulated else self._status(profile)

    def is_trading(self, symbol: str) -> bool:
        """Whether prices of a symbol may move now: its market is not closed, or nobody knows when it is."""
        status = self.market_status(symbol)
        return status is None or status.state not in (MarketState.CLOSED, MarketState.HOLIDAY)

    def latest(self, owner: UserId, choice: ChartChoice) -> ChartData:
        """Return the last two candles of a chart with its price and market, without indicators and fills.

        Raises:
            UnknownSymbolError: If no provider knows the symbol.
            QuoteUnavailableError: If the provider that may know it does not answer and nothing is kept.
        """
        return self.chart(owner, choice.with_(indicators=(), fills=False), limit=2)

    def _status(self, profile: Profile) -> MarketStatus | None:
        venue = find_venue(profile.exchange, asset_class=profile.asset_class)
        return None if venue is None else self._hours.status(venue)

    def studies(
        self, owner: UserId, choice: ChartChoice, *, end: datetime | None, limit: int
    ) -> tuple[CandleTable, tuple[Study, ...]]:
        """Return the last candles before `end` and indicators over them, settled at the first one.

        They are restated for the splits that the owner has entered.

        Raises:
            UnknownSymbolError: If no provider knows the symbol.
            QuoteUnavailableError: If the provider that may know it does not answer and nothing is kept.
        """
        reach = max((item.reach for item in choice.indicators), default=0)
        reader = reader_of(self._candles, owner)
        candles = reader.candles(choice.symbol, choice.interval, end=end, limit=limit + reach)
        shown = slice(max(0, len(candles) - limit), None)
        zone = session_zone(self._quotes.profile(choice.symbol))
        studies = tuple(_cut(study_of(item, candles, zone=zone), shown) for item in choice.indicators)
        return take(candles, shown), studies

    def fills(self, owner: UserId, choice: ChartChoice, candles: CandleTable) -> tuple[OwnFill, ...]:
        """Return one's own executions of a symbol since the first candle, oldest first."""
        if not len(candles):
            return ()
        since = int(candles.start[0]) - (0 if choice.interval.is_intraday else timedelta(days=1) // _MICROSECOND)
        return self.all_fills(owner, choice.symbol, since=since)

    def all_fills(
        self, owner: UserId, symbol: str, *, since: int | None = None, until: int | None = None
    ) -> tuple[OwnFill, ...]:
        """Return every own execution of a symbol, oldest first.

        Args:
            owner: Whose.
            symbol: As quoted or as traded.
            since: Without those before this instant, in microseconds.
            until: Without those at or after this instant, in microseconds.
        """
        found = [fill for book in self._ledger.books(owner) for fill in _book_fills(book, symbol, since, until)]
        return tuple(sorted(found, key=lambda fill: fill.at))

    @staticmethod
    def later_splits(book: Book, code: int, at: int) -> float:
        """Return new units per old one since an instant, in microseconds."""
        return float(_splits_after(book, code, np.array([at]))[0])

    def watchlist(self, owner: UserId, list_id: int = 0) -> list[Watched]:
        """Return the symbols of a list, the first for 0, with their last prices, daily closes and marks.

        Raises:
            NotFoundError: If the owner has no such list.
        """
        return self.watched(owner, self._watchlists.get(owner, list_id).symbols)

    def watched(self, owner: UserId, symbols: Sequence[str]) -> list[Watched]:
        """Return some symbols with their last prices, daily closes and the owner's marks."""
        quotes, marks = self._quotes.quotes(symbols), self._watchlists.marks(owner)
        return [
            Watched(
                symbol=symbol,
                quote=quotes.get(symbol),
                closes=tuple(self._quotes.sparkline(symbol, SPARK_POINTS).tolist()) if symbol in quotes else (),
                mark=marks.get(symbol),
            )
            for symbol in symbols
        ]

    def tiles(self, owner: UserId) -> list[Watched]:
        """Return the index tiles with their prices; of the usual ones, which nobody chose, only those with a price."""
        symbols = self._watchlists.tiles(owner)
        rows = self.watched(owner, symbols)
        return [row for row in rows if row.quote] if symbols == list(DEFAULT_TILES) else rows

    def watch(self, owner: UserId, text: str, list_id: int = 0) -> str:
        """Watch a symbol that a provider knows, and return it; a provider that is down does not hinder it.

        Raises:
            InvalidInputError: If it is not a symbol, is in the list already, or the list is full.
            UnknownSymbolError: If no provider knows it.
            NotFoundError: If the owner has no such list.
        """
        symbol = read_symbol(text)
        if symbol in self._watchlists.get(owner, list_id).symbols:
            raise InvalidInputError(f"{symbol} is on the watchlist already.", field="symbol")
        with suppress(QuoteUnavailableError):
            self._quotes.quote(symbol)
        self._watchlists.add(owner, symbol, list_id)
        return symbol

    def suggest(self, owner: UserId, text: str) -> list[Profile]:
        """Return instruments that match a text, best first; without a text what is held and watched."""
        if text.strip():
            return self._quotes.search(text)[:SUGGESTIONS]
        symbols = [*self._held(owner), *self._watchlists.symbols(owner)]
        return [self._quotes.profile(symbol) for symbol in list(dict.fromkeys(symbols))[:SUGGESTIONS]]

    def _held(self, owner: UserId) -> list[str]:
        return [
            book.instruments[int(code)].symbol
            for book in self._ledger.books(owner)
            for code in book.matched.trades.instrument[book.matched.trades.is_open]
            if book.instruments[int(code)].asset_class in QUOTED
        ]


_MICROSECOND = timedelta(microseconds=1)


def _cut(study: Study, rows: slice) -> Study:
    return replace(study, columns=tuple(column[rows] for column in study.columns))


def _book_fills(book: Book, symbol: str, since: int | None, until: int | None) -> Iterator[OwnFill]:
    wanted = _plain(symbol)
    for code, instrument in enumerate(book.instruments):
        if instrument.asset_class not in QUOTED or _plain(instrument.symbol) != wanted:
            continue
        group = book.group(code)
        rows = take(group, _rows_between(group.executed_at, since, until))
        factor = _splits_after(book, code, rows.executed_at)
        columns = (
            rows.executed_at.tolist(),
            (_floats(rows.price) / factor).tolist(),
            (_floats(rows.quantity) * factor).tolist(),
            rows.side.tolist(),
        )
        name = book.account.name
        for at, price, quantity, side in zip(*columns, strict=True):
            yield OwnFill(at=from_micros(at), price=price, quantity=quantity, side=side, account_name=name)


def _rows_between(instants: Ints, since: int | None, until: int | None) -> Ints:
    found = np.ones(len(instants), dtype=bool)
    if since is not None:
        found &= instants >= since
    if until is not None:
        found &= instants < until
    return found.nonzero()[0]


def _floats(column: Decimals) -> Floats:
    return column.units.astype(np.float64) / 10.0**column.places


def _splits_after(book: Book, code: int, instants: Ints) -> Floats:
    """Return new units per old one since each instant: charts show prices restated for splits."""
    factor = np.ones(len(instants))
    for split in book.splits:
        if split.instrument == code:
            factor[instants < split.effective_at] *= float(split.factor)
    return factor


def _plain(symbol: str) -> str:
    return symbol.strip().upper().replace("/", "-")


def candles_csv(data: ChartData) -> Iterator[str]:
    """Yield the candles of a chart and its indicators, starts in ISO 8601 UTC."""
    names: list[str] = []
    for study in data.studies:
        several = study.indicator.spec.outputs
        names += [f"{study.indicator.label} {name}".strip().lower().replace(" ", "_") for name in several]
    columns = [column for study in data.studies for column in study.columns]
    candles = data.candles
    prices = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    rows = (
        [
            from_micros(int(candles.start[row])).isoformat(),
            *(number(float(column[row])) for column in prices),
            *("" if column[row] != column[row] else number(float(column[row])) for column in columns),
        ]
        for row in range(len(candles))
    )
    return write_csv((*CANDLE_HEADER, *names), rows)


__all__ = ["BARS", "MarketService", "candles_csv"]

"""Finnhub: delayed and real-time prices of stocks through the vendor's own client.

The free plan answers 60 calls a minute, one symbol a call, and has no candles (HTTP 403). An unknown symbol comes back
as HTTP 200 with zeros, which is never taken for a price. Its stream has every trade of up to 50 symbols.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from data.quotes import ProviderOptions, ProviderSpec, QuoteProvider, RateLimit
from data.quotes.session import explain_status, make_session, read_answer
from data.quotes.socket import Feed, follow
from domain.columns import CandleTable
from domain.errors import NotOfferedError, QuoteUnavailableError, SettingsError, UnknownSymbolError
from domain.market import BarInterval, Profile, Quote, TapePrint, Tick
from domain.periods import MICROSECONDS, Clock, from_micros

_RESOLUTIONS = {
    BarInterval.M1: "1",
    BarInterval.M5: "5",
    BarInterval.M15: "15",
    BarInterval.M30: "30",
    BarInterval.H1: "60",
    BarInterval.D1: "D",
}
_STREAMED = 50
_FOREIGN = re.compile(r"\.[A-Z]{2,}$|\.[FLT]$")  # an exchange suffix; .A and .B are classes of shares
_KINDS = {"ETP": "fund", "ETF": "fund", "Open-End Fund": "fund", "Closed-End Fund": "fund", "Crypto": "crypto"}


class FinnhubProvider:
    """Speaks to Finnhub with one client a thread, since its HTTP session is not made for several."""

    def __init__(self, options: ProviderOptions) -> None:
        self.spec: ProviderSpec = PROVIDER
        self._options = options
        self._clock: Clock = options.clock
        self._local = threading.local()

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices, one call a symbol."""
        found: dict[str, Quote] = {}
        for symbol in symbols:
            try:
                found[symbol] = self._quote(symbol)
            except UnknownSymbolError:
                continue
        return found

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return bars; needs a paid plan."""
        if interval not in _RESOLUTIONS:
            raise NotOfferedError(f"Finnhub has no {interval.value} candles.")
        span = int(start.timestamp()), int(end.timestamp())
        answer = self._call(lambda client: client.stock_candles(symbol, _RESOLUTIONS[interval], *span))
        if answer.get("s") == "no_data":
            raise UnknownSymbolError(f"Finnhub has no candles of {symbol!r} in this period.")
        try:
            return _read_candles(answer, end)
        except (KeyError, TypeError, ValueError) as error:
            raise QuoteUnavailableError("Finnhub answered with candles that cannot be read.") from error

    def profile(self, symbol: str) -> Profile:
        """Return the company's profile."""
        answer = self._call(lambda client: client.company_profile2(symbol=symbol))
        if not answer:
            raise UnknownSymbolError(f"Finnhub does not know {symbol!r}.")
        profile: Profile = read_answer("Finnhub", lambda: _read_profile(symbol, answer))
        return profile

    def search(self, text: str) -> list[Profile]:
        """Return matching instruments."""
        answer = self._call(lambda client: client.symbol_lookup(text))
        rows = answer.get("result") or []
        return [
            Profile(
                symbol=str(row["symbol"]),
                name=str(row.get("description") or ""),
                asset_class=_KINDS.get(str(row.get("type")), "stock"),
                currency="" if _FOREIGN.search(str(row["symbol"])) else "USD",
            )
            for row in rows
            if isinstance(row, dict) and row.get("symbol")
        ]

    def stream(self, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:
        """Yield every trade, and the price of the last one of a message."""
        url = self._options.stream_url or f"wss://ws.finnhub.io?token={self._options.finnhub_key}"
        hello = [json.dumps({"type": "subscribe", "symbol": symbol}) for symbol in symbols[:_STREAMED]]
        return follow(Feed(title="Finnhub", url=url, hello=hello, read=self._read_trades), stop)

    def _read_trades(self, message: dict[str, Any]) -> list[Tick]:
        if message.get("type") == "error":
            raise QuoteUnavailableError(f"Finnhub refuses the stream: {str(message.get('msg'))[:80]}")
        if message.get("type") != "trade":
            return []
        prints = [_print_of(row) for row in message["data"]]
        last = {item.symbol: item for item in prints}  # several trades of a symbol: the last one is the price
        now = self._clock()
        quotes = [
            Quote(symbol=symbol, price=item.price, as_of=item.at, fetched_at=now, provider=PROVIDER.slug)
            for symbol, item in last.items()
        ]
        return [*prints, *quotes]

    def _quote(self, symbol: str) -> Quote:
        answer = self._call(lambda client: client.quote(symbol))
        try:
            price, moment = float(answer["c"]), int(answer["t"])
        except (KeyError, TypeError, ValueError) as error:
            raise QuoteUnavailableError("Finnhub answered with a quote that cannot be read.") from error
        if moment == 0:
            raise UnknownSymbolError(f"Finnhub does not know {symbol!r}.")
        return Quote(
            symbol=symbol,
            price=price,
            as_of=datetime.fromtimestamp(moment, UTC),
            fetched_at=self._clock(),
            provider=PROVIDER.slug,
            currency=self.profile(symbol).currency if _FOREIGN.search(symbol) else "USD",
            previous_close=_optional(answer, "pc"),
            open=_optional(answer, "o"),
            high=_optional(answer, "h"),
            low=_optional(answer, "l"),
        )

    def _call(self, ask: Callable[[Any], Any]) -> dict[str, Any]:
        import finnhub  # noqa: PLC0415 - loads requests
        import requests  # noqa: PLC0415

        try:
            answer = ask(self._client(finnhub))
        except finnhub.FinnhubAPIException as error:
            fault = explain_status("Finnhub", error.response, self._clock)
            raise (fault or QuoteUnavailableError("Finnhub failed.")) from error
        except (finnhub.FinnhubRequestException, requests.RequestException, ValueError) as error:
            raise QuoteUnavailableError(f"Finnhub did not answer as expected ({type(error).__name__}).") from error
        if not isinstance(answer, dict):
            raise QuoteUnavailableError("Finnhub answered with something that is not an object.")
        return answer

    def _client(self, finnhub: Any) -> Any:
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = finnhub.Client(api_key=self._options.finnhub_key)
            client.DEFAULT_TIMEOUT = self._options.timeout_seconds
            client._session.close()  # noqa: SLF001 - it offers no other way to bring a session along
            client._session = make_session(self._options)  # noqa: SLF001
            client._session.params["token"] = self._options.finnhub_key  # noqa: SLF001
            client.API_URL = self._options.base_url or client.API_URL
        return client


def _print_of(row: dict[str, Any]) -> TapePrint:
    at = from_micros(int(row["t"]) * 1000)
    return TapePrint(symbol=str(row["s"]), price=float(row["p"]), size=float(row["v"] or 0), at=at)


def _optional(answer: dict[str, Any], name: str) -> float | None:
    value = answer.get(name)
    return float(value) if isinstance(value, int | float) and value > 0 else None


def _read_candles(answer: dict[str, Any], end: datetime) -> CandleTable:
    starts = np.array(answer["t"], dtype=np.int64) * MICROSECONDS
    columns = {name: np.array(answer[name[0]], dtype=np.float64) for name in ("open", "high", "low", "close", "volume")}
    if any(len(column) != len(starts) for column in columns.values()):
        raise ValueError("columns of different length")
    rows = starts < int(end.timestamp()) * MICROSECONDS
    return CandleTable(start=starts[rows], **{name: column[rows] for name, column in columns.items()})


def _read_profile(symbol: str, answer: dict[str, Any]) -> Profile:
    millions = answer.get("marketCapitalization")
    return Profile(
        symbol=symbol,
        name=str(answer.get("name") or ""),
        exchange=str(answer.get("exchange") or ""),
        currency=str(answer.get("currency") or "USD"),
        sector=str(answer.get("finnhubIndustry") or ""),
        country=str(answer.get("country") or ""),
        market_cap=float(millions) * 1e6 if millions else None,
        logo=str(answer.get("logo") or ""),
        website=str(answer.get("weburl") or ""),
        phone=str(answer.get("phone") or ""),
        listed_on=str(answer.get("ipo") or ""),
        provider=PROVIDER.slug,
    )


def _build(options: ProviderOptions) -> QuoteProvider:
    if not options.finnhub_key:
        raise SettingsError(
            "The quote provider finnhub needs an API key.", hint="Set FINNHUB_API_KEY or leave finnhub out."
        )
    return FinnhubProvider(options)


PROVIDER = ProviderSpec(
    slug="finnhub",
    title="Finnhub",
    build=_build,
    asset_classes=("stock", "fund"),
    intervals=tuple(_RESOLUTIONS),
    batch_size=1,
    limits=(RateLimit(calls=30, seconds=1.0), RateLimit(calls=60, seconds=60.0)),
    streams=True,
    key_setting="FINNHUB_API_KEY",
    note="Real-time prices of American stocks with a free key; candles need a paid plan.",
)

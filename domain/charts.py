"""The price chart: what is looked at (symbol, interval, indicators) and what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import parse_qsl, urlencode

from domain.chart_indicators import (
    DEFAULT_INDICATORS,
    INDICATORS,
    Indicator,
    IndicatorKind,
    IndicatorSpec,
    Parameter,
    parse_indicators,
)
from domain.errors import InvalidInputError
from domain.market import BarInterval, Profile, Quote

if TYPE_CHECKING:
    from domain.columns import CandleTable, Floats
    from domain.market_hours import MarketStatus
    from domain.watchlists import SymbolMark

__all__ = [
    "DEFAULT_INDICATORS",
    "INDICATORS",
    "SYMBOL_LIMIT",
    "ChartChoice",
    "ChartData",
    "Indicator",
    "IndicatorKind",
    "IndicatorSpec",
    "OwnFill",
    "Parameter",
    "PriceLevel",
    "Study",
    "Watched",
    "check_symbol",
    "parse_indicators",
]


SYMBOL_LIMIT = 32
MOST_COMPARED = 5
_OWN_NAMES = frozenset({"symbol", "interval", "ind", "fills", "style", "scale", "compare", "profile", "engine"})


_WORDS = {"indicators": "ind"}


class ChartStyle(StrEnum):
    """How bars are drawn, as written in the URL."""

    CANDLES = "candles"
    HOLLOW = "hollow"
    HEIKIN_ASHI = "heikin"
    BARS = "bars"
    LINE = "line"
    AREA = "area"


class ChartScale(StrEnum):
    """The scale of the prices, as written in the URL."""

    LINEAR = "linear"
    LOG = "log"
    PERCENT = "percent"


class ChartEngine(StrEnum):
    """Who draws the chart, as written in the URL.

    "auto" is this browser where it has WebAssembly, else the server; "script" is this browser in plain JavaScript.
    """

    AUTO = "auto"
    SCRIPT = "script"
    SERVER = "server"


Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartChoice:
    """What is looked at; it lives in the URL.

    Attributes:
        symbol: "" lets the service choose.
        fills: Whether one's own fills, average prices and stops are drawn.
        compare: Symbols drawn as lines, in percent.
        profile: Whether the volume by price is drawn.
        engine: Who draws it.
    """

    symbol: str = ""
    interval: BarInterval = BarInterval.D1
    indicators: tuple[Indicator, ...] = DEFAULT_INDICATORS
    fills: bool = True
    style: ChartStyle = ChartStyle.CANDLES
    scale: ChartScale = ChartScale.LINEAR
    compare: tuple[str, ...] = ()
    profile: bool = False
    engine: ChartEngine = ChartEngine.AUTO

    def with_(self, **changes: object) -> ChartChoice:
        """Return a copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def to_query(self) -> str:
        """Return the URL query; only what differs from the defaults, and always the symbol if there is one."""
        indicators = ",".join(item.code for item in self.indicators) or "none"
        usual = ChartChoice(symbol=self.symbol)
        pairs = {
            "interval": (self.interval, self.interval.value),
            "indicators": (self.indicators, indicators),
            "fills": (self.fills, "off"),
            "style": (self.style, self.style.value),
            "scale": (self.scale, self.scale.value),
            "compare": (self.compare, ",".join(self.compare)),
            "profile": (self.profile, "on"),
            "engine": (self.engine, self.engine.value),
        }
        own = [("symbol", self.symbol)] if self.symbol else []
        own += [
            (_WORDS.get(name, name), text) for name, (value, text) in pairs.items() if value != getattr(usual, name)
        ]
        return urlencode(own, safe=",=^")

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> ChartChoice:
        """Read a choice from URL parameters; unknown names are ignored.

        Raises:
            InvalidInputError: If a value cannot be read.
        """
        named = query.get("ind")
        indicators = DEFAULT_INDICATORS if named is None else parse_indicators("" if named == "none" else named)
        return cls(
            symbol=check_symbol(query.get("symbol") or ""),
            interval=_read_word(query, "interval", BarInterval.D1),
            indicators=indicators,
            fills=query.get("fills") != "off",
            style=_read_word(query, "style", ChartStyle.CANDLES),
            scale=_read_word(query, "scale", ChartScale.LINEAR),
            compare=_read_compared(query.get("compare") or ""),
            profile=query.get("profile") == "on",
            engine=_read_word(query, "engine", ChartEngine.AUTO),
        )

    @classmethod
    def from_address(cls, text: str | None, *, lenient: bool = False) -> ChartChoice:
        """Read a choice from the query of an address, with or without its question mark.

        Args:
            text: The query.
            lenient: Whether a query that cannot be read gives the usual choice instead of an error.

        Raises:
            InvalidInputError: If a value cannot be read and it is not lenient.
        """
        try:
            return cls.from_query(dict(parse_qsl((text or "").lstrip("?"))))
        except InvalidInputError:
            if lenient:
                return cls()
            raise

    def in_address(self, text: str) -> str:
        """Return the query of an address with this choice in it; what belongs to others stays."""
        rest = urlencode([pair for pair in parse_qsl(text.lstrip("?")) if pair[0] not in _OWN_NAMES])
        return "&".join(part for part in (self.to_query(), rest) if part)


def _read_word(query: Mapping[str, str], name: str, usual: Word) -> Word:
    text = (query.get(name) or usual.value).strip().lower()
    try:
        return type(usual)(text)
    except ValueError as error:
        known = ", ".join(type(usual))
        raise InvalidInputError(
            f"{name.capitalize()} {text[:20]!r} is not known.", field=name, hint=f"Use {known}."
        ) from error


def _read_compared(text: str) -> tuple[str, ...]:
    symbols = tuple(dict.fromkeys(check_symbol(word) for word in text.split(",") if word.strip()))
    if len(symbols) > MOST_COMPARED:
        raise InvalidInputError(f"A chart compares at most {MOST_COMPARED} symbols.", field="compare")
    return symbols


def check_symbol(text: str) -> str:
    """Return a symbol in upper case, "" for none.

    Raises:
        InvalidInputError: If it cannot be a symbol.
    """
    symbol = text.strip().upper()
    if len(symbol) > SYMBOL_LIMIT or not all(sign.isalnum() or sign in ".-=^/:" for sign in symbol):
        raise InvalidInputError(f"{text[:40]!r} is not a symbol.", field="symbol", hint="For example AAPL or BTC-USD.")
    return symbol


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """An indicator's values, one a candle, NaN while it has too few bars.

    Attributes:
        columns: SMA, EMA, RSI: the line. Bollinger: lower, middle, upper. MACD: line, signal, histogram.
        ahead: For each column its values behind the last candle; () where none has any. Ichimoku's cloud has some.
    """

    indicator: Indicator
    columns: tuple[Floats, ...]
    ahead: tuple[Floats, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFill:
    """One own execution of the symbol, restated for later splits.

    Attributes:
        side: +1 buy, -1 sell.
        quantity: > 0.
    """

    at: datetime
    price: float
    quantity: float
    side: int
    account_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLevel:
    """A price that matters to the owner.

    Attributes:
        kind: "average", "stop" or "target".
        since: When it began to matter.
    """

    kind: str
    price: float
    label: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """Everything a price chart shows.

    Attributes:
        studies: In the order of `choice.indicators`.
        fills: Own executions inside the candles, oldest first; empty when they are switched off.
        quote: The last price, None when there is none.
        status: What its market is doing; None where that is not known, and for invented prices.
    """

    choice: ChartChoice
    profile: Profile
    candles: CandleTable
    studies: tuple[Study, ...]
    fills: tuple[OwnFill, ...]
    quote: Quote | None
    status: MarketStatus | None = None

    @property
    def is_simulated(self) -> bool:
        """Whether the prices are invented."""
        return bool(self.quote and self.quote.simulated) or (self.quote is None and self.profile.simulated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One row of the watchlist.

    Attributes:
        closes: Daily closes for a sparkline, oldest first; empty when there are none.
        mark: Colour and note of the owner, None without.
    """

    symbol: str
    quote: Quote | None
    closes: tuple[float, ...] = ()
    mark: SymbolMark | None = None

"""Quotes and candles from the outside world: what a provider is, and how the configured ones are built.

A provider is one file in `data/quotes/providers/` that exports `PROVIDER`, a `ProviderSpec`. Importing the file
has no side effect and loads no heavy library; `ProviderSpec.build` makes the provider.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from domain.candles import StatedAction
from domain.columns import CandleTable
from domain.errors import NotOfferedError, SettingsError
from domain.market import BarInterval, Profile, Quote, Tick
from domain.periods import Clock, utc_now
from domain.plugins import load_plugins

Take = Callable[[], None]
"""Takes one call out of a provider's budget: waits for it a little, or raises `BudgetSpentError`."""


def take_freely() -> None:
    """Take a call of a budget without limits."""


def knows_any(_: str) -> bool:
    """Say that a provider may know any symbol."""
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most so many calls in so many seconds."""

    calls: int
    seconds: float

    @property
    def words(self) -> str:
        """As people write it: 30/s, 60/min, 25/day."""
        names = {1.0: "s", 60.0: "min", 3600.0: "h", 86_400.0: "day"}
        return f"{self.calls}/{names.get(self.seconds, f'{self.seconds:g} s')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOptions:
    """What a provider may need to be built.

    Attributes:
        clock: Source of the current instant.
        finnhub_key, alphavantage_key, coindesk_key: API keys, "" when there is none.
        candle_dir: Folder of the user's own candle files, None when there is none.
        base_url: Replaces the provider's own address; for a proxy or a local server.
        stream_url: Likewise for its stream of prices.
        timeout_seconds: Longest wait for one answer from the network, from the first byte to the last.
        answer_limit_bytes: Longest answer that is read, unpacked.
        take: Takes one call out of the provider's budget; called before every request.
    """

    clock: Clock = utc_now
    finnhub_key: str = ""
    alphavantage_key: str = ""
    coindesk_key: str = ""
    candle_dir: Path | None = None
    base_url: str = ""
    stream_url: str = ""
    timeout_seconds: float = 5.0
    answer_limit_bytes: int = 16_000_000
    take: Take = take_freely


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """The constant `PROVIDER` of a provider file.

    Attributes:
        slug: Name in settings and in `Quote.provider`.
        title: Name for people.
        build: Makes the provider. Raises `SettingsError` when an option it needs is missing.
        asset_classes: Kinds of instruments it knows.
        intervals: Candle widths it serves itself; wider ones are resampled from them.
        simulated: True when its prices are not the market's.
        quote_ttl_seconds: Age up to which its quotes are fresh.
        batch_size: Most symbols in one call of `quotes`; what came before a failing call is kept.
        symbols_per_call: How many of them one request has room for.
        history_days: Days back that it serves an interval, where that is limited.
        limits: How often it may be called, all processes together.
        streams: Whether `stream` gives prices as they change.
        is_split_adjusted: Whether its candles are restated for later splits.
        key_setting: Name of the setting that holds its API key, "" when it needs none.
        is_key_optional: Whether it works without its key too.
        may_know: Whether a symbol is of a kind that it knows, without asking it.
        states_actions: Whether it states splits and dividends (`StatingProvider`).
        note: One sentence for the settings page: what to know before using it.
    """

    slug: str
    title: str
    build: Callable[[ProviderOptions], QuoteProvider]
    asset_classes: tuple[str, ...] = ("stock",)
    intervals: tuple[BarInterval, ...] = (BarInterval.D1,)
    simulated: bool = False
    quote_ttl_seconds: float = 60.0
    batch_size: int = 20
    symbols_per_call: int = 1
    history_days: tuple[tuple[BarInterval, float], ...] = ()
    limits: tuple[RateLimit, ...] = ()
    streams: bool = False
    is_split_adjusted: bool = True
    states_actions: bool = False
    key_setting: str = ""
    is_key_optional: bool = False
    may_know: Callable[[str], bool] = knows_any
    note: str = ""

    @property
    def needs_setting(self) -> bool:
        """Whether it does nothing without its setting."""
        return bool(self.key_setting) and not self.is_key_optional


class QuoteProvider(Protocol):
    """Where prices come from. Every method may raise a `QuoteError` and nothing else.

    - `QuoteUnavailableError`: no answer in time, or not a usable one.
    - `NotOfferedError`: the provider does not serve this, or not on this plan.
    - `RateLimitedError`: asked to wait; carries the seconds when they were said. `BudgetSpentError`: we make it wait.
    - `UnknownSymbolError`: the provider has no such symbol (not raised by `quotes`, which leaves it out).
    """

    spec: ProviderSpec

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices of the symbols it knows; the others are absent."""

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return the bars with start <= label < end: all of them, page by page, or an error.

        Intraday bars are labelled by their first instant, daily ones by midnight UTC of the session date, weekly
        ones by midnight UTC of the Monday.

        Args:
            symbol: The provider's name of the instrument.
            interval: One of `spec.intervals`.
            start: First instant, included.
            end: Last instant, not included.
        """

    def profile(self, symbol: str) -> Profile:
        """Return what the symbol is called and where it belongs."""

    def search(self, text: str) -> list[Profile]:
        """Return instruments whose symbol or name matches, best first."""

    def stream(self, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:
        """Yield prices as they change, and deals where their sizes are told, until `stop` is set.

        Only where `spec.streams`. Bars are made of deals alone; a deal comes before the price it made.

        Args:
            symbols: What is wanted.
            stop: Ends the stream, within a second.
        """


class StatingProvider(Protocol):
    """A provider that states splits and dividends; only where `spec.states_actions`."""

    def actions(self, symbol: str, start: datetime) -> list[StatedAction]:
        """Return the splits and dividends of a symbol since an instant, oldest first; errors as of `candles`."""


class NotStreaming:
    """A provider without a stream of prices."""

    spec: ProviderSpec

    def stream(self, symbols: Sequence[str], stop: threading.Event) -> Iterator[Tick]:  # noqa: ARG002 - the protocol's
        """Say so.

        Raises:
            NotOfferedError: Always.
        """
        raise NotOfferedError(f"{self.spec.title} has no stream of prices.")


def known_providers() -> dict[str, ProviderSpec]:
    """Return every provider file's `PROVIDER` by slug."""
    import data.quotes.providers as package  # noqa: PLC0415 - the providers import this module

    return {spec.slug: spec for spec in load_plugins(package, "PROVIDER", ProviderSpec)}


def build_providers(
    names: Sequence[str],
    *,
    finnhub_key: str = "",
    clock: Clock = utc_now,
    options: ProviderOptions | None = None,
    base_urls: dict[str, str] | None = None,
    take_of: Callable[[ProviderSpec], Take] | None = None,
) -> tuple[QuoteProvider, ...]:
    """Build the named providers, in that order.

    Args:
        names: Slugs, first choice first.
        finnhub_key: API key for Finnhub.
        clock: Source of the current instant.
        options: All options; `finnhub_key` and `clock` are for those who need no more.
        base_urls: Other addresses by slug, for a proxy or a local server.
        take_of: Gives each provider its budget of calls; without it there are no limits.

    Raises:
        SettingsError: If a name is not known or a provider lacks an option.
    """
    known = known_providers()
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"Quote provider {unknown[0]!r} is not known."
        raise SettingsError(message, hint=f"Choose from {', '.join(sorted(known))}.")
    given = options or ProviderOptions(clock=clock, finnhub_key=finnhub_key)
    addresses = base_urls or {}
    return tuple(
        known[name].build(
            replace(
                given,
                base_url=addresses.get(name, given.base_url),
                take=take_of(known[name]) if take_of else given.take,
            )
        )
        for name in dict.fromkeys(names)
    )

"""Quotes and candles from the outside world: what a provider is, and how the configured ones are built.

A provider is one file in `data/quotes/providers/` that exports `PROVIDER`, a `ProviderSpec`. Importing the file
has no side effect and loads no heavy library; `ProviderSpec.build` makes the provider.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.columns import CandleTable
from domain.errors import SettingsError
from domain.market import BarInterval, Profile, Quote
from domain.periods import Clock, utc_now
from domain.plugins import load_plugins


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderOptions:
    """What a provider may need to be built.

    Attributes:
        clock: Source of the current instant.
        finnhub_key: API key for Finnhub, "" when there is none.
        base_url: Replaces the provider's own address; for a proxy or a local server.
        timeout_seconds: Longest wait for one answer from the network.
    """

    clock: Clock = utc_now
    finnhub_key: str = ""
    base_url: str = ""
    timeout_seconds: float = 5.0


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
        history_days: Days back that it serves an interval, where that is limited.
    """

    slug: str
    title: str
    build: Callable[[ProviderOptions], QuoteProvider]
    asset_classes: tuple[str, ...] = ("stock",)
    intervals: tuple[BarInterval, ...] = (BarInterval.D1,)
    simulated: bool = False
    quote_ttl_seconds: float = 60.0
    batch_size: int = 20
    history_days: tuple[tuple[BarInterval, int], ...] = ()


class QuoteProvider(Protocol):
    """Where prices come from. Every method may raise a `QuoteError` and nothing else.

    - `QuoteUnavailableError`: no answer in time, or not a usable one.
    - `RateLimitedError`: asked to wait; carries the seconds when they were said.
    - `UnknownSymbolError`: the provider has no such symbol (not raised by `quotes`, which leaves it out).
    """

    spec: ProviderSpec

    def quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last prices of the symbols it knows; the others are absent."""

    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Return the bars with start <= label < end, split-adjusted.

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


def known_providers() -> dict[str, ProviderSpec]:
    """Return every provider file's `PROVIDER` by slug."""
    import data.quotes.providers as package  # noqa: PLC0415 - the providers import this module

    return {spec.slug: spec for spec in load_plugins(package, "PROVIDER", ProviderSpec)}


def build_providers(
    names: Sequence[str],
    *,
    finnhub_key: str = "",
    clock: Clock = utc_now,
    timeout_seconds: float = 5.0,
    base_urls: dict[str, str] | None = None,
) -> tuple[QuoteProvider, ...]:
    """Build the named providers, in that order.

    Args:
        names: Slugs, first choice first.
        finnhub_key: API key for Finnhub.
        clock: Source of the current instant.
        timeout_seconds: Longest wait for one answer from the network.
        base_urls: Other addresses by slug, for a proxy or a local server.

    Raises:
        SettingsError: If a name is not known or a provider lacks an option.
    """
    known = known_providers()
    unknown = [name for name in names if name not in known]
    if unknown:
        message = f"Quote provider {unknown[0]!r} is not known."
        raise SettingsError(message, hint=f"Choose from {', '.join(sorted(known))}.")
    addresses = base_urls or {}
    return tuple(
        known[name].build(
            ProviderOptions(
                clock=clock,
                finnhub_key=finnhub_key,
                base_url=addresses.get(name, ""),
                timeout_seconds=timeout_seconds,
            )
        )
        for name in dict.fromkeys(names)
    )

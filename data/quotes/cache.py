"""The cache between pages and providers: fresh enough, fetched once, and the last good value when all else fails.

What a provider is asked depends on symbols and time to live, never on users, tabs or processes:

- **fresh**: answered from the store;
- **stale**: one caller in all processes claims the fetch, the others get the last good value at once;
- **slow**: the fetch runs in its own thread; a caller who has a last good value waits 1.5 seconds for a better one;
- **failing**: the provider rests (`health.py`), the last good value is served, marked stale;
- **nonsense**: the gate refuses it (`gate.py`), the last good value stays.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

from data.quotes import ProviderSpec, QuoteProvider
from data.quotes.gate import find_quote_fault
from data.quotes.health import ProviderHealth
from data.quotes.store import QuoteStore, decode_quote, encode_quote
from domain.errors import QuoteError, QuoteUnavailableError, UnknownSymbolError
from domain.market import ProviderStatus, Quote
from domain.periods import MICROSECONDS, Clock, to_micros

_LOG = logging.getLogger(__name__)
_CLAIM_SECONDS = 30.0
_KEEP_SECONDS = 90 * 86_400.0
_UNKNOWN_SECONDS = 600.0  # a symbol the provider does not know is not asked for again so soon
_POLL_SECONDS = 0.02
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Generic[Value]):
    """Something other than quotes that is fetched and kept.

    Attributes:
        key: Names the answer; includes the provider.
        ttl_seconds: Age up to which it is fresh.
        fetch: Asks the provider.
        encode, decode: To JSON values and back.
    """

    key: str
    ttl_seconds: float
    fetch: Callable[[], Value]
    encode: Callable[[Value], Any]
    decode: Callable[[Any], Value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept(Generic[Value]):
    value: Value
    is_fresh: bool


class QuoteCache:
    """Gets quotes and other answers of providers, shared by threads and processes through one directory.

    Args:
        directory: Where it lives; made private (0700).
        clock: Source of the current instant.
        patience_seconds: Longest wait for a fresh value when a last good one exists.
        deadline_seconds: Longest wait when there is none.
        jitter: Chance between 0 and 1 for the back-off.
    """

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        *,
        patience_seconds: float = 1.5,
        deadline_seconds: float = 6.0,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._store = QuoteStore(directory)
        self._health = ProviderHealth(self._store, clock, jitter)
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._deadline_seconds = deadline_seconds

    def last_good(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last quotes that passed the gate, from whichever provider, however old."""
        found = self._store.get_many(f"quote:{symbol}" for symbol in symbols)
        return {key.removeprefix("quote:"): decode_quote(values) for key, values in found.items()}

    def renew(self, provider: QuoteProvider, symbols: Sequence[str]) -> dict[str, Quote]:
        """Fetch quotes, pass them through the gate and keep the good ones.

        Args:
            provider: Who is asked, unless it rests.
            symbols: What is wanted. Symbols that somebody else is fetching are waited for only when there is no last
                good value; symbols the provider lately did not know are not asked for.

        Returns:
            The new quotes; a symbol without one is absent.
        """
        slug = provider.spec.slug
        wanted = self._not_held(slug, symbols)
        if not wanted or not self._health.may_ask(slug):
            return {}
        claims = self._claim_stale(provider.spec, wanted)
        asked = [key.removeprefix(f"{slug}:") for key in claims]
        known = self.last_good(wanted)
        if asked:
            self._start_thread(lambda: self._fetch_quotes(provider, asked, claims))
        awaited = wanted if asked else [symbol for symbol in wanted if symbol not in known]
        self._wait_for([f"{slug}:{symbol}" for symbol in awaited], has_fallback=len(known) == len(wanted))
        return self._fresh(provider.spec, wanted)

    def get(self, spec: ProviderSpec, request: Request[Value]) -> Value:
        """Return an answer: fresh, or renewed, or the last one there was.

        Raises:
            UnknownSymbolError: If the provider does not know the symbol.
            QuoteUnavailableError: If there is no answer, new or old.
        """
        kept = self._kept(request)
        if kept is None or not kept.is_fresh:
            self._renew_answer(spec, request, has_fallback=kept is not None)
            kept = self._kept(request)
        if kept is not None:
            return kept.value
        if self._not_held(spec.slug, [request.key]):
            raise QuoteUnavailableError(
                self._health.last_error(spec.slug) or f"{spec.title} did not answer in time.", hint="Try again later."
            )
        raise UnknownSymbolError(f"{spec.title} does not know this symbol.")

    def status(self, spec: ProviderSpec) -> ProviderStatus:
        """Return how a provider is doing."""
        return self._health.status(spec)

    def close(self) -> None:
        """Close this thread's connection to the store."""
        self._store.close()

    def _renew_answer(self, spec: ProviderSpec, request: Request[Any], *, has_fallback: bool) -> None:
        if not self._not_held(spec.slug, [request.key]) or not self._health.may_ask(spec.slug):
            return
        if self._store.claim([request.key], keep_seconds=_CLAIM_SECONDS):
            kept = self._kept(request)
            if kept is not None and kept.is_fresh:  # somebody was faster
                self._store.release([request.key])
                return
            self._start_thread(lambda: self._fetch_answer(spec, request))
        elif has_fallback:
            return
        self._wait_for([request.key], has_fallback=has_fallback)

    def _claim_stale(self, spec: ProviderSpec, symbols: list[str]) -> list[str]:
        """Claim what nobody is fetching and nobody has fetched since it was found stale."""
        claims = self._store.claim([f"{spec.slug}:{symbol}" for symbol in symbols], keep_seconds=_CLAIM_SECONDS)
        done = {f"{spec.slug}:{symbol}" for symbol in self._fresh(spec, symbols)}
        self._store.release([key for key in claims if key in done])
        return [key for key in claims if key not in done]

    def _fresh(self, spec: ProviderSpec, symbols: list[str]) -> dict[str, Quote]:
        now = self._clock()
        known = self.last_good(symbols)
        return {symbol: quote for symbol, quote in known.items() if is_fresh(quote, now, spec.quote_ttl_seconds)}

    def _kept(self, request: Request[Value]) -> _Kept[Value] | None:
        entry = self._store.get(f"answer:{request.key}")
        if not isinstance(entry, dict):
            return None
        age = (to_micros(self._clock()) - entry["at"]) / MICROSECONDS
        return _Kept(value=request.decode(entry["value"]), is_fresh=age < request.ttl_seconds)

    def _fetch_answer(self, spec: ProviderSpec, request: Request[Any]) -> None:
        try:
            entry = {"at": to_micros(self._clock()), "value": request.encode(request.fetch())}
            self._store.put_many({f"answer:{request.key}": entry}, keep_seconds=_KEEP_SECONDS)
            self._health.record_success(spec.slug)
        except UnknownSymbolError as error:
            self._hold(spec.slug, {request.key: error.message}, _UNKNOWN_SECONDS)
        except Exception as error:  # noqa: BLE001 - a provider's library may raise anything; a page must not
            self._record_failure(spec, error)
        finally:
            self._store.release([request.key])

    def _fetch_quotes(self, provider: QuoteProvider, symbols: list[str], claims: list[str]) -> None:
        size = provider.spec.batch_size
        batches = [symbols[first : first + size] for first in range(0, len(symbols), size)]
        try:
            for batch in batches:
                quotes = provider.quotes(batch)
                self._health.record_success(provider.spec.slug)
                self._admit(provider.spec, batch, quotes)
        except Exception as error:  # noqa: BLE001 - a provider's library may raise anything; a page must not
            self._record_failure(provider.spec, error)
        finally:
            self._store.release(claims)

    def _admit(self, spec: ProviderSpec, symbols: list[str], quotes: dict[str, Quote]) -> None:
        """Keep what passes the gate; hold the rest back for a while, so that it is not asked for by every caller."""
        now, known = self._clock(), self.last_good(symbols)
        faults = {symbol: find_quote_fault(quotes[symbol], known.get(symbol), now) for symbol in quotes}
        good = {f"quote:{symbol}": encode_quote(replace(quotes[symbol], fetched_at=now)) for symbol in quotes}
        self._store.put_many(
            {key: value for key, value in good.items() if not faults[key.removeprefix("quote:")]},
            keep_seconds=_KEEP_SECONDS,
        )
        refused = {symbol: reason for symbol, reason in faults.items() if reason}
        for symbol, reason in refused.items():
            _LOG.warning("Quote of %s from %s quarantined: %s", symbol, spec.slug, reason)
            self._health.record_quarantine(spec.slug, symbol, reason)
        self._hold(spec.slug, refused, spec.quote_ttl_seconds)
        self._hold(spec.slug, {symbol: "unknown" for symbol in symbols if symbol not in quotes}, _UNKNOWN_SECONDS)

    def _record_failure(self, spec: ProviderSpec, error: Exception) -> None:
        if not isinstance(error, QuoteError):
            _LOG.error("%s failed unexpectedly", spec.title, exc_info=error)
            error = QuoteUnavailableError(f"{spec.title} failed unexpectedly ({type(error).__name__}).")
        self._health.record_failure(spec.slug, error)

    def _hold(self, slug: str, reasons: dict[str, str], seconds: float) -> None:
        until = to_micros(self._clock()) + round(seconds * MICROSECONDS)
        holds = {f"hold:{slug}:{key}": {"until": until, "reason": reason} for key, reason in reasons.items()}
        if holds:
            self._store.put_many(holds, keep_seconds=_KEEP_SECONDS)

    def _not_held(self, slug: str, keys: Sequence[str]) -> list[str]:
        now = to_micros(self._clock())
        holds = self._store.get_many(f"hold:{slug}:{key}" for key in keys)
        return [key for key in keys if holds.get(f"hold:{slug}:{key}", {}).get("until", 0) <= now]

    def _start_thread(self, job: Callable[[], None]) -> None:
        def run() -> None:
            try:
                job()
            finally:
                self._store.close()

        # A daemon thread of its own: it survives neither the process nor a fork, so it cannot hang either of them.
        threading.Thread(target=run, name="quotes", daemon=True).start()

    def _wait_for(self, claims: list[str], *, has_fallback: bool) -> None:
        limit = self._patience_seconds if has_fallback else self._deadline_seconds
        end = time.monotonic() + limit
        while time.monotonic() < end and any(self._store.is_claimed(key) for key in claims):
            time.sleep(_POLL_SECONDS)


def is_fresh(quote: Quote, now: datetime, ttl_seconds: float) -> bool:
    """Whether a quote was fetched recently enough to be served as it is."""
    return now - quote.fetched_at < timedelta(seconds=ttl_seconds)

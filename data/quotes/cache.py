"""The cache between pages and providers: fresh enough, fetched once, and the last good value when all else fails.

What a provider is asked depends on symbols and time to live, never on users, tabs or processes:

- **fresh**: answered from the store;
- **stale**: one caller in all processes claims the fetch, the others get the last good value at once;
- **slow**: the fetch runs in its own thread; a caller who has a last good value waits 1.5 seconds for a better one;
- **failing**: the provider rests (`health.py`), the last good value is served, marked stale;
- **spent**: our budget of calls is spent (`budget.py`); the rest is asked for later, or of the next provider;
- **nonsense**: the gate refuses it (`gate.py`), the last good value stays;
- **empty**: a new machine or an emptied cache finds the last good values in the database (`archive.py`).
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from data.quotes import ProviderSpec, QuoteProvider
from data.quotes.archive import NOWHERE, Archive
from data.quotes.gate import MISSED_SPLIT, RefusedAnswerError, find_quote_fault
from data.quotes.health import ProviderHealth, StreamHealth, told_fault
from data.quotes.kept import Kept, Request
from data.quotes.store import QuoteStore, decode_quote, encode_quote
from domain.errors import (
    BudgetSpentError,
    NotOfferedError,
    QuoteError,
    QuoteUnavailableError,
    RateLimitedError,
    UnknownSymbolError,
)
from domain.market import ProviderStatus, Quote
from domain.periods import MICROSECONDS, Clock, from_micros, to_micros
from domain.quote_feeds import Refusal

_LOG = logging.getLogger(__name__)
_CLAIM_SECONDS = 30.0
_SUSPECT_SECONDS = 2 * 3600.0
_KEEP_SECONDS = 90 * 86_400.0
_NOT_OFFERED_SECONDS = 3600.0
_UNKNOWN_SECONDS = 600.0  # a symbol the provider does not know is not asked for again so soon
_POLL_SECONDS = 0.02
_NOT_OFFERED, _REFUSED = "not offered: ", "refused: "
Value = TypeVar("Value")


class QuoteCache:
    """Gets quotes and other answers of providers, shared by threads and processes through one directory.

    Args:
        directory: Where it lives; made private (0700).
        clock: Source of the current instant.
        patience_seconds: Longest wait for a fresh value when a last good one exists.
        deadline_seconds: Longest wait when there is none.
        jitter: Chance between 0 and 1 for the back-off.
        archive: Where last good values live for good.
        store: Replaces the store that would be made in the directory.
    """

    def __init__(
        self,
        directory: Path,
        clock: Clock,
        *,
        patience_seconds: float = 1.5,
        deadline_seconds: float = 6.0,
        jitter: Callable[[], float] = random.random,
        archive: Archive = NOWHERE,
        store: QuoteStore | None = None,
    ) -> None:
        self.store = self._store = store or QuoteStore(directory)
        self._archive = archive
        self._recalled: set[str] = set()
        self._waits = threading.local()
        self._health = ProviderHealth(self._store, clock, jitter)
        self.streams = StreamHealth(self._health)
        self.clock = self._clock = clock
        self._patience_seconds = patience_seconds
        self._deadline_seconds = deadline_seconds

    def last_good(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last quotes that passed the gate, from whichever provider, however old."""
        found = self._store.get_many(f"quote:{symbol}" for symbol in symbols)
        quotes = {key.removeprefix("quote:"): decode_quote(values) for key, values in found.items()}
        return quotes | self._recall([symbol for symbol in symbols if symbol not in quotes])

    def renew(
        self, provider: QuoteProvider, symbols: Sequence[str], *, ttl_seconds: float | None = None
    ) -> dict[str, Quote]:
        """Fetch quotes, pass them through the gate and keep the good ones.

        Args:
            provider: Who is asked, unless it rests.
            symbols: What is wanted. Symbols that somebody else is fetching are waited for only when there is no last
                good value; symbols the provider lately did not know are not asked for.
            ttl_seconds: Age up to which a quote is fresh; the provider's own by default.

        Returns:
            The new quotes; a symbol without one is absent.
        """
        slug = provider.spec.slug
        wanted = self._not_held(slug, [symbol for symbol in symbols if provider.spec.may_know(symbol)])
        if not wanted or not self._health.may_ask(slug):
            return {}
        ttl = provider.spec.quote_ttl_seconds if ttl_seconds is None else ttl_seconds
        claims = self._claim_stale(slug, wanted, ttl)
        asked = [key.removeprefix(f"{slug}:") for key in claims]
        known = self.last_good(wanted)
        if asked:
            self._start_thread(lambda: self._fetch_quotes(provider, asked, claims))
        else:
            self._health.forgo(slug)
        awaited = wanted if asked else [symbol for symbol in wanted if symbol not in known]
        self._wait_for([f"{slug}:{symbol}" for symbol in awaited], has_fallback=len(known) == len(wanted))
        return self._fresh(wanted, ttl)

    def admit(
        self, spec: ProviderSpec, symbols: Sequence[str], quotes: dict[str, Quote], *, is_archived: bool = True
    ) -> list[str]:
        """Pass quotes through the gate and keep the good ones; return the symbols of those.

        Args:
            spec: Who answered.
            symbols: What was asked for; those without an answer are not asked for again soon.
            quotes: The answers.
            is_archived: Whether the good ones are written to the database as well.
        """
        now, known = self._clock(), self.last_good(list({*symbols, *quotes}))
        suspected = self._suspected_since(list(quotes))
        faults = {
            symbol: find_quote_fault(quote, known.get(symbol), now, suspected_since=suspected.get(symbol))
            for symbol, quote in quotes.items()
        }
        good = [replace(quotes[symbol], fetched_at=now) for symbol in quotes if not faults[symbol]]
        kept = {f"quote:{quote.symbol}": encode_quote(quote) for quote in good}
        self._store.put_many(kept, keep_seconds=_KEEP_SECONDS)
        if is_archived:
            self._archive.keep_quotes(good)
        refused = {symbol: reason for symbol, reason in faults.items() if reason}
        self._suspect([symbol for symbol in refused if symbol not in suspected and MISSED_SPLIT in refused[symbol]])
        self._refuse(spec, {symbol: (quotes[symbol], known.get(symbol), refused[symbol]) for symbol in refused})
        self._hold(spec.slug, refused, spec.quote_ttl_seconds)
        self._hold(spec.slug, {symbol: "unknown" for symbol in symbols if symbol not in quotes}, _UNKNOWN_SECONDS)
        return [quote.symbol for quote in good]

    def note_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Write down what was refused elsewhere, such as candles."""
        for item in refusals:
            _LOG.warning("%s of %s from %s quarantined: %s", item.kind, item.symbol, item.provider, item.reason)
            self._health.record_quarantine(item.provider, item.symbol, item.reason)
        self._archive.add_refusals(refusals)

    def ask(self, spec: ProviderSpec, call: Callable[[], Value]) -> Value:
        """Call a provider without keeping its answer, unless it rests; its breaker learns from how it goes.

        Raises:
            RateLimitedError, UnknownSymbolError, NotOfferedError, QuoteUnavailableError: As the provider; nothing else.
        """
        if not self._health.may_ask(spec.slug):
            raise self._resting(spec)
        try:
            answer = call()
        except (UnknownSymbolError, NotOfferedError):
            self._health.record_success(spec.slug)
            raise
        except BudgetSpentError:
            self._health.forgo(spec.slug)
            raise
        except Exception as error:
            fault = self._record_failure(spec, error)
            raise fault from error
        self._health.record_success(spec.slug)
        return answer

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
        raise self._why_nothing(spec, request.key)

    def worth_asking(self, spec: ProviderSpec, symbols: Sequence[str]) -> list[str]:
        """Return the symbols that a provider may know and did not say it lacks; none while it rests."""
        known = [symbol for symbol in symbols if spec.may_know(symbol)]
        return self._not_held(spec.slug, known) if known and self.may_try(spec) else []

    def may_try(self, spec: ProviderSpec) -> bool:
        """Whether a provider's breaker lets calls through."""
        return not self._health.is_resting(spec.slug)

    def status(self, spec: ProviderSpec) -> ProviderStatus:
        """Return how a provider is doing."""
        return self._health.status(spec)

    def last_answer(self, request: Request[Value]) -> Value | None:
        """Return the last answer that is kept, however old, None when there is none."""
        kept = self._kept(request)
        return None if kept is None else kept.value

    def close(self) -> None:
        """Close this thread's connection to the store."""
        self._store.close()

    def _why_nothing(self, spec: ProviderSpec, key: str) -> QuoteError:
        hold = self._store.get(f"hold:{spec.slug}:{key}")
        if not isinstance(hold, dict) or hold["until"] <= to_micros(self._clock()):
            message = self._health.last_error(spec.slug) or f"{spec.title} did not answer in time."
            return QuoteUnavailableError(message, hint="Try again later.")
        for prefix, kind in ((_NOT_OFFERED, NotOfferedError), (_REFUSED, QuoteUnavailableError)):
            if hold["reason"].startswith(prefix):
                return kind(hold["reason"].removeprefix(prefix))
        return UnknownSymbolError(f"{spec.title} does not know this symbol.")

    def _resting(self, spec: ProviderSpec) -> QuoteError:
        status = self._health.status(spec)
        wait = (status.retry_at - self._clock()).total_seconds() if status.retry_at else 1.0
        message = f"{spec.title} rests after a failure: {status.last_error}"
        return RateLimitedError(message, hint="Try again later.", retry_after_seconds=max(0.0, wait))

    def _recall(self, symbols: list[str]) -> dict[str, Quote]:
        """Look a symbol that this process never saw up in the archive, once."""
        unseen = [symbol for symbol in symbols if symbol not in self._recalled]
        if not unseen:
            return {}
        found = self._archive.read_quotes(unseen)
        self._recalled.update(unseen)
        kept = {f"quote:{symbol}": encode_quote(quote) for symbol, quote in found.items()}
        self._store.put_many(kept, keep_seconds=_KEEP_SECONDS)
        return found

    def _suspected_since(self, symbols: list[str]) -> dict[str, datetime]:
        found = self._store.get_many(f"suspect:{symbol}" for symbol in symbols)
        return {key.removeprefix("suspect:"): from_micros(value) for key, value in found.items()}

    def _suspect(self, symbols: list[str]) -> None:
        now = to_micros(self._clock())
        if symbols:
            self._store.put_many({f"suspect:{symbol}": now for symbol in symbols}, keep_seconds=_SUSPECT_SECONDS)

    def _refuse(self, spec: ProviderSpec, refused: dict[str, tuple[Quote, Quote | None, str]]) -> None:
        now = self._clock()
        self.note_refusals(
            [
                Refusal(
                    provider=spec.slug,
                    symbol=symbol,
                    kind="quote",
                    reason=reason,
                    value=f"{quote.price:g} {quote.currency} as of {quote.as_of:%Y-%m-%d %H:%M:%S} UTC",
                    last_good=last.price if last else None,
                    refused_at=now,
                )
                for symbol, (quote, last, reason) in refused.items()
            ]
        )

    def _renew_answer(self, spec: ProviderSpec, request: Request[Any], *, has_fallback: bool) -> None:
        if not self._not_held(spec.slug, [request.key]) or not self._health.may_ask(spec.slug):
            return
        if self._store.claim([request.key], keep_seconds=_CLAIM_SECONDS):
            kept = self._kept(request)
            if kept is not None and kept.is_fresh:  # somebody was faster
                self._store.release([request.key])
                self._health.forgo(spec.slug)
                return
            self._start_thread(lambda: self._fetch_answer(spec, request))
        elif has_fallback:
            self._health.forgo(spec.slug)
            return
        self._wait_for([request.key], has_fallback=has_fallback)

    def _claim_stale(self, slug: str, symbols: list[str], ttl_seconds: float) -> list[str]:
        """Claim what nobody is fetching and nobody has fetched since it was found stale."""
        claims = self._store.claim([f"{slug}:{symbol}" for symbol in symbols], keep_seconds=_CLAIM_SECONDS)
        done = {f"{slug}:{symbol}" for symbol in self._fresh(symbols, ttl_seconds)}
        self._store.release([key for key in claims if key in done])
        return [key for key in claims if key not in done]

    def _fresh(self, symbols: list[str], ttl_seconds: float) -> dict[str, Quote]:
        now = self._clock()
        known = self.last_good(symbols)
        return {symbol: quote for symbol, quote in known.items() if is_fresh(quote, now, ttl_seconds)}

    def _kept(self, request: Request[Value]) -> Kept[Value] | None:
        entry = self._store.get(f"answer:{request.key}")
        if not isinstance(entry, dict):
            return None
        age = (to_micros(self._clock()) - entry["at"]) / MICROSECONDS
        return Kept(value=request.decode(entry["value"]), is_fresh=age < request.ttl_seconds)

    def _fetch_answer(self, spec: ProviderSpec, request: Request[Any]) -> None:
        try:
            entry = {"at": to_micros(self._clock()), "value": request.encode(request.fetch())}
            self._store.put_many({f"answer:{request.key}": entry}, keep_seconds=_KEEP_SECONDS)
            self._health.record_success(spec.slug)
        except UnknownSymbolError as error:
            self._hold(spec.slug, {request.key: error.message}, _UNKNOWN_SECONDS)
            self._health.record_success(spec.slug)
        except RefusedAnswerError as error:
            self._hold(spec.slug, {request.key: _REFUSED + error.message}, request.ttl_seconds)
            self._health.record_success(spec.slug)
        except NotOfferedError as error:  # the plan lacks this one thing: no reason to rest from the others
            self._hold(spec.slug, {request.key: _NOT_OFFERED + error.message}, _NOT_OFFERED_SECONDS)
            self._health.forgo(spec.slug)
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
                self._check_any(provider.spec, batch, quotes)
                self._health.record_success(provider.spec.slug)
                self.admit(provider.spec, batch, quotes)
        except Exception as error:  # noqa: BLE001 - a provider's library may raise anything; a page must not
            self._record_failure(provider.spec, error)
        finally:
            self._store.release(claims)

    def _check_any(self, spec: ProviderSpec, symbols: list[str], quotes: dict[str, Quote]) -> None:
        """Raise when an answer has no price at all although it gave some before: that is a fault, not a delisting."""
        known = self.last_good(symbols).values() if not quotes else ()
        if any(quote.provider == spec.slug for quote in known):
            raise QuoteUnavailableError(f"{spec.title} answered without any price.")

    def _record_failure(self, spec: ProviderSpec, error: Exception) -> QuoteError:
        if isinstance(error, BudgetSpentError | RefusedAnswerError):  # the provider itself is well
            self._health.forgo(spec.slug)
            return error
        fault = told_fault(spec, error)
        self._health.record_failure(spec.slug, fault)
        return fault

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

    @contextmanager
    def one_wait(self) -> Iterator[None]:
        """Let all that is waited for inside, of however many providers, take no longer than one of them may."""
        self._waits.began = time.monotonic()
        try:
            yield
        finally:
            del self._waits.began

    def _wait_for(self, claims: list[str], *, has_fallback: bool) -> None:
        limit = self._patience_seconds if has_fallback else self._deadline_seconds
        end = getattr(self._waits, "began", time.monotonic()) + limit
        while time.monotonic() < end and any(self._store.is_claimed(key) for key in claims):
            time.sleep(_POLL_SECONDS)


def is_fresh(quote: Quote, now: datetime, ttl_seconds: float) -> bool:
    """Whether a quote was fetched recently enough to be served as it is."""
    return now - quote.fetched_at < timedelta(seconds=ttl_seconds)

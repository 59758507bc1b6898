"""How each provider is doing: its circuit breaker and its back-off, shared by all processes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from data.quotes import ProviderSpec
from data.quotes.store import QuoteStore
from domain.errors import QuoteError, QuoteUnavailableError, RateLimitedError
from domain.market import BreakerState, ProviderStatus
from domain.periods import MICROSECONDS, Clock, from_micros, to_micros

_LOG = logging.getLogger(__name__)
FIRST_WAIT_SECONDS = 2.0
SHORTEST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 300.0
RATE_LIMIT_WAIT_SECONDS = 30.0  # when the provider does not say how long
LONGEST_RETRY_AFTER_SECONDS = 3600.0
_KEEP_SECONDS = 7 * 86_400
_PROBE_SECONDS = 30.0
_QUARANTINE_ROWS = 20


class ProviderHealth:
    """Remembers failures and says when a provider may be asked again.

    - *closed*: all is well, everybody asks.
    - *open*: it failed and rests. After the n-th failure in a row the rest is a chance between one second and 2, 4,
      8 ... 300 seconds (full jitter, so that many processes do not come back together). A `Retry-After` is never
      undercut: there chance only adds, up to a quarter.
    - *half-open*: the rest is over; one caller among all processes tries. His success closes it, his failure opens it.
    """

    def __init__(self, store: QuoteStore, clock: Clock, jitter: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._jitter = jitter

    def may_ask(self, slug: str) -> bool:
        """Whether the caller may ask; when half-open this makes him the one who tries, until he tells how it went."""
        state = self._state(self._read(slug))
        if state is BreakerState.HALF_OPEN:
            return bool(self._store.claim([_probe(slug)], keep_seconds=_PROBE_SECONDS))
        return state is BreakerState.CLOSED

    def forgo(self, slug: str) -> None:
        """Say that the caller who may ask does not."""
        self._store.release([_probe(slug)])

    def record_success(self, slug: str) -> None:
        """Forget the failures."""
        now = to_micros(self._clock())
        self._change(slug, lambda entry: {"last_success": now, "quarantined": entry.get("quarantined", [])})
        self.forgo(slug)

    def record_failure(self, slug: str, error: QuoteError) -> None:
        """Count a failure and let the provider rest."""
        now = to_micros(self._clock())

        def fail(entry: dict[str, Any]) -> dict[str, Any]:
            failures = int(entry.get("failures", 0)) + 1
            retry_at = now + round(_wait_seconds(failures, error, self._jitter()) * MICROSECONDS)
            return {**entry, "failures": failures, "retry_at": retry_at, "last_error": error.message}

        self._change(slug, fail)
        self.forgo(slug)

    def record_quarantine(self, slug: str, symbol: str, reason: str) -> None:
        """Remember what the gate refused, the latest twenty."""

        def refuse(entry: dict[str, Any]) -> dict[str, Any]:
            rows = [row for row in entry.get("quarantined", []) if row[0] != symbol]
            return {**entry, "quarantined": [*rows, [symbol, reason]][-_QUARANTINE_ROWS:]}

        self._change(slug, refuse)

    def is_resting(self, slug: str) -> bool:
        """Whether its breaker lets no call through."""
        return self._state(self._read(slug)) is BreakerState.OPEN

    def last_error(self, slug: str) -> str:
        """Return the sentence of the last failure, "" when all is well."""
        return str(self._read(slug).get("last_error", ""))

    def status(self, spec: ProviderSpec) -> ProviderStatus:
        """Return how a provider is doing."""
        entry, now = self._read(spec.slug), self._clock()
        success = from_micros(entry["last_success"]) if "last_success" in entry else None
        retry_at = from_micros(entry["retry_at"]) if entry.get("retry_at", 0) > to_micros(now) else None
        return ProviderStatus(
            slug=spec.slug,
            title=spec.title,
            simulated=spec.simulated,
            is_ok=not entry.get("failures", 0),
            last_error=str(entry.get("last_error", "")),
            last_success=success,
            age_seconds=(now - success) / timedelta(seconds=1) if success else None,
            retry_at=retry_at,
            quarantined=tuple((str(symbol), str(reason)) for symbol, reason in entry.get("quarantined", [])),
            breaker=self._state(entry),
            failures=int(entry.get("failures", 0)),
            stream_error=self.last_error(_stream_of(spec)),
            limits=", ".join(limit.words for limit in spec.limits),
        )

    def _state(self, entry: dict[str, Any]) -> BreakerState:
        if not entry.get("failures", 0):
            return BreakerState.CLOSED
        is_over = entry.get("retry_at", 0) <= to_micros(self._clock())
        return BreakerState.HALF_OPEN if is_over else BreakerState.OPEN

    def _read(self, slug: str) -> dict[str, Any]:
        return _entry(self._store.get(f"health:{slug}"))

    def _change(self, slug: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self._store.update(f"health:{slug}", lambda value: change(_entry(value)), keep_seconds=_KEEP_SECONDS)


class StreamHealth:
    """Breakers of streams, beside those of calls: a network may let calls through and no stream."""

    def __init__(self, health: ProviderHealth) -> None:
        self._health = health

    def may_open(self, spec: ProviderSpec) -> bool:
        """Whether a provider's stream may be opened: neither it nor the provider rests."""
        return not (self._health.is_resting(spec.slug) or self._health.is_resting(_stream_of(spec)))

    def note_heard(self, spec: ProviderSpec) -> None:
        """Forget the failures of a stream."""
        self._health.record_success(_stream_of(spec))

    def note_fault(self, spec: ProviderSpec, error: Exception) -> None:
        """Let a stream that ended rest."""
        self._health.record_failure(_stream_of(spec), told_fault(spec, error))


def told_fault(spec: ProviderSpec, error: Exception) -> QuoteError:
    """Return a fault that people can be told; what nobody foresaw is logged."""
    if isinstance(error, QuoteError):
        return error
    _LOG.error("%s failed unexpectedly", spec.title, exc_info=error)
    return QuoteUnavailableError(f"{spec.title} failed unexpectedly ({type(error).__name__}).")


def _stream_of(spec: ProviderSpec) -> str:
    return f"{spec.slug} stream"


def _entry(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _probe(slug: str) -> str:
    return f"probe:{slug}"


def _wait_seconds(failures: int, error: QuoteError, chance: float) -> float:
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(failures - 1, 20))
    wait = SHORTEST_WAIT_SECONDS + (longest - SHORTEST_WAIT_SECONDS) * chance
    if not isinstance(error, RateLimitedError):
        return wait
    if error.retry_after_seconds is None:
        return max(wait, RATE_LIMIT_WAIT_SECONDS)
    asked = max(SHORTEST_WAIT_SECONDS, min(error.retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS))
    return asked * (1 + 0.25 * chance)

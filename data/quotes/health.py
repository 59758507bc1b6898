"""How each provider is doing: failures, back-off and what the gate refused; shared by all processes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from data.quotes import ProviderSpec
from data.quotes.store import QuoteStore
from domain.errors import QuoteError, RateLimitedError
from domain.market import ProviderStatus
from domain.periods import MICROSECONDS, Clock, from_micros, to_micros

FIRST_WAIT_SECONDS = 2.0
LONGEST_WAIT_SECONDS = 300.0
RATE_LIMIT_WAIT_SECONDS = 30.0  # when the provider does not say how long
LONGEST_RETRY_AFTER_SECONDS = 3600.0
_KEEP_SECONDS = 7 * 86_400
_QUARANTINE_ROWS = 20


class ProviderHealth:
    """Remembers failures and says when a provider may be asked again.

    After the n-th failure in a row a provider rests 2, 4, 8 ... 300 seconds, up to a quarter longer by chance so that
    several processes do not return together. A `Retry-After` is never undercut. One success clears the count.
    """

    def __init__(self, store: QuoteStore, clock: Clock, jitter: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._jitter = jitter

    def may_ask(self, slug: str) -> bool:
        """Whether the provider is not resting."""
        return bool(self._read(slug).get("retry_at", 0) <= to_micros(self._clock()))

    def record_success(self, slug: str) -> None:
        """Forget the failures."""
        entry = {"last_success": to_micros(self._clock()), "quarantined": self._read(slug).get("quarantined", [])}
        self._write(slug, entry)

    def record_failure(self, slug: str, error: QuoteError) -> None:
        """Count a failure and let the provider rest."""
        entry = self._read(slug)
        failures = int(entry.get("failures", 0)) + 1
        wait = _wait_seconds(failures, error) * (1 + 0.25 * self._jitter())
        retry_at = to_micros(self._clock()) + round(wait * MICROSECONDS)
        self._write(slug, {**entry, "failures": failures, "retry_at": retry_at, "last_error": error.message})

    def record_quarantine(self, slug: str, symbol: str, reason: str) -> None:
        """Remember what the gate refused, the latest twenty."""
        entry = self._read(slug)
        rows = [row for row in entry.get("quarantined", []) if row[0] != symbol]
        self._write(slug, {**entry, "quarantined": [*rows, [symbol, reason]][-_QUARANTINE_ROWS:]})

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
        )

    def _read(self, slug: str) -> dict[str, Any]:
        entry = self._store.get(f"health:{slug}")
        return entry if isinstance(entry, dict) else {}

    def _write(self, slug: str, entry: dict[str, Any]) -> None:
        self._store.put_many({f"health:{slug}": entry}, keep_seconds=_KEEP_SECONDS)


def _wait_seconds(failures: int, error: QuoteError) -> float:
    wait = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2.0 ** min(failures - 1, 20))
    if not isinstance(error, RateLimitedError):
        return wait
    if error.retry_after_seconds is None:
        return max(wait, RATE_LIMIT_WAIT_SECONDS)
    return max(0.0, min(error.retry_after_seconds, LONGEST_RETRY_AFTER_SECONDS))

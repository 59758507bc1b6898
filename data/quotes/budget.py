"""How often providers are called: buckets of tokens that all threads and processes take from.

A token that is spent comes back one window later. So there are never more than `calls` of them in any window, which a
bucket that refills steadily does not promise: it lets a full bucket and a window's refill through together.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from data.quotes import ProviderSpec, Take
from data.quotes.store import QuoteStore
from domain.errors import BudgetSpentError
from domain.periods import MICROSECONDS, Clock, to_micros

PATIENCE_SECONDS = 2.0
_LONGEST_NAP = 0.25
_MINUTE = 60.0


class CallBudget:
    """Counts the calls of every provider in the shared store.

    Args:
        store: Shared by all processes.
        clock: Source of the current instant.
        sleep: Waits so many seconds.
        patience_seconds: Longest wait for a token, unless the thread has `patience`.
    """

    def __init__(
        self,
        store: QuoteStore,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._patience_seconds = patience_seconds
        self._local = threading.local()
        self._lock = threading.Lock()
        self._own: dict[str, list[int]] = {}

    def take_of(self, spec: ProviderSpec) -> Take:
        """Return what takes one call of a provider: at once, after a wait, or not at all (`BudgetSpentError`)."""
        return lambda: self._take(spec)

    def left(self, spec: ProviderSpec) -> int | None:
        """Return how many calls are left now in the tightest window, None without limits."""
        if not spec.limits:
            return None
        now, spent = to_micros(self._clock()), self._spent(self._store.get(_key(spec)))
        return max(0, min(limit.calls - _count(spent, now, limit.seconds) for limit in spec.limits))

    def has_room(self, spec: ProviderSpec, share: float = 0.5) -> bool:
        """Whether no window of a minute or longer has more than a share of its calls spent."""
        now, spent = to_micros(self._clock()), self._spent(self._store.get(_key(spec)))
        return all(
            _count(spent, now, limit.seconds) < max(1.0, limit.calls * share)
            for limit in spec.limits
            if limit.seconds >= _MINUTE
        )

    def wait_seconds(self, spec: ProviderSpec) -> float:
        """Return the seconds until a call may be made, 0 for now."""
        return self._wait(spec, self._spent(self._store.get(_key(spec))), to_micros(self._clock()))

    @contextmanager
    def patience(self, seconds: float) -> Iterator[None]:
        """Let this thread wait longer, or not at all, for its tokens."""
        before = getattr(self._local, "seconds", self._patience_seconds)
        self._local.seconds = seconds
        try:
            yield
        finally:
            self._local.seconds = before

    def _take(self, spec: ProviderSpec) -> None:
        if not spec.limits:
            return
        left = getattr(self._local, "seconds", self._patience_seconds)
        while (wait := self._try(spec)) > 0:
            if wait > left:
                words = ", ".join(limit.words for limit in spec.limits)
                message = f"The calls that {spec.title} allows ({words}) are spent for now."
                raise BudgetSpentError(message, hint="It goes on by itself.", retry_after_seconds=wait)
            nap = min(wait, _LONGEST_NAP)
            self._sleep(nap)
            left -= nap

    def _try(self, spec: ProviderSpec) -> float:
        """Spend a token, or return the seconds until there is one."""
        wait, longest = 0.0, max(limit.seconds for limit in spec.limits)

        def spend(value: Any) -> list[int]:
            nonlocal wait
            # Read while nobody else writes: who waited for the store must not take what others spent meanwhile for
            # something that is still to come. What lies farther ahead than a window is a clock that was set back.
            now, window = to_micros(self._clock()), round(longest * MICROSECONDS)
            spent = [moment for moment in self._spent(value) if abs(now - moment) < window]
            wait = self._wait(spec, spent, now)
            return spent if wait > 0 else [*spent, now]

        if not self._store.update(_key(spec), spend, keep_seconds=longest + 60):
            with self._lock:  # without the store this process keeps to the limits alone
                self._own[spec.slug] = spend(self._own.get(spec.slug))
        return wait

    @staticmethod
    def _spent(value: Any) -> list[int]:
        return value if isinstance(value, list) else []

    @staticmethod
    def _wait(spec: ProviderSpec, spent: list[int], now: int) -> float:
        waits = [0.0]
        for limit in spec.limits:
            if _count(spent, now, limit.seconds) >= limit.calls:
                oldest = sorted(spent)[-limit.calls]
                waits.append((oldest - now) / MICROSECONDS + limit.seconds)
        return max(waits)


def _key(spec: ProviderSpec) -> str:
    return f"budget:{spec.slug}"


def _count(spent: list[int], now: int, seconds: float) -> int:
    first = now - round(seconds * MICROSECONDS)
    return sum(first < moment for moment in spent)

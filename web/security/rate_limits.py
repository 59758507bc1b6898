"""How often one client may ask: token buckets in memory, one set a process.

They keep one client from taking the whole machine. Guesses at passwords are counted in the database
instead (services/throttle.py), where every process sees them.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import ThrottledError

_MAX_BUCKETS = 20_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` requests at once, then `per_second` on average."""

    name: str
    burst: int
    per_second: float


SIGN_UP = Limit("sign-up", 30, 1 / 60)
SIGN_IN = Limit("sign-in", 120, 1.0)
SIGNED_IN = Limit("signed-in", 3000, 100.0)
ANONYMOUS = Limit("anonymous", 1000, 20.0)


class RateLimiter:
    """Buckets by limit and client; the least recently used are forgotten first."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def take(self, limit: Limit, client: str) -> None:
        """Count one request.

        Raises:
            ThrottledError: If the client has to wait.
        """
        now, key = self._monotonic(), (limit.name, client)
        with self._lock:
            left, then = self._buckets.pop(key, (float(limit.burst), now))
            left = min(limit.burst, left + (now - then) * limit.per_second)
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
            if len(self._buckets) > _MAX_BUCKETS:
                self._buckets.popitem(last=False)
        if left < 1:
            seconds = max(1, math.ceil((1 - left) / limit.per_second))
            raise ThrottledError("Too many requests.", hint="Wait a moment.", retry_after_seconds=seconds)

"""A clock that tests move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class MovableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 20, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The instant."""
        return self.now

    def move(self, **span: float) -> None:
        """Go on by a span of `timedelta`."""
        self.now += timedelta(**span)

"""Guesses slow down: each subject has free attempts, then a delay that doubles up to a quarter of an hour.

An attempt is counted before it is checked, so a hundred parallel guesses count as a hundred. Nobody
is locked out for ever: a refused attempt is not counted, and a quiet hour forgets everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.db import sign_in_failures as failures_db
from data.db.engine import Database
from domain.errors import ThrottledError
from domain.periods import Clock

MAX_DELAY = timedelta(minutes=15)
FORGET_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who is guessing, or at what. `key` is a hash: what was typed as a name may be a password."""

    key: str
    free_attempts: int


def account_subject(name: str) -> Subject:
    """Guesses at one account from anywhere."""
    return Subject(_key("name", name), 5)


def device_subject(device: str) -> Subject:
    """Guesses from a browser in which the owner has signed in before."""
    return Subject(_key("device", device), 10)


def remote_subject(address: str) -> Subject:
    """Guesses at any account from one address."""
    return Subject(_key("remote", address), 50)


def _key(kind: str, text: str) -> str:
    return f"{kind}:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def delay_after(failures: int, free_attempts: int) -> timedelta:
    """Return how long to wait after so many failures."""
    if failures < free_attempts:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - free_attempts + 1, 20)), MAX_DELAY)


class Throttle:
    """Counts attempts in the database, so that every worker sees the same."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def take_attempt(self, subjects: Sequence[Subject]) -> None:
        """Count one attempt on every subject.

        Raises:
            ThrottledError: If one of them has to wait; nothing is counted then.
        """
        now = self._clock()
        with self._db.begin() as session:
            failures_db.forget_failures_before(session, now - FORGET_AFTER)
            found = {subject: failures_db.hold_failures(session, subject.key, now=now) for subject in subjects}
            wait = max((_remaining(subject, *found[subject], now) for subject in subjects), default=timedelta(0))
            if wait > timedelta(0):
                raise _throttled(wait)
            for subject in subjects:
                failures_db.save_failures(session, subject.key, found[subject][0] + 1, now=now)

    def return_attempt(self, cleared: Sequence[Subject], returned: Sequence[Subject]) -> None:
        """After a success: forget the failures of some subjects, take back the one attempt of others."""
        with self._db.begin() as session:
            for subject in cleared:
                failures_db.clear_failures(session, subject.key)
            for subject in returned:
                failures_db.return_attempt(session, subject.key)


def _remaining(subject: Subject, failures: int, last_at: datetime, now: datetime) -> timedelta:
    return last_at + delay_after(failures, subject.free_attempts) - now if failures else timedelta(0)


def _throttled(wait: timedelta) -> ThrottledError:
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    span = f"{seconds} seconds" if seconds < 90 else f"{-(-seconds // 60)} minutes"
    message = "Too many attempts to sign in."
    return ThrottledError(message, hint=f"Try again in {span}.", retry_after_seconds=seconds)

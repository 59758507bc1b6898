"""The shared memory of all processes for quotes: a diskcache that speaks JSON only.

diskcache serialises with pickle by default, which runs code of whoever can write the directory. Here values are JSON,
keys are text, rows of any other kind are treated as absent, and the directory belongs to its owner alone (0700).
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import diskcache
import numpy as np
import orjson

from domain.columns import CandleTable
from domain.market import Profile, Quote
from domain.periods import from_micros, to_micros

_SIZE_LIMIT = 256 * 2**20
_UNREADABLE = (diskcache.Timeout, sqlite3.Error, OSError, ValueError)
_INLINE = (1, 2)  # diskcache's raw and binary modes; 3 is text in a file, 4 is pickle


class JsonDisk(diskcache.Disk):  # type: ignore[misc]
    """Serialises keys as text and values as JSON."""

    def put(self, key: Any) -> tuple[str, bool]:
        """Return the key as stored; only text is a key."""
        if not isinstance(key, str):
            raise TypeError(f"A cache key is text, not {type(key).__name__}.")
        return key, True

    def get(self, key: Any, raw: bool) -> str:
        """Return the key as given."""
        if not raw or not isinstance(key, str):
            raise ValueError("The cache holds a key that is not text.")
        return key

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Write a value as JSON."""
        if read:
            raise TypeError("The cache does not hold open files.")
        return super().store(orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY), read, key=key)

    def fetch(self, mode: int, filename: str | None, value: Any, read: bool) -> Any:
        """Read a value; a row written by anything else counts as absent."""
        if mode not in _INLINE or read:
            raise OSError("The cache holds a value that is not JSON.")
        return orjson.loads(super().fetch(mode, filename, value, read))


class QuoteStore:
    """Named JSON values shared by threads and processes. A broken cache file costs its content, never a page."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        directory.chmod(0o700)
        self._cache = _open_cache(directory)

    def get(self, key: str) -> Any:
        """Return a value, None when there is none."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, Any]:
        """Return the values that exist."""
        found: dict[str, Any] = {}
        for key in keys:
            with suppress(*_UNREADABLE):
                value = self._cache.get(key)
                if value is not None:
                    found[key] = value
        return found

    def put_many(self, values: dict[str, Any], *, keep_seconds: float) -> None:
        """Write values together; they are forgotten after a while."""
        with suppress(*_UNREADABLE), self._cache.transact():
            for key, value in values.items():
                self._cache.set(key, value, expire=keep_seconds)

    def update(self, key: str, change: Callable[[Any], Any], *, keep_seconds: float) -> bool:
        """Replace a value by what a function makes of it (None when there is none), alone among all processes.

        Returns whether it is written: the store may be locked for too long, or broken.
        """
        try:
            with self._cache.transact():
                self._cache.set(key, change(self.get(key)), expire=keep_seconds)
        except _UNREADABLE:
            return False
        return True

    def claim(self, keys: Iterable[str], *, keep_seconds: float) -> list[str]:
        """Take the claims nobody else holds and return them; a claim left behind by a crash lapses by itself."""
        taken: list[str] = []
        try:
            with self._cache.transact():
                taken = [key for key in keys if self._cache.add(f"claim:{key}", 1, expire=keep_seconds)]
        except _UNREADABLE:
            return list(keys)  # without a shared memory everyone works for himself
        return taken

    def is_claimed(self, key: str) -> bool:
        """Whether somebody is at work on a key."""
        return self.get(f"claim:{key}") is not None

    def release(self, keys: Iterable[str]) -> None:
        """Give claims back."""
        with suppress(*_UNREADABLE), self._cache.transact():
            for key in keys:
                self._cache.delete(f"claim:{key}")

    def close(self) -> None:
        """Close this thread's connection."""
        self._cache.close()


def _open_cache(directory: Path) -> Any:
    """Open the cache, one process after the other: one that is just being made looks broken to whoever comes second."""
    with (directory / "open.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return _open_file(directory)
        except (sqlite3.DatabaseError, ValueError) as error:
            if "locked" in str(error):
                raise
            for path in directory.glob("cache.db*"):
                path.unlink(missing_ok=True)
            return _open_file(directory)


def _open_file(directory: Path) -> Any:
    return diskcache.Cache(str(directory), disk=JsonDisk, size_limit=_SIZE_LIMIT, timeout=5)


def encode_quote(quote: Quote) -> dict[str, Any]:
    """Return a quote as JSON values; instants as microseconds."""
    return {
        name: to_micros(value) if isinstance(value, datetime) else value
        for name in Quote.__dataclass_fields__
        for value in [getattr(quote, name)]
    }


def decode_quote(values: dict[str, Any]) -> Quote:
    """Return the quote that `encode_quote` wrote."""
    instants = {name: from_micros(values[name]) for name in ("as_of", "fetched_at")}
    return Quote(**{**values, **instants})


def encode_profile(profile: Profile) -> dict[str, Any]:
    """Return a profile as JSON values."""
    return {name: getattr(profile, name) for name in Profile.__dataclass_fields__}


def decode_profile(values: dict[str, Any]) -> Profile:
    """Return the profile that `encode_profile` wrote."""
    return Profile(**values)


def encode_candles(candles: CandleTable) -> dict[str, Any]:
    """Return candles as JSON values, a list a column."""
    return {name: np.ascontiguousarray(getattr(candles, name)) for name in CandleTable.__dataclass_fields__}


def decode_candles(values: dict[str, Any]) -> CandleTable:
    """Return the candles that `encode_candles` wrote."""
    columns = {name: np.array(values[name], dtype=np.float64) for name in values if name != "start"}
    return CandleTable(start=np.array(values["start"], dtype=np.int64), **columns)

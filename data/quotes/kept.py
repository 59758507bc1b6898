"""Answers other than quotes that the cache keeps: candles, profiles, searches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

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
class Kept(Generic[Value]):
    """An answer that is kept, and whether it is still fresh."""

    value: Value
    is_fresh: bool

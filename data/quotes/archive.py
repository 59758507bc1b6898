"""Where last good values live for good: what the cache needs of the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from domain.market import Quote
from domain.quote_feeds import Refusal


class Archive(Protocol):
    """Keeps what outlives the cache. None of it raises: a database that is away costs memory, never a page."""

    def read_quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last good prices that were kept."""

    def keep_quotes(self, quotes: Sequence[Quote]) -> None:
        """Keep prices that passed the gate."""

    def add_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Write down what the gate refused."""


class _Nowhere:
    """Keeps nothing."""

    def read_quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:  # noqa: ARG002 - the protocol's
        """Return nothing."""
        return {}

    def keep_quotes(self, quotes: Sequence[Quote]) -> None:
        """Keep nothing."""

    def add_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Write nothing down."""


NOWHERE = _Nowhere()

"""The tables `stock_quotes`, `company_profiles` and what the gate refused, as the quote service uses them.

A database that is busy or away is no reason for a page without prices: what cannot be written now is written with the
next answer, and what cannot be read is asked for again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from data.db import provider_data
from data.db.engine import Database, Session
from domain.errors import FillwiseError
from domain.market import Profile, Quote
from domain.quote_feeds import Refusal

_LOG = logging.getLogger(__name__)
Value = TypeVar("Value")


class QuoteArchive:
    """What providers said, in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read_quotes(self, symbols: Sequence[str]) -> dict[str, Quote]:
        """Return the last good prices that were kept."""
        return self._read(lambda session: provider_data.read_quotes(session, symbols), {})

    def keep_quotes(self, quotes: Sequence[Quote]) -> None:
        """Keep prices that passed the gate."""
        if quotes:
            self._write(lambda session: provider_data.keep_quotes(session, quotes))

    def find_profile(self, symbol: str, provider: str) -> tuple[Profile, datetime] | None:
        """Return a provider's last profile of a symbol and when it came."""
        return self._read(lambda session: provider_data.find_profile(session, symbol, provider), None)

    def keep_profile(self, profile: Profile, *, at: datetime) -> None:
        """Keep a provider's profile of a symbol."""
        self._write(lambda session: provider_data.keep_profile(session, profile, at=at))

    def add_refusals(self, refusals: Sequence[Refusal]) -> None:
        """Write down what the gate refused."""
        if refusals:
            self._write(lambda session: provider_data.add_refusals(session, refusals))

    def read_refusals(self, limit: int) -> list[Refusal]:
        """Return what the gate refused, newest first."""
        return self._read(lambda session: provider_data.read_refusals(session, limit=limit), [])

    def count_quotes(self) -> dict[str, int]:
        """Return how many of the kept prices are from each provider."""
        return self._read(provider_data.count_quotes, {})

    def _read(self, ask: Callable[[Session], Value], nothing: Value) -> Value:
        try:
            with self._database.read() as session:
                return ask(session)
        except FillwiseError as error:
            _LOG.warning("Kept quotes cannot be read: %s", error.message)
            return nothing

    def _write(self, write: Callable[[Session], None]) -> None:
        try:
            # Not patient: an import that writes for seconds must not hold prices back.
            with self._database.begin(is_patient=False) as session:
                write(session)
        except FillwiseError as error:
            _LOG.info("Quotes are not written down this time: %s", error.message)

"""Splits and dividends as providers state them: asked for, kept with their source, and compared."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from analytics.candle_splits import is_near, is_same_ratio
from data.db import candles as table
from data.db.corporate_actions import list_actions
from domain.candles import KnownSplit, SplitConflict, StatedAction
from domain.errors import QuoteError
from services.candle_sources import normal_symbol, stated_splits

if TYPE_CHECKING:
    from data.db.engine import Database
    from domain.accounts import UserId
    from domain.corporate_actions import CorporateAction
    from domain.periods import Clock
    from services.quotes import QuoteService

REACH = timedelta(days=10 * 365)
_LOG = logging.getLogger("fillwise.history")


class StatedActionService:
    """Asks providers for splits and dividends; safe to share between threads."""

    def __init__(self, db: Database, quotes: QuoteService, clock: Clock) -> None:
        self._db = db
        self._quotes = quotes
        self._clock = clock

    def learn(self, symbol: str) -> bool:
        """Ask the first provider that states them for the splits and dividends of a symbol; whether one answered.

        Where none does, splits stay inferred from bars that come restated.
        """
        name, now = normal_symbol(symbol), self._clock()
        start = (now - REACH).replace(hour=0, minute=0, second=0, microsecond=0)
        try:
            found = self._quotes.stated_actions(name, start)
        except QuoteError as error:
            _LOG.info("splits and dividends of %s are not known now: %s", name, error.message)
            return False
        if found is None:
            return False
        slug, actions = found
        with self._db.begin() as session:
            table.replace_stated(session, name, slug, actions, start=start, seen_at=now)
        return True

    def stated(self, symbol: str) -> list[StatedAction]:
        """Return what providers state of a symbol, oldest first."""
        with self._db.read() as session:
            return table.list_stated(session, normal_symbol(symbol))

    def conflicts(self, symbols: Iterable[str], owner: UserId | None = None) -> list[SplitConflict]:
        """Return where providers, their candles and what an owner entered do not agree about splits of symbols."""
        found: list[SplitConflict] = []
        with self._db.read() as session:
            entered = list_actions(session, owner) if owner is not None else ()
            known = table.symbols_with_splits(session)
            for name in dict.fromkeys(normal_symbol(symbol) for symbol in symbols):
                if name not in known:
                    continue
                stated, inferred = table.list_stated(session, name), table.list_splits(session, name)
                own = [split for item in entered if normal_symbol(item.symbol) == name for split in _entered(item)]
                texts = [*_between_providers(stated), *_against_bars(stated, inferred), *_against_owner(stated, own)]
                found += [SplitConflict(symbol=name, text=text) for text in texts]
        return found


def _between_providers(stated: list[StatedAction]) -> list[str]:
    by_provider = {slug: stated_splits(stated, [slug]) for slug in dict.fromkeys(item.provider for item in stated)}
    return [
        f"{first.source} states {_words(first)}, {second.source} {_words(second)}."
        for one, other in combinations(by_provider.values(), 2)
        for first in one
        for second in other
        if is_near(first, second) and not is_same_ratio(first, second)
    ]


def _against_bars(stated: list[StatedAction], inferred: list[KnownSplit]) -> list[str]:
    """Compare what was stated with what bars that came restated gave away."""
    splits = [split for slug in {item.provider for item in stated} for split in stated_splits(stated, [slug])]
    asked_at = max((item.seen_at for item in stated if item.seen_at), default=None)
    texts = []
    for seen in inferred:
        near = [split for split in splits if is_near(seen, split)]
        if near and not any(is_same_ratio(seen, split) for split in near):
            texts.append(f"{near[0].source} states {_words(near[0])}, but its candles were restated {_ratio(seen)}.")
        if not near and _was_asked_after(asked_at, seen):
            texts.append(f"Candles were restated {_words(seen)}, which {stated[0].provider} does not state.")
    return texts


def _against_owner(stated: list[StatedAction], entered: list[KnownSplit]) -> list[str]:
    splits = [split for slug in {item.provider for item in stated} for split in stated_splits(stated, [slug])]
    return [
        f"You entered {_words(own)}, {split.source} states {_words(split)}."
        for own in entered
        for split in splits
        if is_near(own, split) and not is_same_ratio(own, split)
    ]


def _entered(action: CorporateAction) -> list[KnownSplit]:
    if not (action.kind.is_split and action.ratio_new and action.ratio_old):
        return []
    return [KnownSplit(effective_at=action.effective_at, new=action.ratio_new, old=action.ratio_old)]


def _was_asked_after(asked_at: datetime | None, seen: KnownSplit) -> bool:
    return asked_at is not None and asked_at > seen.effective_at


def _words(split: KnownSplit) -> str:
    return f"{_ratio(split)} on {split.effective_at:%Y-%m-%d}"


def _ratio(split: KnownSplit) -> str:
    return f"{split.new.normalize():f}-for-{split.old.normalize():f}"

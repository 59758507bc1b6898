"""The order of quote providers as a setting: read by every process, changed by the keeper of the installation.

Prices are everybody's, so their order is too. It may be changed by the first person who signed up; while there is
nobody but the demo user, by that one.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from data.db import facts
from data.db.users import get_user, list_users
from domain.errors import FillwiseError, ForbiddenError, InvalidInputError, SettingsError
from domain.provider_order import OrderClass, ProviderOrder

if TYPE_CHECKING:
    from data.db.engine import Database, Session
    from data.quotes import ProviderSpec
    from domain.accounts import User, UserId
    from domain.periods import Clock

FACT = "provider_order"
RECHECK_SECONDS = 2.0
"""For so long a process may still ask in the order of before."""


class ProviderOrderService:
    """Reads and changes the order; safe to share between threads.

    Args:
        db: Where the order is kept.
        clock: Source of the current instant.
        known: Every provider by slug.
        given: Names of the settings that are set, such as FINNHUB_API_KEY.
    """

    def __init__(self, db: Database, clock: Clock, *, known: Mapping[str, ProviderSpec], given: frozenset[str]) -> None:
        self._db = db
        self._clock = clock
        self._known = known
        self._given = given
        self._lock = threading.Lock()
        self._kept: ProviderOrder | None = None
        self._read_at = 0.0
        self.recheck_seconds = RECHECK_SECONDS

    def order(self) -> ProviderOrder:
        """Return what was chosen, at most two seconds old; the last that was known while the database is away."""
        with self._lock:
            if self._kept is None or time.monotonic() - self._read_at >= self.recheck_seconds:
                self._kept = self._read()
                self._read_at = time.monotonic()
            return self._kept

    def chosen(self) -> Mapping[OrderClass, tuple[str, ...]]:
        """Return the chosen slugs by kind of instrument."""
        return self.order().chosen

    def may_change(self, owner: UserId) -> bool:
        """Whether somebody keeps this installation."""
        with self._db.read() as session:
            return int(owner) == int(keeper_of(session).id)

    def save(self, owner: UserId, kind: OrderClass, slugs: Sequence[str]) -> ProviderOrder:
        """Choose the order for a kind of instrument.

        Raises:
            ForbiddenError: If somebody else keeps the installation.
            InvalidInputError: If there is none, one twice, or one that does not know this kind or lacks its key.
        """
        order = tuple(slug.strip().lower() for slug in slugs)
        self._check(kind, order)
        # A simulated price never goes before a real one.
        order = tuple(sorted(order, key=lambda slug: self._known[slug].simulated))
        return self._write(owner, lambda chosen: {**chosen, kind: order})

    def reset(self, owner: UserId, kind: OrderClass) -> ProviderOrder:
        """Go back to the order of the environment.

        Raises:
            ForbiddenError: If somebody else keeps the installation.
        """
        return self._write(owner, lambda chosen: {name: chosen[name] for name in chosen if name is not kind})

    def candidates(self, kind: OrderClass) -> list[ProviderSpec]:
        """Return the providers that have this kind and what they need, by name."""
        fitting = [spec for spec in self._known.values() if not self._why_not(kind, spec)]
        return sorted(fitting, key=lambda spec: spec.title)

    def _check(self, kind: OrderClass, order: Sequence[str]) -> None:
        if not order:
            raise InvalidInputError("Choose at least one provider.", hint="Or go back to the default.", field="order")
        for place, slug in enumerate(order):
            if slug in order[:place]:
                raise InvalidInputError(f"{slug!r} is there twice.", field="order")
            if slug not in self._known:
                names = ", ".join(sorted(self._known))
                raise InvalidInputError(
                    f"Quote provider {slug[:24]!r} is not known.", hint=f"Choose from {names}.", field="order"
                )
            why = self._why_not(kind, self._known[slug])
            if why:
                raise InvalidInputError(why, field="order")

    def _why_not(self, kind: OrderClass, spec: ProviderSpec) -> str:
        if not kind.is_served_by(spec.asset_classes):
            return f"{spec.title} has no {kind.label.lower()}."
        if spec.needs_setting and spec.key_setting not in self._given:
            return f"{spec.title} needs {spec.key_setting}, which is not set where Fillwise runs."
        return ""

    def _read(self) -> ProviderOrder:
        try:
            with self._db.read() as session:
                text = facts.find_fact(session, FACT)
        except FillwiseError:
            return self._kept or ProviderOrder(chosen={})
        return self._decode(text)

    def _decode(self, text: str | None) -> ProviderOrder:
        kept = json.loads(text) if text else {}
        chosen = {}
        for kind in OrderClass:
            # A provider whose key was taken away since is passed over, not a reason to fail.
            usable = [
                slug
                for slug in kept.get("chosen", {}).get(kind.value, ())
                if slug in self._known and not self._why_not(kind, self._known[slug])
            ]
            if usable:
                chosen[kind] = tuple(usable)
        at = datetime.fromisoformat(kept["at"]) if kept.get("at") else None
        return ProviderOrder(chosen=chosen, changed_by=str(kept.get("by", "")), changed_at=at)

    def _write(self, owner: UserId, change: Any) -> ProviderOrder:
        with self._db.begin() as session:
            keeper = check_keeper(session, owner)
            chosen = change(dict(self._decode(facts.find_fact(session, FACT)).chosen))
            values = {
                "chosen": {kind.value: list(order) for kind, order in chosen.items()},
                "by": keeper.username,
                "at": self._clock().isoformat(),
            }
            facts.set_fact(session, FACT, json.dumps(values))
        with self._lock:
            self._kept = None
        return self.order()


def keeper_of(session: Session) -> User:
    """Return who keeps the installation: the first person who signed up, the demo user where there is none.

    Raises:
        SettingsError: If there is nobody at all.
    """
    people = list_users(session)
    if not people:
        raise SettingsError("There is no user yet.")
    return next((person for person in people if not person.is_demo), people[0])


def check_keeper(session: Session, owner: UserId) -> User:
    """Return the user who may change what holds for everybody.

    Raises:
        ForbiddenError: If it is somebody else.
    """
    keeper = keeper_of(session)
    if int(keeper.id) != int(owner):
        raise ForbiddenError("This holds for everybody here.", hint=f"{keeper.username} may change it.")
    return get_user(session, owner)

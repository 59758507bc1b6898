"""Which providers are asked for a symbol, and in which order.

The order of the environment holds for every kind of instrument that nobody chose another order for. What was chosen is
asked for again all the time, so that a choice made in one process holds in all of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

from data.quotes import QuoteProvider
from domain.provider_order import OrderClass, class_of

Chosen = Callable[[], Mapping[OrderClass, tuple[str, ...]]]


def nothing_chosen() -> Mapping[OrderClass, tuple[str, ...]]:
    """Leave every kind to the order of the environment."""
    return {}


class ProviderRing:
    """Knows the providers in use; safe to share between threads.

    Args:
        default: Providers of the environment, first choice first.
        chosen: Says what was chosen by kind of instrument.
        build: Makes a provider that was chosen and is not among the default ones; None when it lacks what it needs.
    """

    def __init__(
        self,
        default: Sequence[QuoteProvider],
        *,
        chosen: Chosen = nothing_chosen,
        build: Callable[[str], QuoteProvider | None] | None = None,
    ) -> None:
        self._default = tuple(default)
        self._chosen = chosen
        self._build = build
        self._lock = threading.Lock()
        self._made: dict[str, QuoteProvider | None] = {item.spec.slug: item for item in default}

    def of_symbol(self, symbol: str) -> tuple[QuoteProvider, ...]:
        """Return the providers of a symbol's kind, those with real prices before those that simulate."""
        return self.of_kind(class_of(symbol))

    def of_kind(self, kind: OrderClass) -> tuple[QuoteProvider, ...]:
        """Return the providers of a kind of instrument, those with real prices before those that simulate."""
        return self._of_kind(kind, self._chosen())

    def groups(self, symbols: Sequence[str]) -> list[tuple[tuple[QuoteProvider, ...], list[str]]]:
        """Return symbols with the providers that are asked for them, together where these are the same."""
        chosen, found = self._chosen(), dict[tuple[str, ...], tuple[tuple[QuoteProvider, ...], list[str]]]()
        for symbol in symbols:
            mine = self._of_kind(class_of(symbol), chosen)
            found.setdefault(tuple(item.spec.slug for item in mine), (mine, []))[1].append(symbol)
        return list(found.values())

    def in_use(self) -> tuple[QuoteProvider, ...]:
        """Return every provider that is asked for anything: those of the environment's order, then the chosen ones."""
        chosen = self._chosen()
        is_default_used = any(kind not in chosen for kind in OrderClass)
        slugs = [item.spec.slug for item in self._default] if is_default_used else []
        slugs += [slug for kind in OrderClass for slug in chosen.get(kind, ())]
        return _real_first([item for slug in dict.fromkeys(slugs) if (item := self._provider(slug)) is not None])

    def find(self, slug: str) -> QuoteProvider | None:
        """Return a provider in use by its slug."""
        return next((item for item in self.in_use() if item.spec.slug == slug), None)

    def _of_kind(self, kind: OrderClass, chosen: Mapping[OrderClass, tuple[str, ...]]) -> tuple[QuoteProvider, ...]:
        if kind not in chosen:
            return _real_first(self._default)
        return _real_first([item for slug in chosen[kind] if (item := self._provider(slug)) is not None])

    def _provider(self, slug: str) -> QuoteProvider | None:
        with self._lock:
            if slug not in self._made:
                self._made[slug] = self._build(slug) if self._build else None
            return self._made[slug]


def _real_first(providers: Sequence[QuoteProvider]) -> tuple[QuoteProvider, ...]:
    """A simulated price never goes before a real one, wherever it stands in the order."""
    return tuple(sorted(providers, key=lambda item: item.spec.simulated))

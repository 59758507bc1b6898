"""Files that lack a column or two of a known layout: told as such, and never read as somebody else's table.

Every format asks `header_score` how much of its layout a file names. While `watch_misses` listens, what
was asked is written down, so that no format has to say anything twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from data.brokers.field_words import fold_name

FEWEST = 4
"""Columns a layout must have for the lack of one to be worth telling; shorter ones are anybody's."""
WIDE = 9
"""Columns from which two may be missing."""

_ORDINARY = (
    "date|time|date time|datetime|timestamp|trade date|trade time|execution date|execution time|exec time|executed at|"
    "symbol|ticker|instrument|isin|name|description|side|action|type|buy sell|trade type|transaction type|qty|quantity|"
    "shares|units|size|price|avg price|average price|commission|commissions|commission amount|fee|fees|amount|total|"
    "value|net amount|gross amount|currency|account|status|trade id|order id|id|notes|note|tags|settlement date|"
    "transaction date"
)
ORDINARY = frozenset(_ORDINARY.split("|"))
"""Names that any table of trades may have; a layout of nothing else is nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A layout of which a file names nearly all columns.

    Attributes:
        missing: The columns it lacks, as the layout writes them.
        width: Columns of the layout.
    """

    missing: tuple[str, ...]
    width: int


_HEARD: ContextVar[list[NearMiss] | None] = ContextVar("near_misses", default=None)


@contextmanager
def watch_misses() -> Iterator[list[NearMiss]]:
    """Collect the near misses of everything that is asked within."""
    heard: list[NearMiss] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


def hear_missing(missing: Sequence[str], present: Sequence[str]) -> None:
    """Note that a file lacks some columns of a layout and has the others.

    Of use only if few are missing, and one that is there is called as no other table would call it.
    """
    heard, width = _HEARD.get(), len(missing) + len(present)
    most = 2 if width >= WIDE else 1
    if heard is None or width < FEWEST or not 0 < len(missing) <= most:
        return
    if any(fold_name(name) not in ORDINARY for name in present):
        heard.append(NearMiss(missing=tuple(missing), width=width))

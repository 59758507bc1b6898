"""What trades can be looked at by: one family of dimensions a file, each exporting DIMENSIONS.

A dimension is a column of codes (names, times) or of numbers over all trades of the chosen accounts. The
filter (`where=hour:9;size:100..500`), breakdowns, cross tables, comparisons and scatter charts all read the
same columns, so that a bucket and the filter that leads to it hold the same trades.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from analytics.facts import Coded, Facts
from analytics.ranges import Scale, code_ranges, range_edges
from domain.errors import InvalidInputError
from domain.plugins import load_plugins

if TYPE_CHECKING:
    from domain.columns import Bools, Floats

__all__ = ["GROUPS", "Coded", "Dimension", "Facts", "all_dimensions", "code_dimension", "find_dimension"]

GROUPS = ("Instrument", "Journal", "Entry", "Exit", "Plan", "Size", "Result", "Sequence", "Market")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One property of trades; either `codes` or `values` is given.

    Attributes:
        slug: Stable name in the API, the filter and addresses.
        label: Name on the page.
        group: One of `GROUPS`.
        about: What it is, one sentence.
        codes: Makes the buckets of all trades.
        values: Makes a number of each trade, NaN where it has none; it is cut into ranges.
        scale: How the number is cut and written.
        none_label: Name of the bucket of trades without a number.
        of_days: Makes the buckets of trading days. Such a dimension is about exits: a partial exit counts in
            its own day, month and so on, not in that of its trade's last exit.
        sorted_by_size: Whether charts show the largest effects first instead of the natural order.
        volatile: Whether it rests on what may become known later (quotes); its columns are not kept.
        plain: Name of the older filter field that says the same for one key.
    """

    slug: str
    label: str
    group: str
    about: str
    codes: Callable[[Facts], Coded] | None = None
    values: Callable[[Facts], Floats] | None = None
    scale: Scale | None = None
    none_label: str = "Unknown"
    of_days: Callable[[Any], Coded] | None = None
    sorted_by_size: bool = False
    volatile: bool = False
    plain: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is a number that is cut into ranges."""
        return self.values is not None

    def number(self, facts: Facts) -> Floats:
        """Return the number of each trade, NaN where it has none.

        Raises:
            InvalidInputError: If the dimension is not a number.
        """
        if self.values is None:
            raise InvalidInputError(f"{self.label} is not a number.", field="by")
        values = self.values
        found: Floats = values(facts) if self.volatile else facts.keep(f"{self.slug}=", lambda: values(facts))
        return found

    def coded(self, facts: Facts, *, edges: Sequence[float] = (), within: Bools | None = None) -> Coded:
        """Return the buckets of all trades.

        Args:
            facts: The trades.
            edges: Where the ranges of a number begin and end; () chooses round ones.
            within: Trades that the chosen edges should suit; all by default.
        """
        if self.codes is not None:
            codes = self.codes
            found: Coded = codes(facts) if self.volatile else facts.keep(self.slug, lambda: codes(facts))
            return found
        if self.of_days is not None:
            of_days = self.of_days
            coded: Coded = facts.keep(self.slug, lambda: of_days(facts.frame.exit_day))
            return coded
        numbers, scale = self.number(facts), self.scale or Scale()
        cuts = tuple(edges) or scale.edges or range_edges(numbers if within is None else numbers[within], scale)
        return code_ranges(numbers, cuts, scale, none_label=self.none_label)


@lru_cache(maxsize=1)
def all_dimensions() -> dict[str, Dimension]:
    """Return every dimension by slug, groups in the order of `GROUPS`.

    Raises:
        PluginError: If a family lacks DIMENSIONS.
        InvalidInputError: If two dimensions share a slug, or one names no known group.
    """
    families: tuple[tuple[Dimension, ...], ...] = load_plugins(sys.modules[__name__], "DIMENSIONS", tuple)
    listed = [dimension for family in families for dimension in family]
    found = {dimension.slug: dimension for dimension in sorted(listed, key=lambda item: GROUPS.index(item.group))}
    if len(found) < len(listed):
        raise InvalidInputError("Two dimensions have the same slug.")
    return found


def find_dimension(slug: str, *, field: str = "by") -> Dimension:
    """Return a dimension by its slug.

    Raises:
        InvalidInputError: If there is none.
    """
    known = all_dimensions()
    if slug not in known:
        message = f"Property {slug[:40]!r} is not known."
        raise InvalidInputError(message, field=field, hint=f"Use one of {', '.join(known)}.")
    return known[slug]


def code_dimension(facts: Facts, slug: str, *, edges: Sequence[float] = (), within: Bools | None = None) -> Coded:
    """Return the buckets of a dimension by its slug; arguments as `Dimension.coded`."""
    return find_dimension(slug).coded(facts, edges=edges, within=within)

"""Exchange rates by day: the one way from one currency to another, and what the rates alone did.

A rate holds on its day and, where there is none of a later day, for a stated number of days after it. Beyond that
there is no rate: amounts in two currencies are never added without one. Rates are used as given, inverted, or through
one currency between (EUR to JPY through USD).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from domain.errors import CurrencyError

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints

Pair = tuple[str, str]
FOREVER = 1 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSeries:
    """Rates of one pair, ascending by day; n rows.

    Attributes:
        day: Days since 1970, int64, unique.
        rate: Units of the second currency for one of the first, > 0.
        is_fixed: Rates that hold until the next one, however long that takes.
        is_simulated: Whether the rates are invented.
    """

    day: Ints
    rate: Floats
    is_fixed: Bools
    is_simulated: bool = False

    def __len__(self) -> int:
        return len(self.day)

    def inverted(self) -> RateSeries:
        """Return the rates the other way round."""
        return RateSeries(day=self.day, rate=1.0 / self.rate, is_fixed=self.is_fixed, is_simulated=self.is_simulated)

    def on(self, days: Ints, max_age: int) -> Floats:
        """Return the rate of each day, NaN where the last known one is older than `max_age` days."""
        if not len(self.day):
            return np.full(len(days), np.nan)
        rows = np.searchsorted(self.day, days, side="right") - 1
        safe = np.maximum(rows, 0)
        age = days - self.day[safe]
        fits = (rows >= 0) & ((age <= max_age) | self.is_fixed[safe])
        return np.where(fits, self.rate[safe], np.nan)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateBook:
    """All rates one owner may use.

    Attributes:
        series: By pair.
        max_age: So many days a rate may be old.
    """

    series: Mapping[Pair, RateSeries]
    max_age: int = 7

    def rates(self, base: str, quote: str, days: Ints) -> Floats:
        """Return units of `quote` for one of `base` on each day, NaN where there is no rate.

        Args:
            base: Currency code.
            quote: Currency code; equal ones have the rate 1.
            days: Days since 1970, any order.
        """
        if base == quote:
            return np.ones(len(days))
        found = self._direct(base, quote, days)
        for middle in self._middles(base, quote):
            gaps = np.isnan(found)
            if not gaps.any():
                break
            found[gaps] = (self._direct(base, middle, days[gaps])) * self._direct(middle, quote, days[gaps])
        return found

    def require(self, base: str, quote: str, days: Ints) -> Floats:
        """Return the rates as `rates` does.

        Raises:
            CurrencyError: If a day has no rate; it names the pair, the first such day and what to do.
        """
        found = self.rates(base, quote, days)
        missing = np.isnan(found)
        if missing.any():
            first = np.datetime64(int(days[missing].min()), "D")
            raise CurrencyError(
                f"There is no exchange rate from {base} to {quote} for {first}"
                f" (nor of the {self.max_age} days before it).",
                hint="Add rates under Settings, Exchange rates: type one, or import a file such as the ECB's.",
            )
        return found

    def convert(self, amount: float, base: str, quote: str, day: int) -> float:
        """Return an amount in another currency at a day's rate; raises like `require`."""
        return amount * float(self.require(base, quote, np.array([day], dtype=np.int64))[0])

    def is_simulated(self, base: str, quote: str) -> bool:
        """Whether a conversion would use invented rates."""
        steps = [(base, quote)] if self._has(base, quote) else []
        steps = steps or [pair for item in self._middles(base, quote) for pair in ((base, item), (item, quote))]
        return any(self._one(*pair).is_simulated for pair in steps if base != quote)

    def _has(self, base: str, quote: str) -> bool:
        return (base, quote) in self.series or (quote, base) in self.series

    def _one(self, base: str, quote: str) -> RateSeries:
        return self.series.get((base, quote)) or self.series[quote, base].inverted()

    def _direct(self, base: str, quote: str, days: Ints) -> Floats:
        found = np.full(len(days), np.nan)
        if (base, quote) in self.series:
            found = self.series[base, quote].on(days, self.max_age)
        if (quote, base) in self.series and np.isnan(found).any():
            other = 1.0 / self.series[quote, base].on(days, self.max_age)
            found = np.where(np.isnan(found), other, found)
        return found

    def _middles(self, base: str, quote: str) -> list[str]:
        known = sorted({name for pair in self.series for name in pair} - {base, quote})
        return [name for name in known if self._has(base, name) and self._has(name, quote)]


def make_series(rows: Mapping[int, tuple[float, bool]], *, is_simulated: bool = False) -> RateSeries:
    """Return a series of rates given as day: (rate, whether it is fixed)."""
    days = sorted(rows)
    return RateSeries(
        day=np.array(days, dtype=np.int64),
        rate=np.array([rows[day][0] for day in days], dtype=np.float64),
        is_fixed=np.array([rows[day][1] for day in days], dtype=bool),
        is_simulated=is_simulated,
    )


def currency_effect(value: Floats, rates: Floats, *, before: float = 0.0, rate_before: float | None = None) -> Floats:
    """Return what the change of the rate alone did each day: yesterday's value x change of the rate.

    Args:
        value: Value in its own currency at the end of each day.
        rates: Rates of those days into the reporting currency.
        before: Value on the eve of the first day.
        rate_before: Rate on that eve.

    Together with the change of the value in its own currency at the day's rate this is the whole change.
    """
    first = rates[:1] if rate_before is None else np.array([rate_before])
    earlier = np.concatenate([[before], value[:-1]]) if len(value) else value
    effect: Floats = earlier * np.diff(np.concatenate([first, rates]))
    return effect

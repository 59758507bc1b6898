"""What an account was worth at the end of each day: positions at their closes.

Closes of providers are restated for splits, so quantities are restated likewise: shares before a split count as the
shares they became, and value needs no step on the day of the split.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Fills:
    """Executions of one instrument in one account; n rows by time.

    Attributes:
        row: Place of each one's day in the grid of days, int64, ascending.
        quantity: Signed, restated for splits, float64.
        price: Restated likewise.
        paid: What each moved in money, fees aside: a purchase < 0.
        fees: Cost > 0.
        realised: P&L that each realised, fees aside; for what is held on margin.
        is_moved: Which came in or left in kind: `paid` is what they cost, and nobody paid it; None for none.
    """

    row: Ints
    quantity: Floats
    price: Floats
    paid: Floats
    fees: Floats
    realised: Floats
    is_moved: Bools | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldValue:
    """What one instrument was worth while it was held, in its own currency.

    Attributes:
        first: Row of the grid at which the arrays start; they end when the position is closed for good.
        value: At the end of each day.
        cash: What the fills moved that day, fees included: the other side of the position.
        profit: Change of value plus cash: the day's P&L after fees.
        quantity: At the end of each day, restated.
        carried: Days valued at the last fill, because no close was known.
        moved: What each fill brought in kind at the day's value, what left < 0; None for none.
    """

    first: int
    value: Floats
    cash: Floats
    profit: Floats
    quantity: Floats
    carried: Bools
    moved: Floats | None = None

    @property
    def last(self) -> int:
        """One past the last row."""
        return self.first + len(self.value)


def held_value(fills: Fills, closes: Floats, *, multiplier: float, on_margin: bool) -> HeldValue:
    """Value one instrument at the end of each day.

    Args:
        fills: Its executions, at least one.
        closes: Close of each day of the whole grid, the last known one carried forward; NaN before the first.
        multiplier: Money per point and unit.
        on_margin: Whether opening it moves no cash: then its value is the open P&L.

    Days without any close are valued at the last fill's price.
    """
    first, size = int(fills.row[0]), len(closes)
    quantity = _running(fills.row, fills.quantity, first, size)
    quantity[np.abs(quantity) < 1e-9 * max(1.0, float(np.abs(fills.quantity).max()))] = 0.0
    held = np.flatnonzero(quantity)
    end = min(size, max(int(held[-1]) + 2 + first if len(held) else 0, int(fills.row[-1]) + 1))
    quantity = quantity[: end - first]
    price, carried = _prices(fills, closes[first:end], first)
    value = quantity * price * multiplier
    rows = fills.row - first
    brought = _brought(fills, price, first, multiplier=multiplier, on_margin=on_margin)
    moved = fills.realised if on_margin else fills.paid
    if brought is not None and fills.is_moved is not None:
        moved = np.where(fills.is_moved, -brought, moved)
    if on_margin:
        value = value + _running(rows, fills.paid, 0, end - first) - _running(rows, fills.realised, 0, end - first)
        value[quantity == 0] = 0.0
    cash: Floats = np.bincount(rows, weights=moved - fills.fees, minlength=end - first)[: end - first]  # type: ignore[assignment]
    profit = np.diff(value, prepend=0.0) + cash
    return HeldValue(
        first=first,
        value=value,
        cash=cash,
        profit=profit,
        quantity=quantity,
        carried=carried & (quantity != 0),
        moved=brought,
    )


def _brought(fills: Fills, price: Floats, first: int, *, multiplier: float, on_margin: bool) -> Floats | None:
    """Return what moved in kind was worth at the end of its day, 0 for other fills; of a margin, its open P&L."""
    if fills.is_moved is None:
        return None
    worth = fills.quantity * price[fills.row - first] * multiplier
    return np.where(fills.is_moved, worth + fills.paid if on_margin else worth, 0.0)


def _running(rows: Ints, amounts: Floats, first: int, size: int) -> Floats:
    """Return the running sum at the end of each day from `first` on."""
    daily = np.bincount(rows - first, weights=amounts, minlength=size - first)
    running: Floats = np.cumsum(daily)
    return running


def _prices(fills: Fills, closes: Floats, first: int) -> tuple[Floats, Bools]:
    """Return the price of each day and which of them are those of the last fill."""
    missing = np.isnan(closes)
    if not missing.any():
        return closes, missing
    rows = np.searchsorted(fills.row, np.arange(first, first + len(closes)), side="right") - 1
    return np.where(missing, _traded_prices(fills)[rows], closes), missing


def _traded_prices(fills: Fills) -> Floats:
    """Return the price of the last fill that was a trade; before the first one, what was moved in cost on average."""
    if fills.is_moved is None:
        return fills.price
    traded = np.maximum.accumulate(np.where(fills.is_moved, -1, np.arange(len(fills.row))))
    early = traded < 0
    weight = np.abs(fills.quantity[early])
    average = float(np.average(fills.price[early], weights=weight)) if weight.sum() else 0.0
    return np.where(early, average, fills.price[np.maximum(traded, 0)])


def carry_forward(rows: Ints, values: Floats, size: int) -> Floats:
    """Return one value a day: that of the last row at or before it, NaN before the first.

    Args:
        rows: Days as places in the grid, ascending; places below 0 lie before it.
        values: One a row.
        size: Length of the grid.
    """
    places = np.searchsorted(rows, np.arange(size), side="right") - 1
    if not len(rows):
        return np.full(size, np.nan)
    return np.where(places >= 0, values[np.maximum(places, 0)], np.nan)


def add_at(total: Floats, first: int, part: Floats) -> None:
    """Add a part to a total from a row on, in place."""
    total[first : first + len(part)] += part


def contributions(profits: Floats, capital: Floats, growth_before: Floats) -> Floats:
    """Return what each day's P&L added to the time-weighted return of the whole period.

    A day's share of the day's capital, grown by what was earned before it: summed over days and holdings it is the
    portfolio's return exactly.

    Args:
        profits: P&L of one holding by day, in the reporting currency.
        capital: The portfolio's capital of each day.
        growth_before: Value of 1 invested at the start, on the eve of each day.

    **Source:** geometric linking by cumulative growth, Bacon 2008, chapter 5.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        part = profits / capital * growth_before
    kept: Floats = np.where(np.isfinite(part) & (capital > 0), part, 0.0)
    return kept

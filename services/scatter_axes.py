"""Numbers of trades that a scatter chart takes as its axes: those of the dimensions, and what prices did meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.dimensions import Dimension, all_dimensions
from analytics.metric_columns import HeldPrices
from analytics.ranges import Scale
from domain.columns import TradeFrame, take
from domain.errors import InvalidInputError
from domain.filters import FigureUnit

if TYPE_CHECKING:
    from domain.columns import Floats, Ints
    from services.trade_sets import TradeSet

GROUP = "Excursions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many of the closed trades have candles, and how many are covered by them from entry to exit."""

    trades: int
    measured: int
    whole: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExcursionAxis:
    """An axis that rests on candles; `read` takes excursions in money and the trades they are of."""

    dimension: Dimension
    read: Callable[[HeldPrices, TradeFrame], Floats]


def _axis(
    slug: str, label: str, about: str, unit: str, read: Callable[[HeldPrices, TradeFrame], Floats]
) -> ExcursionAxis:
    made = Dimension(slug=slug, label=label, group=GROUP, about=about, scale=Scale(unit=unit), volatile=True)
    return ExcursionAxis(dimension=made, read=read)


def _over(values: Floats, below: Floats) -> Floats:
    found: Floats = np.full(len(values), np.nan)
    np.divide(values, below, out=found, where=below > 0)
    return found


_MAE, _MFE = "Worst unrealised P&L while the trade was open", "Best unrealised P&L while the trade was open"
EXCURSION_AXES: dict[str, ExcursionAxis] = {
    item.dimension.slug: item
    for item in (
        _axis("mae", "MAE", f"{_MAE}, money before fees.", "money", lambda held, _: held.mae),
        _axis("mae_percent", "MAE %", f"{_MAE}, of the money put in.", "percent",
              lambda held, trades: _over(held.mae, trades.entry_value)),
        _axis("mae_r", "MAE in R", f"{_MAE}, in multiples of the initial risk.", "r",
              lambda held, trades: _over(held.mae, trades.risk)),
        _axis("mfe", "MFE", f"{_MFE}, money before fees.", "money", lambda held, _: held.mfe),
        _axis("mfe_percent", "MFE %", f"{_MFE}, of the money put in.", "percent",
              lambda held, trades: _over(held.mfe, trades.entry_value)),
        _axis("mfe_r", "MFE in R", f"{_MFE}, in multiples of the initial risk.", "r",
              lambda held, trades: _over(held.mfe, trades.risk)),
        _axis("give_back", "Give-back", "Best unrealised P&L less the gross P&L: what the exit left.", "money",
              lambda held, trades: held.mfe - trades.gross),
        _axis("entry_efficiency", "Entry efficiency", "Share of the range held that lay ahead of the entry.", "percent",
              lambda held, _: held.entry_efficiency),
        _axis("exit_efficiency", "Exit efficiency", "Share of the range held that lay behind the exit.", "percent",
              lambda held, _: held.exit_efficiency),
        _axis("total_efficiency", "Total efficiency", "Share of the range held that was taken.", "percent",
              lambda held, _: held.total_efficiency),
    )
}  # fmt: skip


def all_axes() -> tuple[Dimension, ...]:
    """Return everything a scatter chart takes as an axis."""
    numbers = (item for item in all_dimensions().values() if item.is_number)
    return (*numbers, *(item.dimension for item in EXCURSION_AXES.values()))


def find_axis(slug: str, field: str) -> Dimension:
    """Return an axis by its slug.

    Raises:
        InvalidInputError: If there is none.
    """
    known = {item.slug: item for item in all_axes()}
    if slug not in known:
        message = f"Axis {slug[:40]!r} is not known, or is not a number."
        raise InvalidInputError(message, field=field, hint=f"Use one of {', '.join(known)}.")
    return known[slug]


class AxisReader:
    """The closed trades of a set as numbers; candles are read once, and only where an axis needs them."""

    def __init__(self, found: TradeSet) -> None:
        self._found = found
        self.rows: Ints = found.chosen_rows[~found.chosen.is_open]
        self._held: HeldPrices | None = None
        self.needs_candles = False

    def read(self, axis: Dimension) -> Floats:
        """Return the number of each closed trade, NaN where it has none."""
        if axis.slug not in EXCURSION_AXES:
            return axis.number(self._found.facts)[self.rows]
        self.needs_candles = True
        held = self._prices()
        if held is None:
            return np.full(len(self.rows), np.nan)
        return EXCURSION_AXES[axis.slug].read(held, take(self._found.frame, self.rows))

    def coverage(self) -> Coverage | None:
        """Return how far candles reach, None where no axis needs them."""
        if not self.needs_candles:
            return None
        held = self._prices()
        measured = 0 if held is None else int(np.count_nonzero(~np.isnan(held.mae)))
        whole = 0 if held is None else int(np.count_nonzero(held.is_whole))
        return Coverage(trades=len(self.rows), measured=measured, whole=whole)

    def _prices(self) -> HeldPrices | None:
        if self._held is None and self._found.prices is not None:
            # In money, whatever the unit of the page: the axes say which unit they are in.
            as_money = replace(
                self._found, unit=self._found.currency, filter=self._found.filter.with_(unit=FigureUnit.MONEY)
            )
            self._held = self._found.prices(as_money)
        return self._held

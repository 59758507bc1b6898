"""How a figure changed over the book: its value over the last so many trades, trade by trade."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.equity import reduce_curve
from analytics.metrics import all_metrics, compute_metrics
from analytics.rolling import SLOW_POINTS, rolling_figure
from analytics.slices import SLICE_FIGURES
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from domain.performance import MetricValue, Unit
from services.figure_inputs import inputs_of
from services.slices import check_figures, narrow_set, slice_columns
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Floats, Ints

WINDOWS = (10, 20, 50, 100, 200)
MOST_WINDOW = 100_000
POINTS = 1_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """A figure over a moving window.

    Attributes:
        window: Trades a point.
        number: Number of the window's last trade in exit order, from 1.
        at: Its exit, microseconds since 1970 UTC.
        since: First exit of the window.
        value: The figure, NaN where undefined.
        whole: The figure of the whole filter.
        measure, unit: How it is read; currency code, "%" or "R" of money.
        trades: Closed trades of the filter.
        is_sampled: Whether the figure was computed at some windows only.
    """

    slug: str
    label: str
    window: int
    number: Ints
    at: Ints
    since: Ints
    value: Floats
    whole: MetricValue
    measure: Unit
    unit: str
    trades: int
    is_sampled: bool
    filter: LedgerFilter


def trend_of(found: TradeSet, slug: str, window: int, *, points: int = POINTS) -> Trend:
    """Return a figure over each run of `window` closed trades by exit, reduced to `points` with extremes kept.

    A window's P&L is that of its trades, partial exits included.

    Raises:
        InvalidInputError: If the figure is not known or the window is not between 2 and 100,000.
    """
    units = check_figures([slug])
    if not 2 <= window <= MOST_WINDOW:
        raise InvalidInputError(
            f"A window of {window} trades cannot be drawn.", field="window", hint="Give 2 to 100,000 trades."
        )
    columns, closed = slice_columns(found)
    frame = found.chosen
    is_fast = slug in SLICE_FIGURES
    if is_fast:
        of_trades = replace(columns, exit_gross=frame.gross[closed], exit_fees=frame.fees[closed])
        last, value = _thinned(rolling_figure(of_trades, slug, window), window, points)
    else:
        last, value = _sampled(found, closed, slug, window)
    exits = frame.closed_at[closed]
    return Trend(
        slug=slug,
        label=all_metrics()[slug].label,
        window=window,
        number=last + 1,
        at=exits[last],
        since=exits[last - window + 1],
        value=value,
        whole=compute_metrics(inputs_of(found), [slug])[slug],
        measure=units[slug],
        unit=found.unit,
        trades=len(columns.pnl),
        is_sampled=not is_fast,
        filter=found.filter,
    )


def _thinned(values: Floats, window: int, points: int) -> tuple[Ints, Floats]:
    known = np.flatnonzero(~np.isnan(values))
    at, kept = reduce_curve(known.astype(np.float64), values[known], max_points=points)
    return at.astype(np.int64) + window - 1, kept


def _sampled(found: TradeSet, closed: Any, slug: str, window: int) -> tuple[Ints, Floats]:
    rows = np.arange(len(found.chosen))[closed]
    if len(rows) < window:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    last = np.unique(np.linspace(window - 1, len(rows) - 1, SLOW_POINTS).astype(np.int64))
    exit_order = np.argsort(found.exit_rows, kind="stable")
    ranked = found.exit_rows[exit_order]
    values = np.full(len(last), np.nan)
    for place, end in enumerate(last.tolist()):
        trades = rows[end - window + 1 : end + 1]
        wanted = found.chosen_rows[trades]
        first, after = np.searchsorted(ranked, wanted), np.searchsorted(ranked, wanted, side="right")
        exits = np.concatenate([exit_order[a:b] for a, b in zip(first.tolist(), after.tolist(), strict=True)])
        value = compute_metrics(inputs_of(narrow_set(found, trades, np.sort(exits))), [slug])[slug].value
        values[place] = np.nan if value is None else value
    known = ~np.isnan(values)
    return last[known], values[known]

"""Trends and scatter charts of the Analytics pages, and where a click on them leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from components import format as fmt
from components.analysis_tables import figure_unit
from domain.conditions import Condition
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from services.scatter import Scatter
    from services.scatter_axes import Coverage
    from services.trends import Trend

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNITS = {"r": "R", "percent": "%", "seconds": "seconds"}


def trend(found: Trend, *, theme: str) -> tuple[Any, str]:
    """Return the line of a trend and its sentence."""
    from components.figures.trend import describe_trend, trend_figure
    from domain.columns import Series

    line = Series(
        name=found.label,
        x=found.number.astype(float),
        y=found.value,
        unit=figure_unit(found.measure, found.unit),
        extra={"at": found.at / 1_000.0},
    )
    figure = trend_figure(line, whole=found.whole.value, what=found.label, theme=theme, uirevision=found.slug)
    return figure, describe_trend(line, whole=found.whole.value, what=found.label, window=found.window)


def trend_note(found: Trend) -> str:
    """Say how to read the line."""
    if not len(found.value):
        return f"{fmt.plural(found.trades, 'closed trade')} in this filter: fewer than the window."
    told = f"Each point is the figure of the {found.window:,} closed trades that end there, by exit. "
    told += "The dashed line is the figure of all trades; neighbouring points share most of their trades."
    return told + (" Computed at 150 windows." if found.is_sampled else "")


def window_filter(found: Trend, chosen: LedgerFilter, click: Mapping[str, Any] | None) -> LedgerFilter | None:
    """Return the filter of the trades of a clicked window, None when the click names none."""
    point = ((click or {}).get("points") or [{}])[0]
    place = point.get("pointNumber", point.get("pointIndex"))
    if not isinstance(place, int) or not 0 <= place < len(found.number):
        return None
    since, until = int(found.since[place]), int(found.at[place])
    span = f"{_seconds(since)}..{_seconds(until + 1)}"
    condition = Condition(by="exit_time", values=(span,))
    return chosen.with_(status="closed", where=(*chosen.where, condition))


def _seconds(micros: int) -> str:
    """Write microseconds as seconds, exactly."""
    whole, rest = divmod(micros, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".")


def scatter(found: Scatter, *, theme: str) -> tuple[Any, str]:
    """Return the points of a scatter chart and its sentence."""
    from components.figures.scatter import describe_scatter, scatter_figure

    titles = (found.x.label, found.y.label)
    names = [
        f"{symbol}, {(_EPOCH + timedelta(days=day)):%-d %b %Y}"
        for symbol, day in zip(found.symbol, found.day.tolist(), strict=True)
    ]
    figure = scatter_figure(
        found.across,
        found.up,
        found.outcome,
        names=names,
        keys=found.trade.tolist(),
        units=(_unit(found, found.x), _unit(found, found.y)),
        titles=titles,
        theme=theme,
    )
    return figure, describe_scatter(titles, found.trades, found.correlation)


def _unit(found: Scatter, dimension: Any) -> str:
    unit = dimension.scale.unit if dimension.scale is not None else ""
    return found.currency if unit == "money" else _UNITS.get(unit, "")


def scatter_title(found: Scatter) -> str:
    """Return what is drawn: "Realised R against MAE in R"."""
    name = found.x.label
    inside = name if name[1:2].isupper() else name[:1].lower() + name[1:]
    return f"{found.y.label} against {inside}"


def scatter_note(found: Scatter, *, awaited: str = "") -> str:
    """Say how many trades are shown, and how the numbers go together; `awaited` is why candles are not read yet."""
    if awaited:
        return f"{fmt.plural(found.trades + found.without, 'closed trade')}: {awaited}."
    shown = len(found.trade)
    told = f"{fmt.plural(found.trades, 'closed trade')}"
    if shown < found.trades:
        told += f", {shown:,} of them drawn: the extremes, the lonely ones and an even choice of the rest"
    if found.without:
        told += f"; {found.without:,} lack one of the numbers"
    if found.coverage is not None:
        told += _coverage_words(found.coverage)
    if found.correlation is not None:
        told += f". Correlation {found.correlation:.2f}".replace("-", "−")
    return told + "."


def _coverage_words(found: Coverage) -> str:
    if not found.measured:
        return f". No candles of these {fmt.plural(found.trades, 'trade')} yet: excursions are not known"
    told = f". Candles of {found.measured:,} of {found.trades:,} trades, from entry to exit of {found.whole:,}"
    return told if found.whole == found.measured else f"{told}; the others are estimates"


def clicked_trade(click: Mapping[str, Any] | None) -> int | None:
    """Return the trade of a clicked point, None when the click names none."""
    point = ((click or {}).get("points") or [{}])[0]
    custom = point.get("customdata")
    return int(custom[0]) if isinstance(custom, list) and custom and isinstance(custom[0], int) else None

"""Indicators over candles."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import Field

from domain.chart_indicators import INDICATORS, parse_indicators
from domain.charts import ChartChoice, Study
from domain.market import BarInterval
from domain.periods import from_micros
from web.api.candles import instant_after
from web.api.contract import Topic
from web.api.values import Moment, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.columns import CandleTable, Floats

TOPIC = Topic("Market", "/api/v1/indicators", "What the chart draws over and under the prices.")
_WORDS = ", ".join(f"`{kind.value}`" for kind in INDICATORS)


class IndicatorQuery(Schema):
    """Which indicators of what."""

    symbol: Printable = Field(min_length=1, max_length=64)
    interval: Literal["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w"] = "1d"
    ind: str = Field(
        "sma20",
        max_length=200,
        description=f"As in the address of the Market page, `sma20,bb20-2.5,macd`: a word of {_WORDS}, its numbers "
        "behind it joined by `-`; what is left out has its usual value.",
    )
    to: Moment | None = Field(None, description="Last day in UTC, included; or an instant, itself not included.")
    limit: int = Field(500, ge=1, le=5_000)
    levels: int | None = Field(
        None,
        ge=1,
        le=1_000,
        description="Also the volume by price of these candles, in so many levels; the chart has 24.",
    )


class IndicatorColumn(Schema):
    """One line of an indicator."""

    name: str = Field(description="Empty for an indicator with a single line.")
    values: list[float | None] = Field(description="One a candle; null where it is not defined yet.")
    ahead: list[float | None] = Field(
        default_factory=list, description="Values drawn behind the last candle, one a candle to come: Ichimoku's cloud."
    )


class IndicatorRow(Schema):
    """An indicator with its numbers."""

    code: str
    label: str
    title: str
    below_prices: bool = Field(description="Whether it has a scale of its own.")
    columns: list[IndicatorColumn]


class ProfileLevel(Schema):
    """Volume between two prices."""

    low: float
    high: float
    volume: float
    in_value_area: bool = Field(description="Whether it belongs to the 70 % of the volume around the heaviest level.")


class PriceVolume(Schema):
    """Volume by price, each candle's spread evenly over its range; the lowest level comes first."""

    levels: list[ProfileLevel]
    control: int | None = Field(description="Place of the level with the most volume, from 0; null without any volume.")


class IndicatorList(Schema):
    """Indicators over the same candles."""

    symbol: str
    interval: str
    starts: list[datetime] = Field(description="Start of each candle.")
    items: list[IndicatorRow]
    profile: PriceVolume | None = Field(description="null unless `levels` asks for it.")


@TOPIC.get("", IndicatorList, query=IndicatorQuery, errors=(404, 503))
def list_indicators(query: IndicatorQuery) -> IndicatorList:
    """Return indicators over the last candles of a symbol.

    They begin with as much history as they need, so that the first value returned has settled.
    """
    candles, studies = services().market.studies(
        current_owner(),
        ChartChoice(symbol=query.symbol, interval=BarInterval(query.interval), indicators=parse_indicators(query.ind)),
        end=instant_after(query.to),
        limit=query.limit,
    )
    return IndicatorList(
        symbol=query.symbol,
        interval=query.interval,
        starts=[from_micros(at) for at in candles.start.tolist()],
        items=[_row(study) for study in studies],
        profile=_profile(candles, query.levels) if query.levels else None,
    )


def _profile(candles: CandleTable, levels: int) -> PriceVolume:
    from analytics.indicators import volume_profile

    found = volume_profile(candles.high, candles.low, candles.volume, levels=levels)
    edges = found.edges.tolist()
    rows = zip(edges[:-1], edges[1:], found.volume.tolist(), strict=True)
    area = range(found.low or 0, (found.high or 0) + 1)
    return PriceVolume(
        levels=[
            ProfileLevel(low=low, high=high, volume=volume, in_value_area=place in area)
            for place, (low, high, volume) in enumerate(rows)
        ],
        control=found.control,
    )


def _row(study: Study) -> IndicatorRow:
    item, none = study.indicator, (np.zeros(0),) * len(study.columns)
    return IndicatorRow(
        code=item.code,
        label=item.label,
        title=item.spec.title,
        below_prices=item.spec.has_pane,
        columns=[
            IndicatorColumn(name=name, values=_values(column), ahead=_values(later))
            for name, column, later in zip(item.spec.outputs, study.columns, study.ahead or none, strict=True)
        ],
    )


def _values(column: Floats) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in column.tolist()]

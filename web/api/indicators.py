"""Indicators over candles."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.chart_indicators import INDICATORS, parse_indicators
from domain.charts import Study
from domain.market import BarInterval
from domain.periods import from_micros
from web.api.candles import instant_after
from web.api.contract import Topic
from web.api.values import Moment, Printable, Schema
from web.context import services

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


class IndicatorColumn(Schema):
    """One line of an indicator."""

    name: str = Field(description="Empty for an indicator with a single line.")
    values: list[float | None] = Field(description="One a candle; null where it is not defined yet.")


class IndicatorRow(Schema):
    """An indicator with its numbers."""

    code: str
    label: str
    title: str
    below_prices: bool = Field(description="Whether it has a scale of its own.")
    columns: list[IndicatorColumn]


class IndicatorList(Schema):
    """Indicators over the same candles."""

    symbol: str
    interval: str
    starts: list[datetime] = Field(description="Start of each candle.")
    items: list[IndicatorRow]


@TOPIC.get("", IndicatorList, query=IndicatorQuery, errors=(404, 503))
def list_indicators(query: IndicatorQuery) -> IndicatorList:
    """Return indicators over the last candles of a symbol.

    They begin with as much history as they need, so that the first value returned has settled.
    """
    candles, studies = services().market.studies(
        query.symbol,
        BarInterval(query.interval),
        parse_indicators(query.ind),
        end=instant_after(query.to),
        limit=query.limit,
    )
    return IndicatorList(
        symbol=query.symbol,
        interval=query.interval,
        starts=[from_micros(at) for at in candles.start.tolist()],
        items=[_row(study) for study in studies],
    )


def _row(study: Study) -> IndicatorRow:
    item = study.indicator
    return IndicatorRow(
        code=item.code,
        label=item.label,
        title=item.spec.title,
        below_prices=item.spec.has_pane,
        columns=[
            IndicatorColumn(name=name, values=[value if math.isfinite(value) else None for value in column.tolist()])
            for name, column in zip(item.spec.outputs, study.columns, strict=True)
        ],
    )

"""The head of a price chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from components.chart_head import chart_head, market_tag
from domain.charts import ChartChoice, ChartData
from domain.columns import CandleTable
from domain.market import Profile, Quote
from domain.market_hours import VENUES, MarketState, MarketStatus, Session

AT = datetime(2026, 11, 20, 16, 42, tzinfo=UTC)


def chart() -> ChartData:
    """A chart without a quote."""
    price = np.array([10.0])
    bars = CandleTable(start=np.array([0]), open=price, high=price, low=price, close=price, volume=price)
    profile = Profile(symbol="XYZ", name="Xyz plc", exchange="LSE")
    return ChartData(choice=ChartChoice(symbol="XYZ"), profile=profile, candles=bars, studies=(), fills=(), quote=None)


def test_the_head_says_when_there_is_no_live_price() -> None:
    """A chart without a quote is marked, one with invented prices is named so."""
    said = str([part.to_plotly_json() for part in chart_head(chart(), now=AT)])
    assert "No live price" in said
    invented = replace(chart(), profile=Profile(symbol="XYZ", simulated=True))
    assert "Simulated prices" in str([part.to_plotly_json() for part in chart_head(invented, now=AT)])


def test_the_head_says_who_answered_and_how_old_an_old_price_is() -> None:
    """A price names its provider; one that is old says since when nothing newer came."""
    price = Quote(symbol="XYZ", price=10.0, as_of=AT - timedelta(minutes=3), fetched_at=AT, provider="coinbase")
    for quote, words in ((price, "From coinbase"), (replace(price, stale=True), "From coinbase, 3 min old")):
        head = chart_head(replace(chart(), quote=quote), now=AT)
        assert head[-1].children == words


def test_the_head_says_until_when_the_market_is_open() -> None:
    """Beside the state of the price stands that of its market, with the time left and the reason of a holiday."""
    at = AT
    session = Session(day=at.date(), opens_at=at, closes_at=at, is_half_day=True)
    status = MarketStatus(
        venue=VENUES[0], at=at, state=MarketState.OPEN, session=session, changes_at=at + timedelta(minutes=78)
    )
    assert market_tag(status).children == "Open · half day · closes in 1 h 18 min"
    holiday = MarketStatus(venue=VENUES[0], at=at, state=MarketState.HOLIDAY, holiday="Thanksgiving")
    assert market_tag(holiday).children == "Thanksgiving"
    head = chart_head(replace(chart(), status=status), now=AT)
    assert "closes in" in str(head[-1])

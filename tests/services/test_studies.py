"""Indicators over the candles of a chart."""

from __future__ import annotations

import numpy as np
import pytest

from analytics import indicators
from domain.chart_indicators import INDICATORS, Indicator, IndicatorKind
from domain.columns import CandleTable
from domain.market import Profile
from services.studies import session_zone, study_of

pytestmark = pytest.mark.sqlite

MINUTE = 60_000_000
OPENING = 1_780_320_600_000_000  # 2026-06-01 13:30 UTC, 09:30 in New York


def bars(count: int = 400, *, step: int = 5 * MINUTE) -> CandleTable:
    """Bars that wander, with uneven ranges and volume."""
    random = np.random.default_rng(5)
    close = 100 + np.cumsum(random.normal(0, 0.4, count))
    return CandleTable(
        start=OPENING + np.arange(count, dtype=np.int64) * step,
        open=close - random.normal(0, 0.2, count),
        high=close + random.uniform(0.1, 0.9, count),
        low=close - random.uniform(0.1, 0.9, count),
        close=close,
        volume=random.uniform(10, 900, count),
    )


@pytest.mark.parametrize("kind", list(IndicatorKind))
def test_every_indicator_has_its_columns(kind: IndicatorKind) -> None:
    """One column for each name, as long as the candles, never infinite, and defined at the end."""
    candles = bars()
    study = study_of(Indicator(kind=kind), candles)
    assert len(study.columns) == len(INDICATORS[kind].outputs)
    assert all(len(column) == len(candles) and not np.isinf(column).any() for column in study.columns)
    # The lagging line, which comes last, ends before: it is drawn where later bars are needed.
    ends = [np.isfinite(column[-1]) for column in study.columns[: 4 if kind is IndicatorKind.ICHIMOKU else None]]
    assert any(ends) if kind in (IndicatorKind.SAR, IndicatorKind.SUPERTREND) else all(ends)


@pytest.mark.parametrize("kind", list(IndicatorKind))
def test_what_settles_is_the_same_with_more_history(kind: IndicatorKind) -> None:
    """Begun as many bars earlier as an indicator asks for, its values are those of all history to a hundredth."""
    if kind in (IndicatorKind.OBV, IndicatorKind.ANCHORED_VWAP):
        pytest.skip("a running total depends on where it begins; its course does not")
    item, candles = Indicator(kind=kind), bars(1_400, step=60 * MINUTE)
    first = 1_400 - 200 - item.reach
    part = CandleTable(**{name: getattr(candles, name)[first:] for name in CandleTable.__dataclass_fields__})
    whole, short = study_of(item, candles).columns, study_of(item, part).columns
    for long_column, short_column in zip(whole, short, strict=True):
        ours, theirs = short_column[-200:], long_column[-200:]
        assert np.array_equal(np.isnan(ours), np.isnan(theirs))
        np.testing.assert_allclose(ours, theirs, rtol=0.01, atol=0.02)


def test_stops_stand_on_one_side_at_a_time() -> None:
    """A stop is below or above the price, never both; a line would join the sides at each turn."""
    below, above = study_of(Indicator(kind=IndicatorKind.SUPERTREND), bars()).columns
    assert not (np.isfinite(below) & np.isfinite(above)).any()
    assert np.isfinite(below).any()
    assert np.isfinite(above).any()


def test_vwap_begins_again_at_the_exchange_s_midnight() -> None:
    """Sessions are the days of the exchange, and a daily bar has no course within its session."""
    candles = bars(400)
    found = study_of(Indicator(kind=IndicatorKind.VWAP), candles, zone="America/New_York").columns[0]
    midnight = int(np.searchsorted(candles.start, OPENING + 14 * 60 * MINUTE + 30 * MINUTE))
    assert found[midnight] == pytest.approx(
        (candles.high[midnight] + candles.low[midnight] + candles.close[midnight]) / 3
    )
    assert found[midnight - 1] != pytest.approx(found[midnight])
    daily = bars(40, step=1_440 * MINUTE)
    assert np.isnan(study_of(Indicator(kind=IndicatorKind.VWAP), daily).columns[0]).all()


def test_numbers_reach_the_indicator() -> None:
    """The numbers of the address are those of the computation."""
    candles = bars()
    found = study_of(Indicator(kind=IndicatorKind.KELTNER, numbers=(10, 20, 1.5)), candles).columns
    wanted = indicators.keltner(candles.high, candles.low, candles.close, period=10, range_period=20, multiple=1.5)
    for ours, theirs in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_the_zone_is_that_of_the_exchange() -> None:
    """Crypto has no exchange's day; a currency tells the others' well enough for a line on a chart."""
    assert session_zone(Profile(symbol="BTC-USD", asset_class="crypto")) == "UTC"
    assert session_zone(Profile(symbol="RELIANCE", currency="INR")) == "Asia/Kolkata"
    assert session_zone(Profile(symbol="XYZ", currency="XXX")) == "UTC"


def test_an_anchored_average_begins_at_its_anchor() -> None:
    """The average since a bar is absent before it; an anchor after the last bar gives nothing."""
    candles = bars()
    anchor = candles.start[120] // MINUTE
    (values,) = study_of(Indicator(kind=IndicatorKind.ANCHORED_VWAP, numbers=(float(anchor),)), candles).columns
    assert np.isnan(values[:120]).all()
    assert values[120] == pytest.approx((candles.high[120] + candles.low[120] + candles.close[120]) / 3)
    late = Indicator(kind=IndicatorKind.ANCHORED_VWAP, numbers=(float(candles.start[-1] // MINUTE + 1),))
    assert np.isnan(study_of(late, candles).columns[0]).all()

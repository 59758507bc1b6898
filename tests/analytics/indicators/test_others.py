"""The other indicators against their definitions, written out bar by bar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import indicators

RANDOM = np.random.default_rng(11)
CLOSE = np.round(100 + np.cumsum(RANDOM.normal(0, 1, 240)), 2)
HIGH = CLOSE + RANDOM.uniform(0.05, 1.2, 240)
LOW = CLOSE - RANDOM.uniform(0.05, 1.2, 240)
VOLUME = np.round(RANDOM.uniform(100, 9_000, 240))
ROWS = range(len(CLOSE))


def warm_up(values: np.ndarray) -> int:
    """How many values at the start are undefined; there are none later."""
    missing = np.isnan(values)
    count = int(missing.sum())
    assert not missing[count:].any()
    return count


def test_wma_weighs_the_latest_most() -> None:
    """The weights are 1 for the oldest to n for the latest."""
    expected = [np.average(CLOSE[row - 8 : row + 1], weights=np.arange(1, 10)) for row in ROWS[8:]]
    found = indicators.wma(CLOSE, 9)
    np.testing.assert_allclose(found[8:], expected, rtol=1e-12)
    assert warm_up(found) == 8


def test_keltner_lies_average_ranges_around_an_average() -> None:
    """Middle is the EMA, the bands lie multiples of the average true range from it, and all start together."""
    lower, middle, upper = indicators.keltner(HIGH, LOW, CLOSE, period=15, range_period=20, multiple=1.5)
    reach = 1.5 * indicators.atr(HIGH, LOW, CLOSE, 20)
    np.testing.assert_allclose(upper[20:], (indicators.ema(CLOSE, 15) + reach)[20:])
    np.testing.assert_allclose(middle - lower, upper - middle)
    assert warm_up(lower) == warm_up(middle) == warm_up(upper) == 20


def test_donchian_is_the_range_of_the_window() -> None:
    """Lowest low and highest high of the bars, the present one included."""
    lower, middle, upper = indicators.donchian(HIGH, LOW, 12)
    for row in ROWS[11:]:
        low, high = LOW[row - 11 : row + 1].min(), HIGH[row - 11 : row + 1].max()
        assert (lower[row], middle[row], upper[row]) == (low, (low + high) / 2, high)
    assert warm_up(lower) == 11


def middle(row: int, bars: int) -> float:
    """Middle of the range of some bars up to a row."""
    window = slice(row - bars + 1, row + 1)
    return float((HIGH[window].max() + LOW[window].min()) / 2)


def test_ichimoku_moves_its_lines() -> None:
    """The cloud is what was known 26 bars before; the lagging line is the close 26 bars later."""
    found = indicators.ichimoku(HIGH, LOW, CLOSE)
    assert found.conversion[100] == pytest.approx(middle(100, 9))
    assert found.base[100] == pytest.approx(middle(100, 26))
    assert found.span_a[126] == pytest.approx((middle(100, 9) + middle(100, 26)) / 2)
    assert found.span_b[126] == pytest.approx(middle(100, 52))
    assert found.lagging[100] == CLOSE[126]
    assert np.isnan(found.lagging[-26:]).all()
    assert len(found.ahead_a) == len(found.ahead_b) == 26
    assert found.ahead_b[-1] == pytest.approx(middle(239, 52))


def test_parabolic_sar_stays_on_one_side_until_it_is_touched() -> None:
    """The stop is outside the bar it stands for, and accelerates towards the extreme."""
    found = indicators.parabolic_sar(HIGH, LOW)
    assert warm_up(found) == 1
    below = found < LOW
    assert (below | (found > HIGH) | np.isnan(found))[2:].mean() > 0.9
    rising = [row for row in ROWS[3:] if below[row] and below[row - 1] and below[row - 2]]
    assert all(found[row] >= found[row - 1] for row in rising)
    with pytest.raises(ValueError, match="step"):
        indicators.parabolic_sar(HIGH, LOW, step=0.3, most=0.2)


def test_supertrend_turns_where_a_close_passes_the_band() -> None:
    """Within a trend the stop never moves away from the price; it turns exactly when a close crosses it."""
    stops, trends = indicators.supertrend(HIGH, LOW, CLOSE, period=7, multiple=2)
    assert warm_up(stops) == warm_up(trends) == 7
    turns = 0
    for row in ROWS[8:]:
        if trends[row] == trends[row - 1]:
            assert (stops[row] - stops[row - 1]) * trends[row] >= -1e-12
            assert (CLOSE[row] - stops[row]) * trends[row] >= 0
        else:
            turns += 1
            assert (CLOSE[row] - stops[row - 1]) * trends[row - 1] < 0
    assert turns > 3


def test_stochastic_is_the_place_in_the_range() -> None:
    """%K is the smoothed place of the close within the range, %D its average."""
    windows = np.lib.stride_tricks.sliding_window_view
    highest, lowest = windows(HIGH, 14).max(axis=1), windows(LOW, 14).min(axis=1)
    raw = 100 * (CLOSE[13:] - lowest) / (highest - lowest)
    fast, slow = indicators.stochastic(HIGH, LOW, CLOSE)
    smooth = np.convolve(raw, np.ones(3) / 3, "valid")
    np.testing.assert_allclose(fast[17:], smooth[2:], rtol=1e-9)
    np.testing.assert_allclose(slow[17:], np.convolve(smooth, np.ones(3) / 3, "valid"), rtol=1e-9)
    assert warm_up(fast) == warm_up(slow) == 17


def test_cci_counts_mean_deviations() -> None:
    """The distance from the mean typical price in 0.015 mean absolute deviations."""
    typical = (HIGH + LOW + CLOSE) / 3
    found = indicators.cci(HIGH, LOW, CLOSE, 20)
    for row in ROWS[19:]:
        window = typical[row - 19 : row + 1]
        deviation = np.abs(window - window.mean()).mean()
        assert found[row] == pytest.approx((typical[row] - window.mean()) / (0.015 * deviation), rel=1e-9)
    assert warm_up(found) == 19


def test_adx_follows_wilder() -> None:
    """The index smooths the difference of the directional indicators over their sum."""
    index, plus, minus = indicators.adx(HIGH, LOW, CLOSE, 14)
    assert (warm_up(index), warm_up(plus), warm_up(minus)) == (27, 14, 14)
    strength = 100 * np.abs(plus - minus) / (plus + minus)
    for row in ROWS[28:]:
        assert index[row] == pytest.approx((index[row - 1] * 13 + strength[row]) / 14, rel=1e-9)


def test_obv_adds_volume_by_direction() -> None:
    """Volume is added at a higher close, taken off at a lower one, and left at the same."""
    close, volume = np.array([5.0, 6, 6, 4, 7]), np.array([10.0, 20, 30, 40, 50])
    assert indicators.obv(close, volume).tolist() == [10, 30, 30, -10, 40]


def test_mfi_is_the_share_of_money_that_flows_in() -> None:
    """Typical price times volume of rising bars over that of all moving ones."""
    typical = (HIGH + LOW + CLOSE) / 3
    flow, change = typical * VOLUME, np.diff(typical, prepend=np.nan)
    found = indicators.mfi(HIGH, LOW, CLOSE, VOLUME, 14)
    for row in ROWS[14:]:
        window = slice(row - 13, row + 1)
        rising, falling = flow[window][change[window] > 0].sum(), flow[window][change[window] < 0].sum()
        assert found[row] == pytest.approx(100 * rising / (rising + falling), rel=1e-8)
    assert warm_up(found) == 14
    still = np.full(40, 12.5)
    assert np.isnan(indicators.mfi(still, still, still, np.ones(40))).all()


def test_anchored_vwap_begins_at_its_bar() -> None:
    """Undefined before the anchor, then the average since it."""
    found = indicators.anchored_vwap(HIGH, LOW, CLOSE, VOLUME, start=100)
    typical = (HIGH + LOW + CLOSE) / 3
    assert warm_up(found) == 100
    assert found[150] == pytest.approx(np.average(typical[100:151], weights=VOLUME[100:151]))
    with pytest.raises(ValueError, match="no bar 240"):
        indicators.anchored_vwap(HIGH, LOW, CLOSE, VOLUME, start=240)


def test_a_bar_s_volume_is_spread_over_its_range() -> None:
    """A bar from 10 to 14 gives each of four levels a quarter; one without a range gives all to its level."""
    found = indicators.volume_profile(np.array([14.0, 11.5]), np.array([10.0, 11.5]), np.array([40.0, 7.0]), levels=4)
    assert found.edges.tolist() == [10, 11, 12, 13, 14]
    assert found.volume.tolist() == [10, 17, 10, 10]
    assert found.control == 1


def test_the_value_area_holds_seven_tenths_around_the_control() -> None:
    """It grows towards the heavier neighbour and stops when it holds enough."""
    found = indicators.volume_profile(HIGH, LOW, VOLUME, levels=30)
    assert found.control is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.control <= found.high
    held = found.volume[found.low : found.high + 1].sum()
    assert held >= 0.7 * VOLUME.sum() - 1e-6
    lightest = min(found.volume[found.low], found.volume[found.high])
    assert held - lightest < 0.7 * VOLUME.sum()


@given(levels=st.integers(1, 60), count=st.integers(1, 240))
def test_no_volume_is_lost(levels: int, count: int) -> None:
    """The levels add up to what was traded."""
    found = indicators.volume_profile(HIGH[:count], LOW[:count], VOLUME[:count], levels=levels)
    assert found.volume.sum() == pytest.approx(VOLUME[:count].sum())
    assert (found.volume >= -1e-9).all()


def test_nothing_traded_has_no_profile() -> None:
    """Without volume there is neither a control nor a value area."""
    found = indicators.volume_profile(HIGH, LOW, np.zeros(240))
    assert (found.control, found.low, found.high, len(found.volume)) == (None, None, None, 0)
    with pytest.raises(ValueError, match="0 levels"):
        indicators.volume_profile(HIGH, LOW, VOLUME, levels=0)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_short_input_gives_nan_and_no_error(rows: int) -> None:
    """Too few bars are not an error: the values are NaN, one for each bar."""
    high, low, close, volume = HIGH[:rows], LOW[:rows], CLOSE[:rows], VOLUME[:rows]
    cloud = indicators.ichimoku(high, low, close)
    outputs = [
        indicators.wma(close),
        *indicators.keltner(high, low, close),
        *indicators.donchian(high, low),
        cloud.conversion,
        cloud.span_a,
        cloud.lagging,
        *indicators.supertrend(high, low, close),
        *indicators.stochastic(high, low, close),
        indicators.cci(high, low, close),
        *indicators.adx(high, low, close),
        indicators.mfi(high, low, close, volume),
    ]
    assert all(len(values) == rows and np.isnan(values).all() for values in outputs)


@given(rate=st.floats(0.01, 100))
def test_another_price_level_scales_bands_and_leaves_oscillators(rate: float) -> None:
    """Prices k times as high give bands and stops k times as high, and the same oscillators."""
    high, low, close = HIGH * rate, LOW * rate, CLOSE * rate
    for plain, scaled in (
        (indicators.keltner(HIGH, LOW, CLOSE), indicators.keltner(high, low, close)),
        (indicators.donchian(HIGH, LOW), indicators.donchian(high, low)),
    ):
        for before, after in zip(plain, scaled, strict=True):
            np.testing.assert_allclose(after, before * rate, rtol=1e-9)
    for before, after in zip(
        indicators.stochastic(HIGH, LOW, CLOSE), indicators.stochastic(high, low, close), strict=True
    ):
        np.testing.assert_allclose(after, before, rtol=1e-6)

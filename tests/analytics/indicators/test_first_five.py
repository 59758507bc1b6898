"""SMA, EMA, RSI, MACD, Bollinger, ATR and VWAP against published values and definitions written out again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from analytics import indicators

CLOSES = np.round(100 + np.cumsum(np.random.default_rng(7).normal(0, 1, 300)), 2)
HIGHS = CLOSES + np.random.default_rng(8).uniform(0.1, 1, 300)
LOWS = CLOSES - np.random.default_rng(9).uniform(0.1, 1, 300)


def wilder(values: np.ndarray, period: int) -> np.ndarray:
    """Wilder's smoothing: the first value is a mean, later ones move by 1/period."""
    out = np.full(len(values), np.nan)
    out[period - 1] = values[:period].mean()
    for row in range(period, len(values)):
        out[row] = (out[row - 1] * (period - 1) + values[row]) / period
    return out


def exponential(values: np.ndarray, period: int, first: int = 0) -> np.ndarray:
    """Exponential average seeded with the simple average of `period` values from `first`."""
    out = np.full(len(values), np.nan)
    out[first + period - 1] = values[first : first + period].mean()
    for row in range(first + period, len(values)):
        out[row] = out[row - 1] + (values[row] - out[row - 1]) * 2 / (period + 1)
    return out


def test_sma_is_the_mean_of_the_window() -> None:
    """Each value is the mean of the last closes, NaN before there are enough."""
    expected = [np.nan] * 9 + [CLOSES[row - 9 : row + 1].mean() for row in range(9, 300)]
    np.testing.assert_allclose(indicators.sma(CLOSES, 10), expected, rtol=1e-12)


def test_ema_follows_its_recursion() -> None:
    """The exponential average is seeded with a simple one and moves by 2 / (period + 1)."""
    np.testing.assert_allclose(indicators.ema(CLOSES, 20), exponential(CLOSES, 20), rtol=1e-12)


def test_rsi_follows_wilder() -> None:
    """The index is computed from Wilder's averages of gains and losses."""
    change = np.diff(CLOSES)
    gain, loss = wilder(np.maximum(change, 0), 14), wilder(np.maximum(-change, 0), 14)
    expected = np.concatenate([[np.nan], 100 - 100 / (1 + gain / loss)])
    np.testing.assert_allclose(indicators.rsi(CLOSES, 14), expected, rtol=1e-10)


def test_rsi_of_a_still_price_is_undefined() -> None:
    """Without a single change there is neither gain nor loss, so there is no index."""
    assert np.isnan(indicators.rsi(np.full(40, 12.5))).all()


def test_macd_is_the_difference_of_two_averages() -> None:
    """Line, signal and histogram agree with their definition once the seeding has worn off, and start together."""
    line, signal, difference = indicators.macd(CLOSES)
    expected = exponential(CLOSES, 12) - exponential(CLOSES, 26)
    np.testing.assert_allclose(line[200:], expected[200:], atol=1e-6)
    np.testing.assert_allclose(signal[200:], exponential(line, 9, 33)[200:], atol=1e-6)
    np.testing.assert_allclose(difference, line - signal, atol=1e-12)
    assert [int(np.isnan(part).sum()) for part in (line, signal, difference)] == [33, 33, 33]


def test_bollinger_uses_population_deviations() -> None:
    """The bands lie the given number of population deviations around the mean."""
    lower, middle, upper = indicators.bollinger(CLOSES, 20, 2)
    windows = np.lib.stride_tricks.sliding_window_view(CLOSES, 20)
    np.testing.assert_allclose(middle[19:], windows.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(upper[19:], windows.mean(axis=1) + 2 * windows.std(axis=1), rtol=1e-9)
    np.testing.assert_allclose(lower[19:], windows.mean(axis=1) - 2 * windows.std(axis=1), rtol=1e-9)
    assert np.isnan(lower[:19]).all()


def test_atr_follows_wilder() -> None:
    """The average true range smooths the largest of the three ranges."""
    before = CLOSES[:-1]
    ranges = np.maximum.reduce([HIGHS[1:] - LOWS[1:], np.abs(HIGHS[1:] - before), np.abs(LOWS[1:] - before)])
    expected = np.concatenate([[np.nan], wilder(ranges, 14)])
    np.testing.assert_allclose(indicators.atr(HIGHS, LOWS, CLOSES, 14), expected, rtol=1e-10)


def test_vwap_starts_again_with_each_session() -> None:
    """The average weighs typical prices by volume, within the session, and is NaN before anything has traded."""
    volume = np.array([0.0, 10, 30, 5, 15])
    high, low, close = np.array([3.0, 4, 6, 8, 9]), np.array([1.0, 2, 3, 5, 6]), np.array([2.0, 3, 3, 5, 9])
    session = np.array([1, 1, 1, 2, 2])
    expected = [np.nan, 3.0, (30 + 120) / 40, 6.0, (30 + 120) / 20]
    np.testing.assert_allclose(indicators.vwap(high, low, close, volume, session=session), expected)


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_short_input_gives_nan_and_no_error(rows: int) -> None:
    """Too few bars are not an error: the values are NaN, one for each bar."""
    close = CLOSES[:rows]
    outputs = [
        indicators.sma(close),
        indicators.ema(close),
        indicators.rsi(close),
        *indicators.macd(close),
        *indicators.bollinger(close),
        indicators.atr(close, close, close),
    ]
    assert all(len(values) == rows and np.isnan(values).all() for values in outputs)
    assert len(indicators.vwap(close, close, close, close, session=np.zeros(rows, dtype=np.int64))) == rows


def test_wrong_input_is_refused() -> None:
    """Periods out of range and columns of different length raise a ValueError that names the numbers."""
    with pytest.raises(ValueError, match="period is 0"):
        indicators.sma(CLOSES, 0)
    with pytest.raises(ValueError, match=r"must be shorter than the slow one \(12\)"):
        indicators.macd(CLOSES, fast=26, slow=12)
    with pytest.raises(ValueError, match=r"\[299, 300\]"):
        indicators.atr(HIGHS[1:], LOWS, CLOSES)


@pytest.mark.samples
def test_rsi_agrees_with_the_published_sheet(samples: Path) -> None:
    """The 14-period index equals the textbook sheet to the printed digits."""
    golden = json.loads((samples / "golden" / "golden.json").read_text(encoding="utf-8"))
    case = next(item for item in golden["indicators"] if item["id"] == "rsi14_stockcharts")
    found = indicators.rsi(np.array(case["close"]), 14)
    np.testing.assert_allclose(np.round(found[14:], 2), case["expect_from_15th"], atol=0.011)
    assert np.isnan(found[:14]).all()


@pytest.mark.samples
def test_indicators_agree_with_recorded_ones(samples: Path) -> None:
    """Recorded minute bars come with the same averages, bands and index once the warm-up has worn off."""
    path = samples / "prices" / "minute_BTCUSDT_2023-05-08_with_indicators.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    column = {name: np.array([float(row[name] or "nan") for row in rows]) for name in rows[0] if name != "date"}
    close = column["close"]
    np.testing.assert_allclose(indicators.ema(close, 20)[300:], column["ema20"][300:], rtol=1e-9)
    np.testing.assert_allclose(indicators.rsi(close, 14)[300:], column["rsi"][300:], atol=1e-5)
    lower, middle, upper = indicators.bollinger(close, 5, 2)
    for found, name in ((lower, "bb_lowerband"), (upper, "bb_upperband")):
        np.testing.assert_allclose(found[5:], column[name][5:], atol=1e-3)
    np.testing.assert_allclose(middle[4:], np.convolve(close, np.ones(5) / 5, "valid"), rtol=1e-12)

"""The demo market: bars that add up, the same everywhere, inside their sessions."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from data.market import tape
from data.market.bridge import Extent, draw_path, seeded_generator, spread_volume
from data.market.history import LISTINGS, SHIFT_DAYS, DailyBars, daily_bars
from data.market.sessions import DAY, HALF_DAYS, MINUTE, session_minutes, session_start
from domain.columns import CandleTable
from domain.periods import from_micros, to_micros

NOW = datetime(2026, 11, 18, 15, 20, 30, 250_000, tzinfo=UTC)  # a Wednesday, New York is open
TODAY = to_micros(NOW) // DAY
EPOCH = date(1970, 1, 1)
STOCKS = ["AAPL", "FB", "GOOG", "IBM", "MSFT"]


def day_number(text: str) -> int:
    """Days since 1970 of an ISO date."""
    return (date.fromisoformat(text) - EPOCH).days


def some_days(symbol: str, count: int = 40) -> DailyBars:
    """A random but fixed choice of days, the first and the last among them."""
    bars = daily_bars(symbol, TODAY - 1)
    rows = np.unique(np.append(np.random.default_rng(5).integers(0, len(bars), count), [0, len(bars) - 1]))
    return DailyBars(**{name: getattr(bars, name)[rows] for name in DailyBars.__dataclass_fields__})


@pytest.mark.parametrize("symbol", sorted(LISTINGS))
def test_minutes_add_up_to_the_day(symbol: str) -> None:
    """Open, high, low, close and volume of a day's minutes are those of its daily bar, exactly."""
    days = some_days(symbol)
    for row, day in enumerate(days.day.tolist()):
        minutes = tape.minute_bars(symbol, day)
        found = (minutes.open[0], minutes.high.max(), minutes.low.min(), minutes.close[-1], minutes.volume.sum())
        assert found == (days.open[row], days.high[row], days.low[row], days.close[row], days.volume[row])


@pytest.mark.parametrize("symbol", sorted(LISTINGS))
def test_every_minute_is_a_possible_bar(symbol: str) -> None:
    """Low <= open, close <= high in every minute, and no negative volume."""
    for day in some_days(symbol).day.tolist():
        bars = tape.minute_bars(symbol, day)
        assert (bars.low <= np.minimum(bars.open, bars.close)).all()
        assert (bars.high >= np.maximum(bars.open, bars.close)).all()
        assert (bars.low > 0).all()
        assert (bars.volume >= 0).all()


def test_extremes_inside_a_day_are_touched_once() -> None:
    """A high that is neither open nor close is touched by one minute only, and a low likewise."""
    days = some_days("AAPL", 60)
    for row, day in enumerate(days.day.tolist()):
        minutes = tape.minute_bars("AAPL", day)
        if days.high[row] not in (days.open[row], days.close[row]):
            assert (minutes.high == days.high[row]).sum() == 1
        if days.low[row] not in (days.open[row], days.close[row]):
            assert (minutes.low == days.low[row]).sum() == 1


@pytest.mark.parametrize("symbol", STOCKS)
def test_minutes_stay_inside_the_session(symbol: str) -> None:
    """Past minutes lie between 09:30 and 16:00 New York, daylight saving and half days respected."""
    zone = ZoneInfo("America/New_York")
    for day in some_days(symbol).day.tolist():
        minutes = tape.minute_bars(symbol, day)
        first, last = (from_micros(int(minutes.start[row])).astimezone(zone) for row in (0, -1))
        end = (12, 59) if EPOCH + timedelta(days=day - SHIFT_DAYS) in HALF_DAYS else (15, 59)
        assert (first.hour, first.minute, last.hour, last.minute) == (9, 30, *end)
        assert first.date() == EPOCH + timedelta(days=day)
        assert set(np.diff(minutes.start)) == {MINUTE}


def test_a_half_day_has_half_a_session() -> None:
    """The day after Thanksgiving 2012 closed at 13:00, and so does the day it is moved to."""
    assert session_minutes(day_number("2012-11-23") + SHIFT_DAYS) == 210
    assert session_minutes(day_number("2012-11-26") + SHIFT_DAYS) == 390


def test_half_days_are_those_of_the_exchange() -> None:
    """The list of early closes agrees with the exchange's calendar."""
    calendars = pytest.importorskip("exchange_calendars")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the calendar library's own, about pandas
        closes = calendars.get_calendar("XNYS", start="2000-03-01", end="2013-03-01").early_closes
        assert {stamp.date() for stamp in closes} == set(HALF_DAYS)


def test_the_session_follows_daylight_saving() -> None:
    """09:30 New York is 13:30 UTC in summer and 14:30 UTC in winter."""
    hours = [session_start(day_number(text)) % DAY / (60 * MINUTE) for text in ("2026-07-01", "2026-11-18")]
    assert hours == [13.5, 14.5]


@pytest.mark.parametrize("symbol", STOCKS)
def test_dates_keep_their_weekday(symbol: str) -> None:
    """The calendar is moved by whole weeks: no stock trades on a weekend, before or after the history ends."""
    bars = daily_bars(symbol, day_number("2030-01-01"))
    weekdays = (bars.day + 3) % 7
    assert weekdays.max() <= 4
    assert SHIFT_DAYS % 7 == 0


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-18", "2026-11-17"),
        ("2026-11-21", "2026-11-20"),
        ("2026-11-22", "2026-11-20"),
        ("2026-11-23", "2026-11-20"),
        ("2028-03-08", "2028-03-07"),
    ],
)
def test_the_last_full_day_is_the_last_business_day(now: str, last: str) -> None:
    """Whenever one looks, the last full daily bar is that of the business day before."""
    moment = datetime.fromisoformat(now).replace(hour=9, tzinfo=UTC)
    candles = tape.daily_candles("IBM", moment)
    assert candles.start[-2] == day_number(last) * DAY
    assert candles.start[-1] == day_number(now) * DAY


def test_splits_are_taken_out() -> None:
    """There is no overnight halving left on the days of the 2:1 splits."""
    for symbol, splits in (("AAPL", ("2000-06-21", "2005-02-28")), ("MSFT", ("2003-02-18",))):
        bars = daily_bars(symbol, TODAY)
        for split in splits:
            row = int(np.searchsorted(bars.day, day_number(split) + SHIFT_DAYS))
            assert 0.8 < bars.open[row] / bars.close[row - 1] < 1.25
    first = daily_bars("AAPL", TODAY)
    assert (first.close[0], first.volume[0]) == (3258, 4 * 9616100)  # 130.31 / 4, rounded to a cent


def test_what_has_happened_does_not_change() -> None:
    """Days and minutes of the past are the same when seen a day, a week or three years later."""
    for symbol in LISTINGS:
        early, late = daily_bars(symbol, TODAY + 3), daily_bars(symbol, TODAY + 1100)
        assert np.array_equal(late.close[: len(early)], early.close)
    span = to_micros(NOW) - 6 * DAY, to_micros(NOW) - 2 * DAY
    seen = [tape.minute_candles("GOOG", *span, NOW + timedelta(days=days)) for days in (0, 1, 9)]
    assert len({bars.close.tobytes() for bars in seen}) == 1
    assert len(seen[0]) > 390


def test_the_same_seed_gives_the_same_bytes() -> None:
    """A generator depends on its parts alone, and other parts give another stream."""
    bar = Extent(open=1000, high=1100, low=950, close=1050)
    paths = [draw_path(bar, 390, seeded_generator("AAPL", day)).nodes.tobytes() for day in (1, 1, 2)]
    assert paths[0] == paths[1] != paths[2]


def test_minutes_of_a_day_are_pinned() -> None:
    """The simulated market is part of the demo book: these values must not drift between versions."""
    bars = tape.minute_bars("AAPL", day_number("2026-11-17"))
    daily = daily_bars("AAPL", day_number("2026-11-17"))
    tape.minute_bars.cache_clear()
    again = tape.minute_bars("AAPL", day_number("2026-11-17"))
    assert bars is not again
    assert bars.close.tobytes() == again.close.tobytes()
    assert (int(daily.close[-1]), int(bars.close.sum())) == (44897, 17416145)
    assert int(daily_bars("AAPL", day_number("2028-03-07")).close[-1]) == 45818
    assert int(daily_bars("BTC-USD", day_number("2026-11-17")).close[-1]) == 5802914


@pytest.mark.parametrize(
    "bar",
    [
        Extent(open=5, high=5, low=5, close=5),
        Extent(open=5, high=6, low=5, close=5),
        Extent(open=10, high=12, low=9, close=10),
        Extent(open=900, high=900, low=100, close=100),
        Extent(open=100, high=900, low=100, close=900),
    ],
)
def test_a_path_stays_inside_its_bar(bar: Extent) -> None:
    """Whatever the frame, a path starts and ends where it must and never leaves it."""
    nodes = draw_path(bar, 60, seeded_generator(bar)).nodes
    assert (nodes[0], nodes[-1]) == (bar.open, bar.close)
    assert nodes.min() >= bar.low
    assert nodes.max() <= bar.high


def test_volume_is_spread_without_remainder() -> None:
    """The parts are whole, not negative, add up, and are larger at both ends than in the middle."""
    parts = spread_volume(1_000_003, 390, seeded_generator("volume"))
    assert parts.sum() == 1_000_003
    assert parts.min() >= 0
    assert parts[:30].sum() + parts[-30:].sum() > 2 * parts[165:225].sum()


@pytest.mark.parametrize("symbol", sorted(LISTINGS))
def test_the_live_price_moves_and_is_the_last_close(symbol: str) -> None:
    """Over a minute the price takes many values; the last minute and the last day close at it, in every second."""
    prices = []
    for second in range(60):
        now = NOW.replace(second=0) + timedelta(seconds=second)
        live = tape.live_day(symbol, now)
        minutes = tape.minute_candles(symbol, to_micros(now) - 60 * MINUTE, to_micros(now) + 1, now)
        day = tape.daily_candles(symbol, now)
        assert minutes.close[-1] == day.close[-1] == live.price
        assert minutes.start[-1] == to_micros(now) // MINUTE * MINUTE
        prices.append(live.price)
    assert len(set(prices)) >= 3
    assert np.count_nonzero(np.diff(prices)) >= 15


def whole(candles: CandleTable) -> tuple[float, ...]:
    """One bar out of many."""
    return (candles.open[0], candles.high.max(), candles.low.min(), candles.close[-1], candles.volume.sum())


@pytest.mark.parametrize("symbol", ["AAPL", "BTC-USD"])
def test_the_running_day_adds_up_and_ends_as_its_daily_bar(symbol: str) -> None:
    """Today's minutes add up to today's daily candle; at the last second it is the bar that history will show."""
    for now in (NOW, datetime(2026, 11, 18, 23, 59, 59, tzinfo=UTC)):
        start = TODAY * DAY
        minutes = tape.minute_candles(symbol, start, start + DAY, now)
        last = tape.daily_candles(symbol, now)
        assert whole(minutes) == tuple(getattr(last, name)[-1] for name in ("open", "high", "low", "close", "volume"))
    kept = daily_bars(symbol, TODAY)
    ended = tape.daily_candles(symbol, datetime(2026, 11, 18, 23, 59, 59, tzinfo=UTC))
    assert [ended.open[-1], ended.high[-1], ended.low[-1], ended.close[-1]] == [
        kept.open[-1] / 100,
        kept.high[-1] / 100,
        kept.low[-1] / 100,
        kept.close[-1] / 100,
    ]


def test_a_weekend_is_alive_and_forgotten() -> None:
    """On Saturday the price hovers around Friday's close; on Monday there is no Saturday."""
    saturday = datetime(2026, 11, 21, 12, 0, 7, tzinfo=UTC)
    live = tape.live_day("IBM", saturday)
    assert live.previous_close is not None
    assert abs(live.price / live.previous_close - 1) < 0.01
    monday = tape.daily_candles("IBM", datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert day_number("2026-11-21") * DAY not in monday.start


def test_nothing_lies_in_the_future() -> None:
    """No candle starts after the instant it is asked for."""
    for interval_end in (to_micros(NOW) + 1, to_micros(NOW) + 30 * DAY):
        bars = tape.minute_candles("AAPL", to_micros(NOW) - DAY, interval_end, NOW)
        assert bars.start[-1] <= to_micros(NOW)


def test_before_its_first_day_a_symbol_has_not_begun() -> None:
    """FB was listed in 2012, so the moved history knows it only from 2026."""
    assert not tape.has_begun("FB", datetime(2026, 1, 5, tzinfo=UTC))
    assert tape.has_begun("FB", NOW)
    assert not tape.has_begun("TSLA", NOW)

"""The quote service: order of providers, fallback, candles of every width."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.candles import resample
from data.quotes import build_providers
from data.quotes.cache import QuoteCache
from domain.columns import CandleTable
from domain.errors import NotOfferedError, QuoteUnavailableError, UnknownSymbolError
from domain.market import BarInterval
from domain.periods import from_micros, to_micros
from services.quotes import QuoteService
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted

NOW = datetime(2026, 11, 18, 15, 20, 30, tzinfo=UTC)
DAY = 86_400_000_000


@pytest.fixture
def clock() -> SteppedClock:
    """A Wednesday in New York's session."""
    return SteppedClock(NOW)


@pytest.fixture
def demo(tmp_path: Path, clock: SteppedClock) -> QuoteService:
    """The service with the demo provider alone."""
    return QuoteService(build_providers(["demo"], clock=clock), tmp_path, clock)


def make_service(path: Path, clock: SteppedClock, *providers: Any) -> QuoteService:
    """The service with scripted providers and no chance in it."""
    cache = QuoteCache(path, clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 0.0)
    return QuoteService(providers, path, clock, cache=cache)


def scripted(clock: SteppedClock, slug: str, **prices: float) -> ScriptedProvider:
    """A provider of some prices."""
    provider = make_scripted(clock, slug)
    provider.prices = dict(prices)
    return provider


def settle() -> None:
    """Wait for what runs in the background."""
    for thread in threading.enumerate():
        if thread.name == "quotes":
            thread.join(60)


def daily(days: int, end: datetime = NOW) -> CandleTable:
    """Daily bars up to a day, each one higher than the one before."""
    last = to_micros(end) // DAY
    close = 100 + np.arange(days, dtype=float)
    return CandleTable(
        start=(last - days + 1 + np.arange(days, dtype=np.int64)) * DAY,
        open=close - 0.5,
        high=close + 1,
        low=close - 1,
        close=close,
        volume=np.full(days, 10.0),
    )


def test_the_first_provider_answers_and_the_next_fills_in(tmp_path: Path, clock: SteppedClock) -> None:
    """Each symbol comes from the first provider that knows it; nobody's symbol is absent."""
    first, second = scripted(clock, "first", A=1.0), scripted(clock, "second", A=2.0, B=3.0)
    found = make_service(tmp_path, clock, first, second).quotes(["a", "B", "C", " "])
    assert {symbol: (quote.price, quote.provider) for symbol, quote in found.items()} == {
        "a": (1.0, "first"),
        "B": (3.0, "second"),
    }
    assert found["a"].symbol == "a"
    assert second.calls == [["B", "C"]]


def test_a_failing_provider_is_replaced_by_the_next(tmp_path: Path, clock: SteppedClock) -> None:
    """When the first is down the second answers, fresh; when both are, the last good value is marked stale."""
    first, second = scripted(clock, "first", A=1.0), scripted(clock, "second", A=1.1)
    service = make_service(tmp_path, clock, first, second)
    assert service.quote("A").provider == "first"
    clock.advance(100)
    first.error = QuoteUnavailableError("First is down.")
    quote = service.quote("A")
    assert (quote.provider, quote.price, quote.stale) == ("second", 1.1, False)
    clock.advance(100)
    second.error = QuoteUnavailableError("Second is down.")
    stale = service.quote("A")
    assert (stale.price, stale.stale, clock.now - stale.fetched_at) == (1.1, True, timedelta(seconds=100))
    assert [(status.slug, status.is_ok) for status in service.provider_status()] == [
        ("first", False),
        ("second", False),
    ]
    with pytest.raises(QuoteUnavailableError, match="First is down"):
        service.quote("B")


def test_a_symbol_nobody_knows_is_an_error_by_itself(tmp_path: Path, clock: SteppedClock) -> None:
    """Among others it is absent, alone it is an error that names it."""
    service = make_service(tmp_path, clock, scripted(clock, "first", A=1.0))
    with pytest.raises(UnknownSymbolError, match="NOPE"):
        service.quote("NOPE")


def test_users_do_not_cost_calls(tmp_path: Path, clock: SteppedClock) -> None:
    """A hundred callers a minute for ten minutes are ten calls upstream."""
    first = scripted(clock, "first", A=1.0, B=2.0)
    service = make_service(tmp_path, clock, first)
    for _ in range(10):
        for _ in range(100):
            assert not service.quotes(["A", "B"])["A"].stale
        clock.advance(60)
    assert len(first.calls) == 10


def test_an_old_real_price_goes_before_a_simulated_one(tmp_path: Path, clock: SteppedClock) -> None:
    """The demo provider never stands in for a symbol that has had a real price."""
    first = scripted(clock, "first", AAPL=250.0)
    first.bars = daily(30)
    service = make_service(tmp_path, clock, first, *build_providers(["demo"], clock=clock))
    found = service.quotes(["AAPL", "MSFT"])
    assert (found["AAPL"].simulated, found["MSFT"].simulated) == (False, True)
    clock.advance(100)
    first.error = QuoteUnavailableError("down")
    again = service.quotes(["AAPL", "MSFT"])
    assert (again["AAPL"].simulated, again["AAPL"].stale, again["AAPL"].price) == (False, True, 250.0)
    assert (service.is_simulated("AAPL"), service.is_simulated("msft")) == (False, True)
    with pytest.raises(QuoteUnavailableError):
        service.candles("AAPL", BarInterval.D1)
    assert len(service.candles("MSFT", BarInterval.D1))


@pytest.mark.parametrize("interval", list(BarInterval))
def test_demo_candles_of_every_width(demo: QuoteService, interval: BarInterval) -> None:
    """Five hundred rows, ascending, none in the future, the last one at the live price."""
    bars = demo.candles("AAPL", interval)
    assert len(bars) == 500
    assert np.all(np.diff(bars.start) > 0)
    assert bars.start[-1] <= to_micros(NOW) < bars.start[-1] + to_micros(from_micros(0) + interval.width)
    assert bars.close[-1] == demo.quote("AAPL").price
    assert np.all(bars.low <= np.minimum(bars.open, bars.close))
    assert np.all(bars.high >= np.maximum(bars.open, bars.close))
    latest = demo.latest_candles("AAPL", interval)
    for name in CandleTable.__dataclass_fields__:
        assert getattr(latest, name).tolist() == getattr(bars, name)[-2:].tolist()


def test_wide_candles_are_merged_narrow_ones(demo: QuoteService) -> None:
    """An hour is its sixty minutes and a week its days, also at the edges of the answer."""
    hours = demo.candles("IBM", BarInterval.H1, limit=30)
    minutes = demo.candles("IBM", BarInterval.M1, start=from_micros(int(hours.start[0])), limit=100_000)
    merged = resample(minutes, BarInterval.H1)
    assert np.array_equal(merged.start, hours.start)
    assert np.array_equal(merged.volume, hours.volume)
    weeks = demo.candles("IBM", BarInterval.W1, limit=10)
    days = demo.candles("IBM", BarInterval.D1, start=from_micros(int(weeks.start[0])))
    assert np.array_equal(resample(days, BarInterval.W1).high, weeks.high)


def test_pairs_may_be_written_with_a_slash(demo: QuoteService) -> None:
    """BTC/USD and btc-usd are one pair, answered under the name that was given."""
    found = demo.quotes(["BTC/USD", "btc-usd"])
    assert found["BTC/USD"].price == found["btc-usd"].price
    assert len(demo.candles("ETH/USD", BarInterval.M1, limit=5)) == 5


def test_a_span_is_half_open_and_limited(demo: QuoteService) -> None:
    """Start is included, end is not, and of too many rows the last ones stay."""
    start, end = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 11, 14, tzinfo=UTC)
    days = demo.candles("IBM", BarInterval.D1, start=start, end=end)
    assert [f"{from_micros(int(label)):%d}" for label in days.start] == ["10", "11", "12", "13"]
    assert len(demo.candles("IBM", BarInterval.D1, start=start, end=end, limit=2)) == 2
    assert len(demo.candles("IBM", BarInterval.D1, start=end, end=start)) == 0


def test_candles_of_an_unknown_symbol(demo: QuoteService) -> None:
    """The error is typed; a sparkline is just empty, a profile bare."""
    with pytest.raises(UnknownSymbolError):
        demo.candles("NOPE", BarInterval.D1)
    assert len(demo.sparkline("NOPE")) == 0
    assert demo.profile("nope").symbol == "NOPE"
    assert demo.profile("nope").name == ""


def test_profile_search_and_sparkline(demo: QuoteService) -> None:
    """The demo provider's answers come through, marked simulated."""
    assert demo.profile("aapl").name == "Apple Inc."
    assert [item.symbol for item in demo.search("  apple ")] == ["AAPL"]
    assert demo.search(" ") == []
    line = demo.sparkline("AAPL", 30)
    assert len(line) == 30
    assert line[-1] == demo.quote("AAPL").price
    assert [status.simulated for status in demo.provider_status()] == [True]


def test_real_candles_are_kept_and_follow_the_quote(tmp_path: Path, clock: SteppedClock) -> None:
    """Bars are fetched once for their time to live; the running one moves with the cached quote."""
    first = scripted(clock, "first", A=140.0)
    first.bars = daily(60)
    service = make_service(tmp_path, clock, first)
    before = service.candles("A", BarInterval.D1, limit=10)
    assert before.close[-1] == 159.0
    service.quote("A")
    after = service.candles("A", BarInterval.D1, limit=10)
    assert (after.close[-1], after.low[-1], after.high[-1]) == (140.0, 140.0, 160.0)
    assert sum(call[0] == "candles" for call in first.calls) == 1


def test_real_candles_survive_an_outage_over_midnight(tmp_path: Path, clock: SteppedClock) -> None:
    """The last good bars are served when the provider is down, the next day as well."""
    first = scripted(clock, "first", A=140.0)
    first.bars = daily(60)
    service = make_service(tmp_path, clock, first)
    assert len(service.candles("A", BarInterval.D1, limit=10)) == 10
    clock.advance(20 * 3600)
    first.error = QuoteUnavailableError("down")
    assert len(service.candles("A", BarInterval.D1, limit=10)) == 10


def test_impossible_bars_do_not_reach_the_page(tmp_path: Path, clock: SteppedClock) -> None:
    """Bars go through the gate before they are kept; when none is left that is an unknown symbol's answer."""
    first = scripted(clock, "first", A=140.0)
    first.bars = daily(60)
    first.bars.close[30] = float("nan")
    service = make_service(tmp_path, clock, first)
    assert len(service.candles("A", BarInterval.D1, limit=60)) == 59
    first.bars = CandleTable(**{name: getattr(daily(0), name) for name in CandleTable.__dataclass_fields__})
    with pytest.raises(UnknownSymbolError):
        service.candles("B", BarInterval.D1)


def test_weeks_come_from_days_where_a_provider_has_none(tmp_path: Path, clock: SteppedClock) -> None:
    """A provider of days alone serves weeks, and no minutes."""
    first = scripted(clock, "first", A=140.0)
    first.bars = daily(60)
    service = make_service(tmp_path, clock, first)
    weeks = service.candles("A", BarInterval.W1, limit=4)
    assert [from_micros(int(start)).weekday() for start in weeks.start] == [0, 0, 0, 0]
    assert weeks.volume.tolist() == [70.0, 70.0, 70.0, 30.0]
    with pytest.raises(QuoteUnavailableError, match="1m"):
        service.candles("A", BarInterval.M1)


def test_a_search_asks_on_while_it_finds_little(tmp_path: Path, clock: SteppedClock) -> None:
    """Results of several providers are put together, each symbol once; five from the first are enough."""
    first, second = scripted(clock, "first", AX=1.0), scripted(clock, "second", AX=1.0, AY=2.0)
    demo = build_providers(["demo"], clock=clock)
    assert [item.symbol for item in make_service(tmp_path, clock, first, second, *demo).search("a")] == ["AX", "AY"]
    many = scripted(clock, "many", **dict.fromkeys(("B1", "B2", "B3", "B4", "B5"), 1.0))
    assert len(make_service(tmp_path, clock, many, second).search("b")) == 5
    assert ["search", "b"] not in second.calls


def test_fetching_for_keeps_asks_one_provider_and_says_who(tmp_path: Path, clock: SteppedClock) -> None:
    """Whole windows for jobs: in the order, or of one provider only; not cached, through the gate."""
    first, second = scripted(clock, "first", A=1.0), scripted(clock, "second", A=2.0)
    second.bars = daily(30)
    service = make_service(tmp_path, clock, first, second)
    span = NOW - timedelta(days=10), NOW
    fetched = service.fetch_candles("a", BarInterval.D1, *span)
    assert (fetched.provider, len(fetched.bars), fetched.faults) == ("second", 10, ())
    with pytest.raises(UnknownSymbolError):
        service.fetch_candles("A", BarInterval.D1, *span, provider="first")
    with pytest.raises(NotOfferedError):
        service.fetch_candles("A", BarInterval.M1, *span)
    assert second.calls.count(["candles", "A", "1d"]) == 1
    assert service.history_window("second", BarInterval.M1) == timedelta(minutes=3000)
    assert service.history_window("nobody", BarInterval.M1) is None


def test_a_history_that_changed_in_part_is_not_shown(tmp_path: Path, clock: SteppedClock) -> None:
    """A provider that restates half of a history for a split: the chart keeps the bars it had."""
    provider = scripted(clock, "vendor", A=1.0)
    provider.bars = daily(30)
    service = make_service(tmp_path, clock, provider)
    before = service.candles("A", BarInterval.D1, end=NOW).close.tolist()
    clock.advance(700)
    close = provider.bars.close.copy()
    close[:20] /= 4
    scale = close / provider.bars.close
    changed = {name: getattr(provider.bars, name) * scale for name in ("open", "high", "low", "close")}
    provider.bars = replace(provider.bars, **changed)
    assert service.candles("A", BarInterval.D1, end=NOW).close.tolist() == before
    settle()
    assert "split" in service.provider_status()[0].quarantined[0][1]
    assert service.provider_status()[0].is_ok

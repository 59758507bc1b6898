"""The gate, walked along the path of production: provider, service, cache, store. Nothing bad gets through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from typing_extensions import override

from domain.candles import SeriesKey
from domain.columns import CandleTable, take
from domain.market import BarInterval, Quote
from domain.periods import from_micros, to_micros
from services.container import Installation, Services
from services.quote_archive import QuoteArchive
from services.quotes import QuoteService
from tests import servers
from tests.data.candles.bars import MINUTE, assert_same, minutes
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted

NOW = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
M1 = BarInterval.M1
KEY = SeriesKey(provider="vendor", symbol="ACME", interval=M1)


class Careless(ScriptedProvider):
    """A provider that answers with all it has, whatever was asked for."""

    @override
    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """All bars."""
        assert self.bars is not None
        return self.bars


@dataclass
class Market:
    """Services whose one provider says what it is told, and what it said when all was well."""

    services: Services
    provider: ScriptedProvider
    clock: SteppedClock
    bars: CandleTable
    longer: CandleTable
    """The same bars and thirty more, which are to come."""

    def reasons(self) -> str:
        """What was put aside."""
        return " | ".join(item.reason for item in self.services.quotes.refusals())

    def kept(self) -> CandleTable:
        """The kept minutes."""
        return self.services.candle_archive.series(KEY).read(0, 2**62).candles


@pytest.fixture
def market(tmp_path: Path) -> Iterator[Market]:
    """A price of 100 and two hours of minutes, kept."""
    clock = SteppedClock(NOW)
    services = Services(
        Installation(data_dir=tmp_path, database_url=servers.new_sqlite_database(tmp_path)), clock=clock
    )
    made = make_scripted(clock)
    provider = Careless(replace(made.spec, intervals=(M1,)), clock)
    provider.prices, provider.changes = {"ACME": 100.0}, {"previous_close": 98.0}
    from data.quotes.cache import QuoteCache  # noqa: PLC0415 - diskcache

    archive, folder = QuoteArchive(services.db), tmp_path / "cache"
    cache = QuoteCache(folder, clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 0.0, archive=archive)
    services._built["quotes"] = QuoteService((provider,), folder, clock, cache=cache, archive=archive)
    longer = minutes(150, start=to_micros(NOW) - 121 * MINUTE)
    provider.bars = bars = take(longer, slice(0, 120))
    assert services.quotes.quote("ACME").price == 100.0
    services.candle_keeper.fetch("ACME", M1, start=NOW - timedelta(hours=3))
    clock.advance(120)
    yield Market(services, provider, clock, bars, longer)
    services.quotes.close()
    services.db.close()


BAD_QUOTES: dict[str, tuple[dict[str, object], str]] = {
    "not a number": ({"price": float("nan")}, "not a positive number"),
    "zero": ({"price": 0.0}, "not a positive number"),
    "negative": ({"price": -1.0}, "not a positive number"),
    "a high that is none": ({"high": float("inf")}, "high inf"),
    "times a hundred": ({"price": 10_000.0, "previous_close": 9_800.0}, "pence for pounds"),
    "a hundredth": ({"price": 1.0, "previous_close": 0.98}, "pence for pounds"),
    "a missed split": ({"price": 50.0}, "split that is missed"),
    "stale": ({"as_of": NOW - timedelta(days=20)}, "too long ago"),
    "from the future": ({"as_of": NOW + timedelta(days=1)}, "in the future"),
    "a step back": ({"as_of": NOW - timedelta(hours=1)}, "older"),
    "another currency": ({"currency": "GBP"}, "in GBP"),
    "bid over ask": ({"bid": 120.0, "ask": 99.0}, "swapped"),
}


@pytest.mark.parametrize("fault", sorted(BAD_QUOTES))
def test_no_bad_price_replaces_a_good_one(market: Market, fault: str) -> None:
    """The good price stays on the page, stale, in the cache and in the database; the reason is written down."""
    changes, reason = BAD_QUOTES[fault]
    market.provider.changes = {"previous_close": 98.0, **changes}
    shown = market.services.quotes.quotes(["ACME"])["ACME"]
    assert (shown.price, shown.currency, shown.stale) == (100.0, "USD", True)
    assert reason in market.reasons()
    kept = QuoteArchive(market.services.db).read_quotes(["ACME"])["ACME"]
    assert isinstance(kept, Quote)
    assert kept.price == 100.0
    market.provider.changes = {"previous_close": 98.0}
    market.provider.prices["ACME"] = 101.0
    market.clock.advance(120)
    assert market.services.quotes.quote("ACME").price == 101.0


def put(bars: CandleTable, row: int, **values: float) -> CandleTable:
    """Bars of which one is changed."""
    changed = {name: getattr(bars, name).copy() for name in values}
    for name, value in values.items():
        changed[name][row] = value
    return replace(bars, **changed)


def scaled(bars: CandleTable, factor: float, begin: int = 0) -> CandleTable:
    """Bars whose prices are multiplied from a row on."""
    factors = np.where(np.arange(len(bars)) >= begin, factor, 1.0)
    return replace(bars, **{name: getattr(bars, name) * factors for name in ("open", "high", "low", "close")})


def doubled(bars: CandleTable) -> CandleTable:
    """Bars of which one comes twice, first with other prices."""
    twice: CandleTable = take(bars, np.r_[0:50, 40, 50 : len(bars)])
    return put(twice, 40, close=float(bars.open[40]))


BAD_BARS: dict[str, tuple[Callable[[CandleTable], CandleTable], str]] = {
    "not a number": (lambda bars: put(bars, 130, close=float("nan")), "without a positive price"),
    "zero": (lambda bars: put(bars, 130, low=0.0), "without a positive price"),
    "negative": (lambda bars: put(bars, 130, open=-1.0), "without a positive price"),
    "low over high": (lambda bars: put(bars, 130, low=float(bars.high[130]) + 1), "outside low and high"),
    "negative volume": (lambda bars: put(bars, 130, volume=-5.0), "negative volume"),
    "one bar times a hundred": (lambda bars: scaled_row(bars, 130), "ten times off"),
    "all times a hundred": (lambda bars: scaled(bars, 100), "pence for pounds"),
    "all a hundredth": (lambda bars: scaled(bars, 0.01), "pence for pounds"),
    "new ones times a hundred": (lambda bars: scaled(take(bars, slice(121, None)), 100), "pence for pounds"),
    "half a split": (lambda bars: scaled(bars, 0.5, begin=100), "split that is missed"),
    "from the future": (
        lambda bars: replace(bars, start=np.where(bars.start > bars.start[140], bars.start + 600 * MINUTE, bars.start)),
        "in the future",
    ),
    "twice": (doubled, "come twice"),
}


def scaled_row(bars: CandleTable, row: int) -> CandleTable:
    """Bars of which one is in another unit."""
    return put(bars, row, **{name: float(getattr(bars, name)[row]) * 100 for name in ("open", "high", "low", "close")})


@pytest.mark.parametrize("fault", sorted(BAD_BARS))
def test_no_bad_bars_get_into_the_store(market: Market, fault: str) -> None:
    """What is kept stays bit for bit; of a bad answer at most its good bars are added, and the reason is told."""
    spoil, reason = BAD_BARS[fault]
    market.clock.advance(1800)
    longer, before = market.longer, market.kept()
    assert_same(before, market.bars)
    market.provider.bars = spoil(longer)
    with_fault = market.services.candle_keeper.fetch("ACME", M1, start=NOW - timedelta(hours=3))
    after = market.kept()
    assert reason in market.reasons()
    assert_same(take(after, slice(0, len(before))), before)
    assert set(after.start.tolist()) <= set(longer.start.tolist())
    assert after.close.max() < 3 * before.close.max()
    assert with_fault.added == len(after) - len(before)
    market.provider.bars = longer
    market.services.candle_keeper.fetch("ACME", M1, start=NOW - timedelta(hours=3))
    assert_same(market.kept(), longer)


@pytest.mark.parametrize("factor", [100.0, 0.01])
def test_another_unit_does_not_replace_a_chart(market: Market, factor: float) -> None:
    """A chart whose whole answer comes in pence goes on with the candles it had."""
    quotes, start, end = market.services.quotes, from_micros(int(market.bars.start[0])), NOW
    before = quotes.candles("ACME", M1, start=start, end=end)
    market.provider.bars = scaled(market.bars, factor)
    market.clock.advance(4000)
    after = quotes.candles("ACME", M1, start=start, end=end)
    assert "pence for pounds" in market.reasons()
    assert_same(take(after, slice(0, len(before) - 1)), take(before, slice(0, len(before) - 1)))

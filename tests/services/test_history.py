"""History that keeps itself: what is in use is fetched after each session, by one process, and says how it is doing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from data.db import history as table
from data.quotes import RateLimit
from data.quotes.cache import QuoteCache
from domain.accounts import UserId
from domain.candles import SeriesKey
from domain.columns import CandleTable
from domain.errors import ForbiddenError, NotOfferedError, QuoteUnavailableError, UnknownSymbolError
from domain.history import HistoryItem
from domain.market import BarInterval, Profile
from domain.periods import to_micros
from services.container import Installation, Services
from services.history import FIRST_REACH
from services.history_times import next_close
from services.market_hours import MarketHoursService
from services.quote_archive import QuoteArchive
from services.quotes import QuoteService
from tests.data.candles.bars import MINUTE
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted

M1, D1 = BarInterval.M1, BarInterval.D1
NOW = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
"""A Friday, an hour and a half after the close of New York."""
DAY = 1440 * MINUTE


def walk(first: datetime, last: datetime, step: int) -> CandleTable:
    """Bars around the clock from one instant to another."""
    start = np.arange(to_micros(first), to_micros(last), step, dtype=np.int64)
    close = 100 + np.sin(start / 1e12)
    return CandleTable(
        start=start, open=close, high=close + 1, low=close - 1, close=close, volume=np.full(len(start), 5.0)
    )


class Coins(ScriptedProvider):
    """A provider of coins whose bars are made for whatever window is asked for."""

    fault: Exception | None = None
    hole: tuple[int, int] = (0, 0)

    @override
    def candles(self, symbol: str, interval: BarInterval, start: datetime, end: datetime) -> CandleTable:
        """Bars up to the clock's minute, without those of the hole."""
        self.calls.append(["candles", symbol, interval.value])
        if self.fault:
            raise self.fault
        step = DAY if interval is D1 else MINUTE
        first = datetime.fromtimestamp(-(-to_micros(start) // step) * step / 1e6, UTC)
        bars = walk(first, min(end, self.clock.now), step)
        keep = (bars.start < self.hole[0]) | (bars.start >= self.hole[1])
        return CandleTable(**{name: getattr(bars, name)[keep] for name in CandleTable.__dataclass_fields__})

    @override
    def profile(self, symbol: str) -> Profile:
        """A coin."""
        return Profile(symbol=symbol, exchange="Coinbase", asset_class="crypto")


@pytest.fixture
def clock() -> SteppedClock:
    """A clock that is moved by hand."""
    return SteppedClock(NOW)


@pytest.fixture
def kept(database_url: str, tmp_path: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Services]:
    """Services whose clock moves, with a person who watches two coins and nothing else."""
    made = Services(Installation(data_dir=tmp_path, database_url=database_url), clock=clock)
    made.migrate()
    monkeypatch.setitem(FIRST_REACH, M1, timedelta(hours=12))
    owner = made.users.register("ann", "four unrelated words").id
    made.watchlists.replace_symbols(owner, made.watchlists.lists(owner)[0].id, ["BTC-USD", "ETH/USD"])
    yield made
    made.quotes.close()
    made.db.close()


def coins(services: Services, clock: SteppedClock, slug: str = "coins", **spec: Any) -> Coins:
    """A provider that the services ask."""
    made = make_scripted(clock, slug)
    described = replace(made.spec, intervals=(M1, D1), may_know=lambda symbol: "-" in symbol, **spec)
    provider = Coins(described, clock)
    provider.prices = {"BTC-USD": 100.0, "ETH-USD": 100.0}
    return provider


def use(services: Services, clock: SteppedClock, *providers: Coins) -> None:
    """Let the services ask these providers."""
    folder = services.installation.data_dir / "cache"
    archive = QuoteArchive(services.db)
    cache = QuoteCache(folder, clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 0.0, archive=archive)
    services._built["quotes"] = QuoteService(
        providers, folder, clock, cache=cache, archive=archive, history=lambda: services.live_bars
    )


def run_all(services: Services) -> int:
    """Do everything that is due."""
    done = 0
    while services.history.do_due():
        done += 1
    return done


def items(services: Services, owner: UserId) -> dict[tuple[str, str], HistoryItem]:
    """What is kept, by symbol and width."""
    return {(item.symbol, item.interval.value): item for item in services.history.state(owner).items}


def ann(services: Services) -> UserId:
    """Who keeps this installation."""
    return services.users.list_users()[0].id


def test_what_is_in_use_is_fetched_and_says_so(kept: Services, clock: SteppedClock) -> None:
    """Watched and charted coins are kept in days and minutes; a symbol without a provider is counted."""
    use(kept, clock, coins(kept, clock))
    kept.watchlists.add(ann(kept), "NOBODY")
    kept.charted.note("SOL-USD")
    assert run_all(kept) == 6
    state = kept.history.state(ann(kept))
    assert {item.symbol for item in state.items} == {"BTC-USD", "ETH-USD", "SOL-USD"}
    assert (state.unserved, state.failing, state.gaps, state.last_at) == (1, 0, 0, NOW)
    minutes = items(kept, ann(kept))["BTC-USD", "1m"]
    assert minutes.added == 12 * 60
    assert minutes.next_at == datetime(2026, 11, 20, 23, 2, tzinfo=UTC)
    assert items(kept, ann(kept))["BTC-USD", "1d"].next_at == datetime(2026, 11, 21, 0, 2, tzinfo=UTC)
    span = kept.candle_archive.series(SeriesKey(provider="coins", symbol="BTC-USD", interval=M1)).span
    assert span is not None
    assert span[1] == to_micros(NOW) - MINUTE


def test_the_next_look_adds_what_came_since(kept: Services, clock: SteppedClock) -> None:
    """An hour later the minutes of that hour are added, and nothing is asked before that."""
    provider = coins(kept, clock)
    use(kept, clock, provider)
    run_all(kept)
    calls = len(provider.calls)
    clock.advance(60)
    assert run_all(kept) == 0
    assert len(provider.calls) == calls
    clock.advance(3540)
    run_all(kept)
    assert items(kept, ann(kept))["BTC-USD", "1m"].added == 60


def test_gaps_are_filled_in_the_background(kept: Services, clock: SteppedClock) -> None:
    """Minutes that the provider lacked at first are asked for again; what it never has is counted as a gap."""
    provider = coins(kept, clock)
    provider.hole = (to_micros(NOW) - 300 * MINUTE, to_micros(NOW) - 280 * MINUTE)
    use(kept, clock, provider)
    run_all(kept)
    assert items(kept, ann(kept))["BTC-USD", "1m"].gaps == 1
    later = SeriesKey(provider="coins", symbol="BTC-USD", interval=M1)
    provider.hole = (to_micros(NOW), to_micros(NOW) + 20 * MINUTE)
    clock.advance(3600)
    run_all(kept)
    provider.hole = (0, 0)
    assert len(kept.candle_keeper.find_gaps(later)) == 2
    clock.advance(86_400)
    kept.candle_keeper.repair(later)
    run_all(kept)


def test_one_process_does_it(kept: Services, clock: SteppedClock) -> None:
    """Two servers on one database: each series is looked at once, and a claim that was lost is done by nobody else."""
    provider = coins(kept, clock)
    other = Services(kept.installation, clock=clock)
    use(kept, clock, provider)
    use(other, clock, provider)
    kept.history._renew_list(NOW)
    with kept.db.read() as session:
        due = table.due_item(session, NOW)
    assert due is not None
    with other.db.begin() as session:
        assert table.claim(session, due, NOW + timedelta(minutes=10))
    with kept.db.begin() as session:
        assert not table.claim(session, due, NOW + timedelta(minutes=10))
    done = 0
    while looked := kept.history.do_due() + other.history.do_due():
        done += looked
    assert done == 3
    fetched = [call for call in provider.calls if call[0] == "candles"]
    assert len({tuple(call) for call in fetched}) == 3
    other.quotes.close()
    other.db.close()


def test_without_a_network_it_waits_longer_and_longer(kept: Services, clock: SteppedClock) -> None:
    """A provider that does not answer is a sentence and a later look, never an error; then all is caught up."""
    provider = coins(kept, clock)
    provider.fault = QuoteUnavailableError("Coins did not answer.")
    use(kept, clock, provider)
    waits = []
    for _ in range(4):
        run_all(kept)
        item = items(kept, ann(kept))["BTC-USD", "1m"]
        waits.append(item.next_at - clock.now)
        assert item.error
        clock.now = max(found.next_at for found in items(kept, ann(kept)).values())
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    provider.fault = None
    for _ in range(3):
        clock.advance(7 * 3600)
        run_all(kept)
    state = kept.history.state(ann(kept))
    assert (state.failing, {item.error for item in state.items}) == (0, {""})


def test_the_next_provider_takes_over(kept: Services, clock: SteppedClock) -> None:
    """Who fails three times in a row is passed over for the next one in the order."""
    first, second = coins(kept, clock, "first"), coins(kept, clock, "second")
    first.fault = NotOfferedError("First has no candles on this plan.")
    use(kept, clock, first, second)
    for _ in range(4):
        run_all(kept)
        clock.advance(3600)
    assert {item.provider for item in kept.history.state(ann(kept)).items} == {"second"}
    assert kept.candles.last_kept("BTC-USD", M1, "second") is not None


def test_half_of_the_calls_are_left_for_pages(kept: Services, clock: SteppedClock) -> None:
    """A provider whose calls are half spent is asked later, and the page says why."""
    provider = coins(kept, clock, limits=(RateLimit(calls=2, seconds=86_400.0),))
    use(kept, clock, provider)
    kept.quotes._budget.take_of(provider.spec)()
    run_all(kept)
    assert not [call for call in provider.calls if call[0] == "candles"]
    assert "half of its calls" in items(kept, ann(kept))["BTC-USD", "1m"].error


def test_switched_off_nothing_is_asked(kept: Services, clock: SteppedClock) -> None:
    """Its keeper switches it, others may not; off, nothing is due and nobody is asked."""
    provider = coins(kept, clock)
    use(kept, clock, provider)
    bob = kept.users.register("bob", "four unrelated words").id
    with pytest.raises(ForbiddenError):
        kept.history.switch(bob, is_on=False)
    kept.history.switch(ann(kept), is_on=False)
    assert (run_all(kept), kept.history.next_due(), provider.calls) == (0, None, [])
    assert (kept.history.state(bob).is_on, kept.history.state(bob).may_change) == (False, False)
    kept.history.switch(ann(kept), is_on=True)
    assert run_all(kept) == 4


def test_live_bars_go_behind_what_is_kept_and_give_way(kept: Services, clock: SteppedClock) -> None:
    """A stream's closed minutes are kept under its provider; the provider's own, with volume, take their place."""
    use(kept, clock, coins(kept, clock))
    kept.live_bars.keep("coins", "BTC-USD", walk(NOW, NOW + timedelta(minutes=1), MINUTE))
    assert kept.candles.last_kept("BTC-USD", M1, "coins") is None
    run_all(kept)
    clock.advance(180)
    live = walk(NOW, NOW + timedelta(minutes=2), MINUTE)
    kept.live_bars.keep("coins", "BTC-USD", replace(live, volume=np.zeros(len(live))))
    series = kept.candle_archive.series(SeriesKey(provider="coins", symbol="BTC-USD", interval=M1))
    assert series.read(to_micros(NOW), to_micros(clock.now)).candles.volume.tolist() == [0, 0]
    kept.live_bars.keep("coins", "BTC-USD", replace(live, start=live.start + 2 * MINUTE, open=live.open * 100))
    assert len(series.read(to_micros(NOW), to_micros(clock.now))) == 2
    assert "pence" in kept.quotes.refusals()[0].reason
    kept.live_bars.resume("coins", ["BTC-USD"])
    assert items(kept, ann(kept))["BTC-USD", "1m"].next_at == clock.now + timedelta(seconds=90)
    clock.advance(120)
    run_all(kept)
    assert series.read(to_micros(NOW), to_micros(clock.now)).candles.volume.tolist() == [5.0] * 5


@pytest.mark.parametrize(
    ("exchange", "now", "due"),
    [
        ("NYSE", "2026-11-20T15:00", "2026-11-20T21:20"),
        ("NYSE", "2026-11-20T21:10", "2026-11-20T21:20"),
        ("NYSE", "2026-11-20T21:30", "2026-11-23T21:20"),
        ("NYSE", "2026-11-27T12:00", "2026-11-27T18:20"),
        ("XETRA", "2026-11-20T12:00", "2026-11-20T16:50"),
        ("nowhere", "2026-11-20T12:00", "2026-11-21T00:20"),
    ],
)
def test_bars_are_fetched_after_the_session(exchange: str, now: str, due: str) -> None:
    """Twenty minutes after the close, over weekends and on half days; after midnight for an unknown exchange."""
    profile, instant = Profile(symbol="X", exchange=exchange), datetime.fromisoformat(now + "+00:00")
    assert next_close(M1, instant, profile, MarketHoursService(lambda: instant)) == datetime.fromisoformat(
        due + "+00:00"
    )


def test_the_demo_market_needs_no_history(kept: Services, clock: SteppedClock) -> None:
    """With simulated prices alone nothing is fetched: what is in use is counted and that is all."""
    assert run_all(kept) == 0
    state = kept.history.state(ann(kept))
    assert (state.items, state.unserved, state.looked_at) == ((), 2, NOW)


def test_what_nobody_has_is_looked_for_once_a_day(kept: Services, clock: SteppedClock) -> None:
    """A symbol that no provider of its order has is no failure: it says so and is asked for again tomorrow."""
    provider = coins(kept, clock)
    provider.fault = UnknownSymbolError("Coins does not know it.")
    use(kept, clock, provider)
    run_all(kept)
    found = items(kept, ann(kept))["BTC-USD", "1m"]
    assert (found.failures, found.provider, found.next_at) == (0, "", clock.now + timedelta(days=1))
    assert "No provider" in found.error

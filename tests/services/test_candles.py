"""Kept candles: read before the providers are asked, filled, repaired, restated; the same on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from typing_extensions import override

from analytics.candles import resample
from data.candles.merging import plain_bars
from data.candles.wire import decode_chunks, join_candles
from data.db.candles import add_split, list_gaps
from data.quotes.cache import QuoteCache
from data.quotes.ring import ProviderRing
from domain.accounts import UserId
from domain.candles import GapState, KnownSplit, SeriesKey
from domain.columns import CandleTable, take
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import InvalidInputError, NotFoundError, UnknownSymbolError
from domain.jobs import Job, JobKind, JobState
from domain.market import BarInterval, Profile
from domain.periods import from_micros, to_micros
from services.container import Services
from services.quotes import QuoteService
from tests.conftest import NOW
from tests.data.candles.bars import MINUTE, assert_same, minutes
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted

M1, H1, D1 = BarInterval.M1, BarInterval.H1, BarInterval.D1
OPENING = to_micros(datetime(2026, 11, 18, 14, 30, tzinfo=UTC))
"""Of New York on a Wednesday."""


class Listed(ScriptedProvider):
    """A scripted provider whose symbols are listed in New York."""

    @override
    def profile(self, symbol: str) -> Profile:
        """The listing."""
        return Profile(symbol=symbol, exchange="NYSE")


@pytest.fixture
def provider(services: Services, tmp_path: Path) -> ScriptedProvider:
    """A provider of minutes that the services ask instead of their own."""
    clock = SteppedClock(NOW)
    made = make_scripted(clock, "script")
    listed = Listed(replace(made.spec, intervals=(M1, D1)), clock)
    listed.prices = {"ACME": 100.0}
    cache = QuoteCache(tmp_path / "cache", clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 0.0)
    quotes = QuoteService((listed,), tmp_path / "cache", clock, cache=cache)
    services._built["quotes"] = quotes
    return listed


def key(interval: BarInterval = M1, symbol: str = "ACME", provider: str = "script") -> SeriesKey:
    """A series."""
    return SeriesKey(provider=provider, symbol=symbol, interval=interval)


def keep(services: Services, bars: CandleTable, where: SeriesKey | None = None, *, basis: int = 2**61) -> None:
    """Put bars into the store."""
    services.candle_archive.series(where or key()).append(plain_bars(bars, basis))


def rows(bars: CandleTable, begin: int, end: int) -> CandleTable:
    """Some rows."""
    found: CandleTable = take(bars, slice(begin, end))
    return found


def test_what_is_kept_is_not_asked_for(services: Services, provider: ScriptedProvider) -> None:
    """A period that is kept is read from the store, in its width and in wider ones."""
    bars = minutes(390, start=OPENING)
    keep(services, bars)
    start, end = from_micros(OPENING), from_micros(int(bars.start[-1]) + MINUTE)
    assert_same(services.candles.candles("acme", M1, start=start, end=end, limit=1000), bars)
    assert_same(
        services.candles.candles("ACME", H1, start=start - timedelta(hours=1), end=end, limit=50), resample(bars, H1)
    )
    assert_same(services.candles.candles("ACME", M1, start=start, end=end, limit=7), rows(bars, 383, 390))
    assert not [call for call in provider.calls if call[0] == "candles"]


def test_minutes_make_the_trading_day(services: Services, provider: ScriptedProvider) -> None:
    """Days are made of the exchange's sessions: bars before the opening are in none of them."""
    bars = minutes(400, start=OPENING - 10 * MINUTE)
    keep(services, bars)
    day = datetime(2026, 11, 18, tzinfo=UTC)
    found = services.candles.candles("ACME", D1, start=day, end=day + timedelta(days=1))
    session = rows(bars, 10, 400)
    assert from_micros(int(found.start[0])) == day
    assert (found.open[0], found.volume[0]) == (session.open[0], session.volume.sum())
    assert found.high[0] == session.high.max()


def test_providers_fill_in_before_and_behind(services: Services, provider: ScriptedProvider) -> None:
    """What lies outside the kept period comes from the providers, once and in order."""
    bars = minutes(60, start=OPENING)
    keep(services, rows(bars, 20, 40))
    provider.bars = bars
    found = services.candles.candles(
        "ACME", M1, start=from_micros(OPENING), end=from_micros(int(bars.start[-1]) + MINUTE), limit=100
    )
    assert_same(found, bars)


def test_nothing_kept_is_as_before(services: Services, provider: ScriptedProvider) -> None:
    """Without kept bars the providers answer, or say that they cannot."""
    provider.bars = minutes(30, start=OPENING)
    found = services.candles.candles("ACME", M1, end=from_micros(OPENING + 60 * MINUTE), limit=10)
    assert_same(found, rows(provider.bars, 20, 30))
    provider.bars = None
    with pytest.raises(UnknownSymbolError):
        services.candles.candles("NONE", M1)


def test_the_first_provider_s_days_go_before_the_second_s(services: Services, provider: ScriptedProvider) -> None:
    """A day of the first provider is not mixed with bars of the second; a day that it lacks is filled."""
    ranked = [make_scripted(provider.clock, slug) for slug in ("first", "second")]
    services.quotes._ring = ProviderRing(ranked)
    one, other = minutes(5, start=OPENING), minutes(20, start=OPENING, seed=9)
    later = minutes(5, start=OPENING + 1440 * MINUTE, seed=3)
    keep(services, one, key(provider="first"))
    keep(services, other, key(provider="second"))
    keep(services, later, key(provider="second"))
    end = from_micros(int(later.start[-1]) + MINUTE)
    found = services.candles.candles("ACME", M1, start=from_micros(OPENING), end=end, limit=100)
    assert found.start.tolist() == [*one.start.tolist(), *later.start.tolist()]
    assert found.close[:5].tolist() == one.close.tolist()


def test_splits_are_applied_when_bars_are_read(services: Services, provider: ScriptedProvider) -> None:
    """A split that came after the bars restates them, known from the provider or entered by their reader alone."""
    bars = minutes(20, start=OPENING)
    keep(services, bars, basis=-1)
    start, end = from_micros(OPENING), from_micros(int(bars.start[-1]) + MINUTE)
    ann, bob = (services.users.register(name, "four unrelated words").id for name in ("ann", "bob"))
    services.corporate_actions.save(
        ann,
        CorporateAction(
            kind=ActionKind.SPLIT, symbol="ACME", effective_at=end, ratio_new=Decimal(2), ratio_old=Decimal(1)
        ),
    )
    for owner, ratio in ((ann, 2), (bob, 1)):
        found = services.candles.of_owner(owner).candles("ACME", M1, start=start, end=end)
        np.testing.assert_allclose(found.close, bars.close / ratio)
    with services.db.begin() as session:
        split = KnownSplit(effective_at=end + timedelta(hours=2), new=Decimal(2), old=Decimal(1))
        assert add_split(session, "ACME", split, provider="script", seen_at=NOW)
        assert not add_split(session, "ACME", split, provider="other", seen_at=NOW)
    for reader in (services.candles, services.candles.of_owner(ann)):
        found = reader.candles("ACME", H1, start=start - timedelta(hours=1), end=end)
        np.testing.assert_allclose(found.close[-1], bars.close[-1] / 2)
    assert_same(services.candle_archive.series(key()).read(0, 2**62).candles, bars)


def test_history_is_fetched_and_goes_on(services: Services, provider: ScriptedProvider) -> None:
    """A fetch keeps closed bars; the next one needs no start and asks for what came since."""
    provider.bars = minutes(120, start=to_micros(NOW) // MINUTE * MINUTE - 119 * MINUTE)
    found = services.candle_keeper.fetch("acme", M1, start=NOW - timedelta(hours=3))
    assert (found.key, found.added) == (key(), 119)
    again = services.candle_keeper.fetch("ACME", M1)
    assert (again.added, again.changed) == (0, 0)
    assert again.same > 0
    with pytest.raises(InvalidInputError, match="Nothing is kept"):
        services.candle_keeper.fetch("OTHER", M1)
    with pytest.raises(InvalidInputError, match="ends"):
        services.candle_keeper.fetch("ACME", M1, start=NOW, end=NOW - timedelta(days=1))


def test_a_restated_history_tells_of_a_split(services: Services, provider: ScriptedProvider) -> None:
    """When a provider gives kept bars at a quarter of their price, the older ones follow it."""
    start = to_micros(NOW) // MINUTE * MINUTE - 500 * MINUTE
    bars = minutes(400, start=start)
    keep(services, bars, basis=start)
    quarter = {name: np.round(getattr(bars, name) / 4, 4) for name in ("open", "high", "low", "close")}
    provider.bars = replace(rows(replace(bars, **quarter), 370, 400), volume=rows(bars, 370, 400).volume * 4)
    found = services.candle_keeper.fetch("ACME", M1)
    assert "4-for-1" in " ".join(found.notes)
    read = services.candles.candles("ACME", M1, start=from_micros(start), end=NOW, limit=1000)
    np.testing.assert_allclose(read.close[:400], bars.close / 4, atol=1e-4)


def test_gaps_are_found_repaired_and_remembered(services: Services, provider: ScriptedProvider) -> None:
    """What is missing in the hours of trading is fetched; what the provider has not is not asked for again."""
    day = minutes(390, start=OPENING)
    following = minutes(390, start=OPENING + 1440 * MINUTE)
    keep(services, take(day, np.r_[0:50, 60:200, 205:390]))
    keep(services, following)
    keeper = services.candle_keeper
    gaps = keeper.find_gaps(key())
    assert [(gap.bars, gap.state) for gap in gaps] == [(10, GapState.OPEN), (5, GapState.OPEN)]
    provider.bars = take(day, np.r_[0:200, 205:390])
    found = keeper.repair(key())
    assert (found.added, found.missing) == (10, 5)
    assert [(gap.bars, gap.state, gap.tries) for gap in keeper.find_gaps(key())] == [(5, GapState.EMPTY, 1)]
    calls = len(provider.calls)
    assert keeper.repair(key()).added == 0
    assert len([call for call in provider.calls[calls:] if call[0] == "candles"]) == 0
    keep(services, day)
    assert keeper.repair(key()).missing == 0
    with services.db.read() as session:
        assert list_gaps(session, key()) == []


def test_a_damaged_chunk_is_fetched_again(services: Services, provider: ScriptedProvider) -> None:
    """Repair notices a file that does not pass its check, sets it aside and fills the hole."""
    october = minutes(390, start=to_micros(datetime(2026, 10, 15, 13, 30, tzinfo=UTC)))
    september = minutes(390, start=to_micros(datetime(2026, 9, 15, 13, 30, tzinfo=UTC)))
    november = minutes(390, start=OPENING)
    for part in (september, october, november):
        keep(services, part)
    path = services.candle_archive.series(key()).folder / "2026-10.fwc"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    provider.bars = october
    found = services.candle_keeper.repair(
        key(), start=from_micros(int(october.start[0])), end=from_micros(int(october.start[-1]))
    )
    assert found.added >= 389
    assert "2026-10 was damaged" in found.notes[0]


def test_a_job_fetches_and_repairs(services: Services, provider: ScriptedProvider) -> None:
    """The work of a job is that of the keeper, told series by series; a repair of nothing is refused."""
    provider.bars = minutes(50, start=OPENING)
    owner = UserId(1)
    with pytest.raises(InvalidInputError, match="Nothing is kept"):
        services.candle_jobs.start_repair(owner)
    with pytest.raises(InvalidInputError, match="Which symbol"):
        services.candle_jobs.start_fetch(owner, " ", M1)

    def job(**request: str) -> Job:
        return Job(
            id=1,
            owner=owner,
            kind=JobKind.CANDLES,
            state=JobState.RUNNING,
            title="",
            created_at=NOW,
            request={"symbol": "ACME", "interval": "1m", "from": "", "to": "", "provider": ""} | request,
        )

    done = services.candle_jobs.run(job(action="fetch", **{"from": from_micros(OPENING).isoformat()}))
    assert done["series"][0]["added"] == 50
    assert services.candle_jobs.run(job(action="repair"))["series"][0]["missing"] == 0


def test_a_file_is_taken_in(services: Services, provider: ScriptedProvider, tmp_path: Path) -> None:
    """A CSV of bars is kept under `files`; one of another width is refused by name."""
    path = tmp_path / "mine.csv"
    lines = ["time,open,high,low,close,volume"]
    lines += [f"2026-11-18T14:{30 + row}:00Z,10,11,9,10.5,{row}" for row in range(5)]
    path.write_text("\n".join(lines))
    found = services.candle_keeper.import_file(path, "mine", M1)
    assert (found.key.provider, found.added) == ("files", 5)
    with pytest.raises(InvalidInputError, match="closer together"):
        services.candle_keeper.import_file(path, "MINE", H1)


def test_the_whole_range_in_few_points_is_exact(services: Services, provider: ScriptedProvider) -> None:
    """A window drawn in few points shows its own extremes and volume, whatever level it is made from."""
    bars = minutes(20_000, start=OPENING - 20_000 * MINUTE)
    keep(services, bars)
    for begin, end, points in ((0, 20_000, 100), (37, 19_991, 50), (5_003, 5_900, 200), (10, 20, 500)):
        window = rows(bars, begin, end)
        found = services.candles.reduced(
            "ACME",
            M1,
            start=from_micros(int(window.start[0])),
            end=from_micros(int(window.start[-1]) + MINUTE),
            points=points,
        )
        assert 0 < len(found) <= points
        assert (found.high.max(), found.low.min()) == (window.high.max(), window.low.min())
        assert (found.open[0], found.close[-1]) == (window.open[0], window.close[-1])
        assert found.volume.sum() == window.volume.sum()


def test_chunks_hold_all_that_is_kept(services: Services, provider: ScriptedProvider) -> None:
    """All chunks together, one chunk and a period are the bars themselves; closed ones keep their etag."""
    bars = minutes(60_000, start=OPENING - 60_000 * MINUTE)
    keep(services, bars)
    found = services.candle_chunks.list_chunks("ACME", M1)
    assert (found.bars, found.provider, found.simulated) == (60_000, "script", False)
    assert [chunk.key for chunk in found.chunks] == ["2026-10", "2026-11"]
    assert [chunk.is_closed for chunk in found.chunks] == [True, False]
    assert_same(unpacked(services.candle_chunks.send("ACME", M1).read()), bars)
    first = services.candle_chunks.send("ACME", M1, chunk="2026-10")
    assert (first.etag, first.is_closed) == (found.chunks[0].etag, True)
    period = services.candle_chunks.send(
        "ACME", M1, start=from_micros(int(bars.start[100])), end=from_micros(int(bars.start[59_000]))
    )
    assert_same(unpacked(period.read()), rows(bars, 100, 59_000))
    assert_same(unpacked(services.candle_chunks.send("ACME", BarInterval.M5).read()), resample(bars, BarInterval.M5))
    with pytest.raises(NotFoundError):
        services.candle_chunks.send("ACME", M1, chunk="2020-01")
    keep(services, minutes(1, start=int(bars.start[-1]) + MINUTE))
    later = services.candle_chunks.list_chunks("ACME", M1)
    assert later.bars == 60_001
    assert later.etag != found.etag
    assert later.chunks[0].etag == found.chunks[0].etag


def test_own_splits_are_in_the_bytes(services: Services, provider: ScriptedProvider) -> None:
    """A split that somebody enters restates the chunks and their etags for that person alone."""
    bars = minutes(60_000, start=OPENING - 60_000 * MINUTE)
    keep(services, bars, basis=-1)
    end = from_micros(int(bars.start[-1]) + MINUTE)
    ann, bob = (services.users.register(name, "four unrelated words").id for name in ("ann", "bob"))
    before = services.candle_chunks.of_owner(ann).list_chunks("ACME", M1)
    split = CorporateAction(
        kind=ActionKind.SPLIT, symbol="ACME", effective_at=end, ratio_new=Decimal(2), ratio_old=Decimal(1)
    )
    services.corporate_actions.save(ann, split)
    mine, theirs = (services.candle_chunks.of_owner(owner) for owner in (ann, bob))
    listed = mine.list_chunks("ACME", M1)
    assert theirs.list_chunks("ACME", M1) == before
    assert listed.etag != before.etag
    assert {chunk.etag for chunk in listed.chunks}.isdisjoint(chunk.etag for chunk in before.chunks)
    rows_of = services.candles.of_owner(ann).candles(
        "ACME", M1, start=from_micros(OPENING - 2**40), end=end, limit=2**30
    )
    whole = unpacked(mine.send("ACME", M1).read())
    assert_same(rows(whole, len(whole) - len(rows_of), len(whole)), rows_of)
    np.testing.assert_allclose(whole.close, bars.close / 2)
    assert mine.send("ACME", M1, chunk=listed.chunks[0].key).etag == listed.chunks[0].etag
    few = unpacked(mine.send("ACME", M1, points=50).read())
    assert few.high.max() == whole.high.max()


def unpacked(payload: bytes) -> CandleTable:
    """The bars of a gzip body."""
    import gzip  # noqa: PLC0415 - of this helper alone

    return join_candles(found for found, _ in decode_chunks(gzip.decompress(payload)))

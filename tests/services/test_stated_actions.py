"""Splits and dividends as providers state them: kept with their source, applied at read, compared with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from data.candles.merging import plain_bars
from data.db.candles import add_split
from data.quotes.cache import QuoteCache
from domain.candles import ActionWord, KnownSplit, SeriesKey, StatedAction
from domain.corporate_actions import ActionKind, CorporateAction
from domain.errors import QuoteUnavailableError
from domain.health import FindingKind
from domain.market import BarInterval
from domain.periods import from_micros, to_micros
from services.container import Services
from services.quotes import QuoteService
from tests.conftest import NOW
from tests.data.candles.bars import MINUTE, minutes
from tests.data.quotes.scripted import ScriptedProvider, SteppedClock, make_scripted
from tests.services.samples import trades_csv
from tests.services.test_health import load

DAY = timedelta(days=1)
SPLIT_DAY = datetime(2026, 11, 18, tzinfo=UTC)
M1 = BarInterval.M1


class Stating(ScriptedProvider):
    """A provider that states what is written down."""

    said: list[StatedAction]
    fault: Exception | None = None

    def actions(self, symbol: str, start: datetime) -> list[StatedAction]:
        """What it states since an instant."""
        self.calls.append(["actions", symbol])
        if self.fault:
            raise self.fault
        return [item for item in self.said if item.symbol == symbol and item.effective_at >= start]


def split(new: int, *, at: datetime = SPLIT_DAY, provider: str = "script") -> StatedAction:
    """A split of ACME."""
    return StatedAction(
        symbol="ACME",
        provider=provider,
        word=ActionWord.SPLIT,
        effective_at=at,
        new=Decimal(new),
        old=Decimal(1),
    )


@pytest.fixture
def stating(services: Services, tmp_path: Path) -> Iterator[Stating]:
    """A provider that states a dividend and a split, in the place of the installation's own."""
    clock = SteppedClock(NOW)
    made = Stating(replace(make_scripted(clock, "script").spec, states_actions=True, intervals=(M1,)), clock)
    made.prices = {"ACME": 100.0}
    dividend = StatedAction(
        symbol="ACME",
        provider="script",
        word=ActionWord.DIVIDEND,
        effective_at=SPLIT_DAY - 9 * DAY,
        amount=Decimal("0.25"),
    )
    made.said = [dividend, split(2)]
    cache = QuoteCache(tmp_path / "cache", clock, patience_seconds=60, deadline_seconds=60, jitter=lambda: 0.0)
    services._built["quotes"] = QuoteService((made,), tmp_path / "cache", clock, cache=cache)
    yield made
    services.quotes.close()


def test_what_is_stated_is_kept_with_its_source(services: Services, stating: Stating) -> None:
    """Split and dividend come with provider and day; asked again they are replaced, not doubled."""
    for _ in range(2):
        assert services.stated_actions.learn("acme")
    found = services.stated_actions.stated("ACME")
    assert [(item.word, item.provider, item.seen_at) for item in found] == [
        (ActionWord.DIVIDEND, "script", NOW),
        (ActionWord.SPLIT, "script", NOW),
    ]
    assert (found[0].amount, found[1].new, found[1].old) == (Decimal("0.25"), Decimal(2), Decimal(1))
    stating.said = [split(4)]
    services.stated_actions.learn("ACME")
    assert [item.new for item in services.stated_actions.stated("ACME")] == [4]


def test_a_stated_split_is_applied_when_bars_are_read(services: Services, stating: Stating) -> None:
    """Bars of before are restated from the stated day on, those of that day are not; what is kept stays."""
    bars = minutes(40, start=to_micros(SPLIT_DAY) - 20 * MINUTE)
    services.candle_archive.series(SeriesKey(provider="script", symbol="ACME", interval=M1)).append(
        plain_bars(bars, -1)
    )
    services.stated_actions.learn("ACME")
    read = services.candles.candles(
        "ACME", M1, start=from_micros(int(bars.start[0])), end=from_micros(int(bars.start[-1]) + MINUTE)
    )
    np.testing.assert_allclose(read.close, np.where(bars.start < to_micros(SPLIT_DAY), bars.close / 2, bars.close))


def test_the_inferred_split_is_a_stand_in_only(services: Services, stating: Stating) -> None:
    """What bars gave away holds until the provider states the split; then the two are one, with both instants."""
    seen = SPLIT_DAY + 2 * DAY
    with services.db.begin() as session:
        add_split(
            session,
            "ACME",
            KnownSplit(effective_at=seen, new=Decimal(2), old=Decimal(1)),
            provider="script",
            seen_at=seen,
        )
    assert [item.effective_at for item in services.candles.splits("ACME")] == [seen]
    services.stated_actions.learn("ACME")
    (found,) = services.candles.splits("ACME")
    assert (found.effective_at, found.restated_at, found.source) == (SPLIT_DAY, seen, "script")


def test_bars_fetched_before_the_provider_restated_them_follow(services: Services, stating: Stating) -> None:
    """A provider that restates days late: what it gave of before the split in these days is still in old units."""
    seen, fetched = SPLIT_DAY + 2 * DAY, SPLIT_DAY + DAY
    bars = minutes(20, start=to_micros(SPLIT_DAY) - 60 * MINUTE)
    series = services.candle_archive.series(SeriesKey(provider="script", symbol="ACME", interval=M1))
    series.append(plain_bars(bars, to_micros(fetched)))
    with services.db.begin() as session:
        add_split(
            session,
            "ACME",
            KnownSplit(effective_at=seen, new=Decimal(2), old=Decimal(1)),
            provider="script",
            seen_at=seen,
        )
    services.stated_actions.learn("ACME")
    read = services.candles.candles("ACME", M1, start=from_micros(int(bars.start[0])), end=SPLIT_DAY)
    np.testing.assert_allclose(read.close, bars.close / 2)


def test_sources_that_do_not_agree_are_told_on_data_health(services: Services, stating: Stating) -> None:
    """Bars restated by another ratio, another provider's and one's own ratio: each is a finding for who trades it."""
    maya = services.users.register("maya", "four unrelated words")
    load(services, maya, trades_csv(("x1,2026-03-02 10:00:00,ACME,Buy,4,11.00,1,USD",)))
    services.stated_actions.learn("ACME")
    with services.db.begin() as session:
        seen = KnownSplit(effective_at=SPLIT_DAY, new=Decimal(3), old=Decimal(1))
        add_split(session, "ACME", seen, provider="script", seen_at=NOW)
    own = CorporateAction(
        kind=ActionKind.SPLIT, symbol="ACME", effective_at=SPLIT_DAY, ratio_new=Decimal(5), ratio_old=Decimal(1)
    )
    services.corporate_actions.save(maya.id, own)
    group = next(item for item in services.health.report(maya.id).groups if item.kind is FindingKind.SPLIT_CONFLICT)
    texts = sorted(item.text for item in group.open)
    assert len(texts) == 2
    assert "You entered 5-for-1 on 2026-11-18, script states 2-for-1 on 2026-11-18." in texts[0]
    assert "its candles were restated 3-for-1" in texts[1]
    assert [item.factor for item in services.candles.of_owner(maya.id).splits("ACME")] == [5]


def test_a_provider_that_does_not_answer_leaves_what_was_known(services: Services, stating: Stating) -> None:
    """No answer is no answer: what was stated before stays."""
    services.stated_actions.learn("ACME")
    stating.fault = QuoteUnavailableError("It is down.")
    assert not services.stated_actions.learn("ACME")
    assert len(services.stated_actions.stated("ACME")) == 2

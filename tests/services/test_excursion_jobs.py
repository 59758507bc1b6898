"""Measuring many trades on candles: by a job that begins by itself, once, and again only what new fills touch."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from data.brokers.batch import make_batch
from data.excursion_shelf import ROW, ExcursionShelf
from domain.accounts import AccountId, UserId
from domain.errors import NotFoundError, QuoteUnavailableError
from domain.executions import Side
from domain.filters import LedgerFilter
from domain.instruments import AssetClass, Instrument
from domain.jobs import Job, JobState
from domain.market import BarInterval
from domain.statements import ParsedExecution
from services import excursion_jobs
from services.container import Services
from services.excursion_jobs import ExcursionJobs, Measuring
from services.figure_inputs import inputs_of

ALL = LedgerFilter()
MONDAY = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)
CLOSED = 12
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a page wait for two trades only."""
    monkeypatch.setattr(excursion_jobs, "AT_ONCE", 2)


@pytest.fixture
def owner(services: Services) -> UserId:
    """Somebody."""
    return services.users.register("maya", "four unrelated words").id


@pytest.fixture
def account(services: Services, owner: UserId) -> AccountId:
    """Her account with some short trades at the prices of the candles."""
    made = services.accounts.create(owner, "Main", broker="Own", currency="USD", timezone="America/New_York")
    add(services, owner, made.id, [fill for number in range(CLOSED) for fill in round_trip(services, number)])
    return made.id


@pytest.fixture
def second(services: Services) -> Iterator[Services]:
    """A second server on the same installation."""
    made = Services(services.installation, clock=services.clock)
    yield made
    made.stop_jobs()
    made.db.close()


def price_at(services: Services, at: datetime) -> Decimal:
    """What the candles say."""
    bars = services.candles.candles("AAPL", BarInterval.M1, start=at, end=at + timedelta(minutes=30), limit=10)
    return Decimal(f"{bars.close[0]:.2f}")


def fill(services: Services, name: str, side: int, at: datetime, *, quantity: str = "10") -> ParsedExecution:
    """One fill of a minute, at its price."""
    return ParsedExecution(
        line=1,
        instrument=Instrument(symbol="AAPL", asset_class=AssetClass.STOCK, currency="USD"),
        side=Side(side),
        quantity=Decimal(quantity),
        price=price_at(services, at),
        fees=Decimal(1),
        fee_currency="USD",
        executed_at=at,
        identity=name,
    )


def round_trip(services: Services, number: int) -> list[ParsedExecution]:
    """Half an hour long on one day, the days a week long."""
    start = MONDAY + timedelta(days=7 * (number // 5) + number % 5)
    return [
        fill(services, f"{number}-in", 1, start),
        fill(services, f"{number}-out", -1, start + timedelta(minutes=30)),
    ]


def add(services: Services, owner: UserId, account: AccountId, fills: list[ParsedExecution]) -> None:
    """Import fills."""
    services.ledger.add_executions(owner, account, make_batch(fills, [item.identity for item in fills]))


def held(services: Services, owner: UserId) -> np.ndarray:
    """MAE and MFE of the closed trades."""
    found = inputs_of(services.portfolio.sets.load(owner, ALL)).held_prices
    assert found is not None
    return np.stack([found.mae, found.mfe, found.exit_efficiency])


def missing(services: Services, owner: UserId) -> int:
    """How many closed trades nobody has measured."""
    return services.portfolio.excursions.count_missing(services.portfolio.sets.load(owner, ALL))


def idle(services: Services) -> ExcursionJobs:
    """The service, with a supervisor that starts no process: a test does the work itself."""
    services.jobs._supervisor.stop()
    return services.excursion_jobs


def begin(services: Services, owner: UserId) -> tuple[ExcursionJobs, Job]:
    """Look at the trades, which begins the job."""
    jobs = idle(services)
    job = jobs.look(owner, ALL).job
    assert job is not None
    return jobs, job


def test_many_trades_begin_one_job_by_themselves(services: Services, owner: UserId, account: AccountId) -> None:
    """The first look begins it, the second finds it at work; until it is done their figures say so."""
    jobs, job = begin(services, owner)
    again = jobs.look(owner, ALL)
    assert (again.job, again.is_settled, again.missing) == (services.jobs.get(owner, job.id), False, CLOSED)
    assert [item.id for item in services.jobs.list_jobs(owner)] == [job.id]
    assert job.request == {"accounts": [int(account)]}
    _, figures = services.portfolio.every_figure(owner, ALL, awaited=again.reason)
    assert (figures["avg_mae"].value, figures["avg_mae"].reason) == (None, "being measured on candles")
    assert figures["net_pnl"].value is not None
    assert missing(services, owner) == CLOSED, "nothing was measured while the page waited"


def test_few_trades_need_no_job_and_very_many_are_asked_for(
    services: Services, owner: UserId, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes a moment is measured at once; what takes very long begins when it is asked for."""
    jobs = idle(services)
    assert account
    monkeypatch.setattr(excursion_jobs, "MOST_BY_ITSELF", CLOSED - 1)
    waiting = jobs.look(owner, ALL)
    assert (waiting, waiting.reason) == (
        Measuring(job=None, is_settled=False, missing=CLOSED),
        "not measured on candles yet",
    )
    assert services.jobs.list_jobs(owner) == []
    assert jobs.look(owner, ALL, is_asked=True).job is not None
    monkeypatch.setattr(excursion_jobs, "AT_ONCE", CLOSED)
    assert jobs.look(owner, ALL) == Measuring(job=None, is_settled=True, missing=CLOSED)


def test_what_a_job_measured_another_server_reads(
    services: Services, second: Services, owner: UserId, account: AccountId
) -> None:
    """The work of one process settles the figures of all; they are those that are measured at once."""
    jobs, job = begin(services, owner)
    assert second.excursion_jobs.run(job) == {"measured": CLOSED, "trades": CLOSED}
    assert account
    assert jobs.look(owner, ALL) == Measuring(job=None, is_settled=True, missing=0)
    alone = Services(services.installation, clock=services.clock)
    alone.portfolio.excursions._shelf = None
    expected = held(alone, owner)
    alone.db.close()
    assert not np.isnan(expected).any()
    np.testing.assert_array_equal(held(services, owner), expected)


def test_a_new_fill_invalidates_only_its_trade(services: Services, owner: UserId, account: AccountId) -> None:
    """After an import only new trades and those that got fills are measured again, whatever the fills' precision."""
    jobs, job = begin(services, owner)
    jobs.run(job)
    before = held(services, owner)
    add(services, owner, account, round_trip(services, CLOSED))
    assert missing(services, owner) == 1
    inside = [
        fill(services, "more", 1, MONDAY + timedelta(minutes=10), quantity="3.125"),
        fill(services, "less", -1, MONDAY + timedelta(minutes=20), quantity="3.125"),
    ]
    add(services, owner, account, inside)
    assert missing(services, owner) == 2
    after = held(services, owner)
    assert after.shape == (3, CLOSED + 1)
    np.testing.assert_array_equal(after[:, 1:CLOSED], before[:, 1:])
    assert missing(services, owner) == 0


def test_an_outage_is_tried_again(
    services: Services, owner: UserId, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the provider is down nothing is measured and nothing is kept as if it were."""
    jobs, job = begin(services, owner)

    def down(*_: object, **__: object) -> object:
        raise QuoteUnavailableError("The provider does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(services.quotes, "candles", down)
        assert jobs.run(job) == {"measured": 0, "trades": CLOSED}
    assert jobs.run(job) == {"measured": CLOSED, "trades": CLOSED}
    assert account


def test_another_owner_s_books_stay_shut(services: Services, owner: UserId, account: AccountId) -> None:
    """Nobody has the accounts of somebody else measured, nor a look at how far that is."""
    jobs = idle(services)
    assert owner
    other = services.users.register("noor", "four unrelated words").id
    with pytest.raises(NotFoundError):
        jobs.look(other, ALL.with_(accounts=(int(account),)))
    assert jobs.look(other, ALL) == Measuring(job=None, is_settled=True, missing=0)


@on_sqlite
def test_what_is_kept_can_be_lost_or_broken(services: Services, owner: UserId, account: AccountId) -> None:
    """A file that cannot be read is none: its trades are measured again."""
    jobs, job = begin(services, owner)
    jobs.run(job)
    (file,) = (services.installation.data_dir / "excursions").iterdir()
    file.write_bytes(b"no numbers")
    other = Services(services.installation, clock=services.clock)
    assert missing(other, owner) == CLOSED
    other.db.close()
    assert account
    shelf = ExcursionShelf(services.installation.data_dir / "nowhere")
    assert (shelf.stamp(1), len(shelf.read(1))) == (0, 0)
    assert shelf.write(1, np.zeros(2, dtype=ROW))
    assert (len(shelf.read(1)), shelf.stamp(1) > 0) == (2, True)


@pytest.mark.slow
@on_sqlite
def test_the_job_runs_in_a_process_of_its_own(services: Services, owner: UserId, account: AccountId) -> None:
    """From the first look to the settled figures without anybody's help."""
    state = services.excursion_jobs.look(owner, ALL)
    assert account
    assert state.job is not None
    end = time.monotonic() + 180
    while (job := services.jobs.get(owner, state.job.id)) and not job.is_over:
        assert time.monotonic() < end, job
        time.sleep(0.02)
    assert (job.state, job.error, job.result) == (JobState.DONE, "", {"measured": CLOSED, "trades": CLOSED})
    assert services.excursion_jobs.look(owner, ALL).is_settled
    assert missing(services, owner) == 0

"""Reading and importing files as jobs, with the real processes."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from data.db import jobs as table
from domain.accounts import User, UserId
from domain.drafts import DraftChoices, ImportDraft
from domain.errors import ConflictError, NotFoundError, UnknownFormatError
from domain.fixes import Scope
from domain.jobs import Job, JobState, Progress
from domain.periods import utc_now
from services import import_jobs, job_supervisor
from services.container import Services
from services.import_jobs import KEPT_ROWS
from services.imports import ImportRequest
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

pytestmark = pytest.mark.slow

MANY = 60_000


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what no database has a part in: once is enough."""


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


@pytest.fixture(scope="module")
def many() -> bytes:
    """A file that takes a process about a second to read and one to store."""
    rows = (
        f"k{n},2026-03-{n % 27 + 1:02d} 1{n // 3600 % 9}:{n // 60 % 60:02d}:{n % 60:02d},"
        f"SYM{n % 200},{'Buy' if n // 200 % 2 else 'Sell'},1,10.00,0,USD"
        for n in range(MANY)
    )
    return trades_csv(rows)


@pytest.fixture
def second(services: Services) -> Iterator[Services]:
    """A second server on the same installation."""
    made = Services(services.installation)
    yield made
    made.stop_jobs()
    made.db.close()


def upload(services: Services, user: User, payload: bytes, name: str = "fills.csv") -> DraftChoices:
    """Store a file as the drop zone does and choose an account for it."""
    stored = services.uploads.save(user.id, name, [payload], limit_bytes=200_000_000)
    return DraftChoices(upload=stored.key, name=name, account="Main", timezone="America/New_York")


def wait(services: Services, owner: UserId, job: Job, until: Callable[[Job], bool] = lambda job: job.is_over) -> Job:
    """Look at a job until it is as wanted."""
    end = time.monotonic() + 180
    while not until(job):
        assert time.monotonic() < end, job
        time.sleep(0.005)
        job = services.jobs.get(owner, job.id)
    return job


def is_at(*stages: str) -> Callable[[Job], bool]:
    """Whether a job has come to one of these stages; one that is over missed it."""

    def look(job: Job) -> bool:
        assert not job.is_over, job
        return job.progress.stage in stages

    return look


def kill(services: Services, job: Job) -> None:
    """Kill the process of a job, as the kernel does when memory runs out."""
    os.kill(services.jobs._supervisor._children[job.id].process.pid, signal.SIGKILL)


def stored(services: Services, owner: UserId) -> int:
    """How many executions an owner has."""
    services.ledger.forget()
    return sum(len(book.executions) for book in services.ledger.books(owner))


def test_a_file_is_read_and_imported_by_jobs(services: Services, second: Services, maya: User) -> None:
    """A reading job says what an import would do, an importing job does it; another server sees both."""
    bad = "t9,2026-03-02 10:00:00,ACME,Buy,1O0,10,0,USD"
    choices = upload(services, maya, trades_csv((*ROUND_TRIP, *OPEN_SHORT, bad)))
    read = wait(services, maya.id, services.import_jobs.start_read(maya.id, choices))
    assert (read.state, read.error, read.title) == (JobState.DONE, "", "fills.csv")
    draft = second.import_jobs.draft(maya.id, read.id)
    assert draft.preview is not None
    assert draft.preview.rows.sentence == "4 new + 0 duplicates + 0 other + 1 problem = 5 rows"
    assert draft.preview.statement.problems[0].line == 6
    assert draft.preview.statement.executions.instruments[0].symbol == "ACME"
    assert draft.effect is not None
    assert draft.effect.closed == 1
    assert services.import_jobs.columns(maya.id, read.id) is not None
    assert stored(services, maya.id) == 0
    done = wait(second, maya.id, services.import_jobs.start_commit(maya.id, choices))
    outcome = second.import_jobs.outcome(maya.id, done.id)
    assert outcome.batch == services.imports.history(maya.id)[0]
    assert outcome.effect is not None
    assert (outcome.effect.closed, outcome.left.held[0][0]) == (1, "BOLT")
    assert stored(services, maya.id) == 4
    assert services.uploads.has(maya.id, choices.upload), "a row was left out: the file can still be mended"
    assert services.jobs.list_active(maya.id) == []
    assert [job.id for job in second.jobs.list_jobs(maya.id)] == [done.id, read.id]
    assert list((services.installation.data_dir / "jobs").iterdir()) == []


def test_a_job_is_its_owners_alone(services: Services, maya: User) -> None:
    """Nobody else can see, cancel or read a job, and it does not appear in their lists."""
    noah = services.users.register("noah", "four unrelated words")
    choices = upload(services, maya, trades_csv(ROUND_TRIP))
    job = services.import_jobs.start_commit(maya.id, choices)
    for ask in (services.jobs.get, services.jobs.cancel, services.import_jobs.outcome, services.import_jobs.draft):
        with pytest.raises(NotFoundError):
            ask(noah.id, job.id)
    assert services.jobs.list_active(noah.id) == services.jobs.list_jobs(noah.id) == []
    with pytest.raises(NotFoundError):
        services.import_jobs.start_commit(noah.id, choices)
    assert wait(services, maya.id, job).state is JobState.DONE


@on_sqlite
def test_a_file_that_cannot_be_read(services: Services, maya: User) -> None:
    """A reading job finds the refusal; an importing job fails with the very error, and nothing is kept."""
    choices = upload(services, maya, b"When,What,Whatever\n2026-03-02,ACME,1\n")
    read = wait(services, maya.id, services.import_jobs.start_read(maya.id, choices))
    assert services.import_jobs.draft(maya.id, read.id).refusal.startswith("No known broker")
    job = wait(services, maya.id, services.import_jobs.start_commit(maya.id, choices))
    assert (job.state, job.error.split("'")[0]) == (JobState.FAILED, "No known broker writes files like ")
    with pytest.raises(UnknownFormatError, match="No known broker"):
        services.import_jobs.outcome(maya.id, job.id)
    assert services.uploads.has(maya.id, choices.upload)
    assert services.imports.history(maya.id) == []


def test_progress_grows_and_asking_twice_is_one_job(services: Services, maya: User, many: bytes) -> None:
    """Stages come in order, within a stage the number never falls, and rows a second are said."""
    choices = upload(services, maya, many)
    job = services.import_jobs.start_commit(maya.id, choices)
    assert services.import_jobs.start_commit(maya.id, choices).id == job.id
    with pytest.raises(ConflictError, match="not done yet"):
        services.import_jobs.outcome(maya.id, job.id)
    seen: list[Progress] = []

    def note(job: Job) -> bool:
        if job.progress.stage and (not seen or seen[-1] != job.progress):
            seen.append(job.progress)
        return job.is_over

    assert wait(services, maya.id, job, note).state is JobState.DONE
    order = ["read", "rows", "store", "match"]
    places = [(order.index(item.stage), item.done) for item in seen]
    assert places == sorted(places)
    assert {item.total for item in seen if item.stage == "store"} <= {MANY, MANY // 60 * 60}
    assert (seen[-1].done, seen[-1].total) == (MANY, MANY)
    assert seen[-1].rows_per_second
    assert services.import_jobs.outcome(maya.id, job.id).batch.rows.executions == MANY
    assert not services.uploads.has(maya.id, choices.upload)


@on_sqlite
def test_the_draft_of_a_large_file_is_small(services: Services, maya: User, many: bytes) -> None:
    """Counts are exact, rows are the first ones, and the kept result is a fraction of the file."""
    job = wait(services, maya.id, services.import_jobs.start_read(maya.id, upload(services, maya, many)))
    preview = services.import_jobs.draft(maya.id, job.id).preview
    assert preview is not None
    assert (preview.rows.executions, preview.statement.rows) == (MANY, MANY)
    assert len(preview.statement.executions) == KEPT_ROWS
    assert preview.period is not None
    assert preview.period[0].year == 2026
    assert len(str(job.result)) < 150_000


@on_sqlite
def test_a_large_file_knows_every_problem(services: Services, maya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the problems a draft lists, those alike are counted, downloaded and left out all the same."""
    monkeypatch.setattr(import_jobs, "LARGE_BYTES", 1_000)
    lame = [f"b{n},2026-03-02 10:00:00,ACME,Buy,{'x' if n % 2 else 'y'},10,0,USD" for n in range(1_400)]
    odd = "c1,2026-03-02 10:00:00,ACME,Buy,10,ten,0,USD"
    good = [f"g{n},2026-03-0{n % 9 + 1} 10:00:{n % 60:02},CALM,Buy,5,10,0,USD" for n in range(2_000)]
    choices = upload(services, maya, trades_csv([*good, *lame, odd]))
    queue = services.import_queue

    def read(chosen: DraftChoices) -> ImportDraft:
        found = queue.read(maya.id, chosen)
        while not isinstance(found, ImportDraft):
            wait(services, maya.id, found)
            found = queue.read(maya.id, chosen)
        return found

    draft = read(choices)
    assert draft.preview is not None
    assert (draft.preview.rows.problems, len(draft.preview.statement.problems)) == (1_401, import_jobs.KEPT_PROBLEMS)
    assert draft.alike[0] == (700, 1_400)
    text = "".join(services.import_drafts.problems_csv(maya.id, choices, draft=draft))
    assert text.count("\n") == 1_402
    first = draft.preview.statement.problems[0]
    place = (first.line, first.column)
    assert queue.skip_rows(maya.id, choices, place, Scope.REASON) == 1_400
    fixes = queue.fixes(maya.id, choices.upload)
    assert fixes.to_dict() == {"skipped": [[2_002, 3_401]]}
    after = read(replace(choices, fixes=fixes))
    assert after.preview is not None
    assert (after.preview.rows.problems, after.preview.rows.other, after.alike) == (1, 1_400, ())
    queue.remove(maya.id, choices.upload)
    assert not list((services.installation.data_dir / "uploads" / str(int(maya.id))).iterdir())


def test_cancelling_leaves_nothing(services: Services, maya: User, many: bytes) -> None:
    """Cancelled while it is read or being stored: no execution, no account, no batch; the file can be tried again."""
    choices = upload(services, maya, many)
    read = wait(services, maya.id, services.import_jobs.start_read(maya.id, choices), is_at("read", "rows"))
    services.jobs.cancel(maya.id, read.id)
    assert wait(services, maya.id, read).state is JobState.CANCELLED
    job = wait(services, maya.id, services.import_jobs.start_commit(maya.id, choices), is_at("store"))
    assert services.jobs.cancel(maya.id, job.id).is_cancelled
    job = wait(services, maya.id, job)
    assert job.state is JobState.CANCELLED
    assert services.imports.history(maya.id) == []
    assert services.accounts.list_accounts(maya.id) == []
    assert services.uploads.has(maya.id, choices.upload)
    assert services.jobs.cancel(maya.id, job.id).state is JobState.CANCELLED


def test_a_killed_process_is_replaced_once(services: Services, maya: User, many: bytes) -> None:
    """A kill -9 leaves nothing half stored and the job begins again; after the second time it fails and says why."""
    choices = upload(services, maya, many)
    job = wait(services, maya.id, services.import_jobs.start_commit(maya.id, choices), is_at("rows", "store"))
    kill(services, job)
    job = wait(services, maya.id, job, lambda job: job.attempt == 2 and job.progress.stage in ("rows", "store"))
    assert stored(services, maya.id) == 0
    kill(services, job)
    job = wait(services, maya.id, job)
    assert (job.state, job.error) == (
        JobState.FAILED,
        "The process that did this ended unexpectedly (signal 9). Nothing was half saved.",
    )
    assert job.hint
    assert services.imports.history(maya.id) == []
    again = wait(services, maya.id, services.import_jobs.start_commit(maya.id, choices))
    assert (again.state, stored(services, maya.id)) == (JobState.DONE, MANY)


def test_a_job_goes_on_when_its_server_starts_again(
    services: Services, second: Services, maya: User, many: bytes
) -> None:
    """A server that stops leaves its job to the next one, which imports every row once."""
    first = Services(services.installation)
    choices = upload(first, maya, many)
    job = wait(first, maya.id, first.import_jobs.start_commit(maya.id, choices), is_at("rows", "store"))
    first.stop_jobs()
    first.db.close()
    second.jobs.resume()
    job = wait(second, maya.id, job)
    assert (job.state, job.attempt) == (JobState.DONE, 1)
    assert [batch.rows.executions for batch in second.imports.history(maya.id)] == [MANY]


def test_a_lost_job_is_taken_over(services: Services, maya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that gives no sign of life loses its job to the next server."""
    monkeypatch.setattr(job_supervisor, "LEASE_SECONDS", 0.5)
    choices = upload(services, maya, trades_csv(ROUND_TRIP))
    services.jobs._supervisor._is_stopping = True
    job = services.import_jobs.start_commit(maya.id, choices)
    with services.db.begin() as session:
        assert table.claim_job(session, job.id, "ghost", now=utc_now())
    services.jobs._supervisor._is_stopping = False
    job = wait(services, maya.id, job)
    assert (job.state, job.attempt) == (JobState.DONE, 2)
    assert stored(services, maya.id) == 3


def test_a_job_that_had_committed_is_done(services: Services, maya: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the process dies after the commit, the job is done and nothing is imported again."""
    monkeypatch.setattr(job_supervisor, "LEASE_SECONDS", 0.5)
    choices = upload(services, maya, trades_csv((*ROUND_TRIP, *OPEN_SHORT)))
    services.jobs._supervisor._is_stopping = True
    job = services.import_jobs.start_commit(maya.id, choices)
    payload = services.uploads.read(maya.id, choices.upload)
    batch = services.imports.commit(maya.id, ImportRequest(filename="fills.csv", payload=payload, account="Main"))
    with services.db.begin() as session:
        assert table.claim_job(session, job.id, "ghost", now=utc_now())
        assert table.seal_job(session, job.id, "ghost", {"import": int(batch.id)})
    assert services.jobs.cancel(maya.id, job.id).is_cancelled
    services.jobs._supervisor._is_stopping = False
    job = wait(services, maya.id, job)
    outcome = services.import_jobs.outcome(maya.id, job.id)
    assert (job.state, outcome.batch.id, outcome.effect) == (JobState.DONE, batch.id, None)
    assert outcome.left.held[0][0] == "BOLT"
    assert [item.id for item in services.imports.history(maya.id)] == [batch.id]


def test_two_servers_share_the_jobs(services: Services, second: Services) -> None:
    """Each of several owners' jobs runs exactly once, whichever server takes it."""
    people = [services.users.register(f"user{n}", "four unrelated words") for n in range(4)]
    servers = (services, second)
    jobs = [
        servers[n % 2].import_jobs.start_commit(user.id, upload(services, user, trades_csv(ROUND_TRIP)))
        for n, user in enumerate(people)
    ]
    for user, job in zip(people, jobs, strict=True):
        done = wait(second, user.id, job)
        assert (done.state, done.attempt) == (JobState.DONE, 1)
        assert [batch.rows.executions for batch in services.imports.history(user.id)] == [3]


@on_sqlite
def test_one_owner_does_not_take_every_place(services: Services, maya: User, many: bytes) -> None:
    """While one owner's jobs queue, another's first job runs beside the first of them."""
    noah = services.users.register("noah", "four unrelated words")
    first = services.import_jobs.start_read(maya.id, upload(services, maya, many))
    waiting = services.import_jobs.start_read(maya.id, upload(services, maya, many))
    other = services.import_jobs.start_read(noah.id, upload(services, noah, trades_csv(ROUND_TRIP)))
    wait(services, noah.id, other, lambda job: job.started_at is not None)
    assert services.jobs.get(maya.id, waiting.id).state is JobState.QUEUED
    assert services.jobs.cancel(maya.id, waiting.id).is_cancelled
    assert wait(services, maya.id, waiting).state is JobState.CANCELLED
    assert services.jobs.get(maya.id, waiting.id).started_at is None
    assert services.jobs.cancel(maya.id, first.id).is_active
    wait(services, maya.id, first)
    assert wait(services, noah.id, other).state is JobState.DONE


@on_sqlite
def test_nothing_runs_where_nothing_was_asked_for(services: Services, tmp_path: Path) -> None:
    """Without active jobs there is neither a thread nor a folder, also after a server looked for them."""
    services.jobs.resume()
    assert services.jobs._supervisor._thread is None
    assert not (tmp_path / "jobs").exists()

"""The queue: one worker a job, and a worker that has lost its job changes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from data.db import jobs as table
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.jobs import JobKind, JobState
from services.container import Services
from tests.conftest import NOW


@pytest.fixture
def owner(services: Services) -> UserId:
    """A user."""
    return services.users.register("maya", "four unrelated words").id


def add(services: Services, owner: UserId, number: int = 0) -> int:
    """Queue a job."""
    with services.db.begin() as session:
        return table.add_job(session, owner, kind=JobKind.READ, title="a.csv", request={"n": number}, created_at=NOW)


def claim(services: Services, job_id: int, worker: str) -> bool:
    """Try to claim a job, in a transaction of its own."""
    with services.db.begin() as session:
        return table.claim_job(session, job_id, worker, now=NOW)


def test_a_job_is_claimed_once(services: Services, owner: UserId) -> None:
    """Of many workers that want the same job at the same time, one has it."""
    for number in range(5):
        job_id = add(services, owner, number)
        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(lambda worker, job=job_id: claim(services, job, f"w{worker}"), range(8)))
        assert sum(won) == 1
        with services.db.read() as session:
            job = table.get_job(session, owner, job_id)
        assert (job.worker, job.attempt, job.state) == (f"w{won.index(True)}", 1, JobState.RUNNING)


def test_a_worker_without_the_job_changes_nothing(services: Services, owner: UserId) -> None:
    """After the job went to another worker, the first can neither report, seal nor end it."""
    job_id = add(services, owner)
    assert claim(services, job_id, "first")
    with services.db.begin() as session:
        found = table.lock_active(session, job_id)
        assert found is not None
        table.queue_again(session, found, is_counted=True)
    assert claim(services, job_id, "second")
    with services.db.begin() as session:
        assert table.find_claimed(session, job_id, "first") is None
        assert not table.keep_alive(session, job_id, "first", progress={"done": 9}, now=NOW)
        assert not table.seal_job(session, job_id, "first", {"import": 1})
        assert not table.finish_job(session, job_id, "first", JobState.DONE, now=NOW)
        job = table.get_job(session, owner, job_id)
    assert (job.worker, job.attempt, job.state, job.result) == ("second", 2, JobState.RUNNING, {})
    assert job.progress.done == 0


def test_a_cancelled_job_is_not_sealed(services: Services, owner: UserId) -> None:
    """The wish to cancel that came before the end of the transaction wins."""
    job_id = add(services, owner)
    assert claim(services, job_id, "worker")
    with services.db.begin() as session:
        table.request_cancel(session, owner, job_id)
    with services.db.begin() as session:
        assert not table.keep_alive(session, job_id, "worker", progress={}, now=NOW)
        assert not table.seal_job(session, job_id, "worker", {"import": 1})
        assert table.finish_job(session, job_id, "worker", JobState.CANCELLED, now=NOW)
        assert table.all_active(session) == []
        assert table.lock_active(session, job_id) is None


def test_lists_are_the_owners_and_old_jobs_are_forgotten(services: Services, owner: UserId) -> None:
    """Lists go on where they stopped, other owners see nothing, ended jobs can be dropped, waiting ones stay."""
    noah = services.users.register("noah", "four unrelated words").id
    ids = [add(services, owner, number) for number in range(3)]
    with services.db.begin() as session:
        assert table.finish_job(session, ids[0], "", JobState.FAILED, now=NOW, error="e", hint="h", result={"a": 1})
        assert [job.id for job in table.list_jobs(session, owner, limit=2, before=None)] == ids[:0:-1]
        assert [job.error for job in table.list_jobs(session, owner, limit=2, before=ids[1])] == ["e"]
        assert [job.id for job in table.list_active(session, owner)] == ids[1:]
        assert table.find_active(session, owner, JobKind.READ, {"n": 2}) == ids[2]
        assert table.find_active(session, owner, JobKind.COMMIT, {"n": 2}) is None
        assert table.find_active(session, noah, JobKind.READ, {"n": 2}) is None
        assert table.list_jobs(session, noah, limit=9, before=None) == []
        with pytest.raises(NotFoundError):
            table.get_job(session, noah, ids[0])
        table.forget_jobs(session, owner, before=NOW.replace(year=2027))
        assert [job.id for job in table.list_jobs(session, owner, limit=9, before=None)] == ids[:0:-1]

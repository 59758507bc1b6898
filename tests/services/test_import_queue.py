"""The queue of dropped files: what it says of each, what it keeps, and importing them in turn."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.accounts import User, UserId
from domain.drafts import DraftChoices, ImportDraft
from domain.errors import NotFoundError
from domain.fixes import Fixes, RowFix
from domain.import_queue import QueueEntry, QueueState
from domain.jobs import Job, JobState
from services import import_jobs
from services.container import Installation, Services
from tests.conftest import NOW
from tests.services.samples import OPEN_SHORT, ROUND_TRIP, trades_csv

GOOD = trades_csv((*ROUND_TRIP, *OPEN_SHORT))
FAULT = "t9,2026-03-31 09:30:00,ACME,Buy,1O0,10.00,1.00,USD"
FAULTY = trades_csv((*ROUND_TRIP, *OPEN_SHORT, FAULT))
UNKNOWN = b"When,What,Whatever\n1,2,3\n"
FIX = Fixes().with_cells([RowFix(line=6, column="Quantity", was="1O0", value="100")])


@pytest.fixture
def maya(services: Services) -> User:
    """A user."""
    return services.users.register("maya", "four unrelated words")


def drop(services: Services, owner: UserId, payload: bytes, name: str = "fills.csv") -> str:
    """Upload a file and return its key."""
    return services.uploads.save(owner, name, [payload], limit_bytes=10_000_000).key


def settle(services: Services, owner: UserId) -> dict[str, QueueEntry]:
    """Take the queue on until nothing moves by itself and return its files by name."""
    for _ in range(20):
        services.import_queue.advance(owner)
        if not any(item.state.is_moving for item in services.import_queue.entries(owner)):
            break
    return {item.name: item for item in services.import_queue.entries(owner)}


def test_every_file_is_told_what_it_is(services: Services, maya: User) -> None:
    """Dropped files wait, then each says whether it is ready, has problems or needs a mapping."""
    for name, payload in (("a.csv", GOOD), ("b.csv", FAULTY), ("c.csv", UNKNOWN)):
        drop(services, maya.id, payload, name)
    assert {item.state for item in services.import_queue.entries(maya.id)} == {QueueState.WAITING}
    found = settle(services, maya.id)
    states = {name: item.state for name, item in found.items()}
    assert states == {"a.csv": QueueState.READY, "b.csv": QueueState.PROBLEMS, "c.csv": QueueState.MAPPING}
    assert found["a.csv"].rows.executions == 4
    assert found["b.csv"].rows.problems == 1
    assert found["a.csv"].format
    assert "No known broker" in found["c.csv"].message


def test_all_ready_files_are_imported_in_turn(services: Services, maya: User) -> None:
    """What is ready becomes imports, one a step; what needs its owner stays."""
    drop(services, maya.id, GOOD, "a.csv")
    drop(services, maya.id, FAULTY, "b.csv")
    settle(services, maya.id)
    assert services.import_queue.import_ready(maya.id) == 1
    found = settle(services, maya.id)
    assert (found["a.csv"].state, found["b.csv"].state) == (QueueState.DONE, QueueState.PROBLEMS)
    (batch,) = services.imports.history(maya.id)
    assert found["a.csv"].batch == batch.id
    assert batch.rows.executions == 4
    with pytest.raises(NotFoundError):
        services.uploads.read(maya.id, found["a.csv"].key)


def test_choices_and_fixes_outlive_the_process(services: Services, maya: User, tmp_path: Path) -> None:
    """What was decided about a file is there after a restart, and the file is imported by it."""
    key = drop(services, maya.id, FAULTY)
    services.import_queue.mend(maya.id, key, FIX)
    chosen = DraftChoices(upload=key, name="fills.csv", account="Mine", timezone="Asia/Tokyo", fixes=FIX)
    draft = services.import_queue.read(maya.id, chosen)
    assert isinstance(draft, ImportDraft)
    later = Services(services.installation, clock=lambda: NOW)
    try:
        assert later.import_queue.choices(maya.id, key) == chosen
        later.import_queue.import_ready(maya.id)
        assert settle(later, maya.id)["fills.csv"].state is QueueState.DONE
        (batch,) = later.imports.history(maya.id)
    finally:
        later.db.close()
    assert (batch.account_name, batch.timezone, batch.fixes) == ("Mine", "Asia/Tokyo", FIX)


def test_what_was_mended_before_is_mended_again(services: Services, maya: User) -> None:
    """The same file dropped once more comes with the fixes of its earlier import: every row is known."""
    key = drop(services, maya.id, FAULTY)
    services.import_queue.commit(maya.id, DraftChoices(upload=key, name="fills.csv", account="Mine", fixes=FIX))
    again = drop(services, maya.id, FAULTY, "copy.csv")
    assert services.import_queue.choices(maya.id, again).fixes == FIX
    found = settle(services, maya.id)["copy.csv"]
    assert (found.state, found.rows.duplicates, found.rows.executions) == (QueueState.READY, 5, 0)


def test_a_removed_file_is_gone(services: Services, maya: User) -> None:
    """A file taken out of the queue is neither listed nor on the disk."""
    key = drop(services, maya.id, GOOD)
    services.import_queue.remove(maya.id, key)
    assert services.import_queue.entries(maya.id) == []
    assert not services.uploads.has(maya.id, key)


def test_a_queue_belongs_to_its_owner(services: Services, maya: User) -> None:
    """Another user sees no entry and opens no file."""
    key = drop(services, maya.id, GOOD)
    eve = services.users.register("eve1", "four unrelated words")
    assert services.import_queue.entries(eve.id) == []
    with pytest.raises(NotFoundError):
        services.import_queue.choices(eve.id, key)


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_large_file_is_read_and_imported_by_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit of size a job reads and a job imports; the same choices ask the job that is there."""
    monkeypatch.setattr(import_jobs, "LARGE_BYTES", 100)
    found = Services(Installation(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'fillwise.db'}"))
    found.migrate()
    try:
        owner = found.users.register("maya", "four unrelated words").id
        key = drop(found, owner, GOOD)
        chosen = found.import_queue.choices(owner, key)
        job = found.import_queue.read(owner, chosen)
        assert isinstance(job, Job)
        _await(found, owner, job.id)
        draft = found.import_queue.read(owner, chosen)
        assert isinstance(draft, ImportDraft)
        assert found.import_queue.entries(owner)[0].state is QueueState.READY
        importing = found.import_queue.commit(owner, chosen)
        assert isinstance(importing, Job)
        _await(found, owner, importing.id)
        found.import_queue.advance(owner)
        assert found.import_queue.entries(owner)[0].state is QueueState.DONE
        assert found.imports.history(owner)[0].rows.executions == 4
    finally:
        found.stop_jobs()
        found.db.close()


def _await(found: Services, owner: UserId, job_id: int) -> None:
    import time  # noqa: PLC0415 - only here something is waited for

    for _ in range(3_600):
        if found.jobs.get(owner, job_id).is_over:
            break
        time.sleep(0.05)
    assert found.jobs.get(owner, job_id).state is JobState.DONE

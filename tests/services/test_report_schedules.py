"""Schedules: due once, whoever looks; caught up once; files in the archive and at the target."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.db import jobs as job_table
from domain.errors import InvalidInputError, NotFoundError
from domain.jobs import Job, JobKind
from domain.reports import Every, ReportForm, ReportSchedule
from services.container import Services
from services.report_schedules import ReportScheduleService
from services.timekeeper import Timekeeper
from tests.services.reports import Desk, make_desk, report

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FRIDAY = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)  # 16:30 in New York, the next time after the tests' clock


class Time:
    """A clock that a test turns."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


@pytest.fixture
def clock(services: Services) -> Time:
    """The clock of the services, in the test's hand."""
    made = Time(services.clock())
    services.clock = made
    return made


@pytest.fixture
def desk(services: Services, clock: Time, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An owner with a book and a saved report; jobs are queued, and no process is started for them."""
    assert clock
    monkeypatch.setattr(services.jobs, "resume", lambda: None)
    monkeypatch.setattr(services.jobs._supervisor, "wake", lambda: None)
    made = make_desk(services, trades=12)
    services.reports.save(made.owner, report(sections=("kpis", "trades")))
    return made


def schedule(desk: Desk, **changes: object) -> ReportSchedule:
    """A saved schedule: Fridays at half past four in New York, as a workbook."""
    wanted = ReportSchedule(report_id=desk.services.reports.list_reports(desk.owner)[0].id, forms=(ReportForm.XLSX,))
    return desk.services.report_schedules.save(desk.owner, replace(wanted, **changes))  # type: ignore[arg-type]


def queued(desk: Desk) -> list[Job]:
    """The jobs that wait."""
    with desk.services.db.read() as session:
        return [job for job in job_table.list_active(session, desk.owner) if job.kind is JobKind.REPORT]


@ON_SQLITE
def test_nothing_is_queued_before_its_time(desk: Desk, clock: Time) -> None:
    """A schedule is due at its instant and not a second before; then it moves on by a week."""
    made, schedules = schedule(desk), desk.services.report_schedules
    assert made.next_at == FRIDAY
    clock.now = FRIDAY - timedelta(seconds=1)
    assert schedules.do_due() == 0
    clock.now = FRIDAY
    assert schedules.do_due() == 1
    assert schedules.do_due() == 0
    assert [job.request["due"] for job in queued(desk)] == [FRIDAY.isoformat()]
    assert schedules.get(desk.owner, made.id).next_at == FRIDAY + timedelta(days=7)


@ON_SQLITE
def test_what_was_slept_through_is_caught_up_once(desk: Desk, clock: Time) -> None:
    """A server that was off for three Fridays makes one report, and goes on with the next Friday."""
    made, schedules = schedule(desk), desk.services.report_schedules
    clock.now = FRIDAY + timedelta(days=18)
    assert schedules.do_due() == 1
    assert schedules.get(desk.owner, made.id).next_at == FRIDAY + timedelta(days=21)
    assert len(queued(desk)) == 1


def test_two_servers_queue_one_job(desk: Desk, clock: Time) -> None:
    """Of many that look at the same moment one queues the job."""
    schedule(desk)
    clock.now = FRIDAY
    services = desk.services
    others = [ReportScheduleService(services.db, services.jobs, clock, targets={}) for _ in range(6)]
    start, counts = threading.Barrier(len(others)), []

    def look(service: ReportScheduleService) -> None:
        start.wait()
        counts.append(service.do_due())

    threads = [threading.Thread(target=look, args=(service,)) for service in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0] * 5 + [1]
    assert len(queued(desk)) == 1


@ON_SQLITE
def test_a_paused_schedule_rests_and_owes_nothing(desk: Desk, clock: Time) -> None:
    """While it rests nothing is due, and when it goes on it waits for its next time."""
    made, schedules = schedule(desk), desk.services.report_schedules
    schedules.switch(desk.owner, made.id, is_on=False)
    clock.now = FRIDAY + timedelta(days=8)
    assert schedules.do_due() == 0
    assert schedules.switch(desk.owner, made.id, is_on=True).next_at == FRIDAY + timedelta(days=14)


def test_a_run_makes_files_and_says_where(desk: Desk, clock: Time, tmp_path: Path) -> None:
    """A run leaves its files in the archive and at the target, and the schedule knows when."""
    target = tmp_path / "target"
    services = desk.services
    services.installation = replace(services.installation, report_targets=(("nas", f"file://{target}"),))
    made = schedule(desk, forms=(ReportForm.XLSX, ReportForm.CSV), target="nas")
    clock.now = FRIDAY
    services.report_schedules.do_due()
    result = services.report_runs.run(queued(desk)[0])
    assert result == {"files": ["month-end-2026-11-20.xlsx", "month-end-2026-11-20.csv"]}
    files = services.reports.list_files(desk.owner)
    assert [item.form for item in files] == [ReportForm.CSV, ReportForm.XLSX]
    found, payload = services.reports.read_file(desk.owner, files[0].id)
    assert Path(found.location).read_bytes() == payload
    assert Path(found.location).parent.parent == target
    assert payload.startswith("\ufeffMonth end".encode())
    after = services.report_schedules.get(desk.owner, made.id)
    assert (after.last_at, after.last_error) == (FRIDAY, "")


@ON_SQLITE
def test_a_failed_run_says_why(desk: Desk, tmp_path: Path) -> None:
    """A target that cannot be written is told at the schedule, and no file is left over."""
    (tmp_path / "file").write_text("in the way")
    services = desk.services
    services.installation = replace(services.installation, report_targets=(("nas", f"file://{tmp_path}/file/x"),))
    made = schedule(desk, target="nas")
    services.report_schedules.run_now(desk.owner, made.id)
    with pytest.raises(Exception, match="target folder cannot be written"):
        services.report_runs.run(queued(desk)[0])
    assert "cannot be written" in services.report_schedules.get(desk.owner, made.id).last_error
    assert services.reports.list_files(desk.owner) == []


@ON_SQLITE
def test_a_crash_is_told_at_the_schedule(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw does not look like a schedule that never ran."""
    made = schedule(desk)
    job = desk.services.report_schedules.run_now(desk.owner, made.id)

    def fall(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.services.reports, "document", fall)
    with pytest.raises(ZeroDivisionError):
        desk.services.report_runs.run(job)
    kept = desk.services.report_schedules.get(desk.owner, made.id)
    assert kept.last_at is not None
    assert "The server's log says more" in kept.last_error


def test_what_cannot_be_is_refused(desk: Desk) -> None:
    """Each wrong part of a schedule is named."""
    wrong: list[tuple[str, object]] = [
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("minute", 1_440),
        ("weekday", 7),
        ("month_day", 0),
        ("forms", ()),
        ("target", "elsewhere"),
    ]
    for field, value in wrong:
        with pytest.raises(InvalidInputError) as caught:
            schedule(desk, **{field: value})
        assert caught.value.field == field, value


def test_another_owner_has_no_way_to_it(desk: Desk) -> None:
    """Schedules, runs and files of somebody else do not exist."""
    services, made = desk.services, schedule(desk)
    noah = services.users.register("noah", "four unrelated words").id
    services.report_schedules.run_now(desk.owner, made.id)
    services.report_runs.run(queued(desk)[0])
    file_id = services.reports.list_files(desk.owner)[0].id
    schedules = services.report_schedules
    forbidden: list[Callable[[], object]] = [
        lambda: schedules.get(noah, made.id),
        lambda: schedules.run_now(noah, made.id),
        lambda: schedules.delete(noah, made.id),
        lambda: schedules.switch(noah, made.id, is_on=False),
        lambda: schedules.save(noah, replace(made, id=0)),
        lambda: services.reports.read_file(noah, file_id),
    ]
    for attempt in forbidden:
        with pytest.raises(NotFoundError):
            attempt()
    assert schedules.list_schedules(noah) == []
    assert services.reports.list_files(noah) == []


@ON_SQLITE
def test_the_clock_thread_queues_what_is_due_and_ends(desk: Desk, clock: Time) -> None:
    """A thread that watches the time queues a due report without anybody asking, and stops when it is told."""
    schedule(desk, every=Every.DAY)
    clock.now = FRIDAY
    watch = Timekeeper("fillwise-report-clock", lambda: desk.services.report_schedules, clock)
    watch.start()
    deadline = time.monotonic() + 60
    while not queued(desk) and time.monotonic() < deadline:
        time.sleep(0.02)
    watch.stop()
    assert len(queued(desk)) == 1
    assert watch._thread is not None
    watch._thread.join(60)
    assert not watch._thread.is_alive()

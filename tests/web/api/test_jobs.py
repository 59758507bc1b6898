"""Importing in the background over the interface."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from services import import_jobs
from tests.web.api.client import FILLS, Program, csv_of
from tests.web.api.conftest import Office

pytestmark = pytest.mark.slow

BAD = "2026-09-01T13:30:00Z,AAPL,buy,lots,10,1,USD,z1"


def post(program: Program, payload: bytes, *, status: int = 202, **fields: str) -> Any:
    """Send a file to be imported in the background."""
    # (Written whole: the test client's own encoder leaves a temporary file behind for a body of this size.)
    file = FileStorage(io.BytesIO(payload), filename="fills.csv", name="file")
    boundary, body = encode_multipart({"file": file} | fields)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = program.ask("/api/v1/jobs/imports", method="POST", data=body, content_type=kind)
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.get_json()


def wait(program: Program, job: dict[str, Any]) -> Any:
    """Ask for a job until it is over."""
    end = time.monotonic() + 180
    while job["state"] in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(0.02)
        job = program.get(f"/api/v1/jobs/{job['id']}")
    return job


def test_an_import_in_the_background(fresh: Program) -> None:
    """202 with a job; once it is done its result is what the direct import answers."""
    job = post(fresh, csv_of(*FILLS, BAD), account="A", timezone="UTC")
    assert job["state"] in ("queued", "running")
    assert (job["kind"], job["title"], job["result"]) == ("import_commit", "fills.csv", None)
    assert set(job["progress"]) == {"stage", "done", "total", "unit", "rows_per_second"}
    done = wait(fresh, job)
    assert (done["state"], done["error"]) == ("done", "")
    result = done["result"]
    assert result["rows"] == {"total": 17, "executions": 16, "duplicates": 0, "other": 0, "problems": 1}
    assert result == fresh.get(f"/api/v1/imports/{result['id']}")
    assert len(fresh.every("/api/v1/executions")) == 16
    listed = fresh.get("/api/v1/jobs")
    assert [(item["id"], item["result"]) for item in listed["items"]] == [(done["id"], None)]
    late = fresh.ask(f"/api/v1/jobs/{done['id']}", method="DELETE").get_json()
    assert late["state"] == "done"


def test_a_dry_run_in_the_background(fresh: Program) -> None:
    """A reading job counts the rows and writes nothing; a file nobody knows is a failed job with the reason."""
    done = wait(fresh, post(fresh, csv_of(*FILLS), account="A", timezone="UTC", dry_run="true"))
    assert (done["kind"], done["result"]["state"], done["result"]["rows"]["executions"]) == (
        "import_read",
        "dry_run",
        16,
    )
    assert fresh.get("/api/v1/accounts")["items"] == []
    failed = wait(fresh, post(fresh, b"When,What\n1,2\n", account="A", dry_run="true"))
    assert (failed["state"], failed["error"][:14], failed["result"]) == ("failed", "No known broke", None)
    failed = wait(fresh, post(fresh, b"When,What\n1,2\n", account="A"))
    assert (failed["state"], failed["error"][:14], failed["result"]) == ("failed", "No known broke", None)
    assert [item["id"] for item in fresh.every("/api/v1/jobs", limit=1)] == sorted(
        (item["id"] for item in fresh.every("/api/v1/jobs")), reverse=True
    )


def test_jobs_of_others_do_not_exist(office: Office) -> None:
    """Asking for or cancelling another user's job is 404, and it is in no list of theirs."""
    job = wait(office.ann, post(office.ann, csv_of(FILLS[0]), account="Main", dry_run="true"))
    for method in ("GET", "DELETE"):
        assert office.bob.ask(f"/api/v1/jobs/{job['id']}", method=method).status_code == 404
    assert office.bob.get("/api/v1/jobs")["items"] == []
    assert office.ann.get(f"/api/v1/jobs/{job['id']}")["state"] == "done"


def test_a_job_can_be_cancelled(fresh: Program) -> None:
    """DELETE says that the wish is noted; the job ends as cancelled and nothing was imported."""
    rows = [f"2026-09-01T13:30:00Z,AAPL,buy,1,10,1,USD,c{n}" for n in range(60_000)]
    job = post(fresh, csv_of(*rows), account="A", timezone="UTC")
    assert fresh.ask(f"/api/v1/jobs/{job['id']}", method="DELETE").get_json()["is_cancelled"]
    done = wait(fresh, job)
    assert (done["state"], done["result"]) == ("cancelled", None)
    assert fresh.get("/api/v1/imports")["items"] == []


def test_a_large_file_is_imported_by_a_process_of_its_own(fresh: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """The direct import of a large file gives the same answers, errors included, and leaves its trace as a job."""
    monkeypatch.setattr(import_jobs, "LARGE_BYTES", 500)
    dry = fresh.send(csv_of(*FILLS), account="A", timezone="UTC", dry_run="true", status=200)
    answer = fresh.send(csv_of(*FILLS), account="A", timezone="UTC")
    assert dry["rows"] == answer["rows"]
    assert answer["rows"]["executions"] == 16
    refused = fresh.send(b"When,What\n" + b"1,2\n" * 200, account="A", status=422)
    assert refused["detail"].startswith("No known broker")
    assert [item["kind"] for item in fresh.get("/api/v1/jobs")["items"]] == [
        "import_commit", "import_commit", "import_read",
    ]  # fmt: skip

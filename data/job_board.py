"""What a running job and its readers tell each other outside the database: small files, gone with the job.

On SQLite nobody else can write while an import is being stored, so neither progress nor the wish to
cancel may wait for the database. The time of a file is a sign of life of the worker that writes it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class JobBoard:
    """The files of an installation's jobs."""

    folder: Path

    def post(self, job_id: int, worker: str, progress: Mapping[str, Any]) -> None:
        """Show how far a job is; the worker lives."""
        path = self._path(job_id, f"{worker}.json")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(dict(progress)), encoding="utf-8")
        part.replace(path)

    def progress(self, job_id: int, worker: str) -> dict[str, Any]:
        """Return the last progress this worker has shown, {} when there is none."""
        try:
            shown: dict[str, Any] = json.loads(self._path(job_id, f"{worker}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return shown

    def silence(self, job_id: int, worker: str) -> float | None:
        """Return the seconds since the last sign of life, None when there never was one here."""
        try:
            return time.time() - self._path(job_id, f"{worker}.json").stat().st_mtime
        except OSError:
            return None

    def sign_off(self, job_id: int, worker: str) -> None:
        """Say that the worker leaves the job to somebody else."""
        self._path(job_id, f"{worker}.gone").touch(mode=0o600)

    def has_signed_off(self, job_id: int, worker: str) -> bool:
        """Whether the worker has left the job on purpose."""
        return self._path(job_id, f"{worker}.gone").exists()

    def ask_to_cancel(self, job_id: int) -> None:
        """Leave the wish to cancel."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path(job_id, "cancel").touch(mode=0o600)

    def is_cancelled(self, job_id: int) -> bool:
        """Whether somebody wishes to cancel a job."""
        return self._path(job_id, "cancel").exists()

    def clear(self, job_id: int) -> None:
        """Remove everything about a job."""
        for path in self.folder.glob(f"job-{int(job_id)}.*"):
            path.unlink(missing_ok=True)

    def _path(self, job_id: int, rest: str) -> Path:
        return self.folder / f"job-{int(job_id)}.{rest}"

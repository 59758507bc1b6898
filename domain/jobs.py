"""Long work: a job with its own row, so that a reload, a second tab and REST see the same progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from domain.accounts import UserId


class JobKind(StrEnum):
    """What a job does."""

    READ = "import_read"
    COMMIT = "import_commit"
    REPORT = "report"
    GAINS = "gains"
    CANDLES = "candles"
    EXCURSIONS = "excursions"


class JobState(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work is.

    Attributes:
        stage: "" before it begins, then "read", "open", "rows", "identify", "store", "match"; of a report "write",
            of gains "gains", of excursions "excursions".
        done, total: Of this stage, in `unit`; a total of 0 is not known.
        unit: "rows", "bytes", "fills" or "".
        rows_per_second: Of this stage; None while it cannot be said.
    """

    stage: str = ""
    done: int = 0
    total: int = 0
    unit: str = ""
    rows_per_second: float | None = None

    @property
    def fraction(self) -> float | None:
        """The part of the stage that is done, None when it cannot be said."""
        return min(1.0, self.done / self.total) if self.total else None

    def to_dict(self) -> dict[str, Any]:
        """Return the progress by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of long work.

    Attributes:
        title: What it is about, for example the name of the file.
        request: What was asked for, as plain JSON values.
        result: What came of it, as plain JSON values; {} in lists.
        error, hint: Why it failed and what to do, "" otherwise.
        is_cancelled: Whether somebody asked to cancel it.
        attempt: How often it was begun.
        worker: Who works on it, "" when nobody does.
    """

    id: int
    owner: UserId
    kind: JobKind
    state: JobState
    title: str
    created_at: datetime
    request: Mapping[str, Any] = field(default_factory=dict, repr=False)
    progress: Progress = field(default_factory=Progress)
    result: Mapping[str, Any] = field(default_factory=dict, repr=False)
    error: str = ""
    hint: str = ""
    is_cancelled: bool = False
    attempt: int = 0
    worker: str = field(default="", repr=False)
    started_at: datetime | None = None
    finished_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)

    @property
    def is_over(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return not self.is_active

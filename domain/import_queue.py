"""Files that wait to be imported: what is known of each while it stands in the queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.imports import RowCounts

if TYPE_CHECKING:
    from domain.jobs import Progress


class QueueState(StrEnum):
    """How far a dropped file is."""

    WAITING = "waiting"
    READING = "reading"
    READY = "ready"
    MAPPING = "mapping"
    PROBLEMS = "problems"
    REFUSED = "refused"
    IMPORTING = "importing"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_moving(self) -> bool:
        """Whether it goes on without its owner."""
        return self in (QueueState.WAITING, QueueState.READING, QueueState.IMPORTING)

    @property
    def is_importable(self) -> bool:
        """Whether it can be imported as it stands; rows with problems would be left out."""
        return self in (QueueState.READY, QueueState.PROBLEMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """One file of the queue.

    Attributes:
        key: Key of the upload.
        format: Title of the format that reads it, "" while that is not known.
        account: Name of the account it goes into, "" for one named like the broker.
        rows: What would become, or became, of its rows.
        message: Why it was refused or failed, "" otherwise.
        job: Id of the job that reads or imports it, None when none does.
        batch: Id of the import it became.
        progress: Of that job.
    """

    key: str
    name: str
    size_bytes: int
    state: QueueState
    format: str = ""
    account: str = ""
    rows: RowCounts = field(default_factory=RowCounts)
    message: str = ""
    job: int | None = None
    batch: int | None = None
    progress: Progress | None = None

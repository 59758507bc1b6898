"""What a process wrote and synchronised, and the states a power cut may leave of it.

A state keeps every write that was synchronised before the cut. Of the later ones each is kept, lost or torn at the
disk's sectors, independently and in any order, as a disk with a cache may do.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
CALLS = "openat,pwrite64,write,ftruncate,fsync,fdatasync,unlink"
_BYTES = r'"(?P<data>(?:\\x[0-9a-f]{2})*)"'
_FILE = r"\d+<(?P<file>(?:\\x[0-9a-f]{2})*)>"
_LINE = re.compile(
    rf"(?P<call>pwrite64|write)\({_FILE}, {_BYTES}(?P<cut>\.\.\.)?, \d+(?:, (?P<at>\d+))?\)\s+= (?P<done>\d+)"
    rf"|(?P<cutcall>ftruncate)\({_FILE.replace('file', 'cutfile')}, (?P<size>\d+)\)\s+= 0"
    rf"|(?P<sync>fsync|fdatasync)\({_FILE.replace('file', 'syncfile')}\)\s+= 0"
    rf"|(?P<gone>unlink)\({_BYTES.replace('data', 'gonefile')}\)\s+= 0"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call that changes a file: a write at a place, a new size, its end, or the promise that all of it is kept."""

    kind: str
    file: str
    data: bytes = b""
    at: int = 0


@dataclass(slots=True)
class Disk:
    """What is safe on the disk, and what was only written, by file."""

    safe: dict[str, bytes] = field(default_factory=dict)
    pending: dict[str, list[Step]] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """Go one step on."""
        if step.kind == "sync":
            kept = self.safe.get(step.file)
            for waiting in self.pending.pop(step.file, []):
                kept = apply_step(kept, waiting)
            if kept is None:
                self.safe.pop(step.file, None)
            else:
                self.safe[step.file] = kept
        else:
            self.pending.setdefault(step.file, []).append(step)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return one state that a power cut may leave now."""
        left: dict[str, bytes | None] = dict(self.safe)
        for file, steps in self.pending.items():
            for step in steps:
                for part in _survivors(step, chance):
                    left[file] = apply_step(left.get(file), part)
        return {file: content for file, content in left.items() if content is not None}


def apply_step(content: bytes | None, step: Step) -> bytes | None:
    """Return a file after a step; None is a file that is not there."""
    if step.kind == "unlink":
        return None
    content = content or b""
    if step.kind == "truncate":
        return content[: step.at].ljust(step.at, b"\0")
    return content[: step.at].ljust(step.at, b"\0") + step.data + content[step.at + len(step.data) :]


def _survivors(step: Step, chance: random.Random) -> Iterator[Step]:
    fate = chance.random()
    if step.kind != "write":
        if fate < 0.5:
            yield step
    elif fate < 0.4:
        yield step
    elif fate < 0.7:
        yield from (part for part in _sectors(step) if chance.random() < 0.5)


def _sectors(step: Step) -> Iterator[Step]:
    """Split a write where the disk's sectors end."""
    start = 0
    while start < len(step.data):
        end = min(len(step.data), start + SECTOR - (step.at + start) % SECTOR)
        yield Step(kind="write", file=step.file, data=step.data[start:end], at=step.at + start)
        start = end


def read_record(path: Path, files: Mapping[str, str]) -> list[Step]:
    """Return the steps of a record of strace -y -xx.

    Args:
        path: The record.
        files: Our short name of each file by its path; other files are passed over.
    """
    steps: list[Step] = []
    ends: dict[str, int] = {}
    for line in path.read_text("ascii").splitlines():
        match = _LINE.search(line)
        step = _step(match, files, ends) if match else None
        if step is not None:
            steps.append(step)
    return steps


def _step(match: re.Match[str], files: Mapping[str, str], ends: dict[str, int]) -> Step | None:
    raw = match["file"] or match["cutfile"] or match["syncfile"] or match["gonefile"]
    file = files.get(_decode(raw).decode())
    if file is None:
        return None
    if match["sync"]:
        return Step(kind="sync", file=file)
    if match["gone"]:
        return Step(kind="unlink", file=file)
    if match["cutcall"]:
        return Step(kind="truncate", file=file, at=int(match["size"]))
    if match["cut"]:
        message = "the record cut a write short"
        raise ValueError(message)
    data = _decode(match["data"])[: int(match["done"])]
    at = int(match["at"]) if match["at"] else ends.get(file, 0)
    ends[file] = at + len(data)
    return Step(kind="write", file=file, data=data, at=at)


def _decode(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def draw_states(
    start: Mapping[str, bytes], steps: Sequence[Step], *, count: int, chance: random.Random
) -> Iterator[tuple[int, dict[str, bytes]]]:
    """Yield (steps taken, files left) of power cuts at random moments, earliest first."""
    disk, taken = Disk(safe=dict(start)), 0
    for moment in sorted(chance.randint(0, len(steps)) for _ in range(count)):
        for step in steps[taken:moment]:
            disk.take(step)
        taken = moment
        yield moment, disk.cut(chance)

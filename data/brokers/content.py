"""The bytes of a user's file: in memory while it is small, mapped from the disk when it is large.

A mapped file answers as bytes do, and only what is being read of it is in memory: whoever has gone
through a part lets it go again.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from typing_extensions import override

MAPPED_BYTES = 16_000_000
"""Files from this size on are mapped."""
BLOCK = 1 << 18
"""What is looked at at a time: few enough bytes for the processor's cache."""
RELEASE_BYTES = 1 << 24


class MappedFile(mmap.mmap):
    """A file on the disk that answers like its bytes; slices of it are copies."""

    def startswith(self, prefix: bytes) -> bool:
        """Whether it begins so."""
        return self[: len(prefix)] == prefix

    def endswith(self, suffix: bytes) -> bool:
        """Whether it ends so."""
        return self[-len(suffix) :] == suffix

    def count(self, part: bytes, start: int = 0, end: int | None = None) -> int:
        """Return how often a part occurs between two positions, not overlapping itself."""
        stop = len(self) if end is None else min(end, len(self))
        if len(part) > 1:
            return self[start:stop].count(part)
        return sum(self[place : min(stop, place + BLOCK)].count(part) for place in range(start, stop, BLOCK))

    def decode(self, codec: str = "utf-8", errors: str = "strict") -> str:
        """Return the whole text."""
        return self[:].decode(codec, errors)

    def strip(self) -> bytes:
        """Return a copy without the blanks around it."""
        return self[:].strip()

    @override
    def __contains__(self, part: object) -> bool:
        return isinstance(part, bytes) and self.find(part) >= 0


Content: TypeAlias = bytes | MappedFile


def open_content(path: Path) -> Content:
    """Return the bytes of a file, mapped when there are many.

    Raises:
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        if path.stat().st_size < MAPPED_BYTES:
            return file.read()
        return MappedFile(file.fileno(), 0, access=mmap.ACCESS_READ)


def each_block(content: Content, size: int = BLOCK) -> Iterator[bytes]:
    """Yield the bytes piece by piece, and let each go when the next is asked for."""
    for start in range(0, len(content), size):
        yield content[start : start + size]
        if start % RELEASE_BYTES == 0:
            let_go(content)
    let_go(content)


def let_go(content: Content) -> None:
    """Take what was read of a mapped file out of this process's memory; it is read again when it is asked for."""
    if isinstance(content, MappedFile) and hasattr(content, "madvise"):
        content.madvise(mmap.MADV_DONTNEED)

"""Rows of realised gains on disk, by what they were made of: derived data, safe to delete at any time.

A name is a digest of the fills and the rules, so what is kept can be too much but never wrong.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from domain.accounts import UserId

VERSION = 1
MOST_BYTES = 2_000_000_000
"""Kept for one owner: some twenty sets of rules over a book with a million fills."""
_NAME = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class GainShelf:
    """The kept gains of an installation."""

    folder: Path

    def has(self, owner: UserId, name: str) -> bool:
        """Whether something is kept under a name."""
        return self._path(owner, name, "json").exists()

    def read(self, owner: UserId, name: str) -> tuple[dict[str, Any], Any] | None:
        """Return what was put under a name, its rows mapped from the disk; None when it cannot be read."""
        path = self._path(owner, name, "json")
        try:
            head = json.loads(path.read_text(encoding="utf-8"))
            if head["version"] != VERSION:
                return None
            rows = np.load(self._path(owner, name, "npy"), mmap_mode="r" if head["count"] else None, allow_pickle=False)
            os.utime(path)
        except (OSError, KeyError, ValueError, EOFError):
            return None
        return (head, rows) if len(rows) == head["count"] else None

    def write(self, owner: UserId, name: str, head: Mapping[str, Any], rows: Any) -> bool:
        """Keep rows under a name; False when the disk does not take them."""
        told = {**head, "version": VERSION, "count": len(rows)}
        try:
            self._path(owner, name, "json").parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            # The rows come first: whoever finds the head finds them.
            _replace(self._path(owner, name, "npy"), lambda file: np.save(file, rows, allow_pickle=False))
            _replace(self._path(owner, name, "json"), lambda file: file.write(json.dumps(told).encode()))
        except OSError:
            return False
        return True

    def prune(self, owner: UserId, most: int = MOST_BYTES) -> None:
        """Forget what was asked for longest ago as far as an owner has more than `most` bytes."""
        found = []
        for head in self._path(owner, "0" * 64, "json").parent.glob("*.json"):
            with suppress(OSError):
                size = head.stat().st_size + head.with_suffix(".npy").stat().st_size
                found.append((head.stat().st_mtime, size, head))
        total = sum(size for _, size, _ in found)
        for _, size, head in sorted(found):
            if total <= most:
                return
            head.unlink(missing_ok=True)
            head.with_suffix(".npy").unlink(missing_ok=True)
            total -= size

    def _path(self, owner: UserId, name: str, ending: str) -> Path:
        if not _NAME.fullmatch(name):
            message = f"not a digest: {name[:80]!r}"
            raise ValueError(message)
        return self.folder / str(int(owner)) / f"{name}.{ending}"


def _replace(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            write(file)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

"""Where the bytes of attachments lie: one folder an owner, random names, readable by this process alone."""

from __future__ import annotations

import os
import re
import secrets
import time
from collections.abc import Collection
from pathlib import Path

from domain.errors import NotFoundError, StorageError

THUMBNAIL = ".thumb"
UNCLAIMED_SECONDS = 3_600
_KEY = re.compile(r"[0-9a-f]{32}")


class AttachmentFolder:
    """Keeps, reads and removes files of owners."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, owner: int, payload: bytes, thumbnail: bytes) -> str:
        """Write a file and its thumbnail; returns the key.

        Raises:
            StorageError: If the disk does not take it; nothing of it stays.
        """
        key = secrets.token_hex(16)
        path = self._path(owner, key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write(path, payload)
            if thumbnail:
                _write(path.with_suffix(THUMBNAIL), thumbnail)
        except OSError as error:
            self.remove(owner, key)
            hint = "Nothing was saved. Free some space or let the server write to it, then try again."
            raise StorageError("The disk is full or read-only.", hint=hint) from error
        return key

    def read(self, owner: int, key: str, *, is_thumbnail: bool = False) -> bytes:
        """Return the bytes of a file, or of its thumbnail; NotFoundError when they are gone."""
        path = self._path(owner, key)
        try:
            return (path.with_suffix(THUMBNAIL) if is_thumbnail else path).read_bytes()
        except OSError as error:
            raise NotFoundError("The file is gone.", hint="Attach it again.") from error

    def remove(self, owner: int, key: str) -> None:
        """Remove a file and its thumbnail; one that is gone is no error."""
        path = self._path(owner, key)
        path.unlink(missing_ok=True)
        path.with_suffix(THUMBNAIL).unlink(missing_ok=True)

    def sweep(self, owner: int, kept: Collection[str]) -> int:
        """Remove files that no row names any more, such as those of a deleted account; returns how many."""
        folder = self._folder / str(int(owner))
        oldest = time.time() - UNCLAIMED_SECONDS
        gone = 0
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.stem not in kept and path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
                gone += 1
        return gone

    def _path(self, owner: int, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFoundError("The file is gone.")
        return self._folder / str(int(owner)) / key


def _write(path: Path, payload: bytes) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - mode
        file.write(payload)

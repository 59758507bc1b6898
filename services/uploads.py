"""Uploaded files between the drop and the import: private, limited, and gone after a day."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from domain.accounts import UserId
from domain.errors import InvalidInputError, NotFoundError

KEEP_SECONDS = 86_400
QUOTA_FILES = 50
QUOTA_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A stored upload: `key` names it to its owner."""

    key: str
    name: str
    size_bytes: int


class UploadService:
    """Keeps uploads under random names, readable by this process only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, owner: UserId, name: str, chunks: Iterable[bytes], *, limit_bytes: int) -> Upload:
        """Write a stream to disk piece by piece.

        Raises:
            InvalidInputError: If it is empty, larger than the limit or over the owner's quota.
        """
        folder = self._folder / str(int(owner))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._sweep(folder)
        key = secrets.token_urlsafe(18)
        path = folder / key
        size = 0
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - mode
                for chunk in chunks:
                    size += len(chunk)
                    _check_size(size, limit_bytes)
                    file.write(chunk)
            _check_not_empty(size)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Upload(key=key, name=name, size_bytes=size)

    def read(self, owner: UserId, key: str) -> bytes:
        """Return the bytes of an upload.

        Raises:
            NotFoundError: If the owner has no such upload, or it is older than a day.
        """
        path = self._path(owner, key)
        if not path.is_file():
            raise NotFoundError("The upload is gone.", hint="Drop the file again.")
        return path.read_bytes()

    def delete(self, owner: UserId, key: str) -> None:
        """Remove an upload; one that is gone is no error."""
        self._path(owner, key).unlink(missing_ok=True)

    def _path(self, owner: UserId, key: str) -> Path:
        if not key or not all(char.isalnum() or char in "-_" for char in key) or len(key) > 64:
            raise NotFoundError("The upload is gone.", hint="Drop the file again.")
        return self._folder / str(int(owner)) / key

    def _sweep(self, folder: Path) -> None:
        oldest = time.time() - KEEP_SECONDS
        total = count = 0
        for path in folder.iterdir():
            facts = path.stat()
            if facts.st_mtime < oldest:
                path.unlink(missing_ok=True)
                continue
            total, count = total + facts.st_size, count + 1
        if count >= QUOTA_FILES or total >= QUOTA_BYTES:
            raise InvalidInputError("Too many files are waiting.", hint="Finish or discard earlier uploads first.")


def _check_size(size: int, limit_bytes: int) -> None:
    if size > limit_bytes:
        raise InvalidInputError(f"The file is larger than {limit_bytes // 1_000_000} MB.", field="file")


def _check_not_empty(size: int) -> None:
    if not size:
        raise InvalidInputError("The file is empty.", field="file", hint="Export it again at the broker.")

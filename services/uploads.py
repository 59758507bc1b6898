"""Uploaded files between the drop and the import: private, limited, and gone after a day."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.accounts import UserId
from domain.errors import InvalidInputError, NotFoundError, StorageError

if TYPE_CHECKING:
    from data.brokers.content import Content

KEEP_SECONDS = 86_400
QUOTA_FILES = 50
QUOTA_BYTES = 2_000_000_000
NOTE = ".json"
"""Ending of the note beside an upload: its name, and what its owner decided about it."""


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
            StorageError: If the disk does not take it; nothing of it stays.
        """
        try:
            return self._write(owner, name, chunks, limit_bytes=limit_bytes)
        except OSError as error:
            hint = "Nothing was saved. Free some space or let the server write to it, then try again."
            raise StorageError("The disk is full or read-only.", hint=hint) from error

    def _write(self, owner: UserId, name: str, chunks: Iterable[bytes], *, limit_bytes: int) -> Upload:
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
        self.write_note(owner, key, {"name": name, "size": size, "at": time.time()})
        return Upload(key=key, name=name, size_bytes=size)

    def keys(self, owner: UserId) -> list[str]:
        """Return the keys of the owner's uploads of the last day, imported ones included, oldest first."""
        folder = self._folder / str(int(owner))
        oldest = time.time() - KEEP_SECONDS
        found = [path.name.removesuffix(NOTE) for path in folder.glob(f"*{NOTE}")] if folder.is_dir() else []
        dropped = {key: float(self.note(owner, key).get("at") or 0) for key in found}
        return sorted((key for key, at in dropped.items() if at >= oldest), key=lambda key: (dropped[key], key))

    def note(self, owner: UserId, key: str) -> dict[str, Any]:
        """Return what is noted of an upload, {} when nothing is."""
        with suppress(OSError, ValueError):
            found = json.loads(self._path(owner, key).with_name(key + NOTE).read_text("utf-8"))
            return found if isinstance(found, dict) else {}
        return {}

    def write_note(self, owner: UserId, key: str, note: Mapping[str, Any]) -> None:
        """Replace what is noted of an upload; a reader sees the old or the new, never half of one."""
        path = self._path(owner, key)
        draft = path.with_name(f"{key}.{secrets.token_hex(4)}.new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:  # noqa: PTH123 - mode
            json.dump(dict(note), file)
        draft.replace(path.with_name(key + NOTE))

    def write_part(self, owner: UserId, key: str, part: str, content: bytes) -> None:
        """Keep something about an upload beside it, as long as the upload; a reader sees the old or the new."""
        path = self._path(owner, key)
        draft = path.with_name(f"{key}.{secrets.token_hex(4)}.new")
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 - mode
            file.write(content)
        draft.replace(path.with_name(f"{key}.{part}"))

    def read_part(self, owner: UserId, key: str, part: str) -> bytes | None:
        """Return what `write_part` kept, None when there is nothing."""
        with suppress(OSError):
            return self._path(owner, key).with_name(f"{key}.{part}").read_bytes()
        return None

    def read(self, owner: UserId, key: str) -> Content:
        """Return the bytes of an upload; those of a large one stay on the disk until they are looked at.

        Raises:
            NotFoundError: If the owner has no such upload, or it is older than a day.
        """
        path = self._path(owner, key)
        if not path.is_file():
            raise NotFoundError("The upload is gone.", hint="Drop the file again.")
        from data.brokers.content import open_content  # noqa: PLC0415 - loads with the first file

        return open_content(path)

    def size(self, owner: UserId, key: str) -> int:
        """Return the bytes of an upload as a number; raises NotFoundError as `read` does."""
        try:
            return self._path(owner, key).stat().st_size
        except OSError as error:
            raise NotFoundError("The upload is gone.", hint="Drop the file again.") from error

    def has(self, owner: UserId, key: str) -> bool:
        """Whether an upload is here."""
        try:
            return self.size(owner, key) > 0
        except NotFoundError:
            return False

    def delete(self, owner: UserId, key: str, *, keep_note: bool = False) -> None:
        """Remove an upload; one that is gone is no error. `keep_note` lets the list of files still name it."""
        path = self._path(owner, key)
        for item in (path, *path.parent.glob(f"{key}.*")):
            if item.suffix != NOTE:
                item.unlink(missing_ok=True)
        if not keep_note:
            path.with_name(key + NOTE).unlink(missing_ok=True)

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
            if path.suffix:
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

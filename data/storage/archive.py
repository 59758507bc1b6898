"""The archive of reports below the data directory: one folder an owner, names that say nothing."""

from __future__ import annotations

import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from domain.accounts import UserId
from domain.errors import NotFoundError

_KEY = re.compile(r"[0-9a-f]{32}\.[a-z]{2,5}")


@dataclass(frozen=True, slots=True)
class ReportArchive:
    """Keeps files; a key is good for its owner only."""

    folder: Path

    def put(self, owner: UserId, payload: bytes, ending: str) -> str:
        """Store a file whole or not at all and return its key."""
        key = f"{secrets.token_hex(16)}.{ending}"
        path = self._path(owner, key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(payload)
        part.chmod(0o600)
        part.replace(path)
        return key

    def get(self, owner: UserId, key: str) -> bytes:
        """Return a file.

        Raises:
            NotFoundError: If it is not there.
        """
        try:
            return self._path(owner, key).read_bytes()
        except FileNotFoundError as error:
            raise NotFoundError("The file is no longer on the disk.") from error

    def delete(self, owner: UserId, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        with suppress(FileNotFoundError):
            self._path(owner, key).unlink()

    def _path(self, owner: UserId, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise NotFoundError("No such file.")
        return self.folder / str(int(owner)) / key

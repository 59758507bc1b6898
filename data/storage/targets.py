"""Targets of scheduled reports: places outside the archive that the installation's owner has named.

A user chooses a target by its name and never by a path: what a name stands for is a setting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol
from urllib.parse import unquote, urlsplit

from domain.accounts import UserId
from domain.errors import InvalidInputError, SettingsError, StorageError

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class ReportTarget(Protocol):
    """A place that takes files."""

    def put(self, owner: UserId, name: str, payload: bytes) -> str:
        """Store a file and return where it is, for a person to find.

        Raises:
            StorageError: If it cannot be stored; says why.
        """


@dataclass(frozen=True, slots=True)
class FolderTarget:
    """A folder, one below it for each owner; a file of the same name is replaced."""

    folder: Path

    def put(self, owner: UserId, name: str, payload: bytes) -> str:
        """Write the file whole or not at all; see `ReportTarget.put`."""
        safe = name.lower()
        if not _NAME.fullmatch(safe):
            raise InvalidInputError(f"{name[:60]!r} is no file name.")
        path = self.folder / f"user-{int(owner)}" / safe
        part = path.with_name(f".{safe}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_bytes(payload)
            part.replace(path)
        except OSError as error:
            message = f"The target folder cannot be written: {error.strerror or error}."
            raise StorageError(message, hint="Make the folder writable for the server.") from error
        return str(path)


def _open_folder(url: str) -> ReportTarget:
    return FolderTarget(Path(unquote(urlsplit(url).path)))


SCHEMES: Mapping[str, Callable[[str], ReportTarget]] = MappingProxyType({"file": _open_folder})


def open_target(url: str) -> ReportTarget:
    """Return the target of an address such as "file:///srv/reports".

    Raises:
        SettingsError: If no target has this scheme, or the address has no path.
    """
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.path.strip("/"):
        message = f"The report target {url[:80]!r} cannot be used."
        raise SettingsError(message, hint="Write it as file:///srv/reports.")
    return SCHEMES[parts.scheme](url)

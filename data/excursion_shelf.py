"""What candles said about trades, on disk by account: derived data, safe to delete at any time.

A row carries a digest of its trade, so what is kept can be too much but never wrong.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

VERSION = 1
ROW = np.dtype(
    [
        ("digest", "<u8"),
        ("measured_at", "<i8"),
        *((name, "<f8") for name in ("mae", "mfe", "high", "low", "coverage")),
        ("is_whole", "?"),
        ("is_mismatch", "?"),
        ("bars", "<i8"),
    ]
)
"""One trade; `measured_at` in microseconds UTC."""


@dataclass(frozen=True, slots=True)
class ExcursionShelf:
    """The kept excursions of an installation."""

    folder: Path

    def stamp(self, account: int) -> int:
        """Return a number that changes when something else is kept of an account, 0 when nothing is."""
        try:
            return self._path(account).stat().st_mtime_ns
        except OSError:
            return 0

    def read(self, account: int) -> Any:
        """Return the rows of an account, by digest; none when they cannot be read."""
        try:
            rows = np.load(self._path(account), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return np.zeros(0, dtype=ROW)
        return rows if rows.dtype == ROW else np.zeros(0, dtype=ROW)

    def write(self, account: int, rows: Any) -> bool:
        """Keep the rows of an account in place of what was kept; False when the disk does not take them."""
        path = self._path(account)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        except OSError:
            return False
        try:
            with os.fdopen(handle, "wb") as file:
                np.save(file, rows[np.argsort(rows["digest"], kind="stable")], allow_pickle=False)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return False
        return True

    def _path(self, account: int) -> Path:
        return self.folder / f"{int(account)}-v{VERSION}.npy"

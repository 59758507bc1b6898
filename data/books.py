"""Columnar snapshots of an account's executions: derived data, safe to delete at any time."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from domain.accounts import AccountId
from domain.columns import Decimals, ExecutionTable

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All executions of an account at a revision; `last_identity` proves the database is the same."""

    executions: ExecutionTable
    revision: int
    last_id: int
    last_identity: str


def write_snapshot(folder: Path, account_id: AccountId, snapshot: Snapshot) -> bool:
    """Write a snapshot atomically.

    Returns:
        False when a column has values beyond 64 bits or the disk does not take it: reading the book goes on.
    """
    columns: dict[str, Any] = {}
    for item in fields(ExecutionTable):
        value = getattr(snapshot.executions, item.name)
        if isinstance(value, Decimals):
            columns[f"{item.name}.places"] = np.int64(value.places)
            value = value.units
        if value.dtype == object:
            return False
        columns[item.name] = value
    columns["head"] = np.array([VERSION, snapshot.revision, snapshot.last_id], dtype=np.int64)
    columns["last_identity"] = np.array(snapshot.last_identity)
    try:
        _replace(_path(folder, account_id), columns)
    except OSError:
        return False
    return True


def _replace(path: Path, columns: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **columns)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_snapshot(folder: Path, account_id: AccountId) -> Snapshot | None:
    """Return the snapshot of an account, None when there is none that can be read."""
    try:
        with np.load(_path(folder, account_id), allow_pickle=False) as stored:
            version, revision, last_id = (int(value) for value in stored["head"])
            if version != VERSION:
                return None
            columns = {item.name: _column(stored, item.name) for item in fields(ExecutionTable)}
            identity = str(stored["last_identity"])
    except (OSError, KeyError, ValueError, EOFError):
        return None
    return Snapshot(executions=ExecutionTable(**columns), revision=revision, last_id=last_id, last_identity=identity)


def newest_id(folder: Path, account_id: AccountId) -> int | None:
    """Return the last execution id of an account's snapshot without reading its columns, None when there is none."""
    try:
        with np.load(_path(folder, account_id), allow_pickle=False) as stored:
            return int(stored["head"][2])
    except (OSError, KeyError, ValueError, EOFError, IndexError):
        return None


def _column(stored: Any, name: str) -> Any:
    if f"{name}.places" in stored:
        return Decimals(stored[name], int(stored[f"{name}.places"]))
    return stored[name]


def _path(folder: Path, account_id: AccountId) -> Path:
    return folder / f"account-{int(account_id)}.npz"

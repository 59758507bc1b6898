"""What a failing disk or database server means to a person: one sentence and what to do, never a stack trace."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from domain.errors import ConflictError, FillwiseError, StorageError

_SQLITE = (
    (("locked", "busy"), ConflictError, "Another change is being saved.", "Try again in a moment."),
    (
        ("full", "disk i/o error"),
        StorageError,
        "The disk is full or does not accept more.",
        "Nothing was saved. Free some space, then try again; reading goes on meanwhile.",
    ),
    (
        ("readonly", "unable to open"),
        StorageError,
        "The data folder is read-only.",
        "Nothing was saved. Let the server write to it, then try again; reading goes on meanwhile.",
    ),
)
_STATES = {
    "53": ("The database server has no room left.", "Nothing was saved. Free some space on its disk, then try again."),
    "25006": ("The database server takes no changes now.", "Nothing was saved. Try again when it is writable."),
    "57": ("The database server is stopping or starting.", "Nothing was saved. Try again in a moment."),
    "08": ("The database server does not answer.", "Nothing was saved. Try again in a moment."),
}
_LOCKED = ("55P03", "40001", "40P01")


def explain_fault(error: BaseException) -> FillwiseError | None:
    """Return what an error of the database means, None when it is no fault of storage."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.OperationalError):
        text = str(cause).lower()
        found = next((item for item in _SQLITE if any(word in text for word in item[0])), None)
        return None if found is None else found[1](found[2], hint=found[3])
    if type(cause).__module__.partition(".")[0] != "psycopg":
        return None
    return _explain_state(cause, is_lost=isinstance(error, DBAPIError) and error.connection_invalidated)


def _explain_state(cause: BaseException, *, is_lost: bool) -> FillwiseError | None:
    state = str(getattr(cause, "sqlstate", "") or "")
    if state in _LOCKED:
        return ConflictError("Another change is being saved.", hint="Try again in a moment.")
    known = _STATES.get(state) or _STATES.get(state[:2])
    if known is None and (is_lost or (not state and type(cause).__name__ == "OperationalError")):
        known = _STATES["08"]
    return None if known is None else StorageError(known[0], hint=known[1])

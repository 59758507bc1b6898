"""Whether a SQLite file already has the newest schema, asked with the standard library alone.

Alembic and SQLAlchemy cost a third of the start; a file that needs no migration pays neither.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

VERSIONS = Path(__file__).resolve().parent.parent.parent / "migrations" / "versions"
_URL = re.compile(r"sqlite(?:\+pysqlite)?:///(?P<path>.+)")


def newest_revision() -> str:
    """Return the revision of the last migration: the files are numbered."""
    return max(path.name.split("_", 1)[0] for path in VERSIONS.glob("[0-9]*_*.py"))


def is_current(url: str) -> bool:
    """Return True when the URL is a SQLite file at the newest revision; False means "ask Alembic"."""
    match = _URL.fullmatch(url)
    path = Path(match["path"]) if match else None
    if path is None or not path.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return False
    return row is not None and row[0] == newest_revision()

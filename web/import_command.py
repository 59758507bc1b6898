"""`python app.py import FILES…`: the same import as on the page, one line a file."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from typing_extensions import override

from domain.errors import FillwiseError, ImportFileError
from domain.import_codes import FileCode
from domain.imports import RowCounts
from domain.watching import Watcher, watched_by

if TYPE_CHECKING:
    from domain.accounts import UserId
    from services.container import Services
    from services.imports import ImportRequest

SHOWN_PROBLEMS = 20
REDRAW_SECONDS = 0.2
STAGES = {
    "read": "reading",
    "open": "opening",
    "rows": "reading",
    "identify": "telling rows apart",
    "store": "storing",
    "match": "matching",
}


class TerminalWatcher(Watcher):
    """Shows on one line of a terminal how far a file is."""

    def __init__(self, out: TextIO, name: str) -> None:
        self._out = out
        self._name = name
        self._words, self._total, self._unit = "", 0, ""
        self._began = self._drawn = time.monotonic()
        self._is_drawn = False

    @override
    def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
        self._words, self._total, self._unit = STAGES.get(stage, stage), total, unit
        self._began = time.monotonic()
        self._draw("")

    @override
    def reach(self, done: int) -> None:
        now = time.monotonic()
        if now - self._drawn < REDRAW_SECONDS:
            return
        total = f" of {self._total:,}" if self._total else ""
        speed = f", {done / (now - self._began):,.0f}/s" if now > self._began else ""
        self._draw(f" {done:,}{total} {self._unit}{speed}")

    def _draw(self, text: str) -> None:
        self._drawn, self._is_drawn = time.monotonic(), True
        width = max(20, shutil.get_terminal_size().columns - 1)
        self._out.write("\r" + f"{self._name}: {self._words}{text}"[:width].ljust(width))
        self._out.flush()

    def clear(self) -> None:
        """Leave the line empty for what comes next."""
        if self._is_drawn:
            self._out.write("\r" + " " * (shutil.get_terminal_size().columns - 1) + "\r")
            self._out.flush()


def import_files(services: Services, owner: UserId, options: argparse.Namespace) -> int:
    """Import files one after the other and say what became of the rows of each; 1 when one of them failed."""
    total, done = RowCounts(), 0
    for path in options.files:
        try:
            rows = import_file(services, owner, path, options)
        except FillwiseError as error:
            print(f"{path.name}: not imported. {error.message} {error.hint}".rstrip(), file=sys.stderr, flush=True)
            continue
        total, done = total + rows, done + 1
    if len(options.files) > 1:
        words = "read" if options.dry_run else "imported"
        print(f"{done} of {len(options.files)} files {words}: {total.sentence}")
    return 0 if done == len(options.files) else 1


def import_file(services: Services, owner: UserId, path: Path, options: argparse.Namespace) -> RowCounts:
    """Import one file (or only read it) and print what became of its rows.

    Raises:
        FillwiseError: If the file cannot be opened, read or stored.
    """
    request = _request(path, options)
    watcher = TerminalWatcher(sys.stderr, path.name) if sys.stderr.isatty() else Watcher()
    with watched_by(watcher):
        try:
            found = services.imports.preview(owner, request) if options.dry_run else None
            batch = None if options.dry_run else services.imports.commit(owner, request)
        finally:
            if isinstance(watcher, TerminalWatcher):
                watcher.clear()
    if found is not None:
        _print_outcome(f"{found.filename} would go into {found.account} as {found.format}", found.rows)
        _print_notes(found.warnings)
        _print_problems(item.to_dict() for item in found.statement.problems)
        return found.rows
    assert batch is not None
    _print_outcome(f"{batch.filename} into {batch.account_name} as {batch.format}", batch.rows)
    _print_notes(batch.notes)
    _print_problems(batch.problems)
    return batch.rows


def _request(path: Path, options: argparse.Namespace) -> ImportRequest:
    from services.imports import ImportRequest

    payload = read_file(path, options.limit_bytes)
    names = ("account", "format", "timezone")
    return ImportRequest(filename=path.name, payload=payload, **{name: getattr(options, name) for name in names})


def read_file(path: Path, limit_bytes: int) -> bytes:
    """Return the bytes of a file; one that is too large is not opened.

    Raises:
        ImportFileError: If it is larger than an upload may be.
        FillwiseError: If it cannot be read.
    """
    try:
        if path.stat().st_size > limit_bytes:
            message = f"The file is larger than {limit_bytes // 1_000_000:,} MB."
            hint = "Split it, or raise FILLWISE_UPLOAD_LIMIT_MB."
            raise ImportFileError(message, hint=hint, code=FileCode.TOO_LARGE)
        return path.read_bytes()
    except OSError as error:
        raise FillwiseError(f"Cannot read {path}: {error.strerror}.") from error


def _print_outcome(words: str, rows: RowCounts) -> None:
    print(f"{words}: {rows.sentence}", flush=True)


def _print_notes(notes: Iterable[str]) -> None:
    for note in notes:
        print(f"  note: {note}", flush=True)


def _print_problems(problems: Iterable[Mapping[str, Any]]) -> None:
    rows = list(problems)
    for item in rows[:SHOWN_PROBLEMS]:
        value = f" {item['value']!r}" if item["value"] else ""
        text = f"  line {item['line']}, {item['column'] or 'row'}{value}: {item['reason']} {item['hint']}"
        print(text.rstrip(), flush=True)
    if len(rows) > SHOWN_PROBLEMS:
        print(f"  … and {len(rows) - SHOWN_PROBLEMS:,} more", flush=True)

"""Spreadsheets, HTML, XML and OFX are parsed in a process of their own, which may die without harm.

Their parsers are large, partly native code, and a hostile file can make them take all memory or never end.
The child (`isolated.py`) is given the bytes of one file and gives back JSON; it has little memory, little
time, and can open neither files nor sockets. Whatever becomes of it, the caller gets its answer or one
import error. There is no exception for small files: a workbook of 1.4 kB can end the process that reads it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from data.brokers import limits
from data.brokers.child_watcher import Relay
from data.brokers.content import Content
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.watching import current_watcher

CHILD = Path(__file__).with_name("isolated.py")
MEMORY_STATUS = 3
"""Exit status of a child that ran out of memory and could say so."""
ANSWER_STATUS = 4
"""Exit status of a child whose answer is longer than it may be."""
LOOK_SECONDS = 0.2
_LOG = logging.getLogger("fillwise.import")
_SLOTS = threading.BoundedSemaphore(limits.CHILDREN)
_AGAIN = "Download it again, or save it as CSV and import that."
_SMALLER = "Download a shorter period, or save it as CSV."


def extract(source: SourceFile, reader: str) -> Any:
    """Return what a reader of `isolated.READERS` finds in a file, as JSON values; each file is read once.

    Raises:
        ImportFileError: If the reader refuses the file, or the child dies over it.
    """
    if reader not in source.extracts:
        try:
            source.extracts[reader] = run_child(reader, source.name, source.payload)
        except ImportFileError as error:
            source.extracts[reader] = error
    found = source.extracts[reader]
    if isinstance(found, ImportFileError):
        raise found.with_traceback(None)
    return found


def run_child(reader: str, name: str, payload: Content) -> Any:
    """Let a child read a payload; return its answer.

    Raises:
        ImportFileError: As it says, or because it was ended, crashed or had to wait too long for its turn.
    """
    if not _SLOTS.acquire(timeout=limits.CHILD_WAIT_SECONDS):
        message = f"{name!r} could not be read: too many files are being read at once."
        raise ImportFileError(message, hint="Try again in a minute.", code=FileCode.BUSY)
    try:
        with _scratch() as question, _scratch() as answer, _scratch() as reports:
            question.write(payload)
            question.seek(0)
            child = _start(reader, name, question, answer, reports)
            status = _wait(child, Relay(reports.fileno(), current_watcher()))
            answer.seek(0)
            return _read_answer(answer.read(), status, name)
    finally:
        _SLOTS.release()


def _scratch() -> IO[bytes]:
    """Return a nameless file: in memory where the system has such, so that a full disk does no harm."""
    make = getattr(os, "memfd_create", None)
    return os.fdopen(make("fillwise"), "w+b") if make else tempfile.TemporaryFile()


def _start(
    reader: str, name: str, question: IO[bytes], answer: IO[bytes], reports: IO[bytes]
) -> subprocess.Popen[bytes]:
    """Start a child; what it says on its third descriptor is how far it is."""
    return subprocess.Popen(  # noqa: S603 - our own program; the name is an argument and no path
        [sys.executable, "-I", "-B", str(CHILD), reader, name[:200]],
        stdin=question,
        stdout=answer,
        stderr=reports,
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
    )


def _wait(child: subprocess.Popen[bytes], relay: Relay) -> int:
    """Wait for the end of a child and pass on how far it is; return its status, negative for a signal."""
    end = time.monotonic() + limits.CHILD_WALL_SECONDS
    try:
        while time.monotonic() < end:
            with suppress(subprocess.TimeoutExpired):
                return child.wait(timeout=LOOK_SECONDS)
            relay.look()
        return -signal.SIGXCPU
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _read_answer(answer: bytes, status: int, name: str) -> Any:
    import orjson  # noqa: PLC0415 - needed with the first such file

    if status != 0:
        raise _ended(status, name)
    try:
        found = orjson.loads(answer)
        if "refused" not in found:
            return found["found"]
        refused = found["refused"]
        error = ImportFileError(
            str(refused["message"]),
            hint=str(refused["hint"]),
            code=FileCode(refused["code"]),
            line=int(refused["line"]),
        )
    except (ValueError, KeyError, TypeError) as cause:
        raise _ended(1, name) from cause
    raise error


def _ended(status: int, name: str) -> ImportFileError:
    """Return what to say about a child that ended without an answer."""
    _LOG.warning("the reader of a file ended with status %d", status)
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        message = f"{name!r} takes too long to read; it was stopped."
        return ImportFileError(message, hint=_SMALLER, code=FileCode.TOO_SLOW)
    if status == MEMORY_STATUS:
        message = f"{name!r} takes too much memory to read; it was stopped."
        return ImportFileError(message, hint=_SMALLER, code=FileCode.TOO_MUCH_MEMORY)
    if status in (ANSWER_STATUS, -signal.SIGXFSZ):
        message = f"{name!r} holds more than can be read at once."
        return ImportFileError(message, hint=_SMALLER, code=FileCode.TOO_LARGE)
    message = f"{name!r} broke the program that reads such files; nothing else was harmed."
    return ImportFileError(message, hint=_AGAIN, code=FileCode.PARSER_CRASHED)

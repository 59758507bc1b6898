"""The child process of `isolation`: `python -I isolated.py READER NAME`, the file on stdin, JSON on stdout.

Everything that reads is imported first, then the process gives up memory, time, files and sockets, and only
then does it look at the bytes.
"""

from __future__ import annotations

import codecs
import json
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MEMORY_STATUS = 3
ANSWER_STATUS = 4
CODECS = ("cp437", "cp1252", "utf-8-sig", "utf-16")
"""Those of names in archives and of files; Python loads one when it is first asked for."""


def confine(*, memory: int, cpu_seconds: int, answer: int) -> None:
    """Give up what reading bytes does not need; the system enforces it from here on.

    With three descriptors allowed and three open, nothing can be opened: no file, no socket, no pipe.
    """
    wanted = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: answer,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 3,
        resource.RLIMIT_NPROC: 0,
    }
    for kind, amount in wanted.items():
        hard = resource.getrlimit(kind)[1]
        allowed = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (allowed, allowed))
    # A first signal at the limit, the end a second later.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))


def find_reader(name: str) -> Callable[[bytes, str], Any]:
    """Import and return the function that reads one kind of file: (payload, file name) to JSON values."""
    if name == "workbook":
        import python_calamine  # noqa: F401, PLC0415 - the reader would import it too late

        from data.brokers.workbook import read_sheets  # noqa: PLC0415 - one child reads one kind

        return read_sheets
    if name == "html":
        from data.brokers.html_tables import read_html  # noqa: PLC0415

        return read_html
    if name == "ofx":
        from data.brokers.ofx import read_tree  # noqa: PLC0415

        return read_tree
    from data.brokers.xml_rows import read_elements  # noqa: PLC0415

    return read_elements


def answer(reader: str, name: str, payload: bytes) -> bytes:
    """Return the answer to a payload: what was found, or why it is refused."""
    from domain.errors import ImportFileError  # noqa: PLC0415 - imported before the confinement

    try:
        found = {"found": find_reader(reader)(payload, name)}
    except ImportFileError as error:
        found = {"refused": {"message": error.message, "hint": error.hint, "code": error.code, "line": error.line}}
    return json.dumps(found).encode()


def main() -> int:
    """Read stdin and answer on stdout."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from data.brokers import limits  # noqa: PLC0415
    from data.brokers.child_watcher import ChildWatcher  # noqa: PLC0415
    from domain.watching import watched_by  # noqa: PLC0415

    reader, name = sys.argv[1], sys.argv[2]
    for codec in CODECS:
        codecs.lookup(codec)
    find_reader(reader)
    confine(memory=limits.CHILD_MEMORY, cpu_seconds=limits.CHILD_CPU_SECONDS, answer=limits.CHILD_ANSWER)
    try:
        with watched_by(ChildWatcher(2)):
            rest = memoryview(answer(reader, name, sys.stdin.buffer.read()))
        while rest:
            rest = rest[os.write(1, rest) :]
    except MemoryError:
        return MEMORY_STATUS
    except OSError:
        return ANSWER_STATUS
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Kills imports between BEGIN and the reply and looks what is left: `python -m tests.faults.kills URL FOLDER N`.

Most deaths come at a call or return of one of the functions at work, each as likely as the other, so that every
stage of the transaction is hit; the others come at any instant, inside a call into the database included.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from services.container import Services
from tests.faults import importer

ROOT = Path(__file__).resolve().parent.parent.parent
DRIVER_CALLS = ("do_commit", "do_execute", "do_executemany", "do_begin", "do_rollback", "do_close")
ROWS = 300
LARGE = 2_000
TIMED = 5
"""Every fifth death comes at an instant instead of a call."""


def main() -> None:
    """Print one JSON object a kill: where it landed, what was stored before and after importing again."""
    url, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    importer.prepare(url, folder)
    chance = random.Random(20261120)
    _load_modules(folder)
    steps = _count_steps(url, folder)
    seconds = _measure(url, folder)
    for number in range(count):
        account = f"Account {number}"
        if number % TIMED == TIMED - 1:
            found = _kill_at_an_instant(url, folder, account, chance=chance, seconds=seconds)
        else:
            found = _kill_at_a_step(url, folder, account, chance=chance, steps=steps)
        print(json.dumps(found | _look(url, folder, found["account"], found["rows"])), flush=True)  # noqa: T201 - the test reads it


def _load_modules(folder: Path) -> None:
    """Import once here, so that no child has to load what the first import loads."""
    spare = folder / "spare"
    spare.mkdir()
    url = f"sqlite:///{spare / 'spare.db'}"
    importer.prepare(url, spare)
    services = importer.open_services(url, spare)
    importer.import_fills(services, importer.fills_csv(ROWS), "Spare")
    services.db.close()


def _is_ours(frame: Any) -> bool:
    """Whether a call is made by our code, or by the library's while it talks to the database."""
    file = str(frame.f_code.co_filename)
    return (file.startswith(str(ROOT)) and "site-packages" not in file) or frame.f_code.co_name in DRIVER_CALLS


@contextmanager
def _profiled(services: Services, hook: Any) -> Iterator[None]:
    """Call the hook for each call and return from the moment a transaction has begun."""
    begin = services.db.begin

    @contextmanager
    def watched(**options: Any) -> Iterator[Any]:
        with begin(**options) as session:
            sys.setprofile(hook)
            yield session

    services.db.begin = watched  # type: ignore[method-assign]
    try:
        yield
    finally:
        sys.setprofile(None)


def _import(url: str, folder: Path, account: str, *, hook: Any, pipe: Any) -> None:
    services = importer.open_services(url, folder)
    with _profiled(services, hook):
        importer.import_fills(services, importer.fills_csv(ROWS), account)
    sys.setprofile(None)
    pipe.write(b"replied")


def _count_steps(url: str, folder: Path) -> dict[str, int]:
    """Return how often each step is taken in one import."""

    def work(pipe: Any) -> None:
        steps: Counter[str] = Counter()

        def count(frame: Any, event: str, _: Any) -> None:
            if _is_ours(frame):
                steps[_step(frame, event)] += 1

        _import(url, folder, "Counted", hook=count, pipe=_Nowhere())
        pipe.write(json.dumps(steps).encode())

    status, said = importer.run_forked(work)
    assert status == 0, status
    steps: dict[str, int] = json.loads(said)
    return steps


def _step(frame: Any, event: str) -> str:
    return f"{frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.f_code.co_name}:{event}"


class _Nowhere:
    def write(self, _: bytes) -> None:
        """Forget it."""


def _kill_at_a_step(
    url: str, folder: Path, account: str, *, chance: random.Random, steps: dict[str, int]
) -> dict[str, Any]:
    for attempt in range(10):
        # An import that came to its end has used its account up; the next attempt gets another.
        name, step = account + "'" * attempt, chance.choice(sorted(steps))
        status, said = _run_until(url, folder, name, step=step, nth=chance.randint(1, steps[step]))
        if os.WIFSIGNALED(status):
            return {"landed": step, "replied": said.endswith(b"replied"), "rows": ROWS, "account": name}
    message = "no kill landed"
    raise RuntimeError(message)


def _run_until(url: str, folder: Path, account: str, *, step: str, nth: int) -> tuple[int, bytes]:
    """Import in a child that kills itself when it takes a step for the nth time."""

    def work(pipe: Any) -> None:
        seen = [0]

        def die(frame: Any, event: str, _: Any) -> None:
            if _is_ours(frame) and _step(frame, event) == step:
                seen[0] += 1
                if seen[0] == nth:
                    os.kill(os.getpid(), signal.SIGKILL)

        _import(url, folder, account, hook=die, pipe=pipe)

    return importer.run_forked(work)


def _measure(url: str, folder: Path) -> float:
    """Return how long an import takes from its BEGIN to its reply."""

    def work(pipe: Any) -> None:
        begun = _Clock()
        _import_large(url, folder, "Measured", begun)
        pipe.write(str(time.monotonic() - begun.at).encode())

    status, said = importer.run_forked(work)
    assert status == 0, status
    return float(said)


class _Clock:
    """A pipe that remembers when the first word came."""

    at = 0.0

    def write(self, _: bytes) -> None:
        self.at = self.at or time.monotonic()


def _import_large(url: str, folder: Path, account: str, pipe: Any) -> None:
    services = importer.open_services(url, folder)
    begin = services.db.begin

    @contextmanager
    def announced(**options: Any) -> Iterator[Any]:
        with begin(**options) as session:
            pipe.write(b"begun ")
            yield session

    services.db.begin = announced  # type: ignore[method-assign]
    importer.import_fills(services, importer.fills_csv(LARGE), account)
    pipe.write(b"replied")


def _kill_at_an_instant(
    url: str, folder: Path, account: str, *, chance: random.Random, seconds: float
) -> dict[str, Any]:
    for attempt in range(40):
        name = account + "'" * attempt
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            with os.fdopen(into, "wb", buffering=0) as pipe:
                _import_large(url, folder, name, pipe)
            os._exit(0)
        os.close(into)
        select.select([out], [], [], 60)
        said = os.read(out, 6)
        time.sleep(chance.uniform(0, seconds))
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        said += os.read(out, 100)
        os.close(out)
        if os.WIFSIGNALED(status) and said.startswith(b"begun "):
            is_replied = said.endswith(b"replied")
            return {"landed": "an instant", "replied": is_replied, "rows": LARGE, "account": name}
    message = "no kill landed"
    raise RuntimeError(message)


def _look(url: str, folder: Path, account: str, rows: int) -> dict[str, Any]:
    """Start anew, look at what is there, import again, and look again."""

    def work(pipe: Any) -> None:
        services = importer.open_services(url, folder)
        before, batches = importer.stored_fills(services, account), importer.imports_into(services, account)
        again = importer.import_fills(services, importer.fills_csv(rows), account)
        found = {
            "before": before,
            "batches": len(batches),
            "added": again.rows.executions,
            "duplicates": again.rows.duplicates,
            "after": importer.stored_fills(services, account),
        }
        pipe.write(json.dumps(found).encode())
        services.db.close()

    status, said = importer.run_forked(work)
    assert status == 0, said
    found: dict[str, Any] = json.loads(said)
    return found


if __name__ == "__main__":
    main()

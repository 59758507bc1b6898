"""Long runs of damaged files through every reader: `python -m tests.hostile.fuzz --minutes 10 --seed 1`.

Text formats are read in this process, all others in the child process as the application does. Printed are
the rate and, for each format, how often it read, found problems or refused; a format that never read a file
is a failure of the generator. Every payload that raises anything but the import error is saved.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data.brokers import all_formats
from data.brokers.source import FileKind, SourceFile
from tests.hostile.mutations import Seed, load_seeds, mutate
from tests.hostile.oracle import random_options, read_anything

ISOLATED_SHARE = 0.01
"""Share of files that need a child process; each costs a hundred times a text."""
OTHER_FORMAT = 0.05
"""Share of files handed to a format that does not claim them."""
HANGING_SECONDS = 60.0
"""Seconds after which a file is a finding: of a few kB none takes one."""


@dataclass(slots=True)
class Tally:
    """What a run has seen so far."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    codes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    count: int = 0


def run(*, seconds: float, seed: int, folder: Path, limit: int = 0) -> Tally:
    """Fuzz for some time, or for `limit` files; return the tally."""
    rng, tally, seeds = random.Random(seed), Tally(), load_seeds()
    by_slug: dict[str, list[Seed]] = defaultdict(list)
    for item in seeds:
        by_slug[item.slug].append(item)
    isolated = sorted({item.slug for item in seeds if _kind(item) is not FileKind.TEXT})
    texts = sorted(set(by_slug) - set(isolated))
    end = time.monotonic() + seconds
    while time.monotonic() < end and (not limit or tally.count < limit):
        slug = rng.choice(isolated if rng.random() < ISOLATED_SHARE else texts)
        _run_one(rng, tally, rng.choice(by_slug[slug]), folder)
    return tally


def _kind(seed: Seed) -> FileKind:
    return SourceFile(seed.name, seed.payload).kind


def _run_one(rng: random.Random, tally: Tally, seed: Seed, folder: Path) -> None:
    payload, options = mutate(rng, seed.payload), random_options(rng)
    stranger = rng.random() < OTHER_FORMAT and _kind(seed) is FileKind.TEXT
    slug = rng.choice(all_formats()).slug if stranger else seed.slug
    tally.count += 1
    started = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, HANGING_SECONDS)
    try:
        outcome = read_anything(slug, seed.name, payload, options)
    except Exception as error:  # noqa: BLE001 - whatever is raised is the finding
        _record(tally, error, folder, f"{slug}: {options}", payload)
        return
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    tally.slowest = max(tally.slowest, time.perf_counter() - started)
    tally.outcomes[slug][outcome.kind] += 1
    tally.codes[outcome.code] += bool(outcome.code)


def _interrupt(*_: object) -> None:
    raise TimeoutError


def _record(tally: Tally, error: Exception, folder: Path, title: str, payload: bytes) -> None:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    tally.failures[place] += 1
    if tally.failures[place] <= 3:
        stem = f"{place.replace(' ', '-').replace(':', '-').replace('.', '-')}-{tally.failures[place]}"
        (folder / f"{stem}.bin").write_bytes(payload)
        (folder / f"{stem}.txt").write_text(title + "\n" + "".join(traceback.format_exception(error)))


def report(tally: Tally, seconds: float) -> bool:
    """Print what was seen; return whether all is well."""
    rate = tally.count / max(seconds, 1e-9)
    print(f"{tally.count:,} files in {seconds:.0f} s, {rate:.0f}/s, slowest {tally.slowest:.2f} s")
    blind = []
    for item in all_formats():
        seen = tally.outcomes[item.slug]
        print(f"  {item.slug:28} " + "  ".join(f"{name} {seen[name]:>7,}" for name in ("read", "problems", "refused")))
        if not (seen["read"] + seen["problems"] and seen["refused"]):
            blind.append(item.slug)
    print("codes: " + ", ".join(f"{code} {count:,}" for code, count in tally.codes.most_common()))
    for place, count in tally.failures.most_common():
        print(f"FAILURE {count:>6,} x {place}")
    if blind:
        print(f"BLIND: never both read and refused: {', '.join(blind)}")
    return not (tally.failures or blind)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line; 0 when nothing was found and every format was reached."""
    parser = argparse.ArgumentParser(description="Fuzz every reader with damaged files.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="folder for failing files; a temporary one by default")
    chosen = parser.parse_args(arguments)
    folder = chosen.out or Path(tempfile.mkdtemp(prefix="fillwise-fuzz-"))
    folder.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("error")
    signal.signal(signal.SIGALRM, _interrupt)
    started = time.monotonic()
    tally = run(seconds=chosen.minutes * 60, seed=chosen.seed, folder=folder)
    is_well = report(tally, time.monotonic() - started)
    print(f"failing files: {folder}" if tally.failures else "no failing files")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())

"""Run the benchmarks: `python -m benchmarks [suite ...] [--rows 1000000]`, or `make bench`.

Every figure is a ratio within one run, against a floor or a peer that was measured beside it, so
that it means the same on any machine. Each suite runs in a process of its own. All suites together
at full size write `benchmarks/results/latest.md`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure, table_of

SUITES = (
    "start",
    "parse",
    "matching",
    "metrics",
    "simulation",
    "risk",
    "excursions",
    "candles",
    "import",
    "pages",
    "filters",
    "tenant",
    "large",
    "charts",
    "live",
)
FULL_ROWS = 1_000_000
FEWEST_ROWS = 2_000
REPOSITORY = Path(__file__).resolve().parent.parent
RESULTS = REPOSITORY / "benchmarks" / "results" / "latest.md"


def run_suite(name: str, rows: int, rounds: int | None) -> list[Figure]:
    """Run one suite in a fresh process; its own tables go to the terminal."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "benchmarks", name, "--rows", str(rows), "--into", str(out)]
        command += ["--rounds", str(rounds)] if rounds else []
        began = time.monotonic()
        subprocess.run(command, cwd=REPOSITORY, check=True)
        print(f"suite {name}: {time.monotonic() - began:.0f} s", flush=True)
        return [Figure(**item) for item in json.loads(out.read_text())]


def run_here(name: str, rows: int, rounds: int | None, out: Path) -> None:
    """Run one suite in this process and write its figures."""
    suite = importlib.import_module(f"benchmarks.bench_{name}")
    found = suite.figures(rows, rounds) if rounds else suite.figures(rows)
    out.write_text(json.dumps([asdict(item) for item in found]))


def write_results(found: list[Figure], rows: int, load: float) -> None:
    """Write the figures of a full run to the file that the repository keeps."""
    missed = sum(item.verdict == "MISS" for item in found)
    words = f"{missed or 'No'} target{'' if missed == 1 else 's'} missed"
    about = f"Load {load:.1f} on {os.cpu_count()} cores when it began. {words}."
    method = "Medians of ratios of CPU seconds within one run."
    head = ["# Benchmarks", "", f"{datetime.now(UTC):%Y-%m-%d}, {rows:,} rows. {method} {about}", ""]
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text("\n".join([*head, *table_of(found), ""]), encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run suites and print the summary; returns 1 when a target was missed at full size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="suite", help=f"some of: {', '.join(SUITES)}; all by default")
    parser.add_argument("--rows", type=int, default=FULL_ROWS, help="rows of the files and books; fewer is quicker")
    parser.add_argument("--rounds", type=int, help="how often each variant runs; the suite's own number by default")
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    unknown = set(options.suites) - set(SUITES)
    if unknown:
        parser.error(f"no suite {', '.join(sorted(unknown))}; there are {', '.join(SUITES)}")
    rows = max(options.rows, FEWEST_ROWS)
    if options.into:
        run_here(options.suites[0], rows, options.rounds, options.into)
        return 0
    load = os.getloadavg()[0]
    names = options.suites or SUITES
    found = [figure for name in names for figure in run_suite(name, rows, options.rounds)]
    is_full = rows >= FULL_ROWS
    print(f"\n{rows:,} rows, load {load:.1f} on {os.cpu_count()} cores")
    print("\n".join(table_of(found)))
    if not is_full:
        print(f"Targets are meant for {FULL_ROWS:,} rows; at fewer, fixed costs weigh more.")
    elif set(names) == set(SUITES):
        write_results(found, rows, load)
        print(f"Written to {RESULTS.relative_to(REPOSITORY)}.")
    return int(is_full and any(item.verdict == "MISS" for item in found))


if __name__ == "__main__":
    raise SystemExit(main())

"""What one tenant's import of a million rows costs another tenant who looks at pages meanwhile.

    python -m benchmarks.bench_tenant [--rows 1000000] [--rounds 3]

The neighbour opens page after page, as a browser does (`dash_browser.py`), before, during and after the
import; the importer's file goes through a job, as on the page, and the importer opens the new account
while the neighbour still looks. Wall time here, because waiting is what the neighbour would notice;
both sides are measured in the same run, in turn, so that a busy machine weighs on both.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from app import create_app
from benchmarks.bench_pages import NAME, PASSWORD, build
from benchmarks.dash_browser import Browser
from benchmarks.executions_csv import write_csv
from benchmarks.figures import Figure
from domain.drafts import DraftChoices
from domain.filters import LedgerFilter
from services.container import Services

ROUNDS = 3
NEIGHBOUR_TRADES = 20_000
PAGES = ("/", "/trades", "/calendar", "/analytics", "/portfolio")
IDLE_VISITS = 4
FULL = 100_000  # rows from which the figure means something; below, the suite only shows that it runs
ALL = LedgerFilter()


def look_around(browser: Browser, is_over: Callable[[], bool]) -> list[float]:
    """Open the pages in turn until it is over, every page at least once; wall seconds of each callback."""
    found: list[float] = []
    while not found or not is_over():
        for path in PAGES:
            browser.calls.clear()
            browser.open(path, "")
            found += [call.wall for call in browser.calls]
    return found


def times(count: int) -> Callable[[], bool]:
    """Return a question that is answered with yes after so many times."""
    left = iter(range(count))
    return lambda: next(left, None) is None


class Importer:
    """The other tenant: imports a file through a job, then opens the account; in a thread of its own."""

    def __init__(self, services: Services, file: Path, number: int) -> None:
        self.services = services
        self.owner = services.users.register(f"importer{number}", PASSWORD).id
        self.seconds, self.fills = 0.0, 0
        with file.open("rb") as stream:
            chunks = iter(lambda: stream.read(1_048_576), b"")
            stored = services.uploads.save(self.owner, "fills.csv", chunks, limit_bytes=1_000_000_000)
        self.choices = DraftChoices(upload=stored.key, name="fills.csv", account="Bench", timezone="America/New_York")
        self.thread = threading.Thread(target=self.run)

    def run(self) -> None:
        """Import, wait as the page does, and open the account."""
        began = time.perf_counter()
        job = self.services.import_jobs.start_commit(self.owner, self.choices)
        while job.is_active:
            time.sleep(0.5)
            job = self.services.jobs.get(self.owner, job.id)
        self.seconds = time.perf_counter() - began
        self.fills = self.services.import_jobs.outcome(self.owner, job.id).batch.rows.executions
        self.services.portfolio.performance(self.owner, ALL)


def measure(browser: Browser, importer: Importer, visits: int) -> tuple[list[float], list[float]]:
    """Return the callbacks' wall seconds without and with an import beside them."""
    idle = look_around(browser, times(visits))
    importer.thread.start()
    busy = look_around(browser, lambda: not importer.thread.is_alive())
    importer.thread.join()
    return idle + look_around(browser, times(visits)), busy


def run(rows: int, rounds: int) -> tuple[float, int]:
    """Return (p95 beside an import / p95 alone, median of the rounds; callbacks beside imports)."""
    ratios, count = [], 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "many.csv", rows)
        app = create_app(build(folder, min(NEIGHBOUR_TRADES, max(rows // 10, 500))))
        services = app.server.extensions["fillwise"]
        browser = Browser(app.server, NAME, PASSWORD)
        look_around(browser, times(1))
        for number in range(rounds):
            importer = Importer(services, folder / "many.csv", number)
            idle, busy = measure(browser, importer, IDLE_VISITS if rows >= FULL else 1)
            assert importer.fills == rows, importer.fills
            ratios.append(float(np.percentile(busy, 95) / np.percentile(idle, 95)))
            count += len(busy)
            print(
                f"import {importer.seconds:.1f} s, {rows / importer.seconds:,.0f} rows/s; neighbour's p95 alone "
                f"{np.percentile(idle, 95) * 1e3:.1f} ms (n={len(idle)}), beside it "
                f"{np.percentile(busy, 95) * 1e3:.1f} ms (n={len(busy)}), worst {max(busy) * 1e3:.0f} ms",
                flush=True,
            )
        services.stop_jobs()
        services.db.close()
    return float(np.median(ratios)), count


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    ratio, count = run(rows, rounds)
    text = "a neighbour's p95 of callbacks beside an import / alone"
    return [Figure(id="tenant", text=text, value=ratio, target=2, n=count)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options: Any = parser.parse_args()
    print(figures(options.rows, options.rounds))


if __name__ == "__main__":
    main()

"""Files five times the usual size: what five million rows cost against one million, and the memory both take.

Each import runs in a process of its own, so that the peak of one is not the floor of the other.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.bench_import import fresh, import_file, timed
from benchmarks.figures import Figure
from data.brokers.content import open_content

ROUNDS = 1
TIMES = 5
GIGABYTES = 1.2


def measure(rows: int) -> dict[str, float]:
    """Import a file of so many rows in a process of its own; CPU seconds and peak memory in bytes."""
    command = [sys.executable, "-m", "benchmarks.bench_large", str(rows)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(f"{rows:,} rows: {found}", flush=True)
    return found


def import_once(rows: int) -> dict[str, float]:
    """Import a file of so many rows into a new installation, with trades and metrics."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The writer's memory is not the import's: the file is made by a process of its own.
        subprocess.run([sys.executable, "-c", _WRITE, str(folder / "fills.csv"), str(rows)], check=True)
        services, user = fresh(folder)
        size = (folder / "fills.csv").stat().st_size
        payload = open_content(folder / "fills.csv")  # as an upload is opened
        seconds, batch = timed(partial(import_file, services, user, payload))
        assert batch.rows.executions == rows, batch.rows
        assert batch.rows.balances, batch.rows
        services.db.close()
        return {"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "size": size}


_WRITE = """
import sys
from pathlib import Path
from benchmarks.executions_csv import write_csv
write_csv(Path(sys.argv[1]), int(sys.argv[2]))
"""


def figures(rows: int = 1_000_000, rounds: int = ROUNDS) -> list[Figure]:
    runs = [(measure(rows), measure(rows * TIMES)) for _ in range(rounds)]
    growth = statistics.median(large["seconds"] / small["seconds"] for small, large in runs)
    peak = max(small["peak"] for small, _ in runs)
    large_peak = max(large["peak"] for _, large in runs)
    limit = GIGABYTES * 1e9
    many = rows * TIMES
    return [
        Figure(id="large", text="import of five times the rows / of the rows", value=growth, target=6, n=many),
        Figure(id="large", text="peak memory of the import / 1.2 GB", value=peak / limit, target=1, n=rows),
        Figure(
            id="large", text="peak memory of five times the rows / 1.2 GB", value=large_peak / limit, target=1, n=many
        ),
    ]


if __name__ == "__main__":
    print(json.dumps(import_once(int(sys.argv[1]))))

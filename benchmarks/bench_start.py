"""P13: how long until the app can serve, against importing the packages any Dash app with charts needs.

    python -m benchmarks.bench_start [--rounds 9]

Fresh processes in turn. "imports" loads every module that is loaded when serving begins and runs
nothing else; "ready" builds the whole app on a current database, up to the point where the port is
opened. CPU seconds: a start is one thread, and the machine may be busy.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Figure

REPOSITORY = Path(__file__).resolve().parent.parent
TARGET = 1.3
LAZY = (
    "pandas", "numba", "scipy", "yfinance", "talib", "pyarrow", "ccxt", "quantstats", "sqlalchemy", "alembic",
    "argon2", "kaleido", "exchange_calendars", "requests",
)  # fmt: skip

CLOCK = "import time\nstart, wall = time.process_time(), time.perf_counter()\n"
STOP = "\nseconds, waited = time.process_time() - start, time.perf_counter() - wall\n"
TELL = "import json, sys\nprint(json.dumps({'cpu': seconds, 'wall': waited, 'modules': list(sys.modules)}))\n"
MINIMAL = "import dash, numpy, sqlite3, plotly.graph_objects"
READY = "import app\nfrom config import load_settings\napp.create_app(load_settings())"
IMPORTS = "import importlib\nfor name in {names!r}:\n    importlib.import_module(name)"


def run_fresh(body, folder):
    """Run statements in a fresh process and return what it measured."""
    # Bytecode is written whatever the shell says: an installed Fillwise has it.
    own = {"FILLWISE_DATA_DIR": str(folder), "PYTHONPATH": str(REPOSITORY), "PYTHONDONTWRITEBYTECODE": ""}
    environment = dict(os.environ) | own  # noqa: TID251 - a child inherits it
    command = [sys.executable, "-c", CLOCK + body + STOP + TELL]
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def loadable(modules):
    """Return the modules that can be imported by name, in the order they were first imported."""
    hidden = {"__main__", "__mp_main__", "sitecustomize", "usercustomize"}
    return [name for name in modules if name not in hidden and ".py" not in name]


def measure(rounds):
    """Return the runs of each variant and the packages loaded at the start that should not be."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_fresh(READY, folder)  # creates the database, writes bytecode
        modules = run_fresh(READY, folder)["modules"]
        imports = IMPORTS.format(names=loadable(modules))
        variants = {"minimal": MINIMAL, "imports": imports, "ready": READY}
        runs = {key: [] for key in variants}
        for number in range(-1, rounds):
            for key, body in variants.items():
                found = run_fresh(body, folder)
                if number >= 0:
                    runs[key].append(found)
    return runs, sorted(set(LAZY) & {module.split(".")[0] for module in modules})


def ratio(runs, key, field="cpu"):
    """Return the median of the ratios to the minimal set within a round."""
    return statistics.median(a[field] / b[field] for a, b in zip(runs[key], runs["minimal"], strict=True))


def main(rounds=9):
    runs, early = measure(rounds)
    for key, found in runs.items():
        seconds = statistics.median(run["cpu"] for run in found)
        print(f"{key:10} {seconds:7.3f} s CPU  x {ratio(runs, key):5.2f} (wall x {ratio(runs, key, 'wall'):5.2f})")
    print(f"loaded before serving although it should be lazy: {', '.join(early) or 'nothing'}")
    return runs, early


def figures(_rows, rounds=9):
    runs, early = main(rounds)
    n = len(runs["minimal"])
    return [
        Figure(
            id="P13",
            text="imports before serving / dash, numpy, sqlite3, plotly.graph_objects",
            value=ratio(runs, "imports"),
            target=TARGET,
            n=n,
        ),
        Figure(id="P13", text="whole start until the port opens / the same", value=ratio(runs, "ready"), n=n),
        Figure(
            id="P13", text="packages loaded before serving that should be lazy", value=len(early), target=0, n=len(LAZY)
        ),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    main(parser.parse_args().rounds)

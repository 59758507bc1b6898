"""How fast a large CSV becomes a batch, against a plain typed Arrow reading of the same file.

    python -m benchmarks.bench_parse [--rows 1000000] [--rounds 3]

Each variant runs in a fresh process, the variants in turn, so that a drift of the machine hits all
alike; imports are counted apart. Ratios are medians of the ratios within a round.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from benchmarks.executions_csv import ensure_csv
from benchmarks.figures import Figure
from data.brokers import ParseOptions, all_formats, detect
from data.brokers.formats import generic_csv
from data.brokers.source import SourceFile

REPOSITORY = Path(__file__).resolve().parent.parent
CATEGORIES = ("Account", "Symbol", "Side", "Currency", "Exchange", "Asset Class", "Tag")


def read_plain(path):
    """Read all 13 columns typed, money as floats: what a script would do."""
    coded = pa.dictionary(pa.int32(), pa.string())
    types = dict.fromkeys(CATEGORIES, coded) | {
        "Execution ID": pa.string(),
        "Order ID": pa.int64(),
        "Quantity": pa.int64(),
        "Price": pa.float64(),
        "Commission": pa.float64(),
        "Time": pa.timestamp("us", "UTC"),
    }
    return arrow_csv.read_csv(str(path), convert_options=arrow_csv.ConvertOptions(column_types=types))


def read_with_ids(path):
    """Read plain and take the ids out as Python texts, as any store needs them."""
    table = read_plain(path)
    ids = []
    for chunk in table["Execution ID"].chunks:
        ids += pc.binary_join(pa.ListArray.from_arrays(pa.array([0, len(chunk)]), chunk), "\n")[0].as_py().split("\n")
    return table, ids


def read_fillwise(path):
    """Detect, map and parse: bytes to a statement."""
    source = SourceFile(path.name, path.read_bytes())
    statement = detect(source).format.parse(source, ParseOptions())
    if statement.problems or not len(statement.executions):
        raise SystemExit("the file was not read cleanly")
    return statement


def read_fillwise_without_ids(path):
    """The same with the id column out of reach, so that every row is identified by a fingerprint."""
    mapping = {
        "executed_at": "Time", "symbol": "Symbol", "side": "Side", "quantity": "Quantity", "price": "Price",
        "fees": "Commission", "currency": "Currency", "asset_class": "Asset Class", "order_id": "Order ID",
    }  # fmt: skip
    source = SourceFile(path.name, path.read_bytes())
    return generic_csv.parse(source, ParseOptions(mapping=mapping))


def read_fillwise_rows(path):
    """The row path on the same file: what a format without columns costs."""
    source = SourceFile(path.name, path.read_bytes())
    return generic_csv.parse_rows(source, ParseOptions(), generic_csv.plan_for(source, ParseOptions()))


VARIANTS = {
    "plain": read_plain,
    "plain + ids": read_with_ids,
    "fillwise": read_fillwise,
    "fillwise, fingerprints": read_fillwise_without_ids,
}
SLOW = {"fillwise, row by row": read_fillwise_rows}


def run_one(name, path):
    all_formats()
    base = _memory("VmRSS")
    start, cpu = time.perf_counter(), time.process_time()
    result = {**VARIANTS, **SLOW}[name](path)
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "peak_mb": _memory("VmHWM") - base}))
    del result


def _memory(field):
    with Path("/proc/self/status").open() as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith(field))


def measure(names, path, rounds):
    found = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            command = [sys.executable, "-m", "benchmarks.bench_parse", "--one", name, "--path", str(path)]
            done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True)
            found[name].append(json.loads(done.stdout))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--slow", action="store_true", help="also read row by row")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--path", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        run_one(args.one, args.path)
        return
    path = ensure_csv(args.rows)
    size = path.stat().st_size / 1e6
    found = measure([*VARIANTS, *(SLOW if args.slow else ())], path, args.rounds)
    print(f"{args.rows:,} rows, {size:.0f} MB, load {os.getloadavg()[0]:.1f}")
    print(f"{'variant':24} {'seconds':>8} {'x plain':>8} {'cpu x':>7} {'x +ids':>7} {'peak MB':>8} {'x file':>7}")
    for name, runs in found.items():
        plain, with_ids = found["plain"], found["plain + ids"]
        seconds = statistics.median(run["seconds"] for run in runs)
        peak = statistics.median(run["peak_mb"] for run in runs)
        ratios = ratio(runs, plain, "seconds"), ratio(runs, plain, "cpu"), ratio(runs, with_ids, "seconds")
        figures = " ".join(f"{value:{width}.2f}" for value, width in zip(ratios, (8, 7, 7), strict=True))
        print(f"{name:24} {seconds:8.3f} {figures} {peak:8.0f} {peak / size:7.2f}")


def figures(rows, rounds=3):
    whole = measure(["plain", "plain + ids", "fillwise"], ensure_csv(rows), rounds)
    tenth = measure(["fillwise"], ensure_csv(rows // 10), rounds)
    size = ensure_csv(rows).stat().st_size / 1e6
    mine = whole["fillwise"]
    memory = statistics.median(run["peak_mb"] for run in mine) / size
    return [
        Figure(
            id="P1",
            text="checked, exact parse / plain typed Arrow parse with its ids",
            value=ratio(mine, whole["plain + ids"], "cpu"),
            target=1.6,
            n=rows,
        ),
        Figure(
            id="P1",
            text="checked, exact parse / plain typed Arrow parse",
            value=ratio(mine, whole["plain"], "cpu"),
            n=rows,
        ),
        Figure(id="P1", text="peak memory of the parse / size of the file", value=memory, target=3.0, n=rows),
        Figure(
            id="growth",
            text="parse of all rows / of a tenth",
            value=ratio(mine, tenth["fillwise"], "cpu"),
            target=12,
            n=rows,
        ),
    ]


def ratio(runs, others, field):
    """Return the median of the ratios within a round."""
    return statistics.median(run[field] / other[field] for run, other in zip(runs, others, strict=True))


if __name__ == "__main__":
    main()

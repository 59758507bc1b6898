"""Writes a seeded file of executions as a broker would: 13 columns, one account, five years of sessions.

    python -m benchmarks.executions_csv --rows 1000000 --out /tmp/executions.csv

The same rows and seed give the same bytes.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np

HEADER = "Execution ID,Account,Time,Symbol,Side,Quantity,Price,Commission,Currency,Order ID,Exchange,Asset Class,Tag"
TAGS = ("breakout", "pullback", "reversal", "news", "open-drive", "fade", "trend", "scalp")
VENUES = ("ARCA", "NASDAQ", "NYSE", "ISLAND", "IEX")
SESSION_SECONDS = 23_400
CHUNK = 50_000


def default_path(rows: int, seed: int = 7) -> Path:
    """Return where the benchmarks keep the file."""
    return Path(tempfile.gettempdir()) / "fillwise-bench" / f"executions-{rows}-{seed}.csv"


def ensure_csv(rows: int, seed: int = 7) -> Path:
    """Return the path of the file, written when it is not there yet."""
    path = default_path(rows, seed)
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        write_csv(part, rows, seed=seed)
        part.replace(path)
    return path


def write_csv(path: Path, rows: int, *, seed: int = 7, symbols: int = 500) -> None:
    """Write the file: entries and exits in turn per symbol, some of them partial, shorts among them."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, symbols + 1) ** 0.8
    symbol = rng.choice(symbols, rows, p=weights / weights.sum())
    side = _sides(rng, symbol, rows)
    quantity = rng.integers(1, 11, rows) * 10
    price = np.exp(rng.normal(0, 0.9, symbols))[symbol] * 20 * np.exp(np.cumsum(rng.normal(0, 1e-4, rows)) / 10)
    columns = {
        "time": _times(rng, rows),
        "symbol": [_ticker(code) for code in range(symbols)],
        "code": symbol.tolist(),
        "side": np.where(side > 0, "BUY", "SELL").tolist(),
        "quantity": quantity.tolist(),
        "price": np.maximum(price, 0.01).tolist(),
        "fee": np.maximum(0.35, 0.0035 * quantity).tolist(),
        "tag": rng.integers(0, len(TAGS), rows).tolist(),
    }
    with path.open("w", newline="", encoding="ascii") as file:
        file.write(HEADER + "\n")
        for start in range(0, rows, CHUNK):
            file.write("".join(_line(columns, row) for row in range(start, min(rows, start + CHUNK))))


def _sides(rng, symbol, rows):
    """Alternate entry and exit within each symbol, so that positions keep returning to flat."""
    order = np.argsort(symbol, kind="stable")
    turn = np.empty(rows, dtype=np.int64)
    turn[order] = np.arange(rows)
    long = rng.random(rows) < 0.6
    return np.where((turn % 2 == 0) == long[turn // 2], 1, -1)


def _times(rng, rows):
    second = np.sort(rng.random(rows)) * 1260 * SESSION_SECONDS
    day = (second // SESSION_SECONDS).astype(np.int64)
    micros = ((second - day * SESSION_SECONDS) * 1e6).astype(np.int64)
    weekday = (day // 5) * 7 + day % 5
    start = np.datetime64("2020-01-06T14:30:00", "us")
    return np.datetime_as_string(start + (weekday * 86_400_000_000 + micros).astype("m8[us]")).tolist()


def _ticker(code):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "X" + letters[code // 26 % 26] + letters[code % 26]


def _line(columns, row):
    return (
        f"0000e0d5.6{row:09d},U1234567,{columns['time'][row]}Z,{columns['symbol'][columns['code'][row]]},"
        f"{columns['side'][row]},{columns['quantity'][row]},{columns['price'][row]:.4f},{columns['fee'][row]:.4f},USD,"
        f"{row // 2},{VENUES[row % 5]},STK,{TAGS[columns['tag'][row]]}\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    if args.out:
        write_csv(args.out, args.rows, seed=args.seed)
    print(args.out or ensure_csv(args.rows, args.seed))


if __name__ == "__main__":
    main()

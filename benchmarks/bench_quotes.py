"""Time the demo market and the quote cache: `python benchmarks/bench_quotes.py`. Medians of repeated runs, in ms."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from data.quotes import build_providers
from domain.market import BarInterval
from services.quotes import QuoteService


def median_ms(job: Callable[[], object], runs: int = 30) -> float:
    times = []
    for _ in range(runs):
        began = perf_counter()
        job()
        times.append((perf_counter() - began) * 1000)
    return statistics.median(times)


def time_candles(service: QuoteService, symbol: str, interval: BarInterval, limit: int) -> str:
    def job() -> object:
        return service.candles(symbol, interval, limit=limit)

    cold = median_ms(job, runs=1)
    return f"{interval.value:3} x {limit:6}  cold {cold:8.2f}  warm {median_ms(job):8.2f}"


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        service = QuoteService(build_providers(["demo"]), Path(directory))
        symbols = ["AAPL", "FB", "GOOG", "IBM", "MSFT", "BTC-USD", "ETH-USD"]
        print(time_candles(service, "AAPL", BarInterval.D1, 10_000))
        for interval in BarInterval:
            print(time_candles(service, "MSFT", interval, 500))
        print(f"quotes of {len(symbols)} symbols {median_ms(lambda: service.quotes(symbols)):8.2f}")


if __name__ == "__main__":
    main()

"""Matching against the bare merge and against pandas: `python -m benchmarks.bench_matching`."""

from __future__ import annotations

import statistics
from functools import partial

import numpy as np

from analytics.ledger.matching import match, replace_instruments
from benchmarks.generate import Book, make_book
from benchmarks.reference import match_frames, match_merge, profit
from benchmarks.timing import interleave, ratio, show
from domain.accounts import LotMethod
from domain.columns import Decimals, ExecutionTable, Matched, take

ONES = Decimals(np.ones(2000, dtype=np.int64), 0)


def merge_and_profit(book: Book) -> np.ndarray:
    opened, closed, quantity = match_merge(book)
    return profit(book, opened, closed, quantity)


def run(table: ExecutionTable, method: LotMethod = LotMethod.FIFO) -> Matched:
    return match(table, method=method, multipliers=ONES)


def check_equal(book: Book) -> None:
    """Both ways give the same closes and the same gross profit."""
    opened, closed, quantity = match_merge(book)
    matched = run(book.table())
    order = np.lexsort((opened, closed, book.instrument[closed]))
    assert np.array_equal(matched.closes.close_id - 1, closed[order])
    assert np.array_equal(matched.closes.quantity, quantity[order])
    gross = (book.price[closed] - book.price[opened]) * book.side[opened] * quantity
    scale = 10 ** (matched.money_places[0] - 4)
    assert int(matched.closes.gross.sum()) == int(gross.sum()) * int(scale)


def main() -> None:
    small, large = make_book(100_000), make_book(1_000_000)
    check_equal(large)
    table, small_table = large.table(), small.table()
    shuffled = take(table, np.random.default_rng(1).permutation(len(table)))
    times = interleave(
        {
            "merge + profit (reference)": partial(merge_and_profit, large),
            "match, FIFO": partial(run, table),
            "match, FIFO, shuffled rows": partial(run, shuffled),
            "match, LIFO": partial(run, table, LotMethod.LIFO),
            "match, average": partial(run, table, LotMethod.AVERAGE),
            "match, FIFO, 100k": partial(run, small_table),
        }
    )
    show("1,000,000 fills (CPU)", times, "merge + profit (reference)")
    print(f"  P4 match / reference = {ratio(times, 'match, FIFO', 'merge + profit (reference)'):.2f}  (<= 2)")
    print(f"  growth 100k -> 1M    = {ratio(times, 'match, FIFO', 'match, FIFO, 100k'):.2f}  (<= 13)")
    times = interleave({"match": partial(run, small_table), "pandas groupby-apply": partial(match_frames, small)}, 3)
    show("100,000 fills (CPU)", times, "match")
    print(f"  P4 pandas / match    = {ratio(times, 'pandas groupby-apply', 'match'):.1f}  (>= 20)")
    one_new_fill(table)


def one_new_fill(table: ExecutionTable) -> None:
    """Cost of matching one instrument anew and putting it back into the book."""
    whole = run(table)
    sizes = np.bincount(table.instrument)
    used = np.flatnonzero(sizes)
    median = int(used[np.argsort(sizes[used])[len(used) // 2]])
    variants = {}
    for name, code in (("median", median), ("largest", int(sizes.argmax()))):
        part = take(table, table.instrument == code)
        matched = run(part)
        variants[f"match {name} ({len(part):,} fills)"] = partial(run, part)
        variants[f"put {name} back"] = partial(replace_instruments, whole, matched, np.array([code]))
    variants["match all"] = partial(run, table)
    times = interleave(variants, 9)
    show("one new fill in 1,000,000 (P5)", times, "match all")
    slowest = statistics.median(times[next(iter(times))])
    print(f"  P5 median group = {slowest * 1e3:.2f} ms  (well under 1 ms)")


if __name__ == "__main__":
    main()

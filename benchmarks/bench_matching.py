"""Matching against the bare merge and against pandas: `python -m benchmarks.bench_matching`."""

from __future__ import annotations

from functools import partial

import numpy as np

from analytics.ledger.matching import match, replace_instruments
from benchmarks.figures import Figure
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


def figures(rows: int = 1_000_000, rounds: int = 5) -> list[Figure]:
    small, large = make_book(rows // 10), make_book(rows)
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
            "match, FIFO, a tenth": partial(run, small_table),
        },
        rounds,
    )
    show(f"{rows:,} fills (CPU)", times, "merge + profit (reference)")
    peers = interleave({"match": partial(run, small_table), "pandas groupby-apply": partial(match_frames, small)}, 3)
    show(f"{rows // 10:,} fills (CPU)", peers, "match")
    fast = ratio(times, "match, FIFO", "merge + profit (reference)")
    pandas = ratio(peers, "pandas groupby-apply", "match")
    growth = ratio(times, "match, FIFO", "match, FIFO, a tenth")
    return [
        Figure(id="P4", text="FIFO with P&L / vectorised reference", value=fast, target=2, n=rows),
        Figure(id="P4", text="pandas groupby-apply / FIFO", value=pandas, target=20, at_least=True, n=rows // 10),
        Figure(id="growth", text="matching of all fills / of a tenth", value=growth, target=13, n=rows),
        Figure(id="P5", text="matching the median instrument anew / the whole book", value=one_new_fill(table), n=rows),
    ]


def one_new_fill(table: ExecutionTable) -> float:
    """Return the cost of matching the median instrument anew as a share of matching the whole book."""
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
    show("one new fill (P5)", times, "match all")
    return ratio(times, next(iter(times)), "match all")


if __name__ == "__main__":
    figures()

"""Matching: executions in, trades and closed lots out, exact to the last unit.

Order inside an instrument is (time, order in the source, id): see `analytics.ledger.ordering`.
Quantities, prices and money are integers per instrument: see `analytics.ledger.scaling`. FIFO is
vectorised; LIFO and average cost are loops over Python integers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from analytics.ledger.carried import Carried
from analytics.ledger.corporate_actions import Split
from analytics.ledger.fifo import pair_first_in
from analytics.ledger.fills import NOTHING, Book, Fills, prepare_book
from analytics.ledger.loops import close_at_average, pair_lots
from analytics.ledger.pieces import Closes, put_money
from analytics.ledger.rounding import round_quantities
from analytics.ledger.scaling import LIMIT
from analytics.ledger.trades import build_tables
from domain.accounts import LotMethod
from domain.columns import CloseTable, Decimals, ExecutionTable, Matched, TradeTable, take

if TYPE_CHECKING:
    from domain.columns import Codes, Ints

SMALL_ROWS = 128
CHUNK_ROWS = 250_000
CHUNKED_FROM = 500_000
RANGE_ROWS = 500_000

Table = TypeVar("Table", TradeTable, CloseTable)


def match(
    executions: ExecutionTable,
    *,
    method: LotMethod,
    multipliers: Decimals,
    splits: Sequence[Split] = (),
    carried: Carried = NOTHING,
) -> Matched:
    """Match one account's executions into closed lots and flat-to-flat trades.

    The same rows in any order give the same result. Every closed piece gets a telescoping share
    of the notional and the costs of both its executions, so sums are exact: nothing is lost to
    rounding. Where an instrument's sums exceed 64 bits its scale is coarser and running totals
    are rounded; what is flat is decided on exact integers all the same.

    Args:
        executions: Rows in any order.
        method: FIFO, LIFO or average cost. Under average cost a close is listed under the
            execution that opened its trade.
        multipliers: Money per point and unit, exact, indexed by instrument code.
        splits: Splits to restate earlier executions by.
        carried: Money that counts in place of price x quantity.

    Returns:
        Trades, closes and the places of every instrument (0 for one without executions).

    Raises:
        LedgerError: If a quantity is not above zero, or a multiplier is missing.

    **Source:** FIFO as a merge of cumulative quantities; average cost as in section 104 pooling.
    """
    ranges = _ranges(executions.instrument)
    found = _Found(instruments=len(multipliers), rows=len(executions) if len(ranges) > 1 else 0)
    for rows in ranges:
        chosen: ExecutionTable = executions if rows is None else take(executions, rows)
        book = prepare_book(chosen, method=method, multipliers=multipliers, splits=splits, carried=carried)
        found.note_places(book)
        for start, end in _chunks(book):
            found.add(*_match_chunk(book, start, end, method))
    return found.assemble()


def replace_instruments(matched: Matched, part: Matched, codes: Ints) -> Matched:
    """Return a book with some instruments matched anew.

    Args:
        matched: The whole book.
        part: Result of `match` for the executions of `codes` alone (same instrument codes).
        codes: Instruments to replace, also those that have no executions any more.
    """
    trades: list[TradeTable] = []
    closes: list[CloseTable] = []
    rows = 0
    for book, start, end in _segments(matched, part, np.unique(codes).tolist()):
        first, last = _span(book.trades.instrument, start, end)
        segment = _take(book.trades, slice(first, last))
        own = _take(book.closes, slice(*_span(book.closes.instrument, start, end)))
        trades.append(segment)
        closes.append(_shift_trades(own, rows - first))
        rows += len(segment)
    return Matched(
        trades=join_tables(TradeTable, trades),
        closes=join_tables(CloseTable, closes),
        quantity_places=_replace_places(matched.quantity_places, part.quantity_places, codes),
        price_places=_replace_places(matched.price_places, part.price_places, codes),
        money_places=_replace_places(matched.money_places, part.money_places, codes),
    )


def stack_instruments(parts: Sequence[Matched], *, instruments: int) -> Matched:
    """Put results of different instruments together, to replace them all at once.

    Args:
        parts: Results of `match` for one instrument each, ascending by instrument code.
        instruments: Number of instrument codes.
    """
    offsets = np.cumsum([0, *(len(part.trades) for part in parts)])
    closes = [_shift_trades(part.closes, int(offset)) for part, offset in zip(parts, offsets, strict=False)]
    return Matched(
        trades=join_tables(TradeTable, [part.trades for part in parts]),
        closes=join_tables(CloseTable, closes),
        quantity_places=_merge_places([part.quantity_places for part in parts], instruments),
        price_places=_merge_places([part.price_places for part in parts], instruments),
        money_places=_merge_places([part.money_places for part in parts], instruments),
    )


def _merge_places(columns: Sequence[Ints], size: int) -> Ints:
    """Put places together that stand at different codes, 0 elsewhere; they may be negative."""
    places = np.zeros(size, dtype=np.int64)
    for column in columns:
        chosen = np.flatnonzero(column)
        places[chosen] = column[chosen]
    return places


def _segments(matched: Matched, part: Matched, codes: list[int]) -> Iterator[tuple[Matched, int, int]]:
    """Ranges of instrument codes in ascending order, each with the book it is taken from."""
    cursor = 0
    for code in codes:
        yield matched, cursor, code
        yield part, code, code + 1
        cursor = code + 1
    yield matched, cursor, np.iinfo(np.int32).max


def _span(instrument: Codes, start: int, end: int) -> tuple[int, int]:
    """Rows of the instruments start <= code < end in an ordered column."""
    first, last = np.searchsorted(instrument, np.array([start, end], dtype=np.int32))
    return int(first), int(last)


def _replace_places(old: Ints, new: Ints, codes: Ints) -> Ints:
    places = np.zeros(max(len(old), len(new)), dtype=np.int64)
    places[: len(old)] = old
    places[codes] = new[codes]
    return places


def _chunks(book: Book) -> Iterator[tuple[int, int]]:
    """Ranges of whole groups: small enough for the caches, and wide instruments alone."""
    sizes = book.fills.sizes.tolist()
    limit = CHUNK_ROWS if len(book.fills) >= CHUNKED_FROM else len(book.fills)
    totals = _quantities(book)
    start, rows, total = 0, 0, 0.0
    for group, size in enumerate(sizes):
        wide = bool(book.scales.wide_quantity[group]) or (group > 0 and bool(book.scales.wide_quantity[group - 1]))
        if group > start and (wide or rows + size > limit or total + totals[group] > LIMIT):
            yield start, group
            start, rows, total = group, 0, 0.0
        rows += size
        total += totals[group]
    if sizes:
        yield start, len(sizes)


def _quantities(book: Book) -> list[float]:
    if not len(book.fills):
        return []
    totals: list[float] = np.add.reduceat(book.fills.quantity.astype(np.float64), book.fills.first).tolist()
    return totals


def _match_chunk(book: Book, start: int, end: int, method: LotMethod) -> tuple[TradeTable, CloseTable]:
    is_wide = bool(book.scales.wide_quantity[start])
    fills = book.fills.groups(start, end, is_wide=is_wide)
    trades, closes = build_tables(fills, _close(fills, method))
    if not is_wide:
        return trades, closes
    drop = int(book.quantity_places[start] - book.scales.quantity[start])
    return round_quantities(trades, closes, drop=drop)


def _close(fills: Fills, method: LotMethod) -> Closes:
    if method is LotMethod.AVERAGE:
        return close_at_average(fills)
    if method is LotMethod.LIFO or len(fills) < SMALL_ROWS:
        return put_money(fills, pair_lots(fills, last_in=method is LotMethod.LIFO))
    return put_money(fills, pair_first_in(fills))


def _ranges(instrument: Codes) -> list[slice | None]:
    """Return ranges of rows that hold whole instruments, so that few at a time are prepared; None is all rows.

    Instruments do not know of each other; a book that is not ordered by them is prepared at once.
    """
    if len(instrument) < CHUNKED_FROM or bool((instrument[1:] < instrument[:-1]).any()):
        return [None]
    first = np.flatnonzero(np.append(True, instrument[1:] != instrument[:-1])).tolist()
    ranges: list[slice | None] = []
    start = 0
    for row, end in zip(first, [*first[1:], len(instrument)], strict=True):
        if row > start and end - start > RANGE_ROWS:
            ranges.append(slice(start, row))
            start = row
    return [*ranges, slice(start, len(instrument))]


class _Column:
    """A column that is put together; of a long one no part is held twice.

    Args:
        name: Name of the column.
        rows: How many rows there will be at most, as far as can be told; 0 for few.
    """

    def __init__(self, name: str, rows: int) -> None:
        self._dtype = _DTYPES.get(name, np.int64)
        self._parts: list[Any] = []
        # Memory that nobody has written to yet costs nothing.
        self._whole: Any = np.empty(rows, dtype=self._dtype)
        self._used = 0

    def add(self, part: Any) -> None:
        """Append the next rows."""
        end = self._used + len(part)
        if self._parts or end > len(self._whole):
            self._parts.append(part)
            return
        self._whole[self._used : end] = part
        self._used = end

    def join(self) -> Any:
        """Return the whole column; once."""
        if not self._used:
            return _join_arrays(self._parts, self._dtype)
        self._whole.resize(self._used, refcheck=False)
        return _join_arrays([self._whole, *self._parts], self._dtype) if self._parts else self._whole


class _Found:
    """Collects what was matched and gives it out as whole tables.

    Args:
        instruments: How many there are.
        rows: How many executions are matched, 0 for few: neither trades nor closes are more.
    """

    def __init__(self, *, instruments: int, rows: int) -> None:
        self._trades = {item.name: _Column(item.name, rows) for item in fields(TradeTable)}
        self._closes = {item.name: _Column(item.name, rows) for item in fields(CloseTable)}
        self._rows = 0
        self._quantity, self._price, self._money = (np.zeros(instruments, dtype=np.int64) for _ in range(3))

    def note_places(self, book: Book) -> None:
        """Keep the scales of some instruments."""
        scales = book.scales
        self._quantity[book.codes] = scales.quantity
        self._price[book.codes] = scales.value - scales.quantity
        self._money[book.codes] = scales.money

    def add(self, trades: TradeTable, closes: CloseTable) -> None:
        """Take over the result of the next instruments."""
        for table, columns in ((trades, self._trades), (_shift_trades(closes, self._rows), self._closes)):
            for name, column in columns.items():
                column.add(getattr(table, name))
        self._rows += len(trades)

    def assemble(self) -> Matched:
        """Return everything; once."""
        return Matched(
            trades=TradeTable(**{name: column.join() for name, column in self._trades.items()}),
            closes=CloseTable(**{name: column.join() for name, column in self._closes.items()}),
            quantity_places=self._quantity,
            price_places=self._price,
            money_places=self._money,
        )


def _shift_trades(closes: CloseTable, offset: int) -> CloseTable:
    if offset == 0:
        return closes
    values = {item.name: getattr(closes, item.name) for item in fields(CloseTable)}
    values["trade"] = values["trade"] + offset
    return CloseTable(**values)


def _take(table: Table, rows: Any) -> Table:
    return type(table)(**{item.name: getattr(table, item.name)[rows] for item in fields(table)})


_DTYPES: dict[str, type] = {
    "instrument": np.int32,
    "executions": np.int32,
    "side": np.int8,
    "is_open": np.bool_,
    "fees_known": np.bool_,
}


def join_tables(kind: type[Table], parts: Sequence[Table]) -> Table:
    """Put tables of one kind below each other; money and quantities become int64."""
    names = [item.name for item in fields(kind)]
    dtypes = {name: _DTYPES.get(name, np.int64) for name in names}
    return kind(**{name: _join_arrays([getattr(part, name) for part in parts], dtypes[name]) for name in names})


def _join_arrays(arrays: Sequence[Any], dtype: type) -> Any:
    joined = arrays[0] if len(arrays) == 1 else np.concatenate([np.zeros(0, dtype=dtype), *arrays])
    return joined if joined.dtype == dtype else joined.astype(dtype)

"""The columns of a large table, read block by block: of Arrow's memory only one block is held at a time.

A block is many whole lines. Each is typed by Arrow, and what is kept of it are numpy arrays, the distinct
texts of coded columns, and packed texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.brokers.arrow_table import (
    CODED,
    ISO,
    ISO_ZONED,
    TEXT,
    ArrowTable,
    Kind,
    Layout,
    count_ends,
    count_lines,
    read_arrow,
    trim_memory,
)
from data.brokers.content import Content, let_go
from data.brokers.packed_texts import PackedTexts, join_packs
from domain.watching import current_watcher

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Ints

BLOCK_BYTES = 12_000_000
Parts = dict[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """Some whole lines of a file, the 1-based number of the first, and how many they are."""

    text: memoryview
    line: int
    lines: int


def each_table_block(content: Content, layout: Layout) -> Iterator[Block | None]:
    """Yield the lines below the header in blocks; None, as the last, where a line break lies inside quotes.

    Each block is let go when the next is asked for.
    """
    start, line = skip_lines(content, layout.header_line), layout.header_line + 1
    has_quotes = content.find(b'"', start) >= 0
    while start < len(content):
        end = content.rfind(b"\n", start, start + BLOCK_BYTES) + 1
        end = end or content.find(b"\n", start) + 1 or len(content)
        end = len(content) if end <= start else end
        text = memoryview(content)[start:end]
        if has_quotes and np.count_nonzero(np.frombuffer(text, np.uint8) == ord('"')) % 2:
            yield None
            return
        block = Block(text, line, count_ends(text) + (text[-1] != ord("\n")))
        yield block
        let_go(content)
        start, line = end, line + block.lines


def skip_lines(content: Content, count: int) -> int:
    """Return the position behind so many lines."""
    place = 0
    for _ in range(count):
        place = content.find(b"\n", place) + 1 or len(content)
    return place


class TypedTable:
    """Columns by position, and the lines of the rows in the file.

    A column is given away when it is asked for, so that no value is held twice.

    Args:
        kinds: How each column is read.

    Attributes:
        lines: 1-based line of each row, int64.
        strays: Lines of the rows with too few or too many cells, which are in no column.
    """

    def __init__(self, kinds: Mapping[int, Kind]) -> None:
        self._kinds = kinds
        self._texts: dict[int, dict[str, int]] = {column: {} for column, kind in kinds.items() if kind == CODED}
        self._parts: Parts = {column: [] for column in kinds}
        self._coded: dict[int, tuple[list[str], Codes]] = {}
        self.lines: Ints = np.empty(0, dtype=np.int64)
        self.strays = self.lines
        self._lines: list[Ints] = []
        self._strays: list[Ints] = []
        self._last: dict[int, str | None] = dict.fromkeys(kinds)
        self._falls: set[int] = set()

    def add(self, block: ArrowTable, line: int) -> None:
        """Take over the rows of the next block.

        Args:
            block: The rows.
            line: 1-based line of the file at which it begins.
        """
        for column, kind in self._kinds.items():
            self._parts[column].append(self._take(block, column, kind))
        self._lines.append(block.lines + line)
        self._strays.append(block.strays + line)

    def _take(self, block: ArrowTable, column: int, kind: Kind) -> Any:
        if kind == CODED:
            texts, codes = block.codes(column)
            known = self._texts[column]
            lookup = np.array([known.setdefault(text, len(known)) for text in texts], dtype=np.int32)
            return lookup[codes] if len(texts) else codes
        if kind == TEXT:
            if column not in self._falls:
                rises, self._last[column] = block.increases(column, self._last[column])
                self._falls |= set() if rises else {column}
            return block.texts(column)
        return block.micros(column) if kind in (ISO, ISO_ZONED) else block.units(column)

    def close(self) -> None:
        """Put the lines together: all blocks were added."""
        self.lines = _join(self._lines, np.int64)
        self.strays = _join(self._strays, np.int64)
        self._lines, self._strays = [], []

    def __len__(self) -> int:
        return len(self.lines)

    def codes(self, column: int) -> tuple[list[str], Codes]:
        """Return the distinct texts of a coded column, raw, and each row's code."""
        if column not in self._coded:
            self._coded[column] = list(self._texts[column]), _join(self._parts.pop(column), np.int32)
        return self._coded[column]

    def micros(self, column: int) -> tuple[Ints, Bools]:
        """Return (microseconds, whether the cell holds a time) of a time column; once."""
        return _join_pairs(self._parts.pop(column))

    def units(self, column: int) -> tuple[Ints, Bools] | None:
        """Return (value x 10**places, 0 for none; whether the cell holds a number) of a number column; once.

        None if a number exceeds 64 bits.
        """
        parts = self._parts.pop(column)
        return None if any(part is None for part in parts) else _join_pairs(parts)

    def texts(self, column: int) -> PackedTexts:
        """Return the cells of a text column, cleaned as the row reader cleans them; once."""
        return join_packs(self._parts.pop(column))

    def increases(self, column: int) -> bool:
        """Whether each cell of a text column is greater than the one before: then no two are equal."""
        return column not in self._falls

    def release(self) -> None:
        """Give back what coded columns took; they cannot be asked for again."""
        self._coded.clear()


def read_table(content: Content, layout: Layout, kinds: Mapping[int, Kind]) -> TypedTable | None:
    """Read some columns of a CSV, typed.

    Args:
        content: The file: UTF-8, possibly with a byte-order mark.
        layout: Where its table lies.
        kinds: Position of the column -> how to read it.

    Returns:
        The columns; None if line numbers cannot be told (line breaks inside quotes).

    Raises:
        ColumnTypeError: If a cell does not fit; names its column.
    """
    table = TypedTable(kinds)
    for block, line in each_arrow_table(content, layout, kinds):
        if block is None:
            return None
        table.add(block, line)
    table.close()
    trim_memory()
    return table


def each_arrow_table(
    content: Content, layout: Layout, kinds: Mapping[int, Kind], *, stage: str = "rows"
) -> Iterator[tuple[ArrowTable | None, int]]:
    """Yield (the columns of a block, the line at which it begins); None, as the last, where lines cannot be told."""
    watcher = current_watcher()
    if watcher.is_watching:
        watcher.begin(stage, total=count_lines(content) - layout.header_line, unit="rows")
    for block in each_table_block(content, layout):
        if block is None:
            yield None, 0
            return
        if any(bytes(part).strip(b"\r\n") for part in (block.text[:4096], block.text)):
            yield read_arrow(block.text, layout, kinds, total=block.lines), block.line
        watcher.reach(block.line + block.lines - 1 - layout.header_line)


def _join_pairs(parts: list[tuple[Ints, Bools]]) -> tuple[Ints, Bools]:
    filled = _join([part[1] for part in parts], np.bool_)
    return _join([part[0] for part in parts], np.int64), filled


def _join(parts: list[Any], dtype: type) -> Any:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)

"""A large CSV as typed Arrow columns, and those as numpy arrays and texts.

Nothing here makes a Python object per row but `texts`. Values leave Arrow through their buffers: its own
conversion to numpy would import pandas.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.brokers.cells import clean
from data.brokers.content import BLOCK, Content, each_block, let_go
from data.brokers.packed_texts import PACK, SEPARATOR, PackedTexts, pack_texts

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Ints


NULLS = ("", "-", "--", "~", "n/a", "N/A", "Not available", "—", "–")
"""Cells without a number, as `cells.EMPTY_MARKS` has them."""
DIGITS = 38
TEXT, CODED, ISO, ISO_ZONED = "text", "coded", "iso", "iso with zone"
_FAILED_COLUMN = re.compile(r"In CSV column #(\d+):")


class _RowWidthError(Exception):
    """A row has another number of cells than the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the table lies in the payload.

    Attributes:
        header_line: 1-based line of the header; the rows follow.
        width: Number of columns.
    """

    header_line: int
    width: int
    delimiter: str
    decimal_comma: bool = False


@dataclass(frozen=True, slots=True)
class DecimalKind:
    """A column read as exact decimals of this many places."""

    places: int


Kind = str | DecimalKind


class ColumnTypeError(Exception):
    """A cell does not fit the type its column was read as."""

    def __init__(self, column: int) -> None:
        super().__init__(f"column {column}")
        self.column = column


class ArrowTable:
    """Typed columns of one block of the file, by position.

    Attributes:
        lines: Number in the block, from 0, of the line of each row, int64.
        strays: The same of rows with too few or too many cells, which are in no column.
    """

    def __init__(self, columns: Mapping[int, Any], lines: Ints, strays: Ints) -> None:
        self._columns = dict(columns)
        self.lines = lines
        self.strays = strays

    def __len__(self) -> int:
        return len(self.lines)

    def codes(self, column: int) -> tuple[list[str], Codes]:
        """Return the distinct texts of a coded column, raw, and each row's code."""
        chunks = self._columns[column].unify_dictionaries().chunks
        texts: list[str] = chunks[0].dictionary.to_pylist() if chunks else []
        return texts, _join([_values(chunk.indices, "<i4") for chunk in chunks], np.int32)

    def micros(self, column: int) -> tuple[Ints, Bools]:
        """Return (microseconds, whether the cell holds a time) of a time column."""
        chunks = self._columns[column].chunks
        return _join([_values(chunk, "<i8") for chunk in chunks], np.int64), _filled(chunks)

    def units(self, column: int) -> tuple[Ints, Bools] | None:
        """Return (value x 10**places, 0 for none; whether the cell holds a number) of a number column.

        None if a number exceeds 64 bits.
        """
        chunks = self._columns[column].chunks
        filled = _filled(chunks)
        units = np.empty(len(filled), dtype=np.int64)
        start = 0
        for chunk in chunks:
            words, part = _values(chunk, "<i8", words=2), slice(start, start + len(chunk))
            units[part] = words[::2]
            if chunk.null_count:
                units[part][~filled[part]] = 0
            # The upper word of a number that fits repeats the sign of the lower one.
            if not ((words[1::2] == words[::2] >> 63) | ~filled[part]).all():
                return None
            start = part.stop
        return units, filled

    def texts(self, column: int) -> PackedTexts:
        """Return the cells of a text column, cleaned as the row reader cleans them."""
        if not self.is_tidy(column):
            return pack_texts(clean(cell) for cell in self._columns[column].to_pylist())
        packs: list[str] = []
        sizes: list[int] = []
        for chunk in self._columns[column].chunks:
            packs += _pack(chunk)
            sizes += [min(PACK, len(chunk) - start) for start in range(0, len(chunk), PACK)]
        return PackedTexts(packs, sizes)

    def rows(self, columns: Sequence[int | None], separator: str) -> Iterator[list[bytes]]:
        """Yield groups of rows: the cells of several text columns as they are, parted by `separator`.

        None stands for a column of empty cells.
        """
        import pyarrow as pa  # noqa: PLC0415 - loaded when a large file comes
        import pyarrow.compute as pc  # noqa: PLC0415

        present = [column for column in columns if column is not None]
        for block in zip(*(self._columns[column].chunks for column in present), strict=True):
            chunks = dict(zip(present, block, strict=True))
            parts = [pa.scalar("") if column is None else chunks[column] for column in columns]
            yield pc.binary_join_element_wise(*parts, separator).view(pa.binary()).to_pylist()

    def is_tidy(self, column: int) -> bool:
        """Whether cleaning would leave every cell of a text column as it is."""
        return all(_is_tidy(chunk) for chunk in self._columns[column].chunks)

    def increases(self, column: int, last: str | None) -> tuple[bool, str | None]:
        """Return whether each cell of a text column is greater than the one before, and the last cell.

        Args:
            column: Its position.
            last: What stands before the first cell, None for nothing.
        """
        import pyarrow.compute as pc  # noqa: PLC0415 - loaded when a large file comes

        for chunk in self._columns[column].chunks:
            if not len(chunk):
                continue
            if last is not None and chunk[0].as_py() <= last:
                return False, None
            if len(chunk) > 1 and not pc.all(pc.less(chunk[:-1], chunk[1:])).as_py():
                return False, None
            last = chunk[-1].as_py()
        return True, last


def _pack(chunk: Any) -> list[str]:
    """Return the texts of a chunk in packs."""
    import pyarrow as pa  # noqa: PLC0415 - loaded when a large file comes
    import pyarrow.compute as pc  # noqa: PLC0415

    if not len(chunk):
        return []
    # By way of a buffer: building an Arrow array of Python numbers would import pandas.
    ends = np.array([*range(0, len(chunk), PACK), len(chunk)], dtype=np.int32)
    offsets = pa.Array.from_buffers(pa.int32(), len(ends), [None, pa.py_buffer(ends)])
    packs: list[str] = pc.binary_join(pa.ListArray.from_arrays(offsets, chunk), SEPARATOR).to_pylist()
    return packs


def _is_tidy(chunk: Any) -> bool:
    """Plain ASCII with single blanks inside only, no apostrophe or equals sign."""
    import pyarrow.compute as pc  # noqa: PLC0415 - loaded when a large file comes

    offsets = np.frombuffer(chunk.buffers()[1], "<i4")[chunk.offset : chunk.offset + len(chunk) + 1]
    text = np.frombuffer(chunk.buffers()[2] or b"", np.uint8)[offsets[0] : offsets[-1]] if len(chunk) else offsets
    if not len(text):
        return True
    whole = text.tobytes()
    if int(text.min()) < 32 or int(text.max()) > 126 or b"'" in whole or b"=" in whole or b"  " in whole:
        return False
    return b" " not in whole or bool(pc.ascii_trim_whitespace(chunk).equals(chunk))


def _values(array: Any, dtype: str, *, words: int = 1) -> Any:
    start, end = array.offset * words, (array.offset + len(array)) * words
    return np.frombuffer(array.buffers()[1], dtype)[start:end]


def _join(parts: list[Any], dtype: type) -> Any:
    return np.concatenate(parts) if parts else np.empty(0, dtype=dtype)


def _filled(chunks: list[Any]) -> Bools:
    masks = []
    for chunk in chunks:
        if chunk.null_count == 0:
            masks.append(np.ones(len(chunk), dtype=np.bool_))
            continue
        bits = np.frombuffer(chunk.buffers()[0], np.uint8)
        unpacked = np.unpackbits(bits, bitorder="little")
        masks.append(unpacked[chunk.offset : chunk.offset + len(chunk)].astype(np.bool_))
    return np.concatenate(masks) if masks else np.empty(0, dtype=np.bool_)


def read_arrow(block: memoryview, layout: Layout, kinds: Mapping[int, Kind], *, total: int) -> ArrowTable | None:
    """Read some columns of whole lines of a table, typed.

    Args:
        block: The lines, UTF-8.
        layout: How its rows are written.
        kinds: Position of the column -> how to read it.
        total: How many lines there are.

    Returns:
        The columns; None if lines cannot be told (line breaks inside quotes).

    Raises:
        ColumnTypeError: If a cell does not fit; names its column.
    """
    strays: list[Any] = []
    try:
        table = _read(block, layout, kinds)
    except _RowWidthError:
        # Only a reading in order counts the rows, so a block with rows of another width is read twice.
        table = _read(block, layout, kinds, strays)
    lines = number_lines(block, table.num_rows + len(strays), total=total)
    if lines is None:
        return None
    wrong = np.array([row.number - 1 for row in strays], dtype=np.int64)
    columns = {column: table.column(f"c{column}") for column in kinds}
    return ArrowTable(columns, np.delete(lines, wrong) if len(wrong) else lines, lines[wrong])


def _read(block: memoryview, layout: Layout, kinds: Mapping[int, Kind], strays: list[Any] | None = None) -> Any:
    """Read the columns; rows of another width are collected in `strays`, or are an error without it.

    No Python function is given to Arrow's threads: they would still hold it while a process ends.
    """
    import pyarrow as pa  # noqa: PLC0415 - loaded when a large file comes
    import pyarrow.csv as arrow_csv  # noqa: PLC0415

    def keep(row: Any) -> str:
        if strays is not None:
            strays.append(row)
        return "skip"

    # The C library's allocator gives memory back; Arrow's own choice keeps it for the process. The reader
    # takes some of it from the default pool whatever pool it is given.
    pa.set_memory_pool(pa.system_memory_pool())
    names = [f"c{column}" for column in range(layout.width)]
    try:
        return arrow_csv.read_csv(
            pa.BufferReader(block),
            arrow_csv.ReadOptions(column_names=names, use_threads=strays is None),
            arrow_csv.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=None if strays is None else keep),
            arrow_csv.ConvertOptions(
                include_columns=[f"c{column}" for column in kinds],
                column_types={f"c{column}": _arrow_type(kind) for column, kind in kinds.items()},
                null_values=list(NULLS),
                decimal_point="," if layout.decimal_comma else ".",
            ),
        )
    except pa.ArrowInvalid as error:
        match = _FAILED_COLUMN.search(str(error))
        if strays is None and "columns, got" in str(error):
            raise _RowWidthError from error
        raise ColumnTypeError(int(match[1]) if match else -1) from error


def trim_memory() -> None:
    """Give memory that is free back to the system; what many small objects took stays with the process otherwise."""
    arrow = sys.modules.get("pyarrow")
    if arrow is not None:  # else nothing large was read
        arrow.default_memory_pool().release_unused()


def _arrow_type(kind: Kind) -> Any:
    import pyarrow as pa  # noqa: PLC0415

    if isinstance(kind, DecimalKind):
        return pa.decimal128(DIGITS, kind.places)
    types = {
        TEXT: pa.string(),
        CODED: pa.dictionary(pa.int32(), pa.string()),
        ISO: pa.timestamp("us"),
        ISO_ZONED: pa.timestamp("us", "UTC"),
    }
    return types[kind]


def number_lines(block: memoryview, count: int, *, total: int) -> Ints | None:
    """Return the number, from 0, of the lines of `count` rows among `total` lines, blank lines left out.

    Returns:
        The lines; None if a row does not stand on a line of its own.
    """
    if total == count:
        return np.arange(total, dtype=np.int64)
    bytes_ = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(bytes_ == 10)
    ends = ends if block[-1] == 10 else np.append(ends, len(block))
    widths = np.diff(ends, prepend=-1) - 1
    has_return = (bytes_[np.maximum(ends - 1, 0)] == 13) & (widths > 0)
    lines = np.flatnonzero(widths - has_return > 0)
    return lines.astype(np.int64) if len(lines) == count else None


def count_lines(content: Content) -> int:
    """Return the number of lines, the last one counted whether it is ended or not."""
    ends = sum(count_ends(block) for block in each_block(content))
    return ends + (not content.endswith(b"\n"))


def count_ends(block: bytes | memoryview) -> int:
    """Return the number of line feeds; three times as quick as `bytes.count` where there are many."""
    return int(np.count_nonzero(np.frombuffer(block, np.uint8) == 10))


def is_plain(content: Content, delimiter: str) -> bool:
    """Whether Arrow reads the content exactly as the strict reader does: UTF-8, tidy quotes, plain line ends."""
    is_ascii, has_quotes, last = True, False, b""
    for block in each_block(content):
        if b"\x00" in block or not _are_returns_tidy(last, block):
            return False
        is_ascii &= block.isascii()
        has_quotes |= b'"' in block
        last = block[-1:]
    if last == b"\r" or not (is_ascii or _is_utf8(content)):
        return False
    return not has_quotes or _has_tidy_quotes(content, delimiter)


def _are_returns_tidy(last: bytes, block: bytes) -> bool:
    """Whether each carriage return stands before a line feed; one at the end of a block is the next block's."""
    if b"\r" not in block and last != b"\r":
        return True
    returns = block.count(b"\r") - block.endswith(b"\r") + last.endswith(b"\r")
    return returns == block.count(b"\r\n") + (last == b"\r" and block.startswith(b"\n"))


def _is_utf8(content: Content) -> bool:
    import codecs  # noqa: PLC0415 - seldom needed

    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in each_block(content):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_tidy_quotes(content: Content, delimiter: str) -> bool:
    """Whether every quote stands at the edge of a cell, so that lenient and strict reading agree."""
    bytes_ = np.frombuffer(content, np.uint8)
    edges = np.zeros(256, dtype=np.bool_)
    edges[[10, 13, ord(delimiter)]] = True
    first = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    for begin in range(0, len(bytes_), BLOCK):
        at = np.flatnonzero(bytes_[begin : begin + BLOCK] == 34) + begin
        before = edges[bytes_[np.maximum(at - 1, 0)]] | (at == first)
        after = edges[bytes_[np.minimum(at + 1, len(bytes_) - 1)]] | (at == len(bytes_) - 1)
        if not (before ^ after).all():
            return False
        let_go(content)
    return len(bytes_) > 0

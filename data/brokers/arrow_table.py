"""A large CSV as typed Arrow columns, and those as numpy arrays and texts.

Nothing here makes a Python object per row but `texts`. Values leave Arrow through their buffers: its own
conversion to numpy would import pandas.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.brokers.cells import clean

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Ints


NULLS = ("", "-", "--", "~", "n/a", "N/A", "Not available", "—", "–")
"""Cells without a number, as `cells.EMPTY_MARKS` has them."""
DIGITS = 38
TEXT, CODED, ISO, ISO_ZONED = "text", "coded", "iso", "iso with zone"
_FAILED_COLUMN = re.compile(r"In CSV column #(\d+):")
_BLOCK = 1 << 20


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
    """Typed columns by position, and the lines of the rows in the file.

    A column leaves Arrow's memory when it is asked for, so that no value is held twice.

    Attributes:
        lines: 1-based line of each row, int64.
        strays: Lines of the rows with too few or too many cells, which are in no column.
    """

    def __init__(self, columns: Mapping[int, Any], lines: Ints, strays: Ints) -> None:
        self._columns = dict(columns)
        self._coded: dict[int, tuple[list[str], Codes]] = {}
        self.lines = lines
        self.strays = strays

    def __len__(self) -> int:
        return len(self.lines)

    def codes(self, column: int) -> tuple[list[str], Codes]:
        """Return the distinct texts of a coded column, raw, and each row's code."""
        if column not in self._coded:
            chunks = self._columns.pop(column).unify_dictionaries().chunks
            texts: list[str] = chunks[0].dictionary.to_pylist() if chunks else []
            self._coded[column] = texts, _join([_values(chunk.indices, "<i4") for chunk in chunks], np.int32)
        return self._coded[column]

    def micros(self, column: int) -> tuple[Ints, Bools]:
        """Return (microseconds, whether the cell holds a time) of a time column; once."""
        chunks = self._columns.pop(column).chunks
        return _join([_values(chunk, "<i8") for chunk in chunks], np.int64), _filled(chunks)

    def units(self, column: int) -> tuple[Ints, Bools] | None:
        """Return (value x 10**places, 0 for none; whether the cell holds a number) of a number column; once.

        None if a number exceeds 64 bits.
        """
        chunks = self._columns.pop(column).chunks
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

    def release(self) -> None:
        """Give back what coded columns took; they cannot be asked for again."""
        self._coded.clear()
        _trim_memory()

    def texts(self, column: int) -> list[str]:
        """Return the cells of a text column, cleaned as the row reader cleans them; once."""
        is_tidy = self.is_tidy(column)
        cells: list[str] = self._columns.pop(column).to_pylist()
        return cells if is_tidy else [clean(cell) for cell in cells]

    def rows(self, columns: Sequence[int | None], separator: str) -> Iterator[list[bytes]]:
        """Yield blocks of rows: the cells of several text columns as they are, parted by `separator`.

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

    def increases(self, column: int) -> bool:
        """Whether each cell of a text column is greater than the one before: then no two are equal."""
        import pyarrow.compute as pc  # noqa: PLC0415 - loaded when a large file comes

        last = None
        for chunk in self._columns[column].chunks:
            if not len(chunk):
                continue
            if last is not None and chunk[0].as_py() <= last:
                return False
            if len(chunk) > 1 and not pc.all(pc.less(chunk[:-1], chunk[1:])).as_py():
                return False
            last = chunk[-1].as_py()
        return True


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


def read_arrow(payload: bytes, layout: Layout, kinds: Mapping[int, Kind]) -> ArrowTable | None:
    """Read some columns of a CSV, typed.

    Args:
        payload: The file: UTF-8, possibly with a byte-order mark.
        layout: Where its table lies.
        kinds: Position of the column -> how to read it.

    Returns:
        The columns; None if line numbers cannot be told (line breaks inside quotes).

    Raises:
        ColumnTypeError: If a cell does not fit; names its column.
    """
    strays: list[Any] = []
    try:
        table = _read(payload, layout, kinds)
    except _RowWidthError:
        # Only a reading in order counts the rows, so a file with rows of another width is read twice.
        table = _read(payload, layout, kinds, strays)
    _trim_memory()
    count = table.num_rows + len(strays)
    lines = number_lines(payload, layout.header_line, count)
    if lines is None:
        return None
    wrong = np.array([row.number - layout.header_line - 1 for row in strays], dtype=np.int64)
    columns = {column: table.column(f"c{column}") for column in kinds}
    return ArrowTable(columns, np.delete(lines, wrong) if len(wrong) else lines, lines[wrong])


def _read(payload: bytes, layout: Layout, kinds: Mapping[int, Kind], strays: list[Any] | None = None) -> Any:
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
            pa.BufferReader(payload),
            arrow_csv.ReadOptions(skip_rows=layout.header_line, column_names=names, use_threads=strays is None),
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


def _trim_memory() -> None:
    import pyarrow as pa  # noqa: PLC0415

    pa.default_memory_pool().release_unused()


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


def number_lines(payload: bytes, header_line: int, count: int) -> Ints | None:
    """Return the 1-based lines of `count` rows below the header, blank lines left out.

    Returns:
        The lines; None if a row does not stand on a line of its own.
    """
    total = count_lines(payload)
    if total - header_line == count:
        return np.arange(header_line + 1, total + 1, dtype=np.int64)
    starts = line_starts(payload)
    widths = np.diff(starts, append=len(payload) + (not payload.endswith(b"\n")))
    has_return = np.frombuffer(payload, np.uint8)[np.maximum(starts + widths - 2, 0)] == 13
    lines = np.flatnonzero(widths - 1 - has_return > 0) + 1
    lines = lines[lines > header_line]
    return lines.astype(np.int64) if len(lines) == count else None


def count_lines(payload: bytes) -> int:
    """Return the number of lines, the last one counted whether it is ended or not."""
    bytes_ = np.frombuffer(payload, np.uint8)
    ends = sum(int(np.count_nonzero(bytes_[begin : begin + _BLOCK] == 10)) for begin in range(0, len(bytes_), _BLOCK))
    return ends + (not payload.endswith(b"\n"))


def line_starts(payload: bytes, *, lines: int | None = None) -> Ints:
    """Return the position of the first byte of every line, or of at least the first `lines` of them."""
    bytes_ = np.frombuffer(payload, np.uint8)
    found, count = [np.zeros(1, dtype=np.int64)], 1
    for begin in range(0, len(bytes_), _BLOCK):
        found.append(np.flatnonzero(bytes_[begin : begin + _BLOCK] == 10) + begin + 1)
        count += len(found[-1])
        if lines is not None and count > lines:
            return np.concatenate(found)
    starts = np.concatenate(found)
    return starts[:-1] if starts[-1] == len(bytes_) else starts


def is_plain(payload: bytes, delimiter: str) -> bool:
    """Whether Arrow reads the payload exactly as the strict reader does: UTF-8, tidy quotes, plain line ends."""
    if b"\x00" in payload or (b"\r" in payload and payload.count(b"\r") != payload.count(b"\r\n")):
        return False
    if not payload.isascii() and not _is_utf8(payload):
        return False
    return b'"' not in payload or _has_tidy_quotes(payload, delimiter)


def _is_utf8(payload: bytes) -> bool:
    import codecs  # noqa: PLC0415 - seldom needed

    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(payload)
    try:
        for begin in range(0, len(payload), _BLOCK):
            decoder.decode(bytes(view[begin : begin + _BLOCK]))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _has_tidy_quotes(payload: bytes, delimiter: str) -> bool:
    """Whether every quote stands at the edge of a cell, so that lenient and strict reading agree."""
    bytes_ = np.frombuffer(payload, np.uint8)
    edges = np.zeros(256, dtype=np.bool_)
    edges[[10, 13, ord(delimiter)]] = True
    first = 3 if payload.startswith(b"\xef\xbb\xbf") else 0
    for begin in range(0, len(bytes_), _BLOCK):
        at = np.flatnonzero(bytes_[begin : begin + _BLOCK] == 34) + begin
        before = edges[bytes_[np.maximum(at - 1, 0)]] | (at == first)
        after = edges[bytes_[np.minimum(at + 1, len(bytes_) - 1)]] | (at == len(bytes_) - 1)
        if not (before ^ after).all():
            return False
    return len(bytes_) > 0

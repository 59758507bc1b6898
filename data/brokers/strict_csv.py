"""Delimited text taken apart without any silent recovery.

The standard reader is strict about what follows a closing quote, and about little else: a quote that is never
closed may swallow rows up to the next quote, a quote that was never opened becomes part of a cell. Both change
numbers without a word, so both are refused here with the line and the column they stand in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from data.brokers.limits import MAX_CELL, MAX_COLUMNS, MAX_ROWS
from domain.errors import ImportFileError
from domain.import_codes import FileCode

_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_QUOTE_HINT = "Look for a missing or misplaced double quote there; a quote inside a cell is written twice."


def split_text(text: str, *, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (1-based line where it starts, raw cells) of every record, blank ones included.

    Raises:
        ImportFileError: On quotes that do not match, or a limit of `limits`; names line and column.
    """
    csv.field_size_limit(MAX_CELL)
    raw: list[str] = []
    reader = csv.reader(_lines(text.removeprefix("\ufeff"), raw), delimiter=delimiter, strict=True)
    start = 1
    try:
        for count, row in enumerate(reader):
            _check_record(row, raw, start, delimiter, name)
            if count >= MAX_ROWS:
                message = f"{name} has more than {MAX_ROWS:,} rows."
                raise ImportFileError(
                    message, hint="Download a shorter period.", code=FileCode.TOO_MANY_ROWS, line=start
                )
            yield start, row
            start = reader.line_num + 1
            raw.clear()
    except csv.Error as error:
        raise _explain("".join(raw), start, delimiter, name) from error


def _lines(text: str, seen: list[str]) -> Iterator[str]:
    """Yield the lines and remember those of the record that is being read."""
    for line in io.StringIO(text, newline=""):
        seen.append(line)
        yield line


def _check_record(row: Sequence[str], raw: Sequence[str], start: int, delimiter: str, name: str) -> None:
    if len(row) > MAX_COLUMNS:
        message = f"{name}: line {start} has {len(row):,} columns; the limit is {MAX_COLUMNS:,}."
        raise ImportFileError(
            message, hint="No broker writes so many; check the delimiter.", code=FileCode.TOO_MANY_COLUMNS, line=start
        )
    if len(raw) > 1:
        for column, cell in enumerate(row, start=1):
            if is_swallowed(cell, delimiter, len(row)):
                raise _bad_quote(name, start, column, "is never closed: it swallows the rows below")
    elif '"' in raw[0] and any(cell.endswith('"') for cell in row):
        place = find_fault(raw[0], delimiter)
        if place is not None:
            raise _bad_quote(name, start, place[1], "was never opened")


def is_swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Return whether a cell of several lines holds the ends of rows rather than a text with line breaks.

    A quote opened in one row and met in the same column of a later one leaves a record of the right width. Its
    cell then holds the end of the first row, the beginning of the last, together one delimiter less than
    the columns, and whole rows between.
    """
    lines = _BREAK.split(cell)
    if len(lines) == 1 or width < 3:
        return False
    outer = lines[0].count(delimiter) + lines[-1].count(delimiter)
    return outer == width - 1 and all(line.count(delimiter) >= width - 1 for line in lines[1:-1])


def find_fault(raw: str, delimiter: str) -> tuple[int, int, FileCode] | None:
    """Return (position, 1-based column, code) of the first fault in the text of a record; None for a sound one."""
    bare = re.compile(rf"[^{re.escape(delimiter)}\r\n]*+")
    place = column = 0
    while True:
        column += 1
        is_quoted = raw.startswith('"', place)
        cell = (_QUOTED if is_quoted else bare).match(raw, place)
        if cell is None:
            return place, column, FileCode.BAD_QUOTE
        if len(cell[0]) > MAX_CELL:
            return place, column, FileCode.CELL_TOO_LONG
        end = cell.end()
        follows = raw[end : end + 1]
        # An inch mark behind a number is the one quote that a bare cell may end with.
        is_unopened = not is_quoted and cell[0].endswith('"') and not cell[0][-2:-1].isdigit()
        if is_unopened or (is_quoted and follows not in ("", delimiter, "\r", "\n")):
            return place, column, FileCode.BAD_QUOTE
        if follows != delimiter:
            return None
        place = end + 1


def _explain(raw: str, start: int, delimiter: str, name: str) -> ImportFileError:
    place, column, code = find_fault(raw, delimiter) or (0, 1, FileCode.BAD_QUOTE)
    line = start + sum(1 for _ in _BREAK.finditer(raw, 0, place))
    cell = _QUOTED.match(raw, place)
    if code is FileCode.CELL_TOO_LONG and not (cell and _BREAK.search(cell[0])):
        message = f"{name}: line {line}, column {column} holds a cell of more than {MAX_CELL:,} characters."
        hint = "No broker writes such a cell; the file is damaged."
        return ImportFileError(message, hint=hint, code=code, line=line, column=str(column))
    reason = "is never closed" if cell is None else "is closed before the end of its cell"
    return _bad_quote(name, line, column, reason)


def _bad_quote(name: str, line: int, column: int, reason: str) -> ImportFileError:
    message = f"{name}: a quote in line {line}, column {column} {reason}."
    return ImportFileError(message, hint=_QUOTE_HINT, code=FileCode.BAD_QUOTE, line=line, column=str(column))

"""Watchlists as CSV files: out with colours and notes, in from our own and from other programs' files."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Iterator

from domain.accounts import UserId
from domain.errors import InvalidInputError
from domain.watchlists import COLOURS, ListImport, SymbolMark, read_symbol
from services.exports import safe_text, write_csv
from services.watchlists import WatchlistService

HEADER = ("symbol", "colour", "note")
NAMES = ("symbol", "ticker", "code", "instrument")
LARGEST_BYTES = 1_000_000
MOST_PROBLEMS = 20


def list_csv(watchlists: WatchlistService, owner: UserId, list_id: int) -> Iterator[str]:
    """Yield one list as CSV.

    Raises:
        NotFoundError: If the owner has no such list.
    """
    found, marks = watchlists.get(owner, list_id), watchlists.marks(owner)
    kept = [marks.get(symbol, SymbolMark(symbol=symbol)) for symbol in found.symbols]
    return write_csv(HEADER, ([safe_text(item.symbol), item.colour, safe_text(item.note)] for item in kept))


def decode_upload(contents: str) -> bytes:
    """Return the bytes of a file that a browser sent as a data URL.

    Raises:
        InvalidInputError: If it is not one.
    """
    _, comma, text = contents.partition(",")
    try:
        return base64.b64decode(text, validate=True) if comma else b""
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError("The file did not arrive whole.", hint="Choose it again.") from error


def import_list(watchlists: WatchlistService, owner: UserId, list_id: int, content: bytes) -> ListImport:
    """Add the symbols of a file to a list, with colours and notes where it has them.

    Our own files are read, any CSV with a column named symbol or ticker, and plain symbols divided by commas or lines
    (`NASDAQ:AAPL,NSE:INFY`). A line that is no symbol is passed over and said.

    Raises:
        InvalidInputError: If it is not text, too large, or holds no symbol.
        NotFoundError: If the owner has no such list.
    """
    marks, problems = _read(content)
    if not marks:
        raise InvalidInputError(
            "No symbol was found in this file.", hint="It needs one symbol a line, or a column named symbol."
        )
    before = set(watchlists.get(owner, list_id).symbols)
    watchlists.add_all(owner, [mark.symbol for mark in marks], list_id)
    for mark in marks:
        if mark.colour or mark.note:
            watchlists.mark(owner, mark.symbol, colour=mark.colour or None, note=mark.note or None)
    return ListImport(
        added=tuple(mark.symbol for mark in marks if mark.symbol not in before),
        present=tuple(mark.symbol for mark in marks if mark.symbol in before),
        problems=tuple(problems[:MOST_PROBLEMS]),
    )


def _read(content: bytes) -> tuple[list[SymbolMark], list[str]]:
    if len(content) > LARGEST_BYTES:
        raise InvalidInputError("A watchlist file has at most 1 MB.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInputError("This file is not text in UTF-8.", hint="Save it as CSV UTF-8.") from error
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise InvalidInputError(f"This file is not CSV: {error}.") from error
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    name = next((word for word in NAMES if word in head), None)
    if name is None:
        return _read_cells(rows)
    return _read_rows(rows[1:], {word: place for place, word in enumerate(head)}, name)


def _read_rows(rows: list[list[str]], places: dict[str, int], name: str) -> tuple[list[SymbolMark], list[str]]:
    marks: dict[str, SymbolMark] = {}
    problems: list[str] = []
    for line, row in enumerate(rows, 2):
        cells = {word: row[place].strip() for word, place in places.items() if place < len(row)}
        if not any(cells.values()):
            continue
        colour = cells.get("colour", cells.get("color", "")).lower()
        if colour not in COLOURS:
            problems.append(f"Line {line}: {colour[:20]!r} is not a colour; the symbol was added without one.")
            colour = ""
        symbol = _symbol(cells.get(name, ""), line, problems)
        if symbol:
            marks[symbol] = SymbolMark(symbol=symbol, colour=colour, note=cells.get("note", "").removeprefix("'"))
    return list(marks.values()), problems


def _read_cells(rows: list[list[str]]) -> tuple[list[SymbolMark], list[str]]:
    problems: list[str] = []
    found = [_symbol(cell, line, problems) for line, row in enumerate(rows, 1) for cell in row if cell.strip()]
    return [SymbolMark(symbol=symbol) for symbol in dict.fromkeys(found) if symbol], problems


def _symbol(text: str, line: int, problems: list[str]) -> str:
    if text.strip().startswith("#"):  # the headings of sections in lists of other programs
        return ""
    try:
        return read_symbol(text.strip().removeprefix("'"))
    except InvalidInputError:
        problems.append(f"Line {line}: {text.strip()[:40]!r} is not a symbol.")
        return ""

"""Watchlists as CSV files: out with colours and notes, in from our own and from other programs' files."""

from __future__ import annotations

import base64
import binascii
import csv
import io
import re
from collections.abc import Iterator
from contextlib import suppress

from domain.accounts import UserId
from domain.errors import InvalidInputError
from domain.watchlists import COLOURS, MOST_SYMBOLS, NOTE_LIMIT, ListImport, SymbolMark, read_symbol
from services.exports import safe_text, write_csv
from services.watchlists import WatchlistService

HEADER = ("symbol", "colour", "note")
NAMES = ("symbol", "ticker", "ticker symbol", "symbol/ticker", "tradingsymbol", "trading symbol", "code", "instrument")
DIVIDERS = (",", ";", "\t", "|")
LARGEST_BYTES = 1_000_000


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
    """Add the symbols of a file to a list as far as there is room, with colours and notes where it has them.

    Our own files are read, any CSV (also with semicolons or tabs) with a column named symbol or ticker, and plain
    symbols divided by commas or lines (`NASDAQ:AAPL,NSE:INFY`). A line that is no symbol is passed over and said.

    Raises:
        InvalidInputError: If it is not text, too large, or holds no symbol, or the list is full.
        NotFoundError: If the owner has no such list.
    """
    marks, problems = _read(_text_of(content))
    if not marks:
        first = problems[0] if problems else "It needs one symbol a line, or a column named symbol."
        raise InvalidInputError("No symbol was found in this file.", hint=first)
    before = set(watchlists.get(owner, list_id).symbols)
    new = [mark.symbol for mark in marks if mark.symbol not in before]
    added = new[: max(0, MOST_SYMBOLS - len(before))]
    if new and not added:
        raise InvalidInputError(f"A watchlist holds at most {MOST_SYMBOLS} symbols.", hint="Import into another list.")
    watchlists.add_all(owner, added, list_id)
    kept = before.union(added)
    watchlists.mark_all(owner, [mark for mark in marks if mark.symbol in kept and (mark.colour or mark.note)])
    return ListImport(
        added=tuple(added),
        present=tuple(mark.symbol for mark in marks if mark.symbol in before),
        without_room=len(new) - len(added),
        problems=tuple(problems),
    )


def _text_of(content: bytes) -> str:
    if len(content) > LARGEST_BYTES:
        raise InvalidInputError("A watchlist file has at most 1 MB.")
    codecs = ["utf-16"] if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "cp1252"]
    for codec in codecs:
        with suppress(UnicodeDecodeError):
            text = content.decode(codec)
            if "\0" not in text:
                return text
    raise InvalidInputError("This file is not text.", hint="Save the list as CSV and choose that file.")


def _read(text: str) -> tuple[list[SymbolMark], list[str]]:
    head = text.lstrip().partition("\n")[0].lower()
    for divider in DIVIDERS:
        words = [word.strip(' "\r') for word in head.split(divider)]
        name = next((word for word in NAMES if word in words), None)
        if name is not None:
            return _read_rows(_rows(text.lstrip(), divider), name)
    return _read_cells([re.split("[,;\t|]", line) for line in text.splitlines()])


def _rows(text: str, divider: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=divider))
    except csv.Error as error:
        raise InvalidInputError(f"This file is not CSV: {error}.") from error


def _read_rows(rows: list[list[str]], name: str) -> tuple[list[SymbolMark], list[str]]:
    places = {word.strip().lower(): place for place, word in enumerate(rows[0])}
    marks: dict[str, SymbolMark] = {}
    problems: list[str] = []
    for line, row in enumerate(rows[1:], 2):
        cells = {word: row[place].strip() for word, place in places.items() if place < len(row)}
        symbol = _symbol(cells.get(name, ""), line, problems) if any(cells.values()) else ""
        if symbol:
            marks.setdefault(symbol, _mark(symbol, cells, line, problems))
    return list(marks.values()), problems


def _mark(symbol: str, cells: dict[str, str], line: int, problems: list[str]) -> SymbolMark:
    colour = cells.get("colour", cells.get("color", "")).lower()
    note = cells.get("note", cells.get("notes", "")).removeprefix("'").replace("\0", "")
    if colour not in COLOURS:
        problems.append(f"Line {line}: {colour[:20]!r} is not a colour; the symbol was added without one.")
        colour = ""
    if len(note) > NOTE_LIMIT:
        problems.append(f"Line {line}: the note is longer than {NOTE_LIMIT:,} characters; it was left out.")
        note = ""
    return SymbolMark(symbol=symbol, colour=colour, note=note)


def _read_cells(rows: list[list[str]]) -> tuple[list[SymbolMark], list[str]]:
    problems: list[str] = []
    found = [
        _symbol(cell.strip(' "'), line, problems) for line, row in enumerate(rows, 1) for cell in row if cell.strip()
    ]
    return [SymbolMark(symbol=symbol) for symbol in dict.fromkeys(found) if symbol], problems


def _symbol(text: str, line: int, problems: list[str]) -> str:
    if text.strip().startswith("#"):  # the headings of sections in lists of other programs
        return ""
    try:
        return read_symbol(text.strip().removeprefix("'"))
    except InvalidInputError:
        problems.append(f"Line {line}: {text.strip()[:40]!r} is not a symbol.")
        return ""

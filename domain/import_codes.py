"""Stable names of everything that can be wrong with a file or a row; scripts may rely on them.

A file is refused as a whole with a `FileCode`; one bad row of a file that is otherwise read gets a `RowCode`.
`docs/import-errors.md` explains each.
"""

from __future__ import annotations

from enum import StrEnum


class FileCode(StrEnum):
    """Why a file is refused as a whole."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    UNKNOWN_FORMAT = "unknown-format"
    AMBIGUOUS_FORMAT = "ambiguous-format"
    NOT_TEXT = "not-text"
    MIXED_ENCODING = "mixed-encoding"
    UNDECODABLE = "undecodable"
    ZERO_BYTE = "zero-byte"
    BAD_QUOTE = "bad-quote"
    CELL_TOO_LONG = "cell-too-long"
    TOO_MANY_COLUMNS = "too-many-columns"
    TOO_MANY_ROWS = "too-many-rows"
    TOO_LARGE = "too-large"
    DUPLICATE_HEADER = "duplicate-header"
    MISSING_COLUMNS = "missing-columns"
    NO_TABLE = "no-table"
    MAPPING = "mapping"
    NO_SIDE = "no-side"
    DATE_ORDER = "date-order"
    MIXED_DATES = "mixed-dates"
    NO_DATE = "no-date"
    UNKNOWN_ZONE = "unknown-zone"
    UNKNOWN_CURRENCY = "unknown-currency"
    BROKER_FAILURE = "broker-failure"
    DTD = "dtd"
    BROKEN_XML = "broken-xml"
    BROKEN_HTML = "broken-html"
    TOO_DEEP = "too-deep"
    CUT_OFF = "cut-off"
    NOT_A_WORKBOOK = "not-a-workbook"
    PASSWORD = "password"  # noqa: S105 - the name of a reason
    ARCHIVE_DAMAGED = "archive-damaged"
    ARCHIVE_ENTRIES = "archive-entries"
    ARCHIVE_PATH = "archive-path"
    ARCHIVE_SIZE = "archive-size"
    ARCHIVE_RATIO = "archive-ratio"
    SHEET_RANGE = "sheet-range"
    TOO_SLOW = "too-slow"
    TOO_MUCH_MEMORY = "too-much-memory"
    PARSER_CRASHED = "parser-crashed"
    BUSY = "busy"
    ROWS_UNACCOUNTED = "rows-unaccounted"


class RowCode(StrEnum):
    """Why one row is not used."""

    BAD_CELL = "bad-cell"
    EMPTY_CELL = "empty-cell"
    NOT_A_NUMBER = "not-a-number"
    NUMBER_RANGE = "number-range"
    NEGATIVE = "negative"
    NOT_A_DATE = "not-a-date"
    DATE_RANGE = "date-range"
    TIME_GAP = "time-gap"
    QUANTITY = "quantity"
    PRICE = "price"
    CONTRACT_SIZE = "contract-size"
    TOTAL = "total"
    ROW_TOO_LONG = "row-too-long"
    ROW_CUT_OFF = "row-cut-off"
    NOT_UNDERSTOOD = "not-understood"

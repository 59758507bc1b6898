"""Tables pasted from a spreadsheet: read as any CSV of fills is, with or without a header."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from data.brokers import ParseOptions
from data.brokers.cells import CellError, read_decimal
from data.brokers.field_names import missing_fields
from data.brokers.field_words import match_names
from data.brokers.formats import generic_csv
from data.brokers.moments import read_moment
from data.brokers.reader import sniff_delimiter
from data.brokers.source import SourceFile
from data.brokers.words import find_side
from domain.accounts import Account
from domain.columns import ExecutionBatch
from domain.errors import ImportFileError, InvalidInputError, RowProblem
from domain.executions import Side
from domain.fills import PasteReading
from domain.instruments import AssetClass, Instrument
from domain.periods import from_micros
from domain.statements import ParsedExecution, Statement

LONGEST = 2_000_000
MOST_LINES = 10_000
_NUMBERS = ("quantity", "price", "fees")
_FIELDS = ("executed_at", "symbol", "side", "quantity", "price", "fees", "fee_currency", "currency", "asset_class",
           "multiplier")  # fmt: skip
_ENOUGH = 0.8

Lookup = Callable[[str], Mapping[int, Instrument]]


def read_paste(text: str, account: Account, known: Lookup) -> PasteReading:
    """Return what a pasted table holds.

    Args:
        text: Lines of cells between tabs, semicolons or commas.
        account: Where the fills go: its zone and currency hold where the table tells none.
        known: The owner's instruments of a symbol, by id; where there is one of it, that one is meant.

    Raises:
        InvalidInputError: If nothing was pasted, too much, or no columns can be told.
    """
    table = _rows(text)
    header, offset = (table[0], 0) if _is_header(table) else (_guess_header(table), 1)
    written = io.StringIO()
    csv.writer(written).writerows([header, *table] if offset else table)
    source = SourceFile("pasted.csv", written.getvalue().encode())
    options = ParseOptions(timezone=account.timezone, currency=account.currency)
    try:
        statement = _parse(source, options, header)
    except ImportFileError as error:
        message = error.message.replace("pasted.csv: ", "")
        hint = "Give it a first line such as: Time, Symbol, Side, Quantity, Price, Fees."
        raise InvalidInputError(message, field="text", hint=hint) from error
    problems = [_moved(item, offset) for item in statement.problems]
    problems += [
        RowProblem(line=row.line - offset, column="", value=row.label, reason=row.reason) for row in statement.others
    ]
    guessed = ("There is no header: the columns are told by what is in them.",) if offset else ()
    return PasteReading(
        fills=tuple(sorted(_fills(statement.executions, offset, known), key=lambda item: item.line)),
        problems=tuple(sorted(problems, key=lambda item: item.line)),
        notes=(*guessed, *statement.notes),
    )


def _parse(source: SourceFile, options: ParseOptions, header: Sequence[str]) -> Statement:
    """Read the table; where its few values prove nothing, the names of the columns are believed."""
    try:
        return generic_csv.FORMAT.parse(source, options)
    except ImportFileError:
        mapping = _named_columns(header)
        if missing_fields(mapping, has_negative_quantity=True):
            raise
        return generic_csv.FORMAT.parse(source, replace(options, mapping=mapping))


def _named_columns(header: Sequence[str]) -> dict[str, str]:
    """Return field -> column where a column is called exactly like a field, the likeliest name first."""
    called = {title: {match.field: match.rank for match in match_names(title) if match.is_whole} for title in header}
    days = [title for title, fields in called.items() if "date" in fields]
    clocks = [title for title, fields in called.items() if "time" in fields and title not in days]
    is_apart = bool(days and clocks)
    mapping: dict[str, str] = {"date": days[0], "time": clocks[0]} if is_apart else {}
    for field in _FIELDS[1:] if is_apart else _FIELDS:
        free = [title for title, fields in called.items() if field in fields and title not in mapping.values()]
        if free:
            mapping[field] = min(free, key=lambda title: called[title][field])
    return mapping


def _rows(text: str) -> list[list[str]]:
    body = text.strip("\r\n\ufeff ")
    if not body:
        raise InvalidInputError("Nothing was pasted.", field="text", hint="Copy rows of a spreadsheet and paste them.")
    if len(body) > LONGEST or body.count("\n") >= MOST_LINES:
        message = f"More than {MOST_LINES:,} lines were pasted."
        raise InvalidInputError(message, field="text", hint="Save them as a file and import that.")
    delimiter = "\t" if "\t" in body else sniff_delimiter(body)
    rows = list(csv.reader(io.StringIO(body), delimiter=delimiter))
    width = max(len(row) for row in rows)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def _is_header(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first line names columns: a line of a fill holds numbers, one of names none."""
    return not any(_is_number(cell) or _is_moment(cell) for cell in table[0])


def _guess_header(table: Sequence[Sequence[str]]) -> list[str]:
    """Return names for columns without any, told by what is in them; numbers in the usual order."""
    names: list[str] = []
    numbers = iter(_NUMBERS)
    for position in range(len(table[0])):
        cells = [row[position].strip() for row in table[:50] if row[position].strip()]
        names.append(_name_of(cells, names, numbers) or f"Column {position + 1}")
    return names


def _name_of(cells: Sequence[str], taken: Sequence[str], numbers: Any) -> str:
    if _share(cells, lambda cell: find_side(cell) is not None and not _is_number(cell)) and "side" not in taken:
        return "side"
    if _share(cells, _is_moment) and "executed at" not in taken:
        return "executed at"
    if _share(cells, _is_number):
        return str(next(numbers, ""))
    return "symbol" if cells and "symbol" not in taken else ""


def _share(cells: Sequence[str], is_one: Callable[[str], bool]) -> bool:
    return bool(cells) and sum(map(is_one, cells)) >= _ENOUGH * len(cells)


def _is_number(cell: str) -> bool:
    for decimal_comma in (False, True):
        try:
            read_decimal(cell, column="", decimal_comma=decimal_comma)
        except CellError:
            continue
        return True
    return False


def _is_moment(cell: str) -> bool:
    try:
        read_moment(cell, column="")
    except CellError:
        return False
    return not _is_number(cell)


def _moved(problem: RowProblem, offset: int) -> RowProblem:
    return replace(problem, line=problem.line - offset)


def _fills(batch: ExecutionBatch, offset: int, known: Lookup) -> list[ParsedExecution]:
    meant = [_meant(item, known(item.symbol)) for item in batch.instruments]
    return [
        ParsedExecution(
            line=int(batch.line[row]) - offset,
            instrument=meant[int(batch.instrument[row])],
            side=Side(int(batch.side[row])),
            quantity=batch.quantity.at(row),
            price=batch.price.at(row),
            fees=batch.fees.at(row) if len(batch.fees) else Decimal(0),
            fee_currency=batch.fee_currencies[int(batch.fee_currency[row])],
            executed_at=from_micros(int(batch.executed_at[row])),
        )
        for row in range(len(batch))
    ]


def _meant(told: Instrument, known: Mapping[int, Instrument]) -> Instrument:
    """Return the one instrument of the book with this symbol, else what the table tells."""
    only = next(iter(known.values())) if len(known) == 1 else told
    return only if told.asset_class in (AssetClass.STOCK, only.asset_class) else told

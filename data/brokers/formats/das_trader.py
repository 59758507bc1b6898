"""DAS Trader's trades window: times without a date, which the file name must tell."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.listed import listed_instrument
from data.brokers.moments import join_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, Table, normalise_header, read_records, read_table, sniff_delimiter
from data.brokers.source import FileKind, SourceFile
from data.brokers.words import find_side, read_side
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.money import ZERO
from domain.statements import Statement

SLUG = "das-trader"
TIMEZONE = "America/New_York"
COLUMNS = ("Time", "Side", "Price", "Qty")
SYMBOL = ("Symb", "Symbol")
FEES = ("EcnFee", "ECN Fee", "Commission", "Fee", "Fees")
_CLOCK = re.compile(r"\d{1,2}:\d{2}:\d{2}")
_YEAR_FIRST = re.compile(r"(?<!\d)(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])[-_.](0?[1-9]|[12]\d|3[01])[-_.](20\d{2})(?!\d)")


def sniff(source: SourceFile) -> float:
    """Return how surely this is a trades window: its columns, no date among them, and a bare time of day."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    lines = [line for line in source.head.splitlines()[:20] if line.strip()]
    if len(lines) < 2:
        return 0.0
    mark = sniff_delimiter(source.head)
    names = [normalise_header(cell.strip().strip('"')) for cell in lines[0].split(mark)]
    wanted = {normalise_header(name) for name in COLUMNS}
    if not wanted <= set(names) or any("date" in name or name == "t/d" for name in names):
        return 0.0
    cells = [cell.strip().strip('"') for cell in lines[1].split(mark)]
    sample = dict(zip(names, cells, strict=False))
    if not _CLOCK.fullmatch(sample.get("time", "")) or find_side(sample.get("side", "")) is None:
        return 0.0
    return 0.95 if "symb" in names else 0.8 * ("symbol" in names)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills of the day that the file name tells.

    Raises:
        ImportFileError: If the name tells no day.
    """
    table = read_table(read_records(source.text, name=source.name), COLUMNS, name=source.name)
    _require_symbol(table, source.name)
    day = read_file_day(source.name)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(table.rows, partial(_moment, day))
    builder.account_hint = next((row.text("Account") for row in rows if row.text("Account")), "")
    builder.each(rows, partial(_read_fill, builder, options.currency or FORMAT.currency, day))
    builder.notes.append(f"The rows have no date; the file name says {day.isoformat()}. No commissions are listed.")
    return builder.build(rows=len(rows))


def read_file_day(name: str) -> date:
    """Return the day in a file name such as "trades 2026-05-02.csv" or "05-02-2026.csv" (month first).

    Raises:
        ImportFileError: If there is none, more than one, or one that does not exist.
    """
    found = {(year, month, day) for year, month, day in _YEAR_FIRST.findall(name)}
    found |= {(year, month, day) for month, day, year in _YEAR_LAST.findall(name)}
    hint = "Put the day of the trades into the file name, for example 'trades 2026-05-02.csv', and import it again."
    if len(found) != 1:
        message = f"{name!r} holds times without a date, and its name does not tell the day."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_DATE)
    year, month, day = map(int, found.pop())
    try:
        return date(year, month, day)
    except ValueError:
        message = f"{name!r}: {year}-{month:02}-{day:02} does not exist."
        raise ImportFileError(message, hint=hint, code=FileCode.NO_DATE) from None


def _require_symbol(table: Table, name: str) -> None:
    if len(table.missing(SYMBOL)) == len(SYMBOL):
        hint = "Export the trades window with its symbols."
        raise ImportFileError(f"{name}: no column Symb or Symbol.", hint=hint, code=FileCode.MISSING_COLUMNS)


def _read_fill(builder: StatementBuilder, currency: str, day: date, row: Row) -> None:
    builder.execution(
        line=row.line,
        instrument=listed_instrument(row.required(*SYMBOL), currency),
        side=read_side(row.required("Side"), column="Side"),
        quantity=row.decimal("Qty", signed=False),
        price=row.decimal("Price", signed=False),
        fees=row.decimal(*FEES, default=ZERO),
        executed_at=builder.instant(_moment(day, row), raw=f"{day.isoformat()} {row.text('Time')}", column="Time"),
        fingerprint=(day.isoformat(), row.as_written.text(*SYMBOL), *row.raw("Time", "Side", "Price", "Qty", "Cloid")),
    )


def _moment(day: date, row: Row) -> datetime:
    return join_moment(day, row.required("Time"), column="Time")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="DAS Trader trades window",
    broker="DAS Trader",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)

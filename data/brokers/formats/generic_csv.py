"""Any CSV of fills whose columns can be told by name and content, or are mapped by the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from data.brokers import CLAIM, BrokerFormat, ParseOptions, all_formats
from data.brokers.arrow_table import Layout
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.fast_csv import MANY_BYTES, MANY_ROWS, parse_fast
from data.brokers.fast_spec import FastSpec
from data.brokers.generic_table import (
    FINGERPRINT_FIELDS,
    INSTRUMENT_FIELDS,
    Plan,
    RowReader,
    find_plan,
    is_doubtful,
    make_instrument,
)
from data.brokers.moments import decide_day_first
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, normalise_header, read_records, sniff_delimiter
from data.brokers.source import SNIFF_BYTES, FileKind, SourceFile
from data.brokers.words import is_filled, read_side
from domain.errors import ImportFileError
from domain.executions import Side
from domain.statements import Statement

SLUG = "generic-csv"
CONFIDENCE = 0.55
"""Enough to claim a file nobody else does; any broker's own format wins."""


def sniff(source: SourceFile) -> float:
    """Claim a table of fills that maps completely by itself, reads well, and is no known broker's."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    try:
        plan = find_plan(_head_records(source), {}, currency="USD", name=source.name)
    except ImportFileError:
        return 0.0
    if is_doubtful(plan) or not plan.sample or not _reads_well(plan, source):
        return 0.0
    others = (item for item in all_formats() if item.slug != SLUG)
    return 0.0 if any(item.sniff(source) >= CLAIM for item in others) else CONFIDENCE


def _reads_well(plan: Plan, source: SourceFile) -> bool:
    """Whether most rows of the sample become fills, whichever way round the dates are."""
    rows = [Row(plan.line + 1 + index, list(cells), plan.columns) for index, cells in enumerate(plan.sample[:50])]
    comma = bool(decide_decimal_comma(_number_texts(rows, plan), sniff_delimiter(source.head)))
    for day_first in (False, True):
        builder = StatementBuilder(SLUG, FORMAT.timezone)
        read = RowReader(plan=plan, decimal_comma=comma, day_first=day_first, fees_negative=False)
        builder.each(rows, partial(read, builder))
        if (len(builder.executions) + len(builder.others)) * 2 > len(rows):
            return True
    return False


def _head_records(source: SourceFile) -> list[Record]:
    head = source.head
    if len(source.payload) > SNIFF_BYTES:
        head = head[: head.rfind("\n") + 1]
    return read_records(head, name=source.name)


def preview_table(source: SourceFile) -> tuple[list[str], list[list[str]]]:
    """Return (header, first rows) for a form that maps columns: of the header found, else of the first line.

    Raises:
        ImportFileError: If the file is not a text table.
    """
    if source.kind is not FileKind.TEXT:
        raise ImportFileError(f"{source.name!r} is not a text file.", hint="Export the statement as CSV and try again.")
    records = _head_records(source)
    if not records:
        raise ImportFileError(f"{source.name!r} is empty.", hint="Choose another file.")
    try:
        plan = find_plan(records, {}, currency="USD", name=source.name)
    except ImportFileError:
        return records[0].cells, [record.cells for record in records[1:21]]
    return list(plan.header), [list(row) for row in plan.sample[:20]]


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every row as a fill, a skipped order or a problem; large files through columns.

    Raises:
        ImportFileError: If the columns, or the order of day and month, cannot be told.
    """
    if source.kind is not FileKind.TEXT:
        raise ImportFileError(f"{source.name!r} is not a text file.", hint="Export the statement as CSV and try again.")
    plan = plan_for(source, options)
    statement = None
    if source.payload.count(b"\n", 0, MANY_BYTES) > MANY_ROWS:
        statement = parse_columns(source, options, plan)
    statement = statement or parse_rows(source, options, plan)
    if "side" not in plan.mapping and len(statement.executions) and (statement.executions.side > 0).all():
        message = f"{source.name}: no column tells purchases from sales, and no quantity is negative."
        raise ImportFileError(message, hint="Map the side as well.")
    return statement


def plan_for(source: SourceFile, options: ParseOptions) -> Plan:
    """Return the plan a file is read by: the user's mapping, else the proposed one.

    Raises:
        ImportFileError: If it is not complete.
    """
    currency = (options.currency or FORMAT.currency).upper()
    return find_plan(_head_records(source), options.mapping, currency=currency, name=source.name)


def parse_rows(source: SourceFile, options: ParseOptions, plan: Plan) -> Statement:
    """Read the file row by row."""
    delimiter = sniff_delimiter(source.head)
    records = read_records(source.text, delimiter=delimiter, name=source.name)
    rows = [Row(record.line, record.cells, plan.columns) for record in records if record.line > plan.line]
    day_first = _decide_day_first(_texts(rows, plan, "executed_at", "date"), options, source.name)
    comma = bool(decide_decimal_comma(_number_texts(rows, plan), delimiter))
    read = RowReader(plan=plan, decimal_comma=comma, day_first=day_first, fees_negative=False)
    read = replace(read, fees_negative=_are_fees_negative(rows, read))
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(rows, read.moment), partial(read, builder))
    accounts = tuple(sorted(set(_texts(rows, plan, "account")) - {""}))
    return _annotate(builder.build(rows=len(rows)), plan, read, accounts)


def parse_columns(source: SourceFile, options: ParseOptions, plan: Plan) -> Statement | None:
    """Read the file column by column; None where rows must be read."""
    result = parse_fast(source.payload, make_spec(source, options, plan))
    if result is None:
        return None
    read = RowReader(plan=plan, decimal_comma=False, day_first=result.day_first, fees_negative=result.fees_negative)
    return _annotate(result.statement, plan, read, result.accounts)


def make_spec(source: SourceFile, options: ParseOptions, plan: Plan) -> FastSpec:
    """Describe the table to the fast path."""
    delimiter = sniff_delimiter(source.head)
    sample = [Row(0, list(cells), plan.columns) for cells in plan.sample]
    comma = bool(decide_decimal_comma(_number_texts(sample, plan), delimiter))
    fields = [field for field in INSTRUMENT_FIELDS if field in plan.mapping]
    status = plan.position("status")
    side = plan.mapping.get("side", "")

    def row_reader(day_first: bool, fees_negative: bool) -> RowReader:
        return RowReader(plan=plan, decimal_comma=comma, day_first=day_first, fees_negative=fees_negative)

    def read_word(text: str) -> Side:
        return read_side(text, column=side)

    return FastSpec(
        slug=SLUG,
        timezone=options.timezone or FORMAT.timezone,
        layout=Layout(header_line=plan.line, width=len(plan.header), delimiter=delimiter, decimal_comma=comma),
        names=plan.columns,
        sample=plan.sample,
        moment=_positions(plan, "executed_at") or _positions(plan, "date", "time"),
        side=plan.position("side"),
        quantity=_positions(plan, "quantity")[0],
        price=_positions(plan, "price")[0],
        fees=tuple(plan.columns[normalise_header(name)] for name in plan.fee_columns),
        fee_currency=plan.position("fee_currency"),
        instrument=_positions(plan, *fields),
        status=None if status is None else (status, is_filled),
        account=plan.position("account"),
        identity=plan.position("broker_id"),
        fingerprint=tuple(plan.position(field) for field in FINGERPRINT_FIELDS),
        read_side=read_word,
        make_instrument=lambda texts: make_instrument(dict(zip(fields, texts, strict=True)), plan),
        decide_day_first=lambda texts: _decide_day_first(texts, options, source.name),
        is_fee_negative=None,
        row_reader=row_reader,
    )


def _positions(plan: Plan, *fields: str) -> tuple[int, ...]:
    return tuple(position for field in fields if (position := plan.position(field)) is not None)


def _decide_day_first(texts: Iterable[str], options: ParseOptions, name: str) -> bool:
    return decide_day_first(texts, name=name) if options.day_first is None else options.day_first


def _texts(rows: Sequence[Row], plan: Plan, *fields: str) -> list[str]:
    names = [plan.mapping[field] for field in fields if field in plan.mapping]
    return [row.text(name) for name in names for row in rows]


def _number_texts(rows: Sequence[Row], plan: Plan) -> list[str]:
    return [
        row.text(name) for name in (plan.mapping["quantity"], plan.mapping["price"], *plan.fee_columns) for row in rows
    ]


def _are_fees_negative(rows: Sequence[Row], read: RowReader) -> bool:
    """Whether more fees are below zero than above: then a negative fee is a cost."""
    balance = 0
    for row in rows:
        try:
            fee = read.fees(row)
        except CellError:
            continue
        balance += (fee < 0) - (fee > 0)
    return balance > 0


def _annotate(statement: Statement, plan: Plan, read: RowReader, accounts: Sequence[str]) -> Statement:
    notes = list(statement.notes)
    notes.append("Columns read: " + ", ".join(f"{field} from {name!r}" for field, name in plan.mapping.items()) + ".")
    if plan.unused:
        notes.append("Columns not used: " + ", ".join(plan.unused) + ".")
    if read.fees_negative:
        notes.append("Most fees are negative: a negative fee is read as a cost.")
    if read.day_first:
        notes.append("Dates are read with the day first.")
    if len(accounts) > 1:
        notes.append(
            f"The file names {len(accounts)} accounts; every row goes into the one chosen: {', '.join(accounts[:5])}."
        )
    hint = accounts[0] if len(accounts) == 1 else ""
    return replace(statement, notes=tuple(notes), account_hint=hint)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Generic CSV",
    broker="Other broker",
    timezone="UTC",
    sniff=sniff,
    parse=parse,
)

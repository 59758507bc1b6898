"""Any table of fills or whole trades whose columns can be told by name and content, or are mapped by the user."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from data.brokers import CLAIM, BrokerFormat, ParseOptions, all_formats
from data.brokers.arrow_table import Layout
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.date_order import settle_date_order
from data.brokers.decimal_mark import decide_decimal_comma, doubtful_mark
from data.brokers.fast_csv import MANY_BYTES, MANY_ROWS, parse_fast
from data.brokers.fast_spec import FastSpec
from data.brokers.field_words import match_names
from data.brokers.generic_rows import RowReader
from data.brokers.generic_table import (
    FINGERPRINT_FIELDS,
    INSTRUMENT_FIELDS,
    Plan,
    find_plan,
    is_doubtful,
    make_instrument,
    propose_plans,
)
from data.brokers.grids import KINDS, Grid, head_grids, read_grids
from data.brokers.moments import decide_day_first
from data.brokers.near_misses import watch_misses
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, refuse_doubles
from data.brokers.records import normalise_header
from data.brokers.source import FileKind, SourceFile, binary_error
from data.brokers.trip_table import make_trip_reader
from data.brokers.words import is_filled, read_side
from data.brokers.workbook import preview_texts
from domain.errors import ImportFileError
from domain.executions import ExecutionKind, Side
from domain.import_codes import FileCode, RowCode
from domain.statements import Statement

SLUG = "generic-csv"
CONFIDENCE = 0.55
"""Enough to claim a file nobody else does; any broker's own format wins."""
SURE = 0.6
"""Confidence of a mapping from which it is used without being looked at."""
DATE_FIELDS = ("executed_at", "date", "entry_at", "entry_date", "bought_at", "exit_at", "exit_date", "sold_at")
_NUMBER_FIELDS = ("quantity", "price", "amount", "buy_quantity", "sell_quantity", "entry_price", "exit_price",
                  "buy_price", "sell_price", "profit")  # fmt: skip


def sniff(source: SourceFile) -> float:
    """Claim a table of fills or trades that maps completely by itself, reads well, and is no known broker's."""
    if source.kind not in (FileKind.TEXT, FileKind.XLSX) or not _may_be_workbook(source):
        return 0.0
    others = (item for item in all_formats() if item.slug != SLUG)
    with watch_misses() as misses:
        # A known broker's file without one of its columns would be read in another zone, or worse.
        if any(item.sniff(source) >= CLAIM for item in others) or misses:
            return 0.0
    try:
        plan = _proposed_plan(source, FORMAT.currency.upper())
    except ImportFileError:
        return 0.0
    if is_doubtful(plan) or not plan.sample or not _is_sure(plan):
        return 0.0
    return CONFIDENCE if _reads_well(plan) else 0.0


def _may_be_workbook(source: SourceFile) -> bool:
    """Whether a workbook names enough fields to be worth a look; true for every other file."""
    if source.kind is not FileKind.XLSX:
        return True
    named = {match.field for text in preview_texts(source) for match in match_names(text)[:1] if match.is_whole}
    return len(named) >= 4


def _is_sure(plan: Plan) -> bool:
    order = plan.proposal.date_order if plan.proposal else None
    is_open = order is not None and order.day_first is None
    return plan.proposal is not None and plan.proposal.confidence * (2 if is_open else 1) >= SURE


def _reads_well(plan: Plan) -> bool:
    """Whether most rows of the sample become fills, whichever way round the dates are."""
    rows = [Row(plan.line + 1 + index, list(cells), plan.columns) for index, cells in enumerate(plan.sample[:50])]
    comma = bool(decide_decimal_comma(_number_texts(rows, plan), plan.delimiter))
    for day_first in (False, True):
        builder = StatementBuilder(SLUG, FORMAT.timezone)
        read = RowReader(plan=plan, decimal_comma=comma, day_first=day_first, fees_negative=False)
        builder.each(rows, partial(make_trip_reader(rows, read) if plan.is_trips else read, builder))
        # A row that only waits for its contract size was understood.
        waiting = sum(problem.code == RowCode.CONTRACT_SIZE for problem in builder.problems)
        fills = len(builder.executions) + waiting
        if fills and (fills + len(builder.others)) * 2 > len(rows):
            return True
    return False


def preview_plan(source: SourceFile) -> Plan | None:
    """Return the likeliest plan of a file for a form that maps columns; None when it holds no rows.

    Raises:
        ImportFileError: If the file holds no tables.
    """
    grids = [grid for grid in head_grids(source) if grid.records]
    if not grids:
        raise ImportFileError(f"{source.name!r} is empty.", hint="Choose another file.", code=FileCode.EMPTY)
    try:
        return find_plan(grids, {}, currency=FORMAT.currency, name=source.name)
    except ImportFileError:
        return next(iter(propose_plans(grids, currency=FORMAT.currency)), None)


def preview_table(source: SourceFile) -> tuple[list[str], list[list[str]]]:
    """Return (header, first rows) for a form that maps columns: of the header found, else of the first line.

    Raises:
        ImportFileError: If the file holds no tables.
    """
    plan = preview_plan(source)
    return (list(plan.header), [list(row) for row in plan.sample[:20]]) if plan else ([], [])


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every row as a fill, a skipped order or a problem; large files through columns.

    Raises:
        ImportFileError: If the columns, or the order of day and month, cannot be told.
    """
    if source.kind not in KINDS:
        raise binary_error(source)
    plan = plan_for(source, options)
    if not options.mapping:
        _refuse_doubles(plan, source.name)
    statement = None
    is_large = source.kind is FileKind.TEXT and source.payload.count(b"\n", 0, MANY_BYTES) > MANY_ROWS
    if is_large and _is_plain_plan(plan):
        statement = parse_columns(source, options, plan)
    statement = statement or parse_rows(source, options, plan)
    if _has_one_side(statement) and not ({"side", "buy_quantity", "buy_price"} & set(plan.mapping)):
        message = f"{source.name}: no column tells purchases from sales, and no quantity is negative."
        raise ImportFileError(message, hint="Map the side as well.", code=FileCode.NO_SIDE)
    return statement


def _has_one_side(statement: Statement) -> bool:
    return bool(len(statement.executions)) and bool((statement.executions.side > 0).all())


def _is_plain_plan(plan: Plan) -> bool:
    """Whether the columns are those the fast path knows."""
    is_told = "side" in plan.mapping or not plan.is_amount_signed
    fixed = {field for field in plan.mapping if plan.is_fixed(field)}
    has_numbers = {"quantity", "price"} <= set(plan.mapping)
    return not plan.is_trips and has_numbers and is_told and fixed <= set(INSTRUMENT_FIELDS) - {"symbol"}


def plan_for(source: SourceFile, options: ParseOptions) -> Plan:
    """Return the plan a file is read by: the user's mapping, else the proposed one.

    Raises:
        ImportFileError: If it is not complete.
    """
    currency = (options.currency or FORMAT.currency).upper()
    if not options.mapping:
        return _proposed_plan(source, currency)
    return find_plan(head_grids(source), options.mapping, currency=currency, name=source.name)


def _proposed_plan(source: SourceFile, currency: str) -> Plan:
    """Return the proposed plan of a file, made once: recognising a file and reading it ask the same."""
    key = f"plan {currency}"
    if key not in source.extracts:
        source.extracts[key] = find_plan(head_grids(source), {}, currency=currency, name=source.name)
    plan: Plan = source.extracts[key]
    return plan


def _refuse_doubles(plan: Plan, name: str) -> None:
    """Refuse a proposal that takes one of two columns of a name; a person may choose the first.

    Raises:
        ImportFileError: If the two differ.
    """
    taken = {normalise_header(title) for title in (*plan.mapping.values(), *plan.fee_columns)}
    open_names = {title for title in taken if f"{title} 2" in plan.columns and f"{title} 2" not in taken}
    header = [title if normalise_header(title) in open_names else "" for title in plan.header]
    sample = [Row(0, list(cells), plan.columns) for cells in plan.sample]
    refuse_doubles(header, sample, name=name, line=plan.line)


def parse_rows(source: SourceFile, options: ParseOptions, plan: Plan) -> Statement:
    """Read the file row by row."""
    grids = read_grids(source)
    grid = next(item for item in grids if item.name == plan.sheet)
    rows = [Row(record.line, record.cells, plan.columns) for record in grid.records[plan.place + 1 :]]
    order = _decide_order(rows, plan, options, source.name)
    comma = bool(decide_decimal_comma(_number_texts(rows, plan), grid.delimiter))
    read = RowReader(plan=plan, decimal_comma=comma, day_first=order.day_first, fees_negative=False)
    read = replace(read, fees_negative=_are_fees_negative(rows, read))
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    if plan.is_trips:
        trips = make_trip_reader(rows, read)
        builder.each(oldest_first(rows, trips.opened), partial(trips, builder))
    else:
        builder.each(oldest_first(rows, read.moment), partial(read, builder))
    builder.notes += [order.note] if order.note else []
    builder.notes += doubtful_mark(_number_texts(rows, plan), decimal_comma=comma)
    builder.notes += _tell_sheets(grids, plan)
    accounts = tuple(sorted(set(_texts(rows, plan, "account")) - {""}))
    return _annotate(builder.build(rows=len(rows)), plan, read, accounts)


def _tell_sheets(grids: Sequence[Grid], plan: Plan) -> list[str]:
    ignored = [grid.name for grid in grids if grid.name != plan.sheet and grid.records]
    if not ignored:
        return []
    return [f"Read was the sheet {plan.sheet!r}; ignored were {', '.join(repr(name) for name in ignored)}."]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    day_first: bool
    note: str = ""


def _decide_order(rows: Sequence[Row], plan: Plan, options: ParseOptions, name: str) -> _Order:
    """Return the order of day and month: as chosen, as the column tells, else as other columns of dates tell.

    Raises:
        ImportFileError: If nothing tells.
    """
    texts = _texts(rows, plan, *DATE_FIELDS)
    if options.day_first is not None:
        return _Order(day_first=options.day_first)
    try:
        return _Order(day_first=decide_day_first(texts, name=name))
    except ImportFileError:
        others = [[row.text(title) for row in rows] for title in plan.unused]
        order = settle_date_order(_texts(rows, plan, *DATE_FIELDS[:5]), others)
        if order is None or order.day_first is None:
            raise
        return _Order(day_first=order.day_first, note=order.evidence)


def parse_columns(source: SourceFile, options: ParseOptions, plan: Plan) -> Statement | None:
    """Read the file column by column; None where rows must be read."""
    try:
        result = parse_fast(source.payload, make_spec(source, options, plan))
    except ImportFileError:
        if options.day_first is not None:
            raise
        return None  # the rows look at every column of dates before they ask
    if result is None:
        return None
    read = RowReader(plan=plan, decimal_comma=False, day_first=result.day_first, fees_negative=result.fees_negative)
    return _annotate(result.statement, plan, read, result.accounts)


def make_spec(source: SourceFile, options: ParseOptions, plan: Plan) -> FastSpec:
    """Describe the table to the fast path."""
    delimiter = plan.delimiter
    sample = [Row(0, list(cells), plan.columns) for cells in plan.sample]
    comma = bool(decide_decimal_comma(_number_texts(sample, plan), delimiter))
    fields = [field for field in INSTRUMENT_FIELDS if plan.column(field)]
    fixed = {field: plan.fixed(field) for field in INSTRUMENT_FIELDS if plan.is_fixed(field)}
    # Where the quantity is what was filled, a status says nothing more; rows of nothing filled are skipped one by one.
    status = None if plan.is_quantity_filled else plan.position("status")
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
        fee_kinds=tuple(map(int, plan.fee_kinds)),
        fee_currency=plan.position("fee_currency"),
        instrument=_positions(plan, *fields),
        status=None if status is None else (status, is_filled),
        account=plan.position("account"),
        identity=plan.position("broker_id"),
        fingerprint=tuple(plan.position(field) for field in FINGERPRINT_FIELDS),
        read_side=read_word,
        make_instrument=lambda texts: make_instrument(fixed | dict(zip(fields, texts, strict=True)), plan),
        decide_day_first=lambda texts: _decide_day_first(texts, options, source.name),
        is_fee_negative=None,
        row_reader=row_reader,
    )


def _positions(plan: Plan, *fields: str) -> tuple[int, ...]:
    return tuple(position for field in fields if (position := plan.position(field)) is not None)


def _decide_day_first(texts: Iterable[str], options: ParseOptions, name: str) -> bool:
    return decide_day_first(texts, name=name) if options.day_first is None else options.day_first


def _texts(rows: Sequence[Row], plan: Plan, *fields: str) -> list[str]:
    names = [name for field in fields if (name := plan.column(field))]
    return [row.text(name) for name in names for row in rows]


def _number_texts(rows: Sequence[Row], plan: Plan) -> list[str]:
    names = [*(name for field in _NUMBER_FIELDS if (name := plan.column(field))), *plan.fee_columns]
    return [row.text(name) for name in names for row in rows]


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
    if read.fees_negative:
        notes.append("Most fees are negative: a negative fee is read as a cost.")
    if read.day_first:
        notes.append("Dates are read with the day first.")
    if "price" not in plan.mapping and not plan.is_trips:
        notes.append("Prices are computed: amount ÷ quantity.")
    paired = int((statement.executions.kind == ExecutionKind.PAIRED).sum())
    if paired:
        notes.append(f"The file prints whole trades: {paired // 2} of them give a paired entry and exit each.")
    if len(accounts) > 1:
        notes.append(
            f"The file names {len(accounts)} accounts; every row goes into the one chosen: {', '.join(accounts[:5])}."
        )
    hint = accounts[0] if len(accounts) == 1 else ""
    return replace(statement, notes=tuple(notes), ignored=tuple(plan.unused), account_hint=hint)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Generic CSV",
    broker="Other broker",
    timezone="UTC",
    sniff=sniff,
    parse=parse,
)

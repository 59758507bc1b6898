"""Large files straight into columns, without a Python object per row.

A format that reads rows with a function describes the same table once more as a `FastSpec`; `parse_fast`
then gives the same statement as the rows would. What a million rows share (symbols, sides,
currencies, days, times of day) is read once per distinct text by the format's own functions;
numbers and ISO times are typed by Arrow. A row that does not come out clean is handed back to the
format's row reader, so that a problem reads the same on both paths. Whenever the two could differ,
`parse_fast` returns None and the caller reads row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np

from data.brokers import fast_columns as columns
from data.brokers.arrow_table import TEXT, is_plain, trim_memory
from data.brokers.builder import StatementBuilder
from data.brokers.content import Content
from data.brokers.fast_measures import Measures, measure, read_typed
from data.brokers.fast_merge import merge_batches
from data.brokers.fast_spec import FastSpec, ReadRow
from data.brokers.lines import read_lines
from data.brokers.local_clock import repeated_note
from data.brokers.mending import mend_rows, mended_lines
from data.brokers.packed_texts import PackedTexts, join_packs, pack_texts
from data.brokers.reader import Row, read_records
from data.brokers.typed_table import TypedTable, each_arrow_table
from domain.columns import ChargeRows, Decimals, ExecutionBatch
from domain.statements import Statement

MANY_ROWS = 5_000
"""Rows from which the fast path is worth its imports."""
MANY_BYTES = 1 << 21
"""Part of a file in which so many rows are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FastResult:
    """The statement and what was decided from whole columns."""

    statement: Statement
    day_first: bool
    fees_negative: bool
    accounts: tuple[str, ...]


def parse_fast(payload: Content, spec: FastSpec) -> FastResult | None:
    """Read a large file; None if only the row reader can.

    Raises:
        ImportFileError: If the file cannot be read as a whole, as the row reader would.
    """
    if not is_plain(payload, spec.layout.delimiter) or not _has_own_columns(spec):
        return None
    table, kinds = read_typed(payload, spec)
    measures = measure(table, kinds, spec) if table is not None else None
    if table is None or measures is None:
        return None
    table.release()
    identities = _identify(payload, table, measures, spec)
    if identities is None:
        return None
    doubtful = np.sort(np.concatenate([table.strays, table.lines[~measures.good]]))
    read = spec.row_reader(measures.day_first, measures.fees_negative)
    rest = _read_rows(payload, doubtful, spec, read)
    if rest is None:
        return None
    batch = _assemble(measures, table.lines, identities, spec.fee_kinds)
    whole = merge_batches(batch, rest.executions, backwards=measures.backwards) if len(rest.executions) else batch
    if whole is None:
        return None
    statement = Statement(
        format=spec.slug,
        rows=len(batch) + rest.rows,
        executions=whole,
        others=rest.others,
        problems=rest.problems,
        timezone=spec.timezone,
        time_example=_find_example(payload, measures, table.lines, spec, read),
        notes=(repeated_note(measures.repeated, spec.timezone),) if measures.repeated else (),
    )
    return FastResult(
        statement=statement,
        day_first=measures.day_first,
        fees_negative=measures.fees_negative,
        accounts=measures.accounts,
    )


def _has_own_columns(spec: FastSpec) -> bool:
    """Whether no column serves two fields that read it in different ways."""
    coded = {*spec.instrument, spec.side, spec.fee_currency, spec.account, spec.status[0] if spec.status else None}
    single = [*spec.moment, spec.quantity, spec.price, *spec.fees, spec.identity]
    single = [column for column in single if column is not None]
    return len(set(single)) == len(single) and not coded & set(single)


def _identify(payload: Content, table: TypedTable, measures: Measures, spec: FastSpec) -> PackedTexts | None:
    """Return the identity of each chosen row, None when a broker id is empty."""
    if spec.identity is not None:
        are_distinct = table.increases(spec.identity)
        chosen = table.texts(spec.identity).pick(measures.rows)
        return None if chosen.has_empty() else columns.name_identities(chosen, are_distinct=are_distinct)
    digests = _digest(payload, spec)
    return None if digests is None else columns.name_fingerprints(digests.pick(measures.rows))


def _digest(payload: Content, spec: FastSpec) -> PackedTexts | None:
    """Return the fingerprint of every row of the table; the texts are read again and dropped."""
    present = [column for column in spec.fingerprint if column is not None]
    parts: list[PackedTexts] = []
    for block, _ in each_arrow_table(payload, spec.layout, dict.fromkeys(present, TEXT), stage="identify"):
        if block is None:
            return None
        are_tidy = all(block.is_tidy(column) for column in present)
        for rows in block.rows(spec.fingerprint, columns.SEPARATOR):
            parts += [pack_texts(columns.digest_rows(rows, are_tidy=are_tidy))]
    trim_memory()
    return join_packs(parts)


def _assemble(measures: Measures, lines: Any, identities: PackedTexts, kinds: Sequence[int]) -> ExecutionBatch:
    rows = measures.rows
    order, codes = columns.first_seen(measures.instrument[rows], len(measures.instruments))
    currencies, currency_codes = columns.first_seen(measures.fee_currency[rows], len(measures.fee_currencies))
    fees = measures.fees.units[rows]
    return ExecutionBatch(
        instruments=tuple(measures.instruments[int(code)] for code in order),
        instrument=codes,
        side=np.ascontiguousarray(measures.side[rows]),
        quantity=_shrink(measures.quantity, rows),
        price=_shrink(measures.price, rows),
        fees=columns.shrink_places(-fees if measures.fees_negative else fees, measures.fees.places),
        fee_currencies=tuple(measures.fee_currencies[int(code)] for code in currencies),
        fee_currency=currency_codes,
        executed_at=np.ascontiguousarray(measures.executed_at[rows]),
        kind=np.zeros(len(codes), dtype=np.int8),
        line=np.ascontiguousarray(lines[rows]),
        identity=identities,
        charges=_charges(measures, kinds) if kinds else (),
    )


def _charges(measures: Measures, kinds: Sequence[int]) -> ChargeRows:
    """Return what the fees of the chosen rows were for, by row: parts of one kind together, none of nothing."""
    places = max(column.places for column in measures.charges)
    distinct = sorted(set(kinds))
    units = np.zeros((len(measures.fees.units[measures.rows]), len(distinct)), dtype=np.int64)
    for kind, column in zip(kinds, measures.charges, strict=True):
        units[:, distinct.index(kind)] += column.units[measures.rows] * 10 ** (places - column.places)
    rows, parts = np.nonzero(units)
    signed = -units[rows, parts] if measures.fees_negative else units[rows, parts]
    return ChargeRows(
        row=rows.astype(np.int64),
        kind=np.array(distinct, dtype=np.int8)[parts],
        amount=columns.shrink_places(signed, places),
    )


def _shrink(column: Decimals, rows: Any) -> Decimals:
    return columns.shrink_places(np.ascontiguousarray(column.units[rows]), column.places)


def _read_rows(payload: Content, lines: Any, spec: FastSpec, read: ReadRow) -> Statement | None:
    """Hand some lines to the row reader; None if it makes executions of any that was not mended."""
    builder = StatementBuilder(spec.slug, spec.timezone)
    rows = _take_rows(payload, lines, spec)
    builder.each(rows, partial(read, builder))
    mended = mended_lines()
    if any(item.line not in mended for item in builder.executions):
        return None
    return builder.build(rows=len(rows))


def _take_rows(payload: Content, lines: Any, spec: FastSpec) -> list[Row]:
    rows: list[Row] = []
    for line, text in read_lines(payload, lines):
        records = read_records(text, delimiter=spec.layout.delimiter)
        rows += [Row(line, record.cells, spec.names) for record in records]
    return mend_rows(rows)


def _find_example(
    payload: Content, measures: Measures, lines: Any, spec: FastSpec, read: ReadRow
) -> tuple[str, datetime] | None:
    """Return the first time of the file as the row reader meets it."""
    ordered = lines[::-1] if measures.backwards else lines
    for line in ordered[:20].tolist():
        builder = StatementBuilder(spec.slug, spec.timezone)
        rows = _take_rows(payload, np.array([line]), spec)
        builder.each(rows, partial(read, builder))
        example = builder.build(rows=len(rows)).time_example
        if example:
            return example
    return None

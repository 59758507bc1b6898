"""A sample of a file that is safe to show: what its author needs to report a layout nobody has read before."""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterator

from data.brokers import ParseOptions, detect, format_by_slug
from data.brokers.anonymous import FIRST_ROWS, Mask, hide_records, split_raw
from data.brokers.cells import clean
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.field_names import split_columns
from data.brokers.formats.generic_csv import preview_plan
from data.brokers.generic_table import Plan, propose_plans
from data.brokers.grids import Grid, read_grids
from data.brokers.reader import sniff_delimiter
from data.brokers.records import Record, normalise_header
from data.brokers.source import FileKind, SourceFile
from domain.errors import ImportFileError


def anonymise_file(source: SourceFile, options: ParseOptions, *, slug: str = "", key: bytes = b"") -> Iterator[str]:
    """Yield the text of an anonymised sample: header, first rows and rows with problems.

    Workbooks and HTML tables come out as delimited text of the sheet that holds the trades.

    Args:
        source: The file.
        options: How it would be read, to find the rows with problems.
        slug: Format to read it by, "" for the one that claims it.
        key: Secret the masks are made with; a new one when empty, which nobody keeps.

    Raises:
        ImportFileError: If the file holds no table.
    """
    plan = _find_plan(source)
    text = source.text if source.kind is FileKind.TEXT else _write_grid(source, plan)
    mask = Mask(key=key or secrets.token_bytes(16), fields=_positions(plan), decimal_comma=_has_decimal_comma(plan))
    lines = _problem_lines(source, options, slug)
    return hide_records(split_raw(text, plan.delimiter), plan, mask, lines)


def _find_plan(source: SourceFile) -> Plan:
    """Return the likeliest header of a file, also of one whose quotes the strict reader refuses."""
    try:
        plan = preview_plan(source)
    except ImportFileError:
        if source.kind is not FileKind.TEXT:
            raise
        delimiter = sniff_delimiter(source.head)
        records = [
            Record(record.line, [clean(cell.text) for cell in record.cells])
            for record in split_raw(source.head, delimiter)
        ]
        grid = Grid(records=[record for record in records if not record.is_blank], delimiter=delimiter)
        plan = next(iter(propose_plans([grid], currency="USD")), None) if grid.records else None
    if plan is None:
        raise ImportFileError(f"{source.name!r} holds no table.", hint="Choose another file.")
    return plan


def _write_grid(source: SourceFile, plan: Plan) -> str:
    """Return a sheet as delimited text with each record in the line it has in the sheet."""
    grid = next(item for item in read_grids(source) if item.name == plan.sheet)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=plan.delimiter, lineterminator="\n")
    line = 1
    for record in grid.records:
        out.write("\n" * max(0, record.line - line))
        writer.writerow([" ".join(cell.split()) for cell in record.cells])
        line = max(line, record.line) + 1
    return out.getvalue()


def _positions(plan: Plan) -> dict[int, str]:
    """Return position -> field of every mapped column."""
    return {
        plan.columns[normalise_header(title)]: name
        for name in plan.mapping
        if (text := plan.column(name)) is not None
        for title in split_columns(text, plan.columns)
        if normalise_header(title) in plan.columns
    }


def _has_decimal_comma(plan: Plan) -> bool:
    cells = [cell for row in plan.sample for cell in row if cell[:1].lstrip("-").isdigit() or cell[:1] in "-$€£"]
    return bool(decide_decimal_comma(cells, plan.delimiter))


def _problem_lines(source: SourceFile, options: ParseOptions, slug: str) -> list[int]:
    """Return the lines of the first rows that could not be read; none when nothing could."""
    try:
        chosen = format_by_slug(slug) if slug else detect(source).format
        statement = chosen.parse(source, options)
    except ImportFileError:
        return []
    return [item.line for item in statement.problems[:FIRST_ROWS]]

"""What the tests of the crypto formats share: fixtures, readable rows, rearranged columns."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from data.brokers import format_by_slug
from data.brokers.source import SourceFile
from domain.money import decimal_text
from domain.periods import from_micros
from domain.statements import Statement
from tests.data.brokers import expected

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures" / "brokers"


def payload(name: str) -> bytes:
    """Return the bytes of a fixture."""
    return (FIXTURES / name).read_bytes()


def parse(content: bytes) -> Statement:
    """Detect and read a payload."""
    return expected.read("file.csv", content)


def rows(statement: Statement) -> list[tuple[Any, ...]]:
    """Return (line, symbol, currency, side, quantity, price, fee, fee currency, rate, time) of every execution."""
    batch = statement.executions
    found = []
    for row in range(len(batch)):
        instrument = batch.instruments[int(batch.instrument[row])]
        rate = batch.fee_rate[row] if batch.fee_rate else None
        found.append(
            (
                int(batch.line[row]),
                instrument.symbol,
                instrument.currency,
                "buy" if batch.side[row] > 0 else "sell",
                decimal_text(batch.quantity.at(row)),
                decimal_text(batch.price.at(row)),
                decimal_text(batch.fees.at(row)),
                batch.fee_currencies[int(batch.fee_currency[row])],
                None if rate is None else decimal_text(rate),
                from_micros(int(batch.executed_at[row])).isoformat(timespec="microseconds")[:-6],
            )
        )
    return found


def rearrange(content: bytes, *, header_line: int = 1, delimiter: str = ",") -> bytes:
    """Return the table with its columns reversed and a strange one added; preamble lines are kept."""
    lines = content.decode().splitlines(keepends=True)
    table = list(csv.reader(io.StringIO("".join(lines[header_line - 1 :])), delimiter=delimiter))
    out = io.StringIO()
    out.write("".join(lines[: header_line - 1]))
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    for position, record in enumerate(table):
        writer.writerow(["Added" if position == 0 else "x", *reversed(record)])
    return out.getvalue().encode()


def check_rearranged(content: bytes, slug: str, **how: Any) -> None:
    """Assert that the order of columns and an additional one change nothing."""
    before = parse(content)
    after = parse(rearrange(content, **how))
    assert after.format == before.format == slug
    assert rows(after) == rows(before)
    assert after.executions.identity == before.executions.identity
    assert [(row.line, row.label) for row in after.others] == [(row.line, row.label) for row in before.others]


def check_sniff_survives_garbage(slug: str) -> None:
    """Assert that no bytes make the sniffing raise or claim."""
    sniff = format_by_slug(slug).sniff
    for content in (
        b"",
        b"\x00\xff\x00",
        b"\xff\xfe\x00",
        b"PK\x03\x04zip",
        b"<html><table>",
        b"a,b\n1,2\n",
        b"\n\n,,,\n",
    ):
        assert sniff(SourceFile("x.csv", content)) < 0.5

"""What must hold whatever bytes a reader is given."""

from __future__ import annotations

import random
from dataclasses import dataclass

from data.brokers import BrokerFormat, ParseOptions, format_by_slug
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from domain.executions import ExecutionKind
from domain.import_codes import FileCode
from domain.periods import to_micros
from domain.statements import Statement

ZONES = ("", "", "UTC", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a reader took a payload: "read", "problems", "nothing" or "refused", and the code of a refusal."""

    kind: str
    code: str = ""


def random_options(rng: random.Random) -> ParseOptions:
    """Return what a user could have chosen."""
    return ParseOptions(
        timezone=rng.choice(ZONES),
        currency=rng.choice(("", "", "EUR")),
        day_first=rng.choice((None, None, True, False)),
    )


def read_anything(slug: str, name: str, payload: bytes, options: ParseOptions) -> Outcome:
    """Hand a payload to a format and check what comes back.

    Anything but the import error passes through, and so does a statement that does not add up.
    """
    source = SourceFile(name, payload)
    chosen: BrokerFormat = format_by_slug(slug)
    confidence = chosen.sniff(source)
    assert 0 <= confidence <= 1, confidence
    try:
        statement = chosen.parse(source, options)
    except ImportFileError as error:
        return check_refusal(error)
    check_statement(statement)
    if statement.problems:
        return Outcome("problems")
    return Outcome("read" if statement.rows else "nothing")


def check_refusal(error: ImportFileError) -> Outcome:
    """Check that a refusal says why, and that no reader died or lost rows over the file."""
    assert error.message
    assert error.code not in (FileCode.PARSER_CRASHED, FileCode.ROWS_UNACCOUNTED, FileCode.BUSY), error.message
    return Outcome("refused", error.code)


def check_statement(statement: Statement) -> None:
    """Check that every row is accounted for and every execution can be stored."""
    batch = statement.executions
    trades = sum(int(kind) == ExecutionKind.TRADE for kind in batch.kind)
    assert trades + len(statement.others) + len(statement.problems) == statement.rows
    assert len(set(batch.identity)) == len(batch)
    assert all(batch.identity)
    for row in range(len(batch)):
        assert batch.quantity.at(row) > 0
        assert batch.price.at(row).is_finite()
        assert batch.fees.at(row).is_finite()
    for item in statement.others:
        assert item.label is not None
        assert item.amount is None or item.amount.is_finite()
        assert item.occurred_at is None or to_micros(item.occurred_at) is not None
    for problem in statement.problems:
        assert problem.line >= 1
        assert problem.reason
        assert len(problem.value) <= 200

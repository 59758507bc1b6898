"""Rows that cannot be used and that their owner leaves out: other rows instead of problems."""

from __future__ import annotations

from dataclasses import replace

from data.brokers.builder import fingerprint
from domain.errors import RowProblem
from domain.fixes import LEFT_OUT, Fixes
from domain.statements import OtherKind, OtherRow, Statement


def leave_out(statement: Statement, fixes: Fixes) -> Statement:
    """Return the statement with the problems of the skipped lines counted as other rows.

    Only what cannot be used can be left out: a line that reads well stays what it is.
    """
    lines = frozenset(fixes.skipped)
    skipped = [item for item in statement.problems if item.line in lines]
    if not skipped:
        return statement
    return replace(
        statement,
        others=(*statement.others, *(_other_row(item, place) for place, item in enumerate(skipped))),
        problems=tuple(item for item in statement.problems if item.line not in lines),
    )


def _other_row(problem: RowProblem, place: int) -> OtherRow:
    texts = (LEFT_OUT, str(problem.line), problem.column, problem.value, problem.reason)
    return OtherRow(
        line=problem.line,
        kind=OtherKind.SKIPPED,
        label=LEFT_OUT,
        description=f"{problem.column}: {problem.value}" if problem.column else problem.value,
        reason=problem.reason,
        identity=f"{fingerprint(texts)}:{place + 1}",
    )

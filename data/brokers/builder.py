"""Builds a statement row by row and proves that no row was lost.

A format hands every data row to `each`; the row becomes executions, other rows or a problem.
A row that becomes nothing is a fault of the format and is shown as a problem, never dropped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.brokers.batch import make_batch
from data.brokers.cells import CellError
from data.brokers.reader import Row
from domain.errors import ImportFileError, RowProblem
from domain.executions import ExecutionKind
from domain.statements import OtherKind, OtherRow, ParsedExecution, Statement

FINGERPRINT_VERSION = "#1"
AnyRow = TypeVar("AnyRow", bound=Row)


class StatementBuilder:
    """Collects what a format reads. One builder a file; not thread-safe.

    Args:
        slug: Slug of the format.
        timezone: IANA zone naive times are read in.
    """

    def __init__(self, slug: str, timezone: str) -> None:
        self.slug = slug
        self.timezone = timezone
        self.account_hint = ""
        self.currency_hint = ""
        self.executions: list[ParsedExecution] = []
        self.others: list[OtherRow] = []
        self.problems: list[RowProblem] = []
        self.notes: list[str] = []
        self._zone = _zone(timezone)
        self._example: tuple[str, datetime] | None = None
        self._outcomes = 0

    def each(self, rows: Iterable[AnyRow], read: Callable[[AnyRow], Any]) -> None:
        """Hand every row to a reading function that calls `execution`, `other` or `problem`.

        A `CellError` becomes a problem of the row, after whatever the row had already given is
        taken back; a row without any outcome becomes one as well.
        """
        for row in rows:
            mark = (len(self.executions), len(self.others), len(self.problems))
            try:
                read(row)
            except CellError as error:
                del self.executions[mark[0] :], self.others[mark[1] :], self.problems[mark[2] :]
                self.cell_problem(row.line, error)
            if (len(self.executions), len(self.others), len(self.problems)) == mark:
                self.problem(
                    row.line,
                    value=row.joined(),
                    reason="The row is not understood.",
                    hint="Report the file, with the numbers changed, so that the format can learn it.",
                )

    def execution(self, **values: Any) -> None:
        """Add one fill; keyword arguments are the fields of `ParsedExecution`.

        Raises:
            CellError: If the quantity is not positive, the price negative or the contract size unknown.
        """
        parsed = ParsedExecution(**values)
        if parsed.quantity <= 0:
            raise CellError("Quantity", str(parsed.quantity), "The quantity is not more than zero.")
        if parsed.price < 0 and not parsed.instrument.asset_class.value.startswith("future"):
            raise CellError("Price", str(parsed.price), "The price is negative.")
        if parsed.instrument.multiplier is None:
            raise CellError(
                "Symbol",
                parsed.instrument.symbol,
                "The contract size of this instrument is not known.",
                "Add a column Multiplier with it to the file and import it with a mapping of your own.",
            )
        if not (parsed.identity or parsed.fingerprint):
            message = f"format {self.slug} gives line {parsed.line} neither an id nor a fingerprint"
            raise AssertionError(message)
        self.executions.append(parsed)

    def other(self, line: int, kind: OtherKind, label: str, **values: Any) -> None:
        """Keep a row as its own kind; further keyword arguments are the fields of `OtherRow`."""
        self.others.append(OtherRow(line=line, kind=kind, label=label, **values))

    def problem(self, line: int, *, reason: str, column: str = "", value: str = "", hint: str = "") -> None:
        """Report a row that cannot be used."""
        self.problems.append(RowProblem(line=line, column=column, value=value[:200], reason=reason, hint=hint))

    def cell_problem(self, line: int, error: CellError) -> None:
        """Report a row through the error of one of its cells."""
        self.problem(line, column=error.column, value=error.value, reason=error.reason, hint=error.hint)

    def instant(self, moment: datetime | date, *, raw: str, column: str = "Date") -> datetime:
        """Return the UTC instant of a time read in the statement's zone.

        A naive time in the gap of a clock change is an error; in the overlap the first pass is
        taken. A bare date stands for 00:00 of that day. The first one is kept as the example.

        Raises:
            CellError: If that local time does not exist.
        """
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - localised below
        instant = moment.astimezone(UTC) if moment.tzinfo else self._localise(moment, raw, column)
        if self._example is None:
            self._example = (raw, instant)
        return instant

    def _localise(self, moment: datetime, raw: str, column: str) -> datetime:
        instant = moment.replace(tzinfo=self._zone).astimezone(UTC)
        back = instant.astimezone(self._zone).replace(tzinfo=None)
        if back != moment and moment.time() != datetime.min.time():
            reason = f"{raw} does not exist in {self.timezone}: the clock jumps over it."
            raise CellError(column, raw, reason, "Choose the time zone the broker writes in.")
        if back != moment:
            # Midnight itself is skipped in a few zones: a date-only row belongs to the day's first instant.
            return (moment + timedelta(hours=1)).replace(tzinfo=self._zone).astimezone(UTC)
        return instant

    def build(self, *, rows: int) -> Statement:
        """Return the statement of a file with this many data rows.

        Raises:
            ImportFileError: If the rows do not add up: a fault of the format, never shown as success.
        """
        counted = sum(item.kind is ExecutionKind.TRADE for item in self.executions)
        total = counted + len(self.others) + len(self.problems)
        if total != rows:
            message = f"The {self.slug} reader accounted for {total} of {rows} rows."
            raise ImportFileError(message, hint="Report this file; nothing was imported.")
        return Statement(
            format=self.slug,
            rows=rows,
            executions=make_batch(self.executions, assign_identities(self.executions)),
            others=tuple(assign_other_identities(self.others)),
            problems=tuple(sorted(self.problems, key=lambda item: item.line)),
            timezone=self.timezone,
            time_example=self._example,
            account_hint=self.account_hint,
            currency_hint=self.currency_hint,
            notes=tuple(self.notes),
        )


def assign_identities(executions: Sequence[ParsedExecution]) -> list[str]:
    """Return the identity of each execution: its broker id, else fingerprint and ordinal.

    Two fills that look the same stay two: the n-th of them gets the ordinal n, so a file that
    holds three of which two are stored adds exactly one.
    """
    seen: Counter[str] = Counter()
    identities: list[str] = []
    for item in executions:
        base = item.identity or fingerprint(item.fingerprint)
        seen[base] += 1
        repeated = seen[base] > 1
        if item.identity:
            identities.append(f"{base}~{seen[base]}" if repeated else base)
        else:
            identities.append(f"{base}:{seen[base]}")
    return identities


def assign_other_identities(rows: Sequence[OtherRow]) -> list[OtherRow]:
    """Give every other row an identity in the same way as executions have."""
    seen: Counter[str] = Counter()
    result: list[OtherRow] = []
    for row in rows:
        texts = (row.label, str(row.occurred_at), row.symbol, str(row.amount), row.currency, str(row.quantity))
        base = row.identity or fingerprint((*texts, row.description))
        seen[base] += 1
        values = {name: getattr(row, name) for name in OtherRow.__slots__}
        result.append(OtherRow(**{**values, "identity": f"{base}:{seen[base]}"}))
    return result


def fingerprint(texts: Sequence[str]) -> str:
    """Return the versioned fingerprint of a row's identifying raw texts."""
    joined = "\x1f".join(" ".join(text.split()) for text in texts)
    return f"{FINGERPRINT_VERSION}:{hashlib.blake2b(joined.encode(), digest_size=12).hexdigest()}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"Time zone {name[:40]!r} is not known."
        raise ImportFileError(message, hint="Use a name such as America/New_York.") from error

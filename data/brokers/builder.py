"""Builds a statement row by row and proves that no row was lost.

A format hands every data row to `each`; the row becomes executions, other rows or a problem.
A row that becomes nothing is a fault of the format and is shown as a problem, never dropped.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from data.brokers.batch import make_batch
from data.brokers.cells import CellError
from data.brokers.local_clock import LocalClock, repeated_note
from data.brokers.reader import Row
from data.brokers.records import Columns, LastCells
from data.brokers.reversals import pair_reversals, reversal_note
from data.brokers.sizes import sized
from data.brokers.words import HUNDREDTHS
from domain.charge_kinds import add_charges
from domain.errors import ImportFileError, RowProblem
from domain.executions import ExecutionKind
from domain.import_codes import FileCode, RowCode
from domain.statements import OtherKind, OtherRow, ParsedExecution, PrintedBalance, Statement, Supersession
from domain.watching import report_rows

FINGERPRINT_VERSION = "#1"
SETTLES = "settles:"
"""What the identity of a settlement puts before that of its execution."""
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
        self.balances: list[PrintedBalance] = []
        self.settlements: dict[int, tuple[str, Decimal]] = {}
        self.replaced: dict[int, Sequence[str]] = {}
        self.cancelled: list[Supersession] = []
        self.reversals: list[int] = []
        self.notes: list[str] = []
        self._clock = LocalClock(timezone)
        self._widths: dict[int, int] = {}
        self._tables: dict[int, Columns] = {}
        self._example: tuple[str, datetime] | None = None
        self._outcomes = 0
        self._unread: list[str] = []
        self._units: dict[str, str] = {}

    def each(self, rows: Iterable[AnyRow], read: Callable[[AnyRow], Any]) -> None:
        """Hand every row to a reading function that calls `execution`, `other` or `problem`.

        A `CellError` becomes a problem of the row, after whatever the row had already given is
        taken back; a row without any outcome becomes one as well.
        """
        for row in report_rows(rows):
            if isinstance(row.columns, Columns):
                self._tables[id(row.columns)] = row.columns
            mark, balances = (len(self.executions), len(self.others), len(self.problems)), len(self.balances)
            try:
                read(row)
                if len(self.executions) > mark[0]:
                    self._check_width(row)
            except CellError as error:
                del self.executions[mark[0] :], self.others[mark[1] :], self.problems[mark[2] :]
                del self.balances[balances:]
                self.settlements = {key: cash for key, cash in self.settlements.items() if key < mark[0]}
                self.reversals = [key for key in self.reversals if key < mark[0]]
                self.replaced = {key: earlier for key, earlier in self.replaced.items() if key < mark[0]}
                self.cell_problem(row.line, self._find_cut(row) or error)
            if (len(self.executions), len(self.others), len(self.problems)) == mark:
                self.problem(
                    row.line,
                    value=row.joined(),
                    reason="The row is not understood.",
                    hint="Report the file, with the numbers changed, so that the format can learn it.",
                )

    def _check_width(self, row: Row) -> None:
        """Refuse a fill whose row has cells no header names, or breaks off at the end of the file."""
        width = self._width(row)
        if len(row.cells) > width and any(row.cells[width:]):
            extra = next(filter(None, row.cells[width:]))
            reason = f"The row has more cells than the header has columns ({width})."
            hint = "Put quotes around cells that hold the delimiter."
            raise CellError("", extra, reason, hint, code=RowCode.ROW_TOO_LONG)
        cut = self._find_cut(row)
        if cut is not None:
            raise cut

    def _find_cut(self, row: Row) -> CellError | None:
        """Return what is wrong with the last row of a file that ends within it, None for all others."""
        width = self._width(row)
        if len(row.cells) >= width or not isinstance(row.cells, LastCells):
            return None
        reason = f"The file ends within this row: it has {len(row.cells)} of {width} cells."
        return CellError("", row.joined(), reason, "Download the file again.", code=RowCode.ROW_CUT_OFF)

    def _width(self, row: Row) -> int:
        """Return how many columns the row's header names; asked of every row, so kept by header."""
        width = self._widths.get(id(row.columns))
        if width is None:
            width = self._widths[id(row.columns)] = max(row.columns.values(), default=len(row.cells)) + 1
        return width

    def execution(self, **values: Any) -> None:
        """Add one fill; keyword arguments are the fields of `ParsedExecution`.

        Where only `charges` are given, the fees are their sum.

        Raises:
            CellError: If the quantity is not positive, the price negative or the contract size unknown.
        """
        if "charges" in values:
            values["charges"] = add_charges(values["charges"])
            values.setdefault("fees", sum((amount for _, amount in values["charges"]), Decimal(0)))
        parsed = ParsedExecution(**values)
        if parsed.instrument.currency in HUNDREDTHS or parsed.fee_currency in HUNDREDTHS:
            parsed = self._in_money(parsed)
        instrument = sized(parsed.instrument, parsed.executed_at.date())
        if instrument is not parsed.instrument:
            parsed = replace(parsed, instrument=instrument)
        if parsed.quantity <= 0:
            reason = "The quantity is not more than zero."
            raise CellError("Quantity", str(parsed.quantity), reason, code=RowCode.QUANTITY)
        if parsed.price < 0 and not parsed.instrument.asset_class.value.startswith("future"):
            raise CellError("Price", str(parsed.price), "The price is negative.", code=RowCode.PRICE)
        if parsed.instrument.multiplier is None:
            raise CellError(
                "Symbol",
                parsed.instrument.symbol,
                "The contract size of this instrument is not known.",
                "Enter it under Settings, Instruments, and import the file again.",
                code=RowCode.CONTRACT_SIZE,
            )
        if not (parsed.identity or parsed.fingerprint):
            message = f"format {self.slug} gives line {parsed.line} neither an id nor a fingerprint"
            raise AssertionError(message)
        self.executions.append(parsed)

    def _in_money(self, parsed: ParsedExecution) -> ParsedExecution:
        """Return a fill in money whose price or fee is in pence or the like; a fee without a unit is in money."""
        item, unit, paid = parsed.instrument, parsed.instrument.currency, parsed.fee_currency
        if unit in HUNDREDTHS:
            money = HUNDREDTHS[unit]
            self._units[unit] = f"Prices in {unit} are stored in {money}; fees without a unit of their own are {money}."
            item = replace(item, currency=money)
            parsed = replace(parsed, instrument=item, price=parsed.price.scaleb(-2), fee_currency=paid or money)
        if paid in HUNDREDTHS:
            charges = tuple((kind, amount.scaleb(-2)) for kind, amount in parsed.charges)
            parsed = replace(parsed, fees=parsed.fees.scaleb(-2), fee_currency=HUNDREDTHS[paid], charges=charges)
        return parsed

    def other(self, line: int, kind: OtherKind, label: str, **values: Any) -> None:
        """Keep a row as its own kind; further keyword arguments are the fields of `OtherRow`."""
        unit = values.get("currency")
        if unit in HUNDREDTHS:
            amount = values.get("amount")
            values |= {"currency": HUNDREDTHS[unit], "amount": amount and amount.scaleb(-2)}
        self.others.append(OtherRow(line=line, kind=kind, label=label, **values))

    def balance(self, line: int, occurred_at: datetime, currency: str, read: Callable[[], Decimal]) -> Decimal | None:
        """Keep a running balance the file prints: what is left after everything up to this row.

        One that cannot be read costs its row nothing: it is told in the notes, left out, and None is returned.
        """
        try:
            amount = read()
        except CellError as error:
            self._unread.append(f"line {line}: {error}")
            return None
        self.balances.append(
            PrintedBalance(
                line=line,
                occurred_at=occurred_at,
                currency=currency.strip().upper(),
                amount=amount,
                position=len(self.balances),
            )
        )
        return amount

    def settle(self, currency: str, amount: Decimal) -> None:
        """Say what the last execution moved in cash, fees aside, when it is not in the currency of its price.

        Args:
            currency: The currency the broker booked.
            amount: Signed: a purchase takes money away.
        """
        self.settlements[len(self.executions) - 1] = (currency.strip().upper(), amount)

    def replace(self, earlier: Sequence[str]) -> None:
        """Say that the last execution takes the place of those with these identities, wherever they are."""
        self.replaced[len(self.executions) - 1] = earlier

    def cancel(self, line: int, earlier: Sequence[str]) -> None:
        """Say that a row, kept as an other row, takes the executions with these identities out."""
        self.cancelled += [Supersession(line=line, identity=identity) for identity in earlier]

    def reverse(self) -> None:
        """Say that the last execution takes back another one, and that the row does not tell which."""
        self.reversals.append(len(self.executions) - 1)

    def problem(
        self,
        line: int,
        *,
        reason: str,
        column: str = "",
        value: str = "",
        hint: str = "",
        code: RowCode = RowCode.NOT_UNDERSTOOD,
    ) -> None:
        """Report a row that cannot be used."""
        found = RowProblem(line=line, column=column, value=value[:200], reason=reason, hint=hint, code=code)
        self.problems.append(found)

    def cell_problem(self, line: int, error: CellError) -> None:
        """Report a row through the error of one of its cells."""
        found = {"column": error.column, "value": error.value, "reason": error.reason, "hint": error.hint}
        self.problem(line, **found, code=error.code)

    def instant(self, moment: datetime | date, *, raw: str, column: str = "Date") -> datetime:
        """Return the UTC instant of a time read in the statement's zone.

        A naive time in the gap of a clock change is an error; in the overlap the order of the rows
        decides. A bare date stands for 00:00 of that day. The first one is kept as the example.

        Raises:
            CellError: If that local time does not exist.
        """
        if not isinstance(moment, datetime):
            moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - localised below
        instant = self._clock.instant(moment, raw, column)
        if self._example is None:
            self._example = (raw, instant)
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
            hint = "Report this file; nothing was imported."
            raise ImportFileError(message, hint=hint, code=FileCode.ROWS_UNACCOUNTED)
        if self._clock.repeated:
            self.notes.append(repeated_note(self._clock.repeated, self.timezone))
        identities = assign_identities(self.executions)
        pairs = pair_reversals(self.executions, self.reversals)
        alone = sorted(self.executions[place].line for place in self.reversals if place not in pairs)
        if alone:
            self.notes.append(reversal_note(alone))
        if self._unread:
            self.notes.append(f"{len(self._unread)} printed balances were not read, first in {self._unread[0]}")
        return Statement(
            format=self.slug,
            rows=rows,
            executions=make_batch(self.executions, identities),
            others=tuple(assign_other_identities(self.others)),
            problems=tuple(sorted(self.problems, key=lambda item: item.line)),
            timezone=self.timezone,
            time_example=self._example,
            account_hint=self.account_hint,
            currency_hint=self.currency_hint,
            notes=(*self.notes, *self._units.values()),
            ignored=tuple(dict.fromkeys(title for columns in self._tables.values() for title in columns.ignored)),
            balances=tuple(assign_balance_identities(self.balances)),
            settlements=tuple(self._settlement(row, identities[row]) for row in self.settlements),
            supersessions=(*self.cancelled, *self._supersessions(identities, pairs)),
        )

    def _supersessions(self, identities: Sequence[str], pairs: Mapping[int, int]) -> Iterator[Supersession]:
        for row, earlier in self.replaced.items():
            for identity in earlier:
                yield Supersession(line=self.executions[row].line, identity=identity, by=identities[row])
        for row, original in pairs.items():
            for place in (original, row):  # neither of the two is a fill
                yield Supersession(line=self.executions[row].line, identity=identities[place])

    def _settlement(self, row: int, identity: str) -> OtherRow:
        item, (currency, amount) = self.executions[row], self.settlements[row]
        return OtherRow(
            line=item.line,
            kind=OtherKind.SETTLEMENT,
            label="cash of a trade",
            occurred_at=item.executed_at,
            symbol=item.instrument.symbol,
            amount=amount,
            currency=currency,
            identity=f"{SETTLES}{identity}",
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


def assign_balance_identities(balances: Sequence[PrintedBalance]) -> list[PrintedBalance]:
    """Give every printed balance an identity: its instant, currency and value, and the ordinal among equals."""
    seen: Counter[str] = Counter()
    result: list[PrintedBalance] = []
    for item in balances:
        base = fingerprint((item.occurred_at.isoformat(), item.currency, f"{item.amount.normalize():f}"))
        seen[base] += 1
        result.append(replace(item, identity=f"{base}:{seen[base]}"))
    return result


def fingerprint(texts: Sequence[str]) -> str:
    """Return the versioned fingerprint of a row's identifying raw texts."""
    joined = "\x1f".join(" ".join(text.split()) for text in texts)
    return f"{FINGERPRINT_VERSION}:{hashlib.blake2b(joined.encode(), digest_size=12).hexdigest()}"

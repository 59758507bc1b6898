"""Interactive Brokers activity statement as CSV, with its sections.

Read are trades, every cash section, corporate actions, transfers, grants and open positions; contract
sizes come from "Financial Instrument Information". Summaries without rows of their own are named in the notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_datetime, read_decimal
from data.brokers.flex import FlexReader, find_corrections, has_executions
from data.brokers.ibkr import TIMEZONE, cash_kind, read_moment, split_ratio, subject
from data.brokers.ibkr_sections import SectionRow, read_fields, read_sections
from data.brokers.reader import read_records
from data.brokers.source import FileKind, SourceFile
from domain.statements import OtherKind, Statement

SLUG = "ibkr-activity-statement"
KEPT = {
    "Corporate Actions": OtherKind.CORPORATE_ACTION,
    "Transfers": OtherKind.TRANSFER,
    "Grant Activity": OtherKind.REWARD,
    "Open Positions": OtherKind.POSITION,
}
DATES = ("Date/Time", "Date", "Settle Date", "Report Date", "Award Date")
FIELDS = ("Statement", "Account Information")
SECURITIES = "Financial Instrument Information"


def sniff(source: SourceFile) -> float:
    """Return 1 for a file with the sections of an activity statement."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    head = source.head.replace('"', "")
    if "\nTrades,Header,DataDiscriminator," in f"\n{head}":
        return 1.0
    return 0.95 if head.startswith("Statement,Header,") and ",Title,Activity" in head else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read every section that changes positions or moves money."""
    rows = read_sections(read_records(source.text, delimiter=",", name=source.name))
    fields = read_fields(rows, *FIELDS)
    data = [row for row in rows if _is_data(row)]
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    builder.account_hint = fields.get("Account", "")
    builder.currency_hint = fields.get("Base Currency", "")
    reader = _Reader(
        builder=builder,
        trades=FlexReader(
            builder=builder,
            currency=options.currency or FORMAT.currency,
            orders_are_fills=not has_executions(data),
            conversion="forex conversion",
            multipliers=_multipliers(rows),
            corrections=find_corrections(data),
        ),
    )
    builder.each(data, reader.read)
    builder.notes += _notes(rows)
    _keep_balances(builder, rows, fields.get("Period", ""))
    return builder.build(rows=len(data))


@dataclass(slots=True)
class _Reader:
    """Reads one row of any section."""

    builder: StatementBuilder
    trades: FlexReader

    def read(self, row: SectionRow) -> None:
        if row.is_total:
            mark = "Total" if row.mark == "Data" else row.mark
            self.builder.other(row.line, OtherKind.SUMMARY, f"{row.title} {mark}", description=row.joined())
        elif row.title == "Trades":
            self.trades.read(row)
        elif row.title in KEPT:
            self._keep(row, KEPT[row.title])
        else:
            self._keep(row, None)

    def _keep(self, row: SectionRow, kind: OtherKind | None) -> None:
        text = row.text("Description")
        amount = _amount(row, kind)
        ratio = split_ratio(text) if kind is OtherKind.CORPORATE_ACTION else None
        moment = _moment(row, required=kind is not OtherKind.POSITION)
        quantity = row.text("Quantity", "Qty")
        self.builder.other(
            row.line,
            OtherKind.SPLIT if ratio else kind or cash_kind(row.title, amount),
            row.title,
            occurred_at=self.builder.instant(moment[0], raw=moment[1]) if moment else None,
            symbol=row.text("Symbol") or subject(text),
            amount=amount,
            currency=row.text("Currency"),
            quantity=read_decimal(quantity, column="Quantity") if quantity not in ("", "--") else None,
            ratio=ratio,
            description=text,
        )


def _is_data(row: SectionRow) -> bool:
    if row.mark not in ("Data", "SubTotal", "Total") or row.title in (*FIELDS, SECURITIES):
        return False
    return row.title == "Trades" or row.title in KEPT or _is_cash(row)


def _is_cash(row: SectionRow) -> bool:
    return row.has("Amount") and row.has("Description") and row.has("Currency") and row.has(*DATES)


def _amount(row: SectionRow, kind: OtherKind | None) -> Decimal | None:
    if kind is None:
        return row.decimal("Amount")
    name = {OtherKind.CORPORATE_ACTION: "Proceeds", OtherKind.TRANSFER: "Cash Amount"}.get(kind, "")
    return row.decimal(name, default=Decimal(0)) or None if name and row.has(name) else None


def _moment(row: SectionRow, *, required: bool) -> tuple[datetime, str] | None:
    for name in DATES:
        text = row.text(name)
        if text:
            return read_moment(text, column=name), text
    if required:
        raise CellError("Date", "", "The cell is empty.", "Fill it in or skip the row.")
    return None


def _multipliers(rows: Sequence[SectionRow]) -> dict[str, Decimal]:
    """Return contract sizes by symbol; a cell may list several names of one contract."""
    found: dict[str, Decimal] = {}
    for row in rows:
        if row.title == SECURITIES and row.mark == "Data" and row.text("Multiplier"):
            try:
                size = row.decimal("Multiplier")
            except CellError:
                continue  # the contract stays without a size, which is a problem of its trades
            found |= {name.strip(): size for name in row.text("Symbol").split(",")}
    return found


def _keep_balances(builder: StatementBuilder, rows: Sequence[SectionRow], period: str) -> None:
    """Keep the ending cash of each currency, which holds at the end of the statement's last day."""
    last = period.rpartition(" - ")[2].strip()
    for row in rows:
        if row.title != "Cash Report" or row.mark != "Data" or row.cells[2] != "Ending Cash" or not row.has("Total"):
            continue
        currency = row.text("Currency")
        if len(currency) != 3 or not last:  # "Base Currency Summary" adds up what the others hold
            continue
        try:
            day = read_datetime(last, ("%B %d, %Y", "%Y-%m-%d"), column="Period")
            moment = builder.instant(day + timedelta(days=1, seconds=-1), raw=period, column="Period")
        except CellError as error:
            builder.notes.append(f"The ending cash in {currency} was not read: {error}")
            continue
        builder.balance(row.line, moment, currency, partial(row.decimal, "Total"))


def _notes(rows: Sequence[SectionRow]) -> list[str]:
    known = (*FIELDS, SECURITIES)
    counts = Counter(row.title for row in rows if row.mark == "Data" and row.title not in known and not _is_data(row))
    if not counts:
        return []
    names = ", ".join(f"{title} ({count})" for title, count in counts.most_common())
    return [f"Sections that change no position and were not read: {names}."]


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Interactive Brokers activity statement",
    broker="Interactive Brokers",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)

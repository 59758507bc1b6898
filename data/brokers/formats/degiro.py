"""DEGIRO account statement: side, quantity and price stand in a localised sentence, costs in rows of their own."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_datetime, round_to
from data.brokers.degiro import (
    Columns,
    Deal,
    find_columns,
    is_cost,
    join_wrapped_ids,
    other_kind,
    read_deal,
    read_number,
)
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, read_records
from data.brokers.source import FileKind, SourceFile
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "degiro-account"
TIMEZONE = "Europe/Amsterdam"
TIMES = ("%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y")
CENT = Decimal("0.01")
_NAMED = re.compile(r"(?P<amount>\d[\d.,]*) (?P<currency>[A-Z]{3})$")
NOT_A_TRADE = "corporate action / cash fund (not a trade)"


@dataclass(slots=True, kw_only=True)
class Order:
    """What the rows of one order id say together."""

    fills: list[tuple[int, Deal]] = field(default_factory=list)
    costs: dict[str, Decimal] = field(default_factory=dict)
    rates: dict[str, Decimal] = field(default_factory=dict)

    @property
    def takes_costs(self) -> bool:
        """Whether its costs belong to fills of this file whose own amounts hold."""
        return bool(self.fills) and all(deal.fits_amount for _, deal in self.fills) and len(self.costs) == 1

    def share(self, line: int) -> tuple[str, Decimal]:
        """Return currency and this fill's part of the costs, by quantity, to the cent and without loss."""
        if not self.takes_costs:
            return "", Decimal(0)
        (currency, total) = next(iter(self.costs.items()))
        whole = sum((deal.quantity for _, deal in self.fills), Decimal(0))
        before = Decimal(0)
        for fill_line, deal in self.fills:
            after = before + deal.quantity
            if fill_line == line:
                start, end = (round_to(total * part / whole, CENT) for part in (before, after))
                return currency, (total if after == whole else end) - start
            before = after
        return "", Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the rows of one statement."""

    builder: StatementBuilder
    columns: Columns
    ids: Mapping[int, str]
    wrapped: frozenset[int]
    orders: dict[str, Order] = field(default_factory=lambda: defaultdict(Order))
    unproved: list[int] = field(default_factory=list)
    balances: dict[str, Decimal] = field(default_factory=dict)

    def cell(self, row: Row, name: str) -> str:
        """Return the text of one of our columns."""
        index = self.columns.positions.get(name)
        return row.cells[index] if index is not None and index < len(row.cells) else ""

    def collect(self, row: Row) -> None:
        """Note what a row says about its order; a broken row is reported when it is read."""
        key = self.ids.get(row.line, "")
        if not key or row.line in self.wrapped:
            return
        try:
            self._collect(row, self.orders[key])
        except CellError:
            return

    def _collect(self, row: Row, order: Order) -> None:
        amount, currency = self._amount(row), self.cell(row, "change")
        deal = read_deal(self.cell(row, "description"), amount, column=self.columns.titles["description"])
        if deal and not deal.prefix:
            order.fills.append((row.line, deal))
        elif is_cost(self.cell(row, "description")) and amount is not None:
            order.costs[currency] = order.costs.get(currency, Decimal(0)) - amount
        elif self.cell(row, "rate"):
            order.rates[currency] = read_number(self.cell(row, "rate"), column=self.columns.titles["rate"])

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        if row.line in self.wrapped:
            reason = "The rest of the order id above."
            self.builder.other(row.line, OtherKind.SKIPPED, "wrapped Order Id line", reason=reason)
            return
        text, amount = self._required(row, "description"), self._amount(row)
        silent = self._keep_balance(row)
        deal = read_deal(text, amount, column=self.columns.titles["description"])
        if deal and not deal.prefix:
            self._execute(row, deal)
        elif deal:
            self._keep(row, OtherKind.CORPORATE_ACTION, NOT_A_TRADE, quantity=deal.side * deal.quantity)
        elif is_cost(text):
            self._keep_cost(row)
        elif amount is None and silent:
            self._keep(row, *other_kind(text, silent[1]), moved=silent)
        else:
            self._keep(row, *other_kind(text, amount))

    def _keep_balance(self, row: Row) -> tuple[str, Decimal] | None:
        """Keep the balance, whose currency and amount stand side by side as those of the change do.

        Returns:
            Currency and amount that the balance changed by since the row before, when the description names
            that amount: a transfer to or from the bank's cash account has no change of its own.
        """
        currency, place = self.cell(row, "balance"), self.columns.positions["balance"]
        beside = place + self.columns.positions["amount"] - self.columns.positions["change"]
        text = row.cells[beside] if 0 <= beside < len(row.cells) else ""
        if not (currency and text):
            return None
        number = partial(read_number, text, column=self.columns.titles["balance"])
        amount = self.builder.balance(row.line, self._instant(row), currency, number)
        if amount is None:
            return None
        moved = amount - self.balances.get(currency, amount)
        self.balances[currency] = amount
        named = _NAMED.search(self.cell(row, "description"))
        if not moved or self.cell(row, "amount") or named is None or named["currency"] != currency:
            return None
        size = read_number(named["amount"], column=self.columns.titles["description"])
        return (currency, moved) if size == abs(moved) else None

    def _execute(self, row: Row, deal: Deal) -> None:
        key = self.ids.get(row.line, "")
        order = self.orders.get(key) if key else None
        fee_currency, fees = order.share(row.line) if order else ("", Decimal(0))
        if not deal.fits_amount:
            self.unproved.append(row.line)
        self.builder.execution(
            line=row.line,
            instrument=Instrument(
                symbol=self._required(row, "isin"),
                asset_class=AssetClass.STOCK,
                currency=deal.currency,
                isin=self.cell(row, "isin"),
                name=self.cell(row, "product"),
            ),
            side=deal.side,
            quantity=deal.quantity,
            price=deal.price,
            fees=fees,
            fee_currency=fee_currency,
            fee_rate=order.rates.get(deal.currency) if order and fee_currency != deal.currency else None,
            executed_at=self._instant(row),
            fingerprint=(
                *(self.cell(row.as_written, name) for name in ("date", "time", "isin", "description", "amount")),
                key,
            ),
        )

    def _keep_cost(self, row: Row) -> None:
        key = self.ids.get(row.line, "")
        order = self.orders.get(key) if key else None
        if order and order.takes_costs:
            self._keep(row, OtherKind.SKIPPED, "fee rows", reason="Counted as the cost of its order.")
        else:
            self._keep(
                row, OtherKind.FEE, "fee rows", reason="Its order is not in this file, or its amounts do not hold."
            )

    def _keep(
        self,
        row: Row,
        kind: OtherKind,
        label: str,
        *,
        quantity: Decimal | None = None,
        reason: str = "",
        moved: tuple[str, Decimal] | None = None,
    ) -> None:
        currency, amount = moved or (self.cell(row, "change"), self._amount(row))
        self.builder.other(
            row.line,
            kind,
            label,
            occurred_at=self._instant(row),
            symbol=self.cell(row, "isin"),
            amount=amount,
            currency=currency if amount is not None else "",
            quantity=quantity,
            description=self.cell(row, "description"),
            reason=reason,
        )

    def _amount(self, row: Row) -> Decimal | None:
        text = self.cell(row, "amount")
        return read_number(text, column=self.columns.titles["amount"]) if text else None

    def _required(self, row: Row, name: str) -> str:
        text = self.cell(row, name)
        if not text:
            raise CellError(self.columns.titles[name], "", "The cell is empty.", "Fill it in or skip the row.")
        return text

    def moment(self, row: Row) -> datetime:
        """Return the naive local time of a row."""
        text = f"{self._required(row, 'date')} {self.cell(row, 'time')}".strip()
        return read_datetime(text, TIMES, column=self.columns.titles["date"])

    def _instant(self, row: Row) -> datetime:
        raw = f"{self.cell(row, 'date')} {self.cell(row, 'time')}"
        return self.builder.instant(self.moment(row), raw=raw, column=self.columns.titles["date"])


def sniff(source: SourceFile) -> float:
    """Return how surely this is an account statement: all its columns, in one of seven languages."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    lines = source.head.splitlines()[:30]
    found = any(find_columns([cell.strip(' "') for cell in line.split(mark)]) for line in lines for mark in ",;")
    return 0.95 if found else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the statement.

    Raises:
        ImportFileError: If no line holds the columns of an account statement.
    """
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    start, columns = _find_header(records, source.name)
    body = records[start + 1 :]
    ids, wrapped = join_wrapped_ids(body, columns.positions)
    reader = Reader(builder=builder, columns=columns, ids=ids, wrapped=frozenset(wrapped))
    rows = oldest_first([Row(record.line, record.cells, {}) for record in body], reader.moment)
    for row in rows:
        reader.collect(row)
    builder.each(rows, reader.read)
    _add_notes(builder, reader)
    return builder.build(rows=len(rows))


def _find_header(records: Sequence[Record], name: str) -> tuple[int, Columns]:
    for position, record in enumerate(records):
        columns = find_columns(record.cells)
        if columns:
            return position, columns
    message = (
        f"{name}: no header line of a DEGIRO account statement (Date, Time, Product, ISIN, Description, Change …)."
    )
    hint = "In DEGIRO choose Inbox > Account statement > Export > CSV."
    raise ImportFileError(message, hint=hint, code=FileCode.MISSING_COLUMNS)


def _add_notes(builder: StatementBuilder, reader: Reader) -> None:
    if reader.unproved:
        listed = ", ".join(map(str, sorted(reader.unproved)[:10]))
        builder.notes.append(f"Quantity times price is not the amount of the row in line {listed}: check these trades.")
    if any(item.kind is OtherKind.CORPORATE_ACTION for item in builder.others):
        builder.notes.append(
            "Product changes, stock dividends and splits are kept as corporate actions, not as trades."
        )


FORMAT = BrokerFormat(
    slug=SLUG,
    title="DEGIRO account statement",
    broker="DEGIRO",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
    currency="EUR",
)

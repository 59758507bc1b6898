"""Trading 212 history: its set and order of columns differs from year to year, so only names count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.claims import claim_header
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, Table, open_table
from data.brokers.source import SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "trading212-history"
TIMEZONE = "UTC"
COLUMNS = ("Action", "Time", "ISIN", "Ticker", "No. of shares", "Price / share", "Currency (Price / share)")
TIMES = ("%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "ISO")
PENCE = Decimal(100)
TOLERANCE = Decimal("0.02")

_TRADE = re.compile(r"(?:market|limit|stop|stop limit) (buy|sell)", re.IGNORECASE)
_FEE = re.compile(
    r"(?P<name>.* fee|stamp duty.*|ptm levy|(?!withholding).* tax)(?: \((?P<currency>[A-Z]{3})\))?", re.IGNORECASE
)
_SUFFIXED = re.compile(r"(?P<name>.+?) \((?P<currency>[A-Z]{3})\)")
_CODE = re.compile(r"[A-Z]{3}")

# The beginning of an action, lower case; the first that fits counts.
KINDS = (
    ("deposit", OtherKind.DEPOSIT),
    ("withdrawal", OtherKind.WITHDRAWAL),
    ("dividend", OtherKind.DIVIDEND),
    ("interest", OtherKind.INTEREST),
    ("lending interest", OtherKind.INTEREST),
    ("share lending interest", OtherKind.INTEREST),
    ("spending cashback", OtherKind.REWARD),
    ("currency conversion", OtherKind.CONVERSION),
    ("stock split close", OtherKind.CORPORATE_ACTION),
    ("stock split", OtherKind.SPLIT),
    ("stock distribution", OtherKind.CORPORATE_ACTION),
    ("transfer", OtherKind.TRANSFER),
    ("withholding tax", OtherKind.TAX),
    ("card debit", OtherKind.WITHDRAWAL),
    ("new card cost", OtherKind.FEE),
)
OUTGOING = (OtherKind.WITHDRAWAL, OtherKind.FEE)


_KINDS_OF_FEES = (
    ("conversion", ChargeKind.CONVERSION),
    ("finra", ChargeKind.REGULATORY),
    ("transaction fee", ChargeKind.REGULATORY),
    ("stamp", ChargeKind.TAX),
    ("tax", ChargeKind.TAX),
    ("ptm", ChargeKind.REGULATORY),
)
"""Words in the headers of costs; the first that fits decides."""


@dataclass(frozen=True, slots=True)
class FeeColumn:
    """A column of costs: its header, and where its currency stands."""

    header: str
    currency: str

    @property
    def kind(self) -> ChargeKind:
        """What its costs are for, by the words of the header."""
        name = self.header.casefold()
        return next((kind for word, kind in _KINDS_OF_FEES if word in name), ChargeKind.OTHER)

    def read(self, row: Row) -> tuple[str, Decimal] | None:
        """Return currency and cost of a row; None when the row has none."""
        if not row.text(self.header):
            return None
        cost = abs(row.decimal(self.header))
        if not cost:
            return None
        currency = self.currency or row.required(f"Currency ({self.header})")
        return ("GBP", cost / PENCE) if currency == "GBX" else (currency, cost)


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one table."""

    builder: StatementBuilder
    fees: tuple[FeeColumn, ...]
    totals: Mapping[str, str]
    ratios: Mapping[tuple[str, str], tuple[Decimal, Decimal]]

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        match = _TRADE.fullmatch(row.required("Action"))
        misplaced = _misplaced_column(row)
        if match and misplaced:
            reason = f"The cell does not belong under {misplaced!r}: the row was written in another order of columns."
            raise CellError(misplaced, row.text(misplaced), reason, "Export the period of this row on its own.")
        if match:
            self._read_trade(row, Side.BUY if match[1].casefold() == "buy" else Side.SELL)
        else:
            self._keep_other(row, misplaced)

    def _read_trade(self, row: Row, side: Side) -> None:
        quantity, price = row.decimal("No. of shares", signed=False), row.decimal("Price / share", signed=False)
        currency = row.required("Currency (Price / share)")
        rate = self._account_rate(row, quantity * price)
        if currency == "GBX":
            price, currency, rate = price / PENCE, "GBP", rate / PENCE if rate else None
        fee_currency, charges = self._charges(row, currency, rate)
        fees = sum((amount for _, amount in charges), Decimal(0))
        self.builder.execution(
            line=row.line,
            instrument=_instrument(row, currency),
            side=side,
            quantity=quantity,
            price=price,
            fees=fees,
            charges=charges,
            fee_currency=fee_currency,
            fee_rate=rate if fee_currency == self._total(row)[1] and fee_currency != currency else None,
            executed_at=self._instant(row),
            identity=row.text("ID"),
            fingerprint=row.raw("Action", "Time", "ISIN", "Ticker", "No. of shares", "Price / share"),
        )
        total, account = self._total(row)
        if total is not None and account not in ("", currency):
            # The total is the money that moved: the shares' worth and the costs in the account's currency.
            costs = fees if fee_currency == account else Decimal(0)
            self.builder.settle(account, side * (side * costs - abs(total)))

    def _charges(self, row: Row, currency: str, rate: Decimal | None) -> tuple[str, list[tuple[ChargeKind, Decimal]]]:
        """Return the costs of a row in one currency; costs in two meet in the instrument's, by the row's own rate."""
        found = [(column.kind, *fee) for column in self.fees if (fee := column.read(row))]
        currencies = {code for _, code, _ in found}
        if len(currencies) <= 1:
            return (currencies.pop() if currencies else currency), [(kind, cost) for kind, _, cost in found]
        account = self._total(row)[1]
        if currencies != {currency, account} or rate is None:
            listed = ", ".join(sorted(currencies))
            raise CellError(
                "Exchange rate", row.text("Exchange rate"), f"The row has costs in {listed} without a rate."
            )
        return currency, [(kind, cost if code == currency else cost * rate) for kind, code, cost in found]

    def _account_rate(self, row: Row, gross: Decimal) -> Decimal | None:
        """Return price currency per account currency, when the row's total proves which way round its rate is."""
        total, currency = self._total(row)
        if not total or currency == row.text("Currency (Price / share)"):
            return None
        rate = row.decimal("Exchange rate", default=Decimal(0)) if row.text("Exchange rate") else Decimal(0)
        if not rate:
            return None
        candidates = (rate, 1 / rate)
        return next((item for item in candidates if abs(gross / item - abs(total)) <= TOLERANCE * abs(total)), None)

    def _total(self, row: Row) -> tuple[Decimal | None, str]:
        for header, currency in self.totals.items():
            if row.text(header):
                return row.decimal(header), currency or row.text(f"Currency ({header})")
        return None, ""

    def _keep_other(self, row: Row, misplaced: str) -> None:
        action = row.required("Action")
        kind = next((kind for start, kind in KINDS if action.casefold().startswith(start)), OtherKind.ADJUSTMENT)
        # A transfer of shares prints their value, but no money moves.
        is_cashless = bool(misplaced) or (kind is OtherKind.TRANSFER and bool(row.text("ISIN")))
        amount, currency = (None, "") if is_cashless else self._total(row)
        if amount is not None and (kind in OUTGOING or action.casefold() == "transfer out"):
            amount = -abs(amount)
        quantity = None if misplaced or not row.text("No. of shares") else row.decimal("No. of shares")
        is_open = action.casefold() == "stock split open"
        self.builder.other(
            row.line,
            kind,
            action,
            occurred_at=self._instant(row),
            symbol=row.text("Ticker"),
            amount=amount,
            currency=currency,
            quantity=quantity,
            ratio=self.ratios.get((row.text("ISIN"), row.text("Time")[:10])) if is_open else None,
            description=_describe(row, misplaced),
            reason=f"The cell under {misplaced!r} does not belong there; the row's numbers were not read."
            if misplaced
            else "",
            identity="" if misplaced else row.text("ID"),
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text("Time"), column="Time")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the history."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    table = open_table(source.text, COLUMNS, name=source.name)
    rows = oldest_first(table.rows, _moment)
    reader = Reader(builder, tuple(_fee_columns(table)), dict(_total_columns(table)), _split_ratios(rows))
    builder.each(rows, reader.read)
    _note_pence(builder, rows)
    return builder.build(rows=len(rows))


def _note_pence(builder: StatementBuilder, rows: Iterable[Row]) -> None:
    if any(row.text("Currency (Price / share)") == "GBX" for row in rows):
        builder.notes.append("Prices in GBX (pence) are stored in GBP.")


def _moment(row: Row) -> datetime:
    return row.moment("Time", formats=TIMES)


def _fee_columns(table: Table) -> Iterable[FeeColumn]:
    for header in table.header:
        match = _FEE.fullmatch(header)
        if match and not header.casefold().startswith("currency ("):
            yield FeeColumn(header, match["currency"] or "")


def _total_columns(table: Table) -> Iterable[tuple[str, str]]:
    """Yield "Total", or the older "Total (EUR)" with its currency."""
    for header in table.header:
        match = _SUFFIXED.fullmatch(header)
        if header.casefold() == "total" or (match and match["name"].casefold() == "total"):
            yield header, match["currency"] if match else ""


def _split_ratios(rows: Iterable[Row]) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """Return (new, old) quantities of every split whose close and open rows stand on one day."""
    halves: dict[tuple[str, str], dict[str, Decimal]] = {}
    for row in rows:
        action = row.text("Action").casefold()
        if action.startswith("stock split ") and not _misplaced_column(row) and row.text("No. of shares"):
            key = (row.text("ISIN"), row.text("Time")[:10])
            halves.setdefault(key, {})[action.removeprefix("stock split ")] = row.decimal("No. of shares")
    return {key: (half["open"], half["close"]) for key, half in halves.items() if {"open", "close"} <= half.keys()}


def _misplaced_column(row: Row) -> str:
    """Return the first column whose cell cannot belong to it, "" when all do.

    Exports of two periods pasted together keep the first header: then an id stands under a price.
    """
    for name in ("No. of shares", "Price / share", "Total"):
        text = row.text(name)
        if text and not _is_number(text):
            return name
    for name in ("Currency (Price / share)", "Currency (Total)"):
        text = row.text(name)
        if text and not _CODE.fullmatch(text):
            return name
    return ""


def _is_number(text: str) -> bool:
    try:
        read_decimal(text, column="")
    except CellError:
        return False
    return True


def _instrument(row: Row, currency: str) -> Instrument:
    return Instrument(
        symbol=row.text("Ticker") or row.required("ISIN"),
        asset_class=AssetClass.STOCK,
        currency=currency,
        isin=row.text("ISIN"),
        name=row.text("Name"),
    )


def _describe(row: Row, misplaced: str) -> str:
    parts = [row.text("Name"), row.text("Notes")]
    if not misplaced and row.text("Withholding tax"):
        parts.append(f"withholding tax {row.text('Withholding tax')} {row.text('Currency (Withholding tax)')}")
    return ", ".join(filter(None, parts))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Trading 212 history",
    broker="Trading 212",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
    currency="EUR",
)

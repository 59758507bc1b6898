"""Interactive Brokers transaction history as CSV, in English and in German.

The file's amounts are in the account's base currency while prices are in the instrument's. Where the
price's currency is printed it is used, and the rate of the fee follows from the gross amount; where it is
not, the price is taken from the gross amount, so that it is in the base currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import EMPTY_MARKS, CellError
from data.brokers.ibkr import TIMEZONE, asset_class, cash_kind, find_terms, multiplier, read_moment
from data.brokers.ibkr_sections import SectionRow, read_fields, read_sections
from data.brokers.ordering import oldest_first
from data.brokers.reader import read_records
from data.brokers.source import FileKind, SourceFile
from domain.errors import ImportFileError
from domain.executions import Side
from domain.import_codes import FileCode
from domain.instruments import Instrument
from domain.statements import OtherKind, Statement

SLUG = "ibkr-transaction-history"
DATE = ("Date", "Datum")
ACCOUNT = ("Account", "Konto")
DESCRIPTION = ("Description", "Beschreibung")
TYPE = ("Transaction Type", "Transaktionstyp", "Transaktionsart")
QUANTITY = ("Quantity", "Menge", "Anzahl")
PRICE = ("Price", "Preis", "Kurs")
PRICE_CURRENCY = ("Price Currency", "Preiswährung", "Währung")
GROSS = ("Gross Amount", "Bruttobetrag")
COMMISSION = ("Commission", "Provision")
NET = ("Net Amount", "Nettobetrag")
IDENTIFYING = (DATE, ACCOUNT, TYPE, ("Symbol",), QUANTITY, PRICE, GROSS, COMMISSION)
BASE_CURRENCY = ("Base Currency", "Basiswährung")
SIDES = {"BUY": Side.BUY, "KAUF": Side.BUY, "SELL": Side.SELL, "VERKAUF": Side.SELL}
CONVERSIONS = frozenset({"FOREX TRADE COMPONENT", "DEVISENHANDELSKOMPONENTE"})
_HEADER = re.compile(r"^[^,\n]*,Header,(Date|Datum),(Account|Konto),", re.MULTILINE)
CENT = Decimal("0.01")


def sniff(source: SourceFile) -> float:
    """Return 1 for a file with a transaction history section."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 1.0 if _HEADER.search(source.head.replace('"', "")) else 0.0


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the transactions, oldest first.

    Raises:
        ImportFileError: If the file does not say its base currency and the user has not either.
    """
    rows = read_sections(read_records(source.text, delimiter=",", name=source.name))
    data = [row for row in rows if row.mark == "Data" and row.has(*DATE) and row.has(*TYPE)]
    fields = read_fields(rows, "Summary", "Zusammenfassung")
    base = options.currency or next((fields[name] for name in BASE_CURRENCY if name in fields), "")
    if not base:
        message = f"{source.name}: the base currency is not in the file."
        hint = "Export the file with its summary, or choose the currency."
        raise ImportFileError(message, hint=hint, code=FileCode.UNKNOWN_CURRENCY)
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    builder.account_hint = next((row.text(*ACCOUNT) for row in data), "")
    builder.currency_hint = base
    reader = _Reader(builder=builder, base=base.upper())
    builder.each(oldest_first(data, _moment), reader.read)
    if reader.converted:
        note = f"Prices of {reader.converted} trades were taken from the gross amount in {base}"
        builder.notes.append(f"{note}, as the file does not name the currency of its prices.")
    return builder.build(rows=len(data))


@dataclass(slots=True)
class _Reader:
    """Reads transactions of one account.

    Attributes:
        base: Base currency of the account.
        converted: How many prices came from the gross amount.
    """

    builder: StatementBuilder
    base: str
    converted: int = 0

    def read(self, row: SectionRow) -> None:
        label = row.required(*TYPE)
        side = SIDES.get(label.upper())
        if side is None:
            self._keep(row, label)
        else:
            self._add_execution(row, side)

    def _add_execution(self, row: SectionRow, side: Side) -> None:
        signed = row.decimal(*QUANTITY)
        if signed * side < 0:
            reason = f"{row.text(*TYPE)!r} does not go with a quantity of {signed}."
            raise CellError(QUANTITY[0], row.text(*QUANTITY), reason)
        quantity, fees = abs(signed), -row.decimal(*COMMISSION, default=Decimal(0))
        instrument = self._instrument(row)
        price, rate = self._price(row, instrument, quantity)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=price,
            fees=fees,
            fee_currency=self.base,
            fee_rate=rate,
            executed_at=self.builder.instant(_moment(row), raw=row.text(*DATE)),
            fingerprint=tuple(row.as_written.text(*names) for names in IDENTIFYING),
        )

    def _instrument(self, row: SectionRow) -> Instrument:
        symbol = row.required("Symbol")
        terms = find_terms(symbol, row.text(*DESCRIPTION))
        asset = asset_class("OPT" if terms else "", symbol)
        return Instrument(
            symbol=symbol,
            asset_class=asset,
            currency=_filled(row, *PRICE_CURRENCY).upper() or self.base,
            multiplier=multiplier(asset, symbol, None),
            name=row.text(*DESCRIPTION),
            option=terms,
        )

    def _price(self, row: SectionRow, instrument: Instrument, quantity: Decimal) -> tuple[Decimal, Decimal | None]:
        """Return the price in the instrument's currency and the rate of a fee in the base currency."""
        price, gross = row.decimal(*PRICE), abs(row.decimal(*GROSS, default=Decimal(0)))
        worth = price * quantity * (instrument.multiplier or Decimal(0))
        if instrument.currency != self.base:
            return price, round(worth / gross, 12) if gross else None
        if _filled(row, *PRICE_CURRENCY) or not gross or not worth or abs(worth - gross) <= CENT:
            return price, Decimal(1)
        self.converted += 1
        return round(price * gross / worth, 12), Decimal(1)

    def _keep(self, row: SectionRow, label: str) -> None:
        amount = row.decimal(*NET, default=Decimal(0)) if _filled(row, *NET) else None
        kind = OtherKind.CONVERSION if label.upper() in CONVERSIONS else cash_kind(label, amount)
        self.builder.other(
            row.line,
            kind,
            label,
            occurred_at=self.builder.instant(_moment(row), raw=row.text(*DATE)),
            symbol=_filled(row, "Symbol"),
            amount=amount,
            currency=self.base,
            quantity=row.decimal(*QUANTITY) if _filled(row, *QUANTITY) else None,
            description=row.text(*DESCRIPTION),
        )


def _moment(row: SectionRow) -> datetime:
    return read_moment(row.required(*DATE), column=DATE[0])


def _filled(row: SectionRow, *names: str) -> str:
    text = row.text(*names)
    return "" if text in EMPTY_MARKS else text


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Interactive Brokers transaction history",
    broker="Interactive Brokers",
    timezone=TIMEZONE,
    sniff=sniff,
    parse=parse,
)

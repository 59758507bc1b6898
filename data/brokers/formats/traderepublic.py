"""Trade Republic, export of pytr: amounts after costs, column titles and words in the customer's language.

The price is what was paid without costs and taxes, by shares. A file may hold rows of two languages and both
decimal marks; each row tells its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.claims import claim_header
from data.brokers.decimal_mark import decide_decimal_comma
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.source import SourceFile
from data.brokers.words import find_side
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "traderepublic-pytr"
FIELDS = ("date", "type", "value", "note", "isin", "shares", "fees", "taxes")
# The titles of these fields in Dutch, English and German.
LAYOUTS = (
    ("Datum", "Transactietype", "Waarde (netto)", "Opmerking", "ISIN", "Aantal", "Kosten", "Belasting"),
    ("Date", "Type", "Value", "Note", "ISIN", "Shares", "Fees", "Taxes"),
    ("Datum", "Typ", "Wert", "Notiz", "ISIN", "Stück", "Gebühren", "Steuern"),
)
_WORDS = {
    OtherKind.DEPOSIT: "storting|deposit|einlage|einzahlung|transfer (inbound)|umbuchung (eingang)",
    OtherKind.WITHDRAWAL: "onttrekking|removal|withdrawal|entnahme|auszahlung|opname",
    OtherKind.DIVIDEND: "dividend|dividende|dividenden",
    OtherKind.INTEREST: "interest|rente|zinsen|interest charge|zinsbelastung|rentekosten",
    OtherKind.TAX: "taxes|tax refund|belasting|belastingteruggave|steuern|steuerrückerstattung",
    OtherKind.FEE: "fees|fees refund|kosten|gebühren|gebührenerstattung",
    OtherKind.TRANSFER: "transfer (outbound)|umbuchung (ausgang)",
    OtherKind.CORPORATE_ACTION: "spinoff|split|swap|kapitaalmaatregel",
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split("|")}
COIN_ISIN = "XF000"
"""How the made-up numbers of coins begin."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the rows of one file through the titles of its language."""

    builder: StatementBuilder
    titles: Mapping[str, str]

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        side = find_side(row.required(self.titles["type"]))
        if side is None:
            self._keep_other(row)
        else:
            self._read_trade(row, side)

    def moment(self, row: Row) -> datetime:
        """Return the time of a row, a bare day at midnight."""
        return row.moment(self.titles["date"], formats=("ISO",))

    def _number(self, row: Row, field: str) -> Decimal:
        title = self.titles[field]
        texts = [row.text(self.titles[name]) for name in ("value", "shares", "fees", "taxes")]
        comma = bool(decide_decimal_comma(texts, ";"))
        text = row.text(title)
        return read_decimal(text, column=title, decimal_comma=comma) if text else Decimal(0)

    def _read_trade(self, row: Row, side: Side) -> None:
        row.required(self.titles["value"])
        shares = abs(self._number(row, "shares"))
        if not shares:
            title = self.titles["shares"]
            raise CellError(title, row.text(title), "The number of shares is missing or zero.")
        costs = abs(self._number(row, "fees")) - self._number(row, "taxes")
        gross = abs(self._number(row, "value")) - side * costs
        if gross <= 0:
            title = self.titles["value"]
            raise CellError(title, row.text(title), "The amount does not even cover the costs of the row.")
        self.builder.execution(
            line=row.line,
            instrument=self._instrument(row),
            side=side,
            quantity=shares,
            price=unit_price(gross, shares),
            fees=costs,
            executed_at=self._instant(row),
            fingerprint=(side.word, *row.raw(*(self.titles[name] for name in ("date", "value", "isin", "shares")))),
        )

    def _instrument(self, row: Row) -> Instrument:
        isin = row.required(self.titles["isin"])
        return Instrument(
            symbol=isin,
            asset_class=AssetClass.CRYPTO if isin.startswith(COIN_ISIN) else AssetClass.STOCK,
            currency="EUR",
            isin=isin,
            name=row.text(self.titles["note"]),
        )

    def _keep_other(self, row: Row) -> None:
        label = row.required(self.titles["type"])
        shares = self._number(row, "shares")
        self.builder.other(
            row.line,
            _KINDS.get(label.casefold(), OtherKind.ADJUSTMENT),
            label,
            occurred_at=self._instant(row),
            symbol=row.text(self.titles["isin"]),
            amount=self._number(row, "value") if row.text(self.titles["value"]) else None,
            currency="EUR",
            quantity=shares or None,
            description=row.text(self.titles["note"]),
        )

    def _instant(self, row: Row) -> datetime:
        title = self.titles["date"]
        return self.builder.instant(self.moment(row), raw=row.text(title), column=title)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the export."""
    layout = max(LAYOUTS, key=lambda titles: header_score(source.head, titles))
    table = open_table(source.text, layout, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    reader = Reader(builder, dict(zip(FIELDS, layout, strict=True)))
    builder.each(oldest_first(table.rows, reader.moment), reader.read)
    return builder.build(rows=len(table.rows))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Trade Republic (pytr export)",
    broker="Trade Republic",
    timezone="Europe/Berlin",
    sniff=claim_header(0.95, *LAYOUTS),
    parse=parse,
    currency="EUR",
)

"""Saxo, transactions: trades worded in the event column, commission hidden in the amount, days only.

The cost of a trade is what its amount differs from quantity by price. An amount that no commission explains leaves
the cost at zero, and the import says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import read_mixed
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_datetime, round_to
from data.brokers.claims import claim_header
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from data.brokers.words import find_side
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "saxo-transactions"
COLUMNS = (
    "Trade Date", Spare("Value Date"), "Type", "Instrument", "Instrument currency", "Instrument Symbol", "Event",
    "Amount",
)  # fmt: skip
_EVENT = re.compile(
    r"(?P<verb>[^\W\d]+) (?P<quantity>-?[\d.,]+) @ (?P<price>[\d.,]+)(?: (?P<currency>[A-Z]{3}))?", re.IGNORECASE
)
_DAY = re.compile(r"(?P<day>\d{1,2})[- ](?P<month>[^\W\d]{3,})\.?[- ](?P<year>\d{4})")
# Months as English, Dutch, Danish, German and French exports shorten them.
_MONTHS = {
    "jan": 1, "feb": 2, "fév": 2, "mar": 3, "mrt": 3, "maa": 3, "mär": 3, "apr": 4, "avr": 4, "may": 5, "mai": 5,
    "mei": 5, "maj": 5, "jun": 6, "jul": 7, "aug": 8, "aoû": 8, "sep": 9, "oct": 10, "okt": 10, "nov": 11, "dec": 12,
    "dez": 12, "déc": 12,
}  # fmt: skip
_DANISH = {"køb": Side.BUY, "salg": Side.SELL}
# The first phrase that occurs in the event decides.
_KINDS = (
    ("dividend", OtherKind.DIVIDEND),
    ("tax", OtherKind.TAX),
    ("interest", OtherKind.INTEREST),
    ("fee", OtherKind.FEE),
    ("commission", OtherKind.FEE),
    ("split", OtherKind.SPLIT),
    ("withdrawal", OtherKind.WITHDRAWAL),
    ("deposit", OtherKind.DEPOSIT),
    ("transfer", OtherKind.TRANSFER),
    ("conversion", OtherKind.CONVERSION),
)
_TRADES = frozenset({"trade", "transactie", "handel", "transaktion"})
_TYPES = {"corporate action": OtherKind.CORPORATE_ACTION, "cash transfer": OtherKind.TRANSFER}
CENT = Decimal("0.01")
ROUNDING = Decimal("0.02")
LEAST, SHARE = Decimal(30), Decimal("0.02")
"""A commission is at most 2 % of the trade, or 30 where that is more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A trade as its event words it."""

    side: Side
    quantity: Decimal
    price: Decimal
    currency: str


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read trades and cash; a day stands for its first moment."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    builder.each(oldest_first(table.rows, _moment), lambda row: _read_row(builder, row))
    return builder.build(rows=len(table.rows))


def _read_row(builder: StatementBuilder, row: Row) -> None:
    deal = read_deal(row)
    if deal is None:
        _keep_other(builder, row)
        return
    cost = find_cost(row, deal)
    if cost is None:
        builder.notes.append(f"Line {row.line}: the amount does not fit quantity and price; its cost is taken as zero.")
    builder.execution(
        line=row.line,
        instrument=Instrument(
            symbol=row.required("Instrument Symbol"),
            asset_class=AssetClass.STOCK,
            currency=deal.currency,
            isin=row.text("Instrument ISIN"),
            name=row.text("Instrument"),
        ),
        side=deal.side,
        quantity=deal.quantity,
        price=deal.price,
        fees=cost or Decimal(0),
        executed_at=builder.instant(_day(row), raw=row.text("Trade Date"), column="Trade Date"),
        fingerprint=row.raw("Trade Date", "Instrument Symbol", "Event", "Amount", "Order ID"),
    )


def read_deal(row: Row) -> Deal | None:
    """Return the trade of a row, None when its event is none.

    Raises:
        CellError: If the event has a trade's shape but a number or verb cannot be read.
    """
    event = row.required("Event")
    match = _EVENT.fullmatch(event)
    if match is None and row.text("Type").casefold() not in _TRADES:
        return None
    side = _find_side(match["verb"]) if match else None
    if match is None or side is None:
        hint = "Expected an event such as Buy 3 @ 134.85 USD."
        raise CellError("Event", event, "The event is neither a purchase nor a sale.", hint)
    return Deal(
        side=side,
        quantity=abs(read_mixed(match["quantity"], column="Event")),
        price=read_mixed(match["price"], column="Event"),
        currency=(match["currency"] or row.required("Instrument currency")).upper(),
    )


def _find_side(verb: str) -> Side | None:
    return _DANISH.get(verb.casefold()) or find_side(verb)


def find_cost(row: Row, deal: Deal) -> Decimal | None:
    """Return the commission in the instrument's currency that the amount hides, None when it is implausible."""
    gross = deal.quantity * deal.price
    amount = abs(read_mixed(row.required("Amount"), column="Amount"))
    rate = read_mixed(row.text("Conversion Rate") or "1", column="Conversion Rate")
    # With another account currency it is not said which one the amount is in: only one reading may make sense.
    amounts = {amount} if rate in (0, 1) else {amount, round_to(amount * rate, CENT), round_to(amount / rate, CENT)}
    limit = max(LEAST, SHARE * gross)
    costs = {deal.side * (paid - gross) for paid in amounts}
    plausible = [cost for cost in costs if -ROUNDING <= cost <= limit]
    return plausible[0] if len(plausible) == 1 else None


def _keep_other(builder: StatementBuilder, row: Row) -> None:
    label = row.required("Event")
    default = _TYPES.get(row.text("Type").casefold(), OtherKind.ADJUSTMENT)
    builder.other(
        row.line,
        next((kind for phrase, kind in _KINDS if phrase in label.casefold()), default),
        label,
        occurred_at=builder.instant(_day(row), raw=row.text("Trade Date"), column="Trade Date"),
        symbol=row.text("Instrument Symbol"),
        amount=read_mixed(row.text("Amount"), column="Amount") if row.text("Amount") else None,
        currency=row.text("Instrument currency"),
        description=row.text("Instrument") or row.text("Type"),
    )


def _day(row: Row) -> date:
    return _moment(row).date()


def _moment(row: Row) -> datetime:
    """Return midnight of the trade's day, whose month may be in another language."""
    text = row.required("Trade Date")
    match = _DAY.fullmatch(text)
    month = _MONTHS.get(match["month"][:3].casefold()) if match else None
    if match is None or month is None:
        return read_datetime(text, ("%d-%b-%Y", "ISO"), column="Trade Date")
    return read_datetime(f"{match['year']}-{month:02}-{match['day']:0>2}", ("ISO",), column="Trade Date")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Saxo transactions",
    broker="Saxo",
    timezone="Europe/Copenhagen",
    sniff=claim_header(0.98, COLUMNS),
    parse=parse,
    currency="EUR",
)

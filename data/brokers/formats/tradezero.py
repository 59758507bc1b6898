"""TradeZero's trades: fills with their costs in seven columns."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.claims import claim_header
from data.brokers.listed import check_amount, listed_instrument
from data.brokers.moments import join_moment, read_day
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.charge_kinds import ChargeKind
from domain.statements import Statement

SLUG = "tradezero"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
CHARGES = {
    "Comm": ChargeKind.COMMISSION,
    "SEC": ChargeKind.REGULATORY,
    "TAF": ChargeKind.REGULATORY,
    "NSCC": ChargeKind.EXCHANGE,
    "Nasdaq": ChargeKind.EXCHANGE,
    "ECN Remove": ChargeKind.EXCHANGE,
    "ECN Add": ChargeKind.EXCHANGE,
}
COLUMNS = ("Account", "T/D", "Currency", "Side", "Symbol", "Qty", "Price", "Exec Time", "Comm", "SEC", "TAF",
           "Gross Proceeds", Spare("Net Proceeds"))  # fmt: skip
IDENTIFYING = ("Account", "T/D", "Exec Time", "Side", "Symbol", "Qty", "Price", "Gross Proceeds")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(open_table(source.text, COLUMNS, name=source.name).rows, _moment)
    builder.account_hint = next((row.text("Account") for row in rows if row.text("Account")), "")
    builder.each(rows, partial(_read_fill, builder, options.currency or FORMAT.currency))
    return builder.build(rows=len(rows))


def _read_fill(builder: StatementBuilder, currency: str, row: Row) -> None:
    instrument = listed_instrument(row.required("Symbol"), row.text("Currency") or currency)
    quantity, price = abs(row.decimal("Qty")), row.decimal("Price", signed=False)
    check_amount(row, "Gross Proceeds", quantity * price * (instrument.multiplier or 1))
    builder.execution(
        line=row.line,
        instrument=instrument,
        side=read_side(row.required("Side"), column="Side"),
        quantity=quantity,
        price=price,
        # A negative figure is a rebate for adding liquidity.
        charges=[(kind, row.decimal(name, default=ZERO)) for name, kind in CHARGES.items()],
        executed_at=builder.instant(_moment(row), raw=f"{row.text('T/D')} {row.text('Exec Time')}", column="Exec Time"),
        fingerprint=row.raw(*IDENTIFYING),
    )


def _moment(row: Row) -> datetime:
    day = read_day(row.required("T/D"), column="T/D")
    return join_moment(day, row.text("Exec Time"), column="Exec Time")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="TradeZero trades",
    broker="TradeZero",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)

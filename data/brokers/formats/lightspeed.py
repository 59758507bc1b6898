"""Lightspeed's trades: one row a fill, any number of fee columns."""

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
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.charge_kinds import ChargeKind
from domain.statements import Statement

SLUG = "lightspeed"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
COLUMNS = ("Trade Number", "Trade Date", "Execution Time", "Symbol", "Side", "Qty", "Price", "Commission Amount")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    table = open_table(source.text, COLUMNS, name=source.name)
    fees = ("Commission Amount", *(name for name in table.columns if name.startswith("fee")))
    rows = oldest_first(table.rows, _moment)
    builder.account_hint = next((row.text("Account Number") for row in rows if row.text("Account Number")), "")
    builder.each(rows, partial(_read_fill, builder, options.currency or FORMAT.currency, fees))
    return builder.build(rows=len(rows))


def _read_fill(builder: StatementBuilder, currency: str, fees: tuple[str, ...], row: Row) -> None:
    instrument = listed_instrument(row.required("Symbol"), row.text("Currency") or currency)
    quantity, price = abs(row.decimal("Qty")), row.decimal("Price", signed=False)
    check_amount(row, "Principal Amount", quantity * price * (instrument.multiplier or 1))
    builder.execution(
        line=row.line,
        instrument=instrument,
        side=read_side(row.required("Side"), column="Side"),
        quantity=quantity,
        price=price,
        charges=[
            (ChargeKind.COMMISSION if name == fees[0] else ChargeKind.OTHER, row.decimal(name, default=ZERO))
            for name in fees
        ],
        executed_at=builder.instant(_moment(row), raw=f"{row.text('Trade Date')} {row.text('Execution Time')}"),
        # The numbers start anew, so that the day belongs to them.
        identity=f"{row.text('Trade Date')}/{row.required('Trade Number')}",
    )


def _moment(row: Row) -> datetime:
    day = read_day(row.required("Trade Date"), column="Trade Date")
    return join_moment(day, row.text("Execution Time"), column="Execution Time")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Lightspeed trades",
    broker="Lightspeed",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)

"""Tiger Brokers' trade history: a day, and a time with its own offset."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.listed import check_amount, listed_instrument, traded_instrument
from data.brokers.moments import join_moment, read_day
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from data.brokers.words import read_side
from domain.instruments import AssetClass, Instrument
from domain.statements import Statement

SLUG = "tiger-history"
TIMEZONE = "America/New_York"
ZERO = Decimal(0)
COLUMNS = ("Symbol", Spare("Name"), "Currency", "Type", "Trade Date", "Time", "Buy/Sell", "Quantity", "Trade Price",
           Spare("Gross Amount"), "Net Amount", "Comm/Fee/Tax")  # fmt: skip
IDENTIFYING = ("Symbol", "Currency", "Trade Date", "Time", "Buy/Sell", "Quantity", "Trade Price", "Net Amount")
SHARES = {"EQUITY": AssetClass.STOCK, "STK": AssetClass.STOCK, "STOCK": AssetClass.STOCK, "ETF": AssetClass.FUND,
          "FUND": AssetClass.FUND}  # fmt: skip


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills, oldest first."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(open_table(source.text, COLUMNS, name=source.name).rows, _moment)
    builder.each(rows, partial(_read_fill, builder))
    return builder.build(rows=len(rows))


def _read_fill(builder: StatementBuilder, row: Row) -> None:
    instrument = _instrument(row)
    quantity, price = abs(row.decimal("Quantity")), row.decimal("Trade Price", signed=False)
    check_amount(row, "Gross Amount", quantity * price * (instrument.multiplier or 1))
    builder.execution(
        line=row.line,
        instrument=instrument,
        side=read_side(row.required("Buy/Sell"), column="Buy/Sell"),
        quantity=quantity,
        price=price,
        # Costs are printed as negative cash.
        fees=-row.decimal("Comm/Fee/Tax", default=ZERO) - row.decimal("GST", default=ZERO),
        executed_at=builder.instant(_moment(row), raw=f"{row.text('Trade Date')} {row.text('Time')}", column="Time"),
        fingerprint=row.raw(*IDENTIFYING),
    )


def _instrument(row: Row) -> Instrument:
    """Return the share, option or future of a row; the amounts prove the contract's size afterwards.

    Raises:
        CellError: If the kind is not known, or an option's symbol names no contract.
    """
    symbol, currency, kind = row.required("Symbol"), row.required("Currency").upper(), row.text("Type").upper()
    if kind in SHARES:
        return Instrument(symbol=symbol, asset_class=SHARES[kind], currency=currency, name=row.text("Name"))
    if kind.startswith("OPT"):
        option = listed_instrument(symbol, currency, name=row.text("Name"))
        if option.option is None:
            raise CellError("Symbol", symbol, f"{symbol[:40]!r} names no option contract.")
        return option
    if kind.startswith("FUT"):
        return traded_instrument(symbol, currency, name=row.text("Name"))
    raise CellError("Type", row.text("Type"), "This kind of security is not known.", "Expected EQUITY, OPT or FUT.")


def _moment(row: Row) -> datetime:
    day = read_day(row.required("Trade Date"), column="Trade Date")
    return join_moment(day, row.text("Time"), column="Time")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Tiger Brokers trade history",
    broker="Tiger Brokers",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)

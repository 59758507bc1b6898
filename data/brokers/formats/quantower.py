"""Quantower's trades: fills of every kind of market, with the offset in the time."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import partial

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.contracts import future_contract
from data.brokers.crypto_pairs import require_pair, spot
from data.brokers.listed import listed_instrument
from data.brokers.lots import split_pair
from data.brokers.moments import read_day, read_moment
from data.brokers.option_symbols import option_terms
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from data.brokers.words import read_asset_class, read_side
from domain.instruments import OPTION_MULTIPLIER, AssetClass, Instrument
from domain.money import decimal_text
from domain.statements import Statement

SLUG = "quantower"
TIMEZONE = "UTC"
ZERO = Decimal(0)
COLUMNS = ("Date/Time", "Symbol", "Symbol type", "Side", "Quantity", "Price", Spare("Gross P/L"), "Fee",
           Spare("Net P/L"), "Trade ID", Spare("Position ID"))  # fmt: skip


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the fills, oldest first."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    rows = oldest_first(open_table(source.text, COLUMNS, name=source.name).rows, _moment)
    builder.account_hint = next((row.text("Account") for row in rows if row.text("Account")), "")
    builder.each(rows, partial(_read_fill, builder, options.currency or FORMAT.currency))
    return builder.build(rows=len(rows))


def _read_fill(builder: StatementBuilder, currency: str, row: Row) -> None:
    builder.execution(
        line=row.line,
        instrument=_instrument(row, currency),
        side=read_side(row.required("Side"), column="Side"),
        quantity=abs(row.decimal("Quantity")),
        price=row.decimal("Price"),
        fees=_cost(row),
        fee_currency=currency,
        executed_at=builder.instant(_moment(row), raw=row.text("Date/Time"), column="Date/Time"),
        identity=row.text("Trade ID"),
        fingerprint=row.raw("Account", "Date/Time", "Symbol", "Side", "Quantity", "Price", "Order ID"),
    )


def _cost(row: Row) -> Decimal:
    """Return what the net result lacks of the gross one: the sign of the fee differs between connections."""
    fee = row.decimal("Fee", default=ZERO)
    if not (row.text("Gross P/L") and row.text("Net P/L")):
        return abs(fee)
    cost = row.decimal("Gross P/L") - row.decimal("Net P/L")
    if abs(abs(cost) - abs(fee)) > Decimal("0.02"):
        reason = f"Gross and net differ by {cost:f}, not by the fee."
        raise CellError("Fee", row.text("Fee"), reason, "Check fee, gross and net P/L of the row.")
    return cost


def _instrument(row: Row, currency: str) -> Instrument:
    """Return the instrument by the kind the file names.

    Raises:
        CellError: If the kind is not known, or a pair cannot be split.
    """
    symbol, name = row.required("Symbol"), row.text("Description")
    asset = read_asset_class(row.text("Symbol type"), column="Symbol type")
    if asset is AssetClass.FUTURE:
        contract = future_contract(symbol)
        return Instrument(
            symbol=symbol,
            asset_class=asset,
            currency=contract.currency if contract else currency,
            multiplier=contract.multiplier if contract else None,
            name=name,
        )
    if asset is AssetClass.OPTION:
        return _option(row, symbol, currency)
    if asset is AssetClass.CRYPTO:
        return spot(symbol, require_pair(symbol, column="Symbol")[1], name=name)
    if asset is AssetClass.FOREX:
        pair = split_pair(symbol)
        return Instrument(
            symbol=symbol, asset_class=asset, currency=pair[1] if pair else currency, multiplier=None, name=name
        )
    return Instrument(symbol=symbol, asset_class=asset, currency=currency, name=name)


def _option(row: Row, symbol: str, currency: str) -> Instrument:
    option = listed_instrument(symbol, currency, name=row.text("Description"))
    if option.option is not None or not row.text("Strike price"):
        return option
    expiry: date = read_day(row.required("Expiration date"), column="Expiration date")
    words = row.text("Description").upper().split()
    right = next((word for word in words if word in ("CALL", "PUT")), "")
    terms = option_terms(underlying=symbol, expiry=expiry, strike=row.decimal("Strike price"), right=right)
    if terms is None:
        raise CellError("Description", row.text("Description"), "It does not say whether this is a call or a put.")
    return Instrument(
        # The symbol column has the underlying alone, which every contract of it shares.
        symbol=f"{symbol} {expiry.isoformat()} {decimal_text(terms.strike)} {terms.right.value}",
        asset_class=AssetClass.OPTION,
        currency=currency,
        multiplier=OPTION_MULTIPLIER,
        name=row.text("Description"),
        option=terms,
    )


def _moment(row: Row) -> datetime:
    return read_moment(row.required("Date/Time"), column="Date/Time")


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Quantower trades",
    broker="Quantower",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS),
    parse=parse,
)

"""Rows of Interactive Brokers Flex queries, the same whether they came as CSV or as XML.

The names of XML attributes are those of the CSV columns but for their case, so one reader serves both.
Option ends appear twice in a query, as a trade at price 0 and as an OptionEAE row: the trade closes
the position, the OptionEAE row is kept as an other row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from data.brokers import ibkr
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.ibkr_revisions import (
    NO_CORRECTIONS,
    Corrections,
    earlier_fills,
    is_cancelled,
    is_marked,
    marked_lines,
)
from data.brokers.option_symbols import option_terms, parse_expiry
from data.brokers.reader import Row
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import AssetClass, Instrument, OptionTerms
from domain.security_numbers import read_cusip, read_sedol
from domain.statements import OtherKind

TRADES = frozenset({"Trade", "TradeConfirm", "Order", "Lot", "SymbolSummary", "AssetSummary", "WashSale"})
OTHERS = {
    "OpenPosition": OtherKind.POSITION,
    "OptionEAE": OtherKind.OPTION_EVENT,
    "Transfer": OtherKind.TRANSFER,
    "CorporateAction": OtherKind.CORPORATE_ACTION,
    "StockGrantActivity": OtherKind.REWARD,
    "TransactionTax": OtherKind.TAX,
    "SalesTax": OtherKind.TAX,
}
SECTIONS = TRADES | OTHERS.keys() | {"CashTransaction"}

SYMBOL = ("Symbol", "ISIN")
CURRENCY = ("CurrencyPrimary", "Currency")
MOMENT = ("DateTime", "Date/Time")
SIDE = ("Buy/Sell", "BuySell", "Side")
PRICE = ("TradePrice", "Price", "T. Price")
FEE = ("IBCommission", "Commission", "Comm/Fee")
FEE_CURRENCY = ("IBCommissionCurrency", "CommissionCurrency")
TAXES = ("Taxes", "Tax")
MONEY = ("Proceeds", "TradeMoney", "Amount")
CANCELLED = "Cancelled trade"
ENDS = {"Ep": ExecutionKind.EXPIRY, "A": ExecutionKind.ASSIGNMENT, "Ex": ExecutionKind.EXERCISE}
_LEVELS = {"Order": "ORDER", "Lot": "CLOSED_LOT", "SymbolSummary": "SYMBOL_SUMMARY", "AssetSummary": "ASSET_SUMMARY",
           "WashSale": "WASH_SALE"}  # fmt: skip
_DISCRIMINATORS = {"Trade": "EXECUTION", "Order": "ORDER", "ClosedLot": "CLOSED_LOT"}
ASSET = ("AssetClass", "AssetCategory", "Asset Category")
_IDENTIFYING = (
    "ClientAccountID", "AccountId", "Account", "Symbol", "ISIN", "Conid", "DateTime", "Date/Time", "TradeDate",
    "TradeTime", "Buy/Sell", "BuySell", "Quantity", "TradePrice", "Price", "T. Price", "IBOrderID", "IBCommission",
    "Commission", "Comm/Fee",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FlexRow(Row):
    """A row and the Flex section it belongs to ("Trade", "CashTransaction", …; "" is unknown)."""

    section: str = ""

    @property
    def level(self) -> str:
        """The level of detail: EXECUTION, ORDER, CLOSED_LOT, …; "" when the query does not say."""
        printed = self.text("LevelOfDetail").upper() or _LEVELS.get(self.section, "")
        return printed or _DISCRIMINATORS.get(self.text("DataDiscriminator"), "")


def has_executions(rows: Sequence[FlexRow]) -> bool:
    """Whether any trade row is at the level of single executions, which makes order rows their sums."""
    return any(row.section in TRADES and row.level == "EXECUTION" for row in rows)


def find_corrections(rows: Sequence[FlexRow]) -> Corrections:
    """Return which rows of a file correct or cancel, and the trades that they may name."""
    lines = marked_lines(row for row in rows if row.section in TRADES)
    if not lines:
        return NO_CORRECTIONS
    trades = [row for row in rows if row.section in TRADES and row.level in ("", "EXECUTION")]
    plain = [(row, _identity(row)) for row in trades if not (row.line in lines and is_marked(row))]
    named = {f"{row.section.lower()}/{row.text('TradeID')}": identity for row, identity in plain if row.text("TradeID")}
    return Corrections(lines=lines, originals={**named, **{identity: identity for _, identity in plain if identity}})


@dataclass(slots=True)
class FlexReader:
    """Turns Flex rows into a statement.

    Attributes:
        currency: Currency of rows that name none.
        orders_are_fills: Whether ORDER rows are the finest there is.
        is_prefixed: Whether cash labels carry the section's name.
        base_currency: The account's, when the file says; gives the rate of fees paid in it.
        day_first: How to read dates with slashes.
        conversion: Label of an exchange of currencies.
        multipliers: Contract sizes by symbol from elsewhere in the file.
        corrections: Which rows correct or cancel.
    """

    builder: StatementBuilder
    currency: str
    orders_are_fills: bool
    is_prefixed: bool = False
    base_currency: str = ""
    day_first: bool = False
    conversion: str = "fx conversion"
    multipliers: Mapping[str, Decimal] = field(default_factory=dict)
    corrections: Corrections = NO_CORRECTIONS

    def read(self, row: FlexRow) -> None:
        """Read one row of any section; a row of an unknown one is left without outcome."""
        if row.section in TRADES:
            self._read_trade(row)
        elif row.section == "CashTransaction":
            self._read_cash(row)
        elif row.section in OTHERS:
            self._keep(row, OTHERS[row.section])

    def _read_trade(self, row: FlexRow) -> None:
        level = row.level
        if level not in ("", "EXECUTION") and not (level == "ORDER" and self.orders_are_fills):
            self.builder.other(row.line, OtherKind.SUMMARY, level, symbol=row.text(*SYMBOL))
        elif self._is_conversion(row):
            self._keep_conversion(row)
        else:
            self._add_execution(row)

    def _is_conversion(self, row: FlexRow) -> bool:
        symbol = row.text(*SYMBOL)
        if not symbol and not row.text(*ASSET):
            return row.has("ISIN") and not row.has("Symbol")
        return ibkr.asset_class(row.text(*ASSET), symbol) is AssetClass.FOREX

    def _keep_conversion(self, row: FlexRow) -> None:
        moment, raw = self._read_moment(row)
        fee, unit = row.text(*FEE), row.text(*FEE_CURRENCY)
        self.builder.other(
            row.line,
            OtherKind.CONVERSION,
            self.conversion,
            occurred_at=self.builder.instant(moment, raw=raw, column=MOMENT[0]),
            symbol=row.text("Symbol"),
            amount=row.decimal(*MONEY) if row.text(*MONEY) else None,
            currency=self._currency(row),
            quantity=row.decimal("Quantity"),
            description=f"at {row.text(*PRICE)}; commission {fee or 0} {unit}".strip(),
            identity=_identity(row),
        )

    def _add_execution(self, row: FlexRow) -> None:
        instrument = self._instrument(row)
        moment, raw = self._read_moment(row)
        side, quantity = read_side(row)
        instant = self.builder.instant(moment, raw=raw, column=MOMENT[0])
        price = row.decimal(*PRICE)
        identity = _identity(row)
        cancelled = row.line in self.corrections.lines and is_cancelled(row)
        earlier = earlier_fills(row, identity, self.corrections)
        if cancelled and earlier:
            self._cancel(row, earlier, identity, occurred_at=instant)
            return
        end = _option_end(row, instrument, price)
        if end is not None:
            self.builder.other(
                row.line, OtherKind.OPTION_EVENT, end.name.capitalize(), occurred_at=instant, symbol=instrument.symbol,
                quantity=side * quantity, currency=instrument.currency, description=row.text("Description"),
            )  # fmt: skip
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=price,
            executed_at=instant,
            kind=ExecutionKind.TRADE if end is None else end,
            identity=f"{identity}/Co" if identity and identity in earlier else identity,
            fingerprint=row.raw(*_IDENTIFYING),
            **self._fees(row, instrument.currency),
        )
        if cancelled:
            self.builder.reverse()
        elif earlier:
            self.builder.replace(earlier)

    def _cancel(self, row: FlexRow, earlier: tuple[str, ...], identity: str, *, occurred_at: datetime) -> None:
        self.builder.other(
            row.line,
            OtherKind.SKIPPED,
            CANCELLED,
            occurred_at=occurred_at,
            symbol=row.text(*SYMBOL),
            quantity=_quantity(row),
            description=row.text("Description"),
            reason="It takes a trade out that was cancelled.",
            identity=f"cancel/{identity}",
        )
        self.builder.cancel(row.line, earlier)

    def _fees(self, row: FlexRow, currency: str) -> dict[str, Any]:
        # IB writes costs as negative amounts and rebates as positive ones.
        commission, taxes = (-row.decimal(*names, default=Decimal(0)) for names in (FEE, TAXES))
        fees, charges = commission + taxes, ((ChargeKind.COMMISSION, commission), (ChargeKind.TAX, taxes))
        unit = row.text(*FEE_CURRENCY).upper()
        if not unit or unit == currency:
            return {"fees": fees, "charges": charges}
        to_base = row.decimal("FXRateToBase", default=Decimal(0))
        known = unit == self.base_currency and to_base > 0
        rate = round(1 / to_base, 12) if known else None
        return {"fees": fees, "charges": charges, "fee_currency": unit, "fee_rate": rate}

    def _instrument(self, row: FlexRow) -> Instrument:
        symbol = row.text("Symbol") or row.required("ISIN", "Symbol")
        asset = ibkr.asset_class(row.text(*ASSET), symbol)
        given = row.decimal("Multiplier", default=Decimal(0)) or self.multipliers.get(symbol)
        is_option = asset in (AssetClass.OPTION, AssetClass.FUTURE_OPTION)
        return Instrument(
            symbol=symbol,
            asset_class=asset,
            currency=self._currency(row),
            multiplier=ibkr.multiplier(asset, symbol, given),
            isin=row.text("ISIN"),
            cusip=read_cusip(row.text("CUSIP")),
            sedol=read_sedol(row.text("SecurityID")) if row.text("SecurityIDType").upper() == "SEDOL" else "",
            name=row.text("Description"),
            option=_terms(row, symbol) if is_option else None,
        )

    def _currency(self, row: FlexRow) -> str:
        return (row.text(*CURRENCY) or self.currency).upper()

    def _read_moment(self, row: FlexRow) -> tuple[datetime, str]:
        column = MOMENT[0] if row.has(MOMENT[0]) else MOMENT[1]
        text = row.text(*MOMENT)
        if not text:
            column = next(
                (name for name in ("TradeDate", "Date", "SettleDate", "ReportDate") if row.text(name)), "DateTime"
            )
            day, time = row.required(column), row.text("TradeTime")
            text = f"{day};{time}" if time and column == "TradeDate" else day
        return ibkr.read_moment(text, column=column, day_first=self.day_first), text

    def _read_cash(self, row: FlexRow) -> None:
        label = row.required("Type")
        amount = row.decimal("Amount")
        kind = ibkr.cash_kind(label, amount)
        if row.level == "SUMMARY":
            kind = OtherKind.SUMMARY  # repeats the DETAIL rows of the same query
        self._keep(row, kind, f"CashTransaction:{label}" if self.is_prefixed else label, amount)

    def _keep(self, row: FlexRow, kind: OtherKind, label: str = "", amount: Decimal | None = None) -> None:
        moment, raw = self._read_moment(row)
        description = row.text("Description", "ActionDescription", "ActivityDescription")
        ratio = ibkr.split_ratio(description) if kind is OtherKind.CORPORATE_ACTION else None
        if kind is OtherKind.OPTION_EVENT:
            description = f"{row.text('TransactionType')}: {description}"
        self.builder.other(
            row.line,
            OtherKind.SPLIT if ratio else kind,
            label or row.section,
            occurred_at=self.builder.instant(moment, raw=raw),
            symbol=row.text("Symbol") or row.text("ISIN"),
            amount=amount if label else _other_amount(row),
            currency=self._currency(row),
            quantity=_quantity(row),
            ratio=ratio,
            description=description,
            identity=_identity(row),
        )


def read_side(row: Row) -> tuple[Side, Decimal]:
    """Return side and absolute quantity of a trade row.

    A cancelled trade ("BUY (Ca.)") takes back what it did: there the sign of the quantity counts.

    Raises:
        CellError: If word and sign contradict each other, or neither is there.
    """
    quantity = row.decimal("Quantity")
    word = row.text(*SIDE).upper()
    if not word or "(CA" in word:
        return (Side.BUY if quantity > 0 else Side.SELL), abs(quantity)
    if word.startswith("BUY") and quantity > 0:
        return Side.BUY, quantity
    if word.startswith("SELL"):
        return Side.SELL, abs(quantity)
    reason = f"{row.text(*SIDE)!r} does not go with a quantity of {quantity}."
    raise CellError(SIDE[0], row.text(*SIDE), reason, "Expected BUY or SELL.")


def _identity(row: FlexRow) -> str:
    execution = row.text("IBExecID", "ExecID")
    if execution:
        return execution
    trade = row.text("TradeID") or row.text("TransactionID")
    return f"{row.section.lower()}/{trade}" if trade and row.level != "ORDER" else ""


def _option_end(row: FlexRow, instrument: Instrument, price: Decimal) -> ExecutionKind | None:
    if instrument.option is None and instrument.asset_class not in (AssetClass.OPTION, AssetClass.FUTURE_OPTION):
        return None
    codes = (row.text("Notes/Codes", "Notes", "Code") or "").replace(",", ";").split(";")
    return next((ENDS[code.strip()] for code in codes if code.strip() in ENDS), None) if price == 0 else None


def _terms(row: FlexRow, symbol: str) -> OptionTerms | None:
    spelt = ibkr.find_terms(symbol, row.text("Description"))
    expiry = parse_expiry(row.text("Expiry"))
    strike, right = row.text("Strike"), row.text("Put/Call", "PutCall") or row.text("SubCategory")
    if spelt or not (expiry and strike and right):
        return spelt
    underlying = row.text("UnderlyingSymbol") or symbol
    return option_terms(underlying=underlying, expiry=expiry, strike=row.decimal("Strike"), right=right)


def _quantity(row: FlexRow) -> Decimal | None:
    text = row.text("Quantity") or row.text("Position")
    return row.decimal("Quantity" if row.text("Quantity") else "Position") if text else None


def _other_amount(row: FlexRow) -> Decimal | None:
    for name in ("CashTransfer", "TaxAmount", "SalesTax", "Proceeds", "Amount"):
        if row.text(name):
            return row.decimal(name, default=Decimal(0)) or None
    return None

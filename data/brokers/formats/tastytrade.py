"""tastytrade transaction history: the current 20 columns, the older 16 and the legacy 15.

The price of a future stands only in the description and its value is realised cash, the multiplier
column is 1 for options on futures, and signs differ between the layouts: side and size come from
action and description, and the printed value is only compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal, round_to
from data.brokers.claims import claim_header
from data.brokers.contracts import future_multiplier
from data.brokers.option_symbols import option_terms, parse_expiry, parse_option
from data.brokers.ordering import oldest_first
from data.brokers.reader import Record, Row, find_header, read_records, read_table
from data.brokers.source import SourceFile
from domain.charge_kinds import ChargeKind
from domain.executions import ExecutionKind, Side
from domain.instruments import ONE, OPTION_MULTIPLIER, AssetClass, Instrument, OptionTerms
from domain.statements import OtherKind, Statement

SLUG = "tastytrade-transactions"
TIMEZONE = "America/New_York"
CURRENCY = "USD"
ZERO = Decimal(0)

COLUMNS = ("Date", "Type", "Action", "Symbol", "Instrument Type", "Description", "Value", "Quantity",
           "Average Price", "Commissions", "Fees")  # fmt: skip
LEGACY_COLUMNS = ("Date/Time", "Transaction Code", "Transaction Subcode", "Symbol", "Buy/Sell", "Open/Close",
                  "Quantity", "Price", "Fees", "Amount", "Description")  # fmt: skip
TIMES = ("%Y-%m-%dT%H:%M:%S%z", "ISO", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M", "%m/%d/%Y")

CLASSES = {
    "equity": AssetClass.STOCK,
    "equity option": AssetClass.OPTION,
    "future": AssetClass.FUTURE,
    "future option": AssetClass.FUTURE_OPTION,
    "cryptocurrency": AssetClass.CRYPTO,
    "crypto": AssetClass.CRYPTO,
    "bond": AssetClass.BOND,
}
OPTIONS = (AssetClass.OPTION, AssetClass.FUTURE_OPTION)
ENDS = (
    ("expiration", ExecutionKind.EXPIRY),
    ("assignment", ExecutionKind.ASSIGNMENT),
    ("exercise", ExecutionKind.EXERCISE),
)
CASH = (
    ("dividend", OtherKind.DIVIDEND),
    ("interest", OtherKind.INTEREST),
    ("fee", OtherKind.FEE),
    ("regulatory", OtherKind.FEE),
    ("transfer", OtherKind.TRANSFER),
    ("fully paid", OtherKind.REWARD),
    ("mark to market", OtherKind.ADJUSTMENT),
)
_PRICE = re.compile(r"@ *\$?(?P<price>-?[\d,]*\.?\d+)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Where a layout keeps what the reader asks for."""

    time: str
    type: str
    subtype: str
    value: str
    price: str


CURRENT = Names(time="Date", type="Type", subtype="Sub Type", value="Value", price="Average Price")
LEGACY = Names(time="Date/Time", type="Transaction Code", subtype="Transaction Subcode", value="Amount", price="Price")


@dataclass(slots=True)
class Reader:
    """Reads rows in time order; keeps each option's position, to know how a nameless end closes it."""

    builder: StatementBuilder
    names: Names
    points: dict[str, Decimal]
    net: dict[str, Decimal] = field(default_factory=dict)
    turned: list[int] = field(default_factory=list)

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        kind, subtype = row.required(self.names.type), row.text(self.names.subtype)
        end = next((end for word, end in ENDS if word in subtype.casefold()), None)
        if end and row.text("Symbol"):
            self._read_end(row, subtype, end)
        elif kind == "Trade" or (kind == "Receive Deliver" and _is_delivery(row, subtype)):
            self._read_trade(row)
        else:
            self._keep_other(row, kind, subtype)

    def _read_trade(self, row: Row) -> None:
        side, quantity = _side(row), abs(row.decimal("Quantity"))
        instrument = self._instrument(row)
        price = _price(row, self.names, quantity * (instrument.multiplier or ONE))
        value = row.decimal(self.names.value, default=ZERO)
        if instrument.asset_class is not AssetClass.FUTURE:
            _check_value(row, self.names.value, quantity * price * (instrument.multiplier or ONE), value)
            if value and (value > 0) == (side is Side.BUY):
                self.turned.append(row.line)
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=price,
            charges=_charges(row),
            executed_at=self._instant(row),
            fingerprint=self._fingerprint(row),
        )
        self._move(instrument.symbol, side * quantity)

    def _read_end(self, row: Row, subtype: str, end: ExecutionKind) -> None:
        """Keep an option's end, and close it: at 0, or at its cash settlement."""
        instrument, quantity = self._instrument(row), abs(row.decimal("Quantity"))
        side = self._closing_side(row, instrument.symbol)
        value = row.decimal(self.names.value, default=ZERO)
        moment = self._instant(row)
        self.builder.other(
            row.line, OtherKind.OPTION_EVENT, subtype, occurred_at=moment, symbol=instrument.symbol,
            quantity=quantity, amount=value, currency=instrument.currency, description=row.text("Description"),
        )  # fmt: skip
        self.builder.execution(
            line=row.line,
            instrument=instrument,
            side=side,
            quantity=quantity,
            price=abs(value) / (quantity * (instrument.multiplier or ONE)) if quantity else ZERO,
            charges=_charges(row),
            executed_at=moment,
            kind=end,
            fingerprint=self._fingerprint(row),
        )
        self._move(instrument.symbol, side * quantity)

    def _closing_side(self, row: Row, symbol: str) -> Side:
        if row.text("Action", "Buy/Sell"):
            return _side(row)
        net = self.net.get(symbol, ZERO)
        if not net:
            reason = "The row does not say whether the option was held or written, and the file has no trade of it."
            raise CellError("Action", "", reason, "Export a longer period, or fill in BUY_TO_CLOSE or SELL_TO_CLOSE.")
        return Side.SELL if net > 0 else Side.BUY

    def _keep_other(self, row: Row, kind: str, subtype: str) -> None:
        value = row.decimal(self.names.value, default=ZERO)
        moved = kind == "Receive Deliver"
        self.builder.other(
            row.line,
            _moved_kind(subtype) if moved else _cash_kind(f"{subtype} {row.text('Description')}".casefold(), value),
            subtype or kind if moved else kind,
            occurred_at=self._instant(row),
            symbol=row.text("Symbol"),
            amount=value - _fees(row),
            currency=row.text("Currency") or CURRENCY,
            quantity=row.decimal("Quantity", default=ZERO) if moved else None,
            description=", ".join(filter(None, (subtype, row.text("Description")))),
        )

    def _instrument(self, row: Row) -> Instrument:
        symbol, terms = row.required("Symbol"), _terms(row)
        asset_class = _asset_class(row, symbol, terms)
        return Instrument(
            symbol=symbol if self.names is CURRENT or not terms else _legacy_symbol(symbol, terms),
            asset_class=asset_class,
            currency=row.text("Currency") or CURRENCY,
            multiplier=self._multiplier(row, symbol, asset_class),
            option=terms,
        )

    def _multiplier(self, row: Row, symbol: str, asset_class: AssetClass) -> Decimal | None:
        if asset_class is AssetClass.OPTION:
            printed = row.decimal("Multiplier", default=ZERO)
            return printed if printed > 1 else OPTION_MULTIPLIER
        if asset_class is AssetClass.FUTURE:
            return future_multiplier(symbol)
        if asset_class is AssetClass.FUTURE_OPTION:
            return self.points.get(symbol) or future_multiplier(row.text("Underlying Symbol"))
        return ONE

    def _instant(self, row: Row) -> datetime:
        time = self.names.time
        return self.builder.instant(row.moment(time, formats=TIMES), raw=row.text(time), column=time)

    def _fingerprint(self, row: Row) -> tuple[str, ...]:
        names = self.names
        return row.raw(names.time, names.subtype, "Action", "Buy/Sell", "Symbol", "Quantity", names.value, names.price,
                       "Description", "Order #", "Strike", "Expiration Date")  # fmt: skip

    def _move(self, symbol: str, quantity: Decimal) -> None:
        self.net[symbol] = self.net.get(symbol, ZERO) + quantity


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the history in whichever layout it has."""
    builder = StatementBuilder(SLUG, options.timezone or TIMEZONE)
    records = read_records(source.text, name=source.name)
    names, columns = _choose_layout(records)
    table = read_table(records, columns, name=source.name)
    rows = oldest_first(table.rows, lambda row: row.moment(names.time, formats=TIMES))
    reader = Reader(builder, names, _points_of_options(rows, names))
    builder.each(rows, reader.read)
    if reader.turned:
        listed = ", ".join(map(str, sorted(reader.turned)[:10]))
        builder.notes.append(f"The value has the sign of the other side in line {listed}; the action was followed.")
    return builder.build(rows=len(rows))


def _choose_layout(records: Sequence[Record]) -> tuple[Names, tuple[str, ...]]:
    is_legacy = find_header(records, LEGACY_COLUMNS) is not None
    return (LEGACY, LEGACY_COLUMNS) if is_legacy else (CURRENT, COLUMNS)


def _points_of_options(rows: Iterable[Row], names: Names) -> dict[str, Decimal]:
    """Return money per point of each option on a future, from rows that print both price and value."""
    found: dict[str, Decimal] = {}
    for row in rows:
        match = _PRICE.search(row.text("Description"))
        if not match or row.text("Instrument Type").casefold() != "future option":
            continue
        points = _points(row, names, match["price"])
        if points:
            found[row.text("Symbol")] = points
    return found


def _points(row: Row, names: Names, price: str) -> Decimal | None:
    try:
        volume = abs(row.decimal("Quantity") * read_decimal(price, column="Description"))
        return round_to(abs(row.decimal(names.value)) / volume, Decimal("0.01")).normalize() + 0 if volume else None
    except CellError:
        return None  # the broken cell is reported when its own row is read


def _price(row: Row, names: Names, units: Decimal) -> Decimal:
    """Return the price a unit: "@ 79.53" in the description, else the average price, which is cash a contract."""
    match = _PRICE.search(row.text("Description"))
    if match:
        return read_decimal(match["price"], column="Description")
    if row.text("Instrument Type").casefold().startswith("future"):
        reason = "The description does not end in @ and the price, where this file keeps it."
        raise CellError("Description", row.text("Description"), reason, "Expected: Sold 1 /CLJ4 @ 79.53")
    quantity = abs(row.decimal("Quantity"))
    per_contract = abs(row.decimal(names.price))
    size = units / quantity if quantity and names is CURRENT else ONE
    return per_contract / size


def _check_value(row: Row, column: str, gross: Decimal, value: Decimal) -> None:
    """Refuse a row whose value is not quantity x price x size, whatever its sign."""
    if value and abs(abs(value) - abs(gross)) > max(abs(gross) / 100, Decimal("0.05")) + abs(_fees(row)):
        reason = f"The value does not fit quantity times price ({abs(gross).normalize():f})."
        raise CellError(column, row.text(column), reason, "Check quantity, price and value of the row.")


def _fees(row: Row) -> Decimal:
    return sum((amount for _, amount in _charges(row)), ZERO)


def _charges(row: Row) -> list[tuple[ChargeKind, Decimal]]:
    if row.has(LEGACY.time):
        return [(ChargeKind.OTHER, row.decimal("Fees", default=ZERO))]
    # Later layouts print them as cash: a cost is negative. Their fees are those of clearing, exchange and regulator.
    return [
        (ChargeKind.COMMISSION, -row.decimal("Commissions", default=ZERO)),
        (ChargeKind.EXCHANGE, -row.decimal("Fees", default=ZERO)),
    ]


def _side(row: Row) -> Side:
    word = row.required("Action", "Buy/Sell")
    start = word.replace("_", " ").split()[0].casefold()
    if start not in ("buy", "sell", "bought", "sold"):
        raise CellError("Action", word, f"{word[:40]!r} is not a side.", "Expected BUY_TO_OPEN, SELL_TO_CLOSE, BUY …")
    return Side.BUY if start in ("buy", "bought") else Side.SELL


def _is_delivery(row: Row, subtype: str) -> bool:
    """Whether shares changed hands at a price, as after an assignment."""
    start = subtype.casefold().split(" ")[0]
    return start in ("buy", "sell") and bool(row.text("Symbol"))


def _asset_class(row: Row, symbol: str, terms: OptionTerms | None) -> AssetClass:
    word = row.text("Instrument Type")
    if word:
        if word.casefold() not in CLASSES:
            raise CellError("Instrument Type", word, f"{word[:40]!r} is not a known kind of instrument.")
        return CLASSES[word.casefold()]
    if symbol.startswith(("/", "./")):
        return AssetClass.FUTURE_OPTION if terms else AssetClass.FUTURE
    return AssetClass.OPTION if terms else AssetClass.STOCK


def _terms(row: Row) -> OptionTerms | None:
    right, strike = row.text("Call or Put", "Call/Put"), row.text("Strike Price", "Strike")
    expiry = parse_expiry(row.text("Expiration Date"))
    if not (right and strike and expiry):
        return parse_option(row.text("Symbol"))
    return option_terms(
        underlying=row.text("Underlying Symbol") or row.text("Root Symbol") or row.text("Symbol"),
        expiry=expiry,
        strike=read_decimal(strike, column="Strike Price"),
        right=right,
    )


def _legacy_symbol(symbol: str, terms: OptionTerms) -> str:
    """Return an OSI symbol: the legacy file prints the underlying alone, which would merge every contract."""
    if parse_option(symbol):
        return symbol
    strike = int(terms.strike * 1000)
    return f"{symbol:<6}{terms.expiry:%y%m%d}{terms.right.value[0].upper()}{strike:08d}"


def _moved_kind(subtype: str) -> OtherKind:
    return OtherKind.SPLIT if "split" in subtype.casefold() else OtherKind.CORPORATE_ACTION


def _cash_kind(words: str, value: Decimal) -> OtherKind:
    """Return what a movement of money is. "Withdrawal" may carry a positive amount: then it is a deposit."""
    found = next((kind for word, kind in CASH if word in words), None)
    if found is not None:
        return found
    return OtherKind.WITHDRAWAL if value < 0 else OtherKind.DEPOSIT


FORMAT = BrokerFormat(
    slug=SLUG,
    title="tastytrade transaction history",
    broker="tastytrade",
    timezone=TIMEZONE,
    sniff=claim_header(0.95, COLUMNS, LEGACY_COLUMNS),
    parse=parse,
)

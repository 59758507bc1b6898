"""XTB, cash operations: a trade is worded in its comment, amounts are in the account's currency.

The file names no currency: that of the account is taken for amounts, and the market behind a symbol's dot tells that
of prices. In London, where prices may be in several, the price is what was paid unless quantity by price is exactly
that. Rows that repeat an earlier one with all its cells, id included, are skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import unit_price
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, read_decimal
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, header_score, open_table
from data.brokers.source import FileKind, SourceFile
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "xtb-cash-operations"
COLUMNS = ("ID", "Type", "Time", "Symbol", "Comment", "Amount")
TIMES = ("%d.%m.%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "ISO")
_TRADE = re.compile(
    r"(?P<act>OPEN|CLOSE) (?P<way>BUY|SELL) (?P<quantity>\d+(?:\.\d+)?)(?:/\d+(?:\.\d+)?)? @ (?P<price>\d+(?:\.\d+)?)"
)
_LIKE_TRADE = re.compile(r"(OPEN|CLOSE) (BUY|SELL)\b")
_SIDES = {
    ("OPEN", "BUY"): Side.BUY,
    ("CLOSE", "BUY"): Side.SELL,
    ("OPEN", "SELL"): Side.SELL,
    ("CLOSE", "SELL"): Side.BUY,
}
_MARKETS = {
    "USD": "US", "EUR": "DE FR NL ES IT BE PT FI AT IE", "PLN": "PL", "CZK": "CZ", "CHF": "CH", "SEK": "SE",
    "NOK": "NO", "DKK": "DK", "HUF": "HU",
}  # fmt: skip
_CURRENCIES = {market: currency for currency, markets in _MARKETS.items() for market in markets.split()}
_KINDS = {
    "deposit": OtherKind.DEPOSIT,
    "withdrawal": OtherKind.WITHDRAWAL,
    "transfer": OtherKind.TRANSFER,
    "dividend": OtherKind.DIVIDEND,
    "withholding tax": OtherKind.TAX,
    "free funds interests": OtherKind.INTEREST,
    "free funds interests tax": OtherKind.TAX,
    "swap": OtherKind.FUNDING,
    "rollover": OtherKind.FUNDING,
    "commission": OtherKind.FEE,
    "sec fee": OtherKind.FEE,
    "stamp duty": OtherKind.TAX,
    "spin off": OtherKind.CORPORATE_ACTION,
}
# Types come in the customer's language, comments in English: the first phrase that occurs decides.
_COMMENTS = (
    ("WHT", OtherKind.TAX),
    ("Interest Tax", OtherKind.TAX),
    ("Interest", OtherKind.INTEREST),
    ("/ SHR", OtherKind.DIVIDEND),
    ("Swap of", OtherKind.FUNDING),
    ("deposit", OtherKind.DEPOSIT),
    ("Withdrawal", OtherKind.WITHDRAWAL),
    ("Transfer", OtherKind.TRANSFER),
)
CENT = Decimal("0.01")
DUPLICATE = "duplicate row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """A trade as its comment words it."""

    side: Side
    quantity: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the rows of one file.

    Attributes:
        account: Currency of the amounts.
        converted: Symbols whose prices are in a currency that is not known.
        repeated: Lines that repeat an earlier row.
    """

    builder: StatementBuilder
    account: str
    converted: frozenset[str]
    repeated: frozenset[int]

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        deal = read_deal(row)
        if row.line in self.repeated:
            reason = "The row repeats an earlier one, id included."
            self.builder.other(row.line, OtherKind.SKIPPED, DUPLICATE, symbol=row.text("Symbol"), reason=reason)
        elif deal:
            self._read_trade(row, deal)
        elif _LIKE_TRADE.match(row.text("Comment")) or row.text("Type").casefold().startswith("stocks/etf"):
            hint = "Expected a comment such as OPEN BUY 34/42.5 @ 11.7480."
            raise CellError("Comment", row.text("Comment"), "The comment of this trade is not understood.", hint)
        else:
            self._keep_other(row)

    def _read_trade(self, row: Row, deal: Deal) -> None:
        symbol = row.required("Symbol")
        is_converted = symbol in self.converted
        self.builder.execution(
            line=row.line,
            instrument=Instrument(
                symbol=symbol, asset_class=AssetClass.STOCK, currency=market_currency(symbol) or self.account
            ),
            side=deal.side,
            quantity=deal.quantity,
            price=unit_price(row.decimal("Amount"), deal.quantity) if is_converted else deal.price,
            executed_at=self.builder.instant(_moment(row), raw=row.text("Time"), column="Time"),
            # An opening and its closing may share one id.
            identity=f"{row.required('ID')}/{deal.side.word}",
        )

    def _keep_other(self, row: Row) -> None:
        label, reason, occurred_at = row.required("Type"), "", None
        try:
            occurred_at = self.builder.instant(_moment(row), raw=row.text("Time"), column="Time")
        except CellError as error:
            # An amount on an unknown day still belongs to the account.
            reason = f"Time: {error.reason}"
        self.builder.other(
            row.line,
            other_kind(label, row.text("Comment")),
            label,
            occurred_at=occurred_at,
            symbol=row.text("Symbol"),
            amount=row.decimal("Amount"),
            currency=self.account,
            description=row.text("Comment"),
            reason=reason,
            identity=row.text("ID"),
        )


def sniff(source: SourceFile) -> float:
    """Claim by the header, in a file parted by semicolons, tabs or commas."""
    if source.kind is not FileKind.TEXT:
        return 0.0
    return 0.95 if _delimiter(source) and _is_alone(source) else 0.0


def _delimiter(source: SourceFile) -> str:
    """Return what parts the header; comments are full of commas, so that counting does not tell."""
    return next((mark for mark in ";\t," if header_score(source.head, COLUMNS, delimiter=mark) == 1.0), "")


def _is_alone(source: SourceFile) -> bool:
    """Whether the header names little else: six plain words could be anybody's."""
    return len(re.split("[;\t,]", source.first_line())) <= len(COLUMNS) + 2


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read trades and every other operation."""
    table = open_table(source.text, COLUMNS, delimiter=_delimiter(source) or ";", name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    reader = Reader(
        builder=builder,
        account=options.currency or FORMAT.currency,
        converted=frozenset(_find_converted(table.rows)),
        repeated=frozenset(_find_repeated(table.rows)),
    )
    builder.each(_open_first(oldest_first(table.rows, _moment)), reader.read)
    builder.notes.append(f"The file names no currency; amounts are taken as {reader.account}.")
    if reader.converted:
        names = ", ".join(sorted(reader.converted))
        builder.notes.append(f"Prices in {reader.account} are what was paid, converted by the broker: {names}.")
    return builder.build(rows=len(table.rows))


def read_deal(row: Row) -> Deal | None:
    """Return the trade a comment words, None when it words none."""
    match = _TRADE.fullmatch(row.text("Comment"))
    if match is None:
        return None
    return Deal(
        side=_SIDES[match["act"], match["way"]],
        quantity=read_decimal(match["quantity"], column="Comment"),
        price=read_decimal(match["price"], column="Comment"),
    )


def market_currency(symbol: str) -> str:
    """Return the currency prices of a market are in, "" where it cannot be told."""
    return _CURRENCIES.get(symbol.rpartition(".")[2].upper(), "") if "." in symbol else ""


def _open_first(rows: list[Row]) -> list[Row]:
    """Return the rows with an opening before the closing that shares its id, which stand in either order."""
    ordered = list(rows)
    for place, (first, second) in enumerate(pairwise(rows)):
        is_turned = first.text("Comment").startswith("CLOSE ") and second.text("Comment").startswith("OPEN ")
        if is_turned and first.text("ID") == second.text("ID"):
            ordered[place], ordered[place + 1] = second, first
    return ordered


def _find_converted(rows: Iterable[Row]) -> Iterable[str]:
    """Yield symbols of unknown currency of which some amount is not quantity by price."""
    for row in rows:
        symbol = row.text("Symbol")
        try:
            deal, amount = read_deal(row), abs(row.decimal("Amount"))
        except CellError:
            continue
        if deal is None or market_currency(symbol):
            continue
        if abs(deal.quantity * deal.price - amount) > CENT:
            yield symbol


def _find_repeated(rows: Iterable[Row]) -> Iterable[int]:
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        key = row.raw(*COLUMNS)
        if row.text("ID") and key in seen:
            yield row.line
        seen.add(key)


def other_kind(label: str, comment: str) -> OtherKind:
    """Return what an operation means to us, by its type or, in another language, by its comment."""
    kind = _KINDS.get(label.casefold())
    return kind or next((kind for phrase, kind in _COMMENTS if phrase in comment), OtherKind.ADJUSTMENT)


def _moment(row: Row) -> datetime:
    return row.moment("Time", formats=TIMES)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="XTB cash operations",
    broker="XTB",
    timezone="Europe/Warsaw",
    sniff=sniff,
    parse=parse,
    currency="EUR",
)

"""OKX, trading history of the unified account: one row a coin and fill, the zone named in the first line.

A spot fill is two rows, one for each coin, joined by order, time and price; the coin's row becomes the fill, the
money's row is kept beside it, and the fee of either is its cost. The sizes of contracts are not in the file, so that
trades in futures, swaps and options are shown as problems.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT, fee_rate, require_pair, spot
from data.brokers.moments import read_moment
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from data.brokers.words import find_side
from domain.executions import Side
from domain.statements import OtherKind, Statement

SLUG = "okx-ledger"
COLUMNS = (
    "id", "Order id", "Time", "Trade Type", "Symbol", "Action", "Amount", "Filled Price", "Fee", "Fee Unit",
    "Balance Change", "Balance Unit",
)  # fmt: skip
_ZONE = re.compile(r"Time Zone: ?(?P<zone>UTC(?:[+-]\d{1,2}(?::\d{2})?)?)", re.IGNORECASE)
_KINDS = (
    ("transfer", OtherKind.TRANSFER),
    ("funding", OtherKind.FUNDING),
    ("interest", OtherKind.INTEREST),
    ("fee", OtherKind.FEE),
    ("convert", OtherKind.CONVERSION),
    ("earn", OtherKind.REWARD),
    ("rebate", OtherKind.REWARD),
)
SLACK = Decimal("0.0001")

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the rows of one file.

    Attributes:
        zone: What the first line says, for example "UTC+08"; "" when it says nothing.
        money: Line of a coin's row -> the money's row of the same fill.
        joined: Lines of those money rows.
    """

    builder: StatementBuilder
    zone: str
    money: Mapping[int, Row]
    joined: frozenset[int]

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        if row.text("Balance"):
            coin = row.required("Balance Unit")
            self.builder.balance(row.line, self._instant(row), coin, lambda: row.decimal("Balance"))
        is_spot = row.required("Trade Type").casefold() == "spot"
        if not is_spot and (_is_trade(row) or row.decimal("Filled Price", default=Decimal(0))):
            reason = "The size of this contract is not in the file."
            raise CellError(
                "Trade Type",
                row.text("Trade Type"),
                reason,
                "Bring it with a small file of your own: date, symbol, side, quantity, price.",
            )
        if not _is_trade(row):
            self._keep_other(row, label=row.text("Action") or row.required("Trade Type"))
        elif row.line in self.joined:
            self._keep_other(row, label=row.required("Action"), reason="Part of its fill.")
        else:
            self._read_fill(row)

    def _read_fill(self, row: Row) -> None:
        market, money = row.required("Symbol"), self.money.get(row.line)
        if money is None:
            hint = "Export the history again, with every coin."
            raise CellError("Balance Unit", row.text("Balance Unit"), "The fill's other row is missing.", hint)
        base, quote = require_pair(market, column="Symbol")
        price = row.decimal("Filled Price", signed=False)
        in_base, in_quote = (-part.decimal("Fee", default=Decimal(0)) for part in (row, money))
        fees, coin = (in_base, base) if in_base and not in_quote else (in_quote + in_base * price, quote)
        self.builder.execution(
            line=row.line,
            instrument=spot(market, quote),
            side=_side(row),
            quantity=abs(row.decimal("Amount")),
            price=price,
            fees=fees,
            fee_currency=coin,
            fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
            executed_at=self._instant(row),
            identity=row.required("id"),
        )

    def _keep_other(self, row: Row, *, label: str, reason: str = "") -> None:
        coin = row.required("Balance Unit")
        change = row.decimal("Balance Change")
        self.builder.other(
            row.line,
            OtherKind.SKIPPED if reason else other_kind(f"{row.text('Trade Type')} {label}"),
            label,
            occurred_at=self._instant(row),
            symbol="" if coin in FIAT else coin,
            amount=change,
            currency=coin,
            quantity=change,
            description=row.text("Trade Type"),
            reason=reason,
            identity=row.text("id"),
        )

    def moment(self, row: Row) -> datetime:
        """Return the time of a row in the zone the file names."""
        return read_moment(f"{row.required('Time')} {self.zone}".strip(), column="Time")

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(self.moment(row), raw=row.text("Time"), column="Time")


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the history; the zone of its first line comes before the one chosen."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    money = _join_fills(table.rows)
    reader = Reader(
        builder=builder,
        zone=find_zone(source.head),
        money=money,
        joined=frozenset(row.line for row in money.values()),
    )
    builder.each(oldest_first(table.rows, reader.moment), reader.read)
    return builder.build(rows=len(table.rows))


def find_zone(head: str) -> str:
    """Return the zone of the first line as times take it, "UTC+08" for "UTC+8"; "" when there is none."""
    match = _ZONE.search(head.split("\n", 1)[0])
    if match is None:
        return ""
    return re.sub(r"([+-])(\d)(?!\d)", r"\g<1>0\2", match["zone"].upper())


def _join_fills(rows: Iterable[Row]) -> dict[int, Row]:
    """Find to every coin's row of a spot fill the money's row that its amount and price make."""
    coins: dict[Key, list[Row]] = defaultdict(list)
    moneys: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if _is_trade(row) and row.text("Trade Type").casefold() == "spot":
            is_coin = row.text("Symbol").upper().startswith(f"{row.text('Balance Unit').upper()}-")
            (coins if is_coin else moneys)[row.raw("Order id", "Time", "Symbol", "Filled Price")].append(row)
    found: dict[int, Row] = {}
    for key, group in coins.items():
        for row in group:
            match = next((other for other in moneys[key] if _agree(row, other)), None)
            if match:
                moneys[key].remove(match)
                found[row.line] = match
    return found


def _agree(coin: Row, money: Row) -> bool:
    try:
        made = abs(coin.decimal("Amount") * coin.decimal("Filled Price"))
        paid = abs(money.decimal("Amount"))
    except CellError:
        return False
    return abs(made - paid) <= SLACK * paid


def _is_trade(row: Row) -> bool:
    return find_side(row.text("Action")) is not None


def _side(row: Row) -> Side:
    side = find_side(row.text("Action"))
    if side is None:
        raise CellError("Action", row.text("Action"), "The action is neither a purchase nor a sale.")
    return side


def other_kind(words: str) -> OtherKind:
    """Return what type and action of a row mean to us; unheard-of ones are an adjustment of the balance."""
    folded = words.casefold()
    return next((kind for phrase, kind in _KINDS if phrase in folded), OtherKind.ADJUSTMENT)


FORMAT = BrokerFormat(
    slug=SLUG,
    title="OKX trading history",
    broker="OKX",
    timezone="UTC",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
    currency="USDT",
)

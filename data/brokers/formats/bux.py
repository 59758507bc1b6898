"""BUX, transactions: trades in the instrument's currency, their fee in a row of its own a moment later.

A fee is the cost of the last trade in its instrument, at most a few seconds before it. A split is the redemption of
the old shares and the deposit of the new ones on one day. Some rows of deposits hold one empty cell too many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.amounts import RATE_STEP, check_total
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError, round_to
from data.brokers.claims import claim_header
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, normalise_header, open_table
from data.brokers.records import Spare
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "bux-transactions"
TIME = "Transaction Time (CET)"
COLUMNS = (
    TIME, Spare("Transaction Category"), "Transaction Type", "Transaction Amount", "Transaction Currency", "Asset Id",
    "Asset Name", "Asset Quantity", "Asset Price", "Asset Currency",
)  # fmt: skip
BALANCE, MONEY = "Cash Balance Amount", "Transaction Currency"
NEARBY = timedelta(seconds=5)
_SIDES = {"buy trade": Side.BUY, "sell trade": Side.SELL}
_KINDS = {
    "deposits": OtherKind.DEPOSIT,
    "withdrawals": OtherKind.WITHDRAWAL,
    "fees": OtherKind.FEE,
    "dividends": OtherKind.DIVIDEND,
    "interest": OtherKind.INTEREST,
    "taxes": OtherKind.TAX,
    "corporate_actions": OtherKind.CORPORATE_ACTION,
}
_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PARTIAL = re.compile(r"Order Partial Id: (\S+ - \d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the rows of one file.

    Attributes:
        fees: Line of a trade -> the fee rows that belong to it.
        counted: Lines of those fee rows.
        ratios: Line of a deposit of new shares -> (new, old).
    """

    builder: StatementBuilder
    fees: Mapping[int, Sequence[Row]]
    counted: frozenset[int]
    ratios: Mapping[int, tuple[Decimal, Decimal]]

    def read(self, row: Row) -> None:
        """Turn one row into an execution or an other row."""
        side = _side(row)
        if side is None:
            self._keep_other(row)
        else:
            self._read_trade(row, side)

    def _read_trade(self, row: Row, side: Side) -> None:
        quantity, price = row.decimal("Asset Quantity", signed=False), row.decimal("Asset Price", signed=False)
        currency, account = row.required("Asset Currency"), row.required("Transaction Currency")
        rate = find_rate(row, currency, account)
        if rate:
            total = row.decimal("Transaction Amount") * rate
            check_total(quantity, price, total, column="Asset Quantity", text=row.text("Asset Quantity"))
        fee_rows = self.fees.get(row.line, ())
        if {fee.text("Transaction Currency") for fee in fee_rows} - {account}:
            raise CellError("Transaction Currency", account, "The fee of this trade is in another currency.")
        partial = _PARTIAL.search(row.text("Transaction Description"))
        self.builder.execution(
            line=row.line,
            instrument=_instrument(row, currency),
            side=side,
            quantity=quantity,
            price=price,
            fees=-sum((fee.decimal("Transaction Amount") for fee in fee_rows), Decimal(0)),
            fee_currency=account,
            fee_rate=rate if account != currency else None,
            executed_at=self._instant(row),
            identity=partial[1] if partial else "",
            fingerprint=row.raw(TIME, "Transaction Type", "Asset Id", "Asset Quantity", "Asset Price"),
        )
        if account != currency:
            self.builder.settle(account, -side * abs(row.decimal("Transaction Amount")))
        if not fee_rows:
            self._keep_balance(row)

    def _keep_balance(self, row: Row) -> None:
        """Keep the balance; a trade whose fee is a row of its own leaves that to the fee's."""
        if row.text(BALANCE):
            self.builder.balance(row.line, self._instant(row), row.required(MONEY), lambda: row.decimal(BALANCE))

    def _keep_other(self, row: Row) -> None:
        self._keep_balance(row)
        is_counted = row.line in self.counted
        kind, ratio = _other_kind(row), self.ratios.get(row.line)
        moves_shares = row.text("Transfer Type").startswith("ASSET_")
        self.builder.other(
            row.line,
            OtherKind.SKIPPED if is_counted else OtherKind.SPLIT if ratio else kind,
            row.required("Transaction Type"),
            occurred_at=self._instant(row),
            symbol=row.text("Asset Id"),
            amount=None if moves_shares else row.decimal("Transaction Amount"),
            currency=row.text("Transaction Currency"),
            quantity=row.decimal("Asset Quantity") if row.text("Asset Quantity") else None,
            ratio=ratio,
            description=row.text("Transaction Description") or row.text("Asset Name"),
            reason="Counted as the cost of its trade." if is_counted else "",
        )

    def _instant(self, row: Row) -> datetime:
        return self.builder.instant(_moment(row), raw=row.text(TIME), column=TIME)


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read the transactions."""
    table = open_table(source.text, COLUMNS, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    rows = oldest_first([_realign(row) for row in table.rows], _moment)
    fees = _assign_fees(rows)
    reader = Reader(
        builder=builder,
        fees=fees,
        counted=frozenset(fee.line for group in fees.values() for fee in group),
        ratios=_split_ratios(rows),
    )
    builder.each(rows, reader.read)
    return builder.build(rows=len(table.rows))


def _realign(row: Row) -> Row:
    """Return a row whose amount and currency stand one cell too far right with the empty cell before them dropped."""
    position = row.columns.get(normalise_header("Transaction Amount"), 0)
    window = row.cells[position : position + 3]
    is_shifted = len(window) == 3 and not window[0] and bool(_NUMBER.fullmatch(window[1]))
    if not (is_shifted and _CURRENCY.fullmatch(window[2])):
        return row
    return Row(row.line, row.cells[:position] + row.cells[position + 1 :], row.columns)


def find_rate(row: Row, currency: str, account: str) -> Decimal | None:
    """Return the instrument's currency per account currency: 1, the row's rate the right way round, or None."""
    if currency == account:
        return Decimal(1)
    rate = row.decimal("Exchange Rate", default=Decimal(0)) if row.text("Exchange Rate") else Decimal(0)
    pair = row.text("Currency Pair")
    if rate > 0 and pair == account + currency:
        return rate
    return round_to(1 / rate, RATE_STEP).normalize() + 0 if rate > 0 and pair == currency + account else None


def _assign_fees(rows: Iterable[Row]) -> dict[int, list[Row]]:
    """Give every trading fee to the last trade of its instrument, when that is only moments ago."""
    last: dict[str, tuple[datetime, int]] = {}
    found: dict[int, list[Row]] = {}
    for row in rows:
        asset = row.text("Asset Id")
        try:
            moment = _moment(row).replace(tzinfo=None)
        except CellError:
            continue
        if _side(row) is not None:
            last[asset] = (moment, row.line)
        elif row.text("Transaction Type").casefold() == "trading fee" and asset in last:
            traded_at, line = last[asset]
            if moment - traded_at <= NEARBY:
                found.setdefault(line, []).append(row)
    return found


def _split_ratios(rows: Iterable[Row]) -> dict[int, tuple[Decimal, Decimal]]:
    """Return (new, old) shares of each split, by the line of the row that brings the new ones."""
    old: dict[tuple[str, str], Decimal] = {}
    new: dict[tuple[str, str], tuple[int, Decimal]] = {}
    for row in rows:
        shares = _split_shares(row)
        key = (row.text("Asset Id"), row.text(TIME)[:10])
        if shares and row.text("Transfer Type") == "ASSET_REDEEM":
            old[key] = shares
        elif shares and row.text("Transfer Type") == "ASSET_DEPOSIT":
            new[key] = (row.line, shares)
    return {line: (shares, old[key]) for key, (line, shares) in new.items() if key in old}


def _split_shares(row: Row) -> Decimal | None:
    """Return the shares of one half of a split; None of other rows, and of one that will be a problem."""
    if "split" not in row.text("Transaction Description").casefold():
        return None
    try:
        return row.decimal("Asset Quantity")
    except CellError:
        return None


def _side(row: Row) -> Side | None:
    return _SIDES.get(row.text("Transaction Type").casefold())


def _other_kind(row: Row) -> OtherKind:
    if "promotion" in row.text("Transaction Type").casefold():
        return OtherKind.REWARD
    return _KINDS.get(row.text("Transaction Category").casefold(), OtherKind.ADJUSTMENT)


def _instrument(row: Row, currency: str) -> Instrument:
    asset = row.required("Asset Id")
    return Instrument(
        symbol=asset,
        asset_class=AssetClass.STOCK,
        currency=currency,
        isin=asset if _ISIN.fullmatch(asset) else "",
        name=row.text("Asset Name"),
    )


def _moment(row: Row) -> datetime:
    return row.moment(TIME, formats=("ISO",))


FORMAT = BrokerFormat(
    slug=SLUG,
    title="BUX transactions",
    broker="BUX",
    timezone="Europe/Amsterdam",
    sniff=claim_header(1.0, COLUMNS),
    parse=parse,
    currency="EUR",
)

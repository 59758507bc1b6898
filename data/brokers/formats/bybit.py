"""Bybit, transaction log of the unified account.

A spot fill is two rows, one for each coin, side by side in either order; both carry the whole
market name. A fill of a linear contract is one row in the settlement coin. Costs are negative.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from data.brokers import BrokerFormat, ParseOptions
from data.brokers.builder import StatementBuilder
from data.brokers.cells import CellError
from data.brokers.claims import claim_header
from data.brokers.crypto_pairs import FIAT, fee_rate, require_pair, spot
from data.brokers.ordering import oldest_first
from data.brokers.reader import Row, open_table
from data.brokers.source import SourceFile
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, Statement

SLUG = "bybit-uta"
TIME, BALANCE = "Time(UTC)", "Wallet Balance"
REQUIRED = ("Currency", "Contract", "Type", "Direction", "Quantity", "Filled Price", "Fee Paid", "Cash Flow", TIME)
_SIDES = {"BUY": Side.BUY, "SELL": Side.SELL}
_FINGERPRINT = (TIME, "Contract", "Currency", "Direction", "Quantity", "Filled Price", "Fee Paid", "Wallet Balance")
_KINDS = {
    "SETTLEMENT": OtherKind.FUNDING,
    "INTEREST": OtherKind.INTEREST,
    "AIRDROP": OtherKind.REWARD,
    "BONUS": OtherKind.REWARD,
    "FEE_REFUND": OtherKind.FEE,
    "CURRENCY_BUY": OtherKind.CONVERSION,
    "CURRENCY_SELL": OtherKind.CONVERSION,
}


def parse(source: SourceFile, options: ParseOptions) -> Statement:
    """Read fills and movements; a spot fill of two lines counts as one row."""
    table = open_table(source.text, REQUIRED, name=source.name)
    builder = StatementBuilder(SLUG, options.timezone or FORMAT.timezone)
    rows = oldest_first(table.rows, _moment)
    halves = pair_halves([row for row in rows if _is_spot(row)])
    taken = {half.line for half in halves.values()}
    firsts = [row for row in rows if row.line not in taken]
    builder.each(firsts, lambda row: _read_row(builder, row, halves.get(row.line)))
    return builder.build(rows=len(firsts))


def _is_spot(row: Row) -> bool:
    # In a spot fill the row's coin itself changes hands; a contract's cash flow is its realised result.
    if row.text("Type").upper() != "TRADE":
        return False
    try:
        return row.decimal("Quantity") == row.decimal("Cash Flow")
    except CellError:
        return False


def pair_halves(rows: list[Row]) -> dict[int, Row]:
    """Return the second half of each spot fill by the line of its first.

    Halves share time, market, direction and price and name different coins; of several candidates the
    one whose amounts agree with the price is taken.
    """
    waiting: dict[tuple[str, ...], list[Row]] = {}
    halves: dict[int, Row] = {}
    for row in rows:
        queue = waiting.setdefault(row.raw(TIME, "Contract", "Direction", "Filled Price"), [])
        others = [item for item in queue if item.text("Currency") != row.text("Currency") and _agree(item, row)]
        if others:
            queue.remove(others[0])
            halves[others[0].line] = row
        else:
            queue.append(row)
    return halves


def _agree(one: Row, two: Row) -> bool:
    first, second = abs(one.decimal("Quantity")), abs(two.decimal("Quantity"))
    try:
        price = one.decimal("Filled Price")
    except CellError:
        return True
    # The quote amount is rounded to the exchange's step, so "agree" allows one part in ten thousand.
    return min(abs(first * price - second) - second / 10_000, abs(second * price - first) - first / 10_000) <= 0


def _read_row(builder: StatementBuilder, row: Row, half: Row | None) -> None:
    if row.required("Type").upper() != "TRADE":
        _read_movement(builder, row)
    elif half is not None:
        _read_spot(builder, row, half)
    elif _is_spot(row):
        hint = "Export the whole log again, with every coin."
        raise CellError("Currency", row.text("Currency"), "The other coin's row of this fill is missing.", hint)
    else:
        _read_contract(builder, row)


def _read_spot(builder: StatementBuilder, one: Row, two: Row) -> None:
    contract = one.required("Contract")
    base, quote = _coins(contract, {one.required("Currency"), two.required("Currency")})
    base_row, quote_row = (one, two) if one.text("Currency") == base else (two, one)
    price = one.decimal("Filled Price", signed=False)
    in_base = -base_row.decimal("Fee Paid", default=Decimal(0))
    in_quote = -quote_row.decimal("Fee Paid", default=Decimal(0))
    fees, coin = (in_base, base) if in_base and not in_quote else (in_quote + in_base * price, quote)
    builder.execution(
        line=min(one.line, two.line),
        instrument=spot(contract, quote),
        side=_side(one),
        quantity=abs(base_row.decimal("Quantity")),
        price=price,
        fees=fees,
        fee_currency=coin,
        fee_rate=fee_rate(coin, base=base, quote=quote, price=price),
        executed_at=builder.instant(_moment(one), raw=one.text(TIME), column=TIME),
        fingerprint=(*base_row.raw(*_FINGERPRINT), *quote_row.raw(*_FINGERPRINT)),
    )
    _keep_balance(builder, base_row)
    _keep_balance(builder, quote_row)


def _keep_balance(builder: StatementBuilder, row: Row) -> None:
    if row.text(BALANCE):
        moment = builder.instant(_moment(row), raw=row.text(TIME), column=TIME)
        builder.balance(row.line, moment, row.required("Currency"), lambda: row.decimal(BALANCE))


def _coins(contract: str, coins: set[str]) -> tuple[str, str]:
    for base in coins:
        quote = contract.removeprefix(base)
        if quote != contract and quote in coins:
            return base, quote
    reason = f"The coins {' and '.join(sorted(coins))} do not make up this market."
    raise CellError("Contract", contract, reason)


def _read_contract(builder: StatementBuilder, row: Row) -> None:
    contract = row.required("Contract")
    coin = row.required("Currency")
    base, _ = require_pair(
        contract.removesuffix("PERP") + ("USDC" if contract.endswith("PERP") else ""), column="Contract"
    )
    if coin == base:
        reason = "Contracts settled in their own coin are not supported: their result is not linear in the price."
        raise CellError("Contract", contract, reason, "The row is left out; the rest can be imported.")
    builder.execution(
        line=row.line,
        instrument=Instrument(symbol=contract, asset_class=AssetClass.FUTURE, currency=coin),
        side=_side(row),
        quantity=abs(row.decimal("Quantity")),
        price=row.decimal("Filled Price", signed=False),
        fees=-row.decimal("Fee Paid", default=Decimal(0)),
        fee_currency=coin,
        fee_rate=Decimal(1),
        executed_at=builder.instant(_moment(row), raw=row.text(TIME), column=TIME),
        fingerprint=row.raw(*_FINGERPRINT),
    )
    _keep_balance(builder, row)


def _moment(row: Row) -> datetime:
    return row.moment(TIME, formats=("ISO",))


def _side(row: Row) -> Side:
    side = _SIDES.get(row.text("Direction").upper())
    if side is None:
        raise CellError(
            "Direction", row.text("Direction"), "The side is neither BUY nor SELL.", "Expected BUY or SELL."
        )
    return side


def _read_movement(builder: StatementBuilder, row: Row) -> None:
    label = row.text("Type")
    coin = row.required("Currency")
    change = row.decimal("Change", "Cash Flow")
    builder.other(
        row.line,
        other_kind(label),
        label,
        occurred_at=builder.instant(_moment(row), raw=row.text(TIME), column=TIME),
        symbol=row.text("Contract") or ("" if coin in FIAT else coin),
        amount=change,
        currency=coin,
        description=row.text("Action").strip("-"),
        identity="|".join(row.raw(*_FINGERPRINT, "Type", "Change")),
    )
    _keep_balance(builder, row)


def other_kind(label: str) -> OtherKind:
    """Return what a row type means to us; an unheard-of one is an adjustment of the balance."""
    kind = _KINDS.get(label.upper())
    if kind is None and label.upper().startswith("TRANSFER"):
        return OtherKind.TRANSFER
    return kind or OtherKind.ADJUSTMENT


FORMAT = BrokerFormat(
    slug=SLUG,
    title="Bybit unified account log",
    broker="Bybit",
    timezone="UTC",
    sniff=claim_header(1.0, REQUIRED),
    parse=parse,
    currency="USDT",
)

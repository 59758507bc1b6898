"""Instruments of files that name them by symbol alone: a share, unless the symbol spells an option or a future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from data.brokers.cells import CellError
from data.brokers.contracts import future_contract, future_root
from data.brokers.option_symbols import parse_option, usual_size
from data.brokers.reader import Row
from domain.executions import Side
from domain.import_codes import RowCode
from domain.instruments import AssetClass, Instrument
from domain.money import ZERO
from domain.statements import ParsedExecution

SLACK = Decimal("0.02")
"""Share by which a printed amount may differ from quantity x price: unlisted fees and rounded prices."""


def listed_instrument(symbol: str, currency: str, *, name: str = "") -> Instrument:
    """Return the option a symbol spells, else the share of that symbol; the currency is a code such as USD."""
    terms = parse_option(symbol) or parse_option(symbol.replace(" ", ""))
    if terms is None:
        return Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency=currency, name=name)
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.OPTION,
        currency=currency,
        multiplier=usual_size(symbol),
        name=name,
        option=terms,
    )


def traded_instrument(symbol: str, currency: str, *, name: str = "") -> Instrument:
    """Return the dated future, the option or the share a symbol spells.

    A bare root ("ES") is a share here: only a contract with its month ("ESM6") is told from one. A dated
    contract of an unknown root has no multiplier, which blocks its row.
    """
    plain = symbol.rpartition(":")[2]
    root = future_root(plain)
    if root is None or root == plain.upper():
        return listed_instrument(symbol, currency, name=name)
    contract = future_contract(plain)
    return Instrument(
        symbol=symbol,
        asset_class=AssetClass.FUTURE,
        currency=contract.currency if contract else currency,
        multiplier=contract.multiplier if contract else None,
        name=name,
    )


def check_amount(row: Row, column: str, expected: Decimal, *, costs: Decimal = ZERO) -> None:
    """Check that a printed amount is the one computed from quantity, price and contract size.

    Signs are not compared; an empty cell or a missing column proves nothing.

    Args:
        row: The row that prints the amount.
        column: Column of the amount.
        expected: Quantity x price x contract size.
        costs: Fees and accrued interest that the amount may contain as well.

    Raises:
        CellError: If the two differ by more than 2 %, one unit of money and the costs.
    """
    if not row.text(column):
        return
    printed = abs(row.decimal(column, default=ZERO))
    if printed and abs(printed - abs(expected)) > 1 + SLACK * abs(expected) + abs(costs):
        reason = f"The row prints {printed:f}, but its quantity and price make {abs(expected):f}."
        hint = "Check quantity, price and amount of the row."
        raise CellError(column, row.text(column), reason, hint, code=RowCode.TOTAL)


@dataclass(slots=True)
class OpenPositions:
    """What the executions read so far leave open, to tell which side ends an option.

    Attributes:
        executions: The builder's list, which only grows between two calls.
    """

    executions: Sequence[ParsedExecution]
    _net: dict[str, Decimal] = field(default_factory=dict)
    _counted: int = 0

    def quantity(self, symbol: str) -> Decimal:
        """Return the net quantity open in a symbol."""
        for item in self.executions[self._counted :]:
            name = item.instrument.symbol
            self._net[name] = self._net.get(name, ZERO) + int(item.side) * item.quantity
        self._counted = len(self.executions)
        return self._net.get(symbol, ZERO)

    def closing_side(self, symbol: str, change: Decimal) -> Side:
        """Return the side that ends a position: against what is open, else by the sign of the printed change."""
        before = self.quantity(symbol)
        if before:
            return Side.SELL if before > 0 else Side.BUY
        return Side.SELL if change < 0 else Side.BUY

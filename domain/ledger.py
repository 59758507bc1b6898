"""Trades and positions as objects: one page's worth of rows, exact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from domain.accounts import AccountId
    from domain.charge_kinds import Charges
    from domain.executions import ExecutionId, ExecutionKind, Side
    from domain.instruments import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """One round trip. Prices are averages; money is realised so far, in the instrument's currency.

    Attributes:
        side: BUY is long, SELL is short.
        quantity: Largest absolute position.
        open_quantity: What is still open, 0 when closed.
        risk: Initial risk in money, None without a planned stop.
        fees_estimated: Whether the fee of any of its executions is an estimate of the account's fee plan.
    """

    id: ExecutionId
    account_id: AccountId
    account_name: str
    instrument: Instrument
    side: Side
    is_open: bool
    opened_at: datetime
    closed_at: datetime | None
    quantity: Decimal
    open_quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal | None
    gross: Decimal
    fees: Decimal
    executions: int
    risk: Decimal | None = None
    setup: str = ""
    tags: tuple[str, ...] = ()
    has_note: bool = False
    fees_known: bool = True
    fees_estimated: bool = False

    @property
    def net(self) -> Decimal:
        """Realised P&L after fees."""
        return self.gross - self.fees

    @property
    def r_multiple(self) -> Decimal | None:
        """Net P&L over the initial risk."""
        return self.net / self.risk if self.risk else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeExecution:
    """One execution as seen by its trade: the quantity that belongs to it, position and realised P&L after it.

    `charges` say what its fees were for, in the instrument's currency; () when no file tells.
    """

    id: ExecutionId
    executed_at: datetime
    side: Side
    kind: ExecutionKind
    quantity: Decimal
    price: Decimal
    fees: Decimal
    position: Decimal
    realised: Decimal | None
    fees_estimated: bool = False
    charges: Charges = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """What is held: signed quantity, its cost and, once a price is known, its value.

    `cost` is signed like the quantity and includes the multiplier, without fees.
    """

    account_id: AccountId
    account_name: str
    instrument: Instrument
    trade_id: ExecutionId
    quantity: Decimal
    average_price: Decimal
    cost: Decimal
    fees: Decimal
    opened_at: datetime
    risk: Decimal | None = None
    planned_stop: Decimal | None = None

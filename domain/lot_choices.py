"""Lots that a person chooses for a sale or a transfer: what was open at the time, and the history of choices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.accounts import AccountId

Lots = dict[int, Decimal]
"""Chosen quantity by opening execution, in the units of the time of the sale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSale:
    """A fill that closes lots, or a transfer in kind that takes them out of the account.

    Attributes:
        ref: Id of its execution; of a transfer minus its id.
        is_short: Whether it buys back a short position.
        quantity: Of the fill that closes something, in the units of its time.
        amount: What it brought less fees, or cost with fees; reporting currency. None for a transfer: nothing is paid.
        is_chosen: Whether somebody chose its lots.
    """

    ref: int
    account_id: AccountId
    account: str
    symbol: str
    day: date
    quantity: Decimal
    amount: Decimal | None
    is_short: bool
    is_chosen: bool

    @property
    def is_transfer(self) -> bool:
        """Whether nothing was sold."""
        return self.ref < 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLot:
    """A lot that was open just before a sale.

    Attributes:
        ref: Id of the opening execution.
        quantity: Open at the time, in the units of the time of the sale.
        cost: Of that quantity, reporting currency, before wash sales; of a short lot what it brought.
        chosen: What was chosen of it, None without a choice.
        taken: What the sale takes of it as things are.
    """

    ref: int
    acquired: date
    quantity: Decimal
    cost: Decimal
    chosen: Decimal | None
    taken: Decimal

    @property
    def unit_cost(self) -> Decimal:
        """Cost of one unit."""
        return self.cost / self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLots:
    """A sale with the lots it could close, oldest first."""

    sale: LotSale
    lots: tuple[OpenLot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotChoice:
    """One line of the history."""

    id: int
    account_id: AccountId
    account_name: str
    close_id: int
    summary: str
    before: Lots
    after: Lots
    changed_at: datetime
    undone_at: datetime | None = None

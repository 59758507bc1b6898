"""Executions: the immutable fills everything else is derived from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum
from typing import TYPE_CHECKING, NewType

if TYPE_CHECKING:
    from domain.accounts import AccountId, ImportId
    from domain.charge_kinds import Charges
    from domain.instruments import Instrument

ExecutionId = NewType("ExecutionId", int)

MADE_BY_ACTION = 1 << 52
"""Ids from here to 2**53 are those of executions that a corporate action makes, which are stored nowhere.

They lie above all stored ones and are exact in a browser.
"""


class Side(IntEnum):
    """Direction of a fill; its value is the sign of the quantity."""

    BUY = 1
    SELL = -1

    @property
    def word(self) -> str:
        """The word used by the API: buy or sell."""
        return self.name.lower()


class ExecutionKind(IntEnum):
    """Why a position changed: a trade, or the end of an option's life.

    Expiry, assignment and exercise close the option at price 0; the share leg of an
    assignment is a row of its own in every broker's file. PAIRED is one half of a round trip that
    the file prints as a single row. MERGER, SPIN_OFF and CASH_IN_LIEU stand in no file: they are what
    a corporate action does to the lots held at its instant; TRANSFER is what a transfer in kind does.
    """

    TRADE = 0
    EXPIRY = 1
    ASSIGNMENT = 2
    EXERCISE = 3
    PAIRED = 4
    MERGER = 5
    SPIN_OFF = 6
    CASH_IN_LIEU = 7
    TRANSFER = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One fill as stored.

    Attributes:
        quantity: Units or contracts, always > 0; the side carries the sign.
        price: Per unit, in the instrument's currency; 0 is a valid price (an expiry).
        fees: Cost in `fee_currency`; negative is a rebate.
        cost: The fees in the instrument's currency; None when no rate is known, and then the fee
            is shown but not part of net P&L.
        executed_at: Aware UTC instant.
        identity: Unique in its account: the broker's id, or "#" and a fingerprint.
        line: 1-based line of the source file; 0 when entered by hand.
        fees_estimated: Whether `fees` and `cost` are what the account's fee plan says.
        charges: What the fees were for, adding up to them; () when the file does not tell or they were edited.
    """

    id: ExecutionId
    account_id: AccountId
    instrument: Instrument
    side: Side
    quantity: Decimal
    price: Decimal
    fees: Decimal
    fee_currency: str
    cost: Decimal | None
    executed_at: datetime
    kind: ExecutionKind
    identity: str
    import_id: ImportId | None
    line: int
    fees_estimated: bool = False
    charges: Charges = ()

    @property
    def broker_id(self) -> str | None:
        """The broker's own id of the fill, when the file had one."""
        return None if self.identity.startswith("#") else self.identity

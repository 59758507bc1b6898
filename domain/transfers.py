"""Transfers in kind: shares, coins or contracts that move between accounts with what they cost and when they came."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from datetime import time as clock_time
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NewType

from domain.errors import InvalidInputError
from domain.instruments import Instrument
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.accounts import AccountId

TransferId = NewType("TransferId", int)

LARGEST = Decimal(10) ** 15
LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """One transfer. Executions before `moved_at` come before it, those at or after it come after it.

    Attributes:
        id: 0 for one that is not stored yet.
        from_id, to_id: The accounts; None is outside of Fillwise. Not both, and not the same one.
        quantity: > 0, in the units of its instant. Which way it is held says the account that gives it; from outside
            it is held long.
        cost: Total cost with fees of what comes from outside, in the instrument's currency; None else.
        acquired_at: When that was acquired; None else.
        event_id: Row of a file that tells of it, 0 when none does: it moves nothing beside this.
    """

    instrument: Instrument
    moved_at: datetime
    quantity: Decimal
    id: TransferId = TransferId(0)
    from_id: AccountId | None = None
    to_id: AccountId | None = None
    cost: Decimal | None = None
    acquired_at: datetime | None = None
    event_id: int = 0
    note: str = ""

    @property
    def is_internal(self) -> bool:
        """Whether both accounts are the owner's."""
        return self.from_id is not None and self.to_id is not None

    @property
    def account_ids(self) -> tuple[AccountId, ...]:
        """The accounts it touches."""
        return tuple(item for item in (self.from_id, self.to_id) if item is not None)


def check_transfer(transfer: Transfer, *, now: datetime) -> Transfer:
    """Return a complete transfer, without the parts it has no use for.

    Raises:
        InvalidInputError: If a part is missing or impossible; `field` names it.
    """
    if transfer.from_id is None and transfer.to_id is None:
        hint = "Choose the account that gives, the account that receives, or both."
        raise InvalidInputError("Neither side is one of your accounts.", hint=hint, field="from_id")
    if transfer.from_id == transfer.to_id:
        message = "The account that gives is the account that receives."
        raise InvalidInputError(message, hint="Choose another one for one of the two.", field="to_id")
    if not 0 < transfer.quantity <= LARGEST:
        raise InvalidInputError("The quantity must be above zero.", hint="How many units moved?", field="quantity")
    if transfer.moved_at > now:
        raise InvalidInputError("The day of the transfer is still to come.", hint="Check the year.", field="moved_at")
    cost, acquired_at = _origin(transfer)
    return replace(transfer, cost=cost, acquired_at=acquired_at, note=transfer.note.strip()[:LONGEST_NOTE])


def _origin(transfer: Transfer) -> tuple[Decimal | None, datetime | None]:
    """Return what came from outside cost and when it was acquired; nobody may guess either."""
    if transfer.from_id is not None:
        return None, None
    if transfer.cost is None:
        hint = "Enter the total you once paid, fees included; the statement of the account it came from says it. "
        hint += "0 is right only for what cost nothing."
        raise InvalidInputError("What did it cost in all?", hint=hint, field="cost")
    if not 0 <= transfer.cost <= LARGEST:
        raise InvalidInputError("The cost is not an amount of zero or more.", hint="Check the number.", field="cost")
    if transfer.acquired_at is None:
        hint = "Enter the day you acquired it: the holding period goes on from there."
        raise InvalidInputError("When was it acquired?", hint=hint, field="acquired_at")
    if transfer.acquired_at > transfer.moved_at:
        message = "It was acquired after it was transferred."
        raise InvalidInputError(message, hint="Check both days.", field="acquired_at")
    return transfer.cost, transfer.acquired_at


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedLot:
    """Quantity of one acquisition that moves, exact.

    Attributes:
        source: Id of the execution it was opened by, in the account it leaves; 0 from outside.
        side: +1 long, -1 short.
        value: Notional without multiplier: price x quantity of what was acquired.
        fees: Fees that go along.
        acquired_at: Microseconds since 1970 UTC: when it was first acquired, in whatever account.
    """

    source: int
    side: int
    quantity: Fraction
    value: Fraction
    fees: Fraction = Fraction(0)
    is_known: bool = True
    acquired_at: int

    @property
    def acquired_day(self) -> date:
        """UTC day of the acquisition."""
        return datetime.fromtimestamp(self.acquired_at / 1e6, tz=UTC).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One side of a transfer, as a ledger applies it.

    Attributes:
        id: Of the transfer.
        lots: What comes in; None where lots are to leave, and which ones the ledger says.
        quantity: Units that leave.
    """

    id: TransferId
    instrument: Instrument
    effective_at: datetime
    quantity: Decimal
    lots: tuple[MovedLot, ...] | None = None

    @property
    def is_out(self) -> bool:
        """Whether lots leave."""
        return self.lots is None


def outside_lot(transfer: Transfer) -> MovedLot:
    """Return the lot that a transfer from outside brings: its cost has the fees in it."""
    assert transfer.cost is not None
    assert transfer.acquired_at is not None
    size = Fraction(transfer.instrument.multiplier or 1)
    return MovedLot(
        source=0,
        side=1,
        quantity=Fraction(transfer.quantity),
        value=Fraction(transfer.cost) / size,
        acquired_at=to_micros(transfer.acquired_at),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotLine:
    """One lot of a transfer as it is shown; cost with fees and multiplier, in the instrument's currency."""

    acquired: date
    quantity: Decimal
    cost: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTransfer:
    """A transfer with what a list shows of it.

    Attributes:
        day: Where it holds: in the zone of the account that receives, else of the one that gives.
        acquired: Day of the acquisition of what came from outside.
        from_name, to_name: Names of the accounts, "" for outside.
        lots: What moved, oldest first.
        moved: Units that moved; less than asked when the account no longer held as many.
    """

    transfer: Transfer
    day: date
    acquired: date | None
    from_name: str
    to_name: str
    lots: tuple[LotLine, ...]

    @property
    def moved(self) -> Decimal:
        """Units that moved."""
        return sum((lot.quantity for lot in self.lots), Decimal(0))

    @property
    def cost(self) -> Decimal:
        """What they cost in all."""
        return sum((lot.cost for lot in self.lots), Decimal(0))

    @property
    def is_short_of(self) -> Decimal:
        """Units that were to move and were not there; 0 when all were."""
        return max(self.transfer.quantity - self.moved, Decimal(0))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferChange:
    """One line of the history: what a transfer was before and after, None for none."""

    id: int
    transfer_id: TransferId
    summary: str
    changed_at: datetime
    undone_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldTransfer:
    """A transfer that a file tells of and that is not entered: what is missing must be asked.

    Attributes:
        is_in: Whether the account received it.
        twin_id: The other account, where a file of it tells of the same transfer.
        missing: What the file does not say, in words; "" when it can be entered as it is.
        local: When, in the account's zone.
    """

    event_id: int
    account_id: AccountId
    account_name: str
    label: str
    symbol: str
    occurred_at: datetime
    local: datetime
    quantity: Decimal
    is_in: bool
    twin_id: AccountId | None
    missing: str

    @property
    def day(self) -> date:
        """Day in the account's zone."""
        return self.local.date()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferDraft:
    """A transfer as it is typed.

    Attributes:
        from_id, to_id: None is outside.
        asset_class, currency: "" where the symbol alone says which instrument it is.
        time: Of the day in the account's zone; None is its start: fills of that day come after it.
    """

    symbol: str
    quantity: Decimal | None
    day: date | None
    id: TransferId = TransferId(0)
    from_id: AccountId | None = None
    to_id: AccountId | None = None
    asset_class: str = ""
    currency: str = ""
    time: clock_time | None = None
    cost: Decimal | None = None
    acquired: date | None = None
    event_id: int = 0
    note: str = ""

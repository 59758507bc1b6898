"""A broker's file after reading: executions, other rows, problems, and the count of every row."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.charge_kinds import Charges
from domain.executions import ExecutionKind, Side

if TYPE_CHECKING:  # the column tables load with the first file, not with the app
    from domain.columns import ExecutionBatch
    from domain.errors import RowProblem
    from domain.instruments import Instrument


class OtherKind(StrEnum):
    """What a row that is not an execution is, in our words (the broker's word is the label)."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER = "transfer"
    DIVIDEND = "dividend"
    INTEREST = "interest"
    REWARD = "reward"
    FEE = "fee"
    TAX = "tax"
    FUNDING = "funding"
    CONVERSION = "conversion"
    SPLIT = "split"
    CORPORATE_ACTION = "corporate_action"
    OPTION_EVENT = "option_event"
    ADJUSTMENT = "adjustment"
    POSITION = "position"
    ORDER = "order"
    ROUND_TRIP = "round_trip"
    SUMMARY = "summary"
    SKIPPED = "skipped"
    SETTLEMENT = "settlement"

    @property
    def is_cash(self) -> bool:
        """Whether the row moves money."""
        return self in _CASH


_CASH = frozenset(
    {
        OtherKind.DEPOSIT,
        OtherKind.WITHDRAWAL,
        OtherKind.TRANSFER,
        OtherKind.DIVIDEND,
        OtherKind.INTEREST,
        OtherKind.REWARD,
        OtherKind.FEE,
        OtherKind.TAX,
        OtherKind.FUNDING,
        OtherKind.ADJUSTMENT,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedExecution:
    """One fill as a format reads it, before it is stored. Fields as in `Execution`.

    `executed_at` is aware. `identity` is the broker's id of the fill, or "" to be identified by
    `fingerprint` (the row's identifying cells, raw) and its ordinal among identical rows. `charges` say what the fees
    were for and add up to them; () where the file does not tell.
    """

    line: int
    instrument: Instrument
    side: Side
    quantity: Decimal
    price: Decimal
    executed_at: datetime
    fees: Decimal = Decimal(0)
    fee_currency: str = ""
    fee_rate: Decimal | None = None
    kind: ExecutionKind = ExecutionKind.TRADE
    identity: str = ""
    fingerprint: tuple[str, ...] = ()
    charges: Charges = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRow:
    """A row kept as its own kind: cash, dividend, split, skipped order, footer.

    Attributes:
        label: The broker's own word for it; the unit of the row accounting shown to the user.
        ratio: For splits: new quantity per old, as (new, old).
        reason: For skipped rows: why.
    """

    line: int
    kind: OtherKind
    label: str
    occurred_at: datetime | None = None
    symbol: str = ""
    amount: Decimal | None = None
    currency: str = ""
    quantity: Decimal | None = None
    ratio: tuple[Decimal, Decimal] | None = None
    description: str = ""
    reason: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedBalance:
    """A balance of cash as the broker prints it beside a row: what holds after that row.

    Attributes:
        position: Place among the file's balances, oldest first; the last one of an instant holds for it.
        identity: Given by the builder; the same balance in two files has the same one.
    """

    line: int
    occurred_at: datetime
    currency: str
    amount: Decimal
    position: int
    identity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supersession:
    """A fill that a row of the file corrects or cancels.

    Attributes:
        line: The row that says so.
        identity: Identity of the fill that holds no longer.
        by: Identity of the fill in its place; "" when it was cancelled.
    """

    line: int
    identity: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One file, read.

    `rows` counts every data row: executions + others + problems, rows of
    several physical lines once. An option's end that closes a position is an other row *and* an
    execution of kind EXPIRY, ASSIGNMENT or EXERCISE; a round trip printed as one row is an other row
    and two executions of kind PAIRED. Both count once, as the other row.

    Attributes:
        format: Slug of the format that read it.
        timezone: IANA zone that naive times were read in.
        time_example: Raw text of the first time in the file and the instant it became.
        account_hint: The broker's account number in the file, masked by nobody yet; "" if none.
        notes: Things worth telling: ignored columns, assumptions.
        ignored: Headers of columns that were not read, as the file writes them.
        balances: Running balances the file prints, oldest first.
        settlements: What executions moved in cash, before fees, where that is in another currency than
            their price; no rows of their own, so not part of the row accounting.
        supersessions: Fills that rows of the file correct or cancel; the fills may be in this file, stored or
            still to come.
    """

    format: str
    rows: int
    executions: ExecutionBatch
    others: tuple[OtherRow, ...]
    problems: tuple[RowProblem, ...]
    timezone: str
    time_example: tuple[str, datetime] | None = None
    account_hint: str = ""
    currency_hint: str = ""
    notes: tuple[str, ...] = field(default_factory=tuple)
    ignored: tuple[str, ...] = ()
    balances: tuple[PrintedBalance, ...] = ()
    settlements: tuple[OtherRow, ...] = ()
    supersessions: tuple[Supersession, ...] = ()

    @property
    def other_counts(self) -> dict[str, int]:
        """Other rows counted by the broker's word, most frequent first."""
        return dict(Counter(row.label for row in self.others).most_common())

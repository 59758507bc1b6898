"""Cash: what moved it, the account statement with its running balance, and how it compares with the broker's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from domain.cash_kinds import CASH_KINDS, CASH_TITLES, CashKind
from domain.periods import to_micros

if TYPE_CHECKING:
    from domain.accounts import AccountId
    from domain.columns import Bytes, Codes, Decimals, Ints

__all__ = [
    "CASH_KINDS",
    "CASH_TITLES",
    "BalanceCheck",
    "CashChoice",
    "CashFlows",
    "CashKind",
    "CashMark",
    "CashPage",
    "CashQuery",
    "CashRow",
    "CashStatement",
    "CashStep",
    "CashTotal",
    "Divergence",
    "Opening",
    "PrintedTable",
]


CashMark = tuple[int, int, int, int]
"""Sorting key of a movement: its instant, whether it is a trade, its id, its kind."""


class Opening(StrEnum):
    """Where the balance before the first movement comes from."""

    ZERO = "zero"
    ACCOUNT = "account"
    ANCHOR = "anchor"


@dataclass(frozen=True, slots=True, kw_only=True)
class CashFlows:
    """Movements of one account in one currency, in time order; n rows.

    Attributes:
        at: Microseconds since 1970 UTC, int64.
        kind: Position in `CASH_KINDS`, int8.
        amount: Signed and exact, what the balance changes by; fees of a trade are inside.
        fee: The part of `amount` that is the fee of a trade, same places; cost > 0, rebate < 0.
        is_trade: Whether `ref` is an execution; else it is a ledger event.
        ref: Id of what moved the cash.
        instrument: Code into the book's instruments, -1 for none.
    """

    at: Ints
    kind: Bytes
    amount: Decimals
    fee: Ints
    is_trade: Bytes
    ref: Ints
    instrument: Codes

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """Balances a broker printed for one account and currency; n rows in any order.

    Attributes:
        at: Microseconds since 1970 UTC.
        position: Place in the file: of several at one instant the last one holds.
        import_id: The import they came with, 0 for none.
    """

    at: Ints
    amount: Decimals
    line: Ints
    position: Ints
    import_id: Ints

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """A printed balance that what we know since the one before does not explain.

    Attributes:
        ours: The printed balance before, plus our movements up to this one.
        gap: Broker's less ours: what is missing from our side.
    """

    at: datetime
    broker: Decimal
    ours: Decimal
    line: int
    import_id: int
    filename: str = ""

    @property
    def gap(self) -> Decimal:
        """What would have to be added to ours."""
        return self.broker - self.ours


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCheck:
    """How the printed balances of an account and currency compare with ours.

    A printed balance agrees when our movements since the printed balance before it explain the change,
    to half of the last printed digit. So each gap is told once, on the day it opens.

    Attributes:
        checked: Printed balances compared: one an instant, the last.
        agreeing: How many of them agree.
        opening, opening_source: The balance before the first movement and where it comes from.
        anchored_at: When the first printed balance stood, for an anchored opening.
        first: The first that differs, None when all agree.
        others: Later ones that differ, oldest first, at most 50.
        tolerance: Half of the last printed digit.
    """

    checked: int
    agreeing: int
    opening: Decimal
    opening_source: Opening
    tolerance: Decimal
    anchored_at: datetime | None = None
    first: Divergence | None = None
    others: tuple[Divergence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CashRow:
    """One line of the account statement.

    Attributes:
        by_hand: Whether somebody typed the execution; one without file or hand is made up, as the demo's.
        fee_estimated: Whether the account's fee plan says the fee, not a file.
    """

    at: datetime
    day: date
    kind: CashKind
    label: str
    symbol: str
    description: str
    amount: Decimal
    fee: Decimal
    balance: Decimal
    is_trade: bool
    ref: int
    quantity: Decimal | None = None
    price: Decimal | None = None
    line: int = 0
    filename: str = ""
    by_hand: bool = False
    fee_estimated: bool = False

    @property
    def mark(self) -> CashMark:
        """Where the line stands in its statement."""
        return (to_micros(self.at), int(self.is_trade), self.ref, self.kind.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class CashTotal:
    """The sum of one kind over a period; `count` movements."""

    kind: CashKind
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CashChoice:
    """An account and a currency with cash in it, for the selectors."""

    account_id: AccountId
    account: str
    currency: str
    movements: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CashQuery:
    """Which statement, which period of it and which lines.

    Attributes:
        account: Account id; None takes the first of `accounts` with cash in it.
        currency: "" takes the account's own, or the one with most movements.
        accounts: Those of the global filter; empty means all.
        period: Text for `domain.periods.parse_period`.
        kinds: Kinds of the lines; empty means all. Balances and totals stay those of all.
        start, end: Window of the lines, newest first.
        since, until: Instants, microseconds since 1970 UTC, half-open, beside the period.
    """

    account: int | None = None
    currency: str = ""
    accounts: tuple[AccountId, ...] = ()
    period: str = "all"
    kinds: tuple[CashKind, ...] = ()
    start: int = 0
    end: int = 100
    since: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashStep:
    """The balance at the end of a day: one step of the chart."""

    day: date
    balance: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CashPage:
    """Some lines of a statement, oldest first; `next_after` is the mark to go on after, None at the end."""

    choice: CashChoice
    rows: tuple[CashRow, ...]
    next_after: CashMark | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CashStatement:
    """The account statement of a period: its totals and one window of its lines, newest first.

    Attributes:
        brought_forward: Balance before the first movement of the period.
        closing: Balance after its last.
        movements: Movements of the period, whatever their kind.
        total: Those of the chosen kinds; `rows` are some of them.
        trading_fees: Fees inside the amounts of trades, cost > 0.
        dividends: (symbol, amount, count) by symbol, largest first.
        steps: Balance of each day with a movement, oldest first.
    """

    choice: CashChoice
    timezone: str
    brought_forward: Decimal
    closing: Decimal
    movements: int
    total: int
    rows: tuple[CashRow, ...]
    totals: tuple[CashTotal, ...]
    trading_fees: Decimal
    dividends: tuple[tuple[str, Decimal, int], ...]
    steps: tuple[CashStep, ...]
    check: BalanceCheck

"""Fills corrected by hand: what is laid over an execution, what was done to it, and what a page shows of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.change_kinds import ChangeKind
from domain.money import decimal_text

if TYPE_CHECKING:
    from domain.accounts import AccountId
    from domain.errors import RowProblem
    from domain.executions import Execution
    from domain.statements import ParsedExecution

__all__ = [
    "AS_STORED",
    "FILL_SORTS",
    "FILL_VIEWS",
    "GONE",
    "HAND_PREFIX",
    "LAST_IN_ITS_INSTANT",
    "ChangeKind",
    "FillChange",
    "FillDraft",
    "FillPage",
    "FillRow",
    "FillState",
    "FillValues",
    "PasteReading",
]


HAND_PREFIX = "#hand:"
"""How the identity of an execution begins that no file holds."""
LAST_IN_ITS_INSTANT = 2**62
"""Order of a fill typed by hand: behind everything a file holds for the same instant."""


FILL_VIEWS = ("all", "hand", "edited", "apart")
FILL_SORTS = ("time", "account", "symbol", "side", "quantity", "price", "fees", "kind")
"""What fills can be narrowed to and ordered by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillValues:
    """The values of an execution that a person may change; the whole of an edit.

    Attributes:
        executed_at: Microseconds since 1970 UTC.
        cost: Fees in the instrument's currency, None when no rate is known.
    """

    instrument_id: int
    side: int
    quantity: Decimal
    price: Decimal
    fees: Decimal
    fee_currency: str
    cost: Decimal | None
    executed_at: int

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready names and values."""
        return {
            "instrument_id": self.instrument_id,
            "side": self.side,
            "quantity": decimal_text(self.quantity),
            "price": decimal_text(self.price),
            "fees": decimal_text(self.fees),
            "fee_currency": self.fee_currency,
            "cost": None if self.cost is None else decimal_text(self.cost),
            "executed_at": self.executed_at,
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> FillValues:
        """Read what `to_dict` wrote."""
        return cls(
            instrument_id=int(stored["instrument_id"]),
            side=int(stored["side"]),
            quantity=Decimal(stored["quantity"]),
            price=Decimal(stored["price"]),
            fees=Decimal(stored["fees"]),
            fee_currency=str(stored["fee_currency"]),
            cost=None if stored["cost"] is None else Decimal(stored["cost"]),
            executed_at=int(stored["executed_at"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FillState:
    """What people have made of one execution: the marks beside the row, which itself never changes."""

    deleted: bool = False
    edit: FillValues | None = None
    lane: int = 0
    joined: bool = False
    free: bool = False
    """Whether somebody said that it cost nothing, so that no fee is estimated."""

    def to_dict(self) -> dict[str, Any]:
        """Return JSON-ready names and values; what is as in the file is left out."""
        found: dict[str, Any] = {}
        if self.deleted:
            found["deleted"] = True
        if self.edit is not None:
            found["edit"] = self.edit.to_dict()
        if self.lane:
            found["lane"] = self.lane
        if self.joined:
            found["joined"] = True
        if self.free:
            found["free"] = True
        return found

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> FillState:
        """Read what `to_dict` wrote."""
        edit = stored.get("edit")
        return cls(
            deleted=bool(stored.get("deleted")),
            edit=None if edit is None else FillValues.from_dict(edit),
            lane=int(stored.get("lane", 0)),
            joined=bool(stored.get("joined")),
            free=bool(stored.get("free")),
        )


AS_STORED = FillState()
GONE = FillState(deleted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillChange:
    """One action as the history keeps it.

    Attributes:
        states: Before and after of every execution it touched, by id. Undoing it sets the first again.
        undone_at: When it was taken back, None while it stands.
    """

    id: int
    account_id: AccountId
    account_name: str
    kind: ChangeKind
    summary: str
    changed_at: datetime
    undone_at: datetime | None
    states: Mapping[int, tuple[FillState, FillState]] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillRow:
    """One fill of a page.

    Attributes:
        account_timezone: Zone its time is shown and typed in.
        filename: Of the file it came from, "" when typed by hand.
        edited: Whether its values differ from the file's.
        lane: 0, or the number of the set it was put apart with.
    """

    execution: Execution
    account_name: str
    account_timezone: str
    filename: str
    edited: bool
    lane: int

    @property
    def by_hand(self) -> bool:
        """Whether no file holds it."""
        return self.execution.identity.startswith(HAND_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class FillPage:
    """Some fills of a filter in order, and how many there are."""

    rows: tuple[FillRow, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FillDraft:
    """A fill as somebody typed it; every value is text as on the screen.

    Attributes:
        executed_at: Local time of the account such as 2026-09-01 14:30:05, or an instant with an offset.
        asset_class, currency, multiplier: Asked for an instrument that is not in the book yet.
    """

    symbol: str = ""
    side: str = ""
    quantity: str = ""
    price: str = ""
    executed_at: str = ""
    fees: str = ""
    fee_currency: str = ""
    asset_class: str = ""
    currency: str = ""
    multiplier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PasteReading:
    """What a pasted table holds.

    Attributes:
        fills: Lines that can become fills, in order.
        notes: What was read from where and assumed, a sentence each.
    """

    fills: tuple[ParsedExecution, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()

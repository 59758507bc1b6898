"""Realised gains for a tax year: fills as the rules see them, and the disposals they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from domain.money import ZERO


class TaxRegime(StrEnum):
    """Whose rules match lots."""

    US = "us"
    UK = "uk"
    INDIA = "in"


class CostMethod(StrEnum):
    """Which lots a disposal closes, where the rules leave the choice."""

    FIFO = "fifo"
    LIFO = "lifo"
    HIFO = "hifo"
    AVERAGE = "average"
    SPECIFIC = "specific"


class Term(StrEnum):
    """How long a lot was held, as the rules count it; `NONE` where they do not."""

    SHORT = "short"
    LONG = "long"
    NONE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxFill:
    """One acquisition or disposal of one instrument.

    Attributes:
        ref: Execution id; the order of equal instants. Of all that a transfer takes, minus the id of the transfer.
        day: Local trading day; `at` is the instant in microseconds.
        side: +1 or -1.
        quantity: > 0, restated for splits after it.
        amount: Money in the tax currency: what was paid with fees, or received less fees; may be below 0.
        factor: Restated units per unit at the time.
        transfer: Transfer in kind that this is one side of, 0 for a fill: no disposal and no purchase.
        acquired: Of what a transfer brings, when it was first acquired; None else.
    """

    ref: int
    day: date
    at: int
    side: int
    quantity: Decimal
    amount: Decimal
    account: str = ""
    factor: Decimal = Decimal(1)
    transfer: int = 0
    acquired: date | None = None

    @property
    def is_leaving(self) -> bool:
        """Whether this is what a transfer in kind takes out of an account."""
        return bool(self.transfer) and self.acquired is None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxInstrument:
    """What the rules need to know of an instrument."""

    symbol: str
    asset_class: str = "stock"
    name: str = ""
    isin: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposal:
    """Quantity of one acquisition given up at one disposal, or of a pool.

    Attributes:
        acquired: Day of the acquisition for the holding period; None for a pool or several days.
        sold: Day of the disposal.
        proceeds, cost: Money; `cost` is the basis before `adjustment`.
        adjustment: What is added to the gain: a disallowed loss, > 0.
        rule: How the two were matched: a word such as "fifo" or "30 days".
        code: Of Form 8949: "W" for a wash sale.
        category: Heading of the tax return it belongs under.
        is_short: Whether the disposal came first.
        units: Quantity as traded, before it was restated; for the text of a form.
    """

    instrument: TaxInstrument
    account: str
    quantity: Decimal
    acquired: date | None
    sold: date
    proceeds: Decimal
    cost: Decimal
    rule: str
    adjustment: Decimal = ZERO
    term: Term = Term.NONE
    code: str = ""
    category: str = ""
    is_short: bool = False
    sale_ref: int = 0
    lot_ref: int = 0

    @property
    def gain(self) -> Decimal:
        """Proceeds less cost plus what is disallowed."""
        return self.proceeds - self.cost + self.adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLot:
    """What is left of an acquisition, or a pool (`acquired` is None)."""

    instrument: TaxInstrument
    account: str
    quantity: Decimal
    acquired: date | None
    cost: Decimal
    is_short: bool = False
    ref: int = 0

    @property
    def unit_cost(self) -> Decimal:
        """Cost of one unit."""
        return self.cost / self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Gains:
    """Everything that was disposed of, and what is left.

    Attributes:
        notes: What a reader has to know, one sentence each.
    """

    disposals: tuple[Disposal, ...]
    held: tuple[HeldLot, ...]
    notes: tuple[str, ...] = ()


Picks = Mapping[int, Mapping[int, Decimal]]
"""Chosen lots: by `TaxFill.ref` of the close, quantity by opening execution, in the units of the time of the close."""

"""Corporate actions: dated events of an instrument's life that change what is held, never what it cost in all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, NewType

from domain.action_kinds import NEEDS_RATIO, NEEDS_SYMBOL, ActionKind
from domain.errors import InvalidInputError
from domain.instruments import AssetClass

if TYPE_CHECKING:
    from domain.accounts import AccountId

__all__ = [
    "DERIVATIVES",
    "NEEDS_RATIO",
    "NEEDS_SYMBOL",
    "ActionId",
    "ActionKind",
    "CorporateAction",
    "HoldingChange",
    "ToldEvent",
    "check_action",
]


ActionId = NewType("ActionId", int)

DERIVATIVES = frozenset({AssetClass.OPTION, AssetClass.FUTURE, AssetClass.FUTURE_OPTION})
"""Classes that an action of a share does not restate: their terms are adjusted by their exchange, under new symbols.

Options follow a whole-number split of their share; what is entered for an option itself is applied to it.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorporateAction:
    """One event. Executions before `effective_at` are the old ones, those at or after it the new ones.

    Attributes:
        id: 0 for an event that a file states, or one that is not stored yet.
        account_id: The one account it applies to; None is every account of the owner.
        ratio_new, ratio_old: New units for old ones: 4 and 1 for a 4-for-1 split, 1 and 3 for a reverse
            split, 0.5 and 1 where half a new share comes for each old one.
        new_symbol: What it is called after a change of symbol or a merger; the spun-off company's symbol.
        cash: Money per unit of a merger for cash, and of one for stock what came per unit beside the shares;
            of a split, all the money paid for the fraction of a unit that was left, None when the fraction stays.
        cost_share: Share of the cost that goes to the spun-off units, 0 to 1. Of a merger for stock and cash, that
            which the cash pays for; None lets the cash come off the cost.
    """

    kind: ActionKind
    symbol: str
    effective_at: datetime
    id: ActionId = ActionId(0)
    account_id: AccountId | None = None
    ratio_new: Decimal | None = None
    ratio_old: Decimal | None = None
    new_symbol: str = ""
    cash: Decimal | None = None
    cost_share: Decimal | None = None
    note: str = ""

    @property
    def ratio(self) -> Fraction:
        """New units per old unit, exact; 1 where the event has none."""
        if self.ratio_new is None or self.ratio_old is None:
            return Fraction(1)
        return Fraction(self.ratio_new) / Fraction(self.ratio_old)

    @property
    def only_restates(self) -> bool:
        """Whether it does no more than restate the quantities of earlier executions."""
        return self.kind.is_split and self.cash is None

    @property
    def symbols(self) -> frozenset[str]:
        """Every symbol it touches."""
        return frozenset({self.symbol, self.new_symbol} - {""})


def check_action(action: CorporateAction) -> CorporateAction:
    """Return a complete action, without the parts its kind has no use for.

    Raises:
        InvalidInputError: If a part is missing or impossible; `field` names it.
    """
    symbol, new_symbol = action.symbol.strip(), action.new_symbol.strip()
    if not symbol:
        raise InvalidInputError("Which instrument is it?", hint="Choose its symbol.", field="symbol")
    if len(symbol) > _LONGEST or len(new_symbol) > _LONGEST:
        raise InvalidInputError("This symbol is too long.", field="symbol")
    if action.kind in NEEDS_SYMBOL and (not new_symbol or new_symbol == symbol):
        message = "The new symbol is missing." if not new_symbol else "The new symbol is the old one."
        raise InvalidInputError(message, hint="Enter the symbol as your broker writes it.", field="new_symbol")
    ratio_new, ratio_old = _ratio(action)
    return replace(
        action,
        symbol=symbol,
        new_symbol=new_symbol if action.kind in NEEDS_SYMBOL else "",
        ratio_new=ratio_new,
        ratio_old=ratio_old,
        cash=_cash(action),
        cost_share=_cost_share(action),
        note=action.note.strip()[:_LONGEST_NOTE],
    )


_LONGEST = 160
_LONGEST_NOTE = 500
_LARGEST = Decimal(1_000_000_000)


def _ratio(action: CorporateAction) -> tuple[Decimal | None, Decimal | None]:
    if action.kind not in NEEDS_RATIO:
        return None, None
    new, old = action.ratio_new, action.ratio_old
    if new is None or old is None or not (0 < new <= _LARGEST and 0 < old <= _LARGEST):
        message = "The ratio needs two numbers above zero."
        raise InvalidInputError(message, hint="A 4-for-1 split is 4 new for 1 old.", field="ratio_new")
    if action.kind is ActionKind.SPLIT and new < old:
        message, hint = "A split gives more units than there were.", "Choose reverse split, or swap the numbers."
        raise InvalidInputError(message, hint=hint, field="ratio_new")
    if action.kind is ActionKind.REVERSE_SPLIT and new > old:
        message, hint = "A reverse split gives fewer units than there were.", "Choose split, or swap the numbers."
        raise InvalidInputError(message, hint=hint, field="ratio_new")
    return new, old


def _cash(action: CorporateAction) -> Decimal | None:
    value = action.cash
    is_possible = action.kind.is_split or action.kind is ActionKind.STOCK_MERGER
    if action.kind is not ActionKind.CASH_MERGER and (not is_possible or value is None):
        return None
    if value is None or not 0 <= value <= _LARGEST:
        of = "the fraction" if action.kind.is_split else "one unit"
        raise InvalidInputError(
            f"How much cash is paid for {of}?", hint="Enter an amount of zero or more.", field="cash"
        )
    return value


def _cost_share(action: CorporateAction) -> Decimal | None:
    if action.kind is ActionKind.STOCK_MERGER and action.cash and action.cost_share is not None:
        if 0 <= action.cost_share <= 1:
            return action.cost_share
        message = "Which share of the cost does the cash pay for?"
        raise InvalidInputError(message, hint="Enter a number from 0 to 100 %, or nothing.", field="cost_share")
    if action.kind is not ActionKind.SPIN_OFF:
        return None
    if action.cost_share is None or not 0 <= action.cost_share <= 1:
        message = "Which share of the cost goes to the new units?"
        hint = "Enter a number from 0 to 100 %; the company's notice to its shareholders says it."
        raise InvalidInputError(message, hint=hint, field="cost_share")
    return action.cost_share


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingChange:
    """What an action does to one instrument in one account; costs are signed and include the multiplier."""

    account_name: str
    symbol: str
    currency: str
    quantity_before: Decimal
    quantity_after: Decimal
    cost_before: Decimal
    cost_after: Decimal
    realised: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """A corporate action that a file tells of and that was not applied: what is missing must be asked.

    Attributes:
        event_id: Id of the row in the ledger of other rows.
        symbol: As the file writes it.
        held: Units of it held before the event, signed.
        proposal: What its words suggest; incomplete where the file does not say enough.
        reason: Why the proposal says what it says, one sentence.
    """

    event_id: int
    account_id: AccountId
    account_name: str
    label: str
    symbol: str
    occurred_at: datetime
    quantity: Decimal | None
    amount: Decimal | None
    currency: str
    description: str
    held: Decimal
    proposal: CorporateAction
    reason: str

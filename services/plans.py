"""Planned stop and target of a trade: read, checked against its side and entry, saved."""

from __future__ import annotations

from decimal import Decimal

from domain.accounts import UserId
from domain.errors import InvalidInputError
from domain.journal import PLANNED_STOP, PLANNED_TARGET, TradeJournal
from domain.ledger import Trade
from domain.money import ZERO, decimal_text, parse_plain_decimal
from services.journal import JournalService
from services.portfolio import PortfolioService

STOP = PLANNED_STOP
TARGET = PLANNED_TARGET
_WORDS = {STOP: "stop", TARGET: "target"}
_PLACES = 6


class PlanService:
    """Reads trades and writes what was planned for them."""

    def __init__(self, portfolio: PortfolioService, journal: JournalService) -> None:
        self._portfolio = portfolio
        self._journal = journal

    def save(self, owner: UserId, trade_id: int, *, stop: str, target: str) -> TradeJournal:
        """Save what was planned for a trade, as `save_plan` does."""
        return save_plan(self._portfolio, self._journal, owner, trade_id, stop=stop, target=target)

    @staticmethod
    def check(trade: Trade, *, stop: str | None, target: str | None) -> None:
        """Refuse a stop that would be a profit and a target that would be a loss, or texts that are no prices."""
        for field, text in ((STOP, stop), (TARGET, target)):
            check_side(trade, read_price(text, field), field)

    @staticmethod
    def planned_r(trade: Trade, plan: TradeJournal) -> Decimal | None:
        """Return the profit at the target over the loss at the stop, None unless both are planned."""
        return planned_r(trade, plan)


def save_plan(
    portfolio: PortfolioService, journal: JournalService, owner: UserId, trade_id: int, *, stop: str, target: str
) -> TradeJournal:
    """Save what was planned for a trade; "" clears.

    Args:
        portfolio: Knows the trade.
        journal: Keeps the plan.
        owner: Whose trade it is.
        trade_id: The trade.
        stop: Price as typed, exact.
        target: Price as typed, exact.

    Raises:
        NotFoundError: If the owner has no such trade.
        InvalidInputError: If a text is no price, or lies on the wrong side of the entry; then
            nothing is saved and `field` names the price at fault.
    """
    trade = portfolio.trade(owner, trade_id).trade
    prices = {STOP: read_price(stop, STOP), TARGET: read_price(target, TARGET)}
    for field, price in prices.items():
        check_side(trade, price, field)
    return journal.save(owner, trade.account_id, trade_id, **prices)


def read_price(text: str | None, field: str) -> Decimal | None:
    """Return a typed price exactly, None for an empty text.

    Raises:
        InvalidInputError: If it is no price.
    """
    typed = (text or "").strip().replace("\u2212", "-")
    if not typed:
        return None
    try:
        price = parse_plain_decimal(typed.replace(",", ""))
    except ValueError as error:
        message = f"{typed[:40]!r} is not a price. Type it like 175.60."
        raise InvalidInputError(message, field=field) from error
    return price


def check_side(trade: Trade, price: Decimal | None, field: str) -> None:
    """Refuse a stop that would be a profit and a target that would be a loss.

    Raises:
        InvalidInputError: If the price is on the wrong side of the average entry, or on it.
    """
    if price is None:
        return
    gain = (price - trade.entry_price) * int(trade.side)
    if gain < ZERO if field == STOP else gain > ZERO:
        return
    side = "long" if trade.side > 0 else "short"
    is_below = (field == STOP) == (trade.side > 0)
    entry = decimal_text(round(trade.entry_price, _PLACES))
    place = "below" if is_below else "above"
    raise InvalidInputError(f"The {_WORDS[field]} of a {side} lies {place} its entry of {entry}.", field=field)


def planned_r(trade: Trade, plan: TradeJournal) -> Decimal | None:
    """Return the profit at the target over the loss at the stop, None unless both are planned."""
    if plan.planned_stop is None or plan.planned_target is None or plan.planned_stop == trade.entry_price:
        return None
    return abs(plan.planned_target - trade.entry_price) / abs(trade.entry_price - plan.planned_stop)

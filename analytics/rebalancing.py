"""Orders that bring a portfolio to its targets."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """Something that can be traded to reach the targets.

    Attributes:
        price: Of one unit, in the reporting currency, contract size included, > 0.
        quantity: Held now, signed.
        step: Smallest quantity that can be traded; 0 for any.
    """

    symbol: str
    price: float
    quantity: float
    step: float = 1.0

    @property
    def value(self) -> float:
        """What is held."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order, and where it leaves the holding.

    Attributes:
        quantity: Signed: a purchase > 0.
        before, target, after: Shares of the portfolio.
        reason: Why nothing is traded although the holding is off its target; "" otherwise.
    """

    symbol: str
    quantity: float
    price: float
    before: float
    target: float
    after: float
    reason: str = ""

    @property
    def value(self) -> float:
        """Money that the order moves: what is paid for a purchase > 0."""
        return self.quantity * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a portfolio is brought to its targets.

    Attributes:
        smallest: Orders below this amount are not made.
        band: Holdings within this distance of their target, as a share of the portfolio, are left alone.
        only_buy: Whether nothing is sold: new money goes to what is furthest below its target.
        added: Money that is added (> 0) or taken out (< 0) along with it.
    """

    smallest: float = 0.0
    band: float = 0.0
    only_buy: bool = False
    added: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebalance:
    """The orders, and the cash they leave."""

    orders: tuple[Order, ...]
    total: float
    cash_before: float
    cash_after: float


SMALL, INSIDE, NO_SALE, NO_CASH = "below the smallest order", "inside its band", "sales are off", "no cash left"
UNIT = "less than one unit"


def rebalance(assets: Sequence[Asset], targets: Mapping[str, float], cash: float, rules: Rules) -> Rebalance:
    """Return the orders that bring holdings closest to their targets without spending more cash than there is.

    Args:
        assets: What may be traded; those without a target are sold.
        targets: Wanted share of each symbol, 0 to 1; what they leave of 1 stays in cash.
        cash: Cash now, reporting currency.
        rules: Limits.

    Quantities are cut to steps toward zero. Where purchases need more cash than there is, all shrink alike.
    """
    pot = cash + rules.added
    total = sum(item.value for item in assets) + pot
    if total <= 0:
        return Rebalance(orders=(), total=total, cash_before=cash, cash_after=pot)
    wishes = [_wish(item, targets.get(item.symbol, 0.0), total, rules) for item in assets]
    steps = {item.symbol: item.step for item in assets}
    # Sales first: what rounding leaves of them cannot be spent.
    made = [_cut(order, steps[order.symbol], 1.0, total, rules) if order.quantity < 0 else order for order in wishes]
    room = max(0.0, pot - sum(order.value for order in made if order.quantity < 0))
    needed = sum(order.value for order in made if order.quantity > 0)
    share = 1.0 if needed <= room else room / needed
    orders = [
        _cut(order, steps[order.symbol], share, total, rules) if wish.quantity > 0 else order
        for order, wish in zip(made, wishes, strict=True)
    ]
    spent = sum(order.value for order in orders)
    return Rebalance(orders=tuple(orders), total=total, cash_before=cash, cash_after=pot - spent)


def _wish(item: Asset, target: float, total: float, rules: Rules) -> Order:
    before = item.value / total
    order = Order(symbol=item.symbol, quantity=0.0, price=item.price, before=before, target=target, after=before)
    if abs(before - target) <= max(rules.band, 1e-12):
        return replace(order, reason=INSIDE if rules.band and before != target else "")
    quantity = (target - before) * total / item.price
    if quantity < 0 and rules.only_buy:
        return replace(order, reason=NO_SALE)
    if target == 0.0:
        quantity = -item.quantity
    return replace(order, quantity=quantity)


def _cut(order: Order, step: float, share: float, total: float, rules: Rules) -> Order:
    quantity = order.quantity * (share if order.quantity > 0 else 1.0)
    if step and not (order.target == 0.0 and order.quantity < 0):
        quantity = math.copysign(math.floor(abs(quantity) / step + 1e-9) * step, quantity)
    reason = order.reason
    if quantity and abs(quantity * order.price) < rules.smallest:
        quantity, reason = 0.0, SMALL
    elif order.quantity and not quantity:
        reason = NO_CASH if share < 1 and order.quantity > 0 else UNIT
    quantity = quantity or 0.0
    return replace(order, quantity=quantity, after=order.before + quantity * order.price / total, reason=reason)


def spread_targets(parts: Mapping[str, float], members: Mapping[str, Sequence[tuple[str, float]]]) -> dict[str, float]:
    """Return targets by symbol for targets of classes, sectors or the like.

    Args:
        parts: Wanted share by part.
        members: Symbols of each part with their value now; within a part the present proportions stay.
    """
    found: dict[str, float] = {}
    for name, weight in parts.items():
        inside = [(symbol, max(value, 0.0)) for symbol, value in members.get(name, ())]
        total = sum(value for _, value in inside)
        for symbol, value in inside:
            share = value / total if total else 1.0 / len(inside)
            found[symbol] = found.get(symbol, 0.0) + weight * share
    return found

"""United Kingdom: same-day rule, 30-day rule, section 104 holding.

All shares of one class count as one, whatever the account. Disposals of a day are one disposal, acquisitions of a day
one acquisition. A disposal is matched with acquisitions of the same day, then with those of the 30 days after it (the
earliest first), then with the pool at its average cost; what even the pool does not cover (a short sale) with the
acquisitions that follow.

**Source:** TCGA 1992 s.104, s.105, s.106A; HMRC HS284 (2020), example 3; HMRC CG51560.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from analytics.tax.lots import order_fills
from domain.money import ZERO, share_of
from domain.tax import Disposal, Gains, HeldLot, TaxFill, TaxInstrument

SAME_DAY, LATER, POOL, SHORT = "same day", "30 days", "pool", "later purchase"
WINDOW = timedelta(days=30)
SEVERAL = "several accounts"


@dataclass(slots=True)
class _Day:
    """What was bought or sold on a day; `quantity` and `money` shrink as they are matched."""

    day: date
    quantity: Decimal
    money: Decimal
    account: str
    ref: int
    is_moved: bool = False

    def take(self, quantity: Decimal) -> Decimal:
        """Take some quantity out and return its share of the money."""
        share = self.money if quantity == self.quantity else share_of(self.money, quantity, self.quantity)
        self.quantity -= quantity
        self.money -= share
        return share


def uk_gains(instrument: TaxInstrument, fills: Sequence[TaxFill]) -> Gains:
    """Return one row for each part of a day's disposal.

    Args:
        instrument: What the fills are of.
        fills: Of all accounts, any order, quantities restated for splits.
    """
    fills = _across_accounts(fills)
    walk = _Matching(instrument, _days(fills, side=1), _days(fills, side=-1))
    walk.match_same_day()
    walk.match_later()
    walk.match_pool()
    parts = sorted(walk.found, key=lambda pair: pair[0])
    return Gains(disposals=tuple(item for _, item in parts), held=_left(instrument, walk.pool, walk.sold))


def _across_accounts(fills: Sequence[TaxFill]) -> list[TaxFill]:
    """Return the fills without transfers between accounts that are looked at: shares of one class count as one.

    What came from elsewhere counts as bought when it was first acquired.
    """
    sides = {fill.transfer: {item.acquired is None for item in fills if item.transfer == fill.transfer}
             for fill in fills if fill.transfer}  # fmt: skip
    kept = [fill for fill in fills if len(sides.get(fill.transfer, ())) < 2]
    return [fill if fill.acquired is None else replace(fill, day=fill.acquired) for fill in kept]


class _Matching:
    """Disposals and acquisitions by day while the rules take from them, one after another."""

    def __init__(self, instrument: TaxInstrument, bought: list[_Day], sold: list[_Day]) -> None:
        self.instrument, self.bought, self.sold = instrument, bought, sold
        self.pool = _Day(day=date.min, quantity=ZERO, money=ZERO, account="", ref=0)
        self.found: list[tuple[int, Disposal]] = []
        self._days = [item.day for item in bought]
        self._short: list[int] = []

    def match_same_day(self) -> None:
        """Match every disposal with the acquisitions of its day."""
        by_day = dict(zip(self._days, self.bought, strict=True))
        for row, sale in enumerate(self.sold):
            if sale.day in by_day and not sale.is_moved:
                self._match(row, by_day[sale.day], SAME_DAY)

    def match_later(self) -> None:
        """Match what is left with the acquisitions of the 30 days after, the earliest disposal first."""
        for row, sale in enumerate(self.sold):
            if sale.is_moved:
                continue
            for at in range(bisect_right(self._days, sale.day), bisect_right(self._days, sale.day + WINDOW)):
                self._match(row, self.bought[at], LATER)

    def match_pool(self) -> None:
        """Walk through the days: acquisitions cover open short sales, then enter the pool; disposals leave it."""
        at = 0
        for row, sale in enumerate(self.sold):
            while at < len(self.bought) and self.bought[at].day <= sale.day:
                self._enter(self.bought[at])
                at += 1
            quantity = min(sale.quantity, self.pool.quantity)
            if sale.is_moved:
                self.pool.take(quantity)
                sale.quantity = ZERO
            elif quantity > 0:
                cost = self.pool.take(quantity)
                self.found.append((row, _part(self.instrument, sale, quantity, rule=POOL, cost=cost, acquired=None)))
            if sale.quantity:
                self._short.append(row)
        for buy in self.bought[at:]:
            self._enter(buy)

    def _enter(self, buy: _Day) -> None:
        for row in self._short:
            self._match(row, buy, SHORT)
        self._short = [row for row in self._short if self.sold[row].quantity]
        self.pool.quantity += buy.quantity
        self.pool.money += buy.money
        buy.quantity = buy.money = ZERO

    def _match(self, row: int, buy: _Day, rule: str) -> None:
        sale = self.sold[row]
        quantity = min(sale.quantity, buy.quantity)
        if quantity > 0:
            part = _part(self.instrument, sale, quantity, rule=rule, cost=buy.take(quantity), acquired=buy.day)
            self.found.append((row, part))


def _part(
    instrument: TaxInstrument, sale: _Day, quantity: Decimal, *, rule: str, cost: Decimal, acquired: date | None
) -> Disposal:
    return Disposal(
        instrument=instrument,
        account=sale.account,
        quantity=quantity,
        acquired=acquired,
        sold=sale.day,
        proceeds=sale.take(quantity),
        cost=cost,
        rule=rule,
        is_short=acquired is not None and acquired > sale.day and rule == SHORT,
        sale_ref=sale.ref,
    )


def _days(fills: Sequence[TaxFill], *, side: int) -> list[_Day]:
    days: dict[tuple[date, bool], _Day] = {}
    for fill in order_fills(item for item in fills if item.side == side):
        is_moved = bool(fill.transfer) and fill.acquired is None
        known = days.get((fill.day, is_moved))
        if known is None:
            days[fill.day, is_moved] = _Day(
                day=fill.day,
                quantity=fill.quantity,
                money=fill.amount,
                account=fill.account,
                ref=fill.ref,
                is_moved=is_moved,
            )
            continue
        known.quantity += fill.quantity
        known.money += fill.amount
        if known.account != fill.account:
            known.account = SEVERAL
    return [days[key] for key in sorted(days)]


def _left(instrument: TaxInstrument, pool: _Day, sold: Sequence[_Day]) -> tuple[HeldLot, ...]:
    held = []
    if pool.quantity:
        held.append(HeldLot(instrument=instrument, account="", quantity=pool.quantity, acquired=None, cost=pool.money))
    held += [
        HeldLot(
            instrument=instrument,
            account=sale.account,
            quantity=sale.quantity,
            acquired=sale.day,
            cost=sale.money,
            is_short=True,
            ref=sale.ref,
        )
        for sale in sold
        if sale.quantity
    ]
    return tuple(held)

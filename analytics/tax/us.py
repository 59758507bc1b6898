"""United States: lots by the chosen method, short and long term, wash sales.

A loss is disallowed as far as the same security is bought within 30 days before or after the sale (61 days with the
day itself); what is left of the very lot that was sold is no such purchase. It is added to the basis of what was
bought, whose holding period then begins with that of what was sold.
Purchases of all accounts of the portfolio count. The rule is about stock, other securities and options on them: coins
are property, and futures and currencies are no securities, so their losses are left alone. Losses of short positions
and those beside options on the same share are marked by `services.wash_flags` for a person to decide.

**Source:** 26 U.S.C. § 1091(a); IRS Publication 550 (2023), "Wash sales", "Holding period"; Form 8949 instructions;
Revenue Ruling 56-602 (part of one purchase sold); IRS Notice 2014-21 (virtual currency is property).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from analytics.tax.lots import Lot, LotBook, LotBooks, Piece, make_disposal, order_fills
from domain.money import ZERO, share_of
from domain.tax import CostMethod, Disposal, Gains, Picks, TaxFill, TaxInstrument, Term

WINDOW = timedelta(days=30)
ZONES = timedelta(days=2)
WASH = "W"
NO_SECURITIES = frozenset({"crypto", "future", "future_option", "forex", "cfd", "index"})
"""Asset classes that the rule on wash sales is not about."""
NOTE = (
    "Wash sales are disallowed in the same symbol over the accounts of this portfolio. Losses beside options on the"
    " same share and losses of short positions are marked to be checked; other accounts are not looked at."
)


@dataclass(slots=True)
class _Loss:
    """A disposal at a loss whose replacement may still come; changes while fills are walked through."""

    at: int
    day: date
    lot_ref: int
    quantity: Decimal
    amount: Decimal
    held: timedelta


def us_gains(
    instrument: TaxInstrument, fills: Sequence[TaxFill], *, method: CostMethod, picks: Picks | None = None
) -> Gains:
    """Return the disposals of one instrument with terms and wash sales.

    Args:
        instrument: What the fills are of.
        fills: Of all accounts, any order.
        method: Lot method.
        picks: Chosen lots for `SPECIFIC`.
    """
    walk = _Walk(instrument, method, picks or {})
    for fill in order_fills(fills):
        walk.step(fill)
    return Gains(disposals=walk.found(), held=tuple(walk.all.held(instrument)))


class _Walk:
    """Fills in time order, with the losses that may still be washed."""

    def __init__(self, instrument: TaxInstrument, method: CostMethod, picks: Picks) -> None:
        self.instrument, self.method = instrument, method
        self.all = LotBooks(method=method, picks=picks)
        self.books = self.all.by_account
        self.is_security = instrument.asset_class not in NO_SECURITIES
        self.disposals: list[Disposal] = []
        self.disallowed: dict[int, Decimal] = {}
        self.open_losses: deque[_Loss] = deque()
        # Lots that may still replace something, oldest first; with thousands a month none may be looked at twice.
        self.unused: dict[str, deque[Lot]] = {}

    def step(self, fill: TaxFill) -> None:
        book = self.all.of(fill.account)
        if fill.transfer:
            self._move(fill, book)
            return
        pieces = book.apply(fill)
        is_new = bool(book.lots) and book.lots[-1].ref == fill.ref
        if fill.side > 0 and is_new and self.is_security and self.method is not CostMethod.AVERAGE:
            self.unused.setdefault(fill.account, deque()).append(book.lots[-1])
            self._replace_earlier(fill, book.lots[-1], book)
        for piece in pieces:
            self._dispose(fill, piece)

    def _move(self, fill: TaxFill, book: LotBook) -> None:
        """Move lots; those that may still replace something may do so where they are now."""
        self.all.apply(fill)
        if fill.acquired is not None and fill.side > 0:
            known = self.unused.get(fill.account, deque())
            fresh = [lot for lot in book.lots if not lot.is_replacement and all(lot is not item for item in known)]
            recent = [lot for lot in fresh if lot.bought >= fill.day - WINDOW - ZONES]
            self.unused[fill.account] = deque(sorted([*known, *recent], key=lambda lot: lot.bought))

    def _dispose(self, fill: TaxFill, piece: Piece) -> None:
        term = term_of(piece.lot.acquired, fill.day, is_short=fill.side > 0)
        found = make_disposal(self.instrument, fill, piece, rule=self.method.value, term=term)
        self.disposals.append(found)
        if found.gain >= 0 or found.is_short or not self.is_security or self.method is CostMethod.AVERAGE:
            return
        loss = _Loss(
            at=len(self.disposals) - 1,
            day=fill.day,
            lot_ref=piece.lot.ref,
            quantity=piece.quantity,
            amount=-found.gain,
            held=fill.day - (found.acquired or fill.day),
        )
        for account, book in self.books.items():
            if book.side > 0:
                self._wash(loss, account, book, first=fill.day - WINDOW)
        if loss.quantity:
            self.open_losses.append(loss)

    def _replace_earlier(self, fill: TaxFill, lot: Lot, book: LotBook) -> None:
        """Let a purchase take over the losses of the 30 days before it, the oldest first."""
        while self.open_losses and not lot.is_replacement:
            loss = self.open_losses[0]
            if loss.quantity and fill.day - loss.day <= WINDOW:
                self._take_over(loss, lot, book)
            if lot.is_replacement and loss.quantity:
                return
            self.open_losses.popleft()

    def _wash(self, loss: _Loss, account: str, book: LotBook, *, first: date) -> None:
        """Let lots bought since a day take over a loss, the oldest first; not what is left of the lot that was sold."""
        unused, passed, same = self.unused.get(account, deque()), [], []
        while unused and loss.quantity:
            lot = unused[0]
            is_free = lot.quantity > 0 and not lot.is_replacement
            if is_free and lot.ref == loss.lot_ref:
                same.append(unused.popleft())
            elif is_free and lot.bought >= first:
                self._take_over(loss, lot, book)
            elif is_free:
                passed.append(unused.popleft())
            else:
                unused.popleft()
        unused.extendleft(reversed(same))
        if len(self.books) > 1:
            # An account in another zone may still write the day before: what is just too old is kept that long.
            unused.extendleft(reversed([lot for lot in passed if lot.bought >= first - ZONES]))

    def _take_over(self, loss: _Loss, lot: Lot, book: LotBook) -> None:
        quantity = min(loss.quantity, lot.quantity)
        part = lot
        if quantity < lot.quantity:
            part = lot.split(quantity)
            book.lots.insert(_place(book.lots, lot), part)
        disallowed = loss.amount if quantity == loss.quantity else share_of(loss.amount, quantity, loss.quantity)
        loss.amount -= disallowed
        part.money += disallowed
        part.acquired -= loss.held
        part.is_replacement = True
        loss.quantity -= quantity
        self._disallow(loss.at, disallowed)

    def _disallow(self, at: int, amount: Decimal) -> None:
        self.disallowed[at] = self.disallowed.get(at, ZERO) + amount

    def found(self) -> tuple[Disposal, ...]:
        """Return the disposals with what is disallowed of their losses."""
        for at, amount in self.disallowed.items():
            self.disposals[at] = replace(self.disposals[at], adjustment=amount, code=WASH)
        return tuple(self.disposals)


def _place(lots: Sequence[Lot], lot: Lot) -> int:
    """Return where a lot stands: behind the parts that were taken out of it."""
    return bisect_right(lots, lot.number, key=lambda item: item.number) - 1


def term_of(acquired: date | None, sold: date, *, is_short: bool) -> Term:
    """Return long for what was held more than a year: from the day after the purchase to the day of the sale."""
    if is_short or acquired is None:
        return Term.SHORT
    return Term.LONG if sold > anniversary(acquired, 1) else Term.SHORT


def anniversary(day: date, years: int) -> date:
    """Return the same day of a later year; 29 February falls on 28 February where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def washed(disposals: Sequence[Disposal]) -> Decimal:
    """Return the sum of the disallowed losses."""
    return sum((item.adjustment for item in disposals if item.code == WASH), ZERO)

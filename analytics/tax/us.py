"""United States: lots by the chosen method, short and long term, wash sales.

A loss is disallowed as far as the same security is bought within 30 days before or after the sale (61 days with the
day itself). It is added to the basis of what was bought, whose holding period then begins with that of what was sold.
Purchases of all accounts of the portfolio count. Losses of short positions and options on the security are not
checked: the note says so.

**Source:** IRS Publication 550 (2023), "Wash sales", "Holding period"; Form 8949 instructions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from analytics.tax.lots import Lot, LotBook, Piece, held_lots, make_disposal, order_fills
from domain.money import ZERO
from domain.tax import CostMethod, Disposal, Gains, Picks, TaxFill, TaxInstrument, Term

WINDOW = timedelta(days=30)
WASH = "W"
NOTE = (
    "Wash sales are looked for in the same symbol over the accounts of this portfolio: not in options on it, in"
    " other accounts, or in losses of short positions."
)


@dataclass(slots=True)
class _Loss:
    """A disposal at a loss whose replacement may still come; changes while fills are walked through."""

    at: int
    day: date
    quantity: Decimal
    unit_loss: Decimal
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
    held = [item for book in walk.books.values() for item in held_lots(instrument, book)]
    return Gains(disposals=tuple(walk.disposals), held=tuple(held))


class _Walk:
    """Fills in time order, with the losses that may still be washed."""

    def __init__(self, instrument: TaxInstrument, method: CostMethod, picks: Picks) -> None:
        self.instrument, self.method, self.picks = instrument, method, picks
        self.books: dict[str, LotBook] = {}
        self.disposals: list[Disposal] = []
        self.open_losses: list[_Loss] = []

    def step(self, fill: TaxFill) -> None:
        book = self.books.setdefault(fill.account, LotBook(method=self.method, picks=self.picks))
        pieces = book.apply(fill)
        is_new = bool(book.lots) and book.lots[-1].ref == fill.ref
        if fill.side > 0 and is_new and self.open_losses and self.method is not CostMethod.AVERAGE:
            self._replace_earlier(fill, book.lots[-1], book)
        for piece in pieces:
            self._dispose(fill, piece)

    def _dispose(self, fill: TaxFill, piece: Piece) -> None:
        term = term_of(piece.lot.acquired, fill.day, is_short=fill.side > 0)
        found = make_disposal(self.instrument, fill, piece, rule=self.method.value, term=term)
        self.disposals.append(found)
        if found.gain >= 0 or found.is_short or self.method is CostMethod.AVERAGE:
            return
        loss = _Loss(
            at=len(self.disposals) - 1,
            day=fill.day,
            quantity=piece.quantity,
            unit_loss=-found.gain / piece.quantity,
            held=fill.day - (found.acquired or fill.day),
        )
        for book in self.books.values():
            if book.side > 0:
                self._wash(loss, _recent(book.lots, fill.day - WINDOW), book)
        if loss.quantity:
            self.open_losses.append(loss)

    def _replace_earlier(self, fill: TaxFill, lot: Lot, book: LotBook) -> None:
        """Let a purchase take over the losses of the 30 days before it, the oldest first."""
        self.open_losses = [loss for loss in self.open_losses if loss.quantity and fill.day - loss.day <= WINDOW]
        for loss in self.open_losses:
            self._wash(loss, [item for item in book.lots if item.ref == lot.ref], book)

    def _wash(self, loss: _Loss, candidates: Sequence[Lot], book: LotBook) -> None:
        for lot in _unused(candidates):
            quantity = min(loss.quantity, lot.quantity)
            if not quantity:
                return
            part = lot
            if quantity < lot.quantity:
                part = lot.split(quantity)
                book.lots.insert(book.lots.index(lot), part)
            disallowed = loss.unit_loss * quantity
            part.money += disallowed
            part.acquired -= loss.held
            part.is_replacement = True
            loss.quantity -= quantity
            self._disallow(loss.at, disallowed)

    def _disallow(self, at: int, amount: Decimal) -> None:
        item = self.disposals[at]
        self.disposals[at] = replace(item, adjustment=item.adjustment + amount, code=WASH)


def _recent(lots: Sequence[Lot], first: date) -> list[Lot]:
    """Return the lots bought on a day or after it; lots stand in the order in which they were bought."""
    found: list[Lot] = []
    for lot in reversed(lots):
        if lot.bought < first:
            break
        found.append(lot)
    return found[::-1]


def _unused(lots: Sequence[Lot]) -> Iterator[Lot]:
    return (lot for lot in lots if not lot.is_replacement)


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

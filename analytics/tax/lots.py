"""Tax lots: which acquisition a disposal gives up, and what it cost.

A lot carries its total cost; a part takes its share by quantity and the last part what is left, so that parts add up
to the cent. A disposal of more than is held opens a short position, whose lots carry proceeds instead of cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import chain, groupby

from domain.money import ZERO, share_of
from domain.tax import CostMethod, Disposal, HeldLot, Picks, TaxFill, TaxInstrument, Term


@dataclass(slots=True, eq=False)
class Lot:
    """An open lot; changes while fills are walked through.

    Attributes:
        money: Basis of a long lot, proceeds of a short one.
        acquired: Start of the holding period, which a wash sale moves back.
        bought: Day of the acquisition itself.
        is_replacement: Whether a disallowed loss is in its basis already.
        number: Counts the acquisitions of its book; parts of one stand together, what is left of it last.
    """

    ref: int
    account: str
    quantity: Decimal
    money: Decimal
    acquired: date
    bought: date
    is_replacement: bool = False
    number: int = 0

    def take(self, quantity: Decimal) -> Decimal:
        """Take some quantity out and return its share of the money."""
        share = self.money if quantity == self.quantity else share_of(self.money, quantity, self.quantity)
        self.quantity -= quantity
        self.money -= share
        return share

    def split(self, quantity: Decimal) -> Lot:
        """Take some quantity out as a lot of its own."""
        return Lot(
            ref=self.ref,
            account=self.account,
            money=self.take(quantity),
            quantity=quantity,
            acquired=self.acquired,
            bought=self.bought,
            is_replacement=self.is_replacement,
            number=self.number,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One lot's part of a disposal."""

    lot: Lot
    quantity: Decimal
    lot_money: Decimal
    fill_money: Decimal


def order_fills(fills: Iterable[TaxFill]) -> list[TaxFill]:
    """Return fills by instant, ties by id; the sides of transfers come first, what leaves before what comes in.

    The ledger tells what a transfer takes lot by lot, by its own method: here it is one fill, as a sale is.
    """
    found = sorted(fills, key=lambda fill: (fill.at, not fill.transfer, fill.transfer, bool(fill.acquired), fill.ref))
    return list(_join_leaving(found)) if any(fill.transfer for fill in found) else found


def _join_leaving(fills: Iterable[TaxFill]) -> Iterator[TaxFill]:
    for (transfer, is_leaving), parts in groupby(fills, key=lambda fill: (fill.transfer, fill.is_leaving)):
        if not is_leaving:
            yield from parts
            continue
        found = list(parts)
        quantity, amount = sum((item.quantity for item in found), ZERO), sum((item.amount for item in found), ZERO)
        yield replace(found[0], ref=-transfer, quantity=quantity, amount=amount)


class LotBooks:
    """The open lots of one instrument by account, and those on their way between two of them."""

    def __init__(self, *, method: CostMethod, picks: Picks | None = None) -> None:
        self.by_account: dict[str, LotBook] = {}
        self._method, self._picks = method, picks or {}
        self._moving: dict[int, list[Lot]] = {}

    def of(self, account: str) -> LotBook:
        """Return the lots of an account."""
        return self.by_account.setdefault(account, LotBook(method=self._method, picks=self._picks))

    def apply(self, fill: TaxFill) -> list[Piece]:
        """Apply a fill to the lots of its account; returns the pieces that it disposes of.

        What a transfer takes goes, with its cost and its day, to the account that is looked at as well; where only
        that one is, it opens lots at the cost that came with them.
        """
        book = self.of(fill.account)
        if not fill.transfer:
            return book.apply(fill)
        if fill.is_leaving:
            moving = self._moving.setdefault(fill.transfer, [])
            moving += [piece.lot for piece in book.apply(fill, is_moved=True)]
        elif fill.transfer in self._moving:
            # The ledger tells one fill a lot, by its own method; these rules chose the lots that left by theirs.
            book.take_in(_put_together(self._moving[fill.transfer]), fill)
            self._moving[fill.transfer] = []
        else:
            book.apply(fill)
        return []

    def held(self, instrument: TaxInstrument) -> Iterator[HeldLot]:
        """Yield what is left."""
        for book in self.by_account.values():
            yield from held_lots(instrument, book)


def _put_together(parts: Sequence[Lot]) -> list[Lot]:
    """Return lots of which parts of one acquisition are one again."""
    found: dict[tuple[int, date, bool], Lot] = {}
    for part in parts:
        lot = found.setdefault((part.ref, part.acquired, part.is_replacement), part)
        if lot is not part:
            lot.quantity += part.quantity
            lot.money += part.money
    return list(found.values())


def match_lots(
    instrument: TaxInstrument, fills: Sequence[TaxFill], *, method: CostMethod, picks: Picks | None = None
) -> tuple[list[Disposal], list[HeldLot]]:
    """Match the fills of one instrument.

    Args:
        instrument: What they are of.
        fills: In any order. Lots are kept by account: what one account sells, another's lots do not cover.
        method: Which lots are closed first. Average puts all lots of an account together.
        picks: For `SPECIFIC`, chosen lots; what they leave open is closed first in, first out.

    Returns:
        Disposals in time order, and what is left.

    **Source:** IRS Publication 550, "Basis of investment property"; 26 CFR 1.1012-1.
    """
    books = LotBooks(method=method, picks=picks)
    found: list[Disposal] = []
    for fill in order_fills(fills):
        found += [make_disposal(instrument, fill, piece, rule=method.value) for piece in books.apply(fill)]
    return found, list(books.held(instrument))


def make_disposal(
    instrument: TaxInstrument, fill: TaxFill, piece: Piece, *, rule: str, term: Term = Term.NONE
) -> Disposal:
    """Return the disposal that a closing fill and one lot make; a short lot brings the proceeds."""
    is_short = fill.side > 0
    return Disposal(
        instrument=instrument,
        account=fill.account,
        quantity=piece.quantity,
        acquired=fill.day if is_short else piece.lot.acquired,
        sold=fill.day,
        proceeds=piece.lot_money if is_short else piece.fill_money,
        cost=piece.fill_money if is_short else piece.lot_money,
        rule=rule,
        term=term,
        is_short=is_short,
        sale_ref=fill.ref,
        lot_ref=piece.lot.ref,
    )


def held_lots(instrument: TaxInstrument, book: LotBook) -> Iterator[HeldLot]:
    """Yield what a book still holds."""
    for lot in book.lots:
        yield HeldLot(
            instrument=instrument,
            account=lot.account,
            quantity=lot.quantity,
            acquired=lot.acquired,
            cost=lot.money,
            is_short=book.side < 0,
            ref=lot.ref,
        )


class LotBook:
    """The open lots of one instrument in one account."""

    def __init__(self, *, method: CostMethod, picks: Picks) -> None:
        self.lots: list[Lot] = []
        self.side = 0
        self._method = method
        self._picks = picks
        self._count = 0

    def apply(self, fill: TaxFill, *, is_moved: bool = False) -> list[Piece]:
        """Close lots on the other side, open one with what is left; returns the closed pieces.

        Of what is moved away, each piece holds a lot of its own to go on with, and nothing is opened.
        """
        left, money, pieces, gone = fill.quantity, fill.amount, [], []
        if self.lots and fill.side != self.side:
            for lot, quantity in self._chosen(fill):
                part = money if quantity == left else share_of(fill.amount, quantity, fill.quantity)
                money -= part
                left -= quantity
                cost = lot.money
                moved = lot.split(quantity) if is_moved else lot
                taken = cost - lot.money if is_moved else lot.take(quantity)
                pieces.append(Piece(lot=moved, quantity=quantity, lot_money=taken, fill_money=part))
                gone.append(lot)
            self._forget([lot for lot in gone if not lot.quantity])
        if left and not is_moved:
            self._open(fill, left, money)
        return pieces

    def take_in(self, lots: Sequence[Lot], fill: TaxFill) -> None:
        """Put lots that another account gave among those held, by the day of their acquisition."""
        if not lots:
            return
        self.side = fill.side
        for lot in lots:
            lot.account = fill.account
        if self._method is CostMethod.AVERAGE:
            pool = self.lots[0] if self.lots else lots[0]
            for lot in [item for item in lots if item is not pool]:
                pool.quantity += lot.quantity
                pool.money += lot.money
            self.lots = [pool]
            return
        places = {id(lot): (lot.acquired, at) for at, lot in enumerate([*self.lots, *lots])}
        self.lots = sorted([*self.lots, *lots], key=lambda lot: places[id(lot)])
        # Parts of one lot stand together under one number; the order is that of the days from now on.
        for number, lot in enumerate(self.lots, 1):
            lot.number = number
        self._count = len(self.lots)

    def _forget(self, gone: Sequence[Lot]) -> None:
        """Drop lots with nothing left; first in, first out they stand in front, and the rest need not be looked at."""
        if all(lot is first for lot, first in zip(gone, self.lots, strict=False)):
            del self.lots[: len(gone)]
        else:
            self.lots = [lot for lot in self.lots if lot.quantity]

    def _open(self, fill: TaxFill, quantity: Decimal, money: Decimal) -> None:
        self.side = fill.side
        if self._method is CostMethod.AVERAGE and self.lots:
            pool = self.lots[0]
            pool.quantity += quantity
            pool.money += money
            # Shares out of a pool count as the oldest ones: none of them may look older than it is.
            return
        self._count += 1
        opened = Lot(
            ref=fill.ref,
            account=fill.account,
            quantity=quantity,
            money=money,
            acquired=fill.acquired or fill.day,
            bought=fill.acquired or fill.day,
            number=self._count,
        )
        if fill.acquired is None:
            self.lots.append(opened)
        else:
            self.take_in([opened], fill)

    def _chosen(self, fill: TaxFill) -> Iterator[tuple[Lot, Decimal]]:
        left = fill.quantity
        rest = ((lot, lot.quantity) for lot in _ORDER[self._method](self.lots))
        for lot, most in chain(self._picked(fill), rest):
            quantity = min(left, most, lot.quantity)
            if quantity > 0:
                left -= quantity
                yield lot, quantity
            if not left:
                return

    def _picked(self, fill: TaxFill) -> Iterator[tuple[Lot, Decimal]]:
        wanted: Mapping[int, Decimal] = self._picks.get(fill.ref, {}) if self._method is CostMethod.SPECIFIC else {}
        for ref, quantity in wanted.items():
            # Choices are written in the units of the sale's time; lots are counted in those of today.
            most = quantity * fill.factor
            # A wash sale leaves an acquisition in parts: a choice of more than one of them goes on with the next.
            for lot in [item for item in self.lots if item.ref == ref]:
                part = min(most, lot.quantity)
                most -= part
                yield lot, part


def _oldest(lots: Sequence[Lot]) -> Iterator[Lot]:
    return iter(lots)


def _newest(lots: Sequence[Lot]) -> Iterator[Lot]:
    return reversed(lots)


def _dearest(lots: Sequence[Lot]) -> Iterable[Lot]:
    return sorted(lots, key=lambda lot: -(lot.money / lot.quantity))


_ORDER: Mapping[CostMethod, Callable[[Sequence[Lot]], Iterable[Lot]]] = {
    CostMethod.FIFO: _oldest,
    CostMethod.LIFO: _newest,
    CostMethod.HIFO: _dearest,
    CostMethod.AVERAGE: _oldest,
    CostMethod.SPECIFIC: _oldest,
}


def sum_gains(disposals: Iterable[Disposal]) -> Decimal:
    """Return the sum of the gains."""
    return sum((item.gain for item in disposals), ZERO)

"""Lots that a person tells the broker to sell or to move: chosen one by one, with a history, beside the executions.

A choice is checked against what was open in the account just before, earlier choices included. It counts where a
portfolio's method for gains is specific lots; what it leaves open of a sale or transfer is taken first in, first out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from analytics.tax.choices import closing_fills, lots_before
from data.db import accounts as account_table
from data.db import lot_choices as history
from data.db import portfolios as table
from data.db.engine import Database
from domain.accounts import AccountId, UserId
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.lot_choices import LotChoice, Lots, LotSale, OpenLot, SaleLots
from domain.money import ZERO, decimal_text, parse_plain_decimal
from domain.periods import Clock
from domain.portfolios import PortfolioPlan
from domain.tax import TaxFill
from services.portfolio_values import PortfolioValueService
from services.tax_fills import FillsOf, collect_fills

MOST_SALES = 100
PLACES = 10
NO_SALE = "There is no such sale or transfer in this portfolio."


class LotChoiceService:
    """Use cases around chosen lots."""

    def __init__(self, db: Database, values: PortfolioValueService, clock: Clock) -> None:
        self._db = db
        self._values = values
        self._clock = clock

    def symbols(self, owner: UserId, plan: PortfolioPlan) -> list[str]:
        """Return the symbols that a portfolio has traded, those with more than one fill."""
        return sorted({item.instrument.symbol for item in self._fills(owner, plan) if len(item) > 1})

    def sales(self, owner: UserId, plan: PortfolioPlan, symbol: str) -> list[LotSale]:
        """Return the latest hundred sales of a symbol, newest first.

        Raises:
            CurrencyError: If a fill's day has no exchange rate.
        """
        picks = self._picks(owner, plan)
        found = [
            _sale(item, fill, closed, is_chosen=fill.ref in picks)
            for item in self._fills(owner, plan, symbol)
            for fill, closed in closing_fills([fill for part in item.parts for fill in part.latest(MOST_SALES).fills()])
        ]
        return sorted(found, key=lambda sale: (sale.day, sale.ref), reverse=True)[:MOST_SALES]

    def lots(self, owner: UserId, plan: PortfolioPlan, close_id: int) -> SaleLots:
        """Return a sale with the lots that were open just before it.

        Raises:
            NotFoundError: If the portfolio has no such sale.
        """
        picks = self._picks(owner, plan)
        for item in self._fills(owner, plan):
            if close_id in item.refs():
                fills = item.fills()
                pair = next(((fill, closed) for fill, closed in closing_fills(fills) if fill.ref == close_id), None)
                if pair is not None:
                    fill, closed = pair
                    sale = _sale(item, fill, closed, is_chosen=close_id in picks)
                    return SaleLots(sale=sale, lots=tuple(_lots(fills, fill, picks)))
        raise NotFoundError(NO_SALE)

    def choose(self, owner: UserId, plan: PortfolioPlan, close_id: int, lots: Mapping[int, str | Decimal]) -> LotChoice:
        """Choose the lots that a sale closes; an empty mapping leaves it to the method again.

        Raises:
            NotFoundError: If the portfolio has no such sale.
            InvalidInputError: If a lot was not open at the time, or more is chosen than was there or was sold.
        """
        found = self.lots(owner, plan, close_id)
        wanted = _checked(found, lots)
        account_id = found.sale.account_id
        with self._db.begin() as session:
            account_table.get_account(session, owner, account_id, lock=True)
            before = table.read_picks(session, [account_id]).get(account_id, {}).get(close_id, {})
            if before == wanted:
                raise InvalidInputError("Nothing would change.", field="lots")
            table.write_picks(session, account_id, close_id, wanted)
            choice = history.add_choice(
                session,
                account_id,
                close_id,
                summary=_summary(found.sale, wanted),
                states=(before, wanted),
                changed_at=self._clock(),
            )
            return history.get_choice(session, owner, choice)

    def history(self, owner: UserId, plan: PortfolioPlan, *, limit: int = 50) -> list[LotChoice]:
        """Return what was chosen in a portfolio's accounts, newest first."""
        with self._db.read() as session:
            return history.list_choices(session, owner, account_ids=plan.account_ids, limit=limit)

    def undo(self, owner: UserId, choice_id: int) -> LotChoice:
        """Take a choice back: what held before it holds again.

        Raises:
            NotFoundError: If the owner has no such choice.
            ConflictError: If it was taken back before, or the same sale was chosen for anew.
        """
        with self._db.begin() as session:
            choice = history.get_choice(session, owner, choice_id)
            account_table.get_account(session, owner, choice.account_id, lock=True)
            if choice.undone_at is not None:
                raise ConflictError("This choice was taken back before.")
            present = table.read_picks(session, [choice.account_id]).get(choice.account_id, {})
            if present.get(choice.close_id, {}) != choice.after:
                raise ConflictError("The lots of this sale were chosen anew later.", hint="Undo that one first.")
            table.write_picks(session, choice.account_id, choice.close_id, choice.before)
            history.mark_undone(session, choice.id, undone_at=self._clock())
            return history.get_choice(session, owner, choice_id)

    def _picks(self, owner: UserId, plan: PortfolioPlan) -> dict[int, dict[int, Decimal]]:
        members = [book.account.id for book in self._values.books(owner, plan)]
        with self._db.read() as session:
            found = table.read_picks(session, members)
        return {close: lots for picks in found.values() for close, lots in picks.items()}

    def _fills(self, owner: UserId, plan: PortfolioPlan, symbol: str = "") -> list[FillsOf]:
        books = self._values.books(owner, plan)
        currencies = sorted({item.currency for book in books for item in book.instruments})
        items = collect_fills(books, self._values.rates(owner, plan, currencies), plan.currency)
        return [item for item in items if not symbol or item.instrument.symbol == symbol]


def _sale(item: FillsOf, fill: TaxFill, closed: Decimal, *, is_chosen: bool) -> LotSale:
    accounts = {part.book.account.name: part.book.account.id for part in item.parts}
    amount = fill.amount if closed == fill.quantity else fill.amount * closed / fill.quantity
    return LotSale(
        ref=fill.ref,
        account_id=AccountId(accounts[fill.account]),
        account=fill.account,
        symbol=item.instrument.symbol,
        day=fill.day,
        quantity=_plain(closed / fill.factor),
        amount=None if fill.transfer else amount,
        is_short=fill.side > 0,
        is_chosen=is_chosen,
    )


def _lots(fills: list[TaxFill], fill: TaxFill, picks: Mapping[int, Mapping[int, Decimal]]) -> Iterator[OpenLot]:
    chosen = picks.get(fill.ref, {})
    for lot in lots_before(fills, fill.ref, picks):
        yield OpenLot(
            ref=lot.ref,
            acquired=lot.acquired,
            quantity=_plain(lot.quantity / fill.factor),
            cost=lot.cost,
            chosen=chosen.get(lot.ref),
            taken=_plain(lot.taken / fill.factor),
        )


def _plain(value: Decimal) -> Decimal:
    return round(value, PLACES).normalize() + ZERO


def _checked(found: SaleLots, lots: Mapping[int, str | Decimal]) -> Lots:
    """Return the quantities that were chosen, those of nothing left out."""
    open_lots = {lot.ref: lot for lot in found.lots}
    wanted: Lots = {}
    for ref, text in lots.items():
        quantity = _quantity(text)
        lot = open_lots.get(int(ref))
        if lot is None:
            raise InvalidInputError(
                f"A chosen lot was not open when this was {_done(found.sale)}.",
                field="lots",
                hint="Look at the open lots again.",
            )
        if quantity > lot.quantity:
            message = f"Of the lot of {lot.acquired.isoformat()} only {decimal_text(lot.quantity)} were open."
            raise InvalidInputError(message, field="lots", hint="Choose less of it.")
        if quantity:
            wanted[int(ref)] = quantity
    total = sum(wanted.values(), ZERO)
    if total > found.sale.quantity:
        done = _done(found.sale)
        message = f"{decimal_text(total)} are chosen, but {decimal_text(found.sale.quantity)} were {done}."
        raise InvalidInputError(message, field="lots", hint=f"Choose no more than was {done}.")
    return wanted


def _quantity(value: str | Decimal) -> Decimal:
    try:
        found = parse_plain_decimal(str(value).strip() or "0")
    except ValueError as error:
        raise InvalidInputError(f"{str(value)[:20]!r} is not a quantity.", field="lots") from error
    if found < 0:
        raise InvalidInputError("A chosen quantity is not below zero.", field="lots")
    return found


def _done(sale: LotSale) -> str:
    return "moved" if sale.is_transfer else "sold"


def _summary(sale: LotSale, wanted: Lots) -> str:
    what = f"{decimal_text(sale.quantity)} {sale.symbol} {_done(sale)} on {sale.day.isoformat()}"
    if not wanted:
        return f"Left the lots of {what} to the method."
    number = f"{len(wanted)} lots" if len(wanted) > 1 else "1 lot"
    return f"Chose {number} for {what}."

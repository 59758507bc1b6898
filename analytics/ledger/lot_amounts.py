"""Amounts of lots that go over to others: divided so that nothing is lost, at places that can be written."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from analytics.ledger.corporate_actions import finite_places
from analytics.ledger.held_lots import Holding
from analytics.ledger.spin_offs import moved_shares
from domain.corporate_actions import CorporateAction

LONG_PLACES = 12


def part_with_cash(
    action: CorporateAction, holding: Holding, values: Sequence[Fraction]
) -> tuple[Sequence[Fraction], Sequence[Fraction]]:
    """Return what of each lot's cost goes over to the new symbol, and the cash that is paid for the rest of it."""
    if not action.cash:
        return values, [Fraction(0)] * len(values)
    paid = [rounded(Fraction(action.cash) * holding.units(lot.quantity)) for lot in holding.lots]
    if action.cost_share is None:
        return [max(value - cash, Fraction(0)) for value, cash in zip(values, paid, strict=True)], paid
    return moved_shares(holding, 1 - Fraction(action.cost_share)), paid


def written_shares(quantities: Sequence[Fraction]) -> list[Fraction]:
    """Return quantities at a number of decimal places that can be written; running totals are rounded."""
    places = max(map(finite_places, quantities), default=0)
    if places <= LONG_PLACES and all((quantity * 10**places).denominator == 1 for quantity in quantities):
        return list(quantities)
    step = 10**LONG_PLACES
    exact, before, shares = Fraction(0), 0, []
    for quantity in quantities:
        exact += quantity
        total = round(exact * step)
        shares.append(Fraction(total - before, step))
        before = total
    return shares


def rounded(value: Fraction) -> Fraction:
    """Return an amount at a number of places that can be written."""
    places = finite_places(value)
    if (value * 10**places).denominator == 1:
        return value
    return Fraction(round(value * 10**places), 10**places)

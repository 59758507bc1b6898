"""Our running balance against the ones a broker prints: which agree, and the first day that does not."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from analytics.exact import at_places, cumulate, round_half_even, shrink
from domain.cash import BalanceCheck, CashFlows, Divergence, Opening, PrintedTable
from domain.columns import Decimals, take
from domain.money import decimal_places, from_units, to_units
from domain.periods import from_micros

if TYPE_CHECKING:
    from domain.columns import Bools, Ints

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Compared:
    """Printed balances in time order beside what we have at the same instants, at common places."""

    printed: PrintedTable
    broker: Ints
    ours: Ints
    agrees: Bools
    opening: int
    places: int


def check_balances(flows: CashFlows, printed: PrintedTable, opening: Decimal | None) -> BalanceCheck:
    """Compare printed balances with our movements, step by step.

    A printed balance agrees when the movements since the printed one before explain the change, to half
    of the last printed digit; movements rounded as printed (a broker books whole cents of 0.5658 shares)
    may explain it as well. The first one is explained by the opening balance; without a known opening
    it sets it.

    Args:
        flows: Movements of one account and currency, in time order.
        printed: Its printed balances; of several at one instant the last of the file counts.
        opening: Balance before the first movement, None when unknown.
    """
    digits = shrink(printed.amount).places
    source = Opening.ZERO if opening is None else Opening.ACCOUNT
    if not len(printed):
        return BalanceCheck(
            checked=0, agreeing=0, opening=opening or Decimal(0), opening_source=source, tolerance=Decimal(0)
        )
    kept = _last_of_instants(printed)
    compared = _compare(flows, kept, opening, digits)
    start = from_units(compared.opening, compared.places)
    is_anchored = opening is None and bool(start)
    agrees = compared.agrees[1:] if is_anchored else compared.agrees
    rows = np.flatnonzero(~compared.agrees)
    gaps = tuple(_divergence(compared, int(row)) for row in rows[: SHOWN + 1])
    return BalanceCheck(
        checked=len(agrees),
        agreeing=int(np.count_nonzero(agrees)),
        opening=start,
        opening_source=Opening.ANCHOR if is_anchored else source,
        tolerance=Decimal(5).scaleb(-digits - 1),
        anchored_at=from_micros(int(kept.at[0])) if is_anchored else None,
        first=gaps[0] if gaps else None,
        others=gaps[1:],
    )


def _last_of_instants(printed: PrintedTable) -> PrintedTable:
    order = np.lexsort((printed.position, printed.import_id, printed.at))
    at = printed.at[order]
    kept: PrintedTable = take(printed, order[np.append(at[1:] != at[:-1], True)])
    return kept


def _compare(flows: CashFlows, printed: PrintedTable, opening: Decimal | None, digits: int) -> _Compared:
    places = max(flows.amount.places, digits, decimal_places(opening or Decimal(0)))
    slots = np.searchsorted(flows.at, printed.at, side="right")
    exact = _sums(flows.amount, places, slots)
    booked = _sums(round_half_even(flows.amount, digits), places, slots)
    broker = at_places(printed.amount, places).astype(object)
    first = int(broker[0] - exact[0]) if opening is None else to_units(opening, places)
    if opening is None and 2 * abs(first) <= 10 ** (places - digits):
        first = 0  # the broker's first balance is what its rows make of nothing, but for rounding
    half: int = 10 ** (places - digits)
    agrees = np.zeros(len(printed), dtype=bool)
    for ours in (exact, booked):
        gap = broker - ours
        step = np.diff(gap, prepend=np.array([first], dtype=object))
        agrees |= (2 * np.abs(step) <= half).astype(bool)
    return _Compared(printed=printed, broker=broker, ours=exact, agrees=agrees, opening=first, places=places)


def _sums(amount: Decimals, places: int, slots: Ints) -> Ints:
    """Return the totals of the first rows, one for each slot, as Python integers, which nothing overflows."""
    running = cumulate(amount)
    sums: Ints = np.concatenate([np.zeros(1, dtype=running.units.dtype), running.units])[slots].astype(object)
    scaled: Ints = sums * 10 ** (places - running.places)
    return scaled


def _divergence(compared: _Compared, row: int) -> Divergence:
    before = compared.broker[row - 1] - compared.ours[row - 1] if row else compared.opening
    printed = compared.printed
    return Divergence(
        at=from_micros(int(printed.at[row])),
        broker=from_units(int(compared.broker[row]), compared.places),
        ours=from_units(int(before + compared.ours[row]), compared.places),
        line=int(printed.line[row]),
        import_id=int(printed.import_id[row]),
    )

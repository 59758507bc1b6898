"""The parent of a spin-off: its executions before it, with a share of the open cost taken off."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from analytics.ledger.corporate_actions import finite_places
from analytics.ledger.held_lots import Holding, Lot, opened_parts, row_fees, row_value
from analytics.ledger.scaling import FINE_PLACES
from analytics.ledger.tables import Entry
from domain.accounts import LotMethod
from domain.corporate_actions import CorporateAction
from domain.executions import MADE_BY_ACTION
from domain.transfers import Move

MONEY_PLACES = 12
"""Places of a moved amount that are fine enough for any currency."""
ROOM = 2**58


def made_id(action: CorporateAction | Move, source: int, part: str) -> int:
    """Return the id of an execution that an action makes of another: the same in every process."""
    digest = hashlib.blake2b(f"{action.id}:{source}:{part}".encode(), digest_size=8).digest()
    return MADE_BY_ACTION | (int.from_bytes(digest) & (MADE_BY_ACTION - 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewrite:
    """The executions of a parent before its spin-off, with a share of the open cost taken off."""

    action: CorporateAction | Move
    holding: Holding
    kinds: dict[int, int]
    method: LotMethod

    def plain(self) -> list[Entry]:
        """Return the executions as they are."""
        ids = self.holding.fills.id.tolist()
        return [self._entry(row, 0, None, key=key) for row, key in enumerate(ids)]

    def paired(self, moved: Sequence[Fraction]) -> list[Entry]:
        """Return the executions, those with an open part in their parts."""
        lots = {lot.row: (lot, amount) for lot, amount in zip(self.holding.lots, moved, strict=True)}
        entries: list[Entry] = []
        for row in range(len(self.holding.fills)):
            if row in lots:
                entries += self._parts(*lots[row])
            else:
                entries.append(self._entry(row, 0, None, key=int(self.holding.fills.id[row])))
        return entries

    def pooled(self, moved: Fraction, pooled: dict[int, Fraction]) -> list[Entry]:
        """Return the executions with the cost taken off the entries of the open trade, and note what pools keep."""
        fills = self.holding.fills
        parts = dict(opened_parts(fills))
        values = [row_value(fills, row) - row_value(fills, row, closing) for row, closing in parts.items()]
        amounts = dict(zip(parts, _divide(moved, values), strict=True))
        entries: list[Entry] = []
        for row in range(len(fills)):
            key, closing = int(fills.id[row]), parts.get(row, 0)
            if closing:
                entries.append(self._entry(row, 0, closing, key=made_id(self.action, key, "closing"), slot=0))
            taken = amounts.get(row, Fraction(0))
            entries.append(self._entry(row, closing, None, key=key, slot=1, less=taken))
            if taken:
                pooled[key] = pooled.get(key, Fraction(0)) + taken
        return entries

    def _parts(self, lot: Lot, moved: Fraction) -> list[Entry]:
        """Return one execution in parts that are each wholly closed or wholly open, in the order of closing.

        The part that opens the trade keeps the id, and with it the trade its own.
        """
        used = lot.closing + lot.closed
        if self.method is LotMethod.LIFO:
            spans = [(0, lot.closing), (used, None), (lot.closing, used)]
        else:
            spans = [(0, used), (used, None)] if lot.closed else [(0, lot.closing), (used, None)]
        entries: list[Entry] = []
        for slot, (start, end) in enumerate(spans):
            if end is not None and start == end:
                continue
            is_open, is_closing = end is None, end == lot.closing and start == 0
            keeps = not is_closing and not any(entry.id == lot.id for entry in entries)
            key = lot.id if keeps else made_id(self.action, lot.id, f"part {slot}")
            entries.append(self._entry(lot.row, start, end, key=key, slot=slot, less=moved if is_open else Fraction(0)))
        return entries

    def _entry(
        self,
        row: int,
        start: int,
        end: int | None,
        *,
        key: int,
        slot: int = 0,
        less: Fraction = Fraction(0),
    ) -> Entry:
        """Return the units [start, end) of a row as an execution."""
        fills, holding = self.holding.fills, self.holding
        upto = int(fills.quantity[row]) if end is None else end
        return Entry(
            id=key,
            side=int(fills.side[row]),
            quantity=holding.units(upto - start),
            value=holding.amount(row_value(fills, row, upto) - row_value(fills, row, start)) - less,
            cost=holding.money(row_fees(fills, row, upto) - row_fees(fills, row, start)),
            is_known=fills.known is None or bool(fills.known[row]),
            executed_at=int(fills.executed_at[row]),
            kind=self.kinds[int(fills.id[row])],
            order=4 * row + slot,
        )


def moved_shares(holding: Holding, share: Fraction) -> list[Fraction]:
    """Return a share of each lot's cost; running totals are rounded, so that nothing is lost."""
    fine = 10 ** _finer(holding)
    total, before, moved = 0, 0, []
    for lot in holding.lots:
        total += lot.value
        upto = share * total * fine // 1
        moved.append(holding.amount(1) * (upto - before) / fine)
        before = upto
    return moved


def _divide(amount: Fraction, weights: Sequence[int]) -> list[Fraction]:
    """Divide an amount in proportion, in steps of its own last place."""
    step = 10 ** finite_places(amount)
    whole, total = int(amount * step), sum(weights)
    upto, before, parts = 0, 0, []
    for weight in weights:
        upto += weight
        share = whole * upto // total if total else 0
        parts.append(Fraction(share - before, step))
        before = share
    return parts


def _finer(holding: Holding) -> int:
    """Return how many more places amounts of this holding may have without their sums leaving 64 bits."""
    fills = holding.fills
    total = sum(abs(row_value(fills, row)) for row in range(len(fills)))
    room = len(str(ROOM // max(total, 1))) - 1
    return max(0, min(FINE_PLACES, MONEY_PLACES - holding.value_places, room))

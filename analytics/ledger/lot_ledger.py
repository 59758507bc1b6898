"""The executions of an account while corporate actions and transfers in kind are applied to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.carried import Carried
from analytics.ledger.corporate_actions import Split
from analytics.ledger.fills import prepare_book
from analytics.ledger.held_lots import Holding, Lot, hold
from analytics.ledger.lot_amounts import part_with_cash, rounded, written_shares
from analytics.ledger.moved_lots import leaving_lots, moved_entries, probe_entry, without_last
from analytics.ledger.option_adjustments import adjust_option, is_option_on, is_same_contract
from analytics.ledger.spin_offs import Rewrite, made_id, moved_shares
from analytics.ledger.tables import Entry, carried_values, join_tables, make_table
from domain.accounts import LotMethod
from domain.columns import Decimals, ExecutionTable, take
from domain.corporate_actions import DERIVATIVES, ActionKind, CorporateAction
from domain.executions import ExecutionKind
from domain.instruments import Instrument
from domain.money import decimal_places, to_units
from domain.periods import to_micros
from domain.transfers import Move, MovedLot

if TYPE_CHECKING:
    from collections.abc import Callable

    from domain.columns import Bools

FIRST = -(2**62)
"""Order of executions that an action makes: before all others of their instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorganised:
    """What the actions made of a book's executions.

    Attributes:
        tables: All executions of each instrument that lots were moved of, by code.
        instruments, lanes: Instruments that only an action knows, with codes behind the others.
        splits: Splits still to be applied in matching, of any instrument.
        carried: Money that counts in place of price x quantity.
        given: Lots that left, by transfer.
        moves: Transfer and first acquisition of the executions that transfers make, by id.
    """

    tables: dict[int, ExecutionTable] = field(default_factory=dict)
    instruments: tuple[Instrument, ...] = ()
    lanes: tuple[int, ...] = ()
    sources: tuple[int, ...] = ()
    splits: tuple[Split, ...] = ()
    carried: Carried = field(default_factory=Carried)
    given: dict[int, tuple[MovedLot, ...]] = field(default_factory=dict)
    moves: dict[int, tuple[int, int]] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class LotLedger:
    """The executions of an account while actions and transfers are applied to them, in order of time."""

    executions: ExecutionTable
    instruments: list[Instrument]
    multipliers: Decimals
    method: LotMethod
    lanes: list[int]
    tables: dict[int, ExecutionTable] = field(default_factory=dict)
    sources: list[int] = field(default_factory=list)
    splits: list[Split] = field(default_factory=list)
    notional: dict[int, Fraction] = field(default_factory=dict)
    pooled: dict[int, Fraction] = field(default_factory=dict)
    released: dict[int, list[tuple[int, Fraction]]] = field(default_factory=dict)
    given: dict[int, tuple[MovedLot, ...]] = field(default_factory=dict)
    moves: dict[int, tuple[int, int]] = field(default_factory=dict)
    made: int = 0

    def result(self, known: int) -> Reorganised:
        """Return what was made of the executions; `known` instruments were there before."""
        return Reorganised(
            tables=self.tables,
            instruments=tuple(self.instruments[known:]),
            lanes=tuple(self.lanes[known:]),
            sources=tuple(self.sources),
            splits=tuple(self.splits),
            carried=Carried(
                notional=self.notional,
                pooled=self.pooled,
                released={code: tuple(sorted(items)) for code, items in self.released.items()},
            ),
            given=self.given,
            moves=self.moves,
        )

    def apply(self, action: CorporateAction | Move) -> None:
        """Apply one action to every instrument of its symbol, and to the options on it; or a transfer."""
        if isinstance(action, Move):
            self._move_lots(action)
            return
        known = tuple(self.instruments)
        for code, item in enumerate(known):
            # What an owner enters for an option itself is meant for it; a future is called like many a share.
            is_meant = item.asset_class not in DERIVATIVES or (action.id and item.option is not None)
            if item.symbol == action.symbol and is_meant:
                self._apply(action, code)
        # From the lowest strike on: each makes room for the one whose place it takes.
        on_it = [(item.option.strike, code) for code, item in enumerate(known) if item.option is not None]
        for _, code in sorted(on_it):
            if is_option_on(known[code], action.symbol):
                self._adjust(action, code)

    def _adjust(self, action: CorporateAction, code: int) -> None:
        """Let an option that is held go over to the contract it became, where its fills do not contradict that."""
        at, changed = to_micros(action.effective_at), adjust_option(self.instruments[code], action)
        rows = self.rows(code)
        if changed is None or not len(rows) or bool((rows.executed_at >= at).any()) or not self._hold(code, at).lots:
            return
        other = self._place_of(changed, code)
        if bool((self.rows(other).executed_at < at).any()):
            return
        new = Decimal(action.ratio.numerator)
        self.splits.append(Split(instrument=code, effective_at=at, new=new, old=Decimal(1)))
        self._move(code, other, rows.executed_at < at)
        # Nothing is left here: what comes in now has been split already.
        self.splits = [split for split in self.splits if split.instrument != code]

    def _apply(self, action: CorporateAction, code: int) -> None:
        at = to_micros(action.effective_at)
        if action.kind.is_split:
            if action.ratio_new and action.ratio_old:
                self.splits.append(Split(instrument=code, effective_at=at, new=action.ratio_new, old=action.ratio_old))
            if action.cash is None:
                return
        elif action.kind is ActionKind.SYMBOL_CHANGE:
            self._rename(code, at, action)
            return
        holding = self._settle(action, code, at)
        if holding.lots:
            self._steps(action.kind)(action, code, at, holding)

    def _move_lots(self, move: Move) -> None:
        """Let lots leave at their cost, or come in at it: nothing is realised."""
        at, code = to_micros(move.effective_at), self._code_of(move.instrument)
        if move.lots is None:
            self._settle(move, code, at)
            holding = self._hold(code, at, leaving=Fraction(move.quantity))
            lots = leaving_lots(holding, move.quantity, self.method, {key: day for key, (_, day) in self.moves.items()})
            self.given[move.id] = tuple(lots)
        else:
            lots = list(move.lots)
        entries = moved_entries(move, lots, at=at, order=self._next)
        if entries:
            self._add(code, entries)
            self.moves.update({entry.id: (move.id, lot.acquired_at) for entry, lot in zip(entries, lots, strict=True)})

    def _code_of(self, wanted: Instrument) -> int:
        """Return the code of an instrument in the first lane; it is added when there is none."""
        found = (code for code, item in enumerate(self.instruments) if item.key == wanted.key and not self.lanes[code])
        code = next(found, None)
        if code is None:
            self.instruments.append(wanted)
            self.lanes.append(0)
            self.sources.append(-1)
            return len(self.instruments) - 1
        return code

    def _settle(self, action: CorporateAction | Move, code: int, at: int) -> Holding:
        """Return what is held before an instant, with the executions before it in the units of that instant."""
        holding = self._hold(code, at)
        if holding.lots and any(split.instrument == code for split in self.splits):
            # A ratio without a finite decimal was rounded once: what follows counts on that very rounding.
            self._replace(code, at, self._rewrite(action, code, holding).plain())
        return holding

    def _steps(self, kind: ActionKind) -> Callable[[CorporateAction, int, int, Holding], None]:
        if kind is ActionKind.CASH_MERGER:
            return self._pay_out
        if kind is ActionKind.STOCK_MERGER:
            return self._exchange
        return self._spin_off if kind is ActionKind.SPIN_OFF else self._pay_fraction

    def rows(self, code: int) -> ExecutionTable:
        """Return the executions of an instrument as they are by now."""
        if code in self.tables:
            return self.tables[code]
        start, end = np.searchsorted(self.executions.instrument, [code, code + 1])
        found: ExecutionTable = take(self.executions, slice(int(start), int(end)))
        return found

    def _target(self, code: int, symbol: str) -> int:
        """Return the code of the instrument of another symbol, else alike; it is added when there is none."""
        return self._place_of(replace(self.instruments[code], symbol=symbol, isin="", name=""), code)

    def _place_of(self, wanted: Instrument, code: int) -> int:
        """Return the code of an instrument in the lane of another; it is added when there is none."""
        for other, item in enumerate(self.instruments):
            is_same = item.key == wanted.key or (wanted.option is not None and is_same_contract(item, wanted))
            if is_same and other != code and self.lanes[other] == self.lanes[code]:
                return other
        self.instruments.append(wanted)
        self.lanes.append(self.lanes[code])
        known = len(self.instruments) - len(self.sources) - 1
        self.sources.append(self.sources[code - known] if code >= known else code)
        return len(self.instruments) - 1

    def _size(self, code: int) -> Decimals:
        """Return the contract size of an instrument as the table of one code."""
        known = len(self.multipliers)
        source = code if code < known else self.sources[code - known]
        if source < 0:
            size = self.instruments[code].multiplier or Decimal(1)
            return Decimals(np.array([to_units(size, decimal_places(size))], dtype=np.int64), decimal_places(size))
        return Decimals(self.multipliers.units[source : source + 1], self.multipliers.places)

    def _rename(self, code: int, at: int, action: CorporateAction) -> None:
        rows = self.rows(code)
        old = rows.executed_at < at
        if not old.any():
            return
        other = self._target(code, action.new_symbol)
        if self.released.get(code) and len(self.rows(other)):
            # Two pools of which one has given cost away cannot be read as one: the open lots go over instead.
            self._exchange(action, code, at, self._settle(action, code, at))
            return
        self._move(code, other, old)

    def _move(self, code: int, other: int, old: Bools) -> None:
        """Give some executions of an instrument, with its splits, to another."""
        rows = self.rows(code)
        self.tables[other] = join_tables([self.rows(other), take(rows, old)], other)
        self.tables[code] = take(rows, ~old)
        self.splits += [replace(split, instrument=other) for split in self.splits if split.instrument == code]
        self.released.setdefault(other, []).extend(self.released.pop(code, []))

    def _hold(self, code: int, at: int, *, leaving: Fraction | None = None) -> Holding:
        """Return what is held before an instant, counted in the units of that instant.

        Args:
            code: The instrument.
            at: The instant.
            leaving: Of a transfer, the quantity that is to leave: after what was made at that very instant so far,
                and counted finely enough for it.
        """
        rows = self.rows(code)
        made = (rows.executed_at == at) & (rows.order < FIRST // 2) & (leaving is not None)
        before = take(rows, (rows.executed_at < at) | made)
        probe = [] if leaving is None or not len(before) else [probe_entry(leaving, at)]
        table = join_tables([before, make_table(probe, code)], code) if probe else before
        carried = Carried(notional=self.notional, pooled=self.pooled, released={0: tuple(self.released.get(code, ()))})
        book = prepare_book(
            replace(table, instrument=np.zeros(len(table), dtype=np.int32)),
            method=self.method,
            multipliers=self._size(code),
            splits=[replace(split, instrument=0) for split in self.splits if split.instrument == code],
            carried=carried,
        )
        if probe:
            book = replace(book, fills=without_last(book.fills))
        return hold(book, self.method, pending=self._pending(code, before))

    def _pending(self, code: int, rows: ExecutionTable) -> Fraction:
        """Return what has left the pool of an instrument since its last row."""
        last = int(rows.executed_at.max()) if len(rows) else FIRST
        return sum((amount for at, amount in self.released.get(code, ()) if at > last), Fraction(0))

    def _add(self, code: int, entries: Sequence[Entry]) -> None:
        self.notional.update(carried_values(entries))
        self.tables[code] = join_tables([self.rows(code), make_table(entries, code)], code)

    def _next(self) -> int:
        self.made += 1
        return FIRST + self.made

    def _pay_out(self, action: CorporateAction, code: int, at: int, holding: Holding) -> None:
        cash = Fraction(action.cash or 0)
        self._close(code, at, holding, quantity=holding.quantity, value=cash * holding.quantity, action=action)

    def _pay_fraction(self, action: CorporateAction, code: int, at: int, holding: Holding) -> None:
        """Close the fraction of a unit for all the cash that was paid for it."""
        part = holding.quantity - int(holding.quantity)
        if part:
            size = self._size(code)
            value = Fraction(action.cash or 0) / Fraction(int(size.units[0]), 10**size.places)
            self._close(code, at, holding, quantity=part, value=value, action=action)

    def _close(
        self, code: int, at: int, holding: Holding, *, quantity: Fraction, value: Fraction, action: CorporateAction
    ) -> None:
        kind = ExecutionKind.CASH_IN_LIEU if action.kind.is_split else ExecutionKind.MERGER
        entry = Entry(
            id=made_id(action, holding.lots[0].id, "close"),
            side=-holding.side,
            quantity=quantity,
            value=rounded(value),
            executed_at=at,
            kind=kind,
            order=self._next(),
        )
        self._add(code, [entry])

    def _exchange(self, action: CorporateAction, code: int, at: int, holding: Holding) -> None:
        """Close every lot at its cost and open the same cost under the new symbol."""
        values = [holding.amount(lot.value) for lot in holding.lots]
        carried, paid = part_with_cash(action, holding, values)
        closes = [
            Entry(
                id=made_id(action, lot.id, "close"),
                side=-lot.side,
                quantity=holding.units(lot.quantity),
                value=value,
                cost=-holding.money(lot.fees),
                is_known=lot.is_known,
                executed_at=at,
                kind=ExecutionKind.MERGER,
                order=self._next(),
            )
            for lot, value in self._as_closed(holding.lots, [one + two for one, two in zip(carried, paid, strict=True)])
        ]
        opens = self._opened(action, at, holding, carried, kind=ExecutionKind.MERGER)
        self._add(code, closes)
        self._add(self._target(code, action.new_symbol), opens)

    def _as_closed(self, lots: Sequence[Lot], values: Sequence[Fraction]) -> list[tuple[Lot, Fraction]]:
        """Return lots with their values in the order in which the method closes them."""
        pairs = list(zip(lots, values, strict=True))
        return pairs[::-1] if self.method is LotMethod.LIFO else pairs

    def _opened(
        self, action: CorporateAction, at: int, holding: Holding, values: Sequence[Fraction], *, kind: ExecutionKind
    ) -> list[Entry]:
        """Return the opening executions of the new symbol, one a lot; a merger's take the fees along."""
        quantities = written_shares([holding.units(lot.quantity) * action.ratio for lot in holding.lots])
        with_fees = kind is ExecutionKind.MERGER
        return [
            Entry(
                id=made_id(action, lot.id, "open"),
                side=lot.side,
                quantity=quantity,
                value=value,
                cost=holding.money(lot.fees) if with_fees else Fraction(0),
                is_known=lot.is_known or not with_fees,
                executed_at=at,
                kind=kind,
                order=self._next(),
            )
            for lot, quantity, value in zip(holding.lots, quantities, values, strict=True)
            if quantity
        ]

    def _spin_off(self, action: CorporateAction, code: int, at: int, holding: Holding) -> None:
        """Move a share of the open cost to new lots of the spun-off symbol."""
        moved = moved_shares(holding, Fraction(action.cost_share or 0))
        opens = self._opened(action, at, holding, moved, kind=ExecutionKind.SPIN_OFF)
        rewrite = self._rewrite(action, code, holding)
        if self.method is LotMethod.AVERAGE:
            entries = rewrite.pooled(moved[0], self.pooled)
            self.released.setdefault(code, []).append((at, moved[0]))
        else:
            entries = rewrite.paired(moved)
        self._replace(code, at, entries)
        self._add(self._target(code, action.new_symbol), opens)

    def _rewrite(self, action: CorporateAction | Move, code: int, holding: Holding) -> Rewrite:
        rows = self.rows(code)
        kinds = dict(zip(rows.id.tolist(), rows.kind.tolist(), strict=True))
        return Rewrite(action=action, holding=holding, kinds=kinds, method=self.method)

    def _replace(self, code: int, at: int, entries: Sequence[Entry]) -> None:
        """Put executions in place of those before an instant, counted in the units of that instant."""
        rows = self.rows(code)
        for entry in entries:
            self.notional.pop(entry.id, None)
        self.notional.update(carried_values(entries))
        # A row whose pool differs carries its notional in any case: that is what finds it in matching.
        self.notional.update({entry.id: entry.value for entry in entries if entry.id in self.pooled})
        self.tables[code] = join_tables([make_table(entries, code), take(rows, rows.executed_at >= at)], code)
        self.splits = [split for split in self.splits if split.instrument != code]

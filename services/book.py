"""A book: one account's executions and what matching made of them, kept in memory as columns.

A book is immutable. New fills give a new book in which only the touched instruments are matched
again; they stand in an overlay until somebody asks for the whole tables.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.charges.marks import mark_trades
from analytics.ledger.carried import Carried
from analytics.ledger.corporate_actions import Split
from analytics.ledger.joins import join_trades
from analytics.ledger.matching import match, replace_instruments, stack_instruments
from data.db.storage import INT64_MAX, rescale
from domain.accounts import Account
from domain.columns import Decimals, ExecutionTable, Matched, take
from domain.corporate_actions import CorporateAction
from domain.instruments import ONE, Instrument
from domain.money import decimal_places, to_units
from domain.transfers import Move

if TYPE_CHECKING:
    from domain.columns import Bools, Ints
    from domain.fee_plans import FeePlan

LANES = 32_768
"""More lanes than an instrument can have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One instrument matched anew: all its executions and their result."""

    executions: ExecutionTable
    matched: Matched


@dataclass(frozen=True, kw_only=True)
class Book:
    """The ledger of one account at one revision.

    Attributes:
        instruments: By code; `instrument_ids` are their database ids, `multipliers` their contract sizes.
            An instrument has a code in each of its lanes.
        base: Executions ordered by instrument code (then any order), `instrument` holding codes.
        base_matched: Result of matching `base`.
        overlay: Instruments changed since the base, by code.
        splits: Splits in force.
        max_id: Highest execution id the book has seen.
        lanes: Lane of each code, 0 unless executions were set apart; empty stands for all 0.
        joins: Trades that were merged into the one before them.
        actions: Corporate actions in force, also those of symbols that the book does not have.
        carried: Money that actions moved between executions.
        plan: How fees that no file states are estimated.
        estimated: Ids of the executions whose cost is an estimate, ascending; None when there is none.
        free: Ids of the executions of which somebody said that they cost nothing, ascending.
        moves: Transfers in kind that touch the account, those that come in with their lots.
        moved: Transfer and first acquisition of the executions that they make, by id.
        acted: Codes of which actions or transfers changed the executions.
        before: The overlay as it was without these.
    """

    account: Account
    revision: int
    instruments: tuple[Instrument, ...]
    instrument_ids: tuple[int, ...]
    multipliers: Decimals
    base: ExecutionTable
    base_matched: Matched
    splits: tuple[Split, ...] = ()
    overlay: Mapping[int, Part] = field(default_factory=dict)
    max_id: int = 0
    lanes: tuple[int, ...] = ()
    joins: frozenset[int] = frozenset()
    actions: tuple[CorporateAction, ...] = ()
    carried: Carried = field(default_factory=Carried)
    plan: FeePlan | None = None
    estimated: Ints | None = None
    free: tuple[int, ...] = ()
    moves: tuple[Move, ...] = ()
    moved: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    acted: frozenset[int] = frozenset()
    before: Mapping[int, Part] = field(default_factory=dict)

    @cached_property
    def executions(self) -> ExecutionTable:
        """Every execution of the account, ordered by instrument code."""
        if not self.overlay:
            return self.base
        kept = take(self.base, ~np.isin(self.base.instrument, list(self.overlay)))
        return order_by_instrument(join_executions([kept, *(part.executions for part in self.overlay.values())]))

    @cached_property
    def matched(self) -> Matched:
        """Trades and closed lots of the whole account."""
        if not self.overlay:
            return self.base_matched
        codes = sorted(self.overlay)
        changed = stack_instruments([self.overlay[code].matched for code in codes], instruments=len(self.instruments))
        return replace_instruments(self.base_matched, changed, np.array(codes, dtype=np.int64))

    @cached_property
    def estimated_trades(self) -> Bools | None:
        """Which rows of `matched.trades` hold estimated fees; None when none can."""
        if self.estimated is None or not len(self.estimated):
            return None
        return mark_trades(self.matched, lambda: self.executions, self.estimated)

    def is_estimated(self, execution_id: int) -> bool:
        """Whether the cost of an execution is an estimate."""
        known = self.estimated
        return known is not None and bool(is_member(known, np.array([execution_id]))[0])

    def estimates(self, ids: Sequence[int]) -> dict[int, Decimal]:
        """Return the estimated costs among some executions, by id."""
        if self.estimated is None or not len(self.estimated) or not len(ids):
            return {}
        wanted = np.array(ids, dtype=np.int64)
        wanted = wanted[is_member(self.estimated, wanted)]
        rows = np.flatnonzero(np.isin(self.executions.id, wanted)).tolist() if len(wanted) else []
        return {int(self.executions.id[row]): self.executions.cost.at(row) for row in rows}

    def group(self, code: int) -> ExecutionTable:
        """Return the executions of one instrument."""
        if code in self.overlay:
            return self.overlay[code].executions
        start, end = np.searchsorted(self.base.instrument, [code, code + 1])
        rows: ExecutionTable = take(self.base, slice(int(start), int(end)))
        return rows

    def stored_group(self, code: int) -> ExecutionTable:
        """Return the executions of one instrument as they are without corporate actions."""
        moved = {symbol for item in self.actions if not item.only_restates for symbol in item.symbols}
        if code not in self.acted and self.instruments[code].symbol not in moved:
            return self.group(code)
        return replace(self, overlay=self.before).group(code)

    def extend(self, added: ExecutionTable, account: Account, instruments: Mapping[int, Instrument]) -> Book:
        """Return the book with more executions; only their instruments are matched again.

        Args:
            added: New rows; `instrument` holds database ids.
            account: The account at its new revision.
            instruments: The owner's instruments by database id.
        """
        return self.amend(added, account, instruments)

    def amend(
        self,
        rows: ExecutionTable,
        account: Account,
        instruments: Mapping[int, Instrument],
        *,
        lanes: Ints | None = None,
        touched: Collection[int] = (),
        joins: frozenset[int] | None = None,
    ) -> Book:
        """Return the book after some executions came, changed or went; only their instruments are matched again.

        Args:
            rows: What is new or differs; `instrument` holds database ids.
            account: The account at its new revision.
            instruments: The owner's instruments by database id.
            lanes: Lane of each row; all 0 by default.
            touched: Ids of executions that may be in the book already; those not in `rows` are gone.
            joins: Merged trades from now on; `touched` names those that changed.
        """
        same = replace(self, account=account, revision=account.revision, joins=self.joins if joins is None else joins)
        if not len(rows) and not touched:
            return same
        placed = [0] * len(rows) if lanes is None else lanes.tolist()
        keys = list(zip(rows.instrument.tolist(), placed, strict=True))
        grown, codes_of = same._with_codes(sorted(set(keys)), instruments)  # noqa: SLF001 - another book of this class
        codes = np.array([codes_of[key] for key in keys], dtype=np.int32)
        left = self.codes_with(touched)
        return grown._with_parts(replace(rows, instrument=codes), left=left, touched=touched)  # noqa: SLF001 - as above

    def _with_codes(
        self, keys: Sequence[tuple[int, int]], instruments: Mapping[int, Instrument]
    ) -> tuple[Book, dict[tuple[int, int], int]]:
        """Return the book with a code for each (instrument id, lane), and the code of every one."""
        lanes = self.lanes or (0,) * len(self.instrument_ids)
        known = {key: code for code, key in enumerate(zip(self.instrument_ids, lanes, strict=True))}
        fresh = [key for key in keys if key not in known]
        if not fresh:
            return self, known
        known.update({key: len(self.instrument_ids) + position for position, key in enumerate(fresh)})
        stored = dict(zip(self.instrument_ids, self.instruments, strict=True))
        items = (*self.instruments, *(stored.get(key) or instruments[key] for key, _ in fresh))
        grown = replace(
            self,
            instruments=items,
            multipliers=exact_column([item.multiplier or ONE for item in items]),
            instrument_ids=(*self.instrument_ids, *(key for key, _ in fresh)),
            lanes=(*lanes, *(lane for _, lane in fresh)),
        )
        return grown, known

    def codes_with(self, ids: Collection[int]) -> set[int]:
        """Return the codes that hold any of these executions."""
        if not ids:
            return set()
        wanted = np.array(sorted(ids), dtype=np.int64)
        inside = set(self.base.instrument[np.isin(self.base.id, wanted)].tolist()) - set(self.overlay)
        return inside | {code for code, part in self.overlay.items() if np.isin(part.executions.id, wanted).any()}

    def _with_parts(self, added: ExecutionTable, *, left: Collection[int], touched: Collection[int]) -> Book:
        overlay, gone = dict(self.overlay), np.array(sorted(touched), dtype=np.int64)
        for code in sorted({*np.unique(added.instrument).tolist(), *left}):
            stored = self.group(code)
            kept = take(stored, ~np.isin(stored.id, gone)) if code in left else stored
            rows = join_executions([kept, take(added, added.instrument == code)])
            overlay[code] = Part(executions=rows, matched=self._match(rows))
        highest = int(added.id.max()) if len(added) else 0
        return replace(self, overlay=overlay, max_id=max(self.max_id, highest))

    def _match(self, rows: ExecutionTable) -> Matched:
        matched = match(
            rows,
            method=self.account.lot_method,
            multipliers=self.multipliers,
            splits=self.splits,
            carried=self.carried,
        )
        return join_trades(matched, self.joins)


def build_book(
    account: Account,
    rows: ExecutionTable,
    instruments: Mapping[int, Instrument],
    *,
    lanes: Ints | None = None,
    joins: frozenset[int] = frozenset(),
    may_reorder: bool = False,
) -> Book:
    """Match all executions of an account.

    Args:
        account: At the revision the rows belong to.
        rows: Every execution; `instrument` holds database ids.
        instruments: The owner's instruments by database id.
        lanes: Lane of each row; None stands for all 0.
        joins: Trades that were merged into the one before them.
        may_reorder: Whether the columns of `rows` may be put into another order where they are.
    """
    ids, lane_of, codes = _codes(rows, lanes)
    used = tuple(instruments[key] for key in ids.tolist())
    coded = order_by_instrument(replace(rows, instrument=codes.astype(np.int32)), in_place=may_reorder)
    del codes
    multipliers = exact_column([item.multiplier or ONE for item in used])
    matched = match(coded, method=account.lot_method, multipliers=multipliers)
    return Book(
        account=account,
        revision=account.revision,
        instruments=used,
        instrument_ids=tuple(ids.tolist()),
        multipliers=multipliers,
        base=coded,
        base_matched=join_trades(matched, joins),
        max_id=int(rows.id.max()) if len(rows) else 0,
        lanes=tuple(lane_of.tolist()) if lane_of.any() else (),
        joins=joins,
    )


def _codes(rows: ExecutionTable, lanes: Ints | None) -> tuple[Ints, Ints, Ints]:
    """Return the instrument id and the lane of each code, and the code of each row."""
    if lanes is None or not lanes.any():
        ids, codes = np.unique(rows.instrument, return_inverse=True)
        return ids.astype(np.int64), np.zeros(len(ids), dtype=np.int64), codes
    keys, codes = np.unique(rows.instrument.astype(np.int64) * LANES + lanes, return_inverse=True)
    return keys // LANES, keys % LANES, codes


def is_member(ids: Ints, wanted: Ints) -> Bools:
    """Return which of some ids are among others, which ascend."""
    if not len(ids):
        return np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(ids, wanted), len(ids) - 1)
    found: Bools = ids[at] == wanted
    return found


def exact_column(values: Sequence[Any]) -> Decimals:
    """Return decimals as one column."""
    places = max(map(decimal_places, values), default=0)
    units = [to_units(value, places) for value in values]
    fits = all(abs(unit) <= INT64_MAX for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places)


def order_by_instrument(rows: ExecutionTable, *, in_place: bool = False) -> ExecutionTable:
    """Return the rows ordered by instrument code, stable; `in_place` moves them inside their own columns."""
    codes = rows.instrument
    if len(codes) < 2 or bool((codes[1:] >= codes[:-1]).all()):
        return rows
    key = codes.astype(np.uint16) if int(codes.max()) < 65_536 else codes
    order = np.argsort(key, kind="stable")
    if in_place:
        return _reorder(rows, order)
    ordered: ExecutionTable = take(rows, order)
    return ordered


def _reorder(rows: ExecutionTable, order: Ints) -> ExecutionTable:
    """Return the rows in this order: one column at a time is in memory twice."""
    values: dict[str, Any] = {}
    for item in fields(ExecutionTable):
        value = getattr(rows, item.name)
        column = value.units if isinstance(value, Decimals) else value
        if column.flags.writeable:
            column[:] = column[order]
        else:
            column = column[order]
        values[item.name] = Decimals(column, value.places) if isinstance(value, Decimals) else column
    return ExecutionTable(**values)


def join_executions(parts: Sequence[ExecutionTable]) -> ExecutionTable:
    """Return the rows of several tables one after another, decimals at a common scale."""
    parts = [part for part in parts if len(part)] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    values: dict[str, Any] = {}
    for item in fields(ExecutionTable):
        columns = [getattr(part, item.name) for part in parts]
        is_decimal = isinstance(columns[0], Decimals)
        values[item.name] = _join_decimals(columns) if is_decimal else np.concatenate(columns)
    return ExecutionTable(**values)


def _join_decimals(columns: Sequence[Decimals]) -> Decimals:
    places = max(column.places for column in columns)
    return Decimals(np.concatenate([rescale(column, places) for column in columns]), places)

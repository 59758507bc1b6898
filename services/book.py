"""A book: one account's executions and what matching made of them, kept in memory as columns.

A book is immutable. New fills give a new book in which only the touched instruments are matched
again; they stand in an overlay until somebody asks for the whole tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.ledger.corporate_actions import Split
from analytics.ledger.matching import match, replace_instruments
from data.db.storage import INT64_MAX
from domain.accounts import Account
from domain.columns import Decimals, ExecutionTable, Matched, take
from domain.instruments import ONE, Instrument
from domain.money import decimal_places, to_units

if TYPE_CHECKING:
    from domain.columns import Ints


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
        base: Executions ordered by instrument code (then any order), `instrument` holding codes.
        base_matched: Result of matching `base`.
        overlay: Instruments changed since the base, by code.
        splits: Splits in force.
        max_id: Highest execution id the book has seen.
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
        matched = self.base_matched
        for code, part in self.overlay.items():
            matched = replace_instruments(matched, part.matched, np.array([code], dtype=np.int64))
        return matched

    def group(self, code: int) -> ExecutionTable:
        """Return the executions of one instrument."""
        if code in self.overlay:
            return self.overlay[code].executions
        start, end = np.searchsorted(self.base.instrument, [code, code + 1])
        rows: ExecutionTable = take(self.base, slice(int(start), int(end)))
        return rows

    def extend(self, added: ExecutionTable, account: Account, instruments: Mapping[int, Instrument]) -> Book:
        """Return the book with more executions; only their instruments are matched again.

        Args:
            added: New rows; `instrument` holds database ids.
            account: The account at its new revision.
            instruments: The owner's instruments by database id.
        """
        if not len(added):
            return replace(self, account=account, revision=account.revision)
        known = {key: code for code, key in enumerate(self.instrument_ids)}
        fresh = [key for key in np.unique(added.instrument).tolist() if key not in known]
        known.update({key: len(self.instrument_ids) + position for position, key in enumerate(fresh)})
        items = (*self.instruments, *(instruments[key] for key in fresh))
        grown = replace(
            self,
            account=account,
            revision=account.revision,
            instruments=items,
            multipliers=exact_column([item.multiplier or ONE for item in items]) if fresh else self.multipliers,
            instrument_ids=(*self.instrument_ids, *fresh),
            max_id=max(self.max_id, int(added.id.max())),
        )
        codes = np.array([known[key] for key in added.instrument.tolist()], dtype=np.int32)
        return grown._with_parts(replace(added, instrument=codes))  # noqa: SLF001 - another book of this class

    def _with_parts(self, added: ExecutionTable) -> Book:
        overlay = dict(self.overlay)
        for code in np.unique(added.instrument).tolist():
            rows = join_executions([self.group(code), take(added, added.instrument == code)])
            overlay[code] = Part(executions=rows, matched=self._match(rows))
        return replace(self, overlay=overlay)

    def _match(self, rows: ExecutionTable) -> Matched:
        return match(rows, method=self.account.lot_method, multipliers=self.multipliers, splits=self.splits)


def build_book(
    account: Account,
    rows: ExecutionTable,
    instruments: Mapping[int, Instrument],
    *,
    splits: Sequence[tuple[str, int, Any, Any]] = (),
) -> Book:
    """Match all executions of an account.

    Args:
        account: At the revision the rows belong to.
        rows: Every execution; `instrument` holds database ids.
        instruments: The owner's instruments by database id.
        splits: (symbol, effective at in microseconds, new, old) of each split.
    """
    ids, codes = np.unique(rows.instrument, return_inverse=True)
    used = tuple(instruments[key] for key in ids.tolist())
    coded = order_by_instrument(replace(rows, instrument=codes.astype(np.int32)))
    symbols = {item.symbol: code for code, item in enumerate(used)}
    split_rows = tuple(
        Split(instrument=symbols[symbol], effective_at=at, new=new, old=old)
        for symbol, at, new, old in splits
        if symbol in symbols
    )
    multipliers = exact_column([item.multiplier or ONE for item in used])
    return Book(
        account=account,
        revision=account.revision,
        instruments=used,
        instrument_ids=tuple(ids.tolist()),
        multipliers=multipliers,
        base=coded,
        base_matched=match(coded, method=account.lot_method, multipliers=multipliers, splits=split_rows),
        splits=split_rows,
        max_id=int(rows.id.max()) if len(rows) else 0,
    )


def exact_column(values: Sequence[Any]) -> Decimals:
    """Return decimals as one column."""
    places = max(map(decimal_places, values), default=0)
    units = [to_units(value, places) for value in values]
    fits = all(abs(unit) <= INT64_MAX for unit in units)
    return Decimals(np.array(units, dtype=np.int64 if fits else object), places)


def order_by_instrument(rows: ExecutionTable) -> ExecutionTable:
    """Return the rows ordered by instrument code, stable."""
    codes = rows.instrument
    if len(codes) < 2 or bool((codes[1:] >= codes[:-1]).all()):
        return rows
    key = codes.astype(np.uint16) if int(codes.max()) < 65_536 else codes
    ordered: ExecutionTable = take(rows, np.argsort(key, kind="stable"))
    return ordered


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
    return Decimals(np.concatenate([_rescale(column, places) for column in columns]), places)


def _rescale(column: Decimals, places: int) -> Ints:
    factor = 10 ** (places - column.places)
    if factor == 1 or not len(column):
        return column.units
    largest = max(abs(int(column.units.max())), abs(int(column.units.min())))
    if column.units.dtype == object or largest > INT64_MAX // factor:
        wide: Ints = column.units.astype(object) * factor
        return wide
    scaled: Ints = column.units * factor
    return scaled

"""Books with estimated charges: the estimates of a fee plan laid over fills that state no fees.

A book holds the estimates as costs of its executions and knows which they are; the stored rows and
the snapshots on disk stay as the files had them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from analytics.charges import estimate_charges, with_charges
from data.db import fee_plans as table
from data.db.engine import Session
from data.db.storage import rescale
from data.fees import segments
from domain.accounts import AccountId
from domain.columns import Decimals, ExecutionTable, take
from domain.fee_plan_text import parse_fee_plan
from domain.fee_plans import FeePlan
from domain.instruments import Instrument
from services.book import Book, is_member, join_executions

if TYPE_CHECKING:
    from domain.columns import Bools, Codes, Ints


def read_plan(session: Session, account_id: AccountId) -> FeePlan | None:
    """Return an account's plan, None without one."""
    text = table.find_plan(session, account_id)
    return None if text is None else parse_fee_plan(text)


def charge_rows(
    rows: ExecutionTable,
    instruments: Mapping[int, Instrument],
    plan: FeePlan | None,
    timezone: str,
    *,
    free: Sequence[int] = (),
) -> tuple[ExecutionTable, Ints | None]:
    """Return executions with estimated costs, and the ids of those that have one; None without a plan.

    Args:
        rows: As stored; `instrument` holds database ids.
        instruments: By database id.
        plan: The account's plan.
        timezone: IANA zone of the account.
        free: Ids of those that cost nothing, as somebody said.
    """
    if plan is None:
        return rows, None
    ids, codes = np.unique(rows.instrument, return_inverse=True)
    coded = replace(rows, instrument=codes.astype(np.int32))
    coded = without_free(coded, free)
    charges = estimate_charges(coded, [instruments[key] for key in ids.tolist()], plan, timezone, segments=segments())
    if not charges.is_estimated.any():
        return rows, rows.id[:0]
    return with_charges(rows, charges), np.sort(rows.id[charges.is_estimated])


def without_free(rows: ExecutionTable, free: Sequence[int]) -> ExecutionTable:
    """Return executions of which none that is free looks as if it lacked its fee; to estimate by, not to keep."""
    if not free:
        return rows
    is_free = is_member(np.array(free, dtype=np.int64), rows.id)
    return replace(rows, cost_known=rows.cost_known & ~is_free)


def recharge_book(before: Book, after: Book, fresh: Collection[int]) -> Book:
    """Return a book whose changed instruments are estimated anew.

    Args:
        before: The book as it was, with its estimates.
        after: The book with executions that came, changed or went; those are as stored.
        fresh: Ids of the executions that came or changed.
    """
    plan = before.plan
    if plan is None:
        return after
    codes = _codes_to_charge(before, after, plan)
    if not codes:
        return after
    rows = join_executions([after.group(code) for code in codes])
    known = before.estimated if before.estimated is not None else rows.id[:0]
    is_fresh = is_member(np.array(sorted(fresh), dtype=np.int64), rows.id)
    is_known = is_member(known, rows.id)
    cost = _without(rows.cost, is_known & ~is_fresh)
    plain = replace(rows, cost=cost, instrument=_instrument_ids(after, rows))
    instruments = dict(zip(after.instrument_ids, after.instruments, strict=True))
    charged, ids = charge_rows(plain, instruments, plan, after.account.timezone, free=after.free)
    differs = _differs(charged.cost, rows.cost)
    lanes = np.array(after.lanes or (0,) * len(after.instruments), dtype=np.int64)[rows.instrument][differs]
    estimated = _replaced(known, rows.id[is_known], ids if ids is not None else known[:0])
    changed: ExecutionTable = take(charged, differs)
    if len(changed):
        after = after.amend(changed, after.account, {}, lanes=lanes, touched=changed.id.tolist())
    return replace(after, estimated=estimated)


def plain_rows(book: Book) -> ExecutionTable:
    """Return a book's executions as stored, before any corporate action, `instrument` holding database ids."""
    codes = range(len(book.instruments))
    rows = (
        join_executions([book.stored_group(code) for code in codes]) if book.actions or book.moves else book.executions
    )
    known = book.estimated if book.estimated is not None else rows.id[:0]
    return replace(rows, cost=_without(rows.cost, is_member(known, rows.id)), instrument=_instrument_ids(book, rows))


def _codes_to_charge(before: Book, after: Book, plan: FeePlan) -> list[int]:
    """Return the codes whose executions changed with every other lane of their instruments; all by month."""
    changed = {code for code, part in after.overlay.items() if before.overlay.get(code) is not part}
    if not changed or plan.is_monthly:
        return sorted(range(len(after.instruments))) if changed else []
    ids = {after.instrument_ids[code] for code in changed}
    return [code for code, key in enumerate(after.instrument_ids) if key in ids]


def _instrument_ids(book: Book, rows: ExecutionTable) -> Codes:
    ids: Codes = np.array(book.instrument_ids, dtype=np.int32)[rows.instrument] if len(rows) else rows.instrument
    return ids


def _without(cost: Decimals, rows: Bools) -> Decimals:
    """Return the costs with those of some rows 0."""
    units = cost.units.copy()
    units[rows] = 0
    return Decimals(units, cost.places)


def _replaced(known: Ints, out: Ints, into: Ints) -> Ints:
    """Return ascending ids with some taken out and others put in; a few changes of a million ids cost little."""
    left, fresh = np.sort(out[~is_member(into, out)]), into[~is_member(known, into)]
    kept = np.delete(known, np.searchsorted(known, left))
    merged: Ints = np.insert(kept, np.searchsorted(kept, fresh), fresh)
    return merged


def _differs(one: Decimals, other: Decimals) -> Bools:
    places = max(one.places, other.places)
    differs: Bools = np.asarray(rescale(one, places) != rescale(other, places), dtype=np.bool_)
    return differs

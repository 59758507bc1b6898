"""Books after corporate actions and transfers: derived from the executions each time, undone by forgetting them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np

from analytics.ledger.carried import Carried
from analytics.ledger.joins import join_trades
from analytics.ledger.matching import match
from analytics.ledger.reorganisations import reorganise
from data.db import corporate_actions as table
from data.db import imports as import_table
from data.db.engine import Session
from domain.accounts import Account, AccountId, UserId
from domain.columns import Decimals, ExecutionTable
from domain.corporate_actions import ActionKind, CorporateAction
from domain.instruments import ONE, Instrument
from domain.statements import OtherKind
from domain.transfers import Move
from services.book import Book, Part, exact_column

SAME_EVENT = timedelta(days=5)
"""Files date one event a few days apart: its announcement, its effective day, its booking."""


def read_actions(session: Session, owner: UserId, account_id: AccountId) -> tuple[CorporateAction, ...]:
    """Return every action in force in an account: those its owner entered and the splits its files state.

    A split that two files tell, or that its owner entered as well, counts once; the owner's counts.
    """
    entered = table.list_actions(session, owner, account_id=account_id)
    events = import_table.list_events(session, [account_id], kinds=[OtherKind.SPLIT.value])
    kept: list[CorporateAction] = []
    for event in events:
        action = file_split(event)
        if action is not None and not any(_is_same(action, other) for other in (*entered, *kept)):
            kept.append(action)
    return (*entered, *kept)


def file_split(event: Mapping[str, Any]) -> CorporateAction | None:
    """Return the split that an event of a file states; None when it states no ratio or no day."""
    new, old = event["ratio_new"], event["ratio_old"]
    if not new or not old or not event["occurred_at"]:
        return None
    return CorporateAction(
        kind=ActionKind.SPLIT if new >= old else ActionKind.REVERSE_SPLIT,
        symbol=event["symbol"],
        effective_at=event["occurred_at"],
        ratio_new=new,
        ratio_old=old,
        account_id=event["account_id"],
    )


def _is_same(told: CorporateAction, known: CorporateAction) -> bool:
    """Whether the split a file tells is one that is known; what an owner entered need not agree in the ratio."""
    if not known.kind.is_split or known.symbol != told.symbol:
        return False
    is_near = abs(known.effective_at - told.effective_at) <= SAME_EVENT
    return is_near and (bool(known.id) or known.ratio == told.ratio)


def act_on_book(book: Book, actions: Sequence[CorporateAction], moves: Sequence[Move] = ()) -> Book:
    """Return a book, just built, after corporate actions and transfers in kind.

    Only the instruments that these touch are matched again; those that a merger, a spin-off, a change of symbol or
    a transfer leads to get a code and, without executions of their own, a negative id.
    """
    if not actions and not moves:
        return book
    made = reorganise(
        book.executions,
        [*actions, *moves],
        instruments=book.instruments,
        multipliers=book.multipliers,
        method=book.account.lot_method,
        lanes=book.lanes,
    )
    instruments = (*book.instruments, *made.instruments)
    sizes = book.multipliers if not made.instruments else exact_column([item.multiplier or ONE for item in instruments])
    acted = replace(
        book,
        actions=tuple(actions),
        moves=tuple(moves),
        moved=made.moves,
        acted=frozenset(made.tables),
        before=book.overlay,
        instruments=instruments,
        instrument_ids=(*book.instrument_ids, *(-1 - place for place in range(len(made.instruments)))),
        multipliers=sizes,
        lanes=(*book.lanes, *made.lanes) if book.lanes else (),
        splits=made.splits,
        carried=made.carried,
    )
    codes = sorted({*made.tables, *(split.instrument for split in made.splits)})
    parts = {code: _part(acted, made.tables.get(code), code) for code in codes}
    return replace(acted, overlay={**book.overlay, **parts})


def act_anew(book: Book, account: Account, actions: Sequence[CorporateAction], moves: Sequence[Move]) -> Book | None:
    """Return a book whose executions are the same after other transfers; None when it must be built anew.

    Only the instruments that transfers or actions touched before, or touch now, are matched.
    """
    known = sum(key > 0 for key in book.instrument_ids)
    if any(key > 0 for key in book.instrument_ids[known:]) or book.plan is not None:
        return None
    own = {code: part for code, part in book.overlay.items() if code not in book.acted and code < known}
    own |= {code: part for code, part in book.before.items() if code in book.acted}
    plain = replace(
        book,
        account=account,
        revision=account.revision,
        actions=(),
        moves=(),
        moved={},
        acted=frozenset(),
        instruments=book.instruments[:known],
        instrument_ids=book.instrument_ids[:known],
        multipliers=Decimals(book.multipliers.units[:known], book.multipliers.places),
        lanes=book.lanes[:known],
        splits=(),
        carried=Carried(),
        overlay=own,
        before={},
    )
    return act_on_book(plain, actions, moves)


def _part(book: Book, rows: ExecutionTable | None, code: int) -> Part:
    rows = book.group(code) if rows is None else rows
    matched = match(
        rows,
        method=book.account.lot_method,
        multipliers=book.multipliers,
        splits=book.splits,
        carried=book.carried,
    )
    return Part(executions=rows, matched=join_trades(matched, book.joins))


def can_follow(book: Book, added: ExecutionTable, instruments: Mapping[int, Instrument]) -> bool:
    """Whether more executions can be matched with their instruments alone, as far as actions are concerned.

    Not when one belongs to an instrument whose lots an action moves: the action is to be applied anew. A
    split alone restates by time, so more executions of a known instrument do not disturb it.

    Args:
        book: The book so far.
        added: New rows; `instrument` holds database ids.
        instruments: By database id; those of the book need not be there.
    """
    if not book.actions and not book.moves:
        return True
    if book.plan is not None:
        return False
    moving = {symbol for item in book.actions if not item.only_restates for symbol in item.symbols}
    moving |= {item.instrument.symbol for item in book.moves}
    split = {item.symbol for item in book.actions if item.only_restates}
    known = dict(zip(book.instrument_ids, book.instruments, strict=True))
    for key in np.unique(added.instrument).tolist():
        item = known.get(key) or instruments[key]
        if item.symbol in moving or (item.symbol in split and key not in known):
            return False
        if item.option is not None and item.option.underlying in moving | split:
            return False
    return True

"""Merging trades and telling them apart again: which executions need which marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from analytics.ledger.positions import trade_executions
from data.db.engine import Session
from data.db.execution_edits import read_lanes
from domain.accounts import AccountId
from domain.errors import InvalidInputError, NotFoundError
from domain.executions import MADE_BY_ACTION
from services.book import LANES, Book
from services.fill_rows import Row


def check_rest(book: Book, rows: Sequence[Row]) -> None:
    """Refuse to set all fills of an instrument apart: nothing would be left beside them.

    Raises:
        InvalidInputError: If these are all of a lane.
    """
    lanes = book.lanes or (0,) * len(book.instrument_ids)
    for code, place in enumerate(zip(book.instrument_ids, lanes, strict=True)):
        chosen = [row for row in rows if (row["instrument_id"], row["lane"]) == place]
        if chosen and len(chosen) == len(book.group(code)):
            message = "These are all fills of the instrument; there is nothing to set them apart from."
            raise InvalidInputError(message, hint="Leave at least one fill out.")


def free_lane(session: Session, account_id: AccountId) -> int:
    """Return a lane that no execution of the account is in.

    Raises:
        InvalidInputError: If there is none left.
    """
    lane = 1 + max(read_lanes(session, account_id).values(), default=0)
    if lane >= LANES:
        raise InvalidInputError("Too much was set apart in this account.", hint="Merge some of it again first.")
    return lane


def join_states(book: Book, trade_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what changes of which executions so that these trades become one.

    Trades of different lanes come back to the common one, where matching decides what they become.
    Consecutive trades of one lane are marked, all but the first.

    Raises:
        InvalidInputError: If they are fewer than two, of several instruments, or not consecutive.
    """
    if len(set(trade_ids)) < 2:
        raise InvalidInputError("One trade alone cannot be merged.", hint="Select at least two.")
    codes = [code_of(book, key) for key in trade_ids]
    if len({book.instrument_ids[code] for code in codes}) > 1:
        raise InvalidInputError("These trades are in different instruments.", hint="Select trades of one instrument.")
    if len(set(codes)) > 1:
        lanes = book.lanes or (0,) * len(book.instrument_ids)
        apart = [key for key, code in zip(trade_ids, codes, strict=True) if lanes[code]]
        return {key: {"lane": 0} for trade in apart for key in fill_ids(book, trade)}
    trades = book.matched.trades
    mine = np.flatnonzero(trades.instrument == codes[0])
    rows = mine[np.isin(trades.id[mine], list(trade_ids))]
    if len(rows) < len(set(trade_ids)) or int(rows[-1] - rows[0]) != len(rows) - 1:
        message = "Other trades of the instrument lie between these."
        raise InvalidInputError(message, hint="Only trades that follow each other can be merged: select those as well.")
    if trades.is_open[rows[-1]] and trades.side[rows[-1]] != trades.side[rows[0]]:
        message = "An open trade cannot be merged into one of the other direction."
        raise InvalidInputError(message, hint="Wait until it is closed.")
    return {int(key): {"joined": True} for key in trades.id[rows[1:]].tolist()}


def separate_states(book: Book, trade_id: int) -> list[int]:
    """Return the executions whose marks made this trade out of several.

    Raises:
        InvalidInputError: If there are none.
    """
    marked = [key for key in fill_ids(book, trade_id) if key in book.joins]
    if not marked:
        raise InvalidInputError("This trade is not a merged one.", hint="Split it by setting fills apart.")
    return marked


def code_of(book: Book, execution_id: int) -> int:
    """Return the code an execution is matched under; NotFoundError when the book does not have it."""
    found = book.codes_with([execution_id])
    if not found:
        raise NotFoundError("No such trade.")
    return found.pop()


def fill_ids(book: Book, trade_id: int) -> list[int]:
    """Return the executions of a trade, in order; NotFoundError when there is no such trade."""
    rows = np.flatnonzero(book.matched.trades.id == trade_id)
    if not len(rows):
        raise NotFoundError("No such trade.")
    lines = trade_executions(
        book.matched,
        book.group(code_of(book, trade_id)),
        int(rows[0]),
        method=book.account.lot_method,
        multipliers=book.multipliers,
        splits=book.splits,
        carried=book.carried,
    )
    # What a corporate action made is stored nowhere and cannot be set apart.
    return list(dict.fromkeys(int(line.id) for line in lines if line.id < MADE_BY_ACTION))

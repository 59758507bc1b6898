"""Every trade of some accounts as frames, before any filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.frames import exit_frame, trade_frame, with_multipliers
from analytics.ledger.moved_lots import is_moved_away
from domain.columns import ExitFrame, Matched, TradeFrame, take
from domain.journal import TradeJournal
from services.book import Book

if TYPE_CHECKING:
    from domain.columns import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeBook:
    """Every trade of some accounts in one currency, whatever the filter.

    Attributes:
        frame, exits: With the journal's columns.
        exit_rows: Row of the frame of each exit's trade.
        journal: Entries by (account, trade).
    """

    frame: TradeFrame
    exits: ExitFrame
    exit_rows: Ints
    journal: dict[tuple[int, int], TradeJournal]

    @property
    def parts(self) -> tuple[Any, ...]:
        """The columns it holds."""
        return self.frame, self.exits, self.exit_rows


def book_frames(book: Book, currency: str) -> tuple[TradeFrame, ExitFrame]:
    """Return the trades and exits of one account in one currency."""
    matched, account = _as_one_life(book), book.account
    mine = np.array([item.currency == currency for item in book.instruments], dtype=bool)
    frame = trade_frame(
        matched,
        account=int(account.id),
        symbols=[item.symbol for item in book.instruments],
        asset_classes=[item.asset_class.value for item in book.instruments],
        timezone=account.timezone,
        currency=currency,
    )
    frame = with_multipliers(frame, book.multipliers)
    if book.moved:
        away = is_moved_away(matched, np.array(list(book.moved), dtype=np.int64))
        frame = take(frame, ~away[frame.row])
        matched = replace(matched, closes=take(matched.closes, ~away[matched.closes.trade]))
    if not mine.all():
        frame = take(frame, mine[frame.instrument])
        matched = replace(matched, closes=take(matched.closes, mine[matched.closes.instrument]))
    return frame, exit_frame(matched, account=int(account.id), timezone=account.timezone, currency=currency)


def _as_one_life(book: Book) -> Matched:
    """Return what was matched with trades that a transfer opened dated from their first acquisition."""
    matched = book.matched
    if not book.moved:
        return matched
    rows = np.flatnonzero(np.isin(matched.trades.id, list(book.moved)))
    opened_at = matched.trades.opened_at.copy()
    opened_at[rows] = [book.moved[key][1] for key in matched.trades.id[rows].tolist()]
    return replace(matched, trades=replace(matched.trades, opened_at=opened_at))


def rows_of_exits(exits: ExitFrame, frame: TradeFrame) -> Ints:
    """Return the row of the frame of each exit's trade."""
    order = np.argsort(frame.id, kind="stable")
    rows: Ints = order[np.searchsorted(frame.id, exits.trade_id, sorter=order)]
    return rows


def empty_frame(currency: str) -> TradeFrame:
    """Return a frame without trades."""
    columns: dict[str, Any] = {
        item.name: np.zeros(0, dtype=_DTYPES.get(item.name, np.float64))
        for item in fields(TradeFrame)
        if item.name not in ("symbols", "asset_classes", "currency", "tags", "setups")
    }
    return TradeFrame(**columns, currency=currency)


_DTYPES: dict[str, Any] = {
    **dict.fromkeys(("id", "account", "row", "opened_at", "closed_at", "tag_mask"), np.int64),
    **dict.fromkeys(("instrument", "entry_day", "exit_day", "entry_minute", "setup"), np.int32),
    "side": np.int8,
    "is_open": np.bool_,
}


def empty_exits(currency: str) -> ExitFrame:
    """Return a frame without exits."""
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    day = np.zeros(0, dtype=np.int32)
    return ExitFrame(
        trade_id=whole, account=whole, closed_at=whole, day=day, net=real, gross=real, fees=real, currency=currency
    )


def accounts_in(books: Sequence[Book], currency: str) -> tuple[int, ...]:
    """Return the accounts with trades in a currency, all of them where none has."""
    found = []
    for book in books:
        used = np.flatnonzero(np.bincount(book.matched.trades.instrument, minlength=len(book.instruments)))
        if any(book.instruments[code].currency == currency for code in used.tolist()):
            found.append(int(book.account.id))
    return tuple(found) or tuple(int(book.account.id) for book in books)

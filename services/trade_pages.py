"""Trades a page at a time in a lasting order: closed ones by closing time, then open ones by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from domain.accounts import UserId
from domain.filters import LedgerFilter
from domain.ledger import Trade
from services.trade_rows import trade_of
from services.trade_sets import TradeSet, TradeSets


class TradeMark(NamedTuple):
    """Sorting key of a trade: whether it is open (0 or 1), its closing time (0 when open), its id."""

    is_open: int
    closed_at: int
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeSlice:
    """Some trades in order; `next_after` is the mark to go on after, None at the end."""

    rows: tuple[Trade, ...]
    next_after: TradeMark | None


def read_trade_page(
    sets: TradeSets, owner: UserId, chosen: LedgerFilter, *, after: TradeMark | None, limit: int
) -> TradeSlice:
    """Return up to `limit` trades of a filter after a mark.

    Without a currency in the filter the trades of every currency are listed: each row names its own,
    and nothing is added up here.
    """
    found = sets.load(owner, chosen)
    parts = [found]
    if not chosen.currency:
        parts += [sets.load(owner, chosen.with_(currency=name)) for name in sorted(found.left_out)]
    places = [(mark, part, row) for part in parts for mark, row in _places_after(part, after, limit + 1)]
    places.sort(key=lambda place: place[0])
    page = places[:limit]
    return TradeSlice(
        rows=tuple(trade_of(part, row) for _, part, row in page),
        next_after=page[-1][0] if len(places) > limit else None,
    )


def _places_after(part: TradeSet, after: TradeMark | None, count: int) -> list[tuple[TradeMark, int]]:
    """Return marks and frame rows of the first `count` trades after a mark; closed rows are in order already."""
    frame, rows = part.frame, part.rows
    is_open = frame.is_open[rows]
    closed, still_open = rows[~is_open], rows[is_open]
    if after is not None and after.is_open:
        closed, still_open = closed[:0], still_open[frame.id[still_open] > after.id]
    elif after is not None:
        at, ids = frame.closed_at[closed], frame.id[closed]
        closed = closed[(at > after.closed_at) | ((at == after.closed_at) & (ids > after.id))]
    ordered = np.concatenate([closed[:count], still_open[np.argsort(frame.id[still_open])]])[:count]
    return [(_mark(part, row), row) for row in ordered.tolist()]


def _mark(part: TradeSet, row: int) -> TradeMark:
    frame = part.frame
    trade_id = int(frame.id[row])
    return TradeMark(1, 0, trade_id) if frame.is_open[row] else TradeMark(0, int(frame.closed_at[row]), trade_id)

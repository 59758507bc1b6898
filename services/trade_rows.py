"""Trades as exact objects: one page's worth of rows, taken from the books."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from analytics.ledger.positions import divide, open_position_at, open_positions
from domain.executions import ExecutionId, Side
from domain.instruments import ONE
from domain.journal import TradeJournal
from domain.ledger import Position, Trade
from domain.money import from_units
from domain.periods import from_micros
from services.book import Book
from services.trade_sets import TradeSet

if TYPE_CHECKING:
    from domain.columns import Ints

SORT_COLUMNS = {
    "closed_at": "closed_at",
    "opened_at": "opened_at",
    "symbol": "instrument",
    "side": "side",
    "setup": "setup",
    "quantity": "quantity",
    "entry_price": "entry_price",
    "exit_price": "exit_price",
    "held": "held_seconds",
    "fees": "fees",
    "gross": "gross",
    "net": "net",
}


def trade_of(chosen: TradeSet, row: int) -> Trade:
    """Return the trade at a row of the set's frame, exact."""
    frame = chosen.frame
    book = chosen.books[int(frame.account[row])]
    entry = chosen.journal.get((int(frame.account[row]), int(frame.id[row])))
    risk = float(frame.risk[row])
    return make_trade(book, int(frame.row[row]), entry, risk=None if np.isnan(risk) else Decimal(repr(risk)))


def make_trade(book: Book, row: int, entry: TradeJournal | None, *, risk: Decimal | None = None) -> Trade:
    """Return the trade at a row of a book's trade table, exact.

    Args:
        book: The account's book.
        row: Row of `book.matched.trades`.
        entry: Its journal.
        risk: Its initial risk in money.
    """
    trades = book.matched.trades
    code = int(trades.instrument[row])
    quantity_places = int(book.matched.quantity_places[code])
    value_places = quantity_places + int(book.matched.price_places[code])
    money_places = int(book.matched.money_places[code])

    def quantity(units: int) -> Decimal:
        return from_units(int(units), quantity_places)

    entered, left = quantity(trades.entry_quantity[row]), quantity(trades.exit_quantity[row])
    return Trade(
        id=ExecutionId(int(trades.id[row])),
        account_id=book.account.id,
        account_name=book.account.name,
        instrument=book.instruments[code],
        side=Side(int(trades.side[row])),
        is_open=bool(trades.is_open[row]),
        opened_at=from_micros(book.moved.get(int(trades.id[row]), (0, int(trades.opened_at[row])))[1]),
        closed_at=None if trades.is_open[row] else from_micros(int(trades.closed_at[row])),
        quantity=quantity(trades.quantity[row]),
        open_quantity=entered - left,
        entry_price=divide(from_units(int(trades.entry_value[row]), value_places), entered),
        exit_price=divide(from_units(int(trades.exit_value[row]), value_places), left) if left else None,
        gross=from_units(int(trades.gross[row]), money_places),
        fees=from_units(int(trades.fees[row]), money_places),
        executions=int(trades.executions[row]),
        risk=risk,
        setup=entry.setup if entry else "",
        tags=entry.tags if entry else (),
        has_note=bool(entry and entry.note.strip()),
        fees_known=bool(trades.fees_known[row]),
        fees_estimated=book.estimated_trades is not None and bool(book.estimated_trades[row]),
    )


def sort_rows(chosen: TradeSet, rows: Ints, sort: Sequence[tuple[str, bool]]) -> Ints:
    """Return rows of the frame in the wanted order.

    Args:
        chosen: The trade set.
        rows: Rows to order.
        sort: (column of `SORT_COLUMNS`, or "r"; descending?) from the most to the least important;
            newest first without any.
    """
    frame = chosen.frame
    for name, descending in reversed(list(sort) or [("closed_at", True)]):
        keys = _sort_key(chosen, name)[rows]
        missing = np.isnan(keys) if keys.dtype.kind == "f" else np.zeros(len(keys), dtype=bool)
        ranked = np.where(missing, -np.inf if descending else np.inf, keys) if missing.any() else keys
        order = np.argsort(-ranked if descending else ranked, kind="stable")
        rows = rows[order]
    assert len(frame) >= len(rows)
    return rows


def _sort_key(chosen: TradeSet, name: str) -> Ints:
    frame = chosen.frame
    if name == "r":
        return frame.net / frame.risk  # type: ignore[return-value]
    if name == "symbol":
        order = np.argsort(np.argsort(np.array(frame.symbols, dtype=str)))
        ranked: Ints = order[frame.instrument]
        return ranked
    column = getattr(frame, SORT_COLUMNS.get(name, "closed_at"))
    return column.astype(np.int64) if column.dtype.kind in "ib" else column  # type: ignore[no-any-return]


def positions_of(book: Book, journal: dict[tuple[int, int], TradeJournal]) -> list[Position]:
    """Return what one account holds, exact."""
    found = open_positions(book.matched)
    positions = []
    for row in range(len(found)):
        instrument = book.instruments[int(found.instrument[row])]
        exact = open_position_at(book.matched, found, row, multiplier=instrument.multiplier or ONE)
        trade_id = int(book.matched.trades.id[found.trade[row]])
        entry = journal.get((int(book.account.id), trade_id))
        stop = entry.planned_stop if entry else None
        multiplier = instrument.multiplier or ONE
        positions.append(
            Position(
                account_id=book.account.id,
                account_name=book.account.name,
                instrument=instrument,
                trade_id=ExecutionId(trade_id),
                quantity=exact.quantity,
                average_price=exact.average_price,
                cost=exact.cost,
                fees=exact.fees,
                opened_at=from_micros(int(found.opened_at[row])),
                planned_stop=stop,
                risk=None if stop is None else abs(exact.average_price - stop) * abs(exact.quantity) * multiplier,
            )
        )
    return add_lanes(positions) if book.lanes else positions


def add_lanes(positions: Sequence[Position]) -> list[Position]:
    """Return positions of one account with those of one instrument and direction added up.

    Long and short parts that were set apart stay two: their sum would hide what is held.
    """
    groups: dict[tuple[object, bool], Position] = {}
    for item in positions:
        key = (item.instrument, item.quantity > 0)
        groups[key] = _added(groups[key], item) if key in groups else item
    return list(groups.values())


def _added(one: Position, other: Position) -> Position:
    first = min(one, other, key=lambda item: item.opened_at)
    quantity, cost = one.quantity + other.quantity, one.cost + other.cost
    return replace(
        first,
        quantity=quantity,
        cost=cost,
        average_price=divide(cost, quantity * (first.instrument.multiplier or ONE)),
        fees=one.fees + other.fees,
        risk=None if one.risk is None or other.risk is None else one.risk + other.risk,
    )

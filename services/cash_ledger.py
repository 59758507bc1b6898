"""The cash of one account: its movements by currency, and how its printed balances compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import numpy as np

from analytics.balances import check_balances
from analytics.cash import join_flows, paid_in_full, plain_flows, realised_by_execution, trade_flows
from analytics.exact import at_places, from_decimals, shrink
from data.db import cash as table
from data.db.engine import Session
from data.db.transfers import entered_events
from domain.cash import BalanceCheck, CashFlows, CashKind, PrintedTable
from domain.columns import Decimals, ExecutionTable, take
from domain.executions import ExecutionKind
from domain.instruments import AssetClass
from domain.statements import OtherKind
from services.book import Book
from services.cash_events import Movement, base_coin, is_on_margin, read_movements
from services.foreign_fees import ForeignFees

EMPTY = PrintedTable(
    at=np.zeros(0, dtype=np.int64),
    amount=Decimals(np.zeros(0, dtype=np.int64), 0),
    line=np.zeros(0, dtype=np.int64),
    position=np.zeros(0, dtype=np.int64),
    import_id=np.zeros(0, dtype=np.int64),
)
Parts = dict[str, list[CashFlows]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCash:
    """Movements and checks of an account by currency; `dividends` has the symbol of each dividend's event."""

    flows: dict[str, CashFlows]
    checks: dict[str, BalanceCheck]
    dividends: dict[int, str]


def read_cash(session: Session, book: Book, fees: ForeignFees) -> AccountCash:
    """Return everything that moved the cash of an account.

    Args:
        session: A reading transaction.
        book: The account's book, whose fills move cash as `analytics.cash` says.
        fees: What is known of fees in other currencies.
    """
    account = book.account
    entered = entered_events(session, account.id) if book.moves else set()
    rows = [row for row in table.read_movements(session, account.id) if row.id not in entered]
    booked = _booked(book, rows)
    parts: Parts = defaultdict(list)
    if len(book.executions):
        settled = table.read_settlements(session, account.id)
        _add_trades(parts, book, fees=fees.read(session, book), settled=settled, booked=booked)
    _add_events(parts, read_movements(rows, booked))
    flows = {currency: join_flows(found) for currency, found in sorted(parts.items())}
    flows = {currency: found for currency, found in flows.items() if len(found)}
    printed = table.read_balances(session, account.id)
    checks = {}
    for currency in flows.keys() | printed.keys():
        own = account.starting_balance if currency == account.currency else ""
        start = Decimal(own) if own else None
        checks[currency] = check_balances(flows.get(currency, no_flows()), printed.get(currency, EMPTY), start)
    dividends = {int(row.id): row.symbol for row in rows if row.kind == OtherKind.DIVIDEND.value}
    return AccountCash(flows=flows, checks=checks, dividends=dividends)


def no_flows() -> CashFlows:
    """Return a table without movements."""
    return join_flows([plain_flows(EMPTY.at, EMPTY.at, EMPTY.amount, EMPTY.at)])


def _booked(book: Book, rows: Iterable[Any]) -> frozenset[tuple[str, str]]:
    """Return (symbol, currency) of round trips on margin whose result the file prints in another currency."""
    priced = {item.symbol: item.currency for item in book.instruments if is_on_margin(item)}
    trips = {(row.symbol, row.currency) for row in rows if row.kind == OtherKind.ROUND_TRIP.value}
    return frozenset(
        (symbol, currency) for symbol, currency in trips if priced.get(symbol, currency) not in ("", currency)
    )


def _add_trades(
    parts: Parts,
    book: Book,
    *,
    fees: Sequence[tuple[int, Decimal, str]],
    settled: Sequence[tuple[int, Decimal, str]],
    booked: frozenset[tuple[str, str]],
) -> None:
    stored = book.executions
    margin = np.array([is_on_margin(item) for item in book.instruments], dtype=bool)
    result_elsewhere = {symbol for symbol, _ in booked}
    told = np.array([item.symbol in result_elsewhere for item in book.instruments], dtype=bool)
    moved = stored.kind == ExecutionKind.TRANSFER
    silent = np.isin(stored.id, [key for key, _, _ in settled]) | (told & margin)[stored.instrument] | moved
    cost = _without(stored.cost, np.isin(stored.id, [key for key, _, _ in fees]) | moved)
    gross = _gross(book, stored, margin, silent)
    currencies = [item.currency for item in book.instruments]
    for currency in sorted(set(currencies)):
        mine = np.array([name == currency for name in currencies], dtype=bool)[stored.instrument]
        rows: Any = slice(None) if mine.all() else np.flatnonzero(mine)
        chosen = stored if mine.all() else take(stored, rows)
        parts[currency].append(
            trade_flows(
                chosen,
                gross=shrink(Decimals(gross.units[rows], gross.places)),
                fees=shrink(Decimals(cost.units[rows], cost.places)),
                on_margin=margin[chosen.instrument],
            )
        )
    _add_coins(parts, book, stored)
    _add_extras(parts, stored, [(key, -amount, name) for key, amount, name in fees], margin=None)
    _add_extras(parts, stored, settled, margin=margin)


def _without(column: Decimals, left_out: Any) -> Decimals:
    """Return a column with 0 in some rows."""
    return Decimals(np.where(left_out, column.units * 0, column.units), column.places) if left_out.any() else column


def _gross(book: Book, stored: ExecutionTable, margin: Any, silent: Any) -> Decimals:
    """Return what each execution moves in its instrument's currency, fees aside."""
    value = paid_in_full(stored, book.multipliers)
    rows = margin[stored.instrument]
    if rows.any():
        matched = book.matched
        on_margin = margin[matched.closes.instrument]
        made = realised_by_execution(stored, take(matched.closes, on_margin), matched.money_places)
        places = max(value.places, made.places)
        units = np.where(rows, at_places(made, places), at_places(value, places))
        value = Decimals(units, places)
    return _without(value, silent)


def _add_coins(parts: Parts, book: Book, stored: ExecutionTable) -> None:
    """Add the coin side of coin pairs."""
    for code, item in enumerate(book.instruments):
        coin = base_coin(item) if item.asset_class is AssetClass.CRYPTO else ""
        if not coin or coin == item.currency:
            continue
        rows = take(stored, stored.instrument == code)
        amount = Decimals(rows.quantity.units * rows.side.astype(np.int64), rows.quantity.places)
        kind = np.where(rows.side > 0, CashKind.BUY.code, CashKind.SELL.code)
        kind[rows.kind == ExecutionKind.TRANSFER] = CashKind.TRANSFER.code
        found = plain_flows(rows.executed_at, kind, amount, rows.id, instrument=rows.instrument, is_trade=True)
        parts[coin].append(found)


def _add_extras(
    parts: Parts, stored: ExecutionTable, extras: Sequence[tuple[int, Decimal, str]], *, margin: Any
) -> None:
    """Add what fills moved in other currencies than their own: fees, or with `margin` the booked cash itself."""
    groups: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for key, amount, currency in extras:
        if amount:
            groups[currency.strip().upper()].append((key, amount))
    if not groups:
        return
    order = np.argsort(stored.id, kind="stable")
    for currency, found in groups.items():
        keys = np.array([key for key, _ in found], dtype=np.int64)
        slots = np.searchsorted(stored.id[order], keys)
        inside = np.isin(keys, stored.id)
        rows = take(stored, order[slots[inside]])
        amounts = from_decimals([amount for (_, amount), here in zip(found, inside.tolist(), strict=True) if here])
        kind = np.full(len(rows), CashKind.FEE.code)
        if margin is not None:
            bought = np.where(rows.side > 0, CashKind.BUY.code, CashKind.SELL.code)
            kind = np.where(margin[rows.instrument], CashKind.REALISED.code, bought)
        flows = plain_flows(rows.executed_at, kind, amounts, rows.id, instrument=rows.instrument, is_trade=True)
        parts[currency].append(flows)


def _add_events(parts: Parts, movements: Iterable[Movement]) -> None:
    groups: dict[str, list[Movement]] = defaultdict(list)
    for item in movements:
        groups[item.currency].append(item)
    for currency, found in groups.items():
        flows = plain_flows(
            np.array([item.at for item in found], dtype=np.int64),
            np.array([item.kind.code for item in found], dtype=np.int64),
            from_decimals([item.amount for item in found]),
            np.array([item.ref for item in found], dtype=np.int64),
        )
        parts[currency].append(flows)


def name_files(check: BalanceCheck, names: dict[int, str]) -> BalanceCheck:
    """Return a check whose divergences name their files."""

    def named(item: Any) -> Any:
        return replace(item, filename=names.get(item.import_id, ""))

    return replace(
        check, first=named(check.first) if check.first else None, others=tuple(named(item) for item in check.others)
    )

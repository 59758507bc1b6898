"""One account by day, in the currencies it holds: positions at their closes, cash, and what came in and left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.cash import paid_in_full, realised_by_execution
from analytics.daily_values import Fills, HeldValue, carry_forward, held_value
from analytics.sessions import trading_days
from domain.cash import CASH_KINDS, CashFlows, CashKind
from domain.columns import Decimals, take
from domain.executions import ExecutionKind
from domain.instruments import AssetClass, Instrument
from services.book import Book
from services.cash_events import base_coin, is_on_margin
from services.cash_ledger import AccountCash
from services.closes import NO_CLOSES, Closes
from services.holdings import QUOTED

if TYPE_CHECKING:
    from domain.columns import Bools, Floats, Ints

EXTERNAL = (CashKind.DEPOSIT.code, CashKind.WITHDRAWAL.code, CashKind.TRANSFER.code)
INCOME = (CashKind.DIVIDEND, CashKind.INTEREST, CashKind.REWARD)
TRADING = (CashKind.BUY.code, CashKind.SELL.code, CashKind.REALISED.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedValue:
    """What a transfer in kind brought on one day at that day's value, what left < 0."""

    transfer: int
    row: int
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldingDays:
    """One instrument of an account while it was held.

    Attributes:
        held: Values by day, in the instrument's currency.
        simulated: Whether its closes are invented.
        unpriced: Days valued at the last fill because no close was known.
        moved: What came and left in kind, by day of the account's grid: a flow from or to outside, unless the other
            account is looked at as well.
    """

    instrument: Instrument
    held: HeldValue
    simulated: bool
    unpriced: int
    moved: tuple[MovedValue, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CashDays:
    """Cash of one currency by day of the account's grid.

    Attributes:
        balance: At the end of each day.
        inflow, outflow: What came from outside and what left, >= 0; the opening balance came in on the first day.
    """

    balance: Floats
    inflow: Floats
    outflow: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CashEvent:
    """Income, or a cost that no trade carries, on one day."""

    row: int
    kind: CashKind
    symbol: str
    currency: str
    amount: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDays:
    """An account by day from its first event to today.

    Attributes:
        first: First day of the grid, days since 1970; `size` days follow each other.
        cash: By currency.
        is_session: Days with a close of anything held, or with an event.
    """

    account: str
    account_id: int
    first: int
    size: int
    holdings: tuple[HoldingDays, ...]
    cash: Mapping[str, CashDays]
    events: tuple[CashEvent, ...]
    is_session: Bools


def wanted_symbols(book: Book) -> dict[str, str]:
    """Return the symbols whose closes a book needs, and the currency of each."""
    return {item.symbol: item.currency for item in book.instruments if item.asset_class in QUOTED}


def build_account_days(book: Book, cash: AccountCash, closes: Mapping[str, Closes], today: int) -> AccountDays | None:
    """Return an account by day, None when it holds nothing at all.

    Args:
        book: Its executions.
        cash: Its movements of cash.
        closes: By symbol.
        today: Last day, days since 1970.
    """
    zone = book.account.timezone
    rows = book.executions
    days = trading_days(rows.executed_at, zone).astype(np.int64)
    cash_days = {name: trading_days(flows.at, zone).astype(np.int64) for name, flows in cash.flows.items()}
    starts = [int(item.min()) for item in (days, *cash_days.values()) if len(item)]
    if not starts or min(starts) > today:
        return None
    first = min(starts)
    size = today - first + 1
    is_session = np.zeros(size, dtype=bool)
    holdings = _holdings(book, days - first, closes, size, first, is_session)
    symbols = cash.dividends
    found: dict[str, CashDays] = {}
    events: list[CashEvent] = []
    for name in cash.flows.keys() | cash.checks.keys():
        flows = cash.flows.get(name)
        opening = float(cash.checks[name].opening)
        places = np.zeros(0, dtype=np.int64) if flows is None else cash_days[name] - first
        found[name] = _cash_days(book, flows, places, currency=name, opening=opening, size=size)
        if flows is not None:
            is_session[places[(places >= 0) & (places < size)]] = True
            events += _events(flows, places, symbols, name, size)
    is_session[days[days <= today] - first] = True
    return AccountDays(
        account=book.account.name,
        account_id=int(book.account.id),
        first=first,
        size=size,
        holdings=tuple(holdings),
        cash=found,
        events=tuple(events),
        is_session=is_session,
    )


def _floats(column: Decimals) -> Floats:
    values: Floats = column.units.astype(np.float64) / 10.0**column.places
    return values


def _holdings(
    book: Book, places: Ints, closes: Mapping[str, Closes], size: int, first: int, is_session: Bools
) -> list[HoldingDays]:
    rows = book.executions
    if not len(rows):
        return []
    margin = np.array([is_on_margin(item) for item in book.instruments], dtype=bool)
    in_kind = rows.kind == ExecutionKind.TRANSFER if book.moved else None
    columns = _fill_columns(book, margin, in_kind)
    order = np.lexsort((rows.order, rows.executed_at, rows.instrument))
    order = order[(places[order] >= 0) & (places[order] < size)]
    codes, starts = np.unique(rows.instrument[order], return_index=True)
    ends = np.append(starts[1:], len(order))
    multipliers = _floats(book.multipliers)
    grids: dict[str, Floats] = {}
    found = []
    for code, start, end in zip(codes.tolist(), starts.tolist(), ends.tolist(), strict=True):
        item, chosen = book.instruments[code], order[start:end]
        parts = {key: value[chosen] for key, value in columns.items()}
        is_moved = None if in_kind is None else in_kind[chosen]
        fills = Fills(row=np.maximum.accumulate(places[chosen]), is_moved=is_moved, **parts)
        prices = closes.get(item.symbol, NO_CLOSES) if item.asset_class in QUOTED else NO_CLOSES
        key = item.symbol if item.asset_class in QUOTED else ""
        if key not in grids:
            grids[key] = carry_forward(prices.day - first, prices.close, size)
        grid = grids[key]
        held = held_value(fills, grid, multiplier=float(multipliers[code]), on_margin=bool(margin[code]))
        _mark_sessions(is_session, held, prices.day - first)
        found.append(
            HoldingDays(
                instrument=item,
                held=held,
                simulated=prices.is_simulated,
                unpriced=int(np.count_nonzero(held.carried)),
                moved=_moved(book, rows.id[chosen], fills, held),
            )
        )
    return found


def _fill_columns(book: Book, margin: Bools, in_kind: Bools | None) -> dict[str, Floats]:
    rows, factor = book.executions, _split_factors(book)
    columns = {
        "quantity": _floats(rows.quantity) * rows.side * factor,
        "price": _floats(rows.price) / factor,
        "paid": _floats(paid_in_full(rows, book.multipliers)),
        "fees": _floats(rows.cost),
        "realised": _realised(book, margin),
    }
    if in_kind is not None:
        columns["fees"][in_kind] = 0.0  # the fees that go along with a lot were paid before
    return columns


def _moved(book: Book, ids: Ints, fills: Fills, held: HeldValue) -> tuple[MovedValue, ...]:
    """Return what each transfer brought or took, by day."""
    if held.moved is None or fills.is_moved is None:
        return ()
    sums: dict[tuple[int, int], float] = {}
    for at in np.flatnonzero(fills.is_moved).tolist():
        key = (book.moved[int(ids[at])][0], int(fills.row[at]))
        sums[key] = sums.get(key, 0.0) + float(held.moved[at])
    return tuple(MovedValue(transfer=key, row=row, amount=amount) for (key, row), amount in sums.items())


def _mark_sessions(is_session: Bools, held: HeldValue, rows: Ints) -> None:
    low, high = np.searchsorted(rows, [held.first, held.last])
    is_session[rows[low:high]] = True


def _split_factors(book: Book) -> Floats:
    """Return units of today per unit then, for every execution: what provider's closes are restated by."""
    rows = book.executions
    factor = np.ones(len(rows))
    for split in book.splits:
        earlier = (rows.instrument == split.instrument) & (rows.executed_at < split.effective_at)
        factor[earlier] *= float(split.factor)
    return factor


def _realised(book: Book, margin: Bools) -> Floats:
    rows = book.executions
    if not margin.any():
        return np.zeros(len(rows))
    matched = book.matched
    closes = take(matched.closes, margin[matched.closes.instrument])
    return _floats(realised_by_execution(rows, closes, matched.money_places))


def _cash_days(
    book: Book, flows: CashFlows | None, places: Ints, *, currency: str, opening: float, size: int
) -> CashDays:
    inflow, outflow = np.zeros(size), np.zeros(size)
    inflow[0] += max(opening, 0.0)
    outflow[0] += max(-opening, 0.0)
    if flows is None:
        return CashDays(balance=np.full(size, opening), inflow=inflow, outflow=outflow)
    inside = (places >= 0) & (places < size) & ~_coin_sides(book, flows, currency)
    amount, rows = _floats(flows.amount)[inside], places[inside]
    external = np.isin(flows.kind[inside], EXTERNAL)
    moved = np.bincount(rows[external], weights=amount[external].clip(min=0), minlength=size)
    left = np.bincount(rows[external], weights=(-amount[external]).clip(min=0), minlength=size)
    balance = opening + np.cumsum(np.bincount(rows, weights=amount, minlength=size)).astype(np.float64)
    return CashDays(balance=balance, inflow=inflow + moved, outflow=outflow + left)


def _coin_sides(book: Book, flows: CashFlows, currency: str) -> Bools:
    """Return which movements are coins that a fill of a pair bought or sold: those are valued as positions."""
    coins = np.array(
        [
            item.asset_class is AssetClass.CRYPTO and item.currency != currency and base_coin(item) == currency
            for item in book.instruments
        ],
        dtype=bool,
    )
    if not coins.any():
        return np.zeros(len(flows), dtype=bool)
    traded = (flows.is_trade != 0) & (flows.instrument >= 0) & np.isin(flows.kind, TRADING)
    found: Bools = traded & coins[np.maximum(flows.instrument, 0)]
    return found


def _events(flows: CashFlows, places: Ints, symbols: Mapping[int, str], currency: str, size: int) -> list[CashEvent]:
    wanted = (flows.is_trade == 0) & ~np.isin(flows.kind, EXTERNAL) & (places >= 0) & (places < size)
    amounts: Any = _floats(flows.amount)
    return [
        CashEvent(
            row=int(places[row]),
            kind=CASH_KINDS[int(flows.kind[row])],
            symbol=symbols.get(int(flows.ref[row]), ""),
            currency=currency,
            amount=float(amounts[row]),
        )
        for row in np.flatnonzero(wanted).tolist()
    ]

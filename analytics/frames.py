"""The one crossing from exact integers to float64 statistics: trades and exits as frames.

A frame is built once per ledger revision and account; pages, exports and the API filter and sum
frames and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from analytics.sessions import local_minutes, trading_days
from domain.columns import Decimals, ExitFrame, Matched, TradeFrame, TradeTable, take
from domain.errors import CurrencyError, LedgerError

if TYPE_CHECKING:
    from domain.columns import Codes, Floats, Ints

MICROSECONDS = 1e6

Frame = TypeVar("Frame", TradeFrame, ExitFrame)


def trade_frame(
    matched: Matched,
    *,
    account: int,
    symbols: Sequence[str],
    asset_classes: Sequence[str],
    timezone: str,
    currency: str = "",
) -> TradeFrame:
    """Build the frame of one account's trades.

    Args:
        matched: Result of matching.
        account: Account id.
        symbols: Symbol of each instrument code.
        asset_classes: Asset class of each instrument code.
        timezone: IANA zone of the account: decides trading days and minutes.
        currency: Currency of all its money; the caller separates or converts currencies.

    Returns:
        Trades ordered by (closed_at, id). Risk is NaN, tags and setups are empty (`with_journal`); entry and exit
        values are of multiplier 1 (`with_multipliers`).
        `held_seconds` is NaN while a trade is open, `exit_price` NaN before its first exit.
    """
    trades = matched.trades
    order = np.lexsort((trades.id, trades.closed_at))
    scaled = _Scaled(matched, order)
    opened_at, closed_at = trades.opened_at[order], trades.closed_at[order]
    is_open = trades.is_open[order]
    return TradeFrame(
        id=trades.id[order],
        account=np.full(len(order), account, dtype=np.int64),
        row=order.astype(np.int64),
        instrument=trades.instrument[order],
        side=trades.side[order],
        is_open=is_open,
        opened_at=opened_at,
        closed_at=closed_at,
        **scaled.amounts(trades),
        risk=np.full(len(order), np.nan),
        entry_day=trading_days(opened_at, timezone),
        exit_day=trading_days(closed_at, timezone),
        entry_minute=local_minutes(opened_at, timezone),
        held_seconds=np.where(is_open, np.nan, (closed_at - opened_at) / MICROSECONDS),
        tag_mask=np.zeros(len(order), dtype=np.int64),
        setup=np.full(len(order), -1, dtype=np.int32),
        symbols=tuple(symbols),
        asset_classes=tuple(asset_classes),
        currency=currency,
    )


class _Scaled:
    """Reads integer columns of the trade table as float64, in the frame's order."""

    __slots__ = ("instrument", "money_step", "order", "price_step", "quantity_step")

    def __init__(self, matched: Matched, order: Ints) -> None:
        self.order = order
        self.instrument = matched.trades.instrument[order]
        self.money_step = _steps(matched.money_places)
        self.price_step = _steps(matched.price_places)
        self.quantity_step = _steps(matched.quantity_places)

    def amounts(self, trades: TradeTable) -> dict[str, Any]:
        """Return money, quantities and prices as columns of a frame."""
        return {
            "net": self.money(trades.gross - trades.fees),
            "gross": self.money(trades.gross),
            "fees": self.money(trades.fees),
            "quantity": self.quantity(trades.quantity),
            "entry_price": self.price(trades.entry_value, trades.entry_quantity),
            "exit_price": self.price(trades.exit_value, trades.exit_quantity),
            "entry_value": self.value(trades.entry_value),
            "exit_value": self.value(trades.exit_value),
        }

    def money(self, units: Ints) -> Floats:
        result: Floats = units[self.order] / self.money_step[self.instrument]
        return result

    def quantity(self, units: Ints) -> Floats:
        result: Floats = units[self.order] / self.quantity_step[self.instrument]
        return result

    def value(self, units: Ints) -> Floats:
        result: Floats = units[self.order] / (self.quantity_step * self.price_step)[self.instrument]
        return result

    def price(self, value: Ints, quantity: Ints) -> Floats:
        """Average price: value / quantity; NaN where there is no quantity."""
        divisor = quantity[self.order].astype(np.float64)
        divisor[divisor == 0] = np.nan
        result: Floats = value[self.order] / divisor / self.price_step[self.instrument]
        return result


def _steps(places: Ints) -> Floats:
    """Units per whole, per instrument: dividing by a power of ten rounds once, multiplying twice."""
    steps: Floats = np.array([float(f"1e{place}") for place in places.tolist()])
    return steps


def exit_frame(matched: Matched, *, account: int, timezone: str, currency: str = "") -> ExitFrame:
    """Build the frame of one account's exits: one row a closing execution.

    Args:
        matched: Result of matching.
        account: Account id.
        timezone: IANA zone of the account.
        currency: Currency of all its money.

    Returns:
        Realised P&L by exit, ordered by `closed_at`; an execution that closes several lots of a
        trade is one exit.
    """
    closes = matched.closes
    if not len(closes):
        return _no_exits(currency)
    # An execution closes part of one trade only, and its pieces lie side by side.
    first = np.flatnonzero(np.append(True, closes.close_id[1:] != closes.close_id[:-1]))
    order = np.argsort(closes.closed_at[first], kind="stable")
    rows = first[order]
    gross, fees = np.add.reduceat(closes.gross, first)[order], np.add.reduceat(closes.fees, first)[order]
    step = _steps(matched.money_places)[closes.instrument[rows]]
    closed_at = closes.closed_at[rows]
    return ExitFrame(
        trade_id=matched.trades.id[closes.trade[rows]],
        account=np.full(len(rows), account, dtype=np.int64),
        closed_at=closed_at,
        day=trading_days(closed_at, timezone),
        net=(gross - fees) / step,
        gross=gross / step,
        fees=fees / step,
        currency=currency,
    )


def _no_exits(currency: str) -> ExitFrame:
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    day = np.zeros(0, dtype=np.int32)
    return ExitFrame(
        trade_id=whole, account=whole, closed_at=whole, day=day, net=real, gross=real, fees=real, currency=currency
    )


def merge_frames(frames: Sequence[TradeFrame]) -> TradeFrame:
    """Put the trades of several accounts into one frame, ordered by (closed_at, id).

    Instruments with the same symbol and asset class become one.

    Raises:
        CurrencyError: If the frames are in different currencies.
        LedgerError: If there is no frame, or their tags or setups are numbered differently.
    """
    _check_currency(frames)
    if len(frames) == 1:
        return frames[0]
    names = {pair: None for frame in frames for pair in zip(frame.symbols, frame.asset_classes, strict=True)}
    codes = {pair: code for code, pair in enumerate(names)}
    columns = _stack(frames)
    columns["instrument"] = np.concatenate([_recode(frame, codes) for frame in frames])
    merged = TradeFrame(
        **columns,
        symbols=tuple(pair[0] for pair in codes),
        asset_classes=tuple(pair[1] for pair in codes),
        currency=frames[0].currency,
        tags=_agreed("tags", frames),
        setups=_agreed("setups", frames),
    )
    ordered: TradeFrame = take(merged, np.lexsort((merged.id, merged.closed_at)))
    return ordered


def merge_exits(frames: Sequence[ExitFrame]) -> ExitFrame:
    """Put the exits of several accounts into one frame, ordered by closed_at.

    Raises:
        CurrencyError: If the frames are in different currencies.
        LedgerError: If there is no frame.
    """
    _check_currency(frames)
    if len(frames) == 1:
        return frames[0]
    merged = ExitFrame(**_stack(frames), currency=frames[0].currency)
    ordered: ExitFrame = take(merged, np.argsort(merged.closed_at, kind="stable"))
    return ordered


def _check_currency(frames: Sequence[Frame]) -> None:
    if not frames:
        raise LedgerError("There is no account to add up.")
    currencies = sorted({frame.currency for frame in frames})
    if len(currencies) > 1:
        message = f"{' and '.join(currencies)} cannot be added without a rate."
        raise CurrencyError(message, hint="Choose accounts of one currency, or add the missing rates.")


def _stack(frames: Sequence[Frame]) -> dict[str, Any]:
    names = [item.name for item in fields(frames[0]) if hasattr(getattr(frames[0], item.name), "dtype")]
    return {name: np.concatenate([getattr(frame, name) for frame in frames]) for name in names}


def _recode(frame: TradeFrame, codes: dict[tuple[str, str], int]) -> Codes:
    pairs = zip(frame.symbols, frame.asset_classes, strict=True)
    table = np.array([codes[pair] for pair in pairs], dtype=np.int32)
    recoded: Codes = table[frame.instrument] if len(frame) else frame.instrument
    return recoded


def _agreed(name: str, frames: Sequence[TradeFrame]) -> tuple[str, ...]:
    found = {getattr(frame, name) for frame in frames} - {()}
    if len(found) > 1:
        message = f"The accounts number their {name} differently."
        raise LedgerError(message)
    result: tuple[str, ...] = found.pop() if found else ()
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalColumns:
    """Journal of some trades, one row a trade, any order.

    Attributes:
        trade_id: Trade ids, unique.
        tag_mask: Bit i is `tags[i]`, int64.
        setup: Code into `setups`, -1 for none, int32.
        risk: Initial risk in money, NaN or <= 0 when none was planned.
        tags, setups: Names of the owner's tags and setups.
    """

    trade_id: Ints
    tag_mask: Ints
    setup: Codes
    risk: Floats
    tags: tuple[str, ...] = ()
    setups: tuple[str, ...] = ()


def with_journal(frame: TradeFrame, journal: JournalColumns) -> TradeFrame:
    """Fill the journal columns of a frame; trades without a journal stay empty."""
    order = np.argsort(journal.trade_id, kind="stable")
    ids = journal.trade_id[order]
    place = np.minimum(np.searchsorted(ids, frame.id), max(len(ids) - 1, 0))
    has = ids[place] == frame.id if len(ids) else np.zeros(len(frame), dtype=np.bool_)
    source = order[place[has]] if len(ids) else order
    mask, setup, risk = np.zeros(len(frame), dtype=np.int64), np.full(len(frame), -1, np.int32), frame.risk.copy()
    risk[:] = np.nan
    mask[has], setup[has], risk[has] = journal.tag_mask[source], journal.setup[source], journal.risk[source]
    risk[~(risk > 0)] = np.nan
    return replace(frame, tag_mask=mask, setup=setup, risk=risk, tags=journal.tags, setups=journal.setups)


def with_multipliers(frame: TradeFrame, multipliers: Decimals) -> TradeFrame:
    """Return the frame of one account with entry and exit values in money.

    Args:
        frame: As `trade_frame` made it.
        multipliers: By instrument code, as given to `match`.
    """
    factor = multipliers.units.astype(np.float64) / 10.0**multipliers.places
    if (factor == 1).all():
        return frame
    factors = factor[frame.instrument]
    return replace(frame, entry_value=frame.entry_value * factors, exit_value=frame.exit_value * factors)


def planned_risk(matched: Matched, rows: Ints, stops: Floats, *, multipliers: Decimals) -> Floats:
    """Return the initial risk in money: |average entry - planned stop| x entry quantity x multiplier.

    Args:
        matched: Result of matching.
        rows: Rows of its trade table.
        stops: Planned stop price of each, NaN for none.
        multipliers: As given to `match`.

    Returns:
        Money in the instrument's currency, NaN where there is no stop or no risk.

    **Source:** Van Tharp's R: the initial risk, never the trailed stop.
    """
    trades = matched.trades
    code = trades.instrument[rows]
    value_steps = _steps(matched.quantity_places + matched.price_places)[code]
    quantity = trades.entry_quantity[rows] / _steps(matched.quantity_places)[code]
    multiplier = multipliers.units[code].astype(np.float64) / 10.0**multipliers.places
    risk: Floats = np.abs(trades.entry_value[rows] / value_steps - stops * quantity) * multiplier
    risk[~(risk > 0)] = np.nan
    return risk


def convert_trades(frame: TradeFrame, rates: Floats, *, currency: str) -> TradeFrame:
    """Return the frame with its money times a rate per row (units of `currency` per unit of money)."""
    return replace(
        frame,
        net=frame.net * rates,
        gross=frame.gross * rates,
        fees=frame.fees * rates,
        risk=frame.risk * rates,
        entry_value=frame.entry_value * rates,
        exit_value=frame.exit_value * rates,
        currency=currency,
    )


def convert_exits(frame: ExitFrame, rates: Floats, *, currency: str) -> ExitFrame:
    """Return the frame with its money times a rate per row (units of `currency` per unit of money)."""
    return replace(frame, net=frame.net * rates, gross=frame.gross * rates, fees=frame.fees * rates, currency=currency)

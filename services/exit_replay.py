"""Exits replayed on stored candles: what another way out would have brought, setup by setup."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from analytics.inference import Interval, mean_interval
from analytics.replay import Entry, ExitPolicy, ExitReason, Gap, replay_exit
from domain.accounts import UserId
from domain.columns import CandleTable, TradeFrame, take
from domain.errors import QuoteError
from domain.filters import FigureUnit, LedgerFilter
from domain.market import BarInterval
from domain.periods import to_micros
from domain.scenarios import Exit, ExitChoice
from services.candle_sources import known_splits
from services.candles import CandleReader, reader_with_splits
from services.edge import closed_trades, pnl_of
from services.holdings import QUOTED
from services.trade_sets import EPOCH, TradeSet, TradeSets

if TYPE_CHECKING:
    from domain.columns import Floats

MOST_TRADES = 2_000
MOST_SESSIONS = 250
MOST_BARS = 6_000
NOT_QUOTED = "no candles for this kind of instrument"
NOT_REACHED = "older than the candles that were read"
NO_SETUP = "No setup"
_INTRADAY = (BarInterval.M1, BarInterval.M5, BarInterval.M15)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayRow:
    """One trade: how it went and how it would have gone; in R with a planned stop, else None.

    Attributes:
        actual, replayed: P&L in money after fees.
    """

    trade_id: int
    symbol: str
    setup: str
    closed_at: int
    actual: float
    replayed: float
    risk: float | None
    price: float
    reason: ExitReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayGroup:
    """The replayed trades of a setup, or all of them.

    Attributes:
        actual, replayed: Means in R where every trade has a planned stop, else in money.
        difference: Mean of replayed less actual, trade by trade, with its 95 % interval.
        money: Sum of the differences in money.
        fraction: `money` as a fraction of the starting balance, None without one.
        r_total: Sum of the differences in R, None where no trade has a planned stop.
    """

    label: str
    n: int
    actual: float
    replayed: float
    difference: float
    interval: Interval
    money: float
    fraction: float | None
    r_total: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayReport:
    """Exits of a filter's closed trades replayed.

    Attributes:
        trades: Closed trades of the filter.
        rows: Those that could be replayed, newest first.
        gaps: Why others could not, with how many.
        groups: All trades first, then setups, largest difference first.
        unit: "R" or the currency.
        simulated: Whether candles of the demo provider were used.
    """

    trades: int
    rows: tuple[ReplayRow, ...]
    gaps: dict[str, int]
    groups: tuple[ReplayGroup, ...]
    unit: str
    currency: str
    simulated: bool

    @property
    def coverage(self) -> float | None:
        """Share of the closed trades that could be replayed."""
        return len(self.rows) / self.trades if self.trades else None


class ExitReplayService:
    """Reads trade sets and candles; writes nothing."""

    def __init__(self, sets: TradeSets, candles: CandleReader) -> None:
        self._sets = sets
        self._reader = candles

    def replay(self, owner: UserId, chosen: LedgerFilter, choice: ExitChoice) -> ReplayReport:
        """Replay the newest closed trades of a filter with another way out.

        At most `MOST_TRADES` trades on `MOST_SESSIONS` different sessions are looked at; the rest is
        told as not covered.
        """
        found = self._sets.load(owner, chosen.with_(unit=FigureUnit.MONEY))
        frame, _ = closed_trades(found)
        replayed = _Replayer(self._reader, found, _policy(choice))
        newest = np.arange(len(frame))[::-1]
        rows = [row for row in (replayed.row(frame, int(at)) for at in newest[:MOST_TRADES]) if row is not None]
        gaps = replayed.gaps
        gaps[NOT_REACHED] += max(len(frame) - MOST_TRADES, 0)
        in_r = bool(rows) and all(row.risk for row in rows)
        return ReplayReport(
            trades=len(frame),
            rows=tuple(rows),
            gaps={name: count for name, count in gaps.most_common() if count},
            groups=_groups(rows, in_r=in_r, balance=found.balance),
            unit="R" if in_r else found.currency,
            currency=found.currency,
            simulated=any(self._reader.is_simulated(symbol) for symbol in {row.symbol for row in rows}),
        )


def _policy(choice: ExitChoice) -> ExitPolicy:
    return ExitPolicy(
        stop_r=choice.stop or None,
        target_r=choice.amount if choice.kind is Exit.TARGET else None,
        trail_r=choice.amount if choice.kind is Exit.TRAIL else None,
        minutes=choice.amount if choice.kind is Exit.TIME else None,
    )


class _Replayer:
    """Replays one trade after the other, reading the candles of a session once."""

    def __init__(self, candles: CandleReader, found: TradeSet, policy: ExitPolicy) -> None:
        self._reader = candles
        self._found = found
        self._policy = policy
        self._sessions: dict[tuple[str, int, int], CandleTable | None] = {}
        self.gaps: Counter[str] = Counter()

    def row(self, frame: TradeFrame, at: int) -> ReplayRow | None:
        """Return a trade replayed; None counts the reason in `gaps`."""
        symbol = frame.symbols[frame.instrument[at]]
        candles = self._candles(frame, at, symbol)
        if isinstance(candles, str):
            self.gaps[candles] += 1
            return None
        units = float(frame.entry_value[at] / frame.entry_price[at])
        risk = float(frame.risk[at])
        has_risk = risk > 0 and units > 0
        entry = Entry(
            at=int(frame.opened_at[at]),
            price=float(frame.entry_price[at]),
            side=int(frame.side[at]),
            risk=risk / units if has_risk else None,
        )
        done = replay_exit(entry, self._policy, candles)
        if isinstance(done, Gap):
            self.gaps[done.value] += 1
            return None
        # The fees stay those that were paid: another exit is a fill as well.
        fees = float(frame.gross[at] - pnl_of(self._found, frame)[at])
        setup = int(frame.setup[at])
        return ReplayRow(
            trade_id=int(frame.id[at]),
            symbol=symbol,
            setup=frame.setups[setup] if setup >= 0 else NO_SETUP,
            closed_at=int(frame.closed_at[at]),
            actual=float(frame.gross[at]) - fees,
            replayed=(done.price - entry.price) * entry.side * units - fees,
            risk=risk if has_risk else None,
            price=done.price,
            reason=done.reason,
        )

    def _candles(self, frame: TradeFrame, at: int, symbol: str) -> CandleTable | str:
        """Return the candles from a trade's entry to the close of the session in which it ended."""
        if frame.asset_classes[frame.instrument[at]] not in {kind.value for kind in QUOTED}:
            return NOT_QUOTED
        if self._policy.needs_risk and not frame.risk[at] > 0:
            return Gap.NO_STOP.value
        key = (symbol, int(frame.entry_day[at]), int(frame.exit_day[at]))
        if key not in self._sessions:
            if len(self._sessions) >= MOST_SESSIONS:
                return NOT_REACHED
            self._sessions[key] = self._read(frame, at, symbol)
        candles = self._sessions[key]
        if candles is None:
            return Gap.NO_CANDLES.value
        first = int(np.searchsorted(candles.start, frame.opened_at[at], side="right")) - 1
        kept: CandleTable = take(candles, slice(max(first, 0), None))
        return kept

    def _read(self, frame: TradeFrame, at: int, symbol: str) -> CandleTable | None:
        book = self._found.books[int(frame.account[at])]
        account = book.account
        start = _day_start(int(frame.entry_day[at]), account.timezone)
        end = _day_start(int(frame.exit_day[at]) + 1, account.timezone)
        reader = reader_with_splits(self._reader, symbol, known_splits(book, symbol))
        is_short = frame.entry_day[at] == frame.exit_day[at]
        for interval in _INTRADAY if is_short else (BarInterval.D1,):
            # A daily candle is labelled by midnight UTC of its session.
            first = start if is_short else start.replace(hour=0, minute=0)
            found = _ask(reader, symbol, interval, (first, end))
            if found is not None:
                return found
        return None


def _ask(
    reader: CandleReader, symbol: str, interval: BarInterval, span: tuple[datetime, datetime]
) -> CandleTable | None:
    try:
        candles = reader.candles(symbol, interval, start=span[0], end=span[1], limit=MOST_BARS)
    except QuoteError:
        return None
    return candles if len(candles) and to_micros(span[0]) <= int(candles.start[0]) else None


def _day_start(day: int, timezone: str) -> datetime:
    return datetime.combine(EPOCH + timedelta(days=day), time(0), ZoneInfo(timezone)).astimezone(UTC)


def _groups(rows: Iterable[ReplayRow], *, in_r: bool, balance: float | None) -> tuple[ReplayGroup, ...]:
    by_setup: dict[str, list[ReplayRow]] = {}
    for row in rows:
        by_setup.setdefault(row.setup, []).append(row)
    everything = [row for group in by_setup.values() for row in group]
    if not everything:
        return ()
    setups = [_group(label, group, in_r=in_r, balance=balance) for label, group in by_setup.items()]
    whole = _group("All trades", everything, in_r=in_r, balance=balance)
    return (whole, *sorted(setups, key=lambda group: -group.difference))


def _group(label: str, rows: list[ReplayRow], *, in_r: bool, balance: float | None) -> ReplayGroup:
    scale: Floats = np.array([row.risk if in_r and row.risk else 1.0 for row in rows])
    actual = np.array([row.actual for row in rows]) / scale
    replayed = np.array([row.replayed for row in rows]) / scale
    difference = replayed - actual
    money = sum(row.replayed - row.actual for row in rows)
    in_units = [(row.replayed - row.actual) / row.risk for row in rows if row.risk]
    return ReplayGroup(
        label=label,
        n=len(rows),
        actual=float(actual.mean()),
        replayed=float(replayed.mean()),
        difference=float(difference.mean()),
        interval=mean_interval(difference),
        money=money,
        fraction=money / balance if balance else None,
        r_total=sum(in_units) if in_units else None,
    )

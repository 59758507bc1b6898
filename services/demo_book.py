"""The invented trades of the demo workspace: seeded, and filled at the demo provider's own prices.

Every fill lies inside a candle that the charts show, so the demo explains itself: markers sit on
bars, stops and targets were really touched.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from domain.charge_kinds import ChargeKind, Charges, add_charges
from domain.columns import CandleTable
from domain.executions import ExecutionKind, Side
from domain.instruments import OPTION_MULTIPLIER, AssetClass, Instrument, OptionRight, OptionTerms
from domain.periods import from_micros
from domain.statements import ParsedExecution

NEW_YORK = ZoneInfo("America/New_York")
SYMBOLS = ("AAPL", "MSFT", "GOOG", "IBM", "FB")
WEEKS = 12
SEED = 20260901
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """How a kind of trade behaves: its side, how often it is right, how it leaves."""

    name: str
    sides: tuple[Side, ...]
    edge: float
    target_r: float


SETUPS = (
    Setup(name="Opening range breakout", sides=(Side.BUY, Side.SELL), edge=0.60, target_r=2.4),
    Setup(name="VWAP reclaim", sides=(Side.BUY,), edge=0.54, target_r=1.8),
    Setup(name="9 EMA pullback", sides=(Side.BUY, Side.SELL), edge=0.58, target_r=2.0),
    Setup(name="Breakdown retest", sides=(Side.SELL,), edge=0.52, target_r=2.0),
    Setup(name="Earnings momentum", sides=(Side.BUY,), edge=0.60, target_r=3.0),
    Setup(name="Gap fade", sides=(Side.SELL, Side.BUY), edge=0.40, target_r=1.5),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoTrade:
    """Fills of one planned trade and its journal."""

    fills: tuple[ParsedExecution, ...]
    setup: str
    tags: tuple[str, ...]
    stop: Decimal | None
    target: Decimal | None
    note: str = ""


Minutes = Callable[[str, date], CandleTable]
"""Returns the minute bars of a symbol on a day, empty when there was no session."""


def day_trades(minutes: Minutes, today: date) -> list[DemoTrade]:
    """Return the day trades of the last twelve weeks, oldest first."""
    rng = random.Random(SEED)  # noqa: S311 - invented data, the same on every machine
    first = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    days = (first + timedelta(days=number) for number in range((today - first).days + 1))
    trades: list[DemoTrade] = []
    for day in days:
        if day.weekday() < 5:
            trades += _trades_of_day(rng, minutes, day)
    return trades


def _trades_of_day(rng: random.Random, minutes: Minutes, day: date) -> Iterator[DemoTrade]:
    count = rng.choices((0, 1, 2, 3, 4, 5, 6), (4, 10, 20, 26, 20, 14, 6))[0]
    losses = 0
    for symbol in rng.sample(SYMBOLS, min(count, len(SYMBOLS))):
        bars = minutes(symbol, day)
        setup = rng.choice(SETUPS)
        if len(bars) < 120:
            continue
        trade = _plan(rng, bars, symbol, setup, is_tilted=losses >= 2)
        losses += _profit(trade) < 0
        yield trade


def _plan(rng: random.Random, bars: CandleTable, symbol: str, setup: Setup, *, is_tilted: bool) -> DemoTrade:
    start = min(int(rng.triangular(3, len(bars) - 60, 25)), len(bars) - 50)
    entry = float(bars.close[start])
    distance = max(0.02, round(entry * rng.uniform(0.0016, 0.0034), 2))
    side = rng.choice(setup.sides)
    edge = setup.edge - (0.14 if is_tilted else 0.0)
    exits = {item: _walk(bars, start, entry, item, distance, setup.target_r) for item in setup.sides}
    if rng.random() < edge and len(setup.sides) > 1:
        side = max(setup.sides, key=lambda item: (exits[item][1] - entry) * item)
    size = max(5, int(rng.uniform(180, 320) / distance / 5) * 5)
    stop, target = entry - side * distance, entry + side * distance * setup.target_r
    leave, price = exits[side]
    fills = _fills(rng, bars, symbol, side, (start, leave), (entry, price), size)
    return DemoTrade(
        fills=fills,
        setup=setup.name,
        tags=_tags(rng, is_tilted=is_tilted, won=(price - entry) * side > 0),
        stop=_cents(stop),
        target=_cents(target),
        note=_note(rng, setup, won=(price - entry) * side > 0),
    )


def _walk(
    bars: CandleTable, start: int, entry: float, side: Side, distance: float, target_r: float
) -> tuple[int, float]:
    """Return bar and price of the exit: stop, target, or the close after at most ninety bars."""
    stop, target = entry - side * distance, entry + side * distance * target_r
    last = min(len(bars) - 1, start + 90)
    for at in range(start + 1, last + 1):
        low, high = float(bars.low[at]), float(bars.high[at])
        if (low <= stop) if side > 0 else (high >= stop):
            return at, stop
        if (high >= target) if side > 0 else (low <= target):
            return at, target
    return last, float(bars.close[last])


def _fills(
    rng: random.Random,
    bars: CandleTable,
    symbol: str,
    side: Side,
    when: tuple[int, int],
    prices: tuple[float, float],
    size: int,
) -> tuple[ParsedExecution, ...]:
    """Return entry and exit fills: now and then in two entries or three exits."""
    (start, leave), (entry, price) = when, prices
    stock = Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD")
    parts: list[tuple[int, Side, int, float]] = []
    if rng.random() < 0.25 and leave - start > 6:
        first = size * 2 // 3
        parts += [(start, side, first, entry), (start + 2, side, size - first, float(bars.close[start + 2]))]
    else:
        parts.append((start, side, size, entry))
    out = Side(-side)
    if rng.random() < 0.3 and leave - start > 9:
        third, middle = size // 3, (start + leave) // 2
        parts.append((middle, out, third, float(bars.close[middle])))
        parts.append((leave, out, size - third, price))
    else:
        parts.append((leave, out, size, price))
    return tuple(_fill(rng, bars, stock, part) for part in parts)


def _fill(
    rng: random.Random, bars: CandleTable, stock: Instrument, part: tuple[int, Side, int, float]
) -> ParsedExecution:
    at, side, quantity, price = part
    moment = from_micros(int(bars.start[at])) + timedelta(seconds=rng.randrange(1, 59))
    fees = max(Decimal("1.00"), (Decimal(quantity) * Decimal("0.005")).quantize(CENT))
    return make_fill(stock, side, Decimal(quantity), _cents(price), moment, fees)


def make_fill(
    instrument: Instrument,
    side: Side,
    quantity: Decimal,
    price: Decimal,
    moment: datetime,
    fees: Decimal,
    *,
    kind: ExecutionKind = ExecutionKind.TRADE,
) -> ParsedExecution:
    """Return one invented fill with an identity of its own."""
    identity = f"demo-{instrument.symbol}-{moment:%Y%m%d%H%M%S}-{side.word}-{quantity}-{kind.value}"
    return ParsedExecution(
        line=0,
        instrument=instrument,
        side=side,
        quantity=quantity,
        price=price,
        executed_at=moment,
        fees=fees,
        fee_currency=instrument.currency,
        kind=kind,
        identity=identity,
        charges=_charges(side, fees),
    )


def _charges(side: Side, fees: Decimal) -> Charges:
    """Return what invented fees were for: a fifth the exchange's, a cent of a sale the regulator's."""
    exchange = (fees / 5).quantize(CENT)
    regulatory = CENT if side is Side.SELL and fees > exchange + CENT else Decimal(0)
    parts = (ChargeKind.EXCHANGE, exchange), (ChargeKind.REGULATORY, regulatory)
    return add_charges([(ChargeKind.COMMISSION, fees - exchange - regulatory), *parts])


def _profit(trade: DemoTrade) -> Decimal:
    return sum((-fill.side * fill.quantity * fill.price - fill.fees for fill in trade.fills), Decimal(0))


def _tags(rng: random.Random, *, is_tilted: bool, won: bool) -> tuple[str, ...]:
    tags = []
    if is_tilted and rng.random() < 0.7:
        tags.append("FOMO")
    elif rng.random() < 0.65:
        tags.append("Followed plan")
    if won and rng.random() < 0.3:
        tags.append("A+")
    if not won and rng.random() < 0.12:
        tags.append("Oversized")
    return tuple(tags)


def _note(rng: random.Random, setup: Setup, *, won: bool) -> str:
    if rng.random() > 0.3:
        return ""
    good = (
        "Waited for confirmation, size within plan.",
        "Clean entry. Took a third off on the way.",
        "Held to target.",
    )
    bad = ("Entered before the signal was complete.", "Stop was right, the idea was early.", "Chased the second push.")
    return f"{setup.name}. {rng.choice(good if won else bad)}"


def swing_trades(closes: Callable[[str, date], float | None], today: date) -> list[DemoTrade]:
    """Return the swing account: scale-ins, a partial exit, a flip, an expired option, open positions."""
    plan: Sequence[tuple[str, int, tuple[tuple[int, int], ...]]] = (
        # symbol, weeks ago it begins, (trading days later, signed quantity)
        ("MSFT", 11, ((0, 300), (3, 200), (9, -250), (16, -250))),
        ("IBM", 10, ((0, -40), (6, 90), (15, -50))),
        ("GOOG", 8, ((0, 20), (12, -10))),
        ("AAPL", 6, ((0, 30), (5, 20))),
        ("FB", 5, ((0, 400), (4, -150), (8, -250))),
        ("IBM", 3, ((0, 60),)),
        ("MSFT", 2, ((0, -200),)),
    )
    trades = [trade for item in plan for trade in _swing(closes, today, *item)]
    return [*trades, *_options(closes, today)]


def _swing(
    closes: Callable[[str, date], float | None], today: date, symbol: str, weeks: int, legs: tuple[tuple[int, int], ...]
) -> Iterator[DemoTrade]:
    first = today - timedelta(weeks=weeks, days=today.weekday())
    stock = Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD")
    fills = []
    for days, quantity in legs:
        day = first + timedelta(days=days + 2 * (days // 5))
        price = closes(symbol, day)
        if price is not None and day < today:
            moment = datetime.combine(day, time(15, 50), NEW_YORK).astimezone(UTC)
            side = Side.BUY if quantity > 0 else Side.SELL
            fills.append(make_fill(stock, side, Decimal(abs(quantity)), _cents(price), moment, Decimal("1.00")))
    if fills:
        entry, side = fills[0].price, fills[0].side
        stop = (entry * (Decimal(1) - side * Decimal("0.045"))).quantize(CENT)
        yield DemoTrade(
            fills=tuple(fills), setup="Weekly trend", tags=("Swing",), stop=stop, target=None, note="Planned on Sunday."
        )


def _options(closes: Callable[[str, date], float | None], today: date) -> Iterator[DemoTrade]:
    opened = today - timedelta(weeks=4, days=today.weekday())
    expiry = opened + timedelta(days=18)
    price = closes("AAPL", opened)
    if price is None or expiry >= today:
        return
    strike = Decimal(int(price * 1.06 / 5) * 5)
    call = Instrument(
        symbol=f"AAPL {expiry:%d%b%y} {strike} C".upper(),
        asset_class=AssetClass.OPTION,
        currency="USD",
        multiplier=OPTION_MULTIPLIER,
        option=OptionTerms(underlying="AAPL", expiry=expiry, strike=strike, right=OptionRight.CALL),
    )
    sold = datetime.combine(opened, time(10, 12, 31), NEW_YORK).astimezone(UTC)
    ended = datetime.combine(expiry, time(16, 0), NEW_YORK).astimezone(UTC)
    yield DemoTrade(
        fills=(
            make_fill(call, Side.SELL, Decimal(2), Decimal("3.15"), sold, Decimal("1.30")),
            make_fill(call, Side.BUY, Decimal(2), Decimal(0), ended, Decimal(0), kind=ExecutionKind.EXPIRY),
        ),
        setup="Covered call",
        tags=("Options",),
        stop=None,
        target=None,
        note="Expired worthless, as planned.",
    )


def _cents(price: float) -> Decimal:
    return Decimal(repr(price)).quantize(CENT)

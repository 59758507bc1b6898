"""The demo's long-term account: two years of buying and holding, deposits, dividends, some euros.

Only purchases, so that the day trades keep their statistics; every price is a close of the demo market.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, OtherRow, ParsedExecution
from services.demo_book import CENT, NEW_YORK, make_fill

WEEKS = 104
FIRST_DEPOSIT, MONTHLY, EUROS = Decimal(40_000), Decimal(1_500), Decimal(6_000)
# Symbol, weeks after the start, quantity.
PURCHASES = (
    ("IBM", 1, "60"), ("MSFT", 1, "300"), ("AAPL", 3, "16"), ("GOOG", 8, "8"), ("BTC-USD", 12, "0.06"),
    ("MSFT", 26, "150"), ("IBM", 39, "20"), ("GOOG", 52, "5"), ("AAPL", 61, "9"), ("BTC-USD", 70, "0.04"),
    ("IBM", 83, "15"),
)  # fmt: skip
DIVIDENDS = {"IBM": "0.85", "MSFT": "0.23", "AAPL": "2.65"}
"""Dollars a share and quarter."""
INTEREST = Decimal("0.005")
"""Of the euros, a quarter."""
Close = Callable[[str, date], float | None]


def long_term_fills(close: Close, today: date) -> list[ParsedExecution]:
    """Return the purchases, oldest first."""
    start = first_day(today)
    found = []
    for symbol, weeks, quantity in PURCHASES:
        day = start + timedelta(weeks=weeks, days=2)
        price = close(symbol, day)
        if price is None or day >= today:
            continue
        kind = AssetClass.CRYPTO if "-" in symbol else AssetClass.STOCK
        item = Instrument(symbol=symbol, asset_class=kind, currency="USD")
        moment = datetime.combine(day, time(15, 55), NEW_YORK).astimezone(UTC)
        fees = Decimal("1.00") if kind is AssetClass.STOCK else Decimal("4.50")
        found.append(make_fill(item, Side.BUY, Decimal(quantity), _cents(price), moment, fees))
    return found


def long_term_events(today: date) -> Iterator[OtherRow]:
    """Yield deposits, dividends and interest up to today."""
    start = first_day(today)
    yield _row(OtherKind.DEPOSIT, start, FIRST_DEPOSIT, "Deposit")
    yield _row(OtherKind.DEPOSIT, start, EUROS, "Deposit", currency="EUR")
    for number in range(1, WEEKS // 4 + 1):
        day = start + timedelta(weeks=4 * number)
        if day < today:
            yield _row(OtherKind.DEPOSIT, day, MONTHLY, "Deposit")
    for number in range(1, WEEKS // 13 + 1):
        day = start + timedelta(weeks=13 * number, days=3)
        if day < today:
            yield from _quarter(start, day)


def _quarter(start: date, day: date) -> Iterator[OtherRow]:
    for symbol, amount in DIVIDENDS.items():
        held = sum(
            (Decimal(quantity) for name, weeks, quantity in PURCHASES
             if name == symbol and start + timedelta(weeks=weeks, days=2) < day - timedelta(days=5)),
            Decimal(0),
        )  # fmt: skip
        if held:
            yield _row(OtherKind.DIVIDEND, day, (held * Decimal(amount)).quantize(CENT), "Dividend", symbol=symbol)
    yield _row(OtherKind.INTEREST, day, (EUROS * INTEREST).quantize(CENT), "Interest", currency="EUR")


def first_day(today: date) -> date:
    """Return the Monday on which the account begins."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS)


def _row(
    kind: OtherKind, day: date, amount: Decimal, label: str, *, symbol: str = "", currency: str = "USD"
) -> OtherRow:
    moment = datetime.combine(day, time(10, 0), NEW_YORK).astimezone(UTC)
    return OtherRow(
        line=0,
        kind=kind,
        label=label,
        occurred_at=moment,
        symbol=symbol,
        amount=amount,
        currency=currency,
        identity=f"demo-{kind.value}-{symbol}-{currency}-{day.isoformat()}",
    )


def _cents(price: float) -> Decimal:
    return Decimal(repr(price)).quantize(CENT)

"""Broker files that the browser tests import, with the figures they must yield."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from tests.conftest import SAMPLES

OWN = Path(__file__).parent / "statements" / "flex_round_trip.csv"
SAMPLE = "ibkr/flex_partial_fills_execids.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A file of closed round trips in dollars.

    Attributes:
        path: The file.
        format: Title of the format it is recognised as.
        symbol: The one symbol in it.
        fills, gross, fees: What it must yield.
    """

    path: Path
    format: str
    symbol: str
    fills: int
    gross: Decimal
    fees: Decimal

    @property
    def net(self) -> Decimal:
        """Gross less fees."""
        return self.gross - self.fees

    @property
    def shown_net(self) -> str:
        """The net as the product writes it."""
        return f"{'−' if self.net < 0 else '+'}${abs(self.net):,.2f}"


def own_statement() -> Statement:
    """Return our own file: bought 60 at 40.50 and 40 at 40.60, sold 100 at 41.25."""
    gross = 100 * Decimal("41.25") - 60 * Decimal("40.5") - 40 * Decimal("40.6")
    return Statement(
        path=OWN,
        format="Interactive Brokers Flex Query (CSV)",
        symbol="MSFT",
        fills=3,
        gross=gross,
        fees=Decimal("2.05"),
    )


def sample_statement(name: str, *, title: str, symbol: str) -> Statement | None:
    """Return one of the shared samples with its figures from `expected.json`, None without the samples."""
    path = SAMPLES / "brokers" / name
    if not path.exists():
        return None
    expected = json.loads((SAMPLES / "brokers" / "expected.json").read_text("utf-8"))[name]
    return Statement(
        path=path,
        format=title,
        symbol=symbol,
        fills=int(expected["executions"]),
        gross=Decimal(expected["gross_pnl"]),
        fees=sum((Decimal(fee) for fee in expected["fees"].values()), Decimal(0)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """One closed trade of a made-up book."""

    symbol: str
    is_long: bool
    quantity: int
    entry: Decimal
    exit: Decimal
    day: date

    @property
    def gross(self) -> Decimal:
        """Profit before fees."""
        return (self.exit - self.entry) * self.quantity * (1 if self.is_long else -1)

    @property
    def net(self) -> Decimal:
        """Profit after two fees of a dollar."""
        return self.gross - 2


def made_up_book(number: int, symbols: tuple[str, ...], *, last_day: date) -> list[RoundTrip]:
    """Return round trips on the weekdays before a day, newest first; their results all differ."""
    trips: list[RoundTrip] = []
    day = last_day
    while len(trips) < number:
        if day.weekday() < 5:
            k = len(trips)
            step = Decimal(k % 7 - 3) / 4 + Decimal(k) / 100
            trip = RoundTrip(
                symbol=symbols[k % len(symbols)],
                is_long=k % 3 != 0,
                quantity=10 + k,
                entry=Decimal(40),
                exit=Decimal(40) + step,
                day=day,
            )
            trips.append(trip)
        day -= timedelta(days=1)
    return trips


def flex_csv(trips: list[RoundTrip], account: str) -> bytes:
    """Return round trips as a Flex Query in CSV: opened at 10:00, closed at 10:30 New York time."""
    lines = [
        "ClientAccountID,AssetClass,Symbol,DateTime,Quantity,TradePrice,IBCommission,Buy/Sell,LevelOfDetail,IBExecID"
    ]
    for k, trip in enumerate(trips):
        sides = ("BUY", "SELL") if trip.is_long else ("SELL", "BUY")
        for side, clock, price in zip(sides, ("100000", "103000"), (trip.entry, trip.exit), strict=True):
            signed = trip.quantity if side == "BUY" else -trip.quantity
            at = f"{trip.day:%Y%m%d};{clock}"
            lines.append(f"{account},STK,{trip.symbol},{at},{signed},{price},-1,{side},EXECUTION,{account}.{k}.{side}")
    return ("\n".join(lines) + "\n").encode()


def total_net(trips: list[RoundTrip]) -> float:
    """Return the sum of what the round trips made after fees."""
    return float(sum(trip.net for trip in trips))


def total_gross(trips: list[RoundTrip]) -> float:
    """Return the sum of what the round trips made before fees."""
    return float(sum(trip.gross for trip in trips))


def read_csv(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a downloaded file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


# Two days ago everywhere: the newest trade is never in the future of any time zone.
LAST_DAY = datetime.now(UTC).date() - timedelta(days=2)
SWING = made_up_book(90, ("MSFT", "AAPL", "IBM"), last_day=LAST_DAY)
SCALP = made_up_book(30, ("GOOG", "FB"), last_day=LAST_DAY)

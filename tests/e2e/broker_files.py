"""Broker files that the browser tests import, with the figures they must yield."""

from __future__ import annotations

import json
from dataclasses import dataclass
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
        path=OWN, format="Interactive Brokers Flex Query (CSV)", symbol="MSFT", fills=3, gross=gross, fees=Decimal("2.05")
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

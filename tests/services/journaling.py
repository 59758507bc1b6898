"""A small book with a journal, for tests of what is written about trades."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from data.brokers.batch import make_batch
from domain.accounts import UserId
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import ParsedExecution
from services.container import Services

FIRST = datetime(2026, 11, 2, 15, 0, tzinfo=UTC)
# Symbol, side, entry, exit; 100 shares, one a day from Monday 2 November 2026, held for half an hour, without fees.
TRADES = (
    ("AAA", 1, "10.00", "12.00"),
    ("BBB", -1, "20.00", "21.00"),
    ("AAA", 1, "10.00", "9.50"),
    ("CCC", 1, "50.00", "53.00"),
)
NETS = (200.0, -100.0, -50.0, 300.0)


@dataclass(frozen=True, slots=True)
class Notebook:
    """A person with trades; `trades` are their ids in the order of `TRADES`."""

    owner: UserId
    account: int
    trades: tuple[int, ...]


def open_notebook(services: Services, username: str = "maya") -> Notebook:
    """Register a person and give her the trades of `TRADES`."""
    owner = services.users.register(username, "seven grey herons").id
    account = services.accounts.create(owner, "Main", broker="Own", currency="USD", timezone="America/New_York")
    fills = [fill for number, row in enumerate(TRADES) for fill in _fills(number, *row)]
    added = services.ledger.add_executions(owner, account.id, make_batch(fills, [fill.identity for fill in fills]))
    ids = dict(zip((fill.identity for fill in fills), added.id.tolist(), strict=True))
    return Notebook(owner, int(account.id), tuple(ids[f"{n}-in"] for n in range(len(TRADES))))


def _fills(number: int, symbol: str, side: int, entry: str, exit_: str) -> list[ParsedExecution]:
    return [
        ParsedExecution(
            line=2 * number + place,
            instrument=Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD"),
            side=Side(side if name == "in" else -side),
            quantity=Decimal(100),
            price=Decimal(price),
            fees=Decimal(0),
            fee_currency="USD",
            executed_at=FIRST + timedelta(days=number, minutes=30 * place),
            identity=f"{number}-{name}",
        )
        for place, (name, price) in enumerate((("in", entry), ("out", exit_)))
    ]


def picture(size: tuple[int, int] = (60, 40), kind: str = "PNG", **options: object) -> bytes:
    """Return a picture."""
    from PIL import Image  # noqa: PLC0415 - only where a picture is used

    out = io.BytesIO()
    Image.new("RGB", size, (20, 90, 160)).save(out, kind, **options)
    return out.getvalue()

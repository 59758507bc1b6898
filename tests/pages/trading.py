"""A signed-in person with a small book of trades, for tests of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from dash import Dash
from flask.testing import FlaskClient

from data.brokers.batch import make_batch
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import ParsedExecution
from services.container import Services
from tests.web.client import make_app, sign_up
from web.context import EXTENSION

FIRST = datetime(2026, 9, 1, 14, 0, tzinfo=UTC)
# Symbol, side, quantity, entry, exit (None is still open); one a day, held for half an hour, fee 1 a fill.
TRADES = (
    ("AAA", 1, 100, "10.00", "11.00"),
    ("BBB", -1, 50, "20.00", "21.00"),
    ("AAA", 1, 10, "12.50", "12.25"),
    ("CCC", 1, 5, "100.00", None),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """An app, a client signed in to it, and the ids of the trades in the order of `TRADES`."""

    app: Dash
    client: FlaskClient
    services: Services
    owner: Any
    account: int
    trades: tuple[int, ...]


def open_desk(tmp_path: Path, username: str = "maya") -> Desk:
    """Return a fresh installation with one person and her trades."""
    app = make_app(tmp_path, demo=False)
    client = app.server.test_client()
    sign_up(client, username)
    services: Services = app.server.extensions[EXTENSION]
    return trade_as(app, client, services, username)


def trade_as(app: Dash, client: FlaskClient, services: Services, username: str) -> Desk:
    """Give a person the trades of `TRADES` in a new account."""
    owner = services.users.find(username).id  # type: ignore[union-attr]
    account = services.accounts.create(owner, "Main", broker="Own", currency="USD", timezone="America/New_York")
    fills = [fill for number, row in enumerate(TRADES) for fill in _fills(number, *row)]
    added = services.ledger.add_executions(owner, account.id, make_batch(fills, [fill.identity for fill in fills]))
    ids = dict(zip((fill.identity for fill in fills), added.id.tolist(), strict=True))
    return Desk(app, client, services, owner, int(account.id), tuple(ids[f"{n}-in"] for n in range(len(TRADES))))


def _fills(number: int, symbol: str, side: int, quantity: int, entry: str, exit_: str | None) -> list[ParsedExecution]:
    def fill(name: str, price: str, sign: int, minutes: int) -> ParsedExecution:
        return ParsedExecution(
            line=2 * number + 1,
            instrument=Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD"),
            side=Side(sign),
            quantity=Decimal(quantity),
            price=Decimal(price),
            fees=Decimal(1),
            fee_currency="USD",
            executed_at=FIRST + timedelta(days=number, minutes=minutes),
            identity=f"{number}-{name}",
        )

    opened = fill("in", entry, side, 0)
    return [opened] if exit_ is None else [opened, fill("out", exit_, -side, 30)]

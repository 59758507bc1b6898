"""Books for the tests of the Edge page: many small trades, one kind of which loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from data.brokers.batch import make_batch
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import ParsedExecution
from services.container import Services

FIRST = datetime(2026, 3, 2, 14, 40, tzinfo=UTC)
SETUPS = ("gap", "trend", "fade")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One trade to be: ten shares, from an entry price to an exit price."""

    symbol: str
    opened: datetime
    closed: datetime
    entry: float
    exit: float
    side: int = 1
    stop: float | None = None
    setup: str = ""


def leaky_deals(n: int = 360) -> list[Deal]:
    """Four trades a weekday of four symbols; every trade of BAD loses, the others come to nothing on average."""
    random = np.random.default_rng(5)
    deals = []
    for number in range(n):
        day, place = divmod(number, 4)
        opened = FIRST + timedelta(days=day // 5 * 7 + day % 5, minutes=45 * place)
        symbol = ("AAA", "BBB", "CCC", "BAD")[(number * 7 + day) % 4]
        move = float(random.normal(-1.0 if symbol == "BAD" else 0.3, 1.0))
        deals.append(
            Deal(
                symbol=symbol,
                opened=opened,
                closed=opened + timedelta(minutes=20),
                entry=100.0,
                exit=round(100 + move, 2),
                stop=99.0,
                setup=SETUPS[number % 3] if number > 2 else "three lucky",
            )
        )
    lucky = [Deal(**{**_fields(deal), "exit": 103.0, "symbol": "AAA"}) for deal in deals[:3]]
    return [*lucky, *deals[3:]]


def _fields(deal: Deal) -> dict[str, Any]:
    return {name: getattr(deal, name) for name in deal.__dataclass_fields__}


def add_book(services: Services, owner: Any, deals: Sequence[Deal], *, balance: str | None = "50000") -> int:
    """Store the trades in a new account of a person, with their journals; returns the account's id."""
    account = services.accounts.create(
        owner, "Edge", currency="USD", timezone="America/New_York", starting_balance=balance
    )
    fills = [fill for number, deal in enumerate(deals) for fill in _fills(number, deal)]
    added = services.ledger.add_executions(owner, account.id, make_batch(fills, [fill.identity for fill in fills]))
    ids = dict(zip((fill.identity for fill in fills), added.id.tolist(), strict=True))
    changes = {
        ids[f"{number}-in"]: {"setup": deal.setup, **({"planned_stop": str(deal.stop)} if deal.stop else {})}
        for number, deal in enumerate(deals)
    }
    services.journal.save_many(owner, account.id, changes)
    return int(account.id)


def _fills(number: int, deal: Deal) -> list[ParsedExecution]:
    return [
        ParsedExecution(
            line=2 * number + line,
            instrument=Instrument(symbol=deal.symbol, asset_class=AssetClass.STOCK, currency="USD"),
            side=Side(deal.side if line == 1 else -deal.side),
            quantity=Decimal(10),
            price=Decimal(str(price)),
            fees=Decimal("0.5"),
            fee_currency="USD",
            executed_at=at,
            identity=f"{number}-{name}",
        )
        for line, name, price, at in ((1, "in", deal.entry, deal.opened), (2, "out", deal.exit, deal.closed))
    ]

"""Books and reports for the tests of reports."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from domain.accounts import AccountId, UserId
from domain.filters import LedgerFilter
from domain.reports import ReportDefinition
from services.container import Services
from services.imports import ImportRequest
from tests.services.samples import trades_csv

SYMBOLS = ("ACME", "BOLT", "CROW")
FILTER = LedgerFilter()
EVIL = "=HYPERLINK(1)"
MANY = ("kpis", "equity", "month", "calendar", "symbol", "setup", "distribution", "metrics", "trades")


@dataclass(frozen=True)
class Desk:
    """An owner with a book."""

    services: Services
    owner: UserId
    account: AccountId


def make_desk(services: Services, *, balance: str = "25000", trades: int = 40, name: str = "maya") -> Desk:
    """Register somebody and import round trips with odd amounts; the last trade is open with a partial exit."""
    owner = services.users.register(name, "four unrelated words").id
    payload = trades_csv(round_trips(trades))
    request = ImportRequest(filename="fills.csv", payload=payload, account="Main", format="generic-csv")
    services.imports.commit(owner, request)
    account = services.accounts.list_accounts(owner)[0].id
    if balance:
        services.accounts.update(owner, account, starting_balance=balance)
    for trade in services.portfolio.every_trade(owner, FILTER)[:8]:
        services.journal.save(owner, account, int(trade.id), setup=EVIL, note="Waited 1234.56 too long")
    return Desk(services, owner, account)


def round_trips(number: int, seed: int = 7) -> Sequence[str]:
    """Return fills of so many trades over two months, and a position half closed."""
    draw = random.Random(seed)
    rows = []
    for at in range(number):
        day, size = 1 + at % 28, draw.randint(3, 250)
        price, move = draw.randint(900, 9_900) / 100, draw.randint(-333, 351) / 100
        start = f"2026-{9 + at // 28:02}-{day:02}"
        first, last = ("Buy", "Sell") if draw.random() < 0.6 else ("Sell", "Buy")
        symbol = SYMBOLS[at % 3]
        rows.append(f"a{at},{start} 14:3{at % 10}:00,{symbol},{first},{size},{price:.2f},1.17,USD")
        rows.append(f"b{at},{start} 15:0{at % 10}:00,{symbol},{last},{size},{price + move:.2f},1.23,USD")
    rows.append("c1,2026-11-02 15:00:00,DUNE,Buy,100,20.00,1.00,USD")
    rows.append("c2,2026-11-03 15:00:00,DUNE,Sell,40,21.37,0.40,USD")
    return rows


def report(**changes: object) -> ReportDefinition:
    """Return a report with the usual sections."""
    return ReportDefinition(**({"name": "Month end", "sections": MANY} | changes))  # type: ignore[arg-type]

"""A book, random filters and readers for the tests that compare every place a figure is shown."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dash import Dash
from flask.testing import FlaskClient

from domain.accounts import UserId
from domain.filters import LedgerFilter
from domain.statements import OtherKind, OtherRow
from services.container import Services
from services.imports import ImportRequest
from tests.pages import said
from tests.pages.callbacks import call
from tests.services.samples import trades_csv

SYMBOLS = ("ACME", "BOLT", "CROW", "DUNE")
SETUPS = ("Breakout", "Fade", "")
SECTIONS = ("kpis", "equity", "month", "symbol", "setup", "side", "weekday", "hour", "calendar", "metrics", "trades")
HOLDINGS = ("returns", "value", "contribution", "allocation", "income", "payments", "gains", "disposals")
FORMS = ("csv", "xlsx", "html", "pdf")
DAYS = 90


def fill_book(services: Services, owner: UserId) -> None:
    """Give the owner two accounts with trades of the last ninety days, some of them still open."""
    draw = random.Random(11)
    first = services.clock().date() - timedelta(days=DAYS)
    for name, balance in (("Main", "50000"), ("Side", "20000")):
        account = services.accounts.create(
            owner, name, currency="USD", timezone="America/New_York", starting_balance=balance
        )
        payload = trades_csv(list(fills(draw, first, name)))
        request = ImportRequest(filename=f"{name}.csv", payload=payload, account=name, timezone="America/New_York")
        services.imports.commit(owner, request)
        paid = [dividend(services, days) for days in (70, 20)]
        services.cash.add_events(owner, account.id, paid)
    for trade in services.portfolio.every_trade(owner, LedgerFilter()):
        stop = trade.entry_price - trade.side * Decimal(draw.randint(50, 300)) / 100
        planned = {"planned_stop": str(stop)} if draw.random() < 0.7 and stop > 0 else {}
        tags = ("late",) if draw.random() < 0.3 else ()
        services.journal.save(owner, trade.account_id, int(trade.id), setup=draw.choice(SETUPS), tags=tags, **planned)
    services.portfolios.plans.save(
        owner, None, name="Everything", benchmark="GOOG",
        account_ids=[account.id for account in services.accounts.list_accounts(owner)],
    )  # fmt: skip


def fills(draw: random.Random, first: date, name: str) -> Iterator[str]:
    """Round trips with odd amounts, longs and shorts, and two positions that are half closed."""
    for number in range(45):
        day, size = first + timedelta(days=draw.randrange(DAYS - 3)), draw.randint(3, 250)
        price, move = draw.randint(900, 9_900) / 100, draw.randint(-333, 351) / 100
        start, end = ("Buy", "Sell") if draw.random() < 0.6 else ("Sell", "Buy")
        symbol, minute = SYMBOLS[number % 3], draw.randrange(360)
        at, later = (f"{day} {10 + m // 60:02}:{m % 60:02}:00" for m in (minute, minute + 7))
        yield f"{name}a{number},{at},{symbol},{start},{size},{price:.2f},1.17,USD"
        yield f"{name}b{number},{later},{symbol},{end},{size},{price + move:.2f},1.23,USD"
    for number, symbol in enumerate(SYMBOLS[3:]):
        yield f"{name}c{number},{first} 09:45:00,{symbol},Buy,100,20.00,1.00,USD"
        yield f"{name}d{number},{first + timedelta(days=40)} 09:45:00,{symbol},Sell,40,21.37,0.40,USD"


def dividend(services: Services, days: int) -> OtherRow:
    """A payment so many days ago."""
    return OtherRow(
        line=0,
        kind=OtherKind.DIVIDEND,
        label="Dividend",
        occurred_at=services.clock() - timedelta(days=days),
        symbol="DUNE",
        amount=Decimal("12.37"),
        currency="USD",
        identity=f"dividend {days}",
    )


def random_filters(services: Services, number: int, *, seed: int, units: tuple[str, ...]) -> Iterator[LedgerFilter]:
    """Filters as people combine them."""
    draw, today = random.Random(seed), trading_day(services)
    periods = ("all", "90d", "30d", f"{today - timedelta(days=80)}..{today - timedelta(days=25)}")
    for _ in range(number):
        yield LedgerFilter.from_query(
            {
                "accounts": draw.choice(("", "", "1", "2")),
                "symbols": ",".join(draw.sample(SYMBOLS, 2)) if draw.random() < 0.4 else "",
                "setups": draw.choice(("", "", "", "Breakout")),
                "side": draw.choice(("", "", "long", "short")),
                "result": draw.choice(("", "", "", "win")),
                "basis": draw.choice(("net", "gross")),
                "period": draw.choice(periods),
                "unit": draw.choice(units),
            }
        )


def trading_day(services: Services) -> date:
    """Today where the accounts are: not the day of UTC in the evening."""
    return services.clock().astimezone(ZoneInfo("America/New_York")).date()


def api_query(services: Services, chosen: LedgerFilter) -> str:
    """A filter in the words of the REST interface."""
    today = trading_day(services)
    days = {"90d": 90, "30d": 30}.get(chosen.period)
    span = f"{today - timedelta(days=days - 1)}..{today}" if days else chosen.period
    start, _, end = span.partition("..") if ".." in span else ("", "", "")
    words = {
        "account": ",".join(str(item) for item in chosen.accounts),
        "symbol": ",".join(chosen.symbols),
        "setup": ",".join(chosen.setups),
        "side": chosen.side,
        "result": chosen.result,
        "basis": chosen.basis.value,
        "from": start,
        "to": end,
    }
    return urlencode({name: value for name, value in words.items() if value})


def read_page(app: Dash, client: FlaskClient, output: str, query: str, **values: Any) -> Any:
    """What one callback answers for a filter."""
    return call(app, client, output, {"shell-filter.data": query, **values})


def page_texts(app: Dash, client: FlaskClient, output: str, query: str, **values: Any) -> list[str]:
    """The texts of what a callback fills."""
    name, _, prop = output.rpartition(".")
    return said.texts_of(read_page(app, client, output, query, **values)[name][prop])


def make_files(client: FlaskClient, sections: tuple[str, ...], query: str, number: Iterator[int]) -> dict[str, bytes]:
    """One report in every form that holds text."""
    body = {"name": f"Check {next(number)}", "sections": sections, "filter": query, "accounting": False}
    made = said.send_json(client, "POST", "/api/v1/reports", body)
    files = {}
    for form in FORMS:
        answer = client.get(f"/api/v1/reports/{made['id']}/download?form={form}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        files[form] = bytes(answer.data)
    return files


NUMBERS = itertools.count()


def close(first: Any, second: Any) -> bool:
    """Whether two numbers are one, but for the last digits of a float."""
    return math.isclose(float(first), float(second), rel_tol=1e-7, abs_tol=1e-7)


def digits(text: str) -> str:
    """A text without signs, blanks and currency: what must agree to the last digit whatever the manner."""
    return "".join(sign for sign in text if sign.isalnum() or sign == ".").replace("USD", "")

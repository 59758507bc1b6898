"""The demo workspace: filled once, the same on every machine, resettable, allowed or not."""

from __future__ import annotations

import weakref
from pathlib import Path

import pytest

from domain.errors import AuthorisationError
from domain.filters import LedgerFilter
from services.container import Installation, Services
from tests.conftest import NOW
from tests.servers import new_database

ALL = LedgerFilter()


def make(folder: Path, *, demo: bool = True) -> Services:
    """Return services on SQLite."""
    folder.mkdir(exist_ok=True)
    made = Services(Installation(data_dir=folder, database_url=new_database(folder), demo=demo), clock=lambda: NOW)
    made.migrate()
    weakref.finalize(made, made.db.close)
    return made


def test_the_demo_is_a_living_book(tmp_path: Path) -> None:
    """Two accounts, over a hundred trades up to yesterday, open positions with prices, notes and plans."""
    services = make(tmp_path)
    count = services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    assert user.is_demo
    found = services.portfolio.performance(user.id, ALL)
    assert count > 100
    assert found.metrics["expectancy_r"].value is not None
    assert {item.quote is not None for item in services.portfolio.holdings(user.id, ALL)} == {True}
    trades = services.portfolio.every_trade(user.id, ALL)
    assert any(trade.has_note for trade in trades)
    assert any(trade.instrument.option for trade in trades)
    assert max(trade.opened_at for trade in trades) < NOW
    services.db.close()


def test_every_fill_lies_on_its_candle(tmp_path: Path) -> None:
    """A marker on the chart stands on the bar that was traded."""
    services = make(tmp_path)
    services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    account = services.accounts.list_accounts(user.id)[0]
    for trade in services.portfolio.every_trade(user.id, ALL.with_(accounts=(account.id,)))[:20]:
        for line in services.portfolio.trade(user.id, int(trade.id)).executions:
            day = services.demo._minutes(trade.instrument.symbol, line.executed_at.date())
            minute = int(line.executed_at.timestamp()) // 60 * 60_000_000
            row = day.start.tolist().index(minute)
            assert day.low[row] - 0.011 <= float(line.price) <= day.high[row] + 0.011
    services.db.close()


def test_filling_twice_and_resetting_change_nothing(tmp_path: Path) -> None:
    """ensure() is idempotent, reset() makes the same book, and so does another machine."""
    services = make(tmp_path / "one")
    first = services.demo.ensure()
    assert services.demo.ensure() == first
    user = services.users.find("demo")
    assert user is not None
    before = services.portfolio.performance(user.id, ALL).realised
    assert services.demo.reset() == first
    assert services.portfolio.performance(user.id, ALL).realised == before
    other = make(tmp_path / "two")
    assert other.demo.ensure() == first
    twin = other.users.find("demo")
    assert twin is not None
    assert other.portfolio.performance(twin.id, ALL).realised == before


def test_no_demo_where_it_is_not_allowed(tmp_path: Path) -> None:
    """An installation without demo refuses it."""
    with pytest.raises(AuthorisationError, match="no demo"):
        make(tmp_path, demo=False).demo.ensure()

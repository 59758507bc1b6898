"""One filtered trade set: every figure of every view reconciles to its trades."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest

from domain.accounts import User
from domain.errors import InvalidInputError
from domain.filters import Basis, FigureUnit, LedgerFilter
from services.container import Installation, Services
from tests.conftest import NOW
from tests.servers import new_database
from tests.services.samples import trades_csv
from tests.services.test_imports import request

ALL = LedgerFilter()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, User]]:
    """The demo workspace and its user."""
    folder = tmp_path_factory.mktemp("demo")
    services = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    services.migrate()
    services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    yield services, user
    services.db.close()


FILTERS = [
    ALL,
    ALL.with_(basis=Basis.GROSS),
    ALL.with_(period="30d"),
    ALL.with_(period="2026-09-01..2026-09-30"),
    ALL.with_(side="short"),
    ALL.with_(symbols=("AAPL", "IBM")),
    ALL.with_(tags=("FOMO",)),
    ALL.with_(setups=("Gap fade",), weekday=2),
    ALL.with_(result="win"),
    ALL.with_(unit=FigureUnit.R),
    ALL.with_(unit=FigureUnit.PERCENT, period="30d"),
]


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: chosen.to_query() or "all")
def test_days_curve_and_headline_agree(demo: tuple[Services, User], chosen: LedgerFilter) -> None:
    """The sum of the days equals the end of the curve equals the headline P&L."""
    services, user = demo
    headline = services.portfolio.performance(user.id, chosen).realised
    gross = chosen.basis is Basis.GROSS
    days = sum(item.profit(gross=gross) for item in services.portfolio.days(user.id, chosen).values())
    curve = services.portfolio.curve(user.id, chosen).equity.y
    assert days == pytest.approx(headline, abs=1e-6)
    assert (curve[-1] if len(curve) else 0.0) == pytest.approx(headline, abs=1e-6)


@pytest.mark.parametrize("chosen", FILTERS, ids=lambda chosen: chosen.to_query() or "all")
def test_buckets_and_rows_agree(demo: tuple[Services, User], chosen: LedgerFilter) -> None:
    """The means of a breakdown without overlap, times their trades, sum to the closed trades that the list shows."""
    services, user = demo
    rows = services.portfolio.every_trade(user.id, chosen.with_(status="closed"))
    is_gross = chosen.basis is Basis.GROSS
    total = float(sum((trade.gross if is_gross else trade.net for trade in rows), Decimal(0)))
    if chosen.unit is FigureUnit.R:
        rows = [trade for trade in rows if trade.risk]
        total = float(sum((trade.r_multiple or Decimal(0) for trade in rows), Decimal(0)))
    elif chosen.unit is FigureUnit.PERCENT:
        total /= 100_000
    for by in ("symbol", "side", "weekday", "hour", "month", "duration", "setup"):
        found = services.analysis.breakdown(user.id, chosen, by, ("expectancy",))
        shown = sum(row.trades * (row.figures["expectancy"] or 0) for row in found.rows)
        assert shown == pytest.approx(total, abs=1e-6), by
        assert sum(row.trades for row in found.rows) == len(rows), by


def test_the_csv_is_the_list(demo: tuple[Services, User]) -> None:
    """Every row of the export equals the trade on the page, in its order, exact."""
    services, user = demo
    chosen, sort = ALL.with_(side="long"), [("net", True)]
    text = "".join(services.exports.trades(user.id, chosen, sort))
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    trades = services.portfolio.every_trade(user.id, chosen, sort)
    assert [row["id"] for row in rows] == [str(trade.id) for trade in trades]
    assert [Decimal(row["net_pnl"]) for row in rows] == [trade.net for trade in trades]
    nets = [trade.net for trade in trades]
    assert nets == sorted(nets, reverse=True)


def test_pages_of_rows_cover_the_list(demo: tuple[Services, User]) -> None:
    """Blocks of rows put together are the whole list, without gaps or repeats."""
    services, user = demo
    whole = services.portfolio.every_trade(user.id, ALL)
    blocks = [
        services.portfolio.trades(user.id, ALL, start=start, end=start + 50).rows for start in range(0, len(whole), 50)
    ]
    assert [trade.id for block in blocks for trade in block] == [trade.id for trade in whole]


def test_a_trades_executions_sum_to_it(demo: tuple[Services, User]) -> None:
    """The lines' fees sum to the trade's, and the running realised P&L ends at its net."""
    services, user = demo
    for trade in services.portfolio.every_trade(user.id, ALL)[:40]:
        detail = services.portfolio.trade(user.id, int(trade.id))
        if not trade.is_open:
            assert sum((line.fees for line in detail.executions), Decimal(0)) == trade.fees
            assert detail.executions[-1].position == 0
        running = [line.realised for line in detail.executions if line.realised is not None]
        assert (running[-1] if running else Decimal(0)) == trade.net


def test_r_uses_the_planned_stop(demo: tuple[Services, User]) -> None:
    """The list, the detail and the metrics see the same initial risk."""
    services, user = demo
    trade = next(item for item in services.portfolio.every_trade(user.id, ALL) if item.risk and not item.is_open)
    detail = services.portfolio.trade(user.id, int(trade.id)).trade
    assert trade.risk is not None
    assert detail.risk is not None
    assert float(detail.risk) == pytest.approx(float(trade.risk))


def test_percent_needs_a_starting_balance(services: Services) -> None:
    """Without one, percent falls back to money and drawdown has a reason instead of a number."""
    user = services.users.register("maya", "four unrelated words")
    services.imports.commit(
        user.id, request("a,2026-03-02 09:31:05,ACME,Buy,1,10,0,USD", "b,2026-03-03 09:31:05,ACME,Sell,1,9,0,USD")
    )
    percent = ALL.with_(unit=FigureUnit.PERCENT)
    assert services.portfolio.curve(user.id, percent).unit == "USD"
    drawdown = services.portfolio.performance(user.id, ALL).metrics["max_drawdown"]
    assert drawdown.value is None
    assert drawdown.reason
    account = services.accounts.list_accounts(user.id)[0]
    services.accounts.update(user.id, account.id, starting_balance="100")
    curve = services.portfolio.curve(user.id, percent)
    assert curve.unit == "%"
    assert curve.equity.y.tolist() == pytest.approx([-0.01])
    assert services.portfolio.performance(user.id, ALL).metrics["max_drawdown"].value == pytest.approx(-0.01)


def test_two_currencies_are_never_added(services: Services) -> None:
    """The base currency is shown, the other is counted as left out and can be chosen."""
    user = services.users.register("maya", "four unrelated words")
    rows = [
        "a,2026-03-02 09:31:05,ACME,Buy,1,10,0,USD", "b,2026-03-02 10:31:05,ACME,Sell,1,12,0,USD",
        "c,2026-03-02 09:31:05,SIE,Buy,1,100,0,EUR", "d,2026-03-02 10:31:05,SIE,Sell,1,107,0,EUR",
    ]  # fmt: skip
    services.imports.commit(user.id, request(*rows))
    assert services.portfolio.performance(user.id, ALL).realised == pytest.approx(2.0)
    assert services.portfolio.summary(user.id, ALL).left_out == {"EUR": 1}
    euros = ALL.with_(currency="EUR")
    assert services.portfolio.performance(user.id, euros).realised == pytest.approx(7.0)


def test_the_day_is_that_of_the_accounts_zone(services: Services) -> None:
    """An exit at 23:30 in New York counts on that day, though it is tomorrow in UTC; totals do not move."""
    user = services.users.register("maya", "four unrelated words")
    late = ["a,2026-03-02 09:31:05,ACME,Buy,1,10,0,USD", "b,2026-03-02 23:30:00,ACME,Sell,1,12,0,USD"]
    services.imports.commit(user.id, request(*late))
    account = services.accounts.list_accounts(user.id)[0]
    services.accounts.update(user.id, account.id, timezone="America/New_York")
    (day,) = services.portfolio.days(user.id, ALL)
    assert day.isoformat() == "2026-03-02"
    services.accounts.update(user.id, account.id, timezone="UTC")
    (moved,) = services.portfolio.days(user.id, ALL)
    assert moved - day == timedelta(days=1)
    assert services.portfolio.performance(user.id, ALL).realised == pytest.approx(2.0)


def test_search_looks_at_symbol_setup_tag_and_note(demo: tuple[Services, User]) -> None:
    """A word finds the trades that carry it anywhere."""
    services, user = demo
    by_setup = services.portfolio.trades(user.id, ALL.with_(search="gap fade")).total
    assert by_setup == services.portfolio.trades(user.id, ALL.with_(setups=("Gap fade",))).total > 0
    assert services.portfolio.trades(user.id, ALL.with_(search="no such word")).total == 0


def test_an_unknown_word_of_the_filter_is_refused(demo: tuple[Services, User]) -> None:
    """A wrong period or status is an error that names it."""
    services, user = demo
    with pytest.raises(InvalidInputError, match="Period"):
        services.portfolio.trades(user.id, ALL.with_(period="sometime"))
    with pytest.raises(InvalidInputError):
        services.portfolio.trades(user.id, ALL.with_(status="maybe"))


def test_formula_text_is_neutralised_in_exports(services: Services) -> None:
    """A symbol that a spreadsheet would run gets an apostrophe; negative numbers stay numbers."""
    user = services.users.register("maya", "four unrelated words")
    rows = ["a,2026-03-02 09:31:05,@SUM(A1),Buy,1,10,0,USD", "b,2026-03-02 10:31:05,@SUM(A1),Sell,1,9,0,USD"]
    services.imports.commit(user.id, request(*rows))
    text = "".join(services.exports.trades(user.id, ALL, []))
    assert "'@SUM(A1)" in text
    assert ",-1," in text
    assert trades_csv(rows)

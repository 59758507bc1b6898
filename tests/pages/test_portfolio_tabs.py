"""The tabs of a portfolio in a whole app: each shows its report, its empty state, and what is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from data.brokers.batch import make_batch
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.statements import OtherKind, OtherRow, ParsedExecution
from services import gains
from services.container import Services
from tests.pages.callbacks import call
from tests.web.client import make_app, sign_up

FILLS = (("AAPL", Side.BUY, "10", "400", 300), ("AAPL", Side.SELL, "4", "430", 90), ("IBM", Side.BUY, "20", "190", 200))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """One app for the tests of the tabs."""
    made = make_app(Path(tmp_path_factory.mktemp("tabs")))
    yield made
    services: Services = made.server.extensions["fillwise"]
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner holds two shares, sold some, was paid a dividend and has euros."""
    services: Services = app.server.extensions["fillwise"]
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    account = services.accounts.create(owner, "Main", currency="USD", timezone="UTC", starting_balance="20000")
    now = services.clock()
    fills = [
        ParsedExecution(
            line=line,
            instrument=Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD"),
            side=side,
            quantity=Decimal(quantity),
            price=Decimal(price),
            executed_at=now - timedelta(days=age),
            identity=f"fill {line}",
        )
        for line, (symbol, side, quantity, price, age) in enumerate(FILLS, 1)
    ]
    services.ledger.add_executions(owner, account.id, make_batch(fills, [fill.identity for fill in fills]))
    services.cash.add_events(owner, account.id, [_paid("12.50", "USD", now), _paid("100", "EUR", now)])
    services.portfolios.plans.save(owner, None, name="Long-term", account_ids=[account.id], benchmark="GOOG")
    return browser


def _paid(amount: str, currency: str, now: datetime) -> OtherRow:
    return OtherRow(
        line=0,
        kind=OtherKind.DIVIDEND,
        label="Dividend",
        occurred_at=now - timedelta(days=40),
        symbol="IBM",
        amount=Decimal(amount),
        currency=currency,
        identity=f"dividend {currency}",
    )


def text_of(app: Dash, client: FlaskClient, output: str, values: dict[str, Any] | None = None) -> str:
    """Return the JSON of a callback's answer."""
    return json.dumps(call(app, client, output, values or {}), ensure_ascii=False)


def test_performance_shows_returns_the_benchmark_and_simulated_rates(app: Dash, client: FlaskClient) -> None:
    """Headline figures, the figures against the benchmark, the bridge with its line for rates, contributions."""
    text = text_of(app, client, "portfolio-performance-body.children")
    for said in ("Time-weighted", "Money-weighted", "Modified Dietz", "Tracking error", "Exchange rates", "By holding"):
        assert said in text, said
    assert "Rates of EUR come from the demo market." in text
    assert "/export/portfolio/returns.csv" in text


def test_allocation_divides_by_everything(app: Dash, client: FlaskClient) -> None:
    """Class, sector, currency, account and the map of holdings; sectors can be written."""
    text = text_of(app, client, "portfolio-allocation-body.children")
    for said in ("Asset class", "Information Technology", "EUR", "Main", "Holdings and cash"):
        assert said in text, said
    ids = [{"type": "portfolio-allocation-sector", "symbol": "IBM"}]
    answer = call(
        app, client, "portfolio-allocation-changed.data", {"ids": ids, "portfolio-allocation-save.n_clicks": 1}
    )
    assert "Sectors saved" in json.dumps(answer)


def test_income_names_month_and_symbol(app: Dash, client: FlaskClient) -> None:
    """Two payments, one of them in euros."""
    text = text_of(app, client, "portfolio-income-body.children")
    assert "By month" in text
    assert "2 payments" in text
    assert "€100.00" in text


def test_gains_begin_with_the_portfolios_rules_and_newest_year(app: Dash, client: FlaskClient) -> None:
    """Years are listed, the disposals stand in the grid, and it says that it is no advice."""
    years = call(app, client, "portfolio-gains-year.options", {"portfolio-gains-regime.value": "us"})
    newest = years["portfolio-gains-year"]["value"]
    assert newest == years["portfolio-gains-year"]["options"][0]["value"]
    values = {"portfolio-gains-year.value": newest, "portfolio-gains-regime.value": "us"}
    text = text_of(app, client, "portfolio-gains-body.children", values)
    assert "no tax advice" in text
    assert "Form 8949 CSV" in text
    assert "+$120.00" in text


def test_gains_of_a_large_book_are_followed_until_they_are_there(
    app: Dash, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page shows how far the job is, looks again, and asks for years and body when it is done."""
    services: Services = app.server.extensions["fillwise"]
    monkeypatch.setattr(gains, "FILLS_AT_ONCE", 0)
    for name in ("wake", "ensure"):
        monkeypatch.setattr(services.jobs._supervisor, name, lambda: None)
    rules = {"portfolio-gains-regime.value": "in"}
    assert call(app, client, "portfolio-gains-year.options", rules)["portfolio-gains-year"]["options"] == []
    answer = call(app, client, "portfolio-gains-body.children", rules)
    assert answer["portfolio-gains-body"]["children"] == []
    asked = {"portfolio-gains-job.data": answer["portfolio-gains-job"]["data"]}
    shown = call(app, client, "portfolio-gains-progress.children", asked)
    assert "Waiting to match fills" in json.dumps(shown)
    assert shown["portfolio-gains-look"]["disabled"] is False
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    job = services.jobs.get(owner, asked["portfolio-gains-job.data"])
    services.portfolios.run_gains(job)
    answer = call(app, client, "portfolio-gains-body.children", rules)
    assert answer["portfolio-gains-job"]["data"] is None
    assert "STCG s.111A" in json.dumps(answer)
    services.jobs.cancel(owner, job.id)
    monkeypatch.setattr(gains, "FILLS_AT_ONCE", 3_000)


def test_orders_need_targets_and_then_reach_them(app: Dash, client: FlaskClient) -> None:
    """Without targets there is a word how to set them; with them there are orders."""
    output = "portfolio-rebalance-body.children"
    assert "No targets yet" in text_of(app, client, output)
    services: Services = app.server.extensions["fillwise"]
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    book = services.portfolios
    plan = next(item for item in book.plans.plans(owner) if item.name == "Long-term")
    book.save_targets(owner, plan, "symbol", {"AAPL": 50.0, "IBM": 30.5, "": None})
    text = text_of(app, client, output, {"portfolio-rebalance-smallest.value": 1})
    assert '"Buy"' in text
    assert "30.5" in text_of(app, client, "portfolio-rebalance-targets.children")


def test_the_frontier_counts_the_days_of_a_year_as_the_settings_say(app: Dash, client: FlaskClient) -> None:
    """Automatic is 252 for shares; with 365 in the settings risk and return grow alike, and page and REST say so."""
    services: Services = app.server.extensions["fillwise"]
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    number = client.get("/api/v1/portfolios").get_json()["items"][0]["id"]

    def read() -> tuple[Any, str]:
        found = client.get(f"/api/v1/portfolios/{number}/frontier?years=3").get_json()
        return found, text_of(app, client, "portfolio-frontier-body.children", {"portfolio-frontier-years.value": 3})

    before, said = read()
    services.analysis_settings.save_default(owner, {"year_days": "365"})
    try:
        after, told = read()
    finally:
        services.analysis_settings.save_default(owner, {})
    assert (before["year_days"], after["year_days"]) == (252, 365)
    assert "252 days (automatic)" in said
    assert "365 days, as the analysis settings say" in told
    for name in ("present", "least_risk"):
        assert float(after[name]["mean"]) == pytest.approx(float(before[name]["mean"]) * 365 / 252, rel=1e-4)
        assert float(after[name]["risk"]) == pytest.approx(float(before[name]["risk"]) * (365 / 252) ** 0.5, rel=1e-4)


def test_the_frontier_says_how_many_days_it_rests_on(app: Dash, client: FlaskClient) -> None:
    """Two holdings with years of closes make a curve; its notice is honest."""
    text = text_of(app, client, "portfolio-frontier-body.children", {"portfolio-frontier-years.value": 3})
    assert "Efficient frontier" in text
    assert "Past means are no forecast." in text


def test_a_missing_rate_is_told_on_every_tab(app: Dash, client: FlaskClient) -> None:
    """A currency nobody has a rate for: the tab says which pair and where to add it."""
    services: Services = app.server.extensions["fillwise"]
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    (account,) = services.accounts.list_accounts(owner)
    services.portfolios.plans.save(owner, None, name="Odd", currency="ZZZ", account_ids=[account.id])
    query = {"shell-filter.data": f"accounts={int(account.id)}&currency=ZZZ"}
    for tab in ("performance", "allocation", "income"):
        text = text_of(app, client, f"portfolio-{tab}-body.children", query)
        assert "There is no exchange rate from" in text, tab
        assert "/settings/rates" in text


def services_rates(app: Dash) -> int:
    """Return how many rates from CHF are kept."""
    services: Services = app.server.extensions["fillwise"]
    owner = next(user.id for user in services.users.list_users() if user.username == "maya")
    return sum(row[2] for row in services.portfolios.rates.pairs(owner) if row[0] == "CHF")


def test_rates_are_typed_and_listed(app: Dash, client: FlaskClient) -> None:
    """A rate by hand stands in the list; a wrong one is refused with a reason."""
    values = {
        "settings-rates-save.n_clicks": 1,
        "settings-rates-base.value": "CHF",
        "settings-rates-quote.value": "USD",
        "settings-rates-day.value": "2026-11-02",
        "settings-rates-rate.value": "1.12",
    }
    answer = call(app, client, "settings-rates-changed.data", values, changed="settings-rates-save.n_clicks")
    assert "saved for 2026-11-02" in json.dumps(answer)
    assert "CHF" in text_of(app, client, "settings-rates-list.children")
    bad = values | {"settings-rates-rate.value": "one"}
    refused = call(app, client, "settings-rates-changed.data", bad, changed="settings-rates-save.n_clicks")
    assert refused == {}  # the reason is a toast of the frame's
    assert services_rates(app) == 1


@pytest.mark.parametrize(
    ("table", "first"),
    [
        ("returns", "day,portfolio_return,benchmark_return"), ("contributions", "holding,weight"),
        ("allocation", "class,value"), ("income", "day,kind,symbol"), ("gains", "(a) Description of property"),
        ("lots", "symbol,account,side"), ("orders", "symbol,side,quantity"),
    ],
)  # fmt: skip
def test_every_table_is_a_csv(client: FlaskClient, table: str, first: str) -> None:
    """The header says what the columns are; the bytes begin with the mark of UTF-8."""
    answer = client.get(f"/export/portfolio/{table}.csv")
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).startswith("\ufeff" + first)
    answer.close()


def test_a_table_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    """An unknown name is no error of the server."""
    assert client.get("/export/portfolio/nothing.csv").status_code == 404


def test_a_new_user_sees_what_to_do(app: Dash) -> None:
    """Every tab has a state of its own for an empty book."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "nina")
    for tab in ("performance", "allocation", "income", "frontier"):
        assert "Nothing here yet" in text_of(app, browser, f"portfolio-{tab}-body.children"), tab
    assert "Nothing was sold in this year" in text_of(app, browser, "portfolio-gains-body.children")

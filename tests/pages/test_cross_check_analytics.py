"""The same figure is equal in Compare, cross tables, heat maps, trends, calendar, journal and cash, wherever read."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
from dash import Dash
from flask.testing import FlaskClient

from components import format as fmt
from components.why import value_text
from domain.accounts import UserId
from domain.filters import Basis, LedgerFilter
from domain.performance import Unit
from services.container import Services
from tests.pages import said
from tests.pages.cross_book import api_query, close, fill_book, page_texts, random_filters, read_page
from tests.web.client import make_app, sign_up
from web.context import EXTENSION

House = tuple[Services, UserId]
SOME = ("net_pnl", "trades", "win_rate", "profit_factor", "expectancy", "avg_win", "avg_loss")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(Path(tmp_path_factory.mktemp("cross-analytics")))
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner has two accounts, setups, tags, stops and a dividend."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    services: Services = app.server.extensions[EXTENSION]
    fill_book(services, services.users.list_users()[0].id)
    return browser


@pytest.fixture
def house(app: Dash, client: FlaskClient) -> House:
    """The services and the owner."""
    del client
    services: Services = app.server.extensions[EXTENSION]
    return services, services.users.list_users()[0].id


def filter_of(query: str) -> LedgerFilter:
    """The filter of an address."""
    return LedgerFilter.from_query(dict(parse_qsl(query)))


def numbers(column: Any) -> Any:
    """A column of a figure as the browser reads it."""
    if not isinstance(column, dict):
        return np.array([[np.nan if cell is None else cell for cell in row] for row in column], dtype=np.float64)
    values = np.frombuffer(base64.b64decode(column["bdata"]), dtype=np.dtype(column["dtype"]))
    shape = [int(size) for size in str(column.get("shape", len(values))).split(",")]
    return values.reshape(shape).astype(np.float64)


@pytest.mark.parametrize("groups", [("side:long", "side:short"), ("symbol:ACME", ""), ("setup:Breakout", "setup:Fade")])
def test_both_sides_of_a_comparison_are_their_filters(
    app: Dash, client: FlaskClient, house: House, groups: tuple[str, str]
) -> None:
    """Each figure of each group reads alike in Compare, over REST, and in the statistics of the group's own filter."""
    services, owner = house
    first, second = groups
    checked = 0
    for chosen in random_filters(services, 2, seed=len(first), units=("$", "$", "R")):
        query = chosen.to_query()
        words = f"a={first}&b={second}&metric={','.join(SOME)}&{api_query(services, chosen)}"
        answer = said.read_json(client, f"/api/v1/compare?{words}")
        sides = [
            services.portfolio.performance(owner, filter_of(answer[name])).metrics for name in ("filter_a", "filter_b")
        ]
        money = chosen.with_(unit=LedgerFilter().unit)
        search = f"?by={first.partition(':')[0]}&a={first}&b={second}"
        shown = page_texts(app, client, "compare-table.children", money.to_query(), **{"shell-url.search": search})
        if "Figure" not in shown:
            continue
        del query
        for row in answer["items"]:
            for place, name in enumerate(("a", "b")):
                item = sides[place][row["metric"]]
                assert row[name] is None if item.value is None else close(row[name], item.value), (words, row)
                text = value_text(item.value, Unit(row["measure"]), "USD", row["metric"])
                if row["metric"] in services.analysis.figures() and row["label"] in shown:
                    assert said.beside(shown, row["label"], after=1 + place, since="Difference") == text, (words, row)
                    checked += 1
    assert checked > 8


@pytest.mark.parametrize(("down", "across"), [("weekday", "hour"), ("symbol", "setup"), ("side", "tag")])
def test_a_cross_table_agrees(app: Dash, client: FlaskClient, house: House, down: str, across: str) -> None:
    """Each cell reads alike in the heat map, over REST and in CSV; it is the statistics of the filter it leads to."""
    services, owner = house
    checked = 0
    for number, chosen in enumerate(random_filters(services, 3, seed=len(down + across), units=("$",))):
        slug = ("net_pnl", "win_rate", "trades")[number]
        words, query = api_query(services, chosen), chosen.to_query()
        part = said.read_json(client, f"/api/v1/breakdowns?by={down}&and={across}&metric={slug}&{words}")["cross"]
        rows = said.read_rows(client, f"/export/breakdown.csv?by={down}&and={across}&metric={slug}&{query}")
        search = {"shell-url.search": f"?by={down}&and={across}&metric={slug}"}
        drawn = read_page(app, client, "cross-map.figure", query, **search)["cross-map"]["figure"]
        if not part["cells"]:
            continue
        grid = numbers(drawn["data"][0]["z"])
        table = [list(row.values()) for row in rows]
        for cell in part["cells"]:
            value = np.nan if cell["value"] is None else cell["value"]
            assert np.isclose(grid[cell["row"], cell["column"]], value, rtol=1e-7, equal_nan=True), (query, cell)
            written = table[cell["row"]][1 + cell["column"]]
            assert written == "" if cell["value"] is None else close(written, value), (query, cell, written)
        for cell in part["cells"][::5]:
            own = services.portfolio.performance(owner, filter_of(cell["filter"])).metrics[slug]
            assert own.value is None if cell["value"] is None else close(own.value, cell["value"]), (query, cell)
            checked += 1
    assert checked > 2


def test_heat_maps_agree_with_cross_tables_and_the_calendar(app: Dash, client: FlaskClient, house: House) -> None:
    """Weekday by hour and month by weekday are the cross tables; the days of the year are those of the calendar."""
    services, _ = house
    for chosen in random_filters(services, 3, seed=17, units=("$",)):
        query, words = chosen.to_query(), api_query(services, chosen)
        slug = f"{chosen.basis.value}_pnl"
        drawn = read_page(app, client, "heat-hours.figure", query)
        for name, (down, across) in (
            ("heat-hours", ("weekday", "hour")),
            ("heat-months", ("month", "exit_weekday")),
        ):
            part = said.read_json(client, f"/api/v1/breakdowns?by={down}&and={across}&metric={slug}&{words}")["cross"]
            if not part["cells"]:
                continue
            grid = numbers(drawn[name]["figure"]["data"][0]["z"])
            told = {(cell["row"], cell["column"]): cell["value"] for cell in part["cells"]}
            for (row, column), value in told.items():
                if value is not None and grid.shape == (len(part["rows"]), len(part["columns"])):
                    assert close(grid[row, column], value), (query, name, row, column)
            total = sum(value for value in told.values() if value is not None)
            assert close(np.nansum(grid), total), (query, name)
        days = said.read_json(client, f"/api/v1/calendar?{words}")["items"]
        if days:
            year = max(day["day"][:4] for day in days)
            amount = sum(float(day[slug]) for day in days if day["day"].startswith(year))
            said_ = read_page(app, client, "heat-year.figure", query)["heat-year-label"]["aria-label"]
            assert fmt.pnl(amount, "USD") in said_, (query, said_)


def test_days_agree_on_calendar_journal_and_overview(app: Dash, client: FlaskClient, house: House) -> None:
    """A day's result is one in the calendar, the journal and REST; a month's on the calendar and the overview."""
    services, _ = house
    checked = 0
    for chosen in random_filters(services, 3, seed=5, units=("$",)):
        query, words = chosen.to_query(), api_query(services, chosen)
        name = "gross_pnl" if chosen.basis is Basis.GROSS else "net_pnl"
        days = {day["day"]: float(day[name]) for day in said.read_json(client, f"/api/v1/calendar?{words}")["items"]}
        if not days:
            continue
        feed = page_texts(app, client, "journal-feed.children", query)
        last = max(days)
        month = {day: value for day, value in days.items() if day[:7] == last[:7]}
        search = {"shell-url.search": f"?month={last[:7]}"}
        cells = page_texts(app, client, "calendar-month.children", query, **search)
        panel = page_texts(app, client, "calendar-day-head.children", query, **search, **{"calendar-chosen.data": last})
        stats = page_texts(app, client, "calendar-month-stats.children", query, **search)
        overview = page_texts(
            app, client, "overview-month-net.children", query, **{"overview-month.data": f"{last[:7]}-01"}
        )
        assert fmt.pnl(days[last], "USD") in panel, (query, panel)
        assert fmt.pnl(sum(month.values()), "USD") in stats, (query, stats)
        assert fmt.pnl(sum(month.values()), "USD") in overview, (query, overview)
        for value in month.values():
            assert fmt.pnl(value, "USD") in cells, (query, value)
        for day in sorted(days)[-5:]:
            assert fmt.pnl(days[day], "USD") in feed, (query, day)
            checked += 1
    assert checked > 5


def test_trends_agree(app: Dash, client: FlaskClient, house: House) -> None:
    """Points of the drawn line are those over REST, and a window over all trades is the figure of the filter."""
    services, owner = house
    checked = 0
    for chosen in random_filters(services, 4, seed=23, units=("$",)):
        found = services.portfolio.performance(owner, chosen)
        if found.trades < 10:
            continue
        words, query = api_query(services, chosen), chosen.to_query()
        for slug, window in (("expectancy", 10), ("win_rate", found.trades)):
            told = said.read_json(client, f"/api/v1/trends?metric={slug}&window={window}&{words}")
            search = {"shell-url.search": f"?metric={slug}&window={window}"}
            answer = read_page(app, client, "trends-line.figure", query, **search)["trends-line"]["figure"]
            lines = [numbers(trace["y"]) if isinstance(trace["y"], dict) else trace["y"] for trace in answer["data"]]
            wanted = [item["value"] for item in told["items"]]
            assert any(len(line) == len(wanted) and np.allclose(line, wanted) for line in lines), (query, slug)
            assert close(told["whole"], found.metrics[slug].value), (query, slug)
            if window == found.trades:
                assert close(wanted[-1], found.metrics[slug].value), (query, slug)
            checked += 1
    assert checked > 1


@pytest.mark.parametrize("period", ["all", "30d"])
def test_cash_agrees(app: Dash, client: FlaskClient, house: House, period: str) -> None:
    """Totals by kind and the balances are the lines added up, on the page, over REST, in CSV and in the ledger."""
    services, owner = house
    for account in services.accounts.list_accounts(owner):
        choice = f"{int(account.id)}:USD"
        query = LedgerFilter(period=period).to_query()
        shown = page_texts(app, client, "cash-totals.children", query, **{"cash-choice.value": choice})
        rows = said.read_rows(client, f"/export/cash.csv?account={int(account.id)}&currency=USD&period={period}")
        words = api_query(services, LedgerFilter(period=period)).replace("basis=net&", "").replace("basis=net", "")
        lines = rest_lines(client, f"account={int(account.id)}&{words}".rstrip("&"))
        assert len(lines) == len(rows) > 0
        amounts = [Decimal(line["amount"]) for line in lines]
        assert sum(amounts) == sum(Decimal(row["amount"]) for row in rows)
        start, end = (money_of(said.beside(shown, name, after=2)) for name in ("Brought forward", "Closing balance"))
        assert end - start == round(sum(amounts), 2), (account.name, period, shown)
        assert end == round(Decimal(lines[-1]["balance"]), 2)
        sold = sum(Decimal(line["amount"]) + Decimal(line["fee"]) for line in lines if line["kind"] == "sell")
        assert fmt.money(sold, "USD", signed=True) in shown, (sold, shown)
        dividends = sum(Decimal(line["amount"]) for line in lines if line["kind"] == "dividend")
        assert fmt.money(dividends, "USD", signed=True) in shown, (dividends, shown)
        paid = page_texts(app, client, "cash-dividends.children", query, **{"cash-choice.value": choice})
        assert fmt.money(dividends, "USD", signed=True) in paid


def rest_lines(client: FlaskClient, words: str) -> list[dict[str, Any]]:
    """All lines of a statement over REST, oldest first."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = said.read_json(client, f"/api/v1/cash?limit=50&{words}{cursor and f'&cursor={cursor}'}")
        found, cursor = found + answer["items"], answer["next_cursor"]
    return found


def money_of(text: str) -> Decimal:
    """An amount as it was written."""
    return Decimal(re.sub(r"[^0-9.\-]", "", text.replace("−", "-")))

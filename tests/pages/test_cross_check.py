"""The same figure is equal on every page, over REST, in every CSV, workbook, HTML page and PDF, over random filters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from components import format as fmt
from domain.accounts import UserId
from domain.filters import Basis, FigureUnit, LedgerFilter
from domain.performance import MetricValue
from services.container import Services
from services.portfolio import Performance
from tests.pages import said
from tests.pages.cross_book import (
    NUMBERS,
    api_query,
    close,
    digits,
    fill_book,
    make_files,
    page_texts,
    random_filters,
    read_page,
)
from tests.web.client import make_app, sign_up
from web.context import EXTENSION

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(Path(tmp_path_factory.mktemp("cross")))
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner has two accounts, setups, tags, stops, a dividend and a saved portfolio."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    services: Services = app.server.extensions[EXTENSION]
    fill_book(services, services.users.list_users()[0].id)
    return browser


@pytest.fixture
def house(app: Dash, client: FlaskClient) -> tuple[Services, UserId]:
    """The services and the owner."""
    services: Services = app.server.extensions[EXTENSION]
    return services, services.users.list_users()[0].id


def metric_texts(
    services: Services, metrics: Mapping[str, MetricValue], unit: str
) -> dict[str, tuple[str, float | None, str]]:
    """Label, value and text of every figure of the catalogue, by slug; why there is no value instead of its text."""
    definitions = services.portfolio.definitions()
    return {
        slug: (
            definitions[slug].label,
            item.value,
            item.reason if item.value is None else fmt.metric(item.value, item.unit, unit),
        )
        for slug, item in metrics.items()
    }


def test_figures_agree_on_pages_over_rest_and_in_every_file(
    app: Dash, client: FlaskClient, house: tuple[Services, UserId]
) -> None:
    """Every figure of the catalogue reads alike in Analytics, the overview, REST, CSV, workbook, HTML and PDF."""
    services, owner = house
    checked = 0
    for chosen in random_filters(services, 5, seed=3, units=("$", "$", "%", "R")):
        query = chosen.to_query()
        found = services.portfolio.performance(owner, chosen)
        _, metrics = services.portfolio.every_figure(owner, chosen)
        texts = metric_texts(services, metrics, found.unit)
        shown = read_page(app, client, "analytics-figures.children", query)["analytics-figures"]["children"]
        on_page = {row[0]: row[1] for row in said.rows_said(shown)}
        files = make_files(client, ("kpis", "metrics"), query, NUMBERS)
        rows = {form: rows_of(form, files[form], "All statistics") for form in ("csv", "xlsx", "html")}
        printed = said.printed_text(files["pdf"])
        for slug, (label, value, text) in texts.items():
            assert digits(on_page[label].removeprefix("* ").removeprefix("est. ")) == digits(text), (query, slug)
            for form in ("csv", "xlsx"):
                cell = rows[form][label]
                assert cell == "" if value is None else close(cell, value), (query, slug, form, cell)
            if value is not None:
                assert digits(rows["html"][label]) == digits(text), (query, slug)
                assert digits(text) in digits(printed), (query, slug)
                checked += 1
        strip = page_texts(app, client, "overview-kpis.children", query)
        assert fmt.pnl(found.realised, found.unit) == said.beside(strip, f"{chosen.basis.value.capitalize()} P&L")
        for slug in ("win_rate", "profit_factor", "max_drawdown"):
            label, value, text = texts[slug]
            assert value is None or label not in strip or said.beside(strip, label) == text, (query, slug, strip)
        if chosen.unit is FigureUnit.MONEY:
            check_rest_figures(client, api_query(services, chosen), metrics)
    assert checked > 200


def rows_of(form: str, payload: bytes, title: str) -> dict[str, str]:
    """The first value of each row of a section by the row's first cell."""
    if form == "html":
        rows = said.html_rows(payload.decode())[title]
    else:
        rows = (said.csv_blocks if form == "csv" else said.sheet_rows)(payload)[title]
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows if row}


def check_rest_figures(client: FlaskClient, query: str, metrics: Mapping[str, MetricValue]) -> None:
    """REST answers the same values with the same reasons and numbers of observations."""
    answer = said.read_json(client, f"/api/v1/metrics?{query}&figures=all")["metrics"]
    for slug, item in metrics.items():
        row = answer[slug]
        assert (row["n"], row["reason"]) == (item.n, item.reason), slug
        assert row["value"] is None if item.value is None else close(row["value"], item.value), slug


@pytest.mark.parametrize("by", ["symbol", "setup", "side", "weekday", "month"])
def test_breakdowns_agree(app: Dash, client: FlaskClient, house: tuple[Services, UserId], by: str) -> None:
    """Trades, P&L and win rate of each group read alike in Breakdowns, its CSV, REST and a report."""
    services, owner = house
    for chosen in random_filters(services, 2, seed=len(by) * 7, units=("$",)):
        query, words = chosen.to_query(), api_query(services, chosen)
        answer = said.read_json(client, f"/api/v1/breakdowns?by={by}&{words}")
        downloaded = {row[by]: row for row in said.read_rows(client, f"/export/breakdown.csv?by={by}&{query}")}
        shown = page_texts(app, client, "breakdowns-table.children", query, **{"shell-url.search": f"?by={by}"})
        report = services.reports.document(owner, report_of(query, by)).sections[0]
        table = {} if report.table is None else {str(row[0]): row for row in report.table.rows}
        gross = chosen.basis is Basis.GROSS
        for bucket in answer["buckets"]:
            net, rate = bucket["metrics"]["net_pnl"]["value"], bucket["metrics"]["win_rate"]["value"]
            row = downloaded[bucket["label"] if bucket["label"] in downloaded else bucket["key"]]
            assert int(row["trades"]) == bucket["trades"]
            assert close(row["net_pnl"], net)
            at = shown.index(bucket["label"])
            assert fmt.pnl(net, "USD") in shown[at : at + 6], (query, bucket["label"], shown[at : at + 6])
            assert fmt.count(bucket["trades"]) in shown[at : at + 4]
            name = bucket["label"]
            assert name in table, (query, name, sorted(table))
            cells = table[name]
            assert cells[1] == bucket["trades"], (query, name)
            assert close(cells[5], float(cells[3]) if gross else net), (query, name)  # type: ignore[arg-type]
            assert cells[2] is None if rate is None else close(cells[2], rate)
        total = answer["total"]["metrics"]["net_pnl"]["value"]
        if total is not None:
            assert fmt.pnl(total, "USD") in shown[len(shown) - 1 - shown[::-1].index("All") :]


def report_of(query: str, *sections: str) -> Any:
    """A report of some sections with this filter."""
    from domain.reports import ReportDefinition  # noqa: PLC0415 - light tests need no reports

    return ReportDefinition(name="Check", sections=sections, query=query)


def test_equity_days_and_trades_agree(app: Dash, client: FlaskClient, house: tuple[Services, UserId]) -> None:
    """Curve, calendar and list of trades end at one amount on pages, over REST, in CSV and in every report file."""
    services, owner = house
    seen = set()
    for chosen in random_filters(services, 4, seed=29, units=("$",)):
        query, words = chosen.to_query(), api_query(services, chosen)
        found = services.portfolio.performance(owner, chosen)
        if not found.trades:
            continue
        check_curve(app, client, query, words, found)
        check_days(app, client, services, chosen, found)
        check_trades(app, client, query, words)
        seen.add(round(found.realised, 2))
    assert len(seen) > 2


def check_curve(app: Dash, client: FlaskClient, query: str, words: str, found: Performance) -> None:
    """The end of the curve: figure and label of the overview, CSV, REST."""
    points = said.read_json(client, f"/api/v1/equity?{words}")["items"]
    rows = said.read_rows(client, f"/export/equity.csv?{query}")
    answer = read_page(app, client, "overview-equity.figure", query)
    own = next(trace for trace in answer["overview-equity"]["figure"]["data"] if trace["name"] != "Drawdown")
    assert close(points[-1]["pnl"], found.realised)
    assert close(rows[-1]["cumulative_USD"], found.realised)
    assert own["customdata"][-1] == fmt.pnl(found.realised, "USD")
    assert fmt.pnl(found.realised, "USD") in answer["overview-equity-label"]["aria-label"]


def check_days(app: Dash, client: FlaskClient, services: Services, chosen: LedgerFilter, found: Performance) -> None:
    """Each day: calendar page, CSV, REST, report; they add up to the P&L."""
    query, words, gross = chosen.to_query(), api_query(services, chosen), chosen.basis is Basis.GROSS
    name = "gross_pnl" if gross else "net_pnl"
    days = said.read_json(client, f"/api/v1/calendar?{words}")["items"]
    rows = {row["day"]: row for row in said.read_rows(client, f"/export/days.csv?{query}")}
    assert {day["day"] for day in days} == set(rows)
    assert close(sum(float(day[name]) for day in days), found.realised)
    block = said.csv_blocks(make_files(client, ("calendar",), query, NUMBERS)["csv"])["Calendar"]
    report = {row[0]: row for row in block}
    months: dict[str, float] = {}
    for day in days:
        assert close(rows[day["day"]][name], day[name])
        assert close(report[day["day"]][3 if gross else 5], day[name])
        months[day["day"][:7]] = months.get(day["day"][:7], 0.0) + float(day[name])
    month, amount = max(months.items())
    shown = page_texts(app, client, "calendar-month-stats.children", query, **{"shell-url.search": f"?month={month}"})
    assert fmt.pnl(amount, "USD") in shown, (query, month, shown)


def check_trades(app: Dash, client: FlaskClient, query: str, words: str) -> None:
    """Each closed trade: grid, CSV, REST, report as CSV and workbook; and the totals under the grid."""
    closed = f"{query}&status=closed".lstrip("&")
    items: list[dict[str, Any]] = []
    cursor = ""
    while cursor is not None:
        answer = said.read_json(
            client, f"/api/v1/trades?{words}&status=closed&limit=40{cursor and f'&cursor={cursor}'}"
        )
        items, cursor = items + answer["items"], answer["next_cursor"]
    rows = {row["id"]: row for row in said.read_rows(client, f"/export/trades.csv?{closed}")}
    request = {"trades-grid.getRowsRequest": {"startRow": 0, "endRow": 500}}
    grid = read_page(app, client, "trades-grid.getRowsResponse", closed, **request)["trades-grid"]["getRowsResponse"]
    shown = {row["id"]: row for row in grid["rowData"]}
    assert set(rows) == set(shown) == {str(item["id"]) for item in items}
    amount = "gross_pnl" if "basis=gross" in query else "net_pnl"
    for item in items:
        row = shown[str(item["id"])]
        assert rows[str(item["id"])]["net_pnl"] == item["net_pnl"]
        assert rows[str(item["id"])]["gross_pnl"] == item["gross_pnl"]
        name = "gross_text" if "gross_text" in row else "net_text"
        assert row[name] == fmt.pnl(float(item[amount]), "USD"), (query, item["id"], row)
    total = sum(Decimal(item[amount]) for item in items)
    net = sum(Decimal(item["net_pnl"]) for item in items)
    texts = page_texts(app, client, "trades-totals.children", closed)
    assert fmt.pnl(total, "USD") in texts
    files = make_files(client, ("trades",), query, NUMBERS)
    for form, read in (("csv", said.csv_blocks), ("xlsx", said.sheet_rows)):
        last = next(row for row in read(files[form])["Trades"] if row and row[0] == "Total")
        assert close(last[-1], net), (query, form)
    assert said.html_rows(files["html"].decode())["Trades"][-1][-1] == fmt.pnl(net, "USD")
    assert digits(fmt.pnl(net, "USD")) in digits(said.printed_text(files["pdf"]))


def test_edge_why_and_trends_agree(app: Dash, client: FlaskClient, house: tuple[Services, UserId]) -> None:
    """The luck meter, its CSV, the derivation and the trend tell the catalogue's values, one interval everywhere."""
    services, owner = house
    for chosen in random_filters(services, 3, seed=41, units=("$",)):
        query, words = chosen.to_query(), api_query(services, chosen)
        found = services.portfolio.performance(owner, chosen)
        luck = said.read_json(client, f"/api/v1/luck?{words}")
        rows = {row["figure"]: row for row in said.read_rows(client, f"/export/luck.csv?{query}")}
        labels = {slug: item.label for slug, item in services.portfolio.definitions().items()}
        edge = page_texts(app, client, "edge-figures.children", query, **{"edge-tab.value": "luck"})
        for row in luck["figures"]:
            slug, value = row["figure"], row["value"]
            if value is None or slug not in found.metrics:
                continue
            item = found.metrics[slug]
            assert item.value is not None
            assert close(value, item.value), slug
            assert close(rows[labels[slug]]["value"], value), slug
            assert digits(fmt.metric(value, item.unit, "USD")) in [digits(text) for text in edge], (query, slug, edge)
            why = said.read_json(client, f"/api/v1/metrics/{slug}/why?{words}")
            assert close(why["value"], value), slug
            assert why["n"] == item.n
        check_interval(client, words, found, luck)
        if found.trades >= 5:
            trend = said.read_json(client, f"/api/v1/trends?metric=expectancy&window=5&{words}")
            assert close(trend["whole"], found.metrics["expectancy"].value)


def check_interval(client: FlaskClient, words: str, found: Performance, luck: dict[str, Any]) -> None:
    """The interval of the expectancy: overview, luck meter and the total of a breakdown; none below ten trades."""
    total = said.read_json(client, f"/api/v1/breakdowns?by=symbol&{words}")["total"]["interval"]
    own = next(row["interval"] for row in luck["figures"] if row["figure"] == "expectancy")
    if found.interval.bounds is None:
        assert total is None
        return
    low, high = found.interval.bounds
    if found.interval.n < 10:
        assert total is None
        assert "at least 10" in own["reason"] or "fewer than" in own["reason"], own
        return
    for bounds in (total, (own["low"], own["high"])):
        assert close(bounds[0], low)
        assert close(bounds[1], high)

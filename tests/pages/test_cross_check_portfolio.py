"""Figures of a portfolio are equal on its tabs, over REST, in its CSV and in every form of a report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from components import format as fmt
from domain.filters import LedgerFilter
from domain.portfolio_words import RETURN_LABELS, SIGNED_RETURNS
from services.container import Services
from tests.pages import said
from tests.pages.cross_book import HOLDINGS, NUMBERS, close, digits, fill_book, make_files, page_texts
from tests.web.client import make_app, sign_up
from web.context import EXTENSION

pytestmark = pytest.mark.slow

PERIODS = ("all", "30d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """One report as rows of its sections by form, and as the digits of its print."""

    rows: dict[str, dict[str, list[list[str]]]]
    printed: str

    def find(self, form: str, title: str, *names: str) -> list[str]:
        """The row of a section that begins with these cells."""
        return next(row for row in self.rows[form][title] if tuple(row[: len(names)]) == names)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(Path(tmp_path_factory.mktemp("portfolio")))
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A signed-in browser whose owner has a portfolio of two accounts."""
    browser: FlaskClient = app.server.test_client()
    sign_up(browser, "maya")
    services: Services = app.server.extensions[EXTENSION]
    fill_book(services, services.users.list_users()[0].id)
    return browser


@pytest.fixture(scope="module")
def address(app: Dash, client: FlaskClient) -> str:
    """Where REST has the portfolio."""
    del app
    return f"/api/v1/portfolios/{said.read_json(client, '/api/v1/portfolios')['items'][0]['id']}"


def forms_of(client: FlaskClient, query: str) -> Forms:
    """A report of the portfolio in every form."""
    files = make_files(client, HOLDINGS, query, NUMBERS)
    rows = {
        "html": said.html_rows(files["html"].decode()),
        "csv": said.csv_blocks(files["csv"]),
        "xlsx": {name: rows for name, rows in said.sheet_rows(files["xlsx"]).items() if name != "About"},
    }
    return Forms(rows=rows, printed=digits(said.printed_text(files["pdf"])))


@pytest.mark.parametrize("period", PERIODS)
def test_returns_and_parts_agree(app: Dash, client: FlaskClient, address: str, period: str) -> None:
    """Returns, the bridge, contributions, allocation and income are one figure wherever they stand."""
    query = LedgerFilter(period=period).to_query()
    forms = forms_of(client, query)
    answer = said.read_json(client, f"{address}/performance?period={period}")
    shown = page_texts(app, client, "portfolio-performance-body.children", query)
    check_figures(answer, shown, forms)
    check_bridge(answer, shown, forms)
    check_contributions(client, query, answer, shown, forms)
    check_income(app, client, address, period, forms)
    check_allocation(app, client, address, forms)
    curve = said.read_rows(client, f"/export/portfolio/returns.csv?{query}")
    assert close(curve[-1]["portfolio_return"], answer["figures"]["twr"]["value"])
    assert close(curve[-1]["value_usd"], answer["value"])


def check_figures(answer: dict[str, Any], shown: list[str], forms: Forms) -> None:
    """Each return and risk figure: tab, REST, every file."""
    for slug, item in answer["figures"].items():
        label, value = RETURN_LABELS[slug][0], item["value"]
        if value is None:
            assert forms.find("csv", "Portfolio returns", label)[1] == ""
            continue
        value, is_fraction = float(value), item["unit"] == "fraction"
        text = fmt.percent(value, places=2, signed=slug in SIGNED_RETURNS) if is_fraction else fmt.ratio(value)
        assert any(text in piece for piece in shown), (slug, text)
        assert forms.find("html", "Portfolio returns", label)[1] == text
        assert digits(text) in forms.printed
        for form in ("csv", "xlsx"):
            assert close(forms.find(form, "Portfolio returns", label)[1], value), (form, slug)


def check_bridge(answer: dict[str, Any], shown: list[str], forms: Forms) -> None:
    """Each step from the first value to the last, exchange rates among them."""
    for line in answer["bridge"]:
        amount = float(line["amount"])
        assert digits(fmt.money(amount, "USD")) in [digits(text) for text in shown], line
        assert digits(forms.find("html", "What moved the value", line["name"])[1]) == digits(fmt.money(amount, "USD"))
        for form in ("csv", "xlsx"):
            assert close(forms.find(form, "What moved the value", line["name"])[1], amount), (form, line)
    assert digits(fmt.money(float(answer["value"]), "USD")) in forms.printed


def check_contributions(
    client: FlaskClient, query: str, answer: dict[str, Any], shown: list[str], forms: Forms
) -> None:
    """What each holding added; the parts add up to the time-weighted return."""
    rows = {row["holding"]: row for row in said.read_rows(client, f"/export/portfolio/contributions.csv?{query}")}
    parts = answer["contributions"]
    assert sum(float(part["share"]) for part in parts) == pytest.approx(float(answer["figures"]["twr"]["value"]))
    for part in parts:
        text = fmt.percent(float(part["share"]), places=2, signed=True)
        assert text in shown, part
        assert forms.find("html", "Contribution by holding", part["name"])[-1] == text
        assert close(rows[part["name"]]["contribution"], part["share"])
        for form in ("csv", "xlsx"):
            assert close(forms.find(form, "Contribution by holding", part["name"])[-1], part["share"])


def check_income(app: Dash, client: FlaskClient, address: str, period: str, forms: Forms) -> None:
    """Income: the sum on its tab, its CSV, REST, and the total of the report."""
    query = LedgerFilter(period=period).to_query()
    answer = said.read_json(client, f"{address}/income?period={period}")
    total = float(answer["total"])
    assert total > 0
    shown = page_texts(app, client, "portfolio-income-body.children", query)
    assert fmt.money(total, "USD") in shown
    rows = said.read_rows(client, f"/export/portfolio/income.csv?{query}")
    assert close(sum(float(row["value_usd"]) for row in rows), total)
    assert forms.find("html", "Income by month", "Total")[-1] == fmt.money(total, "USD")
    for form in ("csv", "xlsx"):
        assert close(forms.find(form, "Income by month", "Total")[-1], total)
        assert close(forms.find(form, "Payments", "Total")[-1], total)


def check_allocation(app: Dash, client: FlaskClient, address: str, forms: Forms) -> None:
    """Value and weight of every part, by each division."""
    for by in ("class", "sector", "currency", "account"):
        answer = said.read_json(client, f"{address}/allocation?by={by}")
        rows = {row[by]: row for row in said.read_rows(client, f"/export/portfolio/allocation.csv?by={by}")}
        shown = page_texts(
            app, client, "portfolio-allocation-body.children", "", **{"portfolio-allocation-by.value": by}
        )
        for part in answer["parts"]:
            name = part["name"][:1].upper() + part["name"][1:]
            assert close(rows[part["name"]]["value"], part["value"])
            assert any(fmt.percent(float(part["weight"])) in text for text in shown), (by, part, shown)
            cells = forms.find("csv", "Allocation", by.capitalize(), name)
            assert close(cells[2], part["value"])
            assert close(cells[3], part["weight"])
            printed = forms.find("html", "Allocation", by.capitalize(), name)
            assert printed[2:4] == [fmt.money(float(part["value"]), "USD"), fmt.percent(float(part["weight"]))]


def test_gains_agree(app: Dash, client: FlaskClient, address: str) -> None:
    """Gains of every tax year: tab, REST, Form 8949 and the report, exact to the cent."""
    years = said.read_json(client, f"{address}/gains")["years"]
    assert years
    for year in years:
        number = year["year"]
        answer = said.read_json(client, f"{address}/gains?year={number}")
        gain = Decimal(answer["total"]["gain"])
        values = {"portfolio-gains-year.value": number, "portfolio-gains-regime.value": "us"}
        shown = page_texts(app, client, "portfolio-gains-body.children", "", **values)
        assert fmt.pnl(gain, "USD") in shown
        rows = said.read_rows(client, f"/export/portfolio/gains.csv?year={number}")
        assert len(rows) == len(answer["items"])
        cents = sum(Decimal(row["(h) Gain or loss"]) for row in rows)
        assert abs(cents - gain) <= Decimal("0.005") * len(rows)
        forms = forms_of(client, LedgerFilter(period=f"{number}-01-01..{number}-12-31").to_query())
        for title in ("Realised gains by tax year", "Disposals for tax"):
            assert forms.find("html", title, "Total")[-1] == fmt.pnl(gain, "USD")
            assert close(forms.find("csv", title, "Total")[-1], gain)
            assert close(forms.find("xlsx", title, "Total")[-1], gain)
        assert len(forms.rows["csv"]["Disposals for tax"]) == len(rows) + 2

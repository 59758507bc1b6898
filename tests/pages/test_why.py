"""Every figure of every page can be asked "Why this number?", and the answer shows what went into it."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from dash import Dash, html
from flask.testing import FlaskClient

import pages
from components import cards, charts, tables
from components.why_mark import Note, why_note
from domain.alerts import AlertDraft, AlertKind
from domain.filters import LedgerFilter
from services.alert_watch import AlertDesk
from services.container import Services
from tests.pages.figures_shown import (
    charts_without_mark,
    figures,
    is_explained,
    leads_to_trade,
    notes_without_inputs,
    place_of,
)
from tests.pages.opened import Node, OpenedPage, components, plain_tree
from tests.web.client import make_app, sign_in_demo
from web.context import EXTENSION

pytestmark = pytest.mark.xdist_group("why")  # one demo for all of them

MOST_LISTS = 60
PRICES_DRAWN = ("/market: Price chart",)
"""The plain chart of the Market page: its head, which stands above it and not in a card, has the mark."""
LISTS = ("/trades", "/trade/", "/cash", "/fills", "/portfolio", "/market")
TABS = ("luck", "leaks", "what-if", "monte-carlo")
OTHER_ADDRESSES = {
    "pages.trade": ["/trade/1"],
    "pages.company": ["/company/AAPL"],
    "pages.analytics_breakdowns": ["/analytics/breakdowns?by=rule", "/analytics/breakdowns?by=symbol&unit=R"],
    "pages.edge": ["/edge"],
    "pages.trades": ["/trades?result=win"],
    "pages.screener": ["/screener?conditions=rsi14 > 1; week > -90%25"],
}
NO_BOOK = {
    "pages.import_": "what a file says, line by line, before it becomes figures",
    "pages.settings_accounts": "what a person typed: starting balances and rates",
    "pages.settings_fees": "the same: fee plans",
    "pages.settings_rates": "the same: exchange rates",
    "pages.settings_closes": "the same: closes",
    "pages.settings_appearance": "examples that show the colours",
}
"""Pages that show no figure of the book, each with the reason."""
AS_STATED = {"Usual volume", "Mean volume, 20 days", "Market cap"}
"""Figures of a company that the provider may not state: then nothing went in."""
ALLOWED = {
    "Span.leg": "a legend; it repeats the end of a curve whose figure has its mark in the strip",
    "Span.fw-num.fw-ramp": "the ends of a scale of colours",
    "Th": "a heading",
    "Span.fw-chip": "a condition as it was typed",
    "Span.sub": "what a card is about",
    "#cash-cards": "lines of the broker's statement; their totals have marks",
    "Div.fw-empty": "advice where there is nothing yet; the search of leaks has its mark beside it",
    "#edge-leak-method > Dl": "the rates of error that the search promises, not figures of the book",
    "Button.it": "an example to press",
    "Label": "the name of a control",
    "Option": "a choice of a control",
    "Small.fw-help": "how to fill in a control",
    "P.fw-help": "repeats an input of the marks of the table above it",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """The whole app."""
    made = make_app(Path(tmp_path_factory.mktemp("why")))
    yield made
    services: Services = made.server.extensions[EXTENSION]
    services.stop_jobs()
    services.db.close()


@pytest.fixture(scope="module")
def client(app: Dash) -> FlaskClient:
    """A browser in the demo workspace."""
    browser: FlaskClient = app.server.test_client()
    sign_in_demo(browser)
    set_alerts(app.server.extensions[EXTENSION])
    return browser


def set_alerts(services: Services) -> None:
    """Let the demo wait for prices, and have been told of one."""
    owner, desk = services.users.list_users()[0].id, AlertDesk(services.db, services.clock)
    quote = services.quotes.quote("AAPL")
    for times in ("1.1", "1.5"):
        level = Decimal(f"{quote.price * float(times):.2f}")
        services.alerts.create(owner, AlertDraft(symbol="AAPL", kind=AlertKind.CROSSES, level=level))
    desk.renew()
    later = replace(quote, price=quote.price * 1.2, as_of=quote.as_of + timedelta(seconds=1))
    assert desk.show({"AAPL": later}) == 1


@pytest.fixture(scope="module")
def opened(app: Dash, client: FlaskClient) -> dict[str, Node]:
    """Every page with its callbacks run, by address."""
    found = {address: OpenedPage(app, client, address).tree for address in addresses()}
    return found | {f"/edge {tab}": OpenedPage(app, client, "/edge", {"edge-tab.value": tab}).tree for tab in TABS[1:]}


def addresses() -> list[str]:
    """Addresses of all pages that may show a figure of the book."""
    found = []
    for item in pkgutil.iter_modules(pages.__path__, "pages."):
        page = getattr(importlib.import_module(item.name), "PAGE", None)
        if page is not None and item.name not in NO_BOOK:
            found += [*([page.path] if page.path_template is None else []), *OTHER_ADDRESSES.get(item.name, ())]
    return list(dict.fromkeys(found))


def test_every_figure_has_its_mark(opened: dict[str, Node]) -> None:
    """A figure without a mark beside it, in its row, column, table or card is a row of a trade or allowed by name."""
    bare: list[str] = []
    seen = 0
    for address, tree in opened.items():
        for text, path in figures(tree):
            seen += 1
            place = place_of(path)
            if not (is_explained(path) or leads_to_trade(path) or any(word in place for word in ALLOWED)):
                bare.append(f"{address}: {text[:50]!r} in {place}")
    assert not bare, "\n".join(bare)
    assert seen > 1_000


def test_every_chart_has_its_mark(opened: dict[str, Node]) -> None:
    """A chart is explained by its card: how it is drawn, from what, and the list behind it."""
    bare = [f"{address}: {name}" for address, tree in opened.items() for name in charts_without_mark(tree)]
    bare = [line for line in bare if not line.startswith(PRICES_DRAWN)]
    assert not bare, "\n".join(bare)


def test_every_explanation_shows_what_went_in(opened: dict[str, Node]) -> None:
    """An explanation that stands beside its figure lists the values it was worked out from."""
    bare = [f"{address}: {name}" for address, tree in opened.items() for name in notes_without_inputs(tree)]
    bare = [line for line in bare if line.rpartition("? ")[2] not in AS_STATED]
    assert not bare, "\n".join(bare)


def test_every_list_can_be_opened(app: Dash, opened: dict[str, Node]) -> None:
    """The list that an explanation leads to is a page, and a list of trades a filter that can be read and counted."""
    services: Services = app.server.extensions[EXTENSION]
    owner = services.users.list_users()[0].id
    checked = 0
    for address, tree in opened.items():
        for node in components(tree):
            href = str(node["props"].get("data-fw-why-href") or "-")
            parts = urlsplit(href)
            if href == "-" or href.startswith("?"):
                continue
            assert parts.path.startswith(LISTS), (address, href)
            if parts.path == "/trades" and checked < MOST_LISTS:
                chosen = LedgerFilter.from_query(dict(parse_qsl(parts.query)))
                assert services.portfolio.trades(owner, chosen, end=0).total >= 0
                checked += 1
    assert checked > 20


def test_the_finder_finds() -> None:
    """A figure with nothing beside it is found; one with a mark in its row is not; a note without inputs is found."""
    columns = (tables.Column(key="name", title="Name"), tables.Column(key="sum", title="Sum"))
    mark = why_note("Sum", Note(formula="a + b", inputs=(("a", "$1.00"), ("b", "$2.00"))))
    rows = [{"name": "bare", "sum": "$1.00"}, {"name": "told", "sum": "$2.00", "_why": mark}]
    body = [tables.table(columns, rows), cards.kpi("Gain", "+$3.00"), html.P("It made −4.2% of that.")]
    bare = [text for text, path in figures(plain_tree(html.Div(body))) if not is_explained(path)]
    assert bare == ["$1.00", "+$3.00", "It made −4.2% of that."]
    chart = cards.card("Chart", charts.graph("chart", label="A line"))
    assert charts_without_mark(plain_tree(chart)) == ["A line"]
    told = cards.chart_card("Chart", charts.graph("chart", label="A line"), explain="A line.")
    assert charts_without_mark(plain_tree(told)) == []
    assert notes_without_inputs(plain_tree(why_note("Bare", Note(formula="x")))) == ["Why this number? Bare"]

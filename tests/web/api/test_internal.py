"""The command palette's search."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.web.api.client import PASSWORD
from tests.web.api.conftest import Office
from tests.web.client import sign_in


@pytest.fixture(scope="module")
def visitor(office: Office) -> FlaskClient:
    """Ann's browser, signed in with a cookie."""
    client: FlaskClient = office.app.server.test_client()
    assert sign_in(client, "ann", PASSWORD).status_code == 303
    return client


def groups(client: FlaskClient, text: str) -> dict[str, list[dict[str, Any]]]:
    """What a search answers, by title."""
    answer = client.get("/api/internal/search", query_string={"q": text})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {group["title"]: group["items"] for group in answer.get_json()["groups"]}


def test_a_traded_symbol_shows_its_result(visitor: FlaskClient) -> None:
    """The user's own symbol comes first, with name, trades and net P&L, and leads to the market page."""
    found = groups(visitor, "aap")
    first = found["Symbols"][0]
    assert (first["title"], first["sub"], first["kind"]) == ("AAPL", "Apple Inc. · 4 trades", "symbol")
    assert (first["value"], first["tone"], first["href"]) == ("+$111.60", "profit", "/market?symbol=AAPL")
    assert [item["kind"] for item in found["Trades"]] == ["trade"] * 4
    assert all(item["href"].startswith("/trade/") for item in found["Trades"])


def test_an_untraded_symbol_is_found_too(visitor: FlaskClient) -> None:
    """What only the provider of prices knows is listed without a result."""
    found = groups(visitor, "ether")["Symbols"]
    assert (found[0]["title"], found[0]["value"], found[0]["href"]) == ("ETH-USD", "", "/market?symbol=ETH-USD")


def test_symbols_in_another_currency_are_found(visitor: FlaskClient) -> None:
    """The euro trade is found with its own currency, the open one is named open."""
    assert groups(visitor, "sap")["Symbols"][0]["value"] == "+€48.00"
    assert groups(visitor, "ibm")["Trades"][0]["value"] == "open"


def test_tags_setups_and_accounts_are_found(visitor: FlaskClient) -> None:
    """Each leads to the trades they choose; `#` and `@` look in one kind only."""
    found = groups(visitor, "o")
    assert [item["href"] for item in found["Tags"]] == ["/trades?tags=open+drive"]
    assert [item["href"] for item in found["Setups"]] == ["/trades?setups=Breakout"]
    assert list(groups(visitor, "#a+")) == ["Tags"]
    assert [item["title"] for item in groups(visitor, "@second")["Accounts"]] == ["Second, small"]
    assert {item["title"] for item in groups(visitor, "@")["Accounts"]} == {"Main", "Second, small"}
    assert groups(visitor, ">import") == {}
    assert groups(visitor, "") == {}


def test_trades_are_found_by_their_journal(visitor: FlaskClient) -> None:
    """A word of the note or the setup finds the trade, the latest first."""
    assert len(groups(visitor, "overnight")["Trades"]) == 1
    assert groups(visitor, "breakout")["Trades"][0]["value"] == "+$98.00"


def test_nobody_else_is_searched(office: Office, visitor: FlaskClient) -> None:
    """Another user's symbols and accounts are not found; a stranger gets nothing."""
    assert groups(visitor, "bob") == {}
    assert office.app.server.test_client().get("/api/internal/search?q=a").status_code == 401

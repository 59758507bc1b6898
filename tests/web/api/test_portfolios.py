"""Portfolios in the interface: saved ones, their figures, other people's, and rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.web.api.client import Program, csv_of

FILLS = (
    "2025-01-06T15:00:00Z,AAPL,buy,10,400,1,USD,a1",
    "2025-03-03T15:00:00Z,AAPL,sell,4,450,1,USD,a2",
    "2025-03-10T15:00:00Z,MSFT,buy,100,25,1,USD,a3",
    "2026-04-01T15:00:00Z,AAPL,buy,2,430,1,USD,a4",
    "2026-05-01T15:00:00Z,AAPL,sell,2,400,1,USD,a5",
)


def send(program: Program, method: str, path: str, body: Any, expect: int = 200) -> Any:
    """Send a JSON body and return the JSON of the answer."""
    answer = program.ask(path, method=method, json=body)
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return answer.get_json()


@pytest.fixture
def investor(fresh: Program) -> Program:
    """A user with one account of shares and a saved portfolio."""
    fresh.send(csv_of(*FILLS), account="Main", timezone="America/New_York")
    account = fresh.get("/api/v1/accounts")["items"][0]["id"]
    body = {"name": "Long term", "currency": "USD", "account_ids": [account], "benchmark": "60 IBM + 40 GOOG"}
    assert send(fresh, "POST", "/api/v1/portfolios", body, 201)["benchmark"] == "60 IBM + 40 GOOG"
    return fresh


def test_a_portfolio_is_kept_changed_and_deleted(investor: Program) -> None:
    """What is left out of a change stays; targets belong to one dimension; wrong values say what is wrong."""
    (item,) = investor.get("/api/v1/portfolios")["items"]
    path = f"/api/v1/portfolios/{item['id']}"
    assert send(investor, "PATCH", path, {"regime": "uk", "rate_days": 3})["benchmark"] == "60 IBM + 40 GOOG"
    body = {"by": "symbol", "weights": {"AAPL": "60", "MSFT": "30"}}
    targets = send(investor, "PUT", f"{path}/targets", body)["targets"]
    assert [(row["name"], row["weight"]) for row in targets] == [("AAPL", "0.6"), ("MSFT", "0.3")]
    body = {"by": "class", "weights": {"stock": "101"}}
    assert "not from 0 to 100" in send(investor, "PUT", f"{path}/targets", body, 422)["detail"]
    assert send(investor, "PATCH", path, {"benchmark": "60 SPY + BND"}, 422)["detail"].startswith("Either every part")
    assert send(investor, "POST", "/api/v1/portfolios", {"name": "Long term"}, 409)
    assert send(investor, "DELETE", path, None)["deleted"]
    investor.get(path, expect=404)


def test_the_answers_of_one_portfolio_agree(investor: Program) -> None:
    """Performance, allocation and orders speak of the same value; contributions add up to the return."""
    path = f"/api/v1/portfolios/{investor.get('/api/v1/portfolios')['items'][0]['id']}"
    found = investor.get(f"{path}/performance")
    assert found["first"] == "2025-01-06"
    assert found["figures"]["beta"]["n"] > 400
    shares = sum(Decimal(row["share"]) for row in found["contributions"])
    assert abs(shares - Decimal(found["figures"]["twr"]["value"])) < Decimal("1e-9")
    steps = sum(Decimal(row["amount"]) for row in found["bridge"] if not row["is_total"])
    assert abs(steps - Decimal(found["value"])) < Decimal("1e-6")
    parts = investor.get(f"{path}/allocation", by="symbol")["parts"]
    assert abs(sum(Decimal(part["value"]) for part in parts) - Decimal(found["value"])) < Decimal("1e-6")
    send(investor, "PUT", f"{path}/targets", {"weights": {"AAPL": "50", "MSFT": "50"}})
    orders = investor.get(f"{path}/rebalance", added=3000)
    assert abs(Decimal(orders["total"]) - Decimal(found["value"]) - 3000) < Decimal("1e-6")
    frontier = investor.get(f"{path}/frontier", years=3)
    assert len(frontier["curve"]) == 32
    assert set(frontier["present"]["weights"]) == {"AAPL", "MSFT"}


def test_gains_by_regime(investor: Program) -> None:
    """The default is the portfolio's regime; the others can be asked for; a wash sale is flagged."""
    path = f"/api/v1/portfolios/{investor.get('/api/v1/portfolios')['items'][0]['id']}/gains"
    assert investor.get(path, year=2025)["total"]["gain"] == "198.6"
    latest = investor.get(path)
    assert [year["name"] for year in latest["years"]] == ["2026", "2025"]
    (sale,) = latest["items"]
    # Bought for 400.10 a share in 2025, sold at 399.50 net a month after two were bought.
    assert (sale["gain"], sale["code"], sale["adjustment"]) == ("0", "W", "1.2")
    assert investor.get(path, method="lifo")["total"]["gain"] == "-62"
    uk = investor.get(path, regime="uk")
    assert [year["name"] for year in uk["years"]] == ["2026/27", "2024/25"]
    assert uk["items"][0]["rule"] == "pool"
    assert investor.get(path, regime="in", year=2026)["items"][0]["category"] == "LTCG s.112A at 12.5 %"


def test_all_accounts_are_portfolio_zero(investor: Program) -> None:
    """Without a saved portfolio the same figures are there; an empty book is not found."""
    own = investor.get("/api/v1/portfolios/0/performance")
    assert own["portfolio"]["name"] == "Long term"  # it has exactly these accounts


def test_an_empty_book_has_no_performance(fresh: Program) -> None:
    """The answer says what to do."""
    answer = fresh.get("/api/v1/portfolios/0/performance", expect=404)
    assert "hold nothing yet" in answer["detail"]


def test_portfolios_of_others_are_not_found(office: Any) -> None:
    """Another user's portfolio does not exist, whatever is asked of it."""
    account = office.ann.get("/api/v1/accounts")["items"][0]["id"]
    made = send(office.ann, "POST", "/api/v1/portfolios", {"name": "Mine", "account_ids": [account]}, 201)
    for part in ("", "/performance", "/allocation", "/income", "/gains", "/rebalance", "/frontier"):
        office.bob.get(f"/api/v1/portfolios/{made['id']}{part}", expect=404)
    send(office.bob, "PATCH", f"/api/v1/portfolios/{made['id']}", {"name": "Yours"}, 404)
    send(office.bob, "POST", "/api/v1/portfolios", {"name": "Theirs", "account_ids": [account]}, 404)
    send(office.bob, "DELETE", f"/api/v1/portfolios/{made['id']}", None, 404)


def test_exchange_rates_are_set_listed_and_removed(fresh: Program) -> None:
    """One by one and by file; a row that cannot be read is named."""
    body = {"base": "eur", "quote": "usd", "day": "2026-09-01", "rate": "1.09"}
    assert send(fresh, "PUT", "/api/v1/exchange-rates", body)["rate"] == "1.09"
    text = "Date,USD,JPY,\n2026-09-02,1.1,160,\n2026-09-01,1.08,N/A,\n"
    assert send(fresh, "POST", "/api/v1/exchange-rates/file", {"content": text})["rates"] == 3
    rows = fresh.get("/api/v1/exchange-rates")["items"]
    assert [(row["base"], row["quote"], row["count"]) for row in rows] == [("EUR", "JPY", 1), ("EUR", "USD", 2)]
    bad = send(fresh, "POST", "/api/v1/exchange-rates/file", {"content": "Date,USD\n2026-09-02,one\n"}, 422)
    assert "Line 2" in bad["detail"]
    assert fresh.ask("/api/v1/exchange-rates/EUR/USD", method="DELETE").get_json()["rates"] == 2

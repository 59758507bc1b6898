"""Accounts, executions, trades and positions as lists."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from tests.web.api.client import USD_NET
from tests.web.api.conftest import Office

EXECUTION = {
    "id", "account", "symbol", "asset_class", "side", "quantity", "price", "fees", "fee_currency", "currency",
    "multiplier", "executed_at", "broker_id", "import_id", "line",
}  # fmt: skip
TRADE = {
    "id", "account", "symbol", "asset_class", "side", "status", "opened_at", "closed_at", "quantity", "entry_price",
    "exit_price", "gross_pnl", "fees", "net_pnl", "currency", "multiplier", "r_multiple", "executions",
}  # fmt: skip
DECIMAL = re.compile(r"-?\d+(\.\d*[1-9])?")


def closed(office: Office, **parameters: Any) -> list[dict[str, Any]]:
    """Ann's closed trades."""
    return office.ann.every("/api/v1/trades", status="closed", **parameters)


def test_accounts_are_listed_by_name(office: Office) -> None:
    """Each account has its name, broker, currency, zone and revision."""
    items = office.ann.get("/api/v1/accounts")["items"]
    assert [(item["name"], item["revision"]) for item in items] == [("Main", 1), ("Second, small", 1)]
    assert items[0]["lot_method"] == "fifo"


def test_an_execution_is_what_the_file_said(office: Office) -> None:
    """The first fill has every field, decimals as text, the broker's id, the import and the line."""
    first = office.ann.get("/api/v1/executions", limit=1)["items"][0]
    assert set(first) >= EXECUTION
    expected = {
        "account": "Main", "symbol": "AAPL", "asset_class": "stock", "side": "buy", "quantity": "100", "price": "10",
        "fees": "1", "fee_currency": "USD", "currency": "USD", "multiplier": "1", "broker_id": "a1", "line": 2,
        "executed_at": "2026-09-01T13:30:00Z",
    }  # fmt: skip
    assert {name: first[name] for name in expected} == expected
    assert first["import_id"] == office.ann.get("/api/v1/imports")["items"][-1]["id"]


@pytest.mark.parametrize("limit", [1, 3, 7, 20, 1000])
def test_pages_of_executions_join_without_gaps(office: Office, limit: int) -> None:
    """Whatever the page size, every execution comes once, by id."""
    ids = [row["id"] for row in office.ann.every("/api/v1/executions", limit=limit)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids) == 20


def test_executions_of_an_account_and_a_symbol(office: Office) -> None:
    """Accounts go by name or id, symbols in either case, several of each with commas."""
    numbers = {item["name"]: item["id"] for item in office.ann.get("/api/v1/accounts")["items"]}

    def count(**parameters: Any) -> int:
        return len(office.ann.every("/api/v1/executions", **parameters))

    assert count(account="Second, small") == count(account=numbers["Second, small"]) == 4
    assert count(account=f"Main,{numbers['Second, small']}") == 20
    assert count(symbol="aapl") == 8
    assert count(symbol="AAPL,SAP", account="Main") == 6
    assert count(symbol="NONE") == 0


@pytest.mark.parametrize("path", ["executions", "trades", "positions", "metrics", "equity"])
def test_an_account_of_nobody_or_another_is_not_found(office: Office, path: str) -> None:
    """An unknown name and another user's name and id are 404 alike."""
    theirs = office.bob.get("/api/v1/accounts")["items"][0]["id"]
    for account in ("Bob", str(theirs), "nothing", f"Main,{theirs}"):
        assert "account" in office.ann.get(f"/api/v1/{path}", expect=404, account=account)["detail"]


def test_two_users_see_their_own(office: Office) -> None:
    """Every list of one user is without a trace of the other."""
    for path in ("accounts", "executions", "trades", "positions", "imports"):
        assert "BOBS" not in str(office.ann.get(f"/api/v1/{path}"))
        assert "AAPL" not in str(office.bob.get(f"/api/v1/{path}"))
    assert office.bob.get("/api/v1/metrics")["trades"] == 0
    assert office.bob.get("/api/v1/positions")["items"][0]["symbol"] == "BOBS"


def test_a_trade_has_every_field(office: Office) -> None:
    """The first round trip: sides, averages, exact money, R from the planned stop."""
    first = closed(office)[0]
    assert set(first) >= TRADE
    expected = {
        "account": "Main", "symbol": "AAPL", "asset_class": "stock", "side": "long", "status": "closed",
        "opened_at": "2026-09-01T13:30:00Z", "closed_at": "2026-09-01T14:30:00Z", "quantity": "100",
        "entry_price": "10", "exit_price": "11", "gross_pnl": "100", "fees": "2", "net_pnl": "98", "currency": "USD",
        "multiplier": "1", "r_multiple": 2.0, "executions": 2, "setup": "Breakout", "tags": ["A+", "open drive"],
    }  # fmt: skip
    assert {name: sorted(first[name]) if name == "tags" else first[name] for name in expected} == expected


def test_money_is_exact_text(office: Office) -> None:
    """Every price, quantity and amount of every trade is a plain decimal; the nets add up by hand's result."""
    rows = closed(office)
    for row in rows:
        for name in ("quantity", "entry_price", "exit_price", "gross_pnl", "fees", "net_pnl", "multiplier"):
            assert DECIMAL.fullmatch(row[name]), (name, row[name])
    assert sum(Decimal(row["net_pnl"]) for row in rows if row["currency"] == "USD") == Decimal(USD_NET)
    assert [row["net_pnl"] for row in rows if row["currency"] == "EUR"] == ["48"]


@pytest.mark.parametrize("limit", [1, 2, 4, 11, 1000])
def test_pages_of_trades_join_in_order(office: Office, limit: int) -> None:
    """Closed trades by closing time and id, then the open one; each once, whatever the page size."""
    rows = office.ann.every("/api/v1/trades", limit=limit)
    assert [row["status"] for row in rows] == ["closed"] * 9 + ["open"]
    keys = [(row["closed_at"], row["id"]) for row in rows[:-1]]
    assert keys == sorted(keys)
    assert (rows[-1]["symbol"], rows[-1]["closed_at"], rows[-1]["net_pnl"]) == ("IBM", None, "39.2")


def test_a_cursor_survives_new_rows(fresh: Any) -> None:
    """Rows that are imported between two pages neither repeat nor hide rows."""
    from tests.web.api.client import FILLS, csv_of  # noqa: PLC0415 - the one use

    fresh.send(csv_of(*FILLS[4:10]), account="A", timezone="UTC")
    page = fresh.get("/api/v1/trades", limit=1)
    fresh.send(csv_of(*FILLS[:4]), account="A", timezone="UTC")
    rest = fresh.every("/api/v1/trades", limit=1)
    later = fresh.get("/api/v1/trades", limit=10, cursor=page["next_cursor"])["items"]
    assert [row["symbol"] for row in later] == ["MSFT", "NVDA"]
    assert len(rest) == 5


def test_dates_include_both_days(office: Office) -> None:
    """`from` and `to` as dates: trades closed on either day are in."""
    assert len(closed(office, **{"from": "2026-09-01", "to": "2026-09-07"})) == 3
    assert len(closed(office, **{"from": "2026-09-02", "to": "2026-09-06"})) == 1
    assert len(closed(office, **{"from": "2026-10-01"})) == 6
    assert len(closed(office, to="2026-09-01")) == 1


def test_instants_are_half_open(office: Office) -> None:
    """`from` as an instant includes it, `to` does not; a plus sign that was not escaped is understood."""
    assert len(closed(office, **{"from": "2026-09-01T14:30:00Z", "to": "2026-09-07T15:00:30Z"})) == 2
    assert len(closed(office, **{"from": "2026-09-01T14:30:00.000001Z", "to": "2026-09-07T15:00:31Z"})) == 2
    answer = office.ann.ask("/api/v1/trades?status=closed&to=2026-09-01T16:30:01+02:00")
    assert len(answer.get_json()["items"]) == 1
    assert len(closed(office, **{"from": "2026-10-08", "to": "2026-10-08T15:00:00Z"})) == 1


def test_trades_are_filtered_like_on_the_pages(office: Office) -> None:
    """Side, symbol, tag, setup, weekday, hour, duration, result and currency choose."""
    for parameters, count in (
        ({"side": "short"}, 2),
        ({"symbol": "nvda"}, 2),
        ({"tag": "A+"}, 2),
        ({"tag": "open drive"}, 1),
        ({"setup": "Breakout"}, 1),
        ({"weekday": 0}, 2),
        ({"hour": 2}, 1),
        ({"duration": "1m"}, 1),
        ({"result": "loss"}, 2),
        ({"currency": "eur"}, 1),
        ({"account": "Second, small"}, 2),
    ):
        assert len(closed(office, **parameters)) == count, parameters


def test_positions_are_at_cost_and_price(office: Office) -> None:
    """The open remainder: signed quantity, average, cost; value and P&L follow from the quote it names."""
    item = office.ann.get("/api/v1/positions")["items"][0]
    assert (item["symbol"], item["quantity"], item["average_price"], item["cost"]) == ("IBM", "6", "400", "2400")
    assert (item["side"], item["currency"], item["price_is_simulated"]) == ("long", "USD", True)
    assert Decimal(item["value"]) == 6 * Decimal(item["price"])
    assert Decimal(item["unrealised_pnl"]) == Decimal(item["value"]) - 2400
    assert office.ann.get("/api/v1/positions", symbol="AAPL")["items"] == []


def test_positions_say_what_they_are_of_the_whole(office: Office) -> None:
    """Weights are shares of the gross value, gains of the cost, and the totals are the rows added up."""
    answer = office.ann.get("/api/v1/positions")
    rows, totals = answer["items"], answer["totals"]
    assert [row["symbol"] for row in rows] == ["IBM"]
    assert sum(row["weight"] for row in rows) == pytest.approx(1)
    assert float(totals["value"]) == pytest.approx(sum(float(row["value"]) for row in rows))
    assert float(totals["unrealised_pnl"]) == pytest.approx(float(rows[0]["value"]) - float(rows[0]["cost"]))
    assert rows[0]["unrealised_fraction"] == pytest.approx(float(rows[0]["unrealised_pnl"]) / float(rows[0]["cost"]))
    assert (totals["currency"], totals["unpriced"], totals["left_out"]) == ("USD", 0, {})
    assert office.ann.get("/api/v1/positions", symbol="NVDA")["totals"]["value"] is None

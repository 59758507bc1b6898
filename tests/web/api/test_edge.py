"""Luck, leaks, what-ifs and futures over the interface are those of the services, for one's own trades only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash

from tests.services.edge_books import add_book, leaky_deals
from tests.web.api.client import Program, join, services_of
from tests.web.client import make_app

BOOK = 360


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dash]:
    """One app for all of it."""
    made = make_app(tmp_path_factory.mktemp("edge"))
    yield made
    services_of(made).db.close()


@pytest.fixture(scope="module")
def program(app: Dash) -> Program:
    """Somebody with a book in which one symbol loses."""
    made, services = join(app, "edgar"), services_of(app)
    owner = services.users.find("edgar")
    assert owner is not None
    add_book(services, owner.id, leaky_deals())
    return made


@pytest.fixture(scope="module")
def stranger(program: Program, app: Dash) -> Program:
    """Somebody without trades."""
    return join(app, "sam")


def test_luck_has_the_values_of_the_metrics(program: Program) -> None:
    """Each figure has the value of /metrics inside its interval; the setup with three trades has no rank."""
    found, metrics = program.get("/api/v1/luck"), program.get("/api/v1/metrics")["metrics"]
    assert found["trades"] == BOOK
    for row in found["figures"]:
        assert row["value"] == metrics[row["figure"]]["value"]
        assert row["interval"]["low"] <= row["value"] <= row["interval"]["high"]
    assert [row["rank"] for row in found["setups"]] == [1, 2, 3, None]
    assert found["setups"][-1]["setup"] == "three lucky"
    assert 0 <= found["t_test"]["p_value"] <= 1


def test_leaks_lead_to_their_trades(program: Program) -> None:
    """The symbol that loses is named, and its trades are those of the symbol's filter."""
    found = program.get("/api/v1/leaks")
    (leak,) = found["items"]
    assert leak["parts"] == [{"by": "symbol", "key": "BAD", "label": "BAD"}]
    assert leak["trades"] == len(program.every("/api/v1/trades", symbol="BAD", status="closed"))
    assert float(leak["low"]) <= float(leak["change"]) <= float(leak["high"])
    assert found["searched"] < found["trades"] == BOOK
    assert program.get("/api/v1/leaks", symbol="AAA")["reason"]


def test_a_what_if_adds_up(program: Program) -> None:
    """Altered less actual is the change and the sum over the rules; without rules nothing changes."""
    found = program.get("/api/v1/whatif", changes="skip_symbol:BAD;stop_after_losses:2")
    change = float(found["change"])
    assert change == pytest.approx(float(found["altered"]["total"]) - float(found["actual"]["total"]))
    assert change == pytest.approx(sum(float(row["change"]) for row in found["rules"]))
    assert [row["rule"] for row in found["rules"]] == ["skip_symbol:BAD", "stop_after_losses:2"]
    assert found["removed"] == found["actual"]["trades"] - found["altered"]["trades"]
    listed = {item["id"]: item for item in program.every("/api/v1/trades", status="closed")}
    assert found["removed"] == len(found["removed_trades"])
    assert sum(float(listed[item]["net_pnl"]) for item in found["removed_trades"]) == pytest.approx(-change)
    plain = program.get("/api/v1/whatif")
    assert (float(plain["change"]), plain["low"], plain["removed"]) == (0.0, None, 0)


def test_futures_are_seeded(program: Program) -> None:
    """The same seed gives the same fan, another one another; the fan begins at the start."""
    asked: dict[str, Any] = {"trades": 40, "paths": 300, "start": 1_000}
    one, again = program.get("/api/v1/montecarlo", **asked), program.get("/api/v1/montecarlo", **asked)
    assert one == again
    assert program.get("/api/v1/montecarlo", seed=1, **asked)["fan"] != one["fan"]
    assert float(one["fan"][0]["p5"]) == float(one["fan"][0]["p95"]) == 1_000
    assert one["fan"][-1]["trades"] == 40
    assert program.get("/api/v1/montecarlo", setup="three lucky")["reason"]


def test_exits_tell_their_coverage(program: Program) -> None:
    """No provider has candles of these symbols: nothing is replayed, and every trade is counted as why."""
    found = program.get("/api/v1/whatif/exits")
    assert (found["trades"], found["replayed"], found["groups"]) == (BOOK, 0, [])
    assert sum(found["gaps"].values()) == BOOK


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("/api/v1/whatif", {"changes": "dance:2"}, "changes"),
        ("/api/v1/montecarlo", {"block": 900}, "block"),
        ("/api/v1/montecarlo", {"risk": 0}, "risk"),
        ("/api/v1/whatif/exits", {"exit": "hope"}, "exit"),
        ("/api/v1/whatif/exits", {"exit": "target", "stop": 0}, "stop"),
    ],
)
def test_what_cannot_be_asked_is_refused(program: Program, path: str, parameters: dict[str, Any], field: str) -> None:
    """The answer names the parameter that is wrong."""
    answer = program.ask(path, query_string=parameters)
    assert answer.status_code in (400, 422)
    assert field in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", ["luck", "leaks", "whatif", "whatif/exits", "montecarlo"])
def test_nobody_sees_another_s_book(program: Program, stranger: Program, path: str) -> None:
    """The account of somebody else is not found, and the own answer knows none of its trades."""
    account = program.get("/api/v1/accounts")["items"][0]["id"]
    assert stranger.ask(f"/api/v1/{path}", query_string={"account": account}).status_code == 404
    answer = stranger.get(f"/api/v1/{path}")
    assert answer.get("trades", answer.get("drawn_from", answer.get("removed"))) == 0

"""The page of one trade: what it shows, who sees it, and what is saved."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pages.trade import Ids
from tests.pages.trading import Desk, open_desk
from tests.web.client import dash_call, sign_up
from web.shell import Shell

OPEN = f"..{Ids.FOUND}.data...{Ids.MISSING}.children...{Ids.BODY}.hidden.."
HEAD = f"..{Ids.HEAD}.children...{Ids.STEPS}.data.."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of a test's own."""
    made = open_desk(tmp_path)
    yield made
    made.services.db.close()


def output_with(desk: Desk, part: str, first_input: str) -> str:
    """Return the name of the callback that writes `part` and whose first input is `first_input`."""
    for name, entry in desk.app.callback_map.items():
        if part in name and entry["inputs"][0]["id"] == first_input:
            return str(name)
    raise AssertionError(part)


def call(desk: Desk, output: str, inputs: list[tuple[Any, str, Any]], state: Any = ()) -> dict[str, Any]:
    """Call a callback and return its response."""
    response = dash_call(desk.client, output, inputs, state)
    assert response.status_code == 200, response.get_data(as_text=True)
    answer: dict[str, Any] = response.get_json()["response"]
    return answer


def save_plan(desk: Desk, place: int, stop: str, target: str) -> dict[str, Any]:
    """Leave the field of the stop."""
    output = output_with(desk, Ids.STOP_ERROR, Ids.STOP)
    moves = [(Ids.STOP, "n_blur", 1), (Ids.STOP, "n_submit", 0), (Ids.TARGET, "n_blur", 0), (Ids.TARGET, "n_submit", 0)]
    state = [(Ids.STOP, "value", stop), (Ids.TARGET, "value", target), (Ids.FOUND, "data", str(desk.trades[place]))]
    return call(desk, output, moves, state)


def plan_of(desk: Desk, place: int) -> tuple[Decimal | None, Decimal | None]:
    """Return what is stored."""
    entry = desk.services.journal.entry(desk.owner, desk.account, desk.trades[place])
    return entry.planned_stop, entry.planned_target


@pytest.mark.parametrize("asked", ["999999", "abc", "", "-1", "9" * 40, "１"])
def test_unknown_trades_are_said_to_be_missing(desk: Desk, asked: str) -> None:
    """An address without a trade shows the missing page and no toast."""
    answer = call(desk, OPEN, [(Ids.ASKED, "data", asked)])
    assert answer[Ids.BODY]["hidden"] is True
    assert "No such trade" in json.dumps(answer[Ids.MISSING]["children"])


def test_trades_of_others_are_missing(desk: Desk) -> None:
    """Another person's trade looks like one that does not exist, on the page and as a file."""
    other = desk.app.server.test_client()
    sign_up(other, "noah")
    response = dash_call(other, OPEN, [(Ids.ASKED, "data", str(desk.trades[0]))])
    assert response.get_json()["response"][Ids.BODY]["hidden"] is True
    assert other.get(f"/export/trade/{desk.trades[0]}.csv").status_code == 404


def test_neighbours_follow_filter_and_order(desk: Desk) -> None:
    """The trades above and below are those of the list the reader came from."""
    inputs = [(Ids.FOUND, "data", str(desk.trades[2])), (Ids.CHANGED, "data", None)]
    answer = call(
        desk, HEAD, [*inputs, (Shell.FILTER, "data", "status=closed")], [(Shell.URL, "search", "?sort=net:desc")]
    )
    steps = answer[Ids.STEPS]["data"]
    assert (steps["before"], steps["after"]) == (desk.trades[0], desk.trades[1])
    assert steps["query"] == "status=closed&sort=net:desc"


def test_executions_add_up_to_the_trade(desk: Desk) -> None:
    """The CSV's fees sum to the trade's and the last realised P&L is its net."""
    text = desk.client.get(f"/export/trade/{desk.trades[1]}.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    trade = desk.services.portfolio.trade(desk.owner, desk.trades[1]).trade
    assert sum(Decimal(row["fees"]) for row in rows) == trade.fees
    assert Decimal(rows[-1]["realised_net_pnl"]) == trade.net == Decimal(-52)
    assert [row["position"] for row in rows] == ["-50", "0"]


def test_a_plan_is_saved_exactly_and_gives_r(desk: Desk) -> None:
    """Typed decimals are kept digit by digit and the head shows R at once."""
    answer = save_plan(desk, 0, "9.505", "12")
    assert answer[Ids.CHANGED]["data"]
    assert plan_of(desk, 0) == (Decimal("9.505"), Decimal(12))
    head = call(
        desk,
        HEAD,
        [(Ids.FOUND, "data", str(desk.trades[0])), (Ids.CHANGED, "data", 1), (Shell.FILTER, "data", "")],
        [(Shell.URL, "search", "")],
    )
    assert "+1.98R" in json.dumps(head[Ids.HEAD]["children"], ensure_ascii=False)


@pytest.mark.parametrize(
    ("place", "stop", "target", "field"),
    [
        (0, "10.01", "", Ids.STOP_ERROR),
        (0, "10", "", Ids.STOP_ERROR),
        (0, "", "9", Ids.TARGET_ERROR),
        (1, "19.99", "", Ids.STOP_ERROR),
        (1, "", "20.5", Ids.TARGET_ERROR),
        (0, "ten", "", Ids.STOP_ERROR),
        (0, "9", "1_000", Ids.TARGET_ERROR),
    ],
)
def test_wrong_plans_are_told_under_their_field(desk: Desk, place: int, stop: str, target: str, field: str) -> None:
    """A price on the wrong side of the entry, or no price, shows an error there and nothing is saved."""
    answer = save_plan(desk, place, stop, target)
    other = {Ids.STOP_ERROR: Ids.TARGET_ERROR, Ids.TARGET_ERROR: Ids.STOP_ERROR}[Ids(field)]
    assert answer[field]["children"]
    assert answer[other]["children"] == []
    assert plan_of(desk, place) == (None, None)


def test_clearing_the_fields_clears_the_plan(desk: Desk) -> None:
    """Empty fields take the plan away."""
    save_plan(desk, 1, "21.5", "18")
    save_plan(desk, 1, "", "")
    assert plan_of(desk, 1) == (None, None)


def test_the_note_saves_itself_to_the_trade_it_was_written_for(desk: Desk) -> None:
    """A draft names its trade, so that it is never saved to the next one."""
    output = output_with(desk, f"{Ids.SAVED}.children", Ids.DRAFT)
    draft = {"key": str(desk.trades[2]), "text": "Too early.", "at": 1}
    answer = call(desk, output, [(Ids.DRAFT, "data", draft)])
    assert "Saved" in json.dumps(answer)
    assert desk.services.journal.entry(desk.owner, desk.account, desk.trades[2]).note == "Too early."
    assert desk.services.journal.entry(desk.owner, desk.account, desk.trades[1]).note == ""


def test_the_chart_says_when_there_are_no_candles(desk: Desk) -> None:
    """A symbol without prices gets a sentence in place of an empty chart."""
    output = output_with(desk, f"{Ids.SPEC}.data", Ids.FOUND)
    inputs = [(Ids.FOUND, "data", str(desk.trades[0])), (Ids.INTERVAL, "value", None), (Ids.CHANGED, "data", None)]
    answer = call(desk, output, inputs)
    assert answer[Ids.CHART_BOX]["hidden"] is True
    assert "No chart for this trade" in json.dumps(answer[Ids.NO_CHART]["children"])
    assert answer[Ids.INTERVAL]["value"] == "1m"

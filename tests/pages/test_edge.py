"""The Edge page: luck, leaks, rules that are switched and added, futures, and what it says without trades."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.edge import clicked_setup
from components.edge_rules import read_rules
from components.edge_scenarios import read_choice
from domain.accounts import AccountId
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from pages.edge import Ids
from tests.pages.callbacks import call
from tests.pages.trading import Desk, open_desk
from tests.services.edge_books import add_book, leaky_deals
from tests.web.client import sign_up
from web.edge_monte_carlo import FanIds
from web.edge_rule_edits import edited_rules
from web.edge_what_if import WhatIfIds, drop_id, switch_id
from web.shell import Shell

EDGE = LedgerFilter(accounts=(AccountId(2),))
FORM = {"draw": "r", "trades": 60, "risk": 1, "start": None, "block": 1, "drawdown": 20, "ruin": 50, "seed": 7}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Somebody with three closed trades in one account and 360 in another, one symbol of which loses."""
    made = open_desk(tmp_path_factory.mktemp("edge"))
    add_book(made.services, made.owner, leaky_deals())
    yield made
    made.services.db.close()


def show(desk: Desk, output: str, tab: str, query: str = "", **values: Any) -> Any:
    """Call a callback of a section."""
    return call(desk.app, desk.client, output, {f"{Ids.TAB}.value": tab, f"{Shell.FILTER}.data": query, **values})


def text_of(node: Any) -> str:
    """Return the text of markup as the browser gets it."""
    if isinstance(node, dict):
        return text_of(node.get("props", {}).get("children"))
    return " ".join(map(text_of, node)) if isinstance(node, list) else "" if node is None else str(node)


def future_values(**changes: Any) -> dict[str, Any]:
    """Return the form of the simulation."""
    return {f"{FanIds[name.upper()]}.value": value for name, value in {**FORM, **changes}.items()}


def test_one_section_is_shown(desk: Desk) -> None:
    """The tab decides which of the four sections is visible."""
    answer = call(desk.app, desk.client, f"{Ids.LUCK}.hidden", {f"{Ids.TAB}.value": "leaks"})
    hidden = [answer[name]["hidden"] for name in (Ids.LUCK, Ids.LEAKS, Ids.WHAT_IF, Ids.MONTE_CARLO)]
    assert hidden == [True, False, True, True]


def test_luck_ranks_setups_and_leads_to_their_trades(desk: Desk) -> None:
    """The three lucky trades are listed last, without a rank; a click on a row opens the setup's trades."""
    answer = show(desk, f"{Ids.STRIP}.children", "luck")
    assert "Expectancy" in text_of(answer[Ids.STRIP]["children"])
    ranking = json.dumps(answer[Ids.RANKING]["children"])
    assert ranking.index("three lucky") > max(ranking.index(f'"{name}"') for name in ("gap", "trend", "fade"))
    assert "/trades?status=closed&setups=three+lucky" in ranking
    assert "95 % intervals" in answer[Ids.SETUPS_LABEL]["aria-label"]
    query = LedgerFilter()
    setups = desk.services.edge.luck(desk.owner, query).setups
    assert clicked_setup({"points": [{"y": 3}]}, setups, query) == "/trades?status=closed&setups=three+lucky"
    assert clicked_setup({"points": [{"y": 9}]}, setups, query) == ""
    assert clicked_setup(None, setups, query) == ""


def test_a_leak_has_its_price_and_its_trades(desk: Desk) -> None:
    """The losing symbol is named with what the period would have been without it, and linked."""
    answer = show(desk, f"{Ids.LEAK_LIST}.children", "leaks", "accounts=2")
    text = text_of(answer[Ids.LEAK_LIST]["children"])
    assert "Without symbol BAD" in text
    assert "95% CI" in text
    assert "where=symbol%3ABAD" in json.dumps(answer[Ids.LEAK_LIST]["children"])
    few = text_of(show(desk, f"{Ids.LEAK_LIST}.children", "leaks", "accounts=1")[Ids.LEAK_LIST]["children"])
    assert "3" in few
    assert "100" in few


def rules(desk: Desk, changed: str = "", kept: Any = None, **values: Any) -> Any:
    """Call the callback that keeps the rules."""
    base = {f"{Ids.TAB}.value": "what-if", f"{WhatIfIds.RULES}.data": kept, f"{Shell.FILTER}.data": "accounts=2"}
    return call(desk.app, desk.client, f"{WhatIfIds.RULES}.data", {**base, **values}, changed=changed)


def test_rules_are_suggested_switched_added_and_removed(desk: Desk) -> None:
    """The first visit suggests rules; a switch, the form and a cross change the list; nonsense is explained."""
    kept = rules(desk)[WhatIfIds.RULES]["data"]
    assert [item["on"] for item in kept] == [True] + [False] * (len(kept) - 1)
    ids = [make(place) for make in (switch_id, drop_id) for place in range(len(kept))]
    switched = rules(
        desk,
        json.dumps(switch_id(1), separators=(",", ":"), sort_keys=True) + ".value",
        kept,
        ids=ids,
        **{f"{WhatIfIds.SWITCH}.value": [["on"], ["on"], *([[]] * (len(kept) - 2))]},
    )[WhatIfIds.RULES]["data"]
    assert [item["on"] for item in switched][:2] == [True, True]
    form: dict[str, Any] = {f"{WhatIfIds.KIND}.value": "skip_symbol", f"{WhatIfIds.VALUE}.value": "BAD"}
    added = rules(desk, f"{WhatIfIds.ADD}.n_clicks", switched, **form)[WhatIfIds.RULES]["data"]
    assert added[-1] == {"rule": "skip_symbol:BAD", "on": True}
    form = {f"{WhatIfIds.KIND}.value": "cap_size", f"{WhatIfIds.AMOUNT}.value": -5}
    answer = rules(desk, f"{WhatIfIds.ADD}.n_clicks", added, **form)
    assert "above zero" in answer[WhatIfIds.PROBLEM]["children"]
    ids = [make(place) for make in (switch_id, drop_id) for place in range(len(added))]
    fewer = rules(
        desk,
        json.dumps(drop_id(0), separators=(",", ":"), sort_keys=True) + ".n_clicks",
        added,
        ids=ids,
        **{f"{WhatIfIds.DROP}.n_clicks": [1] + [None] * (len(added) - 1)},
    )[WhatIfIds.RULES]["data"]
    assert fewer == added[1:]


def test_a_what_if_shows_both_curves_and_the_trades(desk: Desk) -> None:
    """Figures, sentence, curve and list are those of the service."""
    kept = [{"rule": "skip_symbol:BAD", "on": True}, {"rule": "remove_best:3", "on": False}]
    values = {f"{WhatIfIds.RULES}.data": kept, f"{Shell.FILTER}.data": "accounts=2"}
    answer = call(desk.app, desk.client, f"{WhatIfIds.STATS}.children", values)
    report = desk.services.edge.what_if(desk.owner, EDGE, read_rules(kept, on=True), others=read_rules(kept, on=False))
    assert f"of {report.result.actual.n}" in text_of(answer[WhatIfIds.STATS]["children"])
    rows = text_of(answer[WhatIfIds.LIST]["children"])
    assert f"{report.removed_n} trades out" in rows
    assert "3 trades out" in rows
    assert "95% CI" in text_of(answer[WhatIfIds.SAY]["children"])
    assert len(answer[WhatIfIds.CURVE]["figure"]["data"]) == 2
    assert f"/trade/{report.removed[0].id}" in json.dumps(answer[WhatIfIds.REMOVED]["children"])
    assert answer[WhatIfIds.REMOVED_CSV]["href"] == "/export/what-if.csv?changes=skip_symbol%3ABAD&accounts=2"
    download = desk.client.get(answer[WhatIfIds.REMOVED_CSV]["href"])
    assert len(download.get_data(as_text=True).splitlines()) == report.removed_n + 1


def test_exits_without_candles_say_so(desk: Desk) -> None:
    """No provider knows these symbols: the section says how many trades and why, and fails at nothing."""
    values = {
        f"{WhatIfIds.EXIT}.value": "target", f"{WhatIfIds.EXIT_STOP}.value": 1, f"{WhatIfIds.EXIT_AMOUNT}.value": 2,
    }  # fmt: skip
    answer = show(desk, f"{WhatIfIds.EXIT_SAY}.children", "what-if", "accounts=2", **values)
    assert "No exit could be replayed" in text_of(answer[WhatIfIds.EXIT_SAY]["children"])
    assert answer[WhatIfIds.EXIT_NOTE]["children"].startswith("0 of 360 trades")


def test_values_follow_the_kind_of_rule(desk: Desk) -> None:
    """Symbols for a symbol, a number for a count."""
    answer = show(desk, f"{WhatIfIds.VALUE}.options", "what-if", **{f"{WhatIfIds.KIND}.value": "skip_symbol"})
    assert "BAD" in [item["value"] for item in answer[WhatIfIds.VALUE]["options"]]
    assert answer[WhatIfIds.AMOUNT_BOX]["hidden"]
    answer = show(desk, f"{WhatIfIds.VALUE}.options", "what-if", **{f"{WhatIfIds.KIND}.value": "most_trades"})
    assert (answer[WhatIfIds.VALUE_BOX]["hidden"], answer[WhatIfIds.AMOUNT]["value"]) == (True, 5)


def test_futures_or_why_there_are_none(desk: Desk) -> None:
    """With planned stops there is a fan and chances; without them the reason and the way to mend it."""
    answer = show(desk, f"{FanIds.CHART}.figure", "monte-carlo", "accounts=2", **future_values())
    assert "Ruin at 50% of the start" in text_of(answer[FanIds.STRIP]["children"])
    assert answer[FanIds.CHART_LABEL]["aria-label"].startswith("After 60 trades")
    assert len(json.dumps(answer)) < 300_000
    none = show(desk, f"{FanIds.CHART}.figure", "monte-carlo", "accounts=1", **future_values())
    assert "planned stop; there are 0" in text_of(none[FanIds.DEPTHS]["children"])
    assert none[FanIds.STRIP]["children"] is None


def test_without_trades_every_section_says_what_to_do(desk: Desk) -> None:
    """A filter that leaves nothing shows reasons, not zeros."""
    query = "symbols=NONE"
    assert "No closed trades here" in text_of(show(desk, f"{Ids.STRIP}.children", "luck", query)[Ids.STRIP]["children"])
    assert show(desk, f"{Ids.LEAK_LIST}.children", "leaks", query)[Ids.LEAK_LIST]["children"]
    answer = show(desk, f"{FanIds.CHART}.figure", "monte-carlo", query, **future_values())
    assert "at least 10" in text_of(answer[FanIds.DEPTHS]["children"])


@pytest.mark.parametrize("name", ["luck", "setups", "leaks", "what-if", "exits"])
def test_downloads_belong_to_their_owner(desk: Desk, name: str) -> None:
    """Each table is a CSV; somebody else's account is not found."""
    own = desk.client.get(f"/export/{name}.csv?accounts=2")
    assert own.status_code == 200
    assert own.mimetype == "text/csv"
    other = desk.app.server.test_client()
    sign_up(other, f"other-{name}")
    assert other.get(f"/export/{name}.csv?accounts=2").status_code == 404


def test_what_a_browser_should_not_send_is_refused() -> None:
    """Rules, settings and kinds that are none are errors with a sentence, not faults."""
    for sent in ([{"rule": "dance:1", "on": True}], ["skip"], [{"rule": 3}], [{"rule": "remove_best:1", "on": 1}] * 13):
        with pytest.raises(InvalidInputError):
            read_rules(sent, on=True)  # type: ignore[arg-type]
    wrong: tuple[dict[str, Any], ...] = ({"draw": "dice"}, {"trades": "many"}, {"risk": []})
    for values in wrong:
        with pytest.raises(InvalidInputError):
            read_choice(values)
    kept = [{"rule": "remove_best:1", "on": True}]
    added: tuple[tuple[tuple[str, Any], str], ...] = (
        (("dance", "1"), "not known"), (("remove_best", 1), "already"), (("remove_best", None), "whole number"),
    )  # fmt: skip
    for form, words in added:
        changed, problem = edited_rules(kept, WhatIfIds.ADD.value, switches=[], drops=[], added=form)
        assert changed == kept
        assert words in problem

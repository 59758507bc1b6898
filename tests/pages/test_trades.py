"""The Trades page as a browser uses it: rows, order, totals, views, chips, bulk changes, export."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pages.trades import Ids
from tests.pages.trading import Desk, open_desk, trade_as
from tests.web.client import dash_call, sign_up
from web.shell import Shell

ROWS = f"..{Ids.GRID}.getRowsResponse...{Ids.EXPORT}.href.."
FRAME = (
    f"..{Ids.VIEWS}.children...{Ids.TOTALS}.children...{Ids.EMPTY}.children...{Ids.EMPTY}.hidden...{Ids.TABLE}.hidden.."
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that tests only look at."""
    made = open_desk(tmp_path_factory.mktemp("trades"))
    yield made
    made.services.db.close()


@pytest.fixture
def own_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk that a test may change."""
    made = open_desk(tmp_path)
    yield made
    made.services.db.close()


def ask_rows(desk: Desk, query: str = "", *, sort: str = "", start: int = 0, end: int = 200) -> dict[str, Any]:
    """Return getRowsResponse and the export's address, as the grid asks for a block."""
    model = [{"colId": part.split(":")[0], "sort": part.split(":")[1]} for part in sort.split(",") if part]
    wanted = {"startRow": start, "endRow": end, "sortModel": model, "filterModel": {}}
    response = dash_call(desk.client, ROWS, [(Ids.GRID, "getRowsRequest", wanted)], [(Shell.FILTER, "data", query)])
    assert response.status_code == 200, response.get_data(as_text=True)
    answer = response.get_json()["response"]
    return {**answer[Ids.GRID]["getRowsResponse"], "href": answer[Ids.EXPORT]["href"]}


def frame(desk: Desk, query: str = "") -> dict[str, Any]:
    """Return views, totals and emptiness of a filter."""
    response = dash_call(desk.client, FRAME, [(Shell.FILTER, "data", query), (Ids.CHANGED, "data", None)])
    answer: dict[str, Any] = response.get_json()["response"]
    return answer


def ids_of(answer: dict[str, Any]) -> list[int]:
    """Return the trades of an answer in order."""
    return [int(row["id"]) for row in answer["rowData"]]


def test_newest_trades_come_first(desk: Desk) -> None:
    """Without an order the newest trade is the first row, and every row of the filter is counted."""
    answer = ask_rows(desk)
    assert answer["rowCount"] == 4
    assert ids_of(answer) == list(reversed(desk.trades))


def test_a_block_holds_only_its_rows(desk: Desk) -> None:
    """The server answers the asked block and still counts all rows."""
    answer = ask_rows(desk, start=1, end=3)
    assert ids_of(answer) == [desk.trades[2], desk.trades[1]]
    assert answer["rowCount"] == 4


def test_rows_are_ordered_on_the_server(desk: Desk) -> None:
    """Sorting by net P&L ranks by the exact figures, and the links carry the order on."""
    answer = ask_rows(desk, sort="net:desc")
    assert [row["net"] for row in answer["rowData"]] == [98.0, 0.0, -4.5, -52.0]
    assert answer["rowData"][0]["href"] == f"/trade/{desk.trades[0]}?sort=net:desc"


def test_unknown_sort_columns_change_nothing(desk: Desk) -> None:
    """A column that cannot be sorted by is left out instead of failing."""
    assert ids_of(ask_rows(desk, sort="password:desc")) == list(reversed(desk.trades))


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("side=short", [1]),
        ("symbols=AAA", [2, 0]),
        ("status=open", [3]),
        ("result=loss", [2, 1]),
        ("symbols=AAA,BBB&result=win", [0]),
        ("weekday=1", [0]),
        ("search=cc", [3]),
        ("day=2026-09-02", [1]),
    ],
)
def test_chips_narrow_the_rows(desk: Desk, query: str, places: list[int]) -> None:
    """Each name of the filter in the address keeps its trades only."""
    assert ids_of(ask_rows(desk, query)) == [desk.trades[place] for place in places]


def test_export_is_what_the_grid_shows(desk: Desk) -> None:
    """The CSV holds the same trades in the same order as the grid, all of them."""
    shown = ask_rows(desk, "side=long", sort="symbol:desc")
    text = desk.client.get(shown["href"]).get_data(as_text=True).removeprefix("\ufeff")
    assert [int(row["id"]) for row in csv.DictReader(io.StringIO(text))] == ids_of(shown)
    assert [row["net_pnl"] for row in csv.DictReader(io.StringIO(text))] == ["0", "98", "-4.5"]


def test_totals_add_up_the_filter(desk: Desk) -> None:
    """The bar shows the sums of the filter, not of a page."""
    text = json.dumps(frame(desk)[Ids.TOTALS], ensure_ascii=False)
    for expected in ('"4"', "+$47.50", "−$6.00", "33.3%", "+$41.50"):
        assert expected in text


def test_totals_follow_the_unit(desk: Desk) -> None:
    """In percent of an unknown balance the sum is missing rather than money under another name."""
    text = json.dumps(frame(desk, "unit=%25")[Ids.TOTALS], ensure_ascii=False)
    assert "+$41.50" not in text


def test_cards_show_days_with_their_sum(desk: Desk) -> None:
    """Phones get two-line rows under their day, the open trade first."""
    response = dash_call(
        desk.client, f"{Ids.CARDS}.children", [(Ids.CARD_WISH, "data", {"cards": 100})], [(Shell.FILTER, "data", "")]
    )
    text = json.dumps(response.get_json()["response"][Ids.CARDS]["children"], ensure_ascii=False)
    assert text.index("Open") < text.index("Thursday 3 September") < text.index("Tuesday 1 September")
    assert "+$98.00" in text


def test_views_count_their_trades(desk: Desk) -> None:
    """Winners, losers and open trades are counted within the rest of the filter."""
    links = frame(desk, "symbols=AAA")[Ids.VIEWS]["children"]["props"]["children"]
    labels = {item["props"]["children"][0]: item["props"]["children"][1]["props"]["children"] for item in links}
    assert labels == {"All trades": "2", "Today": "0", "Winners": "1", "Losers": "1", "Open": "0"}
    assert links[2]["props"]["href"] == "/trades?symbols=AAA&result=win"


def test_filtered_to_nothing_offers_the_way_back(desk: Desk) -> None:
    """A filter without trades hides the grid and offers to clear it."""
    answer = frame(desk, "period=2020-01-01..2020-01-31&side=long")
    assert (answer[Ids.EMPTY]["hidden"], answer[Ids.TABLE]["hidden"]) == (False, True)
    text = json.dumps(answer[Ids.EMPTY]["children"])
    assert "Clear the filters" in text
    assert "4 trades" in text


def test_no_trades_at_all_leads_to_the_import(own_desk: Desk) -> None:
    """Somebody without trades is led to the import, whatever others have."""
    other = own_desk.app.server.test_client()
    sign_up(other, "noah")
    answer = frame(Desk(own_desk.app, other, own_desk.services, None, 0, ()))
    assert "/import" in json.dumps(answer[Ids.EMPTY]["children"])


def test_owners_see_their_own_trades(own_desk: Desk) -> None:
    """Rows and exports of one person never hold another's trades."""
    other = own_desk.app.server.test_client()
    sign_up(other, "noah")
    noah = trade_as(own_desk.app, other, own_desk.services, "noah")
    assert not set(ids_of(ask_rows(noah))) & set(own_desk.trades)
    text = other.get(f"/export/trades.csv?accounts={own_desk.account}").get_data(as_text=True)
    assert "AAA" not in text


def pick(desk: Desk, output: str, store: str, value: str, places: list[int]) -> Any:
    """Pick a tag or setup for some trades as the bulk bar does."""
    selected = [{"id": str(desk.trades[place]), "account": desk.account} for place in places]
    return dash_call(
        desk.client, output, [(store, "data", {"value": value, "at": 7})], [(Ids.GRID, "selectedRows", selected)]
    )


def output_of(desk: Desk, store: str) -> str:
    """Return the output name of the callback that listens to a store alone."""
    for name, entry in desk.app.callback_map.items():
        if [item["id"] for item in entry["inputs"]] == [store]:
            return str(name)
    raise AssertionError(store)


def test_a_tag_is_added_to_all_and_then_taken_from_all(own_desk: Desk) -> None:
    """Picking a tag gives it to every selected trade; picking it again takes it away."""
    output = output_of(own_desk, Ids.TAG_PICK)
    assert pick(own_desk, output, Ids.TAG_PICK, "A+", [0, 1]).status_code == 200
    assert ids_of(ask_rows(own_desk, "tags=A%2B")) == [own_desk.trades[1], own_desk.trades[0]]
    pick(own_desk, output, Ids.TAG_PICK, "A+", [0, 1, 2])
    assert len(ids_of(ask_rows(own_desk, "tags=A%2B"))) == 3
    pick(own_desk, output, Ids.TAG_PICK, "A+", [0, 1, 2])
    assert ids_of(ask_rows(own_desk, "tags=A%2B")) == []


def test_a_setup_is_set_for_all_selected(own_desk: Desk) -> None:
    """Picking a setup writes it to every selected trade and "" clears it."""
    output = output_of(own_desk, Ids.SETUP_PICK)
    pick(own_desk, output, Ids.SETUP_PICK, "Gap fade", [0, 2])
    assert ids_of(ask_rows(own_desk, "setups=Gap%20fade")) == [own_desk.trades[2], own_desk.trades[0]]
    pick(own_desk, output, Ids.SETUP_PICK, "", [0])
    assert ids_of(ask_rows(own_desk, "setups=Gap%20fade")) == [own_desk.trades[2]]


def test_trades_of_others_cannot_be_tagged(own_desk: Desk) -> None:
    """A selection that names another person's trades changes nothing of theirs."""
    other = own_desk.app.server.test_client()
    sign_up(other, "noah")
    thief = Desk(own_desk.app, other, own_desk.services, None, own_desk.account, own_desk.trades)
    pick(thief, output_of(own_desk, Ids.TAG_PICK), Ids.TAG_PICK, "Stolen", [0, 1])
    assert own_desk.services.journal.tag_counts(own_desk.owner, [(own_desk.account, own_desk.trades[0])]) == {}


def test_the_query_does_not_lay_the_page_out_again(desk: Desk) -> None:
    """A choice of a filter changes the query only, and only a new path lays the page out."""
    routers = [item for item in desk.app._callback_list if "_pages_content" in item["output"]]
    assert [item["property"] for item in routers[0]["inputs"]] == ["pathname"]
    assert [item["property"] for item in routers[0]["state"]] == ["search"]

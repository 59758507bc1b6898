"""The Analytics pages as a browser uses them: pickers, charts, tables, and clicks that lead to trades."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

import pytest

from domain.filters import LedgerFilter
from pages import (
    analytics,
    analytics_breakdowns,
    analytics_compare,
    analytics_cross,
    analytics_heat_maps,
    analytics_scatter,
    analytics_trends,
)
from tests.pages.trading import Desk, open_desk
from tests.web.client import dash_call
from web.shell import Shell

Part = tuple[Any, str]
SUBPAGES = (
    analytics_breakdowns,
    analytics_compare,
    analytics_cross,
    analytics_heat_maps,
    analytics_scatter,
    analytics_trends,
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk that tests only look at."""
    made = open_desk(tmp_path_factory.mktemp("analytics"))
    yield made
    made.services.db.close()


def call(desk: Desk, outputs: Sequence[Part], inputs: Sequence[Any], state: Sequence[Any] = ()) -> dict[str, Any]:
    """Call a callback of several outputs and return its answer."""
    names = "...".join(f"{part}.{name}" for part, name in outputs)
    output = f"..{names}.." if len(outputs) > 1 else names
    response = dash_call(desk.client, output, list(inputs), list(state))
    assert response.status_code == 200, response.get_data(as_text=True)
    answer: dict[str, Any] = response.get_json()["response"]
    return answer


def text_of(part: Any) -> str:
    """Everything of an answer as one text."""
    return json.dumps(part, ensure_ascii=False)


def inputs_of(query: str, search: str) -> list[tuple[StrEnum, str, str]]:
    """The filter and the address as callbacks get them."""
    return [(Shell.FILTER, "data", query), (Shell.URL, "search", search)]


def drilled(desk: Desk, page: Any, graph: str, *, query: str = "", search: str = "", place: Any = 0) -> LedgerFilter:
    """Click a point of a chart and return the filter of the address that opens."""
    point = {"points": [place if isinstance(place, dict) else {"pointNumber": place}]}
    recorded = next(
        item
        for item in page.PAGE.recorded
        if any(getattr(part, "component_property", "") == "clickData" and part.component_id == graph for part in item.arguments)
    )
    href = recorded.function
    with desk.app.server.test_request_context("/"):
        from flask_login import login_user

        from web.auth.browser import Person  # type: ignore[attr-defined]

        login_user(Person(desk.services.users.get(desk.owner)))
        arguments = [point, query, search][: sum(1 for part in recorded.arguments if type(part).__name__ != "Output")]
        address = str(href(*arguments))  # type: ignore[operator]
    assert address.startswith("/trades")
    return LedgerFilter.from_query(dict(parse_qsl(address.partition("?")[2])))


def test_a_breakdown_shows_each_group_with_the_way_to_its_trades(desk: Desk) -> None:
    """Bars in the order of effect; the table links each row to its trades and explains each figure."""
    ids = analytics_breakdowns.Ids
    outputs = [
        (ids.BARS, "figure"), (ids.BARS_LABEL, "aria-label"), (ids.BARS_FRAME, "style"), (ids.TITLE, "children"),
        (ids.ABOUT, "children"), (ids.TABLE, "children"), (ids.CSV, "href"),
    ]  # fmt: skip
    answer = call(desk, outputs, inputs_of("side=long", "?by=symbol&metric=net_pnl&side=long"))
    assert answer[ids.TITLE]["children"] == "Net P&L by symbol"
    assert "highest AAA (+$93.50)" in answer[ids.BARS_LABEL]["aria-label"]
    table = text_of(answer[ids.TABLE]["children"])
    assert "/trades?side=long&symbols=AAA" in table
    assert '"data-fw-why": "win_rate"' in table
    csv = desk.client.get(answer[ids.CSV]["href"]).get_data(as_text=True)
    assert "AAA,2,93.5," in csv


def test_pickers_offer_every_property_and_figure(desk: Desk) -> None:
    """The list holds all dimensions; only numbers take ranges."""
    ids = analytics_breakdowns.Ids
    outputs = [
        (ids.BY, "children"), (ids.BY_LIST, "children"), (ids.FIGURE, "children"), (ids.FIGURE_LIST, "children"),
        (ids.EDGES, "value"), (ids.EDGES_BOX, "hidden"),
    ]  # fmt: skip
    for by, hidden in (("symbol", True), ("size", False)):
        answer = call(desk, outputs, [(Shell.URL, "search", f"?by={by}&edges=1,2")])
        assert answer[ids.EDGES_BOX]["hidden"] is hidden
        assert answer[ids.EDGES]["value"] == "1,2"
        listed = text_of(answer[ids.BY_LIST]["children"])
        for item in desk.services.analysis.dimensions():
            assert f'"data-fw-value": "{item.slug}"' in listed


def test_an_unknown_property_is_an_error_with_a_hint(desk: Desk) -> None:
    """A mistyped address says what there is instead of failing."""
    ids = analytics_cross.Ids
    outputs = [
        (ids.MAP, "figure"), (ids.MAP_LABEL, "aria-label"), (ids.MAP_FRAME, "style"), (ids.TITLE, "children"),
        (ids.NOTE, "children"), (ids.CSV, "href"),
    ]  # fmt: skip
    names = "...".join(f"{part}.{name}" for part, name in outputs)
    response = dash_call(desk.client, f"..{names}..", inputs_of("", "?by=moon"))
    assert "moon" in response.get_data(as_text=True)


def test_a_heat_map_has_the_figure_of_each_pair(desk: Desk) -> None:
    """Cells hold the P&L by symbol and side, and the sentence names the highest."""
    ids = analytics_cross.Ids
    outputs = [
        (ids.MAP, "figure"), (ids.MAP_LABEL, "aria-label"), (ids.MAP_FRAME, "style"), (ids.TITLE, "children"),
        (ids.NOTE, "children"), (ids.CSV, "href"),
    ]  # fmt: skip
    answer = call(desk, outputs, inputs_of("", "?by=symbol&and=side"))
    assert "$93.50 at AAA, Long" in answer[ids.MAP_LABEL]["aria-label"]
    csv = desk.client.get(answer[ids.CSV]["href"]).get_data(as_text=True)
    assert "AAA,93.5," in csv


def test_two_groups_stand_side_by_side(desk: Desk) -> None:
    """Without a choice the larger side is compared with everything else."""
    ids = analytics_compare.Ids
    outputs = [
        (ids.TABLE, "children"), (ids.NOTE, "children"), (ids.CURVES, "figure"), (ids.CURVES_LABEL, "aria-label"),
        (ids.LEGEND, "children"),
    ]  # fmt: skip
    answer = call(desk, outputs, inputs_of("", ""))
    table = text_of(answer[ids.TABLE]["children"])
    for expected in ("Long (2)", "Everything else (1)", "+$93.50", "−$52.00", "too few"):
        assert expected in table
    chosen = call(desk, outputs, inputs_of("", "?by=symbol&a=symbol:AAA&b=symbol:BBB"))
    assert chosen[ids.LEGEND]["children"] == "AAA: line · BBB: dashed"
    nothing = call(desk, outputs, inputs_of("symbols=ZZZ", ""))
    assert "No trades" in text_of(nothing[ids.TABLE]["children"])


def test_trends_and_points_say_how_many_trades_they_show(desk: Desk) -> None:
    """A window of two trades has two points; three closed trades are drawn as points."""
    ids = analytics_trends.Ids
    outputs = [(ids.LINE, "figure"), (ids.LINE_LABEL, "aria-label"), (ids.TITLE, "children"), (ids.NOTE, "children")]
    answer = call(desk, outputs, inputs_of("", "?metric=net_pnl&window=2"))
    assert answer[ids.TITLE]["children"] == "Net P&L over 2 trades"
    assert "over 2 trades: " in answer[ids.LINE_LABEL]["aria-label"]
    few = call(desk, outputs, inputs_of("", "?metric=net_pnl&window=50"))
    assert "fewer than the window" in few[ids.NOTE]["children"]
    points = analytics_scatter.Ids
    outputs = [
        (points.POINTS, "figure"), (points.POINTS_LABEL, "aria-label"), (points.TITLE, "children"),
        (points.NOTE, "children"),
    ]  # fmt: skip
    answer = call(desk, outputs, inputs_of("", "?x=size&y=pnl"))
    assert "3 closed trades" in answer[points.NOTE]["children"]


def test_a_year_and_its_grids_are_drawn(desk: Desk) -> None:
    """The newest year with a result is shown; both grids say where the highest value is."""
    ids = analytics_heat_maps.Ids
    outputs = [
        (ids.YEAR, "figure"), (ids.YEAR_LABEL, "aria-label"), (ids.YEAR_TITLE, "children"),
        (ids.YEAR_PICK, "children"), (ids.YEAR_LIST, "children"),
    ]  # fmt: skip
    answer = call(desk, outputs, inputs_of("", ""))
    assert answer[ids.YEAR_TITLE]["children"] == "2026"
    assert "3 trading days, 1 up and 2 down" in answer[ids.YEAR_LABEL]["aria-label"]
    grids = [
        (ids.HOURS, "figure"), (ids.HOURS_LABEL, "aria-label"), (ids.MONTHS, "figure"), (ids.MONTHS_LABEL, "aria-label"),
    ]  # fmt: skip
    answer = call(desk, grids, [(Shell.FILTER, "data", "")])
    assert "+$98.00" in answer[ids.HOURS_LABEL]["aria-label"] or "$98.00" in answer[ids.HOURS_LABEL]["aria-label"]


@pytest.mark.parametrize("page", SUBPAGES, ids=lambda page: page.__name__)
def test_each_page_keeps_the_filter_in_its_tabs_and_chips(desk: Desk, page: Any) -> None:
    """Every tab carries the filter; each condition is a chip that can be taken away by itself."""
    query = "side=long&where=hour:9,10;!symbol:BBB"
    answer = call(desk, [(page.Ids.HEAD, "children")], [(Shell.FILTER, "data", query)])
    text = text_of(answer[page.Ids.HEAD]["children"])
    assert text.count(f"?{query}") == 8
    for chip in ("side", "where.0", "where.1"):
        assert f'"data-fw-clear": "{chip}"' in text
    assert "not BBB" in text


def test_a_mark_explains_its_figure(desk: Desk) -> None:
    """The drawer shows formula, inputs, what is left out, and leads to the trades."""
    outputs = [(Shell.WHY_BODY, "children"), (Shell.WHY_BODY, "aria-busy")]
    wish = {"metric": "win_rate", "query": "where=symbol:AAA,CCC", "at": 1}
    text = text_of(call(desk, outputs, [(Shell.WHY, "data", wish)])[Shell.WHY_BODY]["children"])
    for expected in ("50.0%", "1 ÷ (1 + 1) = 50.0%", "still open", "Show the 2 trades it came from", "small sample"):
        assert expected in text
    assert "/trades?status=closed&where=symbol%3AAAA%2CCCC" in text


@pytest.mark.parametrize(
    ("page", "graph", "search", "place", "expected"),
    [
        (analytics_breakdowns, "BARS", "?by=symbol", 0, {"symbols": ("AAA",)}),
        (analytics_cross, "MAP", "?by=symbol&and=side", {"x": 0, "y": 0}, {"symbols": ("AAA",), "side": "long"}),
        (analytics_trends, "LINE", "?metric=net_pnl&window=2", 0, {"status": "closed"}),
        (analytics_heat_maps, "YEAR", "", {"customdata": "2026-09-01"}, {"day": "2026-09-01"}),
    ],
    ids=["bar", "cell", "window", "day"],
)
def test_a_click_leads_to_the_trades_behind_it(
    desk: Desk, page: Any, graph: str, search: str, place: Any, expected: dict[str, Any]
) -> None:
    """The opened list is filtered to what was clicked."""
    chosen = drilled(desk, page, page.Ids[graph], search=search, place=place)
    for name, value in expected.items():
        assert getattr(chosen, name) == value
    assert desk.services.portfolio.trades(desk.owner, chosen, end=0).total in (1, 2)


def test_the_summary_draws_every_card(desk: Desk) -> None:
    """All breakdowns of the summary come from one call and name their best group."""
    ids = analytics.Ids
    recorded = next(item for item in analytics.PAGE.recorded if getattr(item.function, "__name__", "") == "draw_breakdowns")
    assert recorded
    text = text_of(analytics.layout().to_plotly_json()) if False else ""
    assert ids.BARS not in text

"""The Analytics pages as a browser uses them: pickers, charts, tables, and clicks that lead to trades."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from components import analytics as parts
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
from tests.pages import callbacks
from tests.pages.trading import Desk, open_desk
from web.shell import Shell

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


def call(desk: Desk, part: tuple[Any, str], query: str = "", search: str = "", **values: Any) -> dict[str, Any]:
    """Call the callback that fills a part, with the filter and the address, and return its answer."""
    given = {f"{Shell.FILTER}.data": query, f"{Shell.URL}.search": search, **values}
    answer: dict[str, Any] = callbacks.call(desk.app, desk.client, ".".join(part), given)
    return answer


def text_of(part: Any) -> str:
    """Everything of an answer as one text."""
    return json.dumps(part, ensure_ascii=False)


def drilled(desk: Desk, graph: str, place: dict[str, Any], *, search: str = "") -> LedgerFilter:
    """Click a point of a chart and return the filter of the address that opens."""
    keys = [
        key
        for key, item in desk.app.callback_map.items()
        if any(part["id"] == graph and part["property"] == "clickData" for part in item["inputs"])
    ]
    assert len(keys) == 1
    values = {f"{graph}.clickData": {"points": [place]}, f"{Shell.FILTER}.data": "", f"{Shell.URL}.search": search}
    answer = callbacks.call(desk.app, desk.client, keys[0], values, changed=f"{graph}.clickData")
    address = str(answer[Shell.URL]["href"])
    assert address.startswith("/trades")
    return LedgerFilter.from_query(dict(parse_qsl(address.partition("?")[2])))


def test_a_breakdown_shows_each_group_with_the_way_to_its_trades(desk: Desk) -> None:
    """Bars in the order of effect; the table links each row to its trades and explains each figure."""
    ids = analytics_breakdowns.Ids
    answer = call(desk, (ids.BARS, "figure"), "side=long", "?by=symbol&metric=net_pnl&side=long")
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
    for by, hidden in (("symbol", True), ("size", False)):
        answer = call(desk, (ids.BY_LIST, "children"), search=f"?by={by}&edges=1,2")
        assert answer[ids.EDGES_BOX]["hidden"] is hidden
        assert answer[ids.EDGES]["value"] == "1,2"
        listed = text_of(answer[ids.BY_LIST]["children"])
        for item in desk.services.analysis.dimensions():
            assert f'"data-fw-value": "{item.slug}"' in listed


def test_a_heat_map_has_the_figure_of_each_pair(desk: Desk) -> None:
    """Cells hold the P&L by symbol and side, and the sentence names the highest."""
    ids = analytics_cross.Ids
    answer = call(desk, (ids.MAP, "figure"), search="?by=symbol&and=side")
    assert "$93.50 at AAA, Long" in answer[ids.MAP_LABEL]["aria-label"]
    csv = desk.client.get(answer[ids.CSV]["href"]).get_data(as_text=True)
    assert "AAA,93.5," in csv


def test_two_groups_stand_side_by_side(desk: Desk) -> None:
    """Without a choice the larger side is compared with everything else."""
    ids = analytics_compare.Ids
    answer = call(desk, (ids.TABLE, "children"))
    table = text_of(answer[ids.TABLE]["children"])
    for expected in ("Long (2)", "Everything else (1)", "+$93.50", "−$52.00", "too few"):
        assert expected in table
    chosen = call(desk, (ids.TABLE, "children"), search="?by=symbol&a=symbol:AAA&b=symbol:BBB")
    assert chosen[ids.LEGEND]["children"] == "AAA: line · BBB: dashed"
    nothing = call(desk, (ids.TABLE, "children"), "symbols=ZZZ")
    assert "No trades" in text_of(nothing[ids.TABLE]["children"])
    assert nothing[ids.CURVES]["figure"]["layout"]["annotations"][0]["text"] == "No trades fit the filter."


def test_trends_and_points_say_how_many_trades_they_show(desk: Desk) -> None:
    """A window of two trades has two points; three closed trades are drawn as points."""
    ids = analytics_trends.Ids
    answer = call(desk, (ids.LINE, "figure"), search="?metric=net_pnl&window=2")
    assert answer[ids.TITLE]["children"] == "Net P&L over 2 trades"
    assert "over 2 trades: " in answer[ids.LINE_LABEL]["aria-label"]
    few = call(desk, (ids.LINE, "figure"), search="?metric=net_pnl&window=50")
    assert "fewer than the window" in few[ids.NOTE]["children"]
    points = analytics_scatter.Ids
    answer = call(desk, (points.POINTS, "figure"), search="?x=size&y=pnl")
    assert "3 closed trades" in answer[points.NOTE]["children"]


def test_a_year_and_its_grids_are_drawn(desk: Desk) -> None:
    """The newest year with a result is shown; both grids say where the highest value is."""
    ids = analytics_heat_maps.Ids
    answer = call(desk, (ids.YEAR, "figure"))
    assert answer[ids.YEAR_TITLE]["children"] == "2026"
    assert "3 trading days, 1 up and 2 down" in answer[ids.YEAR_LABEL]["aria-label"]
    answer = call(desk, (ids.HOURS, "figure"))
    assert "+$98.00" in answer[ids.HOURS_LABEL]["aria-label"] or "$98.00" in answer[ids.HOURS_LABEL]["aria-label"]


@pytest.mark.parametrize("page", SUBPAGES, ids=lambda page: page.__name__)
def test_each_page_keeps_the_filter_in_its_tabs_and_chips(desk: Desk, page: Any) -> None:
    """Every tab carries the filter; each condition is a chip that can be taken away by itself."""
    query = "side=long&where=hour:9,10;!symbol:BBB"
    answer = call(desk, (page.Ids.HEAD, "children"), query)
    text = text_of(answer[page.Ids.HEAD]["children"])
    assert text.count(f"?{query}") == 8
    for chip in ("side", "where.0", "where.1"):
        assert f'"data-fw-clear": "{chip}"' in text
    assert "not BBB" in text


def test_a_mark_explains_its_figure(desk: Desk) -> None:
    """The drawer shows formula, inputs, what is left out, and leads to the trades."""
    wish = {"metric": "win_rate", "query": "where=symbol:AAA,CCC", "at": 1}
    asked: dict[str, Any] = {f"{Shell.WHY}.data": wish}
    text = text_of(call(desk, (Shell.WHY_BODY, "children"), **asked)[Shell.WHY_BODY]["children"])
    for expected in ("50.0%", "1 ÷ (1 + 1) = 50.0%", "still open", "Show the 2 trades it came from", "small sample"):
        assert expected in text
    assert "/trades?status=closed&where=symbol%3AAAA%2CCCC" in text


@pytest.mark.parametrize(
    ("graph", "search", "place", "expected"),
    [
        (analytics_breakdowns.Ids.BARS, "?by=symbol", {"pointNumber": 0}, {"symbols": ("AAA",)}),
        (analytics_cross.Ids.MAP, "?by=symbol&and=side", {"x": 0, "y": 0}, {"symbols": ("AAA",), "side": "long"}),
        (analytics_trends.Ids.LINE, "?metric=net_pnl&window=2", {"pointNumber": 0}, {"status": "closed"}),
        (analytics_heat_maps.Ids.YEAR, "", {"customdata": "2026-09-01"}, {"day": "2026-09-01"}),
        (analytics_heat_maps.Ids.HOURS, "", {"x": 0, "y": 0}, {"hour": 10}),
        (analytics.Ids.DISTRIBUTION, "", {"pointNumber": 0}, {"status": "closed"}),
    ],
    ids=["bar", "cell", "window", "day", "hour", "bin"],
)
def test_a_click_leads_to_the_trades_behind_it(
    desk: Desk, graph: str, search: str, place: dict[str, Any], expected: dict[str, Any]
) -> None:
    """The opened list is filtered to what was clicked."""
    chosen = drilled(desk, graph, place, search=search)
    for name, value in expected.items():
        assert getattr(chosen, name) == value
    assert desk.services.portfolio.trades(desk.owner, chosen, end=0).total in (1, 2)


def test_the_summary_draws_every_card(desk: Desk) -> None:
    """One call draws all breakdowns, each with a sentence that names its best group."""
    names = list(parts.CARDS)
    ids = [{"type": kind, "by": by} for by in names for kind in (analytics.Ids.BARS, analytics.Ids.BARS_LABEL)]
    key = next(key for key in desk.app.callback_map if analytics.Ids.BARS_LABEL in key)
    answer = callbacks.call(desk.app, desk.client, key, {"ids": ids, f"{Shell.FILTER}.data": ""})
    sentences = {key: item["aria-label"] for key, item in answer.items() if "aria-label" in item}
    assert len(sentences) == len(names)
    assert all("highest" in sentence for sentence in sentences.values())


def test_many_trades_are_measured_while_the_page_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures and points that rest on candles say that they are being measured, and come when the job is done."""
    monkeypatch.setattr("services.excursion_jobs.AT_ONCE", 0)
    desk = open_desk(tmp_path)
    desk.services.jobs._supervisor.stop()  # the test does the work itself
    ids, points = analytics.Ids, analytics_scatter.Ids
    shown = call(desk, (ids.FIGURES, "children"))
    job = shown[ids.JOB]["data"]
    assert "being measured on candles" in text_of(shown[ids.FIGURES])
    assert shown[ids.EVERY]["hidden"] is True
    followed = call(desk, (ids.PROGRESS, "children"), **{f"{ids.JOB}.data": job})
    assert "Waiting to measure on candles" in text_of(followed[ids.PROGRESS])
    assert followed[ids.LOOK]["disabled"] is False
    drawn = call(desk, (points.POINTS, "figure"), search="?x=mae&y=pnl")
    assert (drawn[points.JOB]["data"], drawn[points.NOTE]["children"]) == (
        job,
        "3 closed trades: being measured on candles.",
    )
    assert call(desk, (points.POINTS, "figure"), search="?x=held&y=pnl")[points.JOB]["data"] is None
    desk.services.excursion_jobs.run(desk.services.jobs.get(desk.owner, job))
    settled = call(desk, (ids.FIGURES, "children"), **{f"{ids.DONE}.data": job})
    assert settled[ids.JOB]["data"] is None
    assert "being measured" not in text_of(settled[ids.FIGURES])
    assert (
        "No candles of these" in call(desk, (points.POINTS, "figure"), search="?x=mae&y=pnl")[points.NOTE]["children"]
    )
    desk.services.db.close()

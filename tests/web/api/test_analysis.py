"""Breakdowns, trends, comparisons, scatter charts and explanations over the interface."""

from __future__ import annotations

import math
from typing import Any
from urllib.parse import parse_qsl

import pytest

from analytics.dimensions import all_dimensions
from analytics.metrics import compute_metrics
from domain.filters import LedgerFilter
from services.figure_inputs import inputs_of
from tests.web.api.conftest import Office

FIGURES = ("net_pnl", "trades", "win_rate", "max_drawdown_money")


def figures_of(office: Office, query: str) -> tuple[dict[str, Any], int]:
    """The figures of the Trades page's filter, from the service."""
    owner = office.services.users.find("ann")
    assert owner is not None
    chosen = LedgerFilter.from_query(dict(parse_qsl(query)))
    found = office.services.portfolio.sets.load(owner.id, chosen)
    metrics = compute_metrics(inputs_of(found), FIGURES)
    return {slug: item.value for slug, item in metrics.items()}, len(found.rows)


@pytest.mark.parametrize("by", ["symbol", "tag", "hour", "month", "size", "nth_trade", "outcome", "category"])
def test_a_bucket_is_what_its_filter_leads_to(office: Office, by: str) -> None:
    """The figures of each bucket are those of the filter written beside it, and of `where` with its key."""
    answer = office.ann.get("/api/v1/breakdowns", by=by, metric="net_pnl,trades,win_rate,max_drawdown_money")
    assert answer["by"] == by
    assert answer["buckets"]
    for bucket in answer["buckets"]:
        expected, _ = figures_of(office, bucket["filter"])
        for slug, cell in bucket["metrics"].items():
            value = expected[slug]
            assert cell["value"] is value if value is None else math.isclose(cell["value"], value, abs_tol=1e-9), slug
    if not answer["overlaps"]:
        net = sum(bucket["metrics"]["net_pnl"]["value"] or 0 for bucket in answer["buckets"])
        assert math.isclose(net, answer["total"]["metrics"]["net_pnl"]["value"], abs_tol=1e-9)


def test_every_dimension_is_listed_and_can_be_filtered_by(office: Office) -> None:
    """The list names them all; a list of trades obeys `where` with the keys of a breakdown."""
    listed = office.ann.get("/api/v1/dimensions")["items"]
    assert {item["slug"] for item in listed} == set(all_dimensions())
    for bucket in office.ann.get("/api/v1/breakdowns", by="nth_trade")["buckets"]:
        where = dict(parse_qsl(bucket["filter"]))["where"]
        rows = office.ann.every("/api/v1/trades", where=where, status="closed", currency="USD")
        assert len(rows) == bucket["trades"]


def test_a_table_by_two_has_the_figure_of_each_pair(office: Office) -> None:
    """Each cell equals the figure of its own filter."""
    pair: dict[str, Any] = {"by": "symbol", "and": "side", "metric": "net_pnl"}
    cross = office.ann.get("/api/v1/breakdowns", **pair)["cross"]
    assert cross["cells"]
    for cell in cross["cells"]:
        expected, _ = figures_of(office, cell["filter"])
        assert math.isclose(cell["value"], expected["net_pnl"], abs_tol=1e-9)


def test_ranges_of_ones_own(office: Office) -> None:
    """`edges` are the ends of the ranges; what is no number is refused by name."""
    buckets = office.ann.get("/api/v1/breakdowns", by="size", edges="0,50")["buckets"]
    assert {bucket["key"] for bucket in buckets} <= {"..0", "0..50", "50..", ""}
    assert "edges" in str(office.ann.get("/api/v1/breakdowns", 422, by="size", edges="a"))


def test_a_trend_ends_at_the_last_trades(office: Office) -> None:
    """With a window of all closed trades there is one point: the figure of the whole."""
    whole = office.ann.get("/api/v1/metrics")
    n = int(whole["trades"])
    answer = office.ann.get("/api/v1/trends", metric="win_rate", window=n)
    assert [point["number"] for point in answer["items"]] == [n]
    assert math.isclose(answer["items"][0]["value"], whole["metrics"]["win_rate"]["value"])
    assert math.isclose(answer["whole"], whole["metrics"]["win_rate"]["value"])


def test_two_groups_are_two_filters(office: Office) -> None:
    """Both columns are the figures of their filters."""
    answer = office.ann.get("/api/v1/compare", a="side:long", metric="net_pnl,win_rate")
    for side in ("a", "b"):
        expected, _ = figures_of(office, answer[f"filter_{side}"])
        for item in answer["items"]:
            assert item[side] == expected[item["metric"]]
    assert answer["shared"] == 0


def test_points_are_closed_trades(office: Office) -> None:
    """Each point names its trade and how it ended."""
    answer = office.ann.get("/api/v1/scatter", x="held", y="pnl")
    assert len(answer["items"]) == answer["trades"] == int(office.ann.get("/api/v1/metrics")["trades"])
    for point in answer["items"]:
        assert point["outcome"] in (("win",) if point["y"] > 0 else ("loss", "breakeven"))


def test_why_a_figure_is_what_it_is(office: Office) -> None:
    """Value, inputs and the filter of its trades; an unknown figure is refused by name."""
    why = office.ann.get("/api/v1/metrics/win_rate/why", side="long")
    inputs = {item["symbol"]: item["value"] for item in why["inputs"]}
    assert math.isclose(why["value"], inputs["W"] / (inputs["W"] + inputs["L"]))
    expected, listed = figures_of(office, why["filter"])
    assert (expected["win_rate"], listed) == (why["value"], why["trades"])
    assert any("EUR" in item["reason"] for item in why["left_out"])
    assert "moon" in str(office.ann.get("/api/v1/metrics/moon/why", 422))

"""Figures over the interface are those of the services, and of the trades they rest on."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from domain.filters import Basis, LedgerFilter
from tests.web.api.client import USD_NET
from tests.web.api.conftest import Office

PROPERTIES = ("symbol", "side", "weekday", "hour", "month", "duration", "tag", "setup")
CASES: tuple[tuple[dict[str, Any], LedgerFilter], ...] = (
    ({}, LedgerFilter()),
    ({"basis": "gross"}, LedgerFilter(basis=Basis.GROSS)),
    ({"from": "2026-09-02", "to": "2026-10-01"}, LedgerFilter(period="2026-09-02..2026-10-01")),
    ({"symbol": "AAPL", "side": "long"}, LedgerFilter(symbols=("AAPL",), side="long")),
    ({"currency": "EUR"}, LedgerFilter(currency="EUR")),
    ({"tag": "A+"}, LedgerFilter(tags=("A+",))),
    ({"symbol": "NONE"}, LedgerFilter(symbols=("NONE",))),
)


@pytest.mark.parametrize(("parameters", "chosen"), CASES)
def test_every_figure_is_the_service_s(office: Office, parameters: dict[str, Any], chosen: LedgerFilter) -> None:
    """Value, unit, n, reason and low-sample flag of every metric equal the portfolio service's."""
    owner = office.services.users.find("ann")
    assert owner is not None
    found, metrics = office.services.portfolio.metrics(owner.id, chosen)
    answer = office.ann.get("/api/v1/metrics", **parameters)
    expected = {
        slug: {
            "value": item.value, "unit": item.unit.value, "n": item.n, "reason": item.reason,
            "low_sample": item.low_sample, "note": item.note,
        }
        for slug, item in metrics.items()
    }  # fmt: skip
    assert answer["metrics"] == expected
    assert answer["currency"] == found.currency
    assert len(expected) > 15


def test_figures_rest_on_the_listed_trades(office: Office) -> None:
    """Sum, count and win rate of the listed closed trades are the metrics'."""
    cases: tuple[dict[str, Any], ...] = (
        {},
        {"symbol": "AAPL,MSFT"},
        {"from": "2026-09-02", "to": "2026-10-01"},
        {"account": "Main"},
    )
    for parameters in cases:
        rows = office.ann.every("/api/v1/trades", status="closed", currency="USD", **parameters)
        answer = office.ann.get("/api/v1/metrics", status="closed", **parameters)
        nets = [Decimal(row["net_pnl"]) for row in rows]
        metrics = answer["metrics"]
        assert answer["trades"] == len(rows) == metrics["trades"]["value"]
        assert math.isclose(metrics["net_pnl"]["value"], float(sum(nets)), abs_tol=1e-9)
        assert math.isclose(metrics["expectancy"]["value"], float(sum(nets)) / len(nets), abs_tol=1e-9)


def test_trades_in_other_currencies_are_told_and_not_added(office: Office) -> None:
    """The euro trade is left out of the dollar figures, and counted as left out."""
    answer = office.ann.get("/api/v1/metrics")
    assert (answer["currency"], answer["left_out"]) == ("USD", {"EUR": 1})
    assert office.ann.get("/api/v1/metrics", currency="EUR")["metrics"]["net_pnl"]["value"] == 48


def test_an_undefined_figure_has_a_reason(office: Office) -> None:
    """Without trades nothing is 0 by decree: the value is null and the reason a sentence."""
    metrics = office.ann.get("/api/v1/metrics", symbol="NONE")["metrics"]
    assert metrics["win_rate"]["value"] is None
    assert all(item["reason"] for item in metrics.values() if item["value"] is None)
    assert all(item["low_sample"] for item in metrics.values() if item["n"] == 0)


@pytest.mark.parametrize("by", PROPERTIES)
def test_a_bucket_is_the_filter_narrowed_to_it(office: Office, by: str) -> None:
    """Each bucket's figures equal those of the same filter with the bucket's key; disjoint ones add up."""
    answer = office.ann.get("/api/v1/metrics", by=by, status="closed")
    buckets = answer["buckets"]
    assert buckets
    for bucket in buckets:
        assert set(bucket) == {"key", "label", "trades", "metrics"}
        if bucket["key"]:
            narrowed = office.ann.get("/api/v1/metrics", status="closed", **narrow(by, bucket["key"]))
            assert bucket["metrics"] == narrowed["metrics"], bucket["label"]
            assert bucket["trades"] == narrowed["trades"]
    if by != "tag":
        assert sum(bucket["trades"] for bucket in buckets) == answer["trades"]
        net = sum(bucket["metrics"]["net_pnl"]["value"] for bucket in buckets)
        assert math.isclose(net, answer["metrics"]["net_pnl"]["value"], abs_tol=1e-9)


def narrow(by: str, key: str) -> dict[str, Any]:
    """The parameters that choose a bucket."""
    if by == "month":
        year, month = map(int, key.split("-"))
        last = {9: 30, 10: 31}[month]
        return {"from": f"{year}-{month:02}-01", "to": f"{year}-{month:02}-{last}"}
    return {by: key}


def test_buckets_count_partial_exits_of_open_trades(office: Office) -> None:
    """A symbol and a month keep the realised part of a trade that is still open, as their filters do."""
    for by in ("symbol", "month", "weekday", "side"):
        for bucket in office.ann.get("/api/v1/metrics", by=by)["buckets"]:
            narrowed = office.ann.get("/api/v1/metrics", **narrow(by, bucket["key"]))
            assert bucket["metrics"] == narrowed["metrics"], (by, bucket["label"])


def test_untagged_trades_are_a_bucket(office: Office) -> None:
    """Trades without a tag stand under an empty key, so that no trade is missing."""
    buckets = {bucket["key"]: bucket["trades"] for bucket in office.ann.get("/api/v1/metrics", by="tag")["buckets"]}
    assert buckets == {"A+": 2, "open drive": 1, "": 6}


def test_the_curve_ends_at_the_realised_total(office: Office) -> None:
    """The last point is the sum of all exits, the open trade's included; drawdown never rises above 0."""
    answer = office.ann.get("/api/v1/equity")
    points = answer["items"]
    assert Decimal(points[-1]["pnl"]) == Decimal(USD_NET) + Decimal("39.2")
    assert [point["at"] for point in points] == sorted(point["at"] for point in points)
    assert max(Decimal(point["drawdown"]) for point in points) == 0
    assert min(Decimal(point["drawdown"]) for point in points) == Decimal(-6)
    assert (answer["currency"], answer["starting_balance"], points[0]["equity"]) == ("USD", None, None)


def test_a_starting_balance_makes_equity(fresh: Any) -> None:
    """With a balance the equity starts from it and the drawdown is a fraction of the peak."""
    from tests.web.api.client import FILLS, csv_of  # noqa: PLC0415 - the one use

    fresh.send(csv_of(*FILLS[:4]), account="A", timezone="UTC")
    services = fresh.client.application.extensions["fillwise"]
    account = fresh.get("/api/v1/accounts")["items"][0]["id"]
    services.accounts.update(services.users.find("cara").id, account, starting_balance="1000")
    points = fresh.get("/api/v1/equity")["items"]
    assert [(point["equity"], point["pnl"]) for point in points] == [("1098", "98"), ("1092", "92")]
    assert math.isclose(points[1]["drawdown_fraction"], -6 / 1098)


def test_the_curve_can_be_thinned(office: Office) -> None:
    """`limit` bounds the points and keeps the last."""
    whole = office.ann.get("/api/v1/equity")["items"]
    thin = office.ann.get("/api/v1/equity", limit=4)["items"]
    assert len(thin) <= 4 < len(whole)
    assert thin[-1] == whole[-1]


def test_the_distribution_counts_every_closed_trade(office: Office) -> None:
    """Bins hold the trades of the list; in R those with a stop alone; the mean is the expectancy."""
    rows = office.ann.every("/api/v1/trades", status="closed", currency="USD")
    nets = [float(row["net_pnl"]) for row in rows]
    answer = office.ann.get("/api/v1/distribution", currency="USD")
    bins = answer["items"]
    assert (answer["unit"], answer["trades"]) == ("USD", len(rows))
    for item in bins:
        is_last = item is bins[-1]
        inside = [net for net in nets if item["low"] <= net < item["high"] or (is_last and net == item["high"])]
        assert item["trades"] == len(inside), item
    assert answer["mean"] == pytest.approx(sum(nets) / len(nets))
    with_risk = [row for row in rows if row["r_multiple"] is not None]
    in_r = office.ann.get("/api/v1/distribution", currency="USD", of="r")
    assert (in_r["unit"], in_r["trades"]) == ("R", len(with_risk))


def test_a_trade_has_its_fills(office: Office) -> None:
    """The fills of a trade bring it back to flat, and what they realised is its profit; others' are not found."""
    listed = next(row for row in office.ann.every("/api/v1/trades", status="closed") if row["symbol"] == "SAP")
    found = office.ann.get(f"/api/v1/trades/{listed['id']}")
    fills = found.pop("fills")
    assert found == listed
    assert [(item["side"], item["position"], item["realised"]) for item in fills] == [
        ("buy", "5", None), ("sell", "0", listed["net_pnl"]),
    ]  # fmt: skip
    office.bob.get(f"/api/v1/trades/{listed['id']}", expect=404)

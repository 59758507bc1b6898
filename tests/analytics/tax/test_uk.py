"""The United Kingdom's rules: same day, 30 days, section 104 pool."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tax.uk import LATER, POOL, SAME_DAY, SHORT, uk_gains
from domain.tax import Disposal, Gains
from tests.analytics.tax.trading import SHARE, make_fill, plain, read_rows

CENT = Decimal("0.005")


def golden(samples: Path, name: str) -> Any:
    """Return one golden case."""
    cases = json.loads((samples / "golden" / "golden.json").read_text())["uk_matching"]
    return next(case for case in cases if case["id"] == name)


def by_day(found: Gains) -> list[list[Disposal]]:
    """Return the parts of each disposal."""
    groups: dict[Any, list[Disposal]] = defaultdict(list)
    for item in found.disposals:
        groups[item.sold].append(item)
    return [groups[day] for day in sorted(groups)]


@pytest.mark.parametrize(
    "name",
    [
        "hmrc_hs284_example3", "day30_inclusive", "same_day_before_pool", "pool_merge_same_day", "split_in_pool",
        "pool_two_buys", "same_day_many",
    ],
)  # fmt: skip
def test_golden_cases_to_the_cent(samples: Path, name: str) -> None:
    """Published cases come out to the cent: gains, number of disposals, and what the pool holds after."""
    case = golden(samples, name)
    found, expect = uk_gains(SHARE, read_rows(case["rows"])), case["expect"]
    parts = by_day(found)
    gains = [sum((part.gain for part in group), Decimal(0)) for group in parts]
    wanted = expect.get("gains", [expect["gain"]] if "gain" in expect else [])
    assert len(gains) == len(wanted) == expect.get("disposals", len(wanted))
    for gain, value in zip(gains, wanted, strict=True):
        assert abs(gain - Decimal(str(value))) < CENT
    if "rules" in expect:
        assert [group[0].rule for group in parts] == expect["rules"]
    if "pool_after" in expect or "pool_qty" in expect:
        (pool,) = found.held
        assert pool.quantity == expect.get("pool_after", expect.get("pool_qty"))
    if "pool_cost" in expect:
        assert found.held[0].cost == expect["pool_cost"]
    if "pool_unit_cost" in expect and found.held:
        assert abs(found.held[0].unit_cost - Decimal(str(expect["pool_unit_cost"]))) < Decimal("0.000001")


def test_day_31_is_not_matched() -> None:
    """A purchase on the 31st day after goes to the pool; the sale takes the pool's cost."""
    fills = [
        make_fill(1, "2019-06-01", 1, 10, 50),
        make_fill(2, "2020-01-01", -1, 10, 100),
        make_fill(3, "2020-02-01", 1, 10, 30),
    ]
    found = uk_gains(SHARE, fills)
    assert plain([(item.rule, item.gain) for item in found.disposals]) == [(POOL, 50)]
    assert found.held[0].cost == 30


def test_short_sales_take_the_purchases_that_follow() -> None:
    """What neither day, 30 days nor pool cover is matched with later purchases, each of them once."""
    fills = [
        make_fill(1, "2020-01-01", -1, 10, 100),
        make_fill(2, "2020-06-01", 1, 6, 30),
        make_fill(3, "2020-07-01", 1, 10, 80),
    ]
    found = uk_gains(SHARE, fills)
    assert plain([(item.rule, item.quantity, item.cost) for item in found.disposals]) == [
        (SHORT, 6, 30),
        (SHORT, 4, 32),
    ]
    assert plain([(lot.quantity, lot.cost) for lot in found.held]) == [(6, 48)]


def test_same_day_goes_before_30_days_of_an_earlier_sale() -> None:
    """A purchase covers the sale of its own day before it covers an earlier sale."""
    fills = [
        make_fill(1, "2019-01-01", 1, 100, 1000),
        make_fill(2, "2020-01-01", -1, 10, 200),
        make_fill(3, "2020-01-10", 1, 10, 150),
        make_fill(4, "2020-01-10", -1, 10, 160),
    ]
    rules = [(item.sold.day, item.rule) for item in uk_gains(SHARE, fills).disposals]
    assert rules == [(1, POOL), (10, SAME_DAY)]
    assert LATER not in {rule for _, rule in rules}


ROWS = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from((1, -1)), st.integers(1, 40), st.integers(1, 900)), max_size=14
)


@given(ROWS)
def test_money_and_quantity_are_conserved(rows: list[tuple[int, int, int, int]]) -> None:
    """Whatever is traded: gains plus what is left equal what was received less what was paid."""
    fills = [
        make_fill(number, str(date(2020, 1, 1) + timedelta(days=day)), side, quantity, amount)
        for number, (day, side, quantity, amount) in enumerate(rows)
    ]
    found = uk_gains(SHARE, fills)
    held = sum((-lot.cost if lot.is_short else lot.cost for lot in found.held), Decimal(0))
    moved = sum((-fill.side * fill.amount for fill in fills), Decimal(0))
    assert abs(sum((item.gain for item in found.disposals), Decimal(0)) - moved - held) < Decimal("1e-15")
    quantity = sum((-lot.quantity if lot.is_short else lot.quantity for lot in found.held), Decimal(0))
    assert quantity == sum((fill.side * fill.quantity for fill in fills), Decimal(0))

"""The shared golden cases, when they are beside the checkout."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analytics.ledger.matching import match
from analytics.metrics import compute_metrics
from domain.accounts import LotMethod
from domain.columns import Matched
from tests.analytics.ledger.books import Fill, fill, money, same_multiplier, table, trade_money, trade_values
from tests.analytics.samples_of_frames import figures

pytestmark = pytest.mark.samples
CENT = Fraction("0.005")


@pytest.fixture(scope="module")
def golden(samples: Path) -> dict[str, Any]:
    """All golden cases."""
    loaded: dict[str, Any] = json.loads((samples / "golden" / "golden.json").read_text(), parse_float=str)
    return loaded


def read_fills(case: dict[str, Any], order: tuple[int, ...] = ()) -> list[Fill]:
    """Executions of one case; `order` replaces the order inside the source."""
    return [
        fill(
            1 if "buy" in item["action"] else -1,
            item["qty"],
            item["price"],
            Decimal(str(item["commission"])) + Decimal(str(item["fees"])),
            at=0 if order and row < len(order) else row,
            order=order[row] if row < len(order) else row,
        )
        for row, item in enumerate(case["executions"])
    ]


def run(fills: list[Fill], multiplier: object = 1, method: LotMethod = LotMethod.FIFO) -> Matched:
    """Match fills of one instrument."""
    return match(table(fills), method=method, multipliers=same_multiplier(1, multiplier))


def near(mine: Fraction, expected: object) -> bool:
    """Whether two amounts of money agree to half a cent."""
    return abs(mine - Fraction(str(expected))) <= CENT


def test_single_round_trips(golden: dict[str, Any]) -> None:
    """Gross, net, costs and average prices of every plain case."""
    checked = 0
    for case in golden["trade_pnl"]:
        if "executions" not in case or case["id"] == "india_index_option_scalp":
            continue
        matched, expect = run(read_fills(case), case["mult"]), case["expect"]
        gross, costs = trade_money(matched, "gross")[0], trade_money(matched, "fees")[0]
        quantity = Fraction(int(matched.trades.quantity[0]), 10 ** int(matched.quantity_places[0]))
        mine = {
            "gross": gross,
            "pnl": gross - costs,
            "costs": costs,
            "avg_entry": trade_values(matched, "entry_value")[0] / quantity,
            "avg_exit": trade_values(matched, "exit_value")[0] / quantity,
        }
        for name in expect.keys() & mine.keys():
            assert near(mine[name], expect[name]), (case["id"], name)
            checked += 1
        for name, column in (("gross_per_exit", [0]), ("pnl_per_exit", [1])):
            amounts = money(matched, "gross")
            if column == [1]:
                amounts = [a - b for a, b in zip(amounts, money(matched, "fees"), strict=True)]
            pairs = zip(amounts, expect.get(name, amounts), strict=True)
            assert all(near(mine_, wanted) for mine_, wanted in pairs), (case["id"], name)
    assert checked >= 15


def test_option_legs(golden: dict[str, Any]) -> None:
    """Each leg of the spread and their sum."""
    case = next(item for item in golden["trade_pnl"] if "legs" in item)
    total = Fraction(0)
    for leg, rows in case["legs"].items():
        first = 1 if rows[0][0] == "buy" else -1
        fills = [fill(first if row == 0 else -first, *item[1:]) for row, item in enumerate(rows)]
        gross = trade_money(run(fills, case["mult"]), "gross")[0]
        assert near(gross, case["expect"]["per_leg_gross"][leg])
        total += gross
    assert near(total, case["expect"]["gross"])


@pytest.mark.parametrize(
    ("name", "method", "order"),
    [
        ("fifo_file_order", "fifo", (0, 1, 2)),
        ("fifo_trade_id_order", "fifo", (2, 0, 1)),
        ("avco", "average", (0, 1, 2)),
    ],
)
def test_three_sells_in_one_second(golden: dict[str, Any], name: str, method: str, order: tuple[int, ...]) -> None:
    """The tie-break decides the realised P&L, as documented."""
    case = next(item for item in golden["trade_pnl"] if item["id"] == "india_index_option_scalp")
    matched, expect = run(read_fills(case, order), case["mult"], LotMethod(method)), case["expect"][name]
    assert near(trade_money(matched, "gross")[0], expect["realised"])
    left = int(matched.trades.exit_quantity[0] - matched.trades.entry_quantity[0])
    assert left == expect["open_qty"]
    if "open_price" in expect:
        assert near(trade_values(matched, "open_cost")[0] / -left, expect["open_price"])


def test_a_flip(golden: dict[str, Any]) -> None:
    """Long 100, sold 150: one round trip and one open short."""
    case = golden["position_flip"][0]
    matched, expect = run(read_fills(case), case["mult"]), case["expect"]
    assert near(sum(trade_money(matched, "gross"), Fraction(0)), expect["realised"])
    assert matched.trades.is_open.tolist() == [False, True]
    left = int(matched.trades.side[1] * matched.trades.quantity[1])
    assert left == expect["open_qty"]
    assert near(trade_values(matched, "open_cost")[1] / -left, expect["open_avg"])


@pytest.mark.parametrize(("name", "method"), [("FIFO", "fifo"), ("LIFO", "lifo"), ("AVCO", "average")])
def test_cost_basis_methods(golden: dict[str, Any], name: str, method: str) -> None:
    """Gain and cost left of each method."""
    case = golden["cost_basis_methods"]
    fills = [fill(1, *row[1:]) for row in case["buys"]] + [fill(-1, *case["sell"][1:])]
    matched, expect = run(fills, method=LotMethod(method)), case["expect"][name]
    assert near(trade_money(matched, "gross")[0], expect["gain"])
    assert near(trade_values(matched, "open_cost")[0], expect["left_cost"])


def test_statistics(golden: dict[str, Any]) -> None:
    """Breakevens and the printed block of a terminal."""
    first, second = golden["stats"]
    net = np.array([float(item["pnl"]) for item in first["trades"]])
    costs = np.array([float(item["commission"]) + float(item["fees"]) for item in first["trades"]])
    gross = np.round(net + costs, 9)
    values = {slug: value.value for slug, value in compute_metrics(figures(net, gross=gross, fees=costs)).items()}
    expect = first["expect"]
    assert values["net_pnl"] == pytest.approx(float(expect["total_pnl"]))
    assert [values["wins"], values["losses"], values["breakevens"]] == [
        expect["wins"],
        expect["losses"],
        expect["breakeven"],
    ]
    assert (values["win_rate_all"] or 0) * 100 == pytest.approx(float(expect["win_rate_pct"]))
    order = [second["trades"][row] for row in (2, 1, 0)]
    block = compute_metrics(figures([float(item["pnl"]) for item in order], starting_balance=3000.0))
    assert block["profit_factor"].value == pytest.approx(float(second["expect"]["profit_factor"]), abs=1e-6)
    assert block["recovery_factor"].value == pytest.approx(float(second["expect"]["recovery_factor"]), abs=1e-6)
    assert block["max_drawdown_money"].value == pytest.approx(-float(second["expect"]["max_drawdown"]))

"""Breakdowns and distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.breakdowns import BREAKDOWNS, breakdown, breakdowns, distribution
from domain.errors import InvalidInputError
from domain.filters import Basis
from tests.analytics.samples_of_frames import trades

PNL = [100.0, -50.0, 0.0, 30.0, -20.0, 10.0]


def test_symbols_sum_their_trades() -> None:
    """Counts and money of each symbol, in order of first appearance."""
    table = breakdown(trades(PNL, instrument=np.array([0, 1, 0, 1, 1, 0], dtype=np.int32)), "symbol")
    assert table.labels == ("AAA", "BBB")
    assert table.n.tolist() == [3, 3]
    assert table.net.tolist() == [110, -40]
    assert table.wins.tolist() == [2, 1]
    assert table.losses.tolist() == [0, 2]
    assert table.win_rate.tolist() == [1, pytest.approx(1 / 3)]
    assert np.isnan(table.profit_factor[0])
    assert table.profit_factor[1] == pytest.approx(30 / 70)


def test_a_symbol_traded_in_two_asset_classes_is_one_row() -> None:
    """Names decide, not internal codes."""
    frame = trades(PNL[:2], instrument=np.array([0, 1], dtype=np.int32), symbols=("AAA", "AAA"))
    assert breakdown(frame, "symbol").n.tolist() == [2]
    assert breakdown(frame, "asset_class").labels == ("stock", "option")


def test_a_trade_with_two_tags_counts_in_both() -> None:
    """Tag rows overlap and say so; untagged trades have a row of their own."""
    frame = trades(PNL, tag_mask=np.array([1, 3, 0, 2, 0, 0]))
    table = breakdown(frame, "tag")
    assert table.overlaps
    assert table.labels == ("early", "late", "No tag")
    assert table.n.tolist() == [2, 2, 3]
    assert table.net.tolist() == [50, -20, -10]


def test_times_are_those_of_the_entry_and_months_of_the_exit() -> None:
    """Weekday and hour group by entry, month by exit."""
    frame = trades(PNL, exit_day=np.array([20_458, 20_459, 20_484, 20_484, 20_489, 20_520], dtype=np.int32))
    assert breakdown(frame, "weekday").labels == ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    assert breakdown(frame, "weekday").n.tolist() == [2, 1, 1, 1, 1]
    assert breakdown(frame, "hour").labels == ("09:00",)
    assert breakdown(frame, "month").labels == ("2026-01", "2026-02", "2026-03")
    assert breakdown(frame, "month").n.tolist() == [4, 1, 1]


def test_holding_times_fall_into_classes_without_their_upper_bound() -> None:
    """Sixty seconds are no longer under a minute."""
    frame = trades(PNL, held_seconds=np.array([59.9, 60, 300, 86_400, 604_800, 1e9]))
    labels = ("Under 1 min", "1–5 min", "5–15 min", "1–7 d", "7–30 d", "Over 30 d")
    assert breakdown(frame, "duration").labels == labels


def test_open_trades_are_left_out() -> None:
    """Only closed trades have a result."""
    frame = trades(PNL, is_open=np.array([True, False, False, False, False, True]))
    assert breakdown(frame, "side").n.tolist() == [4]


def test_the_basis_decides_wins_and_both_moneys_stay() -> None:
    """A trade can win before fees and lose after."""
    frame = trades([-1.0], gross=np.array([1.0]), fees=np.array([2.0]))
    net, gross = breakdown(frame, "side"), breakdown(frame, "side", basis=Basis.GROSS)
    assert (net.wins.tolist(), net.losses.tolist()) == ([0], [1])
    assert (gross.wins.tolist(), gross.losses.tolist()) == ([1], [0])
    for table in (net, gross):
        assert (table.net.tolist(), table.gross.tolist(), table.fees.tolist()) == ([-1], [1], [2])


def test_r_multiples_count_only_planned_trades() -> None:
    """Trades without a stop are not in the mean of R."""
    table = breakdown(trades([80.0, -40.0], risk=np.array([40.0, np.nan])), "setup")
    assert (table.sum_r.tolist(), table.n_r.tolist(), table.labels) == ([2], [1], ("No setup",))


def test_an_unknown_property_is_an_input_error() -> None:
    """The error lists what there is."""
    with pytest.raises(InvalidInputError, match="'moon phase'"):
        breakdown(trades(PNL), "moon phase")


@given(
    pnl=st.lists(st.integers(-100, 100).map(float), max_size=30),
    basis=st.sampled_from(Basis),
    data=st.data(),
)
def test_every_breakdown_adds_up_to_the_total(pnl: list[float], basis: Basis, data: st.DataObject) -> None:
    """Rows of each property sum to all closed trades (of tags: at least)."""
    n = len(pnl)
    draw = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)), dtype=np.int64)
    frame = trades(
        pnl,
        instrument=(draw % 2).astype(np.int32),
        side=np.where(draw > 1, 1, -1).astype(np.int8),
        tag_mask=draw,
        setup=(draw % 3 - 1).astype(np.int32),
        account=draw + 7,
        gross=np.array(pnl) + draw,
        fees=draw.astype(np.float64),
    )
    for by, table in breakdowns(frame, list(BREAKDOWNS), basis=basis).items():
        total = int(table.n.sum())
        assert total >= n if by == "tag" else total == n
        if by != "tag":
            assert table.net.sum() == pytest.approx(sum(pnl))
            assert table.fees.sum() == pytest.approx(draw.sum())
            assert (table.profit + table.loss).sum() == pytest.approx(
                (frame.net if basis is Basis.NET else frame.gross).sum()
            )
        assert (table.wins + table.losses <= table.n).all()
        assert len(table) == len(set(table.labels)) == len(table.keys)


@given(values=st.lists(st.floats(-1e9, 1e9), max_size=60))
def test_a_distribution_counts_each_value_once_and_has_an_edge_at_zero(values: list[float]) -> None:
    """Bins never mix wins and losses, and are few."""
    histogram = distribution(np.array(values, dtype=np.float64))
    assert int(histogram.counts.sum()) == len(values)
    if values:
        assert 0.0 in histogram.edges.tolist()
        assert 1 <= len(histogram.counts) <= 40
        assert len(histogram.edges) == len(histogram.counts) + 1


def test_a_distribution_has_round_steps() -> None:
    """Edges are multiples of 1, 2, 2.5 or 5 times a power of ten."""
    histogram = distribution(np.linspace(-95, 140, 400))
    assert np.diff(histogram.edges)[0] in (10, 20, 25, 50)

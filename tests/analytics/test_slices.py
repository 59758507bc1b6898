"""Sums of groups of trades: what every breakdown adds up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.dimensions import all_dimensions, find_dimension
from analytics.facts import Coded, Facts
from analytics.outcomes import outcomes
from analytics.slices import SLICE_FIGURES, SliceColumns, SliceSums
from domain.columns import TradeFrame
from domain.errors import InvalidInputError
from domain.filters import Basis
from tests.analytics.samples_of_frames import trades

PNL = [100.0, -50.0, 0.0, 30.0, -20.0, 10.0]


@dataclass(frozen=True)
class Groups:
    """The groups of a dimension that hold closed trades, with their sums."""

    coded: Coded
    sums: SliceSums
    rows: list[int]

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the groups."""
        return tuple(self.coded.labels[row] for row in self.rows)

    def figure(self, slug: str) -> list[float]:
        """A figure of each group."""
        values: list[float] = SLICE_FIGURES[slug].value(self.sums)[self.rows].tolist()
        return values


def groups_of(frame: TradeFrame, by: str, *, basis: Basis = Basis.NET) -> Groups:
    """Cut a frame by a dimension, every trade with one exit of its own money."""
    coded = find_dimension(by).coded(Facts(frame, basis=basis))
    closed = np.flatnonzero(~frame.is_open)
    pnl = (frame.net if basis is Basis.NET else frame.gross)[closed]
    columns = SliceColumns(
        pnl=pnl,
        outcome=outcomes(pnl, frame.gross[closed]),
        risk=frame.risk[closed],
        exit_gross=frame.gross[closed],
        exit_fees=frame.gross[closed] - frame.net[closed],
    )
    members = coded.members
    sums = SliceSums(
        columns=columns,
        trade_codes=coded.codes[closed],
        exit_codes=coded.codes[closed],
        size=coded.cells,
        finish=(lambda column: column) if members is None else lambda column: members.astype(np.int64) @ column,
    )
    return Groups(coded, sums, np.flatnonzero(sums.n).tolist())


def test_symbols_sum_their_trades() -> None:
    """Counts and money of each symbol, in order of first appearance."""
    found = groups_of(trades(PNL, instrument=np.array([0, 1, 0, 1, 1, 0], dtype=np.int32)), "symbol")
    assert found.labels == ("AAA", "BBB")
    assert found.figure("trades") == [3, 3]
    assert found.figure("net_pnl") == [110, -40]
    assert found.figure("wins") == [2, 1]
    assert found.figure("losses") == [0, 2]
    assert found.figure("win_rate") == [1, pytest.approx(1 / 3)]
    assert np.isnan(found.figure("profit_factor")[0])
    assert found.figure("profit_factor")[1] == pytest.approx(30 / 70)


def test_a_symbol_traded_in_two_asset_classes_is_one_row() -> None:
    """Names decide, not internal codes."""
    frame = trades(PNL[:2], instrument=np.array([0, 1], dtype=np.int32), symbols=("AAA", "AAA"))
    assert groups_of(frame, "symbol").figure("trades") == [2]
    assert groups_of(frame, "asset_class").coded.keys == ("stock", "option")


def test_a_trade_with_two_tags_counts_in_both() -> None:
    """Tag rows overlap and say so; untagged trades have a row of their own."""
    found = groups_of(trades(PNL, tag_mask=np.array([1, 3, 0, 2, 0, 0])), "tag")
    assert found.coded.overlaps
    assert found.labels == ("early", "late", "No tag")
    assert found.figure("trades") == [2, 2, 3]
    assert found.figure("net_pnl") == [50, -20, -10]


def test_times_are_those_of_the_entry_and_months_of_the_exit() -> None:
    """Weekday and hour group by entry, month by exit."""
    frame = trades(PNL, exit_day=np.array([20_458, 20_459, 20_484, 20_484, 20_489, 20_520], dtype=np.int32))
    assert groups_of(frame, "weekday").labels == ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    assert groups_of(frame, "weekday").figure("trades") == [2, 1, 1, 1, 1]
    assert groups_of(frame, "hour").labels == ("09:00",)
    assert groups_of(frame, "month").coded.keys == ("2026-01", "2026-02", "2026-03")
    assert groups_of(frame, "month").figure("trades") == [4, 1, 1]


def test_holding_times_fall_into_classes_without_their_upper_bound() -> None:
    """Sixty seconds are no longer under a minute."""
    frame = trades(PNL, held_seconds=np.array([59.9, 60, 300, 86_400, 604_800, 1e9]))
    assert groups_of(frame, "duration").labels == (
        "Under 1 min", "1–5 min", "5–15 min", "1–7 d", "7–30 d", "Over 30 d",
    )  # fmt: skip


def test_open_trades_are_no_result() -> None:
    """Only closed trades count as wins, losses and breakevens."""
    frame = trades(PNL, is_open=np.array([True, False, False, False, False, True]))
    assert groups_of(frame, "side").figure("trades") == [4]


def test_the_basis_decides_wins_and_both_moneys_stay() -> None:
    """A trade can win before fees and lose after."""
    frame = trades([-1.0], gross=np.array([1.0]), fees=np.array([2.0]))
    net, gross = groups_of(frame, "side"), groups_of(frame, "side", basis=Basis.GROSS)
    assert (net.figure("wins"), net.figure("losses")) == ([0], [1])
    assert (gross.figure("wins"), gross.figure("losses")) == ([1], [0])
    for found in (net, gross):
        assert [found.figure(slug)[0] for slug in ("net_pnl", "gross_pnl", "fees")] == [-1, 1, 2]


def test_r_multiples_count_only_planned_trades() -> None:
    """Trades without a stop are not in the mean of R."""
    found = groups_of(trades([80.0, -40.0], risk=np.array([40.0, np.nan])), "setup")
    assert (found.sums.sum_r[found.rows].tolist(), found.sums.n_r[found.rows].tolist()) == ([2], [1])
    assert found.labels == ("No setup",)


def test_an_unknown_property_is_an_input_error() -> None:
    """The error names it and lists what there is."""
    with pytest.raises(InvalidInputError, match="'moon phase'"):
        find_dimension("moon phase")


@given(
    pnl=st.lists(st.integers(-100, 100).map(float), max_size=30),
    basis=st.sampled_from(Basis),
    by=st.sampled_from(sorted(all_dimensions())),
    data=st.data(),
)
def test_every_breakdown_adds_up_to_the_total(pnl: list[float], basis: Basis, by: str, data: st.DataObject) -> None:
    """Groups of each dimension sum to all closed trades (of tags: at least)."""
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
    found = groups_of(frame, by, basis=basis)
    sums, total = found.sums, int(found.sums.n.sum())
    assert total >= n if found.coded.overlaps else total == n
    if not found.coded.overlaps:
        assert (sums.gross - sums.fees).sum() == pytest.approx(sum(pnl))
        assert sums.fees.sum() == pytest.approx(draw.sum())
        assert (sums.profit + sums.loss).sum() == pytest.approx(
            (frame.net if basis is Basis.NET else frame.gross).sum()
        )
    assert (sums.wins + sums.losses <= sums.n).all()

"""Places, scales and rounding of a book's integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.matching import match
from analytics.ledger.places import trim_places
from analytics.ledger.scaling import rescale
from domain.accounts import LotMethod
from domain.columns import Decimals
from tests.analytics.ledger.books import fill, same_multiplier, table


@pytest.mark.parametrize("dtype", [np.int64, object])
@given(groups=st.lists(st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=5), min_size=1, max_size=5))
def test_each_group_drops_its_own_trailing_zeros(dtype: type, groups: list[list[int]]) -> None:
    """Places fall as long as every value of the group allows, and values stay the same."""
    sizes = [len(group) for group in groups]
    first = np.cumsum([0, *sizes[:-1]])
    units: Any = np.array([unit for group in groups for unit in group], dtype=dtype)
    trimmed, places = trim_places(Decimals(units, 6), first)
    for start, group, place in zip(first.tolist(), groups, places.tolist(), strict=True):
        mine = trimmed[start : start + len(group)].tolist()
        assert [unit * 10 ** (6 - place) for unit in mine] == group
        assert place == 0 or any(unit % 10 for unit in mine)


@given(units=st.lists(st.integers(-(10**9), 10**9), max_size=20), places=st.integers(0, 6), wanted=st.integers(0, 6))
def test_rescaling_moves_the_total_by_less_than_one_unit(units: list[int], places: int, wanted: int) -> None:
    """Coarser places round running totals; finer ones are exact."""
    scaled = rescale(units, places, wanted)
    assert abs(sum(scaled) * 10**places - sum(units) * 10**wanted) <= 10**places / 2
    for mine, unit in zip(scaled, units, strict=True):
        assert abs(mine * 10**places - unit * 10**wanted) <= 10**places


def test_places_are_as_fine_as_the_data_and_six_for_money() -> None:
    """Quantities and prices keep their step; money has room for shares of fees."""
    matched = match(
        table([fill(1, "1.50", "10.250", "0.10"), fill(1, 100, 5, instrument=1)]),
        method=LotMethod.FIFO,
        multipliers=same_multiplier(3),
    )
    assert matched.quantity_places.tolist() == [1, 0, 0]
    assert matched.price_places.tolist() == [2, 0, 0]
    assert matched.money_places.tolist() == [6, 6, 0]


def test_a_book_too_large_for_64_bits_gets_coarser_money() -> None:
    """Eighteen decimals on a million units: money places shrink, nothing overflows."""
    rows = [fill(1, "1000000.000000000000000001", "2500.5"), fill(-1, "1000000.000000000000000001", "2600.5")]
    matched = match(table(rows), method=LotMethod.FIFO, multipliers=same_multiplier())
    assert not matched.trades.is_open.any()
    assert matched.quantity_places[0] < 18
    gross = int(matched.trades.gross[0]) / 10 ** int(matched.money_places[0])
    assert gross == pytest.approx(1e8, abs=0.001)


@pytest.mark.parametrize("method", list(LotMethod))
def test_large_random_books_are_the_same_by_loop_and_by_merge(
    method: LotMethod, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands of fills with splits of fees: every column equal, whichever way it is worked out."""
    rng = np.random.default_rng(3)
    rows = [
        fill(side, quantity, f"{price / 100}", f"{fee / 100}", instrument=code, at=at)
        for side, quantity, price, fee, code, at in zip(
            rng.choice([1, -1], 4000).tolist(),
            rng.integers(1, 9, 4000).tolist(),
            rng.integers(0, 9000, 4000).tolist(),
            rng.integers(-20, 300, 4000).tolist(),
            rng.integers(0, 6, 4000).tolist(),
            rng.integers(0, 900, 4000).tolist(),
            strict=True,
        )
    ]
    executions, multipliers = table(rows), same_multiplier(6, "0.1")
    whole = match(executions, method=method, multipliers=multipliers)
    monkeypatch.setattr("analytics.ledger.matching.SMALL_ROWS", 10**9)
    monkeypatch.setattr("analytics.ledger.matching.CHUNKED_FROM", 1)
    monkeypatch.setattr("analytics.ledger.matching.CHUNK_ROWS", 1)
    pieces = match(executions, method=method, multipliers=multipliers)
    for kind in ("trades", "closes"):
        left, right = getattr(whole, kind), getattr(pieces, kind)
        for name in left.__slots__:
            assert np.array_equal(getattr(left, name), getattr(right, name)), name


def test_many_instruments_near_64_bits_do_not_overflow_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each instrument fits alone; chunks keep their sum inside 64 bits as well."""
    monkeypatch.setattr("analytics.ledger.matching.SMALL_ROWS", 0)
    size = 9 * 10**17
    rows = [fill(side, size, 1, instrument=code, at=side + 2) for code in range(12) for side in (1, -1)]
    matched = match(table(rows), method=LotMethod.FIFO, multipliers=same_multiplier(12))
    assert matched.closes.quantity.tolist() == [size] * 12
    assert matched.trades.side.tolist() == [-1] * 12
    assert not matched.trades.is_open.any()

"""Splits: quantities are restated, money is not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.corporate_actions import Split
from analytics.ledger.matching import match
from domain.accounts import LotMethod
from domain.columns import Matched
from domain.errors import LedgerError
from tests.analytics.ledger.books import Fill, fill, same_multiplier, table, trade_money, trade_values


def split(new: object, old: object, at: int) -> Split:
    """Make a split of instrument 0."""
    return Split(instrument=0, effective_at=at, new=Decimal(str(new)), old=Decimal(str(old)))


def run(fills: list[Fill], splits: list[Split], method: LotMethod = LotMethod.FIFO) -> Matched:
    """Match fills with splits."""
    return match(table(fills), method=method, multipliers=same_multiplier(2), splits=splits)


def test_a_two_for_one_split_doubles_earlier_shares_only() -> None:
    """Twenty shares at 10 become forty; selling forty at 6 earns 40."""
    matched = run([fill(1, 20, 10, 1), fill(-1, 40, 6, 1, at=10)], [split(2, 1, 5)])
    assert matched.trades.is_open.tolist() == [False]
    assert trade_money(matched, "gross") == [40]
    assert trade_money(matched, "fees") == [2]
    assert trade_values(matched, "entry_value") == [200]


def test_three_new_shares_for_one_share_at_45() -> None:
    """One share at 45 with two more for it costs 15 each."""
    matched = run([fill(1, 1, 45)], [split(3, 1, 5)])
    assert matched.trades.quantity.tolist() == [3]
    assert trade_values(matched, "open_cost") == [45]


def test_a_split_at_the_very_instant_does_not_touch_the_fill() -> None:
    """Only executions before the split are restated."""
    matched = run([fill(1, 10, 10, at=5)], [split(2, 1, 5)])
    assert matched.trades.quantity.tolist() == [10]


def test_another_instrument_is_left_alone() -> None:
    """A split belongs to its instrument."""
    matched = run([fill(1, 10, 10), fill(1, 10, 10, instrument=1)], [split(2, 1, 5)])
    assert matched.trades.quantity.tolist() == [20, 10]


def test_splits_multiply() -> None:
    """Two splits after a fill both apply."""
    matched = run([fill(1, 3, 10), fill(-1, 9, 4, at=10)], [split(2, 1, 5), split(3, 2, 6)])
    assert matched.trades.is_open.tolist() == [False]
    assert trade_money(matched, "gross") == [6]


def test_an_endless_ratio_keeps_what_was_flat_flat() -> None:
    """One for three has no finite decimals; a position closed before it stays closed."""
    fills = [fill(1, 50, 3), fill(1, 50, 3), fill(-1, 100, 4), fill(1, 7, 2, at=3)]
    matched = run(fills, [split(1, 3, 5)])
    assert matched.trades.is_open.tolist() == [False, True]
    assert trade_money(matched, "gross")[0] == 100
    assert trade_values(matched, "entry_value")[1] == 14
    shares = Fraction(int(matched.trades.quantity[1])) / 10 ** int(matched.quantity_places[0])
    assert abs(shares - Fraction(7, 3)) < Fraction("0.000000001")


def test_a_ratio_of_zero_is_refused() -> None:
    """Both numbers of a split are above zero."""
    with pytest.raises(LedgerError, match="0 for 1"):
        split(0, 1, 5)


NUMBERS = st.builds(lambda n: Decimal(n).scaleb(-1), st.integers(1, 400))


@pytest.mark.parametrize("method", list(LotMethod))
@given(
    rows=st.lists(st.tuples(st.sampled_from([1, -1]), NUMBERS, NUMBERS), min_size=1, max_size=12),
    factor=st.integers(2, 7),
    at=st.integers(0, 12),
)
def test_a_split_leaves_value_and_profit_unchanged(
    method: LotMethod, rows: list[tuple[int, Decimal, Decimal]], factor: int, at: int
) -> None:
    """Inserting a k for 1 split and trading on in new shares changes no money."""
    plain = [fill(*row, 1) for row in rows]
    after = [
        fill(side, quantity * factor, Decimal(price), 1) if row >= at else fill(side, quantity, price * factor, 1)
        for row, (side, quantity, price) in enumerate(rows)
    ]
    before = match(
        table([fill(side, quantity, price * factor, 1) for side, quantity, price in rows]),
        method=method,
        multipliers=same_multiplier(),
    )
    restated = run(after, [split(factor, 1, at)], method)
    assert len(plain) == len(after)
    for column in ("gross", "fees", "open_fees"):
        pairs = zip(trade_money(before, column), trade_money(restated, column), strict=True)
        assert all(abs(left - right) <= Fraction("0.0001") for left, right in pairs)
    pairs = zip(trade_values(before, "open_cost"), trade_values(restated, "open_cost"), strict=True)
    assert all(abs(left - right) <= Fraction("0.0001") for left, right in pairs)
    assert before.trades.id.tolist() == restated.trades.id.tolist()
    assert before.trades.is_open.tolist() == restated.trades.is_open.tolist()

"""United States: lot methods, terms, wash sales."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tax.lots import match_lots
from analytics.tax.us import term_of, us_gains, washed
from domain.tax import CostMethod, TaxFill, Term
from tests.analytics.tax.trading import SHARE, make_fill, plain

LOTS = [
    make_fill(1, "2024-01-02", 1, 100, 1000),
    make_fill(2, "2024-02-01", 1, 100, 1400),
    make_fill(3, "2024-03-01", 1, 100, 1200),
    make_fill(4, "2024-06-03", -1, 150, 2250),
]


@pytest.mark.parametrize(
    ("method", "gain", "left"), [("fifo", 550, 1900), ("lifo", 350, 1700), ("hifo", 250, 1600), ("average", 450, 1800)]
)
def test_four_lots(method: str, gain: int, left: int) -> None:
    """Three purchases and one sale under each method (golden case four_lots), and what is left at cost."""
    found = us_gains(SHARE, LOTS, method=CostMethod(method))
    assert sum(item.gain for item in found.disposals) == gain
    assert sum(lot.cost for lot in found.held) == left


def test_specific_lots_are_those_that_were_chosen() -> None:
    """Chosen lots are closed first, what they leave open first in, first out."""
    found = us_gains(SHARE, LOTS, method=CostMethod.SPECIFIC, picks={4: {3: Decimal(100)}})
    assert plain([(item.lot_ref, item.quantity) for item in found.disposals]) == [(3, 100), (1, 50)]
    assert sum(item.gain for item in found.disposals) == 550


def test_a_chosen_lot_in_parts_is_closed_whole() -> None:
    """A wash sale puts a loss on 4 of 10 shares of a lot; choosing all 10 closes both parts, and nothing else."""
    fills = [
        make_fill(1, "2024-01-02", 1, 10, 100),
        make_fill(2, "2024-01-03", 1, 10, 120),
        make_fill(3, "2024-01-04", -1, 4, 20),
        make_fill(4, "2024-06-03", -1, 10, 150),
    ]
    picks = {3: {1: Decimal(4)}, 4: {2: Decimal(10)}}
    found = us_gains(SHARE, fills, method=CostMethod.SPECIFIC, picks=picks)
    assert plain([(item.lot_ref, item.quantity, item.code) for item in found.disposals]) == [
        (1, 4, "W"), (2, 4, ""), (2, 6, "")
    ]  # fmt: skip
    assert plain([(lot.ref, lot.quantity, lot.cost) for lot in found.held]) == [(1, 6, 60)]


def test_what_is_left_of_a_purchase_replaces_nothing() -> None:
    """Selling part of one purchase at a loss within 30 days makes the holding smaller; a second purchase washes it."""
    fills = [make_fill(1, "2024-01-02", 1, 10, 100), make_fill(2, "2024-01-10", -1, 4, 20)]
    assert washed(us_gains(SHARE, fills, method=CostMethod.FIFO).disposals) == 0
    again = [*fills, make_fill(3, "2024-01-12", 1, 10, 60)]
    found = us_gains(SHARE, again, method=CostMethod.FIFO)
    assert washed(found.disposals) == 20
    assert plain([(lot.ref, lot.quantity, lot.cost) for lot in found.held]) == [(1, 6, 60), (3, 4, 44), (3, 6, 36)]


def test_wash_sale_of_publication_550() -> None:
    """Selling 100 at a loss of 250 and buying 100 within 30 days: no loss, new basis 1,050."""
    fills = [
        make_fill(1, "2024-01-02", 1, 100, 1000),
        make_fill(2, "2024-05-01", -1, 100, 750),
        make_fill(3, "2024-05-20", 1, 100, 800),
    ]
    found = us_gains(SHARE, fills, method=CostMethod.FIFO)
    (sale,) = found.disposals
    assert plain((sale.code, sale.adjustment, sale.gain)) == ("W", 250, 0)
    assert plain([(lot.quantity, lot.cost) for lot in found.held]) == [(100, 1050)]
    # Held 120 days before the sale: the replacement's holding period begins so much earlier.
    assert found.held[0].acquired == date(2024, 5, 20) - timedelta(days=120)


def test_split_leaves_the_basis_per_share_of_publication_550() -> None:
    """One share at 45, two new ones for each held: three at 15."""
    fills = [make_fill(1, "2024-01-02", 1, 1 * 3, 45)]
    (lot,) = us_gains(SHARE, fills, method=CostMethod.FIFO).held
    assert plain((lot.quantity, lot.unit_cost)) == (3, 15)


@pytest.mark.parametrize(("days", "washes"), [(30, True), (31, False), (-30, True), (-31, False)])
def test_the_window_is_30_days_either_side(days: int, washes: bool) -> None:
    """The 30th day before or after counts, the 31st does not."""
    sold = date(2024, 6, 3)
    fills = [
        make_fill(1, "2024-01-02", 1, 10, 100),
        make_fill(2, sold.isoformat(), -1, 10, 60),
        make_fill(3, (sold + timedelta(days=days)).isoformat(), 1, 10, 70),
    ]
    found = us_gains(SHARE, fills, method=CostMethod.FIFO)
    assert bool(washed(found.disposals)) is washes


def test_part_of_a_loss_is_washed_when_less_is_bought_back() -> None:
    """Buying back 4 of 10 disallows four tenths; the lot bought carries exactly that."""
    fills = [
        make_fill(1, "2024-01-02", 1, 10, 100),
        make_fill(2, "2024-05-01", -1, 10, 60),
        make_fill(3, "2024-05-02", 1, 4, 25),
    ]
    found = us_gains(SHARE, fills, method=CostMethod.FIFO)
    assert found.disposals[0].adjustment == 16
    assert found.held[0].cost == 41


def test_a_purchase_washes_a_loss_once() -> None:
    """Two losses cannot both use the same replacement shares."""
    fills = [
        make_fill(1, "2024-01-02", 1, 20, 200),
        make_fill(2, "2024-05-01", -1, 10, 60),
        make_fill(3, "2024-05-02", -1, 10, 70),
        make_fill(4, "2024-05-10", 1, 10, 75),
    ]
    found = us_gains(SHARE, fills, method=CostMethod.FIFO)
    assert [item.adjustment for item in found.disposals] == [40, 0]


def test_another_account_washes_too() -> None:
    """A replacement in another account of the portfolio counts."""
    fills = [
        make_fill(1, "2024-01-02", 1, 10, 100),
        make_fill(2, "2024-05-01", -1, 10, 60),
        make_fill(3, "2024-05-10", 1, 10, 75, account="B"),
    ]
    assert washed(us_gains(SHARE, fills, method=CostMethod.FIFO).disposals) == 40


@pytest.mark.parametrize(
    ("acquired", "sold", "term"),
    [
        ("2023-03-01", "2024-03-01", Term.SHORT),
        ("2023-03-01", "2024-03-02", Term.LONG),
        ("2024-02-29", "2025-02-28", Term.SHORT),
        ("2024-02-29", "2025-03-01", Term.LONG),
    ],
)
def test_long_term_is_more_than_a_year(acquired: str, sold: str, term: Term) -> None:
    """The anniversary itself is still short term."""
    assert term_of(date.fromisoformat(acquired), date.fromisoformat(sold), is_short=False) is term


ROWS = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from((1, -1)), st.integers(1, 40), st.integers(1, 900)), max_size=14
)


def _fills(rows: list[tuple[int, int, int, int]]) -> list[TaxFill]:
    return [
        make_fill(number, str(date(2024, 1, 1) + timedelta(days=day)), side, quantity, amount)
        for number, (day, side, quantity, amount) in enumerate(rows)
    ]


@given(ROWS, st.sampled_from([CostMethod.FIFO, CostMethod.LIFO, CostMethod.HIFO, CostMethod.AVERAGE]))
def test_wash_sales_move_money_and_lose_none(rows: list[tuple[int, int, int, int]], method: CostMethod) -> None:
    """Gains less what is left equal what was received less what was paid, washed or not."""
    fills = _fills(rows)
    found = us_gains(SHARE, fills, method=method)
    held = sum((-lot.cost if lot.is_short else lot.cost for lot in found.held), Decimal(0))
    moved = sum((-fill.side * fill.amount for fill in fills), Decimal(0))
    assert abs(sum((item.gain for item in found.disposals), Decimal(0)) - held - moved) < Decimal("1e-15")


@given(ROWS)
def test_flat_books_gain_the_same_under_every_method(rows: list[tuple[int, int, int, int]]) -> None:
    """Once everything is closed, methods differ in when, not in how much."""
    fills = _fills(rows)
    left = sum(fill.side * fill.quantity for fill in fills)
    if left:
        fills.append(make_fill(len(fills), "2025-01-01", -1 if left > 0 else 1, abs(left), 100))
    methods = (CostMethod.FIFO, CostMethod.LIFO, CostMethod.HIFO, CostMethod.AVERAGE)
    sums = [sum((item.gain for item in match_lots(SHARE, fills, method=item)[0]), Decimal(0)) for item in methods]
    assert max(sums) - min(sums) < Decimal("1e-15")

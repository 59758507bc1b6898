"""Shares of money are kept to eight places: it changes no figure that anybody sees, and no sum at all."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.tax import compute_gains, india, lots, uk, us
from domain.money import share_of
from domain.tax import CostMethod, Disposal, Gains, TaxFill, TaxRegime
from tests.analytics.tax.trading import SHARE, make_fill

RULES = [
    *((TaxRegime.US, method) for method in (CostMethod.FIFO, CostMethod.LIFO, CostMethod.AVERAGE)),
    (TaxRegime.UK, CostMethod.FIFO),
    (TaxRegime.INDIA, CostMethod.FIFO),
]
FILLS = st.lists(
    st.tuples(
        st.integers(0, 90), st.sampled_from([-1, 1]), st.integers(1, 40), st.integers(1, 10**7), st.sampled_from("AB")
    ),
    min_size=1,
    max_size=25,
)


def share_in_full(total: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The share to all 28 digits: the simple version."""
    return total * part / whole


def make_fills(rows: list[tuple[int, int, int, int, str]]) -> list[TaxFill]:
    """Fills in money of two places."""
    return [
        make_fill(
            number, (date(2024, 1, 1) + timedelta(days=day)).isoformat(), side, quantity, Decimal(money) / 100,
            account=account,
        )
        for number, (day, side, quantity, money, account) in enumerate(rows, 1)
    ]  # fmt: skip


@pytest.mark.parametrize(("regime", "method"), RULES)
@given(rows=FILLS)
def test_the_same_disposals_to_a_millionth(
    regime: TaxRegime, method: CostMethod, rows: list[tuple[int, int, int, int, str]]
) -> None:
    """With shares in full and with shares to eight places every row is the same to a millionth, and so is the rest."""
    fills = make_fills(rows)
    short = compute_gains(regime, SHARE, fills, method=method)
    with pytest.MonkeyPatch.context() as patch:
        for module in (lots, uk, us, india):
            patch.setattr(module, "share_of", share_in_full)
        full = compute_gains(regime, SHARE, fills, method=method)
    # A gain of nothing in full may be a hundred-millionth of a loss: such crumbs are no row's matching.
    assert total(short) == pytest.approx(total(full), abs=Decimal("1e-6"))
    assert [lot.quantity for lot in short.held] == [lot.quantity for lot in full.held]
    for one, other in zip(sales(short), sales(full), strict=True):
        assert one == pytest.approx(other, abs=Decimal("1e-6"))


@given(rows=FILLS)
def test_no_money_is_lost_in_shares(rows: list[tuple[int, int, int, int, str]]) -> None:
    """Proceeds less cost of all rows and what is left is what came in less what went out, to the last digit."""
    fills = make_fills(rows)
    found = compute_gains(TaxRegime.US, SHARE, fills, method=CostMethod.FIFO)
    left = sum((lot.cost * (-1 if lot.is_short else 1) for lot in found.held), Decimal(0))
    assert total(found) - left == sum((fill.amount * -fill.side for fill in fills), Decimal(0))


def test_a_share_of_a_huge_amount_is_not_refused() -> None:
    """Beyond what eight places leave room for, the share keeps the digits there are."""
    assert share_of(Decimal(10) ** 30, Decimal(1), Decimal(4)) == Decimal(10) ** 30 / 4
    assert share_of(Decimal(10), Decimal(1), Decimal(3)) == Decimal("3.33333333")


def total(gains: Gains) -> Decimal:
    """The sum of the gains."""
    return sum((item.gain for item in gains.disposals), Decimal(0))


def sales(gains: Gains) -> list[Decimal]:
    """Proceeds and cost by sale: what a wash sale splits further adds up to the same."""
    sums: dict[int, list[Decimal]] = {}
    for item in gains.disposals:
        _add(sums.setdefault(item.sale_ref, [Decimal(0), Decimal(0)]), item)
    return [value for _, pair in sorted(sums.items()) for value in pair]


def _add(sums: list[Decimal], item: Disposal) -> None:
    sums[0] += item.proceeds
    sums[1] += item.cost - item.adjustment

"""India: intraday, terms by the law of the day of sale, headings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from analytics.tax import compute_gains, tax_year, year_label
from analytics.tax.india import BUSINESS, COINS, INTRADAY, india_gains, term_of
from domain.tax import TaxInstrument, TaxRegime, Term
from tests.analytics.tax.trading import make_fill, plain

SHARE = TaxInstrument(symbol="INFY", currency="INR")


def test_what_is_squared_off_within_a_day_is_speculative_business() -> None:
    """Only what is bought beyond the day's sales is delivered."""
    fills = [
        make_fill(1, "2025-01-06", 1, 100, 1000),
        make_fill(2, "2025-01-07", 1, 60, 660),
        make_fill(3, "2025-01-07", -1, 60, 720),
        make_fill(4, "2025-02-03", -1, 100, 1500),
    ]
    found = india_gains(SHARE, fills)
    assert plain([(item.category, item.gain) for item in found.disposals]) == [
        (INTRADAY, 60),
        ("STCG s.111A at 20 %", 500),
    ]
    assert found.held == ()


@pytest.mark.parametrize(
    ("bought", "sold", "listed", "term"),
    [
        ("2023-01-10", "2024-01-10", True, Term.SHORT),
        ("2023-01-10", "2024-01-11", True, Term.LONG),
        ("2022-07-01", "2024-07-22", False, Term.SHORT),
        ("2022-07-01", "2024-07-23", False, Term.LONG),
        ("2021-07-01", "2024-07-02", False, Term.LONG),
    ],
)
def test_terms_follow_the_law_of_the_day_of_sale(bought: str, sold: str, listed: bool, term: Term) -> None:
    """12 months for listed shares; other assets 36 months, 24 from 23 July 2024 on."""
    assert term_of(date.fromisoformat(bought), date.fromisoformat(sold), is_listed=listed) is term


def test_rates_changed_on_23_july_2024() -> None:
    """The heading names the rate of the day."""
    fills = [
        make_fill(1, "2024-05-01", 1, 2, 20),
        make_fill(2, "2024-07-22", -1, 1, 15),
        make_fill(3, "2024-07-23", -1, 1, 15),
    ]
    assert [item.category for item in india_gains(SHARE, fills).disposals] == [
        "STCG s.111A at 15 %",
        "STCG s.111A at 20 %",
    ]


@pytest.mark.parametrize(("kind", "heading"), [("option", BUSINESS), ("future", BUSINESS), ("crypto", COINS)])
def test_other_kinds_stand_under_their_own_heading(kind: str, heading: str) -> None:
    """Derivatives are business income, coins are their own."""
    fills = [make_fill(1, "2024-05-01", 1, 1, 20), make_fill(2, "2024-06-01", -1, 1, 15)]
    (item,) = india_gains(TaxInstrument(symbol="X", asset_class=kind), fills).disposals
    assert (item.category, item.term, item.gain) == (heading, Term.NONE, Decimal(-5))


def test_tax_years_begin_where_the_country_says() -> None:
    """1 January, 6 April, 1 April."""
    days = [date(2025, 3, 31), date(2025, 4, 1), date(2025, 4, 5), date(2025, 4, 6)]
    assert [tax_year(TaxRegime.US, day) for day in days] == [2025] * 4
    assert [tax_year(TaxRegime.UK, day) for day in days] == [2024, 2024, 2024, 2025]
    assert [tax_year(TaxRegime.INDIA, day) for day in days] == [2024, 2025, 2025, 2025]
    assert year_label(TaxRegime.UK, 2024) == "2024/25"
    assert year_label(TaxRegime.US, 2024) == "2024"


@pytest.mark.parametrize("regime", list(TaxRegime))
def test_an_empty_book_has_no_gains(regime: TaxRegime) -> None:
    """Nothing traded, nothing disposed of."""
    found = compute_gains(regime, SHARE, [])
    assert found.disposals == ()
    assert found.held == ()

"""Exchange rates by day: age, inversion, a currency between, and the effect of the rates alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.fx import RateBook, currency_effect, make_series
from domain.errors import CurrencyError

DAYS = np.array([100, 101, 107, 108], dtype=np.int64)
EUR_USD = make_series({100: (1.10, False), 101: (1.12, False)})


def test_the_last_known_rate_holds_for_so_many_days() -> None:
    """Day 107 is within 6 days of day 101; day 108 is not."""
    book = RateBook(series={("EUR", "USD"): EUR_USD}, max_age=6)
    assert book.rates("EUR", "USD", DAYS)[:3] == pytest.approx([1.10, 1.12, 1.12])
    assert np.isnan(book.rates("EUR", "USD", DAYS)[3])


def test_a_missing_rate_is_an_error_that_says_what_to_do() -> None:
    """The pair, the day and where to add rates are named."""
    book = RateBook(series={("EUR", "USD"): EUR_USD}, max_age=6)
    with pytest.raises(CurrencyError, match=r"from EUR to USD for 1970-04-19 \(nor of the 6 days before it\)") as info:
        book.require("EUR", "USD", DAYS)
    assert "Exchange rates" in info.value.hint


def test_a_fixed_rate_never_grows_old() -> None:
    """A peg holds until the next rate."""
    book = RateBook(series={("USDT", "USD"): make_series({50: (1.0, True)})})
    assert book.rates("USDT", "USD", np.array([49, 50, 5000])).tolist()[1:] == [1.0, 1.0]
    assert np.isnan(book.rates("USDT", "USD", np.array([49]))[0])


def test_rates_are_inverted_and_joined_through_a_third_currency() -> None:
    """EUR to JPY comes from EUR/USD and USD/JPY; USD to EUR from EUR/USD."""
    book = RateBook(series={("EUR", "USD"): EUR_USD, ("USD", "JPY"): make_series({100: (150.0, False)})})
    day = np.array([100])
    assert book.rates("USD", "EUR", day)[0] == pytest.approx(1 / 1.10)
    assert book.rates("EUR", "JPY", day)[0] == pytest.approx(165.0)
    assert book.rates("JPY", "EUR", day)[0] == pytest.approx(1 / 165.0)
    assert book.rates("CHF", "CHF", day).tolist() == [1.0]


def test_invented_rates_are_known_as_such() -> None:
    """One simulated step makes the conversion simulated."""
    book = RateBook(
        series={("EUR", "USD"): make_series({100: (1.1, False)}, is_simulated=True), ("GBP", "USD"): EUR_USD}
    )
    assert book.is_simulated("EUR", "USD")
    assert book.is_simulated("EUR", "GBP")
    assert not book.is_simulated("GBP", "USD")
    assert not book.is_simulated("USD", "USD")


def test_the_golden_holding_in_another_currency() -> None:
    """A dollar share in a book of francs: 20.775774 with the rates, 24.197982 without them."""
    value, rates = np.array([89.12, 116.45]), np.array([0.9238, 0.8854])
    effect = float(currency_effect(value, rates)[1])
    gross = float(value[1] * rates[1] - value[0] * rates[0])
    assert gross == pytest.approx(20.775774, abs=1e-6)
    assert gross - effect == pytest.approx(24.197982, abs=1e-6)
    assert gross - 1 * rates[0] == pytest.approx(19.851974, abs=1e-6)


@given(st.lists(st.tuples(st.floats(1, 1e6), st.floats(0.01, 100)), min_size=2, max_size=30))
def test_effect_of_rates_and_change_in_own_currency_are_the_whole_change(rows: list[tuple[float, float]]) -> None:
    """Change of value in the reporting currency = change in its own at the day's rate + effect of the rates."""
    value, rates = (np.array(column) for column in zip(*rows, strict=True))
    effect = currency_effect(value, rates)[1:]
    local = np.diff(value) * rates[1:]
    assert effect + local == pytest.approx(np.diff(value * rates), rel=1e-9, abs=1e-6)

"""What figures are worked out by: reading, writing, and what holds where accounts differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.analysis_rules import (
    AnalysisSettings,
    RiskFreeRate,
    YearDays,
    read_rates,
    read_settings,
    rules_for,
    write_settings,
)
from domain.errors import InvalidInputError

AMOUNTS = st.none() | st.decimals(0, 100, places=4).map(lambda value: value.normalize())
RATES = st.dictionaries(st.dates(), st.decimals(-5, 20, places=3), min_size=1, max_size=6).map(
    lambda found: RiskFreeRate(tuple(sorted(found.items())))
)
SETTINGS = st.builds(
    AnalysisSettings,
    breakeven_money=AMOUNTS,
    breakeven_r=AMOUNTS,
    year_days=st.none() | st.sampled_from(YearDays),
    risk_free=st.none() | RATES,
    trials=st.none() | st.integers(1, 1_000_000),
)


@given(settings=SETTINGS)
def test_what_is_written_is_read_again(settings: AnalysisSettings) -> None:
    """Every setting survives the form and the interface."""
    assert read_settings(write_settings(settings)) == settings


def test_a_rate_is_constant_or_dated() -> None:
    """One number holds always; dated ones come in order whatever the order they were typed in."""
    assert read_rates("4.5%").rates == ((date.min, Decimal("4.5")),)
    dated = read_rates("2025-09-18 4.0\n2024-01-01 5.25;")
    assert dated.rates == ((date(2024, 1, 1), Decimal("5.25")), (date(2025, 9, 18), Decimal("4.0")))
    assert not dated.is_constant


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("breakeven_money", "-1", "not a number between 0"),
        ("breakeven_money", "ten", "'ten'"),
        ("breakeven_r", "101", "not a number between 0 and 100"),
        ("breakeven_r", "NaN", "'NaN'"),
        ("year_days", "360", "'360'"),
        ("risk_free", "1000", "not a percentage"),
        ("risk_free", "2024-13-01 5; 2025-01-01 4", "not a date"),
        ("risk_free", "2024-01-01 5; 2024-01-01 4", "two risk-free rates"),
        ("risk_free", "5 4 3", "cannot be read"),
        ("trials", "0", "whole number between 1"),
        ("trials", "1.5", "'1.5'"),
    ],
)
def test_nonsense_is_refused_by_name(field: str, text: str, said: str) -> None:
    """The error names the field, what was given, and what to give instead."""
    with pytest.raises(InvalidInputError, match=said) as caught:
        read_settings({field: text})
    assert caught.value.field == field
    assert caught.value.hint


def test_an_account_takes_the_default_where_it_says_nothing() -> None:
    """One account alone: its own values, else the user's, else zero, automatic and none."""
    default = AnalysisSettings(breakeven_money=Decimal(5), trials=7)
    own = {1: AnalysisSettings(year_days=YearDays.EVERY_DAY, breakeven_money=Decimal(0))}
    found = rules_for(default, own, [1])
    assert (found.tolerances, found.year_days, found.trials, found.mixed) == ((), YearDays.EVERY_DAY, 7, ())
    other = rules_for(default, own, [2])
    assert (other.tolerances, other.year_days) == (((2, 5.0, 0.0),), YearDays.AUTO)
    assert rules_for(AnalysisSettings(), {}, [1]).risk_free == RiskFreeRate()


def test_accounts_that_differ_use_the_default_for_the_whole_set() -> None:
    """Tolerances stay with their accounts; the rest falls back to the default and says so."""
    default = AnalysisSettings(risk_free=read_rates("2"))
    own = {
        1: AnalysisSettings(risk_free=read_rates("4"), trials=10, breakeven_r=Decimal("0.1")),
        2: AnalysisSettings(trials=10, year_days=YearDays.EVERY_DAY),
    }
    found = rules_for(default, own, [1, 2])
    assert found.risk_free.text == "2"
    assert found.year_days is YearDays.AUTO
    assert found.trials == 10
    assert found.mixed == ("year_days", "risk_free")
    assert found.tolerances == ((1, 0.0, 0.1),)

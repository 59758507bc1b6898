"""Spellings of option contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from data.brokers.option_symbols import option_terms, parse_expiry, parse_option, parse_osi
from domain.instruments import OptionRight, OptionTerms

JUNE = date(2026, 6, 19)


@pytest.mark.parametrize(
    "text",
    [
        "KO    260619C00072500",
        "KO260619C00072500",
        "-KO260619C72.5",
        ".KO260619C72.5",
        "KO 06/19/2026 72.50 C",
        "KO 6/19/2026 Call $72.50",
        "KO 19JUN26 72.5 C",
        "KO 100 19 JUN 26 72.5 CALL",
        "KO 100 (Weeklys) 19 JUN 26 72.5 CALL",
        "KO Jun 19 2026 72.5 Call",
        "CALL  KO    06/19/26   72.500",
        "CALL (KO) JUN 19 26 $72.5",
        "CALL KO 06/19/26 72.5 COCA COLA CO OPEN CONTRACT",
    ],
)
def test_every_spelling_gives_the_same_terms(text: str) -> None:
    """Underlying, expiry, strike and right are the same however a broker writes them."""
    assert parse_option(text) == OptionTerms(
        underlying="KO", expiry=JUNE, strike=Decimal("72.5"), right=OptionRight.CALL
    )


@pytest.mark.parametrize(
    ("text", "underlying", "strike"),
    [("./MESM6MESM6 260619P5050", "/MESM6", "5050"), ("./ESM6 E3AM6 260619P5500.5", "/ESM6", "5500.5")],
)
def test_option_on_a_future_keeps_the_future_as_underlying(text: str, underlying: str, strike: str) -> None:
    """The future's code is cut off the option's own code."""
    assert parse_option(text) == OptionTerms(
        underlying=underlying, expiry=JUNE, strike=Decimal(strike), right=OptionRight.PUT
    )


@pytest.mark.parametrize(
    "text",
    ["KO", "", "EUR.USD", "UKT 0 5/8 06/07/25", "SPY 100 5 JUN 26 715/714 PUT", "KO 13/45/2026 1 C", "x" * 5000],
)  # fmt: skip
def test_anything_else_is_no_option(text: str) -> None:
    """Stocks, bonds, spreads and impossible dates give no terms."""
    assert parse_option(text) is None


def test_osi_is_strict() -> None:
    """Only the 8-digit strike is OSI; thousandths are exact."""
    terms = parse_osi("SPXW  260619P05432500")
    assert terms is not None
    assert (terms.underlying, terms.strike) == ("SPXW", Decimal("5432.5"))
    assert parse_osi("-KO260619C72.5") is None


def test_terms_from_columns_need_a_right() -> None:
    """A right that is neither call nor put gives no terms."""
    strike = Decimal("70.00")
    found = option_terms(underlying="KO", expiry=JUNE, strike=strike, right="Put")
    assert found == OptionTerms(underlying="KO", expiry=JUNE, strike=strike, right=OptionRight.PUT)
    assert option_terms(underlying="KO", expiry=JUNE, strike=strike, right="?") is None


@pytest.mark.parametrize(
    "text", ["260619", "20260619", "6/19/26", "2026-06-19", "19 jun 26", "19JUN2026", "JUN 19, 2026"]
)
def test_expiry_is_read_in_every_way(text: str) -> None:
    """All the ways to write a day are understood."""
    assert parse_expiry(text) == JUNE


def test_expiry_that_is_no_day_is_none() -> None:
    """31 June does not exist."""
    assert parse_expiry("31 JUN 26") is None

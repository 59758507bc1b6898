"""Spellings of option contracts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from data.brokers.option_symbols import option_terms, parse_expiry, parse_option, parse_osi, usual_size
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
        "O:KO260619C72.5",
        "- KO260619C72.5",
        "KO 260619C72.5",
        "KO US 06/19/26 C72.5",
        "KO 06/19/26 C72.5",
        "KO Jun 19 '26 $72.50 Call",
        "KO Jun19'26 72.5 CALL",
        "KO 2026-06-19 C 72.5",
        "KO 2026-06-19 Call 72.5",
        "KO 20260619 72.5 C",
        "KO 72.5C 06/19/2026",
        "KO $72.50 Call 6/19/2026",
        "KO Call 06/19/2026 72.5",
        "KO_061926C72.5",
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
    assert parse_expiry("1/2/" + "9" * 30) is None


@pytest.mark.parametrize(
    ("text", "underlying", "expiry", "strike", "right"),
    [
        ("BTC-27DEC24-100000-C", "BTC", date(2024, 12, 27), "100000", OptionRight.CALL),
        ("ETH-5JUN26-2500-P", "ETH", date(2026, 6, 5), "2500", OptionRight.PUT),
        ("XRP_USDC-27DEC24-0d55-C", "XRP", date(2024, 12, 27), "0.55", OptionRight.CALL),
        ("BTC-USD-260626-100000-C", "BTC", date(2026, 6, 26), "100000", OptionRight.CALL),
        ("BTC-260626-90000-P", "BTC", date(2026, 6, 26), "90000", OptionRight.PUT),
        ("NIFTY2461921500CE", "NIFTY", date(2024, 6, 19), "21500", OptionRight.CALL),
        ("BANKNIFTY24O0347700PE", "BANKNIFTY", date(2024, 10, 3), "47700", OptionRight.PUT),
        ("NIFTY 27 JUN 2024 21500 CE", "NIFTY", date(2024, 6, 27), "21500", OptionRight.CALL),
    ],
)
def test_options_whose_size_nobody_can_guess(
    text: str, underlying: str, expiry: date, strike: str, right: OptionRight
) -> None:
    """Options on coins and Indian ones are understood, but how much one of them is worth is asked."""
    assert parse_option(text) == OptionTerms(underlying=underlying, expiry=expiry, strike=Decimal(strike), right=right)
    assert usual_size(text) is None


def test_the_usual_option_is_for_a_hundred() -> None:
    """American spellings stand for a hundred shares."""
    assert usual_size("KO260619C00072500") == 100


@pytest.mark.parametrize("text", ["NIFTY24JAN21500CE", "BTC-USD", "BTC-32DEC24-100000-C", "NIFTY2499921500CE"])
def test_a_symbol_without_a_possible_day_has_no_terms(text: str) -> None:
    """A monthly Indian symbol names no day, and a day that does not exist is none."""
    assert parse_option(text) is None

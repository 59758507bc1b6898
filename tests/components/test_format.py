"""Money, ratios, prices, quantities and names as text."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import format as fmt
from domain.filters import FigureUnit
from domain.performance import Unit


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (Decimal("1234.5"), "USD", "$1,234.50"),
        (-160.38, "USD", "−$160.38"),
        (0, "USD", "$0.00"),
        (Decimal("-0.004"), "USD", "$0.00"),
        (1250, "CHF", "1,250.00 CHF"),
        (-1250, "CHF", "−1,250.00 CHF"),
        (1250, "EUR", "€1,250.00"),
        (1250.4, "JPY", "1,250 JPY"),
        (5, "", "5.00"),
        (None, "USD", "–"),
        (math.nan, "USD", "n/a"),
        (Decimal("NaN"), "USD", "n/a"),
        (math.inf, "USD", "n/a"),
    ],
)
def test_money(value: fmt.Value, currency: str, text: str) -> None:
    """An amount is grouped, has a true minus and no sign at zero; an ambiguous currency is a code behind it."""
    assert fmt.money(value, currency) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(443, "+$443.00"), (-160.38, "−$160.38"), (0, "$0.00"), (0.001, "$0.00"), (-0.001, "$0.00"), (None, "–")],
)
def test_pnl_is_always_signed(value: fmt.Value, text: str) -> None:
    """Profit and loss carry their sign, a value that rounds to zero carries none."""
    assert fmt.pnl(value) == text


def test_half_a_cent_rounds_away_from_zero() -> None:
    """Money rounds half up, also where the binary float lies a hair below."""
    assert fmt.money(Decimal("2.675")) == "$2.68"
    assert fmt.money(2.675) == "$2.68"
    assert fmt.money(-2.675) == "−$2.68"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "$0"),
        (950.4, "$950"),
        (999.6, "$1k"),
        (5000, "$5k"),
        (12_340, "$12.3k"),
        (-12_340, "−$12.3k"),
        (999_960, "$1M"),
        (1_200_000, "$1.2M"),
        (2_500_000_000, "$2.5B"),
        (4_000_000_000_000, "$4,000B"),
        (None, "–"),
    ],
)
def test_money_short(value: fmt.Value, text: str) -> None:
    """Short money uses k, M, B and climbs to the next unit when rounding reaches a thousand."""
    assert fmt.money_short(value) == text


def test_money_short_keeps_sign_and_currency() -> None:
    """Short money can be signed and can be in a currency without a symbol of its own."""
    assert fmt.money_short(5000, signed=True) == "+$5k"
    assert fmt.money_short(-5000, "CHF", signed=True) == "−5k CHF"


def test_accounting_puts_losses_in_parentheses() -> None:
    """Reports write negative amounts in parentheses and without a currency sign."""
    assert fmt.accounting(-556.38) == "(556.38)"
    assert fmt.accounting(1556.38) == "1,556.38"
    assert fmt.accounting(-0.001) == "0.00"
    assert fmt.accounting(None) == "–"


@pytest.mark.parametrize(
    ("fraction", "places", "signed", "text"),
    [
        (0.545, 1, False, "54.5%"),
        (Decimal("-0.042"), 1, False, "−4.2%"),
        (0.00382, 2, True, "+0.38%"),
        (0.0, 1, True, "0.0%"),
        (12.5, 0, False, "1,250%"),
        (None, 1, False, "–"),
        (math.nan, 1, False, "n/a"),
    ],
)
def test_percent(fraction: fmt.Value, places: int, signed: bool, text: str) -> None:
    """Fractions become percentages."""
    assert fmt.percent(fraction, places=places, signed=signed) == text


def test_percent_does_not_lose_to_binary_arithmetic() -> None:
    """0.285 is 28.5 %, although 0.285 * 100 is 28.499999999999996."""
    assert fmt.percent(0.285) == "28.5%"
    assert fmt.percent(0.575, places=0) == "58%"


def test_the_smaller_formats() -> None:
    """R, points, ratios, payoffs and counts each have one form."""
    assert fmt.r_multiple(1.694) == "+1.69R"
    assert fmt.r_multiple(-0.89) == "−0.89R"
    assert fmt.r_multiple(0.001) == "0.00R"
    assert fmt.points(0.021) == "+2.1 pts"
    assert fmt.ratio(1.656) == "1.66"
    assert fmt.payoff(1.39) == "1.39×"
    assert fmt.count(1284) == "1,284"
    assert fmt.plain(-12.5) == "−12.50"
    assert fmt.signed_number(0.08) == "+0.08"
    assert fmt.ratio(math.inf) == "n/a"


@pytest.mark.parametrize(
    ("value", "asset_class", "step", "text"),
    [
        (176.42, "stock", None, "176.42"),
        (1.0873, "forex", None, "1.0873"),
        (97_412.4, "crypto", None, "97,412"),
        (3_412.5, "crypto", None, "3,412.50"),
        (0.000_012_34, "crypto", None, "0.00001234"),
        (0.0523, "stock", None, "0.05230"),
        (5012.25, "future", Decimal("0.25"), "5,012.25"),
        (110.5, "future", Decimal("0.015625"), "110.500000"),
        (176.0, "stock", Decimal(1), "176"),
        (None, "stock", None, "–"),
    ],
)
def test_price(value: fmt.Value, asset_class: str, step: Decimal | None, text: str) -> None:
    """A price follows the instrument's step, else its asset class, and keeps the digits of small prices."""
    assert fmt.price(value, asset_class=asset_class, step=step) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (300, "300"),
        (-40, "−40"),
        (Decimal("0.01250"), "0.0125"),
        (Decimal("1E+3"), "1,000"),
        (0.1, "0.1"),
        (1e-9, "0.000000001"),
        (12345.5, "12,345.5"),
        (None, "–"),
    ],
)
def test_quantity(value: fmt.Value, text: str) -> None:
    """A quantity has the digits it was traded with, none to spare."""
    assert fmt.quantity(value) == text


def test_sizes_accounts_and_plurals() -> None:
    """File sizes, account names and counted nouns."""
    assert [fmt.size_bytes(n) for n in (812, 31_400, 4_210_000, 42_000_000, 3_200_000_000)] == [
        "812 B",
        "31 KB",
        "4.2 MB",
        "42 MB",
        "3.2 GB",
    ]
    assert fmt.account("IBKR", "U1234821") == "IBKR ··4821"
    assert fmt.account("Paper", "") == "Paper"
    assert fmt.plural(1, "trade") == "1 trade"
    assert fmt.plural(1284, "trade") == "1,284 trades"
    assert fmt.plural(0, "entry", "entries") == "0 entries"


def test_tone() -> None:
    """The colour role follows the sign; missing and zero are flat."""
    assert [fmt.tone(v) for v in (1, -1, 0, None, math.nan, Decimal("0.1"))] == [
        "profit",
        "loss",
        "flat",
        "flat",
        "flat",
        "profit",
    ]


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (70.5, Unit.MONEY, "$70.50"),
        (-0.042, Unit.FRACTION, "−4.2%"),
        (1.656, Unit.RATIO, "1.66"),
        (0.26, Unit.R, "+0.26R"),
        (202.0, Unit.COUNT, "202"),
        (4560.0, Unit.SECONDS, "1 h 16 min"),
        (1.0, Unit.DAYS, "1 day"),
        (11.0, Unit.DAYS, "11 days"),
        (None, Unit.SECONDS, "–"),
        (None, Unit.DAYS, "–"),
    ],
)
def test_metric_by_unit(value: float | None, unit: Unit, text: str) -> None:
    """A metric is written by its unit."""
    assert fmt.metric(value, unit) == text


def test_every_unit_has_a_form() -> None:
    """No unit of the vocabulary is without a text."""
    assert all(fmt.metric(1.0, unit) for unit in Unit)


def test_figure_value_by_global_unit() -> None:
    """The global filter decides between money, percentage and R."""
    assert fmt.figure_value(443, FigureUnit.MONEY) == "+$443.00"
    assert fmt.figure_value(0.0045, FigureUnit.PERCENT) == "+0.45%"
    assert fmt.figure_value(1.69, FigureUnit.R) == "+1.69R"


@given(st.one_of(st.floats(), st.decimals(), st.none(), st.integers(-(10**15), 10**15)))
def test_no_format_ever_shows_a_machine_word(value: fmt.Value) -> None:
    """Whatever the value, the text has no NaN, None, inf, exponent, ASCII minus or negative zero."""
    texts = [
        fmt.pnl(value),
        fmt.money_short(value),
        fmt.percent(value),
        fmt.r_multiple(value),
        fmt.price(value),
        fmt.quantity(value, places=4),
        fmt.accounting(value),
    ]
    for text in texts:
        lowered = text.replace("n/a", "").lower()
        assert not any(word in lowered for word in ("nan", "none", "inf", "e+", "e-", "-")), text
        assert text not in ("−$0.00", "−0.0%", "−0.00R", "(0.00)")


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_money_reads_back_exactly(value: Decimal) -> None:
    """The shown cents are exactly the amount's cents."""
    shown = fmt.money(value).replace("$", "").replace(",", "").replace(fmt.MINUS, "-")
    assert Decimal(shown) == value

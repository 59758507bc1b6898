"""Numbers on figures."""

from __future__ import annotations

import pytest

from components.figures.numerals import axis_text, price_text, value_text
from components.format import pnl


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (5_000, "USD", "$5k"),
        (-2_500, "USD", "−$2.5k"),
        (1_050, "USD", "$1.05k"),
        (1_200_000, "USD", "$1.2M"),
        (0, "USD", "$0"),
        (0.5, "USD", "$0.5"),
        (-10_000, "CHF", "−10k CHF"),
        (-0.02, "%", "−2%"),
        (0.025, "%", "2.5%"),
        (1, "R", "+1R"),
        (0, "R", "0R"),
        (-30, "", "−30"),
    ],
)
def test_ticks_are_short(value: float, unit: str, text: str) -> None:
    """A tick is as short as its value allows, with unit and true minus, and never rounds its value away."""
    assert axis_text(value, unit) == text


def test_values_are_written_as_everywhere() -> None:
    """A hover text writes an amount as the tables do."""
    assert value_text(-160.375, "USD", signed=True) == pnl(-160.375) == "−$160.38"
    assert value_text(0.1, "R") == "+0.10R"
    assert value_text(-0.042, "%") == "−4.2%"


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_missing_is_a_dash(value: float | None) -> None:
    """What is not a number is never printed as one."""
    assert value_text(value, "USD") == "–"


def test_price_keeps_its_places() -> None:
    """A price takes the places asked for, else those of its size."""
    assert price_text(214.87) == "214.87"
    assert price_text(97_412.4, 0) == "97,412"

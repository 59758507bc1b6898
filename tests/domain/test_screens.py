"""Conditions of a screen: how they are written, read and refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.screens import EXAMPLES, MOST_CONDITIONS, WORDS, Screen, parse_condition, parse_conditions, parse_order


@pytest.mark.parametrize(
    ("text", "code", "label"),
    [
        ("RSI14<30", "rsi14 < 30", "RSI 14 < 30"),
        ("price >= sma200", "price >= sma200", "Price >= SMA 200"),
        ("day < -2.5 %", "day < -0.025", "Change today < \u22122.5 %"),
        ("volume > 1.5m", "volume > 1500000", "Volume today > 1,500,000"),
        ("volume > 2 x volume20", "volume > 2 x volume20", "Volume today > 2 \u00d7 Mean volume of 20 days"),
        ("macd.signal > 0", "macd.signal > 0", "MACD 12 26 9 signal > 0"),
        ("price > bb20-2.5.upper", "price > bb20-2.5.upper", "Price > BB 20 2.5 upper"),
        ("30 > rsi14", "30 > rsi14", "30 > RSI 14"),
    ],
)
def test_a_condition_is_read_and_written(text: str, code: str, label: str) -> None:
    """The canonical text is read as the same condition again."""
    found = parse_condition(text)
    assert (found.code, found.label) == (code, label)
    assert parse_condition(found.code) == found


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_a_condition(text: str) -> None:
    """What the page offers can be read, and is written as it is offered."""
    found = parse_condition(text)
    assert parse_condition(found.code) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rsi14", "is not a condition"),
        ("rsi14 <", "is not a condition"),
        ("1 < 2 < 3", "is not a condition"),
        ("foo < 3", "'foo' is no number"),
        ("rsi9999 < 3", "'rsi9999' is no number"),
        ("macd.middle < 3", "no such column"),
        ("price < 1e999", "too large"),
        ("3 < 4", "compares two numbers"),
        ("rsi14 < 2 x 3", "multiplies two numbers"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, said: str) -> None:
    """The message quotes the part that is wrong and the hint shows how to write it."""
    with pytest.raises(InvalidInputError, match=said) as caught:
        parse_condition(text)
    assert caught.value.hint


@given(
    st.sampled_from([*WORDS, "rsi14", "sma200", "macd.histogram"]),
    st.sampled_from(["<", ">", "<=", ">="]),
    st.floats(-1e9, 1e9).map(lambda value: float(f"{value:.10g}")),
)
def test_every_number_survives(word: str, sign: str, number: float) -> None:
    """Whatever number stands in a condition, its text is read as the same one."""
    found = parse_condition(f"{word} {sign} {number!r}")
    assert parse_condition(found.code) == found


def test_a_screen_lives_in_an_address() -> None:
    """List and conditions go through the query unchanged; repeated conditions are one, too many are refused."""
    screen = Screen(list_id=3, conditions=parse_conditions("rsi14 < 30; price > sma200\nrsi14<30"))
    assert len(screen.conditions) == 2
    assert Screen.from_address("?" + screen.to_query()) == screen
    assert Screen.from_address("") == Screen()
    assert Screen.from_address("sort=-RSI14").order == parse_order("-rsi14")
    assert Screen.from_address(Screen(order=parse_order("name")).to_query()).order == parse_order("name")
    with pytest.raises(InvalidInputError, match="no column to sort by"):
        Screen.from_address("sort=30")
    with pytest.raises(InvalidInputError, match=str(MOST_CONDITIONS)):
        parse_conditions(";".join(f"price > {number}" for number in range(MOST_CONDITIONS + 1)))
    with pytest.raises(InvalidInputError, match="list"):
        Screen.from_address("list=x")

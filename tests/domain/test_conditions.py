"""Conditions of the filter survive the address, whatever their names hold."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.conditions import Condition, read_conditions, read_words, write_conditions, write_words
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter

NAMES = st.text(min_size=1, max_size=6) | st.text(alphabet="a \\,;:!.\t\n", min_size=1, max_size=6)
CONDITIONS = st.builds(
    Condition,
    by=st.sampled_from(["hour", "tag", "nth_trade"]),
    values=st.lists(NAMES | st.just(""), min_size=1, max_size=3).map(tuple),
    negated=st.booleans(),
)


@given(words=st.lists(NAMES, min_size=1, max_size=4))
def test_words_come_back(words: list[str]) -> None:
    """Commas, backslashes and blanks at the ends stay inside their word."""
    assert read_words(write_words(words)) == tuple(words)


@given(conditions=st.lists(CONDITIONS, max_size=4).map(tuple))
def test_conditions_come_back(conditions: tuple[Condition, ...]) -> None:
    """Names with the marks of the syntax are read as they were written."""
    assert read_conditions(write_conditions(conditions)) == conditions


@given(
    where=st.lists(CONDITIONS, max_size=3).map(tuple),
    symbols=st.lists(NAMES, max_size=3).map(tuple),
    tags=st.lists(NAMES, max_size=2).map(tuple),
)
def test_a_filter_comes_back_from_its_address(
    where: tuple[Condition, ...], symbols: tuple[str, ...], tags: tuple[str, ...]
) -> None:
    """Encoded and decoded as a browser does, the filter is the same."""
    chosen = LedgerFilter(where=where, symbols=symbols, tags=tags, setups=tags)
    assert LedgerFilter.from_query(dict(parse_qsl(chosen.to_query()))) == chosen


def test_people_may_write_blanks() -> None:
    """Blanks around marks are layout; the plain form needs no backslash."""
    assert read_words(" AAPL , MSFT,, ") == ("AAPL", "MSFT")
    assert read_conditions("hour:9, 10 ; !tag:late;size:100..500") == (
        Condition(by="hour", values=("9", "10")),
        Condition(by="tag", values=("late",), negated=True),
        Condition(by="size", values=("100..500",)),
    )


@pytest.mark.parametrize("text", ["hour", "hour=9", ":9", "Hour:9", "a b:1", ";".join(["hour:9"] * 41)])
def test_what_is_no_condition_is_an_error(text: str) -> None:
    """The message quotes the part; the filter names its parameter."""
    with pytest.raises(ValueError, match=r"conditions|property:values"):
        read_conditions(text)
    with pytest.raises(InvalidInputError) as caught:
        LedgerFilter.from_query({"where": text})
    assert caught.value.field == "where"

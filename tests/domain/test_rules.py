"""Rules of a what-if: written, read back, said in words, refused when they mean nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidInputError
from domain.rules import Rule, RuleKind, rules_from_text, rules_to_text

NAMES = st.text(min_size=1, max_size=40).filter(lambda text: bool(text.strip()))


@given(names=st.lists(NAMES, max_size=5))
def test_what_is_written_is_read_back(names: list[str]) -> None:
    """Names with semicolons, colons, percent signs and blanks survive the address."""
    rules = tuple(Rule(kind=RuleKind.SKIP_SETUP, value=name.strip()) for name in names if name.strip())
    assert rules_from_text(rules_to_text(rules)) == rules


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("skip_setup:Gap fade", "Skip Gap fade"),
        ("skip_weekday:4", "No entries on Friday"),
        ("skip_hour:23", "No entries 23:00–00:00"),
        ("stop_after_losses:1", "Stop after 1 losing trade a day"),
        ("stop_after_loss:500", "Stop for the day at −500 USD"),
        ("stop_after_loss_r:2.5", "Stop for the day at −2.5R"),
        ("fixed_risk:100", "Risk 100 USD on every trade"),
    ],
)
def test_a_rule_says_what_it_does(text: str, words: str) -> None:
    """The sentence of a rule is the one on the page."""
    (rule,) = rules_from_text(text)
    assert rule.describe("USD") == words


@pytest.mark.parametrize(
    "text",
    [
        "dance:2",
        "stop_after_losses:0",
        "stop_after_losses:1.5",
        "stop_after_losses:²",
        "cap_size:-1",
        "cap_size:nan",
        "skip_hour:24",
        "skip_side:both",
        "skip_setup:",
        "skip_setup:" + "a" * 201,
        ";".join(f"remove_best:{number}" for number in range(1, 14)),
    ],
)
def test_what_means_nothing_is_refused(text: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInputError) as error:
        rules_from_text(text)
    assert error.value.field == "changes"

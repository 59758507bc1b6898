"""What is mended in a file, kept as JSON and read back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import RowProblem
from domain.fixes import Fixes, count_alike


@given(st.sets(st.integers(1, 400)))
def test_left_out_lines_survive_being_kept(lines: set[int]) -> None:
    """Runs of lines are written as their ends, and every line comes back."""
    fixes = Fixes().with_skipped(lines)
    assert Fixes.from_dict(json.loads(json.dumps(fixes.to_dict()))) == fixes


def test_a_run_of_lines_is_short() -> None:
    """Half a million rows left out are a few characters."""
    assert Fixes().with_skipped([*range(2, 500_002), 600_000]).to_dict() == {"skipped": [[2, 500_001], 600_000]}


@pytest.mark.parametrize(
    "skipped", [[[1]], [[3, 1]], [[1, 10**18]], [[1, 999_999]] * 3, ["x"], [[1, 2, 3]], [{}], 7], ids=str
)
def test_lines_that_are_none_are_refused(skipped: Any) -> None:
    """Ends the wrong way round, endless runs and anything else are no lines, and cost no time to refuse."""
    with pytest.raises((ValueError, TypeError)):
        Fixes.from_dict({"skipped": skipped})


def test_problems_alike_are_counted() -> None:
    """By value within a column and reason, and by reason whatever the value."""
    made = [RowProblem(line=n, column="Qty", value=text, reason=f"{text!r} is bad") for n, text in enumerate("xxy")]
    made.append(RowProblem(line=9, column="Price", value="x", reason="'x' is bad"))
    assert count_alike(made) == [(2, 3), (2, 3), (1, 3), (1, 1)]

"""What one process has read comes out of JSON as it went in."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.columns import Decimals
from domain.drafts import DraftChoices
from domain.errors import RowProblem
from domain.executions import Side
from domain.fixes import Fixes, RowFix
from domain.imports import RowCounts
from services.kept_values import MARK, dump_value, load_value

pytestmark = pytest.mark.sqlite

TEXTS = st.text(max_size=12) | st.just(MARK)
PLAIN = (
    st.none() | st.booleans() | st.integers() | TEXTS | st.decimals(allow_nan=False) | st.dates()
    | st.datetimes(timezones=st.just(UTC)) | st.sampled_from(Side)
    | st.builds(RowCounts, total=st.integers(0, 99))
    | st.builds(RowFix, line=st.integers(1), column=TEXTS, was=TEXTS, value=TEXTS)
)  # fmt: skip
VALUES = st.recursive(
    PLAIN,
    lambda part: st.lists(part, max_size=4).map(tuple) | st.dictionaries(TEXTS, part, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_values_survive(value: Any) -> None:
    """Any nesting of plain values, decimals, times, enums and our classes is the same afterwards."""
    assert load_value(json.loads(json.dumps(dump_value(value)))) == value


def test_arrays_and_sets_survive() -> None:
    """Columns keep their dtype, sets are frozen."""
    column = Decimals(np.array([1, -2, 2**62], dtype=np.int64), 3)
    back = load_value(json.loads(json.dumps(dump_value(column))))
    assert (back.places, back.units.dtype, back.units.tolist()) == (3, np.int64, [1, -2, 2**62])
    assert load_value(dump_value(frozenset({3, 1}))) == frozenset({1, 3})
    assert dump_value(np.int64(4)) == 4


def test_a_job_request_survives() -> None:
    """Choices with mended cells and a column of any name come back whole."""
    fixes = Fixes().with_cells([RowFix(line=4, column="Qty", was="1O0", value="100")]).with_skipped([9])
    choices = DraftChoices(upload="k", name="a.csv", columns={MARK: "price", "b": "side"}, fixes=fixes, day_first=True)
    assert load_value(json.loads(json.dumps(dump_value(choices)))) == choices


def test_what_is_not_known_is_refused() -> None:
    """Neither a foreign class is written nor a foreign name read."""
    with pytest.raises(TypeError, match="object cannot be kept"):
        dump_value({"a": object()})
    with pytest.raises(ValueError, match="'Popen' is not a class"):
        load_value({MARK: "Popen", "args": ["id"]})
    problem = RowProblem(line=1, column="", value="", reason="r")
    assert load_value(dump_value(problem) | {"later": 1}) == problem
    assert load_value(dump_value({"d": date(2026, 3, 1), "x": Decimal("1.50"), "t": datetime(2026, 3, 1, tzinfo=UTC)}))

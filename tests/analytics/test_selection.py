"""The global filter on frames."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from analytics.selection import select, select_exits
from domain.errors import InvalidInputError
from domain.filters import Basis, LedgerFilter
from domain.periods import DateRange
from tests.analytics.samples_of_frames import exits, trades

FRAME = trades(
    [100.0, -50.0, 0.0, 30.0, -20.0, 10.0],
    instrument=np.array([0, 1, 0, 1, 1, 0], dtype=np.int32),
    side=np.array([1, 1, -1, -1, 1, 1], dtype=np.int8),
    is_open=np.array([False, False, False, False, False, True]),
    tag_mask=np.array([1, 2, 3, 0, 0, 0]),
    setup=np.array([0, 1, -1, -1, 0, 1], dtype=np.int32),
    entry_minute=np.array([570, 600, 659, 660, 570, 570], dtype=np.int32),
    held_seconds=np.array([30.0, 60, 300, 4000, 30, np.nan]),
    gross=np.array([101.0, -49.0, 1.0, 31.0, 5.0, 11.0]),
)


def rows(period: DateRange | None = None, **fields: Any) -> list[int]:
    """Rows a filter keeps."""
    return np.flatnonzero(select(FRAME, LedgerFilter(**fields), period or DateRange())).tolist()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, [0, 1, 2, 3, 4, 5]),
        ({"status": "open"}, [5]),
        ({"status": "closed"}, [0, 1, 2, 3, 4]),
        ({"side": "short"}, [2, 3]),
        ({"symbols": ("BBB",)}, [1, 3, 4]),
        ({"symbols": ("AAA", "BBB")}, [0, 1, 2, 3, 4, 5]),
        ({"symbols": ("ZZZ",)}, []),
        ({"tags": ("late",)}, [1, 2]),
        ({"tags": ("early", "late")}, [0, 1, 2]),
        ({"setups": ("gap",)}, [0, 4]),
        ({"setups": ("nothing",)}, []),
        ({"weekday": 0}, [0, 5]),
        ({"hour": 10}, [1, 2]),
        ({"duration": "1m"}, [0, 4]),
        ({"duration": "long"}, []),
        ({"result": "win"}, [0, 3]),
        ({"result": "loss"}, [1, 4]),
        ({"result": "breakeven"}, [2]),
        ({"result": "win", "basis": Basis.GROSS}, [0, 2, 3, 4]),
        ({"day": "2026-01-06"}, [1]),
        ({"side": "long", "symbols": ("AAA",), "status": "closed"}, [0]),
    ],
)
def test_each_field_keeps_its_trades(fields: dict[str, Any], expected: list[int]) -> None:
    """One field, one rule; several fields narrow together."""
    assert rows(None, **fields) == expected


def test_a_period_keeps_exits_within_and_trades_still_open() -> None:
    """The end is exclusive; a trade that is open belongs to periods that end after its entry."""
    assert rows(DateRange(date(2026, 1, 6), date(2026, 1, 8))) == [1, 2]
    assert rows(DateRange(date(2026, 1, 9), date(2026, 1, 13))) == [4, 5]
    assert rows(DateRange(date(2026, 1, 7), None)) == [2, 3, 4, 5]


def test_exits_follow_the_trades_and_their_own_day() -> None:
    """An exit counts when its trade is kept and its own day is in the period."""
    period = DateRange(date(2026, 1, 6), date(2026, 1, 10))
    chosen = LedgerFilter(symbols=("BBB",))
    mask = select_exits(exits(FRAME), FRAME, chosen, period)
    assert np.flatnonzero(mask).tolist() == [1, 3, 4]
    one_day = select_exits(exits(FRAME), FRAME, LedgerFilter(day="2026-01-08"), DateRange())
    assert np.flatnonzero(one_day).tolist() == [3]


@pytest.mark.parametrize("field", ["status", "side", "result", "duration", "day"])
def test_an_unknown_word_is_an_input_error(field: str) -> None:
    """The error names the field and says what is possible."""
    with pytest.raises(InvalidInputError) as caught:
        rows(None, **{field: "banana"})
    assert caught.value.field == field
    assert caught.value.hint

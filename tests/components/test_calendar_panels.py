"""The day beside the calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from components.calendar_panels import opening_day

TRADED: Any = {date(2026, 10, 2): None, date(2026, 10, 29): None}


@pytest.mark.parametrize(
    ("month", "today", "day"),
    [
        (date(2026, 10, 1), date(2026, 11, 20), date(2026, 10, 29)),
        (date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 8, 1), date(2026, 11, 20), date(2026, 8, 3)),
        (date(2026, 2, 1), date(2026, 11, 20), date(2026, 2, 2)),
        (date(2026, 9, 1), date(2026, 11, 20), date(2026, 9, 1)),
    ],
)
def test_a_month_opens_on_a_day_worth_seeing(month: date, today: date, day: date) -> None:
    """The last traded day, else today, else the first weekday."""
    assert opening_day(TRADED, month, today) == day

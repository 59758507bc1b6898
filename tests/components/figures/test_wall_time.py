"""The clock of a zone."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from components.figures.wall_time import bar_ms, day_text, moment, wall_ms


def _ms(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> float:
    return datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp() * 1000


def test_daylight_saving_is_followed() -> None:
    """Half past nine in New York is half past nine on the axis, in summer and in winter."""
    x = wall_ms(np.array([_ms(2026, 7, 1, 13, 30), _ms(2026, 12, 1, 14, 30)]), "America/New_York")
    assert [f"{moment(at):%H:%M}" for at in x] == ["09:30", "09:30"]


def test_quarter_hour_zones_are_exact() -> None:
    """A zone that is 5 h 45 min ahead is shifted by just that."""
    assert wall_ms(np.array([0.0]), "Asia/Kathmandu")[0] == 5.5 * 3_600_000  # its offset in 1970
    assert wall_ms(np.array([_ms(2026, 1, 1)]), "Asia/Kathmandu")[0] == _ms(2026, 1, 1, 5, 45)


def test_daily_bars_are_dates() -> None:
    """A daily bar labelled midnight UTC, and one labelled with the session's opening, stand on the same date."""
    starts = np.array([_ms(2026, 11, 19), _ms(2026, 11, 20, 14, 30)]) * 1000
    x = bar_ms(starts.astype(np.int64), "America/New_York", intraday=False)
    assert [day_text(at) for at in x] == ["19 Nov 2026", "20 Nov 2026"]

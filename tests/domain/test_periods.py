"""Periods as text."""

from __future__ import annotations

from datetime import date

import pytest

from domain.errors import InvalidInputError
from domain.periods import DateRange, parse_period

TODAY = date(2026, 11, 20)


def test_days_include_both_ends() -> None:
    """Both days of `a..b` are in; either side may be open."""
    assert parse_period("2026-09-01..2026-09-07", TODAY) == DateRange(date(2026, 9, 1), date(2026, 9, 8))
    assert parse_period("..2026-09-07", TODAY) == DateRange(None, date(2026, 9, 8))


@pytest.mark.parametrize("text", ["..9999-12-31", "2026-02-30..", "yesterday", "2026-09-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    """A day after the last one the calendar knows, a day there is none of, and plain words are told."""
    with pytest.raises(InvalidInputError, match="is not known"):
        parse_period(text, TODAY)

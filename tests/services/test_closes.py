"""Closes that a person gives: typed or pasted, listed, removed, and what is wrong with a line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from domain.errors import InvalidInputError
from domain.executions import Side
from services.container import Services
from tests.services.test_portfolios import ALL, START, fill, owner_of, store


def test_closes_are_typed_listed_and_removed(services: Services) -> None:
    """A day and a close a line, whatever stands between them; the same day again is replaced."""
    owner, closes = owner_of(services), services.portfolios.closes
    assert closes.save_text(owner, " ZZAP ", "2026-11-18 41.20\n2026-11-19, 41.5\n\n2026-11-20;42\n") == 3
    assert closes.save_text(owner, "ZZAP", "2026-11-20\t43") == 1
    (given,) = closes.given(owner)
    assert (given.symbol, given.count, given.first, given.last) == ("ZZAP", 3, date(2026, 11, 18), date(2026, 11, 20))
    assert closes.daily(owner, {"ZZAP": ""})["ZZAP"].close.tolist() == [41.2, 41.5, 43.0]
    other = services.users.register("nina", "four unrelated words").id
    assert closes.given(other) == []
    assert closes.delete(other, "ZZAP") == 0
    assert closes.delete(owner, "ZZAP") == 3
    assert closes.given(owner) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no close"),
        ("2026-11-20", "Line 1"),
        ("2026-11-20 41\n20.11.2026 41", "Line 2"),
        ("2026-11-20 -1", "above"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_kept(services: Services, text: str, said: str) -> None:
    """Each fault says which line it is on; the good lines beside it are not kept either."""
    owner, closes = owner_of(services), services.portfolios.closes
    with pytest.raises(InvalidInputError, match=said):
        closes.save_text(owner, "ZZAP", text)
    assert closes.given(owner) == []


def test_a_typed_close_values_a_holding(services: Services) -> None:
    """What is held of it is worth its close, not its last fill."""
    owner = owner_of(services)
    account = services.accounts.create(owner, "Main", currency="EUR", timezone="UTC", starting_balance="1000")
    store(services, owner, account, [fill(1, START, Side.BUY, "10", "40")])
    plan = services.portfolios.plans.resolve(owner, ALL)
    before = services.portfolios.performance(owner, plan)
    assert before is not None
    assert before.value == pytest.approx(1000)
    services.portfolios.closes.save(owner, "ZZAP", {START: Decimal(45)})
    after = services.portfolios.performance(owner, plan)
    assert after is not None
    assert after.value == pytest.approx(1050)

"""Settings, Analysis: the forms save what is typed and every page follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from domain.filters import LedgerFilter
from pages.settings_analysis import DEFAULT, Ids
from tests.pages import callbacks
from tests.pages.trading import Desk, open_desk

NAMES = ("breakeven_money", "breakeven_r", "year_days", "risk_free", "trials")


@pytest.fixture
def desk(tmp_path: Any) -> Iterator[Desk]:
    """A desk of its own."""
    made = open_desk(tmp_path)
    yield made
    made.services.db.close()


def press(desk: Desk, account: int, **values: str) -> dict[str, Any]:
    """Fill the form of an account and press its button."""
    numbers = (DEFAULT, desk.account)
    fields: list[dict[str, Any]] = [
        {"type": str(Ids.FIELD), "account": number, "field": name} for number in numbers for name in NAMES
    ]
    buttons = [{"type": str(Ids.SAVE), "account": number} for number in numbers]
    given = [values.get(item["field"], "") if item["account"] == account else "" for item in fields]
    sent = {
        "ids": [*buttons, *fields],
        f"{Ids.SAVE}.n_clicks": [1 if number == account else None for number in numbers],
        f"{Ids.FIELD}.value": given,
    }
    pressed = json.dumps({"account": account, "type": str(Ids.SAVE)}, separators=(",", ":")) + ".n_clicks"
    answer: dict[str, Any] = callbacks.call(desk.app, desk.client, f"..{Ids.CHANGED}.data", sent, changed=pressed)
    return answer


def test_a_saved_default_is_shown_and_used(desk: Desk) -> None:
    """The form shows what was saved, accounts show it as their default, and figures follow."""
    assert "Analysis settings saved" in json.dumps(press(desk, DEFAULT, breakeven_money="5", year_days="365"))
    shown = json.dumps(callbacks.call(desk.app, desk.client, f"{Ids.DEFAULT}.children", {}))
    assert '"value": "5"' in shown
    assert "Default: 5" in shown
    found, figures = desk.services.portfolio.metrics(desk.owner, LedgerFilter())
    assert figures["breakevens"].value == 1
    assert found.rules.year_days.value == "365"


def test_an_account_has_its_own(desk: Desk) -> None:
    """What an account says goes before the default; emptied, the default holds again."""
    press(desk, DEFAULT, breakeven_money="5")
    press(desk, desk.account, breakeven_money="0", year_days="")
    assert desk.services.portfolio.metrics(desk.owner, LedgerFilter())[1]["breakevens"].value == 0
    press(desk, desk.account)
    assert desk.services.portfolio.metrics(desk.owner, LedgerFilter())[1]["breakevens"].value == 1

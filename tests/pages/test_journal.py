"""The pages of the journal: rules kept by their line, and what is refused stands in the form."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from components import written
from components.trade_journal import CATEGORY_WORDS
from domain.journal import CATEGORIES
from domain.playbooks import Rule
from pages.journal_missed import Ids as MissedIds
from pages.journal_playbooks import Ids, rules_of
from tests.pages.callbacks import call
from tests.pages.trading import Desk, open_desk
from web.journal_editor import Ids as EditorIds
from web.trade_journal import Ids as TradeIds

BEFORE = (Rule(id=1, text="Volume"), Rule(id=2, text="Wait"), Rule(id=3, text="Size"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of a test's own."""
    made = open_desk(tmp_path)
    yield made
    made.services.db.close()


@pytest.mark.parametrize(
    ("lines", "ids"),
    [
        ("Volume\nWait\nSize", [1, 2, 3]),
        ("Size\n\n  Volume \nWait", [3, 1, 2]),
        ("Volume\nWait for the close\nSize", [1, 2, 3]),
        ("Volume\nSize", [1, 3]),
        ("Volume\nWait\nSize\nStop", [1, 2, 3, 0]),
        ("", []),
    ],
)
def test_rules_follow_their_lines(lines: str, ids: list[int]) -> None:
    """A line keeps its rule when it moves, a reworded one takes the rule of its place, others are new."""
    assert [rule.id for rule in rules_of(lines, BEFORE)] == ids


def test_a_picture_from_elsewhere_becomes_a_link() -> None:
    """The policy would show it broken; raw HTML is never allowed."""
    made = written.markdown("![a](https://x.example/a.png) <b>b</b>")
    assert made.children == "[a](https://x.example/a.png) <b>b</b>"
    assert made.dangerously_allow_html is False


def test_a_setup_is_saved_or_told_why_not(desk: Desk) -> None:
    """The form saves a setup with its rules; a second of its name is refused below the fields."""
    values = {f"{Ids.SAVE}.n_clicks": 1, f"{Ids.EDITED}.data": 0, f"{Ids.NAME}.value": "Fade",
              f"{Ids.TEXT}.value": "", f"{Ids.RULES}.value": "Volume\nWait"}  # fmt: skip
    output = f"..{Ids.CHANGED}.data...{Ids.FORM}.data-fw-open"
    assert call(desk.app, desk.client, output, values)[Ids.CHANGED]["data"]
    (setup,) = desk.services.playbooks.setups(desk.owner)
    assert [rule.text for rule in setup.rules] == ["Volume", "Wait"]
    assert "already" in json.dumps(call(desk.app, desk.client, output, values)[Ids.ERROR])


def test_a_missed_trade_without_a_symbol_is_told(desk: Desk) -> None:
    """Nothing is saved and the reason stands in the form."""
    ids = [{"type": MissedIds.FIELD, "field": name} for name in ("symbol", "seen_at")]
    values = {"ids": ids, f"{MissedIds.FIELD}.value": ["", "2026-11-19 10:00"], f"{MissedIds.SAVE}.n_clicks": 1}
    answer = call(desk.app, desk.client, f"..{MissedIds.CHANGED}.data...{MissedIds.FORM}.data-fw-open", values)
    assert "symbol" in json.dumps(answer[MissedIds.ERROR])
    assert desk.services.missed_trades.missed(desk.owner) == []


def test_to_open_a_day_changes_nothing(desk: Desk) -> None:
    """The feed is drawn anew for a new file, not for a look at a day: the focus would be lost to what opened it."""
    values: dict[str, Any] = {f"{EditorIds.DAY}.data": "2026-11-19"}
    output = f"..{EditorIds.FILES}.children"
    opened = call(desk.app, desk.client, output, values, changed=f"{EditorIds.DAY}.data")
    assert EditorIds.CHANGED not in opened
    values[f"{EditorIds.UPLOADED}.data"] = {"at": 7}
    uploaded = call(desk.app, desk.client, output, values, changed=f"{EditorIds.UPLOADED}.data")
    assert uploaded[EditorIds.CHANGED]["data"]["files"][0] == 7


def test_the_planned_risk_is_saved_or_told(desk: Desk) -> None:
    """Leaving the field saves the amount; an amount that cannot be is refused under it."""
    values = {
        f"{TradeIds.RISK}.n_blur": 1,
        f"{TradeIds.RISK}.value": "50",
        f"{TradeIds.FOUND}.data": str(desk.trades[0]),
    }
    output = f"..{TradeIds.RISK_ERROR}.children"
    call(desk.app, desk.client, output, values)
    assert desk.services.journal.entry(desk.owner, desk.account, desk.trades[0]).planned_risk == Decimal(50)
    refused = call(desk.app, desk.client, output, values | {f"{TradeIds.RISK}.value": "-1"})
    assert "more than zero" in json.dumps(refused[TradeIds.RISK_ERROR])


def test_the_categories_shown_are_those_that_can_be_saved() -> None:
    """The list of the trade's page names every category there is, and none that is not."""
    assert set(CATEGORY_WORDS) == {"", *CATEGORIES}

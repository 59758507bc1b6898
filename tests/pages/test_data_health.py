"""The Data health page as a browser uses it: findings, what they mean, calling them all right, the badge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.health import key_of, read_key
from data.candles.merging import plain_bars
from domain.candles import SeriesKey
from domain.errors import InvalidInputError
from domain.health import FindingKind
from domain.market import BarInterval
from pages.data_health import Ids
from services.imports import ImportRequest
from tests.data.candles.bars import minutes
from tests.pages.callbacks import call
from tests.pages.trading import Desk, open_desk
from tests.services.samples import trades_csv
from tests.services.statements import BROKEN
from tests.web.client import dash_call
from web.shell import Shell


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A person with an exit without an entry and a statement with a hole."""
    made = open_desk(tmp_path_factory.mktemp("health"))
    orphan = trades_csv(("x1,2026-03-02 10:00:00,OLDCO,Sell,40,11.00,1.00,USD",))
    for name, payload in (("Old", orphan), ("Paper", BROKEN.encode())):
        made.services.imports.commit(
            made.owner, ImportRequest(filename=f"{name.lower()}.csv", payload=payload, account=name, timezone="UTC")
        )
    yield made
    made.services.db.close()


def page(desk: Desk) -> str:
    """The page's content as text."""
    answer = call(desk.app, desk.client, f"{Ids.GROUPS}.children", {f"{Shell.URL}.pathname": "/data-health"})
    return json.dumps(answer, ensure_ascii=False)


def badge(desk: Desk) -> str:
    """The number in the navigation."""
    answer = dash_call(desk.client, f"{Shell.HEALTH_COUNT}.children", [(Shell.URL, "pathname", "/")])
    return str(answer.get_json()["response"][Shell.HEALTH_COUNT]["children"])


def press(desk: Desk, kind: str, key: str) -> Any:
    """Click a button of the page."""
    button = {"type": kind, "key": key}
    values: dict[str, Any] = {"ids": [button], f"{kind}.n_clicks": [1]}
    changed = json.dumps(button, sort_keys=True, separators=(",", ":")) + ".n_clicks"
    return call(desk.app, desk.client, f"{Ids.CHANGED}.data", values, changed=changed)


def test_findings_say_what_they_mean_and_lead_to_their_remedy(desk: Desk) -> None:
    """Count, meaning, example with its account, a link to it and the fix stand in the card of each kind."""
    text = page(desk)
    for part in (
        "Exits without an entry", "the earlier part of its history is missing", "The first fill of OLDCO", "Old",
        "/trade/", "Import earlier files", "Balances that differ from the broker's", "line 4 of paper.csv",
        "/cash?accounts=", "That's all right", "Checked and clean", "Every contract has a size.",
    ):  # fmt: skip
        assert part in text, part


def test_all_right_takes_a_finding_away_and_back(desk: Desk) -> None:
    """The badge counts one less after "That's all right", the finding is listed to be restored, and comes back."""
    before = int(badge(desk))
    report = desk.services.health.report(desk.owner)
    group = next(item for item in report.groups if item.kind is FindingKind.ORPHAN_EXIT)
    key = key_of(group.open[0])
    answer = press(desk, Ids.DISMISS, key)
    assert answer[Shell.HEALTH_COUNT]["children"] == str(before - 1)
    assert "called all right" in json.dumps(answer[Shell.TOASTS])
    text = page(desk)
    assert "1 finding called all right" in text
    assert "Show it again" in text
    press(desk, Ids.RESTORE, key)
    assert badge(desk) == str(before)


def test_a_button_s_key_can_be_read_back() -> None:
    """Kind, account and subject survive, a bar in the subject too; a whole kind has neither."""
    assert read_key("orphan_exit|7|a|b") == ("orphan_exit", 7, "a|b")
    assert read_key("orphan_exit") == ("orphan_exit", None, None)


def test_the_page_lists_the_kept_price_history(desk: Desk) -> None:
    """Without kept bars the card says what to do; kept ones are listed with provider, number and period."""
    values = {f"{Shell.URL}.pathname": "/data-health"}
    assert "Nothing is kept yet" in json.dumps(call(desk.app, desk.client, f"{Ids.HISTORY}.children", values))
    key = SeriesKey(provider="files", symbol="ACME", interval=BarInterval.M1)
    desk.services.candle_archive.series(key).append(plain_bars(minutes(90), 0))
    listed = json.dumps(call(desk.app, desk.client, f"{Ids.HISTORY}.children", values), ensure_ascii=False)
    for part in ("ACME", "1m", "files", '"90"', "2026-11-23 – 2026-11-23"):
        assert part in listed
    with pytest.raises(InvalidInputError, match="Nothing is kept of MSFT"):
        desk.services.candle_jobs.start_fetch_from(desk.owner, "msft", "1m", "")
    for symbol, width, day in (("", "1m", ""), ("A", "7m", ""), ("A", "1m", "soon")):
        with pytest.raises(InvalidInputError):
            desk.services.candle_jobs.start_fetch_from(desk.owner, symbol, width, day)

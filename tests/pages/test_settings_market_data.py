"""Settings, Market data: where prices come from, in which order, and what was put aside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from data.db import history as table
from domain.market import BarInterval
from domain.quote_feeds import Refusal
from pages.settings_market_data import Ids
from services.quote_archive import QuoteArchive
from tests.pages import callbacks
from tests.pages.trading import Desk, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk of its own."""
    made = open_desk(tmp_path)
    yield made
    made.services.db.close()


def shown(desk: Desk) -> str:
    """What the page shows."""
    outputs = f"..{Ids.USED}.children...{Ids.UNUSED}.children...{Ids.REFUSED}.children.."
    answer: Any = callbacks.call(desk.app, desk.client, outputs, {})
    return json.dumps(answer, ensure_ascii=False)


def test_providers_are_shown_with_their_state(desk: Desk) -> None:
    """The one in use is first with its state; the others are there with what they need and their limits."""
    text = shown(desk)
    assert "Demo (simulated)" in text
    assert "Simulated" in text
    for words in ("Finnhub", "30/s, 60/min", "FINNHUB_API_KEY", "Kraken", "NSE indices", "Stooq", "Your files"):
        assert words in text
    assert "Nothing was put aside" in text


def test_what_was_put_aside_is_shown(desk: Desk) -> None:
    """A price that the gate refused is there with its reason and the price that stays."""
    symbol = desk.services.watchlists.symbols(desk.owner)[0]
    refusal = Refusal(
        provider="stooq",
        symbol=symbol,
        kind="quote",
        reason="the price 0.0 is not a positive number",
        last_good=98.5,
        refused_at=desk.services.clock(),
    )
    QuoteArchive(desk.services.db).add_refusals([refusal])
    text = shown(desk)
    assert "not a positive number" in text
    assert "98.50" in text


def change(desk: Desk, heard: str, values: dict[str, Any], changed: str) -> str:
    """What the page says when something is pressed or switched."""
    keys = [
        key
        for key, item in desk.app.callback_map.items()
        if Ids.CHANGED in key and any(heard in one["id"] for one in item["inputs"])
    ]
    assert len(keys) == 1
    return json.dumps(callbacks.call(desk.app, desk.client, keys[0], values, changed=changed), ensure_ascii=False)


def press(desk: Desk, kind: str, action: str, slug: str) -> str:
    """What the page says to a button of the order."""
    pressed = {"key": f"{kind} {action} {slug}", "type": Ids.MOVE.value}
    name = json.dumps(pressed, separators=(",", ":"))
    return change(desk, Ids.MOVE, {"ids": [pressed], f"{Ids.MOVE}.n_clicks": [1]}, f"{name}.n_clicks")


def card(desk: Desk, name: Ids) -> str:
    """What a card shows."""
    key = next(key for key in desk.app.callback_map if f"{name}.children" in key)
    return json.dumps(callbacks.call(desk.app, desk.client, key, {}), ensure_ascii=False)


def test_the_order_is_changed_on_the_page(desk: Desk) -> None:
    """Add and move a provider, see it in its place; what cannot be is a sentence; the default comes back."""
    before = card(desk, Ids.ORDER)
    assert "Coins" in before
    assert "Ask Kraken earlier" not in before
    assert "Coins: kraken, demo" in press(desk, "crypto", "add", "kraken")
    assert desk.services.quotes.order_of("BTC-USD") == ["kraken", "demo"]
    shown = card(desk, Ids.ORDER)
    assert "Do not ask Kraken for coins" in shown
    assert "Changed by" in shown
    assert "needs FINNHUB_API_KEY" in press(desk, "stock", "add", "finnhub")
    press(desk, "crypto", "reset", "")
    assert desk.services.quotes.order_of("BTC-USD") == ["demo"]
    assert "Do not ask Kraken" not in card(desk, Ids.ORDER)


def test_history_is_shown_and_switched(desk: Desk) -> None:
    """The card says that it keeps itself and how each symbol is doing; switched off it says that."""
    now = desk.services.clock()
    with desk.services.db.begin() as session:
        table.set_items(session, [("BTC-USD", BarInterval.M1)], at=now)
        (item,) = table.list_items(session)
        table.note_outcome(
            session,
            replace(
                item, provider="kraken", last_at=now, added=1_440, gaps=2, failures=1, error="Kraken did not answer."
            ),
        )
    shown = card(desk, Ids.HISTORY)
    assert '"value": ["on"]' in shown
    assert "1,440" in shown
    assert "Kraken did not answer. Failed 1 time." in shown
    said = change(desk, Ids.SWITCH, {f"{Ids.SWITCH}.value": []}, f"{Ids.SWITCH}.value")
    assert "not fetched by itself" in said
    assert not desk.services.history.state(desk.owner).is_on
    assert '"value": []' in card(desk, Ids.HISTORY)

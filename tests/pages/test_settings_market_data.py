"""Settings, Market data: where prices come from, in which order, and what was put aside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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

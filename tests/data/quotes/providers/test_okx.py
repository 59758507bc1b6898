"""OKX, where it differs from the other exchanges."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.data.quotes.bench import build, serve
from tests.data.quotes.recorded import RECORDED


def test_the_change_is_from_midnight_utc(vendor: Any) -> None:
    """Not from 24 hours ago, which is the opening it gives as well."""
    serve(vendor, RECORDED["okx"].answer)
    quote = build("okx", vendor).quotes(["BTC-USD"])["BTC-USD"]
    assert (quote.previous_close, quote.open, quote.volume) == (105.0, 105.0, 1000.0)


def test_a_pair_it_lacks_does_not_hide_the_others(vendor: Any) -> None:
    """One call a pair: an unknown one is left out, the one after it is there."""
    serve(vendor, RECORDED["okx"].answer)
    assert list(build("okx", vendor).quotes(["NOPE-USD", "BTC-USD"])) == ["BTC-USD"]


@pytest.mark.samples
def test_recorded_answers_are_read(samples: Path, vendor: Any) -> None:
    """The recorded ticker has the values it was recorded with."""
    recorded = json.loads((samples / "api" / "okx" / "ticker.json").read_text(encoding="utf-8"))
    serve(vendor, lambda path, query: recorded)
    quote = build("okx", vendor).quotes(["BTC-USDT"])["BTC-USDT"]
    assert (quote.price, quote.previous_close, quote.bid) == (16839.1, 16676.8, 16839.0)
    assert quote.as_of == datetime(2023, 1, 4, 20, 19, 20, 203000, tzinfo=UTC)

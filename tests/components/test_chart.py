"""What pages hand to the price chart: nothing of it knows of a page."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from components.chart import chart_request, given_marks, price_chart, study_specs
from domain.chart_indicators import INDICATORS
from domain.charts import OwnFill, PriceLevel
from domain.market import BarInterval

AT = datetime(2026, 6, 1, 14, 30, tzinfo=UTC)


def test_a_request_is_what_the_browser_opens() -> None:
    """Symbol and width always, time and marks only where they are given; the browser counts in milliseconds."""
    plain = chart_request("prices", "AAPL", BarInterval.D1, studies="sma20")
    assert plain == {"id": "prices", "symbol": "AAPL", "interval": "1d", "studies": "sma20"}
    span = AT, AT + timedelta(days=1)
    marks = given_marks()
    found = chart_request("prices", "AAPL", BarInterval.M5, span=span, marks=marks, fills=False)
    assert found["span"] == [1_780_324_200_000, 1_780_410_600_000]
    assert found["marks"] is marks
    assert found["fills"] is False


def test_given_marks_have_the_form_of_the_interface() -> None:
    """Fills and levels of a backtest look like those that the interface answers with."""
    fill = OwnFill(at=AT, price=101.5, quantity=3.0, side=-1, account_name="Backtest")
    level = PriceLevel(kind="stop", price=99.0, label="Stop", since=AT)
    found = json.loads(json.dumps(given_marks([fill], [level], holding=(AT, AT), places=4, zone="Europe/London")))
    assert found["fills"] == [
        {"at": "2026-06-01T14:30:00+00:00", "price": 101.5, "quantity": 3.0, "side": "sell", "account": "Backtest"}
    ]
    assert found["levels"] == [{"kind": "stop", "price": 99.0, "label": "Stop", "since": "2026-06-01T14:30:00+00:00"}]
    assert (found["holding"], found["places"], found["zone"]) == ([found["fills"][0]["at"]] * 2, 4, "Europe/London")


def test_only_a_chart_with_a_stand_in_says_so() -> None:
    """Without one the browser draws in plain JavaScript where it has no WebAssembly."""
    assert not hasattr(price_chart("prices"), "data-fw-pc-stand-in")
    assert getattr(price_chart("prices", stand_in=True), "data-fw-pc-stand-in") == ""
    assert set(study_specs()) == {kind.value for kind in INDICATORS}

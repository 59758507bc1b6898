"""Providers are found by their file and built by name."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.quotes import build_providers, known_providers
from domain.errors import SettingsError
from domain.market import BarInterval

ROOT = Path(__file__).resolve().parents[3]


def test_every_provider_file_is_found() -> None:
    """Each file exports one spec whose facts are consistent, and has a test file that replays its wire format."""
    known = known_providers()
    assert set(known) >= {"demo", "finnhub", "yfinance"}
    for spec in known.values():
        assert spec.title
        assert spec.asset_classes
        assert BarInterval.D1 in spec.intervals
    files = {path.stem for path in (ROOT / "data" / "quotes" / "providers").glob("[!_]*.py")}
    tests = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "providers").glob("test_*.py")}
    assert files == tests


def test_providers_are_built_in_order_and_once() -> None:
    """The order of names is the order of providers; a repeated name counts once."""
    built = build_providers(["finnhub", "demo", "finnhub"], finnhub_key="k")
    assert [provider.spec.slug for provider in built] == ["finnhub", "demo"]


def test_an_unknown_name_is_refused() -> None:
    """The error lists the names there are."""
    with pytest.raises(SettingsError) as caught:
        build_providers(["demo", "bloomsday"])
    assert "bloomsday" in caught.value.message
    assert "yfinance" in caught.value.hint


def test_nothing_heavy_is_loaded_before_the_first_call() -> None:
    """Building every provider and the service imports none of the large libraries."""
    code = (
        "import sys, services.quotes, analytics.indicators; from data.quotes import build_providers; "
        "build_providers(['yfinance', 'finnhub', 'demo'], finnhub_key='k'); "
        "print([m for m in ('yfinance', 'finnhub', 'pandas', 'requests', 'curl_cffi', 'talib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_demo_clock_is_the_given_one() -> None:
    """Two providers with one clock agree, with clocks a second apart they may not."""
    now = datetime(2026, 11, 18, 15, 0, 30, tzinfo=UTC)
    first, second = (build_providers(["demo"], clock=lambda: now)[0] for _ in range(2))
    assert first.quotes(["AAPL", "ETH-USD"]) == second.quotes(["AAPL", "ETH-USD"])
    later = build_providers(["demo"], clock=lambda: now + timedelta(hours=1))[0]
    assert later.quotes(["AAPL"])["AAPL"].price != first.quotes(["AAPL"])["AAPL"].price

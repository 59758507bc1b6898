"""The page of one symbol: its year, the owner's trades in it, its logo."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from data.brokers.batch import make_batch
from data.market.emblems import SIDE, draw_emblem
from domain.accounts import UserId
from domain.columns import CandleTable
from domain.errors import InvalidInputError, NotFoundError, QuoteUnavailableError
from domain.executions import Side
from domain.filters import LedgerFilter
from domain.instruments import AssetClass, Instrument
from domain.market import Profile
from domain.statements import ParsedExecution
from services.companies import own_filter, year_range
from services.container import Services
from services.logos import MISSED, LogoService
from tests.clock import MovableClock
from tests.conftest import NOW

DAY = 86_400_000_000


@pytest.fixture
def owner(services: Services) -> UserId:
    """Somebody with a closed trade in AAPL, an open one in BTC/USD, and one in MSFT."""
    person = services.users.register("maya", "four unrelated words").id
    account = services.accounts.create(person, "Main", currency="USD", timezone="UTC")
    rows = [("AAPL", Side.BUY, 9), ("AAPL", Side.SELL, 8), ("BTC/USD", Side.BUY, 7), ("MSFT", Side.BUY, 6)]
    fills = [
        ParsedExecution(
            line=line,
            instrument=Instrument(
                symbol=symbol, asset_class=AssetClass.CRYPTO if "/" in symbol else AssetClass.STOCK, currency="USD"
            ),
            side=side,
            quantity=Decimal(10),
            price=Decimal(100 + line),
            executed_at=NOW - timedelta(days=days),
            identity=f"fill {line}",
        )
        for line, (symbol, side, days) in enumerate(rows, 1)
    ]
    services.ledger.add_executions(person, account.id, make_batch(fills, [fill.identity for fill in fills]))
    return person


def test_the_page_has_the_figures_of_the_trades_page(services: Services, owner: UserId) -> None:
    """The filter of one's own trades is exactly the symbol's, and its sums are those of the Trades page."""
    found = services.companies.company(owner, "aapl")
    assert (found.symbol, found.profile.name, found.own_symbols) == ("AAPL", "Apple Inc.", ("AAPL",))
    page = services.portfolio.trades(owner, own_filter(found.own_symbols))
    assert page.total == 1
    assert page.net == services.portfolio.trades(owner, LedgerFilter(symbols=("AAPL",))).net == 10.0
    assert found.quote is not None
    assert found.year is not None
    assert found.year.low <= found.quote.price <= found.year.high * 1.05
    assert [item.name for item in found.lists] == ["Watchlist"]


def test_a_pair_is_found_however_the_book_writes_it(services: Services, owner: UserId) -> None:
    """BTC-USD of the market is BTC/USD of the broker; only its holdings are shown."""
    found = services.companies.company(owner, "BTC-USD")
    assert found.own_symbols == ("BTC/USD",)
    assert [item.position.instrument.symbol for item in found.holdings] == ["BTC/USD"]


def test_a_symbol_without_anything(services: Services, owner: UserId) -> None:
    """Nobody knows it, nobody traded it: an empty page, not an error; what is no symbol is one."""
    found = services.companies.company(owner, "NOPE")
    assert (found.quote, found.year, found.own_symbols, found.holdings) == (None, None, (), [])
    with pytest.raises(InvalidInputError):
        own_filter(found.own_symbols)
    with pytest.raises(InvalidInputError):
        services.companies.company(owner, "<script>")


def test_the_year_is_364_days(services: Services) -> None:
    """Older bars count for no extreme; a return needs a bar that is old enough."""
    days = np.array([0, 100, 200, 500, 600])
    close = np.array([1.0, 90.0, 40.0, 50.0, 60.0])
    bars = CandleTable(start=days * DAY, open=close, high=close + 1, low=close - 1, close=close, volume=close)
    found = year_range(bars)
    assert found is not None
    assert (found.low, found.high, found.days) == (49.0, 61.0, 2)
    assert found.place == pytest.approx(11 / 12)
    assert dict(found.returns)[91] == pytest.approx(0.2)
    assert dict(found.returns)[364] == pytest.approx(0.5)
    assert found.volume is None
    alone = year_range(
        CandleTable(start=days[:1], **dict.fromkeys(("open", "high", "low", "close", "volume"), close[:1]))
    )
    assert alone is not None
    assert dict(alone.returns)[7] is None


class Profiles:
    """Quotes that know where the logo is."""

    def profile(self, symbol: str) -> Profile:
        """A company with a logo; one called BARE has none, one of the demo market one that is drawn."""
        addresses = {"BARE": "", "DEMO": "drawn:DEMO"}
        return Profile(symbol=symbol, logo=addresses.get(symbol, f"https://logos.example/{symbol}.png"))


def picture(size: int = 300) -> bytes:
    """A PNG with a text inside that has no place in a picture of ours."""
    out = io.BytesIO()
    Image.new("RGB", (size, size), (200, 30, 30)).save(out, "PNG")
    return out.getvalue()


def make_logos(folder: Path, fetch: Callable[[str], bytes], clock: MovableClock) -> LogoService:
    """Logos over those profiles."""
    return LogoService(Profiles(), folder, clock, fetch=fetch)  # type: ignore[arg-type]


def test_a_logo_is_made_anew_and_kept(tmp_path: Path) -> None:
    """What is served is a small JPEG of ours, fetched once; a folder of its own keeps it."""
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return picture()

    clock = MovableClock()
    logos = make_logos(tmp_path / "logos", fetch, clock)
    first = logos.logo("AAPL")
    assert Image.open(io.BytesIO(first)).format == "JPEG"
    assert logos.logo("AAPL") == first
    assert asked == ["https://logos.example/AAPL.png"]
    with pytest.raises(NotFoundError):
        logos.logo("BARE")


@pytest.mark.parametrize("answer", [b"<svg onload='x'/>", b"%PDF-1.4 nothing", b"GIF89a", b"", None])
def test_what_is_no_picture_is_not_served(tmp_path: Path, answer: bytes | None) -> None:
    """Scripts, documents, strangers, nothing, silence: no logo, not asked again before tomorrow."""
    asked = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        if answer is None:
            raise QuoteUnavailableError("It does not answer.")
        return answer

    clock = MovableClock()
    logos = make_logos(tmp_path / "logos", fetch, clock)
    for _ in range(2):
        with pytest.raises(NotFoundError):
            logos.logo("AAPL")
    assert len(asked) == 1
    clock.move(seconds=MISSED.total_seconds() + 1)
    with pytest.raises(NotFoundError):
        logos.logo("AAPL")
    assert len(asked) == 2


def test_logos_of_the_demo_market_are_drawn_here(tmp_path: Path) -> None:
    """Nobody is asked for them; each symbol has its own, and always the same."""

    def fetch(address: str) -> bytes:
        raise AssertionError(address)

    drawn = make_logos(tmp_path / "logos", fetch, MovableClock()).logo("DEMO")
    shown = Image.open(io.BytesIO(drawn))
    assert (shown.format, shown.size) == ("JPEG", (SIDE, SIDE))
    assert drawn == draw_emblem("DEMO") != draw_emblem("OTHER")

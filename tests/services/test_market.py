"""The Market page's use cases: chart data, own fills, watchlist, suggestions, export."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from analytics import indicators
from data.brokers.batch import make_batch
from domain.accounts import UserId
from domain.charts import ChartChoice, IndicatorKind, parse_indicators
from domain.errors import InvalidInputError, UnknownSymbolError
from domain.executions import Side
from domain.instruments import AssetClass, Instrument
from domain.market import BarInterval
from domain.statements import ParsedExecution
from services.container import Services
from services.market import BARS, candles_csv
from tests.conftest import NOW

ALL = parse_indicators("sma20,ema50,rsi14,macd,bb20")


@pytest.fixture
def owner(services: Services) -> UserId:
    """The demo user with one account and three fills: two of AAPL, one of MSFT."""
    user = services.users.ensure_demo_user()
    account = services.accounts.create(user.id, "Main", currency="USD", timezone="America/New_York")
    rows = [("AAPL", Side.BUY, "100", 9), ("MSFT", Side.BUY, "10", 8), ("AAPL", Side.SELL, "40", 2)]
    fills = [
        ParsedExecution(
            line=line,
            instrument=Instrument(symbol=symbol, asset_class=AssetClass.STOCK, currency="USD"),
            side=side,
            quantity=Decimal(quantity),
            price=Decimal("450.5"),
            executed_at=NOW - timedelta(days=days),
            identity=f"fill {line}",
        )
        for line, (symbol, side, quantity, days) in enumerate(rows, 1)
    ]
    services.ledger.add_executions(user.id, account.id, make_batch(fills, [fill.identity for fill in fills]))
    return user.id


def test_indicators_are_those_of_all_bars(services: Services, owner: UserId) -> None:
    """Each indicator has one value a candle, already settled at the first one shown."""
    data = services.market.chart(owner, ChartChoice(symbol="AAPL", indicators=ALL))
    assert len(data.candles) == BARS
    for study in data.studies:
        for column in study.columns:
            assert len(column) == BARS
            assert np.isfinite(column).all()
    sma = next(study for study in data.studies if study.indicator.kind is IndicatorKind.SMA)
    assert sma.columns[0][-1] == pytest.approx(data.candles.close[-20:].mean())
    rsi = next(study for study in data.studies if study.indicator.kind is IndicatorKind.RSI)
    long = services.quotes.candles("AAPL", BarInterval.D1, limit=3000).close
    assert rsi.columns[0][-1] == pytest.approx(indicators.rsi(long, 14)[-1], abs=1e-6)


def test_own_fills_are_those_of_the_symbol(services: Services, owner: UserId) -> None:
    """Fills of other symbols are not on the chart, and switched off there are none."""
    data = services.market.chart(owner, ChartChoice(symbol="AAPL"))
    assert [(fill.side, fill.quantity, fill.price) for fill in data.fills] == [(1, 100.0, 450.5), (-1, 40.0, 450.5)]
    assert services.market.chart(owner, ChartChoice(symbol="AAPL", fills=False)).fills == ()


def test_fills_before_the_first_candle_are_left_out(services: Services, owner: UserId) -> None:
    """A minute chart reaches back hours, not the nine days to the first fill."""
    data = services.market.chart(owner, ChartChoice(symbol="AAPL", interval=BarInterval.M1))
    assert all(fill.at >= datetime(2026, 11, 19, tzinfo=UTC) for fill in data.fills)
    assert len(data.fills) < 2


def test_the_chart_of_another_owner_has_no_fills_of_mine(services: Services, owner: UserId) -> None:
    """Fills belong to their owner."""
    stranger = services.users.register("stranger", "four unrelated words")
    assert services.market.chart(stranger.id, ChartChoice(symbol="AAPL")).fills == ()
    assert services.market.chart(owner, ChartChoice(symbol="AAPL")).fills


def test_without_a_symbol_the_first_watched_one_is_shown(services: Services, owner: UserId) -> None:
    """The page opens on something."""
    assert services.market.chart(owner, ChartChoice()).choice.symbol == services.watchlists.symbols(owner)[0]


def test_an_unknown_symbol_is_an_error(services: Services, owner: UserId) -> None:
    """Nobody knows it, and the error says so."""
    with pytest.raises(UnknownSymbolError, match="NOPE"):
        services.market.chart(owner, ChartChoice(symbol="NOPE"))


def test_watching_and_unwatching(services: Services, owner: UserId) -> None:
    """A known symbol is added at the end in upper case, and can be taken off again."""
    assert services.market.watch(owner, " eth-usd ") == "ETH-USD"
    assert services.market.watchlist(owner)[-1].symbol == "ETH-USD"
    assert services.market.watchlist(owner)[-1].closes
    services.watchlists.remove(owner, "ETH-USD")
    assert "ETH-USD" not in services.watchlists.symbols(owner)


@pytest.mark.parametrize("text", ["", "  ", "AAPL", "<script>"])
def test_what_cannot_be_watched_is_refused(services: Services, owner: UserId, text: str) -> None:
    """Nothing, something that is no symbol, and what is watched already."""
    with pytest.raises(InvalidInputError):
        services.market.watch(owner, text)


def test_a_symbol_nobody_knows_is_not_watched(services: Services, owner: UserId) -> None:
    """A typing mistake does not become a row without prices."""
    with pytest.raises(UnknownSymbolError):
        services.market.watch(owner, "APPL")
    assert "APPL" not in services.watchlists.symbols(owner)


def test_an_emptied_list_stays_empty(services: Services, owner: UserId) -> None:
    """Nothing silently comes back, and the page still opens on something."""
    for symbol in services.watchlists.symbols(owner):
        services.watchlists.remove(owner, symbol)
    assert services.market.watchlist(owner) == []
    assert services.market.chart(owner, ChartChoice()).choice.symbol


def test_suggestions(services: Services, owner: UserId) -> None:
    """Without a text what is held comes first; with one, what matches."""
    assert [item.symbol for item in services.market.suggest(owner, "")][:2] == ["AAPL", "MSFT"]
    assert [item.symbol for item in services.market.suggest(owner, "bitc")] == ["BTC-USD"]


def test_the_export_holds_every_candle_and_indicator(services: Services, owner: UserId) -> None:
    """The CSV has a row a candle, a column an indicator line, and the values of the chart."""
    data = services.market.chart(owner, ChartChoice(symbol="AAPL", indicators=ALL))
    rows = list(csv.DictReader(io.StringIO("".join(candles_csv(data)).removeprefix("\ufeff"))))
    assert len(rows) == BARS
    assert float(rows[-1]["close"]) == pytest.approx(data.candles.close[-1])
    (rsi,) = [item for item in data.studies if item.indicator.label == "RSI 14"]
    assert float(rows[-1]["rsi_14"]) == pytest.approx(rsi.columns[0][-1])
    assert "bb_20_2_upper" in rows[0]
    assert rows[0]["start"].endswith("+00:00")

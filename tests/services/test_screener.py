"""The screener over watched symbols: what meets conditions, what cannot be decided, what is kept."""

from __future__ import annotations

import csv
import io

import pytest

from analytics import indicators
from domain.accounts import UserId
from domain.errors import InvalidInputError, NotFoundError, QuoteUnavailableError
from domain.market import BarInterval
from domain.screens import Screen, parse_conditions, parse_order
from services.container import Services
from services.screener import screen_csv


@pytest.fixture
def owner(services: Services) -> UserId:
    """Somebody who watches three symbols of the demo."""
    person = services.users.register("maya", "four unrelated words").id
    services.watchlists.replace_symbols(person, 0, ["AAPL", "MSFT", "BTC-USD"])
    return person


def screen(text: str, list_id: int | None = None) -> Screen:
    """A screen of some conditions."""
    return Screen(list_id=list_id, conditions=parse_conditions(text))


def test_indicators_decide(services: Services, owner: UserId) -> None:
    """A symbol is found exactly when TA-Lib over its daily bars says so, and the value is shown."""
    found = services.screener.run(owner, screen("rsi14 < 50"))
    values = {}
    for symbol in ("AAPL", "MSFT", "BTC-USD"):
        close = services.quotes.candles(symbol, BarInterval.D1, limit=520).close
        values[symbol] = float(indicators.rsi(close, 14)[-1])
    assert {row.symbol for row in found.matches} == {symbol for symbol, value in values.items() if value < 50}
    assert found.looked_at == 3
    everything = services.screener.run(owner, screen("rsi14 > 0"))
    assert {row.symbol: row.values["rsi14"] for row in everything.matches} == pytest.approx(values, rel=1e-6)


def test_price_and_day_are_those_of_the_quote(services: Services, owner: UserId) -> None:
    """What is screened is what the watchlist shows."""
    quote = services.quotes.quote("AAPL")
    change = quote.change_fraction
    assert change is not None
    text = f"price >= {quote.price}; price <= {quote.price}; day >= {change!r}; day <= {change!r}"
    matches = services.screener.run(owner, screen(text)).matches
    assert [row.symbol for row in matches] == ["AAPL"]
    assert matches[0].values["price"] == quote.price


def test_a_factor_multiplies(services: Services, owner: UserId) -> None:
    """Two times the mean volume is twice as much as the mean volume."""
    (row,) = [item for item in services.screener.run(owner, Screen()).matches if item.symbol == "AAPL"]
    usual = services.companies.company(owner, "AAPL").year
    assert usual is not None
    assert usual.volume
    today = row.values["volume"]
    assert today
    just = today / usual.volume
    assert "AAPL" in _found(services, owner, f"volume > {just * 0.99} x volume20")
    assert "AAPL" not in _found(services, owner, f"volume > {just * 1.01} x volume20")


def _found(services: Services, owner: UserId, text: str) -> set[str]:
    return {row.symbol for row in services.screener.run(owner, screen(text)).matches}


def test_matches_are_sorted(services: Services, owner: UserId) -> None:
    """By any term, also one that is not compared, or by name; the largest first or last; without a value at the end."""
    for key in ("rsi14", "-rsi14", "day", "-volume"):
        found = services.screener.run(owner, Screen(order=parse_order(key))).matches
        values = [row.values[key.removeprefix("-")] or 0.0 for row in found]
        assert len(found) == 3
        assert values == sorted(values, reverse=key.startswith("-"))
    by_name = services.screener.run(owner, Screen(order=parse_order("-symbol"))).matches
    assert [row.symbol for row in by_name] == ["MSFT", "BTC-USD", "AAPL"]


def test_the_52_weeks(services: Services, owner: UserId) -> None:
    """High, low and place are those of the last 364 days of daily bars."""
    bars = services.quotes.candles("BTC-USD", BarInterval.D1, limit=370)
    rows = bars.start > bars.start[-1] - 364 * 86_400_000_000
    found = services.screener.run(owner, screen("place52 >= 0; high52 > 0; low52 > 0; year > -100%"))
    (row,) = [item for item in found.matches if item.symbol == "BTC-USD"]
    assert row.values["high52"] == bars.high[rows].max()
    assert row.values["low52"] == bars.low[rows].min()


def test_what_cannot_be_decided_is_said(services: Services, owner: UserId) -> None:
    """A symbol that nobody knows, or with too few bars, is neither found nor hidden."""
    services.watchlists.replace_symbols(owner, 0, ["AAPL", "NOPE"])
    found = services.screener.run(owner, screen("price > 0"))
    assert [row.symbol for row in found.matches] == ["AAPL"]
    assert [row.symbol for row in found.undecided] == ["NOPE"]
    assert "NOPE" in found.undecided[0].reason


def test_one_list_is_screened(services: Services, owner: UserId) -> None:
    """Only the symbols of the list that was named."""
    made = services.watchlists.create(owner, "Coins", ["ETH-USD"])
    assert [row.symbol for row in services.screener.run(owner, screen("price > 0", made.id)).matches] == ["ETH-USD"]
    assert services.screener.run(owner, screen("price > 0")).looked_at == 4


def test_the_csv_has_every_value(services: Services, owner: UserId) -> None:
    """A row a match, a column a term, numbers as they were compared."""
    found = services.screener.run(owner, screen("price > 0; sma20 > 0"))
    text = "".join(screen_csv(found)).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["symbol"] for row in rows] == [item.symbol for item in found.matches]
    assert float(rows[0]["sma20"]) == pytest.approx(found.matches[0].values["sma20"])


def test_screens_are_kept(services: Services, owner: UserId) -> None:
    """Under a name, in place of the same name, until deleted; and they are the owner's alone."""
    other = services.users.register("noah", "four unrelated words").id
    first = services.screener.save(owner, " Oversold ", screen("rsi14 < 30"))
    assert services.screener.save(owner, "Oversold", screen("rsi14 < 25")).id == first.id
    (kept,) = services.screener.screens(owner)
    assert Screen.from_address(kept.query) == screen("rsi14 < 25")
    assert services.screener.screens(other) == []
    with pytest.raises(NotFoundError):
        services.screener.delete(other, first.id)
    with pytest.raises(NotFoundError):
        services.screener.run(other, screen("price > 0", services.watchlists.lists(owner)[0].id))
    with pytest.raises(InvalidInputError):
        services.screener.save(owner, "", screen("rsi14 < 30"))
    services.screener.delete(owner, first.id)
    assert services.screener.screens(owner) == []


def test_bars_are_read_once_a_minute_and_follow_the_price(
    services: Services, owner: UserId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second screen asks nobody for bars; one of another reach does, and the last close is the price either way."""
    first = services.screener.run(owner, screen("rsi14 > 0"))
    monkeypatch.setattr(services.quotes, "candles", _ask_nobody)
    again = services.screener.run(owner, screen("rsi14 > 0; price > 0"))
    assert [row.values["rsi14"] for row in again.matches] == [row.values["rsi14"] for row in first.matches]
    other = services.screener.run(owner, screen("sma200 > 0"))
    assert {row.reason for row in other.undecided} == {"nobody is asked"}


def _ask_nobody(*_: object, **__: object) -> None:
    raise QuoteUnavailableError("nobody is asked")


def test_a_screen_waits_for_providers_only_so_long(
    services: Services, owner: UserId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has not come when the patience is over is listed apart; what was read before is decided all the same."""
    services.screener.run(owner, Screen(list_id=services.watchlists.create(owner, "One", ["AAPL"]).id))
    monkeypatch.setattr("services.screener.PATIENCE_SECONDS", -1.0)
    found = services.screener.run(owner, Screen())
    assert [row.symbol for row in found.matches] == ["AAPL"]
    assert all("run the screen again" in row.reason for row in found.undecided)
    assert len(found.undecided) == 2

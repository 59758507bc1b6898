"""Luck, leaks, what-ifs, futures and replayed exits of a stored book."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from components.edge import leak_filter
from domain.filters import FigureUnit, LedgerFilter
from domain.market import BarInterval
from domain.periods import from_micros
from domain.rules import RuleKind, rules_from_text
from domain.scenarios import Draw, Exit, ExitChoice, MonteCarloChoice
from services.container import Services
from services.edge_csv import exits_csv, leaks_csv, setups_csv, what_if_csv
from tests.services.edge_books import Deal, add_book, leaky_deals

ALL = LedgerFilter()
CLOSED = LedgerFilter(status="closed")


@pytest.fixture
def owner(services: Services) -> Any:
    """Somebody with a book in which one symbol loses."""
    user = services.users.register("edgar", "four unrelated words")
    add_book(services, user.id, leaky_deals())
    return user.id


def rows_of(pieces: Iterator[str]) -> list[list[str]]:
    """Return a CSV's rows without its header."""
    return list(csv.reader(io.StringIO("".join(pieces).lstrip("\ufeff"))))[1:]


def test_a_whole_page_rests_on_the_same_trades(services: Services, owner: Any) -> None:
    """Luck, leaks, what-if and futures agree with the metrics and with what their links and downloads lead to."""
    _, metrics = services.portfolio.metrics(owner, ALL)
    luck = services.edge.luck(owner, ALL)
    for row in luck.rows:
        assert row.metric.value == metrics[row.figure.slug].value
    assert luck.trades == metrics["trades"].value == 360
    assert services.edge.luck(owner, ALL) is luck
    _check_ranking(services, owner)
    _check_leaks(services, owner)
    _check_what_if(services, owner)
    _check_futures(services, owner)


def _check_ranking(services: Services, owner: Any) -> None:
    luck = services.edge.luck(owner, ALL)
    assert luck.setups_unit == "R"
    ranked = {item.label: item for item in luck.setups}
    assert ranked["three lucky"].win_rate == 1.0
    assert ranked["three lucky"].mean > max(item.mean for label, item in ranked.items() if label != "three lucky")
    assert ranked["three lucky"].rank is None
    assert luck.setups[-1].label == "three lucky"
    assert [item.rank for item in luck.setups[:3]] == [1, 2, 3]
    for item in luck.setups:
        assert services.portfolio.trades(owner, CLOSED.with_(setups=(item.label,))).total == item.n
    assert len(rows_of(setups_csv(services.edge, owner, ALL))) == 4


def _check_leaks(services: Services, owner: Any) -> None:
    found = services.edge.leaks(owner, ALL)
    (leak,) = found.report.leaks
    assert [(part.by, part.key) for part in leak.parts] == [("symbol", "BAD")]
    page = services.portfolio.trades(owner, leak_filter(leak, ALL))
    assert page.total == leak.n
    assert page.net == pytest.approx(-leak.change)
    assert leak.low > 0
    in_r = services.edge.leaks(owner, ALL.with_(unit=FigureUnit.R))
    assert in_r.unit == "R"
    assert in_r.report.leaks[0].change == pytest.approx(leak.change / 10)  # every trade risks 10
    (row,) = rows_of(leaks_csv(services.edge, owner, ALL))
    assert (row[0], int(row[1])) == ("symbol BAD", leak.n)


def _check_what_if(services: Services, owner: Any) -> None:
    rules = rules_from_text("skip_symbol:BAD;stop_after_losses:2")
    report = services.edge.what_if(owner, ALL, rules, others=rules_from_text("remove_best:3"))
    page = services.portfolio.trades(owner, CLOSED)
    assert report.result.actual.total == pytest.approx(page.net)
    _, metrics = services.portfolio.metrics(owner, ALL)
    assert report.result.actual.win_rate == pytest.approx(metrics["win_rate"].value)
    assert report.result.actual.mean == pytest.approx(metrics["expectancy"].value)
    assert report.result.actual.drawdown_fraction == pytest.approx(metrics["max_drawdown"].value)
    assert report.actual.y[-1] == pytest.approx(page.net)
    assert report.altered.y[-1] == pytest.approx(report.result.altered.total)
    assert report.alone[0].removed == 3
    removed = rows_of(what_if_csv(services.edge, owner, ALL, rules))
    assert len(removed) == report.removed_n
    assert {int(trade.id) for trade in report.removed} <= {int(row[0]) for row in removed}
    assert sum(float(row[4]) for row in removed) == pytest.approx(-report.result.change)
    bad = services.portfolio.trades(owner, CLOSED.with_(symbols=("BAD",)))
    assert report.result.effects[0].removed == bad.total
    assert report.result.effects[0].change == pytest.approx(-bad.net)
    suggested = {rule.kind for rule in services.edge.suggested_rules(owner, ALL)}
    assert RuleKind.STOP_AFTER_LOSSES in suggested
    choices = services.edge.choices(owner, ALL)
    assert set(choices["symbols"]) == {"AAA", "BBB", "CCC", "BAD"}
    assert set(choices["setups"]) == {"gap", "trend", "fade", "three lucky"}


def _check_futures(services: Services, owner: Any) -> None:
    choice = MonteCarloChoice(trades=60, paths=500)
    one = services.edge.monte_carlo(owner, ALL, choice)
    assert one.result is not None
    assert one.result.plan.start == 50_000
    assert one.n == 360
    money = services.edge.monte_carlo(owner, ALL, MonteCarloChoice(draw=Draw.MONEY, trades=60, paths=500, start=900.0))
    assert money.result is not None
    assert money.result.mean == pytest.approx(services.portfolio.metrics(owner, ALL)[1]["expectancy"].value)
    few = services.edge.monte_carlo(owner, ALL.with_(setups=("three lucky",)), choice)
    assert few.result is None
    assert "there are 3" in few.reason


def test_an_empty_book_has_reasons_and_no_figures(services: Services) -> None:
    """Without a trade nothing fails and nothing is made up."""
    nobody = services.users.register("nora", "four unrelated words").id
    luck = services.edge.luck(nobody, ALL)
    assert luck.trades == 0
    assert luck.setups == ()
    assert all(row.metric.value is None and row.figure.interval.reason for row in luck.rows)
    assert services.edge.leaks(nobody, ALL).report.reason
    assert services.edge.what_if(nobody, ALL, rules_from_text("remove_best:3")).result.altered.n == 0
    assert services.edge.suggested_rules(nobody, ALL) == ()
    assert services.edge.monte_carlo(nobody, ALL, MonteCarloChoice()).result is None
    assert services.exit_replay.replay(nobody, ALL, ExitChoice()).coverage is None


def session(services: Services, symbol: str, day: datetime) -> Any:
    """Return the demo market's minutes of a New York session."""
    return services.quotes.candles(
        symbol,
        BarInterval.M1,
        start=day.replace(hour=14, minute=30),
        end=day.replace(hour=21, minute=0),
        limit=400,
    )


def test_exits_are_replayed_on_the_stored_candles(services: Services) -> None:
    """Stops, targets and the close by a plain walk over the same candles; what has no candles is counted."""
    owner = services.users.register("rita", "four unrelated words").id
    day = datetime(2026, 11, 17, tzinfo=UTC)
    bars = session(services, "AAPL", day)
    deals, expected = [], []
    for at in range(5, 245, 40):
        price = round(float(bars.close[at]), 2)
        opened = from_micros(int(bars.start[at])) + timedelta(seconds=30)
        deals.append(
            Deal(
                symbol="AAPL",
                opened=opened,
                closed=opened + timedelta(minutes=7),
                entry=price,
                exit=round(price + 0.25, 2),
                stop=round(price - 0.5, 2),
            )
        )
        expected.append(walk(bars, at + 1, stop=price - 0.5, target=price + 1.0))
    opened = deals[-1].opened
    deals.append(Deal(symbol="NOWHERE", opened=opened, closed=opened + timedelta(minutes=1), entry=5, exit=6, stop=4))
    deals.append(Deal(symbol="IBM", opened=opened, closed=opened + timedelta(minutes=1), entry=5, exit=6, stop=4))
    deals.append(Deal(symbol="MSFT", opened=opened, closed=opened + timedelta(minutes=1), entry=5, exit=6))
    add_book(services, owner, deals)
    report = services.exit_replay.replay(owner, ALL, ExitChoice(kind=Exit.TARGET, stop=1.0, amount=2.0))
    assert [row.price for row in reversed(report.rows)] == pytest.approx(expected)
    assert report.gaps == {"no candles": 1, "prices do not match the candles": 1, "no planned stop": 1}
    assert report.simulated
    assert report.coverage == pytest.approx(6 / 9)
    whole = report.groups[0]
    paid = np.array([(price - deal.entry) * 10 - 1 for price, deal in zip(expected, deals, strict=False)])
    assert whole.replayed == pytest.approx(float(paid.mean()) / 5)  # 0.50 at stake on ten shares
    assert whole.actual == pytest.approx((0.25 * 10 - 1) / 5)
    held = services.exit_replay.replay(owner, ALL, ExitChoice(kind=Exit.CLOSE, stop=0.0))
    assert {row.price for row in held.rows if row.symbol == "AAPL"} == {float(bars.close[-1])}
    assert len(rows_of(exits_csv(services.exit_replay, owner, ALL, ExitChoice()))) == 6


def walk(bars: Any, first: int, *, stop: float, target: float) -> float:
    """Return where a long ends, bar after bar."""
    for at in range(first, len(bars)):
        if bars.low[at] <= stop:
            return min(stop, float(bars.open[at]))
        if bars.high[at] >= target:
            return target
    return float(bars.close[-1])

"""Excursions of the demo book from its candles: sound, kept, in the filter's unit, and only the owner's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from domain.accounts import User
from domain.errors import NotFoundError, QuoteUnavailableError
from domain.filters import FigureUnit, LedgerFilter
from domain.market import BarInterval
from services.container import Installation, Services
from services.episodes import falls_of, streaks_of
from services.figure_inputs import inputs_of
from tests.conftest import NOW
from tests.servers import new_database

ALL = LedgerFilter()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Services, User]]:
    """The demo workspace and its user."""
    folder = tmp_path_factory.mktemp("excursions")
    services = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    services.migrate()
    services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    yield services, user
    services.quotes.close()
    services.db.close()


def test_every_trade_lies_within_its_excursions(demo: tuple[Services, User]) -> None:
    """No trade made more than its best or lost more than its worst moment, and efficiencies add up."""
    services, user = demo
    data = inputs_of(services.portfolio.sets.load(user.id, ALL))
    held = data.held_prices
    assert held is not None
    known = ~np.isnan(held.mae)
    assert known.mean() > 0.9
    assert held.is_whole.mean() > 0.9
    assert (held.mae[known] <= np.minimum(data.gross[known], 0) + 0.005).all()
    assert (held.mfe[known] >= np.maximum(data.gross[known], 0) - 0.005).all()
    sums = (held.entry_efficiency + held.exit_efficiency - held.total_efficiency)[known]
    assert sums[~np.isnan(sums)] == pytest.approx(1)


def test_a_trade_s_own_figures_are_those_of_the_set(demo: tuple[Services, User]) -> None:
    """One trade asked for alone has the excursions it has among all, in R and of its value too."""
    services, user = demo
    found = services.portfolio.sets.load(user.id, ALL)
    held = inputs_of(found).held_prices
    assert held is not None
    closed = np.flatnonzero(~found.chosen.is_open)
    row = int(closed[5])
    one = services.portfolio.excursion(user.id, int(found.chosen.id[row]))
    assert one.mae == pytest.approx(held.mae[5])
    assert one.mfe == pytest.approx(held.mfe[5])
    assert one.give_back == pytest.approx(one.mfe - found.chosen.gross[row])
    assert one.mae_r == pytest.approx(one.mae / found.chosen.risk[row])
    assert one.mae_fraction == pytest.approx(one.mae / found.chosen.entry_value[row])
    assert one.exit_efficiency == pytest.approx(held.exit_efficiency[5])
    assert one.simulated
    assert one.bars > 0


def test_units_follow_the_filter(demo: tuple[Services, User]) -> None:
    """In R the average is that of the R multiples, in percent that of the starting balance."""
    services, user = demo
    money = services.portfolio.every_figure(user.id, ALL)[1]
    in_r = services.portfolio.every_figure(user.id, ALL.with_(unit=FigureUnit.R))[1]
    percent = services.portfolio.every_figure(user.id, ALL.with_(unit=FigureUnit.PERCENT))[1]
    assert in_r["avg_mae"].value == pytest.approx(money["avg_mae_r"].value)
    assert money["avg_mae"].value is not None
    assert percent["avg_mae"].value == pytest.approx(money["avg_mae"].value / 100_000)
    assert percent["exit_efficiency"].value == money["exit_efficiency"].value


def test_what_was_measured_is_kept(demo: tuple[Services, User], monkeypatch: pytest.MonkeyPatch) -> None:
    """A narrower filter asks the providers for nothing that a wider one has already measured."""
    services, user = demo
    assert inputs_of(services.portfolio.sets.load(user.id, ALL)).held_prices is not None
    asked: list[str] = []
    original = services.quotes.candles

    def note(symbol: str, interval: BarInterval, **options: object) -> object:
        asked.append(symbol)
        return original(symbol, interval, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(services.quotes, "candles", note)
    narrow = services.portfolio.sets.load(user.id, ALL.with_(side="short", status="closed"))
    assert inputs_of(narrow).held_prices is not None
    assert asked == []


def test_an_outage_is_no_answer(demo: tuple[Services, User], monkeypatch: pytest.MonkeyPatch) -> None:
    """While the provider is down nothing is known; afterwards it is asked again."""
    services, user = demo
    kept = services.portfolio.excursions._kept
    kept.clear()

    def down(*_: object, **__: object) -> object:
        raise QuoteUnavailableError("The provider does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(services.quotes, "candles", down)
        held = inputs_of(services.portfolio.sets.load(user.id, ALL)).held_prices
        assert held is not None
        assert np.isnan(held.mae).all()
    again = inputs_of(services.portfolio.sets.load(user.id, ALL)).held_prices
    assert again is not None
    assert not np.isnan(again.mae).all()


def test_another_user_s_trade_is_not_found(demo: tuple[Services, User]) -> None:
    """A trade of somebody else does not exist."""
    services, user = demo
    trade = int(services.portfolio.sets.load(user.id, ALL).frame.id[0])
    stranger = services.users.register("stranger", "a long enough password 7")
    with pytest.raises(NotFoundError):
        services.portfolio.excursion(stranger.id, trade)


def test_streaks_and_falls_name_what_they_consist_of(demo: tuple[Services, User]) -> None:
    """The trades of the longest streaks all won or lost, as many as the metric says; falls are the drawdown's."""
    services, user = demo
    found, metrics = services.portfolio.metrics(user.id, ALL)
    nets = dict(zip(found.chosen.id.tolist(), found.chosen.net.tolist(), strict=True))
    win, loss, current = streaks_of(found)
    assert len(win) == metrics["longest_win_streak"].value
    assert len(loss) == metrics["longest_loss_streak"].value
    assert len(current) * current.outcome == metrics["current_streak"].value
    assert all(nets[trade] > 0 for _, trade in win.trades)
    assert sum(nets[trade] for _, trade in loss.trades) == pytest.approx(loss.pnl)
    falls = falls_of(found, most=3)
    assert [item.money for item in falls] == sorted(item.money for item in falls)
    assert falls[0].days_to_trough == metrics["days_to_trough"].value


def test_in_r_there_is_no_balance(demo: tuple[Services, User]) -> None:
    """Returns on a balance are undefined in R, and say that R is why."""
    services, user = demo
    metrics = services.portfolio.metrics(user.id, ALL.with_(unit=FigureUnit.R))[1]
    for slug in ("sharpe", "max_drawdown", "turnover"):
        assert (metrics[slug].value, metrics[slug].reason) == (None, "R has no balance to be a part of")

"""Charts that the server draws: any stretch of a history, indicators and fills with it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from domain.accounts import UserId
from domain.chart_windows import WindowAsk, cut_rows
from domain.charts import ChartChoice, parse_indicators
from domain.market import BarInterval
from domain.periods import from_micros
from services import candle_keeping
from services.container import Services
from services.studies import study_of

CHOICE = ChartChoice(symbol="AAPL", interval=BarInterval.M1, indicators=parse_indicators("sma20,ichi,macd"))


@pytest.fixture
def owner(services: Services, monkeypatch: pytest.MonkeyPatch) -> UserId:
    """Somebody on an installation that keeps a fortnight of the demo market."""
    monkeypatch.setattr(candle_keeping, "_demo_reach", lambda _: timedelta(days=14))
    return services.users.register("ann", "four unrelated words").id


def test_windows_hold_what_the_history_holds(services: Services, owner: UserId) -> None:
    """Over three widths there are at most 800 candles, with the extremes of prices and indicators of their bars."""
    latest = services.chart_windows.window(owner, CHOICE, WindowAsk(visible=100))
    total = latest.total
    assert total > 4_000
    assert latest.shown == (total + 28 - 100, total + 28)
    assert latest.has_last
    history = services.candles.candles("AAPL", BarInterval.M1, limit=total)
    average = study_of(CHOICE.indicators[0], history).columns[0]
    widths = []
    for begin in (total - 300, total - 1_500, 0):
        found = services.chart_windows.window(owner, CHOICE, WindowAsk(rows=(begin, total)))
        rows = slice(found.cut.first, None)
        assert len(found.candles) <= 800
        assert found.candles.high.max() == history.high[rows].max()
        assert found.candles.low.min() == history.low[rows].min()
        assert found.candles.volume.sum() == pytest.approx(history.volume[rows].sum())
        assert np.nanmax(found.studies[0].most[0]) == np.nanmax(average[rows])
        assert np.nanmin(found.studies[0].least[0]) == np.nanmin(average[rows])
        widths.append(found.cut.per)
    assert widths == sorted(set(widths))


def test_an_instant_is_brought_into_the_middle(services: Services, owner: UserId) -> None:
    """The bar of the instant stands in the middle of what is in view; the last bar is elsewhere."""
    latest = services.chart_windows.window(owner, CHOICE, WindowAsk())
    history = services.candles.candles("AAPL", BarInterval.M1, limit=latest.total)
    row = len(history) // 2
    found = services.chart_windows.window(owner, CHOICE, WindowAsk(at=from_micros(int(history.start[row])), visible=80))
    assert found.shown == (row - 40, row + 40)
    assert not found.has_last
    assert len(found.tail) == 0
    assert found.candles.start[row - found.cut.first] == history.start[row]


def test_the_lines_ahead_have_room(services: Services, owner: UserId) -> None:
    """The edges of Ichimoku's cloud go on for 26 bars behind the last candle, others end with it."""
    found = services.chart_windows.window(owner, CHOICE, WindowAsk())
    count = len(found.candles)
    assert [len(column) for column in found.studies[1].most] == [count, count, count + 26, count + 26, count]
    assert [len(column) for column in found.studies[0].most] == [count]


@pytest.mark.parametrize(
    ("begin", "end", "total"), [(0, 10**6, 10**6), (5.5, 905.2, 10**6), (-400, 3, 20), (90, 99, 20)]
)
def test_rows_are_cut_by_powers_of_two(begin: float, end: float, total: int) -> None:
    """A candle begins at a multiple of its bars; what is asked for beyond the bars is cut off."""
    cut = cut_rows(begin, end, total)
    assert cut.per & (cut.per - 1) == 0
    assert cut.first % cut.per == 0
    assert 0 <= cut.first < cut.end <= total
    assert -(-(cut.end - cut.first) // cut.per) <= 800
    assert cut.per == 1 or (cut.end - cut.first) / (cut.per / 2) > 799

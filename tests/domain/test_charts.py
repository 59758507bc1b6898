"""What a chart's address says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.charts import (
    INDICATORS,
    ChartChoice,
    Indicator,
    IndicatorKind,
    check_symbol,
    parse_indicators,
)
from domain.errors import InvalidInputError
from domain.market import BarInterval


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    """Any indicator with numbers inside its bounds."""
    kind = draw(st.sampled_from(IndicatorKind))
    numbers = []
    for item in INDICATORS[kind].parameters:
        whole = st.integers(int(item.least), int(item.most)).map(float)
        parts = st.integers(round(item.least * 100), round(item.most * 100)).map(lambda value: value / 100)
        numbers.append(draw(whole if item.whole else parts))
    if kind is IndicatorKind.MACD:
        numbers[0], numbers[1] = 2 + numbers[0] % 10, 20 + numbers[1] % 100
    return Indicator(kind=kind, numbers=tuple(numbers))


@given(indicators())
def test_an_indicator_survives_its_address(item: Indicator) -> None:
    """Every indicator that can be made is read back from its own text."""
    assert parse_indicators(item.code) == (item,)


def test_the_address_in_the_documentation_is_read() -> None:
    """The short form of the URL gives the usual numbers of each indicator."""
    labels = [item.label for item in parse_indicators("sma20,ema50,rsi14,macd,bb20")]
    assert labels == ["SMA 20", "EMA 50", "RSI 14", "MACD 12 26 9", "BB 20 2"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("foo", "not known"),
        ("sma", ""),
        ("sma1", "period 1 is not possible"),
        ("sma401", "period 401"),
        ("sma2.5", "period 2.5"),
        ("macd30-20-9", "must be shorter"),
        ("rsi14-3", "takes 1 numbers"),
        ("sma5,sma6,sma7,sma8,sma9,sma10,sma11", "at most 6"),
        ("bb20-0", "deviations 0"),
        ("sma1-.-2", "cannot be read"),
    ],
)
def test_a_wrong_indicator_is_named(text: str, said: str) -> None:
    """What cannot be read or is out of bounds is an error that says so; a bare name takes its usual number."""
    if not said:
        assert parse_indicators(text)[0].numbers == (20.0,)
        return
    with pytest.raises(InvalidInputError, match=said):
        parse_indicators(text)


def test_a_choice_survives_the_address() -> None:
    """Symbol, interval, indicators and the switch of the fills come back from the query."""
    choice = ChartChoice(
        symbol="BTC-USD", interval=BarInterval.H4, indicators=parse_indicators("bb10-2.5,rsi7"), fills=False
    )
    assert ChartChoice.from_address(f"?{choice.to_query()}") == choice
    assert choice.to_query() == "symbol=BTC-USD&interval=4h&ind=bb10-2.5,rsi7&fills=off"


def test_no_indicators_is_not_the_usual_ones() -> None:
    """A chart whose indicators were all switched off stays so when its address is opened again."""
    bare = ChartChoice(indicators=())
    assert bare.to_query() == "ind=none"
    assert ChartChoice.from_address(bare.to_query()).indicators == ()
    assert ChartChoice().to_query() == ""


def test_what_others_keep_in_the_address_stays() -> None:
    """Writing a choice replaces the chart's own parameters only."""
    choice = ChartChoice(symbol="MSFT", interval=BarInterval.M5)
    assert choice.in_address("?symbol=AAPL&accounts=1&interval=1h") == "symbol=MSFT&interval=5m&accounts=1"


def test_a_broken_address_gives_the_usual_chart_where_that_is_wanted() -> None:
    """Tools are set from a lenient reading, the chart from a strict one."""
    assert ChartChoice.from_address("interval=2d", lenient=True) == ChartChoice()
    with pytest.raises(InvalidInputError, match="2d"):
        ChartChoice.from_address("interval=2d")


@pytest.mark.parametrize("text", ["A B", "<x>", "A" * 33, "a'b"])
def test_what_cannot_be_a_symbol_is_refused(text: str) -> None:
    """Spaces, quotes and brackets are in no symbol, and none is longer than 32 signs."""
    with pytest.raises(InvalidInputError, match="not a symbol"):
        check_symbol(text)

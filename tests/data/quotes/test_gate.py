"""The gate: what cannot be a price does not pass, and what can does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.quotes.gate import clean_candles, find_candle_contradiction, find_quote_fault
from domain.columns import CandleTable
from domain.market import Quote
from domain.periods import to_micros

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
GOOD = Quote(symbol="X", price=50.0, as_of=NOW, fetched_at=NOW, provider="p")
LAST = replace(GOOD, as_of=NOW - timedelta(minutes=2), fetched_at=NOW - timedelta(minutes=2))


@pytest.mark.parametrize("price", [50.0, 5.01, 499.0, 0.0001])
def test_a_first_price_passes_whatever_it_is(price: float) -> None:
    """Without a last good price every positive one passes."""
    assert find_quote_fault(replace(GOOD, price=price), None, NOW) == ""


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price": float("nan")}, "not a positive number"),
        ({"price": float("inf")}, "not a positive number"),
        ({"price": 0.0}, "not a positive number"),
        ({"price": -3.0}, "not a positive number"),
        ({"price": 5000.0}, "100 times"),
        ({"price": 0.5}, "0.01 times"),
        ({"as_of": NOW + timedelta(hours=1)}, "future"),
        ({"as_of": NOW - timedelta(days=20)}, "too long ago"),
        ({"as_of": NOW - timedelta(minutes=3)}, "older"),
        ({"currency": "GBP"}, "GBP"),
        ({"price": 5000.0}, "pence for pounds"),
        ({"bid": 51.0, "ask": 40.0}, "swapped"),
        ({"high": 49.0, "low": 51.0}, "swapped"),
        ({"previous_close": float("nan")}, "previous close"),
        ({"low": 0.0}, "low"),
        ({"price": 25.0, "previous_close": 50.5}, "split"),
        ({"price": 101.0, "previous_close": 50.5}, "split"),
        ({"price": 12.4, "previous_close": 49.0}, "split"),
    ],
)
def test_nonsense_is_refused_with_its_reason(change: dict[str, Any], reason: str) -> None:
    """Each class of fault is refused, and the reason names it."""
    assert reason in find_quote_fault(replace(GOOD, **change), LAST, NOW)


@pytest.mark.parametrize("price", [50.0, 25.0, 130.0, 5.5])
def test_a_real_move_passes(price: float) -> None:
    """Halving, doubling and worse happen in the market."""
    assert find_quote_fault(replace(GOOD, price=price), LAST, NOW) == ""


def test_a_restated_split_passes() -> None:
    """When the close of the session before is on the new level too, the history was restated."""
    assert find_quote_fault(replace(GOOD, price=12.5, previous_close=12.4), LAST, NOW) == ""


def test_what_looks_like_a_missed_split_passes_when_it_stays() -> None:
    """After half an hour of the same a fall to a half is one."""
    fallen = replace(GOOD, price=25.0, previous_close=50.0)
    for minutes, is_refused in ((0, True), (29, True), (30, False)):
        since = NOW - timedelta(minutes=minutes)
        assert bool(find_quote_fault(fallen, LAST, NOW, suspected_since=since)) == is_refused


def test_a_locked_market_is_not_a_swap() -> None:
    """Bid and ask that cross by a hair happen in fast markets."""
    assert find_quote_fault(replace(GOOD, bid=50.1, ask=50.0), LAST, NOW) == ""


def test_the_same_instant_again_passes() -> None:
    """A closed exchange answers with the same last price for days."""
    assert find_quote_fault(replace(LAST, fetched_at=NOW), LAST, NOW) == ""


def test_an_old_memory_does_not_veto_a_split() -> None:
    """After three days without a good price a twentieth of it may be true."""
    old = replace(LAST, as_of=NOW - timedelta(days=4), fetched_at=NOW - timedelta(days=4))
    assert find_quote_fault(replace(GOOD, price=2.5), old, NOW) == ""
    assert find_quote_fault(replace(GOOD, price=2.5), LAST, NOW) != ""


def bars(**changes: list[float]) -> CandleTable:
    """Six good daily bars with changes."""
    columns = {
        "start": [to_micros(NOW - timedelta(days=6 - row)) for row in range(6)],
        "open": [10.0, 11, 12, 13, 14, 15],
        "high": [11.0, 12, 13, 14, 15, 16],
        "low": [9.0, 10, 11, 12, 13, 14],
        "close": [10.5, 11.5, 12.5, 13.5, 14.5, 15.5],
        "volume": [1.0, 2, 3, 4, 5, 6],
    }
    columns |= changes
    start = np.array(columns.pop("start"), dtype=np.int64)
    return CandleTable(start=start, **{name: np.array(values, dtype=float) for name, values in columns.items()})


def test_good_bars_pass_untouched() -> None:
    """Nothing is dropped from good bars, and nothing is said."""
    clean, faults = clean_candles(bars(), NOW)
    assert (len(clean), faults) == (6, ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"close": [10.5, 11.5, float("nan"), 13.5, 14.5, 15.5]}, "without a positive price"),
        ({"low": [9.0, 10, 0, 12, 13, 14]}, "without a positive price"),
        ({"open": [10.0, 11, -12, 13, 14, 15]}, "without a positive price"),
        ({"high": [11.0, 12, float("inf"), 14, 15, 16]}, "without a positive price"),
        ({"high": [11.0, 12, 12.1, 14, 15, 16]}, "outside low and high"),
        ({"low": [9.0, 10, 12.2, 12, 13, 14]}, "outside low and high"),
        ({"volume": [1.0, 2, -3, 4, 5, 6]}, "negative volume"),
    ],
)
def test_impossible_bars_are_dropped(changes: dict[str, list[float]], reason: str) -> None:
    """The bar at fault goes, the other five stay, and the reason is said."""
    clean, faults = clean_candles(bars(**changes), NOW)
    assert clean.volume.tolist() == [1, 2, 4, 5, 6]
    assert any(reason in fault for fault in faults)


def test_a_bar_in_another_unit_is_dropped() -> None:
    """One bar a hundred times off both its neighbours is a change of unit; two levels for good are not."""
    hundred = bars(
        **{
            name: [value * 100 if row == 2 else value for row, value in enumerate(values)]
            for name, values in {
                "open": [10.0, 11, 12, 13, 14, 15],
                "high": [11.0, 12, 13, 14, 15, 16],
                "low": [9.0, 10, 11, 12, 13, 14],
                "close": [10.5, 11.5, 12.5, 13.5, 14.5, 15.5],
            }.items()
        }
    )
    clean, faults = clean_candles(hundred, NOW)
    assert clean.volume.tolist() == [1, 2, 4, 5, 6]
    assert "ten times off" in faults[0]


def test_bars_are_put_in_order_and_doubled_labels_merged() -> None:
    """Rows may come in any order; of two with one label the later one in the file stays."""
    good = bars()
    starts = good.start.tolist()
    starts[1] = starts[0]
    mixed = bars(start=list(reversed(starts)))
    clean, _ = clean_candles(mixed, NOW)
    assert np.all(np.diff(clean.start) > 0)
    assert len(clean) == 5
    assert clean.volume[0] == 6


def test_bars_of_the_future_are_dropped() -> None:
    """A bar that starts after now is not one."""
    starts = bars().start.tolist()
    starts[-1] = to_micros(NOW + timedelta(days=1))
    clean, faults = clean_candles(bars(start=starts), NOW)
    assert len(clean) == 5
    assert "future" in faults[0]


def test_nothing_is_clean() -> None:
    """An empty table is not an error."""
    none = bars(start=[], open=[], high=[], low=[], close=[], volume=[])
    assert clean_candles(none, NOW)[1] == ()


def scaled(rows: slice, factor: float) -> CandleTable:
    """The good bars, some of them restated by a factor."""
    good = bars()
    columns = {name: getattr(good, name).copy() for name in ("open", "high", "low", "close")}
    for column in columns.values():
        column[rows] *= factor
    return replace(good, **columns)


@pytest.mark.parametrize("factor", [0.25, 0.5, 2.0, 100.0, 0.01])
def test_a_history_that_is_restated_in_part_is_refused(factor: float) -> None:
    """A split that a provider applied to half of the history would make a chart jump: what is kept stays."""
    for rows in (slice(0, 3), slice(3, 6), slice(2, 3)):
        assert "missed" in find_candle_contradiction(scaled(rows, factor), bars())


def test_a_history_that_is_restated_as_a_whole_passes() -> None:
    """After a split all of it changes by one factor."""
    assert find_candle_contradiction(scaled(slice(0, 6), 0.25), bars()) == ""
    assert find_candle_contradiction(bars(), bars()) == ""


def test_the_forming_bar_and_new_bars_are_free() -> None:
    """The last bar we have may have been half of one, and what is new contradicts nothing."""
    assert find_candle_contradiction(scaled(slice(5, 6), 1.9), bars()) == ""
    later = replace(bars(), start=bars().start + 86_400_000_000 * 10)
    assert find_candle_contradiction(later, bars()) == ""


def test_equal_labels_with_other_prices_are_told() -> None:
    """A bar that comes twice with the same values is merged in silence; with others it is said."""
    starts = bars().start.tolist()
    starts[1] = starts[0]
    assert "come twice" in clean_candles(bars(start=starts), NOW)[1][0]
    same = bars(start=starts, close=[11.5, 11.5, 12.5, 13.5, 14.5, 15.5], high=[12.0, 12, 13, 14, 15, 16])
    assert clean_candles(same, NOW)[1] == ()

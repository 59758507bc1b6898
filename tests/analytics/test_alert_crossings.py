"""When alerts speak: once for each crossing, never on old prices, and never over a gap without saying so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.alert_crossings import GAP, calm_of, look_at, sight_of
from domain.alerts import QUIET, AlertKind, EventKind, PriceAlert, Sight
from domain.market import Quote

OPEN = datetime(2026, 11, 19, 14, 30, tzinfo=UTC)
LEVEL = 100.0
PRICES = st.integers(min_value=9_800, max_value=10_200).map(lambda cents: cents / 100)


def alert(kind: AlertKind = AlertKind.ABOVE, level: str = "100", **more: object) -> PriceAlert:
    """An armed alert on X."""
    made = PriceAlert(id=1, owner=1, symbol="X", kind=kind, level=Decimal(level), created_at=OPEN)
    return replace(made, **more)  # type: ignore[arg-type]


def quote(price: float, after: timedelta = timedelta(), **more: object) -> Quote:
    """A price some time after the opening."""
    at = OPEN + after
    made = Quote(symbol="X", price=price, as_of=at, fetched_at=at, provider="p", previous_close=100.0)
    return replace(made, **more)  # type: ignore[arg-type]


def told(item: PriceAlert, prices: list[float], step: timedelta = timedelta(seconds=5)) -> list[int]:
    """Rows of prices, five seconds apart, at which an alert speaks; one that is told once is done then."""
    seen: Sight | None = None
    rows = []
    for row, price in enumerate(prices):
        each = quote(price, row * step)
        look = look_at(item, seen, each, each.as_of)
        seen = look.seen
        if look.event is not None:
            rows.append(row)
            item = replace(item, fired_at=each.as_of)
            if not item.repeats:
                break
    return rows


def crossings(prices: list[float], *, up: bool) -> list[int]:
    """Rows that reach the level from the other side: the definition, written down once more."""
    pairs = enumerate(pairwise(prices), start=1)
    if up:
        return [row for row, (before, after) in pairs if before < LEVEL <= after]
    return [row for row, (before, after) in pairs if before > LEVEL >= after]


@given(st.lists(PRICES, max_size=60), st.sampled_from([AlertKind.ABOVE, AlertKind.BELOW, AlertKind.CROSSES]))
def test_an_alert_speaks_at_the_first_crossing_and_nowhere_else(prices: list[float], kind: AlertKind) -> None:
    """Whatever the prices do, it speaks at the first row that reaches the level from the right side, or not at all."""
    up = crossings(prices, up=True) if kind is not AlertKind.BELOW else []
    down = crossings(prices, up=False) if kind is not AlertKind.ABOVE else []
    assert told(alert(kind), prices) == sorted({*up, *down})[:1]


@given(st.lists(PRICES, max_size=60))
def test_every_time_means_every_crossing_but_those_in_the_silence(prices: list[float]) -> None:
    """With a minute between prices, it speaks at each crossing that is five minutes after the last one it spoke at."""
    wanted: list[int] = []
    for row in crossings(prices, up=True):
        if not wanted or (row - wanted[-1]) * timedelta(minutes=1) >= QUIET:
            wanted.append(row)
    assert told(alert(repeats=True), prices, timedelta(minutes=1)) == wanted


@given(st.lists(PRICES, max_size=40), st.integers(min_value=0, max_value=40))
def test_what_is_written_down_when_the_price_turns_is_enough(prices: list[float], cut: int) -> None:
    """A process that begins anew with the last sight that turned speaks at the same rows as one that never ended."""
    seen = kept = None
    spoken = []
    for row, price in enumerate(prices):
        seen = kept if row == cut else seen
        each = quote(price, row * timedelta(seconds=5))
        look = look_at(alert(AlertKind.CROSSES), seen, each, each.as_of)
        seen, kept = look.seen, look.seen if look.is_turned else kept
        spoken += [row] if look.event is not None else []
    assert spoken == sorted({*crossings(prices, up=True), *crossings(prices, up=False)})


@given(st.lists(PRICES, min_size=2, max_size=40), st.lists(st.integers(min_value=0, max_value=60), min_size=40))
def test_prices_that_come_out_of_order_say_nothing(prices: list[float], seconds: list[int]) -> None:
    """A price that is not newer than the last one changes nothing, so no order of arrival makes two events of one."""
    seen: Sight | None = None
    spoken = 0
    for price, second in zip(prices, seconds, strict=False):
        before = seen
        look = look_at(alert(), seen, quote(price, timedelta(seconds=second)), OPEN)
        seen = look.seen
        spoken += look.event is not None
        if before is not None and OPEN + timedelta(seconds=second) <= before.at:
            assert (look.seen, look.event) == (before, None)
    assert spoken <= len({*seconds})


def test_the_first_price_is_only_remembered() -> None:
    """An alert that is set beyond the price waits until the price has come back."""
    assert told(alert(), [101, 102, 99.5, 100]) == [3]
    assert told(alert(AlertKind.BELOW), [99, 98, 101, 100]) == [3]


@pytest.mark.parametrize("fault", [{"stale": True}, {"as_of": OPEN - timedelta(hours=1)}])
def test_old_prices_say_nothing(fault: dict[str, object]) -> None:
    """A price that is marked old, or older than the one before, leaves everything as it was."""
    seen = Sight(price=99.0, at=OPEN, previous_close=100.0)
    look = look_at(alert(), seen, replace(quote(105, timedelta(minutes=1)), **fault), OPEN)  # type: ignore[arg-type]
    assert (look.seen, look.event) == (seen, None)


def test_an_opening_gap_says_so() -> None:
    """What happened while no price was seen is told as a gap, not as a crossing."""
    seen = Sight(price=99.0, at=OPEN - timedelta(hours=17), previous_close=98.0)
    look = look_at(alert(), seen, quote(103, previous_close=99.0), OPEN)
    assert look.event is EventKind.GAP
    near = look_at(alert(), replace(seen, at=OPEN - GAP), quote(103, previous_close=99.0), OPEN)
    assert near.event is EventKind.CROSSED


@pytest.mark.parametrize(("price", "close"), [(50.5, 50.0), (201.0, 200.0), (25.2, 25.0)])
def test_a_split_overnight_is_no_crossing(price: float, close: float) -> None:
    """When the previous close shows that prices were divided, the alert is told to be checked."""
    seen = Sight(price=100.0, at=OPEN - timedelta(hours=17), previous_close=99.0)
    look = look_at(alert(AlertKind.CROSSES, "75"), seen, quote(price, previous_close=close), OPEN)
    assert look.event is EventKind.RESTATED


def test_a_crash_overnight_is_a_crossing() -> None:
    """A previous close that is the price of the evening before leaves no doubt: the price has fallen."""
    seen = Sight(price=100.0, at=OPEN - timedelta(hours=17), previous_close=99.0)
    look = look_at(alert(AlertKind.BELOW, "75"), seen, quote(50, previous_close=100.0), OPEN)
    assert look.event is EventKind.GAP


def test_real_prices_after_invented_ones_begin_anew() -> None:
    """The step from a simulated price to a real one is nobody's crossing."""
    seen = Sight(price=50.0, at=OPEN - timedelta(seconds=5), previous_close=50.0, simulated=True)
    look = look_at(alert(), seen, quote(150), OPEN)
    assert (look.event, look.seen and look.seen.price) == (None, 150)


def test_a_days_move_is_told_once_a_day() -> None:
    """It speaks when the change reaches the fraction, not while it stays there, and anew on the next day."""
    item = alert(AlertKind.RISES, "0.02", repeats=True)
    assert told(item, [101, 102, 103, 102.5], timedelta(minutes=10)) == [1]
    evening = Sight(price=103.0, at=OPEN + timedelta(hours=6), previous_close=100.0)
    morning = quote(106, timedelta(hours=24), previous_close=103.0)
    assert look_at(item, evening, morning, morning.as_of).event is EventKind.GAP
    flat = quote(103.5, timedelta(hours=24), previous_close=103.0)
    assert look_at(item, evening, flat, flat.as_of).event is None


def test_a_days_fall_counts_downwards() -> None:
    """A fall of two percent is a change of -2 %."""
    assert told(alert(AlertKind.FALLS, "0.02"), [99, 98.5, 98.0, 97]) == [2]


def test_a_change_nobody_knows_is_not_looked_at() -> None:
    """Without a previous close a day's move is not defined; the alert remembers what it had seen."""
    look = look_at(alert(AlertKind.RISES, "0.02"), None, quote(150, previous_close=None), OPEN)
    assert (look.seen, look.event) == (None, None)


@given(st.sampled_from(AlertKind), st.integers(9_800, 10_200), PRICES, PRICES, st.booleans())
def test_where_it_is_calm_looking_changes_nothing(
    kind: AlertKind, level: int, before: float, after: float, repeats: bool
) -> None:
    """A price between the levels around the one before makes no alert speak or turn; every other one is looked at."""
    fraction = kind.is_of_day
    item = alert(kind, str(abs(level - 10_000) / 10_000 + 0.0001 if fraction else level / 100), repeats=repeats)
    seen, later = sight_of(quote(before)), quote(after, timedelta(seconds=5))
    look = look_at(item, seen, later, later.as_of)
    assert look.seen == sight_of(later)
    if calm_of([item], seen).lasts(sight_of(later)):
        assert (look.event, look.is_turned) == (None, False)
    elif not fraction:
        assert look.is_turned or abs(before - level / 100) < 1e-6 or abs(after - level / 100) < 1e-6


def test_no_calm_lasts_over_a_gap_or_a_day() -> None:
    """Long silence, another previous close, and real prices after invented ones are looked at by each alert."""
    calm = calm_of([alert()], sight_of(quote(95.0)))
    assert calm.lasts(sight_of(quote(99.0, GAP)))
    for change in ({"after": GAP + timedelta(seconds=1)}, {"previous_close": 99.0}, {"simulated": True}):
        assert not calm.lasts(sight_of(quote(99.0, **change)))

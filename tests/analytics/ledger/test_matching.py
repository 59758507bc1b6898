"""Matching: golden cases, invariants on random books, and the tie-break."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger import matching
from analytics.ledger.matching import match, replace_instruments
from domain.accounts import LotMethod
from domain.columns import CloseTable, Matched, TradeTable, take
from domain.errors import LedgerError
from tests.analytics.ledger.books import (
    Fill,
    fill,
    money,
    oracle_fifo,
    quantities,
    same_multiplier,
    table,
    trade_money,
    trade_values,
)

METHODS = list(LotMethod)


@pytest.fixture(params=["loop", "vectorised"])
def fifo_path(request: pytest.FixtureRequest) -> Iterator[str]:
    """Run a test through both ways of pairing first in, first out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "SMALL_ROWS", 0 if request.param == "vectorised" else 10**9)
        yield request.param


def run(fills: list[Fill], method: LotMethod = LotMethod.FIFO, multiplier: object = 1) -> Matched:
    """Match a list of fills with one multiplier."""
    instruments = max([0, *(item.instrument for item in fills)]) + 1
    return match(table(fills), method=method, multipliers=same_multiplier(instruments, multiplier))


def equal_tables(left: Any, right: Any) -> bool:
    """Whether two matched books are identical in every column and type."""
    for kind, a, b in ((TradeTable, left.trades, right.trades), (CloseTable, left.closes, right.closes)):
        for item in fields(kind):
            x, y = getattr(a, item.name), getattr(b, item.name)
            if x.dtype != y.dtype or not np.array_equal(x, y):
                return False
    return all(
        np.array_equal(getattr(left, name), getattr(right, name))
        for name in ("quantity_places", "price_places", "money_places")
    )


def test_a_long_round_trip_gives_gross_fees_and_average_prices(fifo_path: str) -> None:
    """A bought and sold position is one closed trade with the costs of both executions."""
    matched = run([fill(1, 100, 10, 1), fill(-1, 100, 12, "1.25")])
    trades = matched.trades
    assert len(trades) == 1
    assert trade_money(matched, "gross") == [200]
    assert trade_money(matched, "fees") == [Fraction("2.25")]
    assert (int(trades.side[0]), bool(trades.is_open[0]), int(trades.executions[0])) == (1, False, 2)
    assert trade_values(matched, "entry_value") == [1000]
    assert trade_values(matched, "exit_value") == [1200]
    assert trade_values(matched, "open_cost") == [0]


def test_a_short_option_that_expires_at_zero_keeps_its_premium(fifo_path: str) -> None:
    """Price 0 is a price: an expired short option earns the whole premium."""
    matched = run([fill(-1, 1, "0.1", "0.52"), fill(1, 1, 0)], multiplier=100)
    assert trade_money(matched, "gross") == [10]
    assert trade_money(matched, "fees") == [Fraction("0.52")]
    assert int(matched.trades.side[0]) == -1


def test_partial_exits_share_the_entry_cost_pro_rata(fifo_path: str) -> None:
    """Each partial exit carries its part of the entry's fees."""
    matched = run([fill(1, 100, 10, "1.1"), fill(-1, 40, 11, "0.44"), fill(-1, 60, 12, "0.66")])
    net = [gross - fees for gross, fees in zip(money(matched, "gross"), money(matched, "fees"), strict=True)]
    assert net == [Fraction("39.12"), Fraction("118.68")]


def test_a_flip_ends_one_trade_and_opens_the_next(fifo_path: str) -> None:
    """Selling more than is held closes the long and opens a short with the rest, fees pro rata."""
    matched = run([fill(1, 100, 10), fill(-1, 150, 11, 3)])
    trades = matched.trades
    assert trades.is_open.tolist() == [False, True]
    assert trades.side.tolist() == [1, -1]
    assert trades.id.tolist() == [1, 2]
    assert trades.executions.tolist() == [2, 1]
    assert trade_money(matched, "gross") == [100, 0]
    assert trade_money(matched, "fees") == [2, 0]
    assert trade_money(matched, "open_fees") == [0, 1]
    assert trade_values(matched, "open_cost") == [0, 550]
    assert (trades.entry_quantity - trades.exit_quantity).tolist() == [0, 50]


@pytest.mark.parametrize(("method", "gain", "left"), [("fifo", 550, 1900), ("lifo", 350, 1700), ("average", 450, 1800)])
def test_lot_methods_differ_only_in_which_cost_they_use(method: str, gain: int, left: int) -> None:
    """Three lots, one partial sale: each method's gain and the cost it leaves are known by hand."""
    fills = [fill(1, 100, 10), fill(1, 100, 14), fill(1, 100, 12), fill(-1, 150, 15)]
    matched = run(fills, LotMethod(method))
    assert trade_money(matched, "gross") == [gain]
    assert trade_values(matched, "open_cost") == [left]


SCALP = [
    (-1, 150, "326.8"),
    (-1, 75, "326.9"),
    (-1, 75, "326.85"),
    (1, 75, "341"),
    (1, 75, "341.05"),
    (1, 75, "341.05"),
]


@pytest.mark.parametrize(
    ("method", "order", "realised", "left"),
    [
        ("fifo", (1, 2, 3), "-3195", "326.85"),
        ("fifo", (3, 1, 2), "-3191.25", "326.8"),
        ("average", (1, 2, 3), "-3194.0625", None),
    ],
)
def test_fills_in_the_same_instant_are_taken_in_source_order(
    method: str, order: tuple[int, ...], realised: str, left: str | None
) -> None:
    """Three sells of one second: the order inside the source decides which one stays open."""
    fills = [
        fill(*row, at=0 if row[0] < 0 else 5 + n, order=order[n] if row[0] < 0 else n) for n, row in enumerate(SCALP)
    ]
    matched = run(fills, LotMethod(method))
    gross = trade_money(matched, "gross")[0]
    assert abs(gross - Fraction(realised)) <= Fraction("0.00001")
    assert int((matched.trades.entry_quantity - matched.trades.exit_quantity)[0]) == 75
    if left:
        assert trade_values(matched, "open_cost")[0] == Fraction(left) * 75


def test_equal_time_and_order_fall_back_to_the_id() -> None:
    """With nothing else to tell fills apart the lower id was first."""
    fills = [fill(1, 1, 10, at=0, id=9), fill(1, 1, 20, at=0, id=4), fill(-1, 1, 30, at=1, id=1)]
    assert run(fills).closes.open_id.tolist() == [4]


def test_an_unknown_fee_marks_both_trades_of_a_flip() -> None:
    """A fee without a rate is flagged on every trade its execution touches."""
    rows = table([fill(1, 1, 10), fill(-1, 2, 10), fill(1, 1, 10), fill(1, 1, 10), fill(-1, 1, 10)])
    rows.cost_known[1] = False
    matched = match(rows, method=LotMethod.FIFO, multipliers=same_multiplier())
    assert matched.trades.fees_known.tolist() == [False, False, True]


def test_an_empty_book_matches_to_empty_tables() -> None:
    """No executions give no trades, with the documented types."""
    matched = match(table([]), method=LotMethod.FIFO, multipliers=same_multiplier(3))
    assert len(matched.trades) == len(matched.closes) == 0
    assert matched.trades.gross.dtype == np.int64
    assert matched.trades.is_open.dtype == np.bool_
    assert matched.money_places.tolist() == [0, 0, 0]


def test_a_quantity_of_zero_is_refused_with_its_execution() -> None:
    """A quantity that is not above zero names the execution and says what to do."""
    with pytest.raises(LedgerError, match="Execution 2 has a quantity"):
        run([fill(1, 1, 10), fill(-1, 0, 10)])


def test_a_missing_multiplier_is_refused() -> None:
    """A contract size is never assumed."""
    with pytest.raises(LedgerError, match="Instrument 1 has no contract multiplier"):
        match(table([fill(1, 1, 10, instrument=1)]), method=LotMethod.FIFO, multipliers=same_multiplier(1))


def test_negative_prices_and_rebates_are_ordinary_numbers(fifo_path: str) -> None:
    """Crude oil sold below zero and a rebate as a negative fee both add up."""
    matched = run([fill(1, 1, "-37.63", "-0.2"), fill(-1, 1, "10.01", "0.5")], multiplier=1000)
    assert trade_money(matched, "gross") == [47640]
    assert trade_money(matched, "fees") == [Fraction("0.3")]


# ---------------------------------------------------------------------------------- random books


def decimal_numbers(most: int, places: int) -> st.SearchStrategy[Decimal]:
    """Decimals of mixed precision."""
    return st.builds(lambda units, place: Decimal(units).scaleb(-place), st.integers(1, most), st.integers(0, places))


PRICES = st.one_of(st.just(Decimal(0)), decimal_numbers(50_000, 4))
FEES = st.one_of(st.just(Decimal(0)), st.builds(lambda n: Decimal(n).scaleb(-2), st.integers(-50, 300)))


def books(
    quantities: st.SearchStrategy[Decimal],
    prices: st.SearchStrategy[Decimal] = PRICES,
    *,
    instruments: int = 3,
    most: int = 25,
) -> st.SearchStrategy[list[Fill]]:
    """Random fills of a few instruments, many at the same instant."""
    one = st.builds(
        Fill,
        side=st.sampled_from([1, -1]),
        quantity=quantities,
        price=prices,
        fees=FEES,
        instrument=st.integers(0, instruments - 1),
        at=st.integers(-3, 6),
        order=st.integers(0, 2),
    )
    return st.lists(one, max_size=most)


SMALL = st.one_of(st.integers(1, 6).map(Decimal), decimal_numbers(40, 1))
HUGE = st.sampled_from(
    [Decimal("1e-18"), Decimal("3e-18"), Decimal("1e15"), Decimal("2.5"), Decimal("1000000.000000000000000001")]
)
HUGE_PRICES = st.sampled_from([Decimal(0), Decimal("1e-18"), Decimal("1e15"), Decimal("123.456789"), Decimal(7)])


def flatten(fills: list[Fill]) -> list[Fill]:
    """Add the fills that close every open position."""
    held: dict[int, Decimal] = {}
    for item in fills:
        held[item.instrument] = held.get(item.instrument, Decimal(0)) + item.side * item.quantity
    ends = [
        Fill(side=-1 if left > 0 else 1, quantity=abs(left), price=Decimal("12.5"), instrument=code, at=100)
        for code, left in held.items()
        if left
    ]
    return [*fills, *ends]


@given(fills=books(SMALL))
def test_first_in_first_out_equals_a_naive_deque(fills: list[Fill]) -> None:
    """Loop and vectorised pairing both equal the obvious algorithm in fractions, exactly."""
    expected = oracle_fifo(fills, "2.5")
    for rows in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(matching, "SMALL_ROWS", rows)
            matched = run(fills, multiplier="2.5")
        closes = matched.closes
        assert closes.open_id.tolist() == [close.open_id for close in expected]
        assert closes.close_id.tolist() == [close.close_id for close in expected]
        assert quantities(matched) == [close.quantity for close in expected]
        assert money(matched, "gross") == [close.gross for close in expected]
        for mine, close in zip(money(matched, "fees"), expected, strict=True):
            assert abs(mine - close.fees) <= Fraction("0.000004")


@given(fills=books(SMALL), other=books(SMALL))
def test_chunks_of_groups_do_not_change_the_result(fills: list[Fill], other: list[Fill]) -> None:
    """Matching in chunks of whole instruments gives the same tables as in one go."""
    rows = fills + other
    whole = run(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "CHUNKED_FROM", 1)
        patch.setattr(matching, "CHUNK_ROWS", 3)
        patch.setattr(matching, "SMALL_ROWS", 0)
        assert equal_tables(run(rows), whole)


@pytest.mark.parametrize("method", METHODS)
@given(fills=books(st.one_of(SMALL, HUGE)), room=st.integers(1, 9))
def test_a_few_instruments_at_a_time_give_the_same(method: LotMethod, fills: list[Fill], room: int) -> None:
    """A book that is prepared and put together by instruments equals the one that is matched at once."""
    rows, multipliers = table(sorted(fills, key=lambda item: item.instrument)), same_multiplier(3)
    whole = match(rows, method=method, multipliers=multipliers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "CHUNKED_FROM", 1)
        patch.setattr(matching, "RANGE_ROWS", room)
        assert equal_tables(match(rows, method=method, multipliers=multipliers), whole)


@pytest.mark.parametrize("method", METHODS)
@given(data=st.data(), fills=books(st.one_of(SMALL, HUGE)))
def test_any_order_of_rows_gives_the_same_trades(method: LotMethod, data: st.DataObject, fills: list[Fill]) -> None:
    """Rows may arrive in any order, from any number of files."""
    rows = table(fills)
    order = np.array(data.draw(st.permutations(range(len(fills)))), dtype=np.int64)
    multipliers = same_multiplier(3)
    expected = match(rows, method=method, multipliers=multipliers)
    assert equal_tables(match(take(rows, order), method=method, multipliers=multipliers), expected)


@pytest.mark.parametrize("method", METHODS)
@given(fills=books(SMALL))
def test_money_is_neither_lost_nor_made(method: LotMethod, fills: list[Fill]) -> None:
    """Realised gross less open cost is the signed cash flow, and all fees are somewhere, exactly."""
    matched = run(fills, method, multiplier="0.25")
    trades = matched.trades
    for code in {item.instrument for item in fills}:
        mine = [row for row in range(len(trades)) if trades.instrument[row] == code]
        cash = sum(
            -item.side * Fraction(item.quantity) * Fraction(item.price) for item in fills if item.instrument == code
        )
        gross, cost = trade_money(matched, "gross"), trade_values(matched, "open_cost")
        realised = sum(gross[row] - int(trades.side[row]) * cost[row] * Fraction("0.25") for row in mine)
        assert realised == cash * Fraction("0.25")
        fees, held = trade_money(matched, "fees"), trade_money(matched, "open_fees")
        paid = sum(Fraction(item.fees) for item in fills if item.instrument == code)
        assert sum(fees[row] + held[row] for row in mine) == paid


@pytest.mark.parametrize("method", METHODS)
@given(fills=books(st.one_of(SMALL, HUGE), st.one_of(PRICES, HUGE_PRICES)))
def test_closes_add_up_to_their_trades(method: LotMethod, fills: list[Fill]) -> None:
    """Money and quantity of the closes sum to the trade they belong to, also for huge decimals."""
    matched = run(fills, method)
    trades, closes = matched.trades, matched.closes
    for column, total in (("gross", trades.gross), ("fees", trades.fees), ("quantity", trades.exit_quantity)):
        sums = [0] * len(trades)
        for row, units in zip(closes.trade, getattr(closes, column), strict=True):
            sums[row] += int(units)
        assert sums == total.tolist()
    assert (trades.instrument[closes.trade] == closes.instrument).all()
    assert len(set(trades.id.tolist())) == len(trades)
    assert (np.diff(closes.closed_at)[np.diff(closes.instrument) == 0] >= 0).all()
    for units in (trades.gross, trades.quantity, closes.gross, closes.quantity, trades.entry_value):
        assert units.dtype == np.int64


@pytest.mark.parametrize("method", METHODS)
@given(fills=books(HUGE, HUGE_PRICES, instruments=1, most=12))
def test_huge_decimals_keep_their_sums(method: LotMethod, fills: list[Fill]) -> None:
    """Steps of 1e-18 beside positions of 1e15 lose at most the last shown digit of the total."""
    matched = run(fills, method)
    trades = matched.trades
    cash = sum((-item.side * Fraction(item.quantity) * Fraction(item.price) for item in fills), Fraction(0))
    cost = trade_values(matched, "open_cost")
    gross = trade_money(matched, "gross")
    realised = sum((gross[row] - int(trades.side[row]) * cost[row] for row in range(len(trades))), Fraction(0))
    step = Fraction(10) ** -int((matched.quantity_places + matched.price_places)[0])
    assert abs(realised - cash) <= step
    held = sum(item.side * Fraction(item.quantity) for item in fills)
    assert bool(trades.is_open.any()) == bool(held)


@given(fills=books(HUGE, HUGE_PRICES, instruments=2, most=12))
def test_huge_decimals_pair_exactly(fills: list[Fill]) -> None:
    """Pairing is decided on exact integers even where the shown quantities are rounded."""
    matched = run(fills)
    expected = oracle_fifo(fills)
    assert matched.closes.open_id.tolist() == [close.open_id for close in expected]
    assert matched.closes.close_id.tolist() == [close.close_id for close in expected]
    places = matched.quantity_places[matched.closes.instrument]
    for mine, close, place in zip(quantities(matched), expected, places, strict=True):
        assert abs(mine - close.quantity) <= Fraction(10) ** -int(place)


@given(fills=books(SMALL, instruments=2))
def test_once_flat_every_method_earned_the_same(fills: list[Fill]) -> None:
    """The lot method moves profit between exits, never the total of a closed cycle."""
    rows = flatten(fills)
    fifo, lifo, average = (run(rows, method) for method in METHODS)
    assert not fifo.trades.is_open.any()
    assert trade_money(lifo, "gross") == trade_money(average, "gross") == trade_money(fifo, "gross")
    assert sum(trade_money(lifo, "fees")) == sum(trade_money(average, "fees")) == sum(trade_money(fifo, "fees"))


@pytest.mark.parametrize("method", METHODS)
@given(fills=books(SMALL))
def test_trades_run_from_flat_to_flat(method: LotMethod, fills: list[Fill]) -> None:
    """Sides, sizes, times and counts follow the running position, whatever the lot method."""
    matched = run(fills, method)
    expected = _trades_by_walking(fills)
    trades = matched.trades
    scale = [Fraction(10) ** int(place) for place in matched.quantity_places[trades.instrument]]
    mine = [
        (
            int(trades.instrument[row]),
            int(trades.id[row]),
            int(trades.side[row]),
            bool(trades.is_open[row]),
            Fraction(int(trades.quantity[row])) / scale[row],
            Fraction(int(trades.entry_quantity[row])) / scale[row],
            Fraction(int(trades.exit_quantity[row])) / scale[row],
            int(trades.opened_at[row]),
            int(trades.closed_at[row]),
            int(trades.executions[row]),
        )
        for row in range(len(trades))
    ]
    assert mine == expected


def _trades_by_walking(fills: list[Fill]) -> list[tuple[Any, ...]]:
    """Follow each instrument's position with plain variables."""
    rows = sorted(enumerate(fills), key=lambda pair: (pair[1].instrument, pair[1].at, pair[1].order, pair[0]))
    result: list[list[Any]] = []
    held: dict[int, Fraction] = {}
    for position, item in rows:
        left, now = Fraction(item.quantity), held.get(item.instrument, Fraction(0))
        if now and (now > 0) != (item.side > 0):
            part = min(left, abs(now))
            trade = result[-1]
            trade[6] += part
            trade[8] = item.at
            trade[9] += 1
            now += item.side * part
            trade[3] = bool(now)
            left -= part
        if left:
            if not now:
                start = [item.instrument, position + 1, item.side, True, Fraction(0), Fraction(0), Fraction(0)]
                result.append([*start, item.at, item.at, 0])
            trade = result[-1]
            now += item.side * left
            trade[4] = max(trade[4], abs(now))
            trade[5] += left
            trade[9] += 1
        held[item.instrument] = now
    return [tuple(trade) for trade in result]


@given(fills=books(SMALL), code=st.integers(0, 2))
def test_one_instrument_can_be_matched_anew(fills: list[Fill], code: int) -> None:
    """Replacing one instrument in an older book equals matching everything again."""
    rows, multipliers = table(fills), same_multiplier(3)
    whole = match(rows, method=LotMethod.FIFO, multipliers=multipliers)
    own = np.flatnonzero(rows.instrument == code)
    older = np.setdiff1d(np.arange(len(rows)), own[len(own) // 2 :])
    before = match(take(rows, older), method=LotMethod.FIFO, multipliers=multipliers)
    part = match(take(rows, own), method=LotMethod.FIFO, multipliers=multipliers)
    assert equal_tables(replace_instruments(before, part, np.array([code])), whole)

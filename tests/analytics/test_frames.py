"""Frames: the crossing from exact integers to statistics."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.frames import (
    JournalColumns,
    convert_exits,
    convert_trades,
    exit_frame,
    merge_exits,
    merge_frames,
    planned_risk,
    trade_frame,
    with_journal,
)
from analytics.ledger.matching import match
from domain.accounts import LotMethod
from domain.columns import ExitFrame, Matched, TradeFrame
from domain.errors import CurrencyError, LedgerError
from domain.periods import to_micros
from tests.analytics.ledger.books import decimals, fill, same_multiplier, table

START = to_micros(datetime(2026, 1, 6, 2, 0, tzinfo=UTC))  # Monday evening in New York
HOUR = 3_600_000_000
FILLS = [
    fill(1, "0.5", "100.25", "0.1", at=START),
    fill(1, "0.5", "101.25", "0.1", at=START + HOUR),
    fill(-1, "0.25", "110", "0.1", at=START + 2 * HOUR),
    fill(-1, "0.75", "120", "0.3", at=START + 24 * HOUR),
    fill(-1, 3, 7, 0, instrument=1, at=START + HOUR),
]


def book() -> Matched:
    """Two instruments: a closed long in two exits and an open short."""
    return match(table(FILLS), method=LotMethod.FIFO, multipliers=decimals([Decimal(10), Decimal(1)]))


def frame(account: int = 1, currency: str = "USD", symbols: tuple[str, ...] = ("AAA", "BBB")) -> TradeFrame:
    """Frame of the book."""
    return trade_frame(
        book(),
        account=account,
        symbols=symbols,
        asset_classes=("stock", "stock"),
        timezone="America/New_York",
        currency=currency,
    )


def exit_rows() -> ExitFrame:
    """Exits of the book."""
    return exit_frame(book(), account=1, timezone="America/New_York", currency="USD")


def test_a_trade_becomes_one_row_of_floats() -> None:
    """Money, average prices, days of the account's zone and holding time."""
    rows = frame()
    assert rows.is_open.tolist() == [True, False]
    closed = 1
    assert rows.gross[closed] == pytest.approx(10 * (0.25 * 110 + 0.75 * 120 - 0.5 * 100.25 - 0.5 * 101.25))
    assert rows.fees[closed] == pytest.approx(0.6)
    assert rows.net[closed] == pytest.approx(rows.gross[closed] - 0.6)
    assert rows.entry_price[closed] == pytest.approx(100.75)
    assert rows.exit_price[closed] == pytest.approx(117.5)
    assert rows.quantity[closed] == 1
    assert rows.held_seconds[closed] == 86_400
    days = [str(np.datetime64(int(day), "D")) for day in (rows.entry_day[closed], rows.exit_day[closed])]
    assert days == ["2026-01-05", "2026-01-06"]
    assert rows.entry_minute[closed] == 21 * 60


def test_an_open_trade_has_no_exit_price_and_no_holding_time() -> None:
    """NaN says there is none yet."""
    rows = frame()
    assert np.isnan(rows.exit_price[0])
    assert np.isnan(rows.held_seconds[0])
    assert rows.entry_price[0] == 7
    assert np.isnan(rows.risk).all()
    assert rows.setup.tolist() == [-1, -1]


def test_rows_lead_back_to_the_exact_table() -> None:
    """`row` finds the trade in the matched book."""
    rows, trades = frame(), book().trades
    assert trades.id[rows.row].tolist() == rows.id.tolist()


def test_each_closing_execution_is_one_exit() -> None:
    """An exit that closes two lots is one row, dated by itself."""
    rows = exit_rows()
    assert rows.closed_at.tolist() == [START + 2 * HOUR, START + 24 * HOUR]
    assert rows.gross.sum() == pytest.approx(frame().gross[1])
    assert rows.fees.tolist() == pytest.approx([0.15, 0.45])
    assert rows.trade_id.tolist() == [1, 1]
    assert (rows.day[1] - rows.day[0]) == 1


def test_accounts_merge_by_symbol_and_asset_class() -> None:
    """The same stock in two accounts is one instrument; rows are ordered by exit."""
    merged = merge_frames([frame(1), frame(2, symbols=("BBB", "CCC"))])
    assert merged.symbols == ("AAA", "BBB", "CCC")
    names = [merged.symbols[code] for code in merged.instrument]
    assert sorted(zip(merged.account.tolist(), names, merged.is_open.tolist(), strict=True)) == [
        (1, "AAA", False),
        (1, "BBB", True),
        (2, "BBB", False),
        (2, "CCC", True),
    ]
    assert (np.diff(merged.closed_at) >= 0).all()
    exits = merge_exits([exit_rows(), exit_rows()])
    assert len(exits) == 4
    assert (np.diff(exits.closed_at) >= 0).all()


def test_two_currencies_are_not_added() -> None:
    """The error names both and says what to do."""
    with pytest.raises(CurrencyError, match="EUR and USD") as caught:
        merge_frames([frame(1), frame(2, currency="EUR")])
    assert caught.value.hint
    with pytest.raises(LedgerError):
        merge_exits([])


def test_a_rate_converts_money_and_nothing_else() -> None:
    """After conversion frames can be added."""
    euros = convert_trades(frame(2, currency="EUR"), np.array([1.1, 1.1]), currency="USD")
    assert euros.net.tolist() == pytest.approx((frame().net * 1.1).tolist())
    assert euros.entry_price.tolist() == frame().entry_price.tolist()
    assert len(merge_frames([frame(), euros])) == 4
    exits = convert_exits(replace(exit_rows(), currency="EUR"), np.array([2.0, 2.0]), currency="USD")
    assert (exits.net == exit_rows().net * 2).all()


def test_the_journal_fills_its_trades() -> None:
    """Tags, setups and risk find their trade by id; the others stay empty."""
    journal = JournalColumns(
        trade_id=np.array([99, 1]),
        tag_mask=np.array([4, 3]),
        setup=np.array([0, 1], dtype=np.int32),
        risk=np.array([5.0, 80.0]),
        tags=("a", "b", "c"),
        setups=("gap", "trend"),
    )
    rows = with_journal(frame(), journal)
    assert rows.id.tolist() == [5, 1]
    assert rows.tag_mask.tolist() == [0, 3]
    assert rows.setup.tolist() == [-1, 1]
    assert np.isnan(rows.risk[0])
    assert rows.risk[1] == 80
    assert rows.tags == ("a", "b", "c")


def test_an_empty_journal_leaves_a_frame_empty() -> None:
    """No journal rows, no tags and no risk; a risk of zero counts as none."""
    none = JournalColumns(
        trade_id=np.zeros(0, dtype=np.int64),
        tag_mask=np.zeros(0, dtype=np.int64),
        setup=np.zeros(0, dtype=np.int32),
        risk=np.zeros(0),
    )
    assert np.isnan(with_journal(frame(), none).risk).all()
    zero = replace(none, trade_id=np.array([1]), tag_mask=np.array([0]), setup=np.array([-1]), risk=np.array([0.0]))
    assert np.isnan(with_journal(frame(), zero).risk).all()


def test_planned_risk_is_the_distance_to_the_stop_in_money() -> None:
    """Average entry 100.75, stop 98.75, one unit, multiplier 10: risk 20."""
    matched = book()
    rows = np.array([0, 1])
    risk = planned_risk(matched, rows, np.array([98.75, np.nan]), multipliers=decimals([Decimal(10), Decimal(1)]))
    assert risk[0] == pytest.approx(20)
    assert np.isnan(risk[1])


def test_an_empty_book_has_empty_frames() -> None:
    """Nothing in, nothing out."""
    matched = match(table([]), method=LotMethod.FIFO, multipliers=same_multiplier(2))
    rows = trade_frame(matched, account=1, symbols=("A", "B"), asset_classes=("stock", "stock"), timezone="UTC")
    assert len(rows) == len(exit_frame(matched, account=1, timezone="UTC")) == 0
    assert len(merge_frames([rows, rows])) == 0


@given(
    rows=st.lists(
        st.tuples(st.sampled_from([1, -1]), st.integers(1, 9), st.integers(0, 50), st.integers(0, 5)), max_size=20
    ),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "Pacific/Apia"]),
)
def test_exits_sum_to_their_trades_in_any_zone(rows: list[tuple[int, int, int, int]], zone: str) -> None:
    """The display zone moves days, never totals or holding times."""
    fills = [fill(*row, at=START + 5 * HOUR * place) for place, row in enumerate(rows)]
    matched = match(table(fills), method=LotMethod.FIFO, multipliers=same_multiplier())
    trades = trade_frame(matched, account=1, symbols=("A",), asset_classes=("stock",), timezone=zone)
    exits = exit_frame(matched, account=1, timezone=zone)
    assert exits.net.sum() == pytest.approx(trades.net.sum(), abs=1e-6)
    for trade, net in zip(trades.id, trades.net, strict=True):
        assert exits.net[exits.trade_id == trade].sum() == pytest.approx(net, abs=1e-6)
    utc = trade_frame(matched, account=1, symbols=("A",), asset_classes=("stock",), timezone="UTC")
    assert np.array_equal(trades.held_seconds, utc.held_seconds, equal_nan=True)

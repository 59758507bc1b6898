"""What looks wrong in a book, and what only looks like it."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from analytics.exact import from_decimals
from analytics.health import opened_by_an_end, suspect_shorts, twin_groups, without_fees
from analytics.ledger.matching import match
from domain.accounts import LotMethod
from domain.columns import ExecutionTable, TradeTable
from domain.executions import ExecutionKind

HOUR = 3_600_000_000
Row = tuple[int, int, int, str, str]


def fills(*rows: Row, cost: str = "1", kinds: tuple[int, ...] = ()) -> ExecutionTable:
    """Executions: (hour, instrument, side, quantity, price)."""
    count = len(rows)
    return ExecutionTable(
        id=np.arange(1, count + 1, dtype=np.int64),
        instrument=np.array([row[1] for row in rows], dtype=np.int32),
        side=np.array([row[2] for row in rows], dtype=np.int8),
        quantity=from_decimals([Decimal(row[3]) for row in rows]),
        price=from_decimals([Decimal(row[4]) for row in rows]),
        cost=from_decimals([Decimal(cost)] * count),
        cost_known=np.ones(count, dtype=bool),
        executed_at=np.array([row[0] * HOUR for row in rows], dtype=np.int64),
        kind=np.array(kinds or [0] * count, dtype=np.int8),
        order=np.arange(count, dtype=np.int64),
    )


def trades(table: ExecutionTable) -> TradeTable:
    """Round trips of these executions."""
    count = int(table.instrument.max()) + 1
    return match(table, method=LotMethod.FIFO, multipliers=from_decimals([Decimal(1)] * count)).trades


def suspects(*rows: Row, on_margin: bool = False) -> tuple[list[int], list[int]]:
    """Orphan exits and negative holdings, as rows of the trades."""
    found = trades(fills(*rows))
    orphans, negatives = suspect_shorts(found, np.ones(len(found), dtype=bool), on_margin=on_margin)
    return orphans.tolist(), negatives.tolist()


def test_a_sale_of_what_was_never_bought_is_an_orphan() -> None:
    """The first fill is a sale and nobody covers it the same day: its purchase is missing."""
    assert suspects((0, 0, -1, "10", "5")) == ([0], [])
    assert suspects((0, 0, -1, "10", "5"), (48, 0, 1, "10", "6")) == ([0], [])


def test_selling_more_than_was_bought_is_a_negative_holding() -> None:
    """A short position after an honest beginning is told as such."""
    assert suspects((0, 0, 1, "10", "5"), (1, 0, -1, "10", "6"), (2, 0, -1, "3", "6")) == ([], [1])


def test_a_short_covered_within_the_day_is_a_short() -> None:
    """Selling first and buying back an hour later is trading, not missing data."""
    assert suspects((0, 0, -1, "10", "5"), (1, 0, 1, "10", "4")) == ([], [])


def test_a_short_seller_is_believed() -> None:
    """Who covers shorts all the time may also hold one."""
    rows: list[Row] = []
    for number in range(6):
        rows += [(number * 4, 0, -1, "10", "5"), (number * 4 + 1, 0, 1, "10", "4")]
    assert suspects(*rows, (99, 1, -1, "5", "7")) == ([], [])


def test_on_margin_only_an_open_first_sale_is_told() -> None:
    """With derivatives in the account a covered short is no finding."""
    assert suspects((0, 0, -1, "10", "5"), (48, 0, 1, "10", "6"), on_margin=True) == ([], [])
    assert suspects((0, 0, -1, "10", "5"), on_margin=True) == ([0], [])


def test_an_expiry_that_closes_nothing_is_an_orphan() -> None:
    """An option's end that opens a position ended something that was never opened here."""
    table = fills(
        (0, 0, 1, "1", "2"), (1, 0, -1, "1", "0"), (2, 1, -1, "1", "0"), kinds=(0, 1, int(ExecutionKind.EXPIRY))
    )
    assert opened_by_an_end(trades(table), table).tolist() == [1]


@pytest.mark.parametrize("quantity", ["10", "10.000000000000000001"])
def test_twins_share_everything_within_the_second(quantity: str) -> None:
    """Equal fills of one second form a group; another price, side, instrument or second does not."""
    rows: list[Row] = [
        (0, 0, 1, quantity, "5"), (0, 0, 1, quantity, "5"), (0, 0, 1, quantity, "5.01"), (0, 0, -1, quantity, "5"),
        (0, 1, 1, quantity, "5"), (1, 0, 1, quantity, "5"), (0, 0, 1, "11", "5"),
    ]  # fmt: skip
    table = fills(*rows)
    found, groups = twin_groups(table)
    assert table.id[found].tolist() == [1, 2]
    assert len(set(groups.tolist())) == 1


def test_missing_fees_are_told_where_most_have_one() -> None:
    """One free fill among three with a fee is missing its fee; an account without any fees is free of them."""
    table = fills(*((hour, 0, 1, "1", "1") for hour in range(4)))
    table.cost.units[2] = 0
    codes = np.zeros(4, dtype=np.int64)
    assert without_fees(table, codes, 2) == {0: 1}
    table.cost.units[:] = 0
    assert without_fees(table, codes, 2) == {}

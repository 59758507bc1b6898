"""The order in which a book is read."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.ledger.ordering import book_order
from tests.analytics.ledger.books import fill, table

PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2), st.integers(0, 2)), max_size=15)


@given(places=PLACES, data=st.data())
def test_rows_are_ordered_by_instrument_time_source_order_and_id(
    places: list[tuple[int, int, int]], data: st.DataObject
) -> None:
    """Any input order gives the order of a plain sort, and an ordered book needs none."""
    ids = data.draw(st.permutations(range(1, len(places) + 1)))
    rows = [
        fill(1, 1, 1, instrument=code, at=at, order=order, id=number)
        for (code, at, order), number in zip(places, ids, strict=True)
    ]
    keys = [(*place, number) for place, number in zip(places, ids, strict=True)]
    expected = sorted(range(len(rows)), key=lambda row: keys[row])
    order = book_order(table(rows))
    assert (list(range(len(rows))) if order is None else order.tolist()) == expected
    assert book_order(table([rows[row] for row in expected])) is None


def test_more_instruments_than_sixteen_bits_are_still_ordered() -> None:
    """Large codes take the wide sort."""
    rows = [fill(1, 1, 1, instrument=code, at=0) for code in (70_000, 3, 65_536, 3)]
    order = book_order(table(rows))
    assert order is not None
    assert np.array(order).tolist() == [1, 3, 2, 0]

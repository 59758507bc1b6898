"""Packed texts answer like the list they were made of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brokers.packed_texts import PACK, join_packs, pack_texts

TEXTS = [f"id-{number}" for number in range(PACK * 2 + 5)]
words = st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=4), max_size=12)


@given(words, words)
def test_they_equal_the_list(first: list[str], second: list[str]) -> None:
    """Length, order, single rows, slices and joined columns are those of the lists."""
    packed = join_packs([pack_texts(first), pack_texts(second)])
    whole = first + second
    assert packed == whole
    assert list(packed) == whole
    assert list(reversed(packed)) == whole[::-1]
    assert [packed[row] for row in range(-len(whole), len(whole))] == whole * 2
    assert packed[:3] == whole[:3]
    assert packed[::-2] == whole[::-2]
    assert packed.has_empty() == ("" in whole)


@pytest.mark.parametrize("rows", [[0, 1, PACK - 1, PACK, PACK + 1, PACK * 2 + 4], [PACK * 2, PACK, 3, 0], [7], []])
def test_chosen_rows_come_in_their_order(rows: list[int]) -> None:
    """Positions that rise or fall across packs pick what they pick of a list."""
    assert pack_texts(TEXTS).pick(np.array(rows, dtype=np.int64)) == [TEXTS[row] for row in rows]


def test_a_slice_of_all_rows_may_turn_them_round() -> None:
    """The whole column comes as it is, or backwards."""
    packed = pack_texts(TEXTS)
    assert packed.pick(slice(None)) is packed
    assert packed.pick(slice(None, None, -1)) == TEXTS[::-1]


def test_a_row_that_is_not_there_is_an_error() -> None:
    """As with a list; and another content or length is not equal."""
    packed = pack_texts(["a"])
    with pytest.raises(IndexError):
        packed[1]
    assert packed != ["b"]
    assert packed != ["a", "a"]

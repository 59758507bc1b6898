"""The OFX reader."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from data.brokers.cells import CellError
from data.brokers.ofx import find_tree
from domain.errors import ImportFileError


def test_leaves_with_and_without_end_tags_are_the_same() -> None:
    """SGML leaves end at the next tag, XML leaves have their own end."""
    for text in ("<OFX><A><B>1\n<C>2</A></OFX>", "<OFX><A><B>1</B><C>2</C></A></OFX>"):
        root = find_tree(text, name="x")
        group = root.find("A")
        assert group is not None
        assert [(node.tag, node.text) for node in group.children] == [("B", "1"), ("C", "2")]


def test_empty_leaf_ends_with_what_holds_it() -> None:
    """A memo without a text does not swallow the statement."""
    root = find_tree("<OFX><T><MEMO></T>\n<T><MEMO>x</T></OFX>", name="x")
    assert [(node.tag, node.line) for node in root.children[0].children] == [("T", 1), ("T", 2)]


def test_numbers_and_times_are_read_or_refused() -> None:
    """An offset makes a time aware; what is no number or time names its tag."""
    node = find_tree("<OFX><N>1,234.5<BAD>x<D>20260306<T>20260306093000.123[-5:EST]</OFX>", name="x")
    assert node.decimal("N") == Decimal("1234.5")
    assert node.decimal("NONE", Decimal(7)) == 7
    assert node.moment("D") == datetime(2026, 3, 6)
    assert node.moment("T").astimezone(UTC) == datetime(2026, 3, 6, 14, 30, tzinfo=UTC)
    assert node.moment("T").utcoffset() == timedelta(hours=-5)
    for read, tag in ((node.decimal, "BAD"), (node.moment, "BAD"), (node.decimal, "NONE")):
        with pytest.raises(CellError) as caught:
            read(tag)
        assert caught.value.column == tag


def test_cut_off_or_endless_nesting_is_refused() -> None:
    """Both name the line."""
    with pytest.raises(ImportFileError, match=r"<OFX> of line 1 is not closed"):
        find_tree("<OFX><A><B>1", name="x")
    with pytest.raises(ImportFileError, match="nested too deeply"):
        find_tree("<A>\n" * 100, name="x")


def test_entities_are_text() -> None:
    """Declared entities are not expanded."""
    root = find_tree('<!DOCTYPE x [<!ENTITY a "b">]><OFX><N>Q&amp;A &a;</OFX>', name="x")
    assert root.value("N") == "Q&A &a;"

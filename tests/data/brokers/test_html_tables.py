"""Tables of HTML reports."""

from __future__ import annotations

import contextlib
import time

import pytest

from data.brokers.html_tables import find_rows
from data.brokers.limits import HTML_CELLS, HTML_SPAN
from domain.errors import ImportFileError


def cells(text: str) -> list[list[str]]:
    """Return the cells of all rows."""
    return [record.cells for record in find_rows(text, name="report.htm")]


def test_rows_have_their_line_and_their_text() -> None:
    """Markup inside a cell is dropped, entities are read, blanks are folded, empty rows are left out."""
    text = "<table>\n<tr><td><b>a &amp; b</b></td><TD title='x>y'>1&nbsp;000 </TD></tr>\n<tr><td></tr></table>"
    records = find_rows(text, name="x")
    assert [(record.line, record.cells) for record in records] == [(2, ["a & b", "1 000"])]


def test_end_tags_may_be_missing() -> None:
    """A cell ends where the next one begins, a row where the next row or the file ends."""
    assert cells("<tr><td>a<td>b<tr><th>c") == [["a", "b"], ["c"]]


def test_spanned_columns_stay_empty() -> None:
    """A cell over three columns is followed by two empty ones; absurd spans are cut."""
    assert cells("<tr><td colspan=3>a</td><td>b</td>") == [["a", "", "", "b"]]
    assert len(cells('<tr><td colspan="999">a')[0]) == HTML_SPAN
    assert cells("<tr><td colspan=0>a<td colspan=-7>b") == [["a", "b"]]


def test_scripts_styles_and_comments_are_not_read() -> None:
    """Rows written inside of them are no rows."""
    inner = "<tr><td>no</td></tr>"
    text = f"<script>{inner}</script><style>{inner}</style><!--{inner}--><tr><td>a < b<script>x</script></td></tr>"
    assert cells(text) == [["a < b"]]
    assert cells(f"<tr><td>yes</td></tr><script>{inner}") == [["yes"]]


def test_what_has_no_end_is_refused() -> None:
    """A quote that is never closed hides the rest of a file: nothing is imported."""
    with pytest.raises(ImportFileError, match="tag without an end in line 2"):
        cells("<tr><td>a</td></tr>\n<td title='x>")


def test_row_of_countless_cells_is_refused() -> None:
    """The size of a row is bounded."""
    with pytest.raises(ImportFileError, match=f"more than {HTML_CELLS} cells"):
        cells("<tr>" + "<td>a" * 300)


@pytest.mark.parametrize("unit", ["<!--", "<!x", "<?", "<![CDATA[", "<td a='", "<a ", "</td ", "</", "<script>", "&"])
def test_crafted_markup_takes_linear_time(unit: str) -> None:
    """Beginnings without an end, a hundred thousand times over, are read or refused at once."""
    started = time.process_time()
    with contextlib.suppress(ImportFileError):
        find_rows("<tr><td>" + unit * 100_000, name="x")
    assert time.process_time() - started < 20

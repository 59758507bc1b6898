"""The strict reader: what it reads, what it refuses, and where it says the fault is."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.brokers import limits, strict_csv
from data.brokers.reader import open_table, read_records
from data.brokers.strict_csv import is_swallowed, split_text
from domain.errors import ImportFileError
from domain.import_codes import FileCode

HEAD = "a,b,c\n1,2,3\n"


def refusal(text: str, delimiter: str = ",") -> tuple[FileCode, int, str]:
    """Return code, line and column of a refusal."""
    with pytest.raises(ImportFileError) as caught:
        list(split_text(text, delimiter=delimiter, name="x.csv"))
    assert str(caught.value.line) in caught.value.message
    return caught.value.code, caught.value.line, caught.value.column


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        (HEAD + '4,"5,6\n7,8,9\n', 3, 2),
        (HEAD + '4,5,"6\n', 3, 3),
        (HEAD + '"4,5,6', 3, 1),
        (HEAD + '4,"5"x,6\n', 3, 2),
        (HEAD + '4,5x",6\n', 3, 2),
        (HEAD + '4,"5 ""x"" 5",6"x\n7,8,9\n"', 5, 1),
        ('a,b,c\n1,"two\nlines",3\n4,"5,6\n', 4, 2),
        (HEAD + '4,"AB,6\n7,CD",9\n', 3, 2),
        (HEAD + '4,"AB,6\n7,8,9\n10,CD",12\n', 3, 2),
        ('a,b,c\r1,2,3\r4,"5,6\r', 3, 2),
        ('a,b,c\r\n1,2,3\r\n4,"5,6\r\n', 3, 2),
    ],
)
def test_a_bad_quote_is_named_where_it_opens(text: str, line: int, column: int) -> None:
    """Never closed, closed too early, never opened, or closed by another row's stray quote."""
    assert refusal(text) == (FileCode.BAD_QUOTE, line, str(column))


@pytest.mark.parametrize(
    "text",
    [
        'a,b,c\n1,"a note, in\ntwo lines",3\n',
        'a,b,c\n1,"say ""yes""",3\n',
        'a,b,c\n1,TV 15",3\n',
        'a,b,c\n1,15"4 pipe,3\n',
        'a,b,c\n1,"",3\n"4","5","6"\n',
        'a;b;c\n1;"x\ny\nz";3\n',
        'a,b\n1,"x,\ny,z"\n',
    ],
)
def test_sound_quotes_are_read_as_they_are(text: str) -> None:
    """Notes of several lines, doubled quotes and inch marks are nothing to refuse."""
    delimiter = ";" if ";" in text else ","
    found = [row for _, row in split_text(text, delimiter=delimiter, name="x.csv")]
    assert found == list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def test_lines_are_counted_through_cells_of_several_lines() -> None:
    """Each record knows the line it starts in."""
    text = '\ufeffa,b\n"x\ny",2\n\n3,4\r5,6\r\n7,8'
    assert [line for line, _ in split_text(text, delimiter=",", name="x")] == [1, 2, 4, 5, 6, 7]


def test_sizes_are_limited() -> None:
    """A cell, a record and a file have a largest size, and each refusal says where."""
    long = "x" * (limits.MAX_CELL + 1)
    assert refusal(f"{HEAD}4,{long},6\n") == (FileCode.CELL_TOO_LONG, 3, "2")
    assert refusal(f'{HEAD}4,5,"{long}"\n') == (FileCode.CELL_TOO_LONG, 3, "3")
    assert refusal(HEAD + ",".join("x" * (limits.MAX_COLUMNS + 1)))[:2] == (FileCode.TOO_MANY_COLUMNS, 3)
    # An endless cell that holds the rows below is a quote that was never closed.
    assert refusal(f'{HEAD}4,"5,6\n' + "7,8,9\n" * limits.MAX_CELL) == (FileCode.BAD_QUOTE, 3, "2")


def test_rows_are_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row after the last allowed one is named."""
    monkeypatch.setattr(strict_csv, "MAX_ROWS", 2)
    with pytest.raises(ImportFileError) as caught:
        list(split_text("a\n1\n2\n3\n", delimiter=",", name="x.csv"))
    assert (caught.value.code, caught.value.line) == (FileCode.TOO_MANY_ROWS, 3)


@given(st.lists(st.lists(st.text("ab\"',;\n\r 1", max_size=6), min_size=2, max_size=4), min_size=1, max_size=6))
def test_what_a_writer_wrote_is_read_or_refused_for_a_quote(rows: list[list[str]]) -> None:
    """A well-written file is read exactly; only a cell that looks like swallowed rows is refused."""
    target = io.StringIO(newline="")
    csv.writer(target, quoting=csv.QUOTE_ALL).writerows(rows)
    if any(is_swallowed(cell, ",", len(row)) for row in rows for cell in row):
        assert refusal(target.getvalue())[0] == FileCode.BAD_QUOTE
        return
    assert [row for _, row in split_text(target.getvalue(), delimiter=",", name="x")] == rows


def test_two_columns_of_one_name_must_agree() -> None:
    """Twice the same column is harmless; two that differ could both be meant, so neither is taken."""
    same = open_table("Symbol,Price,Price\nA,1,1\nB,2,2\n", ("Symbol", "Price"))
    assert [row.text("Price") for row in same] == ["1", "2"]
    with pytest.raises(ImportFileError) as caught:
        open_table("# x\nSymbol,Price,price \nA,1,1\nB,2,3\n", ("Symbol", "Price"), name="x.csv")
    assert (caught.value.code, caught.value.line, caught.value.column) == (FileCode.DUPLICATE_HEADER, 2, "price")


def test_the_last_record_knows_that_the_file_goes_on_nowhere() -> None:
    """Without a line break at the end the last row may be cut off; with one it is whole."""
    assert type(read_records("a,b\n1,2")[-1].cells) is not list
    assert type(read_records("a,b\n1,2\n")[-1].cells) is list

"""Which cell a fix means, in every kind of file."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.brokers import ParseOptions, format_by_slug, read_statement
from data.brokers.formats import generic_csv
from data.brokers.html_tables import read_html_rows
from data.brokers.mending import mend, mending
from data.brokers.reader import Row, read_records
from data.brokers.records import Record, number_columns
from data.brokers.source import SourceFile
from domain.fixes import Fixes, RowFix
from domain.statements import Statement

TABLE = "Symbol,Price,Price,Qty\nACME,1,2,x\nBOLT,x,3,x\n"


def fix(line: int, column: str, was: str, value: str = "9") -> Fixes:
    """Return one fix."""
    return Fixes().with_cells([RowFix(line=line, column=column, was=was, value=value)])


def cells(text: str, fixes: Fixes) -> list[list[str]]:
    """Return the records of a text below its first line, mended."""
    with mending(fixes):
        return [list(record.cells) for record in read_records(text)[1:]]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (fix(3, "Qty", "x"), ["BOLT", "x", "3", "9"]),
        (fix(3, "price", "x"), ["BOLT", "9", "3", "x"]),
        (fix(3, "Price 2", "3"), ["BOLT", "x", "9", "x"]),
        (fix(3, "An alias", "3"), ["BOLT", "x", "9", "x"]),
        (fix(3, "An alias", "x"), ["BOLT", "x", "3", "x"]),
        (fix(9, "Qty", "x"), ["BOLT", "x", "3", "x"]),
    ],
    ids=["named", "case", "numbered", "only text", "two alike", "no line"],
)
def test_the_cell_is_that_of_the_column_or_the_only_one_alike(wanted: Fixes, expected: list[str]) -> None:
    """A fix finds its cell by header, else by the only text alike; else it changes nothing."""
    assert cells(TABLE, wanted)[1] == expected


def test_the_nearest_header_above_counts() -> None:
    """In a file of several tables a column is that of the table the row stands in."""
    text = "Symbol,Qty,Fee\nACME,,1\nFee,Symbol,Qty\n1,BOLT,\n"
    assert cells(text, fix(4, "Qty", ""))[2] == ["1", "BOLT", "9"]
    assert cells(text, fix(2, "Qty", ""))[0] == ["ACME", "9", "1"]


def test_a_missing_last_cell_is_added() -> None:
    """A row that is shorter than its header takes the value in the column it lacks."""
    assert cells("Symbol,Qty,Price\nACME,5\n", fix(2, "Price", "")) == [["ACME", "5", "9"]]


def test_the_file_s_own_text_stays_beside() -> None:
    """A mended row tells what the file says, for its fingerprint."""
    with mending(fix(2, "Qty", "x")):
        header, record, _ = read_records(TABLE)
    row = Row(record.line, record.cells, number_columns(header.cells))
    assert row.text("Qty") == "9"
    assert row.raw("Symbol", "Qty") == ("ACME", "x")
    assert row.as_written.text("Qty") == "x"


def test_nothing_is_mended_outside() -> None:
    """Fixes hold for the reading they were given to and no longer."""
    with mending(fix(2, "Qty", "x")):
        pass
    assert read_records(TABLE)[1].cells[-1] == "x"


def test_rows_of_one_line_are_told_apart_by_the_text() -> None:
    """A report in a single line: only the row that holds the text at fault is mended, two alike are not."""
    rows = "".join(
        f"<tr><td>{name}</td><td>{quantity}</td></tr>" for name, quantity in (("S", "Qty"), ("A", "x"), ("B", "7"))
    )
    with mending(fix(1, "Qty", "x")):
        report = SourceFile("r.htm", f"<table>{rows}</table>".encode())
        assert [record.cells for record in read_html_rows(report)][1:] == [
            ["A", "9"],
            ["B", "7"],
        ]
    with mending(fix(1, "Qty", "7")):
        twice = read_html_rows(SourceFile("r.htm", f"<table>{rows}{rows}</table>".encode()))
    assert [record.cells for record in twice if record.cells[0] == "B"] == [["B", "7"], ["B", "7"]]


def test_one_of_several_sheets_is_mended() -> None:
    """Where lines are counted in each sheet anew, a sheet without the text at fault stays as it is."""
    first = [Record(1, ["Symbol", "Qty"]), Record(2, ["ACME", "x"])]
    second = [Record(1, ["Symbol", "Qty"]), Record(2, ["BOLT", "5"])]
    with mending(fix(2, "Qty", "x")):
        assert mend(first, is_alone=False)[1].cells == ["ACME", "9"]
        assert mend(second, is_alone=False)[1].cells == ["BOLT", "5"]


def test_a_fix_of_a_fix_keeps_what_the_file_says() -> None:
    """Typing again replaces the value, not the text it replaces; leaving the row out forgets both."""
    twice = fix(2, "Qty", "x", "8").with_cells([RowFix(line=2, column="Qty", was="8", value="9")])
    assert twice.cells == (RowFix(line=2, column="Qty", was="x", value="9"),)
    assert twice.with_skipped([2]) == Fixes(skipped=(2,))
    assert Fixes.from_dict(twice.with_skipped([3]).to_dict()) == twice.with_skipped([3])
    assert not twice.without([2])


@pytest.mark.parametrize("header", ["Trade ID,", ""], ids=["broker ids", "fingerprints"])
@pytest.mark.parametrize("is_backwards", [False, True], ids=["oldest first", "newest first"])
def test_a_mended_row_of_a_large_file_stands_where_it_stood(header: str, is_backwards: bool) -> None:
    """Read by columns or row by row, a large file with fixes gives the same fills in the same order."""
    rows = [
        f"{f't{at},' if header else ''}2026-03-{1 + at // 400:02} 09:{at // 60 % 60:02}:{at % 60:02},"
        f"{'ACME' if at % 3 else 'BOLT'},{'Sell' if at % 2 else 'Buy'},{at % 90 + 1},{at % 7}.5,0.{at % 4}"
        for at in range(6_000)
    ]
    for at in (40, 2_000, 5_999):
        rows[at] = rows[at].replace(f",{at % 90 + 1},", ",1O,")
    if is_backwards:
        rows.reverse()
    lines = [index + 2 for index, row in enumerate(rows) if ",1O," in row]
    text = "\n".join([f"{header}Time,Symbol,Side,Quantity,Price,Commission", *rows, ""])
    typed = [RowFix(line=line, column="Quantity", was="1O", value="0.125") for line in lines[:2]]
    options = ParseOptions(fixes=Fixes().with_cells(typed).with_skipped(lines[2:]))
    source = SourceFile("x.csv", text.encode())
    with mending(options.fixes):
        plan = generic_csv.plan_for(source, options)
        by_columns = generic_csv.parse_columns(source, options, plan)
        by_rows = generic_csv.parse_rows(source, options, plan)
    assert by_columns is not None
    assert by_columns.rows == by_rows.rows == 6_000
    assert by_columns.problems == by_rows.problems
    assert _fills(by_columns) == _fills(by_rows)
    assert len(read_statement(generic_csv.FORMAT, source, options).others) == 1


def _fills(statement: Statement) -> list[tuple[object, ...]]:
    batch = statement.executions
    return [
        (
            int(batch.line[row]),
            batch.identity[row],
            batch.instruments[int(batch.instrument[row])].symbol,
            int(batch.side[row]),
            batch.quantity.at(row),
            batch.price.at(row),
            batch.fees.at(row),
            batch.fee_currencies[int(batch.fee_currency[row])],
            int(batch.executed_at[row]),
        )
        for row in range(len(batch))
    ]


FIXTURES = Path(__file__).parents[2] / "fixtures" / "brokers"


def read_as(slug: str, payload: bytes, fixes: Fixes | None = None) -> Statement:
    """Return a file as its format reads it."""
    return read_statement(format_by_slug(slug), SourceFile("file", payload), ParseOptions(fixes=fixes or Fixes()))


def facts(statement: Statement) -> list[tuple[object, ...]]:
    """Return what the fills of a statement are, and who."""
    batch = statement.executions
    numbers = zip(batch.identity, batch.side.tolist(), batch.executed_at.tolist(), strict=True)
    return [(*found, batch.quantity.at(row), batch.price.at(row)) for row, found in enumerate(numbers)]


@pytest.mark.parametrize("is_one_line", [False, True])
@pytest.mark.parametrize(
    ("was", "put", "column", "value"),
    [
        ("<UNITS>10<", "<UNITS>1O<", "UNITS", "10"),
        ("<UNITPRICE>70.25<", "<UNITPRICE>", "UNITPRICE", "70.25"),
        ("<UNITPRICE>70.25<", "<", "UNITPRICE", "70.25"),
        ("<DTTRADE>20260302170000<", "<DTTRADE>2026-03-02<", "DTTRADE", "20260302170000"),
    ],
    ids=["wrong", "empty", "missing", "time"],
)
def test_a_transaction_of_an_ofx_statement_is_mended(
    was: str, put: str, column: str, value: str, *, is_one_line: bool
) -> None:
    """A leaf that is wrong, empty or missing takes what was typed, also where the file is one long line."""
    text = (FIXTURES / "ofx-investments" / "statement.qfx").read_text()
    text = "".join(text.partition("<OFX>")[1:]) if is_one_line else text
    text = text.replace("\n", "") if is_one_line else text
    sound, bad = read_as("ofx-investments", text.encode()), text.replace(was, put if put.endswith("<") else f"{put}<")
    (problem,) = read_as("ofx-investments", bad.encode()).problems
    assert problem.column == column
    mended = read_as("ofx-investments", bad.encode(), fix(problem.line, column, problem.value, value))
    assert (mended.problems, mended.rows, facts(mended)) == ((), sound.rows, facts(sound))


def test_an_ofx_transaction_without_an_id_is_known_by_the_file() -> None:
    """Two different values typed for one transaction give one identity."""
    text = (FIXTURES / "ofx-investments" / "statement.qfx").read_text().replace("<FITID>T1<", "<FITID><")
    bad = text.replace("<UNITS>10<", "<UNITS>1O<").encode()
    (problem,) = read_as("ofx-investments", bad).problems
    one, two = (
        {item[0] for item in facts(read_as("ofx-investments", bad, fix(problem.line, "UNITS", "1O", value)))}
        for value in ("10", "11")
    )
    assert one == two


@pytest.mark.parametrize("line_end", ["", "\n"])
def test_rows_of_a_flex_query_in_one_line_are_mended_one_by_one(line_end: str) -> None:
    """Rows that share a line have numbers of their own: of two alike, the one that is meant is mended or left out."""
    text = (FIXTURES / "ibkr-flex-xml" / "activity.xml").read_text()
    lines = [part.strip() for part in text.splitlines()]
    sound = read_as("ibkr-flex-xml", line_end.join(lines).encode())
    bad = line_end.join(lines).replace('quantity="50" tradePrice="110.2"', 'quantity="5O" tradePrice="110.2"')
    bad = bad.replace('quantity="1" tradePrice="0.0042"', 'quantity="5O" tradePrice="0.0042"')
    found = read_as("ibkr-flex-xml", bad.encode())
    assert [item.column for item in found.problems] == ["Quantity", "Quantity"]
    first, second = found.problems
    assert first.line != second.line
    one = fix(first.line, first.column, first.value, "50")
    mended = read_as("ibkr-flex-xml", bad.encode(), one)
    assert [item.line for item in mended.problems] == [second.line]
    whole = one.with_cells([RowFix(line=second.line, column=second.column, was=second.value, value="1")])
    assert facts(read_as("ibkr-flex-xml", bad.encode(), whole)) == facts(sound)
    left = read_as("ibkr-flex-xml", bad.encode(), one.with_skipped([second.line]))
    assert (left.problems, len(left.executions)) == ((), len(sound.executions) - 1)

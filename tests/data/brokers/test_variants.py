"""Older and newer variants of a file: moved, added, renamed and missing columns, other encodings and delimiters."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.brokers import ParseOptions, detect
from data.brokers.source import SourceFile
from domain.errors import ImportFileError
from tests.data.brokers import variants
from tests.data.brokers.formats.crypto_cases import FIXTURES

NOT_ONE_TABLE = {
    "degiro-account/account.csv": "reads records and knows its columns by place and kind",
    "ibkr-activity-statement/statement.csv": "has a header in each section",
    "ibkr-flex-csv/trades.csv": "has a header in each section",
    "ibkr-flex-csv/marked_lines.csv": "has a header in each section",
    "ibkr-transaction-history/history_de.csv": "marks the rows of each section in its first two columns",
    "ibkr-transaction-history/history_en.csv": "marks the rows of each section in its first two columns",
    "rithmic/performance.csv": "repeats its header for each account and symbol",
    "thinkorswim-statement/account.csv": "has a header in each section",
    "das-trader/margin.csv": "has no dates but in its name",
    "das-trader/window.csv": "has no dates but in its name",
}
"""Fixtures whose columns the changes below cannot move, and why."""
OTHERWISE_READ = {
    ("generic-csv/german.csv", "Uhrzeit"): "without the clock a table of fills is dated by its days",
    ("thinkorswim-statement/cash_only.csv", "TIME"): "without the clock the rows are dated by their days",
    ("webull/orders.csv", "Avg Price"): "an older layout has the price of the order only",
    ("tastytrade-transactions/history.csv", "Sub Type"): "an older layout tells removals by the description",
}
"""Columns without which a file is a layout of its own, with what it is then read as."""
FILES = sorted(str(path.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*.csv"))
TABLES = [name for name in FILES if name not in NOT_ONE_TABLE]


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, variants.TableFile]:
    """Return a fixture and its one table."""
    content = (FIXTURES / name).read_bytes()
    (header,) = variants.find_tables(Path(name).name, content, monkeypatch)
    table = variants.take_apart(content, header)
    assert table is not None
    return content, table


@pytest.mark.parametrize("name", TABLES)
def test_changed_shape_gives_the_same_executions(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Moved columns, another case, blanks, encodings and delimiters change nothing; an added column is named."""
    content, table = load(name, monkeypatch)
    before = variants.read(Path(name).name, content)
    for title, change in variants.CHANGES.items():
        after = variants.read(Path(name).name, change(table))
        assert after.format == before.format, title
        assert variants.executions(after) == variants.executions(before), title
        # A footer moves with the columns, and may then be told as a problem instead of a footer.
        assert len(after.others) + len(after.problems) == len(before.others) + len(before.problems), title
        if change is variants.added_column:
            (note,) = (note for note in after.notes if note.startswith("Ignored columns: "))
            assert variants.ADDED in note
            assert variants.ADDED in after.ignored


@pytest.mark.parametrize("name", TABLES)
def test_missing_column_never_changes_executions_unseen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without one column a file gives the same fills, or it is refused, or rows become problems."""
    content, table = load(name, monkeypatch)
    before = variants.read(Path(name).name, content)
    # Of a wide table every other column.
    for position, title in list(enumerate(table.header))[:: 1 + (len(table.header) > 14)]:
        try:
            after = variants.read(Path(name).name, variants.without_column(table, position))
        except ImportFileError:
            continue
        is_same = variants.core(after) == variants.core(before) or len(after.problems) > len(before.problems)
        assert is_same or (name, title) in OTHERWISE_READ, title


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("robinhood-activity/activity.csv", "Description"),
        ("zerodha-tradebook/equity.csv", "trade_id"),
        ("tiger-history/history.csv", "Trade Price"),
    ],
)
def test_file_that_lacks_a_column_of_its_broker_says_which(
    name: str, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not read as somebody else's table in another time zone: the missing column is named."""
    _, table = load(name, monkeypatch)
    content = variants.without_column(table, [title.casefold() for title in table.header].index(column.casefold()))
    with pytest.raises(ImportFileError, match=rf"lacks the column\(s\) {column}"):
        detect(SourceFile("file.csv", content))


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("tiger-history/history.csv", "Gross Amount"),
        ("kraken-trades/trades.csv", "margin"),
        ("quantower/trades.csv", "Position ID"),
        ("firstrade-history/history.csv", "CUSIP"),
        ("tradingview/orders.csv", "Placing time"),
    ],
)
def test_column_a_layout_can_spare_may_be_missing(name: str, column: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older exports lack it, and every execution keeps its identity."""
    content, table = load(name, monkeypatch)
    spared = variants.read(Path(name).name, variants.without_column(table, table.header.index(column)))
    before = variants.read(Path(name).name, content)
    assert spared.format == before.format
    assert variants.executions(spared) == variants.executions(before)


@pytest.mark.parametrize("name", sorted(NOT_ONE_TABLE))
def test_encodings_do_not_matter_to_files_of_sections(name: str) -> None:
    """A byte-order mark, line ends of Windows and UTF-16 change nothing."""
    content = (FIXTURES / name).read_bytes()
    file_name = "trades 2026-05-04.csv" if name.startswith("das") else Path(name).name
    source = SourceFile(file_name, content)
    before = detect(source).format.parse(source, ParseOptions())
    text = content.decode("utf-8-sig")
    for changed in (
        b"\xef\xbb\xbf" + text.encode(),
        text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
        text.encode("utf-16"),
    ):
        after = variants.read(file_name, changed)
        assert variants.executions(after) == variants.executions(before)

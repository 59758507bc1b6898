"""A table that is read in blocks equals the one that is read at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from typing_extensions import override

from data.brokers import typed_table
from data.brokers.arrow_table import CODED, ISO, TEXT, ColumnTypeError, DecimalKind, Kind, Layout
from data.brokers.typed_table import TypedTable, read_table
from domain.watching import Watcher, watched_by

LAYOUT = Layout(header_line=2, width=4, delimiter=",")
KINDS: dict[int, Kind] = {0: ISO, 1: CODED, 2: DecimalKind(2), 3: TEXT}
SYMBOLS = ("AAPL", "MSFT", "IBM", "F", "KO")


def _row(number: int) -> str:
    return f"2026-01-02 10:00:{number % 60:02},{SYMBOLS[number * number % 5]},{number}.25,id{number:05}\n"


def _read(text: str, monkeypatch: pytest.MonkeyPatch, size: int) -> TypedTable | None:
    monkeypatch.setattr(typed_table, "BLOCK_BYTES", size)
    return read_table(text.encode(), LAYOUT, KINDS)


def _values(table: TypedTable | None) -> dict[str, Any]:
    assert table is not None
    texts, codes = table.codes(1)
    units = table.units(2)
    assert units is not None
    return {
        "lines": table.lines.tolist(),
        "strays": table.strays.tolist(),
        "increases": table.increases(3),
        "times": [column.tolist() for column in table.micros(0)],
        "symbols": [texts[code] for code in codes.tolist()],
        "units": [column.tolist() for column in units],
        "ids": list(table.texts(3)),
    }


MESSY = "".join(
    [
        "preamble\n",
        "time,symbol,quantity,id\n",
        *map(_row, range(60)),
        "\n",
        "too,few\n",
        *map(_row, range(60, 90)),
        "one,two,many,cells,here\n",
        *map(_row, range(90, 120)),
        ",,,\n",
        "\n\n",
    ]
)


@pytest.mark.parametrize("size", [60, 100, 333, 2_000])
def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Lines, rows of another width, blank lines, empty cells, codes and order are the same in any blocks."""
    whole = _values(_read(MESSY, monkeypatch, 10**9))
    assert _values(_read(MESSY, monkeypatch, size)) == whole
    assert whole["strays"] == [64, 95]
    assert whole["lines"][:2] == [3, 4]
    assert len(whole["ids"]) == 121


@pytest.mark.parametrize("size", [60, 333, 10**9])
def test_a_line_break_in_quotes_is_told(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Then lines cannot be counted, wherever a block ends: the row reader must read."""
    broken = "".join(["preamble\n", "time,symbol,quantity,id\n", *map(_row, range(20)), '2026-01-02,"A\nB",1,x\n'])
    assert _read(broken + "".join(map(_row, range(20, 40))), monkeypatch, size) is None


def test_an_id_that_falls_only_between_blocks_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids that rise inside each block but not from one to the next do not count as rising."""
    text = "".join(["p\n", "time,symbol,quantity,id\n", *map(_row, range(50, 60)), *map(_row, range(10))])
    for size in (len(text) // 2 + 20, 80, 10**9):
        table = _read(text, monkeypatch, size)
        assert table is not None
        assert not table.increases(3)


def test_a_cell_of_another_type_names_its_column_in_any_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last block's fault is the file's."""
    text = "".join(["p\n", "time,symbol,quantity,id\n", *map(_row, range(40)), "2026-01-02,F,many,x\n"])
    for size in (100, 10**9):
        with pytest.raises(ColumnTypeError) as caught:
            _read(text, monkeypatch, size)
        assert caught.value.column == 2


def test_who_watches_hears_of_every_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows read so far rise in steps to all rows; without anybody watching no line is counted for it."""
    heard: list[tuple[Any, ...]] = []

    class Noting(Watcher):
        @override
        def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
            heard.append((stage, total, unit))

        @override
        def reach(self, done: int) -> None:
            heard.append((done,))

    text = "".join(["p\n", "time,symbol,quantity,id\n", *map(_row, range(100))])
    with watched_by(Noting()):
        table = _read(text, monkeypatch, 1_000)
    assert table is not None
    assert heard[0] == ("rows", 100, "rows")
    steps = [item[0] for item in heard[1:]]
    assert len(steps) > 3
    assert steps == sorted(steps)
    assert steps[-1] == 100
    assert np.array_equal(table.lines, np.arange(3, 103))

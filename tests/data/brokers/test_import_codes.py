"""The codes of refusals and problems: all explained, all in use, none invented on the way."""

from __future__ import annotations

import re

import pytest

from data.brokers import limits
from domain.import_codes import FileCode, RowCode
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "import-errors.md").read_text()
LISTED = re.findall(r"^\| `([a-z-]+)` \|", PAGE, re.MULTILINE)
SOURCES = "\n".join(
    path.read_text()
    for folder in ("data", "services", "domain")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path.name != "import_codes.py"
)


def test_the_page_lists_every_code_once() -> None:
    """In the order in which they are declared."""
    assert [str(code) for code in (*FileCode, *RowCode)] == sorted(
        LISTED, key=[str(code) for code in (*FileCode, *RowCode)].index
    )
    assert len(set(LISTED)) == len(LISTED)


@pytest.mark.parametrize("code", [*FileCode, *RowCode], ids=str)
def test_every_code_is_in_use(code: FileCode | RowCode) -> None:
    """A code that nothing gives would promise what does not happen."""
    assert re.search(rf"\b{type(code).__name__}\.{code.name}\b", SOURCES), code


@pytest.mark.parametrize(
    "number",
    [
        limits.MAX_CELL, limits.MAX_COLUMNS, limits.MAX_ROWS, limits.HTML_ROWS, limits.HTML_CELLS, limits.XML_DEPTH,
        limits.XML_ELEMENTS, limits.ARCHIVE_ENTRIES, limits.ARCHIVE_UNPACKED // 1_000_000, limits.ARCHIVE_RATIO,
        limits.SHEET_ROWS, limits.SHEET_COLUMNS, limits.SHEET_CELLS, limits.CHILD_CPU_SECONDS,
        limits.CHILD_WALL_SECONDS,
    ],
)  # fmt: skip
def test_the_page_states_the_limits_in_force(number: int) -> None:
    """The figures in the table are those of the code."""
    assert re.search(rf"\b{number:,}\b", PAGE), number

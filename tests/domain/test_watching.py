"""Reports of progress: exact, by the block, and nothing where nobody watches."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from domain.watching import BLOCK_ROWS, Watcher, current_watcher, report_rows, watched_by


class Notebook(Watcher):
    """Writes every report down."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int, str]] = []
        self.reached: list[int] = []

    @override
    def begin(self, stage: str, *, total: int = 0, unit: str = "") -> None:
        self.begun.append((stage, total, unit))

    @override
    def reach(self, done: int) -> None:
        self.reached.append(done)


def test_unwatched_rows_are_the_very_rows() -> None:
    """Without a watcher, and for few rows, the rows pass through untouched."""
    many, few = list(range(BLOCK_ROWS * 2)), [1, 2, 3]
    assert report_rows(many) is many
    with watched_by(Notebook()) as _:
        assert report_rows(few) is few
    assert type(current_watcher()) is Watcher


@given(count=st.integers(BLOCK_ROWS + 1, BLOCK_ROWS * 4), each=st.sampled_from([1, 60]), sized=st.booleans())
def test_every_row_comes_once_and_the_reports_end_at_the_total(count: int, each: int, sized: bool) -> None:
    """All items come in order; reports never fall and the last one is the whole."""
    notes = Notebook()
    with watched_by(notes):
        items = range(count) if sized else iter(range(count))
        assert list(report_rows(items, stage="store", rows_each=each)) == list(range(count))
    assert notes.begun == [("store", count * each if sized else 0, "rows")]
    assert notes.reached == sorted(notes.reached)
    assert notes.reached[-1] == count * each
    assert len(notes.reached) <= count * each // BLOCK_ROWS + 2 or each > 1

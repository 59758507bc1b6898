"""Dimensions: every trade has its bucket, and conditions choose exactly the buckets' trades."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.conditions import has_key, meets_all
from analytics.dimensions import all_dimensions, find_dimension
from analytics.dimensions.sequence import run_before_entry
from analytics.facts import BenchmarkDays, Facts, Surroundings
from analytics.ranges import Scale, code_ranges, in_range, range_edges, read_edges, read_range
from domain.columns import TradeFrame
from domain.conditions import Condition
from domain.errors import InvalidInputError
from domain.journal import TradeJournal
from tests.analytics.samples_of_frames import DAY, trades

SLUGS = sorted(all_dimensions())
MINUTE = 60_000_000


def labels(facts: Facts, by: str, **options: Any) -> list[str]:
    """The bucket of each trade by its label."""
    coded = find_dimension(by).coded(facts, **options)
    return [coded.labels[code] for code in coded.codes.tolist()]


def book(rows: list[tuple[int, int, int, int, bool]]) -> TradeFrame:
    """Trades from (account, entry minute, minutes held, P&L, is open), ordered as frames are."""
    ordered = sorted(rows, key=lambda row: row[1] + row[2])
    opened = np.array([row[1] for row in ordered], dtype=np.int64) * MINUTE + 20_458 * DAY
    closed = opened + np.array([row[2] for row in ordered], dtype=np.int64) * MINUTE
    return trades(
        [float(row[3]) for row in ordered],
        account=np.array([row[0] for row in ordered], dtype=np.int64),
        is_open=np.array([row[4] for row in ordered], dtype=np.bool_),
        opened_at=opened,
        closed_at=closed,
        entry_day=(opened // DAY).astype(np.int32),
        exit_day=(closed // DAY).astype(np.int32),
    )


BOOKS = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 4_000), st.integers(0, 900), st.integers(-2, 2), st.booleans()),
    max_size=25,
).map(book)


@given(frame=BOOKS, by=st.sampled_from(SLUGS))
def test_every_trade_is_in_a_bucket_and_its_key_finds_it(frame: TradeFrame, by: str) -> None:
    """The keys of all buckets together choose every trade; each key chooses its bucket's trades only."""
    facts, dimension = Facts(frame), find_dimension(by)
    coded = dimension.coded(facts)
    assert len(coded.codes) == len(frame)
    assert len(set(coded.keys)) == len(coded.keys) == len(coded.labels)
    total = np.zeros(len(frame), dtype=np.int64)
    for place, key in enumerate(coded.keys):
        chosen = meets_all(facts, [Condition(by=by, values=(key,))])
        if not coded.overlaps:
            assert (chosen == (coded.codes == place)).all(), (key, coded.labels[place])
        total += chosen
        left = meets_all(facts, [Condition(by=by, values=(key,), negated=True)])
        assert (left == ~chosen).all()
    assert (total >= 1).all()
    assert coded.overlaps or (total == 1).all()


@given(frame=BOOKS)
def test_runs_look_at_nothing_that_was_not_known(frame: TradeFrame) -> None:
    """Losses in a row before an entry are counted over the account's exits before that instant, one by one."""
    facts = Facts(frame)
    found = run_before_entry(facts, facts.outcome < 0)
    for row in range(len(frame)):
        known = [
            other
            for other in range(len(frame))
            if frame.account[other] == frame.account[row]
            and not frame.is_open[other]
            and frame.closed_at[other] < frame.opened_at[row]
        ]
        expected = 0
        while expected < len(known) and facts.outcome[known[-1 - expected]] < 0:
            expected += 1
        assert found[row] == expected


@given(frame=BOOKS)
def test_the_nth_trade_counts_entries_of_the_accounts_day(frame: TradeFrame) -> None:
    """Each trade's place is one more than the entries before it on the same day in the same account."""
    place = find_dimension("nth_trade").number(Facts(frame))
    for row in range(len(frame)):
        mine = (frame.account == frame.account[row]) & (frame.entry_day == frame.entry_day[row])
        before = mine & (
            (frame.opened_at < frame.opened_at[row])
            | ((frame.opened_at == frame.opened_at[row]) & (frame.id < frame.id[row]))
        )
        assert place[row] == 1 + np.count_nonzero(before)


def test_a_breakeven_ends_a_row_of_losses() -> None:
    """Two losses, a scratch, a loss: the counts before each entry are 0, 1, 2, 0 and 1."""
    rows = [(1, minute * 10, 1, pnl, False) for minute, pnl in enumerate((-1, -1, 0, -1, 5))]
    assert labels(Facts(book(rows)), "after_losses") == ["0", "1", "2", "0", "1"]


def test_category_follows_the_days_unless_the_journal_says_otherwise() -> None:
    """Same day intraday, up to 30 days swing, beyond long-term; the trader's word goes first."""
    frame = trades([1.0] * 5, exit_day=np.array([20_458, 20_469, 20_560, 20_461, 20_462], dtype=np.int32))
    frame = trades(
        [1.0] * 5,
        entry_day=np.full(5, 20_458, dtype=np.int32),
        exit_day=frame.exit_day,
        is_open=np.array([False, False, False, False, True]),
    )
    told = {(1, 4): TradeJournal(trade_id=4, category="long-term")}  # type: ignore[arg-type]
    found = labels(Facts(frame, around=Surroundings(journal=told)), "category")
    assert found == ["Intraday", "Swing", "Long-term", "Long-term", "Still open"]


def test_planned_r_is_the_distance_of_the_target_over_that_of_the_stop() -> None:
    """Long and short; without a target, or with a stop at the entry, there is none."""
    plans = {
        1: TradeJournal(trade_id=1, planned_stop=Decimal(98), planned_target=Decimal(106)),  # type: ignore[arg-type]
        2: TradeJournal(trade_id=2, planned_stop=Decimal(102), planned_target=Decimal(99)),  # type: ignore[arg-type]
        3: TradeJournal(trade_id=3, planned_stop=Decimal(98)),  # type: ignore[arg-type]
        4: TradeJournal(trade_id=4, planned_stop=Decimal(100), planned_target=Decimal(99)),  # type: ignore[arg-type]
    }
    frame = trades([1.0] * 4, side=np.array([1, -1, 1, 1], dtype=np.int8))
    around = Surroundings(journal={(1, trade): plan for trade, plan in plans.items()})
    found = find_dimension("planned_r").number(Facts(frame, around=around))
    assert found.tolist()[:2] == [3.0, 0.5]
    assert np.isnan(found[2:]).all()


def test_mistakes_are_the_tags_of_their_group() -> None:
    """Other tags are no mistakes; a trade without one is in the last bucket."""
    frame = trades([1.0, 2.0, 3.0], tag_mask=np.array([1, 2, 0]))
    facts = Facts(frame, around=Surroundings(tag_groups={"early": "quality", "late": "mistake"}))
    coded = find_dimension("mistake").coded(facts)
    assert coded.labels == ("late", "No mistake")
    assert has_key(coded, ["late"]).tolist() == [False, True, False]
    assert has_key(coded, [""]).tolist() == [True, False, True]


def test_the_regime_is_the_benchmarks_day_of_entry() -> None:
    """Within a quarter of a percent a day is flat; days the benchmark does not have are apart."""
    days = BenchmarkDays(symbol="SPY", day=np.array([20_458, 20_459, 20_460]), change=np.array([0.01, -0.002, -0.03]))
    facts = Facts(trades([1.0] * 4), around=Surroundings(benchmark=lambda: days))
    assert [name[:4] for name in labels(facts, "regime")] == ["Up d", "Flat", "Down", "No b"]
    assert set(labels(Facts(trades([1.0])), "regime")) == {"No benchmark"}


def test_exits_are_read_in_the_zone_of_their_account() -> None:
    """A close at 20:00 UTC is 16:00 in New York and 20:00 where no zone is known."""
    closed = int(datetime(2026, 7, 1, 20, 0, tzinfo=UTC).timestamp()) * 1_000_000
    frame = trades([1.0, 1.0], account=np.array([1, 2]), closed_at=np.array([closed, closed]))
    facts = Facts(frame, around=Surroundings(zones={1: "America/New_York"}))
    assert labels(facts, "exit_hour") == ["16:00", "20:00"]
    assert labels(facts, "exit_quarter_hour") == ["16:00", "20:00"]


@given(
    values=st.lists(st.floats(-1e6, 1e6) | st.just(float("nan")), max_size=40),
    edges=st.lists(st.integers(-50, 50).map(float), max_size=6, unique=True).map(sorted),
)
def test_ranges_split_numbers_without_gap_or_overlap(values: list[float], edges: list[float]) -> None:
    """A number is in the bucket whose key finds it; missing ones are in the last."""
    numbers = np.array(values, dtype=np.float64)
    coded = code_ranges(numbers, edges, Scale(), none_label="None")
    found = np.array([in_range(numbers, key) for key in coded.keys]).reshape(len(coded.keys), len(values))
    assert (found.sum(axis=0) == 1).all()
    assert (found.argmax(axis=0) == coded.codes).all() if values else True


@given(values=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60))
def test_chosen_edges_ascend_and_are_few(values: list[float]) -> None:
    """Edges are different, ascending, few, and zero is one where profit and loss meet."""
    numbers = np.array(values, dtype=np.float64)
    edges = range_edges(numbers, Scale(signed=True))
    assert list(edges) == sorted(set(edges))
    assert len(edges) <= 13
    if numbers.min() < 0 <= numbers.max():
        assert 0.0 in edges


def test_ranges_are_read_as_they_are_written() -> None:
    """Open ends are infinite, a single number is itself, nonsense is an error."""
    assert read_range("100..500") == (100, 500)
    assert read_range("..5") == (-np.inf, 5)
    assert in_range(np.array([1.0, 2.0, np.nan]), "2").tolist() == [False, True, False]
    assert in_range(np.array([1.0, np.nan]), "").tolist() == [False, True]
    for text in ("5..1", "a..b", "nan", "x"):
        with pytest.raises(InvalidInputError):
            read_range(text)
    assert read_edges("500, 0,100") == (0, 100, 500)
    with pytest.raises(InvalidInputError):
        read_edges("1,inf")


def test_an_unknown_property_lists_the_known_ones() -> None:
    """The error names the parameter it came in."""
    with pytest.raises(InvalidInputError, match="moon") as caught:
        meets_all(Facts(trades([1.0])), [Condition(by="moon", values=("full",))])
    assert caught.value.field == "where"
    assert "weekday" in caught.value.hint

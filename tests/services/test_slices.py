"""Breakdowns, cross tables and drill-downs: a figure is that of the trades it leads to."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.dimensions import all_dimensions, find_dimension
from analytics.slices import SLICE_FIGURES
from domain.accounts import User
from domain.conditions import Condition
from domain.filters import Basis, FigureUnit, LedgerFilter
from services.container import Installation, Services
from services.cross_tables import cross_table
from services.slices import bucket_table, narrow_filter
from services.trade_sets import TradeSet
from tests.conftest import NOW
from tests.servers import new_database

Book = tuple[Services, User]
SOME = ("net_pnl", "trades", "win_rate", "profit_factor", "expectancy", "expectancy_r", "avg_win", "avg_loss", "fees")
SLUGS = sorted(all_dimensions())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The demo workspace and its user."""
    folder = tmp_path_factory.mktemp("slices")
    services = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    services.migrate()
    services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    yield services, user
    services.db.close()


def close(first: float | None, second: float | None) -> bool:
    """Whether two figures are the same to the billionth, or both undefined."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-7)


def load(book: Book, chosen: LedgerFilter) -> TradeSet:
    """The trade set of a filter."""
    services, user = book
    return services.portfolio.sets.load(user.id, chosen)


CONDITIONS = st.builds(
    Condition,
    by=st.sampled_from(["hour", "weekday", "setup", "tag", "nth_trade", "after_losses", "month", "outcome", "size"]),
    values=st.sampled_from([("9",), ("1", "2"), ("",), ("2..",), ("..100",), ("Gap fade",), ("win",)]),
    negated=st.booleans(),
).filter(
    lambda item: item.by not in ("nth_trade", "after_losses", "size") or item.values[0] in ("", "9", "2..", "..100")
)
FILTERS = st.builds(
    LedgerFilter,
    period=st.sampled_from(["all", "30d", "90d", "2026-09-10..2026-10-20"]),
    unit=st.sampled_from(list(FigureUnit)),
    basis=st.sampled_from(list(Basis)),
    side=st.sampled_from(["", "", "long", "short"]),
    tags=st.sampled_from([(), (), ("FOMO",), ("A+", "FOMO")]),
    status=st.sampled_from(["", "", "closed"]),
    where=st.lists(CONDITIONS, max_size=2, unique_by=lambda item: item.text).map(tuple),
)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(chosen=FILTERS, by=st.sampled_from(SLUGS), pick=st.integers(0, 10_000))
def test_a_bucket_is_the_filter_narrowed_to_it(demo: Book, chosen: LedgerFilter, by: str, pick: int) -> None:
    """Every figure of a row equals the same function over the trades its link leads to."""
    table = bucket_table(load(demo, chosen), by, (*SOME, "max_drawdown_money"))
    if not table.rows:
        return
    row = table.rows[pick % len(table.rows)]
    services, user = demo
    found, metrics = services.portfolio.metrics(user.id, narrow_filter(chosen, find_dimension(by), row.key))
    for slug in table.slugs:
        assert close(row.figures[slug], metrics[slug].value), (slug, row.label)
        assert row.n[slug] == metrics[slug].n or metrics[slug].value is None, slug
    assert row.trades == int((~found.chosen.is_open).sum())


@QUICK
@given(chosen=FILTERS, by=st.sampled_from(SLUGS))
def test_buckets_add_up_to_the_whole(demo: Book, chosen: LedgerFilter, by: str) -> None:
    """Money and counts of a breakdown without overlap sum to those of the filter."""
    table = bucket_table(load(demo, chosen), by, ("net_pnl", "gross_pnl", "fees", "trades", "wins", "losses"))
    if table.overlaps:
        return
    for slug in table.slugs:
        assert close(sum(row.figures[slug] or 0.0 for row in table.rows), table.total.figures[slug] or 0.0), slug


@QUICK
@given(chosen=FILTERS, down=st.sampled_from(SLUGS), across=st.sampled_from(["setup", "tag", "weekday", "month"]))
def test_a_cell_is_the_filter_narrowed_twice(demo: Book, chosen: LedgerFilter, down: str, across: str) -> None:
    """The cell with the most trades equals the figure of the filter with both conditions."""
    services, user = demo
    for slug in ("net_pnl", "win_rate", "median_trade"):
        table = cross_table(load(demo, chosen), down, across, slug)
        if not table.trades.size or down == across:
            return
        row, column = divmod(int(table.trades.argmax()), table.trades.shape[1])
        once = narrow_filter(chosen, table.down, table.row_keys[row])
        twice = narrow_filter(once, table.across, table.column_keys[column])
        value = services.portfolio.metrics(user.id, twice)[1][slug].value
        shown = float(table.values[row, column])
        assert close(None if math.isnan(shown) else shown, value), slug


@QUICK
@given(chosen=FILTERS)
def test_days_weeks_and_months_add_up_alike(demo: Book, chosen: LedgerFilter) -> None:
    """The sum over days is that over weeks, months, quarters and years, and the headline."""
    found = load(demo, chosen)
    headline = float((found.exits.net if chosen.basis is Basis.NET else found.exits.gross).sum())
    slug = "net_pnl" if chosen.basis is Basis.NET else "gross_pnl"
    for by in ("day", "week", "month", "quarter", "year", "month_of_year", "exit_weekday"):
        table = bucket_table(found, by, (slug,))
        assert close(sum(row.figures[slug] or 0.0 for row in table.rows), headline), by


def test_the_fast_figures_are_the_metrics(demo: Book) -> None:
    """Each figure that is summed for all buckets at once is one of the catalogue."""
    services, _ = demo
    assert set(SLICE_FIGURES) <= set(services.portfolio.definitions())

"""Comparisons, trends, scatter charts and explanations rest on the trades they name."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.derivations import DERIVATIONS
from analytics.metrics import all_metrics, light_slugs
from analytics.slices import SLICE_FIGURES
from domain.accounts import User
from domain.conditions import Condition
from domain.errors import InvalidInputError, NotFoundError
from domain.filters import Basis, FigureUnit, LedgerFilter
from services.container import Installation, Services
from services.scatter import scatter_of
from tests.conftest import NOW
from tests.servers import new_database

ALL = LedgerFilter()
Book = tuple[Services, User]
QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
FILTERS = st.builds(
    LedgerFilter,
    period=st.sampled_from(["all", "30d", "2026-09-10..2026-10-20"]),
    unit=st.sampled_from(list(FigureUnit)),
    basis=st.sampled_from(list(Basis)),
    side=st.sampled_from(["", "short"]),
    where=st.sampled_from(
        [(), (Condition(by="hour", values=("9", "10")),), (Condition(by="setup", values=("Gap fade",), negated=True),)]
    ),
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """The demo workspace and its user."""
    folder = tmp_path_factory.mktemp("analysis")
    services = Services(Installation(data_dir=folder, database_url=new_database(folder)), clock=lambda: NOW)
    services.migrate()
    services.demo.ensure()
    user = services.users.find("demo")
    assert user is not None
    yield services, user
    services.db.close()


def same(first: float | None, second: float | None) -> bool:
    """Whether two figures are equal to the billionth, or both undefined."""
    if first is None or second is None:
        return first is second
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-7)


@QUICK
@given(chosen=FILTERS, slug=st.sampled_from(sorted(DERIVATIONS)))
def test_an_explanation_gives_the_figure_of_the_page(demo: Book, chosen: LedgerFilter, slug: str) -> None:
    """Its value is the page's, its terms put into the formula give that value, its link leads to its trades."""
    services, user = demo
    found = services.analysis.explain(user.id, chosen, slug)
    expected = services.portfolio.metrics(user.id, chosen)[1][slug]
    assert (found.figure.value, found.figure.n) == (expected.value, expected.n)
    combine = DERIVATIONS[slug].combine
    if combine is not None and found.figure.value is not None:
        assert same(combine(*(term.value for term in found.terms)), found.figure.value)
    listed = services.portfolio.trades(user.id, found.filter, end=0)
    assert listed.total == found.listed
    assert same(services.portfolio.metrics(user.id, found.filter)[1][slug].value, found.figure.value)


def test_every_figure_can_be_explained(demo: Book) -> None:
    """Each metric of the catalogue has inputs, a formula, a source and the trades behind it."""
    services, user = demo
    for slug in light_slugs():
        found = services.analysis.explain(user.id, ALL, slug)
        assert found.terms, slug
        assert found.formula, slug
        assert found.source, slug
        assert found.listed, slug
    assert set(DERIVATIONS) <= set(all_metrics())


def test_what_is_not_counted_adds_up_to_all_trades(demo: Book) -> None:
    """Counted and left-out trades of a win rate are all trades of the accounts in the currency."""
    services, user = demo
    chosen = ALL.with_(period="30d", side="long")
    found = services.analysis.explain(user.id, chosen, "win_rate")
    whole = services.portfolio.sets.load(user.id, chosen)
    others = sum(whole.left_out.values())
    assert found.figure.n + sum(item.trades for item in found.left_out) == len(whole.frame) + others
    assert [word.text for word in found.words] == ["Long"]
    assert found.zones == ("America/New_York",)


def test_figures_in_r_say_how_many_trades_have_no_stop(demo: Book) -> None:
    """Trades without planned risk are left out with that reason, and the link leaves them out too."""
    services, user = demo
    found = services.analysis.explain(user.id, ALL, "expectancy_r")
    without = [item.trades for item in found.left_out if "risk" in item.reason]
    closed = services.portfolio.metrics(user.id, ALL)[1]["trades"].value
    assert closed is not None
    assert found.figure.n + sum(without) == closed
    assert found.listed == found.figure.n


@QUICK
@given(chosen=FILTERS, slug=st.sampled_from(sorted(SLICE_FIGURES)), window=st.sampled_from([2, 10, 33]))
def test_each_point_of_a_trend_is_the_figure_of_its_window(
    demo: Book, chosen: LedgerFilter, slug: str, window: int
) -> None:
    """The last point equals the figure computed from the last trades themselves."""
    services, user = demo
    found = services.analysis.trend(user.id, chosen, slug, window)
    whole = services.portfolio.sets.load(user.id, chosen)
    closed = np.flatnonzero(~whole.chosen.is_open)
    assert found.trades == len(closed)
    if not len(found.value):
        return
    last = int(found.number[-1])
    rows = closed[last - window : last]
    pnl = (whole.chosen.net if chosen.basis is Basis.NET else whole.chosen.gross)[rows]
    expected: dict[str, float] = {
        "net_pnl": float(whole.chosen.net[rows].sum()),
        "expectancy": float(pnl.mean()),
        "trades": window,
        "profit_factor": float(pnl[pnl > 0].sum() / -pnl[pnl < 0].sum()) if (pnl < 0).any() else math.nan,
    }
    if slug in expected:
        assert same(float(found.value[-1]), expected[slug])
    assert found.at[-1] == whole.chosen.closed_at[rows[-1]]
    assert found.since[-1] == whole.chosen.closed_at[rows[0]]


def test_a_figure_that_cannot_be_summed_has_a_trend_too(demo: Book) -> None:
    """The median over a window is the median of its trades."""
    services, user = demo
    found = services.analysis.trend(user.id, ALL, "median_trade", 20)
    frame = services.portfolio.sets.load(user.id, ALL).chosen
    pnl = frame.net[~frame.is_open]
    for number, value in zip(found.number.tolist(), found.value.tolist(), strict=True):
        assert value == pytest.approx(float(np.median(pnl[number - 20 : number])))
    with pytest.raises(InvalidInputError, match="window"):
        services.analysis.trend(user.id, ALL, "median_trade", 1)


def test_a_comparison_is_two_filters(demo: Book) -> None:
    """Each column is the figure of its filter; the rest of a group is everything outside of it."""
    services, user = demo
    found = services.analysis.compare(user.id, ALL, "setup:Gap fade")
    assert found.shared == 0
    trades = services.portfolio.metrics(user.id, ALL)[1]["trades"].value
    assert found.first.trades + found.second.trades == trades
    for item in found.figures:
        for group, value in ((found.first, item.first), (found.second, item.second)):
            assert value.value == services.portfolio.metrics(user.id, group.filter)[1][item.slug].value
    sure = {item.slug: item.sure for item in found.figures}
    for slug in ("expectancy", "win_rate", "profit_factor", "median_trade"):
        interval, row = sure[slug], next(item for item in found.figures if item.slug == slug)
        assert interval is not None
        assert interval.low is not None
        assert interval.high is not None
        assert row.difference is not None
        assert interval.low < row.difference < interval.high
    assert sure["net_pnl"] is None
    overlapping = services.analysis.compare(user.id, ALL, "side:long", "hour:9,10")
    assert overlapping.shared > 0


def test_groups_that_cannot_be_read_are_errors(demo: Book) -> None:
    """The parameter is named; the rest of two conditions is not one group."""
    services, user = demo
    for first, second, field in (("setup", "", "a"), ("side:long", "hour", "b"), ("side:long;hour:9", "", "b")):
        with pytest.raises(InvalidInputError) as caught:
            services.analysis.compare(user.id, ALL, first, second)
        assert caught.value.field == field


def test_points_are_trades_and_extremes_stay(demo: Book) -> None:
    """Each point has its trade's numbers; thinned to a few, the extremes of both axes are still there."""
    services, user = demo
    found = services.portfolio.sets.load(user.id, ALL)
    whole, few = scatter_of(found, "held", "pnl"), scatter_of(found, "held", "pnl", points=60)
    assert whole.trades == len(whole.trade)
    assert len(few.trade) <= 60 < len(whole.trade)
    for name in ("across", "up"):
        for pick in (np.min, np.max):
            assert pick(getattr(few, name)) == pick(getattr(whole, name))
    rows = {trade.id: trade for trade in services.portfolio.every_trade(user.id, ALL.with_(status="closed"))}
    for trade, pnl in zip(whole.trade.tolist(), whole.up.tolist(), strict=True):
        assert float(rows[trade].net) == pytest.approx(pnl)
    with pytest.raises(InvalidInputError, match="not a number"):
        scatter_of(found, "symbol", "pnl")


@QUICK
@given(chosen=FILTERS, by=st.sampled_from(["symbol", "hour", "tag", "size", "month", "after_losses"]))
def test_the_csv_is_the_table(demo: Book, chosen: LedgerFilter, by: str) -> None:
    """Every row and figure of the export is that of the page, and its filter leads to as many trades."""
    services, user = demo
    table = services.analysis.breakdown(user.id, chosen, by)
    text = "".join(services.analysis.breakdown_csv(user.id, chosen, by)).removeprefix("\ufeff")
    rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(text)))
    assert [row[by].lstrip("'") for row in rows] == [row.label.lstrip("'") for row in table.rows]
    for row, bucket in zip(rows, table.rows, strict=True):
        for slug in ("net_pnl", "win_rate", "expectancy"):
            value = bucket.figures[slug]
            assert row[slug] == "" if value is None else float(row[slug]) == pytest.approx(value, abs=1e-8)
        assert int(row["trades"]) == bucket.trades


def test_another_zone_moves_hours_and_never_totals(demo: Book) -> None:
    """With the account in Tokyo the hours are others, the sums and holding times the same."""
    services, user = demo
    accounts = services.accounts.list_accounts(user.id)
    before = services.analysis.breakdown(user.id, ALL, "hour", ("net_pnl", "trades", "avg_hold"))
    for account in accounts:
        services.accounts.update(user.id, account.id, timezone="Asia/Tokyo")
    try:
        after = services.analysis.breakdown(user.id, ALL, "hour", ("net_pnl", "trades", "avg_hold"))
    finally:
        for account in accounts:
            services.accounts.update(user.id, account.id, timezone=account.timezone)
    assert [row.key for row in before.rows] != [row.key for row in after.rows]
    assert before.total.figures == after.total.figures
    for slug in ("net_pnl", "trades"):
        sums = [sum(row.figures[slug] or 0.0 for row in table.rows) for table in (before, after)]
        assert same(*sums)


def test_another_persons_account_is_not_found(demo: Book) -> None:
    """A filter that names somebody else's account has no figures for its reader."""
    services, user = demo
    other = services.users.register("nina", "four unrelated words")
    theirs = ALL.with_(accounts=(services.accounts.list_accounts(user.id)[0].id,))
    with pytest.raises(NotFoundError):
        services.analysis.breakdown(other.id, theirs, "symbol")
    with pytest.raises(NotFoundError):
        services.analysis.explain(other.id, theirs, "net_pnl")

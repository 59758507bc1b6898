"""What the Analytics pages ask: breakdowns, cross tables, comparisons, trends, scatter charts, explanations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analytics.dimensions import Dimension, all_dimensions, find_dimension
from analytics.metrics import all_metrics, light_slugs
from analytics.ranges import read_edges
from domain.accounts import UserId
from domain.conditions import Condition, read_conditions
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from services.comparisons import COMPARED, Comparison, compare_sets
from services.cross_tables import CrossTable, cross_table
from services.explanations import Explanation, explain_figure
from services.exports import number, safe_text, write_csv
from services.fee_report import FeeReport, make_fee_report
from services.filter_words import FilterWord, condition_words, filter_words
from services.portfolio import PortfolioService
from services.scatter import Scatter, scatter_of
from services.scatter_axes import EXCURSION_AXES, all_axes
from services.slices import DEFAULT_FIGURES, BucketTable, bucket_table, bucket_tables, narrow_filter
from services.trends import Trend, trend_of


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyChoice:
    """One bucket that can be chosen, with its closed trades."""

    key: str
    label: str
    trades: int


class AnalysisService:
    """Reads trade sets and computes; writes nothing."""

    def __init__(self, portfolio: PortfolioService) -> None:
        self._portfolio = portfolio

    @staticmethod
    def dimensions() -> tuple[Dimension, ...]:
        """Return every dimension, groups together."""
        return tuple(all_dimensions().values())

    @staticmethod
    def figures() -> dict[str, str]:
        """Return the labels of the figures that every page may compute, by slug."""
        return {slug: all_metrics()[slug].label for slug in light_slugs()}

    def breakdown(
        self, owner: UserId, chosen: LedgerFilter, by: str, slugs: Sequence[str] = DEFAULT_FIGURES, *, edges: str = ""
    ) -> BucketTable:
        """Return the figures of each bucket of a dimension; `edges` are ends of ranges such as "0,100,500"."""
        return bucket_table(self._portfolio.sets.load(owner, chosen), by, slugs, edges=read_edges(edges))

    def breakdowns(
        self, owner: UserId, chosen: LedgerFilter, properties: Sequence[str], slug: str
    ) -> tuple[BucketTable, ...]:
        """Return one figure by several dimensions."""
        found = self._portfolio.sets.load(owner, chosen)
        return bucket_tables(found, properties, (slug,))

    def fees(self, owner: UserId, chosen: LedgerFilter) -> FeeReport:
        """Return what trading cost, by kind."""
        return make_fee_report(self._portfolio.sets, owner, chosen)

    def cross(self, owner: UserId, chosen: LedgerFilter, down: str, across: str, slug: str = "net_pnl") -> CrossTable:
        """Return one figure by two dimensions."""
        return cross_table(self._portfolio.sets.load(owner, chosen), down, across, slug)

    def compare(
        self, owner: UserId, chosen: LedgerFilter, first: str, second: str = "", slugs: Sequence[str] = COMPARED
    ) -> Comparison:
        """Compare two groups of a filter's trades.

        Args:
            owner: Whose trades.
            chosen: What holds for both groups.
            first: Conditions of the first group, as `LedgerFilter.where` is written.
            second: Of the second; "" takes all that are not in the first.
            slugs: Compared figures.

        Raises:
            InvalidInputError: If conditions cannot be read, or the rest of several conditions is asked for.
        """
        of_first = _read_group(first, "a")
        of_second = _read_group(second, "b") if second.strip() else _rest(of_first)
        groups = (
            self._portfolio.sets.load(owner, chosen.with_(where=(*chosen.where, *of_first))),
            self._portfolio.sets.load(owner, chosen.with_(where=(*chosen.where, *of_second))),
        )
        return compare_sets(*groups, slugs)

    def trend(self, owner: UserId, chosen: LedgerFilter, slug: str, window: int) -> Trend:
        """Return a figure over a moving window of trades."""
        return trend_of(self._portfolio.sets.load(owner, chosen), slug, window)

    @staticmethod
    def axes() -> tuple[Dimension, ...]:
        """Return what a scatter chart takes as an axis."""
        return all_axes()

    def scatter(self, owner: UserId, chosen: LedgerFilter, x: str, y: str, *, candles: bool = True) -> Scatter:
        """Return two numbers of each closed trade; without `candles` those that rest on them are not known."""
        found = self._portfolio.sets.load(owner, chosen)
        return scatter_of(found if candles else replace(found, prices=None), x, y)

    @staticmethod
    def needs_candles(*axes: str) -> bool:
        """Whether one of the axes of a scatter chart rests on candles."""
        return not EXCURSION_AXES.keys().isdisjoint(axes)

    def explain(self, owner: UserId, chosen: LedgerFilter, slug: str) -> Explanation:
        """Explain one figure of a filter."""
        return explain_figure(self._portfolio.sets, owner, chosen, slug)

    def words(self, owner: UserId, chosen: LedgerFilter) -> tuple[FilterWord, ...]:
        """Return the narrowing parts of a filter in words."""
        return filter_words(self._portfolio.sets.load(owner, chosen))

    def conditions(self, owner: UserId, chosen: LedgerFilter) -> list[tuple[str, str, str]]:
        """Return name in the address, title and text of each condition on a dimension."""
        if not chosen.where:
            return []
        words = condition_words(self._portfolio.sets.load(owner, chosen).facts, chosen)
        return [(word.name, word.title, word.text) for word in words]

    def keys(self, owner: UserId, chosen: LedgerFilter, by: str) -> tuple[KeyChoice, ...]:
        """Return the buckets of a dimension that hold closed trades of a filter."""
        table = self.breakdown(owner, chosen, by, ("trades",))
        return tuple(KeyChoice(key=row.key, label=row.label, trades=row.trades) for row in table.rows if row.trades)

    @staticmethod
    def narrow(chosen: LedgerFilter, by: str, key: str) -> LedgerFilter:
        """Return a filter narrowed to a bucket."""
        return narrow_filter(chosen, find_dimension(by), key)

    def breakdown_csv(
        self, owner: UserId, chosen: LedgerFilter, by: str, slugs: Sequence[str] = DEFAULT_FIGURES, *, edges: str = ""
    ) -> Iterator[str]:
        """Yield a breakdown, one row a bucket, with the filter that leads to each."""
        table = self.breakdown(owner, chosen, by, slugs, edges=edges)
        header = (by, "trades", *(slug for slug in table.slugs if slug != "trades"), "filter")
        rows = (
            [
                safe_text(row.label),
                str(row.trades),
                *(number(row.figures[slug]) for slug in table.slugs if slug != "trades"),
                safe_text(narrow_filter(chosen, table.by, row.key).to_query()),
            ]
            for row in table.rows
        )
        return write_csv(header, rows)

    def cross_csv(self, owner: UserId, chosen: LedgerFilter, down: str, across: str, slug: str) -> Iterator[str]:
        """Yield a cross table as it is shown."""
        table = self.cross(owner, chosen, down, across, slug)
        rows = (
            [safe_text(label), *("" if value != value else number(value) for value in values)]  # noqa: PLR0124 - NaN
            for label, values in zip(table.row_labels, table.values.tolist(), strict=True)
        )
        return write_csv((f"{down} \\ {across}", *map(safe_text, table.column_labels)), rows)


def _read_group(text: str, field: str) -> tuple[Condition, ...]:
    try:
        conditions = read_conditions(text)
    except ValueError as error:
        message = f"Group {field}={text[:40]!r} cannot be read."
        raise InvalidInputError(message, field=field, hint="For example setup:Gap fade;hour:9,10.") from error
    if not conditions:
        raise InvalidInputError(f"Group {field} has no condition.", field=field, hint="For example side:long.")
    return conditions


def _rest(conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return the condition of all trades that do not meet a single other one."""
    if len(conditions) != 1:
        raise InvalidInputError(
            "The rest of several conditions is not one group.", field="b", hint="Give the second group as well."
        )
    only = conditions[0]
    return (Condition(by=only.by, values=only.values, negated=not only.negated),)

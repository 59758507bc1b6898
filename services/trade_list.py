"""What the Trades page asks beside its rows: the views with their counts and the choices of each filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.dimensions import Coded, find_dimension
from analytics.selection import RESULTS
from domain.accounts import UserId
from domain.errors import InvalidInputError
from domain.filters import LedgerFilter
from services.journal import JournalService
from services.portfolio import PortfolioService
from services.trade_sets import EPOCH

if TYPE_CHECKING:
    from domain.columns import Codes, Ints, TradeFrame

_THURSDAY = 3  # 1 January 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterChoices:
    """What the accounts' trades can be narrowed to, each value with its number of trades, commonest first.

    Attributes:
        weekdays: 0 Monday … 6 Sunday, in the order of the week.
        hours: Local hours of the entries, ascending.
        rules: Answers to single rules as the filter writes them, rule by rule.
        rule_names: Each of those answers in words.
    """

    symbols: tuple[tuple[str, int], ...] = ()
    setups: tuple[tuple[str, int], ...] = ()
    tags: tuple[tuple[str, int], ...] = ()
    weekdays: tuple[tuple[int, int], ...] = ()
    hours: tuple[tuple[int, int], ...] = ()
    rules: tuple[tuple[str, int], ...] = ()
    rule_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeViews:
    """How many trades each view of a filter has; `trades_at_all` looks at no filter but the accounts."""

    counts: Mapping[str, int]
    today: date
    trades_at_all: int
    left_out: Mapping[str, int]
    starting_balance: float | None
    currency: str


class TradeListService:
    """Reads trade sets and the journal; writes tags only."""

    def __init__(self, portfolio: PortfolioService, journal: JournalService) -> None:
        self._portfolio = portfolio
        self._journal = journal

    def views(self, owner: UserId, chosen: LedgerFilter) -> TradeViews:
        """Count the views of a filter."""
        return trade_views(self._portfolio, owner, chosen)

    def choices(self, owner: UserId, chosen: LedgerFilter) -> FilterChoices:
        """Return what the chosen accounts' trades can be narrowed to."""
        return filter_choices(self._portfolio, owner, chosen)

    @staticmethod
    def selected(rows: Sequence[Mapping[str, Any]] | None) -> list[tuple[int, int]]:
        """Return the (account, trade) of the rows a client selected; InvalidInputError when there are none."""
        return selected_trades(rows)

    def toggle_tag(self, owner: UserId, trades: Sequence[tuple[int, int]], name: str) -> Tagging:
        """Give a tag to all of these trades, or take it from all when each of them has it."""
        return toggle_tag(self._journal, owner, trades, name)


def trade_views(portfolio: PortfolioService, owner: UserId, chosen: LedgerFilter) -> TradeViews:
    """Count the views of a filter: all, today, winners, losers, open.

    The views differ in status, result and day only; everything else of the filter holds for all of them.
    """
    found = portfolio.sets.load(owner, view_base(chosen))
    frame = found.chosen
    results = found.outcome
    today = (found.today - EPOCH).days
    return TradeViews(
        counts={
            "all": len(frame),
            "today": int(np.count_nonzero(frame.exit_day == today)),
            "winners": int(np.count_nonzero(~frame.is_open & (results == RESULTS["win"]))),
            "losers": int(np.count_nonzero(~frame.is_open & (results == RESULTS["loss"]))),
            "open": int(np.count_nonzero(frame.is_open)),
        },
        today=found.today,
        trades_at_all=len(found.frame) + sum(found.left_out.values()),
        left_out=found.left_out,
        starting_balance=found.starting_balance,
        currency=found.currency,
    )


def view_base(chosen: LedgerFilter) -> LedgerFilter:
    """Return a filter without what the views set."""
    return chosen.with_(status="", result="", day="")


def filter_choices(portfolio: PortfolioService, owner: UserId, chosen: LedgerFilter) -> FilterChoices:
    """Return what the chosen accounts' trades can be narrowed to, whatever else the filter says."""
    found = portfolio.sets.load(owner, chosen)
    frame = found.frame
    if not len(frame):
        return FilterChoices()
    answers = find_dimension("rule").coded(found.facts)
    return FilterChoices(
        symbols=_by_count(frame.symbols, np.bincount(frame.instrument, minlength=len(frame.symbols))),
        setups=_by_count(frame.setups, _code_counts(frame.setup, len(frame.setups))),
        tags=_by_count(frame.tags, _tag_counts(frame)),
        weekdays=_in_order(np.bincount((frame.entry_day + _THURSDAY) % 7, minlength=7)),
        hours=_in_order(np.bincount(frame.entry_minute // 60, minlength=24)),
        rules=_answer_counts(answers),
        rule_names=dict(zip(answers.keys, answers.labels, strict=True)),
    )


def _answer_counts(answers: Coded) -> tuple[tuple[str, int], ...]:
    of_cells = np.bincount(answers.codes, minlength=answers.cells)
    counts = of_cells if answers.members is None else answers.members.astype(np.int64) @ of_cells
    return tuple((key, count) for key, count in zip(answers.keys, counts.tolist(), strict=True) if key and count)


def _code_counts(codes: Codes, number: int) -> Ints:
    counts: Ints = np.bincount(codes[codes >= 0], minlength=number)
    return counts


def _tag_counts(frame: TradeFrame) -> Ints:
    tagged = frame.tag_mask[frame.tag_mask != 0]
    return np.array([np.count_nonzero(tagged & (1 << bit)) for bit in range(len(frame.tags))], dtype=np.int64)


def _by_count(names: Sequence[str], counts: Ints) -> tuple[tuple[str, int], ...]:
    totals: dict[str, int] = {}
    for name, count in zip(names, counts.tolist(), strict=False):
        totals[name] = totals.get(name, 0) + count
    return tuple(sorted(((name, count) for name, count in totals.items() if count), key=lambda item: (-item[1], item)))


def _in_order(counts: Ints) -> tuple[tuple[int, int], ...]:
    return tuple((value, count) for value, count in enumerate(counts.tolist()) if count)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """What a tag did: added or removed, on how many trades."""

    added: bool
    trades: int


def selected_trades(selected: Sequence[Mapping[str, Any]] | None) -> list[tuple[int, int]]:
    """Return the (account, trade) of the rows a client selected.

    Raises:
        InvalidInputError: If there are none, or a row names no trade.
    """
    try:
        trades = [(int(row["account"]), int(row["id"])) for row in selected or ()]
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidInputError("The selection cannot be read.", hint="Select the rows again.") from error
    if not trades:
        raise InvalidInputError("No trades are selected.", hint="Tick some rows first.")
    return trades


def toggle_tag(journal: JournalService, owner: UserId, trades: Sequence[tuple[int, int]], name: str) -> Tagging:
    """Give a tag to all of these trades, or take it from all when each of them has it.

    Raises:
        InvalidInputError: If the tag has no name.
    """
    added = journal.tag_counts(owner, trades).get(name, 0) < len(trades)
    touched = journal.tag_trades(owner, trades, **({"add": [name]} if added else {"remove": [name]}))
    return Tagging(added=added, trades=touched)

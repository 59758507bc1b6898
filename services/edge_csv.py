"""Downloads of the Edge page: its tables with every row, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from domain.performance import Unit
from domain.periods import from_micros
from services.exports import number, write_csv

if TYPE_CHECKING:
    from domain.accounts import UserId
    from domain.filters import LedgerFilter
    from domain.rules import Rule
    from domain.scenarios import ExitChoice
    from services.edge import EdgeService, LuckRow
    from services.exit_replay import ExitReplayService

SETUP_HEADER = (
    "rank",
    "setup",
    "trades",
    "win_rate",
    "mean",
    "likely_mean",
    "low",
    "high",
    "chance_above_zero",
    "unit",
)
FIGURE_HEADER = ("figure", "value", "low", "high", "n", "unit", "reason")
LEAK_HEADER = (
    "leak",
    "trades",
    "change_without",
    "low",
    "high",
    "mean",
    "mean_of_others",
    "p_found",
    "p_confirmed",
    "later_trades",
    "later_mean",
    "unit",
)
REMOVED_HEADER = ("trade", "symbol", "closed_at", "weight", "pnl", "pnl_with_rules", "currency")
EXIT_HEADER = (
    "trade",
    "symbol",
    "setup",
    "closed_at",
    "pnl",
    "replayed_pnl",
    "risk",
    "exit_price",
    "reason",
    "currency",
)


def setups_csv(edge: EdgeService, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
    """Yield the ranking of setups."""
    found = edge.luck(owner, chosen)
    rows = (
        [
            "" if item.rank is None else str(item.rank),
            item.label,
            str(item.n),
            "" if item.win_rate is None else number(item.win_rate),
            *map(number, (item.mean, item.shrunken, item.low, item.high, item.p_positive)),
            found.setups_unit,
        ]
        for item in found.setups
    )
    return write_csv(SETUP_HEADER, rows)


def figures_csv(edge: EdgeService, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
    """Yield the headline figures with their intervals."""
    found = edge.luck(owner, chosen)
    rows = (
        [
            row.label,
            *("" if value is None else number(value) for value in _bounds(row)),
            str(row.figure.interval.n),
            found.unit if row.metric.unit is Unit.MONEY else row.metric.unit.value,
            row.metric.reason or row.figure.interval.reason,
        ]
        for row in found.rows
    )
    return write_csv(FIGURE_HEADER, rows)


def _bounds(row: LuckRow) -> tuple[float | None, float | None, float | None]:
    return row.metric.value, row.figure.interval.low, row.figure.interval.high


def leaks_csv(edge: EdgeService, owner: UserId, chosen: LedgerFilter) -> Iterator[str]:
    """Yield the confirmed leaks."""
    found = edge.leaks(owner, chosen)
    rows = (
        [
            leak.label,
            str(leak.n),
            *map(number, (leak.change, leak.low, leak.high, leak.mean, leak.rest, leak.p_found, leak.p_confirmed)),
            str(leak.later_n),
            number(leak.later_mean),
            found.unit,
        ]
        for leak in found.report.leaks
    )
    return write_csv(LEAK_HEADER, rows)


def what_if_csv(edge: EdgeService, owner: UserId, chosen: LedgerFilter, rules: tuple[Rule, ...]) -> Iterator[str]:
    """Yield every trade that rules take out or resize, in time order."""
    frame, result, currency = edge.altered_trades(owner, chosen, rules)
    changed = (result.weight != 1).nonzero()[0].tolist()
    rows = (
        [
            str(int(frame.id[row])),
            frame.symbols[frame.instrument[row]],
            from_micros(int(frame.closed_at[row])).isoformat(),
            *map(number, (float(result.weight[row]), float(result.pnl[row]), float(result.altered_pnl[row]))),
            currency,
        ]
        for row in changed
    )
    return write_csv(REMOVED_HEADER, rows)


def exits_csv(replays: ExitReplayService, owner: UserId, chosen: LedgerFilter, choice: ExitChoice) -> Iterator[str]:
    """Yield every replayed trade, newest first."""
    report = replays.replay(owner, chosen, choice)
    rows = (
        [
            str(row.trade_id),
            row.symbol,
            row.setup,
            from_micros(row.closed_at).isoformat(),
            number(row.actual),
            number(row.replayed),
            "" if row.risk is None else number(row.risk),
            number(row.price),
            row.reason.value,
            report.currency,
        ]
        for row in report.rows
    )
    return write_csv(EXIT_HEADER, rows)

"""How much of a result is luck, where it leaks, what other rules would have brought, and what may come."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from web.api.contract import Topic
from web.api.filters import LedgerQuery
from web.api.values import FloatText, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from analytics.inference import Interval, Significance
    from analytics.leaks import Leak
    from analytics.whatif import Outcome
    from services.edge import LuckRow, RankedSetup
    from services.exit_replay import ReplayGroup

TOPIC = Topic(
    "Edge", "/api/v1", "Intervals, leaks, what-ifs and simulated futures of the same filtered trades as on every page."
)
EPOCH = date(1970, 1, 1)
_RULES = (
    'Rules in order, joined by semicolons, each "kind:value" with the value percent-encoded: skip_setup, skip_symbol, '
    "skip_tag, skip_side, skip_weekday (0 Monday), skip_hour, stop_after_losses, stop_after_loss (money), "
    "stop_after_loss_r, most_trades, cap_size (money), fixed_risk (money), remove_best, remove_worst."
)


class IntervalRow(Schema):
    """A 95 % interval; null bounds have a reason."""

    low: float | None
    high: float | None
    n: int = Field(description="On how many observations it rests.")
    method: str
    reason: str


class LuckFigureRow(Schema):
    """A headline figure with its interval."""

    figure: str = Field(description="As in /api/v1/metrics.")
    value: float | None
    unit: str
    reason: str = Field(description="Why there is no value.")
    interval: IntervalRow
    proven: bool | None = Field(description="Whether the interval lies above what no edge would give; null if unasked.")


class SignificanceRow(Schema):
    """A test against "no edge"."""

    statistic: float | None
    p_value: float | None = Field(description="Chance of a result at least this far from none, without an edge.")
    n: int
    reason: str


class SetupRow(Schema):
    """A setup in the ranking."""

    rank: int | None = Field(description="Null under ten trades.")
    setup: str
    trades: int
    win_rate: float | None
    mean: float
    likely_mean: float = Field(description="Drawn towards the mean of all setups by how few trades it rests on.")
    low: float
    high: float
    chance_above_zero: float


class Luck(Schema):
    """How far the result of a filter could be luck."""

    trades: int
    currency: str
    figures: list[LuckFigureRow]
    t_test: SignificanceRow
    sign_test: SignificanceRow
    trades_needed: int | None = Field(description="In all, until the mean can be told from zero; null with a reason.")
    trades_missing: int | None
    trades_needed_reason: str
    sharpe_above_zero: float | None = Field(description="Probabilistic Sharpe ratio against zero.")
    setups_unit: str = Field(description='"R" or the currency.')
    setups: list[SetupRow]


@TOPIC.get("/luck", Luck, query=LedgerQuery, errors=(404,))
def read_luck(query: LedgerQuery) -> Luck:
    """Return intervals of the headline figures, tests, and the setups by what is likely true of them."""
    owner = current_owner()
    found = services().edge.luck(owner, query.to_filter(owner))
    return Luck(
        trades=found.trades,
        currency=found.unit,
        figures=[_luck_figure(row) for row in found.rows],
        t_test=_test(found.t),
        sign_test=_test(found.sign),
        trades_needed=found.needed.total,
        trades_missing=found.needed.more,
        trades_needed_reason=found.needed.reason,
        sharpe_above_zero=found.sharpe_probability,
        setups_unit=found.setups_unit,
        setups=[_setup(item) for item in found.setups],
    )


def _interval(interval: Interval) -> IntervalRow:
    return IntervalRow(
        low=interval.low, high=interval.high, n=interval.n, method=interval.method, reason=interval.reason
    )


def _luck_figure(row: LuckRow) -> LuckFigureRow:
    return LuckFigureRow(
        figure=row.figure.slug,
        value=row.metric.value,
        unit=row.metric.unit.value,
        reason=row.metric.reason,
        interval=_interval(row.figure.interval),
        proven=row.figure.is_proven,
    )


def _test(test: Significance) -> SignificanceRow:
    return SignificanceRow(statistic=test.statistic, p_value=test.p_value, n=test.n, reason=test.reason)


def _setup(item: RankedSetup) -> SetupRow:
    return SetupRow(
        rank=item.rank,
        setup=item.label,
        trades=item.n,
        win_rate=item.win_rate,
        mean=item.mean,
        likely_mean=item.shrunken,
        low=item.low,
        high=item.high,
        chance_above_zero=item.p_positive,
    )


class LeakPart(Schema):
    """A property that all trades of a leak share; a condition of the filter `where`."""

    by: str
    key: str
    label: str


class LeakRow(Schema):
    """Trades that lose more than luck explains."""

    label: str
    parts: list[LeakPart]
    trades: int
    change: FloatText = Field(description="By how much the period would have changed without them.")
    low: FloatText
    high: FloatText
    mean: FloatText
    rest_mean: FloatText
    p_found: float = Field(description="Chance of such a slice by luck in the earlier part, before correction.")
    p_confirmed: float = Field(description="The same in the later part, which played no role in the choice.")
    later_trades: int
    later_mean: FloatText


class LeakList(Schema):
    """What the search for leaks came to."""

    items: list[LeakRow]
    trades: int
    searched: int = Field(description="Trades of the earlier part.")
    tested: int = Field(description="Slices with enough trades to be tested.")
    found: int = Field(description="Stood out in the earlier part, confirmed or not.")
    split_day: date | None
    detectable: FloatText | None = Field(description="Mean loss a tenth of the trades would need to be told from luck.")
    reason: str
    currency: str


@TOPIC.get("/leaks", LeakList, query=LedgerQuery, errors=(404,))
def read_leaks(query: LedgerQuery) -> LeakList:
    """Return slices by one or two properties that lose money beyond luck.

    Searched in the earlier part with the false discovery rate held down, confirmed in the later part.
    """
    owner = current_owner()
    found = services().edge.leaks(owner, query.to_filter(owner))
    report = found.report
    return LeakList(
        items=[_leak(leak) for leak in report.leaks],
        trades=report.n,
        searched=report.searched,
        tested=report.tested,
        found=report.found,
        split_day=None if report.split_day is None else EPOCH + timedelta(days=report.split_day),
        detectable=report.detectable,
        reason=report.reason,
        currency=found.unit,
    )


def _leak(leak: Leak) -> LeakRow:
    return LeakRow(
        label=leak.label,
        parts=[LeakPart(by=part.by, key=part.key, label=part.label) for part in leak.parts],
        trades=leak.n,
        change=leak.change,
        low=leak.low,
        high=leak.high,
        mean=leak.mean,
        rest_mean=leak.rest,
        p_found=leak.p_found,
        p_confirmed=leak.p_confirmed,
        later_trades=leak.later_n,
        later_mean=leak.later_mean,
    )


class WhatIfQuery(LedgerQuery):
    """Which trades, and which rules; `rules` is the filter's own: whether those of the setup were followed."""

    changes: str = Field("", max_length=3_000, description=_RULES)


class OutcomeRow(Schema):
    """What a book came to."""

    trades: int
    total: FloatText
    mean: FloatText | None
    win_rate: float | None
    drawdown: FloatText
    drawdown_fraction: float | None = Field(description="Of the peak; null without a starting balance.")
    fraction: float | None = Field(description="The total as a part of the starting balance; null without one.")
    r_total: float | None = Field(description="Sum of the R multiples; null without a planned risk.")
    r_trades: int = Field(description="Trades with a planned risk.")


class RuleRow(Schema):
    """What one rule did after the rules before it."""

    rule: str
    words: str
    removed: int
    resized: int
    unknown: int = Field(description="Trades it could not judge and left alone.")
    change: FloatText


class WhatIf(Schema):
    """A book with other rules beside what really happened."""

    actual: OutcomeRow
    altered: OutcomeRow
    rules: list[RuleRow]
    change: FloatText
    low: FloatText | None = Field(description="95 % interval of the change when days are drawn by luck.")
    high: FloatText | None
    change_r: float | None = Field(description="The change in R; null where no trade has a planned risk.")
    low_r: float | None
    high_r: float | None
    removed: int
    removed_trades: list[int] = Field(description="Ids of the trades taken out, largest first, at most 200.")
    currency: str


@TOPIC.get("/whatif", WhatIf, query=WhatIfQuery, errors=(404,))
def read_what_if(query: WhatIfQuery) -> WhatIf:
    """Return what a filter's closed trades would have come to under other rules."""
    from domain.rules import rules_from_text, rules_to_text

    owner = current_owner()
    found = services().edge.what_if(owner, query.to_filter(owner), rules_from_text(query.changes))
    result = found.result
    return WhatIf(
        actual=_outcome(result.actual),
        altered=_outcome(result.altered),
        rules=[
            RuleRow(
                rule=rules_to_text([item.rule]),
                words=item.rule.describe(found.currency),
                removed=item.removed,
                resized=item.resized,
                unknown=item.unknown,
                change=item.change,
            )
            for item in result.effects
        ],
        change=result.change,
        low=result.low,
        high=result.high,
        change_r=result.change_r,
        low_r=result.low_r,
        high_r=result.high_r,
        removed=found.removed_n,
        removed_trades=[int(trade.id) for trade in found.removed],
        currency=found.currency,
    )


def _outcome(outcome: Outcome) -> OutcomeRow:
    return OutcomeRow(
        trades=outcome.n,
        total=outcome.total,
        mean=outcome.mean,
        win_rate=outcome.win_rate,
        drawdown=outcome.drawdown,
        drawdown_fraction=outcome.drawdown_fraction,
        fraction=outcome.fraction,
        r_total=outcome.r_total,
        r_trades=outcome.r_n,
    )


class ExitQuery(LedgerQuery):
    """Which trades, and which way out."""

    exit: Literal["target", "trail", "time", "close"] = "target"
    stop: float = Field(1.0, ge=0, le=100, description="Stop in R; 0 leaves it out.")
    amount: float = Field(2.0, gt=0, le=100_000, description="Target in R, distance of the trail in R, or minutes.")


class ExitGroup(Schema):
    """Replayed trades of a setup; the first group holds all."""

    label: str
    trades: int
    actual_mean: float
    replayed_mean: float
    difference: float
    interval: IntervalRow
    money: FloatText = Field(description="Sum of the differences in money.")
    fraction: float | None = Field(description="The same as a part of the starting balance; null without one.")
    r_total: float | None = Field(description="Sum of the differences in R; null without a planned stop.")


class Exits(Schema):
    """Exits replayed on stored candles."""

    trades: int
    replayed: int
    coverage: float | None = Field(description="Replayed over closed trades; null without a closed trade.")
    gaps: dict[str, int] = Field(description="Why trades could not be replayed.")
    unit: str = Field(description='"R" or the currency.')
    simulated: bool = Field(description="Whether candles of the demo market were used.")
    groups: list[ExitGroup]


@TOPIC.get("/whatif/exits", Exits, query=ExitQuery, errors=(404,))
def read_exits(query: ExitQuery) -> Exits:
    """Return what the same entries would have brought with another way out, by setup."""
    from domain.scenarios import Exit, ExitChoice

    owner = current_owner()
    choice = ExitChoice(kind=Exit(query.exit), stop=query.stop, amount=query.amount)
    found = services().exit_replay.replay(owner, query.to_filter(owner), choice)
    return Exits(
        trades=found.trades,
        replayed=len(found.rows),
        coverage=found.coverage,
        gaps=found.gaps,
        unit=found.unit,
        simulated=found.simulated,
        groups=[_exit_group(group) for group in found.groups],
    )


def _exit_group(group: ReplayGroup) -> ExitGroup:
    return ExitGroup(
        label=group.label,
        trades=group.n,
        actual_mean=group.actual,
        replayed_mean=group.replayed,
        difference=group.difference,
        interval=_interval(group.interval),
        money=group.money,
        fraction=group.fraction,
        r_total=group.r_total,
    )

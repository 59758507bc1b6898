"""Headline figures as KPI cells: every value with its sample, its reason when undefined, and its drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components import cards, marks
from components import format as fmt

if TYPE_CHECKING:
    from domain.performance import MetricValue

Child = Any
Interval = tuple[float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What the KPI strip shows.

    Attributes:
        realised: Net (or gross) P&L of the period, by exit.
        open_part: What partial exits of trades still open are of it.
        basis: "net" or "gross".
        currency: Currency of all money.
        metrics, previous: By slug; previous is empty for an open-ended period.
        spark: Cumulative P&L for the sparkline.
        interval: 95 % interval of the expectancy in R, else in money; `interval_in_r` says which.
        href: Trades page with the current filter.
        closed_href: The same for closed trades.
        fall_href: The trades of the deepest drawdown.
    """

    realised: float
    open_part: float
    basis: str
    currency: str
    metrics: Mapping[str, MetricValue]
    previous: Mapping[str, MetricValue]
    spark: Sequence[float]
    interval: Interval
    interval_in_r: bool
    href: str = "/trades"
    closed_href: str = "/trades?status=closed"
    fall_href: str = "/trades?status=closed"


def kpi_cells(data: Headline) -> list[Child]:
    """Return the six cells of the strip."""
    return [_net(data), _win_rate(data), _profit_factor(data), _expectancy(data), _payoff(data), _drawdown(data)]


def _value(data: Headline, slug: str) -> float | None:
    metric = data.metrics.get(slug)
    return None if metric is None else metric.value


def _reason(data: Headline, slug: str, otherwise: str) -> str:
    metric = data.metrics.get(slug)
    if metric is None:
        return otherwise
    sample = f" n = {metric.n}{', a small sample' if metric.low_sample else ''}."
    return f"{metric.reason}." if metric.value is None and metric.reason else f"{otherwise}{sample}"


def _drift(data: Headline, slug: str, *, as_points: bool = False, falling_is_better: bool = False) -> Child:
    now, before = _value(data, slug), data.previous.get(slug)
    if now is None or before is None or before.value is None:
        return None
    change = now - before.value
    text = fmt.points(abs(change)).lstrip("+") if as_points else fmt.ratio(abs(change))
    better = change < 0 if falling_is_better else change > 0
    return marks.delta(text, "flat" if not change else "up" if better else "down")


def _net(data: Headline) -> Child:
    before = data.previous.get("net_pnl")
    drift = None
    if before is not None and before.value:
        change = (data.realised - before.value) / abs(before.value)
        drift = marks.delta(fmt.percent(abs(change)), "up" if change > 0 else "down")
    fees = _value(data, "fees")
    context = "vs the period before" if drift is not None else f"after {fmt.money(fees, data.currency)} fees"
    if data.basis == "gross":
        context = "before fees"
    partial = (
        f" {fmt.pnl(data.open_part, data.currency)} of it from partial exits of open trades." if data.open_part else ""
    )
    return cards.kpi(
        f"{data.basis.capitalize()} P&L",
        fmt.pnl(data.realised, data.currency),
        tone=fmt.tone(data.realised),
        delta=drift,
        context=context,
        info=f"Realised at each exit of the period: what the curve and the calendar add up to.{partial}",
        spark=data.spark or None,
        spark_role="accent",
        href=data.href,
        why=f"{data.basis}_pnl",
    )


def _win_rate(data: Headline) -> Child:
    wins, losses = _value(data, "wins") or 0, _value(data, "losses") or 0
    return cards.kpi(
        "Win rate",
        fmt.fraction(_value(data, "win_rate")),
        delta=_drift(data, "win_rate", as_points=True),
        context=f"{fmt.count(wins)} W / {fmt.count(losses)} L",
        info=_reason(data, "win_rate", "Winning trades over winning and losing trades; breakevens apart."),
        why="win_rate",
        href=data.closed_href,
    )


def _profit_factor(data: Headline) -> Child:
    return cards.kpi(
        "Profit factor",
        fmt.ratio(_value(data, "profit_factor")),
        delta=_drift(data, "profit_factor"),
        context="profit over loss",
        info=_reason(data, "profit_factor", "Sum of the winning trades over the sum of the losing ones."),
        why="profit_factor",
        href=data.closed_href,
    )


def _expectancy(data: Headline) -> Child:
    in_r = _value(data, "expectancy_r")
    money = _value(data, "expectancy")
    interval = ""
    if data.interval is not None:
        show = (
            fmt.r_multiple if data.interval_in_r else (lambda value: fmt.money_short(value, data.currency, signed=True))
        )
        interval = f"95% CI {show(data.interval[0])} to {show(data.interval[1])}"
    info = _reason(data, "expectancy", "Mean result of a trade. The interval says how far luck alone could move it.")
    if in_r is None:
        return cards.kpi(
            "Expectancy",
            fmt.pnl(money, data.currency),
            context=interval,
            info=info,
            why="expectancy",
            href=data.closed_href,
        )
    small = fmt.money(money, data.currency, places=0)
    return cards.kpi(
        "Expectancy",
        fmt.r_multiple(in_r),
        small=small,
        context=interval,
        info=info,
        why="expectancy_r",
        href=data.closed_href,
    )


def _payoff(data: Headline) -> Child:
    win, loss = _value(data, "avg_win"), _value(data, "avg_loss")
    context = f"{fmt.pnl(win, data.currency, places=0)} / {fmt.pnl(loss, data.currency, places=0)}"
    return cards.kpi(
        "Avg win / avg loss",
        fmt.ratio(_value(data, "payoff")),
        small="×",
        context=context,
        info=_reason(data, "payoff", "Mean winning trade over mean losing trade."),
        why="payoff",
        href=data.closed_href,
    )


def _drawdown(data: Headline) -> Child:
    share, money = _value(data, "max_drawdown"), _value(data, "max_drawdown_money")
    days = _value(data, "max_drawdown_days")
    info = _reason(data, "max_drawdown", "Deepest fall from a peak of the account, the start included.")
    if share is None:
        shown = fmt.pnl(money, data.currency)
        return cards.kpi(
            "Max drawdown", shown, info=info, context="by exit", why="max_drawdown_money", href=data.fall_href
        )
    context = [fmt.pnl(money, data.currency, places=0), f"{fmt.count(days)} days" if days else ""]
    return cards.kpi(
        "Max drawdown",
        fmt.fraction(share),
        context=[part for part in context if part],
        info=info,
        why="max_drawdown",
        href=data.fall_href,
    )


def metric_cell(label: str, value: MetricValue, currency: str, *, href: str = "") -> Child:
    """Return any metric as a cell: its value, on how much it rests, why it is missing, and where a click leads."""
    shown = fmt.NOT_COMPUTABLE if value.value is None else fmt.metric(value.value, value.unit, currency)
    sample = f"n = {fmt.count(value.n)}{', a small sample' if value.low_sample else ''}"
    return cards.kpi(label, shown, context=value.reason or sample, info=value.reason, why=value.slug, href=href)

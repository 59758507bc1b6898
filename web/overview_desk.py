"""What the composed cards of the overview show: charts and figures by the name of their card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from components import cards, charts, performance
from components.chart_notes import of_groups, of_trades
from domain.errors import NotFoundError
from domain.filters import LedgerFilter
from domain.overview import CARDS
from web.charts import theme
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.columns import Series

EPOCH = date(1970, 1, 1)
BREAKDOWNS: Mapping[str, str] = MappingProxyType(
    {"months": "month", "symbols": "symbol", "setups": "setup", "weekdays": "weekday", "hours": "hour"}
)
"""Property of each card of bars."""
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "distribution": "Trades by result; in R where stops are planned, else in money.",
        "months": "P&L of closed trades by the month of their last exit.",
        "symbols": "P&L of closed trades by symbol: the best and the worst.",
        "setups": "P&L of closed trades by setup.",
        "weekdays": "P&L of closed trades by the weekday of their entry.",
        "hours": "P&L of closed trades by the hour of their entry, in the account's zone.",
    }
)
RISKS = ("max_drawdown", "current_drawdown_money", "recovery_factor", "sharpe", "sortino", "volatility")


def figure_card(slug: str, place: dict[str, str], label: dict[str, str]) -> Any:
    """Return the card of one chart, empty until its callback has run; `place` and `label` are ids."""
    by = BREAKDOWNS.get(slug)
    graph = charts.graph(place, label=CARDS[slug], label_id=label, height=252)
    csv_href = f"/export/breakdown.csv?by={by}" if by else ""
    by_result = of_trades(ABOUT[slug], "bar = closed trades whose result lies in the bin", metric="expectancy")
    note = of_groups(ABOUT[slug]) if by else by_result
    return cards.chart_card(CARDS[slug], graph, explain=note, csv_href=csv_href)


def draw_chart(slug: object, chosen: LedgerFilter) -> tuple[Any, str]:
    """Return the figure of a card and what it says in one sentence.

    Raises:
        NotFoundError: If no card with a chart has this name.
    """
    if slug == "distribution":
        return _draw_distribution(chosen)
    by = BREAKDOWNS.get(str(slug))
    if by is None:
        raise NotFoundError("There is no such card.")
    from components.analytics import draw, pnl_slug

    figure = pnl_slug(chosen)
    table = services().analysis.breakdowns(current_owner(), chosen, [by], figure)[0]
    return draw(table, figure, theme=theme())


def _draw_distribution(chosen: LedgerFilter) -> tuple[Any, str]:
    from components.figures.distribution import describe_distribution, distribution_figure

    owner, portfolio = current_owner(), services().portfolio
    in_r = portfolio.performance(owner, chosen).metrics["expectancy_r"].value is not None
    found = portfolio.distribution(owner, chosen, in_r=in_r)
    unit = "R" if in_r else portfolio.summary(owner, chosen).unit
    figure = distribution_figure(found.edges, found.counts, unit=unit, theme=theme())
    return figure, describe_distribution(found.edges, found.counts, unit=unit)


def deepest_fall_href(drawdown: Series, chosen: LedgerFilter) -> str:
    """Return the closed trades of the deepest fall of a curve; all closed trades where it never fell."""
    from components.trade_filters import page_href

    closed = chosen.with_(status="closed")
    if not len(drawdown.y) or not drawdown.y.min() < 0:
        return page_href(closed)
    at = int(drawdown.y.argmin())
    first, last = (EPOCH + timedelta(days=int(drawdown.extra[name][at])) for name in ("first_day", "last_day"))
    return page_href(closed.with_(period=f"{first.isoformat()}..{last.isoformat()}"))


def risk_strip(chosen: LedgerFilter) -> Any:
    """Return the strip of risk figures."""
    from components.trade_filters import page_href

    found = services().portfolio.performance(current_owner(), chosen)
    definitions, href = services().portfolio.definitions(), page_href(chosen.with_(status="closed"))
    return cards.kpi_strip(
        [
            performance.metric_cell(definitions[slug].label, found.metrics[slug], found.unit, href=href)
            for slug in RISKS
            if slug in found.metrics
        ],
        label="Risk figures",
    )

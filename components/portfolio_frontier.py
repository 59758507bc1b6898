"""The Frontier tab: what the holdings could have been mixed to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, charts, feedback, forms, portfolio_drills, portfolio_frame, portfolio_notes, tables
from components import format as fmt
from components.why_mark import NOWHERE, Note

if TYPE_CHECKING:
    from domain.portfolio_figures import FrontierPoint, FrontierReport

EVERY_DAY = 365
YEARS = ((1, "1Y"), (3, "3Y"), (5, "5Y"), (10, "10Y"))
HOW = (
    "Long-only mixes of today's holdings with the least variance for their return (Markowitz), from daily closes in "
    "the portfolio's currency. The covariance is shrunk toward equal variances (Ledoit and Wolf); means are those of "
    "the past and not shrunk. Splits are taken out, dividends are not in the closes."
)


def years_choice(choice_id: str) -> html.Div:
    """Return the choice of how many years of prices count."""
    return forms.segmented(choice_id, YEARS, 5, label="Years of prices")


def body(found: FrontierReport, query: str | None, *, theme: str) -> list[Any]:
    """Return everything below the tabs."""
    if found.reason:
        return [feedback.empty("chart-spline", "No frontier for these holdings", found.reason)]
    row = html.Div([chart_card(found, query, theme=theme), mix_card(found, query)], className="g fw-pf top")
    return [*portfolio_frame.notices(found.notices), row]


def marked_points(found: FrontierReport) -> list[FrontierPoint]:
    """Return the portfolios that are marked on the curve."""
    return [item for item in (found.present, found.least_risk, found.best_sharpe) if item is not None]


def chart_card(found: FrontierReport, query: str | None, *, theme: str) -> html.Section:
    """Return the curve with holdings and marks."""
    from components.figures.frontier import describe_frontier, frontier_figure

    curve = [(item.name, item.risk, item.mean) for item in found.curve]
    assets = [(item.name, item.risk, item.mean) for item in found.assets]
    marked = [(item.name, item.risk, item.mean) for item in marked_points(found)]
    roles = ("accent-sq", "c2-sq", "c3-sq")
    entries = [(name, role) for (name, _, _), role in zip(marked, roles, strict=False)]
    figure = frontier_figure(curve, assets, marked, theme=theme)
    portfolio_drills.drill_holdings(figure, [name for name, _, _ in assets], query, trace=1)
    return cards.chart_card(
        "Efficient frontier",
        charts.graph(
            "portfolio-frontier-chart", label=describe_frontier(curve, marked),
            figure=figure, height=420,
        ),
        subtitle="risk to the right, return up, a year",
        legend=cards.legend(entries),
        explain=Note(
            formula="for each return the weights w ≥ 0, Σ w = 1, with the least √(wᵀ Σ w)", about=HOW, href=NOWHERE
        ),
    )  # fmt: skip


def mix_card(found: FrontierReport, query: str | None) -> html.Section:
    """Return the weights of the marked portfolios beside each other."""
    marked = marked_points(found)
    titles = [[title, portfolio_notes.mix_mark(item, found, year_words(found))]
              for title, item in zip(("Now", "Least risk", "Best ratio"), marked, strict=False)]  # fmt: skip
    columns = (
        tables.Column(key="name", title="Holding", strong=True),
        *(tables.Column(key=f"mix{k}", title=title, align="right") for k, title in enumerate(titles)),
    )
    rows = [
        {
            "name": _linked(asset.name, query),
            **{f"mix{k}": _share(item.weights.get(asset.name)) for k, item in enumerate(marked)},
        }
        for asset in found.assets
    ]
    rows += [
        {
            "name": "Return",
            "_class": "sum",
            **{f"mix{k}": fmt.percent(item.mean, signed=True) for k, item in enumerate(marked)},
        },
        {"name": "Risk", "_class": "sum", **{f"mix{k}": fmt.percent(item.risk) for k, item in enumerate(marked)}},
    ]
    span = "" if found.first is None or found.last is None else (
        f"{portfolio_frame.day_text(found.first)} – {portfolio_frame.day_text(found.last)}"
    )  # fmt: skip
    parts: list[Any] = [tables.table(columns, rows, row_height=30, caption="Mixes"), _facts(found)]
    return cards.card("Mixes", parts, subtitle=span, flush=True)


def year_words(found: FrontierReport) -> str:
    """Say how many days make a year here, and why."""
    if not found.is_automatic:
        return f"A year has {found.year_days} days, as the analysis settings say."
    if found.year_days == EVERY_DAY:
        return "A year has 365 days (automatic): all holdings are coins."
    return f"A year has {found.year_days} days (automatic): days count on which every holding has a close."


def _facts(found: FrontierReport) -> html.P:
    text = f"{fmt.count(found.days)} common days; covariance shrunk by {fmt.percent(found.shrinkage)}. "
    text += year_words(found)
    if found.left_out:
        text += f" Left out, being short or without closes: {', '.join(found.left_out[:6])}."
    return html.P(text, className="fw-help pad")


def _linked(name: str, query: str | None) -> Any:
    return portfolio_drills.linked(name, portfolio_drills.holding_href(query, name))


def _share(weight: float | None) -> str:
    return fmt.percent(weight) if weight else fmt.MISSING

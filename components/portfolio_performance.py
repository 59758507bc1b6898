"""The Performance tab: returns beside the benchmark, what moved the value, what each holding added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from dash import html

from components import cards, charts, feedback, figure_notes, portfolio_drills, portfolio_frame, portfolio_notes, tables
from components import format as fmt
from components.chart_notes import as_drawn
from components.why_mark import EVERY_TRADE, Note, why_note
from domain.columns import Series
from domain.portfolio_words import RETURN_LABELS, SIGNED_RETURNS

if TYPE_CHECKING:
    from domain.performance import MetricValue
    from domain.portfolio_figures import Contribution, MoneyLine, PerformanceReport

DAY_MS = 86_400_000.0
SHOWN = 12
HOW = (
    "Time-weighted: each day's return is (value at the end + what left) ÷ (value the day before + what came in) − 1; "
    "the days are multiplied. Deposits and withdrawals do not move it. The benchmark is rebased to the first day, its "
    "parts brought back to their weights daily, its dividends not included."
)
HOW_VALUE = "Value of positions at their daily closes and cash, beside the money that came in less what left."
HOW_PARTS = (
    "Each day's P&L of a holding as a share of that day's capital, grown by what was earned before it. All parts add "
    "up to the time-weighted return exactly; fees and dividends are inside."
)


def body(found: PerformanceReport, query: str | None, *, theme: str) -> list[Any]:
    """Return everything below the tabs."""
    rows = [
        html.Div([returns_card(found, query, theme=theme), risk_card(found)], className="g fw-pf"),
        html.Div([value_card(found, query, theme=theme), bridge_card(found)], className="g fw-pf"),
        contribution_cards(found, query, theme=theme),
    ]
    return [*portfolio_frame.notices(found.notices), strip(found), *rows]


def strip(found: PerformanceReport) -> Any:
    """Return the headline figures."""
    currency = found.plan.currency
    annual = found.figures["twr_annual"]
    yearly = "" if annual.value is None else f"{fmt.percent(annual.value, places=2, signed=True)} a year"
    cells = [
        cards.kpi(
            "Value",
            fmt.money(found.value, currency),
            context=f"cash {fmt.money(found.cash, currency)}",
            note=portfolio_notes.value_note(found),
        ),
        cards.kpi(
            "Gain",
            fmt.pnl(found.gain, currency),
            tone=fmt.tone(found.gain),
            context=_period(found),
            note=portfolio_notes.gain_note(found),
        ),
        _kpi("twr", found, context=yearly or "of the period"),
        _kpi("mwr", found, context="a year" if (found.last - found.first).days >= 364 else "of the period"),
        _kpi("dietz", found, context="of the period"),
    ]
    if found.benchmark_name:
        cells.append(_kpi("benchmark", found, context=found.benchmark_name))
    return cards.kpi_strip(cells, label="Returns")


def _period(found: PerformanceReport) -> str:
    return f"{portfolio_frame.day_text(found.first)} – {portfolio_frame.day_text(found.last)}"


def _kpi(slug: str, found: PerformanceReport, *, context: str) -> Any:
    figure, (label, info) = found.figures[slug], RETURN_LABELS[slug]
    if figure.value is None:
        told = figure_note(figure, found)
        return cards.kpi(label, "n/a", context=figure.reason, info=f"{info} {figure.reason}", note=told)
    note = f" {figure.note}" if figure.note else ""
    text = fmt.percent(figure.value, places=2, signed=True)
    told = figure_note(figure, found)
    return cards.kpi(label, text, tone=fmt.tone(figure.value), context=context, info=info + note, note=told)


def figure_note(figure: MetricValue, found: PerformanceReport) -> Note:
    """Return what a figure of the portfolio rests on, with its sample and why it is missing when it is."""
    made = figure_notes.PORTFOLIO[figure.slug]
    sample = f"n = {fmt.count(figure.n)}. {made.sample}".rstrip()
    about = " ".join(text for text in (RETURN_LABELS[figure.slug][1], made.about, figure.reason, figure.note) if text)
    inputs = portfolio_notes.figure_pairs(figure.slug, found)
    return replace(made, about=about, inputs=inputs, sample=sample, href=EVERY_TRADE)


def curve_series(found: PerformanceReport) -> tuple[Series, Series | None, Series]:
    """Return the own curve, the benchmark's and the drawdown, fractions over epoch milliseconds."""
    from analytics.drawdowns import fall_spans

    curve = found.curve
    x = curve.day.astype(np.float64) * DAY_MS
    other = None
    if curve.benchmark is not None:
        known = np.isfinite(curve.benchmark)
        other = Series(name=found.benchmark_name, x=x[known], y=curve.benchmark[known])
    day = curve.day.astype(np.float64)
    own = portfolio_drills.with_days(Series(name="Portfolio", x=x, y=curve.portfolio), day)
    fall = portfolio_drills.with_days(Series(name="Drawdown", x=x, y=curve.drawdown), *fall_spans(day, curve.drawdown))
    return own, other, fall


def curve_parts(found: PerformanceReport | None, query: str | None, *, theme: str) -> tuple[Any, str, Any]:
    """Return figure, sentence and legend of the curve alone, for the tab of holdings."""
    from components.figures.canvas import empty_figure
    from components.figures.drill import drill_days
    from components.figures.equity import describe_equity, equity_figure

    if found is None:
        text = "No performance yet."
        return empty_figure(text, theme=theme), text, None
    own, other, _ = curve_series(found)
    figure = equity_figure(own, unit="%", theme=theme, benchmark=other, uirevision=query or "all")
    drill_days(figure, own, portfolio_drills.days_href(query))
    return figure, describe_equity(own, unit="%", benchmark=other), legend(found)


def returns_card(found: PerformanceReport, query: str | None, *, theme: str) -> html.Section:
    """Return the chart of cumulative returns with the drawdown below."""
    from components.figures.drill import drill_days
    from components.figures.equity import describe_equity, equity_figure

    own, other, drawdown = curve_series(found)
    figure = equity_figure(own, drawdown, unit="%", theme=theme, benchmark=other, uirevision=query or "all")
    label = describe_equity(own, drawdown, unit="%", benchmark=other)
    drill_days(figure, own, portfolio_drills.days_href(query))
    drill_days(figure, drawdown, portfolio_drills.days_href(query), trace=-1)
    return cards.chart_card(
        "Performance",
        charts.graph("portfolio-returns", label=label, figure=figure, height=330),
        subtitle="time-weighted, net of fees",
        legend=legend(found),
        explain=as_drawn(figure_notes.PORTFOLIO["twr"], HOW),
        csv_href=f"/export/portfolio/returns.csv?{query or ''}".rstrip("?"),
    )


def legend(found: PerformanceReport) -> Any:
    """Return the names of the curves with where they end."""
    entries = [(f"Portfolio {_ended(found.figures['twr'])}".strip(), "accent")]
    if found.benchmark_name:
        entries.append((f"{_short(found.benchmark_name)} {_ended(found.figures['benchmark'])}".strip(), "bench-dash"))
    return cards.legend(entries)


def _short(name: str) -> str:
    return name if len(name) <= 24 else "Benchmark"


def _ended(figure: MetricValue) -> str:
    return "" if figure.value is None else fmt.percent(figure.value, signed=True)


def risk_card(found: PerformanceReport) -> html.Section:
    """Return the figures of risk and those against the benchmark, each with its sample."""
    slugs = ["volatility", "sharpe", "sortino", "max_drawdown"]
    beside = ["beta", "alpha", "correlation", "tracking_error", "information_ratio"]
    children: list[Any] = [figure_rows(found, slugs)]
    if found.benchmark_name:
        name = html.Span(found.benchmark_name, className="ell", title=found.benchmark_name)
        children += [html.H3(["Against ", name], className="fw-sub-h"), figure_rows(found, beside)]
    else:
        text = "Give the portfolio a benchmark to see beta, alpha and the difference."
        children.append(
            html.P([text, " ", html.A("Settings, Portfolios", href="/settings/portfolios")], className="fw-help")
        )
    return cards.card("Risk", html.Div(children, className="fw-stack"), subtitle=year_words(found))


def year_words(found: PerformanceReport) -> str:
    """Say by how many days a year daily figures are told as yearly ones, and who said so."""
    why = "automatic" if found.is_automatic else "as set"
    return f"daily returns, {found.year_days} days a year ({why})"


def _text_of(shown: Any) -> str:
    return shown if isinstance(shown, str) else str(getattr(shown, "children", ""))


def figure_rows(found: PerformanceReport, slugs: Sequence[str]) -> html.Dl:
    """Return label and value lines; what is undefined says why when it is hovered."""
    pairs = []
    for slug in slugs:
        figure = found.figures[slug]
        label, info = RETURN_LABELS[slug]
        low = " Low sample." if figure.value is not None and figure.low_sample else ""
        name = html.Span([label, html.Small(f" n {figure.n}")] if low else label, title=f"{info}{low}")
        shown = _value(figure)
        pairs.append(([name, why_note(label, figure_note(figure, found), value=_text_of(shown))], shown))
    return cards.key_values(pairs)


def _value(figure: MetricValue) -> Any:
    if figure.value is None:
        return html.Span("n/a", title=figure.reason, className="fw-weak")
    if figure.unit.value == "fraction":
        return fmt.percent(figure.value, places=2, signed=figure.slug in SIGNED_RETURNS)
    return fmt.ratio(figure.value)


def value_card(found: PerformanceReport, query: str | None, *, theme: str) -> html.Section:
    """Return the chart of value beside the money put in."""
    from components.figures.drill import drill_days
    from components.figures.equity import describe_equity, equity_figure

    curve, currency = found.curve, found.plan.currency
    x = curve.day.astype(np.float64) * DAY_MS
    begun = slice(0 if curve.value[0] else min(1, len(x) - 1), None)  # the eve of the first day holds nothing
    own = Series(name="Value", x=x[begun], y=curve.value[begun])
    put_in = Series(name="Put in", x=x[begun], y=curve.invested[begun])
    figure = equity_figure(own, unit=currency, theme=theme, benchmark=put_in)
    drill_days(figure, portfolio_drills.with_days(own, curve.day[begun]), portfolio_drills.days_href(query))
    return cards.chart_card(
        "Value",
        charts.graph("portfolio-value", label=describe_equity(own, unit=currency, benchmark=put_in), figure=figure,
                     height=252),
        subtitle=f"{currency}, positions and cash",
        legend=cards.legend([("Value", "accent"), ("Put in", "bench-dash")]),
        explain=as_drawn(figure_notes.PORTFOLIO["value"], HOW_VALUE),
    )  # fmt: skip


def bridge_card(found: PerformanceReport) -> html.Section:
    """Return the steps from the value at the start to the value at the end."""
    rows = [_bridge_row(line, found.plan.currency) for line in found.bridge]
    columns = (
        tables.Column(key="name", title="Step"),
        tables.Column(key="amount", title=found.plan.currency, align="right"),
    )
    body_ = tables.table(columns, rows[:-1], footer=rows[-1], row_height=30, caption="What moved the value")
    return cards.card(["What moved it", portfolio_notes.bridge_mark(found)], body_, subtitle=_period(found), flush=True)


def _bridge_row(line: MoneyLine, currency: str) -> dict[str, Any]:
    shown = fmt.money(line.amount, currency) if line.is_total else fmt.pnl(line.amount, currency)
    tone = "" if line.is_total or line.name in ("Came in", "Left") else f"fw-{fmt.tone(line.amount)}"
    return {
        "name": html.Span(line.name, title=line.help or None),
        "amount": html.Span(shown, className=f"fw-num {tone}"),
    }


def contribution_cards(found: PerformanceReport, query: str | None, *, theme: str) -> html.Div:
    """Return bars and table of what each holding added to the return."""
    from components.figures.bars import describe_bars, pl_bars_h

    shown = sorted(shown_parts(found.contributions), key=lambda item: -item.share)
    names, shares = [item.name for item in shown], np.array([item.share for item in shown])
    figure = pl_bars_h(names, shares, unit="%", theme=theme)
    portfolio_drills.drill_holdings(figure, names, query)
    chart = cards.chart_card(
        "Contribution",
        charts.graph(
            "portfolio-contribution",
            label=describe_bars(names, shares, unit="%", what="Contribution") if names else "No contributions.",
            figure=figure,
            height=max(140, 26 * len(names) + 16),
        ),
        subtitle="to the time-weighted return",
        explain=Note(formula="bar = Σ P&Lₜ ÷ capitalₜ × growthₜ₋₁ of the holding", about=HOW_PARTS, href=EVERY_TRADE),
    )
    return html.Div([chart, contribution_table(found, query)], className="g two")


def shown_parts(parts: Sequence[Contribution]) -> list[Contribution]:
    """Return the largest parts, and the rest as one."""
    if len(parts) <= SHOWN:
        return list(parts)
    rest = parts[SHOWN - 1 :]
    other = type(rest[0])(
        name=f"{len(rest)} others",
        profit=sum(item.profit for item in rest),
        share=sum(item.share for item in rest),
        weight=sum(item.weight for item in rest),
        income=sum(item.income for item in rest),
    )
    return [*parts[: SHOWN - 1], other]


def contribution_table(found: PerformanceReport, query: str | None) -> html.Section:
    """Return what each holding earned."""
    currency = found.plan.currency
    columns = (
        tables.Column(key="name", title="Holding", strong=True),
        tables.Column(key="weight", title="Weight", align="right", muted=True, hide_mobile=True),
        tables.Column(key="income", title="Income", align="right", muted=True, hide_mobile=True),
        tables.Column(key="profit", title="P&L", align="right"),
        tables.Column(key="share", title="Contribution", align="right"),
    )
    rows = [
        {
            "name": portfolio_drills.linked(item.name, portfolio_drills.holding_href(query, item.name)),
            "weight": fmt.percent(item.weight) if item.weight else "",
            "income": fmt.money(item.income, currency) if item.income else "",
            "profit": _toned(fmt.pnl(item.profit, currency), item.profit),
            "share": _toned(fmt.percent(item.share, places=2, signed=True), item.share),
            "_why": portfolio_notes.contribution_mark(item, found, query),
        }
        for item in shown_parts(found.contributions)
    ]
    total = {
        "name": "Total",
        "profit": _toned(fmt.pnl(found.gain, currency), found.gain),
        "share": _toned(
            fmt.percent(sum(item.share for item in found.contributions), places=2, signed=True), found.gain
        ),
        "_why": why_note("Gain", portfolio_notes.gain_note(found)),
    }
    if not rows:
        return cards.card("Holdings", feedback.empty("layers", "No holdings in this period"))
    link = portfolio_frame.csv_link("/export/portfolio/contributions.csv", query)
    return cards.card("By holding", tables.table(columns, rows, footer=total, row_height=30, caption="Contributions"),
                      controls=link, flush=True)  # fmt: skip


def _toned(text: str, value: float) -> html.Span:
    return html.Span(text, className=f"fw-num fw-{fmt.tone(value)}")

"""The Income tab: dividends, interest and rewards by month, by symbol and one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from dash import html

from components import (
    cards,
    charts,
    controls,
    feedback,
    figure_notes,
    portfolio_drills,
    portfolio_frame,
    portfolio_notes,
    tables,
)
from components import format as fmt
from components.chart_notes import as_drawn
from components.why_mark import why_note

if TYPE_CHECKING:
    from domain.portfolio_figures import IncomeReport

SHOWN = 60
KINDS = {"dividend": "Dividend", "interest": "Interest", "reward": "Reward", "tax": "Tax withheld"}
HOW = "Payments on the day they were booked, at that day's exchange rate. Taxes withheld stand beside them, not inside."


def body(found: IncomeReport, query: str | None, *, theme: str) -> list[Any]:
    """Return everything below the tabs."""
    if not found.rows:
        text = "Dividends, interest and rewards of imported files are listed here by month and symbol."
        action = controls.link_button("Import a file", "/import", kind="primary")
        return [feedback.empty("banknote", "No income in this period", text, actions=[action])]
    rows = [
        html.Div([month_card(found, query, theme=theme), symbol_card(found, query)], className="g fw-pf"),
        payment_card(found, query),
    ]
    return [*portfolio_frame.notices(found.notices), strip(found, query), *rows]


def strip(found: IncomeReport, query: str | None) -> Any:
    """Return the headline figures."""
    currency = found.plan.currency
    before, notes = "", portfolio_notes.income_notes(found, query)
    if found.previous:
        before = f"{fmt.percent(found.total / found.previous - 1, signed=True)} to the period before"
    cells = [
        cards.kpi("Income", fmt.money(found.total, currency), context=before, note=notes["income"]),
        cards.kpi("Dividends", fmt.money(found.dividends, currency), note=notes["dividends"]),
        cards.kpi("Interest and rewards", fmt.money(found.interest, currency), note=notes["interest"]),
        cards.kpi("Taxes withheld", fmt.money(found.taxes, currency), note=notes["taxes"]),
        cards.kpi(
            "Yield",
            "n/a" if found.yield_on_value is None else fmt.percent(found.yield_on_value, places=2),
            context="a year, on the average value" if found.yield_on_value is not None else "needs 90 days",
            note=notes["yield"],
        ),
    ]
    return cards.kpi_strip(cells, label="Income")


def month_card(found: IncomeReport, query: str | None, *, theme: str) -> html.Section:
    """Return the income of each month as bars."""
    from components.figures.bars import amount_bars, describe_bars
    from components.figures.drill import drill_points

    many = len(found.months) > 12
    labels = [f"{month:%b %y}" if many else f"{month:%b}" for month, _, _ in found.months]
    amounts = np.array([dividends + interest for _, dividends, interest in found.months])
    figure = amount_bars(labels, amounts, unit=found.plan.currency, theme=theme)
    drill_points(figure, [portfolio_drills.month_href(query, month) for month, _, _ in found.months])
    label = describe_bars(labels, amounts, unit=found.plan.currency, what="Income")
    return cards.chart_card(
        "By month",
        charts.graph("portfolio-income-months", label=label, figure=figure, height=280),
        subtitle=f"{found.plan.currency}, dividends, interest and rewards",
        explain=as_drawn(figure_notes.PORTFOLIO["income"], HOW),
        csv_href=f"/export/portfolio/income.csv?{query or ''}".rstrip("?"),
    )


def month_parts(found: IncomeReport | None, query: str | None, *, theme: str) -> tuple[Any, str, Any]:
    """Return figure, sentence and sum of the last twelve months, for the tab of holdings."""
    from components.figures.bars import amount_bars, describe_bars
    from components.figures.canvas import empty_figure
    from components.figures.drill import drill_points

    if found is None or not found.total:
        text = "No dividends or interest in this period."
        return empty_figure(text, theme=theme), text, ""
    shown = found.months[-12:]
    labels = [f"{month:%b}" for month, _, _ in shown]
    amounts = np.array([dividends + other for _, dividends, other in shown])
    label = describe_bars(labels, amounts, unit=found.plan.currency, what="Income")
    figure = amount_bars(labels, amounts, unit=found.plan.currency, theme=theme)
    drill_points(figure, [portfolio_drills.month_href(query, month) for month, _, _ in shown])
    mark = why_note("Income", portfolio_notes.income_notes(found, query)["income"])
    return figure, label, [fmt.money(found.total, found.plan.currency), mark]


def symbol_card(found: IncomeReport, query: str | None) -> html.Section:
    """Return the income of each symbol."""
    columns = (
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="count", title="Payments", align="right", muted=True),
        tables.Column(key="amount", title="Amount", align="right"),
        tables.Column(key="share", title="Share", align="right", muted=True, hide_mobile=True),
    )
    rows = [
        {
            "symbol": portfolio_drills.linked(name or "Cash", portfolio_drills.cash_href(query, name)),
            "count": fmt.count(count),
            "amount": fmt.money(amount, found.plan.currency),
            "share": fmt.percent(amount / found.total) if found.total else "",
            "_why": portfolio_notes.income_mark(name, count, amount, found, query),
        }
        for name, count, amount in found.symbols[:SHOWN]
    ]
    mark = why_note("Income", portfolio_notes.income_notes(found, query)["income"])
    total = {"symbol": "Total", "amount": fmt.money(found.total, found.plan.currency), "_why": mark}
    return cards.card(
        "By symbol", tables.table(columns, rows, footer=total, row_height=30, caption="Income by symbol"), flush=True
    )


def payment_card(found: IncomeReport, query: str | None) -> html.Section:
    """Return the payments, newest first."""
    columns = (
        tables.Column(key="day", title="Day"),
        tables.Column(key="kind", title="Kind", muted=True),
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
        tables.Column(key="amount", title="Paid", align="right", hide_mobile=True),
        tables.Column(key="value", title=f"In {found.plan.currency}", align="right"),
    )
    rows = [
        {
            "day": portfolio_drills.linked(
                portfolio_frame.day_text(item.day), portfolio_drills.day_href(query, item.day, path="/cash")
            ),
            "kind": KINDS.get(item.kind, item.kind.replace("_", " ").capitalize()),
            "symbol": portfolio_drills.linked(item.symbol, portfolio_drills.holding_href(query, item.symbol)),
            "account": item.account,
            "amount": fmt.money(item.amount, item.currency),
            "value": html.Span(fmt.pnl(item.value, found.plan.currency), className=f"fw-num fw-{fmt.tone(item.value)}"),
            "_why": portfolio_notes.payment_mark(item, found, query),
        }
        for item in found.rows[:SHOWN]
    ]
    more = f"the newest {SHOWN} of {fmt.count(len(found.rows))}" if len(found.rows) > SHOWN else ""
    link = portfolio_frame.csv_link("/export/portfolio/income.csv", query)
    return cards.card("Payments", tables.table(columns, rows, row_height=30, caption="Payments"), controls=link,
                      subtitle=more or fmt.plural(len(rows), "payment"), flush=True)  # fmt: skip

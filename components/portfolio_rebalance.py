"""The Rebalance tab: targets, and the orders that reach them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, controls, feedback, forms, marks, portfolio_frame, portfolio_notes, tables
from components import format as fmt
from components.portfolio_allocation import TITLES, part_name
from domain.portfolios import Dimension

if TYPE_CHECKING:
    from domain.portfolio_figures import AllocationPart, RebalanceLine, RebalanceReport

DIMENSIONS = (Dimension.SYMBOL, Dimension.CLASS, Dimension.SECTOR)
FieldId = Callable[[str], dict[str, Any]]
BAR = 0.6


def controls_row(ids: Mapping[str, str]) -> html.Div:
    """Return the limits of the orders."""
    return html.Div(
        [
            forms.field("Add or take out", forms.number_input(ids["added"], value=0, size="sm"), for_id=ids["added"]),
            forms.field(
                "Smallest order",
                forms.number_input(ids["smallest"], value=100, size="sm", min=0),
                for_id=ids["smallest"],
            ),
            forms.field(
                "Band",
                forms.number_input(ids["band"], value=1, unit="pts", size="sm", min=0, max=50),
                for_id=ids["band"],
            ),
            html.Div(
                [forms.switch(ids["only_buy"], "Buy only"), forms.switch(ids["fractions"], "Fractions")],
                className="fw-pf-switches",
            ),
        ],
        className="fw-pf-controls",
    )


def unsaved(save_id: str) -> html.Div:
    """Return the state of accounts that are no saved portfolio yet: targets belong to one."""
    save = controls.button("Save as a portfolio", id=save_id, kind="primary")
    text = "These accounts are not a saved portfolio yet. Targets, benchmark and rules for gains belong to one."
    return feedback.empty("target", "Targets belong to a portfolio", text, actions=[save])


def target_card(body: Any, *, save_id: str, dimension_id: str) -> html.Section:
    """Return the card around the form of the targets."""
    choice = forms.segmented(
        dimension_id, [(item.value, TITLES[item][1]) for item in DIMENSIONS], Dimension.SYMBOL.value, label="Targets by"
    )
    end = html.Div(controls.button("Save targets", id=save_id, kind="primary", size="sm"), className="fw-pf-end")
    return cards.card("Targets", [body, end], controls=choice, flush=True, classes="fw-pf-targets")


def no_targets() -> html.P:
    """Say why there is no form yet."""
    return html.P("Targets can be set once these accounts are a saved portfolio.", className="fw-help pad")


def target_table(
    found: RebalanceReport, dimension: Dimension, field_id: FieldId, *, extra_id: dict[str, Any]
) -> html.Div:
    """Return the form of the targets of one dimension, in percent.

    Args:
        found: Parts with their weights and targets.
        dimension: What the parts are.
        field_id: Id of a part's field; "" for the symbol that is added.
        extra_id: Id of the field that names a symbol which is not held.
    """
    named = [(part_name(part.name, dimension), part.value, part.weight) for part in found.parts]
    now = portfolio_notes.weights_mark("Weights now", named, found.plan.currency)
    columns = (
        tables.Column(key="name", title=TITLES[dimension][1], strong=True),
        tables.Column(key="weight", title=["Now", now], align="right", muted=True),
        tables.Column(key="target", title="Target", align="right", width="112px"),
    )
    rows: list[dict[str, Any]] = [_target_row(part, dimension, field_id) for part in found.parts]
    if dimension is Dimension.SYMBOL:
        rows.append(_extra_row(field_id, extra_id))
    footer = {
        "name": "Cash",
        "weight": fmt.percent(found.cash_before / found.total if found.total else None),
        "target": fmt.percent(found.cash_target),
    }
    return tables.table(columns, rows, footer=footer, row_height=40, caption="Targets")


def _target_row(part: AllocationPart, dimension: Dimension, field_id: FieldId) -> dict[str, Any]:
    name = part_name(part.name, dimension)
    field = forms.number_input(field_id(part.name), value=_percent(part), unit="%", size="sm")
    return {
        "name": name,
        "weight": fmt.percent(part.weight),
        "target": portfolio_frame.named_field(f"Target of {name} in percent", field),
    }


def _extra_row(field_id: FieldId, extra_id: dict[str, Any]) -> dict[str, Any]:
    symbol = forms.text_input(extra_id, placeholder="Add a symbol", size="sm")
    share = forms.number_input(field_id(""), unit="%", size="sm")
    return {
        "name": portfolio_frame.named_field("Symbol to add", symbol),
        "weight": "",
        "target": portfolio_frame.named_field("Target of the added symbol in percent", share),
    }


def _percent(part: AllocationPart) -> float | None:
    return None if part.target is None else round(part.target * 100, 4)


def orders(found: RebalanceReport, query: str | None) -> list[Any]:
    """Return the orders and what they lead to."""
    if not found.plan.targets:
        text = "Write the share you want each part to have; what is left to 100% stays in cash."
        return [feedback.empty("target", "No targets yet", text)]
    made = [line for line in found.lines if line.quantity]
    return [*portfolio_frame.notices(found.notices), strip(found, made), order_card(found, query)]


def strip(found: RebalanceReport, made: list[RebalanceLine]) -> Any:
    """Return the headline figures."""
    currency = found.plan.currency
    bought = sum(line.value for line in made if line.value > 0)
    sold = -sum(line.value for line in made if line.value < 0)
    notes = portfolio_notes.order_notes(found, bought, sold, len(made))
    cells = [
        cards.kpi("Orders", fmt.count(len(made)), context="none needed" if not made else "", note=notes["orders"]),
        cards.kpi("Buy", fmt.money(bought, currency), note=notes["buy"]),
        cards.kpi("Sell", fmt.money(sold, currency), note=notes["sell"]),
        cards.kpi(
            "Cash after",
            fmt.money(found.cash_after, currency),
            context=f"now {fmt.money(found.cash_before, currency)}",
            note=notes["cash_after"],
        ),
        cards.kpi("Turnover", fmt.percent(found.turnover), context="of the portfolio", note=notes["turnover"]),
    ]
    return cards.kpi_strip(cells, label="Rebalancing")


def order_card(found: RebalanceReport, query: str | None) -> html.Section:
    """Return one row for each holding: before, target, after, and the order."""
    currency = found.plan.currency
    columns = (
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="order", title="Order"),
        tables.Column(key="price", title="Price", align="right", muted=True, hide_mobile=True),
        tables.Column(key="value", title="Amount", align="right"),
        tables.Column(key="before", title="Now", align="right", muted=True, hide_mobile=True),
        tables.Column(key="target", title="Target", align="right", muted=True, hide_mobile=True),
        tables.Column(key="after", title="After", align="right"),
    )
    rows = [
        {
            "symbol": html.Span(line.symbol, title=line.name or None),
            "order": _order(line),
            "price": fmt.price(line.price),
            "value": fmt.pnl(-line.value, currency) if line.quantity else "",
            "before": fmt.percent(line.before),
            "target": fmt.percent(line.target),
            "after": fmt.percent(line.after),
            "_why": portfolio_notes.order_mark(line, found),
        }
        for line in found.lines
    ]
    link = portfolio_frame.csv_link("/export/portfolio/orders.csv", query)
    return cards.card("Orders", tables.table(columns, rows, row_height=32, caption="Orders"), controls=link,
                      subtitle="at the last close; nothing is sent to a broker", flush=True)  # fmt: skip


def _order(line: RebalanceLine) -> Any:
    if not line.quantity:
        return html.Span(line.reason or "on target", className="fw-weak")
    side = "Buy" if line.quantity > 0 else "Sell"
    tone = "pos" if line.quantity > 0 else "neg"
    return html.Span([marks.tag(side, tone=tone), " ", fmt.quantity(round(abs(line.quantity), 6))])

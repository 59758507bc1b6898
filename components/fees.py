"""What trading cost: the figures of fees and each kind, with the trades and the derivation behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, feedback, tables
from components import format as fmt
from components.analysis import trades_href
from components.why_mark import why_button

if TYPE_CHECKING:
    from domain.performance import MetricValue
    from services.fee_report import FeeKindLine, FeeReport

Child = Any
_NAMES = {
    "fees": "Fees",
    "fee_drag": "Fee drag",
    "fee_rate": "Of volume",
    "avg_fee": "A trade",
    "rebates": "Rebates",
}
_COLUMNS = (
    tables.Column(key="kind", title="Kind"),
    tables.Column(key="share", title="", hide_mobile=True, width="34%"),
    tables.Column(key="part", title="Of the fees", align="right", muted=True),
    tables.Column(key="amount", title="Amount", align="right", strong=True),
)


def fee_content(found: FeeReport) -> list[Child]:
    """Return the figures in a row and the kinds below, the largest first; they add up to the fees."""
    row = html.Div(
        [_figure(slug, name, found.figures[slug], found.unit) for slug, name in _NAMES.items()],
        className="fw-fee-figures",
    )
    if not found.lines:
        return [row, html.P(_sentence(found.reason), className="se-text fw-fee-none")]
    largest = max(abs(line.amount) for line in found.lines)
    rows = [_line(line, found.unit, largest) for line in found.lines]
    footer = {
        "kind": "All fees",
        "amount": _amount(found.total or 0.0, found.unit),
        "_why": why_button("fees", "All fees"),
    }
    return [row, tables.table(_COLUMNS, rows, footer=footer, row_height=34, caption="Fees by kind")]


def _figure(slug: str, name: str, value: MetricValue, unit: str) -> html.Span:
    shown = html.Span(value.reason or fmt.NOT_COMPUTABLE, className="fw-weak why-not")
    text: Child = shown if value.value is None else fmt.metric(value.value, value.unit, unit)
    return cards.stat(name, text, mark=why_button(slug, name))


def _line(line: FeeKindLine, unit: str, largest: float) -> dict[str, Child]:
    width = f"{100 * abs(line.amount) / largest:.1f}%" if largest else "0"
    name = dcc.Link(line.label, href=trades_href(line.filter), title="Its trades")
    return {
        "kind": html.Span([name, why_button(line.slug, line.label)], className="fw-fee-kind"),
        "share": html.Div(html.I(style={"width": width}), className="fw-meter t6", **{"aria-hidden": "true"}),
        "part": "" if line.share is None else fmt.percent(line.share),
        "amount": _amount(line.amount, unit),
    }


def _amount(value: float, unit: str) -> str:
    return fmt.money(value, unit) if len(unit) == 3 else f"{value:.4g} {unit}"


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:]}." if reason else ""


def fee_card(body_id: str) -> html.Section:
    """Return the card, empty until its callback has run."""
    return cards.card(
        "Fees",
        html.Div(feedback.skeleton_table(4), id=body_id),
        subtitle="of what was closed, by kind; click a kind for its trades",
        flush=True,
    )

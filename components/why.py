"""Why this number: the drawer that shows what a figure rests on; `components.why_mark` opens it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, controls, feedback, marks
from components import format as fmt
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from domain.performance import MetricValue, Unit
    from services.explanations import Explanation, TermValue

Child = Any
DIALOG = "shell-why-dialog"
UNSIGNED = frozenset(
    {"fees", "fees_paid", "rebates", "avg_fee", "volume", "fees_commission", "fees_exchange", "fees_regulatory"}
    | {"fees_tax", "fees_financing", "fees_conversion", "fees_other", "fees_estimated", "fees_untold"}
)
"""Money that is neither won nor lost: costs and volume."""
RESTS_ON = {
    "exits": "every exit of the filter, partial exits of trades still open included",
    "days": "the session days from first to last exit, days without an exit included",
    "planned": "the closed trades with a planned risk",
    "decided": "the closed trades that won or lost",
    "wins": "the winning trades",
    "losses": "the losing trades",
    "trades": "the closed trades",
}


def drawer(store_id: str, body_id: str) -> html.Div:
    """Return the drawer of the frame with the store that asks for a figure; `assets/js/why.js` fills the store."""
    body = html.Div(feedback.skeleton_lines(8), id=body_id, className="fw-why-b")
    dialog = controls.dialog(DIALOG, "Why this number?", body, width=460, side=True)
    return html.Div([dcc.Store(id=store_id), dialog])


def explanation(found: Explanation) -> list[Child]:
    """Return the inside of the drawer."""
    return [
        _head(found),
        section("Formula", _formula(found)),
        section("Inputs", cards.key_values([_term(found, term) for term in found.terms])),
        section("Sample", _sample(found)),
        *([section("Not counted", _left_out(found))] if found.left_out else []),
        section("Read with", cards.key_values(_reading(found))),
        *([section("Largest trades behind it", _largest(found))] if found.largest else []),
        _foot(found),
    ]


def section(title: str, body: Child) -> html.Section:
    """Return a part of the drawer below its heading."""
    return html.Section([html.H3(title), body])


def value_text(value: float | None, unit: Unit, money: str, slug: str = "") -> str:
    """Write a figure; "n/a" when it is undefined. Money has its sign, but for fees and volumes."""
    if value is None:
        return fmt.NOT_COMPUTABLE
    if unit == "money" and slug not in UNSIGNED:
        return fmt.pnl(value, money)
    return fmt.metric(value, unit, money)


def _head(found: Explanation) -> html.Div:
    figure = found.figure
    is_signed = figure.unit == "money" and found.slug not in UNSIGNED
    tone = fmt.tone(figure.value) if is_signed and figure.value is not None else ""
    parts: list[Child] = [
        html.Div(found.label, className="l"),
        html.Div(
            value_text(figure.value, figure.unit, found.money, found.slug),
            className=f"v fw-num fw-{tone}" if tone else "v",
        ),
        html.P(found.hint),
    ]
    if figure.value is None:
        parts.append(html.P(f"Undefined: {figure.reason}.", className="fw-weak"))
    if figure.note:
        parts.append(html.P(figure.note, className="fw-weak"))
    return html.Div(parts, className="fw-why-h")


def _formula(found: Explanation) -> html.Div:
    lines: list[Child] = [html.Div(found.formula, className="fw-mono")]
    if found.worked and found.figure.value is not None and all(term.value is not None for term in found.terms):
        result = value_text(found.figure.value, found.figure.unit, found.money, found.slug)
        lines.append(html.Div(f"= {worked_text(found)} = {result}", className="fw-mono fw-num"))
    lines.append(html.Div(f"Definition: {found.source}", className="fw-weak"))
    return html.Div(lines, className="fw-why-f")


def worked_text(found: Explanation) -> str:
    """Return the formula with the inputs' values in place of their symbols."""
    values = {term.symbol: _plain(term, found.money) for term in found.terms}
    text = re.sub(r"\{([^}]+)\}", lambda match: values.get(match[1], match[1]), found.worked)
    return re.sub(r"− (−[^ )|]+)", r"− (\1)", text)


def _plain(term: TermValue, money: str) -> str:
    if term.value is None:
        return fmt.NOT_COMPUTABLE
    return fmt.money(term.value, money) if term.unit == "money" else fmt.metric(term.value, term.unit, money)


def _term(found: Explanation, term: TermValue) -> tuple[Child, Child]:
    name = html.Span([html.Span(term.symbol, className="sy"), term.label])
    shown: Child = _plain(term, found.money)
    return name, shown if term.filter is None else dcc.Link(shown, href=trades_href(term.filter))


def trades_href(chosen: LedgerFilter) -> str:
    """Return the address of the Trades page with a filter."""
    query = chosen.to_query()
    return f"/trades?{query}" if query else "/trades"


def sample_text(found: Explanation) -> str:
    """Return n and what it counts."""
    return f"n = {fmt.count(found.figure.n)}, of {RESTS_ON[found.rests_on]}."


def _sample(found: Explanation) -> html.P:
    figure: MetricValue = found.figure
    text = sample_text(found)
    low = f" Under {figure.enough} observations it is a small sample: expect it to move." if figure.low_sample else ""
    return html.P([html.Span(text, className="fw-num"), html.Span(low, className="fw-weak")])


def _left_out(found: Explanation) -> html.Ul:
    return html.Ul(
        [html.Li([html.B(fmt.count(item.trades), className="fw-num"), f" {item.reason}"]) for item in found.left_out]
    )


def _reading(found: Explanation) -> list[tuple[Child, Child]]:
    basis = "after fees" if found.basis.value == "net" else "before fees"
    rows: list[tuple[Child, Child]] = [
        ("P&L", f"{found.basis.value.capitalize()}, {basis}, in {found.money}"),
        ("Accounts", found.accounts),
        ("Period", found.period),
        ("Days and hours in", ", ".join(zone.replace("_", " ") for zone in found.zones) or "UTC"),
    ]
    rows += [(word.title, word.text) for word in found.words]
    return rows + [(rule.label, rule.text) for rule in found.rules]


def _largest(found: Explanation) -> html.Dl:
    return cards.key_values(
        [
            (dcc.Link(item.symbol, href=f"/trade/{item.trade}"), marks.signed(fmt.pnl(item.pnl, found.money), item.pnl))
            for item in found.largest
        ]
    )


def _foot(found: Explanation) -> html.Div:
    text = f"Show the {fmt.plural(found.listed, 'trade')} it came from"
    return html.Div(
        controls.link_button(text, trades_href(found.filter), kind="primary", size="md", icon_name="list"),
        className="fw-why-go",
    )

"""Missed trades: the list, with what would have become of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, feedback, marks, tables
from components import format as fmt
from components.why_mark import NOWHERE, Note, why_note

if TYPE_CHECKING:
    from domain.missed_trades import Hindsight
    from services.missed_trades import JudgedTrade

Child = Any
_OUTCOMES = {"target": "reached its target", "stop": "was stopped", "time": "at its end"}
_COLUMNS = (
    tables.Column(key="when", title="Seen", muted=True),
    tables.Column(key="symbol", title="Symbol", strong=True),
    tables.Column(key="side", title="Side", muted=True, hide_mobile=True),
    tables.Column(key="setup", title="Setup", muted=True, hide_mobile=True),
    tables.Column(key="plan", title="Entry / stop / target", align="right", hide_mobile=True),
    tables.Column(key="r", title="Would have made", align="right"),
    tables.Column(key="why", title="Why not", hide_mobile=True),
    tables.Column(key="edit", title=html.Span("Change", className="sr"), align="right"),
)


def missed_list(found: Sequence[JudgedTrade], *, timezone: str, edit_type: str) -> Child:
    """Return the missed trades, newest first."""
    if not found:
        text = "Log what you saw and did not take. It never enters a figure of your book."
        return feedback.empty("eye-off", "No missed trades", text)
    return html.Div(
        tables.table(_COLUMNS, [_row(item, timezone, edit_type) for item in found], caption="Missed trades"),
        className="fw-missed",
    )


def _row(item: JudgedTrade, timezone: str, edit_type: str) -> dict[str, Child]:
    trade = item.trade
    prices = [fmt.price(price) for price in (trade.planned_entry, trade.planned_stop, trade.planned_target)]
    label = f"Change the missed {trade.symbol}"
    return {
        "when": fmt.instant(trade.seen_at, timezone),
        "symbol": trade.symbol,
        "side": marks.side(trade.side > 0),
        "setup": trade.setup or fmt.MISSING,
        "plan": " / ".join(prices),
        "r": outcome(item.hindsight),
        "why": html.Span(trade.reason, className="ell", title=trade.reason),
        "_why": _mark(item),
        "edit": controls.icon_button("pencil", label, id={"type": edit_type, "missed": trade.id}, small=True),
    }


def _mark(item: JudgedTrade) -> Child:
    """Return what the hypothetical R of a missed trade rests on."""
    trade, found = item.trade, item.hindsight
    ratio = fmt.MISSING if found.r_multiple is None else fmt.r_multiple(found.r_multiple)
    note = Note(
        formula="(exit − entry) × side ÷ |entry − stop|",
        about="The exit is the target or the stop, whichever the stored candles reach first, else the last close.",
        inputs=(
            ("Planned entry", fmt.price(trade.planned_entry)),
            ("Planned stop", fmt.price(trade.planned_stop)),
            ("Planned target", fmt.price(trade.planned_target)),
            ("Ended", _OUTCOMES.get(found.outcome, found.reason or fmt.MISSING)),
            ("R", ratio),
        ),
        sample="n = 1 missed trade; it enters no figure of the book.",
        href=NOWHERE,
    )
    return why_note(f"Missed {trade.symbol}", note, value=ratio)


def outcome(found: Hindsight) -> Child:
    """Return what would have become of a missed trade, or why that cannot be told."""
    if found.r_multiple is None:
        return html.Span(fmt.MISSING, title=found.reason)
    value = marks.signed(fmt.r_multiple(found.r_multiple), found.r_multiple)
    return html.Span([value, html.Span(f" {_OUTCOMES[found.outcome]}", className="k s12 hide-m")])


def total(found: Sequence[JudgedTrade]) -> list[Child]:
    """Return the sum of the hypothetical R, of how many, with its mark."""
    known = [(item.trade.symbol, item.hindsight.r_multiple) for item in found if item.hindsight.r_multiple is not None]
    if not known:
        return []
    shown = fmt.r_multiple(sum(ratio for _, ratio in known))
    note = Note(
        formula="Σ R of the missed trades whose end is known",
        inputs=tuple((symbol, fmt.r_multiple(ratio)) for symbol, ratio in known),
        sample=f"n = {fmt.plural(len(known), 'missed trade')}.",
        left_out=f"{fmt.plural(len(found) - len(known), 'missed trade')} whose end is not known.",
        href=NOWHERE,
    )
    said = f"{shown} over {fmt.plural(len(known), 'trade')}, kept out of every figure"
    return [said, why_note("Missed trades together", note, value=shown)]

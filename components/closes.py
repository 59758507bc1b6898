"""Closes of one's own as the settings show them: what there is, and the form that adds some."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import cards, controls, feedback, forms, tables
from components import format as fmt

if TYPE_CHECKING:
    from services.closes import GivenCloses

ABOUT = (
    "For what no provider quotes, such as a fund of your bank, a private share or a structured product. Closes of "
    "your own also come before a provider's on the same day. They are restated for splits, as providers' are."
)


def close_card(body: Any) -> html.Section:
    """Return the card around the list."""
    return cards.card("Closes of your own", [body, html.P(ABOUT, className="fw-help pad")], flush=True)


def close_table(rows: Sequence[GivenCloses], *, remove_id: Callable[[str], Any]) -> Any:
    """Return the symbols with closes, each with the button that removes them."""
    if not rows:
        return feedback.empty("chart-candlestick", "No closes of your own", "Type or paste some below.")
    columns = (
        tables.Column(key="symbol", title="Symbol", strong=True),
        tables.Column(key="count", title="Closes", align="right"),
        tables.Column(key="span", title="Days", muted=True, hide_mobile=True),
        tables.Column(key="remove", title="", align="right"),
    )
    body = [
        {
            "symbol": row.symbol,
            "count": fmt.count(row.count),
            "span": row.first.isoformat() if row.count == 1 else f"{row.first.isoformat()} – {row.last.isoformat()}",
            "remove": controls.icon_button(
                "trash-2", f"Remove the closes of {row.symbol}", id=remove_id(row.symbol), small=True
            ),
        }
        for row in rows
    ]
    return tables.table(columns, body, row_height=36, caption="Closes of your own")


def close_form(ids: Mapping[str, str]) -> html.Section:
    """Return the form of closes; ids of symbol, closes and save."""
    fields = [
        forms.field("Symbol", forms.text_input(ids["symbol"], placeholder="As your fills call it"),
                    for_id=str(ids["symbol"])),
        forms.field(
            "Days and closes",
            forms.text_area(ids["closes"], placeholder="2026-11-19 41.20\n2026-11-20 41.50", rows=6),
            help_="One a line; those of the same day are replaced.",
        ),
    ]  # fmt: skip
    save = controls.button("Save closes", id=ids["save"], kind="primary")
    return cards.card("Add closes", [html.Div(fields, className="fw-form"), html.Div(save, className="se-end")])

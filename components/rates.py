"""Exchange rates as the settings show them: pairs, one rate by hand, a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from components import cards, feedback, forms, settings, tables
from components import format as fmt

SOURCES = {"typed": "by hand", "fixed": "fixed", "file": "file", "ecb": "ECB file", "demo": "simulated"}
ABOUT = (
    "Your own rates come first. Where you have none, the quote provider is asked; where only the demo market answers, "
    "rates are simulated and marked. A day without a rate takes the last one, as many days back as the portfolio "
    "allows; beyond that amounts are not added up."
)


def pair_card(body: Any) -> html.Section:
    """Return the card around the pairs."""
    return cards.card("Exchange rates", [body, html.P(ABOUT, className="fw-help pad")], flush=True)


def pair_table(rows: Sequence[tuple[str, str, int, date, date, str]]) -> Any:
    """Return the pairs that have rates."""
    if not rows:
        return feedback.empty("arrow-left-right", "No rates of your own", "Type one below, or import a file of rates.")
    columns = (
        tables.Column(key="pair", title="Pair", strong=True),
        tables.Column(key="count", title="Rates", align="right"),
        tables.Column(key="span", title="Days", muted=True, hide_mobile=True),
        tables.Column(key="source", title="Source", muted=True),
    )
    body = [
        {
            "pair": f"{base} → {quote}",
            "count": fmt.count(count),
            "span": first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}",
            "source": SOURCES.get(source, source),
        }
        for base, quote, count, first, last, source in rows
    ]
    return tables.table(columns, body, row_height=34, caption="Exchange rates")


def rate_form(ids: Mapping[str, str]) -> html.Section:
    """Return the form of one rate."""
    codes = settings.currency_options()
    fields = [
        forms.field("From", forms.select(ids["base"], codes, value="EUR", size="md")),
        forms.field("To", forms.select(ids["quote"], codes, value="USD", size="md")),
        forms.field("Day", forms.text_input(ids["day"], placeholder="2026-11-20")),
        forms.field(
            "Rate",
            forms.text_input(ids["rate"], placeholder="1.0842"),
            help_="Units of the second currency for one of the first.",
        ),
        forms.field("Kind", forms.switch(ids["fixed"], "Fixed: holds until the next rate")),
    ]
    buttons = [
        forms.button("Remove all of this pair", id=ids["remove"], kind="ghost"),
        forms.button("Save rate", id=ids["save"], kind="primary"),
    ]
    return cards.card("Add a rate", [html.Div(fields, className="se-fields"), html.Div(buttons, className="se-end")])


def file_card(upload_id: str) -> html.Section:
    """Return where a file of rates is dropped."""
    drop = dcc.Upload(
        id=upload_id,
        children=html.Div(["Drop a file of rates here, or ", html.B("choose one")], className="fw-help"),
        className="fw-rate-drop",
        max_size=12_000_000,
        accept=".csv,text/csv",
    )
    text = (
        "The ECB's reference rates as they come (eurofxref-hist.csv), or the columns date, base, quote, rate. Rates of "
        "the same pair and day are replaced."
    )
    return cards.card("Import a file", [drop, html.P(text, className="fw-help")])

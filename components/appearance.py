"""The choices of how things look: pictures of the themes, pairs of colours, and a sample."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components import cards
from components import format as fmt

_PALETTES = (("teal", "Teal and coral"), ("blue", "Blue and amber"), ("classic", "Classic"))
_THEMES = (("dark", "Dark"), ("light", "Light"), ("system", "System"))


def theme_cards(id: str) -> html.Div:  # noqa: A002 - Dash's own name
    """Return a small picture of each theme to choose from (`Input(id, "value")`)."""
    options = [{"value": value, "label": _theme(value, label)} for value, label in _THEMES]
    radios = dcc.RadioItems(id=id, options=options, inline=True)
    return html.Div(radios, className="se-themes fw-radio", role="group", **{"aria-label": "Theme"})


def _theme(value: str, label: str) -> html.Div:
    lines = html.I([html.B(className="a"), html.B(), html.B(className="s")], className="pg")
    return html.Div([html.Div([html.I(className="sd"), lines], className=f"pv {value}"), label], className="th")


def palette_chips(id: str) -> html.Div:  # noqa: A002 - Dash's own name
    """Return the pairs of profit and loss colours to choose from (`Input(id, "value")`)."""
    options = [
        {"value": value, "label": html.Span([html.Span([html.I(), html.I()], className=f"pair {value}"), label])}
        for value, label in _PALETTES
    ]
    radios = dcc.RadioItems(id=id, options=options, inline=True)
    return html.Div(radios, className="se-chips fw-radio", role="group", **{"aria-label": "Profit and loss colours"})


def sample_card() -> html.Section:
    """Return how gains and losses look with the choice."""
    pairs: list[tuple[Any, Any]] = [
        ("A gain", cards.signed(fmt.pnl(443), 443)),
        ("A loss", cards.signed(fmt.pnl(-160.38), -160.38)),
        ("Change", html.Span([cards.delta("1.2%", "up"), " ", cards.delta("0.8%", "down")], className="row-f")),
    ]
    return cards.card("Sample", cards.key_values(pairs), subtitle="invented figures")

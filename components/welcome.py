"""First run: three doors into the product."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from components.icons import icon


def doors(name: str, *, demo: bool) -> html.Div:
    """Return the greeting of an empty workspace.

    Args:
        name: Who is greeted.
        demo: Whether this installation has a demo workspace.
    """
    cards = [
        _door(
            "upload",
            "Import a file",
            "Drop a CSV, XML or XLSX export of your broker. Columns are matched for you and you check "
            "them before anything is saved.",
            dcc.Link("Import a file", href="/import", className="fw-btn primary"),
            chosen=True,
        ),
        _door(
            "wallet",
            "Set up an account",
            "Name a broker account, its currency, time zone and lot method, and its starting balance for percentages.",
            dcc.Link("Add an account", href="/settings/accounts", className="fw-btn"),
        ),
    ]
    if demo:
        form = html.Form(
            html.Button("Open the demo", className="fw-btn", type="submit"),
            action="/demo",
            method="POST",
            **{"data-fw-csrf": ""},
        )
        text = "About 180 trades over 12 weeks in 3 accounts. See every page at work. It never mixes with yours."
        cards.append(_door("sparkles", "Look at the demo", text, form))
    return html.Div(
        [
            html.H2(f"Welcome, {name}. Let’s get your trades in.", className="fw-hello"),
            html.P("Pick one. You can do the others later.", className="fw-sub"),
            html.Div(cards, className="fw-doors"),
        ],
        className="fw-welcome",
    )


def _door(icon_name: str, title: str, text: str, action: Any, *, chosen: bool = False) -> html.Section:
    return html.Section(
        [html.Span(icon(icon_name, size=20), className="ic"), html.H3(title), html.P(text), html.Div(action)],
        className=f"fw-card fw-door{' on' if chosen else ''}",
    )

"""The API and the installation, as the settings explain them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, forms
from components import format as fmt

if TYPE_CHECKING:
    from domain.market import ProviderStatus


def api_cards(base: str, username: str) -> list[Any]:
    """Return how a token is had and used.

    Args:
        base: Address of this installation, as the browser reached it.
        username: For the example.
    """
    name = f"--data-urlencode 'username={username}'"
    token = f"curl -s {base}/api/auth/token \\\n  {name} \\\n  --data-urlencode 'password=…'"
    call = f'curl -s {base}/api/v1/trades \\\n  -H "Authorization: Bearer $TOKEN"'
    docs = html.A("Open the reference", href="/docs", className="fw-btn primary")
    return [
        cards.card(
            "Ask for a token",
            [
                html.P(
                    "Trade your name and password for an access token. It holds for half an hour.", className="se-text"
                ),
                code_block("settings-api-token", token),
            ],
            controls=docs,
        ),
        cards.card(
            "Use it",
            [
                html.P(
                    "Send it with every call. What a page shows, the API answers with the same figures.",
                    className="se-text",
                ),
                code_block("settings-api-call", call),
                html.P(
                    [
                        "Tokens are listed under ",
                        dcc.Link("Security", href="/settings/security", className="im-link"),
                        " and end with a changed password.",
                    ],
                    className="im-sub",
                ),
            ],
        ),
    ]


def code_block(id: str, text: str) -> html.Div:  # noqa: A002 - Dash's own name
    """Return a command with a button that copies it."""
    copy = dcc.Clipboard(content=text, title="Copy", className="se-copy")
    return html.Div([html.Pre(text, id=id, className="im-seen"), copy], className="se-code")


def about_rows(pairs: Sequence[tuple[str, Any]]) -> html.Dl:
    """Return facts as label and value."""
    return cards.key_values(list(pairs))


def provider_rows(found: Sequence[ProviderStatus]) -> list[Any]:
    """Return how each quote provider is doing."""
    return [forms.settings_row(item.title, _said(item), cards.tag(*_state(item))) for item in found]


def _state(item: ProviderStatus) -> tuple[str]:
    return ("Simulated" if item.simulated else "Working" if item.is_ok else "Failing",)


def _said(item: ProviderStatus) -> str:
    if item.simulated:
        return "Invented prices that move all day; nothing is asked of the network."
    if not item.is_ok:
        return item.last_error or "The last call failed."
    return "Not asked yet." if item.age_seconds is None else f"Last answer {fmt.ago(item.age_seconds)} ago."

"""The frame of the settings: its sections at the left, one of them at the right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, feedback
from components.icons import icon

if TYPE_CHECKING:
    from domain.accounts import User

SECTIONS = (
    ("/settings", "Profile", "user"),
    ("/settings/appearance", "Appearance", "sun-moon"),
    ("/settings/accounts", "Accounts", "wallet"),
    ("/settings/portfolios", "Portfolios", "briefcase"),
    ("/settings/analysis", "Analysis", "sliders-horizontal"),
    ("/settings/rates", "Exchange rates", "arrow-left-right"),
    ("/settings/closes", "Closes", "chart-candlestick"),
    ("/settings/instruments", "Instruments", "layers"),
    ("/settings/market-data", "Market data", "activity"),
    ("/settings/security", "Security", "lock"),
    ("/settings/api", "API", "key-round"),
    ("/settings/about", "About", "info"),
)
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "JPY", "CAD", "AUD", "INR", "USDT", "BTC")


def frame(path: str, body: Sequence[Any]) -> html.Div:
    """Return a section with the list of all of them.

    Args:
        path: Address of the section.
        body: Its cards.
    """
    links = [
        dcc.Link(
            [icon(name), html.Span(title)],
            href=href,
            className="on" if href == path else "",
            **({"title": title} if href == path else {}),
        )
        for href, title, name in SECTIONS
    ]
    nav = html.Nav(links, className="fw-se-nav", **{"aria-label": "Settings"})
    section = html.Div([nav, html.Div(list(body), className="col-f")], className="fw-se")
    return html.Div(section, className="page")


def currency_options(*more: str) -> list[tuple[str, str]]:
    """Return the usual currencies and any others in use."""
    return [(code, code) for code in dict.fromkeys((*CURRENCIES, *filter(None, more)))]


def person_card(person: User, zone: str) -> html.Div:
    """Return who is signed in."""
    name = [html.B(person.display_name or person.username), " "]
    if person.is_demo:
        name.append(cards.tag("Demo", tone="acc"))
    text = f"{person.username} · base currency {person.base_currency} · {zone}"
    return html.Div(
        [
            html.Span(person.initials, className="se-face"),
            html.Div([html.Div(name), html.Div(text, className="im-sub")]),
        ],
        className="se-person",
    )


def demo_note(what: str) -> html.Div:
    """Say why something cannot be changed in the demo."""
    link = html.A("Create an account", href="/signup", className="fw-btn xs")
    return feedback.notice("info", "This is the shared demo.", what, actions=[link], dismiss=False)


def saved(title: str, text: str = "", *, key: str) -> list[Any]:
    """Return the toast of a change that was saved."""
    return [feedback.toast("ok", title, text, key=key)]

"""What callbacks put into the frame: title, accounts, Today meter, person, status bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dash import dcc, html

from components import format as fmt
from components.controls import menu_item, menu_rule
from components.icons import icon
from components.marks import dot, kbd, meter, tag
from components.why_mark import Note, why_note, why_price

Child = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticker:
    """A quote of the status bar.

    Attributes:
        symbol: Ticker.
        price: Formatted price.
        change: Formatted change, e.g. "+0.38%".
        tone: "profit", "loss" or "flat".
        ids: Ids of price and change where the stream renews them, None where nothing does.
    """

    symbol: str
    price: str
    change: str = ""
    tone: str = "flat"
    ids: tuple[Any, Any] | None = None


def page_title(title: str, *, crumbs: Sequence[tuple[str, str]] = (), after: Child = None) -> list[Child]:
    """Return the h1, behind the links (text, href) to the pages above it, and what follows it."""
    parts: list[Child] = []
    for text, href in crumbs:
        parts += [dcc.Link(text, href=href, className="crumb"), html.Span("/", className="crumb-sep")]
    parts.append(html.H1(title))
    if after is not None:
        parts.append(after)
    return parts


def account_options(accounts: Sequence[tuple[int, str, str]]) -> list[dict[str, Any]]:
    """Return the options of the accounts list: (id, name, balance text or "") each."""
    return [
        {
            "value": number,
            "label": html.Span([html.Span(name), html.Span(balance, className="r fw-num")], className="acc"),
        }
        for number, name, balance in accounts
    ]


def today_meter(
    text: str, *, tone: str, low: str = "", limit: str = "", used: float | None = None, mark: Child = None
) -> html.Div:
    """Return today's P&L and how much of the daily loss limit its low has used.

    Args:
        text: P&L of today, e.g. "+$476.64".
        tone: "profit", "loss" or "flat".
        low: Low of the day, e.g. "−$160".
        limit: Daily loss limit, e.g. "−$750"; "" without one.
        used: Fraction of the limit used at the low; None hides the bar.
        mark: Says how it was worked out, see `today_mark`.
    """
    parts: list[Child] = [
        html.Div(
            [html.Span(["Today", *([mark] if mark is not None else [])]), html.B(text, className=f"fw-num fw-{tone}")],
            className="row2",
        ),
    ]
    if low or limit:
        words = [html.Span(f"Day low {low}" if low else ""), html.Span(f"limit {limit}" if limit else "")]
        parts.append(html.Div(words, className="row2 sub fw-num"))
    if used is not None:
        role = "text-3" if used < 0.75 else "warn" if used < 1 else "loss"
        parts.append(meter(used, label="Share of the daily loss limit used at the low of the day", role=role))
    return html.Div(parts, className="fw-limit")


def today_mark(text: str, *, low: str, trades: int) -> html.Span:
    """Return the mark of the Today meter: P&L and its low as texts, and the trades closed today."""
    note = Note(
        formula="today = Σ net P&L of today's exits;  day low = min(0, the lowest that sum has been)",
        about="Realised P&L of the current trading day of all accounts, after fees; open positions are not in it.",
        inputs=(("Realised today", text), ("Day low", low), ("Trades closed today", fmt.count(trades))),
        left_out="Accounts in other currencies: they are never added without a rate.",
        href="/trades?period=today",
        list_name="trades of today",
    )
    return why_note("Today", note, value=text)


def status_bar(
    session: str,
    state: Literal["live", "stale", "off"],
    *,
    quotes: Sequence[Ticker] = (),
    feed: str = "",
    clock: Child = None,
) -> list[Child]:
    """Return the status bar: market session, up to ten quotes, feed and clock.

    Args:
        session: e.g. "US market open · closes in 4 h 18 min".
        state: Dot before it.
        quotes: Quotes in order.
        feed: e.g. "Live via Finnhub".
        clock: What stands behind it, see `running_clock`.
    """
    end: list[Child] = [feed, *(["\u00a0· ", clock] if clock is not None else [])]
    return [
        html.Span([dot(state), session], className="seg"),
        html.Div([_ticker(each) for each in quotes[:10]], className="tick", **{"aria-live": "off"}),
        html.Span(end, className="seg end"),
    ]


def _ticker(each: Ticker) -> Child:
    price, change = each.ids or (None, None)
    parts = [
        html.B(each.symbol),
        html.Span(each.price, className="p", **_fed(each.symbol, "last", price), **{"data-fw-live": each.symbol}),
        html.Span(each.change, className=f"fw-{each.tone}", **_fed(each.symbol, "day", change)),
    ]
    link = dcc.Link(parts, href=f"/company/{each.symbol}", className="q", title=f"Open {each.symbol}")
    return html.Span([link, why_price(each.symbol)], className="qt")


def _fed(symbol: str, part: str, key: Any) -> dict[str, Any]:
    """Return what makes a cell be renewed by the stream (assets/js/stream.js)."""
    return {} if key is None else {"id": key, "data-fw-quote": symbol, "data-fw-part": part}


def running_clock(key: str, text: str, *, zone: str, label: str) -> html.Span:
    """Return a clock that goes on in the browser.

    Args:
        key: Its id.
        text: What it says now.
        zone: IANA zone of its time.
        label: Short name of the zone.
    """
    return html.Span(text, id=key, **{"data-fw-clock": zone, "data-fw-zone": label})


def initials(name: str) -> str:
    """Return up to two initials: "Maya Okafor" is "MO"."""
    words = [word for word in name.replace(".", " ").replace("@", " ").split() if word[0].isalnum()]
    letters = [words[0], words[-1]] if len(words) > 1 else words[:1]
    return "".join(word[0] for word in letters).upper()


def user_menu(
    name: str,
    email: str,
    *,
    is_demo: bool = False,
    sign_out: str = "/signout",
    extra: Sequence[Child] = (),
) -> list[Child]:
    """Return the person's menu; signing out posts a form with the CSRF token that session.js adds.

    Args:
        name: Shown name.
        email: Shown below it.
        is_demo: Whether this is the demo account.
        sign_out: Address that takes the POST.
        extra: More entries above the rule.
    """
    head: list[Child] = [html.Div([name, tag("Demo", tone="acc")] if is_demo else name, className="nm")]
    head.append(html.Div(email, className="em"))
    leave = html.Form(
        html.Button([icon("log-out"), html.Span("Sign out")], className="it", role="menuitem", type="submit"),
        action=sign_out,
        method="POST",
        **{"data-fw-csrf": ""},
    )
    return [
        html.Div(head, className="who"),
        menu_rule(),
        menu_item("Settings", icon_name="settings", href="/settings", right=kbd("G", "S")),
        menu_item("Shortcuts", icon_name="keyboard", right=kbd("?"), attributes={"data-fw-act": "keys"}),
        menu_item(
            "Theme",
            icon_name="sun-moon",
            right=html.Span(className="fw-theme-name"),
            attributes={"data-fw-act": "theme"},
        ),
        *extra,
        menu_rule(),
        leave,
    ]

"""The small mark beside a figure that opens the drawer "Why this number?"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import html

from components.icons import icon

NOWHERE, EVERY_TRADE, CLOSED_TRADES, OPEN_TRADES = "-", "?", "?status=closed", "?status=open"
"""Instead of an address: no list at all, or trades of the page's filter, narrowed by what follows the question mark."""
OF_BASIS, OF_ADDRESS = "pnl", "?metric"
"""Instead of a metric's name: the P&L, net or gross as the page says, or the metric that the address names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a figure that is no metric of the catalogue rests on.

    Attributes:
        formula: How it is computed.
        about: What it says, in a sentence or two.
        inputs: (name, value) of what went into it.
        sample: How many observations, and of what.
        left_out: What is not counted, and why.
        source: Where its definition is from.
        href: The list it came from: one of the names above, or an address.
        list_name: What that list holds.
        metric: Of a chart of the book: the metric whose sample, exclusions and trades are those of the chart.
    """

    formula: str
    about: str = ""
    inputs: Sequence[tuple[str, str]] = ()
    sample: str = ""
    left_out: str = ""
    source: str = ""
    href: str = CLOSED_TRADES
    list_name: str = "trades"
    metric: str = ""


def why_button(slug: str, label: str, *, query: str | None = None, hint: str = "") -> html.Button:
    """Return the mark that explains a figure.

    Args:
        slug: The metric.
        label: Its name, for the spoken text.
        query: The filter it was computed with; None takes that of the page.
        hint: What it is, shown on hovering.
    """
    attributes = {"data-fw-why": slug}
    if query is not None:
        attributes["data-fw-why-query"] = query
    return _mark(label, hint, attributes)


def why_price(symbol: str, *, what: str = "price") -> html.Button:
    """Return the mark of a price of the market, one component: tables have hundreds of them.

    Args:
        symbol: Whose price; the server explains it when it is asked.
        what: What the spoken text calls it.
    """
    named = {"aria-label": f"Why this number? {symbol}, {what}", "title": "Why this number?", "aria-haspopup": "dialog"}
    return html.Button(
        className="fw-why lean i-circle-question-mark", type="button", **named, **{"data-fw-why-price": symbol}
    )


def why_note(label: str, note: Note, *, value: Any = "", hint: str = "") -> html.Span:
    """Return the mark of a figure that explains itself: the explanation stands beside it, unseen until asked for.

    The browser adds what the figure is read with (accounts, period, net or gross, zone) and the way to its trades.

    Args:
        label: Its name.
        note: What it rests on.
        value: How it is shown; a text, "" leaves it out.
        hint: What it is, shown on hovering; `note.about` by default.
    """
    return _with_note(label, note, value=value, hint=hint, more={})


def why_chart(title: str, note: Note) -> html.Span:
    """Return the mark of a chart; the browser adds what is drawn, and asks for the sample of `note.metric`.

    Args:
        title: The chart's title.
        note: How it is drawn.
    """
    return _with_note(title, note, value="", hint="How this chart is drawn.", more={"data-fw-why-chart": note.metric})


def _with_note(label: str, note: Note, *, value: Any, hint: str, more: dict[str, str]) -> html.Span:
    attributes = {"data-fw-why-note": "", "data-fw-why-href": note.href, "data-fw-why-list": note.list_name, **more}
    inside = html.Span(_explained(label, note, value), className="fw-why-note", hidden=True)
    return html.Span([_mark(label, hint or note.about, attributes), inside], className="fw-why-own")


def _mark(label: str, hint: str, attributes: dict[str, str]) -> html.Button:
    title = f"{hint} Why this number?" if hint else "Why this number?"
    named = {"aria-label": f"Why this number? {label}", "title": title, "aria-haspopup": "dialog"}
    mark = icon("circle-question-mark", size=12)
    return html.Button(mark, className="fw-why", type="button", **named, **attributes)


def _explained(label: str, note: Note, value: Any) -> list[Any]:
    shown = value if isinstance(value, str) and value else ""
    head = [html.Span(label, className="l"), html.Span(shown, className="v fw-num"), html.Span(note.about)]
    formula = [html.Span(note.formula, className="fw-mono")]
    if note.source:
        formula.append(html.Span(f"Definition: {note.source}", className="fw-weak"))
    pairs = [
        html.Span([html.Span(name), html.Span(text, className="fw-num")], className="row") for name, text in note.inputs
    ]
    parts: list[tuple[str, Any]] = [("head", head), *([("Formula", formula)] if note.formula else [])]
    parts += [("Inputs", pairs)] if pairs else []
    parts += [("Sample", html.Span(note.sample))] if note.sample else []
    parts += [("Not counted", html.Span(note.left_out))] if note.left_out else []
    return [html.Span(body, **{"data-fw-part": title}) for title, body in parts]

"""Cells that the stream of prices keeps right: each says whose price it shows, and which part (assets/js/stream.js)."""

from __future__ import annotations

from typing import Any

from dash import html

from components import market_tools
from domain.market import Quote


def last(symbol: str, quote: Quote | None, key: Any, *, classes: str = "") -> html.Span:
    """Return the last price; it flashes when it changes."""
    return _cell(symbol, "last", key, market_tools.last_text(quote), classes, flashes=True)


def day(symbol: str, quote: Quote | None, key: Any) -> html.Span:
    """Return the day's change in percent."""
    return _cell(symbol, "day", key, market_tools.day_text(quote), market_tools.day_class(quote))


def change(symbol: str, quote: Quote | None, key: Any) -> html.Span:
    """Return the day's change in money."""
    return _cell(symbol, "change", key, market_tools.change_text(quote), market_tools.day_class(quote))


def age(symbol: str, quote: Quote | None, key: Any, *, seconds: float | None) -> html.Span:
    """Return how old the price is."""
    cell = _cell(symbol, "age", key, market_tools.age_text(seconds), "fw-weak" if quote and quote.stale else "")
    cell.title = "" if quote is None else f"From {quote.provider}{', old' if quote.stale else ''}"
    return cell


def day_range(symbol: str, quote: Quote | None, key: Any) -> html.Span:
    """Return where the price stands between the day's low and high."""
    if quote is None or quote.low is None or quote.high is None:
        return html.Span(market_tools.last_text(None), className="fw-weak")
    low, high = (market_tools.price_text(symbol, value) for value in (quote.low, quote.high))
    span = quote.high - quote.low
    at = 50.0 if span <= 0 else 100 * min(1.0, max(0.0, (quote.price - quote.low) / span))
    mark = html.I(id=key, style={"--at": f"{at:.1f}%"}, **{"data-fw-quote": symbol, "data-fw-part": "range"})
    line = html.Span(mark, className="fw-range")
    spoken = f"Low {low}, high {high}"
    return html.Span([html.Small(low), line, html.Small(high)], className="fw-ranges", title=spoken)


def _cell(symbol: str, part: str, key: Any, text: str, classes: str, *, flashes: bool = False) -> html.Span:
    fed = {"data-fw-quote": symbol, "data-fw-part": part} | ({"data-fw-live": symbol} if flashes else {})
    return html.Span(text, id=key, className=classes, **fed)

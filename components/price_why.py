"""Why a price of the market is what it is: the inside of the drawer that `components.why_mark.why_price` opens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote as quote_url
from zoneinfo import ZoneInfo

from dash import dcc, html

from components import cards, controls, market_tools, market_words, why
from components import format as fmt
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from datetime import datetime

    from domain.companies import YearRange
    from domain.market import Quote
    from services.price_derivations import PriceDerivation

Child = Any
_UNADJUSTED = "The last price is what was paid, not restated for anything. Daily bars are restated for splits, not for "
ADJUSTED = f"{_UNADJUSTED}dividends; the previous close is the provider's own."
ROUND_THE_CLOCK = "The market never closes: its previous close is the price at midnight UTC."


def explanation(derived: PriceDerivation, *, zone: str) -> list[Child]:
    """Return the inside of the drawer; `zone` is that of the reader's clock."""
    quote, year = derived.found.quote, derived.found.year
    parts = [_head(derived)]
    if quote is not None:
        parts.append(why.section("Formula", _formula(quote)))
        parts.append(why.section("Inputs", cards.key_values(_inputs(quote))))
        parts.append(why.section("Where it is from", cards.key_values(_origin(derived, quote, zone))))
        parts.append(why.section("Checked before it was taken", _checks(derived)))
    if year is not None:
        parts.append(why.section("52 weeks", cards.key_values(_year(derived, year))))
    parts.append(why.section("Split or raw", html.P(_adjusted(derived))))
    return [*parts, why.section("Trades behind it", html.P(_trades(derived))), _foot(derived)]


def _head(derived: PriceDerivation) -> html.Div:
    found, quote = derived.found, derived.found.quote
    parts: list[Child] = [
        html.Div(" · ".join(word for word in (found.symbol, found.profile.name) if word), className="l")
    ]
    if quote is None:
        return html.Div([*parts, html.P("No provider has a price of it just now.")], className="fw-why-h")
    parts.append(html.Div(market_tools.last_text(quote), className="v fw-num"))
    if quote.simulated:
        parts.append(html.P("An invented price of the demo provider: it follows no market."))
    elif quote.stale:
        parts.append(html.P("An old price: it could not be renewed, so the last one that passed the checks stays."))
    else:
        parts.append(html.P("The last price that passed the checks."))
    return html.Div(parts, className="fw-why-h")


def _formula(quote: Quote) -> html.Div:
    lines = [html.Div("change = last price − previous close", className="fw-mono")]
    last, before = (market_tools.price_text(quote.symbol, value) for value in (quote.price, quote.previous_close))
    if quote.change is not None:
        worked = f"= {last} − {before} = {market_tools.change_text(quote)}"
        lines.append(html.Div(worked, className="fw-mono fw-num"))
        share = f"day = {last} ÷ {before} − 1 = {market_tools.day_text(quote)}"
        lines.append(html.Div(share, className="fw-mono fw-num"))
    else:
        lines.append(html.Div("The provider states no previous close, so there is no change.", className="fw-weak"))
    return html.Div(lines, className="fw-why-f")


def _inputs(quote: Quote) -> list[tuple[Child, Child]]:
    named = (
        ("Last price", quote.price),
        ("Previous close", quote.previous_close),
        ("Open", quote.open),
        ("High of the session", quote.high),
        ("Low of the session", quote.low),
        ("Bid", quote.bid),
        ("Ask", quote.ask),
    )
    return [(name, market_tools.price_text(quote.symbol, value)) for name, value in named if value is not None]


def _origin(derived: PriceDerivation, quote: Quote, zone: str) -> list[tuple[Child, Child]]:
    profile, status = derived.found.profile, derived.found.status
    is_untold = quote.simulated and "simulated" not in derived.title.lower()
    rows: list[tuple[Child, Child]] = [
        ("Provider", f"{derived.title}, simulated" if is_untold else derived.title),
        ("Time of the price", _instant(quote.as_of, zone)),
        ("Received", _instant(quote.fetched_at, zone)),
        ("Age", market_tools.age_text(derived.age_seconds)),
        ("Currency", quote.currency),
    ]
    rows += [("Exchange", profile.exchange)] if profile.exchange else []
    if status is not None:
        rows.append(("Market", market_words.session_words(status)))
        rows.append(("Zone of its sessions", status.venue.zone.replace("_", " ")))
    return rows


def _checks(derived: PriceDerivation) -> html.Div:
    if not derived.checks:
        return html.P("Nothing: a simulated price is computed, not received.")
    lines: list[Child] = [html.Li(text) for text in derived.checks]
    refused = [
        html.Li(f"Refused {item.refused_at:%Y-%m-%d %H:%M} UTC: {item.value} {item.reason}".replace("  ", " "))
        for item in derived.refused
    ]
    told = refused or [html.Li("Nothing about it was refused in the last seven days.")]
    return html.Div([html.Ul(lines), html.Ul(told, className="fw-weak")])


def _year(derived: PriceDerivation, year: YearRange) -> list[tuple[Child, Child]]:
    text = market_tools.price_text
    symbol = derived.found.symbol
    span = (
        ""
        if derived.bars_from is None or derived.bars_to is None
        else (f"{derived.bars_from:%Y-%m-%d} to {derived.bars_to:%Y-%m-%d}")
    )
    return [
        ("Lowest low", text(symbol, year.low)),
        ("Highest high", text(symbol, year.high)),
        ("Last close stands", f"{fmt.percent(year.place, places=0)} of the way up"),
        ("Daily bars", fmt.count(year.days)),
        ("From", span),
    ]


def _adjusted(derived: PriceDerivation) -> str:
    is_pair = derived.found.profile.asset_class in ("crypto", "forex")
    return (
        f"{ADJUSTED} {ROUND_THE_CLOCK}"
        if derived.found.profile.asset_class == "crypto"
        else ("Raw prices: a pair has neither splits nor dividends." if is_pair else ADJUSTED)
    )


def _trades(derived: PriceDerivation) -> Child:
    own = derived.found.own_symbols
    said = "None: it is a price of the market, nothing of your book goes into it."
    if not own:
        return said
    href = f"/trades?{LedgerFilter(symbols=own).to_query()}"
    return [f"{said} What you traded in it: ", dcc.Link("your trades", href=href, className="fw-link"), "."]


def _instant(at: datetime, zone: str) -> str:
    return f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S} {fmt.zone_label(zone, at)}"


def _foot(derived: PriceDerivation) -> html.Div:
    href = f"/market?symbol={quote_url(derived.found.symbol, safe='')}"
    link = controls.link_button(
        "Show the chart it ends", href, kind="primary", size="md", icon_name="chart-candlestick"
    )
    return html.Div(link, className="fw-why-go")

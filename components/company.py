"""The page of one symbol: price and profile, its year, what one has to do with it, notes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import (
    cards,
    company_notes,
    controls,
    feedback,
    live_cells,
    market_tools,
    market_words,
    marks,
    recent,
    why_mark,
)
from components import format as fmt
from domain.filters import Basis, LedgerFilter
from domain.watchlists import TILES

if TYPE_CHECKING:
    from domain.companies import Company, YearRange
    from domain.holdings import Holding
    from domain.ledger import Trade
    from domain.performance import MetricValue

Child = Any
CLASSES = {"stock": "Stock", "fund": "Fund", "crypto": "Crypto", "index": "Index", "forex": "Forex", "bond": "Bond"}
FIGURES = (
    ("win_rate", "Win rate"),
    ("profit_factor", "Profit factor"),
    ("expectancy", "Expectancy"),
    ("expectancy_r", "Expectancy in R"),
)
WIDTHS = (("15m", "15m"), ("1h", "1h"), ("1d", "1D"), ("1w", "1W"))
FULL_YEAR = 200
"""Daily bars from which on the range is called that of 52 weeks without a word."""
_SPANS = {7: "1 week", 30: "1 month", 91: "3 months", 182: "6 months", 364: "1 year"}


def head(found: Company, ids: dict[str, Any], *, now: datetime) -> Child:
    """Return logo, names, the price that moves, and the ways on."""
    profile, quote, symbol = found.profile, found.quote, found.symbol
    seconds = None if quote is None else (now - quote.as_of).total_seconds()
    flag = [market_tools.flag_mark(found.mark.colour)] if found.mark.colour else []
    currency = "" if profile.asset_class == "index" else profile.currency  # an index counts points
    words = [CLASSES.get(profile.asset_class, profile.asset_class), profile.exchange, currency]
    names = html.Div(
        [
            html.H2([*flag, profile.name or TILES.get(symbol, symbol)]),
            html.Div([html.B(symbol), *(html.Span(word) for word in words if word)], className="sub"),
        ],
        className="nm",
    )
    price = html.Div(
        [
            live_cells.last(symbol, quote, ids["last"], classes="v"),
            live_cells.change(symbol, quote, ids["change"]),
            live_cells.day(symbol, quote, ids["day"]),
            html.Span([live_cells.age(symbol, quote, ids["age"], seconds=seconds)], className="ag"),
            why_mark.why_price(symbol, what="price and change"),
        ],
        className="pr fw-num",
    )
    return html.Div(
        [_logo(found), names, price, html.Div(_tags(found), className="tg")], className="fw-co-head fw-card"
    )


def _logo(found: Company) -> Child:
    """Return the logo from our own server, or the first letters."""
    letters = "".join(sign for sign in found.symbol if sign.isalnum())[:2]
    if not found.profile.logo:
        return html.Span(letters, className="lg", **{"aria-hidden": "true"})
    return html.Img(src=f"/logos/{found.symbol}", alt="", className="lg", width="44", height="44")


def _tags(found: Company) -> list[Child]:
    quote = found.quote
    parts: list[Child] = []
    if found.status is not None:
        is_open = found.status.state.value == "open"
        parts.append(marks.tag(market_words.session_words(found.status), tone="pos" if is_open else ""))
    if (quote and quote.simulated) or (quote is None and found.profile.simulated):
        parts.append(marks.tag("Simulated prices", tone="warn"))
    elif quote is None:
        parts.append(marks.tag("No price", tone="warn"))
    elif quote.stale:
        parts.append(marks.tag(f"Old price from {quote.provider}", tone="warn"))
    else:
        parts.append(marks.tag(f"From {quote.provider}"))
    return parts


def chart_spec(chart_id: str, found: Company, width: str) -> dict[str, Any]:
    """Return what the browser opens the chart with (assets/chart/main.mjs)."""
    return {"id": chart_id, "symbol": found.symbol, "interval": width, "studies": "sma50,sma200"}


def no_prices(found: Company) -> Child:
    """Return what stands for a chart without prices."""
    text = "No provider has candles of it just now. Which are asked, and in which order, is in the settings."
    way = controls.link_button("Market data", "/settings/market-data")
    return feedback.empty("chart-candlestick", f"No prices of {found.symbol}", text, actions=[way])


def facts(found: Company, key: Any) -> Child:
    """Return profile and year as figures, each with what it rests on."""
    year, profile = found.year, found.profile
    pairs = _day_pairs(found, key) + (_year_pairs(found, year) if year is not None else [])
    pairs += _size_pairs(found)
    if profile.listed_on:
        pairs.append(("Listed since", profile.listed_on))
    if profile.website:
        pairs.append(("Website", profile.website.removeprefix("https://").removeprefix("http://").rstrip("/")))
    pairs.append(("Data from", company_notes.sources(found)))
    rows: list[Child] = [cards.key_values(pairs)]
    if year is not None:
        cap = html.Div(_named("Returns", company_notes.returns(found, year)), className="fw-co-cap")
        since = html.Div([_return(days, value) for days, value in year.returns], className="fw-co-returns fw-num")
        rows.append(html.Div([cap, since], className="fw-co-year"))
    return cards.card("Profile", rows)


def _day_pairs(found: Company, key: Any) -> list[tuple[Child, Child]]:
    quote, price = found.quote, market_tools.price_text
    if quote is None:
        return []
    return [
        (_named("Day range", company_notes.day_range(found)), live_cells.day_range(found.symbol, quote, key)),
        (_named("Open", company_notes.opening(found)), price(found.symbol, quote.open)),
        (_named("Previous close", company_notes.opening(found)), price(found.symbol, quote.previous_close)),
    ]


def _year_pairs(found: Company, year: YearRange) -> list[tuple[Child, Child]]:
    name = f"52 weeks{'' if year.days > FULL_YEAR else f' ({year.days} days known)'}"
    volume = fmt.MISSING if year.volume is None else _short(year.volume)
    return [
        (_named(name, company_notes.year_range(found, year)), _year_range(found, year)),
        (_named("Usual volume", company_notes.mean_volume(found)), volume),
    ]


def _size_pairs(found: Company) -> list[tuple[Child, Child]]:
    """Return size, sector and country: a company has them, even where nobody says which; a coin or an index may not."""
    profile = found.profile
    is_company = profile.asset_class in ("stock", "fund")
    cap = (_named("Market cap", company_notes.market_cap(found)), _cap(found))
    pairs: list[tuple[Child, Child]] = [cap] if is_company or profile.market_cap is not None else []
    places = (("Sector", profile.sector), ("Country", profile.country))
    return pairs + [(label, text or fmt.MISSING) for label, text in places if is_company or text]


def _named(label: str, note: Any) -> Child:
    return html.Span([label, why_mark.why_note(label, note)], className="fw-named")


def _cap(found: Company) -> Child:
    cap = found.profile.market_cap
    if cap is None:
        return html.Span(fmt.MISSING, title="The provider states none")
    return fmt.money_short(cap, found.profile.currency)


def _year_range(found: Company, year: YearRange) -> Child:
    low, high = (market_tools.price_text(found.symbol, value) for value in (year.low, year.high))
    mark = html.I(style={"--at": f"{100 * year.place:.1f}%"})
    bar = html.Span(mark, className="fw-range")
    spoken = f"Low {low}, high {high}; the last close stands {fmt.percent(year.place, places=0)} of the way up"
    return html.Span([html.Small(low), bar, html.Small(high)], className="fw-ranges", title=spoken)


def _return(days: int, value: float | None) -> html.Div:
    text = fmt.percent(value, places=1, signed=True)
    shown = html.Span(text, className=f"fw-{fmt.tone(value)}") if value is not None else html.Span(fmt.MISSING)
    return html.Div([html.Small(_SPANS[days]), shown])


def _short(value: float) -> str:
    return fmt.money_short(value, "").strip()


def own_trades(
    found: Company,
    metrics: dict[str, MetricValue],
    trades: Sequence[Trade],
    *,
    net: float,
    currency: str,
    total: int,
    timezone: str,
    now: datetime,
) -> Child:
    """Return what the owner made with it: the figures of the Trades page with this symbol, and the last trades."""
    if not found.own_symbols:
        text = "Trades you import or enter with this symbol show up here."
        return cards.card("Your trades", feedback.empty("list", "You never traded it", text))
    chosen = LedgerFilter(symbols=found.own_symbols)
    href = f"/trades?{chosen.to_query()}"
    closed = f"/trades?{chosen.with_(status='closed').to_query()}"
    tone = fmt.tone(net)
    count, query = fmt.plural(total, "trade"), chosen.to_query()
    shown = fmt.pnl(net, currency)
    cells = [cards.kpi("Net P&L", shown, tone=tone, context=count, href=href, why="net_pnl", why_query=query)]
    cells += [_figure(metrics.get(slug), title, currency, (slug, query, closed)) for slug, title in FIGURES]
    opened = [_holding(item) for item in found.holdings]
    table = recent.recent_table(trades, timezone=timezone, now=now, basis=Basis.NET, is_one_symbol=True)
    link = controls.link_button("All", href, kind="ghost", size="xs", icon_end="arrow-right")
    body = [html.Div(cells, className="fw-kpis", style={"--n": str(len(cells))}), *opened, table]
    return cards.card("Your trades", body, controls=link)


def _figure(metric: MetricValue | None, title: str, currency: str, leads: tuple[str, str, str]) -> Child:
    slug, query, href = leads
    if metric is None:
        return cards.kpi(title, fmt.MISSING, why=slug, why_query=query)
    text = fmt.metric(metric.value, metric.unit, currency)
    return cards.kpi(title, text, context=f"n = {metric.n}", href=href, info=metric.reason, why=slug, why_query=query)


def _holding(item: Holding) -> Child:
    position = item.position
    side = "Long" if position.quantity > 0 else "Short"
    chosen = LedgerFilter(accounts=(position.account_id,), symbols=(position.instrument.symbol,), status="open")
    words: list[Child] = [
        html.B(f"{side} {fmt.quantity(abs(position.quantity))}"),
        html.Span(f"avg {fmt.price(position.average_price)}"),
        html.Span(position.account_name, className="fw-weak"),
    ]
    if item.unrealised is not None:
        shown = fmt.pnl(item.unrealised, position.instrument.currency)
        note = why_mark.why_note("Unrealised P&L", company_notes.unrealised(item), value=shown)
        words.append(html.Span(["Unrealised ", marks.signed(shown, item.unrealised), note]))
    return dcc.Link(words, href=f"/trades?{chosen.to_query()}", className="fw-co-held fw-num")


def lists_words(found: Company) -> Child:
    """Return which lists hold it."""
    if not found.lists:
        return "In none of your watchlists."
    names: list[Child] = ["In "]
    for place, item in enumerate(found.lists):
        names += [", "] if place else []
        names.append(dcc.Link(item.name, href="/watchlists", className="fw-link"))
    return names


def unknown(symbol: str, message: str, hint: str) -> Child:
    """Return what stands for a symbol that cannot be one."""
    back = controls.link_button("Watchlists", "/watchlists", icon_name="arrow-left")
    return feedback.empty("search", f"Not a symbol: {symbol[:40]}", f"{message} {hint}".strip(), actions=[back])

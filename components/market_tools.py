"""Tools of the Market page: the symbol menu and the watchlist."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, forms, marks, why_mark
from components import format as fmt
from components.icons import icon
from domain.market import BarInterval, Profile, Quote

if TYPE_CHECKING:
    from domain.charts import ChartChoice, ChartData, Watched

IdOf = Callable[[str], dict[str, Any]]
INTERVAL_NAMES: Mapping[BarInterval, str] = MappingProxyType(
    {item: item.value.upper() if not item.is_intraday else item.value for item in BarInterval}
)


def chart_spec(choice: ChartChoice) -> dict[str, Any]:
    """Return what the browser opens a chart with (assets/chart/main.mjs)."""
    return {
        "symbol": choice.symbol,
        "interval": choice.interval.value,
        "studies": ",".join(item.code for item in choice.indicators),
        "style": choice.style.value,
        "scale": choice.scale.value,
        "compare": list(choice.compare),
        "fills": choice.fills,
        "profile": choice.profile,
        "engine": choice.engine.value,
    }


def last_bar(data: ChartData) -> dict[str, Any] | None:
    """Return the last bar of a chart for the browser, None without any."""
    candles = data.candles
    if not len(candles):
        return None
    names = ("open", "high", "low", "close", "volume")
    values = {name: float(getattr(candles, name)[-1]) for name in names}
    return {
        "symbol": data.choice.symbol,
        "interval": data.choice.interval.value,
        "start": int(candles.start[-1]) // 1_000,
        **values,
    }


def symbol_menu(symbol_id: str, search_id: str, found_id: str) -> html.Div:
    """Return the button with the symbol; its menu searches."""
    opened = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false", "title": "Change symbol  /"}
    trigger = html.Button(
        [icon("search"), html.Span("…", id=symbol_id, className="ell")],
        className="fw-btn fw-mk-symbol",
        type="button",
        **opened,
    )
    box = forms.text_input(search_id, placeholder="Symbol or name", kind="search", size="md", debounce=0.2)
    field = html.Div([icon("search", size=14), box], className="fw-search-box fw-mk-search")
    return controls.menu(trigger, [field, html.Div(id=found_id, className="fw-mk-found")])


def suggestions(found: Sequence[Profile], text: str) -> list[Any]:
    """Return the menu entries for what was found, and for the text itself when it is no hit."""
    typed = text.strip().upper()
    rows = [_suggestion(item) for item in found]
    if typed and typed not in {item.symbol for item in found}:
        rows.append(_symbol_link(typed, [icon("arrow-right"), html.Span(["Open ", html.B(typed)])], "it"))
    return rows if typed else [controls.menu_caption("Held and watched"), *rows]


def _suggestion(item: Profile) -> html.A:
    parts = [
        html.B(item.symbol, className="fw-sym"),
        html.Span(item.name, className="ell nm"),
        html.Span(item.exchange, className="r"),
    ]
    return _symbol_link(item.symbol, parts, "it")


def _symbol_link(symbol: str, children: Any, classes: str) -> html.A:
    """Return a link that loads a symbol and keeps interval and indicators (assets/js/market.js)."""
    return html.A(children, href=f"/market?symbol={symbol}", className=classes, **{"data-fw-symbol": symbol})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchIds:
    """Ids of the live parts of a watchlist row, by symbol."""

    row: IdOf
    last: IdOf
    day: IdOf
    remove: IdOf


def watch_rows(watched: Sequence[Watched], ids: WatchIds) -> html.Div:
    """Return the watchlist."""
    head = html.Thead(
        html.Tr([html.Th("Symbol"), html.Th(""), html.Th("Last", className="r"), html.Th("Day", className="r")])
    )
    rows = [_watch_row(item, ids) for item in watched]
    body = html.Table([head, html.Tbody(rows)], className="fw-table fw-num", style={"--fw-row-h": "31px"})
    return html.Div(body, className="fw-scroll")


def _watch_row(item: Watched, ids: WatchIds) -> html.Tr:
    spark = marks.sparkline(item.closes, role=marks.trend_role(item.closes), width=52, height=20)
    remove = controls.icon_button("x", f"Stop watching {item.symbol}", id=ids.remove(item.symbol), small=True)
    flag = [flag_mark(item.mark.colour)] if item.mark and item.mark.colour else []
    link = _symbol_link(item.symbol, [*flag, item.symbol], "fw-row-link fw-sym")
    fed = {"data-fw-quote": item.symbol}
    live = {"data-fw-live": item.symbol, "data-fw-part": "last"} | fed
    last = html.Span(last_text(item.quote), id=ids.last(item.symbol), **live)
    day = html.Span(
        day_text(item.quote), id=ids.day(item.symbol), className=day_class(item.quote), **fed, **{"data-fw-part": "day"}
    )
    cells = [
        html.Td([link, why_mark.why_price(item.symbol)], className="fw-why-row"),
        html.Td(spark, className="sp"),
        html.Td(last, className="r"),
        html.Td([day, remove], className="r day"),
    ]
    return html.Tr(cells, id=ids.row(item.symbol), className="link")


def flag_mark(colour: str) -> html.I:
    """Return the flag of a symbol; its colour is also said."""
    from domain.watchlists import COLOURS

    return html.I(html.Span(f"{COLOURS[colour]} flag", className="sr"), className=f"fw-flag {colour}")


def last_text(quote: Quote | None) -> str:
    """Return the last price, a dash without one."""
    return fmt.MISSING if quote is None else fmt.price(quote.price, asset_class=_class_of(quote.symbol))


def day_text(quote: Quote | None) -> str:
    """Return the day's change in percent."""
    return fmt.MISSING if quote is None else fmt.percent(quote.change_fraction, places=2, signed=True)


def price_text(symbol: str, value: float | None) -> str:
    """Return a price as the symbol's prices are written."""
    return fmt.MISSING if value is None else fmt.price(value, asset_class=_class_of(symbol))


def age_text(seconds: float | None) -> str:
    """Return how old a price is: "now", "12 s", "3 min"; the browser goes on with it (assets/js/stream.js)."""
    if seconds is None:
        return fmt.MISSING
    return "now" if seconds < 5 else fmt.ago(seconds)


def change_text(quote: Quote | None) -> str:
    """Return the day's change in money."""
    if quote is None or quote.change is None:
        return fmt.MISSING
    places = len(last_text(quote).partition(".")[2])  # as fine as the price itself
    return fmt.signed_number(quote.change, places=places)


def day_class(quote: Quote | None) -> str:
    """Return the class of the day's change; an old price is grey."""
    if quote is None or quote.stale:
        return "fw-flat"
    return f"fw-{fmt.tone(quote.change_fraction)}"


def _class_of(symbol: str) -> str:
    return "crypto" if "-USD" in symbol else "stock"

"""The Watchlists page: tiles, the lists, their rows, and the dialogs that change them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote as quote_url

from dash import dcc, html

from components import controls, feedback, live_cells, market_tools, marks, tables, why_mark
from components.icons import icon
from domain.watchlists import COLOURS, TILES

if TYPE_CHECKING:
    from domain.charts import Watched
    from domain.market import Profile, Quote
    from domain.watchlists import Watchlist

Child = Any
IdOf = Callable[[str], dict[str, Any]]
SORTS: Mapping[str, str] = {
    "symbol": "Symbol",
    "last": "Last",
    "change": "Change",
    "day": "Day",
    "range": "Day range",
    "age": "Age",
}
_NUMBERS = frozenset({"last", "change", "day", "age"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowIds:
    """Ids of the parts of a row by symbol."""

    last: IdOf
    change: IdOf
    day: IdOf
    range: IdOf
    age: IdOf
    sort: IdOf


def company_href(symbol: str) -> str:
    """Return the address of a symbol's page."""
    return f"/company/{quote_url(symbol, safe='')}"


def tiles(rows: Sequence[Watched], ids: Callable[[str, str], dict[str, Any]]) -> Child:
    """Return the index tiles; those without a price say so."""
    if not rows:
        return None
    return html.Div([_tile(item, ids) for item in rows], className="fw-tiles")


def tile_bar(rows: Sequence[Watched], ids: Callable[[str, str], dict[str, Any]]) -> Child:
    """Return the index tiles as one line; each opens in the chart of the page."""
    choose = dcc.Link(
        icon("sliders-horizontal", size=14, label="Choose the indices"), href="/watchlists", className="ch"
    )
    is_demo = any(item.quote is not None and item.quote.simulated for item in rows)
    mark = [html.Small("Simulated", title="Invented prices; they follow no market")] if is_demo else []
    return html.Div([*mark, *(_bar_tile(item, ids) for item in rows), choose], className="fw-tbar fw-num")


def _bar_tile(item: Watched, ids: Callable[[str, str], dict[str, Any]]) -> html.A:
    parts: list[Child] = [html.Span(TILES.get(item.symbol, item.symbol), className="nm")]
    parts.append(live_cells.last(item.symbol, item.quote, ids(item.symbol, "last"), classes="v"))
    parts.append(live_cells.day(item.symbol, item.quote, ids(item.symbol, "day")))
    parts.append(why_mark.why_price(item.symbol))
    href = f"/market?symbol={quote_url(item.symbol, safe='')}"
    return html.A(parts, href=href, className="it", title=_tile_title(item), **{"data-fw-symbol": item.symbol})


def _tile_name(item: Watched) -> list[Child]:
    mark = [html.Small("demo")] if item.quote is not None and item.quote.simulated else []
    return [TILES.get(item.symbol, item.symbol), *mark]


def _tile_title(item: Watched) -> str:
    if item.quote is None:
        return f"{item.symbol}: no price"
    return f"{item.symbol}: simulated, follows no market" if item.quote.simulated else f"From {item.quote.provider}"


def _tile(item: Watched, ids: Callable[[str, str], dict[str, Any]]) -> dcc.Link:
    name = html.Span(_tile_name(item), className="nm ell")
    head = [name, marks.sparkline(item.closes, role=marks.trend_role(item.closes), width=96, height=22)]
    if item.quote is None:
        value: list[Child] = [html.B("–"), html.Span("No price", className="fw-weak")]
    else:
        key = ids(item.symbol, "last"), ids(item.symbol, "day")
        value = [live_cells.last(item.symbol, item.quote, key[0], classes="v")]
        value.append(live_cells.day(item.symbol, item.quote, key[1]))
        head[0] = html.Span([name, why_mark.why_price(item.symbol)], className="fw-tile-nm")
    body = [html.Div(head, className="h"), html.Div(value, className="r fw-num")]
    return dcc.Link(body, href=company_href(item.symbol), className="fw-tile fw-card", title=_tile_title(item))


def list_rows(rows: Sequence[Watched], ids: RowIds, *, now: datetime, sort: str, is_down: bool) -> Child:
    """Return the table of one list.

    Args:
        rows: In the order they are shown.
        ids: Ids of its parts.
        now: For ages.
        sort: Key of `SORTS`, "" for the order of the list.
        is_down: Whether the largest come first.
    """
    if not rows:
        text = "Search for a company, a coin or an index, or import a file of symbols."
        return feedback.empty("list", "This list is empty", text)
    heads = [_head(key, title, ids, sort=sort, is_down=is_down) for key, title in SORTS.items()]
    heads.insert(5, html.Th("30 days", className="hide-m"))
    heads += [html.Th("Note", className="hide-m"), html.Th(html.Span("Actions", className="sr"))]
    body = [_row(item, ids, now=now, is_manual=not sort) for item in rows]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="fw-table fw-num fw-watch")
    return html.Div(table, className="fw-scroll", tabIndex="0")


def _head(key: str, title: str, ids: RowIds, *, sort: str, is_down: bool) -> html.Th:
    order: tables.Order = "none" if key != sort else "descending" if is_down else "ascending"
    align = "r" if key in _NUMBERS else ""
    hidden = " hide-m" if key in ("change", "range", "age") else ""
    return tables.sort_head(title, id=ids.sort(key), order=order, classes=f"{align}{hidden}".strip())


def _row(item: Watched, ids: RowIds, *, now: datetime, is_manual: bool) -> html.Tr:
    symbol, quote = item.symbol, item.quote
    colour, note = (item.mark.colour, item.mark.note) if item.mark else ("", "")
    seconds = None if quote is None else (now - quote.as_of).total_seconds()
    flag = [market_tools.flag_mark(colour)] if colour else []
    link = dcc.Link([*flag, symbol], href=company_href(symbol), className="fw-row-link fw-sym")
    cells = [
        html.Td([link, why_mark.why_price(symbol)], className="fw-why-row"),
        html.Td(live_cells.last(symbol, quote, ids.last(symbol)), className="r"),
        html.Td(live_cells.change(symbol, quote, ids.change(symbol)), className="r hide-m"),
        html.Td(live_cells.day(symbol, quote, ids.day(symbol)), className="r"),
        html.Td(live_cells.day_range(symbol, quote, ids.range(symbol)), className="hide-m"),
        html.Td(
            marks.sparkline(item.closes, role=marks.trend_role(item.closes), width=84, height=22), className="hide-m"
        ),
        html.Td(live_cells.age(symbol, quote, ids.age(symbol), seconds=seconds), className="r m hide-m"),
        html.Td(html.Span(note, className="ell nt", title=note) if note else None, className="hide-m"),
        html.Td(_row_menu(symbol, is_manual=is_manual), className="r act"),
    ]
    return html.Tr(cells, className="link")


def _row_menu(symbol: str, *, is_manual: bool) -> Child:
    """Return the button of a row's menu, which assets/js/watchlists.js makes when it is opened."""
    opened = {"data-fw-open": "", "aria-haspopup": "menu", "aria-expanded": "false"}
    whose = {"data-fw-watch": symbol, "data-fw-manual": "yes" if is_manual else "no"}
    trigger = controls.icon_button("ellipsis", f"{symbol}: more", small=True, attributes={**opened, **whose})
    return html.Div(trigger, className="fw-pop-wrap")


def sort_rows(rows: Sequence[Watched], sort: str, *, is_down: bool) -> list[Watched]:
    """Return rows in the order of a column; those without a value come last either way."""

    def value(item: Watched) -> Any:
        quote: Quote | None = item.quote
        if sort == "symbol":
            return item.symbol
        if quote is None:
            return None
        span = (quote.high or 0) - (quote.low or 0)
        return {
            "last": quote.price,
            "change": quote.change,
            "day": quote.change_fraction,
            "range": (quote.price - (quote.low or 0)) / span if span > 0 else None,
            "age": -quote.as_of.timestamp(),
        }.get(sort)

    if sort not in SORTS:
        return list(rows)
    known = [item for item in rows if value(item) is not None]
    return [*sorted(known, key=value, reverse=is_down), *(item for item in rows if value(item) is None)]


def list_tabs(lists: Sequence[Watchlist]) -> list[dict[str, Any]]:
    """Return the options of the tabs: each list with its number of symbols."""
    # Plain text: the renderer stumbles over options that grow by one with a component for a label.
    return [{"value": item.id, "label": f"{item.name} ({len(item.symbols)})"} for item in lists]


def found_symbols(found: Sequence[Profile], typed: str, pick: IdOf, watched: Sequence[str]) -> list[Child]:
    """Return what a search found, with asset class and exchange; a click watches it."""
    text = typed.strip().upper()
    rows = [_found(item, pick, is_watched=item.symbol in watched) for item in found]
    if text and text not in {item.symbol for item in found}:
        rows.append(controls.menu_item(f"Add {text}", id=pick(text), icon_name="plus"))
    return rows or [controls.menu_caption("Type a symbol or a name")]


def _found(item: Profile, pick: IdOf, *, is_watched: bool) -> Child:
    parts = [
        html.B(item.symbol, className="fw-sym"),
        html.Span(item.name, className="ell nm"),
        html.Span(" · ".join(word for word in (item.asset_class, item.exchange) if word), className="r"),
        icon("check" if is_watched else "plus", size=14),
    ]
    return html.Button(parts, id=pick(item.symbol), className="it", role="menuitem", type="button")


def colour_options() -> list[tuple[str, Child]]:
    """Return the flags to choose from."""
    return [
        (key or "none", html.Span([market_tools.flag_mark(key), word] if key else word))
        for key, word in COLOURS.items()
    ]

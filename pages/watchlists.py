"""Watchlists: several lists of symbols with prices that move, flags and notes, and the index tiles above them."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import feedback, journal_forms, market_tools, watchlist_frame, watchlists
from domain.errors import FillwiseError
from web import index_tiles
from web.alert_desk import wish_of
from web.context import current_owner, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell
from web.watch_panel import list_number


class Ids(StrEnum):
    """Ids of this page."""

    TILES = "watchlists-tiles"
    TILE = "watchlists-tile"
    TILE_CHOICE = "watchlists-tile-choice"
    TILE_OTHERS = "watchlists-tile-others"
    LIST = "watchlists-list"
    ABOUT = "watchlists-about"
    BODY = "watchlists-body"
    SORT = "watchlists-sort"
    SORT_BY = "watchlists-sort-by"
    SEARCH = "watchlists-search"
    FOUND = "watchlists-found"
    PICK = "watchlists-pick"
    NEW = "watchlists-new"
    CHANGE = "watchlists-change"
    ARRANGE = "watchlists-arrange"
    CSV = "watchlists-csv"
    UPLOAD = "watchlists-upload"
    FORM = "watchlists-form"
    TITLE = "watchlists-title"
    EDITED = "watchlists-edited"
    NAME = "watchlists-name"
    TEXT = "watchlists-text"
    SAVE = "watchlists-save"
    DELETE = "watchlists-delete"
    ERROR = "watchlists-error"
    LAST = "watchlists-last"
    MONEY = "watchlists-money"
    DAY = "watchlists-day"
    RANGE = "watchlists-range"
    AGE = "watchlists-age"
    ASKED = "watchlists-asked"
    MARK_FORM = "watchlists-mark-form"
    MARK_TITLE = "watchlists-mark-title"
    MARKED = "watchlists-marked"
    COLOUR = "watchlists-colour"
    NOTE = "watchlists-note"
    MARK_SAVE = "watchlists-mark-save"
    MARK_CLEAR = "watchlists-mark-clear"
    MARK_ERROR = "watchlists-mark-error"


CHANGED = Output(Shell.WATCHED, "data", allow_duplicate=True)


def _by_key(kind: Ids) -> market_tools.IdOf:
    return lambda key: {"type": kind, "key": key}


def row_ids() -> watchlists.RowIds:
    """Return the ids of a row's parts."""
    return watchlists.RowIds(
        last=_by_key(Ids.LAST),
        change=_by_key(Ids.MONEY),
        day=_by_key(Ids.DAY),
        range=_by_key(Ids.RANGE),
        age=_by_key(Ids.AGE),
        sort=_by_key(Ids.SORT_BY),
    )


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    stores = [dcc.Store(id=name) for name in (Ids.SORT, Ids.EDITED, Ids.MARKED, Ids.ASKED)]
    ids = watchlist_frame.FrameIds(**{name: Ids[name.upper()] for name in watchlist_frame.FrameIds.__slots__})
    return html.Div([*stores, *watchlist_frame.frame(ids)], className="page")


PAGE = Page(
    module=__name__,
    path="/watchlists",
    title="Watchlists",
    order=61,
    icon="eye",
    key="W",
    group="Markets",
    layout=layout,
    filters=False,
)


@PAGE.callback(
    Output(Ids.TILES, "children"),
    Output(Ids.TILE_CHOICE, "value"),
    Output(Ids.TILE_OTHERS, "value"),
    Input(Shell.WATCHED, "data"),
)
def draw_tiles(_: Any) -> tuple[Any, Any, str]:
    """Show the index tiles and what is chosen of them."""
    from domain.watchlists import TILES

    chosen = services().watchlists.tiles(current_owner())
    rows = services().market.tiles(current_owner())
    usual = [symbol for symbol in chosen if symbol in TILES]
    others = ", ".join(symbol for symbol in chosen if symbol not in TILES)
    return watchlists.tiles(rows, index_tiles.ids_of(Ids.TILE)), usual, others


index_tiles.record_prices(PAGE, kind=Ids.TILE)


@PAGE.callback(
    CHANGED,
    Input(Ids.TILE_CHOICE, "value"),
    Input(Ids.TILE_OTHERS, "value"),
    prevent_initial_call=True,
)
def choose_tiles(usual: list[str] | None, others: str | None) -> Any:
    """Keep which tiles are shown."""
    owner = current_owner()
    chosen = [*(usual or []), *(part for part in (others or "").split(",") if part.strip())]
    before = services().watchlists.tiles(owner)
    if {part.strip().upper() for part in chosen} == set(before):
        raise PreventUpdate
    kept = [symbol for symbol in before if symbol in chosen]
    return {"tiles": services().watchlists.choose_tiles(owner, [*kept, *chosen])}


@PAGE.callback(
    Output(Ids.LIST, "options"),
    Output(Ids.LIST, "value"),
    Input(Shell.WATCHED, "data"),
    State(Ids.LIST, "value"),
)
def offer_lists(told: Any, chosen: Any) -> tuple[Any, Any]:
    """Show a tab for each list; a new one is opened."""
    lists = services().watchlists.lists(current_owner())
    wanted = told.get("open") if isinstance(told, dict) and told.get("open") else chosen
    shown = next((item.id for item in lists if item.id == wanted), lists[0].id)
    return watchlists.list_tabs(lists), shown


@PAGE.callback(
    Output(Ids.BODY, "children"),
    Output(Ids.ABOUT, "children"),
    Output(Ids.CSV, "href"),
    Input(Ids.LIST, "value"),
    Input(Ids.SORT, "data"),
    Input(Shell.WATCHED, "data"),
    prevent_initial_call=True,
)
def draw_list(chosen: Any, sort: Any, _: Any) -> tuple[Any, Any, str]:
    """Show one list in the order asked for."""
    number, by = list_number(chosen), sort if isinstance(sort, dict) else {}
    found = services().watchlists.get(current_owner(), number)
    is_down = bool(by.get("down"))
    rows = watchlists.sort_rows(
        services().market.watchlist(current_owner(), number), str(by.get("by")), is_down=is_down
    )
    name = str(by.get("by") or "")
    table = watchlists.list_rows(rows, row_ids(), now=services().clock(), sort=name, is_down=is_down)
    return table, watchlist_frame.about(found), f"/export/watchlist.csv?list={found.id}"


@PAGE.callback(
    Output(Ids.SORT, "data"),
    Input({"type": Ids.SORT_BY, "key": ALL}, "n_clicks"),
    State(Ids.SORT, "data"),
    prevent_initial_call=True,
)
def sort_list(clicks: list[int | None], before: Any) -> Any:
    """Sort by a column, then the other way round, then as the list is."""
    if not any(clicks) or not isinstance(ctx.triggered_id, dict):
        raise PreventUpdate
    by, old = ctx.triggered_id["key"], before if isinstance(before, dict) else {}
    first_down = by not in ("symbol", "age")
    if old.get("by") != by:
        return {"by": by, "down": first_down}
    return {"by": by, "down": not first_down} if old.get("down") == first_down else {}


@PAGE.callback(Output(Ids.FOUND, "children"), Input(Ids.SEARCH, "value"), Input(Ids.LIST, "value"))
def search_symbols(text: str | None, chosen: Any) -> Any:
    """Find symbols for what is typed, at every provider."""
    owner = current_owner()
    watched = services().watchlists.get(owner, list_number(chosen)).symbols
    found = services().market.suggest(owner, text or "")
    return watchlists.found_symbols(found, text or "", _by_key(Ids.PICK), watched)


@PAGE.callback(
    CHANGED,
    Output(Ids.SEARCH, "value"),
    Input({"type": Ids.PICK, "key": ALL}, "n_clicks"),
    Input(Ids.ASKED, "data"),
    State(Ids.LIST, "value"),
    prevent_initial_call=True,
)
def add_symbol(clicks: list[int | None], asked: Any, chosen: Any) -> tuple[Any, str]:
    """Watch what was picked, or what was typed and confirmed."""
    cause = ctx.triggered_id
    do, text = ("add", str(cause["key"])) if isinstance(cause, dict) else wish_of(asked)
    if do != "add" or not text.strip() or (isinstance(cause, dict) and not any(clicks)):
        raise PreventUpdate
    symbol = services().market.watch(current_owner(), text, list_number(chosen))
    return {"added": symbol}, ""


@PAGE.callback(
    CHANGED,
    Input(Ids.ASKED, "data"),
    State(Ids.LIST, "value"),
    prevent_initial_call=True,
)
def act_on_row(asked: Any, chosen: Any) -> Any:
    """Move a symbol in its list, or take it out."""
    do, symbol = wish_of(asked)
    owner, number, lists = current_owner(), list_number(chosen), services().watchlists
    if do == "remove":
        return {"removed": lists.remove(owner, symbol, number)}
    if do not in ("up", "down"):
        raise PreventUpdate
    return {"moved": lists.move(owner, symbol, number, by=-1 if do == "up" else 1)}


@PAGE.callback(
    CHANGED,
    Input({"type": Ids.ARRANGE, "key": ALL}, "n_clicks"),
    State(Ids.LIST, "value"),
    prevent_initial_call=True,
)
def arrange_lists(clicks: list[int | None], chosen: Any) -> Any:
    """Move the list among the others, or let it feed the ticker bar."""
    if not any(clicks) or not isinstance(ctx.triggered_id, dict):
        raise PreventUpdate
    owner, lists, do = current_owner(), services().watchlists, str(ctx.triggered_id["key"])
    number = lists.get(owner, list_number(chosen)).id
    if do == "bar":
        lists.show_in_bar(owner, number)
        return {"open": number, "bar": number}
    ids = [item.id for item in lists.lists(owner)]
    at = ids.index(number)
    ids.insert(max(0, at + (-1 if do == "left" else 1)), ids.pop(at))
    return {"open": number, "order": [item.id for item in lists.order(owner, [item for item in ids if item])]}


@PAGE.callback(
    Output(Ids.FORM, "data-fw-open"),
    Output(Ids.TITLE, "children"),
    Output(Ids.EDITED, "data"),
    Output(Ids.NAME, "value"),
    Output(Ids.TEXT, "value"),
    Output(Ids.DELETE, "hidden"),
    Output(Ids.ERROR, "children"),
    Input(Ids.NEW, "n_clicks"),
    Input(Ids.CHANGE, "n_clicks"),
    State(Ids.LIST, "value"),
    prevent_initial_call=True,
)
def open_form(new: int | None, change: int | None, chosen: Any) -> tuple[Any, ...]:
    """Open the form of a list, empty or filled."""
    if not ctx.triggered[0]["value"]:
        raise PreventUpdate
    stamp = f"open {new!r},{change!r}"
    if ctx.triggered_id == Ids.NEW:
        return stamp, "New watchlist", {"id": None}, "", "", True, []
    found = services().watchlists.get(current_owner(), list_number(chosen))
    return stamp, f"Change {found.name}", {"id": found.id}, found.name, found.description, False, []


@PAGE.callback(
    CHANGED,
    Output(Ids.FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.ERROR, "children", allow_duplicate=True),
    Input(Ids.SAVE, "n_clicks"),
    Input(Ids.DELETE, "n_clicks"),
    State(Ids.EDITED, "data"),
    State(Ids.NAME, "value"),
    State(Ids.TEXT, "value"),
    prevent_initial_call=True,
)
def save_list(saved: int | None, deleted: int | None, edited: Any, name: Any, text: Any) -> tuple[Any, ...]:
    """Add, rename or delete the list of the form."""
    if not (saved or deleted) or not isinstance(edited, dict):
        raise PreventUpdate
    owner, lists, number = current_owner(), services().watchlists, edited.get("id")
    try:
        if ctx.triggered_id == Ids.DELETE:
            lists.delete(owner, list_number(number))
            return {"deleted": deleted}, "", []
        words = {"name": str(name or ""), "description": str(text or "")}
        kept = lists.create(owner, **words) if number is None else lists.change(owner, list_number(number), **words)
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"open": kept.id, "saved": saved}, "", []


@PAGE.callback(
    Output(Ids.MARK_FORM, "data-fw-open"),
    Output(Ids.MARK_TITLE, "children"),
    Output(Ids.MARKED, "data"),
    Output(Ids.COLOUR, "value"),
    Output(Ids.NOTE, "value"),
    Output(Ids.MARK_CLEAR, "hidden"),
    Output(Ids.MARK_ERROR, "children"),
    Input(Ids.ASKED, "data"),
    prevent_initial_call=True,
)
def open_mark(asked: Any) -> tuple[Any, ...]:
    """Open flag and note of a symbol."""
    do, symbol = wish_of(asked)
    if do != "mark":
        raise PreventUpdate
    mark = services().watchlists.marks(current_owner()).get(symbol)
    colour, note = (mark.colour or "none", mark.note) if mark else ("none", "")
    return f"open {asked.get('at')}", f"{symbol}: flag and note", symbol, colour, note, mark is None, []


@PAGE.callback(
    CHANGED,
    Output(Ids.MARK_FORM, "data-fw-open", allow_duplicate=True),
    Output(Ids.MARK_ERROR, "children", allow_duplicate=True),
    Input(Ids.MARK_SAVE, "n_clicks"),
    Input(Ids.MARK_CLEAR, "n_clicks"),
    State(Ids.MARKED, "data"),
    State(Ids.COLOUR, "value"),
    State(Ids.NOTE, "value"),
    prevent_initial_call=True,
)
def save_mark(saved: int | None, cleared: int | None, symbol: Any, colour: Any, note: Any) -> tuple[Any, ...]:
    """Keep or remove flag and note of the symbol in the form."""
    if not (saved or cleared) or not isinstance(symbol, str):
        raise PreventUpdate
    is_cleared = ctx.triggered_id == Ids.MARK_CLEAR
    shade = "" if is_cleared or colour == "none" else str(colour or "")
    try:
        services().watchlists.mark(current_owner(), symbol, colour=shade, note="" if is_cleared else str(note or ""))
    except FillwiseError as error:
        return no_update, no_update, journal_forms.error(error.message, error.hint)
    return {"marked": symbol, "n": [saved, cleared]}, "", []


@PAGE.callback(
    CHANGED,
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(Ids.UPLOAD, "contents"),
    Input(Ids.UPLOAD, "contents"),
    State(Ids.LIST, "value"),
    prevent_initial_call=True,
)
def import_file(contents: str | None, chosen: Any) -> tuple[Any, ...]:
    """Add the symbols of a file to the list."""
    from services.watchlist_files import decode_upload, import_list

    if not contents:
        raise PreventUpdate
    done = import_list(services().watchlists, current_owner(), list_number(chosen), decode_upload(contents))
    title, text, tone = watchlist_frame.import_words(done)
    return {"imported": list(done.added)}, [feedback.toast(tone, title, text)], None


@PAGE.callback(
    Output({"type": Ids.LAST, "key": ALL}, "children"),
    Output({"type": Ids.MONEY, "key": ALL}, "children"),
    Output({"type": Ids.DAY, "key": ALL}, "children"),
    Output({"type": Ids.DAY, "key": ALL}, "className"),
    Input(Shell.FALLBACK, "n_intervals"),
    State({"type": Ids.LAST, "key": ALL}, "id"),
    prevent_initial_call=True,
)
def renew_prices(_: int | None, rows: Sequence[dict[str, str]]) -> tuple[list[str], ...]:
    """Renew the prices in place; the stream does it while there is one."""
    symbols = [row["key"] for row in rows]
    quotes = services().quotes.quotes(symbols)
    found = [quotes.get(symbol) for symbol in symbols]
    return (
        [market_tools.last_text(quote) for quote in found],
        [market_tools.change_text(quote) for quote in found],
        [market_tools.day_text(quote) for quote in found],
        [market_tools.day_class(quote) for quote in found],
    )

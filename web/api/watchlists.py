"""Watchlists, flags and notes of symbols, and the index tiles."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.watchlists import COLOURS, MOST_SYMBOLS, NAME_LIMIT, NOTE_LIMIT, SymbolMark, Watchlist
from web.api.contract import Topic
from web.api.values import FloatText, Printable, Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Watchlists and screener",
    "/api/v1",
    "Lists of symbols, with flags and notes. Prices are those of `/api/v1/quotes`.",
)
_COLOURS = ", ".join(f"`{name}`" for name in COLOURS if name)


class WatchedRow(Schema):
    """A symbol of a list; price and change are null while nobody has a price."""

    symbol: str
    price: FloatText | None
    change: FloatText | None
    change_fraction: float | None
    as_of: datetime | None
    stale: bool
    colour: str
    note: str


class WatchlistRow(Schema):
    """One list. Id 0 is the list of somebody who has none yet; the first change keeps it."""

    id: int
    name: str
    description: str
    in_ticker_bar: bool = Field(description="Whether its prices run along the foot of every page.")
    symbols: list[str]
    created_at: datetime | None
    updated_at: datetime | None


class WatchlistDetail(WatchlistRow):
    """One list with prices."""

    rows: list[WatchedRow]


class WatchlistList(Schema):
    """Lists in order."""

    items: list[WatchlistRow]
    next_cursor: str | None = None


class WatchlistDraft(Schema):
    """A new list."""

    name: Printable = Field(min_length=1, max_length=NAME_LIMIT)
    description: str = Field("", max_length=NOTE_LIMIT)
    symbols: list[Printable] = Field(default_factory=list, max_length=MOST_SYMBOLS)


class WatchlistChange(Schema):
    """What to change of a list; what is left out stays."""

    name: Printable | None = Field(None, min_length=1, max_length=NAME_LIMIT)
    description: str | None = Field(None, max_length=NOTE_LIMIT)
    symbols: list[Printable] | None = Field(
        None, max_length=MOST_SYMBOLS, description="In the order wanted; others are taken out, new ones added."
    )
    position: int | None = Field(None, ge=0, le=1_000, description="Place among the lists, from 0.")
    in_ticker_bar: bool | None = Field(None, description="True lets this list feed the ticker bar.")


class SymbolDraft(Schema):
    """A symbol to watch."""

    symbol: Printable = Field(min_length=1, max_length=64)


class SymbolsChanged(Schema):
    """The symbols of a list after a change; `info` says that nothing had to be done."""

    status: str
    message: str
    watchlist_id: int
    symbols: list[str]


class Deleted(Schema):
    """What was deleted."""

    id: int


class MarkRow(Schema):
    """Flag and note of a symbol."""

    symbol: str
    colour: str = Field(description=f"Empty, or one of {_COLOURS}.")
    note: str


class MarkList(Schema):
    """Flags and notes by symbol."""

    items: list[MarkRow]
    next_cursor: str | None = None


class MarkChange(Schema):
    """What to change; what is left out stays, empty texts remove."""

    colour: Printable | None = Field(None, max_length=12)
    note: str | None = Field(None, max_length=NOTE_LIMIT)


class Tiles(Schema):
    """Symbols of the index tiles in order."""

    symbols: list[Printable] = Field(max_length=12)


@TOPIC.get("/watchlists", WatchlistList)
def list_watchlists() -> WatchlistList:
    """List the watchlists."""
    return WatchlistList(items=[_row(item) for item in services().watchlists.lists(current_owner())])


@TOPIC.post("/watchlists", {201: WatchlistDetail}, body=WatchlistDraft, errors=(409,))
def add_watchlist(body: WatchlistDraft) -> tuple[WatchlistDetail, int]:
    """Add a watchlist."""
    lists = services().watchlists
    made = lists.create(current_owner(), body.name, body.symbols, description=body.description)
    return _detail(made), 201


@TOPIC.get("/watchlists/<int:list_id>", WatchlistDetail, errors=(404,))
def show_watchlist(list_id: int) -> WatchlistDetail:
    """Return one watchlist with its prices."""
    return _detail(services().watchlists.get(current_owner(), list_id))


@TOPIC.patch("/watchlists/<int:list_id>", WatchlistDetail, body=WatchlistChange, errors=(404, 409))
def change_watchlist(list_id: int, body: WatchlistChange) -> WatchlistDetail:
    """Change a watchlist: its name, symbols, place, or whether it feeds the ticker bar."""
    owner, lists = current_owner(), services().watchlists
    changed = lists.change(owner, list_id, name=body.name, description=body.description)
    if body.symbols is not None:
        lists.replace_symbols(owner, changed.id, body.symbols)
    if body.position is not None:
        ids = [item.id for item in lists.lists(owner) if item.id != changed.id]
        lists.order(owner, [*ids[: body.position], changed.id, *ids[body.position :]])
    if body.in_ticker_bar:
        lists.show_in_bar(owner, changed.id)
    return _detail(lists.get(owner, changed.id))


@TOPIC.delete("/watchlists/<int:list_id>", Deleted, errors=(404,))
def delete_watchlist(list_id: int) -> Deleted:
    """Delete a watchlist. The only one stays."""
    services().watchlists.delete(current_owner(), list_id)
    return Deleted(id=list_id)


@TOPIC.post("/watchlists/<int:list_id>/symbols", {200: SymbolsChanged}, body=SymbolDraft, errors=(404,))
def watch_symbol(list_id: int, body: SymbolDraft) -> SymbolsChanged:
    """Watch a symbol. One that is watched already stays where it is."""
    owner, lists = current_owner(), services().watchlists
    before = lists.get(owner, list_id).symbols
    after = lists.add(owner, body.symbol, list_id)
    is_new = len(after) > len(before)
    words = f"{after[-1]} is watched." if is_new else "It was watched already."
    number = lists.get(owner, list_id).id
    return SymbolsChanged(status="success" if is_new else "info", message=words, watchlist_id=number, symbols=after)


@TOPIC.delete("/watchlists/<int:list_id>/symbols/<symbol>", SymbolsChanged, errors=(404,))
def unwatch_symbol(list_id: int, symbol: str) -> SymbolsChanged:
    """Stop watching a symbol in one list."""
    owner, lists = current_owner(), services().watchlists
    after = lists.remove(owner, symbol.upper(), list_id)
    number = lists.get(owner, list_id).id
    return SymbolsChanged(status="success", message="It is not watched here.", watchlist_id=number, symbols=after)


@TOPIC.get("/symbol-marks", MarkList)
def list_symbol_marks() -> MarkList:
    """List flags and notes."""
    return MarkList(items=[_mark(item) for item in services().watchlists.marks(current_owner()).values()])


@TOPIC.put("/symbol-marks/<symbol>", MarkRow, body=MarkChange)
def change_symbol_mark(symbol: str, body: MarkChange) -> MarkRow:
    """Set flag or note of a symbol: the same in every list and on its page."""
    return _mark(services().watchlists.mark(current_owner(), symbol, colour=body.colour, note=body.note))


@TOPIC.get("/market-tiles", Tiles)
def show_market_tiles() -> Tiles:
    """Return which index tiles are shown."""
    return Tiles(symbols=services().watchlists.tiles(current_owner()))


@TOPIC.put("/market-tiles", Tiles, body=Tiles)
def change_market_tiles(body: Tiles) -> Tiles:
    """Choose the index tiles."""
    return Tiles(symbols=services().watchlists.choose_tiles(current_owner(), body.symbols))


def _row(item: Watchlist) -> WatchlistRow:
    return WatchlistRow(
        id=item.id,
        name=item.name,
        description=item.description,
        in_ticker_bar=item.is_in_bar,
        symbols=list(item.symbols),
        created_at=item.created_at,
        updated_at=item.updated_at,
    )


def _detail(item: Watchlist) -> WatchlistDetail:
    owner = current_owner()
    quotes, marks = services().quotes.quotes(item.symbols), services().watchlists.marks(owner)
    rows = []
    for symbol in item.symbols:
        quote, mark = quotes.get(symbol), marks.get(symbol, SymbolMark(symbol=symbol))
        rows.append(
            WatchedRow(
                symbol=symbol,
                price=quote.price if quote else None,
                change=quote.change if quote else None,
                change_fraction=quote.change_fraction if quote else None,
                as_of=quote.as_of if quote else None,
                stale=bool(quote and quote.stale),
                colour=mark.colour,
                note=mark.note,
            )
        )
    return WatchlistDetail(**_row(item).model_dump(), rows=rows)


def _mark(item: SymbolMark) -> MarkRow:
    return MarkRow(symbol=item.symbol, colour=item.colour, note=item.note)

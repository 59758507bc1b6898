"""The screener, saved screens, companies and the search for symbols."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.companies import Company
from domain.filters import LedgerFilter
from domain.screens import EXAMPLES, NAME_LIMIT, SavedScreen, Screen, ScreenRow, parse_conditions, parse_order
from services.companies import own_filter
from web.api.contract import Topic
from web.api.values import FloatText, Printable, Schema
from web.context import current_owner, services

TOPIC = Topic("Watchlists and screener", "/api/v1", "What a symbol is, and which watched symbols meet conditions.")
_SORT = "`symbol`, `name` or a term; `-day` puts the largest first. As the lists by default."
_EXAMPLES = ", ".join(f"`{code}`" for code in list(EXAMPLES)[:6])


class SearchQuery(Schema):
    """What is looked for."""

    q: Printable = Field(min_length=1, max_length=60, description="Part of a symbol or a name.")


class SymbolRow(Schema):
    """A symbol that a provider knows."""

    symbol: str
    name: str
    asset_class: str
    exchange: str
    currency: str
    simulated: bool
    watched: bool


class SymbolList(Schema):
    """Symbols, best match first."""

    items: list[SymbolRow]
    next_cursor: str | None = None


class CompanyRow(Schema):
    """What is known of a symbol; null and empty where nobody says."""

    symbol: str
    name: str
    asset_class: str
    exchange: str
    currency: str
    sector: str
    country: str
    website: str
    market_cap: FloatText | None
    simulated: bool
    price: FloatText | None
    as_of: datetime | None
    week52_low: FloatText | None
    week52_high: FloatText | None
    mean_volume: FloatText | None = Field(description="Of the last 20 daily bars.")
    market_state: str
    colour: str
    note: str
    watchlists: list[int]
    own_symbols: list[str] = Field(description="How your books write it: what `symbol` of other lists has to name.")
    trades: int
    net_pnl: FloatText | None
    pnl_currency: str


class ScreenQuery(Schema):
    """What is screened for what."""

    conditions: str = Field("", max_length=2_000, description=f"Divided by semicolons, such as {_EXAMPLES}.")
    watchlist: int | None = Field(None, ge=0, description="Its number; everything that is watched by default.")
    sort: str = Field("", max_length=60, description=_SORT)


class ScreenMatch(Schema):
    """One symbol and the value of every term."""

    symbol: str
    name: str
    values: dict[str, float | None]
    reason: str = Field(description="Why it could not be decided; empty for a match.")


class ScreenAnswer(Schema):
    """Matches in the order asked for, and symbols that could not be decided."""

    items: list[ScreenMatch]
    undecided: list[ScreenMatch]
    looked_at: int
    next_cursor: str | None = None


class ScreenDraft(Schema):
    """A screen to keep, in place of the one of the same name."""

    name: Printable = Field(min_length=1, max_length=NAME_LIMIT)
    conditions: str = Field(max_length=2_000)
    watchlist: int | None = Field(None, ge=0)
    sort: str = Field("", max_length=60, description=_SORT)


class SavedRow(Schema):
    """A saved screen."""

    id: int
    name: str
    conditions: str
    watchlist: int | None
    sort: str


class SavedList(Schema):
    """Saved screens by name."""

    items: list[SavedRow]
    next_cursor: str | None = None


class Deleted(Schema):
    """What was deleted."""

    id: int


@TOPIC.get("/instruments/search", SymbolList, query=SearchQuery)
def search_instruments(query: SearchQuery) -> SymbolList:
    """Find symbols by part of their symbol or name, at every provider."""
    watched = set(services().watchlists.all_symbols(current_owner()))
    return SymbolList(
        items=[
            SymbolRow(
                symbol=item.symbol,
                name=item.name,
                asset_class=item.asset_class,
                exchange=item.exchange,
                currency=item.currency,
                simulated=item.simulated,
                watched=item.symbol in watched,
            )
            for item in services().quotes.search(query.q)
        ]
    )


@TOPIC.get("/companies/<symbol>", CompanyRow)
def show_company(symbol: str) -> CompanyRow:
    """Return what is known of a symbol, and what you have to do with it."""
    owner = current_owner()
    found = services().companies.company(owner, symbol)
    chosen = own_filter(found.own_symbols) if found.own_symbols else None
    return _company(found, *_own(chosen))


def _own(chosen: LedgerFilter | None) -> tuple[int, float | None, str]:
    if chosen is None:
        return 0, None, ""
    page = services().portfolio.trades(current_owner(), chosen, end=1)
    return page.total, page.net, page.currency


def _company(found: Company, trades: int, net: float | None, currency: str) -> CompanyRow:
    profile, quote, year = found.profile, found.quote, found.year
    return CompanyRow(
        symbol=found.symbol,
        name=profile.name,
        asset_class=profile.asset_class,
        exchange=profile.exchange,
        currency=profile.currency,
        sector=profile.sector,
        country=profile.country,
        website=profile.website,
        market_cap=profile.market_cap,
        simulated=profile.simulated,
        price=quote.price if quote else None,
        as_of=quote.as_of if quote else None,
        week52_low=year.low if year else None,
        week52_high=year.high if year else None,
        mean_volume=year.volume if year else None,
        market_state=found.status.state.value if found.status else "",
        colour=found.mark.colour,
        note=found.mark.note,
        watchlists=[item.id for item in found.lists],
        own_symbols=list(found.own_symbols),
        trades=trades,
        net_pnl=net,
        pnl_currency=currency,
    )


@TOPIC.get("/screener", ScreenAnswer, query=ScreenQuery, errors=(404,))
def run_screener(query: ScreenQuery) -> ScreenAnswer:
    """Find the watched symbols that meet every condition."""
    conditions, order = parse_conditions(query.conditions), parse_order(query.sort)
    screen = Screen(list_id=query.watchlist, conditions=conditions, order=order)
    found = services().screener.run(current_owner(), screen)
    return ScreenAnswer(
        items=[_match(row) for row in found.matches],
        undecided=[_match(row) for row in found.undecided],
        looked_at=found.looked_at,
    )


@TOPIC.get("/screens", SavedList)
def list_screens() -> SavedList:
    """List the saved screens."""
    return SavedList(items=[_saved(item) for item in services().screener.screens(current_owner())])


@TOPIC.post("/screens", {201: SavedRow}, body=ScreenDraft)
def save_screen(body: ScreenDraft) -> tuple[SavedRow, int]:
    """Keep a screen."""
    conditions, order = parse_conditions(body.conditions), parse_order(body.sort)
    screen = Screen(list_id=body.watchlist, conditions=conditions, order=order)
    return _saved(services().screener.save(current_owner(), body.name, screen)), 201


@TOPIC.delete("/screens/<int:screen_id>", Deleted, errors=(404,))
def delete_screen(screen_id: int) -> Deleted:
    """Delete a saved screen."""
    services().screener.delete(current_owner(), screen_id)
    return Deleted(id=screen_id)


def _match(row: ScreenRow) -> ScreenMatch:
    return ScreenMatch(symbol=row.symbol, name=row.name, values=dict(row.values), reason=row.reason)


def _saved(item: SavedScreen) -> SavedRow:
    screen = Screen.from_address(item.query)
    conditions = "; ".join(condition.code for condition in screen.conditions)
    sort = screen.order.code if screen.order else ""
    return SavedRow(id=item.id, name=item.name, conditions=conditions, watchlist=screen.list_id, sort=sort)

"""What our own pages ask for: the search of the command palette."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from pydantic import Field

from components import format as fmt
from components import journal_feed
from web.api.contract import Topic
from web.api.values import Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.ledger import Trade
    from services.journal_search import NoteHit
    from services.search import TradedSymbol

TOPIC = Topic("Internal", "/api/internal", "For the pages of Fillwise itself; it changes with them.")


class SearchQuery(Schema):
    """What was typed."""

    q: str = Field("", max_length=200, description="`#` before it looks at tags only, `@` at accounts only.")


class SearchItem(Schema):
    """One line of the palette."""

    title: str
    sub: str = ""
    href: str
    kind: str
    value: str = ""
    tone: str = ""


class SearchGroup(Schema):
    """Lines of one kind."""

    title: str
    items: list[SearchItem]


class SearchAnswer(Schema):
    """What was found, by kind; kinds without a line are left out."""

    groups: list[SearchGroup]


@TOPIC.get("/search", SearchAnswer, query=SearchQuery)
def search(query: SearchQuery) -> SearchAnswer:
    """Find symbols, trades, tags, setups, accounts and what was written."""
    found = services().search.find(current_owner(), query.q.strip())
    lines = {
        "Symbols": [_symbol(item) for item in found.symbols],
        "Trades": [_trade(item) for item in found.trades],
        "Tags": [_filtered("tag", "tags", name) for name in found.tags],
        "Setups": [_filtered("setup", "setups", name) for name in found.setups],
        "Accounts": [
            SearchItem(title=name, sub=broker, href=f"/trades?accounts={key}", kind="account")
            for key, name, broker in found.accounts
        ],
        "Notes": [_note(item) for item in found.notes],
    }
    return SearchAnswer(groups=[SearchGroup(title=title, items=items) for title, items in lines.items() if items])


def _symbol(item: TradedSymbol) -> SearchItem:
    if not item.trades:
        return SearchItem(title=item.symbol, sub=item.name, href=_market(item.symbol), kind="symbol")
    count = fmt.plural(item.trades, "trade")
    return SearchItem(
        title=item.symbol,
        sub=f"{item.name} · {count}" if item.name else count,
        href=_market(item.symbol),
        kind="symbol",
        value=fmt.pnl(item.net, item.currency),
        tone=fmt.tone(item.net),
    )


def _trade(item: Trade) -> SearchItem:
    moment = item.closed_at or item.opened_at
    parts = ["Long" if item.side > 0 else "Short", fmt.day(moment.date()), item.setup, *item.tags]
    return SearchItem(
        title=item.instrument.symbol,
        sub=" · ".join(part for part in parts if part),
        href=f"/trade/{int(item.id)}",
        kind="trade",
        value="open" if item.is_open else fmt.pnl(item.net, item.instrument.currency),
        tone="" if item.is_open else fmt.tone(item.net),
    )


def _filtered(kind: str, name: str, value: str) -> SearchItem:
    return SearchItem(title=value, href="/trades?" + urlencode({name: value}), kind=kind)


def _note(item: NoteHit) -> SearchItem:
    text = "".join(text for text, _ in item.snippet)
    return SearchItem(title=journal_feed.hit_title(item), sub=text, href=journal_feed.hit_href(item), kind="note")


def _market(symbol: str) -> str:
    return f"/market?symbol={quote(symbol, safe='')}"

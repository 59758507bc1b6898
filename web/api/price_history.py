"""History that keeps itself, and what providers state of splits and dividends."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field

from domain.candles import ActionWord
from domain.market import BarInterval
from web.api.contract import Topic
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.history import HistoryItem

TOPIC = Topic(
    "Market",
    "/api/v1/candles",
    "Candles of what is held, watched, charted or was traded lately are fetched by themselves after each session.",
)


class HistoryRow(Schema):
    """One symbol in one width."""

    symbol: str
    interval: BarInterval
    provider: str = Field(description="Who gave the bars last.")
    kept_up_to: datetime | None
    last_run: datetime | None
    next_run: datetime
    added: int = Field(description="Bars that the last run brought.")
    gaps: int = Field(description="Gaps that its provider was asked for in vain.")
    failures: int = Field(description="Failed runs in a row.")
    error: str


class History(Schema):
    """How the history that keeps itself is doing."""

    is_on: bool
    may_change: bool = Field(description="Whether you may switch it.")
    keeper: str = Field(description="Who may.")
    last_run: datetime | None
    next_run: datetime | None
    unserved: int = Field(description="Symbols in use of which no provider has candles that can be kept.")
    items: list[HistoryRow]


class HistorySwitch(Schema):
    """On or off."""

    is_on: bool


class SymbolQuery(Schema):
    """Which symbol."""

    symbol: Printable = Field(min_length=1, max_length=64)


class StatedRow(Schema):
    """A split or a dividend."""

    provider: str
    word: ActionWord
    effective_at: datetime = Field(description="Midnight UTC of the first day in new units, or without the dividend.")
    new: DecimalText | None
    old: DecimalText | None
    amount: DecimalText | None = Field(description="Of a dividend, a share.")
    seen_at: datetime | None


class StatedList(Schema):
    """What providers state of a symbol, oldest first, and where sources do not agree."""

    items: list[StatedRow]
    conflicts: list[str]


@TOPIC.get("/history", History)
def get_candle_history() -> History:
    """Return how the history that keeps itself is doing."""
    found = services().history.state(current_owner())
    return History(
        is_on=found.is_on,
        may_change=found.may_change,
        keeper=found.keeper,
        last_run=found.last_at,
        next_run=found.next_at,
        unserved=found.unserved,
        items=[_row(item) for item in found.items],
    )


@TOPIC.put("/history", History, body=HistorySwitch, errors=(403,))
def put_candle_history(body: HistorySwitch) -> History:
    """Let history keep itself, or not. Only the keeper of the installation may: the first person who signed up."""
    services().history.switch(current_owner(), is_on=body.is_on)
    return get_candle_history()


@TOPIC.get("/actions", StatedList, query=SymbolQuery)
def list_stated_actions(query: SymbolQuery) -> StatedList:
    """Return the splits and dividends of a symbol as providers state them."""
    desk = services().stated_actions
    names = tuple(StatedRow.model_fields)
    return StatedList(
        items=[StatedRow(**{name: getattr(item, name) for name in names}) for item in desk.stated(query.symbol)],
        conflicts=[item.text for item in desk.conflicts([query.symbol])],
    )


def _row(item: HistoryItem) -> HistoryRow:
    return HistoryRow(
        symbol=item.symbol,
        interval=item.interval,
        provider=item.provider,
        kept_up_to=item.fetched_to,
        last_run=item.last_at,
        next_run=item.next_at,
        added=item.added,
        gaps=item.gaps,
        failures=item.failures,
        error=item.error,
    )

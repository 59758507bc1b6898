"""Trades: round trips, flat to flat."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.instruments import ONE
from domain.ledger import Trade, TradeExecution
from domain.money import to_float
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.executions import KINDS, Kind
from web.api.filters import LedgerQuery
from web.api.values import DecimalText, Schema
from web.context import current_owner, services

TOPIC = Topic("Trades", "/api/v1/trades", "Round trips, from the first fill to flat; the id is that fill's.")


class TradeQuery(LedgerQuery):
    """Which trades, and which part of the list."""

    cursor: str = Field("", description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1_000)


class TradeRow(Schema):
    """One trade. Money is realised so far; prices are averages."""

    id: int
    account: str
    symbol: str
    asset_class: str
    side: Literal["long", "short"]
    status: Literal["open", "closed"]
    opened_at: datetime
    closed_at: datetime | None
    quantity: DecimalText = Field(description="Largest position.")
    entry_price: DecimalText
    exit_price: DecimalText | None
    gross_pnl: DecimalText
    fees: DecimalText
    net_pnl: DecimalText
    currency: str
    multiplier: DecimalText
    r_multiple: float | None = Field(description="Net P&L over the planned risk, null without a planned stop.")
    executions: int = Field(description="How many executions it is made of.")
    fees_estimated: bool = Field(description="Whether some of the fees are estimates of the account's fee plan.")
    setup: str
    tags: list[str]


class TradeList(Schema):
    """Closed trades by closing time, then open trades."""

    items: list[TradeRow]
    next_cursor: str | None


class FillRow(Schema):
    """A fill as its trade sees it: of one that crosses zero the part that belongs to the trade."""

    execution_id: int
    executed_at: datetime
    side: Literal["buy", "sell"]
    kind: Kind
    quantity: DecimalText
    price: DecimalText
    fees: DecimalText
    fees_estimated: bool
    position: DecimalText = Field(description="After it; below 0 is short.")
    realised: DecimalText | None = Field(description="Net P&L of this fill; null for one that only opens.")


class TradeDetailRow(TradeRow):
    """One trade with the fills it is made of, by time."""

    fills: list[FillRow]


@TOPIC.get("", TradeList, query=TradeQuery, errors=(404,))
def list_trades(query: TradeQuery) -> TradeList:
    """List the trades of a filter: closed ones by closing time and id, then open ones by id.

    Trades of every currency are listed unless `currency` chooses one.
    """
    from services.trade_pages import TradeMark, read_trade_page

    owner, after = current_owner(), read_cursor(query.cursor, size=3)
    page = read_trade_page(
        services().portfolio.sets,
        owner,
        query.to_filter(owner),
        after=TradeMark(*after) if after else None,
        limit=query.limit,
    )
    return TradeList(
        items=[_row(item) for item in page.rows],
        next_cursor=write_cursor(page.next_after) if page.next_after else None,
    )


@TOPIC.get("/<int:trade_id>", TradeDetailRow, errors=(404,))
def read_trade(trade_id: int) -> TradeDetailRow:
    """Return one trade with its fills; its notes lie under the journal, its excursion below this address."""
    found = services().portfolio.trade(current_owner(), trade_id)
    return TradeDetailRow(**dict(_row(found.trade)), fills=[_fill(item) for item in found.executions])


def _fill(item: TradeExecution) -> FillRow:
    return FillRow(
        execution_id=item.id,
        executed_at=item.executed_at,
        side="buy" if item.side > 0 else "sell",
        kind=KINDS[item.kind],
        quantity=item.quantity,
        price=item.price,
        fees=item.fees,
        fees_estimated=item.fees_estimated,
        position=item.position,
        realised=item.realised,
    )


def _row(item: Trade) -> TradeRow:
    return TradeRow(
        id=item.id,
        account=item.account_name,
        symbol=item.instrument.symbol,
        asset_class=item.instrument.asset_class.value,
        side="long" if item.side > 0 else "short",
        status="open" if item.is_open else "closed",
        opened_at=item.opened_at,
        closed_at=item.closed_at,
        quantity=item.quantity,
        entry_price=item.entry_price,
        exit_price=item.exit_price,
        gross_pnl=item.gross,
        fees=item.fees,
        net_pnl=item.net,
        currency=item.instrument.currency,
        multiplier=item.instrument.multiplier or ONE,
        r_multiple=None if item.r_multiple is None else to_float(item.r_multiple),
        executions=item.executions,
        fees_estimated=item.fees_estimated,
        setup=item.setup,
        tags=list(item.tags),
    )

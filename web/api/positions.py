"""What is held now, at the latest price."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.filters import LedgerFilter
from domain.instruments import ONE
from web.api.contract import Topic
from web.api.filters import AccountQuery, choose_accounts, either_case
from web.api.values import DecimalText, FloatText, Schema, Words
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.holdings import Holding

TOPIC = Topic("Positions", "/api/v1/positions", "Open quantities at cost, and at the latest price where there is one.")


class PositionQuery(AccountQuery):
    """Which positions."""

    symbol: Words = Field((), description="Any of these symbols, comma separated.")


class PositionRow(Schema):
    """One instrument in one account."""

    account: str
    symbol: str
    asset_class: str
    side: Literal["long", "short"]
    quantity: DecimalText = Field(description="Signed: below 0 is short.")
    average_price: DecimalText
    cost: DecimalText = Field(description="Signed, with the multiplier, without fees.")
    fees: DecimalText
    currency: str
    multiplier: DecimalText
    opened_at: datetime
    trade_id: int
    price: FloatText | None
    price_as_of: datetime | None
    price_provider: str | None
    price_is_stale: bool | None
    price_is_simulated: bool | None
    value: FloatText | None
    unrealised_pnl: FloatText | None
    day_change: FloatText | None


class PositionList(Schema):
    """Positions, the largest cost first."""

    items: list[PositionRow]
    next_cursor: str | None = None


@TOPIC.get("", PositionList, query=PositionQuery, errors=(404,))
def list_positions(query: PositionQuery) -> PositionList:
    """List what is held. Figures that need a price are null where nobody gives one."""
    owner, symbols = current_owner(), either_case(query.symbol)
    held = services().portfolio.holdings(owner, LedgerFilter(accounts=choose_accounts(owner, query.account)))
    chosen = [item for item in held if not symbols or item.position.instrument.symbol in symbols]
    return PositionList(items=[_row(item) for item in chosen])


def _row(item: Holding) -> PositionRow:
    position, quote = item.position, item.quote
    return PositionRow(
        account=position.account_name,
        symbol=position.instrument.symbol,
        asset_class=position.instrument.asset_class.value,
        side="long" if position.quantity > 0 else "short",
        quantity=position.quantity,
        average_price=position.average_price,
        cost=position.cost,
        fees=position.fees,
        currency=position.instrument.currency,
        multiplier=position.instrument.multiplier or ONE,
        opened_at=position.opened_at,
        trade_id=position.trade_id,
        price=quote.price if quote else None,
        price_as_of=quote.as_of if quote else None,
        price_provider=quote.provider if quote else None,
        price_is_stale=quote.stale if quote else None,
        price_is_simulated=quote.simulated if quote else None,
        value=item.value,
        unrealised_pnl=item.unrealised,
        day_change=item.day_change,
    )

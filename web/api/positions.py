"""What is held now, at the latest price."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.filters import LedgerFilter
from domain.instruments import ONE
from domain.valuation import value_together
from web.api.contract import Topic
from web.api.filters import AccountQuery, choose_accounts, either_case
from web.api.values import DecimalText, FloatText, Schema, Words
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.holdings import Holding
    from domain.valuation import Valuation

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
    unrealised_fraction: float | None = Field(description="Of the cost.")
    day_change: FloatText | None
    weight: float | None = Field(description="Share of the gross value; null where the totals leave it out.")
    planned_stop: DecimalText | None
    stop_distance: float | None = Field(description="From the price to the planned stop, a fraction of the price.")
    r_multiple: float | None


class PositionTotals(Schema):
    """Positions with a price in one currency, added up."""

    currency: str
    value: FloatText | None = Field(description="Longs less shorts.")
    gross: FloatText = Field(description="Longs and shorts: what weights are shares of.")
    unrealised_pnl: FloatText | None
    unrealised_fraction: float | None
    day_change: FloatText | None
    day_fraction: float | None
    unpriced: int
    left_out: dict[str, int] = Field(description="Positions in other currencies, by currency.")


class PositionList(Schema):
    """Positions, the largest cost first, and their totals."""

    items: list[PositionRow]
    totals: PositionTotals
    next_cursor: str | None = None


@TOPIC.get("", PositionList, query=PositionQuery, errors=(404,))
def list_positions(query: PositionQuery) -> PositionList:
    """List what is held. Figures that need a price are null where nobody gives one."""
    owner, symbols = current_owner(), either_case(query.symbol)
    found = services().valuation.valuation(owner, LedgerFilter(accounts=choose_accounts(owner, query.account)))
    if symbols:
        chosen = [item for item in found.rows if item.position.instrument.symbol in symbols]
        found = value_together(chosen, found.currency)
    rows = sorted(found.rows, key=lambda item: -abs(item.position.cost))
    return PositionList(items=[_row(item, found.weight(item)) for item in rows], totals=_totals(found))


def _totals(found: Valuation) -> PositionTotals:
    return PositionTotals(
        currency=found.currency,
        value=found.value,
        gross=found.gross,
        unrealised_pnl=found.unrealised,
        unrealised_fraction=found.unrealised_fraction,
        day_change=found.day_change,
        day_fraction=found.day_fraction,
        unpriced=found.unpriced,
        left_out=dict(found.left_out),
    )


def _row(item: Holding, weight: float | None) -> PositionRow:
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
        unrealised_fraction=item.unrealised_fraction,
        day_change=item.day_change,
        weight=weight,
        planned_stop=position.planned_stop,
        stop_distance=item.stop_distance,
        r_multiple=item.r_multiple,
    )

"""Specific lots: which lots a sale closes or a transfer takes, chosen one by one, with a history."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from pydantic import Field

from web.api.contract import Topic
from web.api.portfolios import plan_of
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.lot_choices import LotChoice, LotSale, OpenLot

TOPIC = Topic(
    "Portfolios",
    "/api/v1/portfolios",
    "Which lots a sale closes or a transfer in kind takes out of its account. Choices count where the method is "
    "specific lots; the rest is taken first in, first out.",
)
_SALE = "/<int:portfolio_id>/lots/<int(signed=True):sale_id>"


class SalesQuery(Schema):
    """Of which symbol."""

    symbol: Printable = Field(min_length=1, max_length=160)


class SaleRow(Schema):
    """A fill that closes lots, or a transfer in kind that takes them out of the account."""

    id: int = Field(description="Of the execution; of a transfer minus the id it has under /api/v1/transfers.")
    account: str
    symbol: str
    day: date
    side: str = Field(description='"sell", "buy" where a short position is bought back, or "transfer".')
    quantity: DecimalText
    amount: DecimalText | None = Field(
        description="Reporting currency: what it brought less fees, or cost with fees; null for a transfer."
    )
    chosen: bool


class SaleList(Schema):
    """The latest hundred sales of a symbol, newest first."""

    items: list[SaleRow]
    next_cursor: str | None = None


class OpenLotRow(Schema):
    """A lot that was open just before a sale; quantities in the units of the day of the sale."""

    id: int = Field(description="Of the execution that opened it.")
    acquired: date
    quantity: DecimalText
    cost: DecimalText
    chosen: DecimalText | None
    closed: DecimalText = Field(description="What the sale takes of it as things are.")


class SaleAnswer(Schema):
    """A sale with the lots it could close, oldest first."""

    sale: SaleRow
    lots: list[OpenLotRow]


class ChoiceBody(Schema):
    """Quantity by id of the opening execution; nothing leaves the sale to the method."""

    lots: dict[int, Printable] = Field(default_factory=dict, max_length=1_000)


class ChoiceRow(Schema):
    """One line of the history."""

    id: int
    account: str
    sale_id: int
    summary: str
    before: dict[int, DecimalText]
    after: dict[int, DecimalText]
    changed_at: datetime
    undone_at: datetime | None


class ChoiceList(Schema):
    """What was chosen, newest first."""

    items: list[ChoiceRow]
    next_cursor: str | None = None


@TOPIC.get("/<int:portfolio_id>/lots", SaleList, query=SalesQuery, errors=(404, 422))
def list_sales(portfolio_id: int, query: SalesQuery) -> SaleList:
    """List the sales of a symbol and its transfers out of an account."""
    found = services().lot_choices.sales(current_owner(), plan_of(portfolio_id), query.symbol)
    return SaleList(items=[_sale(item) for item in found])


@TOPIC.get(_SALE, SaleAnswer, errors=(404, 422))
def get_sale(portfolio_id: int, sale_id: int) -> SaleAnswer:
    """Return the lots that were open just before a sale or a transfer."""
    found = services().lot_choices.lots(current_owner(), plan_of(portfolio_id), sale_id)
    return SaleAnswer(sale=_sale(found.sale), lots=[_lot(item) for item in found.lots])


@TOPIC.put(_SALE, ChoiceRow, body=ChoiceBody, errors=(404, 422))
def choose_lots(portfolio_id: int, sale_id: int, body: ChoiceBody) -> ChoiceRow:
    """Choose the lots of a sale or a transfer; what was not open at the time is refused."""
    plan = plan_of(portfolio_id)
    return _choice(services().lot_choices.choose(current_owner(), plan, sale_id, body.lots))


@TOPIC.get("/<int:portfolio_id>/lot-choices", ChoiceList, errors=(404,))
def list_choices(portfolio_id: int) -> ChoiceList:
    """List what was chosen."""
    found = services().lot_choices.history(current_owner(), plan_of(portfolio_id))
    return ChoiceList(items=[_choice(item) for item in found])


@TOPIC.post("/lot-choices/<int:choice_id>/undo", {200: ChoiceRow}, errors=(404, 409))
def undo_choice(choice_id: int) -> ChoiceRow:
    """Take a choice back: what held before it holds again."""
    return _choice(services().lot_choices.undo(current_owner(), choice_id))


def _side(item: LotSale) -> str:
    if item.is_transfer:
        return "transfer"
    return "buy" if item.is_short else "sell"


def _sale(item: LotSale) -> SaleRow:
    return SaleRow(
        id=item.ref,
        account=item.account,
        symbol=item.symbol,
        day=item.day,
        side=_side(item),
        quantity=item.quantity,
        amount=item.amount,
        chosen=item.is_chosen,
    )


def _lot(item: OpenLot) -> OpenLotRow:
    return OpenLotRow(
        id=item.ref,
        acquired=item.acquired,
        quantity=item.quantity,
        cost=item.cost,
        chosen=item.chosen,
        closed=item.taken,
    )


def _choice(item: LotChoice) -> ChoiceRow:
    return ChoiceRow(
        id=item.id,
        account=item.account_name,
        sale_id=item.close_id,
        summary=item.summary,
        before=item.before,
        after=item.after,
        changed_at=item.changed_at,
        undone_at=item.undone_at,
    )

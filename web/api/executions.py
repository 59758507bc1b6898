"""Executions as they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.executions import Execution, ExecutionKind
from domain.instruments import ONE
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.filters import AccountQuery, choose_accounts, either_case
from web.api.values import DecimalText, Schema, Words
from web.context import current_owner, services

TOPIC = Topic("Executions", "/api/v1/executions", "Single fills, immutable; everything else is derived from them.")


Kind = Literal["trade", "expiry", "assignment", "exercise", "paired"]
_KINDS: dict[ExecutionKind, Kind] = {
    ExecutionKind.TRADE: "trade",
    ExecutionKind.EXPIRY: "expiry",
    ExecutionKind.ASSIGNMENT: "assignment",
    ExecutionKind.EXERCISE: "exercise",
    ExecutionKind.PAIRED: "paired",
}


class ExecutionQuery(AccountQuery):
    """Which executions."""

    symbol: Words = Field((), description="Any of these symbols, comma separated.")
    cursor: str = Field("", description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1_000)


class ExecutionRow(Schema):
    """One fill."""

    id: int
    account: str
    symbol: str
    asset_class: str
    side: Literal["buy", "sell"]
    quantity: DecimalText = Field(description="Always above 0; the side carries the sign.")
    price: DecimalText
    fees: DecimalText = Field(description="In `fee_currency`; below 0 is a rebate.")
    fee_currency: str
    currency: str
    multiplier: DecimalText
    executed_at: datetime
    kind: Kind
    broker_id: str | None
    import_id: int | None
    line: int


class ExecutionList(Schema):
    """Executions by id."""

    items: list[ExecutionRow]
    next_cursor: str | None


@TOPIC.get("", ExecutionList, query=ExecutionQuery, errors=(404,))
def list_executions(query: ExecutionQuery) -> ExecutionList:
    """List executions in the order in which they were stored."""
    from services.execution_pages import read_execution_page  # noqa: PLC0415 - services are imported when first used

    owner, after = current_owner(), read_cursor(query.cursor, size=1)
    page = read_execution_page(
        services().db,
        services().ledger.books(owner, choose_accounts(owner, query.account)),
        symbols=either_case(query.symbol),
        after=after[0] if after else 0,
        limit=query.limit,
    )
    rows = [_row(item, page.account_names[item.account_id]) for item in page.rows]
    return ExecutionList(items=rows, next_cursor=write_cursor([page.next_after]) if page.next_after else None)


def _row(item: Execution, account: str) -> ExecutionRow:
    return ExecutionRow(
        id=item.id,
        account=account,
        symbol=item.instrument.symbol,
        asset_class=item.instrument.asset_class.value,
        side="buy" if item.side > 0 else "sell",
        quantity=item.quantity,
        price=item.price,
        fees=item.fees,
        fee_currency=item.fee_currency,
        currency=item.instrument.currency,
        multiplier=item.instrument.multiplier or ONE,
        executed_at=item.executed_at,
        kind=_KINDS[item.kind],
        broker_id=item.broker_id,
        import_id=item.import_id,
        line=item.line,
    )

"""Executions as they are stored."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from domain.errors import InvalidInputError
from domain.executions import Execution, ExecutionKind
from domain.fills import FillDraft
from domain.instruments import ONE
from web.api.changes import ChangeRow, change_row
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.filters import AccountQuery, choose_accounts, either_case
from web.api.values import DecimalText, Schema, Words
from web.context import current_owner, services

TOPIC = Topic(
    "Executions",
    "/api/v1/executions",
    "Single fills; everything else is derived from them. What is changed by hand is laid over them and can be undone.",
)
_BY_ID = "/<int:execution_id>"


Kind = Literal["trade", "expiry", "assignment", "exercise", "paired", "merger", "spin_off", "cash_in_lieu", "transfer"]
KINDS: dict[ExecutionKind, Kind] = {
    ExecutionKind.TRADE: "trade",
    ExecutionKind.EXPIRY: "expiry",
    ExecutionKind.ASSIGNMENT: "assignment",
    ExecutionKind.EXERCISE: "exercise",
    ExecutionKind.PAIRED: "paired",
    ExecutionKind.MERGER: "merger",
    ExecutionKind.SPIN_OFF: "spin_off",
    ExecutionKind.CASH_IN_LIEU: "cash_in_lieu",
    ExecutionKind.TRANSFER: "transfer",
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
    fees_estimated: bool = Field(description="The file states no fee; this one is of the account's fee plan.")
    charges: dict[str, DecimalText] = Field(
        description="What the fees were for, adding up to them: commission, exchange, regulatory, tax, financing, "
        "conversion, other. Empty when the file does not tell."
    )
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
    from services.execution_pages import read_execution_page

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


class ExecutionDraft(Schema):
    """A fill by hand, as texts; what an instrument is must be said only for one that is not in the book yet."""

    symbol: str = Field("", max_length=160)
    side: Literal["", "buy", "sell"] = ""
    quantity: str = Field("", max_length=80, description="Above 0.")
    price: str = Field("", max_length=80)
    executed_at: str = Field(
        "", max_length=40, description="An instant such as 2026-09-01T13:30:00Z, or a local time of the account."
    )
    fees: str = Field("", max_length=80)
    fee_currency: str = Field("", max_length=24, description="The instrument's currency by default.")
    asset_class: str = Field("", max_length=40)
    currency: str = Field("", max_length=24, description="The account's currency by default.")
    multiplier: str = Field("", max_length=80, description="Never assumed for derivatives.")


class NewExecution(ExecutionDraft):
    """A fill and the account it goes to."""

    account: str = Field(min_length=1, max_length=120, description="Name or id.")


@TOPIC.post("", {201: ChangeRow}, body=NewExecution, errors=(404,))
def add_execution(body: NewExecution) -> tuple[ChangeRow, int]:
    """Add a fill by hand. The answer is the change, which can be undone."""
    owner = current_owner()
    chosen = choose_accounts(owner, body.account)
    if len(chosen) != 1:
        raise InvalidInputError("A fill goes into one account.", field="account", hint="Name just one.")
    draft = FillDraft(**body.model_dump(exclude={"account"}))
    return change_row(services().fills.add(owner, chosen[0], draft)), 201


@TOPIC.patch(_BY_ID, ChangeRow, body=ExecutionDraft, errors=(404,))
def edit_execution(execution_id: int, body: ExecutionDraft) -> ChangeRow:
    """Lay new values over a fill; members that are left out stay. The row of the file is kept beneath."""
    return change_row(services().fills.edit(current_owner(), execution_id, body.model_dump(exclude_unset=True)))


@TOPIC.delete(_BY_ID, ChangeRow, errors=(404,))
def delete_execution(execution_id: int) -> ChangeRow:
    """Delete a fill. Importing its file again does not bring it back; undoing this change does."""
    return change_row(services().fills.delete(current_owner(), [execution_id]))


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
        fees_estimated=item.fees_estimated,
        charges={kind.word: amount for kind, amount in item.charges},
        currency=item.instrument.currency,
        multiplier=item.instrument.multiplier or ONE,
        executed_at=item.executed_at,
        kind=KINDS[item.kind],
        broker_id=item.broker_id,
        import_id=item.import_id,
        line=item.line,
    )

"""Transfers in kind: shares, coins and contracts that move between accounts with their cost."""

from __future__ import annotations

from datetime import date, datetime
from datetime import time as clock_time
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.accounts import AccountId
from web.api.contract import Topic
from web.api.instruments import Removed
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.transfers import LotLine, ShownTransfer, ToldTransfer, TransferChange, TransferDraft

TOPIC = Topic(
    "Transfers",
    "/api/v1/transfers",
    "Shares, coins and contracts that move between accounts, or come from and go to outside, with what they cost and "
    "when they were first acquired. Nothing is realised; lots follow from the executions of the account that gives.",
)
KindName = Literal["", "stock", "fund", "bond", "crypto", "option", "future", "future_option", "forex", "cfd", "index"]


class TransferBody(Schema):
    """A transfer; an account of null is outside."""

    from_account_id: int | None = None
    to_account_id: int | None = None
    symbol: Printable = Field(min_length=1, max_length=160)
    asset_class: KindName = Field("", description="Where the symbol alone does not say which instrument it is.")
    currency: Printable = Field("", max_length=24)
    quantity: DecimalText
    day: date = Field(description="In the zone of the account that receives, else of the one that gives.")
    time: clock_time | None = Field(None, description="Fills of that day count before it; null is the day's start.")
    cost: DecimalText | None = Field(
        None, description="From outside: the total paid, fees included. Required there; never taken for 0."
    )
    acquired: date | None = Field(None, description="From outside: the day it was acquired. Required there.")
    event_id: int = Field(0, ge=0, description="Row of a file that tells of it, as listed under /told.")
    note: Printable = Field("", max_length=500)


class LotRow(Schema):
    """A lot that moved; cost with fees in the instrument's currency."""

    acquired: date
    quantity: DecimalText
    cost: DecimalText


class TransferRow(Schema):
    """One transfer with the lots that moved, oldest first."""

    id: int
    from_account_id: int | None
    to_account_id: int | None
    symbol: str
    asset_class: str
    currency: str
    quantity: DecimalText
    day: date
    moved_at: datetime
    cost: DecimalText = Field(description="Of all lots.")
    missing: DecimalText = Field(description="Units that were to move and were not held; 0 when all were.")
    lots: list[LotRow]
    event_id: int
    note: str


class TransferList(Schema):
    """Transfers, latest first."""

    items: list[TransferRow]
    next_cursor: str | None = None


class ToldRow(Schema):
    """A row of a file that tells of a transfer which is not entered."""

    event_id: int
    account_id: int
    label: str
    symbol: str
    day: date
    quantity: DecimalText
    direction: str = Field(description='"in" or "out".')
    other_account_id: int | None = Field(description="The account whose file tells the other side.")
    missing: str = Field(description='What the file does not say; "" when nothing is missing.')


class ToldList(Schema):
    """What files tell of, latest first."""

    items: list[ToldRow]
    next_cursor: str | None = None


class ChangeLine(Schema):
    """One line of the history."""

    id: int
    transfer_id: int
    summary: str
    changed_at: datetime
    undone_at: datetime | None


class ChangeLines(Schema):
    """What was entered, changed and deleted, newest first."""

    items: list[ChangeLine]
    next_cursor: str | None = None


@TOPIC.get("", TransferList)
def list_transfers() -> TransferList:
    """List the transfers with the lots that moved."""
    return TransferList(items=[_row(item) for item in services().transfers.list_transfers(current_owner())])


@TOPIC.post("", {201: TransferRow}, body=TransferBody, errors=(404, 409, 422))
def add_transfer(body: TransferBody) -> tuple[TransferRow, int]:
    """Enter a transfer; more than the account holds at that instant is refused."""
    return _row(services().transfers.save(current_owner(), _draft(body))), 201


@TOPIC.post("/preview", {200: TransferRow}, body=TransferBody, errors=(404, 422))
def preview_transfer(body: TransferBody) -> TransferRow:
    """Say which lots would move; nothing is written."""
    return _row(services().transfers.preview(current_owner(), _draft(body)))


@TOPIC.get("/told", ToldList)
def list_told_transfers() -> ToldList:
    """List what files tell of and is not entered, with what is missing."""
    return ToldList(items=[_told(item) for item in services().transfers.told(current_owner())])


@TOPIC.get("/changes", ChangeLines)
def list_transfer_changes() -> ChangeLines:
    """List what was entered, changed and deleted."""
    return ChangeLines(items=[_change(item) for item in services().transfers.history(current_owner())])


@TOPIC.post("/changes/<int:change_id>/undo", {200: ChangeLine}, errors=(404, 409, 422))
def undo_transfer_change(change_id: int) -> ChangeLine:
    """Take a change back: what held before it holds again."""
    return _change(services().transfers.undo(current_owner(), change_id))


@TOPIC.get("/<int:transfer_id>", TransferRow, errors=(404,))
def get_transfer(transfer_id: int) -> TransferRow:
    """Return one transfer."""
    return _row(services().transfers.get(current_owner(), transfer_id))


@TOPIC.put("/<int:transfer_id>", TransferRow, body=TransferBody, errors=(404, 409, 422))
def change_transfer(transfer_id: int, body: TransferBody) -> TransferRow:
    """Put another transfer in the place of one."""
    return _row(services().transfers.save(current_owner(), _draft(body, transfer_id)))


@TOPIC.delete("/<int:transfer_id>", Removed, errors=(404,))
def remove_transfer(transfer_id: int) -> Removed:
    """Take a transfer out: everything is as it was without it."""
    services().transfers.delete(current_owner(), transfer_id)
    return Removed(id=transfer_id)


def _draft(body: TransferBody, transfer_id: int = 0) -> TransferDraft:
    from domain.transfers import TransferDraft, TransferId

    return TransferDraft(
        id=TransferId(transfer_id),
        from_id=None if body.from_account_id is None else AccountId(body.from_account_id),
        to_id=None if body.to_account_id is None else AccountId(body.to_account_id),
        symbol=body.symbol,
        asset_class=body.asset_class,
        currency=body.currency,
        quantity=body.quantity,
        day=body.day,
        time=body.time,
        cost=body.cost,
        acquired=body.acquired,
        event_id=body.event_id,
        note=body.note,
    )


def _row(item: ShownTransfer) -> TransferRow:
    transfer = item.transfer
    return TransferRow(
        id=transfer.id,
        from_account_id=transfer.from_id,
        to_account_id=transfer.to_id,
        symbol=transfer.instrument.symbol,
        asset_class=transfer.instrument.asset_class.value,
        currency=transfer.instrument.currency,
        quantity=transfer.quantity,
        day=item.day,
        moved_at=transfer.moved_at,
        cost=item.cost,
        missing=item.is_short_of,
        lots=[_lot(lot) for lot in item.lots],
        event_id=transfer.event_id,
        note=transfer.note,
    )


def _lot(lot: LotLine) -> LotRow:
    return LotRow(acquired=lot.acquired, quantity=lot.quantity, cost=lot.cost)


def _told(item: ToldTransfer) -> ToldRow:
    return ToldRow(
        event_id=item.event_id,
        account_id=item.account_id,
        label=item.label,
        symbol=item.symbol,
        day=item.day,
        quantity=item.quantity,
        direction="in" if item.is_in else "out",
        other_account_id=item.twin_id,
        missing=item.missing,
    )


def _change(item: TransferChange) -> ChangeLine:
    return ChangeLine(
        id=item.id,
        transfer_id=item.transfer_id,
        summary=item.summary,
        changed_at=item.changed_at,
        undone_at=item.undone_at,
    )

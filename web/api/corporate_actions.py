"""Corporate actions: splits, changes of symbol, mergers and spin-offs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from domain.accounts import AccountId
from domain.corporate_actions import ActionKind, CorporateAction, HoldingChange
from domain.errors import InvalidInputError
from web.api.contract import Topic
from web.api.instruments import Removed
from web.api.values import DecimalText, Printable, Schema
from web.context import current_owner, services

TOPIC = Topic(
    "Corporate actions",
    "/api/v1/corporate-actions",
    "Dated events of an instrument. They are applied when the ledger is computed, change no stored execution, and "
    "are undone by deleting them. Total cost is conserved.",
)
KindName = Literal["split", "reverse_split", "symbol_change", "cash_merger", "stock_merger", "spin_off"]


class ActionDraft(Schema):
    """A corporate action; which members count depends on the kind."""

    kind: KindName
    symbol: Printable
    day: date | None = Field(None, description="Its first day: it holds from 00:00 in the account's zone.")
    effective_at: datetime | None = Field(None, description="Instead of a day: the instant it holds from.")
    account_id: int | None = Field(None, description="null: every account.")
    ratio_new: DecimalText | None = Field(None, description="New units...")
    ratio_old: DecimalText | None = Field(None, description="...for old ones: 4 and 1 for a 4-for-1 split.")
    new_symbol: Printable = ""
    cash: DecimalText | None = Field(
        None,
        description="Of a merger: money per unit, of one for stock beside the shares. Of a split: all the money paid "
        "for the fraction left.",
    )
    cost_share: DecimalText | None = Field(
        None,
        description="Of a spin-off: share of the cost, 0 to 1. Of a merger for stock and cash: the share that the cash "
        "pays for; null lets the cash come off the cost.",
    )
    note: Printable = ""


class ActionRow(Schema):
    """One corporate action."""

    id: int
    kind: KindName
    symbol: str
    day: date
    effective_at: datetime
    account_id: int | None
    ratio_new: DecimalText | None
    ratio_old: DecimalText | None
    new_symbol: str
    cash: DecimalText | None
    cost_share: DecimalText | None
    note: str


class ActionList(Schema):
    """Corporate actions, latest first."""

    items: list[ActionRow]
    next_cursor: str | None = None


class ChangeRow(Schema):
    """What an action does to one instrument of one account; costs are signed and include the multiplier."""

    account: str
    symbol: str
    currency: str
    quantity_before: DecimalText
    quantity_after: DecimalText
    cost_before: DecimalText
    cost_after: DecimalText
    realised: DecimalText


class ActionEffect(Schema):
    """What an action would change."""

    items: list[ChangeRow]


@TOPIC.get("", ActionList)
def list_corporate_actions() -> ActionList:
    """List the corporate actions you entered."""
    found = services().corporate_actions.list_actions(current_owner())
    return ActionList(items=[_row(item.action, item.day) for item in found], next_cursor=None)


@TOPIC.post("", {201: ActionRow}, body=ActionDraft, errors=(404,))
def add_corporate_action(body: ActionDraft) -> tuple[ActionRow, int]:
    """Enter a corporate action; the books it touches are computed anew."""
    owner = current_owner()
    saved = services().corporate_actions.save(owner, _action(body))
    entered = next(item for item in services().corporate_actions.list_actions(owner) if item.action.id == saved.id)
    return _row(saved, entered.day), 201


@TOPIC.post("/preview", {200: ActionEffect}, body=ActionDraft, errors=(404,))
def preview_corporate_action(body: ActionDraft) -> ActionEffect:
    """Say what an action would change; nothing is written."""
    changes = services().corporate_actions.preview(current_owner(), _action(body))
    return ActionEffect(items=[_change(item) for item in changes])


@TOPIC.delete("/<int:action_id>", Removed, errors=(404,))
def remove_corporate_action(action_id: int) -> Removed:
    """Take a corporate action back: everything is as it was without it."""
    services().corporate_actions.delete(current_owner(), action_id)
    return Removed(id=action_id)


def _action(body: ActionDraft) -> CorporateAction:
    account_id = None if body.account_id is None else AccountId(body.account_id)
    if (body.day is None) == (body.effective_at is None):
        raise InvalidInputError("Send a day, or an instant.", field="day", hint='{"day": "2026-09-01"}')
    if body.effective_at is not None and body.effective_at.tzinfo is None:
        raise InvalidInputError("The instant has no zone.", field="effective_at", hint='Add "Z" for UTC.')
    at = body.effective_at
    if body.day is not None:
        at = services().corporate_actions.day_start(current_owner(), body.day, body.symbol, account_id)
    assert at is not None
    return CorporateAction(
        kind=ActionKind(body.kind),
        symbol=body.symbol,
        effective_at=at,
        account_id=account_id,
        ratio_new=body.ratio_new,
        ratio_old=body.ratio_old,
        new_symbol=body.new_symbol,
        cash=body.cash,
        cost_share=body.cost_share,
        note=body.note,
    )


def _row(action: CorporateAction, day: date) -> ActionRow:
    return ActionRow(
        id=action.id,
        kind=action.kind.value,
        symbol=action.symbol,
        day=day,
        effective_at=action.effective_at,
        account_id=action.account_id,
        ratio_new=action.ratio_new,
        ratio_old=action.ratio_old,
        new_symbol=action.new_symbol,
        cash=action.cash,
        cost_share=action.cost_share,
        note=action.note,
    )


def _change(change: HoldingChange) -> ChangeRow:
    return ChangeRow(
        account=change.account_name,
        symbol=change.symbol,
        currency=change.currency,
        quantity_before=change.quantity_before,
        quantity_after=change.quantity_after,
        cost_before=change.cost_before,
        cost_after=change.cost_after,
        realised=change.realised,
    )

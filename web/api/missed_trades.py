"""Trades that were seen and not taken."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from web.api.contract import Topic
from web.api.playbooks import Deleted
from web.api.values import DecimalText, Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from services.missed_trades import JudgedTrade

TOPIC = Topic("Missed trades", "/api/v1/journal", "What was seen and not taken: part of no figure of the book.")
_MISSED = "/missed/<int:missed_id>"


class MissedBody(Schema):
    """A missed trade as it shall be."""

    symbol: str = Field(min_length=1, max_length=160)
    side: Literal["long", "short"] = "long"
    seen_at: datetime = Field(description="When it could have been entered; without a zone it is UTC.")
    until: datetime | None = Field(None, description="When it would have been over.")
    planned_entry: DecimalText | None = None
    planned_stop: DecimalText | None = None
    planned_target: DecimalText | None = None
    setup: str = Field("", max_length=120)
    reason: str = Field("", max_length=20_000, description="Why it was not taken.")


class MissedRow(MissedBody):
    """A missed trade. It is part of no figure of the book."""

    id: int
    hypothetical_r: float | None = Field(description="From candles; null where it cannot be told.")
    outcome: Literal["target", "stop", "time", "unknown"]
    why_unknown: str


class MissedList(Schema):
    """Missed trades, newest first."""

    items: list[MissedRow]


@TOPIC.get("/missed", MissedList)
def list_missed_trades() -> MissedList:
    """List missed trades with what would have become of them, the newest 100."""
    return MissedList(items=[_missed(item) for item in services().missed_trades.judged(current_owner(), most=100)])


@TOPIC.post("/missed", {201: MissedRow}, body=MissedBody)
def add_missed_trade(body: MissedBody) -> tuple[MissedRow, int]:
    """Log a missed trade."""
    return _save_missed(0, body), 201


@TOPIC.put(_MISSED, MissedRow, body=MissedBody, errors=(404,))
def change_missed_trade(missed_id: int, body: MissedBody) -> MissedRow:
    """Change a missed trade."""
    return _save_missed(missed_id, body)


@TOPIC.delete(_MISSED, Deleted, errors=(404,))
def delete_missed_trade(missed_id: int) -> Deleted:
    """Remove a missed trade."""
    services().missed_trades.delete(current_owner(), missed_id)
    return Deleted(id=missed_id)


def _save_missed(missed_id: int, body: MissedBody) -> MissedRow:
    saved = services().missed_trades.save(current_owner(), missed_id, body.model_dump())
    return _missed(services().missed_trades.judge(saved))


def _missed(item: JudgedTrade) -> MissedRow:
    trade, seen = item.trade, item.hindsight
    return MissedRow(
        id=trade.id,
        symbol=trade.symbol,
        side="long" if trade.side > 0 else "short",
        seen_at=trade.seen_at,
        until=trade.until,
        planned_entry=trade.planned_entry,
        planned_stop=trade.planned_stop,
        planned_target=trade.planned_target,
        setup=trade.setup,
        reason=trade.reason,
        hypothetical_r=seen.r_multiple,
        outcome=seen.outcome,  # type: ignore[arg-type]  # one of four
        why_unknown=seen.reason,
    )

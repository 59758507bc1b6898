"""What was done to fills and trades by hand, and taking it back."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from domain.fills import ChangeKind, FillChange
from web.api.contract import Topic
from web.api.cursors import read_cursor, write_cursor
from web.api.filters import AccountQuery, choose_accounts
from web.api.values import Schema
from web.context import current_owner, services

TOPIC = Topic("Changes", "/api/v1/changes", "Fills and trades changed by hand: every action, newest first.")


class ChangeQuery(AccountQuery):
    """Which changes."""

    cursor: str = Field("", description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1_000)


class ChangeRow(Schema):
    """One action."""

    id: int
    account: str
    kind: ChangeKind
    summary: str
    executions: list[int] = Field(description="Ids of the executions it touched, those it made included.")
    changed_at: datetime
    undone_at: datetime | None


class ChangeList(Schema):
    """Changes, newest first."""

    items: list[ChangeRow]
    next_cursor: str | None


@TOPIC.get("", ChangeList, query=ChangeQuery, errors=(404,))
def list_changes(query: ChangeQuery) -> ChangeList:
    """List what was done by hand, what was taken back included."""
    owner, after = current_owner(), read_cursor(query.cursor, size=1)
    found = services().fills.history(
        owner,
        account_ids=choose_accounts(owner, query.account),
        limit=query.limit + 1,
        before=after[0] if after else None,
    )
    page, has_more = found[: query.limit], len(found) > query.limit
    return ChangeList(
        items=[change_row(item) for item in page], next_cursor=write_cursor([page[-1].id]) if has_more else None
    )


@TOPIC.post("/<int:change_id>/undo", {200: ChangeRow}, errors=(404, 409))
def undo_change(change_id: int) -> ChangeRow:
    """Take a change back. Twice is a conflict, and so is one whose fills were changed since."""
    return change_row(services().fills.undo(current_owner(), change_id))


def change_row(change: FillChange) -> ChangeRow:
    """Return a change as the interface shows it."""
    return ChangeRow(
        id=change.id,
        account=change.account_name,
        kind=change.kind,
        summary=change.summary,
        executions=sorted(change.states),
        changed_at=change.changed_at,
        undone_at=change.undone_at,
    )

"""Changes made by hand: written with what was before, so that each can be taken back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.db import accounts as account_table
from data.db import execution_edits as edit_table
from data.db import executions as execution_table
from data.db import ledger_changes as change_table
from data.db.engine import Session
from domain.accounts import AccountId, ImportId, UserId
from domain.errors import ConflictError, InvalidInputError
from domain.fills import AS_STORED, GONE, ChangeKind, FillChange, FillState
from services.fill_words import count_words

EVERY_CHANGE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A change that was just made: what the book has to follow."""

    change_id: int
    account_id: AccountId
    revision: int
    touched: frozenset[int]


def write_change(
    session: Session,
    account_id: AccountId,
    kind: ChangeKind,
    summary: str,
    *,
    after: Mapping[int, FillState],
    changed_at: datetime,
    created: Collection[int] = (),
) -> Written:
    """Give executions new states and write that into the history; the caller holds the account's lock.

    Args:
        session: A writing transaction.
        account_id: The account.
        kind: What was done.
        summary: One sentence.
        after: The new state of each execution.
        changed_at: Now.
        created: Those that were stored in this transaction: before it, they were not there.

    Raises:
        InvalidInputError: If nothing would change.
    """
    before = edit_table.read_states(session, account_id, list(after))
    before.update(dict.fromkeys(created, GONE))
    states = {key: (before[key], state) for key, state in after.items() if before[key] != state}
    if not states:
        raise InvalidInputError("Nothing would change.")
    edit_table.write_states(
        session, account_id, {key: state for key, (_, state) in states.items()}, changed_at=changed_at
    )
    append_only = all(key in created and state == AS_STORED for key, (_, state) in states.items())
    revision = account_table.bump_revision(session, account_id, append_only=append_only)
    change_id = change_table.add_change(
        session, account_id, kind, summary, states=states, changed_at=changed_at, revision=revision
    )
    return Written(change_id=change_id, account_id=account_id, revision=revision, touched=frozenset(states))


def take_back(session: Session, owner: UserId, change: FillChange, *, now: datetime) -> Written:
    """Set what was before a change again; the caller holds the account's lock.

    Raises:
        ConflictError: If it was taken back before, its fills are gone, or a later change touched them.
    """
    if change.undone_at is not None:
        raise ConflictError("This change was taken back before.")
    if change.kind is ChangeKind.CORRECTED:
        raise ConflictError("This was done by a file.", hint="Take back its import, and the former fills come back.")
    if change.kind is ChangeKind.IMPORT_UNDONE:
        raise ConflictError("An import that was taken back comes back by importing its file again.")
    here = execution_table.find_accounts(session, owner, list(change.states))
    states = {key: pair for key, pair in change.states.items() if here.get(key) == change.account_id}
    if not states:
        raise ConflictError("The fills of this change are gone: the import they came with was taken back.")
    current = edit_table.read_states(session, change.account_id, list(states))
    moved = [key for key, (_, after) in states.items() if current[key] != after]
    if moved:
        raise ConflictError(_why_not(session, owner, change, moved), hint="Undo that one first.")
    before = {key: state for key, (state, _) in states.items()}
    edit_table.write_states(session, change.account_id, before, changed_at=now)
    revision = account_table.bump_revision(session, change.account_id, append_only=False)
    change_table.mark_undone(session, change.id, undone_at=now, revision=revision)
    return Written(change_id=change.id, account_id=change.account_id, revision=revision, touched=frozenset(states))


def _why_not(session: Session, owner: UserId, change: FillChange, moved: Sequence[int]) -> str:
    standing = change_table.list_changes(
        session, owner, account_ids=[change.account_id], limit=EVERY_CHANGE, standing=True
    )
    for later in standing:
        if later.id > change.id and not later.states.keys().isdisjoint(moved):
            return f"The same fills were changed later: {later.summary}"
    return "The fills of this change were changed later."


def drop_import_marks(
    session: Session, owner: UserId, account_id: AccountId, import_id: ImportId, *, filename: str, now: datetime
) -> str:
    """Take back what people made of an import's executions, just before the import itself goes.

    Parts of a split go with their original; what was merged with fills of other files comes back there.
    Edits and deletions of other files' fills stay.

    Returns:
        What went, as a sentence that is in the history as well; "" when there was nothing.
    """
    standing = change_table.list_changes(session, owner, account_ids=[account_id], limit=EVERY_CHANGE, standing=True)
    if not standing:
        return ""
    touched = sorted({key for change in standing for key in change.states})
    gone = edit_table.of_import(session, account_id, import_id, touched)
    if not gone:
        return ""
    edited, deleted = edit_table.count_marks(session, account_id, import_id)
    derived = _drop_derived(session, account_id, list(reversed(standing)), gone, now=now)
    lost = count_words(edited, deleted, derived)
    if not lost:
        return ""
    summary = f"The import of {filename} was taken back, and with it {lost}."
    change_table.add_change(session, account_id, ChangeKind.IMPORT_UNDONE, summary, states={}, changed_at=now)
    return summary


def _drop_derived(
    session: Session, account_id: AccountId, changes: Sequence[FillChange], gone: set[int], *, now: datetime
) -> int:
    """Remove the fills that splits and merges made of fills that go; returns how many changes that ends."""
    lost, ended = set(gone), 0
    for change in changes:
        if change.kind not in (ChangeKind.SPLIT, ChangeKind.MERGE) or lost.isdisjoint(change.states):
            continue
        made = {key for key, (before, after) in change.states.items() if before.deleted and not after.deleted}
        others = {key: pair for key, pair in change.states.items() if key not in lost and key not in made}
        current = edit_table.read_states(session, account_id, list(others))
        back = {key: before for key, (before, after) in others.items() if current[key] == after}
        edit_table.write_states(session, account_id, {**back, **dict.fromkeys(made, GONE)}, changed_at=now)
        change_table.mark_undone(session, change.id, undone_at=now)
        lost |= made
        ended += 1
    return ended

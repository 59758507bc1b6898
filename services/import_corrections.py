"""What a file does to fills that are here: corrections, cancellations, and ids that say something else now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from data.db import executions as execution_table
from data.db import ledger_changes as change_table
from data.db import superseded as table
from data.db.engine import Session
from data.db.instruments import get_instrument
from domain.accounts import Account, ImportId, UserId
from domain.fills import ChangeKind
from domain.statements import Statement
from services.fill_words import fill_words

TOLD = 3


def superseded_rows(session: Session, account: Account | None, statement: Statement) -> set[int]:
    """Return the rows of a file that add nothing, as the file itself or an earlier one corrects or cancels them."""
    gone = {item.identity for item in statement.supersessions}
    if account is not None:
        gone |= table.superseded_identities(session, account.id)
        gone |= table.unwanted_corrections(session, account.id, statement.supersessions)
    if not gone:
        return set()
    return {row for row, identity in enumerate(statement.executions.identity) if identity in gone}


def preview_notes(session: Session, account: Account | None, statement: Statement, known: set[int]) -> list[str]:
    """Return what an import would do to fills that are here.

    Args:
        session: An open transaction.
        account: Where to, None when it is new.
        statement: The file.
        known: Rows whose identity is stored.
    """
    said, own = statement.supersessions, statement.executions.identity
    here = table.superseded_identities(session, account.id) if account is not None else set()
    names = {item.identity for item in said}
    if not (names or here):
        return difference_notes(session, account, statement) if account is not None and known else []
    stored = {own[row] for row in known}
    fresh = {item.identity for item in said if not item.by or item.by not in stored}
    live = table.live_identities(session, account.id, names) if account is not None else set()
    kept_out = table.unwanted_corrections(session, account.id, said) - stored if account is not None else set()
    notes = count_notes(statement, (live & fresh) | ((names | here) & (set(own) - stored)), len(kept_out))
    return notes + (difference_notes(session, account, statement) if account is not None and known else [])


def count_notes(statement: Statement, taken: set[str], kept_out: int = 0) -> list[str]:
    """Return how many fills were corrected, cancelled, came after their own correction or stay deleted, in words."""
    corrected = {item.identity for item in statement.supersessions if item.by} & taken
    cancelled = {item.identity for item in statement.supersessions if not item.by} & taken - corrected
    late = len(taken - corrected - cancelled)
    notes = []
    if corrected:
        one = len(corrected) == 1
        words = "fill is replaced by its correction" if one else "fills are replaced by their corrections"
        notes.append(f"{len(corrected):,} {words}.")
    if cancelled:
        words = "fill is taken out: it was cancelled" if len(cancelled) == 1 else "fills are taken out as cancelled"
        notes.append(f"{len(cancelled):,} {words}.")
    if late:
        words = "row is older than its correction" if late == 1 else "rows are older than their corrections"
        notes.append(f"{late:,} {words} or cancellation that is here, and adds nothing.")
    if kept_out:
        words = "correction is of a fill that was" if kept_out == 1 else "corrections are of fills that were"
        notes.append(f"{kept_out:,} {words} deleted by hand, and so left out.")
    return notes


def difference_notes(session: Session, account: Account, statement: Statement) -> list[str]:
    """Return which rows say something else than what is here under their id; at most three."""
    found = table.find_differences(session, account.id, statement.executions, most=TOLD)
    return [f"{words[0].upper()}{words[1:]}; edit the fill or remove it first." for words in found]


def apply_corrections(
    session: Session, owner: UserId, account: Account, statement: Statement, *, import_id: ImportId, now: datetime
) -> tuple[set[int], list[str]]:
    """Take out what a file corrects or cancels, after its own fills were stored, and write that into the history.

    Returns:
        (ids of the fills that are in the book no longer, or not at all; what happened, in words)
    """
    taken, kept_out = table.supersede(session, account.id, statement.supersessions, import_id=import_id, at=now)
    if not (taken or kept_out):
        return set(), []
    notes = count_notes(statement, set(taken.values()), len(kept_out))
    summary = " ".join([*notes, *_told(session, owner, account, statement, taken)])
    change_table.add_change(session, account.id, ChangeKind.CORRECTED, summary, states={}, changed_at=now)
    return {*taken, *kept_out}, notes


def _told(
    session: Session, owner: UserId, account: Account, statement: Statement, taken: Mapping[int, str]
) -> list[str]:
    """Return the first fills taken out as they were, each with what is in its place."""
    batch = statement.executions
    places = {name: row for row, name in enumerate(batch.identity)}
    latest = {item.identity: item.by for item in sorted(statement.supersessions, key=lambda item: item.by)}
    told: list[str] = []
    for row in execution_table.read_rows(session, account.id, list(taken)[:TOLD]):
        name = fill_words(get_instrument(session, owner, row["instrument_id"]).symbol, row, account.timezone)
        place = places.get(latest.get(taken[row["id"]], ""))
        after = "" if place is None else f" → {batch.quantity.at(place):f} at {batch.price.at(place):f}"
        told.append(f"{name[0].upper()}{name[1:]}{after}.")
    return told

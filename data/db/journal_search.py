"""Full-text search over the journal: one function on SQLite (FTS5) and PostgreSQL (tsvector).

Every written text lies in `journal_documents` a second time, folded into plain words: without case, accents and
punctuation. Both databases index these words only, so both find the same; and what a person typed into the search
box is folded the same way, so that no operator of either query language can reach the database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, text

from data.db.engine import Session
from data.db.journal_tables import journal_documents
from domain.accounts import UserId
from domain.periods import utc_now

_WORD = re.compile(r"[^\W_]+")
# Signs of scripts that write no blanks between words: each is a word of its own.
_SIGN = re.compile(r"([\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff])")
WORDS_KEPT = 4_000
WORD_LENGTH = 64
WORDS_ASKED = 12

_SQLITE = """
SELECT d.kind, d.ref, d.account_id, d.title, d.body, d.updated_at FROM journal_words
JOIN journal_documents AS d ON d.id = journal_words.rowid
WHERE journal_words MATCH :asked AND d.owner_id = :owner
ORDER BY d.updated_at DESC, d.id DESC LIMIT :most
"""
_POSTGRES = """
SELECT d.kind, d.ref, d.account_id, d.title, d.body, d.updated_at FROM journal_documents AS d
WHERE to_tsvector('simple'::regconfig, d.words) @@ to_tsquery('simple'::regconfig, :asked) AND d.owner_id = :owner
ORDER BY d.updated_at DESC, d.id DESC LIMIT :most
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A written text. `kind` is trade, day, missed or setup; `ref` names the object among its kind."""

    kind: str
    ref: str
    title: str
    body: str
    account_id: int | None = None


def fold_words(written: str) -> list[str]:
    """Return the words of a text without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", written.casefold())
    kept = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return [word[:WORD_LENGTH] for word in _WORD.findall(_SIGN.sub(r" \1 ", unicodedata.normalize("NFC", kept)))]


def find_documents(session: Session, owner: UserId, asked: str, *, most: int = 20) -> list[Document]:
    """Return the owner's texts that hold every word of `asked`, each as the beginning of one; newest first."""
    words = fold_words(asked)[:WORDS_ASKED]
    if not words:
        return []
    if session.dialect.name == "sqlite":
        query, joined = _SQLITE, " ".join(f'"{word}"*' for word in words)
    else:
        query, joined = _POSTGRES, " & ".join(f"'{word}':*" for word in words)
    rows = session.execute(text(query), {"asked": joined, "owner": owner, "most": most})
    return [
        Document(kind=row.kind, ref=row.ref, title=row.title, body=row.body, account_id=row.account_id) for row in rows
    ]


def trade_ref(account_id: int, trade_id: int) -> str:
    """Return how a trade is named among the documents."""
    return f"{account_id}:{trade_id}"


def write_document(session: Session, owner: UserId, item: Document, *, now: datetime) -> None:
    """Put a text into the search, replacing what was there; an empty one is taken out."""
    write_documents(session, owner, [item], now=now)


def write_documents(session: Session, owner: UserId, items: Sequence[Document], *, now: datetime) -> None:
    """As `write_document`, for many texts of one kind."""
    if not items:
        return
    remove_documents(session, owner, items[0].kind, [item.ref for item in items])
    rows = [_row(owner, item, now) for item in items if item.body.strip() or item.title.strip()]
    if rows:
        session.execute(insert(journal_documents), rows)


def remove_documents(session: Session, owner: UserId, kind: str, refs: Sequence[str]) -> None:
    """Take texts out of the search."""
    mine = (journal_documents.c.owner_id == owner) & (journal_documents.c.kind == kind)
    for start in range(0, len(refs), 500):
        session.execute(delete(journal_documents).where(mine, journal_documents.c.ref.in_(refs[start : start + 500])))


def copy_document(session: Session, old: str, new: str) -> None:
    """Give a trade the text of another, by their refs."""
    mine = (journal_documents.c.kind == "trade") & (journal_documents.c.ref == old)
    for row in session.execute(select(journal_documents).where(mine)).mappings().all():
        copied = {name: value for name, value in row.items() if name != "id"} | {"ref": new}
        session.execute(insert(journal_documents), [copied])


def _row(owner: int, item: Document, now: datetime) -> dict[str, Any]:
    words = " ".join(fold_words(f"{item.title} {item.body}")[:WORDS_KEPT])
    return {
        "owner_id": owner,
        "account_id": item.account_id,
        "kind": item.kind,
        "ref": item.ref,
        "title": item.title,
        "body": item.body,
        "words": words,
        "updated_at": now,
    }


def index_all(session: Session) -> None:
    """Put the trade and day notes of every owner into an empty search: what a migration does once."""
    notes = text(
        "SELECT a.owner_id, j.account_id, j.trade_id, j.note FROM trade_journal j "
        "JOIN accounts a ON a.id = j.account_id WHERE j.note <> ''"
    )
    trades = (
        (row.owner_id, Document(kind="trade", ref=trade_ref(row.account_id, row.trade_id), title="", body=row.note,
                                account_id=row.account_id))
        for row in session.execute(notes).all()
    )  # fmt: skip
    days = (
        (row.owner_id, Document(kind="day", ref=str(row.day), title="", body=row.note))
        for row in session.execute(text("SELECT owner_id, day, note FROM day_notes")).all()
    )
    for found in (trades, days):
        _insert_all(session, found)


def _insert_all(session: Session, found: Iterable[tuple[int, Document]]) -> None:
    now = utc_now()
    rows = [_row(owner, item, now) for owner, item in found]
    if rows:
        session.execute(insert(journal_documents), rows)

"""Full-text search over what an owner wrote: trade and day notes, missed trades, setups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.db import journal_search as table
from data.db.engine import Database
from data.db.journal_search import Document, fold_words
from domain.accounts import UserId
from domain.ledger import Trade
from services.ledger import LedgerService
from services.trade_finder import find_trade

SNIPPET_CHARS = 150
BEFORE_CHARS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHit:
    """A text that holds the words looked for.

    Attributes:
        kind: trade, day, missed or setup.
        ref: Id of the trade, missed trade or setup; the day as ISO date.
        title: The text's own title, "" for notes.
        snippet: Pieces of the text around the first hit, each with whether it is one.
        trade: The trade of a trade's note.
        day: The day of a day's note.
    """

    kind: str
    ref: str
    title: str
    snippet: tuple[tuple[str, bool], ...]
    trade: Trade | None = None
    day: date | None = None


class JournalSearchService:
    """Finds texts; writes nothing."""

    def __init__(self, db: Database, ledger: LedgerService) -> None:
        self._db = db
        self._ledger = ledger

    def find(self, owner: UserId, asked: str, *, most: int = 20) -> list[NoteHit]:
        """Return the newest texts that hold every word of `asked`, each as the beginning of a word.

        Case, accents and punctuation do not matter. Notes of trades that are gone are left out.
        """
        with self._db.read() as session:
            found = table.find_documents(session, owner, asked, most=most)
        words = fold_words(asked)
        hits = [self._hit(owner, item, words) for item in found]
        return [hit for hit in hits if hit.kind != "trade" or hit.trade is not None]

    def _hit(self, owner: UserId, item: Document, words: list[str]) -> NoteHit:
        is_trade = item.kind == "trade"
        ref = item.ref.rsplit(":", 1)[-1] if is_trade else item.ref
        return NoteHit(
            kind=item.kind,
            ref=ref,
            title=item.title,
            snippet=snippet(item.body, words),
            trade=find_trade(self._ledger, owner, int(ref)) if is_trade else None,
            day=date.fromisoformat(ref) if item.kind == "day" else None,
        )


def snippet(body: str, words: list[str]) -> tuple[tuple[str, bool], ...]:
    """Return the part of a text around its first hit, in pieces; plain text, whatever it holds."""
    tokens = _tokens(body)
    hits = [(start, end) for start, end, folded in tokens if any(folded.startswith(word) for word in words)]
    first = hits[0][0] if hits else 0
    start = max(0, first - BEFORE_CHARS)
    if start:
        start = next((begin for begin, _, _ in tokens if begin >= start), start)
    end = min(len(body), start + SNIPPET_CHARS)
    pieces: list[tuple[str, bool]] = [("… ", False)] if start else []
    at = start
    for begin, stop in hits:
        if begin < start or stop > end:
            continue
        pieces += [(body[at:begin], False), (body[begin:stop], True)]
        at = stop
    pieces.append((body[at:end] + (" …" if end < len(body) else ""), False))
    return tuple((" ".join(text.split("\n")), is_hit) for text, is_hit in pieces if text)


def _tokens(body: str) -> list[tuple[int, int, str]]:
    """Return beginning, end and folded form of each word of a text."""
    found = []
    at = 0
    while at < len(body):
        end = at
        while end < len(body) and body[end].isalnum():
            end += 1
        if end > at:
            folded = fold_words(body[at:end])
            found.append((at, end, folded[0] if folded else ""))
        at = max(end, at + 1)
    return found

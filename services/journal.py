"""Notes, tags, setups and planned risk on trades and days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from data.db import accounts as account_table
from data.db import journal as table
from data.db import journal_notes as note_table
from data.db.engine import Database, Session
from data.db.journal_search import Document, trade_ref, write_documents
from domain.accounts import AccountId, UserId
from domain.errors import InvalidInputError
from domain.executions import ExecutionId
from domain.journal import CATEGORIES, PLANNED_RISK, DayNote, Tag, TradeJournal
from domain.money import ZERO, parse_plain_decimal
from domain.periods import Clock
from services.accounts import check_name

NOTE_LIMIT = 20_000
LABEL_LIMIT = 80
MOST_RISK = Decimal(10**12)


class JournalService:
    """Use cases around the journal. A trade is named by its account and its opening execution."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def entry(self, owner: UserId, account_id: int, trade_id: int) -> TradeJournal:
        """Return the journal of one trade, empty when there is none yet."""
        with self._db.read() as session:
            account = account_table.get_account(session, owner, account_id)
            found = table.read_journal(session, [account.id], [trade_id]).get((account.id, trade_id))
        return found or TradeJournal(trade_id=ExecutionId(trade_id))

    def entries(self, session: Session, account_ids: Sequence[AccountId]) -> dict[tuple[int, int], TradeJournal]:
        """Return all entries of these accounts by (account, trade), inside the caller's session."""
        return table.read_journal(session, account_ids)

    def save(self, owner: UserId, account_id: int, trade_id: int, **changes: Any) -> TradeJournal:
        """Change fields of a trade's journal.

        Args:
            owner: Who writes.
            account_id: The trade's account.
            trade_id: Id of its opening execution.
            **changes: Any of note, setup, tags (names), planned_stop, planned_target, planned_risk (text or
                Decimal, "" clears), rating (1 to 5 or None), category (see `CATEGORIES`, "" clears),
                reviewed (whether the review is done).

        Raises:
            InvalidInputError: If a value is not valid.
        """
        checked = self._check(changes)
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            key = (account.id, trade_id)
            before = table.read_journal(session, [account.id], [trade_id]).get(key) or TradeJournal(
                trade_id=ExecutionId(trade_id)
            )
            after = replace(before, **checked, updated_at=self._clock())
            self._write(session, owner, account.id, [(before, after)])
        return after

    def save_many(self, owner: UserId, account_id: int, changes: Mapping[int, Mapping[str, Any]]) -> int:
        """Change the journals of many trades of one account in one transaction; returns how many.

        Args:
            owner: Who writes.
            account_id: The account of all the trades.
            changes: Fields as in `save`, by trade id.
        """
        checked = {trade_id: self._check(dict(fields)) for trade_id, fields in changes.items()}
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            entries = table.read_journal(session, [account.id], list(checked))
            pairs = []
            for trade_id, fields in checked.items():
                before = entries.get((account.id, trade_id)) or TradeJournal(trade_id=ExecutionId(trade_id))
                pairs.append((before, replace(before, **fields, updated_at=self._clock())))
            self._write(session, owner, account.id, pairs)
        return len(checked)

    def _write(
        self, session: Session, owner: UserId, account_id: AccountId, pairs: Sequence[tuple[TradeJournal, TradeJournal]]
    ) -> None:
        """Write entries of one account, given as they were and as they will be."""
        now, revision = self._clock(), table.touch(session, owner, is_rebuilt=False)
        after = [entry for _, entry in pairs]
        setup_ids = {
            name: table.ensure_setup(session, owner, name) for name in dict.fromkeys(e.setup for e in after) if name
        }
        table.write_entries(session, account_id, after, setup_ids=setup_ids, revision=revision, now=now)
        names = dict.fromkeys(name for entry in after for name in entry.tags)
        tag_ids = {name: table.ensure_tag(session, owner, name) for name in names}
        tagged = {int(e.trade_id): [tag_ids[n] for n in e.tags] for b, e in pairs if b.tags or e.tags}
        table.write_tags(session, account_id, tagged)
        noted = [
            Document(
                kind="trade",
                ref=trade_ref(account_id, entry.trade_id),
                title="",
                body=entry.note,
                account_id=account_id,
            )
            for before, entry in pairs
            if entry.note != before.note
        ]
        write_documents(session, owner, noted, now=now)

    def tag_trades(
        self, owner: UserId, trades: Sequence[tuple[int, int]], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> int:
        """Add and remove tags on many trades in one transaction; returns how many were touched."""
        added = [check_label(name) for name in add]
        with self._db.begin() as session:
            mine = {item.id for item in account_table.list_accounts(session, owner)}
            wanted = [(AccountId(account), trade) for account, trade in trades if account in mine]
            accounts, ids = sorted({account for account, _ in wanted}), [trade for _, trade in wanted]
            entries = table.read_journal(session, accounts, ids)
            by_account: dict[AccountId, list[tuple[TradeJournal, TradeJournal]]] = {}
            for account, trade in dict.fromkeys(wanted):
                entry = entries.get((account, trade)) or TradeJournal(trade_id=ExecutionId(trade))
                names = tuple(name for name in dict.fromkeys((*entry.tags, *added)) if name not in set(remove))
                by_account.setdefault(account, []).append((entry, replace(entry, tags=names)))
            for account, pairs in by_account.items():
                self._write(session, owner, account, pairs)
        return len(wanted)

    def set_setup(self, owner: UserId, trades: Sequence[tuple[int, int]], setup: str) -> int:
        """Give many trades the same setup; returns how many."""
        by_account: dict[int, dict[int, dict[str, Any]]] = {}
        for account_id, trade_id in trades:
            by_account.setdefault(account_id, {})[trade_id] = {"setup": setup}
        return sum(self.save_many(owner, account_id, changes) for account_id, changes in by_account.items())

    def tag_counts(self, owner: UserId, trades: Sequence[tuple[int, int]]) -> dict[str, int]:
        """Return how many of these (account, trade) carry each tag; tags on none of them are absent."""
        with self._db.read() as session:
            mine = {int(item.id) for item in account_table.list_accounts(session, owner)}
            wanted = {(account, trade) for account, trade in trades if account in mine}
            accounts = [AccountId(account) for account in sorted({account for account, _ in wanted})]
            entries = table.read_journal(session, accounts, [trade for _, trade in wanted])
        counts: Counter[str] = Counter()
        for key in wanted & entries.keys():
            counts.update(entries[key].tags)
        return dict(counts)

    def tags(self, owner: UserId) -> list[Tag]:
        """Return the owner's tags."""
        with self._db.read() as session:
            return table.list_tags(session, owner)

    def setups(self, owner: UserId) -> list[str]:
        """Return the names of the owner's setups."""
        with self._db.read() as session:
            return [name for _, name in table.list_setups(session, owner)]

    def day_note(self, owner: UserId, day: date) -> DayNote:
        """Return the note of a day, empty when there is none."""
        with self._db.read() as session:
            return note_table.day_note(session, owner, day) or DayNote(day=day, note="")

    def noted_days(self, owner: UserId) -> set[date]:
        """Return the days that have a note."""
        with self._db.read() as session:
            return note_table.noted_days(session, owner)

    def day_notes(self, owner: UserId, *, since: date | None = None, until: date | None = None) -> list[DayNote]:
        """Return the notes of the days [since, until), newest first."""
        with self._db.read() as session:
            return note_table.list_day_notes(session, owner, since=since, until=until)

    def save_day_note(self, owner: UserId, day: date, note: str | None = None, **more: Any) -> DayNote:
        """Write the note of a day; a day without note, plan and mood has none.

        Args:
            owner: Who writes.
            day: The trading day.
            note: Text, None leaves it as it is.
            **more: Any of plan (text) and mood (1 to 5 or None).

        Raises:
            InvalidInputError: If a value is not valid.
        """
        checks: dict[str, Callable[[Any], Any]] = {"note": check_note, "plan": check_note, "mood": check_rating}
        given = {**({} if note is None else {"note": note}), **more}
        unknown = set(given) - set(checks)
        if unknown:
            raise InvalidInputError(f"A day note has no {', '.join(sorted(unknown))}.")
        checked = {name: checks[name](value) for name, value in given.items()}
        with self._db.begin() as session:
            before = note_table.day_note(session, owner, day) or DayNote(day=day, note="")
            entry = replace(before, **checked, updated_at=self._clock())
            note_table.write_day_note(session, owner, entry, now=self._clock())
        return entry

    def _check(self, changes: dict[str, Any]) -> dict[str, Any]:
        unknown = set(changes) - set(_CHECKS)
        if unknown:
            raise InvalidInputError(f"A journal has no {', '.join(sorted(unknown))}.")
        checked = {name: _CHECKS[name](value) for name, value in changes.items()}
        if "reviewed" in checked:
            done = checked.pop("reviewed")
            checked["reviewed_at"] = self._clock() if done else None
        return checked


def check_label(name: str) -> str:
    """Return a trimmed name of a tag, a group or a template: 1 to 80 characters."""
    text = check_name(name)
    if len(text) > LABEL_LIMIT:
        raise InvalidInputError(f"A name here has at most {LABEL_LIMIT} characters.", field="name")
    return text


def check_note(text: object) -> str:
    """Return a note, refused when it is too long."""
    note = str(text or "")
    if len(note) > NOTE_LIMIT:
        raise InvalidInputError(f"A note holds at most {NOTE_LIMIT:,} characters.", field="note")
    return note


def check_price(text: object) -> Decimal | None:
    """Return a typed price exactly, None for an empty one; InvalidInputError when it is none."""
    if text is None or isinstance(text, Decimal):
        return text
    cleaned = str(text).replace(",", "").strip()
    if not cleaned:
        return None
    try:
        price = parse_plain_decimal(cleaned)
    except ValueError as error:
        raise InvalidInputError(f"{text!r} is not a price.", field="price", hint="For example 175.60.") from error
    return price


def check_rating(value: object) -> int | None:
    """Return 1 to 5, None for nothing."""
    if value in (None, ""):
        return None
    text = str(value).strip()
    if text not in ("1", "2", "3", "4", "5"):
        raise InvalidInputError("A rating is 1 to 5.", field="rating")
    return int(text)


def _check_risk(text: object) -> Decimal | None:
    if text is None or str(text).strip() == "":
        return None
    try:
        risk = text if isinstance(text, Decimal) else parse_plain_decimal(str(text).replace(",", "").strip())
    except ValueError as error:
        raise InvalidInputError(f"{text!r} is no amount.", field=PLANNED_RISK, hint="For example 250.") from error
    if not ZERO < risk < MOST_RISK:
        raise InvalidInputError("A planned risk is more than zero.", field=PLANNED_RISK, hint="Leave it empty instead.")
    return risk


def _check_category(text: object) -> str:
    word = str(text or "").strip()
    if word and word not in CATEGORIES:
        raise InvalidInputError(
            f"{word[:20]!r} is no category.", field="category", hint=f"One of {', '.join(CATEGORIES)}."
        )
    return word


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "note": check_note,
    "setup": lambda text: check_name(text) if str(text or "").strip() else "",
    "tags": lambda names: tuple(dict.fromkeys(check_label(str(name)) for name in names or ())),
    "planned_stop": check_price,
    "planned_target": check_price,
    "planned_risk": _check_risk,
    "rating": check_rating,
    "category": _check_category,
    "reviewed": bool,
}

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
from data.db.engine import Database, Session
from domain.accounts import AccountId, UserId
from domain.errors import InvalidInputError
from domain.executions import ExecutionId
from domain.journal import DayNote, Tag, TradeJournal
from domain.money import parse_plain_decimal
from domain.periods import Clock
from services.accounts import check_name

NOTE_LIMIT = 20_000


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
            **changes: Any of note, setup, tags (names), planned_stop, planned_target (text or
                Decimal, "" clears), rating (1 to 5 or None).

        Raises:
            InvalidInputError: If a value is not valid.
        """
        checked = _check(changes)
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            key = (account.id, trade_id)
            before = table.read_journal(session, [account.id], [trade_id]).get(key) or TradeJournal(
                trade_id=ExecutionId(trade_id)
            )
            after = replace(before, **checked, updated_at=self._clock())
            self._write(session, owner, account.id, after)
            table.touch(session, owner)
        return after

    def save_many(self, owner: UserId, account_id: int, changes: Mapping[int, Mapping[str, Any]]) -> int:
        """Change the journals of many trades of one account in one transaction; returns how many.

        Args:
            owner: Who writes.
            account_id: The account of all the trades.
            changes: Fields as in `save`, by trade id.
        """
        checked = {trade_id: _check(dict(fields)) for trade_id, fields in changes.items()}
        with self._db.begin() as session:
            account = account_table.get_account(session, owner, account_id, lock=True)
            entries = table.read_journal(session, [account.id], list(checked))
            for trade_id, fields in checked.items():
                before = entries.get((account.id, trade_id)) or TradeJournal(trade_id=ExecutionId(trade_id))
                self._write(session, owner, account.id, replace(before, **fields, updated_at=self._clock()))
            table.touch(session, owner)
        return len(checked)

    def _write(self, session: Session, owner: UserId, account_id: AccountId, entry: TradeJournal) -> None:
        setup_id = table.ensure_setup(session, owner, entry.setup) if entry.setup else None
        table.write_entry(session, account_id, entry, setup_id=setup_id, now=self._clock())
        tag_ids = [table.ensure_tag(session, owner, name) for name in entry.tags]
        table.write_tags(session, account_id, entry.trade_id, tag_ids)

    def tag_trades(
        self, owner: UserId, trades: Sequence[tuple[int, int]], *, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> int:
        """Add and remove tags on many trades in one transaction; returns how many were touched."""
        added = [check_name(name) for name in add]
        with self._db.begin() as session:
            mine = {item.id for item in account_table.list_accounts(session, owner)}
            wanted = [(AccountId(account), trade) for account, trade in trades if account in mine]
            accounts, ids = sorted({account for account, _ in wanted}), [trade for _, trade in wanted]
            entries = table.read_journal(session, accounts, ids)
            for account, trade in wanted:
                entry = entries.get((account, trade)) or TradeJournal(trade_id=ExecutionId(trade))
                names = [name for name in dict.fromkeys((*entry.tags, *added)) if name not in set(remove)]
                tag_ids = [table.ensure_tag(session, owner, name) for name in names]
                table.write_tags(session, account, trade, tag_ids)
            table.touch(session, owner)
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
            return table.day_note(session, owner, day) or DayNote(day=day, note="")

    def noted_days(self, owner: UserId) -> set[date]:
        """Return the days that have a note."""
        with self._db.read() as session:
            return table.noted_days(session, owner)

    def save_day_note(self, owner: UserId, day: date, note: str) -> DayNote:
        """Write the note of a day; an empty note removes it."""
        entry = DayNote(day=day, note=_check_note(note), updated_at=self._clock())
        with self._db.begin() as session:
            table.write_day_note(session, owner, entry, now=self._clock())
        return entry


def _check_note(text: object) -> str:
    note = str(text or "")
    if len(note) > NOTE_LIMIT:
        raise InvalidInputError(f"A note holds at most {NOTE_LIMIT:,} characters.", field="note")
    return note


def _check_price(text: object) -> Decimal | None:
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


def _check_rating(value: object) -> int | None:
    if value in (None, ""):
        return None
    rating = int(str(value))
    if not 1 <= rating <= 5:
        raise InvalidInputError("A rating is 1 to 5.", field="rating")
    return rating


def _check(changes: dict[str, Any]) -> dict[str, Any]:
    checks: dict[str, Callable[[Any], Any]] = {
        "note": _check_note,
        "setup": lambda text: check_name(text) if str(text or "").strip() else "",
        "tags": lambda names: tuple(dict.fromkeys(check_name(name) for name in names or ())),
        "planned_stop": _check_price,
        "planned_target": _check_price,
        "rating": _check_rating,
    }
    unknown = set(changes) - set(checks)
    if unknown:
        raise InvalidInputError(f"A journal has no {', '.join(sorted(unknown))}.")
    return {name: checks[name](value) for name, value in changes.items()}

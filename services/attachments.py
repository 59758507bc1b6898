"""Files beside trades and days: taken in, looked through, shown to their owner alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from data.attachments.cleaning import CleanFile, clean_file
from data.attachments.folder import AttachmentFolder
from data.db import attachments as table
from data.db.engine import Database
from domain.accounts import UserId
from domain.attachments import FILES_PER_OBJECT, SIZE_LIMIT_BYTES, Attachment, shown_name
from domain.errors import InvalidInputError
from domain.periods import Clock
from services.ledger import LedgerService
from services.trade_finder import locate_trade

QUOTA_BYTES = 2_000_000_000


class AttachmentService:
    """Keeps files; a file belongs to a trade (account and trade id) or to a day."""

    def __init__(self, db: Database, ledger: LedgerService, folder: Path, clock: Clock) -> None:
        self._db = db
        self._ledger = ledger
        self._folder = AttachmentFolder(folder)
        self._clock = clock

    def add_to_trade(self, owner: UserId, trade_id: int, name: str, chunks: Iterable[bytes]) -> Attachment:
        """Attach a file to a trade, made anew from what it shows.

        Raises:
            NotFoundError: If the owner has no such trade.
            InvalidInputError: If the file is too large, of another kind, damaged, or one too many.
            StorageError: If the disk does not take it.
        """
        account_id = int(locate_trade(self._ledger, owner, trade_id)[0].account.id)
        with self._db.read() as session:
            have = len(table.of_trade(session, owner, account_id, trade_id))
            used = table.used_bytes(session, owner)[1]
        return self._add(
            owner, name, chunks, have=have, used=used, place={"account_id": account_id, "trade_id": trade_id}
        )

    def add_to_day(self, owner: UserId, day: date, name: str, chunks: Iterable[bytes]) -> Attachment:
        """Attach a file to a day; errors are those of `add_to_trade`."""
        with self._db.read() as session:
            have = len(table.of_days(session, owner, [day]))
            used = table.used_bytes(session, owner)[1]
        return self._add(owner, name, chunks, have=have, used=used, place={"day": day})

    def _add(
        self, owner: UserId, name: str, chunks: Iterable[bytes], *, have: int, used: int, place: dict[str, Any]
    ) -> Attachment:
        if have >= FILES_PER_OBJECT:
            message = f"There are {have} files here already, which is the most."
            raise InvalidInputError(message, field="file", hint="Remove one first.")
        if used >= QUOTA_BYTES:
            message = f"Your files take {used // 1_000_000:,} MB, which is the most."
            raise InvalidInputError(message, field="file", hint="Remove some first.")
        clean = clean_file(read_limited(chunks))
        return self._store(owner, name, clean, place)

    def _store(self, owner: UserId, name: str, clean: CleanFile, place: dict[str, Any]) -> Attachment:
        key = self._folder.keep(owner, clean.payload, clean.thumbnail)
        item = Attachment(
            id=0,
            key=key,
            name=shown_name(name, clean.kind),
            kind=clean.kind,
            size_bytes=len(clean.payload),
            width=clean.width,
            height=clean.height,
            sha256=hashlib.sha256(clean.payload).hexdigest(),
            created_at=self._clock(),
            **place,
        )
        try:
            with self._db.begin() as session:
                number = table.add_attachment(session, owner, item)
                kept = table.kept_keys(session, owner)
        except BaseException:
            self._folder.remove(owner, key)
            raise
        self._folder.sweep(owner, kept)
        return self.attachment(owner, number)

    def of_trade(self, owner: UserId, account_id: int, trade_id: int) -> list[Attachment]:
        """Return the files of a trade, oldest first."""
        with self._db.read() as session:
            return table.of_trade(session, owner, account_id, trade_id)

    def of_days(self, owner: UserId, days: Sequence[date]) -> dict[date, list[Attachment]]:
        """Return the files of each of these days that has any, oldest first."""
        with self._db.read() as session:
            found = table.of_days(session, owner, days)
        by_day: dict[date, list[Attachment]] = {}
        for item in found:
            if item.day is not None:
                by_day.setdefault(item.day, []).append(item)
        return by_day

    def attachment(self, owner: UserId, attachment_id: int) -> Attachment:
        """Return one file; NotFoundError when it is not the owner's."""
        with self._db.read() as session:
            return table.get_attachment(session, owner, attachment_id)

    def read(self, owner: UserId, attachment_id: int, *, is_thumbnail: bool = False) -> tuple[Attachment, bytes]:
        """Return a file and its bytes, or those of its thumbnail.

        Raises:
            NotFoundError: If the owner has no such file, or a document's thumbnail is asked for.
        """
        item = self.attachment(owner, attachment_id)
        return item, self._folder.read(owner, item.key, is_thumbnail=is_thumbnail)

    def delete(self, owner: UserId, attachment_id: int) -> Attachment:
        """Remove a file; NotFoundError when it is not the owner's."""
        with self._db.begin() as session:
            item = table.get_attachment(session, owner, attachment_id)
            is_last = table.delete_attachment(session, owner, item)
        if is_last:
            self._folder.remove(owner, item.key)
        return item


def read_limited(chunks: Iterable[bytes]) -> bytes:
    """Return a stream as bytes, refused as soon as it is too long."""
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > SIZE_LIMIT_BYTES:
            message = f"The file is larger than {SIZE_LIMIT_BYTES // 1_000_000} MB."
            raise InvalidInputError(message, field="file", hint="Make it smaller and attach it again.")
    return bytes(found)

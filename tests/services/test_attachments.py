"""Attachments: kept below the data folder, shown to their owner alone, gone when they are removed."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path

import pytest

from domain.attachments import FILES_PER_OBJECT, SIZE_LIMIT_BYTES
from domain.errors import InvalidInputError, NotFoundError
from services.container import Services
from tests.services.journaling import open_notebook, picture


def files_of(services: Services) -> list[Path]:
    """Return every file kept."""
    return [path for path in (services.installation.data_dir / "attachments").rglob("*") if path.is_file()]


def test_a_file_lives_and_dies_with_its_row(services: Services) -> None:
    """It lies under a random name that only the server reads, is its owner's alone, and leaves nothing behind."""
    maya, noah = open_notebook(services), open_notebook(services, "noah")
    item = services.attachments.add_to_trade(maya.owner, maya.trades[0], "shot.png", [picture()[:50], picture()[50:]])
    kept = files_of(services)
    assert sorted(path.suffix for path in kept) == ["", ".thumb"]
    assert {path.stat().st_mode & 0o777 for path in kept} == {0o600}
    assert not any("shot" in path.name for path in kept)
    assert services.attachments.read(maya.owner, item.id)[1].startswith(b"\x89PNG")
    assert [each.id for each in services.attachments.of_trade(maya.owner, maya.account, maya.trades[0])] == [item.id]
    for attempt in (services.attachments.read, services.attachments.delete, services.attachments.attachment):
        with pytest.raises(NotFoundError):
            attempt(noah.owner, item.id)
    with pytest.raises(NotFoundError):
        services.attachments.add_to_trade(noah.owner, maya.trades[0], "x.png", [picture()])
    assert services.attachments.of_trade(noah.owner, maya.account, maya.trades[0]) == []
    services.attachments.delete(maya.owner, item.id)
    assert files_of(services) == []


def test_what_is_too_much_or_nothing_leaves_no_trace(services: Services) -> None:
    """A stream is cut at its limit, a stranger is refused, and one file too many is told; the disk stays clean."""
    book, day = open_notebook(services), date(2026, 11, 3)
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 1_000_000
            yield bytes(1_000_000)

    with pytest.raises(InvalidInputError, match="larger than 12 MB"):
        services.attachments.add_to_day(book.owner, day, "a.png", endless())  # type: ignore[arg-type]
    assert read <= SIZE_LIMIT_BYTES + 1_000_000
    with pytest.raises(InvalidInputError):
        services.attachments.add_to_day(book.owner, day, "a.png", [b"<svg/>"])
    assert files_of(services) == []
    first = services.attachments.add_to_day(book.owner, day, "a.png", [picture()])
    with services.db.begin() as session:
        from data.db.attachments import add_attachment  # noqa: PLC0415 - beside the service on purpose

        for _ in range(FILES_PER_OBJECT - 1):
            add_attachment(session, book.owner, first)
    with pytest.raises(InvalidInputError, match="24 files"):
        services.attachments.add_to_day(book.owner, day, "a.png", [picture()])
    services.attachments.delete(book.owner, first.id)
    assert len(files_of(services)) == 2  # other rows still name the bytes


def test_files_of_a_deleted_account_are_swept(services: Services) -> None:
    """Bytes that no row names any more go with the next upload, once they are an hour old."""
    book = open_notebook(services)
    services.attachments.add_to_trade(book.owner, book.trades[0], "a.png", [picture()])
    orphans = files_of(services)
    services.accounts.delete(book.owner, services.accounts.list_accounts(book.owner)[0].id)
    for path in orphans:
        os.utime(path, (time.time() - 7_200, time.time() - 7_200))
    services.attachments.add_to_day(book.owner, date(2026, 11, 3), "b.png", [picture()])
    assert [path for path in orphans if path.exists()] == []
    assert len(files_of(services)) == 2

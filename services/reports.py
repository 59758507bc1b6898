"""Saved reports: definitions, their documents, files that were made, and links that were shared."""

from __future__ import annotations

import hashlib
import io
import secrets
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from data.db import reports as table
from data.db.engine import Database
from data.storage.archive import ReportArchive
from domain.accounts import UserId
from domain.errors import ConflictError, InvalidInputError, NotFoundError
from domain.periods import Clock
from domain.report_document import ReportDocument
from domain.reports import ReportDefinition, ReportFile, ReportForm, ShareLink

if TYPE_CHECKING:
    from services.report_document import ReportBuilder

LOGO_LIMIT = 2_000_000
LOGO_SIZE = (480, 144)
LOGO_PIXELS = 40_000_000
MOST_REPORTS = 100
MOST_LINKS = 200
MOST_DAYS = 365
FILES_KEPT = 200
TOKEN_BYTES = 32
GONE = "This link does not lead anywhere."
GONE_HINT = "It may have expired or been taken back. Ask for a new one."
BAD_LOGO = "The logo is not a PNG, JPEG, WebP or GIF picture."


class ReportService:
    """Use cases around reports; figures come from `ReportBuilder` alone."""

    def __init__(self, db: Database, builder: ReportBuilder, archive: ReportArchive, clock: Clock) -> None:
        self._db = db
        self._builder = builder
        self._archive = archive
        self._clock = clock

    def list_reports(self, owner: UserId) -> list[ReportDefinition]:
        """Return the owner's saved reports by name."""
        with self._db.read() as session:
            return table.list_reports(session, owner)

    def get(self, owner: UserId, report_id: int) -> ReportDefinition:
        """Return one saved report.

        Raises:
            NotFoundError: If the owner has no such report.
        """
        with self._db.read() as session:
            return table.get_report(session, owner, report_id)

    def save(self, owner: UserId, report: ReportDefinition) -> ReportDefinition:
        """Save a report, new without an id, and return it.

        Raises:
            InvalidInputError: If it is not complete, its filter cannot be read, or there are too many reports.
            ConflictError: If another report has the name.
            NotFoundError: If the owner has no report of this id, or no account its filter names.
        """
        checked = report.checked()
        self._builder.check(owner, checked)
        with self._db.begin() as session:
            known = table.list_reports(session, owner)
            if checked.id:
                table.get_report(session, owner, checked.id)
            elif len(known) >= MOST_REPORTS:
                raise InvalidInputError(f"There are {MOST_REPORTS} reports already.", hint="Delete one first.")
            if any(item.name == checked.name and item.id != checked.id for item in known):
                raise ConflictError(f"There is a report “{checked.name}” already.", hint="Choose another name.")
            report_id = table.save_report(session, owner, checked, now=self._clock())
        return self.get(owner, report_id)

    def delete(self, owner: UserId, report_id: int) -> None:
        """Delete a report with its schedules and links; files that were made stay.

        Raises:
            NotFoundError: If the owner has no such report.
        """
        with self._db.begin() as session:
            table.get_report(session, owner, report_id)
            table.delete_report(session, owner, report_id)

    def document(self, owner: UserId, report: ReportDefinition) -> ReportDocument:
        """Return everything a report prints, as of now; errors as `ReportBuilder.build`."""
        return self._builder.build(owner, report.checked())

    def keep_file(
        self,
        owner: UserId,
        payload: bytes,
        *,
        name: str,
        form: ReportForm,
        schedule_id: int | None = None,
        location: str = "",
    ) -> ReportFile:
        """Put a file into the archive; the oldest beyond two hundred go."""
        key = self._archive.put(owner, payload, form.value)
        made = ReportFile(
            id=0,
            name=name,
            form=form,
            size_bytes=len(payload),
            created_at=self._clock(),
            schedule_id=schedule_id,
            location=location,
        )
        with self._db.begin() as session:
            file_id = table.add_file(session, owner, made, key)
            forgotten = table.forget_files(session, owner, keep=FILES_KEPT)
        for old in forgotten:
            self._archive.delete(owner, old)
        return replace(made, id=file_id)

    def list_files(self, owner: UserId, *, limit: int = 20) -> list[ReportFile]:
        """Return the owner's files, newest first."""
        with self._db.read() as session:
            return table.list_files(session, owner, limit=limit)

    def read_file(self, owner: UserId, file_id: int) -> tuple[ReportFile, bytes]:
        """Return a file of the archive and its content.

        Raises:
            NotFoundError: If the owner has no such file, or it was removed from the disk.
        """
        with self._db.read() as session:
            found, key = table.get_file(session, owner, file_id)
        return found, self._archive.get(owner, key)

    def share(self, owner: UserId, report_id: int, *, days: int, is_private: bool) -> ShareLink:
        """Make a link to a report; its token is known now and never again.

        Raises:
            NotFoundError: If the owner has no such report.
            InvalidInputError: If it shall live less than a day or more than a year, or cannot be private.
        """
        if not 1 <= days <= MOST_DAYS:
            raise InvalidInputError(f"A link lives 1 to {MOST_DAYS} days.", field="days")
        report = self.get(owner, report_id)
        self._builder.check(owner, replace(report, is_private=report.is_private or is_private))
        now, token = self._clock(), secrets.token_urlsafe(TOKEN_BYTES)
        link = ShareLink(
            id=0, report_id=report_id, created_at=now, expires_at=now + timedelta(days=days), is_private=is_private
        )
        with self._db.begin() as session:
            if len(table.list_links(session, owner)) >= MOST_LINKS:
                raise InvalidInputError(f"There are {MOST_LINKS} links already.", hint="Delete their reports first.")
            link_id = table.add_link(session, owner, link, hash_token(token))
        return replace(link, id=link_id, report_name=report.name, token=token)

    def list_links(self, owner: UserId) -> list[ShareLink]:
        """Return the owner's links, newest first, without their tokens."""
        with self._db.read() as session:
            return list(table.list_links(session, owner))

    def revoke(self, owner: UserId, link_id: int) -> None:
        """Close a link for good.

        Raises:
            NotFoundError: If the owner has no such link.
        """
        with self._db.begin() as session:
            table.revoke_link(session, owner, link_id, now=self._clock())

    def open_link(self, token: str) -> ReportDocument:
        """Return the report a token leads to, for anybody who has it.

        Raises:
            NotFoundError: If there is no such link, it has expired, or it was revoked: always the same words.
        """
        with self._db.read() as session:
            found = table.find_link(session, hash_token(token))
        if found is None or not found[1].is_open(self._clock()):
            raise NotFoundError(GONE, hint=GONE_HINT)
        owner, link = found
        report = self.get(owner, link.report_id)
        document = self.document(owner, replace(report, is_private=report.is_private or link.is_private))
        with self._db.begin() as session:
            table.count_view(session, owner, link.id)
        return document


def hash_token(token: str) -> str:
    """Return what is kept of a token; 256 random bits need no salt and no stretching."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def clean_logo(payload: bytes) -> bytes:
    """Return a logo as a small PNG made anew: nothing of the file but its pixels is kept.

    Raises:
        InvalidInputError: If it is too large, or no picture of a usual kind.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - with the first logo

    if len(payload) > LOGO_LIMIT:
        raise InvalidInputError("The logo is larger than 2 MB.", field="logo", hint="Save it smaller.")
    try:
        with Image.open(io.BytesIO(payload), formats=("PNG", "JPEG", "WEBP", "GIF")) as picture:
            if picture.width * picture.height > LOGO_PIXELS:
                raise InvalidInputError("The logo has too many pixels.", field="logo", hint="Save it smaller.")
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidInputError(BAD_LOGO, field="logo") from error
    drawn.thumbnail(LOGO_SIZE)
    buffer = io.BytesIO()
    drawn.save(buffer, "PNG")
    return buffer.getvalue()


def file_name(document: ReportDocument, form: ReportForm) -> str:
    """Return "performance-summary-2026-11-20.pdf"."""
    words = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in document.title.lower())
    short = "-".join(part for part in words.split("-") if part)[:60] or "report"
    return f"{short}-{document.prepared_at:%Y-%m-%d}.{form.value}"

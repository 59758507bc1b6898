"""Report definitions, schedules, files and shared links in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from data.db.engine import Session
from data.db.report_tables import report_definitions, report_files, report_schedules, share_links
from domain.accounts import UserId
from domain.errors import NotFoundError
from domain.reports import Every, ReportDefinition, ReportFile, ReportForm, ReportSchedule, ShareLink


def list_reports(session: Session, owner: UserId) -> list[ReportDefinition]:
    """Return the owner's definitions by name."""
    query = select(report_definitions).where(report_definitions.c.owner_id == owner)
    return [_definition(row) for row in session.execute(query.order_by(report_definitions.c.name))]


def get_report(session: Session, owner: UserId, report_id: int) -> ReportDefinition:
    """Return one definition.

    Raises:
        NotFoundError: If the owner has no such report.
    """
    mine = (report_definitions.c.owner_id == owner) & (report_definitions.c.id == report_id)
    row = session.execute(select(report_definitions).where(mine)).first()
    if row is None:
        raise NotFoundError("No such report.")
    return _definition(row)


def _definition(row: Any) -> ReportDefinition:
    bare = ReportDefinition(id=row.id, name=row.name, logo=row.logo or b"", updated_at=row.updated_at)
    return bare.with_values(json.loads(row.settings))


def save_report(session: Session, owner: UserId, report: ReportDefinition, *, now: datetime) -> int:
    """Insert a definition, or replace the one of its id; returns the id."""
    values = {
        "name": report.name,
        "settings": json.dumps(report.to_values()),
        "logo": report.logo or None,
        "updated_at": now,
    }
    if not report.id:
        row = insert(report_definitions).values(owner_id=owner, **values)
        return int(session.execute(row).inserted_primary_key[0])  # type: ignore[index]
    mine = (report_definitions.c.owner_id == owner) & (report_definitions.c.id == report.id)
    session.execute(update(report_definitions).where(mine).values(**values))
    return report.id


def delete_report(session: Session, owner: UserId, report_id: int) -> None:
    """Delete a definition with its schedules and links; files that were made stay."""
    mine = (report_definitions.c.owner_id == owner) & (report_definitions.c.id == report_id)
    session.execute(delete(report_definitions).where(mine))


_SCHEDULES = (
    select(*report_schedules.c, report_definitions.c.name.label("report_name"))
    .join(report_definitions, report_definitions.c.id == report_schedules.c.report_id)
    .order_by(report_schedules.c.id)
)


def list_schedules(session: Session, owner: UserId) -> list[ReportSchedule]:
    """Return the owner's schedules in the order they were made."""
    return [_schedule(row) for row in session.execute(_SCHEDULES.where(report_schedules.c.owner_id == owner))]


def get_schedule(session: Session, owner: UserId, schedule_id: int) -> ReportSchedule:
    """Return one schedule.

    Raises:
        NotFoundError: If the owner has no such schedule.
    """
    mine = (report_schedules.c.owner_id == owner) & (report_schedules.c.id == schedule_id)
    row = session.execute(_SCHEDULES.where(mine)).first()
    if row is None:
        raise NotFoundError("No such schedule.")
    return _schedule(row)


def due_schedules(session: Session, now: datetime) -> list[tuple[UserId, ReportSchedule]]:
    """Return every schedule of the installation that is due, with its owner."""
    due = report_schedules.c.is_on & (report_schedules.c.next_at <= now)
    return [(UserId(row.owner_id), _schedule(row)) for row in session.execute(_SCHEDULES.where(due))]


def next_due(session: Session) -> datetime | None:
    """Return when the next schedule of the installation is due, None without any."""
    query = select(report_schedules.c.next_at).where(report_schedules.c.is_on).order_by(report_schedules.c.next_at)
    found: datetime | None = session.execute(query.limit(1)).scalars().first()
    return found


def _schedule(row: Any) -> ReportSchedule:
    return ReportSchedule(
        id=row.id,
        report_id=row.report_id,
        report_name=row.report_name,
        every=Every(row.every),
        weekday=row.weekday,
        month_day=row.month_day,
        minute=row.minute,
        zone=row.zone,
        forms=tuple(ReportForm(form) for form in row.forms.split(",")),
        target=row.target,
        is_on=row.is_on,
        next_at=row.next_at,
        last_at=row.last_at,
        last_error=row.last_error,
    )


def save_schedule(session: Session, owner: UserId, schedule: ReportSchedule) -> int:
    """Insert a schedule, or replace the one of its id; returns the id."""
    values = {
        "report_id": schedule.report_id,
        "every": schedule.every.value,
        "weekday": schedule.weekday,
        "month_day": schedule.month_day,
        "minute": schedule.minute,
        "zone": schedule.zone,
        "forms": ",".join(form.value for form in schedule.forms),
        "target": schedule.target,
        "is_on": schedule.is_on,
        "next_at": schedule.next_at,
    }
    if not schedule.id:
        row = insert(report_schedules).values(owner_id=owner, **values)
        return int(session.execute(row).inserted_primary_key[0])  # type: ignore[index]
    mine = (report_schedules.c.owner_id == owner) & (report_schedules.c.id == schedule.id)
    session.execute(update(report_schedules).where(mine).values(**values))
    return schedule.id


def delete_schedule(session: Session, owner: UserId, schedule_id: int) -> None:
    """Delete a schedule; its files stay."""
    mine = (report_schedules.c.owner_id == owner) & (report_schedules.c.id == schedule_id)
    session.execute(delete(report_schedules).where(mine))


def claim_due(session: Session, schedule: ReportSchedule, following: datetime) -> bool:
    """Move a due schedule on to its next instant; False when somebody else already did."""
    # One statement that names the old instant: two servers cannot both change the row.
    old = (report_schedules.c.id == schedule.id) & (report_schedules.c.next_at == schedule.next_at)
    change = update(report_schedules).where(old & report_schedules.c.is_on).values(next_at=following)
    return bool(session.execute(change).rowcount == 1)


def note_run(session: Session, owner: UserId, schedule_id: int, *, at: datetime, error: str) -> None:
    """Write down when a schedule ran and why that failed."""
    mine = (report_schedules.c.owner_id == owner) & (report_schedules.c.id == schedule_id)
    session.execute(update(report_schedules).where(mine).values(last_at=at, last_error=error))


def add_file(session: Session, owner: UserId, made: ReportFile, key: str) -> int:
    """Note a file of the archive and return its id."""
    row = insert(report_files).values(
        owner_id=owner,
        schedule_id=made.schedule_id,
        name=made.name,
        form=made.form.value,
        size_bytes=made.size_bytes,
        key=key,
        location=made.location,
        created_at=made.created_at,
    )
    return int(session.execute(row).inserted_primary_key[0])  # type: ignore[index]


def list_files(session: Session, owner: UserId, *, limit: int) -> list[ReportFile]:
    """Return the owner's files, newest first."""
    query = select(report_files).where(report_files.c.owner_id == owner).order_by(report_files.c.id.desc())
    return [_file(row) for row in session.execute(query.limit(limit))]


def get_file(session: Session, owner: UserId, file_id: int) -> tuple[ReportFile, str]:
    """Return one file and its key in the archive.

    Raises:
        NotFoundError: If the owner has no such file.
    """
    mine = (report_files.c.owner_id == owner) & (report_files.c.id == file_id)
    row = session.execute(select(report_files).where(mine)).first()
    if row is None:
        raise NotFoundError("No such file.")
    return _file(row), str(row.key)


def forget_files(session: Session, owner: UserId, *, keep: int) -> list[str]:
    """Delete all but the owner's newest files and return the keys of those deleted."""
    newest = select(report_files.c.id).where(report_files.c.owner_id == owner).order_by(report_files.c.id.desc())
    kept = session.execute(newest.limit(keep)).scalars().all()
    old = (report_files.c.owner_id == owner) & report_files.c.id.not_in(kept)
    keys = [str(key) for key in session.execute(select(report_files.c.key).where(old)).scalars()]
    session.execute(delete(report_files).where(old))
    return keys


def _file(row: Any) -> ReportFile:
    return ReportFile(
        id=row.id,
        name=row.name,
        form=ReportForm(row.form),
        size_bytes=row.size_bytes,
        created_at=row.created_at,
        schedule_id=row.schedule_id,
        location=row.location,
    )


_LINKS = select(*share_links.c, report_definitions.c.name.label("report_name")).join(
    report_definitions, report_definitions.c.id == share_links.c.report_id
)


def add_link(session: Session, owner: UserId, link: ShareLink, token_hash: str) -> int:
    """Insert a link and return its id."""
    row = insert(share_links).values(
        owner_id=owner,
        report_id=link.report_id,
        token_hash=token_hash,
        is_private=link.is_private,
        created_at=link.created_at,
        expires_at=link.expires_at,
    )
    return int(session.execute(row).inserted_primary_key[0])  # type: ignore[index]


def list_links(session: Session, owner: UserId) -> Sequence[ShareLink]:
    """Return the owner's links, newest first."""
    query = _LINKS.where(share_links.c.owner_id == owner).order_by(share_links.c.id.desc())
    return [_link(row) for row in session.execute(query)]


def find_link(session: Session, token_hash: str) -> tuple[UserId, ShareLink] | None:
    """Return the owner and the link of a hashed token, None when nobody has such a one."""
    row = session.execute(_LINKS.where(share_links.c.token_hash == token_hash)).first()
    return None if row is None else (UserId(row.owner_id), _link(row))


def count_view(session: Session, owner: UserId, link_id: int) -> None:
    """Count one look through a link."""
    mine = (share_links.c.owner_id == owner) & (share_links.c.id == link_id)
    session.execute(update(share_links).where(mine).values(views=share_links.c.views + 1))


def revoke_link(session: Session, owner: UserId, link_id: int, *, now: datetime) -> None:
    """Close a link for good.

    Raises:
        NotFoundError: If the owner has no such link.
    """
    mine = (share_links.c.owner_id == owner) & (share_links.c.id == link_id)
    if session.execute(select(share_links.c.id).where(mine)).first() is None:
        raise NotFoundError("No such link.")
    still_open = mine & share_links.c.revoked_at.is_(None)
    session.execute(update(share_links).where(still_open).values(revoked_at=now))


def _link(row: Any) -> ShareLink:
    bare = ShareLink(id=row.id, report_id=row.report_id, created_at=row.created_at, expires_at=row.expires_at)
    return replace(
        bare, report_name=row.report_name, revoked_at=row.revoked_at, is_private=row.is_private, views=row.views
    )

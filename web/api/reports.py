"""Reports: saved definitions, their files, schedules and shared links."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Literal, cast

from flask import Response
from pydantic import Field

from domain.reports import (
    Every,
    ReportDefinition,
    ReportFile,
    ReportForm,
    ReportSchedule,
    ShareLink,
)
from web.api.contract import Topic
from web.api.jobs import JobResult, job_result
from web.api.values import Printable, Schema
from web.context import current_owner, current_profile, services
from web.reports import answer_file, write_report

TOPIC = Topic(
    "Reports",
    "/api/v1/reports",
    "The figures of the pages as files. A report is computed when it is asked for, by the same services.",
)
_BY_ID = "/<int:report_id>"
_MEDIA = tuple(form.mimetype for form in ReportForm)
FormName = Literal["pdf", "html", "xlsx", "csv", "png", "zip"]
SectionName = Literal[
    "kpis", "equity", "month", "calendar", "setup", "symbol", "side", "weekday", "hour", "duration", "tag", "fees",
    "distribution", "metrics", "positions", "returns", "value", "contribution", "allocation", "income", "payments",
    "gains", "disposals", "notes", "trades",
]  # fmt: skip


class ReportBody(Schema):
    """What a report shows."""

    name: Printable = Field(min_length=1, max_length=80)
    sections: tuple[SectionName, ...] = Field(("kpis", "equity", "month", "setup"), min_length=1)
    filter: str = Field("", max_length=2_000, description='Accounts, period and more as on a page: "period=ytd".')
    section_filters: dict[SectionName, Annotated[str, Field(max_length=2_000)]] = Field(
        default_factory=dict, description="Filters of sections that do not follow the report's, by section."
    )
    brand: Printable = Field("", max_length=80, description="Printed beside the logo.")
    accent: str = Field("#4b45d6", pattern="^#[0-9a-fA-F]{6}$")
    private: bool = Field(default=False, description="Percent and R only: no amount, price, quantity or note.")
    accounting: bool = Field(default=True, description="Losses in parentheses, no currency sign.")
    trade_rows: int = Field(500, ge=1, le=20_000)


class ReportRow(ReportBody):
    """A saved report."""

    id: int
    updated_at: datetime | None


class ReportList(Schema):
    """Saved reports by name."""

    items: list[ReportRow]


class FormQuery(Schema):
    """Which kind of file."""

    form: FormName = Field("pdf", description="zip is the chart pack: it needs a browser on the server.")


class ScheduleBody(Schema):
    """When a report is made by itself."""

    every: Literal["daily", "weekly", "monthly"]
    weekday: int = Field(4, ge=0, le=6, description="Of weekly ones, 0 is Monday.")
    month_day: int = Field(1, ge=1, le=31, description="Of monthly ones; short months take their last day.")
    time: str = Field("16:30", pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$")
    zone: str = Field("", max_length=64, description="IANA name; yours by default.")
    forms: tuple[FormName, ...] = Field(("pdf",), min_length=1)
    target: str = Field("", max_length=64, description="Name of a configured target beside the archive.")


class ScheduleRow(ScheduleBody):
    """A schedule."""

    id: int
    report_id: int
    is_on: bool
    next_at: datetime | None
    last_at: datetime | None
    last_error: str


class ScheduleSwitch(Schema):
    """Whether a schedule goes on."""

    is_on: bool


class ScheduleList(Schema):
    """Schedules in the order they were made."""

    items: list[ScheduleRow]


class FileRow(Schema):
    """A file that a schedule has made."""

    id: int
    name: str
    form: FormName
    size_bytes: int
    created_at: datetime
    schedule_id: int | None


class FileList(Schema):
    """Files, newest first."""

    items: list[FileRow]


class LinkBody(Schema):
    """How a link shall be."""

    days: int = Field(7, ge=1, le=365, description="How long it lives.")
    private: bool = Field(default=True, description="Percent and R only, whatever the report says.")


class LinkRow(Schema):
    """A shared link; `token` is the secret end of its address and known only when it is made."""

    id: int
    report_id: int
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    private: bool
    views: int
    token: str = ""


class LinkList(Schema):
    """Links, newest first."""

    items: list[LinkRow]


class Deleted(Schema):
    """What was deleted or closed."""

    id: int


@TOPIC.get("", ReportList)
def list_reports() -> ReportList:
    """List the saved reports."""
    return ReportList(items=[_report(item) for item in services().reports.list_reports(current_owner())])


@TOPIC.post("", {201: ReportRow}, body=ReportBody, errors=(404, 409))
def create_report(body: ReportBody) -> tuple[ReportRow, int]:
    """Save a report."""
    return _report(services().reports.save(current_owner(), _definition(body, ReportDefinition()))), 201


@TOPIC.get(_BY_ID, ReportRow, errors=(404,))
def read_report(report_id: int) -> ReportRow:
    """Return a saved report."""
    return _report(services().reports.get(current_owner(), report_id))


@TOPIC.put(_BY_ID, ReportRow, body=ReportBody, errors=(404, 409))
def replace_report(report_id: int, body: ReportBody) -> ReportRow:
    """Change a saved report; its logo stays."""
    base = services().reports.get(current_owner(), report_id)
    return _report(services().reports.save(current_owner(), _definition(body, base)))


@TOPIC.delete(_BY_ID, Deleted, errors=(404,))
def delete_report(report_id: int) -> Deleted:
    """Delete a report with its schedules and links; files that were made stay."""
    services().reports.delete(current_owner(), report_id)
    return Deleted(id=report_id)


@TOPIC.download(f"{_BY_ID}/download", _MEDIA, query=FormQuery, errors=(404, 503))
def download_report(report_id: int, query: FormQuery) -> Response:
    """Return a saved report as of now, as a file."""
    payload, name, form = write_report(services().reports.get(current_owner(), report_id), query.form)
    return answer_file(payload, name, form)


@TOPIC.get("/schedules", ScheduleList)
def list_report_schedules() -> ScheduleList:
    """List the schedules of all reports."""
    return ScheduleList(items=[_schedule(item) for item in services().report_schedules.list_schedules(current_owner())])


@TOPIC.post(f"{_BY_ID}/schedules", {201: ScheduleRow}, body=ScheduleBody, errors=(404,))
def create_report_schedule(report_id: int, body: ScheduleBody) -> tuple[ScheduleRow, int]:
    """Let a report be made by itself."""
    hour, minute = body.time.split(":")
    wanted = ReportSchedule(
        report_id=report_id,
        every=Every(body.every),
        weekday=body.weekday,
        month_day=body.month_day,
        minute=int(hour) * 60 + int(minute),
        zone=body.zone or current_profile().timezone,
        forms=tuple(ReportForm(form) for form in body.forms),
        target=body.target,
    )
    return _schedule(services().report_schedules.save(current_owner(), wanted)), 201


@TOPIC.patch("/schedules/<int:schedule_id>", ScheduleRow, body=ScheduleSwitch, errors=(404,))
def switch_report_schedule(schedule_id: int, body: ScheduleSwitch) -> ScheduleRow:
    """Let a schedule rest or go on; while it rested nothing was due."""
    return _schedule(services().report_schedules.switch(current_owner(), schedule_id, is_on=body.is_on))


@TOPIC.post("/schedules/<int:schedule_id>/run", {202: JobResult}, errors=(404,))
def run_report_schedule(schedule_id: int) -> tuple[JobResult, int]:
    """Make the files of a schedule now, beside its times; the job says when they are there."""
    return job_result(services().report_schedules.run_now(current_owner(), schedule_id)), 202


@TOPIC.delete("/schedules/<int:schedule_id>", Deleted, errors=(404,))
def delete_report_schedule(schedule_id: int) -> Deleted:
    """Delete a schedule; its files stay."""
    services().report_schedules.delete(current_owner(), schedule_id)
    return Deleted(id=schedule_id)


@TOPIC.get("/files", FileList)
def list_report_files() -> FileList:
    """List the newest two hundred files that schedules have made."""
    return FileList(items=[_file(item) for item in services().reports.list_files(current_owner(), limit=200)])


@TOPIC.download("/files/<int:file_id>/download", _MEDIA, errors=(404,))
def download_report_file(file_id: int) -> Response:
    """Return a file that a schedule has made."""
    found, payload = services().reports.read_file(current_owner(), file_id)
    return answer_file(payload, found.name, found.form)


@TOPIC.get("/links", LinkList)
def list_report_links() -> LinkList:
    """List the shared links of all reports, without their secrets."""
    return LinkList(items=[_link(item) for item in services().reports.list_links(current_owner())])


@TOPIC.post(f"{_BY_ID}/links", {201: LinkRow}, body=LinkBody, errors=(404,))
def create_report_link(report_id: int, body: LinkBody) -> tuple[LinkRow, int]:
    """Share a report: its page is at /share/ and the token."""
    made = services().reports.share(current_owner(), report_id, days=body.days, is_private=body.private)
    return _link(made), 201


@TOPIC.delete("/links/<int:link_id>", Deleted, errors=(404,))
def revoke_report_link(link_id: int) -> Deleted:
    """Close a link for good."""
    services().reports.revoke(current_owner(), link_id)
    return Deleted(id=link_id)


def _definition(body: ReportBody, base: ReportDefinition) -> ReportDefinition:
    return replace(
        base,
        name=body.name,
        sections=body.sections,
        query=body.filter,
        section_queries=tuple(body.section_filters.items()),
        brand=body.brand,
        accent=body.accent,
        is_private=body.private,
        is_accounting=body.accounting,
        trade_rows=body.trade_rows,
    )


def _report(item: ReportDefinition) -> ReportRow:
    return ReportRow(
        id=item.id,
        name=item.name,
        sections=cast("tuple[SectionName, ...]", item.sections),
        filter=item.query,
        section_filters=cast("dict[SectionName, str]", dict(item.section_queries)),
        brand=item.brand,
        accent=item.accent,
        private=item.is_private,
        accounting=item.is_accounting,
        trade_rows=item.trade_rows,
        updated_at=item.updated_at,
    )


def _schedule(item: ReportSchedule) -> ScheduleRow:
    return ScheduleRow(
        id=item.id,
        report_id=item.report_id,
        every=item.every.value,
        weekday=item.weekday,
        month_day=item.month_day,
        time=f"{item.minute // 60:02}:{item.minute % 60:02}",
        zone=item.zone,
        forms=tuple(form.value for form in item.forms),
        target=item.target,
        is_on=item.is_on,
        next_at=item.next_at,
        last_at=item.last_at,
        last_error=item.last_error,
    )


def _file(item: ReportFile) -> FileRow:
    return FileRow(
        id=item.id,
        name=item.name,
        form=item.form.value,
        size_bytes=item.size_bytes,
        created_at=item.created_at,
        schedule_id=item.schedule_id,
    )


def _link(item: ShareLink) -> LinkRow:
    return LinkRow(
        id=item.id,
        report_id=item.report_id,
        created_at=item.created_at,
        expires_at=item.expires_at,
        revoked_at=item.revoked_at,
        private=item.is_private,
        views=item.views,
        token=item.token,
    )

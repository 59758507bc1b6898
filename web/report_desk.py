"""What the controls of the Reports page say: drafts, schedules, and the address of a draft's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from domain.errors import InvalidInputError, NotFoundError
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.report_document import ReportDocument
    from domain.reports import ReportDefinition, ReportSchedule, ShareLink

PREVIEW_ROWS = 200
FIRST, KEY_FIGURES = "performance", "kpis"


def start_from(key: str) -> ReportDefinition:
    """Return the report of a key of the list: a template's slug, or the id of a saved one.

    Raises:
        NotFoundError: If there is no such template and the owner has no such report.
    """
    from domain.reports import TEMPLATES

    if key in TEMPLATES:
        return TEMPLATES[key]
    return services().reports.get(current_owner(), read_id(key))


def read_id(key: object) -> int:
    """Return the id of a saved report.

    Raises:
        NotFoundError: If the key is none.
    """
    text = str(key or "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise NotFoundError("No such report.")
    return int(text)


def is_saved(key: object) -> bool:
    """Whether a key of the list is that of a saved report."""
    return str(key or "").isdigit()


def read_draft(draft: Mapping[str, Any], query: str | None, key: object) -> ReportDefinition:
    """Return the report that the controls describe.

    Args:
        draft: Values of name, sections, brand, accent, private, manner and rows.
        query: The filter of the page.
        key: The template or saved report it started from; a saved one lends its id and logo.

    Raises:
        InvalidInputError: If something of it is missing or cannot be read.
        NotFoundError: If the key is another user's.
    """
    base = start_from(str(key or FIRST))
    sections = draft.get("sections")
    return replace(
        base,
        name=str(draft.get("name") or base.name),
        sections=tuple(str(slug) for slug in sections) if isinstance(sections, list) else (),
        query=query if isinstance(query, str) else "",
        section_queries=tuple(read_pins(draft.get("pins")).items()),
        brand=str(draft.get("brand") or ""),
        accent=str(draft.get("accent") or base.accent),
        is_private=bool(draft.get("private")),
        is_accounting=draft.get("manner") != "screen",
        trade_rows=_whole(draft.get("rows"), 500),
    ).checked()


def read_pins(value: object) -> dict[str, str]:
    """Return the filters of sections as the page keeps them: by slug."""
    known = value if isinstance(value, dict) else {}
    return {str(slug): str(query) for slug, query in known.items()}


def filter_words(query: str) -> str:
    """Say what a filter of a section chooses, in the words of the pages' bar."""
    from domain.filters import LedgerFilter

    summary = services().portfolio.summary(current_owner(), LedgerFilter.from_query(dict(parse_qsl(query))))
    names = [name for name, _ in parse_qsl(query) if name not in ("period", "accounts")]
    more = f"filter on {', '.join(names)}" if names else ""
    return " · ".join(part for part in (summary.period_label, summary.accounts_label, more) if part)


def _whole(value: object, default: int) -> int:
    return int(value) if isinstance(value, (int, float)) and 0 < value < 1_000_000 else default


def draft_query(report: ReportDefinition) -> str:
    """Return a draft as the query of its downloads."""
    pairs = {
        "id": str(report.id or ""),
        "name": report.name,
        "sections": ",".join(report.sections),
        "q": report.query,
        "own": urlencode(report.section_queries),
        "brand": report.brand,
        "accent": report.accent,
        "private": "1" if report.is_private else "",
        "accounting": "1" if report.is_accounting else "",
        "rows": str(report.trade_rows),
    }
    return urlencode({name: value for name, value in pairs.items() if value})


def read_draft_query(query: Mapping[str, str]) -> ReportDefinition:
    """Return the draft that `draft_query` wrote; errors as `read_draft`."""
    rows = query.get("rows", "")
    draft = {
        "name": query.get("name"),
        "sections": [part for part in query.get("sections", "").split(",") if part],
        "pins": dict(parse_qsl(query.get("own", ""), keep_blank_values=True)),
        "brand": query.get("brand"),
        "accent": query.get("accent"),
        "private": query.get("private"),
        "manner": "accounting" if query.get("accounting") else "screen",
        "rows": int(rows) if rows.isascii() and rows.isdigit() and len(rows) < 7 else None,
    }
    return read_draft(draft, query.get("q"), query.get("id") or FIRST)


def read_schedule(form: Mapping[str, Any], report_id: int, zone: str) -> ReportSchedule:
    """Return the schedule that a form describes.

    Raises:
        InvalidInputError: If the time, the kind of schedule or a kind of file cannot be read.
    """
    from domain.reports import Every, ReportForm, ReportSchedule

    try:
        every = Every(str(form.get("every")))
        forms = tuple(ReportForm(item) for item in form.get("forms") or ())
    except (ValueError, TypeError) as error:
        raise InvalidInputError(
            "The schedule cannot be read.", hint="Choose again how often and which files."
        ) from error
    return ReportSchedule(
        report_id=report_id,
        every=every,
        weekday=_small(form.get("weekday")),
        month_day=_small(form.get("month_day")),
        minute=read_minute(form.get("time")),
        zone=str(form.get("zone") or zone),
        forms=forms,
        target=str(form.get("target") or ""),
    )


def _small(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) and abs(value) < 1_000_000 else 1


def read_minute(text: object) -> int:
    """Return the minute of the day of a text such as "16:30".

    Raises:
        InvalidInputError: If it is none.
    """
    hour, colon, minute = str(text or "").strip().partition(":")
    if not (colon and hour.isdigit() and minute.isdigit() and int(hour) < 24 and int(minute) < 60 and len(minute) == 2):
        raise InvalidInputError("The time is not one of a day.", field="time", hint="Write it as 16:30.")
    return int(hour) * 60 + int(minute)


def preview(report: ReportDefinition) -> tuple[str, list[tuple[str, str, str]]]:
    """Return the page of a draft, its longest table cut, and its key figures: metric, name and filter of each."""
    from components.report_html import report_html

    shown = replace(report, trade_rows=min(report.trade_rows, PREVIEW_ROWS))
    document = services().reports.document(current_owner(), shown)
    return report_html(document, is_hosted=True, is_framed=True), _explained(report, document)


def _explained(report: ReportDefinition, document: ReportDocument) -> list[tuple[str, str, str]]:
    """Return the key figures of a report, each with the filter it is of."""
    from domain.filters import LedgerFilter

    query = dict(report.section_queries).get(KEY_FIGURES, report.query)
    realised = f"{LedgerFilter.from_query(dict(parse_qsl(query))).basis.value}_pnl"
    figures = [item for section in document.sections if section.slug == KEY_FIGURES for item in section.figures]
    return [(realised if item.slug == "realised" else item.slug, item.label, query) for item in figures]


def keep_logo(report: ReportDefinition, upload: Mapping[str, Any]) -> ReportDefinition:
    """Save a report with the logo of an upload, which is thrown away.

    Raises:
        InvalidInputError: If it is no picture.
        NotFoundError: If the upload is not the owner's.
    """
    import json

    from services.reports import clean_logo

    key = str(json.loads(str(upload.get("body") or "{}")).get("upload") or "")
    owner = current_owner()
    try:
        logo = clean_logo(bytes(services().uploads.read(owner, key)[:]))
    finally:
        services().uploads.delete(owner, key)
    return services().reports.save(owner, replace(report, logo=logo))


def filter_address(query: str) -> str:
    """Return the query of an address that shows a report's filter."""
    return f"?{urlencode(parse_qsl(query))}" if query else ""


def act_on(key: str) -> str:
    """Do what a button of a list says, "run|3"; returns what to tell.

    Raises:
        NotFoundError: If the button is none, or names what is not the owner's.
    """
    verb, _, number = key.partition("|")
    owner, found, target = current_owner(), services(), read_id(number)
    if verb == "run":
        found.report_schedules.run_now(owner, target)
        return "The report is being made"
    if verb == "switch":
        is_on = not found.report_schedules.get(owner, target).is_on
        found.report_schedules.switch(owner, target, is_on=is_on)
        return "The schedule goes on" if is_on else "The schedule rests"
    if verb == "drop":
        found.report_schedules.delete(owner, target)
        return "Schedule deleted"
    if verb == "revoke":
        found.reports.revoke(owner, target)
        return "The link is closed"
    raise NotFoundError("There is no such button.")


def make_link(key: object, days: object, *, is_private: bool) -> ShareLink:
    """Make a link to a saved report; errors as `ReportService.share`."""
    length = int(days) if isinstance(days, (int, float)) and 0 <= days < 10_000 else 0
    return services().reports.share(current_owner(), read_id(key), days=length, is_private=is_private)


def link_address(token: str) -> str:
    """Return the address of a link on this server as the browser knows it."""
    from flask import request

    return f"{request.host_url}share/{token}"

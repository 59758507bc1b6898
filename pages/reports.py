"""Reports: choose sections, see the sheet, take it away as a file, on a schedule or as a link."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import ALL, ctx, dcc, html, no_update
from dash.exceptions import PreventUpdate

from components import cards, controls, feedback, forms, reports
from components.report_dialogs import dialogs
from domain.errors import FillwiseError
from web import report_desk
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.page import Page
from web.shell import Shell


class Ids(StrEnum):
    """Ids of this page."""

    CURRENT = "report-current"
    CHANGED = "report-changed"
    POLL = "report-poll"
    TEMPLATES = "report-templates"
    SCHEDULES = "report-schedules"
    LINKS = "report-links"
    FILES = "report-files"
    PICK = "report-pick"
    ACT = "report-act"
    TITLE = "report-title"
    SHEET = "report-sheet"
    EXPORT = "report-export"
    PDF = "report-pdf"
    MANNER = "report-manner"
    NAME = "report-name"
    SECTIONS = "report-sections"
    BRAND = "report-brand"
    ACCENT = "report-accent"
    PRIVATE = "report-private"
    ROWS = "report-rows"
    PINS = "report-pins"
    PIN = "report-pin"
    PIN_SECTION = "report-pin-section"
    PIN_LIST = "report-pin-list"
    UNPIN = "report-unpin"
    LOGO = "report-logo"
    SAVE = "report-save"
    DELETE = "report-delete"
    DELETE_SURE = "report-delete-sure"
    DELETE_DIALOG = "report-delete-dialog"
    DESIGN = "report-design"
    SCHEDULE = "report-schedule"
    EVERY = "report-every"
    WEEKDAY = "report-weekday"
    MONTH_DAY = "report-month-day"
    TIME = "report-time"
    ZONE = "report-zone"
    FORMS = "report-forms"
    TARGET = "report-target"
    PLAN = "report-plan"
    PLAN_ERROR = "report-plan-error"
    SHARE = "report-share"
    DAYS = "report-days"
    SHARE_PRIVATE = "report-share-private"
    MAKE_LINK = "report-make-link"
    NEW_LINK = "report-new"


DRAFT = {
    "name": Ids.NAME,
    "sections": Ids.SECTIONS,
    "brand": Ids.BRAND,
    "accent": Ids.ACCENT,
    "private": Ids.PRIVATE,
    "rows": Ids.ROWS,
    "manner": Ids.MANNER,
}
"""Controls of a draft; filters of sections are kept beside them, in a store."""
PIN = {"section": Ids.PIN_SECTION, "pin": Ids.PIN, "pins": Ids.PIN_LIST}
PLAN = {
    "every": Ids.EVERY,
    "weekday": Ids.WEEKDAY,
    "month_day": Ids.MONTH_DAY,
    "time": Ids.TIME,
    "zone": Ids.ZONE,
    "forms": Ids.FORMS,
    "target": Ids.TARGET,
}


NAMES = {item.name.lower(): item.value for item in Ids}


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    stores = [
        dcc.Store(id=Ids.CURRENT, data=report_desk.FIRST),
        dcc.Store(id=Ids.CHANGED),
        dcc.Store(id=Ids.PINS, data={}),
        dcc.Interval(id=Ids.POLL, interval=1_500, disabled=True),
    ]
    return html.Div(
        [
            *stores,
            html.Div([side_card(), sheet_card()], className="g fw-rep"),
            *dialogs(NAMES, draft=DRAFT, plan=PLAN, pin=PIN),
        ],
        className="page",
    )


def side_card() -> html.Section:
    """Return the card at the left: reports, schedules, links, files."""
    parts = (
        (None, Ids.TEMPLATES, 7),
        ("Scheduled", Ids.SCHEDULES, 2),
        ("Shared links", Ids.LINKS, 2),
        ("Recent files", Ids.FILES, 3),
    )
    body: list[Any] = []
    for title, place, lines in parts:
        body += [html.H3(title)] if title else []
        body.append(html.Div(feedback.skeleton_lines(lines), id=place, className="fw-rep-list"))
    return cards.card("Reports", body, flush=True, classes="fw-rep-side")


def sheet_card() -> html.Section:
    """Return the card at the right: the sheet and what can be done with it."""
    manner = [("screen", "Screen"), ("accounting", "Accounting (1.00)")]
    opens = {"data-fw-dialog": Ids.DESIGN}
    tools = [
        forms.segmented(Ids.MANNER, manner, "accounting", label="How amounts are written"),
        controls.button("Sections", icon_name="sliders-horizontal", attributes=opens),
        controls.button("Schedule", icon_name="clock", attributes={"data-fw-dialog": Ids.SCHEDULE}),
        controls.button("Share", icon_name="share-2", attributes={"data-fw-dialog": Ids.SHARE}),
        controls.button("Save", id=Ids.SAVE, icon_name="save"),
        reports.export_group(pdf=Ids.PDF, menu=Ids.EXPORT),
    ]
    frame = html.Div(feedback.skeleton_chart(700), id=Ids.SHEET, className="fw-rep-desk")
    return cards.card(html.Span(id=Ids.TITLE), frame, controls=tools, flush=True, classes="fw-rep-main")


PAGE = Page(module=__name__, path="/reports", title="Reports", order=50, icon="file-text", key="R", layout=layout)


@PAGE.callback(
    Output(Ids.TEMPLATES, "children"),
    Output(Ids.SCHEDULES, "children"),
    Output(Ids.LINKS, "children"),
    Output(Ids.TARGET, "options"),
    Output(Ids.ZONE, "value"),
    Output(Ids.DELETE, "disabled"),
    Input(Ids.CURRENT, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_lists(current: str | None, _: Any) -> tuple[Any, ...]:
    """List what there is: reports, schedules, links; a template cannot be deleted."""
    from domain.reports import TEMPLATES

    owner, person, found = current_owner(), current_profile(), services()
    saved = found.reports.list_reports(owner)
    picked = reports.template_list(TEMPLATES, saved, current=str(current), pick=_pick)
    planned = reports.schedule_list(found.report_schedules.list_schedules(owner), act=_act, zone=person.timezone)
    links = reports.link_list(found.reports.list_links(owner), act=_act, now=found.clock(), zone=person.timezone)
    targets = [{"value": "", "label": "The archive alone"}, *found.report_schedules.targets()]
    return picked, planned, links, targets, person.timezone, not report_desk.is_saved(current)


def _pick(key: str) -> dict[str, str]:
    return {"type": Ids.PICK, "key": key}


def _act(verb: str, number: int) -> dict[str, str]:
    return {"type": Ids.ACT, "key": f"{verb}|{number}"}


@PAGE.callback(
    Output(Ids.FILES, "children"),
    Output(Ids.POLL, "disabled"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.CHANGED, "data"),
    Input(Ids.POLL, "n_intervals"),
    prevent_initial_call="initial_duplicate",
)
def fill_files(_: Any, ticks: int | None) -> tuple[Any, bool, Any]:
    """List the files that were made, again and again while a report is being made."""
    owner = current_owner()
    is_busy = any(job.kind.value == "report" for job in services().jobs.list_active(owner))
    is_over = ctx.triggered_id == Ids.POLL and not is_busy
    shown = reports.file_list(services().reports.list_files(owner))
    return shown, not is_busy, f"made {ticks}" if is_over else no_update


@PAGE.callback(
    Output(Ids.CURRENT, "data"),
    Output(Shell.URL, "search", allow_duplicate=True),
    {name: Output(place, "value") for name, place in DRAFT.items()},
    Output(Ids.PINS, "data"),
    Input({"type": Ids.PICK, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def choose(_: Any) -> tuple[Any, Any, dict[str, Any], dict[str, str]]:
    """Put a saved report or a template on the desk."""
    picked: Any = ctx.triggered_id
    if not picked or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    report = report_desk.start_from(str(picked["key"]))
    values = {
        "name": report.name,
        "sections": list(report.sections),
        "brand": report.brand,
        "accent": report.accent,
        "private": ["on"] if report.is_private else [],
        "rows": report.trade_rows,
        "manner": "accounting" if report.is_accounting else "screen",
    }
    address = report_desk.filter_address(report.query) if report.id else no_update
    return picked["key"], address, values, dict(report.section_queries)


@PAGE.callback(
    Output(Ids.PINS, "data", allow_duplicate=True),
    Output(Ids.PIN_SECTION, "value"),
    Input(Ids.PIN, "n_clicks"),
    Input({"type": Ids.UNPIN, "key": ALL}, "n_clicks"),
    State(Ids.PIN_SECTION, "value"),
    State(Shell.FILTER, "data"),
    State(Ids.PINS, "data"),
    prevent_initial_call=True,
)
def pin_filter(_: int | None, __: Any, section: str | None, query: str | None, pins: Any) -> tuple[Any, Any]:
    """Give a section the filter of the bar, or let it follow the report again."""
    if not ctx.triggered or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    kept, pressed = report_desk.read_pins(pins), ctx.triggered_id
    if pressed == Ids.PIN:
        return ({**kept, section: query or ""}, None) if section else (no_update, no_update)
    return {slug: text for slug, text in kept.items() if slug != pressed["key"]}, no_update


@PAGE.callback(Output(Ids.PIN_LIST, "children"), Input(Ids.PINS, "data"))
def list_pins(pins: Any) -> Any:
    """List the sections with a filter of their own."""
    kept = {slug: (report_desk.filter_words(query), query) for slug, query in report_desk.read_pins(pins).items()}
    return reports.pin_list(kept, drop=lambda slug: {"type": Ids.UNPIN, "key": slug})


@PAGE.callback(
    Output(Ids.SHEET, "children"),
    Output(Ids.TITLE, "children"),
    Output(Ids.PDF, "href"),
    Output(Ids.EXPORT, "children"),
    inputs={
        "draft": {name: Input(place, "value") for name, place in DRAFT.items()},
        "query": Input(Shell.FILTER, "data"),
        "current": Input(Ids.CURRENT, "data"),
        "changed": Input(Ids.CHANGED, "data"),
        "pins": Input(Ids.PINS, "data"),
    },
)
def show_sheet(
    draft: dict[str, Any], query: str | None, current: str | None, changed: Any, pins: Any
) -> tuple[Any, ...]:
    """Show the report as it would be printed now."""
    del changed  # a new logo
    try:
        report = report_desk.read_draft({**draft, "pins": pins}, query, current)
        page, figures = report_desk.preview(report)
    except FillwiseError as error:
        return reports.problem(error), "Reports", "#", []
    address = report_desk.draft_query(report)
    return (
        reports.sheet(page, report.name, figures),
        report.name,
        f"/export/report/draft.pdf?{address}",
        reports.export_items(address),
    )


@PAGE.callback(
    Output(Ids.CURRENT, "data", allow_duplicate=True),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    inputs={"clicks": Input(Ids.SAVE, "n_clicks"), "logo": Input(Ids.LOGO, "data")},
    state={
        "draft": {name: State(place, "value") for name, place in DRAFT.items()},
        "query": State(Shell.FILTER, "data"),
        "current": State(Ids.CURRENT, "data"),
        "pins": State(Ids.PINS, "data"),
    },
    prevent_initial_call=True,
)
def save(
    clicks: int | None,
    logo: dict[str, Any] | None,
    draft: dict[str, Any],
    query: str | None,
    current: str | None,
    pins: Any,
) -> tuple[Any, Any, Any]:
    """Save what is on the desk, with a logo that was dropped."""
    has_logo = ctx.triggered_id == Ids.LOGO and bool(logo)
    if not has_logo and not clicks:
        raise PreventUpdate
    report = report_desk.read_draft({**draft, "pins": pins}, query, current)
    saved = report_desk.keep_logo(report, logo or {}) if has_logo else services().reports.save(current_owner(), report)
    key = f"saved {saved.id} {saved.updated_at}"
    return str(saved.id), key, [feedback.toast("ok", f"Saved “{saved.name}”", key=key)]


@PAGE.callback(
    Output(Ids.CURRENT, "data", allow_duplicate=True),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.DELETE_SURE, "n_clicks"),
    State(Ids.CURRENT, "data"),
    prevent_initial_call=True,
)
def delete(clicks: int | None, current: str | None) -> tuple[Any, Any, Any]:
    """Delete the saved report on the desk."""
    if not clicks:
        raise PreventUpdate
    services().reports.delete(current_owner(), report_desk.read_id(current))
    key = f"deleted {current} {clicks}"
    return report_desk.FIRST, key, [feedback.toast("ok", "Report deleted", key=key)]


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.PLAN_ERROR, "children"),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    inputs={"clicks": Input(Ids.PLAN, "n_clicks")},
    state={
        "form": {name: State(place, "value") for name, place in PLAN.items()},
        "current": State(Ids.CURRENT, "data"),
    },
    prevent_initial_call=True,
)
def plan(clicks: int | None, form: dict[str, Any], current: str | None) -> tuple[Any, Any, Any]:
    """Schedule the saved report on the desk."""
    if not clicks:
        raise PreventUpdate
    if not report_desk.is_saved(current):
        return (
            no_update,
            feedback.notice("warn", "Save the report first", "Then schedule it.", dismiss=False),
            no_update,
        )
    try:
        wanted = report_desk.read_schedule(form, report_desk.read_id(current), current_profile().timezone)
        made = services().report_schedules.save(current_owner(), wanted)
    except FillwiseError as error:
        return no_update, feedback.notice("error", error.message, error.hint, dismiss=False), no_update
    key = f"planned {made.id} {clicks}"
    return key, None, [feedback.toast("ok", "Scheduled", reports.when_text(made), key=key)]


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Ids.POLL, "disabled", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input({"type": Ids.ACT, "key": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def act(_: Any) -> tuple[Any, Any, Any]:
    """Run, pause or delete a schedule, or take a link back."""
    pressed: Any = ctx.triggered_id
    if not pressed or not ctx.triggered[0]["value"]:
        raise PreventUpdate
    said = report_desk.act_on(str(pressed["key"]))
    key = f"{pressed['key']} {ctx.triggered[0]['value']}"
    return key, not pressed["key"].startswith("run"), [feedback.toast("ok", said, key=key)]


@PAGE.callback(
    Output(Ids.NEW_LINK, "children"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Input(Ids.MAKE_LINK, "n_clicks"),
    State(Ids.DAYS, "value"),
    State(Ids.SHARE_PRIVATE, "value"),
    State(Ids.CURRENT, "data"),
    prevent_initial_call=True,
)
def share(clicks: int | None, days: Any, private: Any, current: str | None) -> tuple[Any, Any]:
    """Make a link to the saved report on the desk and show it this once."""
    if not clicks:
        raise PreventUpdate
    if not report_desk.is_saved(current):
        return feedback.notice("warn", "Save the report first", "Then share it.", dismiss=False), no_update
    try:
        link = report_desk.make_link(current, days, is_private=bool(private))
    except FillwiseError as error:
        return feedback.notice("error", error.message, error.hint, dismiss=False), no_update
    return reports.new_link(report_desk.link_address(link.token)), f"shared {link.id}"

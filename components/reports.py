"""The Reports page: its templates, schedules, links and files, and the forms around the sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import controls, feedback, forms
from components import format as fmt
from components.icons import icon
from components.why_mark import why_button
from domain.report_words import ACCENTS, FIRST_NAME, FIRST_SECTIONS, FORM_LABELS, SECTIONS

if TYPE_CHECKING:
    from datetime import datetime

    from domain.reports import ReportDefinition, ReportFile, ReportSchedule, ShareLink

Child = Any
IdOf = Callable[[str], Any]
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")
_ICONS = {
    "performance": "file-chart-column",
    "journal": "book-open",
    "trades": "table",
    "breakdowns": "chart-column",
    "statistics": "calculator",
    "holdings": "briefcase",
    "portfolio": "chart-pie",
    "tax": "landmark",
    "investor": "shield-check",
}
_FORM_ICONS = {
    "pdf": "file-text",
    "html": "globe",
    "xlsx": "file-spreadsheet",
    "csv": "table",
    "png": "image",
    "zip": "package",
}


def template_list(
    templates: Mapping[str, ReportDefinition], saved: Sequence[ReportDefinition], *, current: str, pick: IdOf
) -> list[Child]:
    """Return the saved reports and the templates as buttons; the current one is marked."""
    mine = [_entry(str(item.id), item, "save", current=current, pick=pick) for item in saved]
    new = [
        _entry(key, item, _ICONS.get(key, "file-text"), current=current, pick=pick) for key, item in templates.items()
    ]
    heads = [html.Div("Saved", className="fw-rep-cap"), *mine, html.Div("Templates", className="fw-rep-cap")]
    return [*(heads if mine else []), *new]


def _entry(key: str, item: ReportDefinition, icon_name: str, *, current: str, pick: IdOf) -> html.Button:
    names = [SECTIONS[slug] for slug in item.sections]
    said = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    mark = html.Span("Private", className="fw-tag") if item.is_private else None
    words = html.Span([html.Span(item.name, className="t"), html.Span(said, className="b")], className="w")
    is_current = key == current
    spoken = {"aria-current": "true"} if is_current else {}
    return html.Button(
        [html.Span(icon(icon_name, size=15), className="ic"), words, mark],
        id=pick(key),
        type="button",
        title=", ".join(names),
        className=f"fw-rep-item{' on' if is_current else ''}",
        **spoken,
    )


def schedule_list(schedules: Sequence[ReportSchedule], *, act: Callable[[str, int], Any], zone: str) -> list[Child]:
    """Return the schedules with when they run, what went wrong last, and their buttons."""
    if not schedules:
        return [html.P("Nothing yet. Save a report, then press Schedule.", className="fw-rep-none")]
    return [_schedule(item, act, zone) for item in schedules]


def _schedule(item: ReportSchedule, act: Callable[[str, int], Any], zone: str) -> html.Div:
    following = f"next {fmt.instant(item.next_at, zone)}" if item.is_on and item.next_at else "paused"
    lines: list[Child] = [
        html.Span(item.report_name, className="t"),
        html.Span(f"{when_text(item)}, {', '.join(form.value.upper() for form in item.forms)}", className="b"),
        html.Span(following, className="b"),
    ]
    if item.last_error:
        lines.append(html.Span([icon("circle-alert", size=12), item.last_error], className="b err", role="alert"))
    verb = "Pause" if item.is_on else "Go on"
    buttons = [
        controls.icon_button("play", f"Run {item.report_name} now", id=act("run", item.id), small=True),
        controls.icon_button(
            "pause" if item.is_on else "repeat", f"{verb}: {item.report_name}", id=act("switch", item.id), small=True
        ),
        controls.icon_button(
            "trash-2", f"Delete the schedule of {item.report_name}", id=act("drop", item.id), small=True
        ),
    ]
    return html.Div([html.Span(lines, className="w"), html.Span(buttons, className="a")], className="fw-rep-row")


def when_text(item: ReportSchedule) -> str:
    """Say when a schedule runs: "Fridays 16:30 ET"."""
    clock = f"{item.minute // 60:02}:{item.minute % 60:02} {item.zone.rsplit('/', 1)[-1].replace('_', ' ')}"
    if item.every.value == "weekly":
        return f"{WEEKDAYS[item.weekday]} {clock}"
    return f"Daily {clock}" if item.every.value == "daily" else f"Day {item.month_day} of the month, {clock}"


def link_list(links: Sequence[ShareLink], *, act: Callable[[str, int], Any], now: datetime, zone: str) -> list[Child]:
    """Return the links that were shared, open ones first."""
    if not links:
        return [html.P("Nobody but you can see a report.", className="fw-rep-none")]
    ordered = sorted(links, key=lambda item: not item.is_open(now))
    return [_link(item, act, now, zone) for item in ordered[:20]]


def _link(item: ShareLink, act: Callable[[str, int], Any], now: datetime, zone: str) -> html.Div:
    is_open = item.is_open(now)
    ended = "taken back" if item.revoked_at else "expired"
    until = f"until {fmt.instant(item.expires_at, zone)}" if is_open else ended
    facts = f"{until} · {fmt.plural(item.views, 'view')}{' · private' if item.is_private else ''}"
    words = html.Span([html.Span(item.report_name, className="t"), html.Span(facts, className="b")], className="w")
    revoke = controls.button("Take back", id=act("revoke", item.id), kind="ghost", size="xs") if is_open else None
    return html.Div(
        [words, html.Span(revoke, className="a")], className="fw-rep-row" if is_open else "fw-rep-row is-off"
    )


def file_list(files: Sequence[ReportFile]) -> list[Child]:
    """Return the files that schedules have made, with their downloads."""
    if not files:
        return [html.P("Files of schedules are kept here.", className="fw-rep-none")]
    return [
        html.A(
            [
                icon("file", size=14),
                html.Span(item.name, className="ell"),
                html.Span(fmt.size_bytes(item.size_bytes), className="fw-num s"),
                icon("download", size=14),
            ],
            href=f"/export/report-file/{item.id}",
            download="",
            className="fw-rep-file",
            title=item.location or item.name,
        )
        for item in files
    ]


def export_items(query: str) -> list[Child]:
    """Return the downloads of a draft, by kind of file."""
    return [
        html.A(
            [icon(_FORM_ICONS[form]), html.Span(label)],
            href=f"/export/report/draft.{form}?{query}",
            className="it",
            role="menuitem",
            download="",
        )
        for form, label in FORM_LABELS.items()
    ]


def export_group(*, pdf: str, menu: str) -> html.Div:
    """Return the button that takes the sheet away as PDF, and the menu of the other kinds of files; both by id."""
    opens = {"data-fw-open": "", "aria-haspopup": "menu"}
    others = controls.icon_button("chevron-down", "Other files", attributes=opens)
    items = html.Div(id=menu, className="fw-menu fw-pop", hidden=True, role="menu", **{"data-fw-align": "end"})
    main = html.A("Export PDF", id=pdf, href="#", download="", className="fw-btn primary")
    return html.Div([main, html.Div([others, items], className="fw-pop-wrap")], className="row-f fw-rep-out")


def sheet(page: str, title: str, figures: Sequence[tuple[str, str, str]]) -> list[Child]:
    """Return the preview: marks of the key figures over the report's own page in a frame that runs nothing.

    Args:
        page: The report as HTML.
        title: Its name.
        figures: Metric, name and filter of each key figure.
    """
    marks = [html.Span([label, why_button(slug, label, query=query)]) for slug, label, query in figures]
    # No script runs in the frame; it keeps its origin only to be shown with the font of this server.
    frame = html.Iframe(srcDoc=page, title=f"Preview of {title}", sandbox="allow-same-origin", className="fw-rep-frame")
    return [*([html.Div(["Why these numbers?", *marks], className="fw-rep-why")] if marks else []), frame]


def design_form(ids: Mapping[str, Any], *, drop: Child) -> list[Child]:
    """Return what a report can be given: sections in order, branding, privacy.

    Args:
        ids: Ids of name, sections, brand, accent, private and rows.
        drop: The drop zone of the logo.
    """
    names = list(SECTIONS.items())
    sections = forms.select(ids["sections"], names, value=list(FIRST_SECTIONS), multi=True)
    accents = [
        (value, html.Span([html.I(className="sw", style={"background": value}), name]))
        for value, name in ACCENTS.items()
    ]
    return [
        forms.field("Title", forms.text_input(ids["name"], value=FIRST_NAME, debounce=0.4), for_id=str(ids["name"])),
        forms.field("Sections", sections, help_="They are printed in the order in which you choose them."),
        forms.field("Name beside the logo", forms.text_input(ids["brand"], placeholder="Fillwise", debounce=0.4)),
        forms.field(
            "Logo", drop, help_="PNG, JPEG, WebP or GIF up to 2 MB; it is drawn anew and kept with the report."
        ),
        forms.field("Accent", forms.select(ids["accent"], accents, value=next(iter(ACCENTS)))),
        forms.field(
            "Rows of the table of trades",
            forms.number_input(ids["rows"], value=500, min=1, max=20_000, step=1),
        ),
        forms.switch(ids["private"], "Private: percent and R only, no amount, price, quantity or note"),
        html.P("Accounts and period are those of the bar above; they are saved with the report.", className="fw-help"),
    ]


def own_filter_form(ids: Mapping[str, Any]) -> list[Child]:
    """Return the questions that give one section a filter of its own.

    Args:
        ids: Ids of the section, the button that pins the bar's filter to it, and the list of what is pinned.
    """
    row = [
        forms.select(ids["section"], list(SECTIONS.items()), placeholder="Section"),
        controls.button("Pin the bar's filter", id=ids["pin"], icon_name="pin"),
    ]
    return [
        forms.field(
            "A section with a filter of its own",
            html.Div(row, className="fw-rep-pin"),
            help_="Set the bar above as this section needs it, pin it here, and set the bar back for the others.",
        ),
        html.Div(id=ids["pins"], className="fw-rep-list", **{"aria-live": "polite"}),
    ]


def pin_list(pins: Mapping[str, tuple[str, str]], *, drop: IdOf) -> list[Child]:
    """Return the sections with a filter of their own: by slug, what it says and its query."""
    return [
        html.Div(
            [
                html.Span([html.Span(SECTIONS[slug], className="t"), html.Span(said, className="b")], className="w"),
                html.Span(
                    controls.icon_button("x", f"{SECTIONS[slug]} follows the report again", id=drop(slug), small=True),
                    className="a",
                ),
            ],
            className="fw-rep-row",
        )
        for slug, (said, _) in pins.items()
    ]


def schedule_form(ids: Mapping[str, Any], *, targets: Child) -> list[Child]:
    """Return the questions of a schedule.

    Args:
        ids: Ids of every, weekday, month_day, time, zone and forms.
        targets: The choice of a target, filled by a callback.
    """
    days = [(number, name.removesuffix("s")) for number, name in enumerate(WEEKDAYS)]
    every = [("daily", "Daily"), ("weekly", "Weekly"), ("monthly", "Monthly")]
    return [
        forms.field("How often", forms.segmented(ids["every"], every, "weekly", label="How often", small=False)),
        html.Div(
            [
                forms.field("On", forms.select(ids["weekday"], days, value=4, size="md"), help_="Of weekly reports."),
                forms.field(
                    "Day of the month",
                    forms.number_input(ids["month_day"], value=1),
                    help_="Of monthly ones; short months take their last day.",
                ),
            ],
            className="fw-rep-two",
        ),
        html.Div(
            [
                forms.field("At", forms.text_input(ids["time"], value="16:30", placeholder="16:30")),
                forms.field("Time zone", forms.text_input(ids["zone"], placeholder="America/New_York")),
            ],
            className="fw-rep-two",
        ),
        forms.field("Files", forms.checklist(ids["forms"], list(FORM_LABELS.items()), ["pdf"])),
        forms.field("Also to", targets, help_="Every file is kept in the archive of this installation."),
    ]


def share_form(ids: Mapping[str, Any]) -> list[Child]:
    """Return the questions of a link: for how long, and whether it shows amounts; ids of days and private."""
    days = [(1, "1 day"), (7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "1 year")]
    return [
        html.P("Whoever has the link sees this report as it is on that day, without signing in, and nothing else."),
        forms.field("It lives", forms.segmented(ids["days"], days, 7, label="It lives", small=False)),
        forms.switch(ids["private"], "Private: percent and R only, no amount anywhere", on=True),
    ]


def new_link(address: str) -> html.Div:
    """Show the address of a new link; this is the only time."""
    return html.Div(
        [
            html.Label("The link, shown this once", className="fw-label", htmlFor="report-new-link"),
            html.Div(
                [
                    dcc.Input(id="report-new-link", value=address, readOnly=True, className="fw-in md fw-mono"),
                    dcc.Clipboard(content=address, title="Copy the link", className="fw-btn"),
                ],
                className="fw-rep-link",
            ),
            html.P("Its secret is not kept here: copy it now.", className="fw-help"),
        ]
    )


def problem(error: Any) -> html.Div:
    """Show in place of the sheet why there is none."""
    return feedback.notice("warn", str(error.message), str(error.hint), dismiss=False)

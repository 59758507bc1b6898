"""The days of the journal: result, note, files and trades of each; the editor of one; the queue; search hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from dash import dcc, html

from components import (
    attachments,
    calendar_panels,
    controls,
    feedback,
    figure_notes,
    forms,
    marks,
    picker,
    trade_journal,
    written,
)
from components import format as fmt
from components.icons import icon
from components.why_mark import why_button, why_note
from domain.filters import Basis

if TYPE_CHECKING:
    from domain.journal import DayNote
    from domain.ledger import Trade
    from services.journal_feed import JournalDay, JournalPage
    from services.journal_search import NoteHit
    from services.reviews import ReviewQueue

Child = Any
MOODS = ("Awful", "Poor", "All right", "Good", "Great")
OPEN_TRADES = 3
"""Up to so many trades of a day are shown without a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLook:
    """How days are written; `edit_type` is the type of the ids of their edit buttons."""

    timezone: str
    today: date
    basis: Basis
    edit_type: str
    file_pick: str
    query: str = ""


def days(page: JournalPage, look: FeedLook) -> list[Child]:
    """Return the cards of some days, or how a journal begins."""
    if not page.days:
        text = "Days appear here with their trades; a note can be written for any day."
        return [feedback.empty("notebook-pen", "No days in this period", text)]
    return [day_card(item, look, unit=page.unit) for item in page.days]


def day_card(item: JournalDay, look: FeedLook, *, unit: str) -> html.Section:
    """Return one day."""
    body: list[Child] = []
    if item.note.plan.strip():
        body.append(
            html.Div([html.Span("Plan", className="cap"), written.markdown(item.note.plan)], className="fw-jd-plan")
        )
    if item.note.note.strip():
        body.append(written.markdown(item.note.note))
    if item.files:
        body.append(html.Div(attachments.file_grid(item.files, store=look.file_pick), className="fw-shots"))
    if item.closed:
        body.append(_trades(item, look))
    if not body:
        body.append(html.Div("Nothing written yet.", className="fw-weak"))
    return html.Section([_head(item, look, unit), html.Div(body, className="fw-jd-body")], className="fw-card fw-jd")


def _head(item: JournalDay, look: FeedLook, unit: str) -> html.Header:
    name = fmt.day_long(item.day, year=item.day.year != look.today.year)
    title = html.H2(["Today, " if item.day == look.today else "", name])
    facts: list[Child] = []
    if item.total is not None:
        value = item.total.profit(gross=look.basis is Basis.GROSS)
        figure = html.B(fmt.pnl(value, unit), className=f"fw-{fmt.tone(value)}")
        query = "&".join(part for part in (look.query, f"day={item.day.isoformat()}") if part)
        href = f"/trades?{query}&status=closed"
        facts.append(dcc.Link(figure, href=href, className="fw-quiet-link", title="The trades closed on this day"))
        facts.append(why_button(f"{look.basis.value}_pnl", f"P&L of {name}", query=query))
        if item.r_total is not None:
            facts.append(html.Span(fmt.r_multiple(item.r_total), className=f"fw-{fmt.tone(item.r_total)}"))
            facts.append(_r_mark(item, item.r_total, href))
        facts.append(f"{fmt.plural(item.total.trades, 'trade')}, {fmt.plural(item.total.wins, 'win')}")
    if item.note.mood is not None:
        facts.append(marks.tag(f"Felt {MOODS[item.note.mood - 1].lower()}"))
    has_note = bool(item.note.note.strip() or item.note.plan.strip())
    edit = controls.button(
        "Edit" if has_note else "Write",
        id={"type": look.edit_type, "day": item.day.isoformat()},
        icon_name="square-pen",
        size="xs",
        kind="ghost",
        attributes={"aria-label": f"{'Edit' if has_note else 'Write'} the note of {name}"},
    )
    return html.Header([title, html.Div(facts, className="fw-jd-facts fw-num"), edit], className="fw-jd-head")


def _r_mark(item: JournalDay, r_total: float, href: str) -> Child:
    """Return the mark of a day's R: the R of each of its trades as far as they are listed."""
    trades = item.total.trades if item.total is not None else 0
    known = [(trade.instrument.symbol, trade.r_multiple) for trade in item.trades if trade.r_multiple is not None]
    note = figure_notes.given(
        figure_notes.CALENDAR["r"],
        *((symbol, fmt.r_multiple(ratio)) for symbol, ratio in known),
        ("Sum of the day", fmt.r_multiple(r_total)),
        sample=f"n = {fmt.plural(trades, 'closed trade')} of the day.",
        href=href,
    )
    return why_note("R of the day", note, value=fmt.r_multiple(r_total))


def _trades(item: JournalDay, look: FeedLook) -> html.Details:
    table = calendar_panels.day_trades(item.trades, timezone=look.timezone, basis=look.basis)
    rest = item.closed - len(item.trades)
    more = (
        [dcc.Link(f"{fmt.count(rest)} more", href=f"/trades?day={item.day.isoformat()}", className="fw-link")]
        if rest
        else []
    )
    summary = html.Summary(fmt.plural(item.closed, "trade"), className="fw-num")
    return html.Details([summary, table, *more], className="fw-jd-trades", open=item.closed <= OPEN_TRADES)


def queue(found: ReviewQueue, *, query: str) -> list[Child]:
    """Return the first trades that wait for their review."""
    if not found.closed:
        return [html.Div("Closed trades will wait here for their review.", className="fw-weak")]
    if not found.waiting:
        return [
            feedback.empty("circle-check", "All reviewed", f"{fmt.plural(found.closed, 'closed trade')}, none waiting.")
        ]
    return [html.Div([_queued(item, query) for item in found.trades], className="fw-queue")]


def _queued(item: Trade, query: str) -> dcc.Link:
    currency = item.instrument.currency
    when = fmt.day_short(item.closed_at.date()) if item.closed_at else fmt.MISSING
    parts = [
        html.Span(when, className="k"),
        html.Span(item.instrument.symbol, className="fw-sym ell"),
        marks.side(item.side > 0),
        html.Span(fmt.pnl(item.net, currency), className=f"r fw-{fmt.tone(item.net)}"),
    ]
    return dcc.Link(
        parts, href=f"/trade/{int(item.id)}?{query}".rstrip("?"), className="fw-queue-row fw-row-link fw-num"
    )


def hits(found: Sequence[NoteHit], asked: str) -> list[Child]:
    """Return what a search found, or that it found nothing."""
    if not asked.strip():
        return []
    if not found:
        return [html.Div(f"Nothing written holds “{asked.strip()[:60]}”.", className="fw-weak")]
    return [_hit(item) for item in found]


def _hit(item: NoteHit) -> dcc.Link:
    title, name = (
        hit_title(item),
        {"trade": "list", "day": "calendar", "missed": "eye-off", "setup": "layers"}[item.kind],
    )
    text = [html.Div(title, className="t"), html.Div(written.hit(item.snippet), className="b")]
    return dcc.Link([icon(name, size=15), html.Div(text)], href=hit_href(item), className="fw-hit")


def hit_title(item: NoteHit) -> str:
    """Return what a hit is about."""
    if item.trade is not None:
        moment = item.trade.closed_at or item.trade.opened_at
        side = "long" if item.trade.side > 0 else "short"
        return f"{item.trade.instrument.symbol} {side}, {fmt.day(moment.date())}"
    if item.day is not None:
        return fmt.day_long(item.day, year=True)
    return item.title or "Setup"


def hit_href(item: NoteHit) -> str:
    """Return where a hit leads."""
    pages = {
        "trade": f"/trade/{quote(item.ref)}",
        "day": f"/journal?day={quote(item.ref)}",
        "missed": "/journal/missed",
        "setup": "/journal/playbooks",
    }
    return pages[item.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorIds:
    """Ids of the drawer in which a day is written."""

    drawer: str
    drawer_title: str
    day: str
    mood: str
    mood_pick: str
    note: str
    note_host: str
    note_draft: str
    plan: str
    plan_host: str
    plan_draft: str
    templates: str
    template_pick: str
    saved: str
    files: str
    file_pick: str
    uploaded: str
    tile: str


def editor(ids: EditorIds) -> html.Div:
    """Return the drawer and its stores; the day it is about is set by a callback."""
    template = picker.picker(
        controls.trigger_button("Template", icon_name="file-text", classes="xs ghost"),
        picker.pick_list(ids.templates, picker.to_store(ids.template_pick)),
        width=220,
        label="Templates",
    )
    note = forms.text_area(ids.note, placeholder="How was the day? Best and worst decision, one thing to keep.", rows=9)
    plan = forms.text_area(ids.plan, placeholder="Before the open: market, names, levels, most I will lose.", rows=5)
    tools = html.Div([html.Label("Note", className="fw-label", htmlFor=ids.note), template], className="fw-note-tools")
    files = [html.Div(id=ids.files, className="fw-shots-in"), html.Div(id=ids.tile, className="fw-shots-in")]
    body = html.Div(
        [
            html.Div(
                [html.Span("Mood", className="fw-label"), html.Div(id=ids.mood, **picker.to_store(ids.mood_pick))]
            ),
            html.Div(
                [
                    html.Label("Plan", className="fw-label", htmlFor=ids.plan),
                    html.Div(plan, id=ids.plan_host, **{"data-fw-autosave": ids.plan_draft, "data-fw-key": ""}),
                ]
            ),
            html.Div(
                [tools, html.Div(note, id=ids.note_host, **{"data-fw-autosave": ids.note_draft, "data-fw-key": ""})]
            ),
            html.Div([html.Span("Files", className="fw-label"), html.Div(files, className="fw-shots")]),
        ],
        className="fw-form",
    )
    foot = [
        html.Span(id=ids.saved, className="k s12", role="status"),
        controls.button("Done", kind="primary", attributes={"data-fw-close": ""}),
    ]
    stores = (ids.day, ids.mood_pick, ids.note_draft, ids.plan_draft, ids.template_pick, ids.file_pick, ids.uploaded)
    drawer = controls.dialog(ids.drawer, html.Span("Day", id=ids.drawer_title), body, footer=foot, side=True)
    return html.Div([drawer, *(dcc.Store(id=name) for name in stores)])


def mood_row(current: int | None) -> list[Child]:
    """Return the moods to pick one from; a click on the present one clears it."""
    return [
        html.Button(
            word,
            type="button",
            className="fw-chip" + (" on" if number == current else ""),
            **{
                "data-fw-value": "" if number == current else str(number),
                "aria-pressed": "true" if number == current else "false",
            },
        )
        for number, word in enumerate(MOODS, start=1)
    ]


def template_choices(note: Any) -> list[Child]:
    """Return the templates of day notes."""
    return trade_journal.template_list(note)


def fields(note: DayNote) -> tuple[str, str, list[Child]]:
    """Return note, plan and moods of a day for the editor."""
    return note.note, note.plan, mood_row(note.mood)

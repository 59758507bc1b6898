"""The parts of a trade's review beside setup, tags and plan: rules, risk, category, files, the queue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import cards, controls, forms, marks, picker
from components import format as fmt
from components.icons import icon

if TYPE_CHECKING:
    from domain.journal import NoteTemplate
    from domain.playbooks import Rule
    from services.reviews import QueuePlace

Child = Any
CATEGORY_WORDS = {"": "By holding time", "intraday": "Intraday", "swing": "Swing", "long-term": "Long-term"}


def opener(span_id: str) -> html.Button:
    """Return the button that opens a list to pick from and shows the pick."""
    return html.Button(
        [html.Span("–", id=span_id, className="ell"), icon("chevron-down", size=14)],
        className="fw-input sm fw-choose",
        type="button",
        **{"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"},
    )


def categories(current: str) -> list[Child]:
    """Return the categories a trade may have, the present one picked."""
    entries = [
        picker.Choice(value=word, label=CATEGORY_WORDS[word], state=picker.picked(on=word == current))
        for word in CATEGORY_WORDS
    ]
    return picker.choice_list(entries, many=False)


def rule_list(rules: Sequence[tuple[Rule, bool | None]], setup: str) -> list[Child]:
    """Return the rules of a setup, each followed, broken or not answered; a second click takes an answer back."""
    if not setup:
        return []
    if not rules:
        link = dcc.Link("Write its rules", href="/journal/playbooks", className="fw-link")
        return [html.Div([f"{setup} has no rules yet. ", link], className="fw-weak s12")]
    return [_rule(rule, answer) for rule, answer in rules]


def _rule(rule: Rule, answer: bool | None) -> html.Div:
    buttons = [
        html.Button(
            icon(name, size=13),
            type="button",
            className=f"fw-rule-btn {kind}",
            title=word,
            **{
                "aria-label": f"{word}: {rule.text}",
                "aria-pressed": "true" if answer is value else "false",
                "data-fw-value": f"{rule.id}:{'' if answer is value else int(value)}",
            },
        )
        for word, name, kind, value in (("Followed", "check", "ok", True), ("Broken", "x", "no", False))
    ]
    state = "" if answer is None else " ok" if answer else " no"
    return html.Div([*buttons, html.Span(rule.text)], className=f"fw-rule{state}")


def template_list(templates: Sequence[NoteTemplate]) -> list[Child]:
    """Return the templates of a note to pick one from."""
    entries = [picker.Choice(value=str(item.id), label=item.name) for item in templates]
    chosen = picker.choice_list(entries, many=False, empty="No templates yet")
    return [
        *chosen,
        dcc.Link([icon("settings"), html.Span("Manage templates")], href="/journal/templates", className="it"),
    ]


def note_tools(mode_id: str, list_id: str, pick_id: str, *, key: str) -> html.Div:
    """Return the line above a note: write or read, and the templates."""
    menu = picker.picker(
        controls.trigger_button("Template", icon_name="file-text", classes="xs ghost"),
        picker.pick_list(list_id, picker.to_store(pick_id, key=key)),
        width=220,
        label="Templates",
    )
    mode = forms.segmented(mode_id, [("write", "Write"), ("read", "Read")], "write", label="How the note is shown")
    return html.Div([mode, menu], className="fw-note-tools")


def review_state(reviewed_at: datetime | None, place: QueuePlace, *, timezone: str, now: datetime, query: str) -> Child:
    """Return whether the trade is reviewed, the button that says so, and the way through the queue."""
    if reviewed_at is None:
        main = html.Button(
            [icon("check", size=14), "Reviewed", html.Span("R", className="kbd")],
            className="fw-btn primary",
            type="button",
            title="Mark as reviewed and go on  R",
            **{"data-fw-value": "done", "data-fw-key": "r"},
        )
        state: Child = main
    else:
        when = fmt.instant(reviewed_at, timezone, now=now)
        undo = html.Button(
            "Put back", className="fw-btn xs ghost", type="button", **{"data-fw-value": "again", "data-fw-key": "r"}
        )
        state = html.Span([marks.tag(f"Reviewed {when}", tone="acc"), undo], className="row-f")
    waiting = f"{fmt.count(place.waiting)} to review" if place.waiting else "Nothing left to review"
    return html.Div(
        [
            state,
            html.Span(waiting, className="k s12 fw-num"),
            html.Span(
                [
                    _queue_step("chevron-left", "Newer unreviewed trade", ",", place.newer, query),
                    _queue_step("chevron-right", "Older unreviewed trade", ".", place.older, query),
                ],
                className="row-f end",
            ),
        ],
        className="fw-review-foot",
    )


def _queue_step(icon_name: str, label: str, key: str, trade: int | None, query: str) -> Child:
    if trade is None:
        return html.Span(icon(icon_name), className="fw-icon-btn xs off", **{"aria-disabled": "true"})
    spoken = html.Span(f"{label}  {key}", className="sr")
    href = f"/trade/{trade}?{query}" if query else f"/trade/{trade}"
    link = dcc.Link([icon(icon_name), spoken], href=href, className="fw-icon-btn xs", title=f"{label}  {key}")
    return html.Span(link, **{"data-fw-queue": key})


def files_card(grid_id: str, count_id: str, tile: Child) -> html.Section:
    """Return the card of a trade's files."""
    body = html.Div([html.Div(id=grid_id, className="fw-shots-in"), tile], className="fw-shots")
    return cards.card("Screenshots", body, controls=html.Span(id=count_id, className="k s12 fw-num"))

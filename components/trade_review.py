"""The review card of a trade: setup, tags, plan, rating and note."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dash import dcc, html

from components import cards, forms, picker, trade_journal
from components.icons import icon

Child = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewIds:
    """Ids of the card's parts; the `_pick` ones and `draft` are stores of the page."""

    saved: str
    setup: str
    setup_list: str
    setup_pick: str
    tags: str
    tag_list: str
    tag_pick: str
    rating: str
    rating_pick: str
    stop: str
    stop_error: str
    target: str
    target_error: str
    plan: str
    note: str
    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalIds:
    """Ids of the parts that `web.trade_journal` fills."""

    risk: str
    risk_error: str
    category: str
    category_list: str
    category_pick: str
    rules: str
    rule_pick: str
    mode: str
    templates: str
    template_pick: str
    read: str
    write: str
    state: str
    state_pick: str


def review_card(ids: ReviewIds, more: JournalIds, trade_id: str) -> html.Section:
    """Return the card, empty; every pick and draft carries the trade it belongs to."""
    body = [
        *_labels(ids, trade_id),
        *_plan(ids, more, trade_id),
        trade_journal.note_tools(more.mode, more.templates, more.template_pick, key=trade_id),
        html.Div(
            forms.text_area(ids.note, placeholder="What did you see, what did you do, what next time?", rows=6),
            id=more.write,
            **{"data-fw-autosave": ids.draft, "data-fw-key": trade_id},
        ),
        html.Div(id=more.read, className="fw-note-read", hidden=True),
        html.Div(id=more.rules, className="fw-rules", **picker.to_store(more.rule_pick, key=trade_id)),
        html.Div(id=more.state, className="fw-review-state", **picker.to_store(more.state_pick, key=trade_id)),
    ]
    saved = html.Span(id=ids.saved, className="k s12", role="status")
    return cards.card("Review", html.Div(body, className="fw-review"), controls=saved)


def _labels(ids: ReviewIds, trade_id: str) -> list[Child]:
    """Return setup, tags and rating."""
    setups = picker.pick_list(
        ids.setup_list, picker.to_store(ids.setup_pick, key=trade_id), find="Find or add a setup", create="setup"
    )
    opens = {"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"}
    add = forms.add_chip("Add", attributes={**opens, "data-fw-key": "l", "title": "Tag  L"})
    tags = picker.pick_list(
        ids.tag_list, picker.to_store(ids.tag_pick, key=trade_id, stay=True), find="Find or add a tag", create="tag"
    )
    return [
        _row("Setup", picker.picker(trade_journal.opener(ids.setup), setups, label="Setup", width=280)),
        _row("Tags", html.Div([html.Span(id=ids.tags, className="fw-tags"), picker.picker(add, tags, label="Tags")])),
        _row("Rating", html.Div(id=ids.rating, className="fw-stars", **picker.to_store(ids.rating_pick, key=trade_id))),
    ]


def _plan(ids: ReviewIds, more: JournalIds, trade_id: str) -> list[Child]:
    """Return planned prices and risk, the category, and what the plan means."""
    category = picker.picker(
        trade_journal.opener(more.category),
        picker.pick_list(more.category_list, picker.to_store(more.category_pick, key=trade_id)),
        label="Category",
        width=200,
    )
    prices = [
        _price("Planned stop", ids.stop, ids.stop_error),
        _price("Planned target", ids.target, ids.target_error),
    ]
    rest = [
        _price("Planned risk", more.risk, more.risk_error),
        html.Div([html.Span("Category", className="fw-label"), category], className="fw-field"),
    ]
    return [
        html.Div(prices, className="fw-form two"),
        html.Div(rest, className="fw-form two"),
        html.Div(id=ids.plan, className="fw-plan s12 fw-num"),
    ]


def _row(label: str, control: Child) -> html.Div:
    return html.Div([html.Span(label, className="fw-label"), control], className="fw-review-row")


def _price(label: str, input_id: str, error_id: str) -> html.Div:
    """Return a price as text, so that no digit is lost, with room for what is wrong with it."""
    box = forms.text_input(input_id, placeholder="–", size="sm", attributes={"inputMode": "decimal", "maxLength": 40})
    return html.Div(
        [
            html.Label(label, className="fw-label", htmlFor=input_id),
            box,
            html.Div(id=error_id, className="fw-help err"),
        ],
        className="fw-field",
    )


def stores(ids: ReviewIds) -> list[Child]:
    """Return the stores that picks and drafts land in."""
    return [dcc.Store(id=name) for name in (ids.setup_pick, ids.tag_pick, ids.rating_pick, ids.draft)]


def error(text: str) -> list[Child]:
    """Return what is shown under a price that cannot be saved."""
    return [icon("circle-alert", size=13), text] if text else []

"""The Data health page: a card for each kind of finding, what it means, examples, and where to mend it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dash import dcc, html

from components import controls, feedback
from components import format as fmt
from components.icons import icon

if TYPE_CHECKING:
    from domain.health import Finding, FindingGroup, HealthReport

Child = Any
IdOf = Callable[[str], Any]
EXAMPLES = 5
MOST = 1_000
_ICONS = {"error": "circle-alert", "warn": "triangle-alert", "info": "info"}
_TONES = {"error": "danger", "warn": "warn", "info": "weak"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthIds:
    """Ids of the buttons, by the key of what they act on."""

    dismiss: IdOf
    restore: IdOf


def key_of(item: Finding) -> str:
    """Return what names a finding in a button's id; `read_key` takes it apart again."""
    return f"{item.kind.value}|{int(item.account_id)}|{item.subject}"


def read_key(text: str) -> tuple[str, int | None, str | None]:
    """Return kind, account and subject of a key; those of a whole kind have neither."""
    kind, _, rest = text.partition("|")
    account, _, subject = rest.partition("|")
    return (kind, int(account), subject) if account.isdigit() else (kind, None, None)


def summary(report: HealthReport) -> html.Div:
    """Say how the data stands, in one line."""
    if not report.open_count:
        said = f"Nothing looks wrong in {fmt.plural(report.accounts, 'account')}."
        return feedback.notice("ok", said, "Every check below found nothing.", dismiss=False)
    kinds = sum(bool(group.open) for group in report.groups)
    said = f"{fmt.plural(report.open_count, 'finding')} of {fmt.plural(kinds, 'kind')}"
    text = f"in {fmt.plural(report.accounts, 'account')}. Mend them, or say that they are all right."
    return feedback.notice("warn", said, text, dismiss=False)


def groups(report: HealthReport, ids: HealthIds) -> html.Div:
    """Return a card for each kind with findings, worst first, and the checks that found nothing."""
    worst = [group for group in report.groups if group.open]
    clean = [group for group in report.groups if not group.open]
    parts: list[Child] = [_card(group, ids) for group in worst]
    return html.Div([*parts, _clean(clean, ids)], className="fw-stack")


def nothing() -> html.Div:
    """Return the page of somebody without an account."""
    load = dcc.Link([icon("upload"), "Import a file"], href="/import", className="fw-btn primary")
    text = "The checks run over your fills, cash and files as soon as there are any."
    return feedback.empty("shield-check", "No data to check yet", text, actions=[load])


def _card(group: FindingGroup, ids: HealthIds) -> html.Section:
    from domain.health import EXPLANATIONS

    told = EXPLANATIONS[group.kind]
    count = f"{fmt.count(len(group.open))}{'+' if len(group.open) >= MOST else ''}"
    fix = dcc.Link([icon("wrench"), told.fix], href=group.open[0].fix_href, className="fw-btn")
    fine = controls.button("All of these are all right", id=ids.dismiss(group.kind.value), size="sm", kind="ghost")
    title = html.Div(
        [
            icon(_ICONS[told.level], tone=_TONES[told.level]),
            html.H2(told.title),
            html.Span(count, className="fw-count"),
        ],
        className="row-f",
    )
    head = html.Header([title, html.Div([fine, fix], className="r")], className="fw-card-h")
    meaning = html.P(told.meaning, className="fw-health-why")
    shown = [_row(item, ids, many=len(group.open) > 1) for item in group.open[:EXAMPLES]]
    rest = group.open[EXAMPLES : EXAMPLES + 95]
    body: list[Child] = [meaning, html.Ul(shown, className="fw-health-list")]
    if rest:
        more = html.Ul([_row(item, ids, many=True) for item in rest], className="fw-health-list")
        body.append(html.Details([html.Summary(f"{fmt.count(len(group.open) - EXAMPLES)} more"), more]))
    if group.dismissed:
        body.append(_dismissed(group, ids))
    return html.Section(
        [head, html.Div(body, className="fw-card-b")], className="fw-card fw-health", **{"aria-label": told.title}
    )


def _row(item: Finding, ids: HealthIds, *, many: bool) -> html.Li:
    from domain.health import EXPLANATIONS

    told = EXPLANATIONS[item.kind]
    acts: list[Child] = [dcc.Link("See it", href=item.href, className="fw-btn ghost xs")]
    if many and item.fix_href != item.href:
        acts.append(dcc.Link(told.fix, href=item.fix_href, className="fw-btn ghost xs"))
    acts.append(controls.button("That's all right", id=ids.dismiss(key_of(item)), size="xs", kind="ghost"))
    words = html.Div([html.Span(item.text, className="fw-num"), html.Span(item.account, className="k")], className="tx")
    return html.Li([words, html.Div(acts, className="row-f")])


def _dismissed(group: FindingGroup, ids: HealthIds) -> html.Details:
    rows = [
        html.Li(
            [
                html.Div([html.Span(item.text, className="fw-num"), html.Span(item.account, className="k")],
                         className="tx"),
                controls.button("Show it again", id=ids.restore(key_of(item)), size="xs", kind="ghost"),
            ]
        )
        for item in group.dismissed[:100]
    ]  # fmt: skip
    title = f"{fmt.plural(len(group.dismissed), 'finding')} called all right"
    return html.Details([html.Summary(title), html.Ul(rows, className="fw-health-list")])


def _clean(found: Sequence[FindingGroup], ids: HealthIds) -> html.Section:
    from domain.health import EXPLANATIONS

    rows = [
        html.Li(
            [
                icon("circle-check", tone="profit"),
                html.Div(
                    [html.Span(EXPLANATIONS[group.kind].clean), *([_dismissed(group, ids)] if group.dismissed else [])],
                    className="tx",
                ),
            ]
        )
        for group in found
    ]
    head = html.Header([html.H2("Checked and clean"), html.Span(fmt.count(len(rows)), className="sub")],
                       className="fw-card-h")  # fmt: skip
    body = html.Div(html.Ul(rows, className="fw-health-list clean"), className="fw-card-b")
    return html.Section([head, body], className="fw-card fw-health", hidden=not rows)

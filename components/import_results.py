"""What became of files: the result of an import and the list of past ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dash import dcc, html

from components import cards, feedback, forms, tables
from components import format as fmt
from components.icons import icon
from components.imports import accounting, problem_table

if TYPE_CHECKING:
    from domain.drafts import ImportEffect, ImportOutcome, Leftovers
    from domain.imports import ImportBatch

SHOWN_PROBLEMS = 50
_COLUMNS = (
    tables.Column(key="when", title="When", muted=True),
    tables.Column(key="file", title="File", strong=True),
    tables.Column(key="source", title="Source", muted=True, hide_mobile=True),
    tables.Column(key="account", title="Account", muted=True, hide_mobile=True),
    tables.Column(key="new", title="New", align="right"),
    tables.Column(key="skipped", title="Skipped", align="right", muted=True, hide_mobile=True),
    tables.Column(key="problems", title="Left out", align="right", hide_mobile=True),
    tables.Column(key="act", title="", align="right"),
)


def result(outcome: ImportOutcome, *, undo_id: Any, diff_id: Any, mend_id: Any) -> list[Any]:
    """Return the outcome of an import.

    Args:
        outcome: The import.
        undo_id: Id of the undo button.
        diff_id: Id of the button that shows what it changed.
        mend_id: Id of the button that opens the file again, to mend the rows left out.
    """
    batch = outcome.batch
    link = f"accounts={int(batch.account_id)}"
    side = [_worth_a_look(outcome.left, link)]
    body: list[Any] = [_headline(outcome, undo_id, diff_id)]
    main = [_problems(batch, mend_id)] if batch.problems else []
    body.append(html.Div([*main, *side], className="g im-grid" if main else "g"))
    return body


def _filter(batch: ImportBatch) -> str:
    """Return the filter of exactly what an import brought; of its account when it brought no fill."""
    link = f"accounts={int(batch.account_id)}"
    return f"{link}&import={int(batch.id)}" if batch.rows.executions else link


def _links(outcome: ImportOutcome, diff_id: Any) -> html.Div:
    batch = outcome.batch
    link = _filter(batch)
    first = outcome.period[0].astimezone(ZoneInfo(batch.timezone)).date() if outcome.period else None
    month = f"&month={first.isoformat()[:7]}" if first else ""
    ways: list[Any] = [
        forms.button("What it changed", id=diff_id, size="xs", icon_name="list"),
        forms.link_button("Trades of this file" if batch.rows.executions else "Trades", f"/trades?{link}", size="xs"),
        forms.link_button("Fills", f"/fills?{link}", size="xs", icon_name="clipboard-list"),
        forms.link_button(
            "Calendar", f"/calendar?accounts={int(batch.account_id)}{month}", size="xs", icon_name="calendar"
        ),
        forms.link_button(
            "Open positions", f"/portfolio?accounts={int(batch.account_id)}", size="xs", icon_name="layers"
        ),
    ]
    if batch.problems:
        href = f"/export/problems/{int(batch.id)}.csv"
        ways.append(forms.link_button("Problems as CSV", href, size="xs", icon_name="download", download=True))
    return html.Div(ways, className="im-ways")


def _headline(outcome: ImportOutcome, undo_id: Any, diff_id: Any) -> html.Section:
    batch, effect = outcome.batch, outcome.effect
    link = _filter(batch)
    rows = batch.rows
    is_new = rows.executions > 0
    title = (
        ", ".join([f"{fmt.plural(rows.executions, 'fill')} imported", *_closed_words(effect)])
        if is_new
        else "Nothing new in this file"
    )
    text = f"From {batch.filename} into {batch.account_name}. "
    acts: list[Any] = [
        forms.link_button("Review the trades", f"/trades?{link}", kind="primary", icon_name="arrow-right")
    ]
    if is_new:
        acts.insert(0, forms.button("Undo import", id=undo_id, icon_name="undo-2"))
    head = html.Div(
        [
            html.Span(icon("check" if is_new else "info", size=20), className="fw-file-ic im-ok"),
            html.Div([html.H2(title), html.P(text)], className="im-facts"),
            html.Div(acts, className="im-acts"),
        ],
        className="im-head",
    )
    figures = [(fmt.count(rows.executions), "new fills", ""), (fmt.count(rows.duplicates), "duplicates skipped", "")]
    if batch.completed_fees:
        figures.append((fmt.count(batch.completed_fees), "of them gave a fill its fees", ""))
    figures.append((fmt.count(rows.other), "other rows kept", ""))
    figures.append((fmt.count(rows.problems), "rows left out", ""))
    for currency, amount in (effect.net if effect else {}).items():
        figures.append((fmt.pnl(amount, currency), "net P&L added", fmt.tone(amount)))
    cells = [
        html.Div([html.Div(value, className=f"v{f' fw-{tone}' if tone else ''}"), html.Div(label, className="k")])
        for value, label, tone in figures[:6]
    ]
    strip = html.Div(cells, className="im-big fw-num", style={"--n": str(len(cells))})
    said = html.Div(accounting(rows), className="im-sum fw-num")
    notes = [html.Ul([html.Li(note) for note in batch.notes], className="im-notes")] if batch.notes else []
    return cards.card("", [head, strip, said, *notes, _links(outcome, diff_id)])


def _closed_words(effect: ImportEffect | None) -> list[str]:
    return [f"{fmt.plural(effect.closed, 'trade')} closed"] if effect else []


def _problems(batch: ImportBatch, mend_id: Any) -> html.Section:
    shown = list(batch.problems[:SHOWN_PROBLEMS])
    csv = forms.link_button(
        "CSV", f"/export/problems/{int(batch.id)}.csv", kind="ghost", size="xs", icon_name="download", download=True
    )
    rest = batch.rows.problems - len(shown)
    footer = html.Span(f"{fmt.count(rest)} more are in the CSV.") if rest > 0 else None
    mend = forms.button("Fix them now", id=mend_id, kind="ghost", size="xs")
    return cards.card("Rows left out", problem_table(shown), controls=[mend, csv], footer=footer, flush=True)


def _worth_a_look(left: Leftovers, link: str) -> html.Section:
    rows = []
    if left.untagged:
        title = f"{fmt.plural(left.untagged, 'trade')} {_have(left.untagged)} no tags"
        rows.append(_look("tags", title, "Tag them in bulk, filtered by symbol or time.", "Tag", f"/trades?{link}"))
    if left.without_stop:
        title = f"{fmt.plural(left.without_stop, 'trade')} {_have(left.without_stop)} no stop, so no R"
        rows.append(
            _look("shield", title, "Note the planned stop of a trade to see it in R.", "Review", f"/trades?{link}")
        )
    if left.held:
        names = ", ".join(f"{symbol} {fmt.quantity(quantity)}" for symbol, quantity in left.held[:4])
        more = len(left.held) - 4
        text = f"{names}{f' and {more} more' if more > 0 else ''}."
        number = len(left.held)
        title = f"{fmt.plural(number, 'position')} {'is' if number == 1 else 'are'} open"
        rows.append(_look("layers", title, text, "View", f"/portfolio?{link}"))
    body = rows or feedback.empty("circle-check", "Nothing to look at", "Every trade is closed, tagged and has a stop.")
    return cards.card("Worth a look", body)


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _look(icon_name: str, title: str, text: str, verb: str, href: str) -> html.Div:
    return html.Div(
        [
            html.Span(icon(icon_name), className="fw-file-ic"),
            html.Div([html.Div(title, className="t"), html.Div(text, className="im-sub fw-num")], className="im-facts"),
            forms.link_button(verb, href, size="xs"),
        ],
        className="im-look",
    )


def history(
    batches: Sequence[ImportBatch],
    titles: Mapping[str, str],
    *,
    timezone: str,
    now: datetime,
    undo_id: Callable[[int], Any],
    diff_id: Callable[[int], Any],
) -> html.Div:
    """Return the past imports, newest first.

    Args:
        batches: The imports.
        titles: Title of each format by slug.
        timezone: Zone of the times.
        now: For "Today".
        undo_id: Id of the undo button of an import.
        diff_id: Id of the button that shows what an import changed.
    """
    if not batches:
        return feedback.empty(
            "history", "No imports yet", "Every file you import is listed here and can be undone as a whole."
        )
    rows = [
        {
            "when": fmt.instant(batch.created_at, timezone, now=now),
            "file": _file_name(batch),
            "source": titles.get(batch.format, batch.format),
            "account": batch.account_name,
            "new": _fills_link(batch),
            "skipped": fmt.count(batch.rows.duplicates),
            "problems": _problem_link(batch),
            "act": html.Div(
                [forms.button("Changes", id=diff_id(int(batch.id)), kind="ghost", size="xs"), _undo(batch, undo_id)],
                className="im-queue-act",
            ),
        }
        for batch in batches
    ]
    return tables.table(_COLUMNS, rows, caption="Past imports")


def _fills_link(batch: ImportBatch) -> Any:
    number = fmt.count(batch.rows.executions)
    if batch.is_undone or not batch.rows.executions:
        return html.Span(number, className="fw-weak")
    return dcc.Link(
        number, href=f"/trades?import={int(batch.id)}", className="im-link", title="The trades with fills of this file"
    )


def _file_name(batch: ImportBatch) -> Any:
    name = html.Span(batch.filename, className="im-cut", title=batch.filename)
    number = len(batch.fixes.cells) + len(batch.fixes.skipped)
    return html.Span([name, " ", cards.tag(f"{fmt.count(number)} mended", tone="out")]) if number else name


def _problem_link(batch: ImportBatch) -> Any:
    number = fmt.count(batch.rows.problems)
    if not batch.rows.problems:
        return html.Span(number, className="fw-weak")
    return html.A(
        number, href=f"/export/problems/{int(batch.id)}.csv", download="", className="im-link", title="Download as CSV"
    )


def _undo(batch: ImportBatch, undo_id: Callable[[int], Any]) -> Any:
    if batch.is_undone:
        return cards.tag("undone", tone="out")
    return forms.button("Undo", id=undo_id(int(batch.id)), kind="ghost", size="xs")


def undo_question(batch: ImportBatch, by_hand: str = "") -> list[Any]:
    """Return what undoing an import takes away; `by_hand` are the changes by hand that go with it."""
    fills = fmt.plural(batch.rows.executions, "fill")
    other = f" and {fmt.plural(batch.rows.other, 'other row')}" if batch.rows.other else ""
    text = (
        f"{fills}{other} from {batch.filename} leave {batch.account_name}, and its trades are matched anew. "
        "Fills of other imports stay. The file can be imported again."
    )
    lost = [html.P(f"Changes made by hand to its fills go with it: {by_hand}.")] if by_hand else []
    return [text, *lost]


def formats(entries: Sequence[tuple[str, str]]) -> list[Any]:
    """Return the recognised layouts as tags."""
    tags = [cards.tag(title, tone="out") for _, title in entries]
    link = dcc.Link("Set up an account first", href="/settings/accounts", className="im-link")
    return [
        html.Div(tags, className="im-tags"),
        html.P(
            ["Any other table of fills works too: map its columns once and save them as a template. ", link, "."],
            className="im-sub",
        ),
    ]

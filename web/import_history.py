"""The list of past imports with its Undo, a part of the Import page."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import dash
from dash import ALL, dcc, html

from components import cards, feedback, import_results, import_steps
from components import format as fmt
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.import_diff import open_id
from web.page import CallbackRecorder
from web.shell import Shell, read_filter

ROWS = 100
PAST = CallbackRecorder()


class PastIds(StrEnum):
    """Ids of the list; write a number to CHANGED to have it filled again."""

    CHANGED = "import-changed"
    UNDOING = "import-undoing"
    UNDONE = "import-undone"
    UNDO = "import-undo"
    DIALOG = "import-undo-dialog"
    TEXT = "import-undo-text"
    CONFIRM = "import-undo-confirm"
    LIST = "import-history"
    FORMATS = "import-formats"


def panel(templates: list[Any]) -> html.Div:
    """Return the skeleton: past imports, templates, recognised files and the question before an undo."""
    history = html.Div(feedback.skeleton_table(5), id=PastIds.LIST)
    formats = html.Div(feedback.skeleton_lines(4), id=PastIds.FORMATS)
    return html.Div(
        [
            *(dcc.Store(id=name) for name in (PastIds.CHANGED, PastIds.UNDOING, PastIds.UNDONE)),
            cards.card("Past imports", history, flush=True, classes="im-history"),
            html.Div(
                [
                    *templates,
                    cards.card("Recognised files", formats, subtitle="by content", classes="im-formats"),
                ],
                className="col-f im-side",
            ),
            import_steps.undo_dialog(PastIds.DIALOG, text_id=PastIds.TEXT, confirm_id=PastIds.CONFIRM),
        ],
        className="g im-past",
    )


def undo_id(number: int, place: str = "list") -> dict[str, Any]:
    """Return the id of an undo button of an import; the page may show one in several places."""
    return {"type": PastIds.UNDO, "place": place, "import": number}


@PAST.callback(
    Output(PastIds.DIALOG, "data-fw-open"),
    Output(PastIds.TEXT, "children"),
    Output(PastIds.UNDOING, "data"),
    Input({"type": PastIds.UNDO, "place": ALL, "import": ALL}, "n_clicks"),
    prevent_initial_call=True,
)
def ask_undo(clicks: list[int | None]) -> tuple[Any, ...]:
    """Ask before an import is undone."""
    asked = dash.ctx.triggered_id
    if not any(clicks) or not asked or not dash.ctx.triggered[0]["value"]:
        raise dash.exceptions.PreventUpdate
    batch = services().imports.batch(current_owner(), int(asked["import"]))
    opening = f"undo-{batch.id}-{sum(number or 0 for number in clicks)}"
    by_hand = services().fills.lost_with_import(current_owner(), batch.id)
    return opening, import_results.undo_question(batch, by_hand), int(batch.id)


@PAST.callback(
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Output(PastIds.CHANGED, "data", allow_duplicate=True),
    Output(PastIds.UNDONE, "data"),
    Input(PastIds.CONFIRM, "n_clicks"),
    State(PastIds.UNDOING, "data"),
    prevent_initial_call=True,
)
def undo(clicks: int | None, number: int | None) -> tuple[Any, ...]:
    """Take an import back."""
    if not clicks or number is None:
        raise dash.exceptions.PreventUpdate
    batch = services().imports.undo(current_owner(), int(number))
    text = f"{fmt.plural(batch.rows.executions, 'fill')} of {batch.filename} left {batch.account_name}."
    return [feedback.toast("ok", "Import undone", text, key=f"undo-{number}")], -int(number), int(number)


@PAST.callback(
    Output(PastIds.LIST, "children"),
    Output(PastIds.FORMATS, "children"),
    Output(Shell.ACCOUNTS_LABEL, "children", allow_duplicate=True),
    Output(Shell.TRADE_COUNT, "children", allow_duplicate=True),
    Input(PastIds.CHANGED, "data"),
    State(Shell.FILTER, "data"),
    prevent_initial_call="initial_duplicate",
)
def fill_history(_: int | None, query: str | None) -> tuple[Any, Any, str, str]:
    """List the past imports and the formats, and say which accounts and trades there are now."""
    formats = services().imports.formats()
    person = current_profile()
    batches = services().imports.history(person.id, limit=ROWS)
    past = import_results.history(
        batches, dict(formats), timezone=person.timezone, now=services().clock(), undo_id=undo_id, diff_id=open_id
    )
    summary = services().portfolio.summary(person.id, read_filter(query))
    return past, import_results.formats(formats), summary.accounts_label, fmt.count(summary.trades)

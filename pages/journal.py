"""Journal: days with their trades and notes, what waits for review, and a search over everything written."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from dash import dcc, html
from dash.exceptions import PreventUpdate

from components import cards, controls, feedback, forms, journal_feed, journal_frame
from components import format as fmt
from web import journal_editor
from web.context import current_owner, current_profile, services
from web.dependencies import Input, Output, State
from web.journal_editor import Ids as EditorIds
from web.page import Page
from web.shell import Shell, read_filter

DAYS = 8


class Ids(StrEnum):
    """Ids of this page."""

    FEED = "journal-feed"
    MORE = "journal-more"
    QUEUE = "journal-queue"
    QUEUE_COUNT = "journal-queue-count"
    CATCH_UP = "journal-catch-up"
    SEARCH = "journal-search"
    HITS = "journal-hits"
    CHANGED = "journal-changed"


def layout(**_: str) -> html.Div:
    """Return the skeleton."""
    older = controls.button("Older days", id=Ids.MORE, size="md", attributes={"hidden": True})
    feed = [
        html.Div([*(cards.card("", feedback.skeleton_lines(4)) for _ in range(4))], id=Ids.FEED, className="fw-stack"),
        older,
    ]
    search = html.Div(
        [forms.search_input(Ids.SEARCH, "Search notes, days, setups"), html.Div(id=Ids.HITS, className="fw-hits")]
    )
    catch_up = controls.menu(
        controls.icon_button("ellipsis", "More", small=True, attributes={"data-fw-open": "", "aria-haspopup": "menu"}),
        [controls.menu_item("Call all but the last 7 days reviewed", id=Ids.CATCH_UP, icon_name="circle-check")],
        align="end",
    )
    waiting = cards.card(
        ["To review ", html.Span(id=Ids.QUEUE_COUNT, className="fw-count fw-num")],
        html.Div(feedback.skeleton_table(5), id=Ids.QUEUE),
        controls=catch_up,
    )
    side = [cards.card("", search, classes="fw-search-card"), waiting]
    body = html.Div([html.Div(feed, className="fw-stack"), html.Div(side, className="col-f")], className="g side")
    return journal_frame.frame(
        "/journal", [dcc.Store(id=Ids.CHANGED), body, journal_feed.editor(journal_editor.EDITOR)]
    )


PAGE = Page(module=__name__, path="/journal", title="Journal", order=35, icon="notebook-pen", key="J", layout=layout)
PAGE.recorded.extend(journal_editor.DESK.recorded)


@PAGE.callback(
    Output(Ids.FEED, "children"),
    Output(Ids.MORE, "hidden"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
    Input(Ids.MORE, "n_clicks"),
)
def fill_feed(query: str | None, _: Any, more: int | None) -> tuple[Any, bool]:
    """Show the newest days of the filter."""
    chosen, owner = read_filter(query), current_owner()
    page = services().journal_feed.page(owner, chosen, number=DAYS * (1 + (more or 0)))
    look = journal_feed.FeedLook(
        timezone=current_profile().timezone,
        today=services().portfolio.trading_day(owner),
        basis=chosen.basis,
        edit_type=EditorIds.EDIT,
        file_pick=EditorIds.FILE_PICK,
    )
    return journal_feed.days(page, look), page.older is None


@PAGE.callback(
    Output(Ids.QUEUE, "children"),
    Output(Ids.QUEUE_COUNT, "children"),
    Input(Shell.FILTER, "data"),
    Input(Ids.CHANGED, "data"),
)
def fill_queue(query: str | None, _: Any) -> tuple[Any, str]:
    """Show which closed trades wait for their review."""
    found = services().reviews.queue(current_owner(), read_filter(query))
    return journal_feed.queue(found, query=query or ""), fmt.count(found.waiting) if found.waiting else ""


@PAGE.callback(
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    Output(Shell.TOASTS, "children", allow_duplicate=True),
    Input(Ids.CATCH_UP, "n_clicks"),
    State(Shell.FILTER, "data"),
    prevent_initial_call=True,
)
def catch_up(clicks: int | None, query: str | None) -> tuple[Any, Any]:
    """Take what is older than a week out of the queue."""
    from datetime import timedelta

    if not clicks:
        raise PreventUpdate
    owner = current_owner()
    week_ago = services().portfolio.trading_day(owner) - timedelta(days=7)
    number = services().reviews.catch_up(owner, read_filter(query), week_ago)
    key = services().clock().isoformat()
    return {"caught": key}, [feedback.toast("ok", f"{fmt.plural(number, 'trade')} called reviewed", key=key)]


@PAGE.callback(Output(Ids.HITS, "children"), Input(Ids.SEARCH, "value"), prevent_initial_call=True)
def find_notes(asked: str | None) -> Any:
    """Find what was written."""
    found = services().journal_search.find(current_owner(), asked or "", most=15)
    return journal_feed.hits(found, asked or "")

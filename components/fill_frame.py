"""The Fills page before anything is known: its bar of views and actions, its grid and its cards."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html

from components import controls, feedback, fill_forms, fill_grid, forms, tables
from components.icons import icon

VIEWS = (("all", "All"), ("hand", "By hand"), ("edited", "Edited"), ("apart", "Set apart"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameIds:
    """Ids of the parts; `action` is the store that hears the buttons."""

    view: str
    search: str
    export: str
    action: str
    paste: str
    history: str
    table: str
    grid: str
    bulk: str
    summary: str
    cards: str
    total: str


def bar(ids: FrameIds) -> html.Div:
    """Return the views with the search box and what can be done without a selection."""
    new = {"data-fw-value": "new", "data-fw-key": "n", "title": "Add a fill  N"}
    add = controls.button("Add fill", kind="primary", icon_name="plus", attributes=new)
    paste = controls.button("Paste", icon_name="table", attributes={"data-fw-dialog": ids.paste})
    past = controls.button("History", icon_name="history", attributes={"data-fw-dialog": ids.history})
    look = {"className": "fw-btn", "title": "CSV of exactly these rows in this order"}
    export = html.A([icon("download"), "Export"], id=ids.export, href="/export/fills.csv", download="", **look)
    search = forms.search_input(ids.search, "Symbol")
    acts = [search, past, export, paste, html.Span(add, **{"data-fw-pick-store": ids.action})]
    return html.Div(
        [
            html.Div(forms.tabs(ids.view, VIEWS, "all", label="Which fills"), className="fw-views"),
            html.Div(acts, className="fw-fill-acts"),
        ],
        className="fw-viewbar fw-fill-bar",
    )


def nothing(*, is_narrowed: bool, has_account: bool) -> html.Div:
    """Return what stands in place of the grid when there is no fill to show."""
    if is_narrowed:
        text = "Choose other accounts, another period or another view above."
        return feedback.empty("list-filter", "No fills here", text)
    actions = [controls.link_button("Import a file", "/import", kind="primary", icon_name="upload", size="md")]
    if not has_account:
        text = "Import a broker's file. To type fills by hand, add an account first."
        actions.append(controls.link_button("Add an account", "/settings/accounts", kind="ghost", size="md"))
    else:
        text = "Import a broker's file, add a fill by hand, or paste rows from a spreadsheet."
    return feedback.empty("clipboard-list", "No fills yet", text, actions=actions)


def table(ids: FrameIds) -> html.Section:
    """Return the grid with its bulk bar, the cards that phones show in its place, and the total."""
    one_block = {"maxConcurrentDatasourceRequests": 1, "infiniteInitialRowCount": 1}
    grid = tables.grid(
        ids.grid,
        fill_grid.columns(),
        selection="multiple",
        options={**one_block, "stopEditingWhenCellsLoseFocus": True},
    )
    actions = fill_forms.bulk_actions(store=ids.action)
    desktop = [html.Div(grid, className="fw-grid-frame"), tables.bulk_bar(ids.bulk, html.Span(id=ids.summary), actions)]
    return html.Section(
        [
            html.Div(desktop, className="fw-trades-grid hide-m"),
            html.Div(feedback.skeleton_table(8), id=ids.cards, className="fw-trade-cards fw-fill-cards only-m"),
            html.Div(id=ids.total, className="fw-totals fw-num"),
        ],
        id=ids.table,
        className="fw-card fw-trades fw-fills fill",
    )

"""What the tabs of a portfolio share: the row of tabs, notices, empty states, links to a table's CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dash import html

from components import controls, feedback, forms
from components.icons import icon

if TYPE_CHECKING:
    from datetime import date

    from domain.errors import FillwiseError
    from domain.portfolio_figures import Notice

TABS = (
    ("Holdings", "/portfolio"),
    ("Performance", "/portfolio/performance"),
    ("Allocation", "/portfolio/allocation"),
    ("Income", "/portfolio/income"),
    ("Gains and tax", "/portfolio/gains"),
    ("Lots", "/portfolio/lots"),
    ("Transfers", "/portfolio/transfers"),
    ("Rebalance", "/portfolio/rebalance"),
    ("Frontier", "/portfolio/frontier"),
)


def tabs(path: str, menu_id: str) -> html.Div:
    """Return the row of tabs with the place for the menu of portfolios at its end."""
    links = forms.link_tabs([(title, href, "", href == path) for title, href in TABS])
    return html.Div([links, html.Div(id=menu_id, className="acts")], className="fw-pf-tabs")


def frame(path: str, body: Sequence[Any], *, menu_id: str) -> html.Div:
    """Return a tab's page."""
    return html.Div([tabs(path, menu_id), *body], className="page fw-pf-page")


def notices(found: Sequence[Notice]) -> list[Any]:
    """Return what a reader has to know; None of it for an empty list."""
    return [
        feedback.notice("warn" if item.is_warning else "info", item.title, item.text, dismiss=not item.is_warning)
        for item in found
    ]


def trouble(error: FillwiseError) -> html.Div:
    """Return why a portfolio cannot be computed, and what to do: a missing exchange rate."""
    rates = controls.link_button("Add exchange rates", "/settings/rates", kind="primary")
    return feedback.error_state(
        "This portfolio cannot be added up yet", f"{error.message} {error.hint}", actions=[rates]
    )


def nothing_yet() -> html.Div:
    """Return the state of a portfolio without any event."""
    return feedback.empty(
        "briefcase",
        "Nothing here yet",
        "Performance, allocation and gains appear with the first fills or movements of cash.",
        actions=[
            controls.link_button("Import a file", "/import", kind="primary"),
            controls.link_button("Choose other accounts", "/portfolio"),
        ],
    )


def csv_link(href: str, query: str | None, text: str = "CSV") -> html.A:
    """Return the download of a table for the filter of the page."""
    joined = "&" if "?" in href else "?"
    address = f"{href}{joined}{query}" if query else href
    return html.A([icon("file-down"), html.Span(text)], href=address, className="fw-btn ghost xs", download="")


def day_text(day: date) -> str:
    """Return a day as "20 Nov 2026"."""
    return f"{day.day} {day:%b %Y}"


def named_field(name: str, control: Any) -> html.Label:
    """Return a control in a table with a name that only a screen reader says."""
    return html.Label([html.Span(name, className="sr"), control], className="fw-pf-cell")

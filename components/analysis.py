"""The frame of the Analytics pages: their tabs, the chips of the filter, and pickers that set the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode

from dash import dcc, html

from components import format as fmt
from components import forms, picker, trade_filters
from components.icons import icon
from components.picker import Choice
from domain.filters import LedgerFilter

if TYPE_CHECKING:
    from analytics.dimensions import Dimension
    from services.filter_words import FilterWord

Child = Any
TABS = (
    ("Summary", "/analytics"),
    ("Breakdowns", "/analytics/breakdowns"),
    ("Cross table", "/analytics/cross"),
    ("Compare", "/analytics/compare"),
    ("Trends", "/analytics/trends"),
    ("Scatter", "/analytics/scatter"),
    ("Heat maps", "/analytics/heat-maps"),
)


def head(head_id: str) -> html.Div:
    """Return the place of tabs and chips; `web.analytics_head` fills it."""
    return html.Div(html.Nav(className="fw-tabs"), id=head_id, className="fw-ana-head")


def head_content(path: str, query: str, words: Sequence[FilterWord]) -> list[Child]:
    """Return tabs that keep the filter, and a chip for each part of it that narrows the trades.

    Args:
        path: Address of the page.
        query: The filter as the address holds it.
        words: Its parts.
    """
    tail = f"?{query}" if query else ""
    parts: list[Child] = [forms.link_tabs([(title, f"{to}{tail}", "", to == path) for title, to in TABS])]
    if words:
        chips = [trade_filters.set_chip(word.name, word.title, word.text) for word in words]
        trades = dcc.Link("Show the trades", href=f"/trades{tail}", className="fw-btn ghost xs")
        parts.append(html.Div([*chips, trades], className="fw-chips"))
    return parts


def read_state(search: str | None) -> dict[str, str]:
    """Return what an address says beside the filter, by name."""
    return {name: values[0] for name, values in parse_qs((search or "").lstrip("?")).items()}


def bar(*controls: Child, end: Sequence[Child] = ()) -> html.Div:
    """Return the row of pickers above the cards."""
    tail = [html.Div(list(end), className="end")] if end else []
    return html.Div([*controls, *tail], className="fw-ana-bar")


def query_picker(name: str, title: str, *, chip_id: Any, list_id: Any, find: str = "", width: int = 260) -> html.Div:
    """Return a chip whose list sets one name of the address beside the filter; a callback fills both.

    Args:
        name: Name in the address.
        title: What is picked.
        chip_id: Id of the chip (`Output(chip_id, "children")` = `picked_text(...)`).
        list_id: Id of its list.
        find: Placeholder of the find box, "" for none.
        width: Of the list, in pixels.
    """
    trigger = html.Button(
        picked_text(title, "…"),
        id=chip_id,
        className="fw-chip",
        type="button",
        **{"data-fw-open": "", "aria-haspopup": "true", "aria-expanded": "false"},
    )
    return picker.picker(
        trigger, picker.pick_list(list_id, {"data-fw-pick-query": name}, find=find), width=width, label=title
    )


def picked_text(title: str, text: str) -> list[Child]:
    """Return what a chip of `query_picker` shows."""
    return [html.Span(title, className="k"), html.Span(text, className="v"), icon("chevron-down", size=13)]


def query_input(name: str, input_id: str, placeholder: str) -> html.Div:
    """Return a line of text that sets one name of the address when it is left."""
    box = dcc.Input(id=input_id, placeholder=placeholder, className="fw-in sm", type="text", autoComplete="off")
    return html.Div(box, **{"data-fw-query-input": name})


def dimension_choices(dimensions: Sequence[Dimension], current: str, *, numbers: bool = False) -> list[Child]:
    """Return dimensions to pick from, their groups at the right; `numbers` leaves out those that are none."""
    return picker.choice_list(
        [
            Choice(value=item.slug, label=item.label, count=item.group, state=picker.picked(on=item.slug == current))
            for item in dimensions
            if item.is_number or not numbers
        ],
        many=False,
    )


def choices(entries: Mapping[str, str], current: str, *, counts: Mapping[str, int] | None = None) -> list[Child]:
    """Return values with their labels to pick from, and a number behind each where given."""
    return picker.choice_list(
        [
            Choice(
                value=value,
                label=label,
                count=fmt.count(counts[value]) if counts and value in counts else "",
                state=picker.picked(on=value == current),
            )
            for value, label in entries.items()
        ],
        many=False,
    )


def export_href(chosen: LedgerFilter, **names: str) -> str:
    """Return the address of a breakdown's CSV."""
    more = urlencode({name: text for name, text in names.items() if text})
    return "/export/breakdown.csv?" + "&".join(part for part in (more, chosen.to_query()) if part)


def trades_href(chosen: LedgerFilter) -> str:
    """Return the address of the Trades page with a filter."""
    return trade_filters.page_href(chosen)

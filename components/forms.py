"""Form fields on Dash's core components, in the look of the design system; values reach callbacks as usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from dash import dcc, html

from components.controls import (
    button,
    confirm_dialog,
    dialog,
    icon_button,
    link_button,
    menu,
    menu_caption,
    menu_item,
    menu_rule,
    popover,
    trigger_button,
)
from components.icons import icon

__all__ = [
    "add_chip", "button", "checklist", "chip", "confirm_dialog", "date_input", "date_range", "dialog",
    "drop_zone", "field", "icon_button", "link_button", "link_tabs", "menu", "menu_caption", "menu_item", "menu_rule",
    "number_input", "popover", "search_input", "segmented", "select", "settings_row", "steps", "switch", "tabs",
    "text_area", "text_input", "trigger_button",
]  # fmt: skip

Child = Any
Option = tuple[Any, Child]
Size = Literal["sm", "md", "lg"]


def _options(options: Sequence[Option]) -> list[dict[str, Any]]:
    return [{"value": value, "label": label} for value, label in options]


def field(label: Child, control: Child, *, help_: Child = "", error: str = "", for_id: str = "") -> html.Div:
    """Return a labelled control with help or an error below; the error says how to fix it."""
    children: list[Child] = [
        html.Label(label, className="fw-label", htmlFor=for_id or None),
        control,
    ]
    if error:
        children.append(html.Div([icon("circle-alert", size=13), error], className="fw-help err", role="alert"))
    elif help_:
        children.append(html.Div(help_, className="fw-help"))
    return html.Div(children, className=f"fw-field{' has-err' if error else ''}")


def text_input(
    id: Any,  # noqa: A002 - Dash's own name
    *,
    value: str = "",
    placeholder: str = "",
    kind: Literal["text", "password", "email", "search", "url", "tel"] = "text",
    size: Size = "md",
    debounce: bool | float = False,
    attributes: Mapping[str, Any] | None = None,
) -> dcc.Input:
    """Return a line of text; `debounce` waits for Enter or blur (True) or that many seconds."""
    return dcc.Input(
        id=id,
        value=value,
        placeholder=placeholder,
        type=kind,
        debounce=debounce,
        className=f"fw-in {size}",
        **{"autoComplete": "off", **(attributes or {})},
    )


def search_input(id: Any, placeholder: str, *, debounce: float = 0.25) -> html.Div:  # noqa: A002 - Dash's own name
    """Return a filter box; the key "/" goes to the first one on the page."""
    box = text_input(id, placeholder=placeholder, kind="search", size="sm", debounce=debounce)
    return html.Div([icon("search", size=14), box], className="fw-search-box", **{"data-fw-filter": ""})


def number_input(
    id: Any,  # noqa: A002 - Dash's own name
    *,
    value: float | None = None,
    unit: str = "",
    size: Size = "md",
    placeholder: str = "",
    debounce: bool | float = True,
    **limits: float,
) -> html.Div:
    """Return a number with its unit inside at the right; `limits` are min, max and step.

    A number outside its limits never leaves the browser: give none where the answer to it is an error that says why.
    """
    step: Any = limits.get("step", "any")
    box = dcc.Input(
        id=id,
        value=value,
        type="number",
        placeholder=placeholder,
        debounce=debounce,
        className=f"fw-in fw-num {size}",
        inputMode="decimal",
        **{**limits, "step": step},
    )
    return html.Div([box, html.Span(unit, className="u")] if unit else [box], className="fw-unit")


def text_area(id: Any, *, value: str = "", placeholder: str = "", rows: int = 4) -> dcc.Textarea:  # noqa: A002
    """Return a text of several lines."""
    return dcc.Textarea(id=id, value=value, placeholder=placeholder, rows=rows, className="fw-in-area")


def select(
    id: Any,  # noqa: A002 - Dash's own name
    options: Sequence[Option],
    *,
    value: Any = None,
    multi: bool = False,
    placeholder: str = "Choose",
    clearable: bool = False,
    size: Size = "sm",
) -> dcc.Dropdown:
    """Return a select of (value, label) options; searchable from nine options on."""
    return dcc.Dropdown(
        id=id,
        options=_options(options),
        value=value,
        multi=multi,
        placeholder=placeholder,
        clearable=clearable,
        searchable=len(options) > 8 or multi,
        className=f"fw-select {size}",
    )


def checklist(id: Any, options: Sequence[Option], value: Sequence[Any] = ()) -> dcc.Checklist:  # noqa: A002
    """Return tick boxes under each other."""
    return dcc.Checklist(id=id, options=_options(options), value=list(value), className="fw-checks")


def switch(id: Any, label: Child, on: bool = False) -> dcc.Checklist:  # noqa: A002 - Dash's own name
    """Return an on/off switch; its value is ["on"] or []."""
    return dcc.Checklist(
        id=id, options=[{"value": "on", "label": label}], value=["on"] if on else [], className="fw-switches"
    )


def segmented(
    id: Any,  # noqa: A002 - Dash's own name
    options: Sequence[Option],
    value: Any,
    *,
    label: str,
    small: bool = True,
) -> html.Div:
    """Return 2 to 7 short options side by side (`Input(id, "value")`)."""
    radios = dcc.RadioItems(id=id, options=_options(options), value=value, inline=True)
    return html.Div(radios, className=f"fw-seg fw-radio{' xs' if small else ''}", role="group", **{"aria-label": label})


def tabs(id: Any, options: Sequence[Option], value: Any, *, label: str = "Views") -> html.Div:  # noqa: A002
    """Return underlined tabs that do not change the address (`Input(id, "value")`)."""
    radios = dcc.RadioItems(id=id, options=_options(options), value=value, inline=True)
    return html.Div(radios, className="fw-tabs fw-radio", role="group", **{"aria-label": label})


def link_tabs(entries: Sequence[tuple[Child, str, str, bool]]) -> html.Nav:
    """Return tabs that are links: (label, href, count or "", whether it is the current one)."""
    links = [
        dcc.Link(
            [label, html.Span(count, className="n fw-num")] if count else label, href=href, className="on" if on else ""
        )
        for label, href, count, on in entries
    ]
    return html.Nav(links, className="fw-tabs", **{"aria-label": "Views"})


def chip(
    key: str,
    value: Child,
    *,
    id: Any = None,  # noqa: A002 - Dash's own name
    on: bool = False,
    removable: bool = False,
    attributes: Mapping[str, Any] | None = None,
) -> html.Button:
    """Return a filter chip; `on` when it narrows the rows, `removable` shows a cross instead of a caret."""
    mark = icon("x" if removable else "chevron-down", size=13)
    named = {"id": id} if id else {}
    children = [html.Span(key, className="k"), html.Span(value), mark]
    return html.Button(
        children, className=f"fw-chip{' on' if on else ''}", type="button", **(attributes or {}), **named
    )


def add_chip(text: str = "Filter", *, id: Any = None, attributes: Mapping[str, Any] | None = None) -> html.Button:  # noqa: A002 - Dash's own name
    """Return the dashed chip that adds something."""
    named = {"id": id} if id else {}
    return html.Button(
        [icon("plus", size=13), text], className="fw-chip add", type="button", **(attributes or {}), **named
    )


def date_range(id: Any, start: date | None = None, end: date | None = None) -> dcc.DatePickerRange:  # noqa: A002
    """Return two dates (`start_date`, `end_date` as ISO text), the week starting on Monday."""
    return dcc.DatePickerRange(
        id=id,
        start_date=start.isoformat() if start else None,
        end_date=end.isoformat() if end else None,
        display_format="D MMM YYYY",
        first_day_of_week=1,
        minimum_nights=0,
        start_date_placeholder_text="From",
        end_date_placeholder_text="To",
        className="fw-dates",
        number_of_months_shown=1,
        clearable=True,
    )


def date_input(id: Any, value: date | None = None) -> dcc.DatePickerSingle:  # noqa: A002 - Dash's own name
    """Return one date (`date` as ISO text)."""
    return dcc.DatePickerSingle(
        id=id,
        date=value.isoformat() if value else None,
        display_format="D MMM YYYY",
        first_day_of_week=1,
        placeholder="Date",
        className="fw-dates",
        clearable=True,
    )


def drop_zone(
    *,
    result_id: str,
    title: str,
    text: Child,
    accept: str = ".csv,.tsv,.txt,.xlsx,.xls,.htm,.html,.json",
    action: str = "/files/import",
    whole_window: bool = True,
    many: bool = False,
) -> html.Div:
    """Return a drop target that streams files to the server, with progress and cancel.

    The answer lands in a dcc.Store of the id `result_id`: {"name", "size", "status", "body", "at"}; give it as
    `Input(result_id, "data")`. With `whole_window` a file dropped anywhere on the page counts.

    Args:
        result_id: Id of the dcc.Store made here.
        title: First line.
        text: Second line, e.g. the formats.
        accept: File name endings.
        action: Route that takes the raw body, `?name=` appended.
        whole_window: Whether the whole window is the target.
        many: Whether several files may be dropped at once; they are sent one after the other.
    """
    look = {
        "data-fw-upload": action,
        "data-fw-result": result_id,
        "data-fw-accept": accept,
        "data-drop": "window" if whole_window else "here",
        "data-fw-many": "true" if many else "",
    }
    busy = html.Div(
        [
            html.Div([html.Span(className="what"), html.Span(className="done fw-num")], className="line"),
            html.Div(html.I(), className="fw-meter t6"),
        ],
        className="busy",
        hidden=True,
    )
    idle = html.Div([html.Div(title, className="t"), html.Div(text, className="b")], className="idle")
    return html.Div(
        [
            dcc.Store(id=result_id),
            icon("upload", size=20),
            html.Div([idle, busy, html.Div(className="err", role="alert", hidden=True)], className="txt"),
            html.Button("Browse", className="fw-btn browse", type="button"),
            html.Button("Cancel", className="fw-btn ghost cancel", type="button", hidden=True),
        ],
        className="fw-drop",
        **look,
    )


def steps(names: Sequence[str], current: int) -> html.Ol:
    """Return the steps of a wizard; `current` counts from 0, earlier ones are ticked."""
    items = []
    for number, name in enumerate(names):
        state = "done" if number < current else "now" if number == current else ""
        mark = icon("check", size=12) if state == "done" else str(number + 1)
        spoken = {"aria-current": "step"} if state == "now" else {}
        items.append(html.Li([html.Span(mark, className="no fw-num"), html.Span(name)], className=state, **spoken))
    return html.Ol(items, className="fw-steps", **{"aria-label": "Steps"})


def settings_row(title: Child, text: Child, control: Child) -> html.Div:
    """Return a row of a settings page: what, why, and its control at the right."""
    return html.Div(
        [html.Div([html.Div(title, className="t"), html.Div(text, className="b")]), html.Div(control, className="c")],
        className="fw-setting",
    )

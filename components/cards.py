"""Cards: the one level of boxes a page has, with their header, the chart's menu and the KPI strip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from components.icons import icon
from components.marks import (
    delta,
    dot,
    exposure_bar,
    kbd,
    meter,
    quality_bar,
    r_bar,
    role_colour,
    side,
    signed,
    sparkline,
    symbol,
    tag,
    tags,
)
from components.why_mark import NOWHERE, Note, why_button, why_chart, why_note

__all__ = [
    "card", "card_header", "chart_card", "delta", "dot", "exposure_bar", "kbd", "key_values", "kpi", "kpi_strip",
    "legend", "meter", "quality_bar", "r_bar", "role_colour", "side", "signed", "sparkline", "stat", "symbol",
    "tag", "tags",
]  # fmt: skip

Child = Any


def card_header(title: Child, *, subtitle: Child = "", controls: Child = None, mark: Child = None) -> html.Header:
    """Return a card's header: title, the mark that explains it, unit or scope, and controls at the right."""
    children: list[Child] = [html.H2(title)]
    if mark is not None:
        children.append(mark)
    if subtitle != "":
        children.append(html.Span(subtitle, className="sub"))
    if controls is not None:
        children.append(html.Div(controls, className="r"))
    return html.Header(children, className="fw-card-h")


def card(
    title: Child,
    body: Child,
    *,
    subtitle: Child = "",
    controls: Child = None,
    footer: Child = None,
    classes: str = "",
    flush: bool = False,
    id: str | None = None,  # noqa: A002 - Dash's own name
) -> html.Section:
    """Return a card; `flush` lets a table run from edge to edge; an empty title leaves the header out."""
    children: list[Child] = []
    # A component without children is falsy; only the empty text means "no header".
    if title != "":
        children.append(card_header(title, subtitle=subtitle, controls=controls))
    children.append(html.Div(body, className=f"fw-card-b{' flush' if flush else ''}"))
    if footer is not None:
        children.append(html.Footer(footer, className="fw-card-f"))
    named = {"id": id} if id else {}
    return html.Section(children, className=f"fw-card {classes}".strip(), **named)


def chart_card(
    title: str,
    graph: Child,
    *,
    subtitle: Child = "",
    controls: Child = None,
    legend: Child = None,
    explain: str | Note,
    csv_href: str = "",
    classes: str = "",
) -> html.Section:
    """Return a card around a chart, with its mark and the menu PNG, SVG, CSV, table, full screen, how computed.

    Args:
        title: Heading; also the title of the exported picture.
        graph: A `components.charts.graph`.
        subtitle: Unit or scope.
        controls: Segmented controls and buttons left of the menu.
        legend: A `legend`, hidden on phones.
        explain: How it is drawn; a text is that of a chart that no list stands behind.
        csv_href: Download of the exact series; without it the browser writes the plotted points.
        classes: More CSS classes, e.g. "c7".
    """
    parts = [html.Span(legend, className="hide-m")] if legend is not None else []
    parts += list(controls) if isinstance(controls, list | tuple) else [controls] if controls is not None else []
    parts.append(_chart_menu(title, csv_href=csv_href))
    note = Note(formula="", about=explain, href=NOWHERE) if isinstance(explain, str) else explain
    return html.Section(
        [
            card_header(title, subtitle=subtitle, controls=parts, mark=why_chart(title, note)),
            html.Div(graph, className="fw-card-b"),
        ],
        className=f"fw-card fw-chart-card {classes}".strip(),
        **{"data-fw-title": title, "data-fw-csv": csv_href},
    )


def _chart_menu(title: str, *, csv_href: str) -> html.Div:
    items = [
        _menu_button("image-down", "Save as PNG", "png"),
        _menu_button("image", "Save as SVG", "svg"),
        html.A([icon("file-down"), "Save as CSV"], href=csv_href, className="it", role="menuitem", download="")
        if csv_href
        else _menu_button("file-down", "Save as CSV", "csv"),
        html.Hr(),
        _menu_button("table", "Show as table", "table"),
        _menu_button("maximize", "Full screen", "full"),
        _menu_button("circle-question-mark", "How is this computed?", "explain"),
    ]
    trigger = html.Button(
        icon("ellipsis"),
        className="fw-icon-btn xs",
        type="button",
        title="Export and options",
        **{"aria-label": f"Export and options for {title}", "aria-haspopup": "menu", "data-fw-open": ""},
    )
    menu = html.Div(items, className="fw-menu fw-pop", role="menu", hidden=True, **{"data-fw-align": "end"})
    return html.Div([trigger, menu], className="fw-pop-wrap")


def _menu_button(icon_name: str, text: str, action: str) -> html.Button:
    return html.Button(
        [icon(icon_name), text], className="it", type="button", role="menuitem", **{"data-fw-chart": action}
    )


def legend(entries: Sequence[tuple[str, str]]) -> html.Span:
    """Return a legend; each entry is (text, role), the role of `role_colour` with "-dash" or "-sq" behind it."""
    return html.Span([html.Span([_swatch(role), text]) for text, role in entries], className="leg")


def _swatch(role: str) -> html.I:
    name, _, shape = role.partition("-") if role.endswith(("-dash", "-sq")) else (role, "", "")
    return html.I(className=shape, style={"--c": role_colour(name)})


def kpi(  # noqa: PLR0913 - one argument for each part of the cell
    label: str,
    value: Child,
    *,
    tone: str = "",
    small: str = "",
    delta: Child = None,
    context: Child = "",
    spark: Sequence[float] | None = None,
    spark_role: str = "text-3",
    info: str = "",
    href: str = "",
    why: str = "",
    why_query: str | None = None,
    note: Note | None = None,
) -> html.Div | dcc.Link:
    """Return one cell of the KPI strip.

    Args:
        label: What it is.
        value: The formatted value, e.g. "54.5%".
        tone: "profit", "loss" or "" (as text).
        small: Unit or second value in grey behind the value.
        delta: A `marks.delta`.
        context: Grey text in the last line; a list becomes several parts.
        spark: Values of the sparkline.
        spark_role: Its colour role.
        info: Explanation, shown on hovering the (i); for "n/a" the reason.
        href: Where a click leads (the breakdown).
        why: Metric whose derivation the mark beside the label shows.
        why_query: The filter it was computed with; None takes that of the page.
        note: For a figure that is no metric: what the mark shows.
    """
    top: list[Child] = [label]
    if why:
        top.append(why_button(why, label, query=why_query, hint=info))
    elif note is not None:
        top.append(why_note(label, note, value=_whole(value, small), hint=info))
    elif info:
        top.append(html.Span(icon("info", size=12), title=info, tabIndex="0", **{"aria-label": info}))
    shown = html.Span(value, className=f"fw-{tone}") if tone else value
    parts = list(context) if isinstance(context, list | tuple) else [context] if context else []
    rest = ([delta] if delta is not None else []) + [html.Span(part) for part in parts]
    children = [
        html.Div(top, className="l"),
        html.Div([shown, *([" ", html.Small(small)] if small else [])], className="v"),
        html.Div(rest, className="d"),
    ]
    if spark is not None:
        children.append(html.Span(sparkline(spark, role=spark_role), className="spark hide-m"))
    if href:
        return dcc.Link(children, href=href, className="fw-kpi fw-num")
    return html.Div(children, className="fw-kpi fw-num")


def _whole(value: Child, small: str) -> str:
    return f"{value} {small}".rstrip() if isinstance(value, str) else ""


def kpi_strip(cells: Sequence[Child], *, label: str = "Key figures") -> html.Section:
    """Return the KPI strip: one card, its cells split by hairlines."""
    row = html.Div(list(cells), className="fw-kpis", style={"--n": str(len(cells))})
    return html.Section(row, className="fw-card", **{"aria-label": label})


def key_values(pairs: Sequence[tuple[Child, Child]]) -> html.Dl:
    """Return label and value lines; values are text or components."""
    children: list[Child] = []
    for name, value in pairs:
        children += [html.Dt(name), html.Dd(value)]
    return html.Dl(children, className="fw-kv fw-num")


def stat(label: str, value: Child, *, tone: str = "", small: str = "", mark: Child = None) -> html.Span:
    """Return a small label above its value (page heads, position summaries); `mark` explains it."""
    shown: list[Child] = [html.B(value, className=f"fw-{tone}" if tone else "")]
    if small:
        shown.append(html.Small(small))
    name = label if mark is None else [label, mark]
    return html.Span([html.Span(name, className="k"), html.Span(shown)], className="fw-stat-cell fw-num")

"""The frame around every page: sidebar, top bar with the global filter, status bar, dialogs.

It knows no user: what depends on one (counts, accounts, the Today meter, the person) is filled by callbacks with
the functions of `components.shell_parts`. Menus, collapse, search and keys work in the browser (assets/js).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from dash import dcc, html

from components import keyboard_help
from components.controls import icon_button, popover, trigger_button
from components.forms import date_range, segmented
from components.icons import icon
from domain.filters import Basis, FigureUnit
from domain.periods import PRESETS

Child = Any
CUSTOM_PERIOD = "custom"


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """A page in the navigation.

    Attributes:
        path: Address.
        title: Text.
        icon: Icon name.
        key: Letter after G that opens it ("T"), "" for none.
        group: Label above the first of a group ("Markets"), "" for none.
        place: "main", or "foot" below the Today meter.
        filters: Whether the global filter applies (not on Import, Market, Backtest, Settings).
        mobile: Whether it has a place in the tab bar of phones (up to three).
        count_id: Id of the span that shows a number, "" for none.
        words: Further words that find it in the command palette.
    """

    path: str
    title: str
    icon: str
    key: str = ""
    group: str = ""
    place: Literal["main", "foot"] = "main"
    filters: bool = True
    mobile: bool = False
    count_id: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShellIds:
    """Ids of the parts that callbacks read or fill; the caller owns them.

    Attributes:
        title: h1's frame; children = `shell_parts.page_title(...)`.
        accounts: dcc.Checklist of account ids (value: list); its options come from `shell_parts.account_options`.
        accounts_label: Text of the accounts button.
        period: dcc.RadioItems, a key of `domain.periods.PRESETS` or "custom".
        period_label: Text of the period button.
        dates: dcc.DatePickerRange (start_date, end_date).
        unit: dcc.RadioItems of `domain.filters.FigureUnit`.
        basis: dcc.RadioItems of `domain.filters.Basis`.
        currency: dcc.Dropdown of the reporting currency.
        today: Today meter; children = `shell_parts.today_meter(...)`.
        user_menu: Panel of the person; children = `shell_parts.user_menu(...)`.
        user_badge: Initials in the round button.
        status: Status bar; children = `shell_parts.status_bar(...)`.
        toasts: Toast region; children = list of `feedback.toast`.
        notices: Region under the top bar for page-wide notices.
    """

    title: str
    accounts: str
    accounts_label: str
    period: str
    period_label: str
    dates: str
    unit: str
    basis: str
    currency: str
    today: str
    user_menu: str
    user_badge: str
    status: str
    toasts: str
    notices: str


def shell(ids: ShellIds, nav: Sequence[NavItem], page: Child, *, actions: Child = None) -> html.Div:
    """Return the whole frame.

    Args:
        ids: Ids of its parts.
        nav: Pages in order.
        page: The page container (dash.page_container).
        actions: Further icon buttons left of the theme switch.
    """
    main = html.Main(
        [html.Div(id=ids.notices, className="fw-notices"), html.Div(page, className="wrap")],
        id="main",
        className="fw-main",
        tabIndex="-1",
    )
    return html.Div(
        [
            html.A("Skip to content", href="#main", className="fw-skip"),
            html.Div(
                [
                    sidebar(ids, nav),
                    top_bar(ids, actions=actions),
                    main,
                    html.Footer(
                        id=ids.status, className="fw-stat fw-num", **{"aria-label": "Market status and quotes"}
                    ),
                    tab_bar(nav),
                ],
                className="fw-app",
            ),
            html.Div(
                id=ids.toasts, className="fw-toasts", role="region", **{"aria-label": "Messages", "aria-live": "polite"}
            ),
            command_palette(),
            keyboard_help.dialog([(item.key, item.title) for item in nav if item.key]),
            _nav_data(nav),
        ]
    )


def sidebar(ids: ShellIds, nav: Sequence[NavItem]) -> html.Aside:
    """Return the sidebar with brand, pages, Today meter and foot."""
    brand = html.Div(
        [
            html.Span(className="fw-mark", **{"aria-hidden": "true"}),
            html.Span("Fillwise"),
            icon_button(
                "panel-left", "Fold the sidebar", small=True, shortcut="[", attributes={"data-fw-act": "collapse"}
            ),
        ],
        className="fw-brand",
    )
    children: list[Child] = [brand]
    group = ""
    for item in (each for each in nav if each.place == "main"):
        if item.group != group:
            group = item.group
            children.append(html.Div(group, className="fw-nav-label"))
        children.append(_nav_link(item))
    foot = [html.Div(id=ids.today, className="fw-today"), *(_nav_link(each) for each in nav if each.place == "foot")]
    children.append(html.Div(foot, className="fw-side-foot"))
    return html.Aside(
        html.Nav(children, className="fw-side-in"), className="fw-side", **{"aria-label": "Main navigation"}
    )


def _nav_link(item: NavItem) -> dcc.Link:
    parts: list[Child] = [icon(item.icon), html.Span(item.title, className="tx")]
    if item.count_id:
        parts.append(html.Span(id=item.count_id, className="n fw-num"))
    title = f"{item.title}  G {item.key}" if item.key else item.title
    return dcc.Link(parts, href=item.path, className="fw-nav", title=title)


def top_bar(ids: ShellIds, *, actions: Child = None) -> html.Header:
    """Return the top bar: title, global filter, search, theme, person."""
    search = html.Button(
        [icon("search", size=14), html.Span("Search or jump to", className="tx"), html.Span("Ctrl K", className="kbd")],
        className="fw-search",
        type="button",
        **{"aria-label": "Search or run a command", "data-fw-act": "palette"},
    )
    end = list(actions) if isinstance(actions, list | tuple) else [actions] if actions is not None else []
    return html.Header(
        [
            html.Div(id=ids.title, className="fw-title"),
            _filters(ids),
            html.Div(className="fw-sp"),
            search,
            *end,
            icon_button("sun-moon", "Switch theme", shortcut="T", attributes={"data-fw-act": "theme"}),
            _person(ids),
        ],
        className="fw-top",
    )


def _filters(ids: ShellIds) -> html.Div:
    """Return the global filter; on phones it becomes the second row of the header."""
    accounts = popover(
        _filter_trigger("wallet", ids.accounts_label, "All accounts", "Accounts  A", "accounts"),
        [
            html.Div("Accounts", className="cap"),
            dcc.Checklist(id=ids.accounts, options=[], value=[], className="fw-checks menu"),
            html.Hr(),
            dcc.Link([icon("settings"), html.Span("Manage accounts")], href="/settings/accounts", className="it"),
        ],
        width=300,
        label="Accounts",
    )
    period = popover(
        _filter_trigger("calendar", ids.period_label, "All time", "Dates  D", "period"),
        [
            dcc.RadioItems(id=ids.period, options=_period_options(), value="all", className="fw-choices"),
            html.Div([html.Div("From and to", className="cap"), date_range(ids.dates)], className="fw-custom"),
        ],
        width=286,
        label="Period",
    )
    units = [(unit.value, unit.value) for unit in FigureUnit]
    unit = segmented(ids.unit, units, FigureUnit.MONEY.value, label="Unit", small=False)
    return html.Div([accounts, period, unit, _basis_and_currency(ids)], className="fw-filters")


def _basis_and_currency(ids: ShellIds) -> html.Div:
    bases = [(Basis.NET.value, "Net"), (Basis.GROSS.value, "Gross")]
    return popover(
        icon_button(
            "sliders-horizontal", "Net or gross, currency", attributes={"data-fw-open": "", "aria-haspopup": "true"}
        ),
        [
            html.Div("Profit and loss", className="cap"),
            html.Div(segmented(ids.basis, bases, Basis.NET.value, label="Before or after fees"), className="pad"),
            html.Div("Currency", className="cap"),
            html.Div(
                dcc.Dropdown(id=ids.currency, options=[], placeholder="As traded", className="fw-select sm"),
                className="pad",
            ),
        ],
        width=220,
        label="Net or gross, currency",
    )


def _filter_trigger(icon_name: str, label_id: str, text: str, title: str, key: str) -> html.Button:
    return trigger_button(
        html.Span(text, id=label_id),
        icon_name=icon_name,
        classes="fw-filter fw-num",
        attributes={"title": title, "data-fw-filter-key": key},
    )


def _period_options() -> list[dict[str, str]]:
    presets = [{"value": key, "label": text} for key, text in PRESETS.items()]
    return [*presets, {"value": CUSTOM_PERIOD, "label": "Custom"}]


def _person(ids: ShellIds) -> html.Div:
    badge = html.Button(
        html.Span(icon("user", size=14), id=ids.user_badge),
        className="fw-avatar",
        type="button",
        **{"aria-label": "Account menu", "aria-haspopup": "menu", "data-fw-open": ""},
    )
    panel = html.Div(
        id=ids.user_menu,
        className="fw-menu fw-pop",
        hidden=True,
        role="menu",
        style={"width": "236px"},
        **{"data-fw-align": "end"},
    )
    return html.Div([badge, panel], className="fw-pop-wrap")


def tab_bar(nav: Sequence[NavItem]) -> html.Nav:
    """Return the tab bar of phones: two pages, import, one page, More."""
    links = [
        dcc.Link([icon(item.icon, size=20), item.title], href=item.path, className="fw-tab")
        for item in nav
        if item.mobile
    ][:3]
    add = dcc.Link(
        html.Span(icon("plus", size=20, label="Import or log a trade"), className="add"),
        href="/import",
        className="fw-tab",
    )
    more = html.Button(
        [icon("menu", size=20), "More"],
        className="fw-tab",
        type="button",
        **{"data-fw-act": "more", "aria-haspopup": "true"},
    )
    return html.Nav([*links[:2], add, *links[2:], more], className="fw-tabbar", **{"aria-label": "Main pages"})


def command_palette() -> html.Dialog:
    """Return the empty command palette; assets/js/palette.js fills its list."""
    hints = [
        html.Span([html.Span("↑", className="kbd"), html.Span("↓", className="kbd"), "move"]),
        html.Span([html.Span("Enter", className="kbd"), "open"]),
        html.Span(className="fw-sp"),
        html.Span([html.Span("#", className="kbd"), "tag"]),
        html.Span([html.Span(">", className="kbd"), "action"]),
        html.Span([html.Span("?", className="kbd"), "shortcuts"]),
    ]
    # The input is made by palette.js: React would fight over its value.
    head = html.Div([icon("search"), html.Span(className="slot"), html.Span("Esc", className="kbd")], className="in")
    return html.Dialog(
        [
            head,
            html.Div(className="bar", hidden=True),
            html.Div(className="fw-menu list", role="listbox", **{"aria-label": "Results"}),
            html.Div(hints, className="ft"),
        ],
        className="fw-cmd",
        **{"data-fw-palette": "", "aria-label": "Command palette"},
    )


def _nav_data(nav: Sequence[NavItem]) -> html.Div:
    """Return the pages as data for the scripts (current page, keys, command palette)."""
    rows = [
        {
            "path": item.path,
            "title": item.title,
            "icon": item.icon,
            "key": item.key.lower(),
            "filters": item.filters,
            "words": item.words,
        }
        for item in nav
    ]
    return html.Div(hidden=True, **{"data-fw-nav": json.dumps(rows)})

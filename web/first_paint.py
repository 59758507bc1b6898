"""What stands on the screen until Dash has built the page: its frame, and a page's own first picture.

Dash draws nothing before its scripts have run and its layout has come. The index carries the frame as plain HTML
instead of a spinner, and a page may add what it can show without Dash, such as a chart that the browser draws by
itself: then Dash's scripts, which keep the browser busy, lie in a template until that is drawn
(`assets/chart/first.mjs`). `assets/js/first.js` takes all of it away when the page is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import dash
from dash import html
from flask import request
from markupsafe import Markup

from components import feedback, shell, shell_parts
from components.markup import to_html
from components.shell import NavItem, ShellIds
from domain.errors import FillwiseError
from web.context import current_profile
from web.page import Page

_SOURCE = re.compile(r'<script[^>]* src="([^"]+)"')
_EMPTY = Markup()
_NO_IDS = ShellIds(**{each.name: "" for each in fields(ShellIds)})
"""Names belong to the page that Dash builds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPaint:
    """What a page shows before Dash.

    Attributes:
        body: Components of `dash.html` in the place of the page.
        module: Address of the script module that brings them to life, "" for none.
        preload: Addresses of what that module will ask for: modules (".mjs") and other files.
    """

    body: Any
    module: str = ""
    preload: Sequence[str] = ()


_NOTHING = FirstPaint(body=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    side: Markup = _EMPTY
    tabs: Markup = _EMPTY
    pages: Mapping[str, Page] = field(default_factory=dict)


class FirstPaintDash(dash.Dash):  # type: ignore[misc]  # Dash has no types
    """Dash, with a first paint in its index."""

    frame = _Frame()

    def paint_first(self, pages: Sequence[Page], items: Sequence[NavItem]) -> None:
        """Take the pages and the navigation that the first paint shows."""
        found = {page.path: page for page in pages if page.path}
        self.frame = _Frame(
            side=to_html(shell.sidebar(_NO_IDS, items)), tabs=to_html(shell.tab_bar(items)), pages=found
        )

    def interpolate_index(self, **parts: str) -> str:
        """Write the index of the page that is asked for."""
        page = self.frame.pages.get(request.path)
        first = _paint(page)
        parts["css"] = f"{_preloads(first)}{parts['css']}"
        parts["app_entry"] = f"{parts['app_entry']}{self._place(page, first)}"
        if first.module:
            parts |= _held_back(parts["scripts"], parts["renderer"])
        return str(super().interpolate_index(**parts))

    def _place(self, page: Page | None, first: FirstPaint) -> Markup:
        head = _of_class("fw-title", shell_parts.page_title(page.title if page else ""))
        notices = _of_class("fw-notices", feedback.demo_notice() if current_profile().is_demo else None)
        main = _of_class("fw-main", [notices, _of_class("wrap", first.body)])
        middle = [_of_class("fw-top", head), main, _of_class("fw-stat")]
        module = Markup('<script type="module" async src="{}"></script>').format(first.module) if first.module else ""
        return Markup('<div id="fw-first" class="{}"><div class="fw-app">{}{}{}</div></div>{}').format(
            "lean" if first.module else "",
            _mark_current(self.frame.side, page),
            to_html(middle),
            _mark_current(self.frame.tabs, page),
            module,
        )


def _paint(page: Page | None) -> FirstPaint:
    if page is None or page.first is None:
        return _NOTHING
    try:
        return page.first()
    except FillwiseError:
        return _NOTHING  # the page itself says what is wrong


def _of_class(name: str, children: Any = None) -> html.Div:
    return html.Div(children, className=name)


def _mark_current(navigation: Markup, page: Page | None) -> Markup:
    if page is None:
        return navigation
    link = Markup(' href="{}"').format(page.path)
    return navigation.replace(link, Markup(' aria-current="page"') + link)


def _preloads(first: FirstPaint) -> Markup:
    module = Markup('<link rel="modulepreload" href="{}">')
    other = Markup('<link rel="preload" href="{}" as="fetch" crossorigin>')
    return Markup().join((module if path.endswith(".mjs") else other).format(path) for path in first.preload)


def _held_back(scripts: str, renderer: str) -> dict[str, str]:
    """Return Dash's scripts as what a browser fetches but does not run."""
    fetched = "".join(
        f'<link rel="preload" as="script" fetchpriority="low" href="{path}">' for path in _SOURCE.findall(scripts)
    )
    return {"scripts": f'{fetched}<template id="fw-scripts">{scripts}{renderer}</template>', "renderer": ""}

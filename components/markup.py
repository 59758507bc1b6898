"""Components of Dash as HTML: for what stands on the screen before Dash does, and for what is seen once it is opened.

Every component costs the browser about a millisecond when a page is built. A long menu that nothing but our scripts
listens to is spared that: it travels as text (`late`), and `fw.unfold` of `assets/js/shell.js` makes it when it opens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc
from dash.development.base_component import Component
from markupsafe import Markup, escape

_HTML = "dash_html_components"
_NAMES = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex"}
_EMPTY = frozenset({"hr", "br", "img", "input"})


def to_html(given: Any) -> Markup:
    """Return components of `dash.html`, links of `dash.dcc`, texts, or a list of them as HTML.

    Raises:
        TypeError: For a component that only a browser can draw.
    """
    if given is None:
        return Markup()
    if isinstance(given, list | tuple):
        return Markup().join(to_html(item) for item in given)
    return _element(given) if isinstance(given, Component) else escape(given)


def late(given: Any) -> dict[str, str]:
    """Return the attribute of a panel or dialog that makes these components its content when it is opened first."""
    return {"data-fw-late": str(to_html(given))}


def _element(component: Component) -> Markup:
    made = component.to_plotly_json()
    is_link = isinstance(component, dcc.Link)
    if not is_link and made["namespace"] != _HTML:
        message = f"{made['type']} cannot be written as HTML."
        raise TypeError(message)
    tag = "a" if is_link else made["type"].lower()
    properties: dict[str, Any] = dict(made["props"])
    children = properties.pop("children", None)
    written = Markup().join(_attribute(name, value) for name, value in properties.items() if _is_said(name, value))
    opened = Markup("<{}{}>").format(tag, written)
    return opened if tag in _EMPTY else Markup("{}{}</{}>").format(opened, to_html(children), tag)


def _is_said(name: str, value: Any) -> bool:
    """Whether React would write it: a mark for our scripts may be empty."""
    if value == "":
        return name.startswith("data-")
    return bool(value) or (value == 0 and value is not False)


def _attribute(name: str, value: Any) -> Markup:
    written = _NAMES.get(name, name if "-" in name else name.lower())
    if value is True:
        return Markup(" {}").format(written)
    if isinstance(value, Mapping):  # a style
        value = ";".join(f"{key}:{part}" for key, part in value.items())
    return Markup(' {}="{}"').format(written, value)

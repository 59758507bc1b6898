"""Reading a Dash component tree in tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component
from markupsafe import Markup


def walk(node: Any) -> Iterator[Component]:
    """Yield every component of a tree, from the top."""
    if isinstance(node, list | tuple):
        for each in node:
            yield from walk(each)
    elif isinstance(node, Component):
        yield node
        yield from walk(getattr(node, "children", None))


def find(node: Any, class_name: str) -> list[Component]:
    """Return the components that carry a CSS class."""
    return [each for each in walk(node) if class_name in str(getattr(each, "className", "") or "").split()]


def text_of(node: Any) -> str:
    """Return all text of a tree, in order; with what is made when a part of it is opened."""
    if node is None:
        return ""
    if isinstance(node, list | tuple):
        return "".join(text_of(each) for each in node)
    if not isinstance(node, Component):
        return str(node)
    later = Markup(property_of(node, "data-fw-late") or "").striptags()
    return text_of(getattr(node, "children", None)) + later


def property_of(node: Component, name: str) -> Any:
    """Return a property, also one with a dash in its name; None when absent."""
    return node.to_plotly_json()["props"].get(name)

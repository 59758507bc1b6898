"""Answers of callbacks as plain data, which is written as JSON in one go.

Dash tries that first, fails at the first component, and then copies all of the answer value by value: for a table
that takes as long as to build it. What is not known here (a patch, a date) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from dash.development.base_component import Component

_SIMPLE = frozenset({str, int, float, bool, type(None)})
_OWN_NAMES = frozenset(
    {"_prop_names", "_valid_wildcard_attributes", "available_properties", "available_wildcard_properties"}
)
"""What a component holds beside its properties; it refuses names of properties that it does not know."""


def answer_plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a callback's function with its components and figures as plain data."""

    @wraps(function)
    def answer(*arguments: Any, **named: Any) -> Any:
        return plain(function(*arguments, **named))

    return answer


def plain(value: Any) -> Any:
    """Return components, figures and collections of them as dicts and lists; anything else as it is."""
    if type(value) in _SIMPLE:
        return value
    if isinstance(value, Component):
        return _plain_component(value)
    if isinstance(value, list | tuple):
        return [item if type(item) in _SIMPLE else plain(item) for item in value]
    if type(value) is dict:
        return {key: item if type(item) in _SIMPLE else plain(item) for key, item in value.items()}
    # A figure; not its module's name, because plotly is not loaded where nothing is drawn.
    return value.to_plotly_json() if hasattr(value, "add_trace") else value


def _plain_component(component: Any) -> dict[str, Any]:
    props = {
        name: item if type(item) in _SIMPLE else plain(item)
        for name, item in component.__dict__.items()
        if name not in _OWN_NAMES
    }
    return {"props": props, "type": component._type, "namespace": component._namespace}  # noqa: SLF001 - Dash's names

"""Answers while pandas is being imported by another request.

Plotly's writer of JSON looks for pandas in `sys.modules` and uses what it finds, also when another thread is in the
middle of importing it: the first chart with indicators then broke the answers beside it. Here a module that is not
whole yet is waited for.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

from plotly.io import _json as writer


def whole_module(name: str, should_load: bool = True) -> ModuleType | None:
    """Return a module as Plotly's own function does, but never one whose import is still running."""
    module: Any = _find(name, should_load)
    spec = getattr(module, "__spec__", None)
    if getattr(spec, "_initializing", False):
        return import_module(name)  # waits for the thread that imports it
    return module if isinstance(module, ModuleType) else None


_find = writer.get_module


def install() -> None:
    """Make Plotly's writer use it; doing so twice changes nothing."""
    writer.get_module = whole_module

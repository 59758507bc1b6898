"""The one way a file joins Fillwise: it exports a constant, and this finds it."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any, TypeVar

from domain.errors import PluginError

Plugin = TypeVar("Plugin")


def load_plugins(package: ModuleType, attribute: str, kind: type[Plugin]) -> tuple[Plugin, ...]:
    """Import every module of a package and collect its constant.

    Args:
        package: The package to walk, one level deep. Modules starting with "_" are skipped.
        attribute: Name of the constant each module must export, for example "FORMAT".
        kind: Type the constant must have. It needs a `slug` attribute unless it is a tuple.

    Returns:
        The constants, ordered by slug (by module name for tuples).

    Raises:
        PluginError: If a module lacks the constant, has one of another type, or repeats a slug.
    """
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(package.__path__), key=lambda item: item.name):
        if info.name.startswith("_"):
            continue
        name = f"{package.__name__}.{info.name}"
        value = getattr(importlib.import_module(name), attribute, None)
        if not isinstance(value, kind):
            message = f"{name} must export {attribute}, a {kind.__name__}; found {type(value).__name__}."
            raise PluginError(message)
        slug = str(getattr(value, "slug", info.name))
        if slug in found:
            message = f"{name} repeats the slug {slug!r}."
            raise PluginError(message)
        found[slug] = value
    return tuple(found[slug] for slug in sorted(found))

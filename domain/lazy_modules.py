"""Modules that are imported when something of theirs is first used.

A page names what it draws with when it is imported, and needs it when somebody opens it. Between
the two lies the start, which is to be short.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from types import ModuleType
from typing import Any

from typing_extensions import override


class LazyModule(ModuleType):
    """Stands for a module; asking it for a name imports the module and gives the module's.

    The standard library's LazyLoader lets a second thread see a module half executed; the import
    system's own lock, which every request here goes through until the module stands, does not.
    """

    @override
    def __getattr__(self, name: str) -> Any:
        return getattr(importlib.import_module(self.__name__), name)

    @override
    def __dir__(self) -> list[str]:
        return dir(importlib.import_module(self.__name__))


def lazy_submodule(package: str, name: str) -> ModuleType:
    """Return a stand-in for a module of a package, for the package's `__getattr__`.

    Raises:
        AttributeError: If the package has no such module.
    """
    full_name = f"{package}.{name}"
    if name.startswith("__") or importlib.util.find_spec(full_name) is None:
        message = f"module {package!r} has no attribute {name!r}"
        raise AttributeError(message, name=name)
    return LazyModule(full_name)


def load_submodules(package: ModuleType) -> None:
    """Import every module of a package, one level deep."""
    for info in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{info.name}")

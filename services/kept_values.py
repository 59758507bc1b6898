"""Values of the domain as JSON and back, so that what one process has read another can show.

Knows the classes of the modules below and nothing else; never a class named by the text alone.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

import numpy as np

from domain import (
    columns,
    drafts,
    errors,
    executions,
    fixes,
    import_codes,
    imports,
    instruments,
    jobs,
    statements,
)

_MODULES = (columns, drafts, errors, executions, fixes, import_codes, imports, instruments, jobs, statements)
MARK = "$"
_PLAIN = (str, int, float, bool, type(None))


@cache
def known_classes() -> Mapping[str, type[Any]]:
    """Return the dataclasses and enums that can be kept, by name."""
    found: dict[str, type[Any]] = {}
    for module in _MODULES:
        for name, item in inspect.getmembers(module, inspect.isclass):
            if item.__module__ == module.__name__ and (is_dataclass(item) or issubclass(item, Enum)):
                assert name not in found, name
                found[name] = item
    return found


def dump_value(value: Any) -> Any:
    """Return a value as plain JSON values.

    Raises:
        TypeError: If a class in it is not one that can be kept: a fault of the program.
    """
    if isinstance(value, Enum) and _is_known(value):
        return {MARK: type(value).__name__, "value": value.value}
    if type(value) in _PLAIN:
        return value
    if isinstance(value, (list, tuple)):
        return [dump_value(item) for item in value]
    if isinstance(value, Mapping):
        pairs = {str(key): dump_value(item) for key, item in value.items()}
        # A column of somebody's file may be called like our mark.
        return {MARK: "pairs", "value": list(pairs.items())} if MARK in pairs else pairs
    if is_dataclass(value) and _is_known(value):
        values = {item.name: dump_value(getattr(value, item.name)) for item in fields(value) if item.init}
        return {MARK: type(value).__name__, **values}
    return _dump_special(value)


def _is_known(value: Any) -> bool:
    return known_classes().get(type(value).__name__) is type(value)


def _dump_special(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {MARK: "decimal", "value": str(value)}
    if isinstance(value, datetime):
        return {MARK: "instant", "value": value.isoformat()}
    if isinstance(value, date):
        return {MARK: "day", "value": value.isoformat()}
    if isinstance(value, (set, frozenset)):
        return {MARK: "set", "value": [dump_value(item) for item in sorted(value)]}
    if isinstance(value, np.ndarray):
        return {MARK: "array", "dtype": value.dtype.str, "value": value.tolist()}
    if isinstance(value, np.generic):
        return value.item()
    message = f"{type(value).__name__} cannot be kept"
    raise TypeError(message)


def load_value(value: Any) -> Any:
    """Return what `dump_value` was given; lists come back as tuples.

    Raises:
        ValueError: If the text names a class that is not known.
    """
    if isinstance(value, list):
        return tuple(load_value(item) for item in value)
    if not isinstance(value, dict):
        return value
    if MARK not in value:
        return {key: load_value(item) for key, item in value.items()}
    name = value[MARK]
    if name in _SPECIAL:
        return _SPECIAL[name](value)
    if name not in known_classes():
        message = f"{name!r} is not a class that is kept"
        raise ValueError(message)
    kind = known_classes()[name]
    if issubclass(kind, Enum):
        return kind(value["value"])
    known = {item.name for item in fields(kind)}
    return kind(**{key: load_value(item) for key, item in value.items() if key in known})


_SPECIAL: Mapping[str, Any] = {
    "decimal": lambda value: Decimal(value["value"]),
    "instant": lambda value: datetime.fromisoformat(value["value"]),
    "day": lambda value: date.fromisoformat(value["value"]),
    "pairs": lambda value: {key: load_value(item) for key, item in value["value"]},
    "set": lambda value: frozenset(load_value(item) for item in value["value"]),
    "array": lambda value: np.array(value["value"], dtype=np.dtype(value["dtype"])),
}

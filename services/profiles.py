"""What a user may change about themselves, and which values are valid."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from domain.accounts import User
from domain.errors import InvalidInputError

THEMES = ("dark", "light", "system")
PALETTES = ("teal", "blue", "classic")


def changed_profile(user: User, changes: Mapping[str, str]) -> User:
    """Return the user with the changes applied.

    Raises:
        InvalidInputError: If a field cannot be changed or a value is not valid.
    """
    checked: dict[str, Any] = {}
    for field, value in changes.items():
        if field not in _CHECKS:
            raise InvalidInputError(f"{field} cannot be changed here.", field=field)
        checked[field] = _CHECKS[field](value)
    return replace(user, **checked)


def _display_name(text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= 120 or not name.isprintable():
        raise InvalidInputError("The display name has 1 to 120 printable characters.", field="display_name")
    return name


def _timezone(text: str) -> str:
    try:
        return ZoneInfo(text.strip()).key
    except (KeyError, ValueError, OSError) as error:
        message = f"The time zone {text[:64]!r} is not known."
        raise InvalidInputError(message, hint="Use a name such as Europe/Zurich.", field="timezone") from error


def _currency(text: str) -> str:
    code = text.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z0-9]{2,11}", code):
        message = f"{text[:16]!r} is not a currency code."
        raise InvalidInputError(message, hint="Use a code such as USD or EUR.", field="base_currency")
    return code


def _choice(field: str, choices: tuple[str, ...]) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in choices:
            raise InvalidInputError(f"The {field} {text[:16]!r} is not one of {', '.join(choices)}.", field=field)
        return text

    return check


_CHECKS: Mapping[str, Callable[[str], str]] = {
    "display_name": _display_name,
    "timezone": _timezone,
    "base_currency": _currency,
    "theme": _choice("theme", THEMES),
    "palette": _choice("palette", PALETTES),
}

"""Opaque cursors: where a list goes on. They name the last row, so rows that come later move nothing."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from domain.errors import InvalidInputError

_LIMIT = 2**63


def write_cursor(parts: Sequence[int]) -> str:
    """Return the cursor of a row's sorting key."""
    text = json.dumps(list(parts), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, *, size: int) -> tuple[int, ...] | None:
    """Return the sorting key a cursor stands for, None for no cursor.

    Raises:
        InvalidInputError: If it is not one of ours.
    """
    if not text:
        return None
    try:
        padded = text + "=" * (-len(text) % 4)
        parts = json.loads(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        parts = None
    is_ours = isinstance(parts, list) and len(parts) == size
    if not is_ours or not all(type(part) is int and -_LIMIT <= part < _LIMIT for part in parts):
        raise InvalidInputError(
            "Parameter cursor is not one that this list gave out.",
            field="cursor",
            hint="Leave it out to begin at the start.",
        )
    return tuple(parts)

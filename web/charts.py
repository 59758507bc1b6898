"""What a figure on a page needs to know of the request: the theme it is first drawn in."""

from __future__ import annotations

from flask import has_request_context, request

THEME_COOKIE = "fw_theme"


def theme() -> str:
    """Return "dark" or "light": what the browser shows now; scripts re-colour figures when it changes."""
    if not has_request_context():
        return "dark"
    return "light" if request.cookies.get(THEME_COOKIE) == "light" else "dark"

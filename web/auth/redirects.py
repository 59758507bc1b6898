"""Where a browser may be sent after signing in: to a page of ours, never elsewhere."""

from __future__ import annotations

from urllib.parse import unquote

from flask import request

HOME = "/"
_NO_PAGES = ("/signin", "/signup", "/signout", "/demo", "/account/", "/api/", "/platform", "/_", "/assets/")


def safe_next(target: str | None) -> str:
    """Return the target when it is a path of ours, else the home page."""
    text = target or ""
    if len(text) > 1024 or not _is_local(text) or text.startswith(_NO_PAGES):
        return HOME
    return text


def requested_page() -> str:
    """Return the path and query that a signed-out browser asked for."""
    query = request.query_string.decode("latin-1")
    return f"{request.path}?{query}" if query else request.path


def _is_local(text: str) -> bool:
    for _ in range(4):
        if not text.startswith("/") or text.startswith("//") or "\\" in text or not text.isprintable():
            return False
        if text.split("?", 1)[0].count("//"):
            return False
        decoded = unquote(text)
        if decoded == text:
            return True
        text = decoded
    return False

"""A page is laid out when its path changes, not each time the filter in the query does.

Dash lays the page out again whenever the address changes. The filter lives in the query, so every
choice would throw the page away, draw skeletons and call every callback twice.
"""

from __future__ import annotations

from typing import Any

import dash

ROUTER = ".._pages_content.children..._pages_store.data.."
QUERY = {"id": "_pages_location", "property": "search"}


def keep_page_on_query(app: dash.Dash) -> None:
    """Let the query no longer trigger Dash's router; it is still told what the query says.

    Call it once, after the app's first request: only then are Dash's own callbacks listed.
    """
    listed = [item for item in app._callback_list if item["output"] == ROUTER]  # noqa: SLF001 - no public way
    for entry in [*listed, app.callback_map.get(ROUTER, {})]:
        _make_state(entry)


def _make_state(entry: dict[str, Any]) -> None:
    """Move the query from what triggers to what is only read; the order of the arguments stays."""
    inputs = list(entry.get("inputs", ()))
    if not inputs or not _is_query(inputs[-1]):
        return
    entry["state"] = [inputs.pop(), *entry.get("state", ())]
    entry["inputs"] = inputs


def _is_query(dependency: dict[str, Any]) -> bool:
    return all(dependency.get(name) == value for name, value in QUERY.items())

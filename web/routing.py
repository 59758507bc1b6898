"""A page is laid out when its path changes, not each time the filter in the query does.

Dash lays the page out again whenever the address changes. The filter lives in the query, so every
choice would throw the page away, draw skeletons and call every callback twice.
"""

from __future__ import annotations

from typing import Any

import dash
from dash.exceptions import PreventUpdate
from flask import request

ROUTER = ".._pages_content.children..._pages_store.data.."
QUERY_ONLY = ["_pages_location.search"]


def keep_page_on_query(app: dash.Dash) -> None:
    """Let the page stand when only the query changed; call it after the app's first request."""
    entry = app.callback_map.get(ROUTER)
    if entry is None or "callback" not in entry:
        return
    lay_out = entry["callback"]

    def route(*values: Any, **context: Any) -> Any:
        body = request.get_json(silent=True) or {}
        if body.get("changedPropIds") == QUERY_ONLY:
            raise PreventUpdate
        return lay_out(*values, **context)

    entry["callback"] = route

"""The frame of the journal's pages: its parts as tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from components import forms

PARTS = (
    ("/journal", "Days"),
    ("/journal/playbooks", "Playbooks"),
    ("/journal/tags", "Tags and mistakes"),
    ("/journal/missed", "Missed trades"),
    ("/journal/templates", "Templates"),
)


def frame(path: str, body: Sequence[Any]) -> html.Div:
    """Return a part of the journal below the tabs of all of them."""
    tabs = forms.link_tabs([(title, href, "", href == path) for href, title in PARTS])
    return html.Div([html.Div(tabs, className="fw-journal-tabs"), *body], className="fw-stack")

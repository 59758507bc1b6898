"""Dialogs of the journal's pages: fields with room for what is wrong, Save and Delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from components import controls
from components.icons import icon

Child = Any


def form_dialog(
    dialog_id: str,
    title_id: str,
    fields: Sequence[Child],
    *,
    save_id: str,
    delete_id: str,
    error_id: str,
    width: int = 520,
) -> html.Dialog:
    """Return a dialog with fields; its title is set when it opens, and Delete is hidden for something new."""
    foot = [
        controls.button("Delete", id=delete_id, kind="danger", icon_name="trash-2", attributes={"hidden": True}),
        html.Span(className="fw-sp"),
        html.Button("Cancel", className="fw-btn ghost", type="button", **{"data-fw-close": ""}),
        controls.button("Save", id=save_id, kind="primary"),
    ]
    body = html.Div([*fields, html.Div(id=error_id, role="alert", className="fw-help err")], className="fw-form")
    return controls.dialog(dialog_id, html.Span(id=title_id), body, footer=foot, width=width)


def error(message: str, hint: str = "") -> list[Child]:
    """Return what is wrong and what to do."""
    return [icon("circle-alert", size=13), f"{message} {hint}".strip()]


def labelled(label: str, control: Child, for_id: Any = None, *, help_: str = "") -> html.Div:
    """Return a control with its label."""
    named: Mapping[str, Any] = {"htmlFor": for_id} if isinstance(for_id, str) else {}
    children: list[Child] = [html.Label(label, className="fw-label", **named), control]
    if help_:
        children.append(html.Div(help_, className="fw-help"))
    return html.Div(children, className="fw-field")

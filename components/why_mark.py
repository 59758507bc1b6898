"""The small mark beside a figure that opens the drawer "Why this number?"."""

from __future__ import annotations

from dash import html

from components.icons import icon


def why_button(slug: str, label: str, *, query: str | None = None, hint: str = "") -> html.Button:
    """Return the mark that explains a figure.

    Args:
        slug: The metric.
        label: Its name, for the spoken text.
        query: The filter it was computed with; None takes that of the page.
        hint: What it is, shown on hovering.
    """
    title = f"{hint} Why this number?" if hint else "Why this number?"
    attributes = {"data-fw-why": slug, "aria-label": f"Why this number? {label}", "title": title}
    if query is not None:
        attributes["data-fw-why-query"] = query
    mark = icon("circle-question-mark", size=12)
    return html.Button(mark, className="fw-why", type="button", **attributes, **{"aria-haspopup": "dialog"})

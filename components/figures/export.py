"""A figure as it leaves the app: solid background, a title and the source of its numbers."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from components.figures.canvas import painted_item
from components.figures.theme import FONT, palette, template_name

_TOP, _BOTTOM, _SIDE = 64, 56, 32  # pixels for title, source line and edges


def export_figure(
    figure: go.Figure, *, title: str, source: str, theme: str = "dark", size: tuple[int, int] = (1280, 640)
) -> go.Figure:
    """Return a copy of a figure for a PNG or SVG file; the figure itself stays as it is.

    Args:
        figure: Any figure of this package, drawn in `theme`.
        title: Title of the card and its period.
        source: "Fillwise · account · period · time zone".
        theme: "dark" or "light".
        size: Width and height, pixels.
    """
    copy = go.Figure(figure)
    colors = palette(theme).colors
    margin = copy.layout.margin
    edges = {
        "l": (margin.l or 0) + _SIDE,
        "r": (56 if margin.r is None else margin.r) + _SIDE,
        "t": _TOP,
        "b": _BOTTOM + 24,
    }
    heading = {"text": title, "x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top"}
    copy.update_layout(
        template=template_name(theme),
        paper_bgcolor=colors["surface"],
        width=size[0],
        height=size[1],
        autosize=False,
        margin=edges,
        title={**heading, "pad": {"t": 24}, "font": {"size": 16, "color": colors["text"], "family": FONT}},
        annotations=[*copy.layout.annotations, painted_item(_source_note(source), {"font.color": "text3"}, theme)],
    )
    return copy


def _source_note(source: str) -> dict[str, Any]:
    place = {"xref": "paper", "yref": "paper", "x": 0, "y": 0, "xanchor": "left", "yanchor": "top", "yshift": -44}
    return {**place, "text": source, "showarrow": False, "font": {"size": 10}}

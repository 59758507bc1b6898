"""The one way to put a Plotly figure on a page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dash import dcc, html

# plotly.js offers by default to upload the plotted data ("Share chart"): never here.
GRAPH_CONFIG: Mapping[str, Any] = MappingProxyType(
    {
        "displayModeBar": False,
        "displaylogo": False,
        "showSendToCloud": False,
        "responsive": True,
        "scrollZoom": False,
        "doubleClick": "reset",
        "showTips": False,
    }
)
MARKET_CONFIG: Mapping[str, Any] = MappingProxyType({**GRAPH_CONFIG, "scrollZoom": True})


def _empty_figure() -> dict[str, Any]:
    """Return the figure that draws nothing, not even axes, until the first real one arrives."""
    hidden = {"visible": False, "fixedrange": True}
    clear = "rgba(0,0,0,0)"
    return {
        "data": [],
        "layout": {"paper_bgcolor": clear, "plot_bgcolor": clear, "xaxis": hidden, "yaxis": hidden, "meta": "empty"},
    }


def graph(
    id: str | dict[str, Any],  # noqa: A002 - Dash's own name
    *,
    label: str,
    figure: Any = None,
    height: int | str = 306,
    label_id: str | dict[str, Any] | None = None,
    market: bool = False,
) -> html.Div:
    """Return a chart of fixed height with an accessible sentence.

    Args:
        id: Id of the dcc.Graph (`Output(id, "figure")`).
        label: One sentence with the result, read by screen readers.
        figure: A go.Figure or dict; None shows a skeleton until a callback fills it.
        height: Pixels, or a CSS length such as "100%".
        label_id: Id of the frame, if a callback changes `aria-label`.
        market: Whether the wheel zooms (Market and Trade detail only).
    """
    size = f"{height}px" if isinstance(height, int) else height
    drawing = dcc.Graph(
        id=id,
        figure=_empty_figure() if figure is None else figure,
        config=dict(MARKET_CONFIG if market else GRAPH_CONFIG),
        responsive=True,
        className="fw-plot",
        style={"height": "100%", "width": "100%"},
    )
    named = {"id": label_id} if label_id else {}
    return html.Div(drawing, className="fw-graph", role="img", style={"height": size}, **{"aria-label": label}, **named)

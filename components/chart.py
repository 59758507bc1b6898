"""The price chart: one component of ours around a canvas, drawn in the browser by `assets/chart/`.

Pages mount it and hand it what to show through `fillwise.chart.open` (see `assets/js/chart.js`). The bars themselves
never pass through Dash: the browser fetches them as bytes.
"""

from __future__ import annotations

import json
from typing import Any

from dash import html

from domain.chart_indicators import INDICATORS


def study_specs() -> dict[str, dict[str, Any]]:
    """Return what the browser must know of each indicator, by its word in an address."""
    return {
        kind.value: {
            "title": spec.title,
            "short": spec.short,
            "parameters": [
                {"name": item.name, "usual": item.usual, "least": item.least, "most": item.most, "whole": item.whole}
                for item in spec.parameters
            ],
            "outputs": list(spec.outputs),
            "most": spec.most,
            "band": spec.is_band,
            "pane": spec.has_pane,
            "bars": spec.has_bars,
            "levels": list(spec.levels) if spec.levels else None,
            "span": list(spec.span) if spec.span else None,
        }
        for kind, spec in INDICATORS.items()
    }


def price_chart(chart_id: str, *, label: str = "Price chart", tools: bool = False, height: str = "100%") -> html.Div:
    """Return an empty price chart.

    Args:
        chart_id: Its id; scripts open it by that name.
        label: What it is called for screen readers, until a sentence about its bars takes its place.
        tools: Whether it has the rail of drawing tools.
        height: CSS height.
    """
    look = {"className": "fw-pc", "role": "application", "aria-label": label, "tabIndex": 0}
    data = {
        "data-fw-pc": "tools" if tools else "",
        "data-fw-pc-specs": json.dumps(study_specs(), separators=(",", ":")),
    }
    return html.Div(id=chart_id, style={"height": height}, **look, **data)

"""Sparklines: a line of 54 x 20 pixels as a data URI, cheaper than a graph in a table or a KPI."""

from __future__ import annotations

from urllib.parse import quote

import numpy as np
from numpy.typing import ArrayLike

from components.figures.theme import palette
from components.figures.thinning import line_rows

_MARGIN = 2.5  # room for the end dot
_MOST_POINTS = 60  # more than one a pixel cannot be seen


def sparkline(values: ArrayLike, *, role: str = "text3", theme: str = "dark", width: int = 54, height: int = 20) -> str:
    """Return the data URI of an SVG: the line of `values` with a dot at its end, without axes.

    Args:
        values: Numbers in time order; those that are not finite are left out. Fewer than two draw nothing.
        role: Colour: "text3", "accent" (net P&L), "profit", "loss" ... To follow a theme without a new image, use
            the URI as a CSS mask over a background colour.
        theme: "dark" or "light".
        width: Pixels.
        height: Pixels.
    """
    y = np.asarray(values, dtype=np.float64).ravel()
    y = y[np.isfinite(y)]
    body = _line(y[line_rows(y, _MOST_POINTS)], palette(theme).resolve(role), width, height) if len(y) > 1 else ""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
    return "data:image/svg+xml," + quote(f"{svg}{body}</svg>", safe="=/:,")


def _line(y: np.ndarray, color: str, width: int, height: int) -> str:
    span = float(np.ptp(y)) or 1.0
    down = _MARGIN + (float(y.max()) - y) / span * (height - 2 * _MARGIN) if np.ptp(y) else np.full(len(y), height / 2)
    along = np.linspace(1.0, width - _MARGIN, len(y))
    points = " ".join(f"{a:.1f},{d:.1f}" for a, d in zip(along, down, strict=True))
    return (
        f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.4" stroke-linejoin="round" '
        f'stroke-linecap="round"/><circle cx="{along[-1]:.1f}" cy="{down[-1]:.1f}" r="2" fill="{color}"/>'
    )

"""Several figures on one sheet: each is put into a box of pixels, axes and references renamed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

_MARGINS = {"l": 0, "r": 56, "t": 10, "b": 24}  # those of the templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels from the top left corner of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def inside(self, margin: Any, zoom: float) -> Box:
        """Return the box less a figure's margins."""
        own = {side: getattr(margin, side) for side in _MARGINS}
        left, right, top, bottom = (zoom * (_MARGINS[k] if own[k] is None else own[k]) for k in ("l", "r", "t", "b"))
        return Box(left=self.left + left, top=self.top + top, right=self.right - right, bottom=self.bottom - bottom)


class Sheet:
    """A page of fixed size on which texts, rules and whole figures are placed by pixels."""

    def __init__(self, figure: go.Figure, size: tuple[int, int], zoom: float) -> None:
        self.width, self.height = size
        self._figure = figure
        self._zoom = zoom
        self._axes = 0
        self._shapes: list[Any] = []
        self._notes: list[Any] = []
        figure.update_layout(
            width=size[0], height=size[1], autosize=False, margin={"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0}
        )

    def add_text(self, x: float, y: float, text: str, *, size: float, color: str, align: str = "left") -> None:
        """Write a line of text; `y` is its middle. Large texts are set in semi-bold."""
        place = {"xref": "paper", "yref": "paper", "x": x / self.width, "y": 1 - y / self.height, "xanchor": align}
        look = {
            "yanchor": "middle",
            "showarrow": False,
            "font": {"size": size, "color": color, "weight": 600 if size > 16 else 400},
            "align": align,
        }
        self._notes.append({**place, **look, "text": text})

    def add_rule(self, y: float, ends: tuple[float, float], color: str, width: float = 1) -> None:
        """Draw a horizontal rule."""
        at = 1 - y / self.height
        place = {
            "xref": "paper",
            "yref": "paper",
            "x0": ends[0] / self.width,
            "x1": ends[1] / self.width,
            "y0": at,
            "y1": at,
        }
        self._shapes.append({"type": "line", **place, "line": {"color": color, "width": width}})

    def add_figure(self, figure: go.Figure, box: Box) -> None:
        """Put a figure into a box. Its margins stay, enlarged like its texts."""
        inner = box.inside(figure.layout.margin, self._zoom)
        offset = self._axes
        self._axes += 4  # no figure that is put on a sheet has more axes of a kind
        source = figure.to_plotly_json()
        for trace in figure.data:
            trace.update(xaxis=_renamed(trace.xaxis or "x", offset), yaxis=_renamed(trace.yaxis or "y", offset))
            self._figure.add_trace(trace)
        layout = source["layout"]
        for key, axis in layout.items():
            if re.fullmatch(r"[xy]axis\d*", key):
                self._figure.update_layout({_axis_key(key, offset): self._moved_axis(key, axis, inner, offset)})
        self._shapes += [self._moved_item(item, inner, offset) for item in layout.get("shapes", ())]
        self._notes += [self._moved_item(item, inner, offset) for item in layout.get("annotations", ())]

    def finish(self) -> go.Figure:
        """Return the figure with everything placed."""
        self._figure.update_layout(shapes=self._shapes, annotations=self._notes)
        return self._figure

    def _moved_axis(self, key: str, axis: dict[str, Any], box: Box, offset: int) -> dict[str, Any]:
        low, high = axis.get("domain") or (0, 1)
        place = self._across(box) if key[0] == "x" else self._upward(box)
        anchor = axis.get("anchor") or ("y" if key[0] == "x" else "x")
        return {
            **axis,
            "domain": [place(low), place(high)],
            "anchor": _renamed(anchor, offset),
            "automargin": False,
            "tickfont": {"size": 11 * self._zoom},
        }

    def _moved_item(self, item: dict[str, Any], box: Box, offset: int) -> dict[str, Any]:
        moved = dict(item)
        for letter, place in (("x", self._across(box)), ("y", self._upward(box))):
            reference = str(item.get(f"{letter}ref", letter))
            if reference != "paper":
                moved[f"{letter}ref"] = _renamed(reference, offset)
                continue
            for key in (letter, f"{letter}0", f"{letter}1"):
                if item.get(key) is not None:
                    moved[key] = place(float(item[key]))
        for key in ("xshift", "yshift"):
            if item.get(key):
                moved[key] = item[key] * self._zoom
        if "font" in item:
            moved["font"] = {**item["font"], "size": item["font"].get("size", 12) * self._zoom}
        return moved

    def _across(self, box: Box) -> Any:
        return lambda part: (box.left + part * (box.right - box.left)) / self.width

    def _upward(self, box: Box) -> Any:
        return lambda part: 1 - (box.bottom - part * (box.bottom - box.top)) / self.height


def _renamed(reference: str, offset: int) -> str:
    """Return "y2 domain" as "y6 domain" for an offset of 4."""
    match = re.fullmatch(r"([xy])(\d*)(.*)", reference)
    assert match
    number = int(match[2] or 1) + offset
    return f"{match[1]}{number if number > 1 else ''}{match[3]}"


def _axis_key(key: str, offset: int) -> str:
    number = int(key[5:] or 1) + offset
    return f"{key[:5]}{number if number > 1 else ''}"

"""Sparklines."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from components.figures.sparkline import sparkline

SVG = "{http://www.w3.org/2000/svg}"


def _part(root: ET.Element, name: str) -> dict[str, str]:
    found = root.find(SVG + name)
    assert found is not None
    return found.attrib


def _parse(uri: str) -> ET.Element:
    head, _, body = uri.partition(",")
    assert head == "data:image/svg+xml"
    return ET.fromstring(unquote(body))


def test_line_ends_in_a_dot() -> None:
    """The picture is 54 x 20 with the line's lowest value at the bottom and a dot at its end."""
    root = _parse(sparkline([1.0, 3.0, 2.0], role="accent"))
    assert (root.get("width"), root.get("height")) == ("54", "20")
    points = _part(root, "polyline")["points"].split()
    assert [point.split(",")[1] for point in points] == ["17.5", "2.5", "10.0"]
    dot = _part(root, "circle")
    assert f"{dot['cx']},{dot['cy']}" == points[-1]
    assert dot["fill"] == "#8E8BFF"


@pytest.mark.parametrize("values", [[], [1.0], [np.nan, 2.0]])
def test_too_few_values_draw_nothing(values: list[float]) -> None:
    """One value has no direction: the picture is there, and empty."""
    assert len(_parse(sparkline(values))) == 0


def test_flat_line_is_in_the_middle() -> None:
    """Equal values are a level line."""
    points = _part(_parse(sparkline([5.0, 5.0])), "polyline")["points"]
    assert points == "1.0,10.0 51.5,10.0"


def test_uri_is_safe_in_css() -> None:
    """The address fits into url(...) without quotes, and a long series into one kilobyte and a half."""
    uri = sparkline(np.random.default_rng(0).normal(size=10_000).cumsum())
    assert not set(uri) & set("\"'()#<> ")
    assert len(uri) < 1_600

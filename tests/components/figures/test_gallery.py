"""What every figure keeps to."""

from __future__ import annotations

import json
import re
from typing import Any

import plotly.graph_objects as go
import pytest

from components.figures.theme import palette
from tests.components.figures.gallery import EMPTY, FULL, strings

THEMES = ("dark", "light")


def _plain(name: str, theme: str) -> dict[str, Any]:
    drawn: dict[str, Any] = json.loads(FULL[name](theme).to_json())
    return drawn


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", FULL)
def test_json_is_small(name: str, theme: str) -> None:
    """A figure of thousands of points still weighs less than 300 kB."""
    assert len(FULL[name](theme).to_json()) < 300_000


@pytest.mark.parametrize("name", FULL)
def test_the_library_knows_every_property(name: str) -> None:
    """Figures are drawn without its checks, which take ten times as long as to draw; here it finds no fault."""
    drawn = FULL[name]("dark")
    assert go.Figure(drawn.to_plotly_json()).to_plotly_json()["data"] == drawn.to_plotly_json()["data"]


@pytest.mark.parametrize("name", FULL)
def test_only_svg_traces(name: str) -> None:
    """No trace needs WebGL, which the content policy forbids."""
    assert not [trace["type"] for trace in _plain(name, "dark")["data"] if "gl" in trace["type"]]


@pytest.mark.parametrize("name", FULL)
def test_every_trace_says_its_role(name: str) -> None:
    """Each trace carries its role and its paint, and each shape and annotation its paint, for the theme switch."""
    drawn = _plain(name, "dark")
    assert all(trace["meta"]["role"] and "paint" in trace["meta"] for trace in drawn["data"])
    items = [*drawn["layout"].get("shapes", []), *drawn["layout"].get("annotations", [])]
    assert all(re.fullmatch(r"fw:[\w.]+=[\w@.:]+(;[\w.]+=[\w@.:]+)*", item["name"]) for item in items)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", FULL)
def test_colours_are_those_of_the_theme(name: str, theme: str) -> None:
    """Every colour in the data is a value of the palette, so that a switch can replace value by value."""
    colors = palette(theme)
    known = {*colors.colors.values(), *colors.colorway, *colors.ramp}
    found = [text for text in strings(_plain(name, theme)["data"]) if re.fullmatch("#[0-9A-Fa-f]{6}", text)]
    assert found or name == "market"
    assert set(found) <= known


@pytest.mark.parametrize("name", FULL)
def test_theme_only_changes_colours(name: str) -> None:
    """Both themes draw the same data and the same texts."""
    dark, light = (_plain(name, theme) for theme in THEMES)
    assert _without_colors(dark["data"]) == _without_colors(light["data"])
    assert dark["layout"]["template"] != light["layout"]["template"]


@pytest.mark.parametrize("name", FULL)
def test_numbers_have_a_true_minus(name: str) -> None:
    """No text that a reader sees writes a negative number with a hyphen."""
    drawn = _plain(name, "dark")
    texts = [
        text
        for trace in drawn["data"]
        for key in ("text", "customdata", "hovertext")
        for text in strings(trace.get(key))
    ]
    texts += [text for note in drawn["layout"].get("annotations", []) for text in strings(note["text"])]
    texts += [
        text for axis in drawn["layout"].values() if isinstance(axis, dict) for text in strings(axis.get("ticktext"))
    ]
    assert not [text for text in texts if re.search(r"(^|[\s$€(>])-[\d$€.]", text)]


@pytest.mark.parametrize("name", FULL)
def test_zoom_is_kept_by_revision(name: str) -> None:
    """Each figure has a uirevision, no legend of its own and no title: the card has them."""
    layout = _plain(name, "dark")["layout"]
    assert layout["uirevision"]
    assert layout["showlegend"] is False
    assert "title" not in layout


@pytest.mark.parametrize("name", EMPTY)
def test_empty_input_says_so(name: str) -> None:
    """Without data there is one sentence, no trace and no axis."""
    figure = EMPTY[name]("light")
    assert len(figure.data) == 0
    assert len(figure.layout.annotations) == 1
    assert figure.layout.annotations[0].text.endswith(".")
    assert figure.layout.xaxis.visible is False


def _without_colors(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_colors(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_colors(item) for item in value]
    return "colour" if isinstance(value, str) and re.fullmatch(r"#\w{6}|rgba\(.*\)", value) else value

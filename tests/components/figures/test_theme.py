"""Colours and templates."""

from __future__ import annotations

import json
import re
from pathlib import Path

import plotly.io as pio
import pytest

from components.figures.theme import palette, register, template_name, theme_payload

TOKENS = Path(__file__).resolve().parents[3] / "assets" / "10-tokens.css"


def test_payload_is_json() -> None:
    """The payload goes to the browser as JSON and holds both themes with the same roles."""
    payload = json.loads(json.dumps(theme_payload()))
    assert set(payload) == {"dark", "light"}
    assert payload["dark"]["colors"].keys() == payload["light"]["colors"].keys()
    assert payload["light"]["template"]["layout"]["font"]["color"] == "#4F5866"
    assert len(payload["dark"]["scales"]["ramp"]) == 18


def test_payload_is_a_copy() -> None:
    """Changing one payload does not change the next."""
    theme_payload()["dark"]["colors"]["accent"] = "red"
    assert theme_payload()["dark"]["colors"]["accent"] == "#8E8BFF"


def test_tokens_resolve() -> None:
    """Roles, alphas, category colours, scales and fades stand for their values."""
    dark = palette("dark")
    assert dark.resolve("loss") == "#FF7551"
    assert dark.resolve("loss@0.16") == "rgba(255,117,81,0.16)"
    assert dark.resolve("c2") == "#5BB8F5"
    assert dark.resolve("c9") == dark.resolve("c1")
    assert dark.resolve("flat:grid") == [[0, "#1C2128"], [1, "#1C2128"]]
    assert dark.resolve("fade:accent@0.2") == [[0, "rgba(142,139,255,0)"], [1, "rgba(142,139,255,0.2)"]]


def test_unknown_role_is_an_error() -> None:
    """A misspelt role is found at once instead of being drawn black."""
    with pytest.raises(KeyError, match="acent"):
        palette("dark").resolve("acent")


def test_templates_are_registered_once() -> None:
    """Both templates are there under their names, and an unknown theme is the dark one."""
    register()
    assert {"fillwise-dark", "fillwise-light"} <= set(pio.templates)
    assert template_name("neon") == "fillwise-dark"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_colours_are_those_of_the_style_sheet(theme: str) -> None:
    """Figures and pages use the same values: each role colour occurs in the style sheet's tokens."""
    if not TOKENS.is_file():
        pytest.skip("the style sheet is not in this checkout")
    known = {color.upper() for color in re.findall(r"#[0-9a-fA-F]{6}\b", TOKENS.read_text())}
    colors = palette(theme)
    used = {colors.colors[role] for role in ("accent", "bench", "profit", "loss", "text", "text2", "grid", "axis")}
    assert {*used, *colors.ramp} <= known

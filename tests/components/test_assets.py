"""The files the browser gets: pinned, our own, and fit for a strict content security policy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from plotly.offline import get_plotlyjs_version

from components.icons import NAMES

ROOT = Path(__file__).resolve().parents[2]
ASSETS = ROOT / "assets"
STYLES = sorted(ASSETS.glob("*.css"))
SCRIPTS = sorted([*(ASSETS / "js").glob("*.js"), *(ASSETS / "chart").glob("*.mjs")])


def test_the_chart_library_is_the_one_plotly_expects() -> None:
    """A newer plotly needs a newer bundle: run tools/build_plotly.sh."""
    version = get_plotlyjs_version()
    head = (ASSETS / "05-plotly.min.js").read_text(encoding="utf-8")[:200]
    pins = json.loads((ROOT / "assets_src" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert f"plotly.js {version}," in head
    assert pins["plotly.js"] == version


def test_the_chart_library_needs_no_eval_and_no_webgl() -> None:
    """The bundle has none of the parts that a strict policy forbids."""
    bundle = (ASSETS / "05-plotly.min.js").read_text(encoding="utf-8")
    assert not re.search(r"new Function\(|[^\w.]eval\(", bundle)
    kinds = set(re.findall(r'name:"(scatter\w*|candlestick|surface|parcoords|splom)"', bundle))
    assert kinds == {"scatter", "scatterpolar", "candlestick"}


def test_every_pin_is_exact() -> None:
    """A build next year gives the same files."""
    package = json.loads((ROOT / "assets_src" / "package.json").read_text(encoding="utf-8"))
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in pins.values())


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_load_nothing_from_elsewhere(path: Path) -> None:
    """Every url() is a data URI or a file that is there; nothing is imported."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert "@import" not in text
    for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", text):
        assert address.startswith("data:") or (ASSETS / address).is_file(), address


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_are_balanced(path: Path) -> None:
    """A missing brace would swallow the rest of a file without a word."""
    text = re.sub(r"/\*.*?\*/|\"[^\"]*\"|'[^']*'", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_stay_inside_the_policy(path: Path) -> None:
    """No eval, no inline markup with handlers, no address of another host."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text)
    assert not re.search(r"https?://", text)
    assert '"use strict"' in text


def test_icons_and_names_belong_together() -> None:
    """Each name has its rule in the stylesheet and is asked for in the list of the build."""
    rules = set(
        re.findall(r"^\.i-([a-z0-9-]+) \{", (ASSETS / "15-icons.css").read_text(encoding="utf-8"), re.MULTILINE)
    )
    wanted = set((ROOT / "assets_src" / "icons.txt").read_text(encoding="utf-8").split())
    assert rules == wanted == set(NAMES)


def test_icons_that_scripts_use_exist() -> None:
    """A script names its icons as text; a wrong one would be an empty square."""
    used: set[str] = set()
    for path in SCRIPTS:
        used |= set(re.findall(r"fw\.icon\(\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8")))
    assert used <= set(NAMES)
    assert "x" in used


def test_tokens_are_defined_before_they_are_used() -> None:
    """Every --fw- variable of the styles and scripts is a token or set where it is used."""
    tokens = set(re.findall(r"(--fw-[\w-]+)\s*:", "".join(path.read_text(encoding="utf-8") for path in STYLES)))
    texts = [path for path in (*STYLES, *SCRIPTS) if not path.name.startswith("00-")]
    for path in texts:
        used = set(re.findall(r"var\((--fw-[\w-]+)\)", path.read_text(encoding="utf-8")))
        assert not used - tokens, path.name


def test_both_themes_define_the_same_colours() -> None:
    """A colour that only one theme sets would leak into the other."""
    text = (ASSETS / "10-tokens.css").read_text(encoding="utf-8")
    dark = re.search(r':root, \[data-bs-theme="dark"\] \{(.*?)\n\}', text, re.DOTALL)
    light = re.search(r'\n\[data-bs-theme="light"\] \{(.*?)\n\}', text, re.DOTALL)
    assert dark is not None
    assert light is not None
    names = [set(re.findall(r"(--fw-[\w-]+):", part.group(1))) for part in (dark, light)]
    # The ring is made of other tokens, and level 0 is no shadow in either theme.
    assert names[0] - names[1] <= {"--fw-ring", "--fw-e0"}
    assert not names[1] - names[0]


def test_scripts_paint_with_the_token_values() -> None:
    """The colours of repainted charts are those of the style sheet."""
    tokens = (ASSETS / "10-tokens.css").read_text(encoding="utf-8").upper()
    script = (ASSETS / "js" / "chart_colours.js").read_text(encoding="utf-8")
    colours = set(re.findall(r'"(#[0-9A-F]{6})"', script)) - {"#0B0D11"}
    assert len(colours) > 90
    assert not {colour for colour in colours if colour not in tokens}


def test_third_parties_are_named_with_their_licence() -> None:
    """The licence notes name each pinned part with its version."""
    notes = (ASSETS / "LICENCES.md").read_text(encoding="utf-8")
    pins = json.loads((ROOT / "assets_src" / "package.json").read_text(encoding="utf-8"))["dependencies"]
    assert all(version in notes for version in pins.values())
    assert all((ASSETS / "fonts" / name).is_file() for name in ("OFL-inter.txt", "OFL-jetbrains-mono.txt"))

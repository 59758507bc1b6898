"""Why this number: no headline figure is made without its mark, and a note says all it knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from components import figure_notes
from components.why_mark import NOWHERE, Note, why_button, why_note
from tests.components.markup import text_of, walk

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for folder in ("components", "pages", "web") for path in (ROOT / folder).rglob("*.py"))
NOTES = {
    f"{group} {name}": note
    for group in ("PORTFOLIO", "EDGE", "CALENDAR", "TRADE", "POSITIONS", "TOTALS")
    for name, note in getattr(figure_notes, group).items()
}


def unexplained(source: str) -> list[int]:
    """Return the lines on which a headline figure is made without `why` and without `note`."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    made = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "kpi"]
    return [call.lineno for call in made if not {"why", "note"} & {word.arg for word in call.keywords}]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_headline_figure_has_its_mark(path: Path) -> None:
    """Whoever puts a figure into a strip says what explains it."""
    assert unexplained(path.read_text()) == []


def test_a_figure_without_a_mark_is_found() -> None:
    """The control of the test above."""
    assert unexplained('cards.kpi("a", "1")\ncards.kpi("b", "2", why="net_pnl")\ncards.kpi("c", "3", note=x)') == [1]


@pytest.mark.parametrize("name", NOTES)
def test_every_note_has_a_formula_and_a_list(name: str) -> None:
    """A note says how its figure is computed and names its list, or that there is none."""
    note = NOTES[name]
    assert len(note.formula) > 8
    assert note.href == NOWHERE or note.href.startswith(("/", "?"))
    assert note.list_name


def test_a_note_carries_all_its_parts() -> None:
    """Formula, inputs, sample and what is left out stand beside the mark, unseen; empty parts are left away."""
    note = Note(
        formula="a ÷ b", about="A ratio.", inputs=(("a", "6"), ("b", "3")), sample="n = 9.", left_out="Open ones."
    )
    made = why_note("Ratio", note, value="2.00")
    shown = text_of(made)
    for part in ("Ratio", "2.00", "A ratio.", "a ÷ b", "6", "n = 9.", "Open ones."):
        assert part in shown
    hidden = next(each for each in walk(made) if getattr(each, "className", "") == "fw-why-note")
    assert hidden.hidden is True
    parts = [getattr(each, "data-fw-part", "") for each in hidden.children]
    assert parts == ["head", "Formula", "Inputs", "Sample", "Not counted"]
    short = why_note("Ratio", Note(formula="a ÷ b"))
    assert [getattr(each, "data-fw-part", "") for each in short.children[1].children] == ["head", "Formula"]


def test_the_mark_speaks() -> None:
    """A screen reader hears which figure the mark explains."""
    assert getattr(why_button("win_rate", "Win rate"), "aria-label") == "Why this number? Win rate"

"""Finds the figures a page shows, and whether each can be asked why: the eyes of the test of "Why this number?"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tests.pages.opened import Node, components

FIGURE = re.compile(
    r"[+−]?(?:US)?[$€£₹]\d|[+−]?\d[\d,]*\.?\d*\s?%|[+−]?\d+\.\d+R\b|^[+−]?\d[\d,]*\.\d+$|\bp (?:< )?\d\.\d|\d pts\b"
)
"""Money, percent, R, a bare ratio, a p value, points: what is computed. Counts stand beside what they are counts of."""
ROWS = ("Tr", "Li", "P")
CELLS = {"fw-kpi", "fw-stat-cell", "fw-hero-row", "ed-stat", "fw-jd-facts", "fw-totals", "fw-co-year", "fw-co-held",
         "fw-al-row", "pr"}  # fmt: skip
BLOCKS = {"fw-alloc", "ed-leak", "ed-say"}
FEW_TEXTS = 8
"""A small group of texts with one mark is explained by it."""


def classes_of(node: Node) -> set[str]:
    """The CSS classes of a component."""
    return set(str(node["props"].get("className") or "").split())


def is_mark(node: Node) -> bool:
    """Whether a component opens the drawer."""
    return any(name in node["props"] for name in ("data-fw-why", "data-fw-why-note", "data-fw-why-price"))


def has_mark(part: Any) -> bool:
    """Whether there is a mark inside."""
    return any(is_mark(node) for node in components(part))


def texts(node: Node, path: tuple[Node, ...] = ()) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Every text below a component with its ancestors, outermost first; explanations themselves left out."""
    here = (*path, node)
    if "fw-why-note" in classes_of(node):
        return
    yield from _inside(node["props"].get("children"), here)


def _inside(children: Any, here: tuple[Node, ...]) -> Iterator[tuple[str, tuple[Node, ...]]]:
    if isinstance(children, list):
        for child in children:
            yield from _inside(child, here)
    elif isinstance(children, dict) and "props" in children:
        yield from texts(children, here)
    elif isinstance(children, str | int | float):
        yield str(children), here


def figures(tree: Node) -> Iterator[tuple[str, tuple[Node, ...]]]:
    """Every text with a figure in it, with its ancestors."""
    for text, path in texts(tree):
        if FIGURE.search(text):
            yield text, path


def is_explained(path: Sequence[Node]) -> bool:
    """Whether a mark stands beside a figure, in its row, at the head of its column or table, or in its card's head."""
    return any(_explains(path, at) for at in range(len(path) - 1, -1, -1))


def _explains(path: Sequence[Node], at: int) -> bool:
    node, named = path[at], classes_of(path[at])
    if node["type"] in ROWS or named & (CELLS | BLOCKS):
        return has_mark(node)
    if node["type"] == "Table":
        return any(has_mark(part) for part in components(node) if part["type"] in ("Thead", "Caption"))
    if node["type"] == "Dl":
        return _pair_has_mark(node, path[at + 1])
    if "fw-card" in named:
        return any("fw-card-h" in classes_of(part) and has_mark(part) for part in components(node))
    if node["type"] in ("Tbody", "Tfoot", "Thead"):
        return False
    return at >= len(path) - 3 and has_mark(node) and sum(1 for _ in texts(node)) <= FEW_TEXTS


def _pair_has_mark(listed: Node, part: Node) -> bool:
    """Whether the term or the value of a pair has a mark."""
    children = listed["props"]["children"]
    place = next(at for at, child in enumerate(children) if child is part)
    start = place - place % 2
    return has_mark(children[start : start + 2])


def leads_to_trade(path: Sequence[Node]) -> bool:
    """Whether a figure stands in a row, or a link, that leads to the page of one trade."""
    rows = [node for node in path if node["type"] in ("Tr", "Link")]
    links = [link for row in rows for link in components(row) if link["type"] == "Link"]
    return any(str(link["props"].get("href", "")).startswith("/trade/") for link in links)


def place_of(path: Sequence[Node]) -> str:
    """Where a figure stands, for a person: types, classes and ids of its nearest ancestors."""
    return " > ".join(_name(node) for node in path[-6:])


def _name(node: Node) -> str:
    named = "".join(f".{name}" for name in sorted(classes_of(node)))
    return f"{node['type']}{named}{'#' + str(node['props']['id']) if 'id' in node['props'] else ''}"


def notes_without_inputs(tree: Node) -> list[str]:
    """The spoken names of marks whose own explanation shows no input."""
    found = []
    for node in components(tree):
        if "fw-why-own" in classes_of(node):
            inputs = [part for part in components(node) if part["props"].get("data-fw-part") == "Inputs"]
            mark = next(part for part in components(node) if is_mark(part))
            if not inputs and "data-fw-why-chart" not in mark["props"]:  # the browser adds what is drawn
                found.append(str(mark["props"]["aria-label"]))
    return found


def charts_without_mark(tree: Node) -> list[str]:
    """The spoken names of drawn charts whose card has no mark."""
    return sorted(_bare_charts(tree, explained=False))


def _bare_charts(part: Any, *, explained: bool) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _bare_charts(item, explained=explained)
    elif isinstance(part, dict) and "props" in part:
        named = classes_of(part)
        told = has_mark(part) if "fw-card" in named else explained
        if "fw-graph" in named and not told:
            yield str(part["props"]["aria-label"])
        yield from _bare_charts(part["props"].get("children"), explained=told)

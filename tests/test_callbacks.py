"""Every callback speaks of components that some layout has: what Dash's renderer would check in each browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from dash import Dash
from dash.development.base_component import Component

from tests.web.client import make_app

WILDCARDS = ("data-", "aria-")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Dash:
    """The whole app, with the layouts of all pages put together."""
    return make_app(tmp_path_factory.mktemp("callbacks"), checks_callbacks=True)


@pytest.fixture(scope="module")
def components(app: Dash) -> dict[str, Component]:
    """Every component of the frame and of all pages, by its id as text."""
    return {name_of(item.id): item for item in every_component(app.validation_layout) if getattr(item, "id", None)}


def every_component(part: Any) -> Iterator[Component]:
    """Walk a layout, through every property that may hold components."""
    if isinstance(part, Component):
        yield part
        for name in part._prop_names:
            yield from every_component(getattr(part, name, None))
    elif isinstance(part, dict):
        for value in part.values():
            yield from every_component(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from every_component(value)


def name_of(identity: Any) -> str:
    """An id as a callback's declaration writes it."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":")) if isinstance(identity, dict) else str(identity)


def mentioned(app: Dash) -> set[tuple[str, str]]:
    """Id and property of everything a callback reads or writes, patterns left out."""
    found: set[tuple[str, str]] = set()
    for callback in app._callback_list:
        outputs = [text.split("@")[0].rpartition(".") for text in callback["output"].strip(".").split("...") if text]
        found |= {(name, what) for name, _, what in outputs}
        found |= {(item["id"], item["property"]) for kind in ("inputs", "state") for item in callback[kind]}
    return {(name, what) for name, what in found if name and not name.startswith("{")}


def test_the_walk_sees_the_app(app: Dash, components: dict[str, Component]) -> None:
    """There are hundreds of components and of mentions, or the other tests would say nothing."""
    assert len(components) > 300
    assert len(mentioned(app)) > 300


def test_every_id_of_a_callback_is_in_a_layout(app: Dash, components: dict[str, Component]) -> None:
    """An id that no layout has would leave its callback without effect."""
    assert sorted({name for name, _ in mentioned(app)} - set(components)) == []


def test_every_property_of_a_callback_exists(app: Dash, components: dict[str, Component]) -> None:
    """A property that its component does not have would never be set or heard."""
    wrong = [
        f"{name}.{what}"
        for name, what in sorted(mentioned(app))
        if name in components
        and what not in components[name]._prop_names
        and not what.startswith(tuple(getattr(components[name], "_valid_wildcard_attributes", ()) or WILDCARDS))
    ]
    assert wrong == []


def test_every_id_is_given_once_on_a_page(app: Dash) -> None:
    """Two components of one id on one page would be one to Dash."""
    import dash  # noqa: PLC0415 - its registry is filled by the app

    frame = [name_of(item.id) for item in every_component(app.layout) if getattr(item, "id", None)]
    for page in dash.page_registry.values():
        layout = page["layout"]() if callable(page["layout"]) else page["layout"]
        names = frame + [name_of(item.id) for item in every_component(layout) if getattr(item, "id", None)]
        assert sorted({name for name in names if names.count(name) > 1}) == [], page["path"]

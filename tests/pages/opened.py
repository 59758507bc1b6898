"""Opens a page in process the way the browser's renderer does: layout, first callbacks, and what they set off."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import dash
from dash import Dash
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from tests.web.client import dash_post

MOST_RUNS = 4
"""How often one callback may run: pages settle after one or two."""
Node = dict[str, Any]


class OpenedPage:
    """The components of a page after its callbacks have run.

    Args:
        app: The whole app.
        client: A signed-in client.
        address: Path and query, as "/cash?period=30d".
        chosen: Values of controls by "id.property" that are set before anything is filled: a tab, a switch.
    """

    def __init__(self, app: Dash, client: FlaskClient, address: str, chosen: Mapping[str, Any] | None = None) -> None:
        self._app, self._client = app, client
        self._runs: dict[str, int] = {}
        path, query = urlsplit(address).path, urlsplit(address).query
        self.tree = self._layout(path)
        self.values: dict[tuple[str, str], Any] = {}
        self._nodes: dict[str, Node] = {}
        self._enter(self.tree)
        search = f"?{query}" if query else ""
        shell = {
            ("shell-filter", "data"): query,
            ("shell-url", "search"): search,
            ("shell-url", "pathname"): path,
        }
        self.values.update(shell)
        self.values.update(
            {(name.rpartition(".")[0], name.rpartition(".")[2]): v for name, v in (chosen or {}).items()}
        )
        self._settle()

    def _layout(self, path: str) -> Node:
        with self._app.server.test_request_context(path):
            page, variables = dash._pages._path_to_page(path.strip("/"))
            made = page["layout"](**(variables or {})) if callable(page["layout"]) else page["layout"]
        return plain_tree(made)

    def _enter(self, part: Any) -> None:
        for node in components(part):
            if "id" in node["props"]:
                name = name_of(node["props"]["id"])
                self._nodes[name] = node
                self.values.update({(name, prop): value for prop, value in node["props"].items()})

    def _settle(self) -> None:
        """Run the first callbacks, then what their answers set off, until nothing is left."""
        fresh = set(self._nodes) | {"shell-filter", "shell-url"}
        waiting = [item for item in self._callbacks() if not item["prevent_initial_call"] and self._reads(item, fresh)]
        while waiting:
            item = waiting.pop(0)
            changed, entered = self._run(item)
            for each in self._callbacks():
                is_set_off = any((name_of_pattern(i), i["property"]) in changed for i in each["inputs"])
                is_new = not each["prevent_initial_call"] and bool(entered) and self._reads(each, entered)
                if (is_set_off or is_new) and each not in waiting:
                    waiting.append(each)

    def _callbacks(self) -> Iterator[dict[str, Any]]:
        """Callbacks of the server whose outputs stand on the page."""
        for item in self._app._callback_list:
            if not item.get("clientside_function") and all(self._stands(name) for name, _ in outputs_of(item)):
                yield item

    def _stands(self, name: str) -> bool:
        return name.startswith(("{", "shell-")) or name in self._nodes

    def _reads(self, item: dict[str, Any], names: set[str]) -> bool:
        known = [entry["id"] for entry in item["inputs"] if not entry["id"].startswith("{")]
        on_page = [name for name, _ in outputs_of(item) if name in self._nodes]
        return bool(on_page) and any(name in names for name in known) and all(self._stands(name) for name in known)

    def _run(self, item: dict[str, Any]) -> tuple[set[tuple[str, str]], set[str]]:
        """Call one callback; returns what it changed and which components are new."""
        key = item["output"]
        self._runs[key] = self._runs.get(key, 0) + 1
        if self._runs[key] > MOST_RUNS or any(name.startswith("{") for name, _ in outputs_of(item)):
            return set(), set()
        outputs = [{"id": name, "property": prop} for name, prop in outputs_of(item)]
        body = {
            "output": key,
            "outputs": outputs if key.startswith("..") else outputs[0],
            "inputs": [self._entry(entry) for entry in item["inputs"]],
            "state": [self._entry(entry) for entry in item["state"]],
            "changedPropIds": [],
        }
        answer = dash_post(self._client, body)
        assert answer.status_code in (200, 204), (key, answer.get_data(as_text=True))
        return self._take(answer.get_json()["response"]) if answer.status_code == 200 else (set(), set())

    def _take(self, response: dict[str, dict[str, Any]]) -> tuple[set[tuple[str, str]], set[str]]:
        changed: set[tuple[str, str]] = set()
        entered: set[str] = set()
        for name, props in response.items():
            for prop, value in props.items():
                changed.add((name, prop))
                self.values[name, prop] = value
                if name in self._nodes:
                    self._nodes[name]["props"][prop] = value
                    before = set(self._nodes)
                    self._enter(value)
                    entered |= set(self._nodes) - before
        return changed, entered

    def _entry(self, entry: dict[str, Any]) -> Any:
        name, prop = entry["id"], entry["property"]
        if not name.startswith("{"):
            return {"id": name, "property": prop, "value": self.values.get((name, prop))}
        kind = json.loads(name)["type"]
        mine = [json.loads(each) for each in self._nodes if each.startswith("{") and json.loads(each)["type"] == kind]
        return [{"id": each, "property": prop, "value": self.values.get((name_of(each), prop))} for each in mine]


def plain_tree(made: Any) -> Node:
    """Return components as the browser gets them."""
    found: Node = json.loads(json.dumps(made, cls=PlotlyJSONEncoder))
    return found


def components(part: Any) -> Iterator[Node]:
    """Walk a part of a page through every property that may hold components, parents first."""
    if isinstance(part, list):
        for item in part:
            yield from components(item)
    elif isinstance(part, dict):
        if "props" in part and "type" in part:
            yield part
        for value in (part.get("props", part)).values():
            if isinstance(value, dict | list):
                yield from components(value)


def name_of(identity: Any) -> str:
    """An id as a callback's declaration writes it."""
    return json.dumps(identity, sort_keys=True, separators=(",", ":")) if isinstance(identity, dict) else str(identity)


def name_of_pattern(entry: dict[str, Any]) -> str:
    """The id of an input."""
    return str(entry["id"])


def outputs_of(item: dict[str, Any]) -> list[tuple[str, str]]:
    """Ids and properties a callback writes."""
    key = item["output"]
    parts = key[2:-2].split("...") if key.startswith("..") else [key]
    found = []
    for part in parts:
        name, _, prop = part.rpartition(".")
        found.append((name, prop.split("@")[0]))
    return found

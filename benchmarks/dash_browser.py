"""What Dash's renderer does, as far as the server sees it: keeps the properties of the page and calls callbacks.

Layouts and answers are the app's own, so a callback is called with what a browser would send it.
Functions that run in the browser do not run here; who drives the page sets what they would have set.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from web.auth.csrf import COOKIE, HEADER

FORM = {"Accept": "text/html", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}
ROUNDS = 12
NEW = "*"
"""Stands for every property of a component that has just appeared."""


@dataclass
class Call:
    """One answered callback: what called it, wall and CPU seconds and the size of the answer."""

    output: str
    page: str
    trigger: str
    wall: float
    cpu: float
    size: int


@dataclass
class Page:
    """The components on the screen: id text -> properties, and which ids changed since the last round."""

    props: dict[str, dict[str, Any]] = field(default_factory=dict)
    changed: set[tuple[str, str]] = field(default_factory=set)

    def add(self, node: Any) -> None:
        """Note every component inside a piece of a layout."""
        if isinstance(node, list):
            for item in node:
                self.add(item)
        elif isinstance(node, dict) and "props" in node and "type" in node:
            name = node["props"].get("id")
            if name is not None:
                self.props[text_of(name)] = dict(node["props"])
                self.changed.add((text_of(name), NEW))
            for value in node["props"].values():
                if isinstance(value, (dict, list)):
                    self.add(value)

    def set(self, name: Any, prop: str, value: Any) -> None:
        """Change a property, as a person or a script of the page does."""
        self.props.setdefault(text_of(name), {"id": name})[prop] = value
        self.changed.add((text_of(name), prop))


def text_of(name: Any) -> str:
    """Return an id as the key of the page."""
    return name if isinstance(name, str) else json.dumps(name, sort_keys=True, separators=(",", ":"))


def outputs_of(output: str) -> list[tuple[str, str]]:
    """Return (id, property) of each output of a callback; the part behind "@" tells duplicates apart."""
    parts = output[2:-2].split("...") if output.startswith("..") else [output]
    pairs = [part.rsplit(".", 1) for part in parts]
    return [(name, prop) for name, prop in pairs]


class Browser:
    """A signed-in browser on one page at a time."""

    def __init__(self, server: Any, username: str, password: str) -> None:
        self.client = server.test_client()
        self.client.get("/signin", headers=FORM)
        fields = {"username": username, "password": password, "csrf_token": self._token()}
        answer = self.client.post("/signin", data=fields, headers=FORM)
        if answer.status_code != 303:
            raise SystemExit(f"sign-in failed: {answer.status_code}")
        self.client.get("/", headers=FORM)
        self.callbacks = [item for item in self._get("/_dash-dependencies") if not item["clientside_function"]]
        self.frame = self._get("/_dash-layout")
        self.page, self.path = Page(), ""
        self.calls: list[Call] = []
        self.called: set[str] = set()

    def _token(self) -> str:
        cookie = self.client.get_cookie(COOKIE)
        return "" if cookie is None else str(cookie.value)

    def _get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.get_json()

    def open(self, path: str, query: str = "") -> None:
        """Open a page afresh with a filter and call everything it calls until nothing changes any more."""
        self.page, self.path = Page(), path
        self.called.clear()
        self.page.add(self.frame)
        search = f"?{query}" if query else ""
        for place in ("_pages_location", "shell-url"):
            self.page.set(place, "pathname", path)
            self.page.set(place, "search", search)
        self.page.set("shell-filter", "data", query)
        self.settle()

    def settle(self) -> None:
        """Call callbacks round by round while an input of theirs has changed."""
        for _ in range(ROUNDS):
            changed, self.page.changed = self.page.changed, set()
            if not changed:
                return
            for callback in self.callbacks:
                self._answer(callback, changed)
        raise SystemExit(f"{self.path} does not settle")

    def _answer(self, callback: dict[str, Any], changed: set[tuple[str, str]]) -> None:
        for match in self._matches(callback):
            inputs = [self._entries(item, match) for item in callback["inputs"]]
            if any(entry is None for entry in inputs):
                return
            flat = [one for entry in inputs for one in (entry if isinstance(entry, list) else [entry])]
            touched = [
                f"{text_of(one['id'])}.{one['property']}"
                for one in flat
                if (text_of(one["id"]), one["property"]) in changed
                or (callback["output"] in self.called and (text_of(one["id"]), NEW) in changed)
            ]
            if touched or (not callback["prevent_initial_call"] and self._appeared(callback, flat, match, changed)):
                self._post(callback, inputs, touched, match)

    def _appeared(self, callback: Any, inputs: list[Any], match: Any, changed: set[tuple[str, str]]) -> bool:
        """Whether an input or an output of a callback has just joined the page: then it is called initially."""
        fresh = {name for name, prop in changed if prop == NEW}
        outputs = [
            self._entries({"id": name, "property": ""}, match, value=False)
            for name, _ in outputs_of(callback["output"])
        ]
        flat = [
            one for entry in (*inputs, *outputs) if entry for one in (entry if isinstance(entry, list) else [entry])
        ]
        return any(text_of(one["id"]) in fresh for one in flat)

    def _matches(self, callback: dict[str, Any]) -> list[dict[str, Any]]:
        """Return one set of values of MATCH for each group of components; [{}] without MATCH."""
        found: dict[str, dict[str, Any]] = {}
        for name, _ in outputs_of(callback["output"]):
            if '["MATCH"]' in name:
                pattern = json.loads(name)
                for own in self._like(pattern, {}):
                    values = {key: own[key] for key, value in pattern.items() if value == ["MATCH"]}
                    found[text_of(values)] = values
                return list(found.values())
        return [{}]

    def _like(self, pattern: dict[str, Any], match: dict[str, Any]) -> list[dict[str, Any]]:
        ids = []
        for text in self.page.props:
            if not text.startswith("{"):
                continue
            own = json.loads(text)
            if own.keys() == pattern.keys() and all(
                value in (["ALL"], own[key]) or (value == ["MATCH"] and match.get(key, own[key]) == own[key])
                for key, value in pattern.items()
            ):
                ids.append(own)
        return ids

    def _entries(self, item: dict[str, Any], match: dict[str, Any], *, value: bool = True) -> Any:
        """Return what is sent for one dependency; None when its component is not on the page."""
        name, prop = item["id"], item["property"]
        if isinstance(name, str) and name.startswith("{"):
            pattern = json.loads(name)
            entries = [self._entry(own, prop, value=value) for own in self._like(pattern, match)]
            if ["ALL"] in pattern.values():
                return entries
            return entries[0] if entries else None
        return self._entry(name, prop, value=value) if text_of(name) in self.page.props else None

    def _entry(self, name: Any, prop: str, *, value: bool) -> dict[str, Any]:
        entry = {"id": name, "property": prop}
        return entry | {"value": self.page.props[text_of(name)].get(prop)} if value else entry

    def _post(self, callback: dict[str, Any], inputs: list[Any], touched: list[str], match: dict[str, Any]) -> None:
        wanted = [{"id": name, "property": prop} for name, prop in outputs_of(callback["output"])]
        outputs = [
            self._entries(item | {"property": item["property"].split("@")[0]}, match, value=False) for item in wanted
        ]
        if any(entry is None for entry in outputs) or not any(outputs):
            return
        for entry, item in zip(outputs, wanted, strict=True):
            for one in entry if isinstance(entry, list) else [entry]:
                one["property"] = item["property"]
        body = {
            "output": callback["output"],
            "outputs": outputs if callback["output"].startswith("..") else outputs[0],
            "inputs": inputs,
            "changedPropIds": touched,
            "state": [self._entries(item, match) for item in callback["state"]],
        }
        self.called.add(callback["output"])
        started, cpu = time.perf_counter(), time.process_time()
        answer = self.client.post(
            "/_dash-update-component", json=body, headers={HEADER: self._token(), "Sec-Fetch-Site": "same-origin"}
        )
        wall, cpu = time.perf_counter() - started, time.process_time() - cpu
        if answer.status_code not in (200, 204):
            raise SystemExit(f"{callback['output'][:90]}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
        data = answer.get_data()
        self.calls.append(Call(callback["output"], self.path, touched[0] if touched else "open", wall, cpu, len(data)))
        if answer.status_code == 200:
            found = json.loads(data)
            if "shell-toasts" in found.get("sideUpdate", {}):
                raise SystemExit(f"{callback['output'][:90]} failed: {found['sideUpdate']}")
            self._apply(found, callback)

    def _apply(self, answer: dict[str, Any], callback: dict[str, Any]) -> None:
        own_inputs = {(item["id"], item["property"]) for item in callback["inputs"]}
        for name, values in answer.get("response", {}).items():
            for prop, value in values.items():
                is_patch = isinstance(value, dict) and "__dash_patch_update" in value
                if name not in self.page.props or is_patch:
                    continue
                self.page.props[name][prop] = value
                if (name, prop) not in own_inputs:  # a callback does not call itself again
                    self.page.changed.add((name, prop))
                if isinstance(value, (dict, list)) and prop not in ("data", "figure"):
                    self.page.add(value)

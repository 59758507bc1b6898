"""Checks the body of a Dash callback before Dash sees it.

Dash trusts its own renderer and answers 500 to anything else; here a body that does not match the
declaration of a callback is refused with 400 and a reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

_BACKGROUND = ("cacheKey", "job", "oldJob", "cancelJob")
_MAX_DEPTH = 60


def check_envelope(callbacks: Mapping[str, dict[str, Any]]) -> None:
    """Accept the current request when it is what the app's own renderer would send.

    Args:
        callbacks: The callback map of the app.

    Raises:
        BadRequest: If it is not; names the part at fault.
        UnsupportedMediaType: If it is not JSON.
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("A callback is called with application/json.")
    if any(name in request.args for name in _BACKGROUND):
        raise BadRequest("There are no background callbacks here.")
    body = request.get_json()
    if not isinstance(body, dict):
        raise BadRequest("The body of a callback is an object.")
    if _depth(body) > _MAX_DEPTH:
        raise BadRequest("The body is nested too deeply.")
    callback = _declared(callbacks, body.get("output"))
    _check_dependencies(body, "inputs", callback["inputs"])
    _check_dependencies(body, "state", callback["state"])
    _check_triggers(body.get("changedPropIds", []))
    _check_outputs(body, is_needed=not callback.get("no_output"))


def _declared(callbacks: Mapping[str, dict[str, Any]], output: Any) -> dict[str, Any]:
    found = callbacks.get(output) if isinstance(output, str) else None
    if found is None or "callback" not in found:
        raise BadRequest("There is no such callback.")
    return found


def _check_dependencies(body: dict[str, Any], part: str, declared: Sequence[dict[str, Any]]) -> None:
    sent = body.get(part, [])
    if not isinstance(sent, list) or len(sent) != len(declared):
        raise BadRequest(f"The callback takes {len(declared)} {part}.")
    for item, dependency in zip(sent, declared, strict=True):
        is_good = _is_pattern(item, dependency) if str(dependency["id"]).startswith("{") else _is_same(item, dependency)
        if not is_good:
            raise BadRequest(f"The {part} of the callback are not those it was declared with.")


def _is_same(item: Any, dependency: dict[str, Any]) -> bool:
    return (
        isinstance(item, dict) and item.get("id") == dependency["id"] and item.get("property") == dependency["property"]
    )


def _is_pattern(item: Any, dependency: dict[str, Any]) -> bool:
    """Whether an item, or each of a list of items, has an id of the declared keys."""
    keys = json.loads(dependency["id"])
    if isinstance(item, list):
        return all(_is_pattern(part, dependency) for part in item if not isinstance(part, list)) and not any(
            isinstance(part, list) for part in item
        )
    return (
        isinstance(item, dict)
        and _is_id(item.get("id"))
        and isinstance(item["id"], dict)
        and item["id"].keys() == keys.keys()
        and all(isinstance(wanted, list) or item["id"][key] == wanted for key, wanted in keys.items())
        and item.get("property") == dependency["property"]
    )


def _check_triggers(triggers: Any) -> None:
    if not isinstance(triggers, list) or not all(isinstance(trigger, str) for trigger in triggers):
        raise BadRequest("changedPropIds is a list of texts.")


def _check_outputs(body: dict[str, Any], *, is_needed: bool) -> None:
    if not is_needed:
        return
    declared = _split_output(body["output"])
    sent = body.get("outputs")
    is_many = body["output"].startswith("..")
    items = sent if is_many and isinstance(sent, list) else [sent]
    if len(items) != len(declared) or not all(map(_is_output, items, declared)):
        raise BadRequest("The outputs of the callback are not those it was declared with.")


def _split_output(output: str) -> list[tuple[str, str]]:
    parts = output[2:-2].split("...") if output.startswith("..") else [output]
    pairs = (part.rsplit(".", 1) for part in parts)
    return [(pair[0], pair[-1].split("@", 1)[0]) for pair in pairs]


def _is_output(item: Any, declared: tuple[str, str]) -> bool:
    name, prop = declared
    if isinstance(item, list):
        return name.startswith("{") and all(not isinstance(part, list) and _is_output(part, declared) for part in item)
    if not isinstance(item, dict) or str(item.get("property")).split("@", 1)[0] != prop:
        return False
    return _is_id(item.get("id")) and (isinstance(item["id"], dict) if name.startswith("{") else item["id"] == name)


def _is_id(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(part, (str, int, float, bool)) for part in value.values())
    return isinstance(value, str)


def _depth(value: Any) -> int:
    """Return how deeply lists and objects are nested, without recursion."""
    level, depth = [value], 0
    while level:
        level = [
            child
            for item in level
            if isinstance(item, (dict, list))
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        depth += 1
    return depth

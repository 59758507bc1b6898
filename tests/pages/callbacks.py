"""Calls the callbacks of a whole app the way the browser does."""

from __future__ import annotations

import json
from typing import Any

from dash import Dash
from flask.testing import FlaskClient

from tests.web.client import dash_post


def call(app: Dash, client: FlaskClient, output: str, values: dict[str, Any], *, changed: str = "") -> Any:
    """Call the callback that has `output` among its outputs and return its answer.

    Args:
        app: The app.
        client: A signed-in client.
        output: "id.property", or a part of it that only one callback has.
        values: Values of inputs and states by "id.property"; those of a pattern are a list by "type.property", and
            "ids" lists the ids that are on the page.
        changed: The "id.property" that set it off.
    """
    found = [key for key, item in app.callback_map.items() if output in key and "callback" in item]
    assert len(found) == 1, (output, found)
    declared = app.callback_map[found[0]]
    body = {
        "output": found[0],
        "outputs": _outputs(found[0], values),
        "inputs": [_entry(item, values) for item in declared["inputs"]],
        "state": [_entry(item, values) for item in declared["state"]],
        "changedPropIds": [changed] if changed else [],
    }
    response = dash_post(client, body)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()["response"]


def _entry(item: dict[str, Any], values: dict[str, Any]) -> Any:
    prop = item["property"]
    if not item["id"].startswith("{"):
        return {"id": item["id"], "property": prop, "value": values.get(f"{item['id']}.{prop}")}
    kind = json.loads(item["id"])["type"]
    mine = [each for each in values.get("ids", []) if each["type"] == kind]
    given = values.get(f"{kind}.{prop}", mine if prop == "id" else [None] * len(mine))
    return [{"id": id_, "property": prop, "value": value} for id_, value in zip(mine, given, strict=True)]


def _outputs(output: str, values: dict[str, Any]) -> Any:
    parts = output[2:-2].split("...") if output.startswith("..") else [output]
    made: list[Any] = []
    for part in parts:
        id_, prop = part.rsplit(".", 1)
        prop = prop.split("@", 1)[0]
        if id_.startswith("{") and "[" not in id_:
            made.append({"id": json.loads(id_), "property": prop})
        elif id_.startswith("{"):
            kind = json.loads(id_)["type"]
            made.append([{"id": item, "property": prop} for item in values.get("ids", []) if item["type"] == kind])
        else:
            made.append({"id": id_, "property": prop})
    return made if output.startswith("..") else made[0]

"""What arrives at the callback door is checked before Dash sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.auth.conftest import SmallApp
from tests.web.client import csrf_of, dash_body, dash_post, sign_in_demo
from web.auth.csrf import HEADER
from web.security import BODY_LIMIT_BYTES

DOOR = "/_dash-update-component"
GOOD = dash_body("shown.children", [("given", "value", "hello")])
ROW = '{"index":["MATCH"],"kind":"row"}.children'
ROW_ID = {"kind": "row", "index": 1}


def without(name: str) -> dict[str, Any]:
    """The good body without one part."""
    return {key: value for key, value in GOOD.items() if key != name}


def signed_in(app: SmallApp) -> FlaskClient:
    """A browser of the demo."""
    client = app.client()
    sign_in_demo(client)
    return client


def nested(depth: int) -> Any:
    """Lists in lists."""
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


BAD_BODIES: dict[str, Any] = {
    "list": [],
    "text": "text",
    "number": 7,
    "empty": {},
    "no output": without("output"),
    "unknown output": GOOD | {"output": "nothing.here"},
    "output is a number": GOOD | {"output": 7},
    "output is an object": GOOD | {"output": {"id": "shown"}},
    "output is a list": GOOD | {"output": ["shown.children"]},
    "no outputs": without("outputs"),
    "outputs of another": GOOD | {"outputs": {"id": "given", "property": "value"}},
    "outputs is text": GOOD | {"outputs": "shown.children"},
    "outputs is a list": GOOD | {"outputs": [{"id": "shown", "property": "children"}]},
    "no inputs": without("inputs"),
    "inputs is null": GOOD | {"inputs": None},
    "inputs is an object": GOOD | {"inputs": {}},
    "inputs of numbers": GOOD | {"inputs": [7]},
    "inputs of nulls": GOOD | {"inputs": [None]},
    "inputs too many": GOOD | {"inputs": GOOD["inputs"] * 2},
    "inputs without id": GOOD | {"inputs": [{"property": "value", "value": 1}]},
    "inputs of another": GOOD | {"inputs": [{"id": "shown", "property": "children", "value": 1}]},
    "inputs of another property": GOOD | {"inputs": [{"id": "given", "property": "id", "value": 1}]},
    "inputs with a nested id": GOOD | {"inputs": [{"id": {"a": {"b": 1}}, "property": "value"}]},
    "inputs in a list": GOOD | {"inputs": [GOOD["inputs"]]},
    "state nobody declared": GOOD | {"state": GOOD["inputs"]},
    "state is text": GOOD | {"state": "x"},
    "changed is a number": GOOD | {"changedPropIds": 7},
    "changed holds objects": GOOD | {"changedPropIds": [{}]},
    "deep": GOOD | {"inputs": [{"id": "given", "property": "value", "value": nested(200)}]},
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_malformed_bodies_are_refused(small: SmallApp, name: str) -> None:
    """A body that Dash's renderer would not send is answered 400 with a reason."""
    answer = dash_post(signed_in(small), BAD_BODIES[name])
    assert answer.status_code == 400
    assert answer.get_json()["error"] == "bad_request"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{",
        "\xff",
        "[" * 100_000,
        '{"a":' * 50_000,
        json.dumps(GOOD).replace('"hello"', "NaN"),
        json.dumps(GOOD).replace('"hello"', "-Infinity"),
        json.dumps(GOOD).replace('"hello"', '"\\ud800"'),
        json.dumps(GOOD).replace('"hello"', '"a\\u0000b"'),
        json.dumps(GOOD).replace('"hello"', "1" * 5000),
    ],
    ids=["empty", "null", "open", "bytes", "lists", "objects", "NaN", "infinity", "surrogate", "NUL", "digits"],
)
def test_broken_json_is_refused(small: SmallApp, text: str) -> None:
    """Text that is not JSON, or holds what no database can keep, is answered 400."""
    client = signed_in(small)
    headers = {HEADER: csrf_of(client)}
    answer = client.post(DOOR, data=text.encode("latin-1"), content_type="application/json", headers=headers)
    assert answer.status_code == 400


def test_escaped_emoji_passes(small: SmallApp) -> None:
    """A pair of surrogates is a character like any other."""
    client = signed_in(small)
    body = json.dumps(GOOD).replace('"hello"', '"\\ud83e\\udd8a"')
    answer = client.post(DOOR, data=body, content_type="application/json", headers={HEADER: csrf_of(client)})
    assert answer.get_json()["response"]["shown"]["children"].endswith("🦊")


@pytest.mark.parametrize("mimetype", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonx"])
def test_other_types_are_refused(small: SmallApp, mimetype: str) -> None:
    """A callback is called with JSON that says so; a form of another site cannot."""
    client = signed_in(small)
    answer = client.post(DOOR, data=json.dumps(GOOD), content_type=mimetype, headers={HEADER: csrf_of(client)})
    assert answer.status_code == 415


@pytest.mark.parametrize("name", ["cacheKey", "job", "oldJob", "cancelJob"])
def test_background_handles_are_refused(small: SmallApp, name: str) -> None:
    """The query parameters of background callbacks, which name processes and results, are not taken."""
    client = signed_in(small)
    assert client.post(f"{DOOR}?{name}=1", json=GOOD, headers={HEADER: csrf_of(client)}).status_code == 400


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"id": ROW_ID, "property": "title", "value": 1}, 200),
        ({"id": {"kind": "row", "index": {"a": 1}}, "property": "title"}, 400),
        ({"id": {"kind": "other", "index": 1}, "property": "title"}, 400),
        ({"id": {"kind": "row"}, "property": "title"}, 400),
        ({"id": "row", "property": "title"}, 400),
        ([[{"id": ROW_ID, "property": "title"}]], 400),
    ],
)
def test_pattern_ids_must_fit_the_pattern(small: SmallApp, item: Any, status: int) -> None:
    """An id of a pattern-matching callback has the declared keys and fixed values."""
    body = {"output": ROW, "outputs": {"id": ROW_ID, "property": "children"}, "inputs": [item]}
    assert dash_post(signed_in(small), body | {"changedPropIds": []}).status_code == status


def test_large_bodies_are_refused_unread(small: SmallApp) -> None:
    """A body over the limit is answered 413 by its announced length; an upload route takes more."""
    client = signed_in(small)
    headers = {HEADER: csrf_of(client)}
    big = b"x" * (BODY_LIMIT_BYTES + 1)
    for path in (DOOR, "/signin", "/api/v1/me"):
        assert client.post(path, data=big, content_type="application/json", headers=headers).status_code == 413
    assert client.post("/upload", data=big, headers=headers).get_json() == {"size": len(big)}


def test_upload_limit_holds(small: SmallApp) -> None:
    """An upload over the installation's limit is refused by its announced length."""
    client = signed_in(small)
    headers = {HEADER: csrf_of(client)}
    assert client.post("/upload", content_length=200_000_001, headers=headers).status_code == 413


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "property", "value", "output", "inputs"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(part=st.sampled_from([*GOOD, "state"]), value=json_values)
def test_no_body_breaks_the_door(small: SmallApp, part: str, value: Any) -> None:
    """Whatever one part of a body holds, the answer is the callback's or 400, never a fault."""
    client = small.client()
    token = small.users.start_session(small.users.ensure_demo_user().id)
    client.set_cookie("fillwise_session", token)
    client.get("/signin")
    answer = dash_post(client, GOOD | {part: value})
    assert answer.status_code in (200, 400)

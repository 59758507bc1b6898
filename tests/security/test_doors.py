"""Every door of the app, walked by nobody, by a user and by another user."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.security.house import CANARY, METHODS, House, address_of, rows_of
from tests.web.client import PAGE_HEADERS, csrf_of, dash_post
from web.auth.csrf import HEADER
from web.security.guard import CATCH_ALL, COOKIELESS_RULES, STATIC_RULES

pytestmark = pytest.mark.slow

# Written out again on purpose: a door that the guard opens must be opened here too.
PUBLIC = {
    "/signin",
    "/signup",
    "/demo",
    "/health",
    "/favicon.ico",
    "/_favicon.ico",
    "/openapi.json",
    "/docs",
    "/docs/",
    "/api/auth/token",
    "/api/auth/register",
    "/share/<token>",
}
PUBLIC_FILES = ("/_dash-component-suites/", "/assets/", "/docs/")
DASH_DOORS = (
    "/_dash-layout",
    "/_dash-dependencies",
    "/_dash-update-component",
    "/_dash-component-suites/../_dash-layout",
    "/_dash-component-suites/x/../../_dash-layout",
    "/assets/../_dash-layout",
    "/_dash_startup_route/setup",
    "/_reload-hash",
    "/_alive_x",
    "/_mcp",
    "//_dash-layout",
    "/_dash-layout/",
    "/%5fdash-layout",
    "/health/../_dash-layout",
    "/signin/../_dash-layout",
)
ALWAYS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "X-Request-ID")


def is_public(rule: str) -> bool:
    """Whether a rule is open to everybody."""
    return rule in PUBLIC or rule.startswith(PUBLIC_FILES)


def ask(client: FlaskClient, path: str, **options: Any) -> TestResponse:
    """Send a request and read the whole answer, so that a file it sends is closed."""
    return client.open(path, buffered=True, **options)


def doors(house: House, number: int = 1) -> Iterator[tuple[str, str, str]]:
    """Every rule with an address and every method, also those it does not answer to."""
    for rule in house.server.url_map.iter_rules():
        for method in METHODS:
            yield rule.rule, address_of(rule, number), method


def test_the_walk_covers_the_app(house: House) -> None:
    """The map holds the pages, Dash's doors, downloads, uploads and the sign-in pages."""
    rules = {rule.rule for rule in house.server.url_map.iter_rules()}
    assert {"/", CATCH_ALL, "/_dash-layout", "/_dash-update-component", "/signin", "/signout", "/files/import"} <= rules
    assert any(rule.startswith("/export/") for rule in rules)
    assert len([name for name, item in house.app.callback_map.items() if "callback" in item]) > 5
    assert set(STATIC_RULES) == set(PUBLIC_FILES)


def test_nobody_gets_in(house: House) -> None:
    """Without a session every door but the listed ones answers 401 or the way to the sign-in page."""
    client = house.stranger()
    for rule, path, method in doors(house):
        if is_public(rule):
            continue
        for headers in ({}, {"Accept": "text/html"}):
            answer = ask(client, path, method=method, headers=headers)
            if path in PUBLIC and method != "GET":
                continue
            assert answer.status_code in (302, 303, 401), f"{method} {path} was answered {answer.status_code}"
            assert answer.status_code == 401 or answer.headers["Location"].startswith("/signin")
            assert CANARY.encode() not in answer.data


def test_nobody_gets_through_dash(house: House) -> None:
    """No spelling of a Dash address leads a stranger past the guard."""
    client = house.stranger()
    for path in DASH_DOORS:
        for method in ("GET", "POST", "HEAD", "OPTIONS"):
            answer = ask(client, path, method=method, json={} if method == "POST" else None, follow_redirects=True)
            is_empty = method == "OPTIONS" and not answer.data
            assert is_empty or answer.status_code in (401, 404, 405), f"{method} {path} gave {answer.status_code}"
            assert "props" not in answer.get_data(as_text=True)


def test_forged_credentials_open_nothing(house: House) -> None:
    """Made-up cookies and headers are a stranger's."""
    client = house.stranger()
    for name in ("fillwise_session", "fillwise_remember", "session", "remember_token", "__Host-fillwise_session"):
        client.set_cookie(name, "x" * 43)
    headers = {"Authorization": "Bearer x.y.z", "X-Forwarded-For": "127.0.0.1", "X-Remote-User": "maya"}
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/export/trades.csv", "/api/v1/trades", "/api/auth/me"):
        assert ask(client, path, headers=headers).status_code == 401


def test_public_doors_hold_no_data(house: House) -> None:
    """What is open to everybody shows nothing of anybody."""
    for rule, path, method in doors(house):
        if is_public(rule):
            for client in (house.stranger(), house.maya):
                answer = ask(client, path, method=method)
                assert CANARY.encode() not in answer.data, f"{method} {path}"


def test_changes_need_the_token_everywhere(house: House) -> None:
    """A signed-in browser's POST, PUT, PATCH and DELETE without the token are refused at every door."""
    before = rows_of(house.services)
    for rule, path, method in doors(house):
        if method in ("POST", "PUT", "PATCH", "DELETE") and rule not in COOKIELESS_RULES:
            if rule.startswith(PUBLIC_FILES):
                continue
            answer = ask(house.maya, path, method=method, data={}, headers=PAGE_HEADERS)
            if path in COOKIELESS_RULES:
                continue
            # An open address that does not take the method may say so; nothing runs.
            refusals = (403, 405) if rule in PUBLIC else (403,)
            assert answer.status_code in refusals, f"{method} {path} was answered {answer.status_code}"
    assert rows_of(house.services) == before


def test_every_answer_carries_the_headers(house: House) -> None:
    """Whatever the door, the method and the visitor, the policy is there, and no answer is a fault."""
    for rule, path, method in doors(house):
        if rule == "/signout":
            continue
        for client in (house.stranger(), house.noah):
            answer = ask(client, path, method=method, headers=PAGE_HEADERS)
            missing = [name for name in ALWAYS if name not in answer.headers]
            assert not missing, f"{method} {path} has no {missing}"
            assert answer.status_code < 500, f"{method} {path} was answered {answer.status_code}"
            if not rule.startswith(PUBLIC_FILES) and rule != "/docs":
                assert "no-store" in answer.headers["Cache-Control"], f"{method} {path} may be stored"


def test_assets_are_kept_by_the_browser(house: House) -> None:
    """An asset whose address changes with its content is fetched once; without the mark it is checked each time."""
    kept = ask(house.stranger(), "/assets/10-tokens.css?m=1").headers["Cache-Control"]
    assert kept == "public, max-age=31536000, immutable"
    assert "no-cache" in ask(house.stranger(), "/assets/10-tokens.css").headers["Cache-Control"]
    assert "immutable" not in ask(house.stranger(), "/assets/nothing.css?m=1").headers.get("Cache-Control", "")


def attempts(house: House) -> list[Any]:
    """What another user might send: maya's ids in the forms a page may use, and plain nonsense."""
    ids = {name: value for name, value in house.ids.items() if name != "picks"}
    values: list[Any] = [None, "x", -1, [], {}, CANARY, f"?account={ids['account']}&symbol={CANARY}", "2026-11-03"]
    for value in ids.values():
        values += [value, [str(value)]]
    values += [f"/trade/{ids['account']}-{ids['trade']}", f"{ids['account']}:{ids['trade']}"]
    values += [{"account_id": ids["account"], "trade_id": ids["trade"], "id": ids["trade"]}]
    picks = [{"key": str(ids["trade"]), "value": pick, "text": "x", "at": 1} for pick in house.ids["picks"]]
    # Many ids are the same small number: each value is tried once.
    values = list({repr(value): value for value in [*values, *picks]}.values())
    return [*values, {"startRow": 0, "endRow": 100, "sortModel": [], "filterModel": {}}]


def bodies(callback: str, declared: dict[str, Any], value: Any) -> Iterator[dict[str, Any]]:
    """Bodies that pass the check of the envelope: the value in every place, then only where the ids go."""
    parts = callback[2:-2].split("...") if callback.startswith("..") else [callback]
    pairs = [part.rsplit(".", 1) for part in ([] if declared["no_output"] else parts)]
    outputs = [{"id": concrete(name), "property": prop} for name, prop in pairs]
    dependencies, count = [*declared["inputs"], *declared["state"]], len(declared["inputs"])
    body: dict[str, Any] = {"output": callback}
    body["outputs"] = outputs if callback.startswith("..") else next(iter(outputs), [])
    body["changedPropIds"] = [f"{item['id']}.{item['property']}" for item in declared["inputs"][:1]]
    for filled in (dependencies, dependencies[count:]):
        if filled:
            sent = [entry_of(item, value if item in filled else 1) for item in dependencies]
            yield body | {"inputs": sent[:count], "state": sent[count:]}


def entry_of(dependency: dict[str, str], value: Any) -> Any:
    """One input or state as the renderer sends it; a list for a pattern that takes all."""
    entry = {"id": concrete(dependency["id"]), "property": dependency["property"], "value": value}
    return [entry] if "ALL" in dependency["id"] and dependency["id"].startswith("{") else entry


def concrete(name: str) -> Any:
    """An id that fits a declared one."""
    if not name.startswith("{"):
        return name
    return {key: 1 if isinstance(value, list) else value for key, value in json.loads(name).items()}


def call_everything(house: House, client: FlaskClient) -> Iterator[tuple[str, Any, TestResponse]]:
    """Call every callback of the app with every attempt."""
    for callback, declared in house.app.callback_map.items():
        if "callback" not in declared:
            continue
        for value in attempts(house):
            for body in bodies(callback, declared, value):
                yield callback, value, dash_post(client, body)


def test_callbacks_are_closed_to_strangers(house: House) -> None:
    """No callback answers anybody without a session, or with one but without the token."""
    for callback, declared in house.app.callback_map.items():
        for body in bodies(callback, declared, None):
            assert dash_post(house.stranger(), body).status_code == 401
            assert dash_post(house.maya, body, **{HEADER: csrf_of(house.noah)}).status_code == 403


def test_another_user_sees_and_changes_nothing(house: House) -> None:
    """With maya's ids in every address, query and callback, noah meets no canary and changes no row of hers."""
    before = rows_of(house.services)
    for rule, path, method in [*doors(house), *doors(house, 2)]:
        if method != "GET" or is_public(rule):
            continue
        for query in ("", f"?account={house.ids['account']}", f"?portfolio={house.ids['portfolio']}"):
            answer = ask(house.noah, path + query, headers=PAGE_HEADERS)
            assert CANARY.encode() not in answer.data, f"GET {path}{query}"
    named: set[str] = set()
    for name, value, answer in call_everything(house, house.noah):
        assert answer.status_code in (200, 204), f"{name} was answered {answer.status_code}"
        # What noah sent himself may come back, later too where it is kept; what only maya wrote may not.
        named |= {name} if CANARY in repr(value) else set()
        needle = f"{CANARY} " if name in named else CANARY
        assert needle not in answer.get_data(as_text=True), f"{name} with {value!r} shows what is maya's"
    changed = rows_of(house.services)
    for table, rows in before.items():
        # His own row of users counts what he writes himself.
        hers = {row for row in rows if table != "users" or not row.startswith("(2, ")}
        assert hers <= set(changed[table]), f"noah changed {table}"


def test_the_owner_does_see_it(house: House) -> None:
    """The control of the test above: the same walk by maya meets her canary."""
    seen = [path for _, path, method in doors(house) if method == "GET" and _has_canary(house, path)]
    assert seen
    assert any(CANARY.encode() in answer.data for _, _, answer in call_everything(house, house.maya))


def _has_canary(house: House, path: str) -> bool:
    return CANARY.encode() in ask(house.maya, path, headers=PAGE_HEADERS).data

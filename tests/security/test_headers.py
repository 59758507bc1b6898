"""The headers on every answer, and what an error tells."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from pathlib import Path

import pytest

from tests.web.auth.conftest import SmallApp, build_small_app
from tests.web.client import PAGE_HEADERS, post_form, sign_in_demo

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def directives(policy: str) -> dict[str, list[str]]:
    """The policy by directive."""
    return {part.split()[0]: part.split()[1:] for part in policy.split(";")}


@pytest.mark.parametrize("is_known", [False, True])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/signin"),
        ("GET", "/_dash-layout"),
        ("GET", "/_dash-component-suites/dash/deps/nothing.js"),
        ("GET", "/api/v1/me"),
        ("GET", "/api/nothing"),
        ("GET", "/broken"),
        ("POST", "/broken"),
        ("POST", "/_dash-update-component"),
        ("OPTIONS", "/"),
        ("TRACE", "/"),
        ("HEAD", "/health"),
        ("GET", "/health"),
        ("GET", "/a%00b"),
        ("GET", "/signin?next=" + "x" * 5000),
    ],
)
def test_every_answer_carries_the_headers(small: SmallApp, method: str, path: str, is_known: bool) -> None:
    """Pages, data, refusals and faults alike carry the policy and a request id."""
    client = small.client()
    if is_known:
        sign_in_demo(client)
    answer = client.open(path, method=method, headers=PAGE_HEADERS)
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    policy = directives(answer.headers["Content-Security-Policy"])
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == policy["base-uri"] == ["'self'"]
    assert policy["object-src"] == policy["frame-ancestors"] == ["'none'"]
    assert "'unsafe-eval'" not in answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy["script-src"]
    assert re.fullmatch(r"[0-9a-f]{12}", answer.headers["X-Request-ID"])
    assert "Permissions-Policy" in answer.headers


def test_every_inline_script_of_the_page_is_hashed(small: SmallApp) -> None:
    """The policy names the hash of each inline script that the index page holds."""
    client = small.client()
    sign_in_demo(client)
    answer = client.get("/", headers=PAGE_HEADERS)
    text = re.sub(r"<!--.*?-->", "", answer.get_data(as_text=True), flags=re.DOTALL)
    scripts = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>(.*?)</script>", text, re.DOTALL)
    assert scripts
    for script in scripts:
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


def test_personal_answers_are_not_stored(small: SmallApp) -> None:
    """Everything but static files says no-store and varies by cookie."""
    client = small.client()
    sign_in_demo(client)
    for path in ("/", "/_dash-layout", "/_dash-dependencies", "/api/v1/me", "/signin", "/api/nothing"):
        answer = client.get(path, headers=PAGE_HEADERS)
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Cookie" in answer.headers["Vary"]


def test_https_is_kept(tmp_path: Path) -> None:
    """With secure cookies an answer over HTTPS tells the browser to stay with HTTPS; over HTTP it does not."""
    app = build_small_app(tmp_path, secure_cookies=True)
    assert "Strict-Transport-Security" in app.client().get("/health", base_url="https://x.test").headers
    assert "Strict-Transport-Security" not in app.client().get("/health").headers
    app.close()


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_faults_tell_nothing_but_their_number(small: SmallApp, accept: str, caplog: pytest.LogCaptureFixture) -> None:
    """A fault is answered with a request id only; the log holds the id and the cause."""
    client = small.client()
    sign_in_demo(client)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/broken", headers={"Accept": accept})
    text = answer.get_data(as_text=True)
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert number in text
    assert not re.search(r"secret detail|/srv|Traceback|RuntimeError|\.py|Werkzeug|Flask", text)
    assert any(number in record.getMessage() and "secret detail" in str(record.exc_info) for record in caplog.records)


def test_unknown_addresses_have_a_page(small: SmallApp) -> None:
    """A reserved or unknown address is a 404: a page for people, JSON under /api and /platform."""
    client = small.client()
    for path in ("/api/v2/x", "/platform/health", "/api"):
        assert client.get(path).status_code == 401
    sign_in_demo(client)
    for path in ("/api/v2/x", "/platform/health", "/api", "/platform"):
        assert client.get(path).get_json()["detail"].endswith(".")
        assert client.get(path).status_code == 404
    assert client.get("/_dash-nothing", headers=PAGE_HEADERS).status_code == 404


def test_user_text_is_escaped_on_our_pages(small: SmallApp) -> None:
    """What a visitor typed comes back as text, never as markup."""
    for payload in (
        '"><script>alert(1)</script>',
        "'><img src=x onerror=alert(1)>",
        "{{7*7}}",
        "</title><svg/onload=x>",
    ):
        answer = post_form(small.client(), "/signup", username=payload, password="x", invite=payload)
        text = answer.get_data(as_text=True)
        assert payload not in text or payload == "{{7*7}}"
        assert "49" not in text.split('name="username"')[1][:80]

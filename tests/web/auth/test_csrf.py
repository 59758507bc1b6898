"""Changes need the token of their own session, and must be asked for by our own pages."""

from __future__ import annotations

import pytest

from tests.web.auth.conftest import SmallApp
from tests.web.client import (
    PAGE_HEADERS,
    PASSWORD,
    csrf_of,
    dash_body,
    dash_post,
    post_form,
    sign_in,
    sign_in_demo,
    sign_up,
)
from web.auth import cookies
from web.auth.csrf import COOKIE, HEADER

BODY = dash_body("shown.children", [("given", "value", "hello")])
FORMS = ["/signin", "/signup", "/demo", "/signout", "/account/password"]


def test_callback_needs_the_token(small: SmallApp) -> None:
    """A callback without the token, or with a made-up one, is refused; with it, answered."""
    client = small.client()
    sign_up(client, "maya")
    assert client.post("/_dash-update-component", json=BODY).status_code == 403
    assert dash_post(client, BODY, **{HEADER: "0" * 64}).status_code == 403
    assert dash_post(client, BODY).status_code == 200


def test_token_of_another_session_does_not_fit(small: SmallApp) -> None:
    """Another user's token is refused, even when it is planted as this browser's cookie too."""
    maya, noah = small.client(), small.client()
    sign_up(maya, "maya")
    sign_up(noah, "noah")
    assert dash_post(maya, BODY, **{HEADER: csrf_of(noah)}).status_code == 403
    maya.set_cookie(COOKIE, csrf_of(noah))
    assert dash_post(maya, BODY).status_code == 403


def test_token_changes_with_the_session(small: SmallApp) -> None:
    """Signing in replaces the token, and the one before is refused."""
    client = small.client()
    sign_up(client, "maya")
    before = csrf_of(client)
    sign_in(client, "maya")
    assert csrf_of(client) != before
    assert dash_post(client, BODY, **{HEADER: before}).status_code == 403


@pytest.mark.parametrize("path", FORMS)
def test_forms_need_the_token(small: SmallApp, path: str) -> None:
    """Every form is refused without the token and changes nothing, signed in or not."""
    fields = {"username": "maya", "password": PASSWORD}
    for client in (small.client(), small.client()):
        for sent in (fields, fields | {"csrf_token": "made.up"}, fields | {"csrf_token": ""}):
            assert client.post(path, data=sent, headers=PAGE_HEADERS).status_code in (303, 403)
        sign_in_demo(client)
        session = client.get_cookie(cookies.SESSION)
        assert client.post(path, data=fields, headers=PAGE_HEADERS).status_code == 403
        assert client.get_cookie(cookies.SESSION) == session
    assert small.users.find("maya") is None


@pytest.mark.parametrize("path", FORMS)
def test_other_sites_cannot_post(small: SmallApp, path: str) -> None:
    """A form sent by another site's page is refused even with the right token."""
    client = small.client()
    sign_in_demo(client)
    fields = {"csrf_token": csrf_of(client), "username": "demo", "password": "demo123"}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
    ):
        assert client.post(path, data=fields, headers={"Accept": "text/html"} | headers).status_code == 403
    assert client.get("/", headers=PAGE_HEADERS).status_code == 200


def test_other_sites_cannot_read(small: SmallApp) -> None:
    """Another site's scripts, images and frames get no data; a link from there opens the page."""
    client = small.client()
    sign_in_demo(client)
    for mode in ("no-cors", "cors", "websocket"):
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
        for path in ("/", "/_dash-layout", "/api/v1/me"):
            assert client.get(path, headers=headers).status_code == 403
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Accept": "text/html"}
    assert client.get("/", headers=link).status_code == 200


def test_get_changes_nothing(small: SmallApp) -> None:
    """The addresses of the forms that change something do not change it by GET."""
    client = small.client()
    sign_in_demo(client)
    for path in ("/signout", "/demo", "/signup", "/signin", "/account/password"):
        client.get(path, headers=PAGE_HEADERS)
    assert client.get("/", headers=PAGE_HEADERS).status_code == 200


def test_bearer_calls_use_no_cookies(small: SmallApp) -> None:
    """With an access token no CSRF token is needed and cookies are ignored, even when the token is wrong."""
    user = small.users.register("maya", PASSWORD)
    bearer = {"Authorization": f"Bearer {small.users.issue_access_token(user)}"}
    assert small.client().post("/api/v1/me", headers=bearer).get_json() == {"owner": user.id}
    client = small.client()
    sign_in_demo(client)
    assert client.get("/api/v1/me", headers=bearer).get_json() == {"owner": user.id}
    for wrong in ("Bearer x", "Bearer", "bearer ", "BEARER x.y.z"):
        answer = client.get("/api/v1/me", headers={"Authorization": wrong})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_access_tokens_open_no_pages(small: SmallApp) -> None:
    """An access token is for the REST interface; pages and callbacks want a session."""
    user = small.users.register("maya", PASSWORD)
    bearer = {"Authorization": f"Bearer {small.users.issue_access_token(user)}"}
    client = small.client()
    assert client.get("/_dash-layout", headers=bearer).status_code == 401
    assert client.post("/_dash-update-component", json=BODY, headers=bearer).status_code == 401


def test_cookie_calls_of_the_rest_interface_need_the_token_to_change(small: SmallApp) -> None:
    """Our own pages read the REST interface with their session; to change something they add the token."""
    client = small.client()
    sign_in_demo(client)
    assert client.get("/api/v1/me").status_code == 200
    assert client.post("/api/v1/me").status_code == 403
    assert client.post("/api/v1/me", headers={HEADER: csrf_of(client)}).status_code == 200


def test_stale_form_explains_itself(small: SmallApp) -> None:
    """A form from another session is answered by a page that says what to do."""
    client = small.client()
    post_form(client, "/signin", username="x", password="y")
    client.delete_cookie(COOKIE)
    answer = client.post("/signin", data={"csrf_token": "old"}, headers=PAGE_HEADERS)
    assert answer.status_code == 403
    assert "Reload it and try again" in answer.get_data(as_text=True)

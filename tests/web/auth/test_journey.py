"""Signing up, in and out as a browser does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.session_limits import REMEMBER_LIMIT
from tests.web.auth.conftest import SmallApp, build_small_app
from tests.web.client import PAGE_HEADERS, PASSWORD, csrf_of, dash_call, post_form, sign_in, sign_in_demo, sign_up
from web.auth import cookies


def opens(client: FlaskClient) -> bool:
    """Whether the app opens for this client."""
    return client.get("/", headers=PAGE_HEADERS).status_code == 200


def value_of(client: FlaskClient, name: str) -> str:
    """The value of a cookie the client holds, "" without it."""
    cookie = client.get_cookie(name)
    return "" if cookie is None else str(cookie.value)


def replay(app: SmallApp, **values: str) -> FlaskClient:
    """A new client that holds cookies somebody saved."""
    client = app.client()
    for name, value in values.items():
        client.set_cookie(name, value)
    return client


def test_sign_up_opens_the_app(small: SmallApp) -> None:
    """Registering signs the browser in, and its callbacks know the owner."""
    client = small.client()
    assert not opens(client)
    sign_up(client, "maya")
    assert opens(client)
    answer = dash_call(client, "shown.children", [("given", "value", "hello")])
    assert answer.get_json()["response"]["shown"]["children"] == "owner 1: hello"


def test_sign_in_returns_to_the_page_that_was_asked_for(small: SmallApp) -> None:
    """An anonymous visit to a page leads through the form back to that page with its query."""
    sign_up(small.client(), "maya")
    client = small.client()
    asked = client.get("/trades?tag=a%26b", headers=PAGE_HEADERS)
    assert asked.status_code == 302
    form = client.get(asked.headers["Location"], headers=PAGE_HEADERS)
    assert 'name="next" value="/trades?tag=a%26b"' in form.get_data(as_text=True)
    answer = sign_in(client, "maya", next="/trades?tag=a%26b")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/trades?tag=a%26b")


def test_forms_work_without_scripts(small: SmallApp) -> None:
    """The pages hold no script; every form carries its token."""
    page = small.client().get("/signin", headers=PAGE_HEADERS).get_data(as_text=True)
    assert "<script" not in page
    assert page.count("<form") == page.count('name="csrf_token"') == 2
    for text in ("Explore the demo", "Create account", "Keep me signed in"):
        assert text in page


def test_wrong_password_says_so_and_keeps_the_name(small: SmallApp) -> None:
    """A wrong guess shows the form again with the name and without the password, as 401."""
    answer = sign_in(small.client(), 'may"a<b>', "a wrong guess")
    text = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "Wrong user name or password." in text
    assert "may&#34;a&lt;b&gt;" in text
    assert "a wrong guess" not in text


def test_known_and_unknown_names_get_the_same_page(small: SmallApp) -> None:
    """Status and body of a failed sign-in do not tell whether the name exists."""
    sign_up(small.client(), "maya")
    pages = []
    for name in ("maya", "noah"):
        answer = sign_in(small.client(), name, "a wrong guess")
        text = answer.get_data(as_text=True)
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        pages.append((answer.status_code, text.replace(name, "?").replace(token, "?")))
    assert pages[0] == pages[1]


def test_too_many_guesses_are_told_to_wait(small: SmallApp) -> None:
    """The sixth guess is answered 429 with the seconds to wait; the owner's own browser still gets in."""
    owner = small.client()
    sign_up(owner, "maya")
    post_form(owner, "/signout")
    stranger = small.client()
    statuses = [sign_in(stranger, "maya", "a wrong guess").status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]
    assert int(sign_in(stranger, "maya").headers["Retry-After"]) >= 1
    assert sign_in(owner, "maya").status_code == 303


def test_demo_button_signs_in_to_the_demo(small: SmallApp) -> None:
    """*Explore the demo* needs no password and leads to the demo user."""
    client = small.client()
    sign_in_demo(client)
    assert opens(client)
    found = small.users.resolve_session(value_of(client, cookies.SESSION))
    assert found is not None
    assert found[1].is_demo


def test_visitors_of_the_demo_may_register(small: SmallApp) -> None:
    """From the demo the way leads to an account of one's own; the demo's session ends with it."""
    client = small.client()
    sign_in_demo(client)
    before = value_of(client, cookies.SESSION)
    assert "<form" in client.get("/signin", headers=PAGE_HEADERS).get_data(as_text=True)
    assert 'action="/signup"' in client.get("/signup", headers=PAGE_HEADERS).get_data(as_text=True)
    sign_up(client, "maya")
    found = small.users.resolve_session(value_of(client, cookies.SESSION))
    assert found is not None
    assert found[1].username == "maya"
    assert small.users.resolve_session(before) is None
    assert client.get("/signup", headers=PAGE_HEADERS).headers["Location"] == "/"


def test_only_visitors_of_the_demo_reset_it(small: SmallApp) -> None:
    """The reset button works in the demo and nowhere else."""
    visitor, maya = small.client(), small.client()
    sign_in_demo(visitor)
    sign_up(maya, "maya")
    assert post_form(visitor, "/demo/reset").status_code == 303
    assert post_form(maya, "/demo/reset").status_code == 403
    assert post_form(small.client(), "/demo/reset").headers["Location"].startswith("/signin")


def test_without_demo_there_is_no_button_and_no_way_in(tmp_path: Path) -> None:
    """Switched off, the demo is neither offered nor reachable."""
    app = build_small_app(tmp_path, demo=False)
    client = app.client()
    assert "demo" not in client.get("/signin", headers=PAGE_HEADERS).get_data(as_text=True).lower()
    assert post_form(client, "/demo").status_code == 403
    assert sign_in(client, "demo", "demo123").status_code == 401
    app.close()


def test_closed_sign_up_offers_no_form(tmp_path: Path) -> None:
    """Where signing up is closed neither the link nor the form exists, and posting is refused."""
    app = build_small_app(tmp_path, signup="closed")
    client = app.client()
    assert "Create account" not in client.get("/signin", headers=PAGE_HEADERS).get_data(as_text=True)
    assert client.get("/signup", headers=PAGE_HEADERS).status_code == 403
    assert post_form(client, "/signup", username="maya", password=PASSWORD).status_code == 403
    app.close()


def test_invitation_admits(tmp_path: Path) -> None:
    """With a code from the one who runs the installation the form registers."""
    app = build_small_app(tmp_path, signup="invite")
    code = app.users.create_invite()
    client = app.client()
    assert f'value="{code}"' in client.get(f"/signup?invite={code}", headers=PAGE_HEADERS).get_data(as_text=True)
    assert post_form(client, "/signup", username="maya", password=PASSWORD, invite="x").status_code == 403
    assert post_form(client, "/signup", username="maya", password=PASSWORD, invite=code).status_code == 303
    app.close()


def test_weak_password_is_explained(small: SmallApp) -> None:
    """A refused password shows the reason beside the form, as 422."""
    answer = post_form(small.client(), "/signup", username="maya", password="password123")
    assert answer.status_code == 422
    assert "among the first ones that are guessed" in answer.get_data(as_text=True)


def test_session_changes_at_sign_in(small: SmallApp) -> None:
    """A session planted before signing in is not the one after, and signing in again ends the one before."""
    sign_up(small.client(), "maya")
    client = small.client()
    client.set_cookie(cookies.SESSION, "planted")
    sign_in(client, "maya")
    first = value_of(client, cookies.SESSION)
    assert first not in ("", "planted")
    sign_in(client, "maya")
    second = value_of(client, cookies.SESSION)
    assert second != first
    assert not opens(replay(small, **{cookies.SESSION: first}))
    assert opens(replay(small, **{cookies.SESSION: second}))


def test_saved_cookies_are_worthless_after_sign_out(small: SmallApp) -> None:
    """After signing out no cookie of the browser signs anybody in, in any copy of it."""
    sign_up(small.client(), "maya")
    client = small.client()
    sign_in(client, "maya", remember="1")
    saved = {name: value_of(client, name) for name in (cookies.SESSION, cookies.REMEMBER, cookies.DEVICE)}
    assert all(saved.values())
    assert opens(replay(small, **saved))
    small.clock.move(seconds=1)
    saved[cookies.REMEMBER] = value_of(client, cookies.REMEMBER)
    assert post_form(client, "/signout").status_code == 303
    assert not opens(client)
    assert not opens(replay(small, **saved))
    assert value_of(client, cookies.SESSION) == ""


def test_password_change_signs_out_everywhere_else(small: SmallApp) -> None:
    """A changed password ends the other browsers at once and gives this one a new session."""
    here, there = small.client(), small.client()
    sign_up(here, "maya")
    sign_in(there, "maya", remember="1")
    before = value_of(here, cookies.SESSION)
    wrong = post_form(here, "/account/password", current_password="wrong", new_password="plum otter bridge")
    assert wrong.status_code == 403
    changed = post_form(here, "/account/password", current_password=PASSWORD, new_password="plum otter bridge")
    assert (changed.status_code, changed.headers["Location"]) == (303, "/settings?note=password-changed")
    assert opens(here)
    assert value_of(here, cookies.SESSION) != before
    assert not opens(there)
    assert not opens(replay(small, **{cookies.SESSION: before}))
    assert sign_in(small.client(), "maya").status_code == 401
    assert sign_in(small.client(), "maya", "plum otter bridge").status_code == 303


def test_password_change_answers_scripts_in_json(small: SmallApp) -> None:
    """The settings page posts the same form and reads JSON."""
    client = small.client()
    sign_up(client, "maya")
    fields = {"current_password": PASSWORD, "new_password": "short"}
    headers = {"X-CSRFToken": csrf_of(client), "Accept": "application/json"}
    refused = client.post("/account/password", data=fields, headers=headers)
    assert (refused.status_code, refused.get_json()["field"]) == (422, "password")
    fields["new_password"] = "plum otter bridge"
    assert "is changed" in client.post("/account/password", data=fields, headers=headers).get_json()["message"]


def test_remembered_browser_comes_back(small: SmallApp) -> None:
    """After the session has ended a remembered browser opens the page it asks for; others sign in."""
    remembered, forgotten = small.client(), small.client()
    sign_up(forgotten, "maya")
    sign_in(remembered, "maya", remember="1")
    small.clock.move(hours=13)
    assert forgotten.get("/trades", headers=PAGE_HEADERS).headers["Location"].startswith("/signin?next=/trades")
    first = remembered.get("/trades?tag=x", headers=PAGE_HEADERS)
    assert (first.status_code, first.headers["Location"]) == (303, "/trades?tag=x")
    assert opens(remembered)
    assert dash_call(remembered, "shown.children", [("given", "value", 1)]).status_code == 200


def test_remembered_browser_skips_the_sign_in_page(small: SmallApp) -> None:
    """A callback that finds the session ended leads to the sign-in page and from there straight back."""
    client = small.client()
    sign_up(client, "maya")
    sign_in(client, "maya", remember="1")
    small.clock.move(hours=13)
    assert dash_call(client, "shown.children", [("given", "value", 1)]).status_code == 401
    back = client.get("/signin?next=%2Ftrades", headers=PAGE_HEADERS)
    assert (back.status_code, back.headers["Location"]) == (303, "/trades")


def test_cookies_are_marked(small: SmallApp) -> None:
    """Cookies are HttpOnly (but Dash's CSRF cookie), SameSite=Lax, small, and hold no name."""
    sign_up(small.client(), "maya")
    client = small.client()
    client.get("/signin", headers=PAGE_HEADERS)
    lines = sign_in(client, "maya", remember="1").headers.getlist("Set-Cookie")
    assert {line.split("=")[0] for line in lines} == {
        "_csrf_token",
        cookies.SESSION,
        cookies.REMEMBER,
        cookies.DEVICE,
    }
    for line in lines:
        assert ("HttpOnly" in line) is not line.startswith("_csrf_token=")
        assert "SameSite=Lax" in line
        assert "Path=/" in line
        assert len(line) < 512
        assert "maya" not in line
        assert ("Max-Age" in line) is line.startswith((cookies.REMEMBER, cookies.DEVICE))
    assert any(f"Max-Age={int(REMEMBER_LIMIT.total_seconds())}" in line for line in lines)


def test_secure_cookies_are_tied_to_the_host(tmp_path: Path) -> None:
    """Behind HTTPS every cookie is Secure and carries __Host- (but Dash's CSRF cookie)."""
    app = build_small_app(tmp_path, secure_cookies=True)
    client = app.client()
    page = client.get("/signin", headers=PAGE_HEADERS, base_url="https://fillwise.test")
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/signup",
        data={"username": "maya", "password": PASSWORD, "csrf_token": token},
        headers=PAGE_HEADERS,
        base_url="https://fillwise.test",
    )
    assert answer.status_code == 303
    for line in answer.headers.getlist("Set-Cookie"):
        assert "Secure" in line
        assert line.startswith(("__Host-fillwise_", "_csrf_token="))
        assert "Domain" not in line
    assert client.get("/", headers=PAGE_HEADERS, base_url="https://fillwise.test").status_code == 200
    app.close()


@pytest.mark.parametrize(
    ("base", "is_warned"),
    [("http://192.168.1.5:8000", True), ("http://localhost:8000", False), ("https://fillwise.test", False)],
)
def test_plain_http_with_secure_cookies_is_explained(tmp_path: Path, base: str, is_warned: bool) -> None:
    """Where the browser would drop the cookies, the page says so and what to do."""
    app = build_small_app(tmp_path, secure_cookies=True)
    page = app.client().get("/signin", headers=PAGE_HEADERS, base_url=base).get_data(as_text=True)
    assert ("FILLWISE_SECURE_COOKIES=0" in page) is is_warned
    app.close()


def test_signed_flask_sessions_are_not_read(small: SmallApp) -> None:
    """Neither Flask's session cookie nor Flask-Login's remember cookie signs anybody in."""
    sign_up(small.client(), "maya")
    forged = {"session": "eyJfdXNlcl9pZCI6IjEifQ.ZzzzzA.x", "remember_token": "1|" + "0" * 128}
    client = replay(small, **forged)
    assert not opens(client)
    assert client.get("/api/v1/me").status_code == 401


TARGETS = [
    "//evil.example",
    "///evil.example",
    "////evil.example/a",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https://evil.example",
    "http:///evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2f%2fevil.example",
    "/%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%255cevil.example",
    "/%25252f%25252fevil.example",
    "/\tevil.example",
    "/\n/evil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/\r\nSet-Cookie:a=b",
    "@evil.example",
    "evil.example",
    "user@evil.example/",
    "./evil",
    "?next=//evil.example",
    "#//evil.example",
    "/a//evil.example",
    "/signin?next=/signin",
    "/signout",
    "/api/v1/me",
    "/_dash-layout",
    "/\u2028evil.example",
    "/" + "a" * 2000,
    "",
]


@pytest.mark.parametrize("target", TARGETS)
def test_next_never_leaves_the_app(small: SmallApp, target: str) -> None:
    """A target that is not a page of ours leads home, before and after signing in."""
    client = small.client()
    sign_up(client, "maya")
    assert client.get("/signin", query_string={"next": target}, headers=PAGE_HEADERS).headers["Location"] == "/"
    answer = sign_in(client, "maya", next=target)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("target", ["/trades", "/trade/7?tab=fills#top", "/reports?path=a%2Fb&q=a//b", "/@me"])
def test_next_keeps_pages_of_ours(small: SmallApp, target: str) -> None:
    """A page of ours is returned to as it was asked for."""
    client = small.client()
    sign_in_demo(client)
    assert sign_in(client, "demo", "demo123", next=target).headers["Location"] == target

"""Registering, tokens and who one is."""

from __future__ import annotations

from tests.web.api.client import PASSWORD, Program
from tests.web.api.conftest import Office


def test_registering_answers_the_user(fresh: Program) -> None:
    """A new user is answered with 201; the same name again is a conflict."""
    body = {"username": "dora", "password": PASSWORD}
    first = fresh.client.post("/api/auth/register", json=body)
    assert (first.status_code, first.get_json()["username"]) == (201, "dora")
    assert "password" not in first.get_data(as_text=True)
    again = fresh.client.post("/api/auth/register", json=body)
    assert again.status_code == 409
    assert again.get_json()["detail"] == "The user name dora is taken."


def test_a_bad_registration_names_the_member(fresh: Program) -> None:
    """A short password, a missing name and an unknown member are 422 and named."""
    for body, field in (
        ({"username": "eve", "password": "x"}, "password"),
        ({"password": PASSWORD}, "username"),
        ({"username": "eve", "password": PASSWORD, "admin": True}, "admin"),
        ({"username": 5, "password": PASSWORD}, "username"),
    ):
        answer = fresh.client.post("/api/auth/register", json=body)
        assert answer.status_code == 422
        assert field in (answer.get_json()["field"], answer.get_json()["detail"])


def test_a_token_opens_the_interface(office: Office) -> None:
    """The token answer has its three members; the token says who it belongs to; no cookie is involved."""
    form = {"username": "ann", "password": PASSWORD}
    answer = office.ann.client.post("/api/auth/token", data=form | {"grant_type": "password", "scope": ""})
    token = answer.get_json()
    assert set(token) == {"access_token", "token_type", "expires_in"}
    assert (token["token_type"], token["expires_in"]) == ("bearer", 1800)
    assert "Set-Cookie" not in answer.headers
    me = Program(office.ann.client, token["access_token"]).ask("/api/auth/me")
    assert me.get_json()["username"] == "ann"
    assert "Set-Cookie" not in me.headers


def test_a_wrong_password_gets_no_token(office: Office) -> None:
    """A wrong password and an unknown name get the same 401."""
    answers = [
        office.bob.client.post("/api/auth/token", data={"username": name, "password": "wrong wrong wrong"})
        for name in ("bob", "nobody-at-all")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].get_json() == answers[1].get_json()


def test_without_a_good_token_nothing_opens(office: Office) -> None:
    """No token, a wrong scheme and a changed token are 401 with a sentence and a challenge."""
    broken = office.ann.token[:-4] + "AAAA"
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": f"Bearer {broken}"}):
        answer = office.ann.client.get("/api/v1/trades", headers=headers)
        assert answer.status_code == 401
        assert answer.get_json()["detail"] == "Sign in first."
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_token_is_dead_at_once(fresh: Program) -> None:
    """Ending every session of a user ends the tokens too."""
    users = fresh.client.application.extensions["fillwise"].users
    assert fresh.get("/api/auth/me")["username"] == "cara"
    users.end_all_sessions(users.find("cara").id)
    fresh.get("/api/auth/me", expect=401)

"""Sessions of browsers and tokens of the REST interface."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from sqlalchemy import select

from data.db.tables import sessions as sessions_table
from domain.accounts import User
from domain.errors import AuthorisationError, ForbiddenError, InvalidInputError
from services.access_tokens import TOKEN_TYPE
from tests.services.sign_in import PASSWORD, Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A service on a fresh database, once SQLite and once PostgreSQL."""
    with open_desk(database_url) as opened:
        yield opened


@pytest.fixture
def maya(desk: Desk) -> User:
    """A registered user."""
    return desk.users.register("maya", PASSWORD)


def test_session_names_its_user(desk: Desk, maya: User) -> None:
    """A token leads to its session and its user, anything else to nobody."""
    token = desk.users.start_session(maya.id, user_agent="Firefox" * 100)
    found = desk.users.resolve_session(token)
    assert found is not None
    assert found[1] == maya
    assert len(found[0].user_agent) == 200
    for other in ("", "x", token[:-1], token.upper(), token + " "):
        assert desk.users.resolve_session(other) is None


def test_only_hashes_are_stored(desk: Desk, maya: User) -> None:
    """A copy of the database signs nobody in."""
    secrets = {desk.users.start_session(maya.id), *desk.users.start_remembered(maya.id)}
    with desk.db.read() as session:
        rows = [str(row) for row in session.execute(select(sessions_table))]
    assert len(rows) == 3
    assert not any(secret in row for secret in secrets for row in rows)


def test_idle_sessions_end(desk: Desk, maya: User) -> None:
    """A session ends after 30 minutes without use and lives on while it is used."""
    used, idle = desk.users.start_session(maya.id), desk.users.start_session(maya.id)
    for _ in range(4):
        desk.clock.move(minutes=20)
        assert desk.users.resolve_session(used) is not None
    assert desk.users.resolve_session(idle) is None


def test_used_sessions_end_after_twelve_hours(desk: Desk, maya: User) -> None:
    """However busy, a session ends after 12 hours."""
    token = desk.users.start_session(maya.id)
    for _ in range(47):
        desk.clock.move(minutes=15)
        assert desk.users.resolve_session(token) is not None
    desk.clock.move(minutes=15)
    assert desk.users.resolve_session(token) is None


def test_sign_out_ends_the_session_and_its_memory(desk: Desk, maya: User) -> None:
    """After signing out neither the session nor the remember token holds; other browsers stay."""
    token, remembered = desk.users.start_remembered(maya.id)
    other = desk.users.start_session(maya.id)
    desk.users.end_session(token)
    assert desk.users.resolve_session(token) is None
    assert desk.users.restore_session(remembered) is None
    assert desk.users.resolve_session(other) is not None


def test_remembered_browser_is_restored(desk: Desk, maya: User) -> None:
    """A remember token starts a new session for 30 days and is replaced each time."""
    _, remembered = desk.users.start_remembered(maya.id)
    for _ in range(29):
        desk.clock.move(days=1)
        restored = desk.users.restore_session(remembered)
        assert restored is not None
        assert restored.user == maya
        assert desk.users.resolve_session(restored.token) is not None
        assert restored.remember_token != remembered
        remembered = restored.remember_token
    desk.clock.move(days=1)
    assert desk.users.restore_session(remembered) is None


def test_tabs_that_start_together_are_all_restored(desk: Desk, maya: User) -> None:
    """Within a minute the replaced remember token still helps, without being replaced again."""
    _, remembered = desk.users.start_remembered(maya.id)
    first, second = desk.users.restore_session(remembered), desk.users.restore_session(remembered)
    assert first is not None
    assert second is not None
    assert first.remember_token != ""
    assert second.remember_token == ""
    assert desk.users.resolve_session(second.token) is not None


def test_parallel_tabs_replace_the_remember_token_once(desk: Desk, maya: User) -> None:
    """Of eight tabs that are restored at the same instant exactly one replaces the token."""
    _, remembered = desk.users.start_remembered(maya.id)
    with ThreadPoolExecutor(8) as pool:
        restored = list(pool.map(lambda _: desk.users.restore_session(remembered), range(8)))
    assert all(restored)
    assert sum(item.remember_token != "" for item in restored if item) == 1


def test_stolen_remember_token_ends_the_family(desk: Desk, maya: User) -> None:
    """A remember token used again after its replacement ends every session that grew out of that sign-in."""
    _, remembered = desk.users.start_remembered(maya.id)
    apart = desk.users.start_session(maya.id)
    restored = desk.users.restore_session(remembered)
    assert restored is not None
    desk.clock.move(minutes=2)
    assert desk.users.restore_session(remembered) is None
    assert desk.users.resolve_session(restored.token) is None
    assert desk.users.restore_session(restored.remember_token) is None
    assert desk.users.resolve_session(apart) is not None


def test_kinds_of_tokens_are_not_exchanged(desk: Desk, maya: User) -> None:
    """A remember token is no session, a session is no remember token."""
    token, remembered = desk.users.start_remembered(maya.id)
    assert desk.users.resolve_session(remembered) is None
    assert desk.users.restore_session(token) is None


def test_password_change_ends_everything(desk: Desk, maya: User) -> None:
    """A new password ends all sessions, remember tokens and access tokens at once; the old one is dead."""
    session = desk.users.start_session(maya.id)
    _, remembered = desk.users.start_remembered(maya.id)
    bearer = desk.users.issue_access_token(maya)
    with pytest.raises(ForbiddenError):
        desk.users.change_password(maya.id, "not the password", "plum otter bridge")
    with pytest.raises(InvalidInputError):
        desk.users.change_password(maya.id, PASSWORD, "password123")
    with pytest.raises(InvalidInputError):
        desk.users.change_password(maya.id, PASSWORD, PASSWORD)
    assert desk.users.resolve_session(session) is not None
    desk.users.change_password(maya.id, PASSWORD, "plum otter bridge")
    assert desk.users.resolve_session(session) is None
    assert desk.users.restore_session(remembered) is None
    with pytest.raises(AuthorisationError):
        desk.users.resolve_access_token(bearer)
    with pytest.raises(AuthorisationError):
        desk.users.verify("maya", PASSWORD, "10.0.0.1")
    assert desk.users.verify("maya", "plum otter bridge", "10.0.0.1") == maya


def test_all_others_can_be_ended(desk: Desk, maya: User) -> None:
    """A user ends every session but the one in use, and only their own."""
    noah = desk.users.register("noah", PASSWORD)
    theirs = desk.users.start_session(noah.id)
    kept, ended = desk.users.start_session(maya.id), desk.users.start_session(maya.id)
    assert desk.users.end_all_sessions(maya.id, kept) == 1
    assert desk.users.resolve_session(kept) is not None
    assert desk.users.resolve_session(ended) is None
    assert desk.users.end_all_sessions(maya.id, theirs) == 1
    assert desk.users.resolve_session(kept) is None
    assert desk.users.resolve_session(theirs) is not None


def test_one_session_is_ended_by_its_owner_only(desk: Desk, maya: User) -> None:
    """The list of sessions names each, and another user's id ends nothing."""
    noah = desk.users.register("noah", PASSWORD)
    token = desk.users.start_session(maya.id, user_agent="Firefox")
    (listed,) = desk.users.sessions(maya.id)
    assert listed.user_agent == "Firefox"
    assert desk.users.sessions(noah.id) == []
    assert not desk.users.end_owned_session(noah.id, listed.id)
    assert desk.users.resolve_session(token) is not None
    assert desk.users.end_owned_session(maya.id, listed.id)
    assert desk.users.resolve_session(token) is None


def test_a_remembered_browser_is_listed_once(desk: Desk, maya: User) -> None:
    """The list has one row a sign-in: the session while it lives, then what restores it."""
    desk.users.start_remembered(maya.id, user_agent="Firefox")
    assert [row.kind for row in desk.users.sessions(maya.id)] == ["web"]
    desk.clock.move(hours=13)
    assert [row.kind for row in desk.users.sessions(maya.id)] == ["remember"]


def test_access_token_holds_for_half_an_hour(desk: Desk, maya: User) -> None:
    """An access token leads to its user until it expires."""
    bearer = desk.users.issue_access_token(maya)
    assert desk.users.resolve_access_token(bearer) == maya
    desk.clock.move(minutes=29)
    assert desk.users.resolve_access_token(bearer) == maya
    desk.clock.move(minutes=1)
    with pytest.raises(AuthorisationError):
        desk.users.resolve_access_token(bearer)


def test_access_token_is_revoked_at_once(desk: Desk, maya: User) -> None:
    """Ending its session row revokes a token that has not expired."""
    bearer = desk.users.issue_access_token(maya)
    (row,) = desk.users.sessions(maya.id)
    assert row.kind == "api"
    desk.users.end_owned_session(maya.id, row.id)
    with pytest.raises(AuthorisationError):
        desk.users.resolve_access_token(bearer)


Forge = Callable[[dict[str, Any], bytes], str]


def _signed(header: dict[str, Any] | None = None, algorithm: str = "HS256", **changes: Any) -> Forge:
    """A forger: signs the claims with the right key after changing them; None drops a claim."""

    def forge(claims: dict[str, Any], key: bytes) -> str:
        merged = {name: value for name, value in (claims | changes).items() if value is not None}
        return jwt.encode(merged, key, algorithm=algorithm, headers={"typ": TOKEN_TYPE} | (header or {}))

    return forge


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _unsigned(claims: dict[str, Any], key: bytes) -> str:
    return f"{_part({'alg': 'none', 'typ': TOKEN_TYPE})}.{_part(claims)}."


FORGERIES: dict[str, Forge] = {
    "empty": lambda claims, key: "",
    "dots": lambda claims, key: "..",
    "words": lambda claims, key: "not a token",
    "unsigned": _unsigned,
    "unsigned, upper case": lambda claims, key: f"{_part({'alg': 'NONE', 'typ': TOKEN_TYPE})}.{_part(claims)}.",
    "another key": lambda claims, key: _signed()(claims, b"k" * 32),
    "empty key": lambda claims, key: _signed()(claims, b"\0" * 32),
    "HS384": _signed(algorithm="HS384"),
    "HS512": _signed(algorithm="HS512"),
    "no type": lambda claims, key: jwt.encode(claims, key, algorithm="HS256", headers={"typ": None}),
    "plain type": _signed({"typ": "JWT"}),
    "refresh type": _signed({"typ": "rt+jwt"}),
    "kid with a path": _signed({"kid": "../../dev/null"}),
    "kid with SQL": _signed({"kid": "x' UNION SELECT 'k"}),
    "jku": _signed({"jku": "https://evil.example/keys"}),
    "jwk": _signed({"jwk": {"kty": "oct", "k": "AAAA"}}),
    "unknown crit": _signed({"crit": ["exp"]}),
    "no expiry": _signed(exp=None),
    "no jti": _signed(jti=None),
    "no audience": _signed(aud=None),
    "no issuer": _signed(iss=None),
    "no subject": _signed(sub=None),
    "no issue time": _signed(iat=None),
    "other audience": _signed(aud="another"),
    "list of audiences": _signed(aud=["fillwise-api", "another"], scope="all"),
    "other issuer": _signed(iss="another"),
    "made up jti": _signed(jti="made-up"),
    "other user": _signed(sub="2"),
    "textual expiry": _signed(exp="9999999999"),
    "longer life": lambda claims, key: _signed(exp=claims["exp"] + 86_400)(claims, key),
    "expired": lambda claims, key: _signed(iat=claims["iat"] - 7200, exp=claims["iat"] - 5400)(claims, key),
    "from the future": lambda claims, key: _signed(iat=claims["iat"] + 600, exp=claims["iat"] + 1200)(claims, key),
    "extra claim": _signed(is_admin=True),
    "megabyte": _signed(junk="x" * 1_000_000),
    "subject is no number": _signed(sub="maya"),
    "claims are a list": lambda claims, key: f"{_part({'alg': 'HS256', 'typ': TOKEN_TYPE})}.{_part([1])}.AAAA",
}


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_forged_access_tokens_are_refused_alike(desk: Desk, maya: User, name: str) -> None:
    """Every forgery is refused with one and the same error."""
    desk.users.register("noah", PASSWORD)
    good = desk.users.issue_access_token(maya)
    claims = jwt.decode(good, options={"verify_signature": False})
    key = desk.users.derive_key("access token")
    assert desk.users.resolve_access_token(_signed()(claims, key)) == maya
    forged = FORGERIES[name](claims, key)
    with pytest.raises(AuthorisationError) as caught:
        desk.users.resolve_access_token(forged)
    assert (caught.value.message, caught.value.hint) == ("The access token is not valid.", "Ask for a new one.")


def test_edited_access_token_is_refused(desk: Desk, maya: User) -> None:
    """Changing any one part of a token breaks it."""
    parts = desk.users.issue_access_token(maya).split(".")
    for index in range(3):
        edited = list(parts)
        edited[index] = ("A" if edited[index][5] != "A" else "B").join((edited[index][:5], edited[index][6:]))
        with pytest.raises(AuthorisationError):
            desk.users.resolve_access_token(".".join(edited))

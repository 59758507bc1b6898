"""Registration, sign-in and profiles."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from data.db.users import find_credentials
from domain.errors import (
    AuthorisationError,
    ConflictError,
    FillwiseError,
    ForbiddenError,
    InvalidInputError,
    ThrottledError,
)
from services.passwords import PasswordVault
from tests.services.sign_in import PASSWORD, Desk, open_desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    """A service on a fresh database, once SQLite and once PostgreSQL."""
    with open_desk(database_url) as opened:
        yield opened


def test_registered_user_signs_in_however_the_name_is_written(desk: Desk) -> None:
    """Names are equal whatever their case, width or surrounding spaces."""
    user = desk.users.register("Maya", PASSWORD)
    for spelling in ("maya", " MAYA ", "\uff2daya"):
        assert desk.users.verify(spelling, PASSWORD, "10.0.0.1") == user


def test_a_name_is_taken_once(desk: Desk) -> None:
    """A second user of the same name is refused, also in another case and also for the demo's name."""
    desk.users.register("maya", PASSWORD)
    for name in ("maya", "MAYA", "demo", "Demo"):
        with pytest.raises(ConflictError):
            desk.users.register(name, PASSWORD)


def test_parallel_registrations_make_one_user(desk: Desk) -> None:
    """Of eight parallel registrations of one name exactly one succeeds."""

    def register(_: int) -> bool:
        try:
            desk.users.register("maya", PASSWORD)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(register, range(8))) == 1


@pytest.mark.parametrize("name", ["", "ab", "a b c", "-abc", "a\x00bc", "x" * 65, "a/b/c", "<b>maya</b>", "maya\n"])
def test_strange_names_are_refused(desk: Desk, name: str) -> None:
    """A name of other characters or length is refused, naming the field."""
    if name == "maya\n":
        assert desk.users.register(name, PASSWORD).username == "maya"
        return
    with pytest.raises(InvalidInputError) as caught:
        desk.users.register(name, PASSWORD)
    assert caught.value.field == "username"


def test_wrong_password_and_unknown_name_look_alike(desk: Desk) -> None:
    """Nobody learns from the error whether a name exists."""
    desk.users.register("maya", PASSWORD)
    errors = []
    for name in ("maya", "nobody", "no\0body", "\ud800"):
        with pytest.raises(AuthorisationError) as caught:
            desk.users.verify(name, "a wrong guess", "10.0.0.1")
        errors.append((type(caught.value), caught.value.message, caught.value.hint))
    assert len(set(errors)) == 1


def test_disabled_user_is_out_at_once(desk: Desk) -> None:
    """Disabling ends the sessions and refuses the password; enabling lets the user in again."""
    user = desk.users.register("maya", PASSWORD)
    token = desk.users.start_session(user.id)
    desk.users.set_disabled(user.id, is_disabled=True)
    assert desk.users.resolve_session(token) is None
    with pytest.raises(AuthorisationError):
        desk.users.verify("maya", PASSWORD, "10.0.0.1")
    desk.users.set_disabled(user.id, is_disabled=False)
    assert desk.users.verify("maya", PASSWORD, "10.0.0.1") == user


def test_hash_of_old_parameters_is_renewed_at_sign_in(database_url: str) -> None:
    """A hash made with weaker parameters is replaced when its password is next seen."""

    def kept(desk: Desk) -> str:
        with desk.db.read() as session:
            found = find_credentials(session, "maya")
        assert found is not None
        return found.password_hash

    with open_desk(database_url) as old:
        old.users.register("maya", PASSWORD)
        before = kept(old)
    stronger = PasswordVault(PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))
    with open_desk(database_url, vault=stronger) as new:
        new.users.verify("maya", PASSWORD, "10.0.0.1")
        assert kept(new) != before
        assert "m=128,t=2" in kept(new)
        new.users.verify("maya", PASSWORD, "10.0.0.1")


def test_guesses_at_one_account_slow_down(desk: Desk) -> None:
    """Ten wrong guesses from ten addresses make the account wait longer and longer, never for ever."""
    desk.users.register("maya", PASSWORD)
    waits = []
    for index in range(30):
        try:
            desk.users.verify("maya", "a wrong guess", f"10.0.0.{index}")
        except ThrottledError as error:
            waits.append(error.retry_after_seconds)
            desk.clock.move(seconds=error.retry_after_seconds)
        except AuthorisationError:
            pass
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] == 900
    desk.clock.move(minutes=15)
    assert desk.users.verify("maya", PASSWORD, "10.0.9.9").username == "maya"


def test_the_right_password_waits_as_well(desk: Desk) -> None:
    """While an account waits, the right password gives nothing away."""
    desk.users.register("maya", PASSWORD)
    for _ in range(5):
        with pytest.raises(AuthorisationError):
            desk.users.verify("maya", "a wrong guess", "10.0.0.1")
    with pytest.raises(ThrottledError):
        desk.users.verify("maya", PASSWORD, "10.0.0.1")


def test_the_owner_gets_in_from_a_known_device(desk: Desk) -> None:
    """Guesses from elsewhere do not keep the owner out of a browser they used before."""
    user = desk.users.register("maya", PASSWORD)
    device = desk.users.issue_device(user)
    for _ in range(5):
        with pytest.raises(AuthorisationError):
            desk.users.verify("maya", "a wrong guess", "10.0.0.1")
    with pytest.raises(ThrottledError):
        desk.users.verify("maya", PASSWORD, "10.0.0.2", device=f"{device[:-1]}x")
    assert desk.users.verify("maya", PASSWORD, "10.0.0.2", device=device) == user


def test_one_address_cannot_try_many_accounts(desk: Desk) -> None:
    """A hundred accounts, one guess each, from one address: the address has to wait."""
    outcomes = []
    for index in range(100):
        with pytest.raises(AuthorisationError) as caught:
            desk.users.verify(f"user{index}", "a wrong guess", "10.0.0.1")
        outcomes.append(type(caught.value))
    assert ThrottledError in outcomes
    with pytest.raises(AuthorisationError) as elsewhere:
        desk.users.verify("user1", "a wrong guess", "10.0.0.2")
    assert type(elsewhere.value) is AuthorisationError


def test_parallel_guesses_count_before_they_are_checked(desk: Desk) -> None:
    """Forty guesses at once are no way around the limit of five."""
    desk.users.register("maya", PASSWORD)

    def guess(index: int) -> type[Exception]:
        try:
            desk.users.verify("maya", "a wrong guess", f"10.0.1.{index}")
        except FillwiseError as error:
            return type(error)
        raise AssertionError

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(40)))
    assert outcomes.count(AuthorisationError) == 5
    assert outcomes.count(ThrottledError) == 35


def test_invitations_work_once(database_url: str) -> None:
    """With signing up by invitation a code admits one user, within 14 days."""
    with open_desk(database_url, signup="invite") as desk:
        code, late = desk.users.create_invite(), desk.users.create_invite()
        with pytest.raises(ForbiddenError):
            desk.users.register("maya", PASSWORD)
        with pytest.raises(ForbiddenError):
            desk.users.register("maya", PASSWORD, "made up")
        assert desk.users.register("maya", PASSWORD, f" {code} ").username == "maya"
        with pytest.raises(ForbiddenError):
            desk.users.register("noah", PASSWORD, code)
        desk.clock.move(days=15)
        with pytest.raises(ForbiddenError):
            desk.users.register("noah", PASSWORD, late)
        assert desk.users.find("noah") is None


def test_closed_installations_take_nobody(database_url: str) -> None:
    """Nobody registers where signing up is closed."""
    with open_desk(database_url, signup="closed") as desk, pytest.raises(ForbiddenError):
        desk.users.register("maya", PASSWORD)


def test_demo_answers_to_its_public_password(desk: Desk) -> None:
    """The demo user is made once and answers to demo / demo123, which nobody can change."""
    demo = desk.users.ensure_demo_user()
    assert demo.is_demo
    assert desk.users.ensure_demo_user() == demo
    assert desk.users.verify("demo", "demo123", "10.0.0.1") == demo
    with pytest.raises(ForbiddenError):
        desk.users.change_password(demo.id, "demo123", PASSWORD)


def test_without_demo_its_password_and_sessions_do_not_hold(database_url: str) -> None:
    """Once the demo is switched off, password, sessions and tokens of its user are worth nothing."""
    with open_desk(database_url) as before:
        demo = before.users.ensure_demo_user()
        token, bearer = before.users.start_session(demo.id), before.users.issue_access_token(demo)
    with open_desk(database_url, is_demo_enabled=False) as desk:
        with pytest.raises(ForbiddenError):
            desk.users.ensure_demo_user()
        with pytest.raises(AuthorisationError):
            desk.users.verify("demo", "demo123", "10.0.0.1")
        assert desk.users.resolve_session(token) is None
        with pytest.raises(AuthorisationError):
            desk.users.resolve_access_token(bearer)


def test_profile_changes_are_kept(desk: Desk) -> None:
    """Names, zone, currency and looks are changed together and stay."""
    user = desk.users.register("maya@example.org", PASSWORD)
    assert user.display_name == "maya"
    changes = {"display_name": "  Maya  Okafor ", "timezone": "Europe/Zurich", "base_currency": "chf"}
    changed = desk.users.update_profile(user.id, **changes, theme="light", palette="blue")
    assert changed == desk.users.get(user.id)
    assert (changed.display_name, changed.base_currency, changed.initials) == ("Maya Okafor", "CHF", "MO")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("timezone", "../../etc/passwd"),
        ("base_currency", "dollars!"),
        ("theme", "pink"),
        ("palette", "url(x)"),
        ("display_name", " "),
        ("display_name", "a\x00b"),
        ("username", "other"),
        ("is_demo", "1"),
        ("id", "1"),
    ],
)
def test_bad_profile_values_are_refused(desk: Desk, field: str, value: str) -> None:
    """A value that is not valid, or a field that is not the user's to change, leaves everything as it was."""
    user = desk.users.register("maya", PASSWORD)
    with pytest.raises(InvalidInputError) as caught:
        desk.users.update_profile(user.id, **{field: value})
    assert caught.value.field == field
    assert desk.users.get(user.id) == user


def test_the_secret_is_made_once(database_url: str) -> None:
    """Services that start together on one database agree on its secret."""
    with open_desk(database_url) as one, open_desk(database_url) as two, ThreadPoolExecutor(2) as pool:
        keys = list(pool.map(lambda desk: desk.users.derive_key("x"), (one, two)))
        assert keys[0] == keys[1]
        assert keys[0] != one.users.derive_key("y")

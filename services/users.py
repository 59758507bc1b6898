"""Who may come in: registration, passwords, profiles."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import timedelta

from data.db import sessions as sessions_db
from data.db import users as users_db
from data.db.engine import Database
from domain.accounts import User, UserId
from domain.errors import AuthorisationError, ConflictError, ForbiddenError, InvalidInputError
from domain.periods import Clock
from services.passwords import PasswordVault, check_password
from services.profiles import changed_profile
from services.sessions import SessionKeeper, hash_token, username_key
from services.throttle import Subject, Throttle, account_subject, device_subject, remote_subject

INVITE_LIMIT = timedelta(days=14)
DEMO_USERNAME = "demo"
DEMO_PASSWORD = "demo123"  # noqa: S105 - public on purpose: the demo holds invented data only
_USERNAME = re.compile(r"[\w][\w.@+-]{1,62}[\w]")
_NO_HOLD = "Wrong user name or password."


class UserService(SessionKeeper):
    """Users: registration, passwords, profiles; their sessions and tokens are inherited."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        *,
        signup: str = "open",
        is_demo_enabled: bool = True,
        vault: PasswordVault | None = None,
    ) -> None:
        super().__init__(db, clock, is_demo_enabled=is_demo_enabled)
        self._vault = vault or PasswordVault()
        self._throttle = Throttle(db, clock)
        self.signup = signup

    # ── Registration ──

    def register(self, username: str, password: str, invite: str = "") -> User:
        """Create a user.

        Raises:
            ForbiddenError: If signing up is closed or the invitation does not hold.
            InvalidInputError: If the name or the password is not acceptable; `field` says which.
            ConflictError: If the name is taken.
        """
        if self.signup == "closed":
            raise ForbiddenError("This installation takes no new users.", hint="Ask the person who runs it.")
        name = check_username(username)
        check_password(password, name)
        if self.find(name) or username_key(name) == DEMO_USERNAME:
            raise ConflictError(f"The user name {name} is taken.", hint="Choose another one.")
        password_hash = self._vault.hash_password(password)
        return self._add(name, password_hash, invite)

    def _add(self, name: str, password_hash: str, invite: str) -> User:
        now = self._clock()
        user = User(id=UserId(0), username=name, display_name=name.split("@", maxsplit=1)[0])
        with self._db.begin() as session:
            added = users_db.add_user(
                session, user, username_key=username_key(name), password_hash=password_hash, now=now
            )
            if self.signup == "invite" and not users_db.take_invite(
                session, hash_token(invite.strip()), added.id, since=now - INVITE_LIMIT
            ):
                raise ForbiddenError("This invitation does not hold.", hint="Ask for a new one; each works once.")
        return added

    def create_invite(self) -> str:
        """Return a new invitation code; it works once, for 14 days."""
        code = secrets.token_urlsafe(18)
        with self._db.begin() as session:
            users_db.add_invite(session, hash_token(code), now=self._clock())
        return code

    def ensure_demo_user(self) -> User:
        """Return the demo user, created at the first call.

        Raises:
            ForbiddenError: If this installation has no demo.
        """
        if not self.is_demo_enabled:
            raise ForbiddenError("This installation has no demo workspace.", hint="Start it with FILLWISE_DEMO=1.")
        found = self.find(DEMO_USERNAME)
        if found is not None:
            return found
        demo = User(id=UserId(0), username=DEMO_USERNAME, display_name="Demo", is_demo=True)
        password_hash = self._vault.hash_password(DEMO_PASSWORD)
        try:
            with self._db.begin() as session:
                return users_db.add_user(
                    session, demo, username_key=DEMO_USERNAME, password_hash=password_hash, now=self._clock()
                )
        except ConflictError:
            # Another worker was faster.
            with self._db.read() as session:
                made = users_db.find_credentials(session, DEMO_USERNAME)
            if made is None:
                raise
            return made.user

    # ── Passwords ──

    def verify(self, username: str, password: str, remote: str, *, device: str = "") -> User:
        """Return the user a name and a password belong to.

        Args:
            username: As typed.
            password: As typed.
            remote: Address of the client, for the throttle.
            device: What `issue_device` gave this browser; its guesses are counted apart, so that
                nobody can lock an owner out from elsewhere.

        Raises:
            AuthorisationError: If they do not belong together; the same for an unknown name.
            ThrottledError: After too many attempts.
        """
        key = username_key(username)
        subjects = self._subjects(key, remote, device)
        self._throttle.take_attempt(subjects)
        if key == DEMO_USERNAME and self.is_demo_enabled:
            self.ensure_demo_user()
        with self._db.read() as session:
            found = users_db.find_credentials(session, key)
        is_match = self._vault.is_match(found.password_hash if found else None, password)
        if found is None or not is_match or found.is_disabled or not self._is_admitted(found.user):
            raise AuthorisationError(_NO_HOLD, hint="Check the spelling of both.")
        self._throttle.return_attempt(cleared=subjects[:1], returned=subjects[1:])
        self._upgrade_hash(found, password)
        return found.user

    def change_password(self, owner: UserId, current: str, new: str, *, remote: str = "") -> None:
        """Replace a password and end every session and token of the user.

        Raises:
            AuthorisationError: If the current password is wrong.
            InvalidInputError: If the new one is not acceptable.
            ForbiddenError: For the demo user.
        """
        user = self.get(owner)
        if user.is_demo:
            raise ForbiddenError("The password of the demo is fixed.", hint="Create an account of your own.")
        self._check_current(user, current, remote)
        check_password(new, user.username)
        if new == current:
            raise InvalidInputError("The new password is the old one.", field="new_password")
        password_hash = self._vault.hash_password(new)
        with self._db.begin() as session:
            users_db.set_password(session, owner, password_hash)
            sessions_db.end_all_sessions(session, owner)

    def _check_current(self, user: User, password: str, remote: str) -> None:
        subjects = (account_subject(f"change {user.id}"), remote_subject(remote))
        self._throttle.take_attempt(subjects)
        with self._db.read() as session:
            found = users_db.get_credentials(session, user.id)
        if not self._vault.is_match(found.password_hash, password):
            raise ForbiddenError("The current password is wrong.", hint="Nothing was changed.")
        self._throttle.return_attempt(cleared=subjects[:1], returned=subjects[1:])

    def _upgrade_hash(self, found: users_db.Credentials, password: str) -> None:
        if self._vault.is_outdated(found.password_hash):
            password_hash = self._vault.hash_password(password)
            with self._db.begin() as session:
                users_db.set_password(session, found.user.id, password_hash)

    def _subjects(self, key: str, remote: str, device: str) -> tuple[Subject, Subject]:
        is_known = bool(device) and self.is_device_of(key, device)
        return (device_subject(device) if is_known else account_subject(key)), remote_subject(remote)

    # ── Profiles ──

    def get(self, owner: UserId) -> User:
        """Return a user.

        Raises:
            NotFoundError: If there is no such user.
        """
        with self._db.read() as session:
            return users_db.get_user(session, owner)

    def find(self, username: str) -> User | None:
        """Return the user of a name, however it is capitalised."""
        with self._db.read() as session:
            found = users_db.find_credentials(session, username_key(username))
        return found.user if found else None

    def list_users(self) -> list[User]:
        """Return every user by id, for the command line."""
        with self._db.read() as session:
            return users_db.list_users(session)

    def update_profile(self, owner: UserId, **changes: str) -> User:
        """Change display_name, timezone, base_currency, theme or palette and return the user.

        Raises:
            InvalidInputError: If a value is not valid; `field` says which.
            ForbiddenError: If the demo user's name would change.
        """
        with self._db.begin() as session:
            before = users_db.get_user(session, owner)
            if before.is_demo and "display_name" in changes:
                raise ForbiddenError("The name of the demo is fixed.", hint="Create an account of your own.")
            user = changed_profile(before, changes)
            users_db.update_profile(session, user)
        return user

    def set_disabled(self, owner: UserId, *, is_disabled: bool) -> None:
        """Lock a user out, ending all their sessions, or let them in again."""
        with self._db.begin() as session:
            users_db.set_disabled(session, owner, is_disabled=is_disabled)
            sessions_db.end_all_sessions(session, owner)


def check_username(username: str) -> str:
    """Return the name as it will be shown.

    Raises:
        InvalidInputError: If it is not a name.
    """
    name = unicodedata.normalize("NFKC", username).strip()
    if not _USERNAME.fullmatch(name):
        message = "The user name is not valid."
        hint = "Use 3 to 64 letters, digits, dots, hyphens or an e-mail address."
        raise InvalidInputError(message, hint=hint, field="username")
    return name

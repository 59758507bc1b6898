"""Sessions and tokens: who is signed in, from where and until when."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from data.db import sessions as sessions_db
from data.db.engine import Database
from data.db.facts import find_fact, keep_fact
from domain.accounts import Session, User, UserId
from domain.errors import AuthorisationError, ConflictError, StorageError
from domain.periods import Clock
from services.access_tokens import LIFETIME, decode_access_token, encode_access_token
from services.session_limits import (
    API,
    IDLE_LIMIT,
    REMEMBER,
    REMEMBER_LIMIT,
    ROTATION_GRACE,
    SESSION_LIMIT,
    TOUCH_EVERY,
    WEB,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """A browser that was remembered: its new session, and the remember token that replaces the used one.

    `remember_token` is "" when another tab has just replaced it.
    """

    user: User
    token: str
    remember_token: str


class SessionKeeper:
    """Session rows are the only authority on who is signed in; every token is kept as a hash only."""

    def __init__(self, db: Database, clock: Clock, *, is_demo_enabled: bool) -> None:
        self._db = db
        self._clock = clock
        self.is_demo_enabled = is_demo_enabled

    # ── Sessions of browsers ──

    def start_session(self, owner: UserId, kind: str = WEB, *, remember: bool = False, user_agent: str = "") -> str:
        """Return the token of a new session."""
        return self._start(owner, kind, remember=remember, user_agent=user_agent, family=secrets.token_urlsafe(16))

    def start_remembered(self, owner: UserId, *, user_agent: str = "") -> tuple[str, str]:
        """Return the token of a new session and the token that restores it for 30 days."""
        family = secrets.token_urlsafe(16)
        token = self._start(owner, WEB, remember=True, user_agent=user_agent, family=family)
        return token, self._start(owner, REMEMBER, remember=True, user_agent=user_agent, family=family)

    def restore_session(self, remember_token: str, *, user_agent: str = "") -> Restored | None:
        """Start a session for a remembered browser and rotate its token.

        A token that was rotated away more than a minute ago has been stolen: every session that grew
        out of that sign-in ends.
        """
        now, token_hash = self._clock(), hash_token(remember_token)
        successor = secrets.token_urlsafe(32)
        with self._db.begin() as session:
            stored = sessions_db.find_session(session, token_hash, REMEMBER, lock=True)
            if stored is not None and self._is_alive(stored, now):
                sessions_db.rotate_session(session, stored.session.id, hash_token(successor), now=now)
            else:
                stored, successor = sessions_db.find_replaced_session(session, token_hash), ""
                if stored is not None and not self._is_recent(stored, now):
                    sessions_db.end_family(session, stored.user.id, stored.family)
                    stored = None
        if stored is None or not self._is_alive(stored, now):
            return None
        token = self._start(stored.user.id, WEB, remember=True, user_agent=user_agent, family=stored.family)
        return Restored(user=stored.user, token=token, remember_token=successor)

    def resolve_session(self, token: str) -> tuple[Session, User] | None:
        """Return the session and the user of a browser's token, None when it does not hold any more."""
        now = self._clock()
        with self._db.read() as session:
            stored = sessions_db.find_session(session, hash_token(token), WEB)
        if stored is None or not self._is_alive(stored, now) or now - stored.session.last_seen_at > IDLE_LIMIT:
            return None
        if now - stored.session.last_seen_at > TOUCH_EVERY:
            # Who may read does not depend on a disk that is full, nor on somebody's import being stored.
            with suppress(StorageError, ConflictError), self._db.begin(is_patient=False) as session:
                sessions_db.touch_session(session, stored.session.id, now=now)
        return stored.session, stored.user

    def find_holding(self, token_hashes: Collection[str]) -> set[str]:
        """Return which sessions of browsers, by the hashes of their tokens, hold now; none counts as used by this."""
        now = self._clock()
        with self._db.read() as session:
            found = sessions_db.find_sessions(session, token_hashes, WEB)
        return {
            name
            for name, stored in found.items()
            if self._is_alive(stored, now) and now - stored.session.last_seen_at <= IDLE_LIMIT
        }

    def end_session(self, token: str) -> None:
        """End the session of a browser and what remembers it, at once."""
        with self._db.begin() as session:
            stored = sessions_db.find_session(session, hash_token(token), WEB)
            if stored is not None:
                sessions_db.end_family(session, stored.user.id, stored.family)

    def end_owned_session(self, owner: UserId, session_id: int) -> bool:
        """End one of the owner's sessions by its id; return whether it was there."""
        with self._db.begin() as session:
            return sessions_db.end_owned_session(session, owner, session_id) > 0

    def end_all_sessions(self, owner: UserId, except_: str = "") -> int:
        """End every session and token of a user, except the browser's whose token is given."""
        with self._db.begin() as session:
            kept = sessions_db.find_session(session, hash_token(except_), WEB) if except_ else None
            family = kept.family if kept and kept.user.id == owner else ""
            return sessions_db.end_all_sessions(session, owner, except_family=family)

    def sessions(self, owner: UserId) -> list[Session]:
        """Return where a user is signed in: browsers and API tokens, the latest used first."""
        with self._db.read() as session:
            return sessions_db.list_sessions(session, owner, now=self._clock())

    def _start(self, owner: UserId, kind: str, *, remember: bool, user_agent: str, family: str) -> str:
        token, now = secrets.token_urlsafe(32), self._clock()
        new = Session(
            id=0,
            user_id=owner,
            kind=kind,
            created_at=now,
            last_seen_at=now,
            expires_at=now + {WEB: SESSION_LIMIT, REMEMBER: REMEMBER_LIMIT, API: LIFETIME}[kind],
            user_agent=user_agent,
            remember=remember,
        )
        with self._db.begin() as session:
            sessions_db.forget_expired_sessions(session, now=now)
            sessions_db.add_session(session, new, token_hash=hash_token(token), family=family)
        return token

    def _is_alive(self, stored: sessions_db.StoredSession, now: datetime) -> bool:
        return now < stored.session.expires_at and not stored.is_disabled and self._is_admitted(stored.user)

    @staticmethod
    def _is_recent(stored: sessions_db.StoredSession, now: datetime) -> bool:
        return stored.rotated_at is not None and now - stored.rotated_at <= ROTATION_GRACE

    # ── Tokens ──

    def issue_access_token(self, user: User) -> str:
        """Return a token for the REST interface; it holds for 30 minutes or until it is revoked."""
        jti = self.start_session(user.id, API)
        return encode_access_token(self.derive_key("access token"), user.id, jti, now=self._clock())

    def resolve_access_token(self, token: str) -> User:
        """Return the user of an access token.

        Raises:
            AuthorisationError: If the token is not ours, is too old or was revoked.
        """
        now = self._clock()
        owner, jti = decode_access_token(self.derive_key("access token"), token, now=now)
        with self._db.read() as session:
            stored = sessions_db.find_session(session, hash_token(jti), API)
        if stored is None or stored.user.id != owner or not self._is_alive(stored, now):
            raise AuthorisationError("The access token is not valid.", hint="Ask for a new one.")
        return stored.user

    def issue_device(self, user: User) -> str:
        """Return the mark of a browser in which this user has signed in."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{self._device_mac(username_key(user.username), nonce)}"

    def is_device_of(self, key: str, device: str) -> bool:
        """Return whether `issue_device` gave this mark for the user of a normalised name."""
        nonce, _, mac = device.partition(".")
        return hmac.compare_digest(mac.encode(), self._device_mac(key, nonce).encode())

    def _device_mac(self, key: str, nonce: str) -> str:
        return hmac.digest(self.derive_key("device"), f"{key}\n{nonce}".encode(), "sha256").hex()

    def derive_key(self, purpose: str) -> bytes:
        """Return a key for one purpose, derived from the secret of this installation."""
        return hmac.digest(self._secret, purpose.encode(), "sha256")

    @cached_property
    def _secret(self) -> bytes:
        with self._db.read() as session:
            found = find_fact(session, "secret")
        if found is None:
            with self._db.begin() as session:
                found = keep_fact(session, "secret", secrets.token_urlsafe(48))
        return found.encode()

    def _is_admitted(self, user: User) -> bool:
        return self.is_demo_enabled or not user.is_demo


def username_key(username: str) -> str:
    """Return the form in which two spellings of one name are equal."""
    key = unicodedata.normalize("NFKC", username[:200]).strip().casefold()
    # No name holds these, and no database can even be asked for them.
    return key.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def hash_token(token: str) -> str:
    """Return the form in which a token of 128 bits or more is kept."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()

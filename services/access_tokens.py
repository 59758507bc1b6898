"""Access tokens of the REST interface: short-lived JWTs, each backed by a session row.

The signature says that we made the token, the row says that it still holds: deleting the row
revokes the token at once.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.accounts import UserId
from domain.errors import AuthorisationError

ISSUER = "fillwise"
AUDIENCE = "fillwise-api"
TOKEN_TYPE = "at+jwt"  # noqa: S105 - a media type, not a secret
LIFETIME = timedelta(minutes=30)
_CLAIMS = ("iss", "aud", "sub", "iat", "exp", "jti")
_MAX_LENGTH = 2048
_SKEW_SECONDS = 5


def encode_access_token(key: bytes, owner: UserId, jti: str, *, now: datetime) -> str:
    """Return a signed token for a user; `jti` names its session row."""
    import jwt  # noqa: PLC0415 - its cryptography costs at start what most visits never need

    issued = int(now.timestamp())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(owner), "jti": jti, "iat": issued}
    claims["exp"] = issued + int(LIFETIME.total_seconds())
    return jwt.encode(claims, key, algorithm="HS256", headers={"typ": TOKEN_TYPE})


def decode_access_token(key: bytes, token: str, *, now: datetime) -> tuple[UserId, str]:
    """Return the user and the session name of a token.

    Raises:
        AuthorisationError: If anything about the token is wrong; never says what.
    """
    import jwt  # noqa: PLC0415 - its cryptography costs at start what most visits never need

    try:
        claims = _verified(jwt, key, token)
        return _checked(claims, int(now.astimezone(UTC).timestamp()))
    except (jwt.PyJWTError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise AuthorisationError("The access token is not valid.", hint="Ask for a new one.") from error


def _verified(jwt: Any, key: bytes, token: str) -> dict[str, Any]:
    if len(token) > _MAX_LENGTH or not token.isascii():
        raise ValueError
    header = jwt.get_unverified_header(token)
    if header.keys() != {"alg", "typ"} or header["typ"] != TOKEN_TYPE:
        raise ValueError
    # The times are compared with the injected clock below.
    options = {"require": list(_CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER, options=options
    )
    return claims


def _checked(claims: dict[str, Any], now: int) -> tuple[UserId, str]:
    issued, expires = claims["iat"], claims["exp"]
    if type(issued) is not int or type(expires) is not int or claims.keys() != set(_CLAIMS):
        raise ValueError
    if not issued - _SKEW_SECONDS <= now < expires <= issued + LIFETIME.total_seconds():
        raise ValueError
    return UserId(int(claims["sub"])), str(claims["jti"])

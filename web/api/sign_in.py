"""Signing up, access tokens, and who the token belongs to."""

from __future__ import annotations

from typing import Literal

from flask import request
from pydantic import Field

from domain.accounts import User
from web.api.contract import Topic
from web.api.values import Schema
from web.context import current_profile, services

TOPIC = Topic("Sign-in", "/api/auth", "Register, then trade the password for a token that holds for half an hour.")
_NO_NUL = r"^[^\x00]*$"


class Registration(Schema):
    """A new user."""

    username: str = Field(max_length=200, pattern=_NO_NUL)
    password: str = Field(max_length=1_000, pattern=_NO_NUL)
    invite: str = Field("", max_length=200, pattern=_NO_NUL, description="Where signing up needs an invitation.")


class TokenForm(Schema):
    """Name and password; the other fields are those OAuth clients send, and are not used."""

    username: str = Field(max_length=200, pattern=_NO_NUL)
    password: str = Field(max_length=1_000, pattern=_NO_NUL)
    grant_type: Literal["", "password"] = ""
    scope: str = ""
    client_id: str = ""
    client_secret: str = ""


class Token(Schema):
    """An access token."""

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the kind of token
    expires_in: int = Field(description="Seconds.")


class Profile(Schema):
    """A user."""

    id: int
    username: str
    display_name: str
    timezone: str
    base_currency: str
    is_demo: bool


@TOPIC.post("/register", {201: Profile}, body=Registration, errors=(403, 409))
def register(body: Registration) -> Profile:
    """Create a user."""
    return _profile(services().users.register(body.username, body.password, body.invite))


@TOPIC.post("/token", {200: Token}, form=TokenForm, errors=(401,))
def create_token(form: TokenForm) -> Token:
    """Return an access token for a name and a password.

    Send it as `Authorization: Bearer …`. After many wrong guesses the answer is 429 with `Retry-After`.
    """
    from services.access_tokens import LIFETIME

    users = services().users
    user = users.verify(form.username, form.password, request.remote_addr or "")
    if user.is_demo:
        services().demo.ensure()
    return Token(access_token=users.issue_access_token(user), expires_in=int(LIFETIME.total_seconds()))


@TOPIC.get("/me", Profile)
def read_me() -> Profile:
    """Return the user of the token."""
    return _profile(current_profile())


def _profile(user: User) -> Profile:
    return Profile(
        id=user.id,
        username=user.username,
        display_name=user.display_name,
        timezone=user.timezone,
        base_currency=user.base_currency,
        is_demo=user.is_demo,
    )

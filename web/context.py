"""What a request knows: the services of its app and the owner of its session."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Flask, current_app
from flask_login import current_user

from domain.errors import AuthorisationError

if TYPE_CHECKING:
    from domain.accounts import User, UserId
    from services.container import Services

EXTENSION = "fillwise"


def attach(server: Flask, services: Services) -> None:
    """Give a server its services."""
    server.extensions[EXTENSION] = services


def services() -> Services:
    """Return the services of the app that answers the current request."""
    return cast("Services", current_app.extensions[EXTENSION])


def current_owner() -> UserId:
    """Return the id of the signed-in user.

    Raises:
        AuthorisationError: If nobody is signed in.
    """
    return current_profile().id


def current_profile() -> User:
    """Return the signed-in user.

    Raises:
        AuthorisationError: If nobody is signed in.
    """
    if not current_user or not current_user.is_authenticated:
        raise AuthorisationError
    return cast("User", current_user.profile)

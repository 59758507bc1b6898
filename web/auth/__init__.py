"""Sign-in: who a request belongs to, and the pages around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from web.auth import browser
from web.auth.browser import current_session
from web.auth.csrf import csrf_token
from web.auth.routes import BLUEPRINT
from web.context import attach

if TYPE_CHECKING:
    from config import Settings
    from services.container import Services

__all__ = ["csrf_token", "current_session", "install"]


def install(server: Flask, services: Services, settings: Settings) -> None:
    """Add the current user and the sign-in pages to a server."""
    attach(server, services)
    server.config["SESSION_COOKIE_SECURE"] = settings.secure_cookies
    browser.install(server)
    server.register_blueprint(BLUEPRINT)

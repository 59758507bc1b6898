"""The server of the single command: it refuses what is too large before it has taken it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from typing_extensions import override
from waitress import create_server
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

from web.errors import error_payload
from web.live.handover import SOCKET, HandedOver

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings

FORM_BYTES = 1_048_576
"""What a form may hold beside the file. A body larger than both is not read at all."""


class _Refusal(ErrorTask):  # type: ignore[misc]
    """Answers a request that never reaches the application in the words of those that do."""

    @override
    def execute(self) -> None:
        error = self.request.error
        if error.code == 413:
            error.to_response = _answer_too_large
        super().execute()


class _Task(WSGITask):  # type: ignore[misc]
    """Lends the request's socket to the app, which may keep it (web/live/handover.py)."""

    @override
    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        return environ | {SOCKET: self.channel.socket}

    @override
    def execute(self) -> None:
        try:
            super().execute()
        except HandedOver:
            self.wrote_header = self.close_on_finish = True  # what is left of the connection leads nowhere


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _Refusal
    task_class = _Task


def _answer_too_large(ident: str | None = None) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return status, headers and body of the refusal; `ident` would name the program, and is not told."""
    from werkzeug.exceptions import RequestEntityTooLarge

    del ident
    payload = error_payload(RequestEntityTooLarge())
    headers = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
    return "413 Request Entity Too Large", headers, json.dumps(payload).encode()


def make_server(server: Flask, settings: Settings) -> Any:
    """Return a server that listens at the settings' address; OSError where it cannot."""
    listening = create_server(
        server,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        max_request_body_size=settings.upload_limit_bytes + FORM_BYTES,
        asyncore_use_poll=True,  # select() knows no file above 1,023, and each stream of prices is one
    )
    listening.channel_class = _Channel
    return listening

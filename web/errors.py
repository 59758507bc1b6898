"""Errors on their way out: one status and one payload for each, as JSON or as a page."""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any

from dash.exceptions import DependencyException
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from domain.errors import (
    AuthorisationError,
    ConflictError,
    FillwiseError,
    ForbiddenError,
    ImportFileError,
    InvalidInputError,
    LedgerError,
    NotFoundError,
    NotReadyError,
    PluginError,
    QuoteError,
    RateLimitedError,
    SettingsError,
    StorageError,
    ThrottledError,
    UnknownSymbolError,
)
from domain.import_codes import FileCode

_LOG = logging.getLogger("fillwise.web")
# From the special to the general; the first match holds.
_STATUSES: tuple[tuple[type[FillwiseError], int], ...] = (
    (ThrottledError, 429),
    (ForbiddenError, 403),
    (AuthorisationError, 401),
    (NotFoundError, 404),
    (UnknownSymbolError, 404),
    (ConflictError, 409),
    (InvalidInputError, 422),
    (ImportFileError, 422),
    (LedgerError, 422),
    (QuoteError, 503),
    (NotReadyError, 503),
    (StorageError, 503),
    (SettingsError, 500),
    (PluginError, 500),
    (FillwiseError, 400),
)
_TITLES = {
    400: "That request makes no sense",
    401: "Sign in first",
    403: "That is not allowed",
    404: "There is nothing here",
    405: "That does not work here",
    413: "That is too large",
    415: "That is not the expected type",
    429: "Slow down a little",
    500: "Something broke",
    503: "Not available right now",
}
_MESSAGES = {
    401: "This needs a signed-in user.",
    404: "The address is wrong, or what was here is gone.",
    405: "The address does not answer this kind of request.",
    413: "The request is larger than this installation accepts.",
    500: "The fault has been noted. Nothing was half saved.",
}
_MACHINE_PATHS = ("/_", "/assets/")
_API_PATHS = ("/api", "/platform", "/openapi.json", "/health")


def status_of(error: BaseException) -> int:
    """Return the HTTP status of an error."""
    if isinstance(error, HTTPException):
        return error.code or 500
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def error_payload(error: BaseException) -> dict[str, Any]:
    """Return what a client is told about an error: `error`, `message`, and `hint` and `field` where they exist.

    An error that was not raised on purpose tells nothing about itself.
    """
    if isinstance(error, FillwiseError):
        payload = {"error": _code(type(error).__name__), "message": error.message}
        payload |= {"hint": error.hint} if error.hint else {}
        # Where and what, for errors that say so: the field of a form, the code and the place in a file.
        facts = {name: getattr(error, name, "") for name in ("field", "code", "line", "column", "job_id")}
        return payload | {name: value for name, value in facts.items() if value}
    status = status_of(error)
    message = _MESSAGES.get(status) or _TITLES.get(status, "The request was refused.")
    if isinstance(error, HTTPException) and error.__dict__.get("description"):
        message = str(error.description)
    payload = {"error": _http_code(error), "message": message}
    return payload | ({"code": FileCode.TOO_LARGE.value} if status == 413 else {})


def api_payload(payload: dict[str, Any]) -> dict[str, Any]:
    """Return a payload in the words of the REST interface: `detail` is the sentence."""
    rest = {name: value for name, value in payload.items() if name not in ("error", "message")}
    return {"detail": payload["message"]} | rest


def request_id() -> str:
    """Return the name of the current request, shown beside a fault and written to the log."""
    if "request_id" not in g:
        g.request_id = secrets.token_hex(6)
    return str(g.request_id)


def is_api() -> bool:
    """Return whether the request is for the REST interface."""
    return any(request.path == prefix or request.path.startswith(f"{prefix}/") for prefix in _API_PATHS)


def wants_page() -> bool:
    """Return whether the client is a person's browser that navigates, not a script."""
    if is_api() or request.path.startswith(_MACHINE_PATHS):
        return False
    best = request.accept_mimetypes.best_match(["application/json", "text/html"])
    return best == "text/html" and request.accept_mimetypes["text/html"] > request.accept_mimetypes["application/json"]


def error_response(error: BaseException) -> Response:
    """Return the answer to an error, a page or JSON."""
    status = status_of(error)
    payload = error_payload(error)
    if status >= 500:
        payload["request_id"] = request_id()
    if is_api():
        response = make_response(jsonify(api_payload(payload)), status)
    elif wants_page():
        body = render_template("error.html", status=status, title=_TITLES.get(status, "No"), problem=payload)
        response = make_response(body, status)
    else:
        response = make_response(jsonify(payload), status)
    _add_headers(response, error)
    return response


def install(server: Flask) -> None:
    """Answer every error of a server this way."""
    server.register_error_handler(FillwiseError, error_response)
    server.register_error_handler(HTTPException, _http_error)
    # Dash raises it for a script of a package it does not serve.
    server.register_error_handler(DependencyException, lambda _: error_response(NotFound()))


def _http_error(error: HTTPException) -> Response:
    if isinstance(error, InternalServerError):
        _LOG.error("request %s failed", request_id(), exc_info=error.original_exception)
    if error.response is not None and (error.code or 500) < 400:
        return make_response(error.response)
    if (error.code or 500) < 400:
        return make_response(error.get_response())
    return error_response(error)


def _add_headers(response: Response, error: BaseException) -> None:
    seconds = getattr(error, "retry_after_seconds", None) or getattr(error, "retry_after", None)
    if isinstance(error, (ThrottledError, RateLimitedError, NotReadyError)) or status_of(error) == 429:
        response.headers["Retry-After"] = str(max(1, int(seconds or 1)))
    if status_of(error) == 401 and request.path.startswith(("/api/", "/platform")):
        response.headers["WWW-Authenticate"] = 'Bearer realm="fillwise"'
    methods = getattr(error, "valid_methods", None)
    if methods:
        response.headers["Allow"] = ", ".join(sorted(methods))


def _code(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Error")).lower()


def _http_code(error: BaseException) -> str:
    return _code(type(error).__name__) if isinstance(error, HTTPException) else "internal"

"""Files beside trades and days: the upload and the downloads, behind the same guard as everything."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Blueprint, Flask, Response, jsonify, request

from domain.errors import InvalidInputError, NotFoundError
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.attachments import Attachment

BLUEPRINT = Blueprint("journal_files", __name__)
CHUNK_BYTES = 262_144
# A picture needs nothing; whatever else a browser might take it for may do nothing.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


def install(server: Flask) -> None:
    """Add the routes to a server."""
    server.register_blueprint(BLUEPRINT)


@BLUEPRINT.post("/files/attachment")
def attach() -> Any:
    """Take a picture or a document for a trade (`trade=`) or a day (`day=`); the body is the file itself."""
    name = request.args.get("name") or "file"
    item = add_attachment(name, _body(), trade=request.args.get("trade", ""), day=request.args.get("day", ""))
    return jsonify(attachment=item.id, name=item.name, size=item.size_bytes), 201


def add_attachment(name: str, chunks: Iterator[bytes], *, trade: str, day: str) -> Attachment:
    """Attach a file to the trade or the day that is named."""
    owner = current_owner()
    if trade.isascii() and trade.isdecimal() and len(trade) <= 18:
        return services().attachments.add_to_trade(owner, int(trade), name, chunks)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        hint = "Send trade=<id> or day=<2026-11-20>."
        raise InvalidInputError("Which trade or day is the file of?", field="trade", hint=hint) from error
    return services().attachments.add_to_day(owner, on, name, chunks)


def _body() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK_BYTES):
        yield chunk


@BLUEPRINT.get("/files/attachment/<int:attachment_id>")
def show(attachment_id: int) -> Response:
    """Send a file: a picture to be looked at, a document to be saved."""
    item, payload = services().attachments.read(current_owner(), _checked(attachment_id))
    return file_answer(item, payload, is_download=not item.is_image or "download" in request.args)


@BLUEPRINT.get("/files/attachment/<int:attachment_id>/thumbnail")
def show_thumbnail(attachment_id: int) -> Response:
    """Send the small form of a picture."""
    _, payload = services().attachments.read(current_owner(), _checked(attachment_id), is_thumbnail=True)
    return _sealed(Response(payload, mimetype="image/jpeg"), "inline")


def _checked(number: int) -> int:
    if number >= 2**31:
        raise NotFoundError("There is no such file.")
    return number


def file_answer(item: Attachment, payload: bytes, *, is_download: bool) -> Response:
    """Return a file with headers that keep a browser from doing anything but show or save it."""
    plain = item.name.encode("ascii", "ignore").decode().replace('"', "").replace("\\", "") or "file"
    kind = "attachment" if is_download else "inline"
    disposition = f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(item.name, safe='')}"
    return _sealed(Response(payload, mimetype=item.mime_type), disposition)


def _sealed(response: Response, disposition: str) -> Response:
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""Files beside trades and days."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from domain.errors import InvalidInputError
from web.api.contract import Topic
from web.api.imports import UploadedFile
from web.api.values import Schema
from web.context import current_owner, services

if TYPE_CHECKING:
    from domain.attachments import Attachment

TOPIC = Topic("Attachments", "/api/v1/journal/attachments", "Pictures and documents beside trades and days.")
_BY_ID = "/<int:attachment_id>"


class AttachmentPlace(Schema):
    """The trade or the day."""

    trade: int | None = Field(None, ge=1, description="Id of a trade.")
    day: date | None = None


class AttachmentForm(AttachmentPlace):
    """A file and what it belongs to."""

    file: UploadedFile = Field(
        description="PNG, JPEG or PDF up to 12 MB. Pictures are decoded and written anew without metadata, documents "
        "from their pages alone; anything else is refused."
    )


class AttachmentRow(Schema):
    """A file."""

    id: int
    name: str
    kind: Literal["png", "jpeg", "pdf"]
    size_bytes: int
    width: int = Field(description="Pixels; 0 for a document.")
    height: int = Field(description="Pixels; pages of a document.")
    sha256: str = Field(description="Of the file as it is kept.")
    trade: int | None
    day: date | None
    created_at: datetime
    address: str = Field(description="Where a signed-in browser finds the file itself.")


class AttachmentContent(Schema):
    """A file and its bytes."""

    name: str
    mime_type: str
    base64: str = Field(description="The bytes, in base64.")


class AttachmentList(Schema):
    """Files, oldest first."""

    items: list[AttachmentRow]


@TOPIC.get("", AttachmentList, query=AttachmentPlace, errors=(404,))
def list_attachments(query: AttachmentPlace) -> AttachmentList:
    """List the files of a trade or a day."""
    owner = current_owner()
    if query.trade is not None:
        account = services().portfolio.trade(owner, query.trade).trade.account_id
        return AttachmentList(
            items=[_row(item) for item in services().attachments.of_trade(owner, account, query.trade)]
        )
    days = services().attachments.of_days(owner, [_day(query)])
    return AttachmentList(items=[_row(item) for items in days.values() for item in items])


@TOPIC.post("", {201: AttachmentRow}, form=AttachmentForm, errors=(404, 413))
def add_attachment(form: AttachmentForm) -> tuple[AttachmentRow, int]:
    """Attach a file to a trade or a day."""
    owner, sent = current_owner(), form.file
    chunks = iter(lambda: sent.stream.read(262_144), b"")
    name = sent.filename or "file"
    if form.trade is not None:
        return _row(services().attachments.add_to_trade(owner, form.trade, name, chunks)), 201
    return _row(services().attachments.add_to_day(owner, _day(form), name, chunks)), 201


@TOPIC.get(_BY_ID, AttachmentRow, errors=(404,))
def read_attachment(attachment_id: int) -> AttachmentRow:
    """Return what is known of a file."""
    return _row(services().attachments.attachment(current_owner(), attachment_id))


@TOPIC.get(f"{_BY_ID}/content", AttachmentContent, errors=(404,))
def read_attachment_content(attachment_id: int) -> AttachmentContent:
    """Return a file itself."""
    item, payload = services().attachments.read(current_owner(), attachment_id)
    return AttachmentContent(name=item.name, mime_type=item.mime_type, base64=b64encode(payload).decode())


@TOPIC.delete(_BY_ID, AttachmentRow, errors=(404,))
def delete_attachment(attachment_id: int) -> AttachmentRow:
    """Remove a file."""
    return _row(services().attachments.delete(current_owner(), attachment_id))


def _day(place: AttachmentPlace) -> date:
    if place.day is None:
        raise InvalidInputError("Say the trade or the day.", field="trade", hint="trade=17 or day=2026-11-20.")
    return place.day


def _row(item: Attachment) -> AttachmentRow:
    return AttachmentRow(
        id=item.id,
        name=item.name,
        kind=item.kind,  # type: ignore[arg-type]  # one of three
        size_bytes=item.size_bytes,
        width=item.width,
        height=item.height,
        sha256=item.sha256,
        trade=item.trade_id,
        day=item.day,
        created_at=item.created_at,
        address=f"/files/attachment/{item.id}",
    )

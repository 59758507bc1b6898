"""Files beside a trade or a day: pictures and documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

PNG = "png"
JPEG = "jpeg"
PDF = "pdf"
MIME_TYPES = {PNG: "image/png", JPEG: "image/jpeg", PDF: "application/pdf"}
ENDINGS = {PNG: ".png", JPEG: ".jpg", PDF: ".pdf"}
SIZE_LIMIT_BYTES = 12_000_000
FILES_PER_OBJECT = 24
NAME_LIMIT = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a trade (account and trade id) or of a day.

    Attributes:
        key: Where its bytes are, known to the server only.
        name: File name for people, its ending that of `kind`.
        kind: png, jpeg or pdf.
        width, height: Pixels of a picture; a document has width 0 and its pages as height.
        sha256: Of the stored bytes.
    """

    id: int
    key: str
    name: str
    kind: str
    size_bytes: int
    width: int
    height: int
    sha256: str
    created_at: datetime
    account_id: int | None = None
    trade_id: int | None = None
    day: date | None = None

    @property
    def is_image(self) -> bool:
        """Whether it is a picture."""
        return self.kind != PDF

    @property
    def mime_type(self) -> str:
        """Content type of its bytes."""
        return MIME_TYPES[self.kind]


def shown_name(name: str, kind: str) -> str:
    """Return a file name that is safe to show and to download: no path, no control signs, the kind's ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    plain = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*').strip(" .")
    stem = plain.rsplit(".", 1)[0] if "." in plain else plain
    return f"{stem[:NAME_LIMIT].strip(' .') or 'file'}{ENDINGS[kind]}"

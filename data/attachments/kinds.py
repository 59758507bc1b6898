"""What a file is by its bytes, never by its name; everything that is not wanted is named."""

from __future__ import annotations

from domain.attachments import JPEG, PDF, PNG
from domain.errors import InvalidInputError

_STARTS = ((b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"%PDF-", PDF))
_STRANGERS = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
    (b"PK\x03\x04", "an archive or an Office file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"GIF8", "a GIF"),
    (b"RIFF", "a WebP picture or a video"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
)
_MARKUP = (b"<svg", b"<!doctype", b"<html", b"<script", b"<?xml", b"<body", b"<?php")
# Signs of a second file inside: none of them has a place in a picture or a plain document.
_SECOND = (b"<script", b"<html", b"<?php", b"<svg", b"<!doctype html")
_ARCHIVE_END = b"PK\x05\x06"
_TAIL_BYTES = 66_000
HINT = "Attach a PNG, a JPEG or a PDF; a screenshot can be pasted."


def sniff(payload: bytes) -> str:
    """Return the kind of a file: png, jpeg or pdf.

    Raises:
        InvalidInputError: If it is anything else, or two kinds at once.
    """
    kind = next((kind for start, kind in _STARTS if payload.startswith(start)), "")
    if not kind:
        raise InvalidInputError(_refusal(payload), field="file", hint=HINT)
    lowered = payload.lower()
    is_double = _ARCHIVE_END in payload[-_TAIL_BYTES:] or any(sign in lowered for sign in _SECOND)
    if is_double and not (kind == PDF and _ARCHIVE_END not in payload[-_TAIL_BYTES:]):
        message = f"The file is a {kind.upper()} with another file inside."
        raise InvalidInputError(message, field="file", hint="Take the screenshot again and attach that.")
    if kind == PDF and lowered[:1024].count(b"<html") + lowered[:1024].count(b"<script"):
        raise InvalidInputError("The file is a PDF and a web page at once.", field="file", hint=HINT)
    return kind


def _refusal(payload: bytes) -> str:
    if not payload:
        return "The file is empty."
    head = payload[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if any(sign in head for sign in _MARKUP):
        return "The file is an SVG picture or a web page, which can run scripts."
    name = next((name for start, name in _STRANGERS if payload.startswith(start)), "")
    return f"The file is {name}." if name else "The file is neither a PNG, a JPEG nor a PDF."

"""A user's file: its bytes, what kind of file they are, and their text."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from domain.errors import ImportFileError

SNIFF_BYTES = 65_536
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class FileKind(StrEnum):
    """What the bytes are, decided by content and never by the name."""

    TEXT = "text"
    XML = "xml"
    HTML = "html"
    XLSX = "xlsx"
    BINARY = "binary"


@dataclass(frozen=True)
class SourceFile:
    """The payload of an upload, read lazily.

    Attributes:
        name: File name as given by the user; shown, never used as a path.
        payload: The bytes.
    """

    name: str
    payload: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the content: the identity of the file."""
        return hashlib.sha256(self.payload).hexdigest()

    @cached_property
    def kind(self) -> FileKind:
        """The kind of file, from its first bytes."""
        head = self.payload[:4096]
        if head.startswith(b"PK\x03\x04"):
            return FileKind.XLSX
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _text_kind(head.decode("utf-16", "replace"))
        if b"\x00" in head:
            return FileKind.BINARY
        return _text_kind(head.decode("utf-8", "replace"))

    @cached_property
    def head(self) -> str:
        """The first 64 kB as text, undecodable bytes replaced; for sniffing only."""
        for bom, codec in _BOMS:
            if self.payload.startswith(bom):
                return self.payload[:SNIFF_BYTES].decode(codec, "replace")
        return self.payload[:SNIFF_BYTES].decode("utf-8", "replace")

    @cached_property
    def text(self) -> str:
        """The whole content, decoded strictly: byte-order mark, else UTF-8, else Windows-1252.

        Raises:
            ImportFileError: If it is not text, or holds a byte no encoding explains.
        """
        if self.kind in (FileKind.XLSX, FileKind.BINARY):
            message = f"{self.name!r} is not a text file."
            raise ImportFileError(message, hint="Export the statement as CSV and try again.")
        text = self._decode()
        if "\x00" in text:
            line = text.count("\n", 0, text.index("\x00")) + 1
            message = f"{self.name!r} holds a zero byte in line {line}."
            raise ImportFileError(message, hint="Download the file again; it is damaged.")
        return text

    def _decode(self) -> str:
        codec = next((name for bom, name in _BOMS if self.payload.startswith(bom)), "utf-8")
        try:
            return self.payload.decode(codec)
        except UnicodeDecodeError as error:
            if codec == "utf-8":
                return self._decode_windows(error)
            raise self._undecodable(error) from error

    def _decode_windows(self, error: UnicodeDecodeError) -> str:
        # Valid multi-byte UTF-8 elsewhere means damage, not another encoding: mixed text is refused.
        if _has_utf8_sequence(self.payload):
            raise self._undecodable(error) from error
        try:
            return self.payload.decode("cp1252")
        except UnicodeDecodeError:
            raise self._undecodable(error) from error

    def _undecodable(self, error: UnicodeDecodeError) -> ImportFileError:
        line = self.payload.count(b"\n", 0, error.start) + 1
        message = f"{self.name!r}: byte {error.object[error.start]:#04x} in line {line} is not valid text."
        return ImportFileError(message, hint="Save the file as UTF-8 and try again.")

    def first_line(self) -> str:
        """Return the first non-blank line, shortened; for messages."""
        lines = (line.strip() for line in self.head.splitlines())
        return next((line[:120] for line in lines if line), "")


def _text_kind(head: str) -> FileKind:
    start = head.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("<!doctype html", "<html")) or "<table" in head.lower():
        return FileKind.HTML
    if start.startswith("<"):
        return FileKind.XML
    return FileKind.TEXT


def _has_utf8_sequence(payload: bytes) -> bool:
    text = payload.decode("utf-8", "replace")
    return any(ord(char) > 0x7F and char != "\ufffd" for char in text)

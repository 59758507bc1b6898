"""A user's file: its bytes, what kind of file they are, and their text."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from data.brokers.content import Content, each_block
from domain.errors import ImportFileError
from domain.import_codes import FileCode

SNIFF_BYTES = 65_536
SECTOR = 512
"""Bytes in which a compound file (old office documents, and new ones with a password) is divided."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FIRST_RECORD = b"\x09\x08\x10\x00\x00\x06"
_FILE_PASS = b"\x2f\x00"
_DOCTYPE = re.compile(r"<!\s*(?:doctype|entity|element|attlist|notation)", re.IGNORECASE)
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
        payload: The bytes; those of a large upload stay on the disk.
        extracts: What the child process found in it or why it refused, by reader: each reads a file once.
    """

    name: str
    payload: Content = field(repr=False)
    extracts: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def sha256(self) -> str:
        """Hex digest of the content: the identity of the file."""
        digest = hashlib.sha256()
        for block in each_block(self.payload):
            digest.update(block)
        return digest.hexdigest()

    @cached_property
    def kind(self) -> FileKind:
        """The kind of file, from its first bytes."""
        head = self.payload[:4096]
        if head.startswith(b"PK\x03\x04"):
            return FileKind.XLSX
        if head.startswith(_COMPOUND):
            return FileKind.BINARY
        if head.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _text_kind(head.decode("utf-16", "replace"))
        # A text with a few zero bytes is a damaged text, and says so where it is read.
        if head.count(0) * 20 > len(head):
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
            raise binary_error(self)
        text, _ = self._decoded
        if "\x00" in text:
            line = text.count("\n", 0, text.index("\x00")) + 1
            message = f"{self.name!r} holds a zero byte in line {line}."
            raise ImportFileError(
                message, hint="Download the file again; it is damaged.", code=FileCode.ZERO_BYTE, line=line
            )
        return text

    @property
    def is_legacy(self) -> bool:
        """Whether the text was read, and only Windows-1252 explained its bytes."""
        decoded = self.__dict__.get("_decoded")
        return decoded is not None and decoded[1] == "cp1252"

    @property
    def has_doctype(self) -> bool:
        """Whether the text declares a document type or an entity anywhere: no broker's XML or OFX does."""
        return _DOCTYPE.search(self.text) is not None

    @cached_property
    def _decoded(self) -> tuple[str, str]:
        codec = next((name for bom, name in _BOMS if self.payload.startswith(bom)), "utf-8")
        try:
            return self.payload.decode(codec), codec
        except UnicodeDecodeError as error:
            if codec == "utf-8":
                return self._decode_windows(error), "cp1252"
            raise self._undecodable(error, FileCode.UNDECODABLE) from error

    def _decode_windows(self, error: UnicodeDecodeError) -> str:
        # Valid multi-byte UTF-8 elsewhere means damage, not another encoding: mixed text is refused.
        if _has_utf8_sequence(self.payload):
            raise self._undecodable(error, FileCode.MIXED_ENCODING) from error
        try:
            return self.payload.decode("cp1252")
        except UnicodeDecodeError:
            raise self._undecodable(error, FileCode.UNDECODABLE) from error

    def _undecodable(self, error: UnicodeDecodeError, code: FileCode) -> ImportFileError:
        line = self.payload.count(b"\n", 0, error.start) + 1
        message = f"{self.name!r}: byte {error.object[error.start]:#04x} in line {line} is not valid text."
        return ImportFileError(message, hint="Save the file as UTF-8 and try again.", code=code, line=line)

    def first_line(self) -> str:
        """Return the first non-blank line, shortened; for messages."""
        lines = (line.strip() for line in self.head.splitlines())
        return next((line[:120] for line in lines if line), "")


def binary_error(source: SourceFile) -> ImportFileError:
    """Return the refusal of a file that is no text where a text is needed: why nobody can read it, if we can tell."""
    name, payload = source.name, source.payload
    if payload.startswith(_COMPOUND):
        if _name(b"EncryptedPackage") in payload or _has_password_record(payload):
            hint = "Open it in a spreadsheet program, save it without the password, and import that."
            return ImportFileError(f"{name!r} is protected by a password.", hint=hint, code=FileCode.PASSWORD)
        if _name(b"Workbook") in payload or _name(b"Book") in payload:
            hint = "Open it in a spreadsheet program and save it as XLSX or CSV."
            message = f"{name!r} is a workbook of the old kind (XLS before 2007)."
            return ImportFileError(message, hint=hint, code=FileCode.NOT_A_WORKBOOK)
    hint = "Export the statement as CSV and try again."
    return ImportFileError(f"{name!r} is not a text file.", hint=hint, code=FileCode.NOT_TEXT)


def _name(text: bytes) -> bytes:
    """Return how the directory of a compound file writes the whole name of a stream."""
    return text.decode().encode("utf-16-le") + b"\x00\x00"


def _has_password_record(payload: Content) -> bool:
    """Whether an old workbook says among its first records that all others are encrypted."""
    place = payload.find(_FIRST_RECORD, SECTOR)
    while place % SECTOR and place >= 0:  # streams begin at sectors
        place = payload.find(_FIRST_RECORD, place + 1)
    for _ in range(8):
        kind, size = payload[place : place + 2], payload[place + 2 : place + 4]
        if place < 0 or len(size) < 2:
            return False
        if kind == _FILE_PASS:
            return True
        place += 4 + int.from_bytes(size, "little")
    return False


def doctype_error(name: str) -> ImportFileError:
    """Return the refusal of a file that declares a document type or an entity."""
    message = f"{name!r} declares a document type or an entity."
    return ImportFileError(message, hint="A broker's file has neither; export it again.", code=FileCode.DTD)


def _text_kind(head: str) -> FileKind:
    start = head.lstrip("\ufeff \t\r\n")[:200].lower()
    if start.startswith(("<!doctype html", "<html")) or "<table" in head.lower():
        return FileKind.HTML
    if start.startswith("<"):
        return FileKind.XML
    return FileKind.TEXT


def _has_utf8_sequence(payload: Content) -> bool:
    text = payload.decode("utf-8", "replace")
    return any(ord(char) > 0x7F and char != "\ufffd" for char in text)

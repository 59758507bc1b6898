"""Files of strangers: pictures and documents are made anew, everything else is refused with its reason."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from data.attachments.cleaning import clean_file
from data.attachments.documents import clean_document
from data.attachments.kinds import sniff
from data.attachments.pictures import clean_picture
from domain.attachments import shown_name
from domain.errors import InvalidInputError
from tests.services.journaling import picture

ARCHIVE = b"PK\x03\x04" + b"x" * 30 + b"PK\x05\x06" + bytes(18)
ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/AA", b"/URI", b"/AcroForm",
          b"cmdexe", b"appalert", b"evil", b"/Metadata")  # fmt: skip


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(side: int) -> bytes:
    """Return a PNG of a few bytes that says it has side x side pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def pdf(change: Callable[[PdfWriter], None] = lambda _: None) -> bytes:
    """Return a document of one page."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def action(kind: str, key: str, value: str) -> DictionaryObject:
    """Return an action of a document."""
    return DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)})


def arm(writer: PdfWriter) -> None:
    """Put everything active into a document that a viewer may obey."""
    page, root = writer.pages[0], writer.root_object
    writer.add_attachment("evil.exe", b"MZ evil")
    root[NameObject("/OpenAction")] = action("/Launch", "/F", "cmdexe")
    root[NameObject("/AcroForm")] = DictionaryObject({NameObject("/XFA"): TextStringObject("evil")})
    root[NameObject("/Metadata")] = TextStringObject("evil")
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action("/JavaScript", "/JS", "appalert(1)")})
    link = {
        NameObject("/Subtype"): NameObject("/Link"),
        NameObject("/A"): action("/URI", "/URI", "https://evil.example"),
    }
    page[NameObject("/Annots")] = ArrayObject([DictionaryObject(link)])
    hidden = DictionaryObject({NameObject("/PieceInfo"): action("/JavaScript", "/JS", "appalert(2)")})
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/A"): hidden})}
    )


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"", "empty"),
        (b"<!doctype html><script>alert(1)</script>", "scripts"),
        (b"\xef\xbb\xbf  <svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "scripts"),
        (b"<?xml version='1.0'?><svg/>", "scripts"),
        (b"MZ\x90\x00" + bytes(200), "Windows program"),
        (b"\x7fELF" + bytes(200), "program"),
        (b"#!/bin/sh\nrm -rf /", "script"),
        (ARCHIVE, "archive"),
        (b"GIF89a" + bytes(20), "GIF"),
        (b"just text", "neither"),
        (b"x%PDF-1.7", "neither"),
        (picture() + ARCHIVE, "another file inside"),
        (picture(kind="JPEG") + b"<script>alert(1)</script>", "another file inside"),
        (picture() + b"<?php system($_GET[0]); ?>", "another file inside"),
        (b"%PDF-1.7\n<html><script>alert(1)</script>", "web page"),
        (pdf() + ARCHIVE, "another file inside"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_strangers_and_double_files_are_refused(payload: bytes, reason: str) -> None:
    """What is no PNG, JPEG or PDF, or two files at once, is named and refused whatever it is called."""
    with pytest.raises(InvalidInputError) as caught:
        sniff(payload)
    assert reason in caught.value.message
    assert caught.value.hint or not payload


def test_of_a_picture_nothing_stays_but_its_pixels() -> None:
    """Text, EXIF and the place it was taken at are gone; the pixels are the same; it stands upright."""
    about = PngInfo()
    about.add_text("Comment", "secret place")
    clean, thumbnail, width, height = clean_picture(picture((90, 60), pnginfo=about), "png")
    assert b"secret" not in clean
    assert Image.open(io.BytesIO(clean)).convert("RGB").getpixel((5, 5)) == (20, 90, 160)
    assert (width, height, thumbnail[:3]) == (90, 60, b"\xff\xd8\xff")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "secret place"
    clean, _, width, height = clean_picture(picture((90, 60), "JPEG", exif=exif), "jpeg")
    assert (width, height) == (60, 90)
    assert b"secret" not in clean
    assert not Image.open(io.BytesIO(clean)).getexif()


@pytest.mark.parametrize("side", [7_000, 60_000])
def test_a_bomb_is_refused_before_it_is_decoded(side: int) -> None:
    """A small file that says it is an enormous picture costs nothing."""
    with pytest.raises(InvalidInputError, match="megapixels"):
        clean_picture(bomb(side), "png")


def test_damaged_files_are_refused() -> None:
    """A cut picture, one whose name lies, and a document without pages are said to be damaged."""
    for payload, kind in ((picture()[:60], "png"), (picture(), "jpeg")):
        with pytest.raises(InvalidInputError, match="damaged"):
            clean_picture(payload, kind)
    loop = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1>>endobj\n"
    for payload in (b"%PDF-1.7\nhello", loop + b"trailer<</Root 1 0 R/Size 3>>\n", pdf()[:120]):
        with pytest.raises(InvalidInputError):
            clean_document(payload)


def test_a_document_loses_all_that_acts() -> None:
    """No script, action, form, link, metadata or embedded file is left; the page is."""
    armed = pdf(arm)
    assert all(part in armed for part in ACTIVE if part != b"/EmbeddedFile")
    clean, pages = clean_document(armed)
    assert [part for part in ACTIVE if part in clean] == []
    assert pages == len(PdfReader(io.BytesIO(clean)).pages) == 1


def test_protected_and_endless_documents_are_refused() -> None:
    """A document with a password or too many pages says so."""
    with pytest.raises(InvalidInputError, match="password"):
        clean_document(pdf(lambda writer: writer.encrypt("x", algorithm="RC4-128")))

    def grow(writer: PdfWriter) -> None:
        for _ in range(200):
            writer.add_blank_page(10, 10)

    with pytest.raises(InvalidInputError, match="201 pages"):
        clean_document(pdf(grow))


def test_files_are_cleaned_in_a_process_of_their_own() -> None:
    """The confined child gives back pictures and documents, with EXIF or without, and its reasons."""
    exif = Image.Exif()
    exif[0x010E] = "x"
    assert clean_file(picture((40, 30), "JPEG", exif=exif)).kind == "jpeg"
    found = clean_file(pdf(arm))
    assert (found.kind, found.height, found.thumbnail) == ("pdf", 1, b"")
    with pytest.raises(InvalidInputError, match="megapixels"):
        clean_file(bomb(60_000))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("C:\\shots\\a.exe", "a.png"),
        ("a\x00b\r\nSet-Cookie: x.png", "abSet-Cookie x.png"),
        ("\u202egnp.exe", "gnp.png"),
        ("...", "file.png"),
        ("x" * 400, "x" * 120 + ".png"),
    ],
)
def test_names_are_for_showing_only(given: str, shown: str) -> None:
    """A name has no path, no sign that cannot be seen, and the ending of what the file is."""
    assert shown_name(given, "png") == shown

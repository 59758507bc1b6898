"""PDFs written anew from their pages alone: no script, no embedded file, no action survives."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from domain.errors import InvalidInputError

MOST_PAGES = 200
_PAGE_KEYS = frozenset({"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/Resources", "/Contents"})
_FORBIDDEN = frozenset(
    {
        "/A", "/AA", "/AcroForm", "/Annots", "/EF", "/EmbeddedFile", "/EmbeddedFiles", "/JS", "/JavaScript", "/Launch",
        "/Metadata", "/Names", "/OpenAction", "/OPI", "/PieceInfo", "/Ref", "/RichMediaContent", "/URI", "/XFA",
    }
)  # fmt: skip
_FORBIDDEN_TYPES = frozenset({"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/URI", "/SubmitForm", "/ImportData",
                              "/Movie", "/Sound", "/Rendition", "/RichMediaExecute"})  # fmt: skip
# Their keys are names a document chose itself, such as a font called /A.
_NAMED = frozenset(
    {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs"}
)


def clean_document(payload: bytes) -> tuple[bytes, int]:
    """Return a PDF made of the pages of another, and how many there are.

    Raises:
        InvalidInputError: If it cannot be read, needs a password or has too many pages.
    """
    try:
        reader = PdfReader(io.BytesIO(payload), strict=False)
        pages = _count_pages(reader)
        return _written(reader), pages
    except InvalidInputError:
        raise
    except Exception as error:
        message = "The PDF is damaged: it cannot be read."
        raise InvalidInputError(message, field="file", hint="Print it to a new PDF and attach that.") from error


def _count_pages(reader: PdfReader) -> int:
    if reader.is_encrypted:
        message = "The PDF is protected by a password."
        raise InvalidInputError(message, field="file", hint="Print it to a new PDF and attach that.")
    pages = len(reader.pages)
    if not 0 < pages <= MOST_PAGES:
        message = f"The PDF has {pages:,} pages; 1 to {MOST_PAGES} are taken."
        raise InvalidInputError(message, field="file", hint="Attach the pages that matter.")
    return pages


def _written(reader: PdfReader) -> bytes:
    for page in reader.pages:
        for key in set(page) - _PAGE_KEYS:
            del page[key]
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    seen: set[tuple[int, int]] = set()
    _strip(writer.root_object, seen, is_named=False)
    # What the pages do not refer to any more is not written.
    writer.compress_identical_objects(remove_duplicates=True, remove_unreferenced=True)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _strip(root: Any, seen: set[tuple[int, int]], *, is_named: bool) -> None:
    """Take every active part out of all that can be reached from here."""
    waiting: list[tuple[Any, bool]] = [(root, is_named)]
    while waiting:
        item, named = waiting.pop()
        if isinstance(item, IndirectObject):
            place = (item.idnum, item.generation)
            if place in seen:
                continue
            seen.add(place)
            item = item.get_object()
        if isinstance(item, ArrayObject):
            waiting += [(list.__getitem__(item, at), False) for at in range(len(item))]
        elif isinstance(item, DictionaryObject):
            _strip_dictionary(item, named=named)
            waiting += [(dict.__getitem__(item, key), str(key) in _NAMED) for key in list(item)]


def _strip_dictionary(item: DictionaryObject, *, named: bool) -> None:
    if not named:
        for key in [key for key in item if str(key) in _FORBIDDEN]:
            del item[key]
    if isinstance(item, StreamObject) and "/F" in item:
        del item[NameObject("/F")]  # the bytes of a stream may lie in another file: not here
    if str(dict.get(item, NameObject("/S"), "")) in _FORBIDDEN_TYPES:
        item.clear()

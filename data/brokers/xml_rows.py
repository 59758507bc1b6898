"""The elements of an XML file as plain values: read in the child process, never with a document type.

The text is decoded before it is parsed, so that an encoding the file declares (UTF-7, say) plays no part.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, InputSource

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from typing_extensions import override

from data.brokers.limits import XML_DEPTH, XML_ELEMENTS
from data.brokers.source import SourceFile, doctype_error
from domain.errors import ImportFileError
from domain.import_codes import FileCode
from domain.watching import BLOCK_ROWS, current_watcher

_AGAIN = "Download the query again; the file is cut off or damaged."


@dataclass(frozen=True, slots=True)
class Element:
    """An element: the line it starts in, its attributes in file order and the text after its last child."""

    line: int
    tag: str
    names: tuple[str, ...]
    values: tuple[str, ...]
    text: str

    def get(self, name: str) -> str:
        """Return the value of an attribute, "" when there is none."""
        return self.values[self.names.index(name)] if name in self.names else ""


def read_xml_elements(source: SourceFile) -> list[Element]:
    """Return every element of a file in document order.

    Raises:
        ImportFileError: If it declares a document type, is not well-formed, or exceeds a limit.
    """
    from data.brokers.isolation import extract  # noqa: PLC0415 - the child imports this module, not what starts it

    if source.has_doctype:
        raise doctype_error(source.name)
    found = extract(source, "xml")
    names = [tuple(item) for item in found["names"]]
    return [Element(line, tag, names[at], tuple(values), text) for line, tag, at, values, text in found["elements"]]


def read_elements(payload: bytes, name: str) -> dict[str, Any]:
    """Return what `read_xml_elements` needs, as JSON values; runs in the child process.

    Raises:
        ImportFileError: As there.
    """
    text = SourceFile(name, payload).text
    if text.count("<") > 2 * XML_ELEMENTS:
        raise _too_deep(name, 0)
    collector = _Collector(name)
    current_watcher().begin("open", total=text.count("<") - text.count("</"), unit="elements")
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(collector)
    document = InputSource()
    document.setCharacterStream(io.StringIO(text))
    try:
        parser.parse(document)
    except DefusedXmlException as error:
        raise doctype_error(name) from error
    except SAXException as error:
        raise _broken(name, error) from error
    return {"names": list(collector.names), "elements": collector.elements}


class _Collector(ContentHandler):
    """Gathers elements; attribute names, which repeat, are kept once."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.names: dict[tuple[str, ...], int] = {}
        self.elements: list[list[Any]] = []
        self._name = name
        self._open: list[list[Any]] = []
        self._text: list[str] = []

    @override
    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self._text.clear()
        keys = tuple(attrs.getNames())
        at = self.names.setdefault(keys, len(self.names))
        element = [self._line(), name, at, [attrs.getValue(key) for key in keys], ""]
        self.elements.append(element)
        self._open.append(element)
        if len(self.elements) % BLOCK_ROWS == 0:
            current_watcher().reach(len(self.elements))
        if len(self._open) > XML_DEPTH or len(self.elements) > XML_ELEMENTS:
            raise _too_deep(self._name, self._line())

    @override
    def characters(self, content: str) -> None:
        self._text.append(content)

    @override
    def endElement(self, name: str) -> None:
        self._open.pop()[4] = "".join(self._text).strip()
        self._text.clear()

    def _line(self) -> int:
        locator = getattr(self, "_locator", None)
        return int(locator.getLineNumber()) if locator is not None else 1


def _too_deep(name: str, line: int) -> ImportFileError:
    message = f"{name!r} is nested too deeply or holds more than {XML_ELEMENTS:,} elements."
    return ImportFileError(message, hint="Download a shorter period.", code=FileCode.TOO_DEEP, line=line)


def _broken(name: str, error: SAXException) -> ImportFileError:
    line = int(error.getLineNumber() or 1) if isinstance(error, SAXParseException) else 0
    message = f"{name!r} is not well-formed XML in line {line}: {error.getMessage()}."
    return ImportFileError(message, hint=_AGAIN, code=FileCode.BROKEN_XML, line=line)
